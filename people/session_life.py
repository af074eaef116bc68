"""How long a session lives: so long idle, so long at all. Held on the server, whatever the cookie says.

Counts by the machine's time, as the session store itself does: a session belongs to a real browser, and a run that plays
a year in a minute signs nobody out. Refuses to let an old session do one thing more; who signs in comes back to the page.
"""

import time
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login

BEGUN, SEEN, ENDED = "begun", "seen", "ended"
# a session is written at most so often, not on every page
SEEN_IS_WRITTEN_EVERY = 60


def begin(sender, request, user, **kwargs) -> None:
    """A person has signed in: their session's time begins."""
    request.session[BEGUN] = request.session[SEEN] = int(time.time())


def has_ended(session) -> bool:
    """Idle for too long, or too old at all."""
    now = time.time()
    idle, age = now - session.get(SEEN, now), now - session.get(BEGUN, now)
    return idle >= settings.SESSION_IDLE_SECONDS or age >= settings.SESSION_COOKIE_AGE


class SessionLife:
    """Middleware, after the one that knows who is signed in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            if has_ended(request.session):
                logout(request)
                request.session[ENDED] = True
                if request.method not in ("GET", "HEAD"):
                    return redirect_to_login(page_before(request))
            else:
                self.saw(request.session)
        return self.get_response(request)

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
