"""Changes of a running project: asked for by the unit, granted by whom the size of the change calls for.

Within the round's limits the consultant decides, beyond them a manager, and the committee when the purpose changes
(workflow.md, «Things with a life of their own»). Less money gives the difference back to the pool in the same transaction.
What was applied for stays as it was: a line's new amount is its `agreed`, a new purpose stands in the change.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import milestones
from applications.door import AlreadyHandled, NotYet, NotYours, load_locked, load_locked_for
from applications.models import AgendaItem, Application, BudgetLine, ChangeRequest, Meeting, Project
from applications.roles import told
from applications.states import State
from journal import chain, clock, outbox
from pages.money import format_kroner
from people.roles import Role
from pool import ledger

Kind, Status = ChangeRequest.Kind, ChangeRequest.Status
ANSWERED_IN = timedelta(days=14)  # own assumption: a unit that waits for leave to go on waits two weeks at most
DECIDES = {
    Role.CONSULTANT: gettext_lazy("konsulenten"),
    Role.MANAGER: gettext_lazy("en leder"),
    Role.SECRETARY: gettext_lazy("udvalget"),
}


def decider(change: ChangeRequest) -> Role:
    """Who grants it. A secretary's part is to record what the committee decided."""
    project, round_ = change.project, change.project.application.round
    if change.kind == Kind.PURPOSE:
        return Role.SECRETARY
    if change.kind == Kind.PERIOD:
        planned = project.application.ends or project.ends
        return Role.CONSULTANT if change.new_end <= milestones.months_later(planned, round_.change_months) else Role.MANAGER
    if change.kind == Kind.BUDGET:
        within = moved(change) * 100 <= round_.change_percent * project.holds
        return Role.CONSULTANT if within else Role.MANAGER
    return Role.CONSULTANT


def moved(change: ChangeRequest) -> int:
    """How much a new division gives to some lines beyond what was granted to them, in øre: changes before it count too."""
    lines = {line.pk: line.amount for line in change.project.application.budget_lines.all()}
    return sum(max(amount - lines[int(pk)], 0) for pk, amount in change.lines.items())


@transaction.atomic
def ask(case_id: int, by, kind: str, reason: str, **values) -> ChangeRequest:
    """Raises Refused, or ValidationError by field."""
    case = _running(case_id, by, "ask_change")
    change = ChangeRequest(project=case.project, kind=kind, reason=reason.strip(), **values)
    if errors := faults(change):
        raise ValidationError(errors)
    if case.project.changes.filter(kind=kind, status=Status.OPEN).exists():
        raise AlreadyHandled(_("I har allerede bedt om den slags ændring. Vent på svar, eller træk den tilbage."))
    change.asked_by, change.asked_at = by, clock.now()
    change.save()
    event = _record(case, "ask_change", by, change)
    for person in told(decider(change) if change.kind != Kind.PURPOSE else Role.CONSULTANT, case):
        outbox.owe(event, person, "change_asked", {"case": case, "change": change, "by": by}, link=_link(case))
    return change


def faults(change: ChangeRequest) -> dict[str, str]:
    """What cannot be asked for, by field."""
    project, found = change.project, {}
    if not change.reason:
        found["reason"] = _("Skriv, hvorfor I vil ændre det.")
    match change.kind:
        case Kind.PERIOD:
            if change.new_end is None or change.new_end == project.ends:
                found["new_end"] = _("Skriv en anden slutdato end den, I har.")
            elif change.new_end < max(project.starts, clock.today()):
                found["new_end"] = _("Slutdatoen kan ikke ligge før i dag eller før projektets start.")
        case Kind.AMOUNT:
            if change.new_amount is None or not project.spent < change.new_amount < project.holds:
                found["new_amount"] = _("Skriv et beløb mellem det, I har brugt (%(spent)s), og det, I har (%(holds)s).") % {
                    "spent": format_kroner(project.spent),
                    "holds": format_kroner(project.holds),
                }
        case Kind.PURPOSE:
            if not change.new_purpose.strip():
                found["new_purpose"] = _("Skriv det nye formål.")
        case Kind.BUDGET:
            found |= _faulty_lines(change)
    return found


def _faulty_lines(change: ChangeRequest) -> dict[str, str]:
    """A new division names every line, gives each what is used on it at least, and adds up to what it was."""
    lines = {str(line.pk): line for line in change.project.application.budget_lines.all()}
    if change.lines.keys() != lines.keys() or any(amount < 0 for amount in change.lines.values()):
        return {"lines": _("Skriv et beløb ved hver budgetlinje.")}
    before, after = sum(line.planned for line in lines.values()), sum(change.lines.values())
    if before != after:
        return {
            "lines": _("Linjerne skal tilsammen give %(before)s som før, og nu giver de %(after)s")
            % {"before": format_kroner(before), "after": format_kroner(after)}
        }
    if all(lines[pk].planned == amount for pk, amount in change.lines.items()):
        return {"lines": _("Der er ikke ændret noget.")}
    return {}


@transaction.atomic
def approve(change_id: int, by, answer: str = "") -> ChangeRequest:
    """By the consultant or a manager; beyond the consultant's limits by a manager. A new purpose is the committee's."""
    change, case = _open(change_id, by, "decide_change")
    needed = decider(change)
    if needed == Role.SECRETARY:
        raise NotYours(_("Et nyt formål afgøres af udvalget. Sæt det på et møde."))
    if needed == Role.MANAGER and Role.MANAGER not in case.held:
        raise NotYours(_("Ændringen er større, end runden giver konsulenten lov til. En leder tager stilling."))
    return _decide(case, change, by, Status.APPROVED, answer)


@transaction.atomic
def refuse(change_id: int, by, answer: str) -> ChangeRequest:
    change, case = _open(change_id, by, "decide_change")
    if decider(change) == Role.SECRETARY and change.item_id:
        raise NotYours(_("Ændringen står på en dagsorden. Udvalget tager stilling."))
    return _decide(case, change, by, Status.REFUSED, answer)


@transaction.atomic
def withdraw(change_id: int, by) -> ChangeRequest:
    change, case = _open(change_id, by, "ask_change")
    if change.item_id and change.item.status in (AgendaItem.Status.SENT, AgendaItem.Status.DECIDED, AgendaItem.Status.FINAL):
        raise AlreadyHandled(_("Ændringen er sendt til udvalget."))
    change.status, change.item = Status.WITHDRAWN, None
    change.decided_by, change.decided_at = by, clock.now()
    change.save()
    _record(case, "withdraw_change", by, change)
    return change


# ── the committee ───────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def place(change_id: int, by, meeting: Meeting) -> ChangeRequest:
    """A new purpose joins the round's item on a meeting."""
    from applications.agenda import item_for

    change, case = _open(change_id, by, "place_change")
    if change.kind != Kind.PURPOSE:
        raise NotYet(_("Kun et nyt formål afgøres af udvalget."))
    if change.item_id and change.item.meeting.status == Meeting.Status.PLANNED:
        raise AlreadyHandled(_("Ændringen står allerede på et møde."))
    change.item = item_for(case.round, meeting, by=by)
    change.save()
    _record(case, "place_change", by, change)
    return change


def record(change: ChangeRequest, by, approved: bool, answer: str) -> ChangeRequest:
    """What the committee decided; called by agenda.decide in its transaction, for every change of the item."""
    case = load_locked(change.project_id)
    if change.status != Status.OPEN:
        raise AlreadyHandled(_("Ændringen er allerede afgjort."))
    return _decide(case, change, by, Status.APPROVED if approved else Status.REFUSED, answer)


# ── what an approved change does ────────────────────────────────────────────────────────────────────────────────────


def _decide(case: Application, change: ChangeRequest, by, status: str, answer: str) -> ChangeRequest:
    approved = status == Status.APPROVED
    if approved and (errors := faults(change)):
        raise NotYet(" ".join(errors.values()))
    event = _record(case, "approve_change" if approved else "refuse_change", by, change, answer)
    if approved:
        DOES[change.kind](case, change, event)
    change.status, change.answer = status, answer.strip()
    change.decided_by, change.decided_at = by, event.at
    change.save()
    people = {person.pk: person for role in (Role.APPLICANT, Role.UNIT_LEADER) for person in told(role, case)}
    for person in people.values():
        context = {"case": case, "change": change, "approved": approved, "by": by}
        outbox.owe(event, person, "change_decided", context, link=_link(case))
    return change


def _new_end(case: Application, change: ChangeRequest, event) -> None:
    milestones.follow_the_end(case.project, case, change.new_end)


def _new_lines(case: Application, change: ChangeRequest, event) -> None:
    for pk, amount in change.lines.items():
        BudgetLine.objects.filter(pk=int(pk), application=case).update(agreed=amount)


def _less_money(case: Application, change: ChangeRequest, event) -> None:
    """The difference goes back; of a transfer that finance has booked, from what was spent."""
    project = case.project
    back, year = project.holds - change.new_amount, case.round.pool_year
    if project.transferred_at:
        ledger.move(year, ledger.SPENT, ledger.COMMITTED, back, cause=event, round=case.round)
    ledger.move(year, ledger.COMMITTED, ledger.AVAILABLE, back, cause=event, round=case.round)
    Project.objects.filter(pk=project.pk).update(given_back=project.given_back + back)


def _new_purpose(case: Application, change: ChangeRequest, event) -> None:
    """The new purpose stands in the change; the application says what was applied for."""


DOES = {Kind.PERIOD: _new_end, Kind.BUDGET: _new_lines, Kind.AMOUNT: _less_money, Kind.PURPOSE: _new_purpose}


def _running(case_id: int, by, action: str) -> Application:
    case = load_locked_for(case_id, by, action)
    if case.state != State.ACTIVE:
        raise NotYet(_("Projektet er «%(state)s» og kan ikke ændres.") % {"state": case.get_state_display()})
    return case


def _open(change_id: int, by, action: str) -> tuple[ChangeRequest, Application]:
    case = _running(ChangeRequest.objects.values_list("project_id", flat=True).get(pk=change_id), by, action)
    change = ChangeRequest.objects.select_related("project__application__round", "item__meeting").get(pk=change_id)
    if change.status != Status.OPEN:
        raise AlreadyHandled(_("Ændringen er allerede «%(status)s».") % {"status": change.get_status_display()})
    return change, case


def _record(case: Application, step: str, by, change: ChangeRequest, answer: str = ""):
    facts = {"ændring": change.pk, "slags": change.kind, **_says(change)}
    event = chain.record(case.subject, step, by, facts | ({"svar": {"reason": answer}} if answer else {}))
    case.revision += 1
    case.save()
    return event


def _says(change: ChangeRequest) -> dict:
    match change.kind:
        case Kind.PERIOD:
            return {"slutter": change.new_end.isoformat() if isinstance(change.new_end, date) else ""}
        case Kind.AMOUNT:
            return {"beløb": change.new_amount}
        case Kind.BUDGET:
            return {"linjer": change.lines}
        case _:
            return {}


def _link(case: Application) -> str:
    return case.get_absolute_url()
