"""The door for persons: e-mail and password, how often one may try, and where one goes afterwards.

Says the same about a known and an unknown address. Refuses to lead anywhere but to our own pages.
"""

from datetime import timedelta

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from people import second_factor, throttle
from people.models import Person

TOO_MANY_REQUESTS = 429
BACKEND = "people.backend.PersonBackend"


def next_page(request) -> str:
    """The page asked for before signing in, when it is one of ours; else the front page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours and "/" in wanted else reverse("home")  # without one it would be taken for the name of a view


def enter(request, person: Person):
    """A new session of a person who has proven one thing; what it leads to depends on whether another is owed."""
    wanted = next_page(request)
    request.session.flush()
    login(request, person, backend=BACKEND)
    if second_factor.owes(person, request.session):
        return redirect_to_login(wanted, settings.SECOND_FACTOR_URL)
    return redirect(wanted)


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
