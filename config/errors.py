"""What a person sees when something went wrong: in Danish, with what to do, and nothing about what went wrong inside.

The pages of lost requests may need no database; that of a fault of ours needs nothing at all.
"""

import errno
import logging
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from documents.room import StoreDown
from people import kept

log = logging.getLogger(__name__)
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
RETRY_SECONDS = "10"
LAST_RESORT = """<!doctype html><html lang="da"><head><meta charset="utf-8">
<title>Der skete en fejl hos os – Bæredygtighedspuljen</title></head><body><h1>Der skete en fejl hos os</h1>
<p>Gå tilbage, og se efter, om det sidste skridt er gemt, før du prøver igen.</p><p><a href="/">Gå til forsiden</a></p>
</body></html>"""


def error_400(request, exception=None):
    if isinstance(exception, TOO_LARGE):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def error_403(request, exception=None):
    return render(request, "403.html", status=403)


def csrf_failure(request, reason=""):
    """Signed in anew in another window, the form of an old page has an old token. Its words come back, to be sent again."""
    match = request.resolver_match
    if match and getattr(match.func, "keeps_typed", False) and kept.keep_sent(request) == request.user:
        return redirect(request.path)
    return render(request, "403_csrf.html", status=403)


def error_404(request, exception=None):
    return render(request, "404.html", status=404)


def error_500(request):
    """A fault of ours; 503 when the database or the store of files is gone, full or too busy: trying again helps."""
    fault = sys.exc_info()[1]
    if isinstance(fault, OperationalError | InterfaceError | StoreDown) or getattr(fault, "errno", None) in NO_ROOM:
        return HttpResponse(_alone("503.html"), status=503, headers={"Retry-After": RETRY_SECONDS})
    return HttpResponse(_alone("500.html"), status=500)


def _alone(template: str) -> str:
    """A template without request, person or database; a plain page when even that is broken."""
    try:
        return render_to_string(template)
    except Exception:
        log.exception("%s could not be rendered", template)
        return LAST_RESORT
