"""Draws a chart as SVG without a browser: an altair specification, rendered by vl-convert, the same bytes every time.

Knows measures, colours and where letters go; the numbers and their words are the chart's. Greens of the house with colours
that keep their order for the colour-blind and in grey; nothing is told by colour alone: each number stands beside its bar,
parts of a stack carry a letter, lines a dash and a mark, and what is not measured a lighter fill and a dashed edge.

The drawing has no style attribute, no script and no address; its letters stay letters, in IBM Plex Sans. A first drawing
starts a JavaScript engine in this process (a third of a second and some 100 MB), so it is imported when it is first needed,
never before a server forks, and drawings are kept in Django's cache by the digest of what they are made from.
"""

import functools
import hashlib
import json
import math
import re
from importlib.metadata import version
from pathlib import Path

from django.core.cache import cache
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from documents.labels import in_lines, shortened

FONT = "IBM Plex Sans, sans-serif"
FONTS = Path(__file__).resolve().parent / "print"
WIDTH, GAP, LETTER = 440, 8, 7.2  # pixels; a letter of 13 px is 7.2 wide on the whole
INK, GREY, LINE = "#1a1a1a", "#565656", "#d5dbd7"
LEAF, PALE = "#1d5c3f", "#9cc9b0"
SERIES = ["#1d5c3f", "#9cc9b0", "#1b6fa8", "#f0c05a", "#7a3e1d", "#c9b8d8", "#5d6661", "#dfe9e3"]
THIN = ["#1d5c3f", "#4f9a72", "#1b6fa8", "#a87400", "#7a3e1d", "#8a5fb0", "#5d6661", "#1a1a1a"]  # a line needs more contrast
LIGHT = {1, 3, 5, 7}
LETTERS = "ABCDEFGH"
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 0], [6, 3], [2, 2], [8, 3, 2, 3]]
MARKS = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left"]
FILLS = {"measured": LEAF, "calculated": PALE, "estimated": "#ffffff"}
EDGES = {"measured": [1, 0], "calculated": [1, 0], "estimated": [3, 2]}
DANISH = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " kr."]}
OPENING = re.compile(
    r'^<svg [^>]*?width="([\d.]+)" height="([\d.]+)" viewBox="([^"]+)">(?:<rect [^>]*fill="transparent"/>)?'
)
# one picture with one name: Vega's names for its parts would be read aloud one by one, and its classes met by a page's rules
TAG, ROLES = re.compile(r"<[^<>]*>"), re.compile(r' (?:role|class|aria-[a-z]+)="[^"]*"')
# all that a drawing may hold, whatever its labels and its maker say: no style, no script, no address, nothing that listens
DRAWN_WITH = re.compile(
    r'</?(?:svg|g|path|line|rect|text|tspan)(?: (?!on|style|id|href|xlink)[a-z][a-z0-9-]*="[^"<>]*")*/?>'
)
MOST_ROWS = 40  # as many as fit on a page of paper; a table has no such limit
KEPT = 30 * 24 * 3600


def drawn(chart, *, titled: bool = False) -> SafeString:
    """The SVG. `titled`: with `<title>`, where a PDF looks for the text; a page has `aria-label`, which shows no tip."""
    width, height, box, body = _kept(chart.within(MOST_ROWS))
    sentence = chart.sentence
    name = format_html("<title>{}</title>", sentence) if titled else ""
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{}" width="{}" height="{}" viewBox="{}">{}{}',
        *(sentence, width, height, box, name, SafeString(body)),  # nosec B703  held to DRAWN_WITH when it was drawn
    )


def _kept(chart) -> tuple[str, str, str, str]:
    """Width, height, viewBox, and what is within the drawing and closes it: kept by all that they are made from."""
    made_from = repr((chart.kind, chart.series, chart.unit, get_language(), _maker()))
    key = "chart:" + hashlib.sha256(made_from.encode(errors="backslashreplace")).hexdigest()
    found = cache.get(key)
    if found is None:
        svg = _engine().vegalite_to_svg(json.dumps(_specification(chart)), allowed_base_urls=[], format_locale=DANISH)
        opening = OPENING.match(svg)
        body = TAG.sub(lambda tag: ROLES.sub("", tag[0]), svg[opening.end() :])
        if strange := [tag for tag in TAG.findall(body) if not DRAWN_WITH.fullmatch(tag)]:
            raise ValueError(f"a drawing may not hold {strange[0]}")
        found = (*opening.groups(), body)
        cache.set(key, found, KEPT)
    return found


@functools.cache
def _maker() -> str:
    """This file and what it draws with: a new way of drawing finds none of the old pictures."""
    drawing = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    return f"{drawing} {version('altair')} {version('vl-convert-python')}"


@functools.cache
def _engine():
    """vl-convert, which measures letters with our own typeface and not with what a machine happens to have."""
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert


# ── the specification ───────────────────────────────────────────────────────────────────────────────────────────────


def _specification(chart) -> dict:
    import altair as alt

    from documents.charts import Kind

    layers = _lines(chart, alt) if chart.kind == Kind.LINES else _rows(chart, alt)
    dressed = layers.configure(font=FONT, background="transparent", padding=2)
    return dressed.configure_view(stroke=None).to_dict()


def _legend(alt, names: list[str], left: int, above: int = 8, columns: int = 2, **symbol):
    """The keys of colours and dashes in rows above the drawing, from its left edge; none for a single name."""
    if len(names) < 2:
        return None
    return alt.Legend(
        orient="none", legendX=-left, legendY=-20 * math.ceil(len(names) / columns) - above, direction="horizontal",
        columns=columns, title=None, labelFontSize=13, labelColor=INK, labelLimit=190, rowPadding=4, columnPadding=12,
        padding=0, offset=0, values=names, **symbol,
    )  # fmt: skip


def _place(value, chart) -> float:
    """Where a number lies on the drawing: the one place where an amount is a float, and nothing is computed from it."""
    from documents.charts import KRONER

    return float(value) / (100 if chart.unit == KRONER else 1)


def _rows(chart, alt):
    """Bars, stacks, ranges and shares: a row each with its label before and its number behind."""
    from documents.charts import Kind

    rows, labels = _row_words(chart), _label_room(chart)
    column = min(max(math.ceil(LETTER * max(len(row["said"]) for row in rows)) + GAP, 40), 170)
    plot, step = WIDTH - labels - column - GAP, 22 if chart.is_long else 34
    y = alt.Y("key:O", sort=None, axis=None, scale=alt.Scale(paddingInner=0.36, paddingOuter=0.1))
    words = alt.Chart(alt.Data(values=rows)).encode(y=y)
    text = {"fontSize": 13, "baseline": "middle", "color": INK}
    named = words.mark_text(align="left", limit=labels - GAP, lineBreak="\n", lineHeight=15, **text).encode(
        x=alt.value(-labels), text="name:N"
    )
    said = words.mark_text(align="right", limit=column, **text).encode(x=alt.value(plot + column + GAP), text="said:N")
    marks = {Kind.STACKED: _stacked, Kind.RANGES: _ranged}.get(chart.kind, _bars)(chart, alt, y, plot)
    zero = alt.Chart(alt.Data(values=[{"at": 0}])).mark_rule(color=INK).encode(x=_axis(chart, alt, "at", plot))
    return alt.layer(*marks, zero, named, said).properties(width=plot, height=step * len(rows))


def _label_room(chart) -> int:
    """Pixels for the labels: many rows have one line each, so it is longer."""
    return 200 if chart.is_long else 150


def _row_words(chart) -> list[dict]:
    from documents.charts import Kind

    rows, room = [], (27, 1) if chart.is_long else (20, 2)
    for place, line in enumerate(zip(*(series.points for series in chart.series), strict=True)):
        known = [point.value for point in line if point.value is not None]
        if chart.kind == Kind.STACKED:
            said = chart.said(sum(known) if known else None)
        elif chart.kind == Kind.SHARE and chart.has_shares:
            said = chart.share(line[0])
        else:
            said = chart.said_with_range(line[0]) if chart.kind == Kind.RANGES else chart.said(line[0].value)
        rows.append({"key": f"{place:04}", "name": "\n".join(in_lines(line[0].label, *room)), "said": said})
    return rows


def _axis(chart, alt, field: str, plot: int):
    low, high = _ends(chart)
    return alt.X(f"{field}:Q", axis=None, scale=alt.Scale(domain=[low, high], range=[0, plot], nice=False))


def _ends(chart) -> tuple[float, float]:
    """The smallest and largest place that anything in the rows reaches, zero among them."""
    from documents.charts import Kind

    places = [0.0]
    for line in zip(*(series.points for series in chart.series), strict=True):
        values = [_place(v, chart) for p in line for v in (p.value, p.low, p.high) if v is not None]
        stack = chart.kind == Kind.STACKED
        places += [sum(v for v in values if v > 0), sum(v for v in values if v < 0)] if stack else values
    low, high = min(places), max(places)
    return (low, high) if low < high else (0.0, 1.0)


def _bars(chart, alt, y, plot: int) -> list:
    from documents.charts import CERTAINTIES, Kind

    words = {str(kind): kind.word for kind in CERTAINTIES}
    values = [
        {"key": f"{place:04}", "to": _place(point.value, chart), "from": 0, "how": words[point.certainty or "measured"]}
        for place, point in enumerate(chart.points)
        if point.value is not None
    ]
    used = [kind.word for kind in CERTAINTIES if any(point.certainty == kind for point in chart.points)]
    legend = (
        _legend(alt, used, _label_room(chart), columns=3, symbolType="square", symbolSize=120)
        if chart.kind == Kind.BARS
        else None
    )

    def told(channel, spread):
        return channel("how:N", scale=alt.Scale(domain=list(words.values()), range=spread), legend=legend)

    bars = (
        alt.Chart(alt.Data(values=values))
        .mark_bar(strokeWidth=1.2)
        .encode(
            x=_axis(chart, alt, "from", plot),
            x2="to:Q",
            y=y,
            fill=told(alt.Fill, [*FILLS.values()]),
            stroke=told(alt.Stroke, [LEAF] * len(words)),
            strokeDash=told(alt.StrokeDash, [*EDGES.values()]),
        )
    )
    return [bars]


def _stacked(chart, alt, y, plot: int) -> list:
    low, high = _ends(chart)
    values, names = [], _letters(chart)
    for place in range(len(chart.labels)):
        ends = {True: 0.0, False: 0.0}  # to the right of zero, and to the left
        for order, series in enumerate(chart.series):
            value = series.points[place].value
            if not value:
                continue
            start, end = ends[value > 0], ends[value > 0] + _place(value, chart)
            ends[value > 0] = end
            values.append(
                {
                    "key": f"{place:04}",
                    "from": start,
                    "to": end,
                    "middle": (start + end) / 2,
                    "series": names[order],
                    "letter": LETTERS[order] if abs(end - start) / (high - low) * plot >= 15 and len(names) > 1 else "",
                    "light": order in LIGHT,
                }
            )
    legend = _legend(alt, names, _label_room(chart), symbolType="square", symbolSize=120)
    base = alt.Chart(alt.Data(values=values)).encode(y=y)
    fill = alt.Fill("series:N", sort=None, scale=alt.Scale(domain=names, range=SERIES[: len(names)]), legend=legend)
    bars = base.mark_bar(stroke="#ffffff", strokeWidth=1.5).encode(x=_axis(chart, alt, "from", plot), x2="to:Q", fill=fill)
    middle = _axis(chart, alt, "middle", plot)
    letters = base.mark_text(fontSize=12, baseline="middle").encode(
        x=middle, text="letter:N", color=alt.condition("datum.light", alt.value(INK), alt.value("#ffffff"))
    )
    return [bars, letters]


def _letters(chart) -> list[str]:
    return [f"{LETTERS[place]} · {shortened(series.name, 26)}" for place, series in enumerate(chart.series)]


def _ranged(chart, alt, y, plot: int) -> list:
    values = []
    for place, point in enumerate(chart.points):
        row = {"key": f"{place:04}"}
        if point.low is not None and point.high is not None:
            row |= {"low": _place(point.low, chart), "high": _place(point.high, chart)}
        if point.value is not None:
            row["at"] = _place(point.value, chart)
        values.append(row)
    base = alt.Chart(alt.Data(values=values)).encode(y=y)
    spans = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=9, color=PALE)
    ends = base.transform_filter("isValid(datum.low)").mark_tick(color=LEAF, thickness=2, height=13, orient="vertical")
    points = base.transform_filter("isValid(datum.at)").mark_point(
        shape="diamond", filled=True, color=LEAF, size=90, opacity=1
    )
    return [
        spans.encode(x=_axis(chart, alt, "low", plot), x2="high:Q"),
        ends.encode(x=_axis(chart, alt, "low", plot)),
        ends.encode(x=_axis(chart, alt, "high", plot)),
        points.encode(x=_axis(chart, alt, "at", plot)),
    ]


def _lines(chart, alt):
    """Lines over a row of labels: at most eight of the labels are written, the table has them all."""
    labels, names = chart.labels, _letters(chart) if len(chart.series) > 1 else [chart.series[0].name]
    values = [
        {"key": f"{place:04}", "value": _place(point.value, chart), "series": names[order]}
        for order, series in enumerate(chart.series)
        for place, point in enumerate(series.points)
        if point.value is not None
    ]
    every = math.ceil(len(labels) / 8)
    room = max(int((WIDTH - 80) / min(len(labels), 8) / LETTER), 3)
    words = [
        {"key": f"{place:04}", "name": "\n".join(in_lines(label, room, 2))}
        for place, label in enumerate(labels)
        if place % every == 0
    ]
    keys = [f"{place:04}" for place in range(len(labels))]
    x = alt.X("key:O", axis=None, scale=alt.Scale(type="point", domain=keys, padding=0.5))
    legend = _legend(alt, names, 72, above=32, symbolSize=150, symbolStrokeWidth=2.5)

    def told(channel, spread):
        return channel("series:N", sort=None, scale=alt.Scale(domain=names, range=spread[: len(names)]), legend=legend)

    axis = alt.Axis(
        title=shortened(chart.unit, 30), titleAngle=0, titleAlign="left", titleAnchor="start", titleX=-72, titleY=-12,
        titleFontWeight="normal", titleFontSize=13, titleColor=GREY, labelFontSize=13, labelColor=INK, tickCount=5,
        gridColor=LINE, domain=False, ticks=False, minExtent=72, maxExtent=72, format=",~r",
    )  # fmt: skip
    y = alt.Y("value:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))
    base = alt.Chart(alt.Data(values=values)).encode(x=x, y=y, color=told(alt.Color, THIN))
    line = base.mark_line(strokeWidth=2.5).encode(strokeDash=told(alt.StrokeDash, DASHES))
    marks = base.mark_point(filled=True, size=60, opacity=1).encode(shape=told(alt.Shape, MARKS))
    text = alt.Chart(alt.Data(values=words)).mark_text(fontSize=13, baseline="top", color=INK, lineBreak="\n", lineHeight=15)
    named = text.encode(x=x, y=alt.value(208), text="name:N")
    return alt.layer(line, marks, named).properties(width=WIDTH - 80, height=200)
