"""Finance's worklist: the vouchers of every project, what each would use, and which one is next.

Shows what lies in projects where the person is finance; whoever has an interest in a case does not see it here.
"""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from applications.models import Voucher
from applications.roles import held_as
from people.models import Person, Unit
from people.roles import Role
from pool.models import Round

WAITING = Voucher.Status.REGISTERED


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; a state of "" is every state."""

    round: Round | None = None
    unit: Unit | None = None
    status: str = WAITING


def of(person: Person, asked: Asked):
    """The vouchers, those that wait the longest first. One query, with all that a row shows."""
    rows = all_of(person)
    if asked.round:
        rows = rows.filter(project__application__round=asked.round)
    if asked.unit:
        rows = rows.filter(project__application__unit=asked.unit)
    if asked.status:
        rows = rows.filter(status=asked.status)
    return rows.order_by("registered_at", "pk")


def all_of(person: Person):
    rows = Voucher.objects.filter(project__application__in=held_as(person, Role.FINANCE))
    return rows.select_related("project__application__unit", "project__application__round", "budget_line", "file")


def totals(person: Person, asked: Asked) -> dict:
    """How many the list holds and what they come to, in øre."""
    return of(person, asked).order_by().aggregate(count=Count("pk"), amount=Sum("amount", default=0))


def next_after(voucher: Voucher, person: Person, asked: Asked) -> Voucher | None:
    """The one that waits after this, or the first that waits: so the list is gone through to its end."""
    waiting = of(person, Asked(asked.round, asked.unit, WAITING)).exclude(pk=voucher.pk)
    later = Q(registered_at__gt=voucher.registered_at) | Q(registered_at=voucher.registered_at, pk__gt=voucher.pk)
    return waiting.filter(later).first() or waiting.first()


def used_of_line(voucher: Voucher) -> int:
    """What accepted vouchers have used of the voucher's budget line, in øre."""
    accepted = Voucher.objects.filter(project=voucher.project_id, budget_line=voucher.budget_line_id, status="accepted")
    return accepted.aggregate(sum=Sum("amount", default=0))["sum"]


def look_alikes(voucher: Voucher, person: Person):
    """Vouchers that may be the same bill: same supplier, amount and date, in any project that the person may see."""
    same = all_of(person).filter(supplier__iexact=voucher.supplier, amount=voucher.amount, date=voucher.date)
    return same.exclude(pk=voucher.pk).exclude(status=Voucher.Status.REFUSED).order_by("pk")[:5]
