"""The calculators for everybody who is signed in, and the register of factors to read."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from climate import trial
from climate.calculators import CALCULATORS
from climate.forms import FactorFilter
from climate.models import Factor
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
    choice = FactorFilter(request.GET)
    choice.is_valid()
    page = Paginator(narrowed(choice.cleaned_data), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "climate/factors.html", {"page": page, "filter": choice})


def narrowed(choice: dict):
    rows = Factor.objects.select_related("source")
    if not choice.get("also_old"):
        rows = rows.filter(valid_to=None)
    if words := choice.get("q", "").strip():
        rows = rows.filter(Q(name__icontains=words) | Q(source__title__icontains=words) | Q(key__icontains=words))
    if family := choice.get("family"):
        rows = rows.filter(family=family)
    return rows


@opens_to(SIGNED_IN)
@require_GET
def factor(request, factor_id):
    row = get_object_or_404(Factor.objects.select_related("source", "superseded_by"), pk=factor_id)
    earlier = Factor.objects.filter(key=row.key).exclude(pk=row.pk).order_by("-valid_from", "-pk")
    context = {"factor": row, "others": earlier, "used": row.calculations.count()}
    return render(request, "climate/factor.html", context)
