"""What we owe whom leaves the house at least once, and nothing is lost when the mail server or the broker is dead."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from kombu import pools

from journal import chain, clock, nudges, outbox
from journal.models import Message
from journal.tasks import send_messages

pytestmark = [pytest.mark.django_db, pytest.mark.both]


class DeadServer(BaseEmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError("no mail server")


@pytest.fixture(autouse=True)
def nothing_else_owed(cast):
    """What the administrators were told while the cast was appointed has left the house."""
    Message.objects.update(sent_at=clock.now())


@pytest.fixture
def owed(cast):
    """One message owed to Anna."""
    with transaction.atomic():
        event = chain.record("prøve/1", "try", cast["karen"])
        return outbox.owe(event, cast["anna"], "anchor", {"anchor": "1:" + "a" * 64})


def test_a_message_is_sent_once_with_its_own_id(owed):
    assert (outbox.send_due(), outbox.send_due()) == (1, 0)
    assert [(m.to, m.extra_headers["Message-ID"]) for m in mail.outbox] == [(["anna@naestved.example"], owed.mail_id)]


def test_the_same_event_owes_a_person_one_message(owed, cast):
    assert outbox.owe(owed.event, cast["anna"], "anchor", {"anchor": "x"}) is None
    assert Message.objects.filter(template="anchor").count() == 1


def test_a_dead_mail_server_costs_attempts_and_never_messages(owed):
    assert outbox.send_due(connection=DeadServer()) == 0
    owed.refresh_from_db()
    assert (owed.attempts, owed.sent_at, owed.claimed_at) == (1, None, None)
    assert owed.due_at == clock.now() + timedelta(minutes=1)
    assert owed.last_error == "ConnectionRefusedError: no mail server"
    clock.set_to(clock.now() + timedelta(minutes=2))
    assert outbox.send_due() == 1


def test_waits_grow_to_an_hour_and_no_further(owed):
    Message.objects.filter(pk=owed.pk).update(attempts=9)
    outbox.send_due(connection=DeadServer())
    owed.refresh_from_db()
    assert owed.due_at == clock.now() + timedelta(hours=1)


def test_what_a_killed_sender_had_claimed_goes_out_after_ten_minutes(owed):
    Message.objects.filter(pk=owed.pk).update(claimed_at=clock.now())
    assert outbox.send_due() == 0
    clock.set_to(clock.now() + timedelta(minutes=11))
    assert outbox.send_due() == 1


def test_a_message_that_another_sender_claims_first_is_left_to_it(owed):
    class Rival(EmailBackend):
        """Claims the second message while the first one is being sent."""

        def send_messages(self, messages):
            Message.objects.exclude(pk=first.pk).update(claimed_at=clock.now())
            return super().send_messages(messages)

    first = owed
    with transaction.atomic():
        event = chain.record("prøve/2", "try", None)
        outbox.owe(event, owed.person, "anchor", {"anchor": "y"})
    assert outbox.send_due(connection=Rival()) == 1
    assert Message.objects.filter(sent_at=None, template="anchor").count() == 1


def test_held_messages_wait_for_a_person_to_release_them(cast):
    with transaction.atomic():
        event = chain.record("prøve/1", "try", None)
        message = outbox.owe(event, cast["anna"], "anchor", {"anchor": "x"}, held=True)
    assert outbox.send_due() == 0
    assert outbox.release(Message.objects.filter(pk=message.pk)) == 1
    assert outbox.release(Message.objects.filter(pk=message.pk)) == 0
    assert outbox.send_due() == 1


def test_a_daily_digest_gathers_the_day_into_one_mail_at_seven(cast):
    anna = cast["anna"]
    anna.daily_digest = True
    anna.save()
    for number in (1, 2):
        with transaction.atomic():
            outbox.owe(chain.record(f"prøve/{number}", "try", None), anna, "anchor", {"anchor": f"nr {number}"})
    assert outbox.send_due() == 0
    clock.set_to(clock.now().replace(hour=6, minute=1) + timedelta(days=1))
    assert outbox.send_due() == 1
    assert mail.outbox[0].subject == "Dagens beskeder fra bæredygtighedspuljen: 2"
    assert all(f"nr {number}" in mail.outbox[0].body for number in (1, 2))
    assert Message.objects.filter(sent_at=None, template="anchor").count() == 0


def test_before_seven_the_digest_goes_the_same_morning(cast):
    anna = cast["anna"]
    anna.daily_digest = True
    anna.save()
    clock.set_to(clock.now().replace(hour=4))
    with transaction.atomic():
        message = outbox.owe(chain.record("prøve/1", "try", None), anna, "anchor", {"anchor": "x"})
    assert message.due_at == clock.now() + timedelta(hours=2)


def test_who_has_left_the_house_is_owed_nothing_more(owed, cast):
    cast["anna"].is_active = False
    cast["anna"].save()
    assert outbox.send_due() == 0
    owed.refresh_from_db()
    assert (mail.outbox, owed.last_error) == ([], "inactive")
    assert outbox.unsent().filter(pk=owed.pk).exists() is False


def test_the_worker_s_task_sends_what_is_owed(owed):
    send_messages()
    assert [m.to for m in mail.outbox] == [["anna@naestved.example"]]


def test_a_dead_broker_is_no_error_to_the_person(owed, settings, caplog):
    from config.celery import app

    app.conf.broker_url = "redis://127.0.0.1:1/0"
    app.pool.force_close_all()
    app._pool = None
    try:
        outbox.nudge()
    finally:
        app.conf.broker_url = settings.CELERY_BROKER_URL
        pools.reset()  # a closed pool of the broker that lives would be found again
        app._pool = app.amqp._producer_pool = None
        nudges.wake()
    assert "broker did not take a nudge" in caplog.text
