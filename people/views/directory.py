"""In by the municipality's own sign-in: out to it, and back with its answer."""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pages.access import EVERYBODY, opens_to
from people import directory, oidc
from people import sign_in as door
from people.sign_in import next_page

CODES = {"unreachable": 503, "unknown": 403, "refused": 400}


@opens_to(EVERYBODY)
@require_GET
def begin(request):
    if not oidc.is_on():
        raise Http404
    if request.headers.get("Sec-Fetch-Site") == "cross-site":  # nobody is signed in by a page elsewhere
        return redirect_to_login(next_page(request))
    try:
        return oidc.begin(request, next_page(request))
    except oidc.Unreachable:
        return closed(request, "unreachable")
    except oidc.Refused:
        return closed(request, "refused")


@opens_to(EVERYBODY)
@require_GET
def answer(request):
    if not oidc.is_on():
        raise Http404
    try:
        said, wanted = oidc.read_answer(request)
        person = directory.admit(said)
    except oidc.Unreachable:
        return closed(request, "unreachable")
    except oidc.Refused:
        return closed(request, "refused")
    except directory.Unknown:
        return closed(request, "unknown")
    return door.enter(request, person, wanted, proven_twice=said.proven_twice, by_directory=True)


def closed(request, reason: str):
    return render(request, "people/directory_closed.html", {"reason": reason}, status=CODES[reason])
