"""How hard a Danish text is to read: LIX = words ÷ sentences + 100 × long words ÷ words (C.H. Björnsson, «Läsbarhet», 1968).

A long word has more than six letters. Sentences end at a full stop, «!», «?» or «:», and where a heading, a paragraph or an
item of a list ends; not at «f.eks.», «ca. 12», «3. februar», «12.500» or «12:30». A web or mail address is one short word:
nobody reads it. Knows words and bands; refuses nothing, and says nothing of a text without words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

LONG = 6
FEW = 50  # with fewer words one long word more or less moves the number
# from which number on, in words and in the tone of its badge; the usual bands of the index in Danish
BANDS = [
    (55, gettext_lazy("meget svær"), "warning"),
    (45, gettext_lazy("svær"), "warning"),
    (35, gettext_lazy("middel"), "info"),
    (25, gettext_lazy("let"), "success"),
    (0, gettext_lazy("meget let"), "success"),
]
HARD = 45
ADDRESS = re.compile(r"https?:|www\.|[^@\s]+@[^@\s]+\.|[\w-]+(\.[\w-]+)*\.(dk|com|eu|org|net|info|io)\b", re.IGNORECASE)
ITEM = re.compile(r"\s*(?:[-–—•*·▪◦]|\(?\d{1,3}[.)]|\(?[a-zæøå]\))\s+")
AROUND = "«»\"'“”‘’„()[]{}<>*_,;…–—-"
# their dot never ends a sentence, since something must follow
FOLLOWED = re.compile(
    r"f\.eks|fx|eks|bl\.a|ca|kl|nr|pr|jfr?|dvs|d\.v\.s|evt|inkl|ekskl|hhv|pkt|vedr|mht|m\.h\.t|ift|iht|p\.?g\.?a|hr|dr|prof|skt|tlf|afd|sml"
)
# their dot ends a sentence when a capital follows
PERHAPS = re.compile(
    r"kr|mio|mia|pct|stk|mm|mv|m\.m|m\.v|m\.?fl|osv|o\.?l|o\.lign|lign|etc|e\.l|el|årg|bd|s|fr|gl|dir|maks|min|gns"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|okt|nov|dec|\d+|"
)


@dataclass(frozen=True)
class Readability:
    words: int
    sentences: int
    long_words: int
    longest: str = ""  # the sentence with most words

    @property
    def exact(self) -> Fraction:
        return (
            Fraction(self.words, self.sentences) + Fraction(100 * self.long_words, self.words) if self.words else Fraction(0)
        )

    @property
    def score(self) -> int | None:
        """The number that is shown, half rounded up; none for a text without words."""
        return int(self.exact + Fraction(1, 2)) if self.words else None

    @property
    def _band(self) -> tuple:
        return next(band for band in BANDS if self.score >= band[0])

    @property
    def band(self) -> str:
        return str(self._band[1]) if self.words else ""

    @property
    def tone(self) -> str:
        return self._band[2] if self.words else "neutral"

    @property
    def is_short(self) -> bool:
        return self.words < FEW

    @property
    def tips(self) -> list[str]:
        """What would help most, when the text is hard."""
        if not self.words or self.score < HARD:
            return []
        tips = []
        if (length := Fraction(self.words, self.sentences)) > 15:
            tips.append(_("Skriv kortere sætninger. I snit har de %s ord.") % int(length + Fraction(1, 2)))
        if (share := Fraction(100 * self.long_words, self.words)) > 30:
            tips.append(
                _("Brug kortere ord. %(share)s ud af 100 ord har mere end %(long)s bogstaver.")
                % {"share": int(share + Fraction(1, 2)), "long": LONG}
            )
        return tips

    @property
    def counted(self) -> str:
        """«120 ord, 9 sætninger, 31 lange ord»."""
        return ", ".join(
            [
                ngettext("%s ord", "%s ord", self.words) % self.words,
                ngettext("%s sætning", "%s sætninger", self.sentences) % self.sentences,
                ngettext("%s langt ord", "%s lange ord", self.long_words) % self.long_words,
            ]
        )


def lix(text: str) -> Readability:
    """The count of a text that a person typed."""
    sentences = [(sentence, found) for sentence in _sentences(text) if (found := _words(sentence))]
    words = [word for _sentence, found in sentences for word in found]
    longest = max(sentences, key=lambda pair: len(pair[1]), default=("", []))[0]
    return Readability(len(words), len(sentences), sum(_letters(word) > LONG for word in words), longest)


def _words(sentence: str) -> list[str]:
    """Whatever has a letter or a digit; «og/eller» is two words, «CO2-regnskab» one."""
    parts: list[str] = []
    for token in sentence.split():
        parts += [token] if ADDRESS.match(token.lstrip(AROUND)) else re.split(r"[/–—]", token)
    return [part for part in parts if any(letter.isalnum() for letter in part)]


def _letters(word: str) -> int:
    return 0 if ADDRESS.match(word.lstrip(AROUND)) else sum(letter.isalpha() for letter in word)


# ── where a sentence ends ───────────────────────────────────────────────────────────────────────────────────────────


def _sentences(text: str) -> Iterator[str]:
    for block in _blocks(text):
        tokens, begun = block.split(), 0
        for place, token in enumerate(tokens, 1):
            if place == len(tokens) or _ends(token, tokens[place]):
                yield " ".join(tokens[begun:place])
                begun = place


def _blocks(text: str) -> Iterator[str]:
    """Paragraphs, headings and items. A line that goes on in small letters is a line that was only broken."""
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        item = ITEM.match(line)
        bare = (line[item.end() :] if item else line).strip()
        goes_on = bool(bare) and not item and not bare.lstrip(AROUND)[:1].isupper()
        if block and not goes_on:
            yield " ".join(block)
            block = []
        if bare:
            block.append(bare)
    if block:
        yield " ".join(block)


def _ends(token: str, following: str) -> bool:
    """Does a sentence end with this word, when that one follows?"""
    core = token.rstrip("«»\"'“”‘’)]")
    if core[-1:] in ("!", "?", ":"):
        return True
    if core[-1:] not in (".", "…"):
        return False
    word = core.rstrip(".…").lstrip(AROUND)
    if FOLLOWED.fullmatch(word.lower()) or (len(word) == 1 and word.isupper()):  # H. C. Andersen
        return False
    if PERHAPS.fullmatch(word.lower()) or core.endswith(("…", "..")):  # «3. februar», but «i 2026. Vi …»
        return following.lstrip(AROUND)[:1].isupper()
    return True
