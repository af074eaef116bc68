"""The one door: what it refuses, in which words, and that a refusal changes nothing."""

from datetime import timedelta

import pytest
from django.db import transaction

from applications import door, drafts, talks
from applications.door import AlreadyHandled, NotYet, NotYours, Stale, WrongAnswers, create, offers, take
from applications.models import Application
from applications.states import State
from applications.steps import STEPS, step
from journal import chain, clock
from journal.models import Event, Message
from people import appointments, units
from people.models import Person, Unit
from people.roles import Role
from pool import ledger, rounds
from tests.cast import CAST, CONTENT, Walker, make_round

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def unchanged(case):
    """The case and its journal as they are, to compare after a refusal."""
    row = Application.objects.get(pk=case.pk)
    return row.state, row.revision, Event.objects.filter(subject=row.subject).count(), Message.objects.count()


# ── the whole table ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.wide
@pytest.mark.parametrize("state", list(State))
def test_every_step_of_every_person_in_a_state_follows_the_table(case, cast, state):
    """Row 7, domain level: 30 steps × 16 people in each state; refused by state, by role, or by what is still missing."""
    reached = case(state)
    before = unchanged(reached)
    for name, declared in STEPS.items():
        for key in CAST:
            refusal = refusal_of(name, reached, cast[key])
            held = {offer.step.name for offer in offers(Application.objects.get(pk=reached.pk), fresh(cast[key]))}
            if state not in declared.sources:
                assert refusal is AlreadyHandled, (name, key)
            elif refusal is NotYours:
                assert name not in held, (name, key)
            else:
                assert name in held, (name, key, refusal)
    assert unchanged(reached) == before


def fresh(person):
    return Person.objects.get(pk=person.pk)


def refusal_of(name, case, person):
    """How the door answers a step that nobody has prepared; None would mean that it was taken, and is undone."""
    with transaction.atomic():
        try:
            take(name, case.pk, person)
        except (AlreadyHandled, NotYours, NotYet, WrongAnswers) as refusal:
            return type(refusal)
        finally:
            transaction.set_rollback(True)
    return None


def test_the_system_takes_no_step_that_does_not_name_it(case):
    draft = case(State.DRAFT)
    with pytest.raises(NotYours):
        take("request_endorsement", draft.pk, None)


# ── stale, twice, too late ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_that_is_older_than_the_case_is_refused(case, cast):
    draft = case(State.DRAFT)
    seen = draft.revision
    drafts.save(draft.pk, cast["bo"], {"risks": "Nye risici"}, drafts.seen(draft, ["risks"]))
    with pytest.raises(Stale, match="ændret, siden du åbnede siden"):
        take("request_endorsement", draft.pk, cast["anna"], seen)


def test_the_same_step_twice_happens_once(case, cast):
    draft = case(State.DRAFT)
    take("request_endorsement", draft.pk, cast["anna"], draft.revision)
    with pytest.raises(AlreadyHandled, match="Afventer leders godkendelse"):
        take("request_endorsement", draft.pk, cast["anna"], draft.revision)
    assert Event.objects.filter(subject=draft.subject, step="request_endorsement").count() == 1


def test_a_deadline_that_passed_while_somebody_wrote_is_told_and_nothing_is_lost(case, cast, open_round):
    draft = case(State.DRAFT)
    clock.set_to(open_round.deadline + timedelta(seconds=1))
    with pytest.raises(NotYet, match="Fristen er overskredet"):
        take("request_endorsement", draft.pk, cast["anna"])
    drafts.save(draft.pk, cast["anna"], {"risks": "Skrevet efter fristen"}, drafts.seen(draft, ["risks"]))
    assert Application.objects.get(pk=draft.pk).risks == "Skrevet efter fristen"


def test_an_extension_opens_the_round_for_one_unit_alone(case, cast, open_round):
    draft = case(State.DRAFT)
    clock.set_to(open_round.deadline - timedelta(hours=1))
    rounds.extend(open_round, draft.unit, open_round.deadline + timedelta(days=2), cast["karen"], "Sygdom")
    clock.set_to(open_round.deadline + timedelta(days=1))
    assert take("request_endorsement", draft.pk, cast["anna"]).state == State.AWAITING_ENDORSEMENT
    assert open_round.is_open_for(Unit.objects.get(name="Åmosens Skole")) is False


def test_a_round_that_has_not_begun_takes_nothing(case, cast, open_round):
    draft = case(State.DRAFT)
    clock.set_to(open_round.opens - timedelta(days=1))
    with pytest.raises(NotYet, match="ikke åbnet endnu"):
        take("request_endorsement", draft.pk, cast["anna"])


# ── creating ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_numbers_run_through_the_year(case):
    assert [case().number, case().number] == ["2026-001", "2026-002"]


def test_one_creates_only_in_a_unit_of_one_s_own(cast, open_round):
    unit = Unit.objects.get(name="Børnehuset Solstrålen")
    for name in ("olga", "karen", "otto"):
        with pytest.raises(NotYours, match="hvor du har en rolle"):
            create(cast[name], unit, open_round)


def test_nothing_is_created_in_a_closed_unit_or_a_closed_round(cast, open_round):
    unit = Unit.objects.get(name="Børnehuset Solstrålen")
    clock.set_to(open_round.deadline)
    with pytest.raises(NotYet, match="Runden er ikke åben"):
        create(cast["anna"], unit, open_round)
    clock.set_to(open_round.opens)
    unit.valid_to = clock.today()
    unit.save()
    with pytest.raises(NotYet, match="Enheden er lukket"):
        create(cast["anna"], unit, open_round)


def test_a_copy_begins_with_everything_that_was_written_but_the_files(case, cast, open_round):
    original = case(State.SUBMITTED)
    copy = create(cast["anna"], original.unit, open_round, copy_of=original)
    assert (copy.title, copy.budget_lines.count(), copy.effects.get().value) == (CONTENT["title"], 2, 2100)
    assert (copy.state, copy.version_number, copy.copied_from) == (State.DRAFT, 0, original)


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        ({"amount": 23_999_99, "reason": "x"}, "amount", "mellem 24.000"),
        ({"amount": 40_000_01, "reason": "x"}, "amount", "og 40.000"),
        ({"amount": -1, "reason": "x"}, "amount", "ikke være negativt"),
        ({"amount": True, "reason": "x"}, "amount", "kan ikke læses"),
        ({"amount": 40_000_00, "reason": "   "}, "reason", "Udfyld feltet"),
        ({"amount": 40_000_00, "reason": "x" * 4001}, "reason", "højst 4000 tegn"),
        ({"amount": 40_000_00, "reason": "x", "state": "granted"}, "state", "findes ikke"),
        ({"reason": "x"}, "amount", "Udfyld feltet"),
    ],
)
def test_answers_that_the_law_does_not_allow_are_named(case, walker, answers, field, words):
    reached = case(State.UNDER_ASSESSMENT)
    walker.score("karen")
    walker.score("rune")
    walker.gates()
    before = unchanged(reached)
    with pytest.raises(WrongAnswers) as wrong:
        walker.take("recommend", "karen", **answers)
    assert words in wrong.value.errors[field].replace("\N{NO-BREAK SPACE}", " ")
    assert unchanged(reached) == before


def test_one_picks_only_among_what_is_offered(case, walker, cast):
    reached = case(State.SUBMITTED)
    with pytest.raises(WrongAnswers) as wrong:
        take("assign", reached.pk, cast["karen"], answers={"case_officer": cast["otto"], "co_assessors": [cast["anna"]]})
    assert wrong.value.errors == {"case_officer": "Vælg en af mulighederne.", "co_assessors": "Vælg blandt mulighederne."}


def test_a_question_names_a_field_that_exists_and_a_day_to_come(case, walker):
    case(State.UNDER_ASSESSMENT)
    with pytest.raises(WrongAnswers) as wrong:
        walker.take("request_information", "karen", field="kontonummer", question="?", due=clock.today())
    assert wrong.value.errors == {"field": "Vælg en af mulighederne."}
    with pytest.raises(WrongAnswers) as wrong:
        walker.take("request_information", "karen", field="", question="?", due=clock.today() - timedelta(days=1))
    assert wrong.value.errors == {"due": "Vælg en dato, der ikke er passeret."}


# ── money at the door ───────────────────────────────────────────────────────────────────────────────────────────────


def test_two_managers_and_the_last_kroner_end_with_one_approval_and_one_clear_refusal(cast, year, committee):
    small = make_round(cast, year, committee, name="Lille runde", ceiling=60_000_00)
    first, second = Walker(cast, small), Walker(cast, small)
    winner = first(State.SUBMITTED)
    loser = second(State.SUBMITTED)
    for walker in (first, second):
        walker.begin()
        walker.recommend()
    first.approve("mads")
    with pytest.raises(NotYet, match="Der er 20.000"):
        second.approve("malene")
    small.refresh_from_db()
    states = [Application.objects.get(pk=case.pk).state for case in (winner, loser)]
    assert (small.reserved, states) == (40_000_00, [State.APPROVED_FOR_DECISION, State.RECOMMENDED])


def test_the_constraint_answers_kindly_when_the_check_before_it_was_passed_by(case, walker, cast, year):
    """The requirement is only courtesy: without it the database refuses, and the person reads the same sentence."""
    reached = case(State.RECOMMENDED)
    ledger.cut(year, 1_470_000_00, by=cast["frida"], decision="Byrådet skærer")
    declared = STEPS["approve_recommendation"]
    needs = declared.requires
    object.__setattr__(declared, "requires", ())
    try:
        with pytest.raises(NotYet, match="ikke penge nok"):
            walker.approve()
    finally:
        object.__setattr__(declared, "requires", needs)
    assert Application.objects.get(pk=reached.pk).state == State.RECOMMENDED


# ── declaring steps ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_step_that_asks_without_saying_what_fails_when_the_code_is_read():
    with pytest.raises(TypeError, match="does not say what it asks"):

        @step("Gør noget", source=State.DRAFT, target=State.DRAFT, by={Role.APPLICANT})
        def do_something(self, *, amount): ...


def test_a_step_for_nobody_fails_when_the_code_is_read():
    with pytest.raises(TypeError):

        @step("Gør noget", source=State.DRAFT, target=State.DRAFT, by=set())
        def do_nothing(self): ...


def test_a_deputy_shows_as_one(case, cast):
    draft = case(State.AWAITING_ENDORSEMENT)
    appointments.appoint(cast["otto"], Role.UNIT_LEADER, draft.unit, by=None, deputy_for=cast["ulla"])
    take("endorse", draft.pk, cast["otto"])
    assert chain.story(draft.subject).last().payload["stedfortræder for"] == ["Ulla Leder"]


def test_a_unit_that_closes_keeps_its_cases(case, cast):
    submitted = case(State.SUBMITTED)
    units.close(submitted.unit, clock.today() + timedelta(days=1), cast["asger"])
    clock.set_to(clock.now() + timedelta(days=2))
    assert Application.objects.get(unit=submitted.unit).number == "2026-001"
    assert fresh(cast["anna"]).current_assignments == []


# ── a role that ends meanwhile ──────────────────────────────────────────────────────────────────────────────────────


def test_a_role_that_ends_while_a_step_waits_for_the_chain_ends_the_step(case, cast, monkeypatch):
    """Who leaves holds nothing from that instant: a step that was admitted before and would be written after is refused."""
    reached, record = case(State.SUBMITTED), chain.record

    def somebody_is_quicker(subject, step, *rest):
        if step == "reopen_draft":
            appointments.deactivate(cast["anna"], by=None)
        return record(subject, step, *rest)

    monkeypatch.setattr(chain, "record", somebody_is_quicker)
    before = unchanged(reached)
    with pytest.raises(NotYours):
        take("reopen_draft", reached.pk, cast["anna"])
    assert unchanged(reached) == before
    monkeypatch.setattr(door, "_still_holds", lambda *_: None)  # the twin
    take("reopen_draft", reached.pk, cast["anna"])
    assert Application.objects.get(pk=reached.pk).state == State.DRAFT


def test_a_role_that_ended_while_the_page_was_open_lets_nothing_be_done_beside_the_door_either(case, cast, monkeypatch):
    project, karen = case(State.ACTIVE), Person.objects.get(pk=cast["karen"].pk)
    assert [a.role for a in karen.current_assignments] == [Role.CONSULTANT]  # as the page's request has read them
    appointments.end(karen.current_assignments[0], by=None)
    note = {"kind": "talk", "day": clock.today(), "text": "Alt går godt."}
    before = unchanged(project)
    with pytest.raises(NotYours):
        talks.note(project.pk, karen, **note)
    assert unchanged(project) == before
    monkeypatch.setattr(Person.objects, "get", lambda pk: karen)  # the twin: nobody asks again
    assert talks.note(project.pk, karen, **note).text == "Alt går godt."
