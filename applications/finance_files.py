"""A file from the finance system, read: where its headings are, which column is what, and what each line says.

Headings are looked for in the first 20 rows; columns are guessed by their names, else by what they hold, and a person can
correct the guess. Amounts are Danish: «1.234,50», the minus in front, behind, or as parentheses; debit and credit may have a
column each. One line that cannot be read stops the whole file: nothing is half imported.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pages.money import parse_kroner
from people.file_columns import plain

MOST_LINES = 10_000
HEADINGS_WITHIN = 20
MOST_FAULTS = 50
EARLIEST, LATEST = 2000, 2099
Rows = list[tuple[int, list[str]]]
FIELDS = {
    "date": (gettext_lazy("Dato"), ("dato", "bogføringsdato", "bogføringsdag", "posteringsdato", "bilagsdato", "date", "valørdato")),
    "amount": (gettext_lazy("Beløb"), ("beløb", "beløb i kr", "beløb dkk", "beløb kr", "nettobeløb", "amount", "saldobevægelse")),
    "debit": (gettext_lazy("Debet"), ("debet", "debit")),
    "credit": (gettext_lazy("Kredit"), ("kredit", "credit")),
    "supplier": (gettext_lazy("Leverandør"), ("leverandør", "leverandørnavn", "kreditor", "kreditornavn", "modtager", "navn", "supplier")),
    "reference": (gettext_lazy("Reference"), ("reference", "bilagsnummer", "bilagsnr", "bilag", "fakturanummer", "fakturanr", "ordrenummer", "sagsnummer")),
    "text": (gettext_lazy("Tekst"), ("tekst", "posteringstekst", "bemærkning", "text", "beskrivelse")),
}  # fmt: skip
SUMS = frozenset({"alt", "sum", "total", "saldo", "primosaldo", "ultimosaldo", "subtotal"})
BESIDE_SUMS = frozenset({"i", "pr", "for", "kr", "dkk", "den", "perioden", "konto", "kontoen", "primo", "ultimo"})
DAY = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4}|\d{2})")
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d.*)?")
RUN_DAY = re.compile(r"(20\d{2})(\d{2})(\d{2})")


@dataclass(frozen=True)
class Line:
    row: int
    date: date
    amount: int
    supplier: str = ""
    reference: str = ""
    text: str = ""


@dataclass(frozen=True)
class Mapping:
    """`headings` is the number of the row with the headings; a field's column counts from 0. `sign`: −1 turns amounts."""

    headings: int
    columns: dict[str, int]
    sign: int = 1

    def stored(self) -> dict:
        return {"headings": self.headings, "columns": self.columns, "sign": self.sign}

    @property
    def lacks(self) -> str:
        """What a mapping needs before lines can be read, or ""."""
        if "date" not in self.columns:
            return _("Vælg kolonnen med datoen.")
        if "amount" not in self.columns and not {"debit", "credit"} <= self.columns.keys():
            return _("Vælg kolonnen med beløbet, eller både debet og kredit.")
        if len(set(self.columns.values())) < len(self.columns):
            return _("Du har valgt den samme kolonne to gange.")
        return ""


# ── which column is what ────────────────────────────────────────────────────────────────────────────────────────────


def guess(rows: Rows) -> Mapping:
    """By the headings; a date and an amount that no heading names are found by what the columns hold."""
    number, cells = max(rows[:HEADINGS_WITHIN], key=lambda row: len(_named(row[1])))
    columns = _named(cells)
    below = [row for row in rows if row[0] > number] if columns else rows
    if not columns:
        number = 0
    for name, reads in (("date", read_day), ("amount", read_amount)):
        if name not in columns and not (name == "amount" and {"debit", "credit"} <= columns.keys()):
            place = _holds(below, reads, set(columns.values()))
            if place is not None:
                columns[name] = place
    return Mapping(number, columns, _sign(below, columns))


def _named(cells: list[str]) -> dict[str, int]:
    found = {}
    for name, (_label, words) in FIELDS.items():
        known = [plain(word) for word in words]
        places = [(known.index(plain(cell)), place) for place, cell in enumerate(cells) if plain(cell) in known]
        if places:
            found[name] = min(places)[1]
    if {"debit", "credit"} <= found.keys():
        found.pop("amount", None)
    else:
        found.pop("debit", None), found.pop("credit", None)
    return found


def _holds(rows: Rows, reads, taken: set[int]) -> int | None:
    """The column, not yet taken, in which most of the first rows can be read so; at least two thirds of what is there."""
    best, most = None, 0
    sample = rows[:200]
    for place in range(max((len(cells) for _number, cells in sample), default=0)):
        said = [cells[place] for _number, cells in sample if place < len(cells) and cells[place]]
        good = sum(1 for cell in said if _reads(reads, cell))
        if place not in taken and good > most and good * 3 >= len(said) * 2:
            best, most = place, good
    return best


def _reads(reads, cell: str) -> bool:
    try:
        reads(cell)
    except ValidationError:
        return False
    return True


def _sign(rows: Rows, columns: dict[str, int]) -> int:
    """Some systems write an expense with a minus: then most amounts have one."""
    place = columns.get("amount")
    if place is None:
        return 1
    cells = [cells[place] for _number, cells in rows if place < len(cells) and _reads(read_amount, cells[place])]
    below = sum(1 for cell in cells if read_amount(cell) < 0)
    return -1 if below * 2 > len(cells) else 1


# ── what a cell says ────────────────────────────────────────────────────────────────────────────────────────────────


def read_day(cell: str) -> date:
    try:
        if found := DAY.fullmatch(cell):
            year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
            return _within(date(year, int(found[2]), int(found[1])))
        if found := ISO_DAY.fullmatch(cell) or RUN_DAY.fullmatch(cell):
            return _within(date(int(found[1]), int(found[2]), int(found[3])))
    except ValueError:
        pass
    raise ValidationError(_("«%(cell)s» er ikke en dato som 31.12.2026.") % {"cell": cell[:40]})


def _within(day: date) -> date:
    if not EARLIEST <= day.year <= LATEST:
        raise ValueError(f"no year of a pool: {day.year}")
    return day


def read_amount(cell: str) -> int:
    """Øre, with the minus in front, behind, or as parentheses."""
    bare = cell.replace("\N{MINUS SIGN}", "-").replace(" ", "")
    sign = 1
    if bare.startswith("(") and bare.endswith(")"):
        sign, bare = -1, bare[1:-1]
    elif bare.startswith("-"):
        sign, bare = -1, bare[1:]
    elif bare.endswith("-") and not bare.endswith(",-"):
        sign, bare = -1, bare[:-1]
    else:
        bare = bare.removeprefix("+")
    try:
        return sign * parse_kroner(bare)
    except ValidationError:
        raise ValidationError(_("«%(cell)s» er ikke et beløb som 1.234,50.") % {"cell": cell[:40]}) from None


# ── what a line says ────────────────────────────────────────────────────────────────────────────────────────────────


def read(rows: Rows, mapping: Mapping) -> tuple[list[Line], list[int]]:
    """(the lines, the numbers of rows that hold none: sums, empty ones, amounts of nothing).

    Raises ValidationError with one sentence for each row that cannot be read, by its number in the file.
    """
    if mapping.lacks:
        raise ValidationError(mapping.lacks)
    lines, skipped, faults = [], [], []
    for number, cells in rows:
        if number <= mapping.headings:
            continue
        try:
            line = _line(number, cells, mapping)
            lines.append(line) if line else skipped.append(number)
        except ValidationError as refusal:
            faults.append(_("Linje %(number)s: %(why)s") % {"number": number, "why": refusal.messages[0]})
    if faults:
        more = len(faults) - MOST_FAULTS
        rest = [_("… og %(count)s linjer mere, der ikke kan læses.") % {"count": more}] if more > 0 else []
        raise ValidationError(faults[:MOST_FAULTS] + rest)
    if not lines:
        raise ValidationError(_("Der er ingen linjer med en dato og et beløb i filen."))
    return lines, skipped


def _line(number: int, cells: list[str], mapping: Mapping) -> Line | None:
    def cell(name: str) -> str:
        place = mapping.columns.get(name)
        return cells[place] if place is not None and place < len(cells) else ""

    day, amounts = cell("date"), [cell("amount"), cell("debit"), cell("credit")]
    if _is_sum(cells, day) or not (day or any(amounts)):
        return None
    if not any(amounts):
        raise ValidationError(_("der er ikke noget beløb."))
    if not day:
        raise ValidationError(_("der er ikke nogen dato."))
    amount = _amount(amounts) * mapping.sign
    said = {"supplier": cell("supplier")[:200], "reference": cell("reference")[:200], "text": cell("text")[:300]}
    return Line(number, read_day(day), amount, **said) if amount else None


def _is_sum(cells: list[str], day: str) -> bool:
    """«I alt», «Saldo pr. 30.06.2026»: words of a sum and nothing else, where a date should be or before it."""
    words = set(re.findall(r"[^\W\d_]+", next((cell for cell in cells if cell), "").casefold()))
    return bool(words & SUMS) and words <= SUMS | BESIDE_SUMS and not (day and _reads(read_day, day))


def _amount(cells: list[str]) -> int:
    amount, debit, credit = cells
    if amount:
        return read_amount(amount)
    return (read_amount(debit) if debit else 0) - (read_amount(credit) if credit else 0)
