"""What all projects that ended or were published gave, in one table: added in the database, in whole thousandths.

The word of a project is its newest report that was sent and not given back. Only the texts of units that occur are read;
what they mean is climate.measures. Nothing here ranks projects: kroner per tonne is information about what is known.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Round
from django.utils.translation import gettext as _

from applications.models import Effect, MeasuredEffect, Project, StatusReport
from applications.models.result import Result
from applications.states import State
from climate import families, lasting, summing
from climate.calculators import CALCULATORS
from climate.measures import CO2E, read
from people.models import Unit

OVER = (State.COMPLETED, State.CANCELLED)


@dataclass(frozen=True)
class Price:
    """What the projects behind one line of CO2e over the years have used, in øre, and how many they are."""

    projects: int
    spent: int
    per_tonne: int | None  # øre, to whole kroner; None where some of them are not over or nothing was saved


@dataclass(frozen=True)
class Summary:
    total: summing.Total
    projects_of: dict[tuple, int]  # by the key of a line
    lasting: list[lasting.Lasting]
    prices: list[Price]  # beside `lasting`
    not_lasting: str
    projects: int
    reported: int
    spent: int

    @property
    def unreported(self) -> int:
        return self.projects - self.reported


def summary(
    rounds: Iterable[int] = (), years: Iterable[int] = (), centres: Iterable[int] = (), themes: Iterable[str] = ()
) -> Summary:
    """`rounds` and `centres` by id, `years` of the pool, `themes` by code; nothing chosen is everything."""
    projects = projects_of(rounds, years, centres, themes)
    rows = with_family(counting_effects(projects))
    overlapping = _overlapping(rows)
    elsewhere = summing.counted_elsewhere(overlapping)
    groups = _grouped(rows.filter(overlaps=None))
    one_by_one = [each for each in overlapping if each.overlaps is not None and each.key not in elsewhere]
    total = summing.total([*groups, *(replace(each, overlaps=None) for each in one_by_one)])
    total = replace(total, left_out=(*total.left_out, *_counted_twice(overlapping, elsewhere)))
    lines, prices, not_lasting = _over_the_years(rows, elsewhere)
    counted = projects.aggregate(projects=Count("pk"), spent=Coalesce(Sum("spent"), 0))
    reported = counting_reports(projects).count()
    units = {(each.indicator, each.unit) for each in (*groups, *overlapping)}
    return Summary(total, _projects_by_line(rows, units), lines, prices, not_lasting, reported=reported, **counted)


# ── which effects ───────────────────────────────────────────────────────────────────────────────────────────────────


def projects_of(rounds=(), years=(), centres=(), themes=()) -> QuerySet[Project]:
    """Everything that ended or is published, within what was chosen."""
    published = Q(application__public_result__status=Result.Status.PUBLISHED)
    rows = Project.objects.filter(Q(application__state__in=OVER) | published).order_by()
    if rounds := list(rounds):
        rows = rows.filter(application__round__in=rounds)
    if years := list(years):
        rows = rows.filter(application__round__pool_year__year__in=years)
    if centres := list(centres):
        below = Q(pk__in=[])
        for path in Unit.objects.filter(pk__in=centres).values_list("path", flat=True):
            below |= Q(application__unit__path__startswith=path)
        rows = rows.filter(below)
    if themes := list(themes):
        one_of = Q(pk__in=[])
        for theme in themes:
            one_of |= Q(theme_codes__contains=f'"{theme}"')
        rows = rows.annotate(theme_codes=Cast("application__themes", TextField())).filter(one_of)
    return rows


def counting_reports(projects: QuerySet[Project]) -> QuerySet[StatusReport]:
    """Of each project the newest report that was sent and not given back."""
    sent = StatusReport.objects.filter(sent_at__isnull=False, returned_at=None)
    later = Q(sent_at__gt=OuterRef("sent_at")) | Q(sent_at=OuterRef("sent_at"), pk__gt=OuterRef("pk"))
    newer = sent.filter(later, project=OuterRef("project"))
    return sent.filter(~Exists(newer), project__in=projects.values("pk")).order_by()


def counting_effects(projects: QuerySet[Project]) -> QuerySet[MeasuredEffect]:
    return MeasuredEffect.objects.filter(report__in=counting_reports(projects).values("pk")).order_by()


def with_family(rows: QuerySet[MeasuredEffect]) -> QuerySet[MeasuredEffect]:
    """Each with the family of its calculation as long as the number is the calculated one (applications.effects)."""
    slugs: dict[str, list[str]] = {}
    for slug in CALCULATORS:
        slugs.setdefault(families.of_calculator(slug), []).append(slug)
    whens = [When(calculation__calculator__in=each, then=Value(family)) for family, each in slugs.items()]
    family = Case(*whens, default=F("calculation__calculator"), output_field=CharField())
    same = Q(value=F("calculation__value"), unit=F("calculation__measure"))
    return rows.annotate(family=Case(When(same, indicator=CO2E, then=family), default=Value(""), output_field=CharField()))


# ── added ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _thousandths(value) -> Sum:
    """A sum that is exact on both databases: SQLite adds decimals as floats, so they are added as whole numbers."""
    return Sum(Cast(Round(value * 1000), BigIntegerField()))


def _grouped(rows: QuerySet[MeasuredEffect]) -> list[summing.Amount]:
    """One amount per indicator, unit as written, basis and family."""
    found = rows.values("indicator", "unit", "basis", "family").annotate(
        of_value=_thousandths(F("value")),
        of_low=_thousandths(Coalesce("low", "value")),
        of_high=_thousandths(Coalesce("high", "value")),
        count=Count("pk"),
        bare=Count("pk", filter=Q(low=None, high=None)),
    )
    return [_amount(row) for row in found]


def _amount(row: dict) -> summing.Amount:
    value, low, high = (Decimal(row[name]) / 1000 for name in ("of_value", "of_low", "of_high"))
    facts = {"family": row["family"], "count": row["count"], "without_range": row["bare"], "what": _several(row)}
    return summing.Amount(row["indicator"], row["unit"], row["basis"], value, low, high, **facts)


def _several(row: dict) -> str:
    return f"{label_of(row['indicator'])}, «{row['unit']}»"


def label_of(indicator: str) -> str:
    return str(Effect.Indicator(indicator).label)


def _overlapping(rows: QuerySet[MeasuredEffect]) -> list[summing.Amount]:
    """The effects that name another, and those that are named."""
    found = rows.filter(Q(overlaps__isnull=False) | Q(pk__in=rows.filter(overlaps__isnull=False).values("overlaps")))
    names = ("indicator", "unit", "basis", "value", "low", "high", "family", "pk", "overlaps_id")
    return [summing.Amount(*row) for row in found.values_list(*names)]


def _counted_twice(overlapping: list[summing.Amount], elsewhere: dict) -> list[summing.LeftOut]:
    """How many of each indicator already count in another."""
    counts = Counter(each.indicator for each in overlapping if each.key in elsewhere)
    reason = _("Tæller allerede med i en anden virkning.")
    return [summing.LeftOut(each, label_of(each), None, "", "", reason, count) for each, count in sorted(counts.items())]


def _projects_by_line(rows: QuerySet[MeasuredEffect], units: set[tuple[str, str]]) -> dict[tuple, int]:
    """How many projects stand behind each line: units that are one measure are one group."""
    lines: dict[tuple, list[str]] = {}
    for indicator, unit in units:
        if measure := read(indicator, unit):
            lines.setdefault((indicator, *measure.adds_with), []).append(unit)
    keys = list(lines)
    whens = [When(indicator=key[0], unit__in=lines[key], then=Value(place)) for place, key in enumerate(keys)]
    if not whens:
        return {}
    found = rows.annotate(line=Case(*whens, default=Value(-1))).values("line", "family")
    counted = found.annotate(projects=Count("project", distinct=True))
    return {(*keys[row["line"]], row["family"]): row["projects"] for row in counted if row["line"] >= 0}


# ── over the years ──────────────────────────────────────────────────────────────────────────────────────────────────


def _over_the_years(rows, elsewhere) -> tuple[list[lasting.Lasting], list[Price], str]:
    sums: dict[tuple, tuple[list, dict]] = {}
    for key, value, project, spent, state in _lasting(rows, elsewhere):
        added, behind = sums.setdefault(key, ([Decimal(0), 0], {}))
        added[0] += value
        added[1] += 1
        behind[project] = (spent, state)
    lines, not_lasting = lasting.summed(lasting.Lasting(*key, *added) for key, (added, _behind) in sums.items())
    prices = [_price(line, sums[line.family, line.basis, line.how][1]) for line in lines]
    return lines, prices, not_lasting


def _lasting(rows, elsewhere):
    """((family, basis, way), kilograms in all, project, what it has spent, its state) of every effect on CO2e."""
    life = Case(
        When(~Q(family=""), then=KeyTextTransform("life", "calculation__snapshot")),
        default=Value(""),
        output_field=TextField(),
    )
    names = ("pk", "project_id", "project__spent", "project__application__state")
    names = (*names, "unit", "basis", "family", "value", "lifetime", "life")
    for pk, project, spent, state, unit, basis, family, value, years, path in (
        rows.filter(indicator=CO2E).annotate(life=life).values_list(*names)
    ):
        measure = read(CO2E, unit)
        if measure and pk not in elsewhere:
            how, kilograms = lasting.over_the_years(value, measure, years, Decimal(path) if path else None)
            yield (family, basis, how), kilograms, project, spent, state


def _price(line: lasting.Lasting, behind: dict) -> Price:
    """Whole projects' money, whatever else they gave; only where every project is over is it known."""
    spent = sum(used for used, _state in behind.values())
    known = line.value > 0 and all(state in OVER for _used, state in behind.values())
    kroner = (Decimal(spent) * 10 / line.value).quantize(Decimal(1), ROUND_HALF_UP) if known else None
    return Price(len(behind), spent, None if kroner is None else int(kroner) * 100)
