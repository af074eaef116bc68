"""DOCX from blocks: real Word headings, lists and tables whose headers repeat, Danish, the same bytes for the same input.

Made to be edited in Word and opened by LibreOffice, which the tests do; Word itself was not tried.
"""

import copy
import io
import re
import zipfile
from datetime import UTC, datetime

from docx import Document as NewDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from documents.blocks import Block, Bullets, Facts, Heading, Numbered, PageBreak, Paragraph, Table, without_drawings

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
FONT, GREEN, PALE = "Arial", RGBColor(0x1D, 0x6B, 0x45), "E8F2EC"
A4 = (Mm(210), Mm(297))
SIZES = {"Normal": 10.5, "Heading 1": 18, "Heading 2": 13, "Heading 3": 10.5, "Caption": 10.5, "Footer": 8}
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML holds none of them


def build_docx(title: str, blocks: list[Block], *, moment: datetime, running: str = "", language: str = "da-DK") -> bytes:
    """The DOCX of a list of blocks. `moment` is the event's, for the file's properties: no clock is read."""
    document = NewDocument()
    _dress(document, language)
    properties = document.core_properties
    properties.title, properties.author, properties.language = _plain(title), "Næstved Kommune", language
    properties.created = properties.modified = moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.last_modified_by, properties.revision, properties.comments = "Næstved Kommune", 1, ""
    document.add_heading(_plain(title), 1)
    for block in without_drawings(blocks):  # of a figure the numbers: a table is what can be edited
        _add(document, block)
    _foot(document, running or title)
    buffer = io.BytesIO()
    document.save(buffer)
    return _settled(buffer.getvalue())


def _plain(text: str) -> str:
    return UNPRINTABLE.sub("", text)


# ── the look ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _dress(document, language: str) -> None:
    """A4, Danish, one typeface, headings in the pool's green that stay with what they head."""
    section = document.sections[0]
    section.page_width, section.page_height = A4
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(22)
    for name, size in SIZES.items():
        style = document.styles[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FONT)
        style.font.size = Pt(size)
        if name not in ("Normal", "Footer"):
            style.font.color.rgb = GREEN if name.startswith("Heading") and size > 11 else RGBColor(0, 0, 0)
            style.paragraph_format.keep_with_next = True
    document.styles["Normal"].paragraph_format.space_after = Pt(6)
    for run in document.styles.element.iter(qn("w:lang")):
        run.set(qn("w:val"), language)
    document.styles["Normal"].element.rPr.append(_element("w:lang", val=language))


def _foot(document, running: str) -> None:
    """What the page belongs to, and its number, under every page."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.add_run(f"{_plain(running)} · side ")
    _field(paragraph, "PAGE")
    paragraph.add_run(" af ")
    _field(paragraph, "NUMPAGES")


def _field(paragraph, code: str) -> None:
    field = _element("w:fldSimple", instr=code)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _element(tag: str, **attributes):
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


# ── blocks ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _add(document, block: Block) -> None:
    match block:
        case Heading(text=text, level=level):
            document.add_heading(_plain(text), level)
        case Paragraph(text=text, strong=strong):
            document.add_paragraph().add_run(_plain(text)).bold = strong or None
        case Numbered(items=items):
            _add_numbered(document, items)
        case Bullets(items=items):
            for item in items:
                document.add_paragraph(_plain(item), "List Bullet")
        case Facts(pairs=pairs):
            _add_table(document, [], [list(pair) for pair in pairs], [], ["left", "left"], [34, 66])
        case Table(rows=[]):
            document.add_paragraph(_plain(block.caption), "Caption")
            document.add_paragraph(_plain(block.empty))
        case Table():
            document.add_paragraph(_plain(block.caption), "Caption")
            labels, aligns = [c.label for c in block.columns], [c.align for c in block.columns]
            _add_table(document, labels, block.rows, block.foot, aligns, block.widths)
        case PageBreak(wide=wide):
            _turn(document, WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT)


def _add_numbered(document, items: list[str]) -> None:
    """A numbered list of its own, which begins at 1."""
    numbering = document.part.numbering_part.element
    style = document.styles["List Number"].element.pPr.numPr.numId.val
    model = next(num for num in numbering.num_lst if num.numId == style)
    num = numbering.add_num(model.abstractNumId.val)
    num.add_lvlOverride(ilvl=0).add_startOverride(1)
    for item in items:
        properties = document.add_paragraph(_plain(item), "List Number")._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val, properties.get_or_add_numId().val = 0, num.numId


def _add_table(document, labels, rows, foot, aligns, widths) -> None:
    """Rows are copied from one that python-docx made: a table of 300 rows is then written in a second, not a minute."""
    lines = [*([labels] if labels else []), *rows, *([foot] if foot else [])]
    table = document.add_table(1, len(lines[0]), "Table Grid")
    table.autofit = not widths
    section = document.sections[-1]
    space = section.page_width - section.left_margin - section.right_margin
    for cell, width in zip(table.rows[0].cells, widths, strict=False):
        cell.width = int(space * width / 100)
    for column, width in zip(table.columns, widths, strict=False):
        column.width = int(space * width / 100)
    model = table.rows[0]._tr
    model.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, align in zip(model.tc_lst, aligns, strict=True):
        properties = cell.p_lst[0].get_or_add_pPr()
        properties.append(_element("w:spacing", before="40", after="40"))
        if align == "right":
            properties.jc_val = WD_ALIGN_PARAGRAPH.RIGHT
    _rule(table)
    small = section.orientation == WD_ORIENT.LANDSCAPE
    for place, line in enumerate(lines):
        row = copy.deepcopy(model)
        heads = bool(labels) and place == 0
        _fill(row, line, strong=heads or (bool(foot) and place == len(lines) - 1), size=15 if small else 17)
        if heads:
            row.trPr.append(OxmlElement("w:tblHeader"))
            for cell in row.tc_lst:
                cell.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=PALE))
        table._tbl.append(row)
    table._tbl.remove(model)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _rule(table) -> None:
    """Thin pale lines between rows and none between columns; narrow margins in the cells."""
    borders, margins = OxmlElement("w:tblBorders"), OxmlElement("w:tblCellMar")
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        seen = edge in ("top", "bottom", "insideH")
        borders.append(_element(f"w:{edge}", val="single" if seen else "nil", sz="4", space="0", color="C4D2C9"))
    for edge in ("left", "right"):
        margins.append(_element(f"w:{edge}", w="70", type="dxa"))
    layout = table._tbl.tblPr.find(qn("w:tblLayout"))
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    for element in (borders, *([layout] if layout is not None else []), margins):  # in the order the schema wants
        look.addprevious(element)


def _fill(row, line, *, strong: bool, size: int) -> None:
    for cell, text in zip(row.tc_lst, line, strict=True):
        run = cell.p_lst[0].add_r()
        properties = run.get_or_add_rPr()
        if strong:
            properties.append(OxmlElement("w:b"))
        properties.append(_element("w:sz", val=str(size)))
        run.text = _plain(text)


def _turn(document, orientation) -> None:
    """A new page, turned when it must be."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    if section.orientation != orientation:
        section.orientation = orientation
        section.page_width, section.page_height = section.page_height, section.page_width


# ── the same bytes ──────────────────────────────────────────────────────────────────────────────────────────────────


def _settled(raw: bytes) -> bytes:
    """The same archive with every entry at the epoch."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(zip_entry(entry.filename), source.read(entry.filename))
    return out.getvalue()


def zip_entry(name: str) -> zipfile.ZipInfo:
    """An entry at the epoch, readable by its owner."""
    entry = zipfile.ZipInfo(name, ZIP_EPOCH)
    entry.create_system = 3
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    return entry
