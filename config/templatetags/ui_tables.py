"""What a wide table needs to be read on a phone, where each row is a card: every value with the name of its column.

Reads the markup of our own templates, in which no table stands within another. Refuses text that nobody has escaped. A cell
stays as it is when its column has no name, when it is empty, and when it spans several columns; the first cell of a row is
the card's heading and is not named.
"""

import re

from django.utils.html import strip_tags
from django.utils.safestring import SafeString

HEAD = re.compile(r"<th\b[^>]*scope=\"col\"[^>]*>(.*?)</th>", re.DOTALL)
TAG = re.compile(r"<(/?)(tbody|tr|td|th)\b([^>]*)>")
NOTHING = re.compile(r"\s*</td>")
SPAN = re.compile(r"(colspan|rowspan)=\"(\d+)\"")


def columns(content: str) -> int:
    return len(HEAD.findall(content))


def with_names(content: SafeString) -> SafeString:
    """The same markup, each value in a box of its own with its column's name as `data-label`."""
    if not isinstance(content, SafeString):
        raise TypeError("a table's content is rendered, and so escaped, before it gets here")
    names = [" ".join(strip_tags(head).split()) for head in HEAD.findall(content)]
    head, cut, body = content.partition("</thead>")
    named = head + cut + TAG.sub(_Cells(names), body)
    return SafeString(named)  # nosec B703  what came in was escaped, and the names are words of it


class _Cells:
    """Walks the cells of a table's body and knows at which column each one stands, whatever spans rows or columns."""

    def __init__(self, names: list[str]):
        self.names, self.place, self.is_boxed = names, 0, False
        self.taken: dict[int, int] = {}  # rows that a cell from above still stands in, by column

    def __call__(self, found: re.Match) -> str:
        closes, tag, rest = found.groups()
        if tag in ("tbody", "tr"):
            self._turn_row(tag, bool(closes))
            return found[0]
        if closes:
            boxed, self.is_boxed = self.is_boxed and tag == "td", False
            return "</div></td>" if boxed else found[0]
        spans = dict(SPAN.findall(rest))
        at = self._stands_at(spans)
        is_named = tag == "td" and 0 < at < len(self.names) and self.names[at] and "colspan" not in spans
        if not is_named or NOTHING.match(found.string, found.end()):
            return found[0]
        self.is_boxed = True
        return f'<td{rest} data-label="{self.names[at]}"><div>'

    def _turn_row(self, tag: str, closes: bool) -> None:
        if tag == "tbody":
            self.taken = {}  # no cell reaches out of its group
        elif closes:
            self._pass_taken(range(self.place, len(self.names)))
        else:
            self.place = 0

    def _pass_taken(self, columns) -> None:
        for column in columns:
            self.taken[column] = max(self.taken.get(column, 0) - 1, 0)

    def _stands_at(self, spans: dict[str, str]) -> int:
        while self.taken.get(self.place):
            self._pass_taken([self.place])
            self.place += 1
        at, self.place = self.place, self.place + int(spans.get("colspan", 1))
        for column in range(at, self.place):
            self.taken[column] = int(spans.get("rowspan", 1)) - 1
        return at
