"""The pool's figures for the front page: given, spent, how many projects, and what came of them by certainty.

Money is counted over every project that was started, whether its story is told or not; effects only over published ones, so
that each can be followed to what it rests on. Sums are climate.summing's: nothing is mixed, nothing counts twice.
"""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from applications.models import Effect, Project, PublicEffect, Result
from applications.states import State
from climate import summing
from publishing.listing import published

GROUPED = ("indicator", "unit", "basis", "family")
BARE = Q(low=None, high=None)


@dataclass(frozen=True)
class Figures:
    given: int
    used: int
    came_back: int  # of projects that are over
    projects: int
    done: int
    stories: int
    effects: summing.Total


def figures() -> Figures:
    done, over = Q(application__state=State.COMPLETED), Q(application__state__in=(State.COMPLETED, State.CANCELLED))
    facts = Project.objects.aggregate(
        given=Sum("amount", default=0),
        used=Sum("spent", default=0),
        came_back=Sum(F("amount") - F("spent"), filter=over, default=0),
        projects=Count("pk"),
        done=Count("pk", filter=done),
    )
    return Figures(**facts, stories=published().count(), effects=effects())


def effects() -> summing.Total:
    """What came of the published projects: added in the database within a unit, a basis and a family, nowhere else."""
    rows = counted().values(*GROUPED)
    added = rows.annotate(
        total=Sum("value"),
        least=Sum(Coalesce("low", "value")),
        most=Sum(Coalesce("high", "value")),
        count=Count("pk"),
        bare=Count("pk", filter=BARE),
    )
    return summing.total(_amount(row) for row in added.order_by(*GROUPED))


def counted() -> QuerySet[PublicEffect]:
    return PublicEffect.objects.filter(result__status=Result.Status.PUBLISHED)


def _amount(row: dict) -> summing.Amount:
    facts = {"value": row["total"], "low": row["least"], "high": row["most"], "count": row["count"]}
    return summing.Amount(**{name: row[name] for name in GROUPED}, **facts, without_range=row["bare"])


def by_indicator(effects: summing.Total) -> list[tuple[str, list[summing.Line]]]:
    """(«CO2e sparet», its lines), in the order of the indicators."""
    found = [(str(label), effects.of(code)) for code, label in Effect.Indicator.choices]
    return [(label, lines) for label, lines in found if lines]


def contributions(indicator: str) -> QuerySet[PublicEffect]:
    """Every number behind an indicator's sums, the newest project first."""
    rows = (
        counted().filter(indicator=indicator).select_related("result").order_by("-result__published_at", "result", "place")
    )
    return rows.only("place", "unit", "basis", "value", "result__slug", "result__card")
