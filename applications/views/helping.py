"""Help where the question is: the page of words, asking the consultant about one field, and the consultant's answer."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import consultant_help, content, drafts, glossary
from applications.forms.helping import AnswerHelpForm, AskForm
from applications.forms.writing import anchor
from applications.papers import said
from applications.states import State
from applications.views.acting import done
from applications.views.loading import load
from applications.views.writing import closed, load_to_write
from pages.access import EVERYBODY, SIGNED_IN, opens_to
from people.views.answering import posted


@opens_to(EVERYBODY)
@require_safe
def words(request):
    return render(request, "applications/words.html", {"words": glossary.in_order()})


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def ask(request, number):
    case = load_to_write(request, number)
    if not consultant_help.may_ask(case):
        return closed(request, case)
    field = request.GET.get("felt", "")
    form = AskForm(case, drafts.open_fields(case, request.user), field, posted(request))
    if done(request, form, lambda typed: consultant_help.ask(case.pk, request.user, typed["field"], typed["text"])):
        messages.success(request, _("Spørgsmålet er sendt. I får en mail, når konsulenten har svaret."))
        return redirect(_place_of(case, form.cleaned_data["field"]))
    return render(request, "applications/writing/ask.html", {"case": case, "form": form, "back": _place_of(case, field)})


def _place_of(case, field: str) -> str:
    """Where the unit came from: the field, the page of the consultant's own questions, or the case."""
    slug = next((step.slug for step in content.steps_of(case) if field in step.names), "")
    if case.state == State.AWAITING_INFORMATION:
        return reverse("applications:answer-questions", args=[case.number])
    if not slug:
        return case.get_absolute_url()
    return f"{reverse('applications:form-step', args=[case.number, slug])}#{anchor(field)}"


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def answer(request, number):
    """The oldest question that waits, with what the unit has written there; then the next."""
    case = load(request, number, may="answer_help")
    waiting = [asked for asked in consultant_help.of_case(case) if asked.answered_at is None]
    if not waiting or not consultant_help.may_ask(case):
        messages.info(request, _("Der venter ingen spørgsmål fra enheden på den sag."))
        return redirect(case)
    form = AnswerHelpForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if request.POST.get("question") != str(waiting[0].pk):
            form.add_error(None, _("Spørgsmålet er allerede besvaret. Her er det næste."))
        elif done(request, form, lambda typed: consultant_help.answer(waiting[0].pk, request.user, **typed)):
            messages.success(request, _("Svaret er sendt, og hjælpen står på sagen."))
            return redirect("applications:answer-help" if waiting[1:] else "applications:case", case.number)
    known = content.fields_of(case).get(waiting[0].field)
    written = said(known, content.plain(case, known.name)) if known else ""
    context = {
        "case": case, "form": form, "title": _("Svar enheden"), "asked": waiting[0], "written": written,
        "left": len(waiting) - 1, "save": _("Send svaret"),
    }  # fmt: skip
    return render(request, "applications/assessing/answer_help.html", context)
