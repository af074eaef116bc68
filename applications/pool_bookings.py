"""What the pool has booked that the finance system must show too: accepted vouchers, and transfer orders that are booked.

A project whose money was moved to its unit's account shows there; its vouchers never touch the pool's. So of such a project
the orders count, there and back, and of the others the accepted vouchers. Money out of the pool is plus.
"""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from applications.matching import Booking
from applications.models import FinanceFile, FinanceMatch, FinanceMatched, Project, TransferOrder, Voucher

VOUCHER, ORDER = "bilag", "ordre"
TRANSFER = Project.Settlement.BUDGET_TRANSFER
# as much of a voucher and of an order as a booking tells; a case has sixty fields, and there are thousands
OF_VOUCHER = ("status", "date", "amount", "supplier", "project", "project__application", "project__application__number")
OF_ORDER = ("direction", "amount", "booked_at", "project", "project__application", "project__application__number")
OF_ORDER += ("project__application__unit", "project__application__unit__name")


def accepted_vouchers():
    rows = Voucher.objects.filter(status=Voucher.Status.ACCEPTED).exclude(project__settlement=TRANSFER)
    return rows.select_related("project__application").only(*OF_VOUCHER).order_by("date", "pk")


def booked_orders():
    rows = TransferOrder.objects.exclude(booked_at=None)
    return rows.select_related("project__application__unit").only(*OF_ORDER).order_by("booked_at", "pk")


def unmatched(until: date | None = None) -> Iterator[Booking]:
    """Those that no line answers to, up to and with a day. Two queries."""
    found = [as_booking(row) for row in accepted_vouchers().filter(matched=None)]
    found += [as_booking(row) for row in booked_orders().filter(matched=None)]
    return iter(sorted((each for each in found if until is None or each.date <= until), key=lambda row: (row.date, row.key)))


def as_booking(row: Voucher | TransferOrder) -> Booking:
    number = row.project.application.number
    if isinstance(row, Voucher):
        return Booking(f"{VOUCHER}:{row.pk}", row.date, row.amount, row.supplier, number)
    amount = row.amount if row.direction == TransferOrder.Direction.OUT else -row.amount
    return Booking(f"{ORDER}:{row.pk}", timezone.localdate(row.booked_at), amount, row.project.application.unit.name, number)


def in_matches(file: FinanceFile) -> dict[int, list[FinanceMatched]]:
    """What each match of the file holds, in one query."""
    found: dict[int, list] = {}
    wanted = [f"voucher__{name}" for name in OF_VOUCHER] + [f"order__{name}" for name in OF_ORDER]
    rows = FinanceMatched.objects.filter(match__file=file).order_by("pk").only("match_id", "voucher", "order", *wanted)
    for row in rows.select_related("voucher__project__application", "order__project__application__unit"):
        found.setdefault(row.match_id, []).append(row)
    return found


def matched(match: FinanceMatch, key: str) -> FinanceMatched:
    """A row that ties the booking to the match, not yet saved."""
    kind, _colon, pk = key.partition(":")
    return FinanceMatched(match=match, **{"voucher_id" if kind == VOUCHER else "order_id": int(pk)})


def key_of(row: FinanceMatched) -> str:
    return f"{VOUCHER}:{row.voucher_id}" if row.voucher_id else f"{ORDER}:{row.order_id}"


def still_stands(row: FinanceMatched) -> bool:
    """The booking is still one: its acceptance was not undone."""
    return row.order_id is not None or row.voucher.status == Voucher.Status.ACCEPTED
