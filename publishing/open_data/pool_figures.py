"""The pool's figures per year and per round, as rows: what was appropriated, granted, spent and given back, and how many.

Appropriated, spent and given back are sums of the ledger's moves; granted is the sum of the grants that are open data, so
that these rows and the list of grants say the same. A round is told once it is announced, its applications when its deadline
is past. Refusals are a number, never a name.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from django.db.models import Count, Q, Sum

from applications.models import Application
from applications.states import State
from journal import clock
from pool.account_figures import BUDGET, RETURNED, USED, Way
from pool.models import LedgerEntry, PoolYear, Round
from publishing.open_data.grants import open_grants

COUNTED = ("ansoegninger", "tilskud", "afslag", "afsluttede", "bevilget")


def rows() -> Iterator[dict]:
    """Each year, and after it its rounds, the newest first."""
    moves, counts = _moves(), _counts()
    rounds = list(Round.objects.filter(announced_at__isnull=False).order_by("-opens", "-pk"))
    for year in PoolYear.objects.order_by("-year"):
        own = [each for each in rounds if each.pool_year_id == year.pk]
        appropriated = _sum(moves, BUDGET, lambda at_year, _round, pk=year.pk: at_year == pk)
        money = _money(moves, lambda at_year, _round, pk=year.pk: at_year == pk)
        yield _row(year, None, appropriated, money, sum((counts[each.pk] for each in own), Counter()))
        for each in own:
            money = _money(moves, lambda _year, at_round, pk=each.pk: at_round == pk)
            yield _row(year, each, None, money, counts[each.pk])


def _row(year: PoolYear, round_: Round | None, appropriated: int | None, money: dict, counts: Counter) -> dict:
    return {
        "aar": year.year,
        "runde": round_.name if round_ else "",
        "ramme": round_.ceiling if round_ else None,
        "budget": appropriated,
        "bevilget": counts["bevilget"],
        **money,
        **{name: counts[name] for name in COUNTED[:-1]},
    }


Chosen = Callable[[int, int | None], bool]


def _money(moves: dict, chosen: Chosen) -> dict[str, int]:
    return {"brugt": _sum(moves, USED, chosen), "tilbage": _sum(moves, RETURNED, chosen)}


def _sum(moves: dict, weights: dict[Way, int], chosen: Chosen) -> int:
    return sum(
        weights.get((source, target), 0) * amount
        for (year, round_, source, target), amount in moves.items()
        if chosen(year, round_)
    )


def _moves() -> dict[tuple, int]:
    """{(year, round, from, to): øre}."""
    named = ("pool_year", "round", "source", "target")
    sums = LedgerEntry.objects.order_by().values_list(*named).annotate(total=Sum("amount"))
    return {tuple(way): total for *way, total in sums}


def _counts() -> dict[int, Counter]:
    """{round: how many, and what was granted}."""
    past, letter = Q(round__deadline__lte=clock.now()), Q(letter_released_at__isnull=False)
    asked = Application.objects.order_by().values_list("round")
    told = asked.annotate(
        sent=Count("pk", filter=past & Q(submitted_at__isnull=False)),
        refused=Count("pk", filter=letter & Q(state=State.REFUSED)),
        done=Count("pk", filter=Q(state=State.COMPLETED)),
    )
    found = {pk: Counter() for pk in Round.objects.values_list("pk", flat=True)}
    for pk, sent, refused, done in told:
        found[pk].update(ansoegninger=sent, afslag=refused, afsluttede=done)
    granted = open_grants().order_by().values_list("round").annotate(many=Count("pk"), amount=Sum("granted_amount"))
    for pk, many, amount in granted:
        found[pk].update(tilskud=many, bevilget=amount)
    return found
