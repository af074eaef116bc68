"""What a round's projects give per 1,000 kr. by theme: expected of what was granted, and reported of what was spent.

Adds as climate.summing does: one indicator, unit, basis and family at a time, each with its range. Projects that gave to a
line are its denominator with all their money, whatever else they gave; so the figures say nothing about one project.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from applications.effect_summary import counting_effects, label_of, projects_of, with_family
from applications.models import Effect
from climate import summing
from climate.measures import CO2E, read
from pages.numbers import number
from pool.models import Round
from pool.themes import Theme

PER = 1000_00  # øre
PLACES = Decimal("0.01")


@dataclass(frozen=True)
class ThemeEffect:
    """One line of one theme and basis, per 1,000 kr."""

    theme: str
    effect: str
    unit: str
    basis: str
    value: Decimal
    low: Decimal
    high: Decimal
    projects: int
    money: int
    range_says: str

    @property
    def basis_label(self) -> str:
        return str(Effect.Basis(self.basis).label)

    @property
    def said(self) -> str:
        return f"{number(self.value)} {self.unit}"

    @property
    def range_said(self) -> str:
        return f"{number(self.low)}–{number(self.high)}" if self.low != self.high else self.range_says


def per_krone(round_: Round) -> tuple[list[ThemeEffect], list[ThemeEffect]]:
    """(expected of what was granted, reported of what was spent by projects that are over)."""
    granted = Effect.objects.filter(application__round=round_, application__granted_amount__gt=0).order_by()
    case = "application"
    expected = with_family(granted).values_list(
        f"{case}_id", f"{case}__themes", f"{case}__granted_amount", "pk", "indicator", "unit", "basis", "value", "family"
    )
    case = "project__application"
    over = with_family(counting_effects(projects_of([round_.pk]))).filter(project__spent__gt=0)
    reported = over.values_list(
        "project_id", f"{case}__themes", "project__spent", "pk", "indicator", "unit", "basis", "value", "family",
        "low", "high", "overlaps_id",
    )  # fmt: skip
    return _by_theme(expected), _by_theme(reported)


def _by_theme(rows) -> list[ThemeEffect]:
    themes: dict[str, list[tuple]] = {}
    for project, codes, money, key, indicator, unit, basis, value, family, *more in rows:
        low, high, overlaps = more or (None, None, None)
        amount = summing.Amount(indicator, unit, basis, value, low, high, family=family, key=key, overlaps=overlaps)
        for code in codes:
            themes.setdefault(code, []).append((project, money, amount))
    return [line for theme in Theme if theme in themes for line in _lines(str(theme.label), themes[theme])]


def _lines(theme: str, rows: list[tuple]) -> list[ThemeEffect]:
    amounts = [amount for _project, _money, amount in rows]
    elsewhere, behind = summing.counted_elsewhere(amounts), {}
    for project, money, amount in rows:
        measure = read(amount.indicator, amount.unit)
        if measure and amount.key not in elsewhere:
            family = amount.family if amount.indicator == CO2E else summing.NOT_CALCULATED
            place = (amount.indicator, *measure.adds_with, family), amount.basis
            behind.setdefault(place, {})[project] = money
    parts = ((line, part) for line in summing.total(amounts).lines for part in line.parts)
    return [_per(theme, line, part, behind[line.key, part.basis]) for line, part in parts]


def _per(theme: str, line: summing.Line, part: summing.Part, behind: dict) -> ThemeEffect:
    money = sum(behind.values())
    value, low, high = ((each * PER / money).quantize(PLACES, ROUND_HALF_UP) for each in (part.value, part.low, part.high))
    name = label_of(line.indicator) + (f", {line.name}" if line.name else "")
    return ThemeEffect(theme, name, line.unit, part.basis, value, low, high, len(behind), money, part.range_says)
