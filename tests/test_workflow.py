"""The law of the pool: every state is reached by walking, and every step does what it says."""

from datetime import date, timedelta

import pytest

from applications import agenda, assessing, drafts, requirements
from applications.door import NotYet, WrongAnswers
from applications.models import Application
from applications.states import ENDED, State
from applications.steps import STEPS
from applications.timeline import unnamed
from documents.models import Document
from journal import clock
from journal.models import Event, Message
from people.models import Committee, Unit
from pool import ledger
from tests.cast import Walker, make_round

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def now(case):
    return Application.objects.select_related("round").get(pk=case.pk)


def held(case):
    balance = ledger.balance_of(case.subject)
    return balance["reserved"], balance["committed"]


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_reached_by_taking_steps(case, state):
    assert now(case(state)).state == state


def test_every_state_can_be_left_but_the_final_ones():
    left = {
        source for step in STEPS.values() for source in step.sources if not step.stays and step.name != "reopen_decision"
    }
    assert set(State) - left == ENDED - {State.COMPLETED}


def test_every_step_has_words_for_the_timeline():
    assert unnamed() == []


# ── the unit ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_draft_is_put_away_by_who_wrote_it_alone(case, walker, cast):
    draft = case(State.DRAFT)
    with pytest.raises(NotYet, match="selv har skrevet"):
        walker.take("discard", "bo")
    assert walker.take("discard", "anna").state == State.WITHDRAWN
    assert now(draft).title != ""


def test_a_form_that_lacks_answers_is_not_sent(case, walker):
    case(State.DRAFT, risks="", consent_to_publish=None)
    with pytest.raises(NotYet, match="mangler 2 svar"):
        walker.take("request_endorsement", "anna")


def test_a_leader_who_wrote_it_endorses_in_the_same_step(case, walker, cast):
    draft = case(State.DRAFT)
    with pytest.raises(NotYet, match="selv har skrevet"):
        walker.take("submit", "ulla")
    drafts.save(draft.pk, cast["ulla"], {"risks": "Lederens ord"}, drafts.seen(draft, ["risks"]))
    submitted = walker.take("submit", "ulla")
    assert (submitted.state, submitted.version_number, submitted.endorsed_by) == (State.SUBMITTED, 1, cast["ulla"])
    assert submitted.current_version().endorsed_by == cast["ulla"]


def test_taken_back_and_declined_it_is_a_draft_again(case, walker):
    case(State.AWAITING_ENDORSEMENT)
    assert walker.take("take_back", "anna").state == State.DRAFT
    walker.take("request_endorsement", "anna")
    assert walker.take("decline_endorsement", "ulla", reason="Ret budgettet").state == State.DRAFT
    assert "Ret budgettet" in Message.objects.get(template="decline_endorsement").body


def test_reopening_makes_the_receipt_void_and_sending_again_a_second_version(case, walker):
    submitted = case(State.SUBMITTED)
    walker.take("reopen_draft", "anna")
    assert now(submitted).submitted_at is None
    walker.take("request_endorsement", "anna")
    walker.take("endorse", "ulla")
    receipts = Document.objects.filter(kind="receipt").order_by("pk").values_list("superseded", "facts__version")
    assert list(receipts) == [(True, 1), (False, 2)]


def test_a_draft_moves_to_another_open_round_with_all_it_holds(case, walker, cast, year, committee):
    draft = case(State.DRAFT)
    other = make_round(cast, year, committee, name="Runde 2, 2026", deadline=clock.now() + timedelta(days=50))
    clock.set_to(draft.round.deadline + timedelta(days=1))
    assert walker.take("carry_over", "anna", round=other).round == other
    with pytest.raises(WrongAnswers):
        walker.take("carry_over", "anna", round=draft.round)


def test_a_withdrawn_case_gives_back_what_was_reserved_and_leaves_the_agenda(case, walker):
    placed = case(State.ON_AGENDA)
    assert held(placed) == (40_000_00, 0)
    walker.take("withdraw", "anna", reason="Vi gør det selv")
    assert (now(placed).state, held(placed), walker.item.placements.get().outcome) == (State.WITHDRAWN, (0, 0), "withdrawn")


# ── assessment ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_assessment_begins_when_the_round_has_closed_for_the_unit(case, walker):
    case(State.SUBMITTED)
    with pytest.raises(NotYet, match="stadig åben"):
        walker.take("start_assessment", "karen")


def test_who_begins_without_being_assigned_becomes_case_officer(case, walker, cast, open_round):
    case(State.SUBMITTED)
    clock.set_to(open_round.deadline)
    assert walker.take("start_assessment", "kurt").case_officer == cast["kurt"]


def test_who_has_scored_stays_a_co_assessor_when_cases_are_assigned_anew(case, walker, cast):
    reached = case(State.UNDER_ASSESSMENT)
    walker.score("rune")
    walker.take("assign", "karen", case_officer=cast["kurt"], co_assessors=[])
    assert [row.person for row in reached.co_assessors.all()] == [cast["rune"]]
    assert (
        next(m.person for m in Message.objects.filter(template="assign", event__step="assign").order_by("-pk"))
        == cast["kurt"]
    )


def test_a_question_opens_its_field_and_the_answer_makes_a_version(case, walker, cast):
    reached = case(State.AWAITING_INFORMATION)
    assert drafts.open_fields(now(reached), cast["anna"]) == {"purpose", f"answer_{reached.questions.get().pk}"}
    with pytest.raises(NotYet, match="1 spørgsmål"):
        walker.take("provide_information", "anna")
    drafts.save(reached.pk, cast["anna"], {"purpose": "Der er syv stuer."}, drafts.seen(reached, ["purpose"]))
    assessing.answer_question(reached.pk, cast["anna"], {reached.questions.get().pk: "Syv."})
    walker.take("provide_information", "anna")
    row = now(reached)
    assert (row.version_number, row.state, row.questions.get().status) == (2, State.UNDER_ASSESSMENT, "answered")
    assert row.current_version().endorsed_by is None


def test_an_unendorsed_version_is_not_recommended_until_the_leader_stands_behind_it(case, walker, cast):
    reached = case(State.AWAITING_INFORMATION)
    assessing.answer_question(reached.pk, cast["anna"], {reached.questions.get().pk: "Syv."})
    walker.take("provide_information", "anna")
    with pytest.raises(NotYet, match="ikke godkendt den nyeste udgave"):
        walker.recommend()
    walker.take("endorse_answer", "ulla")
    with pytest.raises(NotYet, match="allerede godkendt"):
        walker.take("endorse_answer", "ulla")
    assert walker.take("recommend", "karen", amount=0, reason="For dyrt").state == State.RECOMMENDED


def test_a_leader_s_answer_is_endorsed_by_being_sent(case, walker, cast):
    reached = case(State.AWAITING_INFORMATION)
    assessing.answer_question(reached.pk, cast["ulla"], {reached.questions.get().pk: "Syv."})
    assert walker.take("provide_information", "ulla").current_version().endorsed_by == cast["ulla"]


def test_going_on_without_answers_takes_back_what_was_not_sent(case, walker, cast):
    reached = case(State.AWAITING_INFORMATION)
    drafts.save(reached.pk, cast["anna"], {"purpose": "Halvfærdigt"}, drafts.seen(reached, ["purpose"]))
    walker.take("ask_more", "karen", field="", question="Og prisen?", due=clock.today())
    walker.take("resume_assessment", "karen", reason="Fristen er gået")
    row = now(reached)
    assert (row.purpose, set(row.questions.values_list("status", flat=True))) == ("Stuerne har kun én spand.", {"closed"})


def test_what_a_recommendation_needs_is_told_one_by_one(case, walker, cast):
    case(State.UNDER_ASSESSMENT)
    reasons = lambda: STEPS["recommend"].reasons_against(now(walker.case), cast["karen"])  # noqa: E731
    assert reasons() == [
        "Erklær først, om du har en interesse i sagen (habilitet).",
        "Der mangler svar på 1 krav.",
        "Der mangler point fra 2 bedømmere.",
    ]
    walker.score("karen")
    walker.gates()
    assert reasons() == ["Der mangler point fra 1 bedømmer."]
    walker.score("rune")
    assert reasons() == []


def test_a_possible_interest_is_settled_by_a_manager_first(case, walker, cast):
    reached = case(State.UNDER_ASSESSMENT)
    declaration = assessing.declare(reached.pk, cast["rune"], "possible", "Kender lederen")
    with pytest.raises(NotYet, match="En leder skal først"):
        assessing.assess(reached.pk, cast["rune"], {}, "x")
    assessing.settle(declaration, cast["mads"], True)
    declaration.refresh_from_db()
    assert (declaration.level, declaration.settled_by) == ("possible", cast["mads"])


def test_substantial_help_calls_for_an_assessor_who_gave_none(case, walker, cast, open_round):
    open_round.assessors_required = 1
    open_round.save()
    reached = case(State.UNDER_ASSESSMENT)
    assessing.log_help(reached.pk, cast["karen"], "Skrev budgettet med", True)
    walker.score("karen")
    walker.gates()
    with pytest.raises(NotYet, match="væsentlig hjælp"):
        walker.take("recommend", "karen", amount=0, reason="x")
    walker.score("rune")
    assert walker.take("recommend", "karen", amount=0, reason="x").state == State.RECOMMENDED


def test_a_failed_gate_leaves_only_refusal(case, walker, cast, open_round):
    case(State.UNDER_ASSESSMENT)
    walker.score("karen")
    walker.score("rune")
    walker.gates(met=False)
    with pytest.raises(WrongAnswers, match="Kravet er ikke opfyldt: Projektet er ikke begyndt"):
        walker.take("recommend", "karen", amount=40_000_00, reason="x")
    assert walker.take("recommend", "karen", amount=0, reason="Er begyndt").recommended_amount == 0


def test_enough_of_the_optional_gates_must_be_met(case, walker, cast, open_round):
    for key in ("a", "b"):
        open_round.gates.create(key=key, name=f"Mål {key}", required=False)
    open_round.optional_gates_needed = 1
    open_round.save()
    case(State.UNDER_ASSESSMENT)
    walker.score("karen")
    walker.score("rune")
    gates = {gate.pk: (gate.required, "") for gate in open_round.gates.all()}
    assessing.answer_gates(walker.case.pk, cast["karen"], gates)
    with pytest.raises(WrongAnswers, match="Mindst 1 af de valgfrie krav"):
        walker.take("recommend", "karen", amount=40_000_00, reason="x")
    gates[open_round.gates.get(key="b").pk] = (True, "")
    assessing.answer_gates(walker.case.pk, cast["karen"], gates)
    assert walker.take("recommend", "karen", amount=40_000_00, reason="x").recommended_amount == 40_000_00


def test_a_case_that_touches_buildings_waits_for_its_hearing(case, walker, cast):
    reached = case(State.UNDER_ASSESSMENT, touches_buildings=True)
    walker.score("karen")
    walker.score("rune")
    walker.gates()
    with pytest.raises(NotYet, match="hør Ejendomme & Indkøb"):
        walker.take("recommend", "karen", amount=0, reason="x")
    unit = Unit.objects.get(name="Center for Ejendomme og Indkøb")
    hearing = assessing.ask_hearing(reached.pk, cast["karen"], unit, "Kan det lade sig gøre?", clock.today())
    with pytest.raises(NotYet, match="hørt enhed har ikke svaret"):
        walker.take("recommend", "karen", amount=0, reason="x")
    assessing.state_hearing(hearing, cast["henrik"], "conditions", "Driften er jeres")
    assert walker.take("recommend", "karen", amount=0, reason="x").state == State.RECOMMENDED


def test_only_who_recommended_recalls(case, walker):
    case(State.RECOMMENDED)
    with pytest.raises(NotYet, match="Kun den, der har indstillet"):
        walker.take("recall_recommendation", "kurt")
    assert walker.take("recall_recommendation", "karen").state == State.UNDER_ASSESSMENT


# ── the manager ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_approval_reserves_and_a_return_releases(case, walker):
    approved = case(State.APPROVED_FOR_DECISION)
    assert held(approved) == (40_000_00, 0)
    walker.take("return_to_assessment", "malene", reason="Se på driften igen")
    assert (held(approved), now(approved).approved_by) == ((0, 0), None)


def test_a_recommended_refusal_is_approved_and_reserves_nothing(case, walker):
    case(State.UNDER_ASSESSMENT)
    walker.recommend(amount=0)
    walker.approve()
    assert held(now(walker.case)) == (0, 0)


def test_approving_needs_a_declaration(case, walker):
    case(State.RECOMMENDED)
    with pytest.raises(NotYet, match="habilitet"):
        walker.take("approve_recommendation", "mads")


def test_a_quick_round_goes_to_no_committee(quick_case, cast):
    quick = quick_case(State.RECOMMENDED)
    assessing.declare(quick.pk, cast["mads"], "none")
    with pytest.raises(NotYet, match="hurtigt spor"):
        quick_case.take("approve_recommendation", "mads")


def test_a_small_grant_is_decided_by_delegation(cast, quick_round, case, walker):
    quick = Walker(cast, quick_round)
    reached = quick(State.RECOMMENDED)
    assessing.declare(reached.pk, cast["mads"], "none")
    quick.take("grant_by_delegation", "mads")
    assert (now(reached).state, held(reached)) == (State.GRANTED, (0, 40_000_00))
    assert Document.objects.get(kind="letter").facts["minutes"] is None
    case(State.RECOMMENDED)
    with pytest.raises(NotYet, match="politisk behandling"):
        walker.take("grant_by_delegation", "mads")


def test_delegation_ends_at_its_limit_and_grants_no_refusal(cast, year, committee):
    tight = make_round(cast, year, committee, name="Lille pulje", track="quick", delegated_limit=39_999_99)
    quick = Walker(cast, tight)
    reached = quick(State.RECOMMENDED)
    assessing.declare(reached.pk, cast["mads"], "none")
    with pytest.raises(NotYet, match="over grænsen for delegation: 39.999,99"):
        quick.take("grant_by_delegation", "mads")
    quick.take("recall_recommendation", "karen")
    quick.take("recommend", "karen", amount=0, reason="For dyrt")
    with pytest.raises(NotYet, match="indstillet til afslag"):
        quick.take("grant_by_delegation", "mads")
    assert quick.take("refuse_by_delegation", "mads", reason="For dyrt").state == State.REFUSED


# ── the committee ───────────────────────────────────────────────────────────────────────────────────────────────────


def outcome(case, step, **answers):
    return [agenda.Outcome(case.pk, step, answers)]


@pytest.mark.parametrize(
    ("step", "answers", "state", "balance"),
    [
        ("grant", {"amount": 40_000_00}, State.GRANTED, (0, 40_000_00)),
        ("grant", {"amount": 25_000_00, "reason": "Mindre"}, State.GRANTED, (0, 25_000_00)),
        ("refuse", {"reason": "Nej"}, State.REFUSED, (0, 0)),
        ("postpone", {}, State.APPROVED_FOR_DECISION, (40_000_00, 0)),
        ("send_back", {"reason": "Undersøg prisen"}, State.UNDER_ASSESSMENT, (0, 0)),
    ],
)
def test_each_decision_moves_the_money_it_should(case, walker, cast, step, answers, state, balance):
    placed = case(State.ON_AGENDA)
    walker.to_meeting()
    agenda.decide(walker.item.pk, cast["signe"], outcome(placed, step, **answers), text="Besluttet.")
    assert (now(placed).state, held(placed)) == (state, balance)
    assert ledger.faults() == []


def test_a_grant_above_the_recommendation_takes_the_rest_from_what_is_available(case, walker, cast):
    case(State.UNDER_ASSESSMENT)
    walker.recommend(amount=30_000_00)
    walker.approve()
    walker.place()
    walker.to_meeting()
    agenda.decide(walker.item.pk, cast["signe"], outcome(walker.case, "grant", amount=40_000_00), text="Mere.")
    assert held(now(walker.case)) == (0, 40_000_00)


def test_no_decision_is_taken_outside_the_item_s_own_page(case, walker):
    case(State.ON_AGENDA)
    with pytest.raises(NotYet, match="hele punktet"):
        walker.take("grant", "signe", amount=40_000_00)


def test_a_case_is_taken_off_before_the_meeting_and_not_after(case, walker):
    placed = case(State.ON_AGENDA)
    walker.take("take_off_agenda", "signe", reason="Mangler oplysninger")
    assert (now(placed).state, held(placed)) == (State.APPROVED_FOR_DECISION, (40_000_00, 0))
    walker.take("place_on_agenda", "signe", meeting=walker.meeting)
    walker.to_meeting()
    with pytest.raises(NotYet, match="Mødet er holdt"):
        walker.take("take_off_agenda", "signe", reason="For sent")


def test_an_approval_of_an_older_version_does_not_count(case, walker, cast):
    approved = case(State.APPROVED_FOR_DECISION)
    Application.objects.filter(pk=approved.pk).update(approved_version=0)
    with pytest.raises(NotYet, match="ældre udgave"):
        walker.place()


def test_a_case_is_sent_on_to_the_council(case, walker, cast):
    placed = case(State.ON_AGENDA)
    council = Committee.objects.create(name="Byrådet", valid_from=date(2026, 1, 1), is_council=True)
    later = agenda.plan(council, walker.meeting.at + timedelta(days=14), by=cast["signe"])
    walker.to_meeting()
    answers = {"meeting": later, "reason": "Et medlem har krævet det"}
    agenda.decide(walker.item.pk, cast["signe"], outcome(placed, "refer_onwards", **answers), text="Anbefales.")
    assert now(placed).state == State.ON_AGENDA
    assert placed.placements.get(outcome="").item.meeting == later


def test_a_case_off_every_agenda_has_no_other_body_to_go_to(case, walker):
    reached = case(State.APPROVED_FOR_DECISION)
    assert requirements.live_item(reached) is None
    assert list(requirements.meetings_of_other_bodies(reached)) == []


def test_minutes_recorded_wrongly_are_corrected_and_the_money_goes_back_first(case, walker, cast):
    granted = case(State.GRANTED)
    walker.take("reopen_decision", "signe", reason="Beløbet var forkert")
    assert (now(granted).state, held(granted)) == (State.ON_AGENDA, (40_000_00, 0))
    walker.take("grant", "signe", amount=30_000_00, reason="Rettet")
    letters = Document.objects.filter(kind="letter").order_by("pk").values_list("superseded", "facts__corrects")
    assert list(letters) == [(True, False), (False, True)]
    assert held(granted) == (0, 30_000_00)


def test_once_the_letter_is_out_only_a_manager_reopens(case, walker, cast):
    granted = case(State.GRANTED)
    agenda.finalise_minutes(walker.item.pk, cast["signe"], clock.today())
    agenda.release_letter(granted.pk, cast["signe"])
    with pytest.raises(NotYet, match="skal en leder gøre"):
        walker.take("reopen_decision", "signe", reason="x")
    assert walker.take("reopen_decision", "malene", reason="Forkert modtager").state == State.ON_AGENDA


def test_a_manager_does_not_correct_the_secretary_s_minutes(case, walker):
    case(State.REFUSED)
    with pytest.raises(NotYet, match="udvalgssekretæren"):
        walker.take("reopen_decision", "malene", reason="x")


def test_a_delegated_decision_is_reopened_by_a_manager_to_the_recommendation(cast, quick_round):
    quick = Walker(cast, quick_round)
    reached = quick(State.RECOMMENDED)
    assessing.declare(reached.pk, cast["mads"], "none")
    quick.take("grant_by_delegation", "mads")
    quick.take("reopen_decision", "mads", reason="Forkert beløb")
    assert (now(reached).state, held(reached)) == (State.RECOMMENDED, (0, 0))


def test_every_step_that_tells_has_told(case, walker):
    case(State.GRANTED)
    telling = {name for name, step in STEPS.items() if step.tells}
    taken = Event.objects.filter(subject=walker.case.subject, step__in=telling)
    assert [str(event) for event in taken if not event.messages.exists()] == []
