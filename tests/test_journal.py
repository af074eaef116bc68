"""The chain shows every change, and its database refuses to make one."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from applications import verifying
from applications.tasks import mail_anchor
from journal import chain, clock
from journal.models import ChainHead, Event, Message

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def triggers(on: bool):
    """Take the guard of the events away and put it back, as only a database owner could."""
    if connection.vendor == "postgresql":
        word = "ENABLE" if on else "DISABLE"
        statements = [f"ALTER TABLE journal_event {word} TRIGGER journal_event_no_change"]
    elif on:
        statements = [
            f"CREATE TRIGGER journal_event_no_{what.lower()} BEFORE {what} ON journal_event "
            "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
            for what in ("UPDATE", "DELETE")
        ]
    else:
        statements = [f"DROP TRIGGER journal_event_no_{what}" for what in ("update", "delete")]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def unguarded(db):
    """No guard until the test ends: its rollback takes back what was done to the triggers as well."""
    triggers(on=False)


@pytest.fixture
def fifty(db):
    for number in range(50):
        chain.record(f"prøve/{number % 3}", "try", None, {"tal": number})
    return list(Event.objects.order_by("position"))


def test_events_follow_each_other_and_number_their_own_subject(fifty):
    assert [event.number for event in fifty[:6]] == [1, 1, 1, 2, 2, 2]
    assert [event.previous_hash for event in fifty[1:]] == [event.hash for event in fifty[:-1]]
    assert chain.faults() == []


@pytest.mark.parametrize("action", ["update", "delete"])
def test_the_database_refuses_to_change_or_delete_an_event(fifty, action):
    rows = Event.objects.filter(pk=fifty[3].pk)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(step="andet") if action == "update" else rows.delete()
    assert Event.objects.count() == 50


CHANGES = {
    "subject": "andet/1",
    "number": 999,
    "step": "other",
    "at": datetime(2020, 1, 1, tzinfo=UTC),
    "payload": {"tal": -1},
    "salt": "0" * 32,
    "payload_digest": "0" * 64,
    "previous_hash": "1" * 64,
    "hash": "2" * 64,
    "blacked_out_by": 50,
}


@pytest.mark.parametrize("column", [*CHANGES, "actor"])
def test_each_changed_column_of_fifty_events_is_found_at_its_row(unguarded, fifty, cast, column):
    """The twin of the guard: with the trigger gone the change goes in, and the chain names the row."""
    for event in Event.objects.filter(subject__startswith="prøve/"):
        with transaction.atomic():
            change = {"actor": cast["otto"]} if column == "actor" else {column: CHANGES[column]}
            if column in ("number", "hash"):
                change = {column: str(CHANGES[column])[:-2] + f"{event.position % 100:02}"}
            Event.objects.filter(pk=event.pk).update(**change)
            found = chain.faults()
            assert any(fault.startswith(f"event {event.position}:") for fault in found), (column, event.position)
            transaction.set_rollback(True)


def test_a_deleted_event_is_found(unguarded, fifty):
    fifty[20].delete()
    assert f"event {fifty[20].position}: missing, {fifty[21].position} follows" in chain.faults()


def test_a_cut_tail_is_found_by_the_anchor_alone(unguarded, fifty):
    anchor = chain.head()
    Event.objects.filter(position__gt=40).delete()
    last = Event.objects.order_by("-position").first()
    ChainHead.objects.update(position=last.position, hash=last.hash)
    assert chain.faults() == []
    assert chain.faults(anchor) == [f"chain: ends at 40, the anchor says {anchor.position}"]


def test_a_rewritten_chain_differs_from_its_anchor(fifty):
    forged = chain.Anchor(30, "f" * 64)
    assert chain.faults(forged) == ["event 30: differs from the anchor"]


def test_a_head_that_does_not_fit_is_found(fifty):
    ChainHead.objects.update(position=7)
    assert chain.faults() == ["chain head: does not match the last event 50"]


def test_an_anchor_is_read_from_any_text_that_holds_one():
    anchor = chain.Anchor(12, "a" * 64)
    assert chain.Anchor.read(f"Gem denne mail. Anker: {anchor}. Hilsen") == anchor
    with pytest.raises(ValueError, match="no anchor"):
        chain.Anchor.read("12:kort og 9:" + "b" * 63)


def test_an_empty_chain_has_a_head_at_zero():
    assert chain.head() == chain.Anchor(0, chain.GENESIS)
    assert chain.faults() == []


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused():
    with pytest.raises(chain.NotInTransaction):
        chain.record("prøve/1", "try", None)


def test_the_clock_takes_aware_moments_only():
    with pytest.raises(ValueError, match="aware"):
        clock.set_to(datetime(2026, 1, 1))


def test_the_anchor_is_owed_to_the_auditor_once_a_day(cast):
    mail_anchor()
    mail_anchor()
    mails = Message.objects.filter(template="anchor")
    assert [mail.person for mail in mails] == [cast["rasmus"]]
    anchor = chain.Anchor.read(mails[0].body)
    assert chain.faults(anchor) == []


def test_the_fingerprint_changes_with_a_fact_and_not_with_the_clock(cast):
    before = verifying.fingerprint()
    clock.set_to(datetime(2030, 1, 1, tzinfo=UTC))
    assert verifying.fingerprint() == before
    cast["otto"].phone = "5588 5588"
    cast["otto"].save()
    assert verifying.fingerprint() != before
