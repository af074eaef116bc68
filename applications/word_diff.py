"""What changed between two texts, word by word, so that a reader sees the one word that is new in a long answer.

Short answers (an amount, a day, a yes) and texts that have little in common are shown whole: before, then after.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, GONE, NEW = "same", "gone", "new"
WHOLE_BELOW = 6  # words
LITTLE_IN_COMMON = 0.3


@dataclass(frozen=True)
class Piece:
    """A stretch of text: kept, taken out or added."""

    kind: str
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in reading order; what was taken out stands before what came instead."""
    old, new = _words(before), _words(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if min(len(old), len(new)) < WHOLE_BELOW or matcher.ratio() < LITTLE_IN_COMMON:
        return _pieces((GONE, before), (NEW, after))
    found = []
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            found.append((SAME, "".join(old[i:j])))
        else:
            found += [(GONE, "".join(old[i:j])), (NEW, "".join(new[k:m]))]
    return _pieces(*found)


def _words(text: str) -> list[str]:
    """Words with the space that follows them, so that the pieces join to the text again."""
    return re.findall(r"\S+\s*|\s+", text)


def _pieces(*pairs: tuple[str, str]) -> list[Piece]:
    return [Piece(kind, text) for kind, text in pairs if text]
