"""What we owe whom, and its delivery: at least once, under a stable Message-ID.

`owe` writes a message in the transaction of its event. `send_due` claims (compare and set), sends, marks. A killed
sender's claim runs out after ten minutes and the mail goes again under the same Message-ID. A dead mail server costs
attempts, never messages.
"""

import logging
from datetime import timedelta

from django.core.mail import EmailMessage, get_connection
from django.db.models import F, Min, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from journal import clock, nudges
from journal.models import Event, Message

log = logging.getLogger(__name__)
CLAIM_LASTS = timedelta(minutes=10)
LONGEST_WAIT = timedelta(hours=1)
DIGEST_HOUR = 7


def owe(event: Event, person, template: str, context: dict, *, link: str = "", held: bool = False) -> Message | None:
    """Owe `person` the text of templates/mail/<template>.txt (first line: the subject). A second time is no time."""
    with translation.override(person.language):
        text = render_to_string(f"mail/{template}.txt", {**context, "event": event, "person": person})
    subject, _sep, body = text.strip().partition("\n")
    message, new = Message.objects.get_or_create(
        event=event,
        person=person,
        template=template,
        defaults={
            "subject": " ".join(subject.split())[:200],  # a mail's header breaks at more than line feeds
            "body": body.strip(),
            "link": link,
            "created_at": clock.now(),
            "due_at": None if held else _due(person),
        },
    )
    if new and not held:
        nudges.after_commit(nudge)
    return message if new else None


def release(messages) -> int:
    """Let held messages go; answers how many were held."""
    count = 0
    for message in messages.filter(due_at=None).select_related("person"):
        count += Message.objects.filter(pk=message.pk, due_at=None).update(due_at=_due(message.person))
    nudges.after_commit(nudge)
    return count


def nudge() -> None:
    """Ask a worker to look at the outbox. A dead broker is no error: the timetable looks too."""
    from journal.tasks import send_messages

    nudges.send(send_messages)


def unsent(now=None):
    """Messages that are due and neither sent nor freshly claimed, oldest first."""
    now = now or clock.now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM_LASTS)
    return Message.objects.filter(free, sent_at=None, due_at__lte=now).order_by("due_at", "id")


def oldest_wait() -> timedelta:
    """How long the oldest mail that nobody could deliver has been owed: what was put off counts from its first try."""
    now = clock.now()
    owed = Message.objects.filter(sent_at=None, due_at__isnull=False, person__is_active=True)
    firsts = owed.order_by().values_list("attempts").annotate(first=Min("due_at"))
    return max([timedelta(0), *(now - first + _put_off(attempts) for attempts, first in firsts)])


def _put_off(attempts: int) -> timedelta:
    """By how much so many failures have moved a message's time."""
    return sum((_wait(attempt) for attempt in range(attempts)), timedelta(0))


def _wait(attempts: int) -> timedelta:
    """After so many failures and one more: 1, 2, 4 … minutes, at the most an hour."""
    return min(timedelta(minutes=2**attempts), LONGEST_WAIT) if attempts < 6 else LONGEST_WAIT


def send_due(limit: int = 200, connection=None) -> int:
    """Send what is due, each message claimed first; answers how many mails left the house."""
    sent, connection = 0, connection or get_connection()
    batches: dict[tuple, list[Message]] = {}
    for message in unsent().select_related("person", "event")[:limit]:
        key = ("digest", message.person_id) if message.person.daily_digest else ("one", message.pk)
        batches.setdefault(key, []).append(message)
    for messages in batches.values():
        sent += _send([message for message in messages if _claim(message)], connection)
    return sent


def _due(person):
    """Now; for who chose a daily digest, the next morning at seven."""
    now = clock.now()
    if not person.daily_digest:
        return now
    local = timezone.localtime(now)
    morning = local.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return morning if morning > local else morning + timedelta(days=1)


def _claim(message: Message) -> bool:
    now = clock.now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM_LASTS)
    return Message.objects.filter(free, pk=message.pk, sent_at=None).update(claimed_at=now) == 1


def _send(messages: list[Message], connection) -> int:
    """One mail to one person; who has left the house is owed nothing more."""
    if not messages:
        return 0
    ids, person = [message.pk for message in messages], messages[0].person
    if not person.is_active:
        Message.objects.filter(pk__in=ids).update(sent_at=clock.now(), last_error="inactive")
        return 0
    try:
        _mail(person, messages, connection).send()
    except Exception as error:  # whatever the mail server does, the message stays owed
        _postpone(messages, error)
        return 0
    Message.objects.filter(pk__in=ids).update(sent_at=clock.now(), last_error="", attempts=F("attempts") + 1)
    return 1


def _postpone(messages: list[Message], error: Exception) -> None:
    """Try again later."""
    log.warning("mail to person %s not sent: %s", messages[0].person_id, type(error).__name__)
    for message in messages:
        Message.objects.filter(pk=message.pk).update(
            claimed_at=None,
            due_at=clock.now() + _wait(message.attempts),
            attempts=F("attempts") + 1,
            last_error=f"{type(error).__name__}: {error}"[:300],
        )


def _mail(person, messages: list[Message], connection) -> EmailMessage:
    first = messages[0]
    if len(messages) == 1:
        subject, body = first.subject, first.body
    else:
        with translation.override(person.language):
            subject = _("Dagens beskeder fra bæredygtighedspuljen: %(count)s") % {"count": len(messages)}
        body = "\n\n———\n\n".join(f"{message.subject}\n\n{message.body}" for message in messages)
    return EmailMessage(subject, body, to=[person.email], connection=connection, headers={"Message-ID": first.mail_id})
