"""The round's list, the manager's whole list, and what waits for a person: exact values, no leak, constant queries."""

import random
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import assessing, round_table, waiting, waits
from applications.models import Application
from applications.rows import cases_for
from applications.states import State
from applications.steps import STEPS
from applications.waiting_facts import facts
from journal import clock
from tests.cast import NOW, Walker, make_round

MOST_QUERIES = 12


def url(name, *args, **query):
    tail = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(f"applications:{name}", args=args) + (f"?{tail}" if tail else "")


def queries_of(browser, address) -> int:
    browser.get(address)  # templates and translations are read once
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)


@pytest.fixture
def many(cast, open_round):
    """`many(count, state)`: that many cases walked to a state in the open round."""

    def walk(count, state=State.UNDER_ASSESSMENT, **content):
        cases = []
        for place in range(count):
            clock.set_to(NOW)
            cases.append(Walker(cast, open_round)(state, **({"title": f"Projekt {place}"} | content)))
        return cases

    return walk


# ── the list ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_database_sums_points_as_the_case_page_does(cast, open_round, many):
    chance = random.Random(7)
    for case in many(6):
        for who in chance.sample(["karen", "rune"], chance.randint(0, 2)):
            assessing.declare(case.pk, cast[who], "none")
            points = {criterion.pk: chance.randint(0, 5) for criterion in open_round.criteria.all()}
            assessing.assess(case.pk, cast[who], points, "Begrundelse.")
    found, _mine = round_table.results_in(open_round, cast["mads"])
    slow = {case.pk: assessing.result_of(case) for case in Application.objects.all()}
    assert found == {pk: result for pk, result in slow.items() if result is not None}
    assert len(found) >= 2


def test_a_row_says_score_spread_recommendation_and_running_sum(cast, open_round, walker):
    walker(State.UNDER_ASSESSMENT)
    walker.score("karen", co2=5, spread=5)
    walker.score("rune", co2=2, spread=3)
    walker.gates()
    walker.take("recommend", "karen", amount=30_000_00, reason="En del.", conditions="")
    (row,) = round_table.summed(round_table.rows_of(open_round, cast["mads"]), open_round.ceiling)
    assert (row.result.points, row.result.spread, row.result.assessors) == (3.7, 2.6, 2)
    assert (row.recommendation, row.recommended, row.counts, row.running) == ("part", 30_000_00, 30_000_00, 30_000_00)
    assert row.centre.name == "Center for Dagtilbud, Skole og Forebyggelse"


def test_the_line_stands_where_the_running_sum_passes_the_ceiling(cast, year, committee, client_of):
    small = make_round(cast, year, committee, name="Lille runde", ceiling=100_000_00)
    now = clock.now()
    for amount in (60_000_00, 40_000_00, 10_000_00):
        clock.set_to(now)
        Walker(cast, small)(State.SUBMITTED, amount_sought=amount, minimum_amount=0)
    rows = round_table.summed(round_table.rows_of(small, cast["karen"]), small.ceiling)
    assert [row.running for row in rows] == [60_000_00, 100_000_00, 110_000_00]
    assert [row.passes_ceiling for row in rows] == [False, False, True]
    up = round_table.summed(round_table.ordered(rows, "sought"), small.ceiling)
    assert [(row.running, row.passes_ceiling) for row in up] == [(10_000_00, False), (50_000_00, False), (110_000_00, True)]
    html = client_of(cast["karen"]).get(url("round", small.pk)).content.decode()
    assert html.count("Her er rammen på 100.000\xa0kr. brugt") == 1
    assert html.index(">2026-002<") < html.index("Her er rammen") < html.index(">2026-003<")


def test_every_column_sorts_both_ways_and_unknown_values_come_last(cast, open_round, many):
    many(2, State.SUBMITTED, amount_sought=30_000_00)
    many(1, State.RECOMMENDED)
    rows = round_table.rows_of(open_round, cast["mads"])
    for name, key in round_table.SORTS.items():
        for sign in ("", "-"):
            values = [key(row) for row in round_table.ordered(rows, sign + name)]
            known = [value for value in values if value is not None]
            assert known == sorted(known, reverse=bool(sign)), name
            assert values[: len(known)] == known, name


def test_danish_letters_sort_after_z():
    words = ["Ådal", "Zoo", "Æblehaven", "Øen", "Alfa"]
    assert sorted(words, key=round_table._alphabetical) == ["Alfa", "Zoo", "Æblehaven", "Øen", "Ådal"]


def test_filters_narrow_and_totals_follow(cast, open_round, many, client_of):
    many(1, State.SUBMITTED, title="Solceller på taget", themes=["energy"], amount_sought=25_000_00)
    many(1, State.RECOMMENDED, title="Madspild i køkkenet", themes=["food"])
    rows = round_table.rows_of(open_round, cast["karen"])
    narrowed = lambda **chosen: [row.case.title for row in round_table.narrowed(rows, chosen)]  # noqa: E731
    assert narrowed(theme="energy") == ["Solceller på taget"]
    assert narrowed(state="recommended") == ["Madspild i køkkenet"]
    assert narrowed(recommendation="full") == ["Madspild i køkkenet"]
    assert narrowed(recommendation="none") == ["Solceller på taget"]
    assert narrowed(text="madspild SOLSTRÅLEN") == ["Madspild i køkkenet"]
    assert narrowed(centre="0") == []
    totals = round_table.totals_of(rows, open_round)
    assert (totals.count, totals.sought, totals.recommended, totals.left) == (2, 65_000_00, 40_000_00, 480_000_00)
    html = client_of(cast["karen"]).get(url("round", open_round.pk, theme="energy")).content.decode()
    assert "Solceller på taget" in html
    assert "Madspild i køkkenet" not in html


def test_the_export_holds_the_filtered_rows_in_kroner(cast, open_round, many, client_of):
    many(1, State.RECOMMENDED, title="=HYPERLINK(1)")
    many(1, State.SUBMITTED, title="Noget andet")
    file = client_of(cast["karen"]).get(url("round-csv", open_round.pk, state="recommended"))
    lines = file.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    expected = "2026-001;Børnehuset Solstrålen;Center for Dagtilbud, Skole og Forebyggelse;'=HYPERLINK(1);"
    expected += "Indstillet af konsulenten;40000,00;3000,00;3,60;0,00;2;Hele beløbet;40000,00;40000,00"
    assert lines[1] == expected
    sheet = client_of(cast["karen"]).get(url("round-xlsx", open_round.pk, state="recommended"))
    assert sheet.content[:2] == b"PK"


def test_a_score_is_not_in_the_list_before_ones_own_is_given(cast, open_round, walker, client_of):
    walker(State.UNDER_ASSESSMENT)
    walker.score("karen", co2=5, spread=1)  # 3.40
    rows = lambda who: round_table.rows_of(open_round, cast[who])  # noqa: E731
    assert rows("rune")[0].result is None
    assert rows("mads")[0].result.points == 3.4
    assert "3,40" not in client_of(cast["rune"]).get(url("round", open_round.pk)).content.decode()
    walker.score("rune", co2=5, spread=1)
    assert rows("rune")[0].result.points == 3.4


def test_the_list_shows_scores_exactly_where_the_case_page_does(cast, open_round, many):
    cases = many(2)
    for who in ("karen", "rune"):
        assessing.declare(cases[0].pk, cast[who], "none")
    points = {criterion.pk: 4 for criterion in open_round.criteria.all()}
    assessing.assess(cases[0].pk, cast["karen"], points, "Fint.")
    for who in cast:
        for row in round_table.rows_of(open_round, cast[who]):
            fresh = Application.objects.get(pk=row.case.pk)
            assert (row.result is not None) == bool(assessing.assessments_shown_to(cast[who], fresh)), who


def test_who_has_an_interest_sees_neither_points_nor_recommendation(cast, open_round, case):
    case(State.RECOMMENDED)
    (row,) = round_table.rows_of(open_round, cast["ulla"])
    assert (row.result, row.recommended, row.recommendation, row.counts) == (None, None, "none", 40_000_00)


@pytest.mark.parametrize("who", ["anna", "ulla", "olga", "otto", "asger", "kamille"])
def test_the_units_and_strangers_have_no_round_list(cast, open_round, client_of, who):
    for name in ("round", "round-xlsx", "round-csv", "approve-all", "declare-all"):
        assert client_of(cast[who]).get(url(name, open_round.pk)).status_code == 403


@pytest.mark.parametrize("who", ["karen", "rune", "mads", "signe"])
def test_queries_do_not_grow_with_rows(cast, open_round, many, client_of, who):
    browser = client_of(cast[who])
    pages = [url("round", open_round.pk), url("waiting")]
    counts = []
    state = State.APPROVED_FOR_DECISION if who == "signe" else State.UNDER_ASSESSMENT
    for more in (1, 2, 9):
        many(more, state)
        counts.append([queries_of(browser, address) for address in pages])
    assert counts[0] == counts[1] == counts[2]
    assert max(counts[0]) <= MOST_QUERIES


# ── declaring for a round ───────────────────────────────────────────────────────────────────────────────────────────


def test_one_press_declares_for_the_round_but_not_over_an_exception(cast, open_round, many, client_of):
    first, second, third = many(3)
    assessing.declare(second.pk, cast["mads"], "possible", "Min bror arbejder der.")
    browser = client_of(cast["mads"])
    html = browser.get(url("declare-all", open_round.pk)).content.decode()
    assert [case.number in html for case in (first, second, third)] == [True, False, True]
    seen = [case.pk for case in (first, second, third)]
    (later,) = many(1)
    assert "Sæt kryds ved mindst én sag." in browser.post(url("declare-all", open_round.pk)).content.decode()
    browser.post(url("declare-all", open_round.pk), {"case": [*seen, "999", "x", "²", "9" * 40]})
    assert not later.declarations.filter(person=cast["mads"]).exists()
    levels = {case.pk: case.declarations.get(person=cast["mads"]).level for case in (first, second, third)}
    assert levels == {first.pk: "none", second.pk: "possible", third.pk: "none"}


# ── the manager's whole list ────────────────────────────────────────────────────────────────────────────────────────


def boxes(html):
    """{pk:revision: ticked} of the page's boxes."""
    found = re.findall(r'<input type="checkbox"[^>]*name="case"[^>]*value="(\d+:\d+)"( checked)?', html)
    return {value: bool(checked) for value, checked in found}


def test_the_whole_list_is_approved_case_by_case_and_the_last_kroner_are_refused(cast, year, committee, client_of):
    tight = make_round(cast, year, committee, name="Stram runde", ceiling=70_000_00)
    now, cases = clock.now(), []
    for _place in range(2):
        clock.set_to(now)
        cases.append(Walker(cast, tight)(State.RECOMMENDED))
    browser, address = client_of(cast["mads"]), url("approve-all", tight.pk)
    assert boxes(browser.get(address).content.decode()) == {}  # not declared yet
    assessing.declare_for_round(tight, cast["mads"])
    html = browser.get(address).content.decode()
    ticks = boxes(html)
    assert list(ticks.values()) == [True, False]
    assert "Der er 30.000\xa0kr. tilbage i runden, og der er indstillet 40.000\xa0kr." in html
    html = browser.post(address, {"case": list(ticks)}).content.decode()
    assert "1 af 2 sager er godkendt." in html
    assert "Der er 30.000\xa0kr. tilbage i runden" in html
    states = [Application.objects.get(pk=case.pk).state for case in cases]
    assert states == [State.APPROVED_FOR_DECISION, State.RECOMMENDED]
    tight.refresh_from_db()
    assert tight.reserved == 40_000_00


def test_a_case_that_changed_after_the_page_was_shown_is_refused_alone(cast, open_round, many, client_of):
    first, second = many(2, State.RECOMMENDED)
    assessing.declare_for_round(open_round, cast["mads"])
    stale = {"case": [f"{first.pk}:{first.revision - 1}", f"{second.pk}:{second.revision}"]}
    html = client_of(cast["mads"]).post(url("approve-all", open_round.pk), stale).content.decode()
    assert "Sagen er ændret, siden du åbnede siden." in html
    assert [Application.objects.get(pk=c.pk).state for c in (first, second)] == [
        State.RECOMMENDED,
        State.APPROVED_FOR_DECISION,
    ]


def test_the_list_gives_the_reasons_the_door_gives(cast, open_round, many):
    from applications.approving import candidates

    many(1, State.RECOMMENDED)
    (candidate,), room = candidates(open_round, cast["mads"])
    case = Application.objects.get(pk=candidate.row.case.pk)
    assert candidate.reasons == STEPS["approve_recommendation"].reasons_against(case, cast["mads"])
    assert candidate.reasons == ["Erklær først, om du har en interesse i sagen (habilitet)."]
    assert room == 520_000_00


def test_checking_the_whole_list_takes_as_many_queries_for_one_as_for_many(cast, open_round, many, client_of):
    browser, counts = client_of(cast["mads"]), []
    for more in (1, 3):
        many(more, State.RECOMMENDED)
        counts.append(queries_of(browser, url("approve-all", open_round.pk)))
    assert counts[0] == counts[1] <= MOST_QUERIES


def test_a_quick_round_is_decided_from_the_whole_list(cast, quick_round, quick_case, client_of):
    case = quick_case(State.RECOMMENDED)
    assessing.declare_for_round(quick_round, cast["mads"])
    client_of(cast["mads"]).post(url("approve-all", quick_round.pk), {"case": [f"{case.pk}:{case.revision}"]})
    case = Application.objects.get(pk=case.pk)
    assert (case.state, case.granted_amount) == (State.GRANTED, 40_000_00)


# ── what waits ──────────────────────────────────────────────────────────────────────────────────────────────────────


def waiting_titles(person):
    """{group's title: number of things}."""
    fresh = type(person).objects.get(pk=person.pk)
    return {group.title: len(group.items) for group in waiting.waiting_for(fresh)}


WAITING = {
    State.DRAFT: {"anna": "Kladder, der ikke er sendt", "ulla": "Kladder, der ikke er sendt"},
    State.AWAITING_ENDORSEMENT: {"ulla": "Ansøgninger, du skal godkende"},
    State.SUBMITTED: {},
    State.UNDER_ASSESSMENT: {"karen": "Erklær din habilitet", "rune": "Erklær din habilitet"},
    State.AWAITING_INFORMATION: {
        "anna": "Spørgsmål, I skal svare på",
        "ulla": "Spørgsmål, I skal svare på",
        "rune": "Erklær din habilitet",
    },
    State.RECOMMENDED: {"mads": "Erklær din habilitet, før du godkender"},
    State.APPROVED_FOR_DECISION: {"signe": "Sager, der mangler et møde"},
    State.ON_AGENDA: {"mads": "Dagsordenstekster, du skal godkende"},
    State.GRANTED: {"frida": "Nye bevillinger", "signe": "Protokoller, der ikke er endelige"},
}
NEVER = ("asger", "kamille", "rasmus", "otto", "olga", "henrik")


@pytest.mark.parametrize("state", WAITING)
def test_each_state_waits_for_the_people_whose_turn_it_is(cast, case, state):
    case(state)
    for who, title in WAITING[state].items():
        assert title in waiting_titles(cast[who]), who
    for who in {"anna", "ulla", "rune", "frida", "signe"} - WAITING[state].keys():
        assert waiting_titles(cast[who]) == {}, who
    for who in NEVER:
        assert waiting_titles(cast[who]) == {}, who


def test_the_consultants_work_moves_from_declaring_to_recommending(cast, walker):
    walker(State.SUBMITTED)
    assert waiting_titles(cast["karen"]) == {}
    clock.set_to(walker.round.deadline)
    assert waiting_titles(cast["karen"]) == {"Erklær din habilitet": 1, "Sager, du kan begynde på": 1}
    walker.begin()
    assessing.declare(walker.case.pk, cast["karen"], "none")
    assert waiting_titles(cast["karen"]) == {"Krav, du skal svare på": 1, "Ansøgninger, du skal give point": 1}
    walker.gates()
    walker.score("karen")
    assert waiting_titles(cast["karen"]) == {}
    walker.score("rune")
    assert waiting_titles(cast["karen"]) == {"Klar til indstilling": 1}
    assert waiting_titles(cast["kurt"]) == {}


def test_new_answers_ask_whether_ones_points_still_stand(cast, walker):
    walker(State.UNDER_ASSESSMENT)
    walker.score("rune")
    walker.ask()
    question = walker.case.questions.get()
    assessing.answer_question(walker.case.pk, cast["anna"], {question.pk: "Fire."})
    walker.take("provide_information", "anna")
    assert waiting_titles(cast["rune"]) == {"Nye svar: gælder dine point stadig?": 1}
    assert waiting_titles(cast["ulla"]) == {"Nye svar, du skal godkende": 1}
    walker.score("rune")
    assert waiting_titles(cast["rune"]) == {}


def test_a_possible_interest_waits_for_a_manager(cast, case):
    found = case(State.UNDER_ASSESSMENT)
    assessing.declare(found.pk, cast["rune"], "possible", "Jeg kender lederen.")
    assert waiting_titles(cast["mads"]) == {"Mulig interesse, du skal tage stilling til": 1}
    assert waiting_titles(cast["rune"]) == {}


def test_a_hearing_waits_for_the_heard_units_leader(cast, case, client_of):
    found = case(State.UNDER_ASSESSMENT, touches_buildings=True)
    unit = cast["henrik"].current_assignments[0].unit
    hearing = assessing.ask_hearing(found.pk, cast["karen"], unit, "Er det i orden?", clock.today())
    assert waiting_titles(cast["henrik"]) == {"Høringer, du skal svare på": 1}
    html = client_of(cast["henrik"]).get(url("waiting")).content.decode()
    assert url("state-hearing", found.number, hearing.pk) in html
    assessing.state_hearing(hearing, cast["henrik"], "for", "")
    assert waiting_titles(cast["henrik"]) == {}


def test_the_facts_say_ready_exactly_when_the_step_has_no_reason_against(cast, walker):
    walker(State.UNDER_ASSESSMENT, touches_buildings=True)
    unit = cast["henrik"].current_assignments[0].unit
    acts = [
        lambda: walker.score("karen"),
        walker.gates,
        lambda: assessing.log_help(walker.case.pk, cast["karen"], "Regnede CO2 ud.", substantial=True),
        lambda: assessing.log_help(walker.case.pk, cast["kurt"], "Skrev formålet.", substantial=True),
        lambda: walker.score("kurt"),
        lambda: walker.score("rune"),
        lambda: assessing.ask_hearing(walker.case.pk, cast["karen"], unit, "Er det i orden?", clock.today()),
        lambda: assessing.state_hearing(walker.case.hearings.get(), cast["henrik"], "for", ""),
        lambda: assessing.declare(walker.case.pk, cast["karen"], "possible", "Måske."),
    ]
    said = []
    for act in acts:
        act()
        case = Application.objects.get(pk=walker.case.pk)
        told = cases_for(cast["karen"]).annotate(**facts(cast["karen"])).get(pk=case.pk)
        told.held = {waits.C}
        reasons = STEPS["recommend"].reasons_against(case, cast["karen"])
        assert waits.ready(told, cast["karen"]) == (not reasons), reasons
        said.append(not reasons)
    assert said == [False, False, False, False, False, False, False, True, False]


def test_the_group_with_the_nearest_deadline_comes_first(cast, walker, client_of):
    walker(State.UNDER_ASSESSMENT)
    walker.ask()
    other = Walker(cast, walker.round)
    clock.set_to(walker.round.opens)
    other(State.DRAFT)
    clock.set_to(walker.round.deadline)
    groups = waiting.waiting_for(type(cast["anna"]).objects.get(pk=cast["anna"].pk))
    assert [group.title for group in groups] == ["Kladder, der ikke er sendt", "Spørgsmål, I skal svare på"]
    assert waiting.count_for(cast["anna"]) == 2


def test_nothing_waiting_says_so(cast, client_of):
    html = client_of(cast["asger"]).get(url("waiting")).content.decode()
    assert "Der er ikke noget, der venter på dig" in html
