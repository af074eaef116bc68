"""«Gør det samme»: begin an application from a published project, or keep it until a round opens."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications import content, following, my_cases
from applications.door import Refused
from applications.forms.beginning import BeginForm
from applications.models import Result
from pages.access import SIGNED_IN, opens_to


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def begin(request, slug):
    rows = Result.objects.select_related("application")
    result = get_object_or_404(rows, slug=slug, status=Result.Status.PUBLISHED)
    units = my_cases.own_units(request.user)
    rounds = my_cases.open_rounds(units) if units else []
    units = [unit for unit in units if any(round_.is_open_for(unit) for round_ in rounds)] or units
    if not units or not rounds:
        return _keep(request, result, units)
    form = BeginForm(units, request.POST or None, rounds=rounds)
    if request.method == "POST" and (not form.fields or form.is_valid()):
        try:
            case = following.begin(request.user, form.answer("unit"), form.answer("round"), result)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kladden er oprettet. Ret den, så den passer til jer."))
            return redirect("applications:form-step", case.number, content.FORM_STEPS[0].slug)
    context = {"result": result, "public": result.public, "form": form, "rounds": rounds, "units": units}
    return render(request, "applications/writing/follow.html", context)


def _keep(request, result, units):
    """No round is open, or the person applies for no unit: say so, and let them keep the recipe."""
    if request.method == "POST" and units:
        following.keep(request.user, result)
        messages.success(request, _("Gemt. I finder opskriften under «Beskeder»."))
        return redirect("people:messages")
    context = {"result": result, "public": result.public, "units": units, "round": following.next_round()}
    return render(
        request, "applications/writing/follow_later.html", context, status=409 if request.method == "POST" else 200
    )
