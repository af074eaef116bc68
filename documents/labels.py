"""Any text made to fit where there is little room, as beside a bar: short lines without signs that turn or hide letters.

What is left out shows as «…»; who shortens a text here has it whole elsewhere.
"""

import unicodedata

UNSAID = ("Cc", "Cs", "Cn", "Co")  # letters that XML refuses or nobody can read


def readable(text: str) -> str:
    """The text without such letters."""
    return "".join(letter for letter in text if unicodedata.category(letter) not in UNSAID)


def shortened(text: str, length: int) -> str:
    """One line without signs that turn or hide letters, at most `length` long, «…» for what is left out."""
    shown = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
    clean = " ".join("".join(c for c in readable(shown) if unicodedata.category(c) != "Cf").split())
    return clean if len(clean) <= length else clean[: length - 1].rstrip() + "…"


def in_lines(text: str, length: int, most: int) -> list[str]:
    """At most `most` lines of at most `length` letters; the last one says when there was more."""
    words, lines = shortened(text, 400).split(), [""]
    while words and len(lines[-1]) + 1 + len(words[0]) <= length + (not lines[-1]):
        lines[-1] = f"{lines[-1]} {words.pop(0)}".strip()
        if words and len(lines) < most and len(lines[-1]) + 1 + len(words[0]) > length:
            lines.append("")
    rest = " ".join(words)
    lines[-1] = shortened(f"{lines[-1]} {rest}".strip(), length) if rest else lines[-1]
    return lines
