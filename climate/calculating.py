"""What every calculator is made of: questions, lines that are added, and the result in words.

Reckons in exact fractions and rounds once, at the end: to whole kg, and below 10 kg to one decimal, halves up.
Refuses to add lines of two factor families.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from django.utils.translation import gettext as _

from climate.models import Factor
from pages.numbers import number

MEASURE = "kg CO2e/år"
MOST = 10**11  # what an effect can hold
WHOLE, TENTH, THOUSANDTH, MILLIONTH = Decimal(1), Decimal("0.1"), Decimal("0.001"), Decimal("0.000001")


class MixedFamilies(ValueError):
    """Lines of two factor families were to be added."""


class TooMuch(ValueError):
    """A result that no effect can hold."""


@dataclass(frozen=True)
class Question:
    """One question. Outside `least`–`most` the calculator asks whether the number is right (`thing` names what)."""

    name: str
    label: str
    help: str = ""
    kind: str = "number"  # number, whole, choice
    suffix: str = ""
    thing: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    positive: bool = False
    limit: int = 0  # a whole number above it cannot be reckoned with
    required: bool = True
    choices: tuple = ()
    initial: object = None


@dataclass(frozen=True)
class Line:
    """One term of the sum, in kg CO2e a year: what, how it was reckoned, and with which factors."""

    label: str
    sum: str
    amount: Fraction
    factors: tuple[Factor, ...]
    low: Fraction | None = None
    high: Fraction | None = None
    counted: bool = True  # gross figures are shown and not added


@dataclass(frozen=True)
class Result:
    """A year's saving with all that an honest reader asks about it."""

    lines: Sequence[Line]
    method: str
    traps: Sequence[str]
    not_counted: Sequence[str]
    years: Sequence[tuple[int, Fraction, Fraction]] = field(default_factory=tuple)  # year, kg per kWh, kg saved
    range_says: str = ""

    def __post_init__(self):
        families = {factor.family for line in self.lines if line.counted for factor in line.factors}
        if len(families - {"assumed"}) > 1:
            raise MixedFamilies(families)
        if max(abs(self.low), abs(self.high), abs(self.exact), abs(self.life)) >= MOST:
            raise TooMuch

    @property
    def exact(self) -> Fraction:
        """A year's saving; where it changes over the years, their mean."""
        if self.years:
            return self.life / len(self.years)
        return sum((line.amount for line in self.lines if line.counted), Fraction(0))

    @property
    def life(self) -> Fraction:
        """All years together; 0 where the years are not counted."""
        return sum((saved for _year, _factor, saved in self.years), Fraction(0))

    @property
    def low(self) -> Fraction:
        return self._end("low", min)

    @property
    def high(self) -> Fraction:
        return self._end("high", max)

    def _end(self, name: str, choose) -> Fraction:
        if self.years:
            return choose(saved for _year, _factor, saved in self.years)
        ends = (line.amount if getattr(line, name) is None else getattr(line, name) for line in self.lines if line.counted)
        return sum(ends, Fraction(0))

    @property
    def factors(self) -> list[Factor]:
        """Every factor that was used, once, in the order of the lines."""
        return list({factor.pk: factor for line in self.lines for factor in line.factors}.values())


def plain(result: Result) -> dict:
    """The result as data that a page, a paper and an archive can show as it was."""
    low, high = rounded(result.low), rounded(result.high)
    return {
        "value": text(rounded(result.exact)),
        "measure": MEASURE,
        "low": text(low),
        "high": text(high),
        "range_says": _range_says(result, low, high),
        "lines": [
            {"label": line.label, "sum": line.sum, "amount": text(rounded(line.amount)), "counted": line.counted}
            for line in result.lines
        ],
        "years": [[year, text(close(factor)), text(rounded(saved))] for year, factor, saved in result.years],
        "life": text(rounded(result.life)) if result.years else "",
        "factors": [of_factor(factor) for factor in result.factors],
        "method": result.method,
        "traps": list(result.traps),
        "not_counted": list(result.not_counted),
    }


def of_factor(factor: Factor) -> dict:
    """A factor in its own words, as it was."""
    names = ("key", "name", "unit", "year", "boundary", "caveat")
    numbers = {name: text(getattr(factor, name)) for name in ("value", "low", "high")}
    source = {"source": factor.source.title, "publisher": factor.source.publisher, "licence": factor.source.licence}
    return {name: getattr(factor, name) for name in names} | numbers | source | {"source_caveat": factor.source.caveat}


def _range_says(result: Result, low: Decimal, high: Decimal) -> str:
    if result.range_says:
        return result.range_says
    if result.years:
        return _("det mindste og det største år")
    return _("kilden giver ikke noget spænd") if low == high else _("med kildens laveste og højeste tal")


# ── rounding and words ──────────────────────────────────────────────────────────────────────────────────────────────


def rounded(value: Fraction) -> Decimal:
    """Whole kg; below 10 kg one decimal; halves away from zero."""
    return to(value, WHOLE if abs(value) >= 10 else TENTH)


def close(value: Fraction) -> Decimal:
    """A factor between two years, to the millionth."""
    return to(value, MILLIONTH)


def to(value: Fraction, step: Decimal) -> Decimal:
    with localcontext(prec=60):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(step, ROUND_HALF_UP)


def text(value: Decimal) -> str:
    """A decimal without idle zeros: «2100» and «0.5»."""
    return format(value.normalize() + 0, "f")


def said(value) -> str:
    """A number as it stands in a sentence: «4.200» or «1.414,9»."""
    return number(value if isinstance(value, Decimal) else to(value, THOUSANDTH)) if value else "0"


def percent(share: Factor) -> dict[str, str]:
    """A share and its ends in percent: «70», «40», «90»."""
    ends = {"share": share.value, "low": share.low, "high": share.high}
    return {name: said(value * 100) for name, value in ends.items()}


def times(amount, unit: str, factor: Factor) -> str:
    """«4.200 liter × 2,691 kg CO2/liter»."""
    return f"{said(amount)} {unit} × {said(factor.value)} {factor.unit}"
