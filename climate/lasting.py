"""CO2e over the years that an effect lasts. Three ways, never in one sum: along the yearly path of the grid, the same amount
in every year that was reported, or once and for all. What says nothing of its years is left out, and that is said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from climate.families import effect_name
from climate.measures import Measure
from climate.summing import BASES


class How(StrEnum):
    PATH = "path"
    YEARS = "years"
    ONCE = "once"
    UNKNOWN = "unknown"


SAYS = {
    How.PATH: gettext_lazy("Regnet år for år med bygningsreglementets faktorer (BR18): strøm, varme og gas bliver renere."),
    How.YEARS: gettext_lazy("Årets tal gange de år, rapporten siger, virkningen varer. Tallet er det samme hvert år."),
    How.ONCE: gettext_lazy("En virkning, der sker én gang."),
}  # fmt: skip


@dataclass(frozen=True)
class Lasting:
    """Kilograms of CO2e over the years: of one family, one basis, reckoned in one way."""

    family: str
    basis: str
    how: How
    value: Decimal
    count: int = 1

    @property
    def name(self) -> str:
        return effect_name(self.family)

    @property
    def says(self) -> str:
        return str(SAYS[self.how])


def over_the_years(value: Decimal, measure: Measure, years: int | None, path: Decimal | None) -> tuple[How, Decimal]:
    """How an amount lasts, and how much it is in all. `path`: what a calculation along the yearly path found."""
    if path is not None:
        return How.PATH, path
    once = value * measure.times
    if not measure.per_year:
        return How.ONCE, once
    return (How.YEARS, once * years) if years else (How.UNKNOWN, Decimal(0))


def summed(found: Iterable[Lasting]) -> tuple[list[Lasting], str]:
    """One line per family, basis and way; and a sentence of those that are left out."""
    sums: dict[tuple, list] = {}
    unknown = 0
    for each in found:
        if each.how == How.UNKNOWN:
            unknown += each.count
            continue
        line = sums.setdefault((each.family, each.basis, each.how), [Decimal(0), 0])
        line[0] += each.value
        line[1] += each.count
    lines = [Lasting(*key, *line) for key, line in sums.items()]
    lines.sort(key=lambda line: (line.family, BASES.index(line.basis), line.how))
    return lines, _left_out(unknown)


def _left_out(count: int) -> str:
    if not count:
        return ""
    text = ngettext(
        "%(count)s virkning på CO2e er ikke med her: rapporten siger ikke, hvor mange år den varer.",
        "%(count)s virkninger på CO2e er ikke med her: rapporterne siger ikke, hvor mange år de varer.",
        count,
    )
    return text % {"count": count}


def title() -> str:
    return _("CO2e over de år, virkningerne varer")
