"""What a document is made of. One list of blocks becomes a PDF, a DOCX and plain text, so a document is declared once.

Blocks hold finished Danish text; they know no case. Table cells are text; `align` is "left" or "right".
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    """`wide` stands with a wide table on its landscape page."""

    text: str
    level: int = 2
    wide: bool = False


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
    label: str
    align: str = "left"


@dataclass(frozen=True)
class Table:
    """`row_headers`: the first cell of each row is its header. `foot`: one closing row of sums."""

    caption: str
    columns: list[Column]
    rows: list[list[str]]
    foot: list[str] = field(default_factory=list)
    row_headers: bool = True
    wide: bool = False

    @property
    def aligned_rows(self) -> list[list[tuple[str, Column]]]:
        """Each cell with its column."""
        return [list(zip(row, self.columns, strict=True)) for row in self.rows]

    @property
    def aligned_foot(self) -> list[tuple[str, Column]]:
        return list(zip(self.foot, self.columns, strict=True))


@dataclass(frozen=True)
class PageBreak:
    pass


Block = Heading | Paragraph | Numbered | Bullets | Facts | Table | PageBreak


def paragraphs(text: str) -> list[Block]:
    """Blocks of a text that a person typed: empty lines part paragraphs, «1. » and «- » lines become lists."""
    blocks: list[Block] = []
    for chunk in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in chunk.splitlines() if line.strip()]
        if not lines:
            continue
        if all(_number_of(line) for line in lines):
            blocks.append(Numbered([line.partition(". ")[2] for line in lines]))
        elif all(line.startswith("- ") for line in lines):
            blocks.append(Bullets([line[2:] for line in lines]))
        else:
            blocks.append(Paragraph("\n".join(lines)))
    return blocks


def _number_of(line: str) -> bool:
    number, dot, _rest = line.partition(". ")
    return bool(dot) and number.isdigit()
