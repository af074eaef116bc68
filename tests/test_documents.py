"""Documents as files: tagged, Danish, fonts inside, nothing fetched, the same bytes everywhere; issued once and kept."""

import csv
import io
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from django.conf import settings as django_settings
from django.db import connection, connections, transaction
from docx import Document as OpenDocx
from docx.oxml.ns import qn
from pypdf import PdfReader

from documents import sheets, store
from documents.archive import build_zip, safe_name
from documents.blocks import (
    Bullets,
    Column,
    Facts,
    Heading,
    Numbered,
    PageBreak,
    Paragraph,
    Table,
    by_page,
    paragraphs,
)
from documents.docx import build_docx
from documents.models import Document
from documents.pdf import RefusedAddress, render_blocks, render_html
from documents.sheets import SheetColumn
from documents.tasks import issue_documents
from documents.text import as_text
from journal import chain
from tests.reading import Reading

pytestmark = pytest.mark.proves(23)
ROOT = Path(__file__).resolve().parent.parent
MOMENT = datetime(2026, 1, 8, 12, 0, tzinfo=UTC)
TITLE = "Beslutning om fordeling af bæredygtighedspuljen, " + "med en meget lang overskrift " * 4
COLUMNS = [Column("Nr.", width=12), Column("Hvad", width=60), Column("Kr.", "right", 20)]
EVERYTHING = [
    Facts([("Udvalg", "Teknik- og Klimaudvalget"), ("Sted", "Rådmandshaven 20\nmødelokale 6")]),
    Heading("Resumé"),
    Heading("Politisk behandling", 3),
    Paragraph("Æbler, øre og å: «520.000 kr.»"),
    Paragraph("Vigtigt.", strong=True),
    Numbered(["at den første,", "at den anden."]),
    Bullets(["CO2 (25 %)", "Spredning <b>"]),
    Numbered(["forfra"]),
    Table("Tom tabel", COLUMNS, [], empty="Ingen."),
    PageBreak(wide=True),
    Heading("Bilag 1"),
    Table(
        "Alle",
        COLUMNS,
        [["1", "Spande & låg", "33.600,00"], ["2", "Skilte\nog poser", "6.400,50"]],
        ["I alt", "", "40.000,50"],
    ),
    PageBreak(),
    Heading("Bilag 2"),
    Table("Uden rækkehoved", COLUMNS[:2], [["a", "b"]], row_headers=False),
]
READ = [
    ("P", "Næstved Kommune · Bæredygtighedspuljen"), ("H1", TITLE.strip()),
    ("TH", "Udvalg"), ("TD", "Teknik- og Klimaudvalget"), ("TH", "Sted"), ("TD", "Rådmandshaven 20 mødelokale 6"),
    ("H2", "Resumé"), ("H3", "Politisk behandling"), ("P", "Æbler, øre og å: «520.000 kr.»"), ("P", "Vigtigt."),
    ("LI", "1. at den første,"), ("LI", "2. at den anden."), ("LI", "• CO2 (25 %)"), ("LI", "• Spredning <b>"),
    ("LI", "1. forfra"), ("P", "Tom tabel"), ("P", "Ingen."),
    ("P", "Journalens fingeraftryk ved udsendelsen: 17:abc"),
    ("H2", "Bilag 1"), ("Caption", "Alle"), ("TH", "Nr."), ("TH", "Hvad"), ("TH", "Kr."),
    ("TH", "1"), ("TD", "Spande & låg"), ("TD", "33.600,00"), ("TH", "2"), ("TD", "Skilte og poser"), ("TD", "6.400,50"),
    ("TH", "I alt"), ("TD", "40.000,50"),
    ("H2", "Bilag 2"), ("Caption", "Uden rækkehoved"), ("TH", "Nr."), ("TH", "Hvad"), ("TD", "a"), ("TD", "b"),
]  # fmt: skip


def everything() -> bytes:
    return render_blocks(TITLE.strip(), EVERYTHING, running="Teknik- og Klimaudvalget", anchor="17:abc")


# ── PDF/UA ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pdf_is_read_in_the_order_of_its_source():
    assert Reading(everything()).elements == READ


def test_a_pdf_says_that_it_is_pdf_ua_in_danish_with_its_title():
    reading = Reading(everything())
    root = reading.root
    assert (bool(root.MarkInfo.Marked), str(root.Lang), bool(root.ViewerPreferences.DisplayDocTitle)) == (True, "da", True)
    with reading.pdf.open_metadata() as metadata:
        assert (metadata["pdfuaid:part"], metadata["dc:title"]) == ("1", TITLE.strip())
    assert str(reading.pdf.docinfo["/Title"]) == TITLE.strip()
    assert "/RoleMap" not in root.StructTreeRoot  # every tag is a standard one
    assert "/Names" not in root or "/JavaScript" not in root.Names


def test_every_piece_of_a_page_is_tagged_or_an_artifact():
    reading = Reading(everything())
    assert reading.unmarked == []
    assert set(reading._text) <= reading.used
    feet = [page.Contents.read_bytes().count(b"/Subtype/Footer") for page in reading.pdf.pages]
    assert len(feet) == 3 and all(count >= 2 for count in feet)


def test_the_parent_tree_leads_from_every_mark_back_to_its_element():
    reading = Reading(everything())
    parents = reading.root.StructTreeRoot.ParentTree.Nums
    for place in range(len(reading.pdf.pages)):
        for mark, element in enumerate(parents[2 * place + 1]):
            if (place, mark) in reading.used:
                assert mark in [kid for kid in element.K if isinstance(kid, int)]
            else:
                assert element is None


def test_table_headers_say_which_way_they_point():
    reading = Reading(everything())
    scopes = [str(header.A.Scope) for header in reading.nodes("TH")]
    assert scopes == ["/Row"] * 2 + ["/Column"] * 3 + ["/Row"] * 3 + ["/Column"] * 2
    lists = reading.nodes("L")
    assert [[str(kid.S) for kid in item.K] for element in lists for item in element.K] == [["/Lbl", "/LBody"]] * 5


def test_every_font_is_inside():
    fonts = {}
    for page in Reading(everything()).pdf.pages:
        for font in page.Resources.Font.values():
            inner = font.DescendantFonts[0]
            fonts[str(inner.BaseFont)] = "/FontFile2" in inner.FontDescriptor or "/FontFile3" in inner.FontDescriptor
    assert len(fonts) == 2
    assert all(fonts.values())


def test_pages_lie_on_their_side_where_asked_and_say_their_number():
    pages = PdfReader(io.BytesIO(everything())).pages
    assert [page.mediabox.width > page.mediabox.height for page in pages] == [False, True, False]
    assert [f"Side {number} af 3" in page.extract_text() for number, page in enumerate(pages, 1)] == [True] * 3
    assert all("Teknik- og Klimaudvalget" in page.extract_text() for page in pages)


@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="pdfinfo is not installed")
def test_another_reader_agrees_that_it_is_tagged(tmp_path):
    (tmp_path / "a.pdf").write_bytes(everything())
    said = subprocess.run(["pdfinfo", tmp_path / "a.pdf"], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert re.search(r"^Tagged: +yes$", said, re.M)
    assert re.search(r"^Pages: +3$", said, re.M)


@pytest.mark.parametrize(
    "address",
    ["http://puljen.example/a.png", "https://puljen.example/a.png", "file:///etc/passwd", "data:image/png;base64,AAAA",
     "print:../pdf.py", "print:../../manage.py", "print:findes-ikke.woff2", "ftp://a/b", "a.png"],
)  # fmt: skip
@pytest.mark.parametrize("asked", ['<img alt="x" src="{}">', "<style>p {{ background: url({}) }}</style><p>x</p>"])
def test_a_document_that_asks_for_an_address_is_refused(address, asked):
    with pytest.raises(RefusedAddress):
        render_html(f'<html lang="da"><title>x</title>{asked.format(address)}</html>')


def positions(content: bytes) -> list[tuple[int, float, float]]:
    """Where every piece of text begins: page, and shares of its width and height."""
    found = []
    for number, page in enumerate(PdfReader(io.BytesIO(content)).pages):

        def seen(text, cm, tm, _font, _size, number=number, page=page):
            if text.strip():
                x = cm[0] * tm[4] + cm[2] * tm[5] + cm[4]
                y = cm[1] * tm[4] + cm[3] * tm[5] + cm[5]
                found.append((number, x / float(page.mediabox.width), y / float(page.mediabox.height)))

        page.extract_text(visitor_text=seen)
    return found


def test_a_cell_higher_than_a_page_goes_on_over_the_next_and_nothing_is_lost():
    reason = " ".join(f"ord{number}" for number in range(1500))
    columns = [Column("Nr.", width=10), Column("Begrundelse", width=20), Column("Rest", width=70)]
    content = render_blocks("Lang", [PageBreak(wide=True), Table("T", columns, [["1", reason, "x"]])])
    reading = Reading(content)
    assert " ".join(reading.of("TD")).replace(" x", "").split() == reason.split()
    assert len(reading.pdf.pages) > 2
    assert all(0.02 < x < 0.98 and 0.02 < y < 0.98 for _page, x, y in positions(content))


def test_words_without_end_are_broken_within_the_page():
    word = "Bæredygtighedspuljeansøgning" * 12
    blocks = [
        Heading(word),
        Paragraph(word),
        Bullets([word]),
        Facts([(word, word)]),
        Table("T", COLUMNS, [[word, word, "1"]]),
    ]
    content = render_blocks(word[:200], blocks)
    said = "".join(text for _tag, text in Reading(content).elements).replace(" ", "").replace("‐", "").replace("-", "")
    assert said.count(word) >= 6
    assert all(0.02 < x < 0.96 for _page, x, _y in positions(content))


@pytest.mark.parametrize("lines", range(28, 40, 2))
def test_no_heading_stands_alone_at_the_end_of_a_page(lines):
    """Wherever the page ends, a heading stays with the first line of what it heads, and a caption with its table."""
    blocks = [
        Paragraph("\n".join(["linje"] * lines)),
        Heading("Overskrift"),
        Heading("Under", 3),
        Paragraph("Teksten.\n" * 3),
    ]
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(render_blocks("T", blocks))).pages]
    holds = [("Overskrift" in page, "Under" in page, "Teksten." in page) for page in pages]
    assert (True, True, True) in holds
    table = [Paragraph("\n".join(["linje"] * lines)), Table("Overtekst", COLUMNS, [["række", "b", "1"]] * 3)]
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(render_blocks("T", table))).pages]
    assert all(("Overtekst" in page) <= ("række" in page) for page in pages)


def test_three_hundred_rows_repeat_their_headers_and_keep_their_sum():
    rows = [[str(number), f"Projekt {number}", "1.000"] for number in range(1, 301)]
    reading = Reading(render_blocks("Stor", [PageBreak(wide=True), Table("Alle", COLUMNS, rows, ["I alt", "", "300.000"])]))
    cells = reading.of("TH", "TD")
    pages = len(reading.nodes("THead"))
    assert pages > 5
    assert cells.count("Hvad") == pages
    assert [cell for cell in cells if cell.startswith("Projekt")] == [row[1] for row in rows]
    assert cells[-2:] == ["I alt", "300.000"]


# ── the same bytes ──────────────────────────────────────────────────────────────────────────────────────────────────

ELSEWHERE = """
import sys, time
sys.path.insert(0, sys.argv[1])
then = time.time() + 400 * 86400
time.time = lambda: then
import django
django.setup()
from tests import test_documents
print(*test_documents.fingerprints(), sep="\\n")
"""


def elsewhere(folder: Path, seed: str) -> list[str]:
    """Fingerprints from another process: another folder, another hash seed, another time zone, more than a year later."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    keep |= {"PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "tests.settings", "TZ": "Pacific/Auckland"}
    command = [sys.executable, "-c", ELSEWHERE, str(ROOT)]
    return subprocess.run(command, cwd=folder, env=keep, stdout=subprocess.PIPE, text=True, check=True).stdout.split()


def fingerprints() -> list[str]:
    return [store.fingerprint(made()) for made in (everything, word, packed, sheet)]


def word() -> bytes:
    return build_docx(TITLE.strip(), EVERYTHING, moment=MOMENT, running="Teknik- og Klimaudvalget")


def packed() -> bytes:
    return build_zip([("a.txt", b"a"), ("b/c.pdf", b"b")])


def sheet() -> bytes:
    return sheets.build_xlsx("Ansøgninger", SHEET, ROWS, title="Runde 1", moment=MOMENT)


def test_the_same_bytes_in_another_process_folder_hash_seed_and_year(tmp_path):
    here = fingerprints()
    assert elsewhere(tmp_path, "1") == here
    assert elsewhere(Path("/"), "4242") == here
    assert len(set(here)) == 4


def test_no_clock_path_or_chance_is_in_a_pdf():
    content = everything()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert sorted(pdf.docinfo) == ["/Producer", "/Title"]
        loose = io.BytesIO()
        pdf.save(loose, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    plain = loose.getvalue()
    for secret in (str(ROOT), str(Path.home()), "file:", "print:", "/CreationDate", "/ModDate", "CreateDate", "D:20"):
        assert secret.encode() not in content + plain, secret
    assert datetime.now(UTC).strftime("%Y-%m-%d").encode() not in plain
    identity = re.findall(rb"/ID \[\s*<([0-9a-f]{32})><([0-9a-f]{32})>", content)
    assert identity and everything() == content


# ── DOCX ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_docx_has_real_headings_lists_and_tables():
    document = OpenDocx(io.BytesIO(word()))
    styled = [(p.style.name, p.text) for p in document.paragraphs if p.text and p.style.name != "Normal"]
    assert styled == [
        ("Heading 1", TITLE.strip()), ("Heading 2", "Resumé"), ("Heading 3", "Politisk behandling"),
        ("List Number", "at den første,"), ("List Number", "at den anden."), ("List Bullet", "CO2 (25 %)"),
        ("List Bullet", "Spredning <b>"), ("List Number", "forfra"), ("Caption", "Tom tabel"), ("Heading 2", "Bilag 1"),
        ("Caption", "Alle"), ("Heading 2", "Bilag 2"), ("Caption", "Uden rækkehoved"),
    ]  # fmt: skip
    lists = [p._p.pPr.numPr.numId.val for p in document.paragraphs if p.style.name == "List Number"]
    assert (lists[0] == lists[1], lists[1] == lists[2]) == (True, False)
    heads = [[row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows] for table in document.tables]
    assert heads == [[False, False], [True, False, False, False], [True, False]]
    assert [[cell.text for cell in row.cells] for row in document.tables[1].rows] == [
        ["Nr.", "Hvad", "Kr."], ["1", "Spande & låg", "33.600,00"], ["2", "Skilte\nog poser", "6.400,50"],
        ["I alt", "", "40.000,50"],
    ]  # fmt: skip
    sides = [section.page_width > section.page_height for section in document.sections]
    assert sides == [False, True, False]
    assert round(document.sections[0].page_width.mm) == 210


def test_a_docx_is_danish_and_knows_its_title_and_moment():
    document = OpenDocx(io.BytesIO(word()))
    properties = document.core_properties
    assert (properties.title, properties.language, properties.author) == (TITLE.strip(), "da-DK", "Næstved Kommune")
    assert properties.created == properties.modified == MOMENT
    languages = {lang.get(qn("w:val")) for lang in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"da-DK"}
    assert document.sections[0].footer.paragraphs[0].text.startswith("Teknik- og Klimaudvalget · side ")


def test_control_characters_do_not_spoil_a_docx():
    content = build_docx(
        "A\x0bB", [Paragraph("x\x00\x08y"), Table("T\x1f", COLUMNS, [["\x0c1", "\ufffe", "2"]])], moment=MOMENT
    )
    document = OpenDocx(io.BytesIO(content))
    assert [p.text for p in document.paragraphs if p.text] == ["AB", "xy", "T"]
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["1", "", "2"]


RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_docx_and_recomputes_the_sums_of_the_sheet(tmp_path):
    profile = tmp_path / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")
    (tmp_path / "a.docx").write_bytes(word())
    (tmp_path / "b.xlsx").write_bytes(forgetful(sheet()))
    for wanted, name in (("pdf", "a.docx"), ("csv", "b.xlsx")):
        subprocess.run(
            ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", wanted, name],
            cwd=tmp_path, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120,
        )  # fmt: skip
    pages = PdfReader(tmp_path / "a.pdf").pages
    text = "\n".join(page.extract_text() for page in pages)
    assert len(pages) == 3
    assert [f"{place}. {item}" in text for place, item in ((1, "at den første,"), (2, "at den anden."), (1, "forfra"))] == [
        True
    ] * 3
    assert "Spande & låg 33.600,00" in text
    last = list(csv.reader((tmp_path / "b.csv").read_text(encoding="latin-1").splitlines()))[-1]
    assert float(last[1].replace(",", ".")) == 40_000.5
    assert last[2] == "8"


def forgetful(content: bytes) -> bytes:
    """The sheet with every remembered sum wrong, so that a right one has been reckoned."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, re.sub(rb"(</f><v>)[^<]*", rb"\g<1>1", source.read(name)))
    return out.getvalue()


# ── text and blocks ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_blocks_as_text_to_copy():
    assert as_text([Heading("H"), *EVERYTHING[5:7], EVERYTHING[0], EVERYTHING[8], PageBreak(), EVERYTHING[11]]) == (
        "H\n\n1. at den første,\n2. at den anden.\n\n- CO2 (25 %)\n- Spredning <b>\n\n"
        "Udvalg: Teknik- og Klimaudvalget\nSted: Rådmandshaven 20\nmødelokale 6\n\nTom tabel\nIngen.\n\n"
        "Alle\nNr.\tHvad\tKr.\n1\tSpande & låg\t33.600,00\n2\tSkilte og poser\t6.400,50\nI alt\t\t40.000,50"
    )
    assert as_text([EVERYTHING[14]]) == "Uden rækkehoved\nNr.\tHvad\na\tb"


@pytest.mark.parametrize(
    ("typed", "blocks"),
    [
        ("", []),
        ("\n\n \n", []),
        ("En.\r\nTo.", [Paragraph("En.\nTo.")]),
        ("En.\n \t\nTo.", [Paragraph("En."), Paragraph("To.")]),
        ("1. a\n2. b", [Numbered(["a", "b"])]),
        ("2. a\n3. b", [Paragraph("2. a\n3. b")]),
        ("2026. Et godt år.", [Paragraph("2026. Et godt år.")]),
        ("²1. a", [Paragraph("²1. a")]),
        ("- a\n- b", [Bullets(["a", "b"])]),
        ("- a\nb", [Paragraph("- a\nb")]),
    ],
)
def test_what_people_type_becomes_blocks(typed, blocks):
    assert paragraphs(typed) == blocks


def test_a_lean_table_drops_columns_that_say_nothing():
    table = Table("T", COLUMNS, [["1", "", "2"], ["3", "", ""]], ["I alt", "", "2"]).lean()
    assert ([c.label for c in table.columns], table.rows, table.foot) == (
        ["Nr.", "Kr."],
        [["1", "2"], ["3", ""]],
        ["I alt", "2"],
    )
    empty = Table("T", COLUMNS, [])
    assert empty.lean() == empty


def test_runs_of_pages():
    assert by_page([Paragraph("a"), PageBreak(wide=True), Paragraph("b")]) == [
        (False, [Paragraph("a")]),
        (True, [Paragraph("b")]),
    ]
    assert Table("T", [Column("a")], [["1"]]).widths == []


# ── sheets ──────────────────────────────────────────────────────────────────────────────────────────────────────────

SHEET = [
    SheetColumn("Enhed"), SheetColumn("Søgt", "kroner", total=True), SheetColumn("Antal", "integer", total=True),
    SheetColumn("Point", "decimal"), SheetColumn("Dag", "date"),
]  # fmt: skip
EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "https://x.example", "{=1}", "007", 'Æ; "Ø"']
ROWS = [["Skole", 33_600_00, 3, 3.725, date(2026, 2, 3)], ["=1+1", 6_400_50, 5, None, MOMENT], ["", None, None, 0, None]]


def test_a_sheet_has_values_sums_and_no_formula_of_anybody_s():
    page = openpyxl.load_workbook(io.BytesIO(sheet())).active
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["Enhed", "Søgt", "Antal", "Point", "Dag"],
        ["Skole", 33600, 3, 3.725, datetime(2026, 2, 3)],
        ["=1+1", 6400.5, 5, None, datetime(2026, 1, 8, 12)],
        [None, None, None, 0, None],
        [None, "=SUM(B2:B4)", "=SUM(C2:C4)", None, None],
    ]
    assert (page["A3"].data_type, page["B5"].data_type) == ("s", "f")
    remembered = openpyxl.load_workbook(io.BytesIO(sheet()), data_only=True).active
    assert (remembered["B5"].value, remembered["C5"].value) == (40000.5, 8)
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", "A1:E4")


@pytest.mark.parametrize("text", EVIL)
def test_typed_text_stays_text_in_both_formats(text):
    page = openpyxl.load_workbook(
        io.BytesIO(sheets.build_xlsx("A", [SheetColumn("x")], [[text]], title="t", moment=MOMENT))
    ).active
    assert page["A2"].data_type == "s"
    assert page["A2"].hyperlink is None
    raw = sheets.build_csv([SheetColumn("x")], [[text]]).decode("utf-8-sig")
    shown = next(csv.reader(io.StringIO(raw.partition("\r\n")[2], newline=""), delimiter=";"))[0]
    assert shown == (f"'{text}" if text[0] in "=+-@\t\r\n＝" else text)


def test_a_danish_csv():
    rows = [*ROWS, ["a;b", -5_05, -2, -1.5, None]]
    assert sheets.build_csv(SHEET, rows) == (
        b"\xef\xbb\xbf"
        + (
            "Enhed;Søgt;Antal;Point;Dag\r\nSkole;33600,00;3;3,73;03.02.2026\r\n'=1+1;6400,50;5;;08.01.2026\r\n;;;0,00;\r\n"
            '"a;b";-5,05;-2;-1,50;\r\n'
        ).encode()
    )


@pytest.mark.parametrize(
    ("name", "sheet_name"),
    [("Runde 1/2026: [a]*?", "Runde 1 2026   a"), ("x" * 40, "x" * 31), ("''", "Ark"), ("'Navn'", "Navn"), ("\n", "Ark")],
)
def test_any_name_makes_a_sheet(name, sheet_name):
    content = sheets.build_xlsx(name, SHEET, [], title="t", moment=MOMENT)
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == [sheet_name]


# ── archives ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("tilbud.pdf", "tilbud.pdf"), ("../../etc/passwd", "_.._etc_passwd"), ("a\x00b\u202egpj.exe", "abgpj.exe"),
        ('<>:"|?*.pdf', "_.pdf"), (" . ", "fil"), ("", "fil"), ("CON", "_CON"), ("nul.txt", "_nul.txt"),
        ("com1.a", "_com1.a"),
        ("console.txt", "console.txt"), ("æ" * 200 + ".pdf", "æ" * 146 + ".pdf"), ("b" * 200, "b" * 150),
        ("A\u030aben.pdf", "Åben.pdf"), ("c" * 150 + "." + "d" * 20, "c" * 150),
    ],
)  # fmt: skip
def test_names_are_safe_everywhere(name, safe):
    assert safe_name(name) == safe


def test_an_archive_keeps_its_order_and_loses_no_file_to_a_name():
    files = [
        ("a.pdf", b"1"),
        ("A.pdf", b"2"),
        ("A (2).pdf", b"3"),
        ("x/../y.txt", b"4"),
        ("uden", b"5"),
        ("uden", b"6"),
        ("..", b"7"),
    ]
    with zipfile.ZipFile(io.BytesIO(build_zip(files))) as archive:
        names = archive.namelist()
        assert names == ["a.pdf", "A (2).pdf", "A (2) (2).pdf", "x/y.txt", "uden", "uden (2)", "fil"]
        assert [archive.read(name) for name in names] == [content for _name, content in files]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


# ── issued once ─────────────────────────────────────────────────────────────────────────────────────────────────────


@store.writes("test_note")
def note(document: Document) -> bytes:
    return document.facts["text"].encode()


@store.writes("test_broken")
def broken(document: Document) -> bytes:
    raise ValueError(f"{document.subject} kan ikke skrives")


@pytest.fixture
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def owe(kind="test_note", subject="prøve/1", text="Indhold") -> Document:
    with transaction.atomic():
        event = chain.record(subject, "try", None, {})
        return store.owe(kind, subject, cause=event, title="Prøve", file_name="proeve.txt", facts={"text": text})


def stored(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.django_db
def test_what_is_issued_is_written_once(own_files):
    issued = store.issue(owe())
    name = f"{issued.sha256[:16]}-proeve.txt"
    assert (issued.sha256, issued.size, issued.pages) == (store.fingerprint(b"Indhold"), 7, 0)
    Document.objects.update(facts={"text": "Noget andet"})
    again = store.issue(Document.objects.get())
    assert (again.sha256, store.content_of(again), stored(own_files)) == (issued.sha256, b"Indhold", [name])
    stale = Document(pk=issued.pk, kind="test_note", facts={"text": "Noget andet"}, file_name="proeve.txt")
    assert store.issue(stale).sha256 == issued.sha256
    assert stored(own_files) == [name]
    assert store.faults() == []


@pytest.mark.django_db
def test_the_same_cause_owes_a_document_once(own_files):
    first = owe()
    second = store.owe("test_note", first.subject, cause=first.cause, title="Anden", file_name="x", facts={})
    assert (second.pk, second.title) == (first.pk, "Prøve")
    with pytest.raises(LookupError):
        store.owe("nobody", "prøve/1", cause=first.cause, title="x", file_name="x")


@pytest.mark.django_db
def test_a_killed_worker_leaves_a_document_owed_and_its_file_is_taken_over(own_files):
    document = owe()
    place = own_files / document.file.field.generate_filename(document, f"{store.fingerprint(b'Indhold')[:16]}-proeve.txt")
    place.parent.mkdir(parents=True)
    place.write_bytes(b"Indhold")
    assert store.issue_owed() == 1
    assert stored(own_files) == [place.name]
    assert store.content_of(Document.objects.get()) == b"Indhold"


@pytest.mark.django_db
def test_a_half_written_file_of_a_killed_worker_is_never_taken_for_the_document(own_files):
    document = owe()
    place = own_files / document.file.field.generate_filename(document, f"{store.fingerprint(b'Indhold')[:16]}-proeve.txt")
    place.parent.mkdir(parents=True)
    place.write_bytes(b"Indh")
    store.issue_owed()
    issued = Document.objects.get()
    assert (store.content_of(issued), store.faults(), len(stored(own_files))) == (b"Indhold", [], 2)


@pytest.mark.django_db
def test_writers_that_fail_are_logged_tried_again_and_hold_up_no_other(own_files, caplog):
    for number in range(5):
        owe("test_broken", f"prøve/{number}")
    owe(subject="prøve/hel")
    assert store.issue_owed(limit=3) == 1
    assert [record.levelname for record in caplog.records if "could not be written" in record.message] == ["ERROR"] * 5
    owed = Document.objects.filter(sha256="")
    assert set(owed.values_list("kind", flat=True)) == {"test_broken"}
    owed.update(kind="test_note")
    assert (store.issue_owed(limit=3), store.issue_owed(limit=3), store.issue_owed()) == (3, 2, 0)


@pytest.mark.django_db
def test_the_worker_s_task_writes_what_is_owed_and_is_harmless_twice(own_files):
    owe()
    issue_documents()
    issue_documents()
    assert (Document.objects.get().is_issued, str(Document.objects.get()), len(stored(own_files))) == (True, "Prøve", 1)


@pytest.mark.django_db
def test_a_file_that_was_changed_or_lost_is_found(own_files):
    changed, lost = store.issue(owe(subject="prøve/1")), store.issue(owe(subject="prøve/2", text="Andet"))
    (own_files / changed.file.name).write_bytes(b"Snyd")
    (own_files / lost.file.name).unlink()
    assert sorted(store.faults()) == [
        f"document {changed.pk}: file differs from its hash",
        f"document {lost.pk}: file is missing",
    ]


@pytest.mark.django_db
def test_pages_of_a_pdf_are_counted(own_files):
    assert store._page_count(everything()) == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite lets one writer in at a time: nothing collides")
def test_two_workers_at_once_store_one_file(own_files):
    document = owe()
    both_have_written, got = threading.Barrier(2), []

    @store.writes("test_meeting")
    def meet(_document):
        both_have_written.wait(20)
        return b"Indhold"

    Document.objects.update(kind="test_meeting")

    def work():
        got.append(store.issue(Document.objects.get(pk=document.pk)).file.name)
        connections.close_all()

    threads = [threading.Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(got) == 2
    assert got[0] == got[1]
    assert stored(own_files) == [f"{store.fingerprint(b'Indhold')[:16]}-proeve.txt"]
    assert connection.vendor == "postgresql"
    assert own_files == django_settings.MEDIA_ROOT
