"""The pool's account: every figure is the sum of the moves behind it, money is booked once, each page to its readers."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.models import Application
from config.navigation import menu
from journal import chain, clock
from journal.models import Event
from pages.money import format_kroner
from pool import cases, ledger, moves, years
from pool.models import LAWFUL_MOVES, LedgerEntry, PoolYear
from pool.views.account import figures_of
from tests.cast import CAST, make_round

READ = {"karen", "kurt", "mads", "malene", "signe", "frida", "rasmus"}
MOST_QUERIES = 12
DECISION = "Byrådet 14. oktober 2026, punkt 7"


def url(name, *args):
    return reverse(f"pool:{name}", args=args)


def text_of(response) -> str:
    """The page's words, with tags removed and white space made plain."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()).replace("\xa0", " "))


def queries_of(browser, address) -> int:
    browser.get(address)  # templates and translations are read once
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)


def cause(number=[0]):  # noqa: B006  a running number for causes
    number[0] += 1
    return chain.record(f"ansøgning/2026-{number[0]:03}", "try", None)


def shown(browser, address) -> list[tuple]:
    """(effect, balance) of the listed moves, newest first, as the CSV has them."""
    lines = browser.get(address.replace("/bevaegelser/", "/bevaegelser.csv")).content.decode("utf-8-sig").splitlines()
    cells = [line.split(";") for line in lines[1:]]
    return [(ore(row[-2]), ore(row[-1])) for row in cells]


def ore(text) -> int:
    return int(text.replace(",", ""))


# ── who ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", CAST)
def test_who_may_read_the_account_and_who_may_book(who, cast, open_round, client_of):
    browser = client_of(cast[who])
    reads = 200 if who in READ else 403
    books = 200 if who == "frida" else 403
    expected = {
        url("newest"): 302 if who in READ else 403,
        url("year", 2026): reads,
        url("moves", 2026): reads,
        url("moves-csv", 2026): reads,
        url("appropriate", 2026): books,
        url("new-year"): books,
    }
    assert {address: browser.get(address).status_code for address in expected} == expected


def test_the_menu_names_the_pool_to_its_readers_alone(cast):
    assert {who for who in CAST if "Puljen" in [item.label for item in menu(cast[who], "/")]} == READ


@pytest.mark.parametrize(
    ("who", "path", "here"),
    [
        ("frida", "/oekonomi/afstemning/", "Bilag"),
        ("rasmus", "/oekonomi/afstemning/", "Afstemning"),
        ("frida", "/pulje/2026/", "Puljen"),
        ("asger", "/enheder/1/", "Enheder"),
        ("karen", "/ansoegninger/2026-001/", None),
    ],
)
def test_the_menu_marks_where_the_reader_is(cast, who, path, here):
    assert next((item.label for item in menu(cast[who], path) if item.current), None) == here


def test_a_stranger_is_asked_to_sign_in(client, year):
    for address in (url("newest"), url("year", 2026), url("moves", 2026), url("appropriate", 2026), url("new-year")):
        response = client.get(address)
        assert (response.status_code, urlsplit(response.url).path) == (302, reverse("people:sign-in"))


@pytest.mark.parametrize("who", sorted(READ - {"frida"}))
def test_only_finance_is_offered_to_book_and_only_finance_can(who, cast, year, client_of):
    browser, data = client_of(cast[who]), {"kind": "cut", "amount": "1", "decision": DECISION, "confirm": "yes", "seen": 1}
    assert "Bogfør en bevilling" not in text_of(browser.get(url("year", 2026)))
    assert browser.post(url("appropriate", 2026), data).status_code == 403
    assert browser.post(url("new-year"), {"year": "2027"}).status_code == 403
    assert (LedgerEntry.objects.count(), PoolYear.objects.count()) == (1, 1)


def test_a_year_that_is_not_there_is_not_found(cast, year, client_of):
    for name in ("year", "moves", "moves-csv", "appropriate"):
        assert client_of(cast["frida"]).get(url(name, 1999)).status_code == 404


# ── the figures ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_worked_year_on_the_page(cast, year, open_round, client_of):
    """1,500,000 given, 100,000.50 cut; of the round 60,000 reserved, 24,000.25 of it granted, 4,000.10 spent."""
    ledger.cut(year, 100_000_50, by=cast["frida"], decision=DECISION)
    for source, target, amount in [
        ("available", "reserved", 60_000_00),
        ("reserved", "committed", 24_000_25),
        ("committed", "spent", 4_000_10),
    ]:
        with transaction.atomic():
            ledger.move(year, moves.Pocket(source), moves.Pocket(target), amount, cause=cause(), round=open_round)
    year.refresh_from_db()
    open_round.refresh_from_db()
    of_year = {figure.label: format_kroner(figure.value).replace("\xa0", " ") for figure in figures_of(year)}
    of_round = {figure.label: format_kroner(figure.value).replace("\xa0", " ") for figure in figures_of(year, open_round)}
    assert of_year == {
        "Bevilling": "1.399.999,50 kr.",
        "Til rådighed": "1.339.999,50 kr.",
        "Reserveret": "35.999,75 kr.",
        "Disponeret": "20.000,15 kr.",
        "Forbrug": "4.000,10 kr.",
        "Ikke brugt endnu": "1.395.999,40 kr.",
    }
    assert of_round == {
        "Reserveret": "35.999,75 kr.",
        "Disponeret": "20.000,15 kr.",
        "Forbrug": "4.000,10 kr.",
        "Tilbage af rammen": "460.000 kr.",
    }
    browser = client_of(cast["karen"])
    page = browser.get(url("year", 2026))
    links = re.findall(r'href="([^"]*bevaegelser/\?[^"]*)"[^>]*>(.*?)</a>', page.content.decode(), re.S)
    assert len(links) == 10
    values = [
        re.sub(r"<span class=\"sr-only\">.*?</span>|<[^>]*>", "", inner).replace("\xa0", " ") for _href, inner in links
    ]
    assert values == [*of_year.values(), *of_round.values()]
    for (href, _inner), value in zip(links, values, strict=True):
        address = href.replace("&amp;", "&")
        first = shown(browser, address)[0]
        assert format_kroner(first[1]).replace("\xa0", " ") == value
        assert value in text_of(browser.get(address))


def test_the_moves_behind_a_figure_in_words(cast, case, client_of):
    """Newest first: date, what, decision or case, from and to, effect, balance, who."""
    granted = case("granted")
    browser = client_of(cast["karen"])
    lines = browser.get(url("moves-csv", 2026) + "?tal=reserveret").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Dato;Hvad skete der;Beslutning;Runde;Sag;Fra;Til;Beløb;Hvem;Virkning;Saldo"
    day = lambda text: re.sub(r"^\d\d\.\d\d\.2026;", "", text)  # noqa: E731
    assert [day(line) for line in lines[1:]] == [
        f"Bevilget;;Runde 1, 2026;{granted.number};Reserveret;Disponeret;40000,00;Signe Sekretær;-40000,00;0,00",
        f"Reserveret;;Runde 1, 2026;{granted.number};Til rådighed;Reserveret;40000,00;Mads Centerchef;40000,00;40000,00",
    ]
    page = text_of(browser.get(url("moves", 2026) + "?tal=reserveret"))
    assert "Reserveret → Disponeret −40.000,00 0,00 Signe Sekretær" in page
    assert "Til rådighed → Reserveret +40.000,00 40.000,00 Mads Centerchef" in page


def test_a_case_is_a_link_for_who_may_see_it_and_a_number_for_who_may_not(cast, case, client_of):
    reserved = case("approved_for_decision")
    address = reverse("applications:case", args=[reserved.number])
    seen = {}
    for who in sorted(READ):
        page = client_of(cast[who]).get(url("moves", 2026) + "?tal=reserveret").content.decode()
        seen[who] = f'<a href="{address}">{reserved.number}</a>' in page
        assert reserved.number in page
    # finance sees a case from the grant on; mads approved it, karen assessed it
    assert seen == {who: who != "frida" for who in READ}


def test_all_moves_without_a_figure_have_no_balance(cast, year, client_of):
    browser = client_of(cast["rasmus"])
    lines = browser.get(url("moves-csv", 2026)).content.decode("utf-8-sig").splitlines()
    assert lines == [
        "Dato;Hvad skete der;Beslutning;Runde;Sag;Fra;Til;Beløb;Hvem",
        "02.03.2026;Bevilling;Budget 2026;;;Uden for puljen;Til rådighed;1500000,00;Frida Finans",
    ]
    assert "Saldo" not in text_of(browser.get(url("moves", 2026)))


@pytest.mark.parametrize(
    "query", ["tal=løgn", "runde=99999999999999999999", "runde=abc", "tal=tilbage", "page=0x", "tal=%00"]
)
def test_a_question_that_makes_no_sense_narrows_nothing(query, cast, year, client_of):
    page = text_of(client_of(cast["karen"]).get(f"{url('moves', 2026)}?{query}"))
    assert "Alle bevægelser" in page and "1.500.000,00" in page


def test_a_round_of_another_year_narrows_nothing(cast, year, open_round, client_of):
    other = PoolYear.objects.create(year=2025)
    ledger.appropriate(other, 7_00, by=cast["frida"], decision=DECISION)
    page = client_of(cast["karen"]).get(f"{url('moves', 2025)}?runde={open_round.pk}")
    assert page.context["round"] is None and "7,00" in text_of(page)


def test_what_is_left_of_a_round_begins_with_its_ceiling(cast, year, open_round, client_of):
    with transaction.atomic():
        ledger.move(year, moves.AVAILABLE, moves.RESERVED, 20_000_00, cause=cause(), round=open_round)
        ledger.move(year, moves.RESERVED, moves.COMMITTED, 5_000_00, cause=cause(), round=open_round)
    page = text_of(client_of(cast["karen"]).get(f"{url('moves', 2026)}?tal=tilbage&runde={open_round.pk}"))
    assert "−20.000,00 500.000,00" in page and "Rundens ramme 520.000,00" in page
    assert "Disponeret" not in page.split("Hvem", 1)[1].split("Hent som CSV")[0]  # inside what is used: no move


def test_a_csv_cell_is_never_a_formula(cast, year, client_of):
    ledger.appropriate(year, 1_00, by=cast["frida"], decision='=HYPERLINK("http://x";"y")')
    line = client_of(cast["karen"]).get(url("moves-csv", 2026)).content.decode("utf-8-sig").splitlines()[1]
    assert """;"'=HYPERLINK(""http://x"";""y"")";""" in line


def test_words_of_people_are_escaped(cast, year, client_of):
    ledger.appropriate(year, 1_00, by=cast["frida"], decision="<script>alert(1)</script>")
    for address in (url("year", 2026), url("moves", 2026)):
        page = client_of(cast["karen"]).get(address).content.decode()
        assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


MOVES = st.lists(st.tuples(st.sampled_from(LAWFUL_MOVES), st.integers(1, 60_000_000), st.booleans()), max_size=30)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOVES)
def test_every_figure_is_the_sum_of_its_list_whatever_has_moved(cast, year, open_round, client_of, tried):
    browser = client_of(cast["karen"])
    with transaction.atomic():
        for (source, target), amount, in_round in tried:
            try:
                with transaction.atomic():
                    ledger.move(year, source, target, amount, cause=cause(), round=open_round if in_round else None)
            except (ledger.NotEnoughMoney, IntegrityError):
                pass
        year.refresh_from_db()
        open_round.refresh_from_db()
        for account, round_ in [(year, None), (open_round, open_round)]:
            for figure in figures_of(year, round_):
                listed = shown(browser, figure.href)
                start = open_round.ceiling if "tilbage" in figure.href else 0
                assert figure.value == start + sum(effect for effect, _balance in listed), (figure, account)
                assert figure.value == (listed[0][1] if listed else start)
        transaction.set_rollback(True)


def test_pages_of_sixty_and_a_balance_that_goes_on(cast, year, open_round, client_of):
    with transaction.atomic():
        for _ in range(70):
            ledger.move(year, moves.AVAILABLE, moves.RESERVED, 1_00, cause=cause(), round=open_round)
    browser, address = client_of(cast["karen"]), f"{url('moves', 2026)}?tal=reserveret"
    first, second = browser.get(address), browser.get(address + "&page=2")
    assert [row.balance for row in first.context["rows"]] == [n * 100 for n in range(70, 10, -1)]
    assert [row.balance for row in second.context["rows"]] == [n * 100 for n in range(10, 0, -1)]
    assert [len(p.context["rows"]) for p in (first, second)] == [60, 10]
    assert "tal=reserveret" in re.search(r'href="([^"]*page=2[^"]*)"', first.content.decode())[1]


def test_one_three_or_three_hundred_moves_cost_the_same(cast, year, open_round, client_of):
    browser = client_of(cast["karen"])
    addresses = [url("year", 2026), url("moves", 2026), f"{url('moves', 2026)}?tal=reserveret", url("moves-csv", 2026)]
    counts = []
    for more in (1, 2, 297):
        with transaction.atomic():
            for _ in range(more):
                ledger.move(year, moves.AVAILABLE, moves.RESERVED, 1_00, cause=cause(), round=open_round)
        counts.append([queries_of(browser, address) for address in addresses])
    assert counts[0] == counts[1] == counts[2]
    assert max(counts[0]) <= MOST_QUERIES


def test_one_or_three_rounds_cost_the_same(cast, year, committee, open_round, client_of):
    browser = client_of(cast["karen"])
    one = queries_of(browser, url("year", 2026))
    for number in (2, 3):
        make_round(cast, year, committee, name=f"Runde {number}")
    assert queries_of(browser, url("year", 2026)) == one <= MOST_QUERIES


def test_without_anybody_who_knows_cases_there_are_numbers_and_no_links(cast, case, monkeypatch):
    """The pool stands by itself: what the packages above do not answer is not shown."""
    case("approved_for_decision")
    monkeypatch.setattr(cases, "_registered", [cases.Nobody()])
    year = PoolYear.objects.get(year=2026)
    row = moves.rows(moves.behind(year).select_related("cause__actor", "round"), cast["karen"])[0]
    assert (row.case, row.address) == (Application.objects.get().number, "")
    assert (cases.counts([1]), cases.list_address(cast["karen"], 1)) == ({}, "")


# ── the newest year ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_pool_opens_at_the_present_year(cast, year, client_of):
    for number in (2025, 2027):
        PoolYear.objects.create(year=number)
    browser = client_of(cast["karen"])
    assert browser.get(url("newest")).url == url("year", 2026)
    with clock.at(clock.now() + timedelta(days=400)):
        assert browser.get(url("newest")).url == url("year", 2027)
    tabs = re.search(r'aria-label="Puljeår".*?</nav>', browser.get(url("year", 2026)).content.decode(), re.S)[0]
    assert re.findall(r">(\d{4})", tabs) == ["2027", "2026", "2025"]


def test_only_a_year_to_come_is_opened_before_it_begins(cast, client_of):
    PoolYear.objects.create(year=2028)
    PoolYear.objects.create(year=2027)
    assert client_of(cast["karen"]).get(url("newest")).url == url("year", 2027)


def test_an_empty_pool_says_what_to_do(cast, client_of):
    assert "Opret året" in text_of(client_of(cast["frida"]).get(url("newest")))
    page = client_of(cast["karen"]).get(url("newest"))
    assert "Økonomi opretter året" in text_of(page) and url("new-year") not in page.content.decode()


# ── a new year ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_finance_opens_a_year_and_goes_on_to_its_money(cast, year, client_of):
    response = client_of(cast["frida"]).post(url("new-year"), {"year": "2027", "account": "00.52.89.1"})
    assert response.url == url("appropriate", 2027)
    opened = PoolYear.objects.get(year=2027)
    assert (opened.appropriation, opened.account) == (0, "00.52.89.1")
    event = Event.objects.get(subject="pulje/2027")
    assert (event.step, event.actor, event.payload) == ("open_year", cast["frida"], {"konto": "00.52.89.1"})
    assert "00.52.89.1" in text_of(client_of(cast["karen"]).get(url("year", 2027)))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", "Udfyld feltet «År»."),
        ("toogtyve", "Skriv året med fire cifre, fx 2027."),
        ("2026", "Puljeåret findes allerede."),
        ("1999", "Skriv et år fra 2020 til 2031."),
        ("2032", "Skriv et år fra 2020 til 2031."),
        ("-5", "Skriv et år fra 2020 til 2031."),
        ("9" * 40, "Skriv et år fra 2020 til 2031."),
        ("9" * 9000, "Skriv året med fire cifre, fx 2027."),
        ("20\x0026", "Skriv året med fire cifre, fx 2027."),
    ],
)
def test_a_year_that_cannot_be_is_refused_and_kept(typed, answer, cast, year, client_of):
    page = client_of(cast["frida"]).post(url("new-year"), {"year": typed, "account": "min konto"})
    assert page.status_code == 200 and answer in text_of(page) and 'value="min konto"' in page.content.decode()
    assert PoolYear.objects.count() == 1


# ── money in, out and over ──────────────────────────────────────────────────────────────────────────────────────────


def confirm(browser, year, **data):
    """Type, see before and after, and press «Bogfør» on what that page carries."""
    page = browser.post(url("appropriate", year), data)
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))
    kept.pop("csrfmiddlewaretoken", None)
    return page, kept


def test_an_appropriation_is_shown_before_it_is_booked(cast, year, client_of):
    browser = client_of(cast["frida"])
    page, kept = confirm(browser, 2026, kind="appropriate", amount="250.000,50", decision=DECISION)
    assert "2026 1.500.000 kr. 1.750.000,50 kr." in text_of(page) and LedgerEntry.objects.count() == 1
    assert kept["decision"] == DECISION
    response = browser.post(url("appropriate", 2026), kept | {"confirm": "yes"})
    assert response.url == url("year", 2026)
    year.refresh_from_db()
    assert year.available == 1_750_000_50
    event = Event.objects.filter(step="appropriate").last()
    assert (event.actor, event.payload) == (cast["frida"], {"beløb": 250_000_50, "beslutning": DECISION})
    assert f"250.000,50 kr. {DECISION}" in text_of(browser.get(url("year", 2026)))


def test_a_second_press_books_nothing_more(cast, year, client_of):
    browser = client_of(cast["frida"])
    _page, kept = confirm(browser, 2026, kind="appropriate", amount="100", decision=DECISION)
    browser.post(url("appropriate", 2026), kept | {"confirm": "yes"})
    again = browser.post(url("appropriate", 2026), kept | {"confirm": "yes"})
    assert "Puljens tal har ændret sig" in text_of(again) and "2026 1.500.100 kr. 1.500.200 kr." in text_of(again)
    year.refresh_from_db()
    assert (year.available, LedgerEntry.objects.count()) == (1_500_100_00, 2)


def test_without_the_stamp_a_second_press_would_book_twice(cast, year):
    """The twin: the guard is the stamp, and nothing below it refuses a second appropriation."""
    booking = years.Booking("appropriate", 100_00, DECISION)
    seen = years.stamp(year)
    years.book(year, booking, cast["frida"], seen)
    with pytest.raises(years.ChangedSince):
        years.book(year, booking, cast["frida"], seen)
    years.book(year, booking, cast["frida"], years.stamp(year))
    year.refresh_from_db()
    assert year.available == 1_500_200_00


def test_a_large_stamp_comes_back_as_it_was(cast, year, client_of):
    """No thousands separator in what the page carries to itself."""
    with transaction.atomic():
        event = cause()
        PoolYear.objects.filter(pk=year.pk).update(available=year.available + 1_00)
        facts = {"source": "outside", "target": "available", "amount": 1_00, "cause": event, "at": event.at}
        LedgerEntry.objects.create(pk=1_234_567, pool_year=year, **facts)
    browser = client_of(cast["frida"])
    _page, kept = confirm(browser, 2026, kind="cut", amount="1", decision=DECISION)
    assert kept["seen"] == "1234567"
    assert browser.post(url("appropriate", 2026), kept | {"confirm": "yes"}).url == url("year", 2026)


def test_a_cut_takes_no_more_than_is_there(cast, year, client_of):
    browser = client_of(cast["frida"])
    page = browser.post(url("appropriate", 2026), {"kind": "cut", "amount": "1.500.000,01", "decision": DECISION})
    assert "Der er kun 1.500.000 kr. til rådighed i 2026." in text_of(page)
    assert 'value="1.500.000,01"' in page.content.decode() and f'value="{DECISION}"' in page.content.decode()
    _page, kept = confirm(browser, 2026, kind="cut", amount="1.500.000", decision=DECISION)
    browser.post(url("appropriate", 2026), kept | {"confirm": "yes"})
    year.refresh_from_db()
    assert year.appropriation == 0
    assert "Bevilling sat ned" in text_of(browser.get(url("moves", 2026)))


def test_a_cut_confirmed_after_the_money_was_reserved_books_nothing(cast, year, open_round, client_of):
    browser = client_of(cast["frida"])
    _page, kept = confirm(browser, 2026, kind="cut", amount="1.500.000", decision=DECISION)
    with transaction.atomic():
        ledger.move(year, moves.AVAILABLE, moves.RESERVED, 1_00, cause=cause(), round=open_round)
    page = browser.post(url("appropriate", 2026), kept | {"confirm": "yes"})
    assert "Der er kun 1.499.999 kr. til rådighed i 2026." in text_of(page)
    year.refresh_from_db()
    assert year.available == 1_499_999_00


def test_a_carry_over_moves_both_years_and_says_so_in_both(cast, year, client_of):
    into = PoolYear.objects.create(year=2027)
    browser = client_of(cast["frida"])
    page, kept = confirm(browser, 2026, kind="carry_over", amount="500.000", into=into.pk, decision=DECISION)
    assert "2026 1.500.000 kr. 1.000.000 kr. 2027 0 kr. 500.000 kr." in text_of(page)
    browser.post(url("appropriate", 2026), kept | {"confirm": "yes"})
    year.refresh_from_db()
    into.refresh_from_db()
    assert (year.available, into.available) == (1_000_000_00, 500_000_00)
    assert "Overført til 2027" in text_of(browser.get(url("moves", 2026)))
    assert "Overført fra 2026" in text_of(browser.get(url("moves", 2027)))
    assert "Overført til et andet år" in text_of(browser.get(url("year", 2026)))


def test_the_word_back_keeps_what_was_typed(cast, year, client_of):
    browser = client_of(cast["frida"])
    _page, kept = confirm(browser, 2026, kind="cut", amount="12.500,50", decision=DECISION)
    page = browser.post(url("appropriate", 2026), kept | {"change": "yes"}).content.decode()
    assert 'value="12.500,50"' in page and f'value="{DECISION}"' in page and LedgerEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"kind": ""}, "Vælg et svar: «Hvad skal bogføres?»."),
        ({"kind": "steal"}, "steal"),
        ({"amount": ""}, "Skriv et beløb i kroner, fx 12.500."),
        ({"amount": "-5"}, "Skriv et beløb i kroner"),
        ({"amount": "0"}, "Beløbet skal være mindst 0,01 kr."),
        ({"amount": "9" * 30}, "Beløbet er for stort."),
        ({"amount": "mange"}, "Skriv et beløb i kroner"),
        ({"decision": ""}, "Udfyld feltet «Byrådets beslutning»."),
        ({"decision": "x" * 201}, "200"),
        ({"decision": "a\x00b"}, "Null"),
        ({"kind": "carry_over"}, "Vælg det år, beløbet skal overføres til."),
        ({"kind": "carry_over", "into": "99999999999999999999"}, "Vælg et år på listen."),
        ({"kind": "carry_over", "into": "x"}, "Vælg et år på listen."),
    ],
)
@pytest.mark.parametrize("pressed", [{}, {"confirm": "yes", "seen": "1"}])
def test_bad_bookings_are_refused_and_book_nothing(pressed, changes, answer, cast, year, client_of):
    data = {"kind": "appropriate", "amount": "100", "decision": DECISION} | changes | pressed
    page = client_of(cast["frida"]).post(url("appropriate", 2026), data)
    assert page.status_code == 200 and answer in text_of(page)
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize("seen", ["", "x", "-1", "²", "9" * 50])
def test_a_forged_stamp_is_a_page_to_confirm_again(seen, cast, year, client_of):
    data = {"kind": "appropriate", "amount": "100", "decision": DECISION, "confirm": "yes", "seen": seen}
    page = client_of(cast["frida"]).post(url("appropriate", 2026), data)
    assert page.status_code == 200 and "bekræft igen" in text_of(page) and LedgerEntry.objects.count() == 1


def test_a_carry_over_into_the_same_year_is_no_choice(cast, year, client_of):
    page = client_of(cast["frida"]).get(url("appropriate", 2026)).content.decode()
    assert f'<option value="{year.pk}">' not in page


def test_pages_that_change_nothing_take_no_post(cast, year, client_of):
    for name in ("year", "moves", "moves-csv"):
        assert client_of(cast["frida"]).post(url(name, 2026)).status_code == 405
    assert parse_qs(urlsplit(figures_of(year)[0].href).query) == {"tal": ["bevilling"]}
