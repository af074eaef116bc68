"""Before sending and after: the look at all answers, the receipt, help with a draft, and the consultant's questions."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications import content, drafts
from applications.door import Offer
from applications.forms.writing import anchor, posted_names
from applications.papers import said
from applications.states import State
from applications.steps import STEPS
from applications.views.loading import answered, load
from applications.views.writing import (
    closed,
    indicator,
    lacks_of,
    load_to_write,
    sheet_to_show,
    to_ask,
    write,
    writing_together,
)
from documents.models import Document
from pages.access import SIGNED_IN, opens_to
from people import kept

SENDING = ("submit", "request_endorsement")


@opens_to(SIGNED_IN)
@require_GET
def check_answers(request, number):
    """Every answer, what is missing, what looks odd, and how to send."""
    case = load_to_write(request, number)
    if case.state != State.DRAFT:
        return closed(request, case)
    summary = [
        (step, [(field, said(field, content.plain(case, field.name)), anchor(field.name)) for field in step.fields])
        for step in content.steps_shown(case)
    ]
    steps = [STEPS[name] for name in SENDING if STEPS[name].by & case.held]
    context = {
        "case": case, "summary": summary, "lacks": lacks_of(case), "steps": indicator(case, ""),
        "doubts": [(doubt, anchor(doubt.field)) for doubt in content.doubts(case)],
        "sending": [Offer(step, step.reasons_against(case, request.user)) for step in steps],
    }  # fmt: skip
    return render(request, "applications/writing/check.html", context)


@opens_to(SIGNED_IN)
@require_GET
def receipt(request, number):
    case = load(request, number)
    if case.submitted_at is None:
        messages.info(request, _("Ansøgningen er ikke sendt ind, så der er ingen kvittering endnu."))
        return redirect(case)
    document = Document.objects.filter(subject=case.subject, kind="receipt", superseded=False).last()
    return render(request, "applications/writing/receipt.html", {"case": case, "document": document})


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def ask_for_help(request, number):
    """Let the consultant read the draft, or no longer."""
    case = load_to_write(request, number)
    if request.method == "POST":
        wanted = request.POST.get("wanted") == "yes"
        with answered(request) as call:
            drafts.ask_for_help(case.pk, request.user, wanted)
        if call.done:
            yes, no = _("Konsulenten kan nu læse jeres kladde."), _("Konsulenten kan ikke længere læse jeres kladde.")
            messages.success(request, yes if wanted else no)
        return redirect(case)
    return render(request, "applications/writing/help.html", {"case": case})


@opens_to(SIGNED_IN)
@kept.keeps_typed
@require_http_methods(["GET", "POST"])
def answer_questions(request, number):
    """The consultant's questions, each with its answer, and the fields they opened: only those."""
    case = load_to_write(request, number)
    questions = [question for question in case.questions.all() if question.status == "open"]
    fields = drafts.open_fields(case, request.user)
    whole = any(question.field == "" for question in questions)
    asked = [] if whole else [name for name in content.fields_of(case) if name in {question.field for question in questions}]
    names = [f"{drafts.ANSWER}{question.pk}" for question in questions] + asked

    def show(case, sheet, problem=""):
        parts = {name: (name, field, rows) for name, field, rows in sheet.parts()}
        blocks = [(q, parts.get(f"{drafts.ANSWER}{q.pk}"), parts.get(q.field)) for q in questions]
        context = {"case": case, "sheet": sheet, "blocks": blocks, "whole": whole, "steps": content.steps_of(case)}
        context |= {"kept": request.method == "POST"} | writing_together(request, case, "")
        return render(request, "applications/writing/questions.html", context)

    def onward():
        kind, _colon, field = request.POST.get("then", "").partition(":")
        if kind == "ask":
            return to_ask(case, field)
        if request.POST.get("then") == "send":
            return redirect("applications:step", case.number, "provide_information")
        messages.success(request, _("Jeres svar er gemt. De er ikke sendt endnu."))
        return redirect("applications:answer-questions", case.number)

    if request.method == "POST":
        return write(request, case, posted_names(case, request.POST, names), show, onward, questions)
    if not fields:
        return redirect(case)
    return show(case, sheet_to_show(case, names, questions))
