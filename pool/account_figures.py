"""A year's account up to and with a day: each of its figures is a sum of moves, so the list behind it gives it to the øre.

Budget − Reserveret − Disponeret − Forbrug + Tilbageført = Rest (domain guide 3). «Disponeret» is what was promised and is
not spent, before anything was given back; what was given back stands in a column of its own. The rest is told twice:

* til ny bevilling: what may still be promised. It is the year's pocket «available» on that day.
* regnskabsmæssigt: Budget − Forbrug, what the books call unspent; promises count only when they are spent.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import BigIntegerField, Case, F, Q, Sum, When, Window
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pool.models import LAWFUL_MOVES, LedgerEntry, Pocket, PoolYear

OUTSIDE, AVAILABLE, RESERVED, COMMITTED, SPENT = Pocket
Way = tuple[str, str]


@dataclass(frozen=True)
class Figure:
    """`weights`: how a move of a way counts, +1 or −1; ways that are not named do not count."""

    key: str
    label: str
    says: str
    weights: dict[Way, int]


BUDGET = {(OUTSIDE, AVAILABLE): 1, (AVAILABLE, OUTSIDE): -1}
HELD = {(AVAILABLE, RESERVED): 1, (RESERVED, AVAILABLE): -1, (RESERVED, COMMITTED): -1}
PROMISED = {(RESERVED, COMMITTED): 1, (AVAILABLE, COMMITTED): 1, (COMMITTED, SPENT): -1, (SPENT, COMMITTED): 1}
USED = {(COMMITTED, SPENT): 1, (SPENT, COMMITTED): -1}
RETURNED = {(COMMITTED, AVAILABLE): 1}


def _sum(*parts: tuple[int, dict[Way, int]]) -> dict[Way, int]:
    """The weights of a figure that is made of others; ways that cancel out are left out."""
    found = {way: sum(sign * weights.get(way, 0) for sign, weights in parts) for way in LAWFUL_MOVES}
    return {way: weight for way, weight in found.items() if weight}


TIED = _sum((1, HELD), (1, PROMISED), (1, USED), (-1, RETURNED))
FIGURES = {
    figure.key: figure
    for figure in [
        Figure("budget", _("Budget"), _("Byrådets bevilling med tillæg, nedsættelser og overførsler"), BUDGET),
        Figure("reserveret", _("Reserveret"), _("Godkendt af en leder, venter på udvalget"), HELD),
        Figure("disponeret", _("Disponeret"), _("Bevilget og ikke brugt, før det, der er ført tilbage"), PROMISED),
        Figure("forbrug", _("Forbrug"), _("Bilag og omplaceringer, som Økonomi har godkendt"), USED),
        Figure("tilbagefoert", _("Tilbageført"), _("Bevilget, men givet tilbage til puljen"), RETURNED),
        Figure("bundet", _("Bundet og brugt"), _("Reserveret + disponeret + forbrug − tilbageført"), TIED),
        Figure(
            "rest",
            _("Rest til ny bevilling"),
            _("Budget − reserveret − disponeret − forbrug + tilbageført: kan stadig bevilges"),
            _sum((1, BUDGET), (-1, TIED)),
        ),
        Figure(
            "regnskab",
            _("Rest regnskabsmæssigt"),
            _("Budget − forbrug: det, regnskabet viser som ikke brugt"),
            _sum((1, BUDGET), (-1, USED)),
        ),
    ]
}
OF_YEAR = ["budget", "reserveret", "disponeret", "forbrug", "tilbagefoert", "rest", "regnskab"]
OF_PART = ["reserveret", "disponeret", "forbrug", "tilbagefoert", "bundet"]


def until(year: PoolYear, day: date):
    """The year's moves up to and with the day, as the clock runs in Denmark."""
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    return LedgerEntry.objects.filter(pool_year=year, at__lt=end)


def value(figure: Figure, sums: dict[Way, int]) -> int:
    return sum(weight * sums.get(way, 0) for way, weight in figure.weights.items())


def behind(entries, figure: Figure):
    """Those of the moves that count in the figure, newest first, each with its `effect` and the `balance` after it."""
    plus, minus = _ways(figure, 1), _ways(figure, -1)
    effect = Case(When(plus, then=F("amount")), When(minus, then=-F("amount")), output_field=BigIntegerField())
    counted = entries.filter(plus | minus).annotate(effect=effect)
    window = Window(Sum("effect"), order_by=[F("at").asc(), F("id").asc()])
    return counted.annotate(balance=window).order_by("-at", "-id")


def _ways(figure: Figure, sign: int) -> Q:
    ways = [Q(source=source, target=target) for (source, target), weight in figure.weights.items() if weight == sign]
    found = Q(pk__in=[])
    for way in ways:
        found |= way
    return found
