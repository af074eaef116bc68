"""The list of rounds by year, and a round with its rules, its money, its story and what may be done."""

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from journal import clock
from pages.access import opens_to
from people.roles import Role
from pool import acts, cases, rounds, story
from pool.models import Extension, PoolYear, Round
from pool.views.account import READERS as ACCOUNT_READERS
from pool.views.account import figures_of

READERS = (*ACCOUNT_READERS, Role.CO_ASSESSOR)
TONES = {
    Round.Status.PLANNED: "warning",
    Round.Status.OPEN: "success",
    Round.Status.CLOSED: "info",
    Round.Status.DECIDED: "info",
    Round.Status.ARCHIVED: "neutral",
}


@opens_to(*READERS)
@require_GET
def listed(request):
    years = list(PoolYear.objects.all())
    year = _chosen(years, request.GET.get("aar", ""))
    context = {
        "year": year,
        "rows": _rows(request.user, year) if year else [],
        "tabs": [
            {"label": str(row), "url": f"{reverse('pool:rounds')}?aar={row.year}", "current": row == year} for row in years
        ],
        "may_plan": request.user.has_role(*acts.KEEPS_ROUNDS),
    }
    return render(request, "pool/rounds/list.html", context)


def _chosen(years: list[PoolYear], asked: str) -> PoolYear | None:
    """The year that was asked for, or the newest that has begun, or the first there is."""
    begun = [row for row in years if row.year <= clock.today().year]
    return next((row for row in years if str(row.year) == asked), None) or next(iter(begun or years[::-1]), None)


def _rows(person, year: PoolYear) -> list[dict]:
    shown = list(year.rounds.order_by("-opens", "-id"))
    counts = cases.counts(row.pk for row in shown)
    return [_row(person, row, counts.get(row.pk, cases.Counts())) for row in shown]


def _row(person, round: Round, counts: cases.Counts) -> dict:
    status = rounds.status_of(round, counts)
    label = status.label if round.announced_at or round.archived_at else _("Planlagt, ikke annonceret")
    address = cases.list_address(person, round.pk)
    return {"round": round, "standing": status, "status": label, "tone": TONES[status], "counts": counts, "address": address}


@opens_to(*READERS)
@require_GET
def page(request, round_id):
    extensions = Prefetch("extensions", Extension.objects.select_related("unit").order_by("unit__name"))
    rows = Round.objects.select_related("pool_year", "committee", "cloned_from").prefetch_related(extensions)
    round = get_object_or_404(rows, pk=round_id)
    criteria, gates = list(round.criteria.all()), list(round.gates.all())
    total = sum(row.weight for row in criteria)
    row = _row(request.user, round, cases.counts([round.pk]).get(round.pk, cases.Counts()))
    context = row | {
        "figures": figures_of(round.pool_year, round),
        "reads_account": request.user.has_role(*ACCOUNT_READERS),
        "criteria": [(row, 100 * row.weight / total) for row in criteria],
        "required": [row for row in gates if row.required],
        "optional": [row for row in gates if not row.required],
        "acts": acts.offered(round, row["standing"], request.user),
        "story": story.entries(round.subject),
        "more": cases.more(request.user, round.pk),
    }
    return render(request, "pool/rounds/page.html", context)
