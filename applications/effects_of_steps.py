"""What steps do besides changing the state: money, rows, promised documents. Called only by applications.workflow.

Every function gets the locked case with its event; what the law forbids raises WrongAnswer and nothing is written.
"""

from django.utils.translation import gettext as _

from applications import minutes
from applications import requirements as need
from documents import store
from documents.models import Document
from journal import clock
from pages.money import format_kroner
from people.roles import Role
from pool import ledger


class WrongAnswer(Exception):
    """An answer the law does not allow here: the question's name and what to do."""

    def __init__(self, question: str, text: str):
        super().__init__(text)
        self.question, self.text = question, text


# ── the unit ────────────────────────────────────────────────────────────────────────────────────────────────────────


def submit(case) -> None:
    """The version that was frozen is endorsed, and the unit is owed a receipt."""
    case.submitted_at, case.endorsed_by = case.event.at, case.event.actor
    endorse_version(case)
    store.owe(
        "receipt",
        case.subject,
        cause=case.event,
        title=_("Kvittering for ansøgning %(number)s") % {"number": case.number},
        file_name=f"kvittering-{case.number}.pdf",
        facts={
            "version": case.version_number,
            "round": case.round.name,
            "answer_by": case.round.answer_by.isoformat(),
        },
    )


def unsubmit(case) -> None:
    case.submitted_at = case.endorsed_by = None
    _documents(case).filter(kind="receipt").update(superseded=True)


def endorse_version(case) -> None:
    case.versions.filter(number=case.version_number).update(endorsed_by=case.event.actor, endorsed_at=case.event.at)


def endorse_if_leader(case) -> None:
    case.questions.filter(status="open").update(status="answered", answered_by=case.event.actor, answered_at=case.event.at)
    if Role.UNIT_LEADER in case.acting_roles:
        endorse_version(case)


# ── assessment ──────────────────────────────────────────────────────────────────────────────────────────────────────


def assign(case, officer, co_assessors) -> None:
    """Case officer and co-assessors; who has already given scores stays a co-assessor."""
    before = {row.person_id for row in case.co_assessors.all()} | {case.case_officer_id}
    case.case_officer = officer
    wanted = {person.pk for person in co_assessors}
    scored = set(case.assessments.values_list("assessor_id", flat=True))
    case.co_assessors.exclude(person_id__in=wanted | scored).delete()
    for person in co_assessors:
        case.co_assessors.get_or_create(person=person)
    case.also_tell = [person for person in [officer, *co_assessors] if person.pk not in before]


def ask(case, field: str, text: str, due) -> None:
    if due < clock.today():
        raise WrongAnswer("due", _("Vælg en dato, der ikke er passeret."))
    case.questions.create(field=field, text=text, due=due, asked_by=case.event.actor, asked_at=case.event.at)


def close_questions(case) -> None:
    """Open questions close unanswered, and what the unit changed without sending is taken back."""
    from applications.drafts import restore

    case.questions.filter(status="open").update(status="closed")
    restore(case, case.current_version().content)


def recommend(case, amount: int, reason: str, conditions: str, advice: str) -> None:
    from applications import refusal

    if amount:
        if reason_against := need.gates_allow_a_grant(case):
            raise WrongAnswer("amount", reason_against)
        _check_amount(case, amount, least=case.minimum_amount or 0)
    case.recommended_amount, case.recommended_reason, case.recommended_conditions = amount, reason, conditions
    case.recommended_by = case.event.actor
    refusal.with_the_recommendation(case, advice)


def _check_amount(case, amount: int, least: int) -> None:
    if not least <= amount <= case.amount_sought or amount == 0:
        raise WrongAnswer(
            "amount",
            _("Beløbet skal ligge mellem %(least)s og %(most)s")
            % {"least": format_kroner(max(least, 1)), "most": format_kroner(case.amount_sought)},
        )


# ── money and decision ──────────────────────────────────────────────────────────────────────────────────────────────


def move(case, source, target, amount: int) -> None:
    """Move the amount, if there is one, between two pockets of the case; its event is the cause."""
    if amount:
        ledger.move(case.round.pool_year, source, target, amount, cause=case.event, round=case.round)


def _reserved(case) -> int:
    return ledger.balance_of(case.subject)[ledger.RESERVED]


def approve(case) -> None:
    move(case, ledger.AVAILABLE, ledger.RESERVED, case.recommended_amount)
    case.approved_by, case.approved_at, case.approved_version = case.event.actor, case.event.at, case.version_number


def undo_approval(case) -> None:
    """Back to assessment: a reservation is released and the approval no longer counts."""
    move(case, ledger.RESERVED, ledger.AVAILABLE, _reserved(case))
    case.approved_by = case.approved_at = case.approved_version = None


def grant(case, amount: int, reason: str, conditions: str) -> None:
    """Commit the amount, first from the reservation, the rest from what is available; what is left of it is freed."""
    _check_amount(case, amount, least=1)
    reserved = _reserved(case)
    move(case, ledger.RESERVED, ledger.COMMITTED, min(amount, reserved))
    move(case, ledger.AVAILABLE, ledger.COMMITTED, max(amount - reserved, 0))
    move(case, ledger.RESERVED, ledger.AVAILABLE, max(reserved - amount, 0))
    case.granted_amount = amount
    _decide(case, reason, conditions)


def refuse(case, reason: str) -> None:
    move(case, ledger.RESERVED, ledger.AVAILABLE, _reserved(case))
    case.granted_amount = None
    _decide(case, reason, "")


def _decide(case, reason: str, conditions: str) -> None:
    case.decided_at, case.decided_by = case.event.at, case.event.actor
    case.decision_reason, case.decision_conditions = reason, conditions
    case.letter_released_at = None
    store.owe(
        "letter",
        case.subject,
        cause=case.event,
        title=_("Svar på ansøgning %(number)s") % {"number": case.number},
        file_name=f"svar-{case.number}.pdf",
        facts=_letter_facts(case),
    )


def _letter_facts(case) -> dict:
    """What the letter says, fixed now, so that writing it later or again gives the same letter."""
    from applications import refusal

    placement = case.placements.order_by("-pk").select_related("item__meeting__committee").first()
    item = placement.item if placement and case.approved_at else None
    return {
        "amount": case.granted_amount,
        "reason": case.decision_reason,
        "conditions": case.decision_conditions,
        "version": case.version_number,
        "minutes": minutes.facts(item) if item else None,
        "legal_entity": case.unit.is_separate_legal_entity,
        "officer": str(case.case_officer) if case.case_officer_id else "",
        "corrects": _documents(case).filter(kind="letter").exists(),
        **({"refusal": refusal.explained(case)} if case.granted_amount is None else {}),
    }


def reopen(case) -> None:
    """The minutes were wrong: money goes back by new moves, to where it stood before the decision."""
    held = ledger.balance_of(case.subject)
    move(case, ledger.COMMITTED, ledger.AVAILABLE, held[ledger.COMMITTED])
    if case.approved_at:
        move(case, ledger.AVAILABLE, ledger.RESERVED, case.recommended_amount)
        last = case.placements.order_by("-pk").first()
        case.placements.filter(pk=last.pk).update(outcome="reopened")
        case.placements.create(item=last.item)
    _documents(case).filter(kind="letter").update(superseded=True)
    case.granted_amount = case.decided_at = case.decided_by = case.letter_released_at = None


def withdraw(case) -> None:
    move(case, ledger.RESERVED, ledger.AVAILABLE, _reserved(case))
    leave_agenda(case, "withdrawn", "")


def _documents(case):
    return Document.objects.filter(subject=case.subject)


# ── the agenda ──────────────────────────────────────────────────────────────────────────────────────────────────────


def place(case, meeting) -> None:
    """Join the round's item on the meeting, which is made when the first case comes."""
    from applications.agenda import item_for

    case.placements.create(item=item_for(case.round, meeting, by=case.event.actor))


def leave_agenda(case, outcome: str, reason: str, amount: int | None = None) -> None:
    """Nothing for a case that stands on no agenda."""
    from applications.agenda import approve_again

    for placement in case.placements.filter(outcome="").select_related("item"):
        approve_again(placement.item)
    case.placements.filter(outcome="").update(outcome=outcome, reason=reason, amount=amount)
