"""Rounds: the form and what the domain refuses, the acts and exactly whom they tell, the pages and who may see them."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application
from journal import clock
from journal.models import Event, Message
from people import appointments, units
from people.models import Committee, Unit
from people.roles import Role
from pool import rounds
from pool.models import Extension, PoolYear, Round
from tests.cast import CAST, NOW, Walker, make_round

READ = {"karen", "kurt", "rune", "mads", "malene", "signe", "frida", "rasmus"}
KEEP = {"karen", "kurt"}
UNIT_PEOPLE = {"anna", "bo", "ulla", "henrik", "olga"}
MOST_QUERIES = 12
RULES = {
    "name": "Runde 2, 2026",
    "introduction": "Til det grønne.",
    "track": "main",
    "opens": datetime(2026, 4, 1, 6, 0, tzinfo=UTC),
    "deadline": datetime(2026, 4, 30, 10, 0, tzinfo=UTC),
    "answer_by": date(2026, 6, 15),
    "ceiling": "300.000",
    "minimum_amount": "5.000",
    "maximum_amount": "75.000,50",
    "delegated_limit": "",
    "themes": ["waste", "food"],
    "exclusions": "Forplejning\r\nDrift",
    "assessors_required": "2",
    "optional_gates_needed": "1",
}
PARTS = ("day", "month", "year", "time")
CRITERIA = [{"name": "Mindre CO2, færre ton", "weight": "3", "help": "Regn i ton."}, {"name": "Spredning", "weight": "1"}]
GATES = [
    {"name": "Ikke begyndt", "required": "yes"},
    {"name": "Flere enheder er med", "required": "no"},
    {"name": "Kan gentages", "required": "no"},
]


def url(name, *args):
    return reverse(f"pool:{name}", args=args)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()).replace("\xa0", " "))


def spread(name, value) -> dict:
    """A date, a moment or anything else as the inputs of the page post it."""
    if isinstance(value, date):
        local = value.astimezone(clock.timezone.get_default_timezone()) if isinstance(value, datetime) else value
        parts = {f"{name}_day": local.day, f"{name}_month": local.month, f"{name}_year": local.year}
        return parts | ({f"{name}_time": f"{local:%H.%M}"} if isinstance(value, datetime) else {})
    return {name: value}


def posted(rules=None, criteria=CRITERIA, gates=GATES, **changes) -> dict:
    data = {}
    for name, value in ((RULES if rules is None else rules) | changes).items():
        data |= spread(name, value)
    for prefix, rows in (("criteria", criteria), ("gates", gates)):
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
        for number, row in enumerate(rows):
            data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def rules_of(round_) -> dict:
    """What the edit page of an announced and open round asks, as it stands."""
    left_out = {"opens", "deadline"}
    amounts = {name: str((getattr(round_, name) or 0) // 100 or "") for name in RULES if name.endswith(("amount", "limit"))}
    plain = {name: getattr(round_, name) for name in RULES if name not in left_out}
    return plain | amounts | {"ceiling": str(round_.ceiling // 100), "committee": round_.committee_id or ""}


def rows_of(round_) -> dict:
    gates = round_.gates.values("key", "name", "required")
    return {
        "criteria": list(round_.criteria.values("key", "name", "weight", "help")),
        "gates": [row | {"required": "yes" if row["required"] else "no"} for row in gates],
    }


def told(step="") -> set[tuple]:
    """(short name of person, template) of every message of the last event, or of the last of a step."""
    event = Event.objects.filter(step=step).last() if step else Event.objects.last()
    return {(m.person.email.partition("@")[0], m.template) for m in event.messages.select_related("person")}


@pytest.fixture
def consultant(cast, client_of):
    return client_of(cast["karen"])


# ── who ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", CAST)
def test_who_may_read_rounds_and_who_keeps_them(who, cast, open_round, client_of):
    person = client_of(cast[who])
    reads, keeps = (200 if who in group else 403 for group in (READ, KEEP))
    acts = ["edit-round", "announce", "move-deadline", "extend", "clone", "archive"]
    expected = {url("rounds"): reads, url("round", open_round.pk): reads, url("new-round"): keeps}
    expected |= {url(name, open_round.pk): keeps for name in acts}
    assert {address: person.get(address).status_code for address in expected} == expected
    posts = {address: person.post(address).status_code for name in acts if (address := url(name, open_round.pk))}
    assert set(posts.values()) == ({200} if who in KEEP else {403})
    assert Event.objects.filter(subject=open_round.subject).count() == 2


def test_strangers_sign_in_and_what_is_not_there_is_not_found(client, consultant, open_round):
    names = ["round", "edit-round", "announce", "move-deadline", "extend", "clone", "archive"]
    for name in names:
        assert client.get(url(name, open_round.pk)).status_code == 302
        assert consultant.get(url(name, 999_999)).status_code == 404
    assert [consultant.post(url("rounds")).status_code, consultant.post(url("round", open_round.pk)).status_code] == [
        405,
        405,
    ]


# ── the list ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_says_status_deadline_ceiling_and_how_many(cast, case, open_round, year, committee, consultant):
    decided = case("granted")
    clock.set_to(NOW)
    make_round(cast, year, committee, name="Senere", opens=NOW + timedelta(days=3), deadline=NOW + timedelta(days=9))
    planned = rounds.save(
        Round(pool_year=year, name="Plan", ceiling=1, opens=NOW, deadline=NOW + timedelta(1), answer_by=date(2026, 5, 1)),
        cast["karen"],
    )
    clock.set_to(open_round.deadline + timedelta(days=1))
    rows = [(r["round"].name, str(r["status"]), r["counts"].sent) for r in consultant.get(url("rounds")).context["rows"]]
    assert rows == [
        ("Senere", "Lukket for ansøgninger", 0),
        ("Plan", "Planlagt, ikke annonceret", 0),
        ("Runde 1, 2026", "Afgjort", 1),
    ]
    clock.set_to(NOW)
    page = consultant.get(url("rounds"))
    rows = [(r["round"].name, str(r["status"])) for r in page.context["rows"]]
    assert rows == [("Senere", "Planlagt"), ("Plan", "Planlagt, ikke annonceret"), ("Runde 1, 2026", "Åben")]
    assert "16. marts 2026 kl. 10.00 520.000 kr. 1" in text_of(page)
    assert reverse("applications:round", args=[decided.round_id]) in page.content.decode()
    assert planned.status == "planned"


def test_a_round_with_a_case_that_waits_is_not_decided(case, consultant):
    case("recommended")
    assert [str(row["status"]) for row in consultant.get(url("rounds")).context["rows"]] == ["Lukket for ansøgninger"]


def test_withdrawn_cases_are_decided_and_drafts_are_not_counted(cast, case, open_round, consultant):
    case("withdrawn")
    Walker(cast, open_round)()
    clock.set_to(open_round.deadline + timedelta(days=1))
    (row,) = consultant.get(url("rounds")).context["rows"]
    assert (str(row["status"]), row["counts"].sent, Application.objects.count()) == ("Afgjort", 1, 2)


def test_the_list_goes_by_year(cast, open_round, committee, consultant):
    other = PoolYear.objects.create(year=2027)
    make_round(cast, other, committee, name="Runde 1, 2027")
    names = lambda query: [row["round"].name for row in consultant.get(url("rounds") + query).context["rows"]]  # noqa: E731
    assert [names(""), names("?aar=2027"), names("?aar=løgn")] == [["Runde 1, 2026"], ["Runde 1, 2027"], ["Runde 1, 2026"]]
    assert "?aar=2027" in consultant.get(url("rounds")).content.decode()


def test_without_a_year_there_is_nothing_to_plan(cast, consultant):
    assert "Der er ikke oprettet et puljeår endnu" in text_of(consultant.get(url("rounds")))
    assert consultant.get(url("new-round")).url == url("rounds")


def test_one_or_three_rounds_cost_the_same(cast, open_round, year, committee, consultant):
    def cost(address):
        consultant.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert consultant.get(address).status_code == 200
        return len(seen)

    addresses = [url("rounds"), url("round", open_round.pk), url("edit-round", open_round.pk)]
    one = [cost(address) for address in addresses]
    for number in (2, 3):
        make_round(cast, year, committee, name=f"Runde {number}")
    for unit in Unit.objects.filter(kind__in=["daycare", "school"]):
        rounds.extend(open_round, unit, open_round.deadline + timedelta(days=1), cast["karen"], "Sygdom")
    three = [cost(address) for address in addresses]
    assert three[0] == one[0] and three[2] == one[2]
    assert max(*one, *three) <= MOST_QUERIES


# ── the page ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_every_rule_in_words(cast, consultant, year, committee):
    consultant.post(url("new-round"), posted(committee=committee.pk, pool_year=year.pk))
    made = Round.objects.get()
    moves = consultant.get(f"{url('moves', 2026)}?tal=tilbage&runde={made.pk}")
    assert "Hele rammen er tilbage." in text_of(moves)
    page = text_of(consultant.get(url("round", made.pk)))
    for words in [
        "Til det grønne.",
        "Åbner 1. april 2026 kl. 08.00",
        "Ansøgningsfrist 30. april 2026 kl. 12.00",
        "Svar senest 15. juni 2026",
        "Annonceret Ikke endnu",
        "Beslutning Teknik- og Klimaudvalget",
        "Mindst 2 bedømmere giver point",
        "Fra 5.000 kr. til 75.000,50 kr.",
        "Affald og genanvendelse, Fødevarer og madspild",
        "Puljen giver ikke penge til Forplejning Drift",
        "Skal opfyldes Ikke begyndt",
        "Mindst 1 af de 2 skal opfyldes Flere enheder er med Kan gentages",
        "Mindre CO2, færre ton 75 % (vægt 3) Regn i ton. Spredning 25 % (vægt 1)",
        "Runden er oprettet",
        "Ramme: 300.000 kr.",
    ]:
        assert words in page, words


def test_money_opens_its_moves_for_readers_of_the_account_alone(cast, open_round, client_of):
    link = url("moves", 2026) + f"?tal=tilbage&amp;runde={open_round.pk}"
    pages = {who: client_of(cast[who]).get(url("round", open_round.pk)).content.decode() for who in READ}
    assert {who for who, page in pages.items() if link in page} == READ - {"rune"}
    assert all("520.000" in page for page in pages.values())


def test_the_buttons_are_what_may_be_done_now(cast, case, open_round, year, committee, client_of, consultant):
    def buttons(round_, person=consultant):
        return [(act.label, bool(act.reason)) for act in person.get(url("round", round_.pk)).context["acts"]]

    runs = [("Ret", False), ("Rundens spørgsmål", False), ("Flyt fristen", False), ("Giv en enhed mere tid", False)]
    runs.append(("Kopiér til et andet år", False))
    assert buttons(open_round) == runs
    assert buttons(open_round, client_of(cast["mads"])) == []
    case("recommended")
    assert buttons(open_round) == [*runs, ("Arkivér", True)]
    assert "Der er 1 ansøgning i runden, der ikke er afgjort." in text_of(consultant.get(url("round", open_round.pk)))
    planned = rounds.clone(
        open_round, year, "Kopi", clock.now(), clock.now() + timedelta(1), date(2026, 12, 1), cast["karen"]
    )
    assert buttons(planned) == [("Annoncér runden", False), *runs[:2], ("Kopiér til et andet år", False)]


# ── a new round ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_round_is_stored_as_it_was_typed(cast, consultant, year, committee):
    response = consultant.post(url("new-round"), posted(committee=committee.pk, pool_year=year.pk))
    made = Round.objects.get()
    assert response.url == url("round", made.pk)
    assert (made.opens, made.deadline, made.answer_by) == (RULES["opens"], RULES["deadline"], RULES["answer_by"])
    amounts = (made.ceiling, made.minimum_amount, made.maximum_amount, made.delegated_limit)
    assert amounts == (300_000_00, 5_000_00, 75_000_50, None)
    assert (made.themes, made.exclusion_lines, made.committee) == (["waste", "food"], ["Forplejning", "Drift"], committee)
    assert list(made.criteria.values_list("key", "name", "help", "weight", "position")) == [
        ("mindre-co2-faerre-ton", "Mindre CO2, færre ton", "Regn i ton.", 3, 0),
        ("spredning", "Spredning", "", 1, 1),
    ]
    assert list(made.gates.values_list("key", "required")) == [
        ("ikke-begyndt", True), ("flere-enheder-er-med", False), ("kan-gentages", False),
    ]  # fmt: skip
    event = Event.objects.get(subject=made.subject)
    assert (event.step, event.actor, event.payload["ramme"]) == ("plan_round", cast["karen"], 300_000_00)
    assert (made.status, Message.objects.filter(event=event).count()) == ("planned", 0)


def test_two_rows_of_one_name_get_two_keys(consultant, year, committee):
    same = [{"name": "Æ" * 80, "weight": "1"}] * 12 + [{"name": "☃", "weight": "1"}]
    consultant.post(url("new-round"), posted(committee=committee.pk, pool_year=year.pk, criteria=same))
    keys = list(Round.objects.get().criteria.values_list("key", flat=True))
    assert keys == [
        "ae" * 15,
        *[f"{'ae' * 14}-{n}" for n in range(2, 10)],
        *[f"{('ae' * 14)[:27]}-{n}" for n in (10, 11, 12)],
        "punkt",
    ]


def test_a_key_that_somebody_types_is_not_taken(consultant, year, committee):
    rows = [{"name": "Spredning", "weight": "1", "key": "hack"}]
    consultant.post(
        url("new-round"), posted(committee=committee.pk, pool_year=year.pk, criteria=rows, optional_gates_needed="")
    )
    assert list(Round.objects.get().criteria.values_list("key", flat=True)) == ["spredning"]


def test_the_quick_track_needs_a_limit_and_no_committee(consultant, year):
    page = consultant.post(url("new-round"), posted(track="quick", pool_year=year.pk))
    assert "Skriv, hvor stort et beløb en leder må afgøre." in text_of(page) and Round.objects.count() == 0
    consultant.post(url("new-round"), posted(track="quick", delegated_limit="15.000", pool_year=year.pk))
    assert Round.objects.get().delegated_limit == 15_000_00


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"name": ""}, "Udfyld feltet «Navn»."),
        ({"name": "x" * 81}, "80"),
        ({"track": "hovsa"}, "hovsa"),
        ({f"opens_{part}": "" for part in PARTS}, "Skriv, hvornår runden åbner, fx 3 2 2026 kl. 12.00."),
        ({"deadline": datetime(2026, 3, 31, 10, 0, tzinfo=UTC)}, "Fristen skal ligge efter åbningen."),
        ({"answer_by": date(2026, 4, 30)}, "Svaret kan ikke komme før dagen efter fristen."),
        ({"answer_by_day": "31", "answer_by_month": "2", "answer_by_year": "2026"}, "Datoen passer ikke"),
        ({"opens_day": "1", "opens_month": "1", "opens_year": "0001", "opens_time": "00.00"}, "Datoen passer ikke"),
        ({"deadline_year": "9999"}, "Datoen passer ikke"),
        ({"ceiling": ""}, "Skriv rundens ramme i kroner, fx 500.000."),
        ({"ceiling": "0"}, "Beløbet skal være mindst 0,01 kr."),
        ({"ceiling": "1e9"}, "Skriv et beløb i kroner"),
        ({"ceiling": "9" * 25}, "Beløbet er for stort."),
        ({"minimum_amount": "80.000"}, "Det største beløb skal være mindst lige så stort som det mindste."),
        ({"minimum_amount": "300.001", "maximum_amount": ""}, "Det mindste beløb er større end rundens ramme."),
        ({"themes": ["waste", "guld"]}, "guld"),
        ({"assessors_required": "0"}, "Skriv mindst 1."),
        ({"assessors_required": "to"}, "Skriv et helt tal."),
        ({"assessors_required": "9" * 6000}, "Skriv et helt tal."),
        ({"optional_gates_needed": "3"}, "Der er kun 2 valgfrie krav."),
        ({"committee": "99999999999999999999"}, "Udvalg"),
        ({"pool_year": "abc"}, "Puljeår"),
        ({"introduction": "a\x00b"}, "Null"),
        ({"criteria-0-name": ""}, "Udfyld feltet «Navn»."),
        ({"criteria-0-weight": "0"}, "Skriv mindst 1."),
        ({"criteria-0-weight": "1,5"}, "Skriv et helt tal."),
        ({"criteria-0-DELETE": "on", "criteria-1-DELETE": "on"}, "Skriv mindst ét kriterium."),
        ({"gates-0-required": "måske"}, "måske"),
        ({"criteria-TOTAL_FORMS": "x"}, "Skriv mindst ét kriterium."),
        ({"criteria-TOTAL_FORMS": "1000"}, "20"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_round_is_refused_and_kept(changes, answer, consultant, year, committee):
    data = posted(committee=committee.pk, pool_year=year.pk, introduction="Mine egne ord")
    for name, value in changes.items():
        data |= spread(name, value)
    page = consultant.post(url("new-round"), data)
    assert page.status_code == 200 and answer in text_of(page)
    assert Round.objects.count() == 0 and not Event.objects.filter(step="plan_round").exists()
    if "introduction" not in changes:
        assert "Mine egne ord" in page.content.decode()


def test_every_error_shows_at_once_and_rows_keep_their_words(consultant, year):
    page = consultant.post(
        url("new-round"), posted(name="", criteria=[{"name": "Min", "weight": "x"}], gates=[{"name": "Mit"}])
    )
    text = text_of(page)
    for words in ("Udfyld feltet «Navn».", "Skriv et helt tal.", "Vælg et svar: «Gælder det altid?»."):
        assert words in text, words
    assert 'value="Min"' in page.content.decode() and 'value="Mit"' in page.content.decode()


def test_a_name_once_a_year(cast, open_round, consultant, year, committee):
    page = consultant.post(url("new-round"), posted(name=open_round.name, committee=committee.pk, pool_year=year.pk))
    assert "Der er allerede en runde i året med det navn." in text_of(page) and Round.objects.count() == 1


def test_the_committee_must_exist_on_the_day_of_the_answer(cast, consultant, year, committee):
    ends = Committee.objects.create(name="Gammelt", valid_from=date(2022, 1, 1), valid_to=date(2026, 6, 14))
    page = consultant.post(url("new-round"), posted(committee=ends.pk, pool_year=year.pk))
    assert "Udvalget findes ikke den dag" in text_of(page) and Round.objects.count() == 0
    assert consultant.post(url("new-round"), posted(committee=ends.pk, pool_year=year.pk, answer_by=date(2026, 6, 14))).url


def test_a_row_is_added_without_javascript_and_without_complaint(consultant, year):
    data = posted(name="", criteria=[{"name": "Min", "weight": "x"}]) | {"add_row": "criteria"}
    page = consultant.post(url("new-round"), data)
    html = page.content.decode()
    assert 'name="criteria-1-name"' in html and 'name="criteria-TOTAL_FORMS" value="2"' in html and 'value="Min"' in html
    assert "Udfyld feltet" not in html and "Skriv et helt tal" not in html and Round.objects.count() == 0
    page = consultant.post(url("new-round"), data | {"add_row": "gates", "gates-TOTAL_FORMS": "x"})
    assert page.status_code == 200
    assert consultant.post(url("new-round"), data | {"add_row": "hovsa"}).context["plan"].criteria.total_form_count() == 1


def test_a_new_round_is_asked_about_in_the_year_of_the_list(consultant, year):
    other = PoolYear.objects.create(year=2027)
    chosen = lambda query: consultant.get(url("new-round") + query).context["plan"].form.initial["pool_year"]  # noqa: E731
    assert [chosen("?aar=2027"), chosen(""), chosen("?aar=²²²²"), chosen("?aar=1999")] == [other, year, year, other]


# ── a changed round ─────────────────────────────────────────────────────────────────────────────────────────────────


def edit(consultant, round_, **changes):
    rows = {name: changes.pop(name) for name in ("criteria", "gates") if name in changes}
    return consultant.post(url("edit-round", round_.pk), posted(rules_of(round_), **(rows_of(round_) | rows), **changes))


def test_nothing_changed_is_no_event(consultant, open_round):
    before = Event.objects.count()
    assert edit(consultant, open_round).url == url("round", open_round.pk)
    assert Event.objects.count() == before


def test_a_ceiling_changes_by_an_event_that_says_from_what_to_what(cast, consultant, open_round):
    edit(consultant, open_round, ceiling="600.000", name="Forår 2026")
    event = Event.objects.last()
    assert (event.step, event.payload["ændret"]) == (
        "change_round",
        {"name": ["Runde 1, 2026", "Forår 2026"], "ceiling": [520_000_00, 600_000_00]},
    )
    page = text_of(consultant.get(url("round", open_round.pk)))
    assert "Ramme: 520.000 kr. → 600.000 kr." in page and "Navn: Runde 1, 2026 → Forår 2026" in page


def test_every_kind_of_change_has_its_words(consultant, open_round):
    changes = {"introduction": "Nyt", "themes": ["food"], "maximum_amount": "90.000", "answer_by": date(2026, 6, 1)}
    edit(consultant, open_round, **changes, criteria=[{"name": "Nyt", "weight": "5"}], gates=[])
    page = text_of(consultant.get(url("round", open_round.pk)))
    for words in ("Temaer er rettet", "Kriterier er rettet", "Krav er rettet", "Svar senest: 1. maj 2026 → 1. juni 2026"):
        assert words in page, words
    assert "Største beløb: ikke sat → 90.000 kr." in page and "Hvad runden giver penge til er rettet" in page


def test_a_round_holds_its_ceiling_above_what_is_used(cast, case, open_round, consultant):
    case("approved_for_decision")
    page = edit(consultant, open_round, ceiling="39.999")
    assert "Der er allerede reserveret eller bevilget 40.000 kr. Rammen kan ikke være mindre." in text_of(page)
    assert edit(consultant, open_round, ceiling="40.000").status_code == 302


def test_weights_stand_once_points_are_given_and_names_may_be_corrected(cast, case, open_round, consultant):
    case("recommended")
    rows = rows_of(open_round)["criteria"]
    answer = "Der er allerede givet point i runden."
    lighter = [rows[0] | {"weight": 10}, rows[1]]
    more = [*rows, {"name": "Nyt", "weight": "1"}]
    for criteria in (lighter, rows[:1], more):
        page = edit(consultant, open_round, criteria=criteria)
        assert answer in text_of(page), criteria
    assert [row["weight"] for row in rows_of(open_round)["criteria"]] == [60, 40]
    assert edit(consultant, open_round, criteria=[rows[0] | {"name": "CO2 i ton"}, rows[1]]).status_code == 302
    assert open_round.criteria.first().name == "CO2 i ton" and open_round.criteria.first().key == "co2"


def test_before_points_the_weights_may_change(cast, case, open_round, consultant):
    case("submitted")
    rows = rows_of(open_round)["criteria"]
    assert edit(consultant, open_round, criteria=[rows[0] | {"weight": 10}, rows[1]]).status_code == 302
    assert [row["weight"] for row in rows_of(open_round)["criteria"]] == [10, 40]


def test_gates_stand_once_they_are_answered(cast, case, open_round, consultant):
    case("recommended")
    gate = rows_of(open_round)["gates"][0]
    for gates in ([], [gate | {"required": "no"}], [gate, {"name": "Ny", "required": "no"}]):
        assert "Kravene er allerede brugt i en vurdering." in text_of(edit(consultant, open_round, gates=gates)), gates
    assert edit(consultant, open_round, gates=[gate | {"name": "Ikke begyndt endnu"}]).status_code == 302
    assert "Kravene er allerede brugt" in text_of(edit(consultant, open_round, optional_gates_needed="1"))


def test_the_track_stands_once_somebody_writes(cast, case, open_round, consultant):
    assert edit(consultant, open_round, track="quick", delegated_limit="5.000").status_code == 302
    open_round.refresh_from_db()
    assert edit(consultant, open_round, track="main").status_code == 302
    open_round.refresh_from_db()
    case()
    page = edit(consultant, open_round, track="quick", delegated_limit="5.000")
    assert "Der er allerede ansøgninger i runden, så sporet kan ikke skiftes." in text_of(page)


def test_limits_do_not_shut_out_what_was_sent(cast, case, open_round, consultant):
    case("submitted")  # 40,000 sought
    assert "Der er allerede sendt ansøgninger ind på mindre end 40.001 kr." in text_of(
        edit(consultant, open_round, minimum_amount="40.001")
    )
    assert "Der er allerede sendt ansøgninger ind på mere end 39.999 kr." in text_of(
        edit(consultant, open_round, maximum_amount="39.999")
    )
    assert edit(consultant, open_round, minimum_amount="40.000", maximum_amount="40.000").status_code == 302


def test_what_units_were_told_is_not_asked_and_not_taken(cast, open_round, consultant):
    html = consultant.get(url("edit-round", open_round.pk)).content.decode()
    assert 'name="deadline_day"' not in html and 'name="opens_day"' not in html and "Flyt fristen" in html
    before = (open_round.opens, open_round.deadline)
    edit(consultant, open_round, deadline=NOW + timedelta(days=90), opens=NOW, name="Nyt navn")
    open_round.refresh_from_db()
    assert (open_round.name, open_round.opens, open_round.deadline) == ("Nyt navn", *before)
    open_round.deadline, open_round.opens = NOW + timedelta(days=40), NOW
    with pytest.raises(rounds.ValidationError) as refusal:
        rounds.save(open_round, cast["karen"])
    assert set(refusal.value.message_dict) == {"deadline", "opens"}


def test_a_ceiling_of_nothing_and_no_assessors_are_no_round(cast, open_round):
    open_round.ceiling, open_round.assessors_required, open_round.minimum_amount = 0, 0, None
    with pytest.raises(rounds.ValidationError) as refusal:
        rounds.save(open_round, cast["karen"])
    assert set(refusal.value.message_dict) == {"ceiling", "assessors_required"}


def test_a_round_stays_in_its_year(cast, open_round):
    open_round.pool_year = PoolYear.objects.create(year=2027)
    with pytest.raises(rounds.ValidationError, match="kan ikke flyttes til et andet år"):
        rounds.save(open_round, cast["karen"])


def test_a_planned_round_may_change_its_dates(cast, consultant, year, committee):
    consultant.post(url("new-round"), posted(committee=committee.pk, pool_year=year.pk))
    planned = Round.objects.get()
    later = datetime(2026, 5, 5, 10, 0, tzinfo=UTC)
    rows = rows_of(planned)
    response = consultant.post(url("edit-round", planned.pk), posted(committee=committee.pk, deadline=later, **rows))
    assert response.status_code == 302
    planned.refresh_from_db()
    assert planned.deadline == later
    assert "Ansøgningsfrist: 30. april 2026 kl. 12.00 → 5. maj 2026 kl. 12.00" in text_of(consultant.get(response.url))


# ── announce ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def planned(cast, year, committee):
    rules = {"name": "Plan", "ceiling": 1_000_00, "opens": NOW, "deadline": NOW + timedelta(days=9), "committee": committee}
    round_ = Round(pool_year=year, answer_by=date(2026, 5, 1), introduction="Fra <b>jer</b> & os", **rules)
    return rounds.save(round_, cast["karen"], criteria=[{"name": "CO2", "weight": 1}], gates=[])


def test_announcing_says_how_many_and_tells_everybody_of_the_units(cast, planned, consultant):
    page = consultant.get(url("announce", planned.pk))
    assert "5 personer i 3 enheder får mail Anna Ansøger, Bo Medskriver, Henrik Ejendomschef" in text_of(page)
    assert Message.objects.filter(template="round_announced").count() == 0
    assert consultant.post(url("announce", planned.pk)).url == url("round", planned.pk)
    assert told("announce_round") == {(who, "round_announced") for who in UNIT_PEOPLE}
    planned.refresh_from_db()
    assert planned.announced_at == NOW
    message = Message.objects.filter(template="round_announced").first()
    assert (message.subject, message.link) == ("Ny runde i bæredygtighedspuljen: Plan", "/")
    body = message.body.replace("\xa0", " ")
    for line in [
        "Frist: 11. marts 2026 kl. 10.00", "I får svar senest: 1. maj 2026", "Penge i runden: 1.000 kr.",
        "Fra <b>jer</b> & os", "Åbner: 2. marts 2026 kl. 10.00",
    ]:  # fmt: skip
        assert line in body.splitlines(), line
    assert re.search(r"^https?://[^/\s]+/$", body, re.M)


def test_a_round_is_announced_once(cast, planned, consultant):
    consultant.post(url("announce", planned.pk))
    page = consultant.post(url("announce", planned.pk))
    assert "Runden er allerede annonceret." in text_of(page)
    assert Message.objects.filter(template="round_announced").count() == 5
    assert "Det kan ikke gøres endnu" in text_of(consultant.get(url("announce", planned.pk)))


@pytest.mark.parametrize(
    ("spoil", "answer"),
    [
        (lambda r: r.criteria.all().delete(), "Runden mangler kriterier."),
        (lambda r: Round.objects.filter(pk=r.pk).update(committee=None), "Vælg det udvalg, der skal beslutte"),
        (lambda r: clock.set_to(r.deadline), "Rundens frist er passeret."),
        (lambda r: Round.objects.filter(pk=r.pk).update(archived_at=NOW), "Runden ligger i arkivet."),
    ],
)
def test_what_is_not_ready_is_not_announced(spoil, answer, planned, consultant):
    spoil(planned)
    for page in (consultant.get(url("announce", planned.pk)), consultant.post(url("announce", planned.pk))):
        assert answer in text_of(page)
    planned.refresh_from_db()
    assert (planned.announced_at, Message.objects.filter(template="round_announced").count()) == (None, 0)


# ── the deadline ────────────────────────────────────────────────────────────────────────────────────────────────────


def later(days=21, **more) -> dict:
    return spread("deadline", NOW + timedelta(days=days)) | {"reason": "Snestorm"} | more


def test_a_deadline_is_moved_for_all_with_notice(cast, open_round, consultant):
    assert "5 personer i 3 enheder får mail" in text_of(consultant.get(url("move-deadline", open_round.pk)))
    assert consultant.post(url("move-deadline", open_round.pk), later()).url == url("round", open_round.pk)
    open_round.refresh_from_db()
    assert open_round.deadline == NOW + timedelta(days=21)
    assert told() == {(who, "deadline_moved") for who in UNIT_PEOPLE}
    message = Message.objects.filter(template="deadline_moved").first()
    for words in ("Den nye frist er 23. marts 2026 kl. 10.00.", "Før var den 16. marts 2026 kl. 10.00.", "Snestorm"):
        assert words in message.body, words
    assert re.search(r"^https?://\S+/ansoegninger/$", message.body, re.M) and message.link == "/ansoegninger/"
    page = text_of(consultant.get(url("round", open_round.pk)))
    assert "Fra 16. marts 2026 kl. 10.00 til 23. marts 2026 kl. 10.00 Snestorm" in page


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (later(14), "Den nye frist skal ligge i fremtiden og efter den nuværende."),
        (later(13), "Den nye frist skal ligge i fremtiden og efter den nuværende."),
        (later(60), "Enhederne er lovet svar senest 1. maj 2026."),
        (later(reason=""), "Udfyld feltet «Begrundelse»."),
        (later(reason="x" * 2001), "2000"),
        (later(deadline_time=""), "Skriv klokkeslættet, fx 12.00."),
        (later(deadline_day="40"), "Datoen passer ikke"),
        ({}, "Skriv en dato og et klokkeslæt"),
    ],
)
@pytest.mark.parametrize("act", ["move-deadline", "extend"])
def test_bad_deadlines_are_refused_and_kept(act, data, answer, cast, open_round, consultant):
    unit = Unit.objects.get(name="Åmosens Skole")
    address = url(act, open_round.pk) + (f"?enhed={unit.pk}" if act == "extend" else "")
    if act == "extend":
        answer = answer.replace(
            "Den nye frist skal ligge i fremtiden og efter den nuværende.", "Enhedens frist skal ligge efter"
        )
    page = consultant.post(address, data)
    assert page.status_code == 200 and answer in text_of(page)
    open_round.refresh_from_db()
    assert (open_round.deadline, Extension.objects.count()) == (NOW + timedelta(days=14), 0)
    if data.get("reason") == "Snestorm":
        assert "Snestorm</textarea>" in page.content.decode()


def test_a_second_press_tells_nobody_twice(open_round, consultant):
    consultant.post(url("move-deadline", open_round.pk), later())
    assert consultant.post(url("move-deadline", open_round.pk), later()).status_code == 200
    assert Message.objects.filter(template="deadline_moved").count() == 5


def test_a_planned_or_archived_round_moves_no_deadline(cast, planned, consultant):
    for answer in ("Runden er ikke annonceret endnu. Ret fristen på runden selv.", "Runden ligger i arkivet."):
        for page in (
            consultant.get(url("move-deadline", planned.pk)),
            consultant.post(url("move-deadline", planned.pk), later()),
        ):
            assert answer in text_of(page)
        Round.objects.update(archived_at=NOW)
    assert consultant.get(url("edit-round", planned.pk)).url == url("round", planned.pk)
    with pytest.raises(rounds.ValidationError, match="arkivet"):
        rounds.save(planned, cast["karen"])


def test_a_reason_is_in_the_event_and_in_the_mail(cast, open_round):
    rounds.move_deadline(open_round, NOW + timedelta(days=20), cast["karen"], "Snestorm")
    event = Event.objects.last()
    assert (event.step, event.payload["begrundelse"]) == ("move_deadline", "Snestorm")
    assert all("Snestorm" in message.body for message in event.messages.all()) and event.messages.count() == 5


# ── more time for one unit ──────────────────────────────────────────────────────────────────────────────────────────


def test_one_unit_gets_more_time_and_it_alone_is_told(cast, open_round, consultant):
    unit = Unit.objects.get(name="Åmosens Skole")
    address = f"{url('extend', open_round.pk)}?enhed={unit.pk}"
    assert "1 person i 1 enhed får mail Olga fra en anden enhed" in text_of(consultant.get(address))
    assert consultant.post(address, later()).url == url("round", open_round.pk)
    extension = Extension.objects.get()
    assert (extension.unit, extension.deadline, extension.given_by) == (unit, NOW + timedelta(days=21), cast["karen"])
    assert told() == {("olga", "extension_given")}
    message = Message.objects.get(template="extension_given")
    assert message.subject == "Åmosens Skole har fået mere tid i bæredygtighedspuljen"
    assert "Åmosens Skole kan sende sin ansøgning til Runde 1, 2026 indtil 23. marts 2026 kl. 10.00." in message.body
    assert re.search(r"^https?://\S+/ansoegninger/$", message.body, re.M)
    page = text_of(consultant.get(url("round", open_round.pk)))
    assert "Åmosens Skole 23. marts 2026 kl. 10.00 Snestorm" in page
    assert "Åmosens Skole Ny frist: 23. marts 2026 kl. 10.00 Snestorm" in page
    again = consultant.post(address, later())
    assert "Enheden har allerede en frist, der er lige så sen eller senere." in text_of(again)
    assert Message.objects.filter(template="extension_given").count() == 1


def test_a_unit_is_picked_first_and_a_forged_one_is_asked_again(open_round, consultant, municipality):
    closed = units.found(None, name="Lukket Skole", kind="school", parent=municipality, valid_to=clock.today())
    for query in (
        "",
        "?enhed=",
        "?enhed=abc",
        f"?enhed={closed.pk}",
        "?enhed=99999999999999999999",
        f"?enhed={municipality.pk}",
    ):
        page = consultant.post(url("extend", open_round.pk) + query, later())
        assert page.status_code == 200 and "Vælg først enheden." in text_of(page), query
    assert "Lukket Skole" not in text_of(consultant.get(url("extend", open_round.pk)))
    assert Extension.objects.count() == 0


def test_a_unit_without_people_is_said_to_get_no_mail(cast, open_round, consultant, municipality):
    lonely = units.found(None, name="Ensom", kind="school", parent=municipality)
    page = consultant.get(f"{url('extend', open_round.pk)}?enhed={lonely.pk}")
    assert "Ingen får mail" in text_of(page) and "Giv selv besked." in text_of(page)
    units.close(lonely, clock.today(), None)
    with pytest.raises(rounds.ValidationError, match="Enheden er lukket"):
        rounds.extend(open_round, lonely, NOW + timedelta(days=20), cast["karen"], "x")


def test_many_who_are_told_are_folded_away(cast, planned, consultant):
    appointments.appoint(
        cast["otto"], Role.APPLICANT, Unit.objects.get(name="Åmosens Skole"), by=None, valid_from=clock.today()
    )
    page = consultant.get(url("announce", planned.pk))
    assert "6 personer i 3 enheder får mail" in text_of(page) and "<details" in page.content.decode().split("<main")[1]


# ── clone and archive ───────────────────────────────────────────────────────────────────────────────────────────────


def copy_data(year, **changes) -> dict:
    rules = {"pool_year": year.pk, "name": "Runde 1, 2027", "opens": datetime(2027, 1, 4, 7, 0, tzinfo=UTC)}
    rules |= {"deadline": datetime(2027, 2, 1, 11, 0, tzinfo=UTC), "answer_by": date(2027, 4, 1)} | changes
    return {key: part for name, value in rules.items() for key, part in spread(name, value).items()}


def test_a_copy_has_the_rules_and_new_dates_and_tells_nobody(cast, open_round, consultant):
    into = PoolYear.objects.create(year=2027)
    response = consultant.post(url("clone", open_round.pk), copy_data(into))
    copy = Round.objects.get(pool_year=into)
    assert response.url == url("round", copy.pk)
    same = ["track", "ceiling", "minimum_amount", "themes", "exclusions", "assessors_required", "committee_id"]
    assert [getattr(copy, name) for name in same] == [getattr(open_round, name) for name in same]
    assert [rows_of(copy), copy.cloned_from, copy.announced_at] == [rows_of(open_round), open_round, None]
    assert (copy.reserved, copy.committed, copy.spent) == (0, 0, 0) and told() == set()
    assert f'href="{url("round", open_round.pk)}"' in consultant.get(response.url).content.decode()
    assert "Der er allerede en runde i året med det navn." in text_of(
        consultant.post(url("clone", open_round.pk), copy_data(into))
    )


def test_a_committee_that_will_be_gone_is_not_copied(cast, open_round, committee, consultant):
    Committee.objects.filter(pk=committee.pk).update(valid_to=date(2026, 12, 31))
    consultant.post(url("clone", open_round.pk), copy_data(PoolYear.objects.create(year=2027)))
    copy = Round.objects.get(name="Runde 1, 2027")
    assert copy.committee is None
    assert "Vælg det udvalg, der skal beslutte" in text_of(consultant.get(url("announce", copy.pk)))


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"name": ""}, "Udfyld feltet «Navn»."),
        ({"pool_year": "99"}, "Puljeår"),
        ({"deadline": datetime(2027, 1, 3, 7, 0, tzinfo=UTC)}, "Fristen skal ligge efter åbningen."),
        ({"answer_by": date(2027, 1, 1)}, "Svaret kan ikke komme før dagen efter fristen."),
    ],
)
def test_a_bad_copy_is_refused_and_kept(changes, answer, open_round, consultant):
    page = consultant.post(url("clone", open_round.pk), copy_data(open_round.pool_year, **changes))
    assert page.status_code == 200 and answer in text_of(page) and Round.objects.count() == 1
    assert 'value="2027"' in page.content.decode()


def test_a_round_is_put_away_when_all_is_decided(cast, case, open_round, consultant):
    case("granted")
    assert "Det kan ikke gøres endnu" not in text_of(consultant.get(url("archive", open_round.pk)))
    assert consultant.post(url("archive", open_round.pk)).url == url("round", open_round.pk)
    page = text_of(consultant.get(url("round", open_round.pk)))
    assert "Arkiveret" in page and "Lagt i arkivet" in page and "Ret" not in page
    assert "Runden ligger allerede i arkivet." in text_of(consultant.post(url("archive", open_round.pk)))
    assert Event.objects.filter(step="archive_round").count() == 1 and told("archive_round") == set()


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        (None, "Runden tager stadig imod ansøgninger."),
        ("recommended", "Der er 1 ansøgning i runden, der ikke er afgjort."),
        ("approved_for_decision", "Der er stadig 40.000 kr. reserveret i runden."),
    ],
)
def test_what_is_under_way_is_not_put_away(state, answer, case, open_round, consultant):
    if state:
        case(state)
    for page in (consultant.get(url("archive", open_round.pk)), consultant.post(url("archive", open_round.pk))):
        assert answer in text_of(page)
    open_round.refresh_from_db()
    assert open_round.archived_at is None


def test_a_round_with_a_unit_that_still_has_time_is_not_put_away(cast, open_round):
    rounds.extend(open_round, Unit.objects.get(name="Åmosens Skole"), NOW + timedelta(days=20), cast["karen"], "x")
    clock.set_to(NOW + timedelta(days=15))
    assert rounds.why_not_archived(open_round) == "Runden tager stadig imod ansøgninger."
    clock.set_to(NOW + timedelta(days=20))
    assert rounds.why_not_archived(open_round) == ""


# ── for everybody ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_anybody_may_know_what_is_open_and_what_comes_next(
    cast, open_round, year, committee, planned, django_assert_num_queries
):
    soon = {"opens": NOW + timedelta(days=20), "deadline": NOW + timedelta(days=30)}
    make_round(cast, year, committee, name="Efter næste", opens=NOW + timedelta(days=25), deadline=NOW + timedelta(days=26))
    make_round(cast, year, committee, name="Næste", **soon)
    first = make_round(cast, year, committee, name="Kort", deadline=NOW + timedelta(days=1), exclusions="Drift\n\nFest")
    Round.objects.filter(pk=first.pk).update(themes=["food"])
    put_away = make_round(cast, year, committee, name="Væk")
    Round.objects.filter(pk=put_away.pk).update(archived_at=NOW)
    with django_assert_num_queries(1):
        shown = [(row.round.name, row.is_open, row.deadline, row.themes, row.exclusions) for row in rounds.public_rounds()]
    assert shown == [
        ("Kort", True, NOW + timedelta(days=1), ["Fødevarer og madspild"], ["Drift", "Fest"]),
        ("Runde 1, 2026", True, NOW + timedelta(days=14), [], []),
        ("Næste", False, NOW + timedelta(days=30), [], []),
    ]
    clock.set_to(NOW + timedelta(days=30))
    assert rounds.public_rounds() == []


def test_a_page_older_than_the_round_overwrites_nothing_and_keeps_what_was_typed(consultant, open_round, cast):
    shown = re.search(r'name="seen" value="(\d+)"', consultant.get(url("edit-round", open_round.pk)).content.decode())[1]
    other = Round.objects.get(pk=open_round.pk)
    other.name = "Navn fra en anden"
    rounds.save(other, cast["kurt"])
    typed = posted(rules_of(open_round), **rows_of(open_round), name="Mit navn") | {"seen": shown}
    answer = consultant.post(url("edit-round", open_round.pk), typed)
    page = answer.content.decode()
    assert "En anden har ændret runden, siden du åbnede siden." in text_of(answer)
    assert ('value="Mit navn"' in page, Round.objects.get(pk=open_round.pk).name) == (True, "Navn fra en anden")
    fresh = re.search(r'name="seen" value="(\d+)"', page)[1]
    consultant.post(url("edit-round", open_round.pk), typed | {"seen": fresh})
    assert Round.objects.get(pk=open_round.pk).name == "Mit navn"
