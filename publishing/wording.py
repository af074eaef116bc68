"""Danish words for drafted text: small numbers in letters, one or many, whole sentences on one line."""

from documents.labels import readable, shortened
from pages.money import NO_BREAK_SPACE

LONGEST_STORY = 420
NEUTER = {"projekt", "tal"}
WORDS = ("nul", "én", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti")


def counted(count: int) -> str:
    """«én», «ni», «23»."""
    return WORDS[count] if count < len(WORDS) else f"{count:,}".replace(",", ".")


def many(count: int, one: str, several: str) -> str:
    """«én ansøgning», «ét projekt», «23 ansøgninger»."""
    word = "ét" if count == 1 and one.partition(" ")[0] in NEUTER else counted(count)
    return f"{word}{NO_BREAK_SPACE}{one if count == 1 else several}"


def first_large(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def full_stop(sentence: str) -> str:
    """«520.000 kr.» at the end of a sentence has its full stop already."""
    return sentence if sentence.endswith("kr.") else f"{sentence}."


def one_line(text: str) -> str:
    return " ".join(readable(text.replace("\n", " ").replace("\t", " ")).split()).lstrip("-• ")


def opened(name: str) -> str:
    """A name that can begin a paragraph: one like «1. maj» or «# …» would begin a list or a heading."""
    return name if name[:1].isalpha() else f"Enheden {name}"


def closed(text: str) -> str:
    """A unit's words as whole sentences: one line, with a full stop."""
    line = one_line(text)
    return line if not line or line[-1] in ".!?»" else f"{line}."


def cut(text: str, length: int = LONGEST_STORY) -> str:
    """As many whole sentences as there is room for."""
    line = closed(text)
    if len(line) <= length:
        return line
    kept = line[:length].rpartition(". ")[0]
    return f"{kept}." if kept else shortened(line, length)


def join(parts: list[str]) -> str:
    """«a, b og c»."""
    return " og ".join(filter(None, [", ".join(parts[:-1]), parts[-1]])) if parts else ""
