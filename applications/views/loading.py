"""How a page gets its case, and what it says when the door stays closed."""

from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from applications.door import NotYours, Refused, WrongAnswers
from applications.models import Application
from applications.roles import MAY, roles_on, visible_to, with_standing
from applications.whole_case import with_what_it_holds


def load(request, number: str, may: str = "see") -> Application:
    """The case with what its roles need; 404 when the person may not see it, 403 when they may see but not do."""
    rows = with_standing(visible_to(request.user), request.user)
    people = ("case_officer", "recommended_by", "approved_by")
    rows = with_what_it_holds(rows.select_related("round__pool_year", "round__committee", "unit", *people))
    case = get_object_or_404(rows, number=number)
    case.held = roles_on(request.user, case)
    if MAY["see"].isdisjoint(case.held):
        raise Http404
    if MAY[may].isdisjoint(case.held):
        raise PermissionDenied
    return case


@contextmanager
def answered(request):
    """Around a domain call: a refusal becomes a message, «not yours» a 403. Yields an object whose `done` tells success.

    with answered(request) as call:
        assessing.write_note(case.pk, request.user, text)
    if call.done: …
    """
    call = Call()
    try:
        yield call
        call.done = True
    except NotYours as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        call.refusal = refusal
        messages.error(request, str(refusal))


def refused(form, refusal: Refused) -> None:
    """Put a refusal where it belongs: each wrong answer at its field, the rest on top of the form."""
    if not isinstance(refusal, WrongAnswers):
        form.add_error(None, str(refusal))
        return
    for name, text in refusal.errors.items():
        form.add_error(name if name in form.fields else None, text)


class Call:
    """What became of a domain call."""

    done = False
    refusal: Refused | None = None
