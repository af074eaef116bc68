"""The moves behind every figure: which pockets a figure holds, its list of moves, its balance after each of them.

A figure is a set of pockets. A move counts in it when it crosses the border of that set: in is plus, out is minus. So
a figure is the sum of its list by construction, and what moves inside the set is not listed. What is left of a round
is its ceiling minus what the round holds, and its list begins with the ceiling.
"""

from dataclasses import dataclass

from django.db.models import BigIntegerField, Case, F, Q, Sum, Value, When, Window
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.sheets import SheetColumn
from pool import cases
from pool.models import LedgerEntry, Pocket, PoolYear, Round

AVAILABLE, RESERVED, COMMITTED, SPENT = Pocket.AVAILABLE, Pocket.RESERVED, Pocket.COMMITTED, Pocket.SPENT
USED = frozenset({RESERVED, COMMITTED, SPENT})


@dataclass(frozen=True)
class Figure:
    key: str
    label: str
    says: str
    pockets: frozenset[Pocket]
    of_round: bool = False


FIGURES = {
    figure.key: figure
    for figure in [
        Figure(
            "bevilling",
            gettext_lazy("Bevilling"),
            gettext_lazy("Alt, hvad byrådet har givet til året, med overførsler"),
            USED | {AVAILABLE},
        ),
        Figure(
            "til-raadighed",
            gettext_lazy("Til rådighed"),
            gettext_lazy("Kan stadig bevilges"),
            frozenset({AVAILABLE}),
        ),
        Figure(
            "reserveret",
            gettext_lazy("Reserveret"),
            gettext_lazy("Godkendt af en leder, venter på udvalget"),
            frozenset({RESERVED}),
        ),
        Figure(
            "disponeret",
            gettext_lazy("Disponeret"),
            gettext_lazy("Bevilget, men ikke brugt endnu"),
            frozenset({COMMITTED}),
        ),
        Figure(
            "forbrug",
            gettext_lazy("Forbrug"),
            gettext_lazy("Udbetalt og godkendt af økonomi"),
            frozenset({SPENT}),
        ),
        Figure(
            "ikke-brugt",
            gettext_lazy("Ikke brugt endnu"),
            gettext_lazy("Bevillingen minus forbruget: resten i regnskabet"),
            frozenset({AVAILABLE, RESERVED, COMMITTED}),
        ),
        Figure(
            "tilbage",
            gettext_lazy("Tilbage af rammen"),
            gettext_lazy("Rammen minus reserveret, disponeret og forbrug"),
            USED,
            of_round=True,
        ),
    ]
}
OF_YEAR = ["bevilling", "til-raadighed", "reserveret", "disponeret", "forbrug", "ikke-brugt"]
OF_ROUND = ["reserveret", "disponeret", "forbrug", "tilbage"]
# what a move is called, by what it does
NAMES = {
    (Pocket.OUTSIDE, AVAILABLE): gettext_lazy("Bevilling"),
    (AVAILABLE, Pocket.OUTSIDE): gettext_lazy("Bevilling sat ned"),
    (AVAILABLE, RESERVED): gettext_lazy("Reserveret"),
    (RESERVED, AVAILABLE): gettext_lazy("Reservation frigivet"),
    (RESERVED, COMMITTED): gettext_lazy("Bevilget"),
    (AVAILABLE, COMMITTED): gettext_lazy("Bevilget uden reservation"),
    (COMMITTED, SPENT): gettext_lazy("Udbetalt"),
    (SPENT, COMMITTED): gettext_lazy("Udbetaling ført tilbage"),
    (COMMITTED, AVAILABLE): gettext_lazy("Bevilget beløb ført tilbage"),
}


@dataclass(frozen=True)
class MoveRow:
    """One move as a page or a file shows it. `effect` and `balance` are None when no figure is asked about."""

    entry: LedgerEntry
    name: str
    decision: str
    case: str
    address: str
    effect: int | None
    balance: int | None

    @property
    def actor(self) -> str:
        return str(self.entry.cause.actor or _("Systemet"))


def value_of(figure: Figure, account: PoolYear | Round) -> int:
    """The figure as the year's or the round's own pockets say it, in øre."""
    held = sum(getattr(account, pocket.value) for pocket in figure.pockets if hasattr(account, pocket.value))
    return account.ceiling - held if figure.of_round else held


def behind(year: PoolYear, figure: Figure | None = None, round: Round | None = None):
    """The moves, newest first, annotated with `effect` and `balance` when a figure is asked about."""
    entries = LedgerEntry.objects.filter(pool_year=year).order_by("-at", "-id")
    if round is not None:
        entries = entries.filter(round=round)
    if figure is None:
        return entries
    inside, outside = Q(target__in=figure.pockets), ~Q(target__in=figure.pockets)
    into, out = inside & ~Q(source__in=figure.pockets), outside & Q(source__in=figure.pockets)
    plus, minus = (-F("amount"), F("amount")) if figure.of_round else (F("amount"), -F("amount"))
    effect = Case(When(into, then=plus), When(out, then=minus), default=Value(0), output_field=BigIntegerField())
    entries = entries.filter(into | out).annotate(effect=effect)
    return entries.annotate(balance=Window(Sum("effect"), order_by=[F("at").asc(), F("id").asc()]))


def opening(figure: Figure | None, round: Round | None) -> int:
    """What the list begins with: the ceiling for what is left of a round, else nothing."""
    return round.ceiling if figure and figure.of_round and round else 0


def rows(entries, person, start: int = 0) -> list[MoveRow]:
    """Rows of some moves for a person: a case is linked when the person may see it. Two queries."""
    entries = list(entries)
    addresses = cases.addresses(person, [entry.cause.subject for entry in entries])
    return [_row(entry, addresses.get(entry.cause.subject, ""), start) for entry in entries]


def _row(entry: LedgerEntry, address: str, start: int) -> MoveRow:
    kind, _slash, number = entry.cause.subject.partition("/")
    effect, balance = getattr(entry, "effect", None), getattr(entry, "balance", None)
    return MoveRow(
        entry=entry,
        name=_name(entry),
        decision=str(entry.cause.payload.get("beslutning", "")),
        case=number if kind not in ("pulje", "runde") else "",
        address=address,
        effect=effect,
        balance=None if balance is None else start + int(balance),
    )


def _name(entry: LedgerEntry) -> str:
    if entry.cause.step != "carry_over":
        return str(NAMES[entry.source, entry.target])
    if entry.source == Pocket.OUTSIDE:
        return _("Overført fra %(year)s") % {"year": entry.cause.subject.partition("/")[2]}
    return _("Overført til %(year)s") % {"year": entry.cause.payload.get("til", "")}


def sheet_columns(figure: Figure | None) -> list[SheetColumn]:
    columns = [
        SheetColumn(_("Dato"), "date"),
        SheetColumn(_("Hvad skete der"), width=30),
        SheetColumn(_("Beslutning"), width=30),
        SheetColumn(_("Runde"), width=24),
        SheetColumn(_("Sag")),
        SheetColumn(_("Fra")),
        SheetColumn(_("Til")),
        SheetColumn(_("Beløb"), "kroner"),
        SheetColumn(_("Hvem"), width=24),
    ]
    if figure:
        columns += [SheetColumn(_("Virkning"), "kroner"), SheetColumn(_("Saldo"), "kroner")]
    return columns


def sheet_row(row: MoveRow, day) -> list:
    entry = row.entry
    cells = [day, row.name, row.decision, entry.round.name if entry.round else "", row.case]
    cells += [entry.get_source_display(), entry.get_target_display(), entry.amount, row.actor]
    return cells if row.balance is None else [*cells, row.effect, row.balance]
