"""Vouchers: the unit registers them, finance accepts or refuses them, and accepting one books it.

A project whose money goes through the pool (its EAN, or a refund) books each accepted voucher at once: committed → spent.
One that got its money by a budget transfer is booked when finance confirms the transfer; its vouchers then only document.
A voucher above what is left of the grant is not accepted. A correction is an undoing and a new acceptance, each its event.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from applications import project_files
from applications.door import AlreadyHandled, NotYet, NotYours, load_locked_for
from applications.models import Application, Project, Voucher
from applications.roles import may, told
from applications.states import State
from journal import chain, clock, outbox
from pages.money import format_kroner
from people.roles import Role
from pool import ledger

FIELDS = ("budget_line", "date", "supplier", "text", "amount")
OPEN_TO_THE_UNIT = frozenset({State.ACTIVE})
OPEN_TO_FINANCE = frozenset({State.ACTIVE, State.REPORTED})


@transaction.atomic
def register(case_id: int, by, *, file=None, **values) -> Voucher:
    """A new voucher of the project, waiting for finance. Raises Refused, or ValidationError by field."""
    case = _running(case_id, by, "register_voucher", OPEN_TO_THE_UNIT)
    _check(case, values)
    voucher = Voucher(project=case.project, number=_next_number(case), file=file, **values)
    voucher.registered_by, voucher.registered_at = by, clock.now()
    voucher.save()
    _record(case, "register_voucher", by, voucher)
    return voucher


@transaction.atomic
def correct(voucher_id: int, by, *, seen_revision: int, **values) -> Voucher:
    """The unit corrects what finance has not accepted; what was refused waits for finance again."""
    voucher, case = _locked(voucher_id, by, "register_voucher", OPEN_TO_THE_UNIT)
    if voucher.status == Voucher.Status.ACCEPTED:
        raise AlreadyHandled(_("Bilaget er godkendt og kan ikke rettes. Bed Økonomi om at fortryde godkendelsen."))
    _not_stale(voucher, seen_revision)
    _check(case, values)
    before = voucher.file
    for name, value in values.items():
        setattr(voucher, name, value)
    voucher.status, voucher.refusal = Voucher.Status.REGISTERED, ""
    changed = _changed(case, "correct_voucher", by, voucher)
    if voucher.file != before:
        project_files.let_go(case, before, aside=_was(case, voucher, "accept_voucher", "refuse_voucher"))
    return changed


@transaction.atomic
def accept(voucher_id: int, by, *, seen_revision: int) -> Voucher:
    voucher, case = _locked(voucher_id, by, "decide_voucher", OPEN_TO_FINANCE)
    _still_registered(voucher, seen_revision)
    if by == voucher.registered_by:
        raise NotYours(_("Du har selv lagt bilaget ind. En anden i Økonomi skal godkende det."))
    project = case.project
    if voucher.amount > project.left:
        raise NotYet(
            _("Bilaget er på %(amount)s, men der er kun %(left)s tilbage af bevillingen. Bed enheden om at dele bilaget.")
            % {"amount": format_kroner(voucher.amount), "left": format_kroner(project.left)}
        )
    event = chain.record(case.subject, "accept_voucher", by, _facts(voucher))
    if not project.is_transfer:
        ledger.move(case.round.pool_year, ledger.COMMITTED, ledger.SPENT, voucher.amount, cause=event, round=case.round)
    voucher.status, voucher.accepted_in = Voucher.Status.ACCEPTED, event
    voucher.decided_by, voucher.decided_at = by, event.at
    return _saved(case, voucher, spent=project.spent + voucher.amount)


@transaction.atomic
def refuse(voucher_id: int, by, *, seen_revision: int, reason: str) -> Voucher:
    voucher, case = _locked(voucher_id, by, "decide_voucher", OPEN_TO_FINANCE)
    _still_registered(voucher, seen_revision)
    voucher.status, voucher.refusal = Voucher.Status.REFUSED, reason
    voucher.decided_by, voucher.decided_at = by, clock.now()
    voucher.revision += 1
    voucher.save()
    _tell_the_unit(case, voucher, _record(case, "refuse_voucher", by, voucher, svar={"reason": reason}))
    return voucher


def _tell_the_unit(case: Application, voucher: Voucher, event) -> None:
    """Who laid it in, and who stands behind the case, read why."""
    people = {person.pk: person for person in told(Role.APPLICANT, case)}
    if may(voucher.registered_by, case, "register_voucher"):
        people[voucher.registered_by_id] = voucher.registered_by
    for person in people.values():
        outbox.owe(event, person, "refuse_voucher", {"case": case, "voucher": voucher}, link=case.get_absolute_url())


@transaction.atomic
def undo(voucher_id: int, by, *, seen_revision: int, reason: str) -> Voucher:
    """A voucher was booked wrongly: a new move takes it back, and it waits for finance again."""
    voucher, case = _locked(voucher_id, by, "decide_voucher", OPEN_TO_FINANCE)
    if voucher.status != Voucher.Status.ACCEPTED:
        raise AlreadyHandled(_("Bilaget er ikke godkendt."))
    _not_stale(voucher, seen_revision)
    project = case.project
    event = chain.record(case.subject, "undo_voucher", by, _facts(voucher) | {"svar": {"reason": reason}})
    if not project.is_transfer:
        ledger.move(case.round.pool_year, ledger.SPENT, ledger.COMMITTED, voucher.amount, cause=event, round=case.round)
    voucher.status, voucher.accepted_in = Voucher.Status.REGISTERED, None
    voucher.decided_by = voucher.decided_at = None
    Project.objects.filter(pk=project.pk).update(confirmed_report=None, confirmed_by=None)
    return _saved(case, voucher, spent=project.spent - voucher.amount)


@transaction.atomic
def confirm_transfer(case_id: int, by) -> Project:
    """Finance has moved the money to the unit's account: all that the project holds is spent by the pool, once."""
    from applications import transfer_orders

    case = _running(case_id, by, "decide_voucher", OPEN_TO_FINANCE)
    project = case.project
    if not project.is_transfer:
        raise NotYet(_("Projektet får ikke pengene ved omplacering."))
    if project.transferred_at is not None:
        raise AlreadyHandled(_("Omplaceringen er allerede bogført."))
    event = chain.record(case.subject, "confirm_transfer", by, {"beløb": project.holds})
    ledger.move(case.round.pool_year, ledger.COMMITTED, ledger.SPENT, project.holds, cause=event, round=case.round)
    project.transferred_at, project.transferred_by = event.at, by
    project.save()
    transfer_orders.booked(project, event)
    _written(case)
    return project


@transaction.atomic
def remove(voucher_id: int, by, *, seen_revision: int) -> None:
    """The unit takes back what finance has not accepted. The event stays, and so does the number: no other gets it."""
    voucher, case = _locked(voucher_id, by, "register_voucher", OPEN_TO_THE_UNIT)
    if voucher.status == Voucher.Status.ACCEPTED:
        raise AlreadyHandled(_("Bilaget er godkendt og kan ikke fjernes. Bed Økonomi om at fortryde godkendelsen."))
    _not_stale(voucher, seen_revision)
    if _was(case, voucher, "accept_voucher"):
        raise AlreadyHandled(_("Bilaget har været bogført og kan ikke fjernes. Skriv til Økonomi."))
    file, number = voucher.file, voucher.pk
    voucher.delete()
    voucher.pk = number
    project_files.let_go(case, file, aside=_was(case, voucher, "refuse_voucher"))
    _record(case, "remove_voucher", by, voucher)


def _was(case: Application, voucher: Voucher, *steps: str) -> bool:
    """Whether finance has ever done that with the voucher: then what it saw is kept."""
    return chain.story(case.subject).filter(step__in=steps, payload__bilag=voucher.number).exists()


def _next_number(case: Application) -> int:
    """One more than was ever registered: a number that was removed stands in events and is not used again."""
    last = case.project.vouchers.aggregate(last=Max("number"))["last"] or 0
    return max(last, chain.story(case.subject).filter(step="register_voucher").count()) + 1


def _running(case_id: int, by, action: str, states) -> Application:
    case = load_locked_for(case_id, by, action)
    if case.state not in states:
        raise NotYet(_("Det kan ikke gøres nu: projektet er «%(state)s».") % {"state": case.get_state_display()})
    return case


def _locked(voucher_id: int, by, action: str, states) -> tuple[Voucher, Application]:
    case = _running(Voucher.objects.values_list("project_id", flat=True).get(pk=voucher_id), by, action, states)
    return Voucher.objects.get(pk=voucher_id), case


def _still_registered(voucher: Voucher, seen_revision: int) -> None:
    if voucher.status != Voucher.Status.REGISTERED:
        raise AlreadyHandled(_("Bilaget er allerede «%(status)s».") % {"status": voucher.get_status_display()})
    _not_stale(voucher, seen_revision)


def _not_stale(voucher: Voucher, seen_revision: int) -> None:
    if voucher.revision != seen_revision:
        raise AlreadyHandled(_("Bilaget er ændret, siden du åbnede siden. Se det igennem, og prøv igen."))


def _check(case: Application, values: dict) -> None:
    errors = {}
    if values["budget_line"].application_id != case.pk:
        errors["budget_line"] = _("Vælg en af projektets budgetlinjer.")
    if values["amount"] <= 0:
        errors["amount"] = _("Skriv et beløb over 0 kr.")
    if values["date"] > clock.today():
        errors["date"] = _("Bilagets dato ligger i fremtiden.")
    if errors:
        raise ValidationError(errors)


def _facts(voucher: Voucher) -> dict:
    return {
        "bilag": voucher.number,
        "beløb": voucher.amount,
        "leverandør": voucher.supplier,
        "udgave": voucher.revision,
    }


def _record(case: Application, step: str, by, voucher: Voucher, **more):
    event = chain.record(case.subject, step, by, _facts(voucher) | more)
    _written(case)
    return event


def _changed(case: Application, step: str, by, voucher: Voucher, **more) -> Voucher:
    voucher.revision += 1
    voucher.save()
    _record(case, step, by, voucher, **more)
    return voucher


def _saved(case: Application, voucher: Voucher, *, spent: int) -> Voucher:
    voucher.revision += 1
    voucher.save()
    Project.objects.filter(pk=case.pk).update(spent=spent)
    _written(case)
    return voucher


def _written(case: Application) -> None:
    case.revision += 1
    case.save()
