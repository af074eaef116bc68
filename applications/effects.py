"""What came of a project: its effects as amounts that can be added, and what was expected beside what was measured.

A project's word is the newest report that was sent and not given back. A number that a calculation gave belongs to the
calculation's family as long as nobody has changed it; changed, it is the unit's own and belongs to none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from applications.models import Application, Effect, MeasuredEffect, Project, StatusReport
from climate import families, lasting, summing
from climate.measures import CO2E, read
from pages.numbers import number

AnEffect = Effect | MeasuredEffect


def counting_report(project: Project) -> StatusReport | None:
    return project.reports.filter(sent_at__isnull=False, returned_at=None).order_by("-sent_at", "-pk").first()


def counting_effects(project: Project) -> QuerySet[MeasuredEffect]:
    """A project's word on what came of it."""
    report = counting_report(project)
    return report.measured_effects.all() if report else MeasuredEffect.objects.none()


def is_as_calculated(effect: AnEffect) -> bool:
    """The number is the one that its calculation found."""
    found = effect.calculation
    return found is not None and (found.value, found.measure) == (effect.value, effect.unit)


def amount(effect: AnEffect) -> summing.Amount:
    return summing.Amount(
        indicator=effect.indicator,
        unit=effect.unit,
        basis=effect.basis,
        value=effect.value,
        low=getattr(effect, "low", None),
        high=getattr(effect, "high", None),
        family=families.of_calculation(effect.calculation) if is_as_calculated(effect) else summing.NOT_CALCULATED,
        key=effect.pk,
        overlaps=getattr(effect, "overlaps_id", None),
        what=named(effect),
    )


def named(effect: AnEffect) -> str:
    return f"{effect.get_indicator_display()}: {number(effect.value)} {effect.unit}"


@dataclass(frozen=True)
class Sums:
    total: summing.Total
    lasting: list[lasting.Lasting]
    not_lasting: str


def sums(effects: Iterable[AnEffect]) -> Sums:
    """The effects of one project (or several) added as far as they can be, and CO2e over the years."""
    rows = list(effects)
    amounts = {row.pk: amount(row) for row in rows}
    elsewhere = summing.counted_elsewhere(list(amounts.values()))
    found = [_lasting(row, amounts[row.pk]) for row in rows if row.indicator == CO2E and row.pk not in elsewhere]
    return Sums(summing.total(amounts.values()), *lasting.summed(each for each in found if each))


def _lasting(effect: AnEffect, its: summing.Amount) -> lasting.Lasting | None:
    measure = read(effect.indicator, effect.unit)
    if measure is None:
        return None
    path = effect.calculation.snapshot["life"] if is_as_calculated(effect) else ""
    years = getattr(effect, "lifetime", None)
    how = lasting.over_the_years(effect.value, measure, years, Decimal(path) if path else None)
    return lasting.Lasting(its.family, its.basis, *how)


# ── expected and measured, side by side ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Pair:
    """One effect: what the application expected and what the report found; either may be missing."""

    expected: Effect | None
    measured: MeasuredEffect | None

    @property
    def indicator(self) -> str:
        return str((self.measured or self.expected).get_indicator_display())

    @property
    def percent(self) -> Decimal | None:
        """How much more was found than expected, in whole percent; None where the two cannot be compared."""
        if not (self.expected and self.measured):
            return None
        here, there = (read(each.indicator, each.unit) for each in (self.measured, self.expected))
        if not (here and there) or here.adds_with != there.adds_with or self.expected.indicator != self.measured.indicator:
            return None
        expected = self.expected.value * there.times
        if not expected:
            return None
        more = (self.measured.value * here.times - expected) * 100 / abs(expected)
        return more.quantize(Decimal(1), ROUND_HALF_UP)

    @property
    def says(self) -> str:
        """The difference in words."""
        if self.measured is None:
            return _("Ikke rapporteret")
        if self.expected is None:
            return _("Stod ikke i ansøgningen")
        if self.percent is None:
            if not self.expected.value:
                return _("Der var ikke ventet noget")
            units = {"expected": self.expected.unit, "measured": self.measured.unit}
            return _("Kan ikke sammenlignes: ventet i «%(expected)s», rapporteret i «%(measured)s»") % units
        return self._difference()

    def _difference(self) -> str:
        if not self.percent:
            return _("Som ventet")
        size = {"percent": number(abs(self.percent))}
        return (_("%(percent)s %% mere end ventet") if self.percent > 0 else _("%(percent)s %% mindre end ventet")) % size

    @property
    def bases(self) -> str:
        """Two numbers that are known in different ways say so."""
        if not (self.expected and self.measured) or self.expected.basis == self.measured.basis:
            return ""
        return _("Sammenligner noget %(measured)s med noget %(expected)s") % {
            "measured": self.measured.get_basis_display(),
            "expected": self.expected.get_basis_display(),
        }


def side_by_side(case: Application, measured: Iterable[MeasuredEffect]) -> list[Pair]:
    """Every effect once: a reported one beside the one it answers to, else beside the next of its indicator."""
    waiting = list(measured)
    pairs = []
    for expected in case.effects.all():
        answer = next((row for row in waiting if row.expected_id == expected.pk), None) or next(
            (row for row in waiting if row.expected_id is None and row.indicator == expected.indicator), None
        )
        if answer:
            waiting.remove(answer)
        pairs.append(Pair(expected, answer))
    return [*pairs, *(Pair(None, row) for row in waiting)]
