"""How long a session lives: so long idle, so long at all. Held on the server, whatever the cookie says.

Counts by the machine's time, as the session store itself does: a session belongs to a real browser, and a run that plays
a year in a minute signs nobody out. Only what a person does keeps a session: not what a page asks by itself
(`unattended`). Refuses to let an old session do one thing more; who signs in comes back to the page and what was typed.
"""

import time
from math import ceil
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login

from people import kept

BEGUN, SEEN, ENDED = "begun", "seen", "ended"
# a session is written at most so often, not on every page
SEEN_IS_WRITTEN_EVERY = 60


def unattended(view):
    """Mark a view that pages ask by themselves: it keeps no session."""
    view.unattended = True
    return view


def begin(sender, request, user, **kwargs) -> None:
    """A person has signed in: their session's time begins."""
    request.session[BEGUN] = request.session[SEEN] = int(time.time())


def left(session) -> dict[str, int]:
    """Seconds until the session ends: for want of a key or a click, and whatever is done."""
    now = time.time()
    idle, age = now - session.get(SEEN, now), now - session.get(BEGUN, now)
    return {"idle": ceil(settings.SESSION_IDLE_SECONDS - idle), "whole": ceil(settings.SESSION_COOKIE_AGE - age)}


def has_ended(session) -> bool:
    """Idle for too long, or too old at all."""
    return min(left(session).values()) <= 0


class SessionLife:
    """Middleware, after the one that knows who is signed in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.ended_for = None
        if request.user.is_authenticated and has_ended(request.session):
            request.ended_for = request.user
            logout(request)
            request.session[ENDED] = True
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """After the check of the form's token. What is sent without a session is not taken; its words may be kept."""
        if request.user.is_authenticated:
            if not getattr(view, "unattended", False):
                self.saw(request.session)
            return None
        if request.method in ("GET", "HEAD"):
            return None
        if getattr(view, "keeps_typed", False) and kept.keep_sent(request):
            return redirect_to_login(request.path)
        return redirect_to_login(page_before(request)) if request.ended_for else None

    @staticmethod
    def saw(session) -> None:
        now = int(time.time())
        session.setdefault(BEGUN, now)
        if now - session.get(SEEN, 0) >= SEEN_IS_WRITTEN_EVERY:
            session[SEEN] = now


def page_before(request) -> str:
    """The page whose form was sent: one comes back to a page that can be opened, not to an address that only takes posts."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc != request.get_host():
        return "/"
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")
