"""The pool year's account at any date, split by round, by centre and by theme; every split sums to the year.

A case belongs to one round, to the centre above its unit (as the unit stands today), and to one theme: a case with several
themes is counted under «Flere temaer», because splitting its money between them would be an invented number. What no case
has moved (the council's money) has no row of its own: it stands in the year's budget.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Sum
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from applications.models import Application
from applications.pool_questions import PREFIX
from applications.rows import centre_of
from documents.sheets import SheetColumn
from people.models import Unit
from pool.account_figures import BUDGET, FIGURES, OF_PART, OF_YEAR, Figure, Way, until, value
from pool.models import PoolYear
from pool.themes import Theme

SEVERAL, NONE = "flere", "ingen"
SPLITS = ("runde", "center", "tema")


@dataclass(frozen=True)
class Shown:
    """A figure with its value in øre and the address of the moves behind it."""

    figure: Figure
    value: int
    href: str


@dataclass
class Part:
    """One row of a split."""

    split: str
    key: str
    label: str
    sums: dict[Way, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True)
class Account:
    year: PoolYear
    day: date
    sums: dict[Way, int]
    splits: dict[str, list[Part]]

    def figure(self, key: str) -> int:
        return value(FIGURES[key], self.sums)

    def of_year(self) -> list[Shown]:
        return [self._shown(FIGURES[key], self.sums, {}) for key in OF_YEAR]

    def of_part(self, part: Part) -> list[Shown]:
        return [self._shown(FIGURES[key], part.sums, {part.split: part.key}) for key in OF_PART]

    def foot(self) -> list[Shown]:
        return [self._shown(FIGURES[key], self.sums, {}) for key in OF_PART]

    def _shown(self, figure: Figure, sums: dict[Way, int], query: dict) -> Shown:
        query = {"dato": self.day.isoformat(), "tal": figure.key, **query}
        address = reverse("applications:account-moves", args=[self.year.year])
        return Shown(figure, value(figure, sums), f"{address}?{urlencode(query)}")


def at(year: PoolYear, day: date) -> Account:
    """The account up to and with the day. Four queries, however many cases."""
    rows = until(year, day).order_by().values_list("round", "cause__subject", "source", "target").annotate(Sum("amount"))
    sums: dict[Way, int] = defaultdict(int)
    parts: dict[str, dict[str, Part]] = {split: {} for split in SPLITS}
    places = Places(year)
    for round_id, subject, source, target, amount in rows:
        sums[source, target] += amount
        if (source, target) in BUDGET:
            continue
        for split, (key, label) in places.of(round_id, subject).items():
            part = parts[split].setdefault(key, Part(split, key, label))
            part.sums[source, target] += amount
    ordered = {
        split: sorted(found.values(), key=lambda part: (part.key in (SEVERAL, NONE), part.label))
        for split, found in parts.items()
    }
    return Account(year, day, dict(sums), ordered)


class Places:
    """Where each case of the year belongs, read once."""

    def __init__(self, year: PoolYear):
        self.rounds = dict(year.rounds.values_list("pk", "name"))
        units = Unit.objects.in_bulk()
        known = {pk: unit for pk, unit in units.items() if unit.kind == Unit.Kind.CENTRE}
        self.centres = {pk: centre_of(unit, known) for pk, unit in units.items()}
        cases = Application.objects.filter(round__pool_year=year).values_list("number", "unit", "themes")
        self.cases = {f"{PREFIX}{number}": (unit, themes) for number, unit, themes in cases}

    def of(self, round_id: int | None, subject: str) -> dict[str, tuple[str, str]]:
        """(key, label) of the case's row in each split."""
        unit, themes = self.cases.get(subject, (None, []))
        centre = self.centres.get(unit)
        return {
            "runde": (str(round_id or NONE), self.rounds.get(round_id) or _("Uden runde")),
            "center": (str(centre.pk), centre.name) if centre else (NONE, _("Uden center")),
            "tema": theme_of(themes),
        }

    def subjects(self, split: str, key: str) -> list[str]:
        """The cases of one row."""
        return [subject for subject in self.cases if self.of(None, subject)[split][0] == key]

    def label(self, split: str, key: str) -> str | None:
        """What a row is called; None when the year can have no such row."""
        if split == "runde":
            known = {str(pk): name for pk, name in self.rounds.items()}
        else:
            known = dict(self.of(None, subject)[split] for subject in self.cases)
        return (known | dict([self.of(None, "")[split]])).get(key)


def theme_of(themes: list[str]) -> tuple[str, str]:
    if len(themes) > 1:
        return SEVERAL, _("Flere temaer")
    if not themes or themes[0] not in Theme:
        return NONE, _("Uden tema")
    return themes[0], str(Theme(themes[0]).label)


def moves_of(year: PoolYear, day: date, split: str = "", key: str = ""):
    """(the moves of one row of the account, or of the whole year; what the row is called). None for a row there is not."""
    entries = until(year, day)
    if not split:
        return entries, ""
    places = Places(year)
    label = places.label(split, key)
    if label is None:
        return None
    if split == "runde":
        return entries.filter(round=None if key == NONE else int(key)), label
    if key == NONE:
        others = [subject for subject in places.cases if places.of(None, subject)[split][0] != NONE]
        return entries.exclude(cause__subject__in=others), label
    return entries.filter(cause__subject__in=places.subjects(split, key)), label


# ── as a file ───────────────────────────────────────────────────────────────────────────────────────────────────────

SPLIT_NAMES = {"runde": "Runde", "center": "Center", "tema": "Tema"}


def sheet_columns() -> list[SheetColumn]:
    figures = [SheetColumn(str(FIGURES[key].label), "kroner", 20) for key in FIGURES]
    return [SheetColumn(_("Opdelt efter")), SheetColumn(_("Navn"), width=40), *figures]


def sheet_rows(account: Account) -> list[list]:
    """The year first, then every row of the splits; the budget and the rests are the year's alone."""
    rows = [[_("Hele året"), str(account.year), *[account.figure(key) for key in FIGURES]]]
    for split, parts in account.splits.items():
        for part in parts:
            cells = [value(figure, part.sums) if key in OF_PART else None for key, figure in FIGURES.items()]
            rows.append([SPLIT_NAMES[split], part.label, *cells])
    return rows
