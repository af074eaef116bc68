"""After a refusal: the consultant's advice to the unit, the unit's ideas for a later round, and all ideas by theme."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications import ideas, refusal
from applications.forms.refusal import AdviceForm, IdeaForm
from applications.views.acting import done
from applications.views.loading import answered, load
from documents.models import Document
from pages.access import SIGNED_IN, opens_to

PAGE = 60


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def advice(request, number):
    """The advice that stands in a letter of refusal; once it is out, a supplement to it."""
    case = load(request, number, may="write_advice")
    if not refusal.may_advise(case):
        messages.info(request, _("Der kan ikke gives råd i sagen nu."))
        return redirect(case)
    supplement, written = refusal.is_supplement_now(case), list(case.refusal_advice.all())
    so_far = "" if supplement or not written else written[0].text
    form = AdviceForm(request.POST or None, initial={"text": so_far})
    if done(request, form, lambda typed: refusal.advise(case.pk, request.user, typed["text"])):
        messages.success(request, _("Rådet er sendt til enheden.") if supplement else _("Rådet er gemt."))
        return redirect(case)
    why = refusal.shown(case, list(Document.objects.filter(subject=case.subject, kind="letter").order_by("pk")))
    if not supplement and not why["gates"] and not why["criteria"]:
        why |= {"gates": refusal.unmet(case), "criteria": refusal.weighed_down(case)}
    context = {"case": case, "form": form, "supplement": supplement, "why": why}
    return render(request, "applications/refusal/advice.html", context)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def keep_idea(request, number):
    """Keep a case for a later round, with a note."""
    case = load(request, number, may="keep_idea")
    reason, kept = ideas.why_not_kept(case), getattr(case, "idea", None)
    form = IdeaForm(request.POST or None, initial={"note": kept.note if kept else ""})
    if request.method == "POST" and form.is_valid():
        with answered(request) as call:
            ideas.keep(case.pk, request.user, form.cleaned_data["note"])
        if call.done:
            messages.success(request, _("Ansøgningen er gemt som idé. I finder den under «Mine ansøgninger»."))
            return redirect("applications:mine")
    context = {"case": case, "form": form, "reason": reason, "kept": kept}
    return render(request, "applications/refusal/keep_idea.html", context)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def drop_idea(request, number):
    case = load(request, number, may="keep_idea")
    if request.method == "GET":
        return render(request, "applications/refusal/drop_idea.html", {"case": case})
    with answered(request) as call:
        ideas.let_go(case.pk, request.user)
    if call.done:
        messages.success(request, _("Ideen er fjernet. Ansøgningen ligger stadig under «Mine ansøgninger»."))
    return redirect("applications:mine")


@opens_to(*ideas.READERS)
@require_GET
def all_ideas(request):
    """Every kept idea, and how many there are by theme: what the next round could be about."""
    rows = ideas.seen_by(request.user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "applications/refusal/ideas.html", {"page": page, "themes": ideas.by_theme(rows)})
