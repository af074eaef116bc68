"""The municipality's own sign-in by OpenID Connect (Entra ID): what goes out to it, and what of its answer is believed.

The code flow with PKCE, state and nonce, by Authlib. Believes a token of our issuer, for us, signed, fresh, and answering
this very browser's question; refuses everything else with `Refused`. Knows no person: that is people.directory.
"""

import logging
import time
from dataclasses import dataclass
from functools import lru_cache

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.urls import reverse
from joserfc.errors import JoseError
from requests import RequestException

log = logging.getLogger(__name__)
NAME = "municipality"
PATIENCE = 5  # seconds for the provider to answer
READ_ANEW = 3600  # seconds after which its addresses and keys are read again
SIGNATURES = ["RS256", "PS256", "ES256"]  # with a public key, so that only the provider can sign
WANTED, STARTED = "page wanted from the municipality's sign-in", "signed in by the municipality"


class Refused(Exception):
    """The answer is not believed; the log says why."""


class Unreachable(Exception):
    """The provider does not answer."""


@dataclass(frozen=True)
class Claims:
    """What the provider says of who stands at the door."""

    issuer: str
    subject: str
    email: str  # empty unless the provider has verified it
    groups: frozenset[str] | None  # None when it left them out for being too many
    proven_twice: bool


def is_on() -> bool:
    return bool(settings.OIDC_ISSUER)


def begin(request, wanted: str):
    """The redirect to the provider; the page wanted waits in the session."""
    request.session[WANTED] = wanted
    return _guarded(lambda: _client().authorize_redirect(request, settings.HOST_URL + reverse("people:directory-answer")))


def read_answer(request) -> tuple[Claims, str]:
    """(what is said of the person, the page wanted). The question is used up by its first answer."""
    wanted = request.session.pop(WANTED, "/")
    expected = {
        "iss": {"essential": True, "value": settings.OIDC_ISSUER},
        "aud": {"essential": True, "value": settings.OIDC_CLIENT_ID},
    }
    token = _guarded(lambda: _client().authorize_access_token(request, claims_options=expected, leeway=60))
    said = token.get("userinfo")
    if not said:
        raise Refused("no identity in the answer")
    return _claims(said), wanted


def sign_out_address() -> str:
    """Where one also leaves the municipality's sign-in; empty when it has no such page, or does not answer."""
    try:
        found = _guarded(lambda: _client().load_server_metadata()).get("end_session_endpoint")
        if not found:
            return ""
        return _client().create_logout_url(settings.HOST_URL + "/", client_id=settings.OIDC_CLIENT_ID)["url"]
    except (Refused, Unreachable):
        return ""


def _claims(said: dict) -> Claims:
    verified = said.get("email_verified") is True or said.get("xms_edov") in (True, 1, "1", "true")
    email, groups = said.get("email"), said.get("groups", [])
    if "groups" in (said.get("_claim_names") or {}) or said.get("hasgroups"):
        groups = None
    elif not isinstance(groups, list):
        raise Refused("groups are no list")
    return Claims(
        issuer=said["iss"],
        subject=str(said["sub"]),
        email=email.strip().lower() if verified and isinstance(email, str) else "",
        groups=None if groups is None else frozenset(map(str, groups)),
        proven_twice="mfa" in (said.get("amr") or []),
    )


def _guarded(ask):
    """Whatever the provider does, one of two things is said of it. Neither codes nor tokens reach the log."""
    try:
        return ask()
    except RequestException as silence:
        log.warning("the municipality's sign-in does not answer: %s", type(silence).__name__)
        raise Unreachable from silence
    except (AuthlibBaseError, JoseError, RuntimeError, ValueError, KeyError, TypeError) as lie:
        log.warning("the municipality's sign-in was not believed: %s", type(lie).__name__)
        raise Refused from lie


def _client():
    known = (settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)
    return _client_of(*known, int(time.time()) // READ_ANEW)


@lru_cache(maxsize=2)
def _client_of(issuer: str, client_id: str, client_secret: str, _hour: int):
    client = OAuth().register(
        NAME,
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE,
            "max_redirects": 0,  # the provider answers where it says it does, or not at all
        },
    )
    metadata = client.load_server_metadata()
    if metadata.get("issuer") != issuer:
        raise Refused("another issuer answers")
    metadata["id_token_signing_alg_values_supported"] = SIGNATURES
    return client
