"""A chart: the same numbers as a picture, a table and a sentence, safe in a page, whatever the labels are."""

import io
from decimal import Decimal

import pikepdf
import pytest
from django.core.cache import cache
from django.template import engines
from lxml import etree
from pypdf import PdfReader

from documents import chart_pictures, pdf
from documents.charts import KRONER, Certainty, Chart, Kind, Point, Series
from documents.docx import build_docx
from documents.labels import in_lines, shortened
from documents.text import as_text
from journal.clock import now

SVG = "{http://www.w3.org/2000/svg}"
BLANK = "\N{NO-BREAK SPACE}"
HOSTILE = [
    "<script>alert(1)</script>",
    "Mad & måltid \"godt\" 'nok'",
    "x" * 300,
    "\u202eשלום عالم",
    "🌱 Grøn",
    "a\x00\x08b",
    "",
]


def one(kind=Kind.BARS, *points, unit="kg", **facts):
    return Chart("Sparet pr. tema", kind, (Series("", tuple(points)),), unit, **facts)


def several(kind, *names, labels=("2025", "2026")):
    series = [Series(name, tuple(Point(label, 10 * place + 5) for label in labels)) for place, name in enumerate(names)]
    return Chart("Pr. år", kind, tuple(series), "kg", label="År")


ALL = {
    "bars": one(Kind.BARS, Point("Mad", 1200), Point("Energi", -300), Point("Vand", 0), Point("Skov", None)),
    "certainty": one(
        Kind.BARS, Point("Mad", 5, certainty=Certainty.MEASURED), Point("El", 4, certainty=Certainty.ESTIMATED)
    ),
    "stacked": several(Kind.STACKED, "Brugt", "Disponeret", "Reserveret"),
    "lines": several(Kind.LINES, "Forventet", "Målt"),
    "ranges": one(Kind.RANGES, Point("Mad", Decimal("12.5"), Decimal(8), Decimal(15)), Point("El", 3)),
    "share": one(Kind.SHARE, Point("Skoler", 60), Point("Ældre", 40), unit="projekter"),
    "one": one(Kind.BARS, Point("Kun ét", 5)),
    "forty": one(Kind.BARS, *(Point(f"Institution {place}", place) for place in range(40))),
    "hostile bars": one(Kind.BARS, *(Point(label, 7) for label in HOSTILE)),
    "hostile stack": several(Kind.STACKED, *HOSTILE, labels=HOSTILE),
    "hostile lines": several(Kind.LINES, *HOSTILE, labels=HOSTILE),
}


def words(picture: str) -> list[str]:
    return ["".join(node.itertext()) for node in etree.fromstring(picture).iter(f"{SVG}text")]


@pytest.fixture(autouse=True)
def nothing_drawn_before():
    cache.clear()


@pytest.mark.parametrize("name", ALL)
def test_a_drawing_holds_nothing_that_the_content_policy_refuses_and_is_the_same_twice(name):
    picture = ALL[name].picture
    root = etree.fromstring(picture)
    assert (root.tag, root.get("role"), root.get("aria-label")) == (f"{SVG}svg", "img", ALL[name].sentence)
    nodes = list(root.iter())
    assert {node.tag.removeprefix(SVG) for node in nodes} <= {"svg", "g", "path", "line", "rect", "text", "tspan"}
    names = {attribute for node in nodes for attribute in node.attrib}
    assert not [each for each in names if each in ("style", "id", "class") or each.startswith("on") or "href" in each]
    assert [node for node in nodes if "role" in node.attrib or "aria-label" in node.attrib] == [root]
    assert "url(" not in picture
    assert "http" not in picture.replace('"http://www.w3.org/2000/svg"', "").replace('"http://www.w3.org/1999/xlink"', "")
    cache.clear()
    assert ALL[name].picture == picture


@pytest.mark.parametrize(
    "bad", ['<g style="fill:red">', '<path onload="x()"/>', "<script>", '<a href="/x">', '<g xlink:href="#a">']
)
def test_a_drawing_that_holds_more_is_refused(monkeypatch, bad):
    class Engine:
        @staticmethod
        def vegalite_to_svg(*_args, **_options):
            return f'<svg class="marks" width="1" height="1" viewBox="0 0 1 1"><g>{bad}</g></svg>'

    monkeypatch.setattr(chart_pictures, "_engine", lambda: Engine)
    with pytest.raises(ValueError, match="a drawing may not hold"):
        ALL["one"].picture  # noqa: B018


def test_letters_stay_letters_and_numbers_are_danish():
    chart = one(Kind.BARS, Point("Madspild", 123456750), Point("Energi", -2000000), Point("Skov", None), unit=KRONER)
    assert words(chart.picture) == [
        *("Madspild", "Energi", "Skov"),
        *(f"1.234.567,50{BLANK}kr.", f"-20.000{BLANK}kr.", "–"),
    ]
    assert 'font-family="IBM Plex Sans, sans-serif"' in chart.picture
    assert {"0", "500", "1.000", "1.500", "kg"} <= set(words(one(Kind.LINES, Point("2025", 1), Point("2026", 1500)).picture))


def test_bars_are_as_long_as_their_numbers():
    def lengths(*values):
        picture = one(Kind.BARS, *(Point("a", value) for value in values)).picture
        bars = [node.get("d") for node in etree.fromstring(picture).iter(f"{SVG}path") if node.get("fill") == "#1d5c3f"]
        return [float(path.split("h")[1].split("v")[0]) for path in bars]

    first, second, third = lengths(100, 50, 0)
    assert (second, third) == (first / 2, 0)
    left, right = lengths(-100, 100)
    assert left == right > 100
    assert lengths(0, 0) == [0, 0]


def test_nothing_is_told_by_colour_alone():
    stacked = words(ALL["stacked"].picture)
    assert {"A", "B", "C", "A · Brugt", "B · Disponeret", "C · Reserveret"} <= set(stacked)
    assert 'stroke-dasharray="6,3"' in ALL["lines"].picture
    certain = ALL["certainty"]
    assert {"målt", "skønnet"} <= set(words(certain.picture))
    assert "beregnet" not in words(certain.picture)
    assert certain.picture.count('fill="#ffffff" stroke="#1d5c3f" stroke-width="1.2" stroke-dasharray="3,2"') == 1


def test_hostile_labels_are_shortened_in_the_picture_and_whole_in_the_table():
    chart = ALL["hostile bars"]
    assert "<script" not in chart.picture
    said = words(chart.picture)
    assert "<script>alert(1)</s…" in said
    assert "x" * 19 + "…" in said
    assert "שלום عالم" in said  # without the sign that turns the line
    assert [row[0] for row in chart.table.rows] == HOSTILE
    page = engines["django"].from_string("{% chart chart %}").render({"chart": chart})
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;</th>" in page
    assert "x" * 300 in page


def test_labels_fit():
    assert shortened(" a\n b ", 9) == "a b"
    assert shortened("abcdef", 4) == "abc…"
    assert shortened("a\ud800\u202eb\uffff", 9) == "ab"
    assert in_lines("Madspild på Grønnegade", 20, 2) == ["Madspild på", "Grønnegade"]
    assert in_lines("Energi og bygninger i hele kommunen", 20, 2) == ["Energi og bygninger", "i hele kommunen"]
    assert in_lines("Energi og bygninger i alle kommunens haller", 20, 2) == ["Energi og bygninger", "i alle kommunens ha…"]
    assert in_lines("x" * 300, 20, 2) == ["x" * 19 + "…"]
    assert in_lines("kort " + "x" * 30, 20, 2) == ["kort", "x" * 19 + "…"]
    assert in_lines("", 20, 2) == [""]


def test_the_table_has_what_the_picture_has_and_columns_only_for_what_is_known():
    chart = ALL["ranges"]
    assert [column.label for column in chart.table.columns] == ["Navn", "kg", "Lavt", "Højt"]
    assert chart.table.rows == [["Mad", f"12,5{BLANK}kg", f"8{BLANK}kg", f"15{BLANK}kg"], ["El", f"3{BLANK}kg", "–", "–"]]
    assert "12,5 (8–15)" in words(chart.picture)
    assert ALL["share"].table.rows == [
        ["Skoler", f"60{BLANK}projekter", f"60{BLANK}%"],
        ["Ældre", f"40{BLANK}projekter", f"40{BLANK}%"],
    ]
    assert ALL["certainty"].table.rows == [["Mad", f"5{BLANK}kg", "målt"], ["El", f"4{BLANK}kg", "skønnet"]]
    stacked = ALL["stacked"].table
    assert [column.label for column in stacked.columns] == ["År", "Brugt", "Disponeret", "Reserveret"]
    assert stacked.rows[1] == ["2026", f"5{BLANK}kg", f"15{BLANK}kg", f"25{BLANK}kg"]


def test_the_sentence_says_what_the_picture_shows():
    assert ALL["bars"].sentence == (
        f"Søjlediagram: Sparet pr. tema. 3 tal. Størst: Mad (1.200{BLANK}kg). Mindst: Energi (-300{BLANK}kg). "
        "Alle tal står i tabellen."
    )
    assert ALL["one"].sentence == f"Søjlediagram: Sparet pr. tema. Kun ét (5{BLANK}kg). Alle tal står i tabellen."
    assert f"Størst: Reserveret, 2025 (25{BLANK}kg)" in ALL["stacked"].sentence


@pytest.mark.parametrize("series", [(), (Series("", ()),), (Series("", (Point("Mad", None),)),)])
def test_without_a_number_there_is_a_sentence_and_no_picture(series):
    chart = Chart("Sparet", Kind.BARS, series, "kg")
    page = engines["django"].from_string("{% chart chart %}").render({"chart": chart})
    assert chart.picture == ""
    assert "<svg" not in page
    assert "<table" not in page
    assert "Der er ingen tal at vise endnu." in page
    assert as_text([chart.figure]) == "Sparet\nDer er ingen tal at vise endnu."


def test_parts_without_a_sum_are_drawn_as_plain_bars():
    chart = one(Kind.SHARE, Point("Mad", 10), Point("El", -5))
    assert words(chart.picture) == ["Mad", "El", f"10{BLANK}kg", f"-5{BLANK}kg"]
    assert one(Kind.SHARE, Point("Mad", 999), Point("El", 1)).table.rows[1][2] == "under 1 %"


def test_what_is_no_chart_is_refused():
    for value in (1.5, True, Decimal("NaN"), Decimal("Infinity"), "12"):
        with pytest.raises(ValueError, match="is no number"):
            Point("Mad", value)
    with pytest.raises(ValueError, match="whole øre"):
        one(Kind.BARS, Point("Mad", Decimal("1.5")), unit=KRONER)
    with pytest.raises(ValueError, match="too many series"):
        several(Kind.BARS, "a", "b")
    with pytest.raises(ValueError, match="too many series"):
        several(Kind.LINES, *"abcdefghi")
    with pytest.raises(ValueError, match="different labels"):
        Chart("", Kind.LINES, (Series("a", (Point("1", 1),)), Series("b", (Point("2", 1),))), "")


def test_more_rows_than_a_page_holds_stand_in_the_table():
    chart = one(Kind.BARS, *(Point(f"Nr. {place}", 1) for place in range(57)), source="Puljen")
    assert "Nr. 39" in words(chart.picture)
    assert "Nr. 40" not in words(chart.picture)
    assert len(chart.table.rows) == 57
    assert chart.notes == ["De første 40 af 57 er tegnet. Resten står i tabellen.", "Kilde: Puljen"]


def test_a_drawing_is_made_once(monkeypatch):
    first = ALL["lines"].picture
    monkeypatch.setattr(chart_pictures, "_specification", lambda chart: pytest.fail("drawn again"))
    assert ALL["lines"].picture == first
    with pytest.raises(pytest.fail.Exception):
        one(Kind.BARS, Point("Andet", 1)).picture  # noqa: B018


def test_a_pdf_has_the_drawing_with_its_sentence_and_the_table():
    figures = [ALL[name].figure for name in ("lines", "forty")]
    raw = pdf.render_blocks("Årsberetning", figures)
    assert pdf.render_blocks("Årsberetning", figures) == raw
    assert alternatives(raw) == {ALL["lines"].sentence, ALL["forty"].sentence}
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages)
    assert text.count("Institution 39") == 2  # as letters, in the drawing and in the table
    assert "A · Forventet" in text


def test_hostile_labels_print():
    assert alternatives(pdf.render_blocks("Årsberetning", [ALL["hostile bars"].figure])) == {ALL["hostile bars"].sentence}


def alternatives(raw: bytes) -> set[str]:
    """What stands for each drawing, for who hears the document."""
    with pikepdf.open(io.BytesIO(raw)) as document:
        found = [node for node in document.objects if isinstance(node, pikepdf.Dictionary) and node.get("/S") == "/Figure"]
        return {str(node.Alt) for node in found}


def test_a_file_to_edit_has_the_numbers():
    figure = one(Kind.BARS, Point("Mad", 5), source="Puljens regnskab").figure
    assert as_text([figure]) == "Tallene: Sparet pr. tema\nNavn\tkg\nMad\t5 kg\n\nKilde: Puljens regnskab"
    assert build_docx("Årsberetning", [figure], moment=now())[:2] == b"PK"
