"""The calculators inside an application: choose, answer, see the result, take it into the form, let it go again."""

from django.contrib import messages
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications import calculating, content, drafts
from applications.states import State
from applications.views.loading import answered
from applications.views.writing import closed, load_to_write
from climate import trial
from climate.calculators import CALCULATORS
from climate.views import calculator_or_404
from pages.access import SIGNED_IN, opens_to

REPLACES = "erstat"
SHORT = 10


def is_open(request, case) -> bool:
    return "effects" in drafts.open_fields(case, request.user)


def to_effects(case):
    if case.state == State.AWAITING_INFORMATION:
        return reverse("applications:answer-questions", args=[case.number]) + "#effects"
    return reverse("applications:form-step", args=[case.number, content.STEP_OF["effects"]]) + "#effects"


@opens_to(SIGNED_IN)
@require_GET
def calculators(request, number):
    case = load_to_write(request, number)
    if not is_open(request, case):
        return closed(request, case)
    context = {"case": case, "calculators": CALCULATORS.values(), "back": to_effects(case)}
    return render(request, "applications/writing/calculators.html", context)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def calculate(request, number, calculator):
    case, chosen = load_to_write(request, number), calculator_or_404(calculator)
    if not is_open(request, case):
        return closed(request, case)
    data = request.POST if request.method == "POST" else request.GET
    tried, replaced = trial.of(chosen, data), _replaced(case, data)
    if request.method == "POST" and tried.saves:
        with answered(request) as call:
            calculating.take_in(case.pk, request.user, chosen.slug, tried.answers, replaced and replaced.pk)
        if call.done:
            messages.success(request, _("Tallet er sat ind som en virkning. Beregningen følger med ansøgningen."))
            return redirect(to_effects(case))
    keep = [(REPLACES, str(replaced.pk))] if replaced else []
    context = {"case": case, "trial": tried, "calculator": chosen, "replaced": replaced, "keep": keep}
    return render(request, "applications/writing/calculate.html", context | {"back": to_effects(case)})


@opens_to(SIGNED_IN)
@require_GET
def recalculate(request, number, calculation_id):
    """The calculator with the answers of then, reckoned with the factors of now."""
    case = load_to_write(request, number)
    found = _of_case(case, calculation_id)
    query = QueryDict(mutable=True)
    query.update(found.answers | {REPLACES: str(found.pk)})
    address = reverse("applications:calculate", args=[case.number, found.calculator])
    return redirect(f"{address}?{query.urlencode()}")


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def let_go(request, number, calculation_id):
    case = load_to_write(request, number)
    found = _of_case(case, calculation_id)
    if request.method == "POST":
        with answered(request) as call:
            calculating.let_go(case.pk, request.user, found.pk)
        if call.done:
            messages.success(request, _("Beregningen er fjernet. Tallet står som jeres eget."))
        return redirect(to_effects(case))
    context = {"case": case, "calculation": found, "back": to_effects(case)}
    return render(request, "applications/writing/let_go.html", context)


def _of_case(case, calculation_id):
    """A calculation that stands behind one of the case's effects."""
    for effect in case.effects.all():
        if effect.calculation_id == calculation_id:
            return effect.calculation
    raise Http404


def _replaced(case, data):
    """The calculation that the new one takes the place of; none when it is not there any more."""
    key = data.get(REPLACES, "")
    if not (key.isascii() and key.isdigit() and len(key) < SHORT):
        return None
    return next((effect.calculation for effect in case.effects.all() if effect.calculation_id == int(key)), None)
