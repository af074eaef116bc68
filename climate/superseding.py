"""A factor gets a new number by hand: a new row with its own source takes the place of the old one, which stays.

Refuses a number outside the limits of what is plausible for the factor, a range that does not hold its number, a factor
that is not in force, and another year for a factor whose year is part of its name (a point on a path over the years).
The files never replace what was typed: `register.import_factors` leaves rows of other sources alone.
"""

import uuid
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from climate.calculating import said, text
from climate.models import Factor, FactorSource
from climate.register import SUBJECT
from journal import chain, clock
from journal.models import Event
from people.models import Person
from people.roles import Role

STEP = "supersede_factor"
SUPERSEDES = Role.CONSULTANT
SEE_USE = (Role.CONSULTANT, Role.MANAGER, Role.FINANCE, Role.AUDITOR)
KEPT = ("key", "name", "family", "unit", "least", "most")
SOURCE = ("title", "publisher", "licence", "year", "taken_from", "caveat")


class Implausible(ValueError):
    """What was typed cannot be; `errors` says why, by field, in words for the person."""

    def __init__(self, errors: dict[str, str]):
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class NotInForce(ValueError):
    """The factor has ended or was superseded meanwhile."""


def faults(factor: Factor, value: Decimal, low: Decimal | None, high: Decimal | None, year: int) -> dict[str, str]:
    """What is wrong with a new number, by field."""
    found = {}
    if not factor.least <= value <= factor.most:
        limits = {"least": said(factor.least), "most": said(factor.most), "unit": factor.unit}
        found["value"] = (
            _("Tallet skal ligge mellem %(least)s og %(most)s %(unit)s. Se efter, om enheden er den rigtige.") % limits
        )
    if low is not None and low > value:
        found["low"] = _("Lav kan ikke være større end tallet selv.")
    if high is not None and high < value:
        found["high"] = _("Høj kan ikke være mindre end tallet selv.")
    if is_of_its_year(factor) and year != factor.year:
        found["year"] = _("Faktoren er et punkt på en kurve over årene og gælder %(year)s.") % {"year": factor.year}
    return found


def is_of_its_year(factor: Factor) -> bool:
    return factor.key.endswith(f".{factor.year}")


@transaction.atomic
def supersede(
    factor_id: int,
    by: Person,
    *,
    value: Decimal,
    year: int,
    boundary: str,
    caveat: str,
    reason: str,
    source: dict,
    low: Decimal | None = None,
    high: Decimal | None = None,
) -> Factor:
    """The new factor. `source` holds who published it, under which licence, and where it was taken from."""
    old = Factor.objects.select_for_update().get(pk=factor_id)
    if old.valid_to is not None:
        raise NotInForce(_("Faktoren er allerede afløst eller udgået. Se, om det nye tal står i registret."))
    if wrong := faults(old, value, low, high, year):
        raise Implausible(wrong)
    today = clock.today()
    origin = FactorSource.objects.create(key=f"egen-{uuid.uuid4().hex[:12]}", **{name: source[name] for name in SOURCE})
    Factor.objects.filter(pk=old.pk).update(valid_to=today)
    new = Factor.objects.create(
        **{name: getattr(old, name) for name in KEPT},
        value=value,
        low=value if low is None else low,
        high=value if high is None else high,
        year=year,
        boundary=boundary,
        caveat=caveat,
        source=origin,
        valid_from=today,
    )
    Factor.objects.filter(pk=old.pk).update(superseded_by=new)
    told = {"faktor": old.name, "nøgle": old.key, "før": text(old.value), "nu": text(value), "enhed": old.unit}
    chain.record(SUBJECT, STEP, by, told | {"ny": new.pk, "kilde": origin.title, "begrundelse": reason})
    return new


def reason_of(factor: Factor) -> Event | None:
    """The event that gave the factor its place, when a person did it."""
    return Event.objects.filter(subject=SUBJECT, step=STEP, payload__ny=factor.pk).first()
