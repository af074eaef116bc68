"""Changes of a running project: the unit asks, and who decides answers."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from applications import changing
from applications.forms import projects as forms
from applications.models import ChangeRequest
from applications.requirements import planned_meetings
from applications.roles import MAY
from applications.views.acting import done
from applications.views.portfolio import back_to, show
from applications.views.project import load_project
from pages.access import SIGNED_IN, opens_to
from people.roles import Role

LEADS = {
    "period": gettext_lazy("Fristen for slutrapporten flytter med."),
    "budget": gettext_lazy("Fordel pengene anderledes. Linjerne skal tilsammen give det samme som før."),
    "amount": gettext_lazy("Det, I ikke skal bruge, går tilbage til puljen med det samme."),
    "purpose": gettext_lazy("Et nyt formål afgøres af udvalget på et møde. Brug ikke penge på det, før I har fået svar."),
}


@opens_to(SIGNED_IN)
@require_GET
def choose(request, number):
    """Which kind of change."""
    case = load_project(request, number, may="ask_change")
    context = {
        "case": case,
        "kinds": [(kind.value, kind.label, LEADS[kind]) for kind in ChangeRequest.Kind],
        "back": back_to(case),
    }
    return render(request, "applications/project/choose_change.html", context)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def ask(request, number, kind):
    case = load_project(request, number, may="ask_change")
    if kind not in ChangeRequest.Kind.values:
        raise Http404
    form = forms.ChangeForm(request.POST or None, kind=kind, project=case.project)
    act = lambda typed: changing.ask(case.pk, request.user, kind, typed["reason"], **form.values())  # noqa: E731
    if done(request, form, act):
        messages.success(request, _("Ønsket er sendt. I får besked, når der er svar."))
        return redirect(back_to(case))
    return show(request, case, form, ChangeRequest.Kind(kind).label, LEADS[kind], save=_("Send ønsket"))


def _load_change(request, number, change_id, may):
    case = load_project(request, number, may=may)
    return case, get_object_or_404(
        ChangeRequest.objects.select_related("project", "item__meeting"), pk=change_id, project=case.pk
    )


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def answer(request, number, change_id):
    case, change = _load_change(request, number, change_id, "decide_change")
    form = forms.AnswerForm(request.POST or None)

    def act(typed):
        if typed["verdict"] == "approve":
            changing.approve(change.pk, request.user, typed["answer"])
        else:
            changing.refuse(change.pk, request.user, typed["answer"])

    if done(request, form, act):
        messages.success(request, _("Enheden har fået svar."))
        return redirect(back_to(case))
    needed = changing.decider(change)
    context = {
        "case": case,
        "form": form,
        "change": change,
        "lines": case.project.application.budget_lines.all(),
        "decides": changing.DECIDES[needed],
        "may_answer": needed in case.held or (needed == Role.CONSULTANT and Role.MANAGER in case.held),
        "may_place": needed == Role.SECRETARY and not MAY["place_change"].isdisjoint(case.held),
        "back": back_to(case),
    }
    return render(request, "applications/project/answer_change.html", context)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def place(request, number, change_id):
    case, change = _load_change(request, number, change_id, "place_change")
    form = forms.PlaceForm(request.POST or None, meetings=planned_meetings(case))
    if done(request, form, lambda typed: changing.place(change.pk, request.user, typed["meeting"])):
        messages.success(request, _("Ændringen er sat på mødets dagsorden."))
        return redirect(back_to(case))
    lead = _("Enheden ønsker et andet formål: %(purpose)s") % {"purpose": change.new_purpose}
    return show(request, case, form, _("Sæt det nye formål på et møde"), lead, save=_("Sæt på dagsordenen"))


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def withdraw(request, number, change_id):
    case, change = _load_change(request, number, change_id, "ask_change")
    form = forms.EmptyForm(request.POST or None)
    if done(request, form, lambda typed: changing.withdraw(change.pk, request.user)):
        messages.success(request, _("Ønsket er trukket tilbage."))
        return redirect(back_to(case))
    lead = _("Så sker der ikke mere med ønsket: %(what)s.") % {"what": change.get_kind_display().lower()}
    return show(request, case, form, _("Træk ønsket tilbage"), lead, save=_("Træk tilbage"))
