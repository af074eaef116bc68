"""Sums of effects that an honest reader can trust: what is in each, what was left out, and why.

Knows amounts as plain numbers. Adds only what answers the same question: one indicator, one unit, a year or once, one basis
(measured, calculated, estimated) and, of CO2e, one family of factors. What already counts in another amount is counted
there alone. A sum over several bases or families does not exist here: they stand beside each other with their shares.
Without a range an amount is its own low and high, and the part says how many had none. Decimal arithmetic only.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from climate.families import effect_name
from climate.measures import CO2E, UNITS_OF, Measure, read, why_not

BASES = ("measured", "calculated", "estimated")
NOT_CALCULATED = ""


@dataclass(frozen=True)
class Amount:
    """One effect, or (`count`) several of the same unit, basis and family that are added already."""

    indicator: str
    unit: str
    basis: str
    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    family: str = NOT_CALCULATED
    key: object = None
    overlaps: object = None  # the key of the amount that it counts in
    what: str = ""
    count: int = 1
    without_range: int | None = None

    @property
    def bare(self) -> int:
        """How many of them have no range."""
        if self.without_range is not None:
            return self.without_range
        return self.count if self.low is None and self.high is None else 0


@dataclass(frozen=True)
class Part:
    """What one line holds of one basis."""

    basis: str
    value: Decimal
    low: Decimal
    high: Decimal
    count: int
    without_range: int
    share: int = 100  # percent of the line

    @property
    def has_range(self) -> bool:
        return self.low != self.high

    @property
    def range_says(self) -> str:
        if self.without_range == self.count:
            return _("uden spænd")
        if not self.without_range:
            return ""
        text = ngettext(
            "%(bare)s af %(count)s er uden spænd; dér er tallet selv brugt",
            "%(bare)s af %(count)s er uden spænd; dér er tallene selv brugt",
            self.without_range,
        )
        return text % {"bare": self.without_range, "count": self.count}


@dataclass(frozen=True)
class Line:
    """Amounts of one indicator, unit and (of CO2e) family, by basis. It has no sum across its parts."""

    indicator: str
    measure: Measure
    family: str
    parts: tuple[Part, ...]

    @property
    def key(self) -> tuple:
        return self.indicator, *self.measure.adds_with, self.family

    @property
    def name(self) -> str:
        """Of CO2e: which effect it is, «Undgået ny produktion af møbler»; else nothing."""
        return effect_name(self.family) if self.indicator == CO2E else ""

    @property
    def unit(self) -> str:
        return self.measure.label

    @property
    def count(self) -> int:
        return sum(part.count for part in self.parts)


@dataclass(frozen=True)
class LeftOut:
    """What no line holds, and why. Without a value it is several that cannot be added."""

    indicator: str
    what: str
    value: Decimal | None
    unit: str
    basis: str
    reason: str
    count: int = 1


@dataclass(frozen=True)
class Total:
    lines: tuple[Line, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    says: tuple[str, ...] = field(default_factory=tuple)  # what must be read with the lines

    def of(self, indicator: str) -> list[Line]:
        return [line for line in self.lines if line.indicator == indicator]


def total(amounts: Iterable[Amount]) -> Total:
    """Everything that may be added, added; the rest beside it with its reason. The order of the amounts changes nothing."""
    given = list(amounts)
    counted_in = counted_elsewhere(given)
    groups: dict[tuple, dict[str, list[tuple[Amount, Measure]]]] = {}
    left_out = []
    for amount in given:
        measure = read(amount.indicator, amount.unit)
        if amount.key in counted_in and amount.key is not None:
            left_out.append(_left(amount, _("Tæller allerede med i «%(other)s».") % {"other": counted_in[amount.key]}))
        elif measure is None:
            left_out.append(_left(amount, why_not(amount.unit)))
        else:
            family = amount.family if amount.indicator == CO2E else NOT_CALCULATED
            place = (amount.indicator, *measure.adds_with, family)
            groups.setdefault(place, {}).setdefault(amount.basis, []).append((amount, measure))
    lines = tuple(sorted((_line(place, by_basis) for place, by_basis in groups.items()), key=_order))
    return Total(lines, tuple(left_out), tuple(_says(lines)))


def counted_elsewhere(amounts: list[Amount]) -> dict[object, str]:
    """The keys of amounts that count in another of the same indicator, with that one's name.

    Two that name each other are counted once: as the first of them. One that names what is not here counts itself.
    """
    known = {amount.key: amount for amount in amounts if amount.key is not None}
    found = {}
    for key, amount in known.items():
        other = known.get(amount.overlaps)
        if other is None or other.indicator != amount.indicator or other is amount:
            continue
        if _first_of_its_ring(amount, known) != key:
            found[key] = other.what
    return found


def _first_of_its_ring(amount: Amount, known: dict) -> object:
    """The key of the first in the ring that the amount is part of, or None when it leads to an end."""
    ring, at = [], amount
    while at is not None and at.key not in ring:
        ring.append(at.key)
        following = known.get(at.overlaps)
        at = following if following is not None and following.indicator == amount.indicator else None
    return min(ring) if at is amount else None


def _left(amount: Amount, reason: str) -> LeftOut:
    value = amount.value if amount.count == 1 else None
    return LeftOut(amount.indicator, amount.what, value, amount.unit, amount.basis, reason, amount.count)


def _line(place: tuple, by_basis: dict) -> Line:
    indicator, _unit, _per_year, family = place
    measure = next(measure for pairs in by_basis.values() for _amount, measure in pairs)
    parts = [_part(basis, by_basis[basis]) for basis in sorted(by_basis, key=_place_of)]
    given = shares([abs(part.value) for part in parts])
    parts = [Part(**{**vars(part), "share": share}) for part, share in zip(parts, given, strict=True)]
    return Line(indicator, Measure(measure.unit, measure.per_year, of_co2e=measure.of_co2e), family, tuple(parts))


def _part(basis: str, pairs: list[tuple[Amount, Measure]]) -> Part:
    def added(name: str) -> Decimal:
        values = ((getattr(amount, name), amount.value, measure.times) for amount, measure in pairs)
        return sum(((value if own is None else own) * times for own, value, times in values), Decimal(0))

    count, bare = sum(amount.count for amount, _m in pairs), sum(amount.bare for amount, _m in pairs)
    return Part(basis, added("value"), added("low"), added("high"), count, bare)


def shares(values: list[Decimal]) -> list[int]:
    """Whole percents that make 100 together; the largest remainders are rounded up, the earlier one of two equal."""
    whole = sum(values, Decimal(0))
    if not whole:
        return [0] * len(values)
    exact = [value * 100 / whole for value in values]
    rounded = [int(value) for value in exact]
    by_rest = sorted(range(len(values)), key=lambda place: (rounded[place] - exact[place], place))
    for place in by_rest[: 100 - sum(rounded)]:
        rounded[place] += 1
    return rounded


def _place_of(basis: str) -> tuple:
    return (BASES.index(basis) if basis in BASES else len(BASES), basis)


def _order(line: Line) -> tuple:
    indicators = list(UNITS_OF)
    return (indicators.index(line.indicator), not line.measure.per_year, line.measure.unit, line.family)


def _says(lines: tuple[Line, ...]) -> list[str]:
    """What must be read with the lines: what stands apart, and that no line is a part of the municipality's account."""
    found = []
    if any(len(line.parts) > 1 for line in lines):
        found.append(_("Målt, beregnet og skønnet står hver for sig. De lægges ikke sammen til ét tal."))
    families = {line.family for line in lines if line.indicator == CO2E}
    if len(families) > 1:
        found.append(
            _("CO2e fra forskellige slags faktorer svarer på hver sit spørgsmål. Derfor står de på hver sin linje.")
        )
    if families:
        found.append(
            _("Tallene er projekternes egne. De må ikke lægges til kommunens klimaregnskab, som afgrænses anderledes.")
        )
    return found
