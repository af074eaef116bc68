"""A PDF as a screen reader meets it: its structure in order, with the text that each element marks.

Reads the structure tree and the content streams themselves, so that it sees what is marked and what is not.
"""

import io
import re
from collections import defaultdict

import pikepdf

SHOWS = {"Tj", "TJ", "'", '"'}
PAINTS = SHOWS | {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "EI"}
BLOCKS = {"H1", "H2", "H3", "P", "LI", "Caption", "TH", "TD"}


class Reading:
    """The elements of a PDF: `elements` as (tag, text), `unmarked` what is painted outside every mark."""

    def __init__(self, content: bytes):
        self.pdf = pikepdf.open(io.BytesIO(content))
        self.root = self.pdf.Root
        self.unmarked, self._text = [], {}
        for number, page in enumerate(self.pdf.pages):
            self._read_page(number, page)
        self._numbers = {page.objgen: number for number, page in enumerate(self.pdf.pages)}
        self.used: set[tuple[int, int]] = set()
        self.elements = [element for element in self._walk(self.root.StructTreeRoot.K) if element[1]]

    def _read_page(self, number: int, page) -> None:
        fonts = {name: self._to_unicode(font) for name, font in page.Resources.get("/Font", {}).items()}
        marks, decode = [], {}
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name in ("BDC", "BMC"):
                properties = operands[1] if len(operands) > 1 else {}
                marks.append((str(operands[0]), properties.get("/MCID")))
            elif name == "EMC":
                marks.pop()
            elif name == "Tf":
                decode = fonts[str(operands[0])]
            elif name in PAINTS and not marks:
                self.unmarked.append((number, name))
            if name in SHOWS and marks and marks[-1][1] is not None:
                key = (number, int(marks[-1][1]))
                self._text[key] = self._text.get(key, "") + self._shown(operands[-1], decode)

    @staticmethod
    def _to_unicode(font) -> dict[int, str]:
        table: dict[int, str] = {}
        cmap = bytes(font.ToUnicode.read_bytes()).decode("latin-1")
        for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.S):
            for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
                table[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
        return table

    @staticmethod
    def _shown(operand, decode) -> str:
        strings = [operand] if isinstance(operand, pikepdf.String) else [s for s in operand if isinstance(s, pikepdf.String)]
        raw = b"".join(bytes(string) for string in strings)
        return "".join(decode[int.from_bytes(raw[place : place + 2], "big")] for place in range(0, len(raw), 2))

    def _walk(self, nodes, page=None):
        for node in nodes:
            tag = str(node.S).removeprefix("/")
            if tag == "Figure":
                self.used.update((self._numbers[node.Pg.objgen], int(mark)) for mark in node.K)
                yield tag, str(node.Alt)
            elif tag in BLOCKS:
                yield tag, " ".join(self._marked(node).split())
            else:
                yield from self._walk(node.K)

    def _marked(self, node) -> str:
        number, parts = self._numbers[node.Pg.objgen], []
        kids = node.K if isinstance(node.K, pikepdf.Array) else [node.K]
        for kid in kids:
            if isinstance(kid, pikepdf.Dictionary):
                parts.append(self._marked(kid))
            else:
                self.used.add((number, int(kid)))
                parts.append(self._text.get((number, int(kid)), ""))
        return " ".join(parts)

    def of(self, *tags: str) -> list[str]:
        return [text for tag, text in self.elements if tag in tags]

    def nodes(self, tag: str, nodes=None) -> list:
        """Every structure element of a kind."""
        found = []
        for node in self.root.StructTreeRoot.K if nodes is None else nodes:
            if isinstance(node, pikepdf.Dictionary) and "/S" in node:
                found += [node] if f"/{tag}" == node.S else []
                if isinstance(node.get("/K"), pikepdf.Array):
                    found += self.nodes(tag, node.K)
        return found

    def kinds(self) -> dict[str, int]:
        counts: dict[str, int] = defaultdict(int)
        for tag, _text in self.elements:
            counts[tag] += 1
        return dict(counts)
