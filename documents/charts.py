"""A chart is a few numbers with a title, a unit and a source: told as a picture, as a table and as one sentence.

Knows what the numbers are and how they are said in Danish; `documents.chart_pictures` draws. With the unit KRONER values
are whole øre, else int or Decimal; a float is refused, as is a number that is none. Labels may be any text at all:
the picture shortens them, the table has them whole. Without a number there is a sentence and never an empty picture.

The picture stands in the page itself and not behind an address: letters within `<img>` cannot use the page's typeface,
a page prints without waiting for a second file, and the content policy needs no exception, since the drawing has neither
style, script nor address (the tests hold it). The same drawing stands in a PDF.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from documents import chart_pictures
from documents.blocks import Column, Figure, Table
from documents.labels import readable, shortened
from pages.money import NO_BREAK_SPACE, format_kroner
from pages.numbers import number

KRONER = "kr."
MOST_SERIES = 8
LONG = 12  # rows from here on are one line each in the picture and folded away on the page
NOTHING = "–"


class Kind(StrEnum):
    BARS = "bars"
    STACKED = "stacked"
    LINES = "lines"
    RANGES = "ranges"
    SHARE = "share"


SEVERAL = {Kind.STACKED, Kind.LINES}
KINDS = {
    Kind.BARS: gettext_lazy("Søjlediagram"),
    Kind.STACKED: gettext_lazy("Stablet søjlediagram"),
    Kind.LINES: gettext_lazy("Kurvediagram"),
    Kind.RANGES: gettext_lazy("Diagram med spænd fra lavt til højt"),
    Kind.SHARE: gettext_lazy("Diagram med andele"),
}


class Certainty(StrEnum):
    """How we know a number. Each has its own fill in the picture and its word in the table."""

    MEASURED = "measured"
    CALCULATED = "calculated"
    ESTIMATED = "estimated"

    @property
    def word(self) -> str:
        return str(CERTAINTIES[self])


CERTAINTIES = {
    Certainty.MEASURED: pgettext_lazy("certainty", "målt"),
    Certainty.CALCULATED: pgettext_lazy("certainty", "beregnet"),
    Certainty.ESTIMATED: pgettext_lazy("certainty", "skønnet"),
}


@dataclass(frozen=True)
class Point:
    """One number with its label. No value: not known (yet), which is not zero."""

    label: str
    value: int | Decimal | None
    low: int | Decimal | None = None
    high: int | Decimal | None = None
    certainty: Certainty | None = None

    def __post_init__(self):
        for value in (self.value, self.low, self.high):
            if value is not None and not (type(value) is int or (isinstance(value, Decimal) and value.is_finite())):
                raise ValueError(f"{value!r} is no number for a chart")


@dataclass(frozen=True)
class Series:
    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Chart:
    """`label`: what the rows are («Tema», «År»). All series of a chart have the same labels in the same order."""

    title: str
    kind: Kind
    series: tuple[Series, ...]
    unit: str
    source: str = ""
    label: str = ""

    def __post_init__(self):
        if len(self.series) > (MOST_SERIES if self.kind in SEVERAL else 1):
            raise ValueError(f"too many series for {self.kind}: {len(self.series)}")
        if len({tuple(point.label for point in series.points) for series in self.series}) > 1:
            raise ValueError("the series have different labels")
        if any(type(value) is not int for value in self._values if self.unit == KRONER):
            raise ValueError("money is whole øre")

    # ── what it holds ───────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def labels(self) -> list[str]:
        return [point.label for point in self.series[0].points] if self.series else []

    @property
    def points(self) -> list[Point]:
        return [point for series in self.series for point in series.points]

    @property
    def _values(self) -> list[int | Decimal]:
        return [value for point in self.points for value in (point.value, point.low, point.high) if value is not None]

    @property
    def is_empty(self) -> bool:
        return all(point.value is None and point.low is None for point in self.points)

    @property
    def is_long(self) -> bool:
        return len(self.labels) > LONG

    @property
    def empty_sentence(self) -> str:
        return _("Der er ingen tal at vise endnu.")

    def within(self, most: int) -> "Chart":
        """The chart that is drawn: no more rows than a picture holds. A line is as wide with many labels as with few."""
        if self.kind == Kind.LINES or len(self.labels) <= most:
            return self
        return replace(self, series=tuple(replace(series, points=series.points[:most]) for series in self.series))

    @property
    def notes(self) -> list[str]:
        """What stands below: how much of it is drawn, and where the numbers come from."""
        drawn = len(self.within(chart_pictures.MOST_ROWS).labels)
        left = _("De første %(drawn)s af %(all)s er tegnet. Resten står i tabellen.") % {
            "drawn": drawn,
            "all": len(self.labels),
        }
        return [*([left] if drawn < len(self.labels) else []), *([_("Kilde: %s") % self.source] if self.source else [])]

    # ── how it is said ──────────────────────────────────────────────────────────────────────────────────────────────

    def said(self, value: int | Decimal | None, *, unit: bool = True) -> str:
        """«1.234 kr.», «12,5 kg», or a dash for what is not known."""
        if value is None:
            return NOTHING
        if self.unit == KRONER:
            return format_kroner(value, unit=unit)
        return number(Decimal(value)) + (f"{NO_BREAK_SPACE}{self.unit}" if unit and self.unit else "")

    def said_with_range(self, point: Point) -> str:
        """«12 (8–15)»: the picture's own column has no room for the unit twice."""
        if point.low is None or point.high is None:
            return self.said(point.value)
        span = f"{self.said(point.low, unit=False)}–{self.said(point.high, unit=False)}"
        return span if point.value is None else f"{self.said(point.value, unit=False)} ({span})"

    def share(self, point: Point) -> str:
        """«34 %» of the sum; nothing when a sum of its parts has no meaning."""
        if not self.has_shares or point.value is None:
            return NOTHING
        percent = Decimal(100) * point.value / self.total
        if 0 < percent < 1:
            return _("under 1 %")
        return f"{number(percent.quantize(Decimal(1)))}{NO_BREAK_SPACE}%"

    @property
    def total(self) -> int | Decimal:
        return sum(point.value for point in self.points if point.value is not None)

    @property
    def has_shares(self) -> bool:
        return self.total > 0 and all(point.value is None or point.value >= 0 for point in self.points)

    @property
    def sentence(self) -> str:
        """What the picture says, for who cannot see it; the table has the rest."""
        known = [point for point in self.points if point.value is not None]
        words = {"kind": str(KINDS[self.kind]), "title": self.title.strip().rstrip("."), "count": len(known)}
        start = _("%(kind)s: %(title)s.") % words
        if len(known) > 1:
            top, bottom = max(known, key=lambda point: point.value), min(known, key=lambda point: point.value)
            words |= {"top": self._named(top), "bottom": self._named(bottom)}
            start += " " + _("%(count)s tal. Størst: %(top)s. Mindst: %(bottom)s.") % words
        elif known:
            start += f" {self._named(known[0])}."
        return readable(start + " " + _("Alle tal står i tabellen."))

    def _named(self, point: Point) -> str:
        name = shortened(point.label, 60)
        series = next(series.name for series in self.series if any(each is point for each in series.points))
        if len(self.series) > 1:
            name = f"{shortened(series, 40)}, {name}"
        return f"{name} ({self.said(point.value)})"

    # ── as a table and as a block ───────────────────────────────────────────────────────────────────────────────────

    @property
    def table(self) -> Table:
        """Every number of the picture, and the labels as they were given."""
        if self.is_empty:
            return Table(self.title, [], [], empty=self.empty_sentence)
        first = Column(self.label or _("Navn"), width=3)
        unit = _("Beløb") if self.unit == KRONER else (self.unit or _("Antal"))
        if len(self.series) > 1:
            columns = [first, *(Column(series.name, "right", 2) for series in self.series)]
            lines = zip(*(series.points for series in self.series), strict=True)
            return Table(
                self.title, columns, [[line[0].label, *(self.said(point.value) for point in line)] for line in lines]
            )
        columns = [Column(head, "right", 2) for head in (unit, _("Lavt"), _("Højt"), _("Andel"))]
        columns += [Column(_("Sådan ved vi det"), width=2)]
        rows = [[point.label, *self._cells(point)] for point in self.points]
        used = [place for place in range(5) if place == 0 or any(row[place + 1] for row in rows)]
        return Table(
            self.title,
            [first, *(columns[place] for place in used)],
            [[row[0], *(row[place + 1] or NOTHING for place in used)] for row in rows],
        )

    def _cells(self, point: Point) -> list[str]:
        return [
            self.said(point.value),
            "" if point.low is None else self.said(point.low),
            "" if point.high is None else self.said(point.high),
            self.share(point) if self.kind == Kind.SHARE and self.has_shares else "",
            point.certainty.word if point.certainty else "",
        ]

    @property
    def picture(self) -> str:
        """The drawing as SVG to put into a page; "" without a number."""
        return "" if self.is_empty else chart_pictures.drawn(self)

    @property
    def figure(self) -> Figure:
        """The same chart as a block of a document."""
        if self.is_empty:
            return Figure(self.title, "", self.table, self.notes)
        numbers = replace(self.table, caption=_("Tallene: %s") % self.title)
        return Figure(self.title, chart_pictures.drawn(self, titled=True), numbers, self.notes)
