"""The way in by mail: an invitation, or a new password when the old one is forgotten.

A request writes the same row for a known and an unknown address and answers the same; the worker looks who is known.
The link is made in the moment its mail is sent, so a token stands nowhere in our database, in no event and in no message;
that is why these mails do not go through the outbox. Django's tokens hold for settings.PASSWORD_RESET_TIMEOUT and once.
"""

import logging
from datetime import timedelta

from django.contrib.auth.tokens import default_token_generator as tokens
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Min, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from journal import chain, clock, nudges
from journal.outbox import CLAIM_LASTS
from people import sign_in
from people.models import AccessMail, Person

log = logging.getLogger(__name__)
# nobody can fill another's mailbox: one mail per address in this time, an administrator's invitation apart
PAUSE = timedelta(minutes=5)
KEPT = timedelta(days=1)
Reason = AccessMail.Reason


@transaction.atomic
def ask(email: str, reason: Reason = Reason.FORGOTTEN) -> None:
    """Owe an address a link, whether we know it or not."""
    now = clock.now()
    owed = {"reason": reason, "asked_at": now, "claimed_at": None, "settled_at": None, "attempts": 0}
    row, new = AccessMail.objects.get_or_create(email=email.strip().lower(), defaults=owed)
    if not new and (reason == Reason.INVITATION or row.asked_at <= now - PAUSE):
        AccessMail.objects.filter(pk=row.pk).update(**owed)
    nudges.after_commit(nudge)


def invite(person: Person, *, by: Person | None) -> None:
    """Owe a person the link that opens their access."""
    invite_all([person], by=by)


@transaction.atomic
def invite_all(persons: list[Person], *, by: Person | None) -> None:
    chain.record_all(by, "invite", [(person.subject, {}) for person in persons])
    for person in persons:
        ask(person.email, Reason.INVITATION)


def nudge() -> None:
    """Ask a worker to look. A dead broker is no error: the timetable looks too."""
    from people.tasks import send_access_mails

    nudges.send(send_access_mails)


def send_due() -> int:
    """Send what is owed, each claimed first; forget what was settled a day ago. Answers how many mails left the house."""
    now, sent = clock.now(), 0
    AccessMail.objects.filter(settled_at__lt=now - KEPT).delete()
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM_LASTS)
    for row in AccessMail.objects.filter(free, settled_at=None).order_by("asked_at", "id"):
        if AccessMail.objects.filter(free, pk=row.pk, settled_at=None).update(claimed_at=now):
            sent += _settle(row)
    return sent


def oldest_wait() -> timedelta:
    """How long the oldest link that was asked for has been owed."""
    first = AccessMail.objects.filter(settled_at=None).aggregate(first=Min("asked_at"))["first"]
    return max(clock.now() - first, timedelta(0)) if first else timedelta(0)


def _settle(row: AccessMail) -> int:
    person = Person.objects.filter(email=row.email, is_active=True).first()
    if person:
        try:
            mail_to(person, row.reason).send()
        except Exception as error:  # whatever the mail server does, the link stays owed until the claim runs out
            log.warning("link to person %s not sent: %s", person.pk, type(error).__name__)
            AccessMail.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)
            return 0
    with transaction.atomic():
        AccessMail.objects.filter(pk=row.pk).update(settled_at=clock.now(), attempts=F("attempts") + 1)
        if person:
            chain.record(person.subject, "mail_link", None, {"grund": row.reason})
    return 1 if person else 0


def mail_to(person: Person, reason: str) -> EmailMessage:
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    link = reverse("people:set-password", args=[uid, tokens.make_token(person)])
    with translation.override(person.language):
        text = render_to_string(f"mail/access_{reason}.txt", {"person": person, "link": link})
    subject, _sep, body = text.strip().partition("\n")
    return EmailMessage(subject.strip(), body.strip(), to=[person.email])


def holder_of(uid: str, token: str) -> Person | None:
    """The active person whose unused, still valid link this is."""
    try:
        person = Person.objects.get(pk=int(urlsafe_base64_decode(uid)), is_active=True)
    except (ValueError, OverflowError, Person.DoesNotExist):
        return None
    return person if tokens.check_token(person, token) else None


@transaction.atomic
def use_link(uid: str, token: str, password: str) -> None:
    """Choose a password by a mailed link: of two who press at once, one; nobody whose access was closed meanwhile."""
    person = holder_of(uid, token)
    if person:
        row = Person.objects.select_for_update().filter(pk=person.pk, is_active=True).first()
        person = row if row and tokens.check_token(row, token) else None
    if person is None:
        raise ValidationError(_("Linket virker ikke længere. Bed om et nyt."))
    choose_password(person, password)


@transaction.atomic
def choose_password(person: Person, password: str) -> None:
    """A person chooses a password: their other sessions and every link mailed before end."""
    person.set_password(password)
    if not Person.objects.filter(pk=person.pk, is_active=True).update(password=person.password):
        raise ValidationError(_("Adgangen er lukket."))
    sign_in.open_again(person)
    chain.record(person.subject, "choose_password", person, {})
