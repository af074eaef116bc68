"""Which browsers a person has signed in from: a signed cookie of a year, which opens nothing.

A town hall shares one address, so guesses from there share one bucket; who has signed in from a browser before has a bucket
of that browser's own, for that person's address alone. So nobody can shut out those who work there, nor guess at others.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from people.models import Person

SALT = "known browser"
LASTS = 365 * 24 * 3600
MOST = 10  # persons who share a browser; the one who was here last stays


def bucket(request, email: str) -> str:
    """The name of this browser's own bucket for that address; empty when the browser is unknown."""
    known = _read(request)
    return f"browser {known['id']}" if _mark(email) in known["who"] else ""


def remember(request, response, person: Person):
    """The person has signed in, whole: the browser is known from now on. Answers the response."""
    known, mark = _read(request), _mark(person.email)
    known["who"] = [mark, *(other for other in known["who"] if other != mark)][:MOST]
    value = signing.dumps(known, salt=SALT, compress=True)
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(settings.BROWSER_COOKIE_NAME, value, LASTS, secure=secure, httponly=True, samesite="Lax")
    return response


def _read(request) -> dict:
    try:
        return signing.loads(request.COOKIES.get(settings.BROWSER_COOKIE_NAME, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return {"id": secrets.token_hex(8), "who": []}


def _mark(email: str) -> str:
    return salted_hmac(SALT, email.strip().lower(), algorithm="sha256").hexdigest()[:20]
