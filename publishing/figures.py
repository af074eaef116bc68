"""The pool's figures for the front page: given, spent, how many projects, and what came of them by certainty.

Money is counted over every project that was started, whether its story is told or not; effects only over published ones, so
that each can be followed to what it rests on. Sums are climate.summing's: nothing is mixed, nothing counts twice.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from applications.models import Effect, Project
from applications.public_words import COUNTED
from applications.states import State
from climate import summing
from publishing.listing import published

GROUPED = COUNTED[:4]  # indicator, unit, basis, family


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
    cards = list(published().order_by().values_list("card", flat=True))
    return Figures(**facts, stories=len(cards), effects=summing.total(amounts(cards)))


def amounts(cards: list[dict]) -> list[summing.Amount]:
    """The effects of many projects, those of one unit, basis and family added already: exact, and quick for thousands."""
    groups: dict[tuple, list] = defaultdict(list)
    for card in cards:
        for row in card["effects"]:
            groups[tuple(row[:4])].append(row[4:7])
    return [_added(key, rows) for key, rows in sorted(groups.items())]


def _added(key: tuple, rows: list[list]) -> summing.Amount:
    value, low, high, bare = Decimal(0), Decimal(0), Decimal(0), 0
    for own, least, most in rows:
        number = Decimal(own)
        value += number
        low += number if least is None else Decimal(least)
        high += number if most is None else Decimal(most)
        bare += least is None and most is None
    named = dict(zip(GROUPED, key, strict=True))
    return summing.Amount(**named, value=value, low=low, high=high, count=len(rows), without_range=bare)


def by_indicator(effects: summing.Total) -> list[tuple[str, list[summing.Line]]]:
    """(«CO2e sparet», its lines), in the order of the indicators."""
    found = [(str(label), effects.of(code)) for code, label in Effect.Indicator.choices]
    return [(label, lines) for label, lines in found if lines]


@dataclass(frozen=True)
class Contribution:
    """What one project gives to the sums of an indicator."""

    slug: str
    title: str
    unit: str
    year: int
    place: int
    basis: str
    family: str
    value: Decimal
    measure: str


def contributions(indicator: str) -> list[Contribution]:
    """Every number behind an indicator's sums, the newest project first."""
    found = []
    for slug, card in published().values_list("slug", "card"):
        for code, measure, basis, family, value, _low, _high, place in card["effects"]:
            if code == indicator:
                facts = (slug, card["title"], card["unit"], card["year"], place, basis, family, Decimal(value), measure)
                found.append(Contribution(*facts))
    return found
