"""The evaluation of a round: its page for the administration, its questions, opening it, answering it, its results."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from applications import evaluation as domain
from applications import evaluation_results
from applications.door import Refused
from applications.forms.evaluation import AnswerForm, OpenForm
from applications.models import Invitation
from applications.views import designing as pages
from journal import clock
from pages.access import SIGNED_IN, opens_to
from pool.forms import accepted
from pool.models import Round
from questionnaires import designing

PLACE = pages.Place(
    title=gettext_lazy("Evalueringens spørgsmål"),
    lead=gettext_lazy("Ansøgere og ledere bliver spurgt, når du åbner evalueringen. Indtil da kan du rette spørgsmålene."),
    empty=gettext_lazy("Der er ingen spørgsmål endnu"),
    nothing=gettext_lazy("Skriv det første spørgsmål, eller begynd med de færdige på evalueringens side."),
    subject=domain.subject,
    named=domain.title,
    must_be_open=domain.must_be_designable,
    names={
        "page": "applications:evaluation-questions",
        "question": "applications:evaluation-question",
        "remove": "applications:remove-asked",
    },
)


def _round(round_id) -> Round:
    return get_object_or_404(Round.objects.select_related("pool_year"), pk=round_id)


@opens_to(*domain.READERS)
@require_http_methods(["GET", "POST"])
def overview(request, round_id):
    """Where the evaluation stands; when it has closed, its results. A press begins with the ready-made questions."""
    round_ = _round(round_id)
    keeps = request.user.has_role(*domain.KEEPERS)
    if request.method == "POST":
        if keeps:
            domain.begin_with_the_usual(round_)
        return redirect("applications:evaluation", round_.pk)
    found = domain.of(round_)
    context = {
        "round": round_,
        "evaluation": found,
        "is_open": found is not None and domain.is_open(found),
        "results": evaluation_results.results(found) if found else None,
        "questions": designing.questions_of(designing.newest(domain.subject(round_))) if found is None else [],
        "reason": domain.why_not_opened(round_) if found is None else "",
        "keeps": keeps,
        "least": evaluation_results.LEAST,
    }
    return render(request, "applications/evaluation/overview.html", context)


@opens_to(*domain.KEEPERS)
@require_http_methods(["GET", "POST"])
def open_it(request, round_id):
    """Open the evaluation; the page before says how many are asked."""
    round_ = _round(round_id)
    usual = clock.today() + timedelta(days=domain.USUAL_DAYS)
    form = OpenForm(request.POST or None, initial={"closes": usual})
    if request.method == "POST" and form.is_valid():
        closes = form.cleaned_data["closes"]
        if accepted(form, lambda: domain.open_to(round_, request.user, closes)):
            messages.success(request, _("Evalueringen er åbnet, og de spurgte har fået en mail."))
            return redirect("applications:evaluation", round_.pk)
    reason = domain.why_not_opened(round_)
    asked = [] if reason else domain.asked_of(round_)
    leaders = sum(role == Invitation.As.LEADER for _person, role in asked)
    context = {"round": round_, "form": form, "reason": reason, "applicants": len(asked) - leaders, "leaders": leaders}
    return render(request, "applications/evaluation/open.html", context)


@opens_to(*domain.READERS)
@require_GET
def results_csv(request, round_id):
    found = domain.of(_round(round_id))
    if found is None or domain.is_open(found):
        raise Http404
    response = HttpResponse(
        evaluation_results.as_csv(evaluation_results.results(found)), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="evaluering-runde-{round_id}.csv"'
    return response


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def answer(request, round_id):
    """The page of who is asked: the questions, or that they have been answered."""
    invited = Invitation.objects.select_related("evaluation__round", "evaluation__version")
    row = get_object_or_404(invited, evaluation__round=round_id, person=request.user)
    evaluation, round_ = row.evaluation, row.evaluation.round
    if row.answered or not domain.is_open(evaluation):
        return render(request, "applications/evaluation/done.html", {"round": round_, "answered": row.answered})
    form = AnswerForm(domain.questions_of(evaluation), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            domain.answer(round_, request.user, form.answers())
        except Refused as refusal:
            form.refused(refusal)
        else:
            messages.success(request, _("Tak for dine svar."))
            return redirect("applications:mine")
    context = {"round": round_, "evaluation": evaluation, "form": form, "least": evaluation_results.LEAST}
    return render(request, "applications/evaluation/answer.html", context)


# ── the questions ───────────────────────────────────────────────────────────────────────────────────────────────────


@opens_to(*domain.KEEPERS)
@require_http_methods(["GET", "POST"])
def questions(request, round_id):
    if domain.of(_round(round_id)):
        return redirect("applications:evaluation", round_id)
    return pages.listed(request, PLACE, round_id)


@opens_to(*domain.KEEPERS)
@require_http_methods(["GET", "POST"])
def question(request, round_id, key):
    return pages.question(request, PLACE, round_id, key)


@opens_to(*domain.KEEPERS)
@require_http_methods(["GET", "POST"])
def remove(request, round_id, key):
    return pages.remove(request, PLACE, round_id, key)
