"""The case's own page, its steps, versions, documents and case file."""

import itertools

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications import (
    agenda,
    agenda_path,
    calculated,
    consultant_help,
    content,
    ideas,
    refusal,
    round_table,
    timeline,
    whereabouts,
)
from applications import case_file as files
from applications import requirements as need
from applications.door import AlreadyHandled, NotYours, Offer, Refused, Stale, offers, take, will_tell
from applications.forms.step import StepForm
from applications.models import Application
from applications.papers import said
from applications.project_acts import PROJECT_PAPERS
from applications.roles import UNIT, may
from applications.states import DECIDED, PROJECT, WITH_THE_UNIT, State
from applications.steps import STEPS
from applications.views.assessing import assessing_context
from applications.views.loading import load, refused
from applications.whole_case import read_lists
from applications.word_diff import word_diff
from documents import store
from documents.models import Document
from journal import chain
from pages.access import SIGNED_IN, opens_to

RETURNS_TO_LIST = {"discard", "withdraw"}
RETURNS_TO_RECEIPT = {"submit", "endorse"}
ACTIONS = ("export_file", "release_letter", "answer_help")


@opens_to(SIGNED_IN)
@require_GET
def page(request, number):
    case = read_lists(load(request, number))
    secret = timeline.outcome_is_secret(case, request.user)
    inside, of_unit = may(request.user, case, "see_assessment"), not UNIT.isdisjoint(case.held)
    documents = documents_for(case, inside, may(request.user, case, "see_project"))
    return render(
        request,
        "applications/case/page.html",
        {
            "case": case,
            "where": whereabouts.of(case, outcome_is_secret=secret, inside=not of_unit),
            "of_unit": of_unit,
            "lists_rounds": request.user.has_role(*round_table.OPENS_TO),
            "offers": [] if secret and case.state in DECIDED else in_order(on_this_track(case, offers(case, request.user))),
            "placements": case.placements.all() if inside else [],
            "letter_waits": agenda.held_back(case) if inside and case.decided_at else "",
            "timeline": timeline.entries(case, request.user),
            **answers_of(case, of_unit=of_unit),
            "documents": documents,
            "questions": case.questions.all(),
            "help_questions": consultant_help.of_case(case) if may(request.user, case, "see_help") else [],
            "help_waits": consultant_help.waits(case),
            "forward": whereabouts.FORWARD,
            "may_see_items": request.user.has_role(*agenda_path.OPENS_TO),
            "may_edit": may(request.user, case, "edit") and case.state in (State.DRAFT, State.AWAITING_INFORMATION),
            "secret": secret,
            "is_project": whereabouts.is_called_project(case, outcome_is_secret=secret),
            "see_project": case.state in PROJECT and may(request.user, case, "see_project"),
            "inside": inside,
            "may": {action: may(request.user, case, action) for action in ACTIONS},
            **refusal_context(request, case, documents, secret=secret, inside=inside, of_unit=of_unit),
            **(assessing_context(request, case) if inside else {}),
        },
    )


def refusal_context(request, case, documents, *, secret: bool, inside: bool, of_unit: bool) -> dict:
    """What would have got a refused case its support: to the unit with the letter, to nobody beside the case."""
    if not (inside or of_unit) or (case.state == State.REFUSED and secret):
        return {}
    refused = case.state == State.REFUSED
    of_interest = refused or (inside and refusal.may_advise(case))
    may_keep = may(request.user, case, "keep_idea") and not ideas.why_not_kept(case)
    return {
        "why": refusal.shown(case, documents) if of_interest else None,
        "may_keep": may_keep,
        "kept": may_keep and ideas.is_kept(case),
        "may_advise": of_interest and may(request.user, case, "write_advice"),
    }


def on_this_track(case: Application, offered: list[Offer]) -> list[Offer]:
    """Without the steps of the other track: «not yet» would promise what never comes in this round."""
    other = need.main_track if case.round.is_quick else need.quick_track
    return [offer for offer in offered if other not in offer.step.requires]


def in_order(offered: list[Offer]) -> list[Offer]:
    """What carries the case on first, open before not yet, what cannot be undone last."""
    forward = {name: place for place, name in enumerate(whereabouts.FORWARD)}
    last = len(forward)
    return sorted(offered, key=lambda o: (bool(o.reasons), o.step.danger, forward.get(o.step.name, last)))


def answers_of(case: Application, *, of_unit: bool) -> dict:
    """`answers`: (step's title, [(label, answer)]), and the `calculations` behind them: to the unit the form as it stands
    while it writes, else what it sent last."""
    sent = None if of_unit and case.state in WITH_THE_UNIT else case.current_version()
    frozen = sent.content if sent else content.freeze(case)
    answers = [
        (form_step.title, [(field.label, said(field, frozen.get(field.name))) for field in form_step.fields])
        for form_step in content.steps_in(frozen)
    ]
    return {"answers": answers, "calculations": calculated.behind(frozen)}


def documents_for(case: Application, inside: bool, see_project: bool) -> list[Document]:
    """The case's documents; to the unit a letter is there when it is released, the project's papers to who may see it."""
    rows = Document.objects.filter(subject=case.subject)
    rows = rows if see_project else rows.exclude(kind__in=PROJECT_PAPERS)
    return [row for row in rows if inside or row.kind != "letter" or (case.letter_released_at and not row.superseded)]


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def step(request, number, step):
    case, declared = read_lists(load(request, number), scores=False), STEPS.get(step)
    if declared is None:
        raise Http404
    form = StepForm(declared, case, request.POST or None)
    if case.state in DECIDED and timeline.outcome_is_secret(case, request.user):
        return _not_now(request, case, declared, form)  # even what is refused, and how, would tell of the decision
    if request.method == "POST" and form.is_valid():
        answer = _try(request, declared, case, form)
        if answer is not None:
            return answer
    offered = next((offer for offer in offers(case, request.user) if offer.step is declared), None)
    if offered is None:
        return _not_now(request, case, declared, form)
    inside = may(request.user, case, "see_assessment")
    context = {
        "case": case,
        "step": declared,
        "form": form,
        "offer": offered,
        "told": will_tell(declared, case, request.user),
        "is_project": whereabouts.is_called_project(case, outcome_is_secret=timeline.outcome_is_secret(case, request.user)),
    }
    return render(request, "applications/case/step.html", context | {"inside": inside})


def _try(request, declared, case, form):
    """Take the step; a response when there is one, else the form shows what is wrong."""
    try:
        take(declared.name, case.pk, request.user, form.cleaned_data["revision"], form.answers())
    except NotYours as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except (AlreadyHandled, Stale) as refusal:
        if _was_me_just_now(request.user, declared, case):
            return redirect(case)
        if isinstance(refusal, AlreadyHandled):
            return _not_now(request, load(request, case.number), declared, form)
        refused(form, refusal)
        form.data = form.data.copy()
        form.data["revision"] = Application.objects.get(pk=case.pk).revision
    except Refused as refusal:
        refused(form, refusal)
    else:
        messages.success(request, _("Det er gjort: %(step)s.") % {"step": timeline.DONE[declared.name]})
        if declared.name in RETURNS_TO_RECEIPT:
            return redirect("applications:receipt", case.number)
        return redirect("applications:mine") if declared.name in RETURNS_TO_LIST else redirect(case)
    return None


def _not_now(request, case, declared, form):
    """A friendly page with what was typed, and the state as this reader may know it."""
    typed = [(form[name].label, form[name].value()) for name in declared.asks] if form.is_bound else []
    secret = timeline.outcome_is_secret(case, request.user)
    context = {
        "case": case,
        "step": declared,
        "state": whereabouts.shown_state(case, outcome_is_secret=secret).label,
        "is_project": whereabouts.is_called_project(case, outcome_is_secret=secret),
        "typed": [(label, text) for label, text in typed if isinstance(text, str) and text.strip()],
    }
    return render(request, "applications/case/not_now.html", context, status=409)


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
    changes = [(after, list(_changes(before, after))) for before, after in itertools.pairwise(rows)]
    context = {"case": case, "first": rows[0] if rows else None, "changes": list(reversed(changes))}
    context["taken_off"] = case.attachments_taken_off.all()
    return render(request, "applications/case/versions.html", context)


def _changes(before, after):
    """(label, pieces) of every field that was changed, in the form's order."""
    for change in content.differences(before.content, after.content):
        yield change.field.label, word_diff(said(change.field, change.before), said(change.field, change.after))


@opens_to(SIGNED_IN)
@require_GET
def document(request, number, document_id):
    case = load(request, number)
    row = get_object_or_404(Document, pk=document_id, subject=case.subject)
    inside, see_project = (may(request.user, case, action) for action in ("see_assessment", "see_project"))
    if row not in documents_for(case, inside, see_project):
        return render(request, "404.html", status=404)
    return as_attachment(store.content_of(row), row.file_name)


def as_attachment(content: bytes, name: str) -> HttpResponse:
    """A file to keep, never to show inside our pages."""
    kinds = {"pdf": "application/pdf", "zip": "application/zip"}
    response = HttpResponse(content, content_type=kinds.get(name.rpartition(".")[2], "application/octet-stream"))
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


@opens_to(SIGNED_IN)
@require_GET
def case_file(request, number):
    """The whole case for the records system, as a ZIP."""
    case = load(request, number, may="export_file")
    return as_attachment(files.build(case), f"aktliste-{case.number}.zip")
