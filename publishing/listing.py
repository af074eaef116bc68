"""The list of published projects: what may be asked of it (theme, centre, year, goal), how many answer, and in which order.

A word of the address that names nothing finds nothing more than the whole list. Filters combine; each tells how many
projects it would leave, given the others.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applications.goals import GOALS
from applications.models import Result
from people.models import Unit
from pool.themes import Theme

PAGE = 24
# the parameter of the address, the facet behind it, its label
FILTERS = (
    ("tema", "theme", _("Tema")),
    ("center", "centre", _("Center")),
    ("aar", "year", _("År")),
    ("maal", "sdg", _("Verdensmål")),
)


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Filter:
    name: str
    label: str
    choices: list[Choice]

    @property
    def chosen(self) -> Choice | None:
        return next((choice for choice in self.choices if choice.chosen), None)


def published() -> QuerySet[Result]:
    """The newest first, as they were published."""
    return Result.objects.filter(status=Result.Status.PUBLISHED).order_by("-published_at", "-pk")


class Listing:
    """What one address asks for."""

    def __init__(self, said: Iterable[tuple[str, str]]):
        said = dict(said)
        self.asked = {facet: said[name] for name, facet, _label in FILTERS if said.get(name, "").isalnum()}
        self.words = [(name, said[name]) for name, facet, _label in FILTERS if facet in self.asked]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.asked)

    def address(self, said: Iterable[tuple[str, str]]) -> str:
        """The filters, and the language of the page, as the end of an address: «?tema=waste&aar=2026»."""
        words = [*self.words, *((name, value) for name, value in said if name == "sprog")]
        return f"?{urlencode(words)}" if words else ""

    def rows(self) -> QuerySet[Result]:
        found = published()
        for facet, value in self.asked.items():
            found = found.filter(facets__contains=f"|{facet}:{value}|")
        return found

    def filters(self) -> list[Filter]:
        """Every filter with its choices, each with the number that it would leave."""
        rows = [row.strip("|").split("|") for row in published().order_by().values_list("facets", flat=True)]
        every = Counter(word for row in rows for word in row)
        centres = {str(pk): name for pk, name in Unit.objects.filter(kind="centre").values_list("pk", "name")}
        return [
            Filter(name, str(label), self._choices(facet, every, self._left(facet, rows, every), centres))
            for name, facet, label in FILTERS
        ]

    def _left(self, facet: str, rows: list[list[str]], every: Counter) -> Counter:
        """How many have each word, of those that the other filters leave."""
        others = {f"{other}:{value}" for other, value in self.asked.items() if other != facet}
        if not others:
            return every
        return Counter(word for row in rows if others.issubset(row) for word in row)

    def _choices(self, facet: str, every: Counter, left: Counter, centres: dict) -> list[Choice]:
        values = [word.partition(":")[2] for word in every if word.startswith(f"{facet}:")]
        choices = [
            Choice(value, _said(facet, value, centres), left[f"{facet}:{value}"], self.asked.get(facet) == value)
            for value in values
        ]
        order = {"sdg": lambda c: int(c.value), "year": lambda c: -int(c.value)}.get(facet, lambda c: c.label)
        return sorted(choices, key=order)


def _said(facet: str, value: str, centres: dict) -> str:
    match facet:
        case "theme":
            return str(Theme(value).label)
        case "centre":
            return centres.get(value, value)
        case "sdg":
            return f"{value}. {GOALS[int(value)]}"
        case _:
            return value
