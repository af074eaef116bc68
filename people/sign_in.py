"""The door for persons: e-mail and password, how often one may try, and where one goes afterwards.

Five wrong passwords lock an account (django-axes); twenty from one network address close the door to its unknown browsers.
Says the same about a known and an unknown address, on the page and in the log. Leads to our own pages only.
"""

import logging
from datetime import timedelta

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib.auth import authenticate, login
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.db import SessionStore
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from people import known_browsers, oidc, second_factor, throttle
from people.models import Person

log = logging.getLogger(__name__)

TOO_MANY_REQUESTS = 429
BACKEND = "people.backend.PersonBackend"


def next_page(request) -> str:
    """The page asked for before signing in, when it is one of ours; else the front page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours and "/" in wanted else reverse("home")  # without one it would be taken for the name of a view


class TooMany(Exception):
    """The door is closed to this network address for a while."""

    def __init__(self, opens_at):
        super().__init__()
        self.opens_at = opens_at


def try_password(request, email: str, password: str) -> Person | None:
    """Whose password it is. A try is taken before the password is looked at, and given back when it was right."""
    where = known_browsers.bucket(request, email) or f"address {throttle.address_of(request)}"
    if not throttle.take(throttle.GUESSES, where):
        log.warning("no more guesses for now, from %s", throttle.address_of(request))
        raise TooMany(throttle.opens_at(throttle.GUESSES, where) or timezone.now())
    person = authenticate(request, username=email, password=password)
    if person:
        throttle.give_back(throttle.GUESSES, where)
        log.info("password of person %s accepted", person.pk)
    else:
        log.warning("sign-in refused, from %s", throttle.address_of(request))
    return person


def too_many(request, refusal: TooMany):
    context = {"opens_at": refusal.opens_at, "limit": throttle.GUESSES.size}
    return render(request, "people/network_locked.html", context, status=TOO_MANY_REQUESTS)


def enter(request, person: Person, wanted: str, *, proven_twice: bool = False, by_directory: bool = False):
    """A new session of a person who has proven one thing, or two; what it leads to depends on whether another is owed."""
    log.info("person %s signs in by %s", person.pk, "the municipality" if by_directory else "password")
    request.session.flush()
    login(request, person, backend=BACKEND)
    if by_directory:
        request.session[oidc.STARTED] = True
    if proven_twice:
        second_factor.shown(request.session)
    if second_factor.owes(person, request.session):
        return redirect_to_login(wanted, settings.SECOND_FACTOR_URL)
    return known_browsers.remember(request, redirect(wanted), person)


def locked_out(request, response, credentials):
    """The page of an address that has been tried too often (settings.AXES_LOCKOUT_CALLABLE)."""
    email = (credentials or {}).get("username", "")
    context = {"opens_at": opens_at(email), "limit": settings.AXES_FAILURE_LIMIT}
    return render(request, "people/locked.html", context, status=TOO_MANY_REQUESTS)


def opens_at(email: str):
    """When an address may be tried again, rounded up to the minute: as soon as fewer failures than the limit are recent.

    Failures are counted per browser; they grow old with the latest of their browser.
    """
    lasts = get_cool_off()
    recent = AccessAttempt.objects.filter(username=email, attempt_time__gte=timezone.now() - lasts)
    failures, moment = 0, timezone.now()
    for attempt in recent.order_by("-attempt_time"):
        failures += attempt.failures_since_start
        if failures >= settings.AXES_FAILURE_LIMIT:
            moment = attempt.attempt_time + lasts
            break
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


def open_again(person: Person) -> None:
    """Who has proven by a mailed link that the address is theirs may try at once."""
    reset(username=person.email)
    throttle.forget(throttle.CODES, person.pk)


def sweep() -> None:
    """Forget the tries that hold nobody back any more, and the sessions that have ended."""
    throttle.sweep()
    AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - get_cool_off()).delete()
    SessionStore.clear_expired()
