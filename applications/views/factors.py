"""A factor's use in cases, for staff, and giving it a new number, for the consultant."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications import factor_use
from applications.roles import visible_to
from climate import superseding, warnings
from climate.forms_of_factors import SupersedeForm
from climate.models import Factor
from pages.access import opens_to

MOST = 100
CONFIRMED = "confirmed"


@opens_to(*superseding.SEE_USE)
@require_GET
def use(request, factor_id):
    """Counts of everything; links to the cases that the person may see."""
    factor = get_object_or_404(Factor, pk=factor_id)
    found, seen = factor_use.of(factor), visible_to(request.user)
    context = {
        "factor": factor,
        "use": found,
        "cases": [*seen.filter(pk__in=found.drafts.values("pk")), *seen.filter(pk__in=found.sent.values("pk"))[:MOST]],
        "reports": [*_seen(found.draft_reports, seen), *_seen(found.sent_reports, seen)[:MOST]],
        "most": MOST,
    }
    return render(request, "applications/factors/use.html", context)


def _seen(reports, cases):
    return reports.filter(project__in=cases.values("pk"))


@opens_to(superseding.SUPERSEDES)
@require_http_methods(["GET", "POST"])
def supersede(request, factor_id):
    factor = get_object_or_404(Factor.objects.select_related("source", "superseded_by"), pk=factor_id)
    form = SupersedeForm(factor, request.POST or None)
    if request.method == "POST" and form.is_valid() and CONFIRMED in request.POST:
        new = _supersede(request, factor, form)
        if new:
            messages.success(request, _("Det nye tal gælder fra i dag. Det fremgår af de kladder, der bruger det gamle."))
            return redirect("climate:factor", new.pk)
    asks = request.method == "POST" and form.is_valid()
    context = {"factor": factor, "form": form, "use": factor_use.of(factor), "warnings": warnings.of_factor(factor)}
    template = "confirm" if asks else "supersede"
    return render(request, f"applications/factors/{template}.html", context)


def _supersede(request, factor, form):
    """The new factor, or None with the reason told."""
    try:
        return superseding.supersede(factor.pk, request.user, **form.facts())
    except superseding.Implausible as refusal:
        for name, words in refusal.errors.items():
            form.add_error(name, words)
    except superseding.NotInForce as refusal:
        form.add_error(None, str(refusal))
    return None
