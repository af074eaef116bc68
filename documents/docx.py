"""DOCX from blocks: real Word styles, table headers that repeat, Danish, and the same bytes for the same input."""

import io
import zipfile
from datetime import datetime

from docx import Document as NewDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from documents.blocks import Block, Bullets, Facts, Heading, Numbered, PageBreak, Paragraph, Table

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def build_docx(title: str, blocks: list[Block], *, moment: datetime, language: str = "da-DK") -> bytes:
    """The DOCX of a list of blocks. `moment` is the event's, for the file's properties: no clock is read."""
    document = NewDocument()
    document.styles["Normal"].font.name = "IBM Plex Sans"
    document.styles["Normal"].element.rPr.append(_language(language))
    properties = document.core_properties
    properties.title, properties.author, properties.language = title, "Næstved Kommune", language
    properties.created = properties.modified = moment.replace(tzinfo=None, microsecond=0)
    properties.last_modified_by, properties.revision = "Næstved Kommune", 1
    document.add_heading(title, 1)
    for block in blocks:
        _add(document, block)
    buffer = io.BytesIO()
    document.save(buffer)
    return _settled(buffer.getvalue())


def _add(document, block: Block) -> None:
    match block:
        case Heading(text=text, level=level):
            document.add_heading(text, level)
        case Paragraph(text=text, strong=strong):
            document.add_paragraph().add_run(text).bold = strong or None
        case Numbered(items=items):
            _add_numbered(document, items)
        case Bullets(items=items):
            for item in items:
                document.add_paragraph(item, "List Bullet")
        case Facts(pairs=pairs):
            _add_table(document, "", [], [list(pair) for pair in pairs], [], [])
        case Table():
            _add_wide(document, block)
        case PageBreak():
            document.add_page_break()


def _add_numbered(document, items: list[str]) -> None:
    """Numbers are text with a hanging indent, so that each list begins at 1 in every reader."""
    for place, item in enumerate(items, 1):
        document.add_paragraph(f"{place}. {item}", "List Continue")


def _add_wide(document, block: Table) -> None:
    if block.wide:
        _turn(document, WD_ORIENT.LANDSCAPE)
    labels, aligns = [c.label for c in block.columns], [c.align for c in block.columns]
    _add_table(document, block.caption, labels, block.rows, block.foot, aligns)
    if block.wide:
        _turn(document, WD_ORIENT.PORTRAIT)


def _add_table(document, caption, labels, rows, foot, aligns) -> None:
    if caption:
        document.add_paragraph().add_run(caption).bold = True
    lines = [*([labels] if labels else []), *rows, *([foot] if foot else [])]
    table = document.add_table(len(lines), len(lines[0]), "Table Grid")
    for place, (row, line) in enumerate(zip(table.rows, lines, strict=True)):
        strong = (bool(labels) and place == 0) or (bool(foot) and place == len(lines) - 1)
        for column, (cell, text) in enumerate(zip(row.cells, line, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.add_run(text).bold = strong or None
            if aligns and aligns[column] == "right":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if labels:
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _turn(document, orientation) -> None:
    section = document.add_section()
    if section.orientation != orientation:
        section.orientation = orientation
        section.page_width, section.page_height = section.page_height, section.page_width


def _language(code: str):
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), code)
    return element


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
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    return entry
