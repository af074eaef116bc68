"""Tables that come in: CSV as spreadsheets save it, and XLSX. Gives rows of text with their numbers in the file.

A file is judged by its content, never by its name. Refuses in Danish what is no table, too large, broken, or a bomb.
Formulas are never worked out: of an XLSX the stored values are read, and a text that begins like a formula is refused.
"""

import csv
import io
import warnings
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from documents.sheets import DANGEROUS

LARGEST_FILE = 5 * 1024 * 1024
LARGEST_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 500
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_CELL = 1_000
LINES_ASKED = 60  # which separator a file has
SEPARATORS = (";", "\t", ",")
ALLOWED = gettext_lazy("Filen kan ikke læses som et regneark. Gem den som CSV eller Excel (.xlsx), og vælg den igen.")
OLD_OR_LOCKED = gettext_lazy(
    "Filen er en ældre Excel-fil (.xls) eller låst med en adgangskode. Gem den som .xlsx uden adgangskode."
)
BROKEN = gettext_lazy("Filen er beskadiget og kan ikke læses. Gem den på ny, og vælg den igen.")
TOO_LARGE = gettext_lazy("Filen er for stor. Den må højst fylde 5 MB.")
UNPACKS_TOO_LARGE = gettext_lazy("Filen pakker sig ud til mere, end vi kan tage imod. Del den i flere filer.")
TOO_MANY_ROWS = gettext_lazy("Filen har mere end 5.000 rækker. Del den i flere filer, og hent dem én ad gangen.")
TOO_MANY_LINES = gettext_lazy("Filen har for mange linjer. Hent en kortere periode ad gangen.")
TOO_LONG = gettext_lazy("Række %(row)s har en celle med mere end 1.000 tegn. Gør den kortere.")
EMPTY = gettext_lazy("Filen er tom. Vælg en fil med overskrifter i første række og mindst én række under dem.")


@dataclass(frozen=True)
class Table:
    """One sheet: (number of the row in the file, its cells), blank rows left out; the first row is the headings."""

    name: str
    rows: list[tuple[int, list[str]]]


def tables_in(content: bytes) -> list[Table]:
    """Every sheet that holds something. Raises ValidationError when there is none, or for what may not come in."""
    return _tables(content, _lines, MOST_ROWS)


def lines_in(content: bytes, most: int) -> Table:
    """The first sheet of a file that may have words above its headings: its separator is the one most lines agree on."""
    return _tables(content, _lines_of_many, most)[0]


def _tables(content: bytes, records_of, most: int) -> list[Table]:
    if len(content) > LARGEST_FILE:
        raise ValidationError(TOO_LARGE)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(OLD_OR_LOCKED)
    if content.startswith(b"PK"):
        found = _workbook(content, most)
    else:
        found = [Table("", _numbered(records_of(_decoded(content)), most))]
    found = [table for table in found if table.rows]
    if not found:
        raise ValidationError(EMPTY)
    return found


def _decoded(content: bytes) -> str:
    """UTF-8 or UTF-16 when it says so, UTF-8 when it fits, else what Danish Windows writes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(sign) < 32 and sign not in "\t\r\n" for sign in text) or text.startswith("%PDF"):
            raise ValidationError(ALLOWED)
        return text
    raise ValidationError(ALLOWED)


def _lines(text: str):
    """Records of a CSV; the separator is the one that cuts the headings into most pieces."""
    first, _newline, rest = text.partition("\n")
    if first.strip().lower() in ("sep=;", "sep=,", "sep=\t"):
        return [[], *_records(rest, first.strip()[-1])]
    heading = next((line for line in text.splitlines() if line.strip()), "")
    return _records(text, max(SEPARATORS, key=lambda sign: len(next(csv.reader([heading], delimiter=sign), []))))


def _lines_of_many(text: str):
    """Records of a CSV whose headings may come late: by how many of the first lines are cut into equally many pieces."""
    first = [line for line in text.splitlines() if line.strip()][:LINES_ASKED]

    def agreement(sign: str) -> int:
        pieces = Counter(len(next(csv.reader([line], delimiter=sign), [])) for line in first)
        return max((count * times for count, times in pieces.items() if count > 1), default=0)

    return _records(text, max(SEPARATORS, key=agreement))


def _records(text: str, separator: str):
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as error:
        raise ValidationError(BROKEN) from error


def _workbook(content: bytes, most: int) -> list[Table]:
    import openpyxl  # some megabytes that a web process needs only for such a file

    try:
        _refuse_bombs(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a workbook has beyond cells is nothing to us
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            return [Table(sheet.title, _numbered(_cells(sheet, most), most)) for sheet in sheets]
    except ValidationError:
        raise
    except Exception as error:  # a broken file breaks its reader in its own way
        raise ValidationError(BROKEN) from error


def _refuse_bombs(content: bytes) -> None:
    """Looks before anything is unpacked: too many or too large parts, a document type of its own, no workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise ValidationError(UNPACKS_TOO_LARGE)
        if "xl/workbook.xml" not in {part.filename.lower() for part in parts}:
            raise ValidationError(ALLOWED)
        for part in parts:
            if part.filename.lower().endswith((".xml", ".rels")) and _declares(archive.read(part)):
                raise ValidationError(BROKEN)


def _declares(xml: bytes) -> bool:
    """A document type of its own, in whatever encoding: a spreadsheet has none, a bomb does."""
    text = xml.replace(b"\0", b"").upper()
    return b"<!DOCTYPE" in text or b"<!ENTITY" in text


def _cells(sheet, most: int):
    sheet.reset_dimensions()  # what a sheet says about its own size may be wrong
    for row in sheet.iter_rows(max_row=most + 2, max_col=MOST_COLUMNS, values_only=True):
        yield [_as_text(value) for value in row]


def _as_text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, datetime | date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _numbered(records, most: int) -> list[tuple[int, list[str]]]:
    rows = []
    for number, record in enumerate(records, 1):
        cells = [_bare(cell) for cell in record[:MOST_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(rows) > most:
            raise ValidationError(TOO_MANY_ROWS if most == MOST_ROWS else TOO_MANY_LINES)
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise ValidationError(TOO_LONG, params={"row": number})
        rows.append((number, cells))
    return rows


def _bare(cell: str) -> str:
    """Without white space around it, and without the apostrophe that our own CSV puts before a sign of danger."""
    text = " ".join(cell.replace("\0", "").split())
    return text[1:] if text.startswith("'") and text[1:].startswith(DANGEROUS) else text
