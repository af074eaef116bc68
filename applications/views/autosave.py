"""Saving while somebody writes: the same words through the same door as the button, answered without a page.

The page learns what it has seen since, what could not be read, which fields somebody else has changed, and what is
missing still. It keeps no session: only a person does that. Files come with the button.
"""

from django.db.models import prefetch_related_objects
from django.http import JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from applications import drafts
from applications.door import NotYours
from applications.forms.writing import Sheet, anchor, posted_names
from applications.states import State
from applications.views.writing import lacks_of, writable
from journal import clock
from pages.access import SIGNED_IN, opens_to
from people import kept
from people.session_life import unattended

CLOSED = 409


@opens_to(SIGNED_IN)
@unattended
@require_POST
def autosave(request, number):
    case = writable(request, number)
    questions = []
    if case.state == State.AWAITING_INFORMATION:
        questions = [question for question in case.questions.all() if question.status == "open"]
    asked = [f"{drafts.ANSWER}{question.pk}" for question in questions]
    sheet = Sheet(case, posted_names(case, request.POST, asked), request.POST, questions)
    also, clashes = drafts.also_writing(case, request.user), []
    try:
        case = drafts.save(case.pk, request.user, sheet.values(), sheet.seen)
    except NotYours:
        return JsonResponse({"notes": notes(case, closed=True)}, status=CLOSED)
    except drafts.Conflict as conflict:
        case, clashes = conflict.case, conflict.clashes
    prefetch_related_objects([case], "budget_lines", "effects")
    older = sheet.saved(case)
    if "brought_back" in request.POST:
        kept.forget(request.user, request.POST["brought_back"].replace("\0", ""))
    faults = [(anchor(name), label_of(sheet, name), text) for name, text in sheet.faults()]
    return JsonResponse({
        "time": f"{timezone.localtime(clock.now()):%H.%M}",
        "seen": {name: digest for name, digest in sheet.seen.items() if name not in older},
        "settled": not clashes and not faults,
        "notes": notes(
            case, faults=faults, also=also,
            clashes=clashes, me=request.user, older=[label_of(sheet, name) for name in older],
        ),
        "missing": missing(case, request.GET.get("trin", "")),
    })  # fmt: skip


def notes(case, **found) -> str:
    return render_to_string("applications/writing/notes.html", {"case": case, **found})


def missing(case, here: str) -> str:
    return render_to_string("applications/writing/missing.html", {"case": case, "lacks": lacks_of(case), "here": here})


def label_of(sheet, name: str) -> str:
    return sheet.form.fields[name].label if name in sheet.form.fields else sheet.known[name].label
