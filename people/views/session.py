"""How long the session still lives, told to the pages that are open; and the way in again beside a page with words in it."""

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from pages.access import EVERYBODY, opens_to
from people import session_life


@opens_to(EVERYBODY)
@session_life.unattended
@require_GET
def session(request):
    """Who is signed in, for how long still, and the token that forms need since then. Asked by pages; keeps nothing."""
    return JsonResponse(standing(request))


@opens_to(EVERYBODY)
@require_POST
def stay(request):
    """A key or a click of a person: the session lives on."""
    return JsonResponse(standing(request))


def standing(request) -> dict:
    if not request.user.is_authenticated:
        return {"person": None, "token": get_token(request)}
    return {"person": request.user.pk, "token": get_token(request), **session_life.left(request.session)}


@opens_to(EVERYBODY)
@require_POST
def sign_in_again(request):
    """A new session beside the page that is open: sign in, and close the window."""
    logout(request)
    return redirect_to_login(reverse("people:signed-in"))


@opens_to(EVERYBODY)
@require_GET
def signed_in(request):
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    return render(request, "people/signed_in.html")
