"""Closing a pool year: by finance, once the year has gone, when nothing in it is reserved or committed.

What still binds it is named, case by case. A closed year is never opened again: nothing more is booked in it, and what was
available and not carried over by the council has fallen back to the municipality. The database refuses a closed year that
owes (closed_year_owes_nothing), pool.ledger every move in or out of one.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from journal import chain, clock
from people.models import Person
from pool import account_strings, cases, ledger, years
from pool.models import LedgerEntry, Pocket, PoolYear


@dataclass(frozen=True)
class Binding:
    """A case that keeps the year open: what it holds in øre, or only that it may still give money back."""

    subject: str
    label: str
    address: str
    reserved: int
    committed: int


def bindings(year: PoolYear, person: Person | None = None) -> list[Binding]:
    """Everything that keeps the year open, by case; each linked when the person may see it."""
    held = _held(year)
    names = dict(cases.running(year.year))
    subjects = sorted(held.keys() | names.keys())
    addresses = cases.addresses(person, subjects) if person else {}
    return [
        Binding(
            subject,
            names.get(subject) or subject.partition("/")[2],
            addresses.get(subject, ""),
            *held.get(subject, (0, 0)),
        )
        for subject in subjects
    ]


def _held(year: PoolYear) -> dict[str, tuple[int, int]]:
    """(reserved, committed) of each subject that holds any of it."""
    rows = LedgerEntry.objects.filter(pool_year=year).order_by().values_list("cause__subject", "source", "target")
    pockets = (Pocket.RESERVED, Pocket.COMMITTED)
    held: dict[str, dict[str, int]] = {}
    for subject, source, target, amount in rows.annotate(Sum("amount")):
        of = held.setdefault(subject, dict.fromkeys(pockets, 0))
        for pocket, change in ((source, -amount), (target, amount)):
            if pocket in of:
                of[pocket] += change
    return {subject: tuple(of.values()) for subject, of in held.items() if any(of.values())}


def why_not(year: PoolYear, bound: list[Binding] | None = None) -> str:
    """Why the year cannot be closed, or ""."""
    if year.closed_at:
        return _("Puljeåret er allerede afsluttet.")
    if clock.today().year <= year.year:
        return _("Året er ikke gået endnu. Det kan afsluttes fra 1. januar %(next)s.") % {"next": year.year + 1}
    if bindings(year) if bound is None else bound:
        return _("Der er penge, som er reserveret eller disponeret, eller projekter, som ikke er afsluttet.")
    return ""


@transaction.atomic
def close(year: PoolYear, by: Person, seen: int) -> None:
    """Close the year as it was shown. Raises ChangedSince, or ValidationError with the reason why not."""
    chain.lock()
    row = PoolYear.objects.select_for_update().get(pk=year.pk)
    if reason := why_not(row):
        raise ValidationError(reason)
    if years.stamp(row) != seen:
        raise years.ChangedSince(_("Puljens tal har ændret sig, siden du så dem. Se de nye tal, og bekræft igen."))
    event = chain.record(row.subject, "close_year", by, {"rest": row.available})
    row.closed_at = event.at
    row.save(update_fields=["closed_at"])


@transaction.atomic
def set_account(year: PoolYear, by: Person, account: str) -> None:
    """The account in the finance system from which the year's grants are paid. Raises ValidationError for a wrong EAN."""
    account = " ".join(account.split())
    if refusal := account_strings.refusal(account):
        raise ValidationError({"account": refusal})
    chain.lock()
    row = PoolYear.objects.select_for_update().get(pk=year.pk)
    if row.closed_at:
        raise ledger.YearIsClosed(_("Puljeåret er allerede afsluttet."))
    if account != row.account:
        chain.record(row.subject, "change_account", by, {"før": row.account, "konto": account})
        row.account = account
        row.save(update_fields=["account"])
