"""Events (what happened), the chain's head, and messages (whom we owe a word).

Rows of Event are written by journal.chain alone and never changed, but for text that must be gone (chain.black_out): a
trigger in the database refuses all else.
Rows of Message are written by journal.outbox.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One thing that happened to one subject: «ansøgning/2026-014», «runde/3», «person/12», «møde/2».

    `position` is its place in the whole chain, `number` its place in the subject's own story.
    """

    position = models.PositiveBigIntegerField(unique=True)
    subject = models.CharField(max_length=100)
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    payload = models.JSONField(default=dict)
    salt = models.CharField(max_length=32)
    payload_digest = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    # the position of the event that says its text is gone, and that vouches for what is left of the payload
    blacked_out_by = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="event_number_once_per_subject")]

    def __str__(self):
        return f"{self.subject}#{self.number} {self.step}"


class ChainHead(models.Model):
    """The last link of the chain; its only row is the lock that puts all events in one order."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    position = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_chain_head")]


# what a person can read by now and has not read
UNREAD = models.Q(read_at=None, due_at__isnull=False)


class Message(models.Model):
    """A word owed to a person because of an event. Its text is fixed when it is owed, so what was said can be read later.

    `due_at` empty: held until a person releases it (letters). `claimed_at`: a sender has it in hand.
    """

    event = models.ForeignKey(Event, models.PROTECT, related_name="messages")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages")
    template = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    link = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(_("seneste fejl"), max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "person", "template"], name="message_once_per_event_and_person")
        ]
        indexes = [
            models.Index(fields=["due_at"], name="message_owed", condition=models.Q(sent_at=None)),
            models.Index(fields=["person", "-created_at"], name="message_of_person"),
            models.Index(fields=["person"], name="message_unread", condition=models.Q(read_at=None)),
        ]

    def __str__(self):
        return f"{self.template} → {self.person_id}"

    @property
    def mail_id(self) -> str:
        """A stable Message-ID: a rare second delivery can be recognised as the same mail."""
        return f"<{self.event.hash[:24]}.{self.pk}@{settings.MAIL_DOMAIN}>"


class Lease(models.Model):
    """What one process of many may do until `expires_at`; no fact about the pool. Held through journal.timetable."""

    name = models.CharField(max_length=30, primary_key=True)
    owner = models.CharField(max_length=120)
    expires_at = models.DateTimeField()

    def __str__(self):
        return f"{self.name}: {self.owner}"


class Job(models.Model):
    """When a job of the timetable was last asked for, and last done; no fact about the pool."""

    task = models.CharField(max_length=100, primary_key=True)
    asked_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    def __str__(self):
        return self.task
