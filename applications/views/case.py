"""The case's own page, its steps, versions, documents and case file."""

import itertools

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications import case_file as files
from applications import content, timeline, whereabouts
from applications.door import AlreadyHandled, NotYet, NotYours, Stale, WrongAnswers, offers, take
from applications.forms.step import StepForm
from applications.models import Application
from applications.papers import said
from applications.roles import may, told
from applications.steps import STEPS
from applications.views.assessing import assessing_context
from applications.views.loading import load
from applications.workflow import DECIDED, State
from documents import store
from documents.models import Document
from journal import chain
from pages.access import SIGNED_IN, opens_to

RETURNS_TO_LIST = {"discard", "withdraw"}


@opens_to(SIGNED_IN)
@require_GET
def page(request, number):
    case = load(request, number)
    secret = timeline.outcome_is_secret(case, request.user)
    inside = may(request.user, case, "see_assessment")
    return render(
        request,
        "applications/case/page.html",
        {
            "case": case,
            "where": whereabouts.of(case, outcome_is_secret=secret),
            "offers": [] if secret and case.state in DECIDED else offers(case, request.user),
            "timeline": timeline.entries(case, request.user),
            "answers": answers_of(case),
            "documents": documents_for(case, inside),
            "questions": case.questions.all(),
            "may_edit": may(request.user, case, "edit") and case.state in (State.DRAFT, State.AWAITING_INFORMATION),
            "secret": secret,
            "inside": inside,
            "may": {action: may(request.user, case, action) for action in ("export_file", "release_letter")},
            **(assessing_context(request, case) if inside else {}),
        },
    )


def answers_of(case: Application) -> list[tuple[str, list[tuple[str, str]]]]:
    """(step's title, [(label, answer)]) of the form as it stands."""
    frozen = content.freeze(case)
    return [
        (form_step.title, [(field.label, said(field.name, frozen.get(field.name))) for field in form_step.fields])
        for form_step in content.FORM_STEPS
    ]


def documents_for(case: Application, inside: bool) -> list[Document]:
    """The case's documents; to the unit a letter is there when it is released."""
    rows = Document.objects.filter(subject=case.subject).select_related("cause")
    return [row for row in rows if inside or row.kind != "letter" or (case.letter_released_at and not row.superseded)]


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def step(request, number, step):
    case, declared = load(request, number), STEPS.get(step)
    if declared is None:
        return redirect(case)
    form = StepForm(declared, case, request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _try(request, declared, case, form)
        if answer is not None:
            return answer
    offered = next((offer for offer in offers(case, request.user) if offer.step is declared), None)
    if offered is None and not form.errors:
        return render(request, "applications/case/not_now.html", {"case": case, "step": declared}, status=409)
    told_people = {person.pk: person for role in declared.tells for person in told(role, case)}
    told_people.pop(request.user.pk, None)
    context = {"case": case, "step": declared, "form": form, "offer": offered, "told": list(told_people.values())}
    return render(request, "applications/case/step.html", context)


def _try(request, declared, case, form):
    """Take the step; a response when there is one, else the form shows what is wrong."""
    try:
        take(declared.name, case.pk, request.user, form.cleaned_data["revision"], form.answers())
    except NotYours:
        return render(request, "403.html", status=403)
    except (AlreadyHandled, Stale) as refusal:
        if _was_me_just_now(request.user, declared, case):
            return redirect(case)
        form.add_error(None, str(refusal))
        form.data = form.data.copy()
        form.data["revision"] = Application.objects.get(pk=case.pk).revision
    except NotYet as refusal:
        form.add_error(None, str(refusal))
    except WrongAnswers as wrong:
        for name, text in wrong.errors.items():
            form.add_error(name if name in form.fields else None, text)
    else:
        messages.success(request, _("Det er gjort: %(step)s.") % {"step": timeline.DONE[declared.name]})
        return redirect("applications:mine") if declared.name in RETURNS_TO_LIST else redirect(case)
    return None


def _was_me_just_now(person, declared, case) -> bool:
    """A double click: the last thing that happened is this very step by this person."""
    last = chain.story(case.subject).last()
    return last is not None and (last.step, last.actor_id) == (declared.name, person.pk)


@opens_to(SIGNED_IN)
@require_GET
def versions(request, number):
    """What changed from version to version, field by field."""
    case = load(request, number)
    rows = list(case.versions.select_related("frozen_by", "endorsed_by"))
    changes = [
        (
            after,
            [(d.field.label, said(d.field.name, d.before), said(d.field.name, d.after)) for d in _between(before, after)],
        )
        for before, after in itertools.pairwise(rows)
    ]
    context = {"case": case, "versions": rows, "changes": list(reversed(changes))}
    return render(request, "applications/case/versions.html", context)


def _between(before, after):
    return content.differences(before.content, after.content)


@opens_to(SIGNED_IN)
@require_GET
def document(request, number, document_id):
    case = load(request, number)
    row = get_object_or_404(Document, pk=document_id, subject=case.subject)
    if row not in documents_for(case, may(request.user, case, "see_assessment")):
        return render(request, "404.html", status=404)
    return as_attachment(store.content_of(row), row.file_name)


def as_attachment(content: bytes, name: str) -> HttpResponse:
    """A file to keep, never to show inside our pages."""
    kinds = {"pdf": "application/pdf", "zip": "application/zip"}
    response = HttpResponse(content, content_type=kinds.get(name.rpartition(".")[2], "application/octet-stream"))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@opens_to(SIGNED_IN)
@require_GET
def case_file(request, number):
    """The whole case for the records system, as a ZIP."""
    case = load(request, number, may="export_file")
    return as_attachment(files.build(case), f"aktliste-{case.number}.zip")
