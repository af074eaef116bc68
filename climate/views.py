"""The calculators for everybody who is signed in, and the register of factors to read and to take away as a file."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from climate import factor_sheet, superseding, trial, warnings
from climate.calculators import CALCULATORS
from climate.forms_of_factors import ALL, OLD, FactorFilter
from climate.models import Factor
from documents import sheets
from pages.access import SIGNED_IN, opens_to

ON_A_PAGE = 60


def calculator_or_404(slug: str):
    if slug not in CALCULATORS:
        raise Http404
    return CALCULATORS[slug]


@opens_to(SIGNED_IN)
@require_GET
def calculators(request):
    return render(request, "climate/calculators.html", {"calculators": CALCULATORS.values()})


@opens_to(SIGNED_IN)
@require_GET
def calculator(request, calculator):
    tried = trial.of(calculator_or_404(calculator), request.GET)
    return render(request, "climate/calculator.html", {"trial": tried, "calculator": tried.calculator})


@opens_to(SIGNED_IN)
@require_GET
def factors(request):
    choice, rows = _chosen(request)
    context = {
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
        "filter": choice,
        "warning": warnings.of_family(choice.cleaned_data.get("family", "")),
        "query": request.GET.urlencode(),
    }
    return render(request, "climate/factors.html", context)


@opens_to(SIGNED_IN)
@require_GET
def factors_csv(request):
    _choice, rows = _chosen(request)
    file = sheets.build_csv(factor_sheet.columns(), [factor_sheet.row(each) for each in rows])
    response = HttpResponse(file, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="klimafaktorer.csv"'
    return response


def _chosen(request):
    choice = FactorFilter(request.GET)
    choice.is_valid()
    return choice, narrowed(choice.cleaned_data)


def narrowed(choice: dict):
    rows = Factor.objects.select_related("source", "superseded_by")
    if choice.get("validity") == OLD:
        rows = rows.filter(valid_to__isnull=False)
    elif choice.get("validity") != ALL:
        rows = rows.filter(valid_to=None)
    if words := choice.get("q", "").strip():
        rows = rows.filter(Q(name__icontains=words) | Q(source__title__icontains=words) | Q(key__icontains=words))
    if family := choice.get("family"):
        rows = rows.filter(family=family)
    if source := choice.get("source"):
        rows = rows.filter(source=source)
    return rows


@opens_to(SIGNED_IN)
@require_GET
def factor(request, factor_id):
    row = get_object_or_404(Factor.objects.select_related("source", "superseded_by", "supersedes"), pk=factor_id)
    earlier = Factor.objects.filter(key=row.key).exclude(pk=row.pk).order_by("-valid_from", "-pk")
    context = {
        "factor": row,
        "before": getattr(row, "supersedes", None),
        "others": earlier,
        "used": row.calculations.count(),
        "method": warnings.method_of(row),
        "warnings": warnings.of_factor(row),
        "given": superseding.reason_of(row),
        "may_see_use": request.user.has_role(*superseding.SEE_USE),
        "may_supersede": row.valid_to is None and request.user.has_role(superseding.SUPERSEDES),
    }
    return render(request, "climate/factor.html", context)
