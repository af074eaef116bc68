"""Pool years: opened by finance, given money, cut, carried over to another year; each by a named decision.

Refuses a second year of one number, and a booking that was confirmed on figures that have changed since: so a double
press books once.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from journal import chain, clock
from pages.money import format_kroner
from people.models import Person
from pool import ledger
from pool.models import LedgerEntry, PoolYear

EARLIEST = 2020
YEARS_AHEAD = 5
KINDS = {
    "appropriate": _("Mere til puljen: en bevilling eller tillægsbevilling"),
    "cut": _("Mindre til puljen: bevillingen sættes ned"),
    "carry_over": _("Overfør til et andet år"),
}


class ChangedSince(Exception):
    """The year's figures are not those that the person confirmed; str() says so in Danish."""


@dataclass(frozen=True)
class Booking:
    """What finance is about to book: a kind, an amount in øre, the decision behind it, and for a carry-over the year."""

    kind: str
    amount: int
    decision: str
    into: PoolYear | None = None

    @property
    def label(self) -> str:
        """What the confirm page calls it."""
        if self.into:
            return _("Overførsel til %(year)s") % {"year": self.into}
        return KINDS[self.kind]

    def effect_on(self, year: PoolYear) -> int:
        """By how much the year's available money changes."""
        if self.kind == "carry_over" and year == self.into:
            return self.amount
        return self.amount if self.kind == "appropriate" else -self.amount


@transaction.atomic
def open_year(number: int, by: Person, account: str = "") -> PoolYear:
    """A new year with empty pockets."""
    if not EARLIEST <= number <= clock.today().year + YEARS_AHEAD:
        latest = clock.today().year + YEARS_AHEAD
        text = _("Skriv et år fra %(first)s til %(last)s.") % {"first": EARLIEST, "last": latest}
        raise ValidationError({"year": text})
    year = PoolYear(year=number, account=account)
    chain.lock()
    if PoolYear.objects.filter(year=number).exists():
        raise ValidationError({"year": _("Puljeåret findes allerede.")})
    year.save()
    chain.record(year.subject, "open_year", by, {"konto": account})
    return year


def stamp(year: PoolYear) -> int:
    """Changes with every move of the year; a confirmation carries it."""
    return LedgerEntry.objects.filter(pool_year=year).order_by("-id").values_list("pk", flat=True).first() or 0


def foreseen(year: PoolYear, booking: Booking) -> list[tuple[PoolYear, int, int]]:
    """What is available in each year that the booking touches, before and after. Raises NoMove."""
    touched = [PoolYear.objects.get(pk=row.pk) for row in (year, booking.into) if row]
    for row in touched:
        if row.closed_at:
            text = _("Puljeåret %(year)s er afsluttet. Der kan ikke bogføres i det.")
            raise ledger.YearIsClosed(text % {"year": row})
    effects = [(row, row.available, row.available + booking.effect_on(row)) for row in touched]
    for row, before, after in effects:
        if after < 0:
            text = _("Der er kun %(left)s til rådighed i %(year)s.")
            raise ledger.NotEnoughMoney(text % {"left": format_kroner(before), "year": row})
    return effects


@transaction.atomic
def book(year: PoolYear, booking: Booking, by: Person, seen: int) -> None:
    """Book what was confirmed. Raises ChangedSince, or NoMove when the year does not hold it or is closed."""
    chain.lock()
    if stamp(year) != seen:
        raise ChangedSince(_("Puljens tal har ændret sig, siden du så dem. Se de nye tal, og bekræft igen."))
    if booking.kind == "appropriate":
        ledger.appropriate(year, booking.amount, by=by, decision=booking.decision)
    elif booking.kind == "cut":
        ledger.cut(year, booking.amount, by=by, decision=booking.decision)
    else:
        ledger.carry_over(year, booking.into, booking.amount, by=by, decision=booking.decision)
