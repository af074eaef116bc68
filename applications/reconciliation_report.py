"""What a file and the pool say of each other: every line and every booking in one row, and the difference to the øre.

The file's sum minus the pool's is the sum of the differences of the kinds of rows, because each line (but those that an
earlier file had) and each booking of the pool stands in exactly one of them.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import pool_bookings
from applications.matching import Booking
from applications.models import FinanceFile, FinanceLine, FinanceMatch
from documents.sheets import SheetColumn

DOUBT, SURE, CONFIRMED = "tvivl", "sikre", "bekraeftet"
ONLY_FILE, ONLY_POOL, NOT_OURS, REPEATED = "kun-i-filen", "kun-i-puljen", "ikke-puljens", "gengangere"
# in the order of what is left to do
KINDS = {
    DOUBT: gettext_lazy("Tvivl"),
    ONLY_FILE: gettext_lazy("Kun i filen"),
    ONLY_POOL: gettext_lazy("Kun i puljen"),
    SURE: gettext_lazy("Sikre"),
    CONFIRMED: gettext_lazy("Bekræftet"),
    NOT_OURS: gettext_lazy("Ikke puljens"),
    REPEATED: gettext_lazy("Gengangere"),
}
MEANS = {
    DOUBT: gettext_lazy("Linje og bilag passer næsten. Du tager stilling."),
    ONLY_FILE: gettext_lazy("Står i økonomisystemet, men puljen har ikke bogført det."),
    ONLY_POOL: gettext_lazy("Puljen har bogført det, men det står ikke i en fil, der er læst ind."),
    SURE: gettext_lazy("Beløb, leverandør, dato og sag passer. Bekræft dem samlet."),
    CONFIRMED: gettext_lazy("Nogen har sagt, at de hører sammen."),
    NOT_OURS: gettext_lazy("Står på kontoen, men er ikke puljens."),
    REPEATED: gettext_lazy("Linjen stod også i en tidligere fil og tæller ikke med her."),
}
OF_STATUS = {FinanceMatch.Status.EXACT: SURE, FinanceMatch.Status.DOUBT: DOUBT, FinanceMatch.Status.CONFIRMED: CONFIRMED}


@dataclass
class Row:
    """What belongs together: lines of the file, bookings of the pool, and why it is so."""

    kind: str
    lines: list[FinanceLine] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    why: str = ""
    match: FinanceMatch | None = None

    @property
    def in_file(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def in_pool(self) -> int:
        return sum(booking.amount for booking in self.bookings)

    @property
    def difference(self) -> int:
        return self.in_file - self.in_pool


@dataclass(frozen=True)
class Total:
    kind: str
    label: str
    means: str
    lines: int
    in_file: int
    bookings: int
    in_pool: int

    @property
    def difference(self) -> int:
        return self.in_file - self.in_pool


def rows_of(file: FinanceFile) -> list[Row]:
    """Every row of the file, what is left to do first. Five queries, however many lines."""
    matched, made, rows = pool_bookings.in_matches(file), {}, []
    for line in file.lines.select_related("match", "repeats__file", "not_ours_by"):
        if line.match_id is None:
            rows.append(_alone(line))
        elif line.match_id in made:
            made[line.match_id].lines.append(line)
        else:
            row = _of_match(line.match, matched.get(line.match_id, []))
            row.lines.append(line)
            made[line.match_id] = row
            rows.append(row)
    rows += [Row(ONLY_POOL, bookings=[booking]) for booking in pool_bookings.unmatched(file.last_day)]
    order = list(KINDS)
    return sorted(rows, key=lambda row: order.index(row.kind))


def _of_match(match: FinanceMatch, matched: list) -> Row:
    standing = [row for row in matched if pool_bookings.still_stands(row)]
    bookings = [pool_bookings.as_booking(row.voucher or row.order) for row in standing]
    if len(standing) < len(matched):
        return Row(DOUBT, bookings=bookings, why=_("Godkendelsen af bilaget er fortrudt."), match=match)
    return Row(OF_STATUS[match.status], bookings=bookings, why=match.why, match=match)


def _alone(line: FinanceLine) -> Row:
    if line.repeats_id:
        why = _("Linje %(row)s i «%(file)s»") % {"row": line.repeats.row, "file": line.repeats.file.name}
        return Row(REPEATED, [line], why=why)
    if line.not_ours:
        return Row(NOT_OURS, [line], why=line.not_ours)
    return Row(ONLY_FILE, [line])


def totals_of(rows: list[Row]) -> list[Total]:
    """One total a kind, in order; lines that an earlier file had do not count."""
    totals = []
    for kind, label in KINDS.items():
        of = [row for row in rows if row.kind == kind]
        lines, bookings = sum(len(row.lines) for row in of), sum(len(row.bookings) for row in of)
        counted = of if kind != REPEATED else []
        in_file, in_pool = sum(row.in_file for row in counted), sum(row.in_pool for row in counted)
        totals.append(Total(kind, str(label), str(MEANS[kind]), lines, in_file, bookings, in_pool))
    return totals


def whole(totals: list[Total]) -> Total:
    """The last row of the table: the file's sum, the pool's, and their difference."""
    counted = [total for total in totals if total.kind != REPEATED]
    sums = [sum(getattr(total, name) for total in counted) for name in ("lines", "in_file", "bookings", "in_pool")]
    return Total("", _("I alt"), "", *sums)


def sheet_columns() -> list[SheetColumn]:
    return [
        SheetColumn(_("Resultat")),
        SheetColumn(_("Linje"), "integer"),
        SheetColumn(_("Dato"), "date"),
        SheetColumn(_("Leverandør"), width=30),
        SheetColumn(_("Reference"), width=20),
        SheetColumn(_("Tekst"), width=30),
        SheetColumn(_("Beløb i filen"), "kroner"),
        SheetColumn(_("Sag")),
        SheetColumn(_("Leverandør i puljen"), width=30),
        SheetColumn(_("Dato i puljen"), "date"),
        SheetColumn(_("Beløb i puljen"), "kroner"),
        SheetColumn(_("Hvorfor"), width=40),
    ]


def sheet_rows(rows: list[Row]) -> list[list]:
    """Lines and bookings beside each other; a line of its own for each where several belong together."""
    cells = []
    for row in rows:
        for place in range(max(len(row.lines), len(row.bookings))):
            line = row.lines[place] if place < len(row.lines) else None
            booking = row.bookings[place] if place < len(row.bookings) else None
            of_line = [line.row, line.date, line.supplier, line.reference, line.text, line.amount] if line else [None] * 6
            of_pool = [booking.case, booking.supplier, booking.date, booking.amount] if booking else [None] * 4
            cells.append([str(KINDS[row.kind]), *of_line, *of_pool, row.why])
    return cells
