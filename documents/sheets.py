"""XLSX and CSV from the same columns and rows. What a person typed is never a formula or a link.

A column is "text", "kroner" (cells in øre), "integer", "decimal" or "date"; None is an empty cell.
"""

import csv
import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

import xlsxwriter

FORMATS = {"kroner": "#,##0.00", "integer": "0", "decimal": "0.00", "date": "dd.mm.yyyy", "text": "@"}
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # the wide signs are read as the narrow


@dataclass(frozen=True)
class SheetColumn:
    label: str
    kind: str = "text"
    width: int = 16
    total: bool = False


def build_xlsx(name: str, columns: list[SheetColumn], rows: list[list], *, title: str, moment: datetime) -> bytes:
    """One sheet with frozen, filterable headers, and a row of sums as formulas under columns that ask for one."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    created = moment.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": title, "author": "Næstved Kommune", "created": created})
    sheet = book.add_worksheet(_sheet_name(name))
    strong = book.add_format({"bold": True, "bg_color": "#E8F2EC", "text_wrap": True, "valign": "top"})
    formats = {kind: book.add_format({"num_format": code}) for kind, code in FORMATS.items()}
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.label, strong)
    for number, row in enumerate(rows, 1):
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write(sheet, number, place, column.kind, value, formats)
    _write_totals(book, sheet, columns, rows)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    book.close()
    return buffer.getvalue()


def _sheet_name(name: str) -> str:
    """A name that a spreadsheet takes: at most 31 characters, none of «[]:*?/\\», no apostrophe at its ends."""
    return re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name)[:31].strip(" '") or "Ark"


def _write(sheet, row, place, kind, value, formats) -> None:
    if value is None or value == "":
        return
    if kind == "kroner":
        sheet.write_number(row, place, value / 100, formats[kind])  # a cell is a float; the sum is taken from øre
    elif kind in ("integer", "decimal"):
        sheet.write_number(row, place, value, formats[kind])
    elif kind == "date":
        sheet.write_datetime(row, place, value.replace(tzinfo=None) if isinstance(value, datetime) else value, formats[kind])
    else:
        sheet.write_string(row, place, str(value), formats["text"])


def _write_totals(book, sheet, columns, rows) -> None:
    for place, column in enumerate(columns):
        if column.total and rows:
            strong = book.add_format({"bold": True, "num_format": FORMATS[column.kind], "top": 1})
            letter = xlsxwriter.utility.xl_col_to_name(place)
            total = sum(row[place] or 0 for row in rows)
            shown = total / 100 if column.kind == "kroner" else total
            sheet.write_formula(len(rows) + 1, place, f"=SUM({letter}2:{letter}{len(rows) + 1})", strong, shown)


def build_csv(columns: list[SheetColumn], rows: list[list]) -> bytes:
    """Semicolons, decimal comma, UTF-8 with a byte order mark: as a Danish spreadsheet opens it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.label for column in columns])
    for row in rows:
        writer.writerow([_cell(column.kind, value) for column, value in zip(columns, row, strict=True)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(kind: str, value) -> str:
    if value is None:
        return ""
    if kind == "kroner":
        return f"{'-' if value < 0 else ''}{abs(value) // 100},{abs(value) % 100:02}"
    if kind == "decimal":
        return f"{value:.2f}".replace(".", ",")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    text = str(value)
    return f"'{text}" if kind == "text" and text.startswith(DANGEROUS) else text
