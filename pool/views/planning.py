"""The form of a round: a new one, or the rules of one that is there."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from journal import clock
from pages.access import opens_to
from pool import rounds
from pool.acts import KEEPS_ROUNDS
from pool.forms.plan import RoundPlan
from pool.models import PoolYear, Round


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def edit_round(request, round_id=None):
    if round_id is None and not PoolYear.objects.exists():
        messages.info(request, _("Økonomi skal oprette et puljeår, før du kan lave en runde."))
        return redirect("pool:rounds")
    round = get_object_or_404(Round.objects.select_related("pool_year"), pk=round_id) if round_id else _blank(request)
    if round.archived_at:
        messages.info(request, _("Runden ligger i arkivet og kan ikke rettes."))
        return redirect("pool:round", round_id)
    title = round.name if round_id else ""
    plan = RoundPlan(round, request.POST if request.method == "POST" else None)
    if request.method == "POST" and plan.saved(request.user):
        messages.success(request, _("Runden er oprettet.") if plan.is_new else _("Runden er gemt."))
        return redirect("pool:round", plan.round.pk)
    learned = rounds.learned_before(plan.round) if plan.round.announced_at is None else []
    context = {"plan": plan, "round_id": round_id, "title": title, "learned": learned}
    return render(request, "pool/rounds/edit.html", context)


def _blank(request) -> Round:
    """A new round in the year that the list showed, or this one."""
    asked = request.GET.get("aar", "")
    number = int(asked) if asked.isdecimal() and len(asked) == len("2026") else clock.today().year
    years = PoolYear.objects
    return Round(pool_year=years.filter(year=number).first() or years.first())
