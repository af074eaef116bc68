"""The ledger: money moves between pockets, and is never edited.

`move` is one UPDATE of the year's pockets, one of the round's account, one INSERT. The constraints of the database,
not this file, make overspending impossible; this file turns their refusal into a sentence. Corrections are new moves.
Locks: cases by id → chain head (by the event that causes the move) → round → pool year.
"""

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from journal import chain
from journal.models import Event
from pages.money import format_kroner
from pool.models import LedgerEntry, Pocket, PoolYear, Round

OUTSIDE, AVAILABLE, RESERVED, COMMITTED, SPENT = Pocket
ROUND_POCKETS = (RESERVED, COMMITTED, SPENT)


class NoMove(Exception):
    """The money does not move; str() says why, in Danish."""


class NotEnoughMoney(NoMove):
    """The year, or the round's ceiling, does not hold the amount."""


class YearIsClosed(NoMove):
    """The year's account has been closed: nothing is booked in it any more."""


def move(
    year: PoolYear, source: Pocket, target: Pocket, amount: int, *, cause: Event, round: Round | None = None
) -> LedgerEntry:
    """Move `amount` øre from one pocket to another, in the transaction of its cause.

    Raises NotEnoughMoney when the database refuses because a pocket would fall below zero or the round rise above
    its ceiling, YearIsClosed for a year that finance has closed; any other refusal (an unlawful move, a cause booked
    twice, nothing to move) passes as IntegrityError.
    """
    if not connection.in_atomic_block:
        raise chain.NotInTransaction(f"move {amount} for {cause}")
    try:
        with transaction.atomic():
            if round is not None and (changes := _changes(source, target, amount, ROUND_POCKETS)):
                Round.objects.filter(pk=round.pk).update(**changes)
            pockets = _changes(source, target, amount, (AVAILABLE, *ROUND_POCKETS))
            if pockets and not PoolYear.objects.filter(pk=year.pk, closed_at=None).update(**pockets):
                raise YearIsClosed(_("Puljeåret %(year)s er afsluttet. Der kan ikke bogføres i det.") % {"year": year})
            return LedgerEntry.objects.create(
                pool_year=year, round=round, source=source, target=target, amount=amount, cause=cause, at=cause.at
            )
    except IntegrityError as refusal:
        if any(name in str(refusal) for name in ("no_pocket_below_zero", "round_within_its_ceiling")):
            raise NotEnoughMoney(_shortage(year, round, amount)) from refusal
        raise


@transaction.atomic
def appropriate(year: PoolYear, amount: int, *, by, decision: str) -> LedgerEntry:
    """The council's money enters the year. `decision` names the council's decision."""
    event = chain.record(year.subject, "appropriate", by, {"beløb": amount, "beslutning": decision})
    return move(year, OUTSIDE, AVAILABLE, amount, cause=event)


@transaction.atomic
def cut(year: PoolYear, amount: int, *, by, decision: str) -> LedgerEntry:
    """The council takes money back that nobody has been promised."""
    event = chain.record(year.subject, "cut", by, {"beløb": amount, "beslutning": decision})
    return move(year, AVAILABLE, OUTSIDE, amount, cause=event)


@transaction.atomic
def carry_over(year: PoolYear, into: PoolYear, amount: int, *, by, decision: str) -> None:
    """What is left of one year goes to another: a council matter, both halves or none."""
    event = chain.record(year.subject, "carry_over", by, {"beløb": amount, "til": into.year, "beslutning": decision})
    move(year, AVAILABLE, OUTSIDE, amount, cause=event)
    move(into, OUTSIDE, AVAILABLE, amount, cause=event)


def room(round: Round) -> int:
    """What may still be reserved in a round now: the smaller of what the year holds and what the ceiling leaves."""
    return room_as_read(Round.objects.select_related("pool_year").get(pk=round.pk))


def room_as_read(round: Round) -> int:
    """The same by the figures that were read with this object."""
    return max(0, min(round.pool_year.available, round.remaining))


def balance_of(cause_subject: str) -> dict[str, int]:
    """What the moves of one subject have left in each pocket, in øre: «what does this case hold now»."""
    held = dict.fromkeys(Pocket.values, 0)
    for entry in LedgerEntry.objects.filter(cause__subject=cause_subject):
        held[entry.source] -= entry.amount
        held[entry.target] += entry.amount
    return held


def faults() -> list[str]:
    """Pockets that are not the sum of their moves, years and rounds, and years booked in after they were closed, each
    named in English; empty when all agree."""
    found = []
    for year in PoolYear.objects.all():
        if year.closed_at and year.entries.filter(at__gt=year.closed_at).exists():
            found.append(f"year {year.year}: booked in after it was closed")
        found += _differences(f"year {year.year}", year, (AVAILABLE, *ROUND_POCKETS), year.entries.all())
    for round_ in Round.objects.all():
        found += _differences(f"round {round_.pk}", round_, ROUND_POCKETS, round_.entries.all())
    return found


def _changes(source, target, amount, pockets) -> dict:
    changes = {}
    if source in pockets:
        changes[source.value] = F(source.value) - amount
    if target in pockets:
        changes[target.value] = F(target.value) + amount
    return changes


def _shortage(year, round, amount) -> str:
    if round is None:
        left = PoolYear.objects.get(pk=year.pk).available
    else:
        left = room(round)
    return _("Der er ikke penge nok: %(left)s er til rådighed, og der skal bruges %(amount)s") % {
        "left": format_kroner(left),
        "amount": format_kroner(amount),
    }


def _differences(name, account, pockets, entries) -> list[str]:
    sums = dict.fromkeys(pockets, 0)
    for entry in entries:
        if entry.source in sums:
            sums[entry.source] -= entry.amount
        if entry.target in sums:
            sums[entry.target] += entry.amount
    return [
        f"{name}: {pocket.value} is {getattr(account, pocket)}, its moves say {total}"
        for pocket, total in sums.items()
        if getattr(account, pocket) != total
    ]
