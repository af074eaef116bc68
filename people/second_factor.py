"""The second factor: a code from an app on one's phone, ten codes on paper, and what a session has shown of it.

Who holds a role of the municipality's must have one (roles.NEED_SECOND_FACTOR), anybody may, and who has one must show it.
Until then the session counts as signed out for every page but the two that ask for it. Refuses a code a second time.
"""

import logging
import secrets
from base64 import b32encode

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import get_hasher, make_password
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from journal import chain, clock, outbox
from people import throttle
from people.models import Person, RecoveryCode
from people.roles import NEED_SECOND_FACTOR

log = logging.getLogger(__name__)

SHOWN = "second factor shown"
CODES_ON_PAPER = 10
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that looks like another
DIGITS = 6


# ── what a session has shown ────────────────────────────────────────────────────────────────────────────────────────


def must_have(person: Person) -> bool:
    return person.has_role(*NEED_SECOND_FACTOR)


def owes(person: Person, session) -> bool:
    """Asks for nothing of its own: person and roles were read with the session."""
    return SHOWN not in session and (person.second_factor_since is not None or must_have(person))


def shown(session) -> None:
    session[SHOWN] = True


def let_in(request, person: Person) -> None:
    """The session has shown a code: it goes on under a new key, and whatever copied the old one is out."""
    request.user, request.halfway = person, None
    update_session_auth_hash(request, person)
    shown(request.session)


class SecondFactor:
    """Middleware, after those that know who is signed in: `halfway` is who still owes the code, `user` then nobody."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.halfway = None
        if request.user.is_authenticated and owes(request.user, request.session):
            request.halfway, request.user = request.user, AnonymousUser()
        return self.get_response(request)


# ── codes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def check(person: Person, code: str, field: str = "code") -> None:
    """Take a code from the phone or from paper, once. Raises ValidationError at the field."""
    if not throttle.take(throttle.CODES, person.pk):
        log.warning("no more codes for now from person %s", person.pk)
        opens = timezone.localtime(throttle.opens_at(throttle.CODES, person.pk) or clock.now())
        text = _("Der er skrevet for mange forkerte koder. Prøv igen kl. %(clock)s.")
        raise ValidationError({field: text % {"clock": date_format(opens, "H.i")}})
    with transaction.atomic():
        row = Person.objects.select_for_update().filter(pk=person.pk, is_active=True).first()
        accepted = row is not None and row.second_factor_since is not None and _accepts(row, code)
    if not accepted:
        log.warning("code of person %s refused", person.pk)
        raise ValidationError({field: _("Koden er forkert eller allerede brugt. Vent på den næste, og prøv igen.")})
    log.info("code of person %s accepted", person.pk)
    throttle.give_back(throttle.CODES, person.pk)


def _accepts(person: Person, code: str) -> bool:
    """The phone's code of this half minute, or one on paper; both are used up by it."""
    code = "".join(code.split()).replace("-", "").upper()
    if code.isascii() and code.isdigit() and len(code) == DIGITS:
        device = TOTPDevice.objects.select_for_update().filter(user=person, confirmed=True).first()
        return device is not None and device.verify_token(code)
    if not _use_paper(person, code):
        return False
    left = person.recovery_codes.count()
    _tell(person, "recovery_code_used", person, {"tilbage": left})
    return True


def _use_paper(person: Person, code: str) -> bool:
    kept = person.recovery_codes.first()
    if kept is None or not code:
        return False
    digest = _digest(code, get_hasher().decode(kept.digest)["salt"])
    return person.recovery_codes.filter(digest=digest).delete()[0] == 1


def _digest(code: str, salt: str) -> str:
    return make_password(code, salt)


@transaction.atomic
def _new_paper(person: Person) -> list[str]:
    """Ten new codes; the old ones end. They share a salt, so that one look costs one hashing."""
    person.recovery_codes.all().delete()
    salt = secrets.token_hex(16)
    codes = ["".join(secrets.choice(LETTERS) for _place in range(12)) for _code in range(CODES_ON_PAPER)]
    RecoveryCode.objects.bulk_create(RecoveryCode(person=person, digest=_digest(code, salt)) for code in codes)
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


# ── switched on, renewed, off ───────────────────────────────────────────────────────────────────────────────────────


def new_phone(person: Person, key: str = "") -> TOTPDevice:
    """A phone that is not anybody's yet: its key, and the address that an app reads it from."""
    return TOTPDevice(user=person, key=key or random_hex(20))


def secret_of(phone: TOTPDevice) -> str:
    """The key as an app takes it typed."""
    return b32encode(phone.bin_key).decode()


def fits(key: str, code: str) -> bool:
    """Whether a phone with this key shows that code about now; uses nothing up."""
    code = "".join(code.split())
    return code.isascii() and code.isdigit() and TOTP(bytes.fromhex(key)).verify(int(code), tolerance=1)


@transaction.atomic
def switch_on(person: Person, key: str, code: str) -> list[str]:
    """A phone that shows the right code becomes the person's; a phone before it ends. Answers the codes for the paper."""
    row = _locked(person)
    if row.second_factor_since != person.second_factor_since:
        raise ValidationError(_("Totrinslogin er ændret, siden du åbnede siden. Prøv igen."))
    TOTPDevice.objects.filter(user=row).delete()
    device = TOTPDevice.objects.create(user=row, name="", key=key)
    if not device.verify_token("".join(code.split())):
        raise ValidationError({"code": _("Koden passer ikke. Vent på den næste i appen, og skriv den.")})
    step = "second_factor_moved" if row.second_factor_since else "second_factor_on"
    _since(person, clock.now())
    codes = _new_paper(row)
    _tell(row, step, row)
    return codes


@transaction.atomic
def renew_paper(person: Person) -> list[str]:
    codes = _new_paper(_locked(person))
    _tell(person, "recovery_codes_renewed", person)
    return codes


@transaction.atomic
def switch_off(person: Person) -> None:
    """By the person, whose roles ask for none."""
    if must_have(person):
        raise ValidationError(_("Din rolle kræver totrinslogin. Du kan skifte telefon, men ikke slå det fra."))
    _end(person, "second_factor_off", person)


@transaction.atomic
def remove(person: Person, *, by: Person) -> None:
    """By an administrator, when phone and paper are lost: every session ends, and the next sign-in sets up a new phone."""
    if by == person:
        raise ValidationError(_("Du kan ikke fjerne dit eget totrinslogin her. Bed en anden administrator om det."))
    _end(person, "second_factor_removed", by)


def _end(person: Person, step: str, by: Person) -> None:
    if _locked(person).second_factor_since is None:
        raise ValidationError(_("Totrinslogin er ikke slået til."))
    TOTPDevice.objects.filter(user=person).delete()
    person.recovery_codes.all().delete()
    throttle.forget(throttle.CODES, person.pk)
    _since(person, None)
    _tell(person, step, by)


def _locked(person: Person) -> Person:
    row = Person.objects.select_for_update().filter(pk=person.pk, is_active=True).first()
    if row is None:
        raise ValidationError(_("Adgangen er lukket."))
    return row


def _since(person: Person, moment) -> None:
    Person.objects.filter(pk=person.pk).update(second_factor_since=moment)
    person.second_factor_since = moment


def _tell(person: Person, step: str, by: Person | None, facts: dict | None = None) -> None:
    """The journal knows, and so does the person: whoever did it."""
    event = chain.record(person.subject, step, by, facts or {})
    outbox.owe(event, person, "second_factor", {"step": step, "by": by, "facts": facts or {}})
