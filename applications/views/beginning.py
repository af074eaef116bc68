"""The unit's own list of applications, and beginning a new one: empty or from a copy."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications import content, evaluation, ideas, my_cases
from applications.door import NotYours, Refused, create
from applications.forms.beginning import MOST_COPIES, BeginForm
from applications.states import PROJECT
from applications.views.loading import load
from pages.access import SIGNED_IN, opens_to
from pool.models import Round

PAGE = 60


@opens_to(SIGNED_IN)
@require_GET
def my_cases_page(request):
    units = my_cases.own_units(request.user)
    page = Paginator(my_cases.in_order(request.user), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "groups": my_cases.grouped(list(page), request.user),
        "rounds": my_cases.open_rounds(units) if units else [],
        "units": units,
        "project_states": PROJECT,
        "several_units": len({case.unit_id for case in page}) > 1,
        "ideas": ideas.of_units(request.user),
        "evaluations": evaluation.waiting_for(request.user),
    }
    return render(request, "applications/mine.html", context)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def new(request, round_id):
    round_ = get_object_or_404(Round.objects.prefetch_related("extensions", "gates"), pk=round_id)
    if round_.announced_at is None:
        raise Http404
    every_unit = my_cases.own_units(request.user)
    units = [unit for unit in every_unit if round_.is_open_for(unit)]
    if not units:
        return _cannot(request, round_, every_unit)
    own = my_cases.of_the_units(request.user).filter(unit__in=every_unit).order_by("-pk")
    copies = list(own.only("pk", "number", "title")[:MOST_COPIES])
    form = BeginForm(units, request.POST or None, rounds=[round_], copies=copies)
    if request.method == "POST" and (begun := _begin(request, form)):
        return begun
    context = {"round": round_, "form": form, "units": units, "gates": round_.gates.all()}
    return render(request, "applications/writing/new.html", context)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def copy(request, number):
    """A new draft from this case's answers, in any round that is open for a unit of the person's."""
    case = load(request, number)
    every_unit = my_cases.own_units(request.user)
    units = [unit for unit in every_unit if unit.pk == case.unit_id] or every_unit
    if not my_cases.of_the_units(request.user).filter(pk=case.pk).exists():
        raise Http404
    rounds = my_cases.open_rounds(units)
    if not rounds or not units:
        return _cannot(request, None, units)
    form = BeginForm(units, request.POST or None, rounds=rounds)
    if request.method == "POST" and (begun := _begin(request, form, copy_of=case)):
        return begun
    return render(request, "applications/writing/copy.html", {"case": case, "form": form, "rounds": rounds, "units": units})


def _begin(request, form, copy_of=None):
    """Create the draft; the way to its first step, or None with the reason on the form."""
    if request.method != "POST" or (form.fields and not form.is_valid()):
        return None
    source = copy_of or (form.answer("copy_of") if "copy_of" in form.fields else None)
    try:
        case = create(request.user, form.answer("unit"), form.answer("round"), copy_of=source)
    except (NotYours, Refused) as refusal:
        form.add_error(None, str(refusal))
        return None
    return redirect("applications:form-step", case.number, content.FORM_STEPS[0].slug)


def _cannot(request, round_, units):
    """Why nothing can be begun, and what to do."""
    if not units:
        why = _("Du har ikke en rolle som ansøger eller leder i en enhed. Bed jeres leder eller konsulenten om at få en.")
    elif round_ is None:
        why = _("Der er ingen åben runde lige nu. Jeres enhed får besked, når den næste åbner.")
    elif round_.status == Round.Status.PLANNED:
        why = _("Runden er ikke åbnet endnu.")
    else:
        why = _("Fristen er overskredet, og runden er lukket. Jeres enhed får besked, når den næste åbner.")
    return render(request, "applications/writing/cannot.html", {"round": round_, "why": why}, status=409)
