"""What was expected of a project beside what was measured, what the numbers rest on, and the calculators inside a report."""

from django.contrib import messages
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications import effects, measuring
from applications.models import Project, StatusReport
from applications.roles import may
from applications.views.loading import answered, load
from climate import trial
from climate.calculators import CALCULATORS
from climate.views import calculator_or_404
from pages.access import SIGNED_IN, opens_to

REPLACES = "erstat"


@opens_to(SIGNED_IN)
@require_GET
def page(request, number):
    case = load(request, number, "see_project")
    project = get_object_or_404(Project, pk=case.pk)
    report = effects.counting_report(project)
    reported = _rows(report)
    context = {
        "case": case,
        "report": report,
        "pairs": effects.side_by_side(case, reported),
        "sums": effects.sums(reported),
        "calculations": [(row, row.calculation) for row in (*case.effects.all(), *reported) if row.calculation],
        "drafts": _drafts(request, case, project),
        "reports": project.reports.filter(sent_at__isnull=False).order_by("-sent_at", "-pk"),
        "accepted": project.vouchers.filter(status="accepted").count(),
    }
    return render(request, "applications/effects/page.html", context)


def _rows(report):
    related = ("calculation", "expected", "overlaps")
    return list(report.measured_effects.select_related(*related)) if report else []


def _drafts(request, case, project):
    """(draft, its effects, what it should reckon anew) for who writes the reports."""
    if not may(request.user, case, "write_report"):
        return []
    open_ones = [report for report in project.reports.filter(sent_at=None) if measuring.is_open(report, case)]
    return [(report, _rows(report), measuring.outdated(report)) for report in open_ones]


# ── the calculators inside a report ─────────────────────────────────────────────────────────────────────────────────


def _draft(request, number, report_id):
    """(case, draft) for who writes it; 404 when the case has no such draft."""
    case = load(request, number, "write_report")
    report = get_object_or_404(StatusReport, pk=report_id, project=case.pk, sent_at=None)
    if not measuring.is_open(report, case):
        raise Http404
    return case, report


def back_to(case, report):
    return reverse("applications:write-report", args=[case.number, report.slug])


@opens_to(SIGNED_IN)
@require_GET
def calculators(request, number, report_id):
    case, report = _draft(request, number, report_id)
    context = {"case": case, "report": report, "calculators": CALCULATORS.values(), "back": back_to(case, report)}
    return render(request, "applications/effects/calculators.html", context)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def calculate(request, number, report_id, calculator):
    case, report = _draft(request, number, report_id)
    chosen, data = calculator_or_404(calculator), request.POST if request.method == "POST" else request.GET
    tried, replaced = trial.of(chosen, data), _replaced(report, data)
    if request.method == "POST" and tried.saves:
        with answered(request) as call:
            measuring.take_in(report, request.user, chosen.slug, tried.answers, replaced and replaced.pk)
        if call.done:
            messages.success(request, _("Tallet er sat ind i rapporten som beregnet, med faktorerne fra i dag."))
            return redirect(back_to(case, report) + "#effects-title")
    keep = [(REPLACES, str(replaced.pk))] if replaced else []
    context = {"case": case, "report": report, "trial": tried, "calculator": chosen, "replaced": replaced, "keep": keep}
    return render(request, "applications/effects/calculate.html", context | {"back": back_to(case, report)})


@opens_to(SIGNED_IN)
@require_GET
def recalculate(request, number, report_id, effect_id):
    """The calculator with the answers of then, reckoned with the factors of now."""
    case, report = _draft(request, number, report_id)
    effect = get_object_or_404(report.measured_effects.exclude(calculation=None), pk=effect_id)
    query = QueryDict(mutable=True)
    query.update(effect.calculation.answers | {REPLACES: str(effect.pk)})
    address = reverse("applications:calculate-in-report", args=[case.number, report.pk, effect.calculation.calculator])
    return redirect(f"{address}?{query.urlencode()}")


def _replaced(report, data):
    """The calculated effect that the new one takes the place of; none when it is not there any more."""
    key = data.get(REPLACES, "")
    rows = report.measured_effects.exclude(calculation=None)
    return next((row for row in rows if str(row.pk) == key), None)
