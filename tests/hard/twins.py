"""The product with one of its guards taken away: the rig must see the harm, or it proves nothing."""

from django.apps import AppConfig
from django.db import connection


class Twin(AppConfig):
    name = "tests.hard"
    label = "twin"


class SendsWithoutClaiming(Twin):
    """A sender that sends and then marks, and claims nothing."""

    def ready(self):
        from journal import outbox

        outbox._claim = lambda message: True


class MarksBeforeSending(Twin):
    """A sender that calls a mail sent when it begins to send it."""

    def ready(self):
        from django.utils import timezone

        from journal import outbox
        from journal.models import Message

        def mark(message):
            return Message.objects.filter(pk=message.pk, sent_at=None).update(sent_at=timezone.now()) == 1

        outbox._claim = mark


class CommitsInTheMiddle(Twin):
    """A door whose event is committed before the case is saved."""

    def ready(self):
        from journal import chain

        record = chain.record

        def torn(*args):
            event = record(*args)
            connection.connection.commit()
            return event

        chain.record = torn
