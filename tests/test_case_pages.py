"""The case's page, its steps and versions: what each reader sees, and what the unit may not know before its letter."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from applications import agenda, assessing, drafts
from applications.models import Application
from applications.states import State
from applications.steps import STEPS
from applications.views.case import in_order
from applications.word_diff import GONE, NEW, SAME, Piece, word_diff
from documents.models import Document
from journal import clock
from journal.models import Event
from tests.test_round_list import queries_of

SECRETS = ("Bevilget", "Afslag", "Der er ikke penge nok", "40.000", "Udvalget har talt")


def url(name, case, *more):
    return reverse(f"applications:{name}", args=[case.number, *more])


def words(response) -> str:
    return response.content.decode()


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", words(response))).replace(" ,", ",")


@pytest.fixture
def browser(cast, client_of):
    return lambda who: client_of(cast[who])


# ── the decision is secret to the unit until its letter is released ─────────────────────────────────────────────────


@pytest.mark.parametrize("state", [State.GRANTED, State.REFUSED])
@pytest.mark.parametrize("who", ["anna", "ulla", "bo"])
def test_no_page_of_the_unit_tells_the_decision_before_the_letter(case, walker, browser, cast, state, who):
    found = case(state, amount_sought=41_000_00)
    letter = Document.objects.get(kind="letter")
    pages = [
        browser(who).get(found.get_absolute_url()),
        browser(who).get(url("versions", found)),
        browser(who).get(reverse("applications:mine")),
        browser(who).get(reverse("applications:waiting")),
        browser(who).get("/"),
        *[browser(who).get(url("step", found, name)) for name in STEPS],
        *[browser(who).post(url("step", found, name), {"revision": found.revision, "reason": "Vi fortryder."})
          for name in STEPS],
    ]  # fmt: skip
    for page in pages:
        assert page.status_code in (200, 409)
        assert [secret for secret in SECRETS if secret in text_of(page)] == [], page.request["PATH_INFO"]
    assert browser(who).get(url("document", found, letter.pk)).status_code == 404
    assert text_of(pages[0]).count("På dagsorden") >= 1
    agenda.finalise_minutes(walker.item.pk, cast["signe"], clock.today())
    agenda.release_letter(found.pk, cast["signe"])
    assert str(State(state).label) in text_of(browser(who).get(found.get_absolute_url()))
    assert letter.title in text_of(browser(who).get(found.get_absolute_url()))


def test_a_stale_page_of_the_unit_tells_no_decision_either(case, walker, browser):
    """The page was shown while the case stood on the agenda; the button is pressed after the meeting."""
    placed = case(State.ON_AGENDA)
    seen = placed.revision
    walker.decide(State.GRANTED)
    answer = browser("anna").post(url("step", placed, "withdraw"), {"revision": seen, "reason": "Vi har ikke tid."})
    assert answer.status_code == 409
    assert "Sagen er nu «På dagsorden»." in text_of(answer)
    assert "Bevilget" not in text_of(answer)
    assert "Vi har ikke tid." in words(answer)  # what was typed is there to copy
    assert Application.objects.get().state == State.GRANTED


def test_the_administration_reads_the_decision_at_once(case, browser):
    found = case(State.GRANTED)
    page = text_of(browser("signe").get(found.get_absolute_url()))
    assert "Beslutning Bevilget: 40.000 kr." in page.replace("\xa0", " ")
    assert "Send brevet til enheden: Brevet venter, til protokollen er endelig." in page


# ── who sees the page, and in whose words ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("anna", 200), ("ulla", 200), ("karen", 200), ("kurt", 200), ("rune", 200), ("mads", 200), ("signe", 404),
        ("frida", 404), ("rasmus", 200), ("henrik", 404), ("olga", 404), ("otto", 404), ("asger", 404), ("kamille", 404),
    ],
)  # fmt: skip
def test_a_case_under_assessment_opens_to_whom_it_concerns(case, browser, who, status):
    found = case(State.UNDER_ASSESSMENT)
    for page in ("case", "versions"):
        assert browser(who).get(url(page, found)).status_code == status
    assert browser(who).get(url("case-file", found)).status_code == {
        "karen": 200, "kurt": 200, "rasmus": 200}.get(who, 404 if status == 404 else 403)  # fmt: skip


def test_the_unit_and_the_house_are_spoken_to_in_their_own_words(case, browser, cast):
    found = case(State.AWAITING_INFORMATION)
    assert "Hos hvem nu Jeres enhed" in text_of(browser("anna").get(found.get_absolute_url()))
    inside = text_of(browser("karen").get(found.get_absolute_url()))
    assert "Hos hvem nu Enheden" in inside
    assert "Jeres enhed" not in inside
    unit = cast["henrik"].current_assignments[0].unit
    assessing.ask_hearing(found.pk, cast["karen"], unit, "Er det i orden?", clock.today())
    heard = text_of(browser("henrik").get(found.get_absolute_url()))
    assert ["Jeres enhed" in heard, "Det har enheden svaret" in heard] == [False, True]


def test_finance_reads_a_grant_without_the_assessment(case, browser):
    found = case(State.GRANTED)
    page = text_of(browser("frida").get(found.get_absolute_url()))
    assert ["Bevilget: 40.000" in page, "Lidt dyr" in page, "Krav" in page] == [True, False, False]


@pytest.mark.parametrize(
    ("state", "said"), [(State.GRANTED, "Aftal en opstartssamtale."), (State.REFUSED, "Sagen er afsluttet.")]
)
def test_a_letter_that_is_out_changes_what_comes_next(case, walker, browser, cast, state, said):
    found = case(state)
    agenda.finalise_minutes(walker.item.pk, cast["signe"], clock.today())
    agenda.release_letter(found.pk, cast["signe"])
    assert f"Enheden har fået brevet. {said}" in text_of(browser("karen").get(found.get_absolute_url()))


# ── the buttons ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_carries_the_case_on_comes_first_and_what_cannot_yet_says_why(case, walker, browser, cast):
    found = case(State.UNDER_ASSESSMENT)
    page = words(browser("karen").get(found.get_absolute_url()))
    assert "<strong>Indstil:</strong> Erklær først" in page
    walker.score("karen")
    walker.score("rune")
    walker.gates()
    page = words(browser("karen").get(found.get_absolute_url()))
    primary = re.findall(r'class="button button-primary" href="([^"]+)"', page)
    assert primary == [url("step", found, "recommend")]


def test_the_main_tracks_page_has_no_step_of_the_quick_one(case, browser):
    page = text_of(browser("mads").get(case(State.RECOMMENDED).get_absolute_url()))
    assert ["efter delegation" in page, "Godkend til politisk behandling" in page] == [False, True]


def test_the_quick_tracks_page_has_no_step_of_the_main_one(quick_case, browser):
    page = text_of(browser("mads").get(quick_case(State.RECOMMENDED).get_absolute_url()))
    assert ["Bevilg efter delegation" in page, "Godkend til politisk behandling" in page] == [True, False]


def test_offers_stand_open_first_forward_first_and_danger_last():
    class Offer:
        def __init__(self, name, reasons=()):
            self.step, self.reasons = STEPS[name], reasons

    given = [Offer("withdraw"), Offer("endorse", ["Nej."]), Offer("assign"), Offer("recommend")]
    assert [offer.step.name for offer in in_order(given)] == ["recommend", "assign", "withdraw", "endorse"]


def test_a_manager_reads_the_recommendation_where_it_is_approved(case, browser, cast):
    found = case(State.RECOMMENDED)
    assessing.declare(found.pk, cast["mads"], "none")
    page = text_of(browser("mads").get(url("step", found, "approve_recommendation"))).replace("\xa0", " ")
    assert "Indstillet 40.000 kr. · Karen Konsulent" in page
    assert "Målbart og billigt." in page
    assert "De får besked Karen Konsulent, Signe Sekretær" in page, page[page.index("De får") :][:200]


def test_a_double_click_takes_one_step(case, browser, cast):
    found = case(State.RECOMMENDED)
    assessing.declare(found.pk, cast["mads"], "none")
    found.refresh_from_db()
    typed = {"revision": found.revision, "comment": ""}
    answers = [browser("mads").post(url("step", found, "approve_recommendation"), typed) for _press in range(2)]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, found.get_absolute_url())] * 2
    assert Event.objects.filter(step="approve_recommendation").count() == 1


def test_a_stale_page_keeps_what_was_typed_and_the_second_press_goes_through(case, browser, cast):
    found = case(State.UNDER_ASSESSMENT)
    typed = {"revision": found.revision - 1, "field": "", "question": "Hvor mange stuer?"}
    due = clock.today() + timedelta(days=7)
    typed |= {"due_day": due.day, "due_month": due.month, "due_year": due.year}
    page = browser("karen").post(url("step", found, "request_information"), typed)
    assert "Sagen er ændret, siden du åbnede siden." in words(page)
    assert "Hvor mange stuer?" in words(page)
    shown = re.search(r'name="revision" value="(\d+)"', words(page)).group(1)
    assert int(shown) == found.revision
    answer = browser("karen").post(url("step", found, "request_information"), typed | {"revision": shown})
    assert (answer.status_code, Application.objects.get().state) == (302, State.AWAITING_INFORMATION)


@pytest.mark.parametrize(
    "forged",
    [
        {"revision": ""},
        {"revision": "x"},
        {"revision": "9" * 40},
        {"amount": "-1"},
        {"amount": "x"},
        {"amount": "9" * 50},
        {"reason": ""},
        {"reason": "ø" * 10_000},
        {"amount": "99.999.999"},
    ],
)
def test_bad_input_in_a_step_changes_nothing(case, walker, browser, forged):
    found = case(State.UNDER_ASSESSMENT)
    walker.score("karen")
    walker.score("rune")
    walker.gates()
    found.refresh_from_db()
    typed = {"revision": found.revision, "amount": "40.000", "reason": "Fint.", "conditions": ""} | forged
    assert browser("karen").post(url("step", found, "recommend"), typed).status_code == 200
    assert Application.objects.get().state == State.UNDER_ASSESSMENT


def test_an_unknown_step_is_not_found_and_anothers_step_is_refused(case, browser):
    found = case(State.RECOMMENDED)
    assert browser("karen").get(url("step", found, "findes-ikke")).status_code == 404
    typed = {"revision": found.revision, "comment": ""}
    assert browser("karen").post(url("step", found, "approve_recommendation"), typed).status_code == 403
    assert Application.objects.get().state == State.RECOMMENDED


# ── versions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_new_version_shows_the_word_that_changed(case, walker, browser, cast):
    found = case(State.AWAITING_INFORMATION, purpose="Hver stue har kun én spand, og derfor bliver maden ikke sorteret.")
    change = {"purpose": "Hver stue har kun to spande, og derfor bliver maden ikke sorteret."}
    found.refresh_from_db()
    drafts.save(found.pk, cast["anna"], change, drafts.seen(found, change))
    assessing.answer_question(found.pk, cast["anna"], {found.questions.get().pk: "Fire."})
    walker.take("provide_information", "anna")
    page = words(browser("karen").get(url("versions", found)))
    assert re.findall(r"<del><span class=\"sr-only\">Fjernet: </span>([^<]+)</del>", page) == ["én spand, "]
    assert re.findall(r"<ins><span class=\"sr-only\">Tilføjet: </span>([^<]+)</ins>", page) == ["to spande, "]
    assert "ikke godkendt af enhedens leder endnu" in page


def test_a_case_with_one_version_and_a_draft_say_so(case, browser):
    assert "Ansøgningen er ikke sendt endnu" in words(browser("anna").get(url("versions", case(State.DRAFT))))
    assert "Der er kun én udgave" in words(browser("anna").get(url("versions", case(State.SUBMITTED))))


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("40.000 kr.", "38.000 kr.", [Piece(GONE, "40.000 kr."), Piece(NEW, "38.000 kr.")]),
        ("", "Nyt svar", [Piece(NEW, "Nyt svar")]),
        ("Væk", "", [Piece(GONE, "Væk")]),
        (
            "en to tre fire fem seks",
            "en to fem seks syv otte",
            [
                Piece(SAME, "en to "),
                Piece(GONE, "tre fire "),
                Piece(SAME, "fem "),
                Piece(GONE, "seks"),
                Piece(NEW, "seks syv otte"),
            ],
        ),
        ("a b c d e f", "u v w x y z", [Piece(GONE, "a b c d e f"), Piece(NEW, "u v w x y z")]),
    ],
)
def test_the_words_that_changed(before, after, pieces):
    found = word_diff(before, after)
    assert found == pieces
    assert "".join(p.text for p in found if p.kind != NEW) == before
    assert "".join(p.text for p in found if p.kind != GONE) == after


# ── long texts, queries ─────────────────────────────────────────────────────────────────────────────────────────────


def test_long_words_and_markup_stand_as_text(case, browser):
    found = case(State.SUBMITTED, purpose="<script>x</script>" + "æ" * 3000)
    page = words(browser("karen").get(found.get_absolute_url()))
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<script>x" not in page


def test_the_page_takes_as_many_queries_for_much_as_for_little(case, browser, cast):
    found = case(State.UNDER_ASSESSMENT)
    karen = browser("karen")
    unit = cast["henrik"].current_assignments[0].unit

    def add():
        assessing.write_note(found.pk, cast["karen"], "Et notat.")
        assessing.log_help(found.pk, cast["karen"], "Lidt.", substantial=False)
        assessing.ask_hearing(found.pk, cast["karen"], unit, "Er det i orden?", clock.today())

    add()
    few = queries_of(karen, found.get_absolute_url())
    for _more in range(3):
        add()
    assert queries_of(karen, found.get_absolute_url()) == few
    assert few <= 40


def test_a_letter_is_sent_from_the_waiting_list_in_two_presses(quick_case, browser, cast):
    granted = quick_case(State.RECOMMENDED)
    assessing.declare(granted.pk, cast["mads"], "none")
    quick_case.take("grant_by_delegation", "mads")
    address = url("release-letter", granted)
    assert address in words(browser("karen").get(reverse("applications:waiting")))
    assert "Anna Ansøger" in words(browser("karen").get(address))
    assert browser("karen").post(address).url == granted.get_absolute_url()
    assert "Brevet er allerede sendt." in words(browser("karen").get(address))
    assert browser("anna").get(address).status_code == 403
    assert browser("mads").get(address).status_code == 403
