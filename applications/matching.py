"""Which line of the finance system answers to which booking of the pool: pure sums and words, nothing stored.

Sure: same amount and supplier, days that fit, no other case named, and no second line or booking that fits as well.
Doubtful, each with the reason in words: several alike, another spelling, a far day, an amount with VAT, several that
together make one. Who decides is a person; a pair that was rejected is not proposed again.
"""

import itertools
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from people.file_columns import plain

DAYS = 45  # a bill is booked within this many days of its date (own assumption: 30 days net and a weekend or two)
MOST_TOGETHER = 4
MOST_OF_ONE = 14  # of one supplier, when sums are tried
MOST_PAIRS = 2_500  # of one amount, when spellings are compared
CASE = re.compile(r"(?<!\d)20\d{2}-\d{3,4}(?!\d)")
COMPANY = re.compile(r"\b(aps|a/s|as|i/s|is|ivs|k/s|amba|a\.m\.b\.a\.?|p/s)\b\.?", re.IGNORECASE)


def bare(supplier: str) -> str:
    """A supplier's name as it is compared: without the kind of company, spaces and signs."""
    return plain(COMPANY.sub(" ", supplier))


@dataclass(frozen=True)
class Line:
    """`key`: what the caller knows it by. `rejected`: keys of bookings it is not."""

    key: object
    date: date
    amount: int
    supplier: str
    words: str = ""
    rejected: frozenset = frozenset()


@dataclass(frozen=True)
class Booking:
    key: object
    date: date
    amount: int
    supplier: str
    case: str


@dataclass(frozen=True)
class Proposal:
    lines: tuple[Line, ...]
    bookings: tuple[Booking, ...]
    sure: bool
    why: str = ""


@dataclass
class Left:
    """What is not yet proposed, and the proposals so far."""

    lines: dict = field(default_factory=dict)
    bookings: dict = field(default_factory=dict)
    proposals: list[Proposal] = field(default_factory=list)

    def take(self, lines, bookings, *, sure: bool = False, why: str = "") -> bool:
        """Propose, unless one of them is taken or the pair was rejected."""
        if any(line.key not in self.lines for line in lines) or any(each.key not in self.bookings for each in bookings):
            return False
        if any(each.key in line.rejected for line in lines for each in bookings):
            return False
        for line in lines:
            del self.lines[line.key]
        for each in bookings:
            del self.bookings[each.key]
        self.proposals.append(Proposal(tuple(lines), tuple(bookings), sure, why))
        return True


def propose(lines: list[Line], bookings: list[Booking]) -> list[Proposal]:
    """The best answers that can be found; every line and every booking is in one of them at most."""
    left = Left({line.key: line for line in lines}, {each.key: each for each in bookings})
    for way in (_sure_by_case, _sure, _alike, _other_spelling, _with_vat, _together):
        way(left)
    return left.proposals


def near(line: Line, booking: Booking) -> bool:
    return abs((line.date - booking.date).days) <= DAYS


def _cases(line: Line) -> set[str]:
    return set(CASE.findall(line.words))


def _grouped(left: Left, key_of_line, key_of_booking):
    """(lines, bookings) that share a key, by their day; groups that have only one side are left out."""
    groups: dict = defaultdict(lambda: ([], []))
    for line in left.lines.values():
        if (key := key_of_line(line)) is not None:
            groups[key][0].append(line)
    for each in left.bookings.values():
        if (key := key_of_booking(each)) in groups:
            groups[key][1].append(each)
    for lines, bookings in groups.values():
        if lines and bookings:
            yield sorted(lines, key=lambda row: row.date), sorted(bookings, key=lambda row: row.date)


def _sure_by_case(left: Left) -> None:
    """The line names the case, and in it one booking has its amount and supplier."""

    def key(line: Line):
        cases = _cases(line)
        return (line.amount, bare(line.supplier), *cases) if len(cases) == 1 else None

    for lines, bookings in _grouped(left, key, lambda row: (row.amount, bare(row.supplier), row.case)):
        if len(lines) == len(bookings) == 1 and near(lines[0], bookings[0]):
            left.take(lines, bookings, sure=True)


def _sure(left: Left) -> None:
    for lines, bookings in _grouped(left, _amount_and_supplier, _amount_and_supplier):
        if len(lines) == len(bookings) == 1 and near(lines[0], bookings[0]) and _cases(lines[0]) <= {bookings[0].case}:
            left.take(lines, bookings, sure=True)


def _amount_and_supplier(row):
    return row.amount, bare(row.supplier)


def _alike(left: Left) -> None:
    """Same amount and supplier, but several of them, a far day, or another case's number."""
    for lines, bookings in _grouped(left, _amount_and_supplier, _amount_and_supplier):
        several = len(lines) > 1 or len(bookings) > 1
        for line, booking in zip(lines, bookings, strict=False):
            if several:
                why = _("Flere har samme beløb og leverandør.")
            elif not near(line, booking):
                why = _("Datoerne ligger langt fra hinanden.")
            else:
                why = _("Linjen nævner en anden sag.")
            left.take([line], [booking], why=why)


def _other_spelling(left: Left) -> None:
    """Same amount, days that fit: the more of the names agrees, the sooner."""
    for lines, bookings in _grouped(left, lambda row: row.amount, lambda row: row.amount):
        if len(lines) * len(bookings) > MOST_PAIRS:
            continue
        pairs = [(line, each) for line in lines for each in bookings if near(line, each)]
        pairs.sort(key=lambda pair: (-_likeness(*pair), abs((pair[0].date - pair[1].date).days)))
        for line, booking in pairs:
            left.take([line], [booking], why=_("Beløbet passer, men leverandøren er skrevet anderledes."))


def _likeness(line: Line, booking: Booking) -> int:
    """How many words of the booking's supplier the line has anywhere; its case's number counts more."""
    said = {plain(word) for word in f"{line.supplier} {line.words}".split()}
    words = {plain(word) for word in COMPANY.sub(" ", booking.supplier).split()} - {""}
    return len(words & said) + 5 * (booking.case in _cases(line))


def _with_vat(left: Left) -> None:
    """The finance system's amount is the booking's with 25 % VAT on top."""
    for lines, bookings in _grouped(
        left, lambda row: (row.amount * 4, bare(row.supplier)), lambda row: (row.amount * 5, bare(row.supplier))
    ):
        for line, booking in zip(lines, bookings, strict=False):
            left.take([line], [booking], why=_("Beløbet i filen ser ud til at være med moms."))


def _together(left: Left) -> None:
    """Several bookings of a supplier make one line, or several lines one booking."""
    for lines, bookings in _grouped(left, lambda row: bare(row.supplier) or None, lambda row: bare(row.supplier)):
        few_lines, few = lines[:MOST_OF_ONE], bookings[:MOST_OF_ONE]
        for line, parts in _sums(few_lines, few):
            left.take([line], parts, why=_("%(count)s bilag giver tilsammen beløbet.") % {"count": len(parts)})
        for booking, parts in _sums(few, few_lines):
            left.take(parts, [booking], why=_("%(count)s linjer giver tilsammen beløbet.") % {"count": len(parts)})


def _sums(wholes, parts):
    """Each whole with two to four parts whose sum it is."""
    made = defaultdict(list)
    for count in range(2, MOST_TOGETHER + 1):
        for some in itertools.combinations(parts, count):
            made[sum(part.amount for part in some)].append(some)
    for whole in wholes:
        for some in made.get(whole.amount, []):
            yield whole, some
