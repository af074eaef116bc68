"""Blocks as plain text, to copy into another system section by section."""

from documents.blocks import Block, Bullets, Facts, Heading, Numbered, PageBreak, Paragraph, Table, without_drawings


def as_text(blocks: list[Block]) -> str:
    """One string: paragraphs parted by an empty line, lists with their marks, tables tab-separated."""
    return "\n\n".join(part for block in without_drawings(blocks) if (part := _text(block)))


def _text(block: Block) -> str:
    match block:
        case Heading(text=text) | Paragraph(text=text):
            return text
        case Numbered(items=items):
            return "\n".join(f"{place}. {item}" for place, item in enumerate(items, 1))
        case Bullets(items=items):
            return "\n".join(f"- {item}" for item in items)
        case Facts(pairs=pairs):
            return "\n".join(f"{label}: {value}" for label, value in pairs)
        case Table(rows=[]):
            return f"{block.caption}\n{block.empty}"
        case Table():
            rows = [[column.label for column in block.columns], *block.rows, *([block.foot] if block.foot else [])]
            return "\n".join([block.caption, *("\t".join(_one_line(cell) for cell in row) for row in rows)])
        case PageBreak():
            return ""


def _one_line(cell: str) -> str:
    """A cell that keeps its row together when it is pasted."""
    return " ".join(cell.split())
