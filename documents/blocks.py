"""What a document is made of. One list of blocks becomes a PDF, a DOCX and plain text, so a document is declared once.

Blocks hold finished Danish text; they know no case. Table cells are text; `align` is "left" or "right".
"""

import re
from dataclasses import dataclass, field, replace
from typing import Self


@dataclass(frozen=True)
class Heading:
    """`anchor`: the name under which a list of contents finds its page."""

    text: str
    level: int = 2
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    text: str
    strong: bool = False


@dataclass(frozen=True)
class Numbered:
    items: list[str]


@dataclass(frozen=True)
class Bullets:
    items: list[str]


@dataclass(frozen=True)
class Facts:
    """Pairs of a label and what it says."""

    pairs: list[tuple[str, str]]


@dataclass(frozen=True)
class Column:
    """`width` is a share of the table; a table whose columns all have one is laid out by them."""

    label: str
    align: str = "left"
    width: int = 0


@dataclass(frozen=True)
class Table:
    """`row_headers`: the first cell of each row is its header. `foot`: one closing row of sums. Without rows: `empty`."""

    caption: str
    columns: list[Column]
    rows: list[list[str]]
    foot: list[str] = field(default_factory=list)
    row_headers: bool = True
    empty: str = "Ingen."

    @property
    def widths(self) -> list[float]:
        """Each column's share in percent, or none of them."""
        total = sum(column.width for column in self.columns)
        return [round(100 * column.width / total, 2) for column in self.columns] if total else []

    def lean(self) -> Self:
        """The table without columns in which no row says anything."""
        kept = [place for place in range(len(self.columns)) if not self.rows or any(row[place] for row in self.rows)]
        cut = [[cells[place] for place in kept] if cells else [] for cells in (self.columns, self.foot, *self.rows)]
        return replace(self, columns=cut[0], foot=cut[1], rows=cut[2:])

    @property
    def is_short(self) -> bool:
        """Few enough rows to stand on one page."""
        return len(self.rows) <= 16

    @property
    def aligned_rows(self) -> list[list[tuple[str, Column]]]:
        """Each cell with its column."""
        return [list(zip(row, self.columns, strict=True)) for row in self.rows]

    @property
    def aligned_foot(self) -> list[tuple[str, Column]]:
        return list(zip(self.foot, self.columns, strict=True))


@dataclass(frozen=True)
class Figure:
    """A drawing (SVG that we made ourselves, "" for none) with the same numbers as a table below it (documents.charts)."""

    title: str
    drawing: str
    table: Table
    notes: list[str] = field(default_factory=list)

    @property
    def is_narrow(self) -> bool:
        """Picture and table have room beside each other."""
        columns = self.table.columns
        is_lean = len(columns) <= 3 and all(column.align == "right" for column in columns[1:])
        return bool(self.drawing) and is_lean and len(self.table.rows) <= 12


@dataclass(frozen=True)
class KeyFigures:
    """A few numbers that stand out: (what is shown large, what it counts)."""

    items: list[tuple[str, str]]


@dataclass(frozen=True)
class PageBreak:
    """A new page; `wide` turns it, and those after it, on their side."""

    wide: bool = False


Block = Heading | Paragraph | Numbered | Bullets | Facts | Table | Figure | KeyFigures | PageBreak


def by_page(blocks: list[Block]) -> list[tuple[bool, list[Block]]]:
    """The blocks of each run of pages, and whether it lies on its side."""
    runs: list[tuple[bool, list[Block]]] = [(False, [])]
    for block in blocks:
        if isinstance(block, PageBreak):
            runs.append((block.wide, []))
        else:
            runs[-1][1].append(block)
    return runs


def without_drawings(blocks: list[Block]) -> list[Block]:
    """The blocks where a drawing has no place: a figure as its numbers and notes, key figures as a list."""
    return [part for block in blocks for part in _plain(block)]


def _plain(block: Block) -> list[Block]:
    match block:
        case Figure():
            return [block.table, *map(Paragraph, block.notes)]
        case KeyFigures(items=items):
            return [Bullets([f"{value} {what}" for value, what in items])]
    return [block]


def paragraphs(text: str) -> list[Block]:
    """Blocks of a text that a person typed: empty lines part paragraphs, «1. » and «- » lines become lists."""
    blocks: list[Block] = []
    for chunk in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        lines = [line.strip() for line in chunk.splitlines() if line.strip()]
        if not lines:
            continue
        if [_number_of(line) for line in lines] == list(range(1, len(lines) + 1)):
            blocks.append(Numbered([line.partition(". ")[2] for line in lines]))
        elif all(line.startswith("- ") for line in lines):
            blocks.append(Bullets([line[2:] for line in lines]))
        else:
            blocks.append(Paragraph("\n".join(lines)))
    return blocks


def _number_of(line: str) -> int:
    """The number a line begins with, 0 without one."""
    number, dot, _rest = line.partition(". ")
    return int(number) if dot and number.isascii() and number.isdigit() and len(number) < 4 else 0
