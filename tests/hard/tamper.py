"""Row 11: whoever changes, deletes, swaps or cuts events in the database, past its guards, is found."""

import random
from datetime import timedelta

import pytest
from django.db import transaction

from journal import chain
from journal.models import ChainHead, Event
from tests.test_journal import unguarded  # noqa: F401  the guard of the events away

pytestmark = pytest.mark.django_db
SEED, EVENTS, TRIES = 20260302, 120, 1000
KINDS = ["change", "change", "delete", "swap", "cut"]


@pytest.fixture
def events(unguarded, cast):  # noqa: F811
    """A chain by several persons; the test's rollback puts the guard back."""
    for number in range(EVENTS):
        chain.record(f"prøve/{number % 5}", "try", cast[("anna", "karen", "mads")[number % 3]], {"tal": number})
    return list(Event.objects.filter(subject__startswith="prøve/").order_by("position"))


class Tamperer:
    """Each kind of tampering; answers the position that must be named, None for «the anchor must say it»."""

    def __init__(self, chance: random.Random, events: list[Event], cast):
        self.chance, self.events, self.cast = chance, events, cast

    def change(self) -> int:
        event = self.chance.choice(self.events)
        fresh = f"{self.chance.getrandbits(256):064x}"
        changes = {
            "subject": f"andet/{event.pk}", "number": 10_000 + event.pk, "step": "other",
            "at": event.at + timedelta(seconds=1), "actor": self.cast["otto"],
            "payload": {"tal": -1}, "salt": fresh[:32], "payload_digest": fresh, "previous_hash": fresh, "hash": fresh,
        }  # fmt: skip
        column = self.chance.choice(list(changes))
        Event.objects.filter(pk=event.pk).update(**{column: changes[column]})
        return event.position

    def delete(self) -> int:
        event = self.chance.choice(self.events[:-1])
        Event.objects.filter(pk=event.pk).delete()
        return event.position

    def swap(self) -> int:
        """Two events change places in the chain."""
        one, other = sorted(self.chance.sample(self.events, 2), key=lambda event: event.position)
        Event.objects.filter(pk=one.pk).update(position=10**9)
        Event.objects.filter(pk=other.pk).update(position=one.position)
        Event.objects.filter(pk=one.pk).update(position=other.position)
        return one.position

    def cut(self) -> None:
        """The tail goes, and the head is made to fit: only what was taken out of the house tells."""
        last = self.chance.choice(self.events[:-1])
        Event.objects.filter(position__gt=last.position).delete()
        ChainHead.objects.update(position=last.position, hash=last.hash)


def found(position: int | None, anchor: chain.Anchor) -> bool:
    if position is None:
        return chain.faults() == [] and any("the anchor says" in fault for fault in chain.faults(anchor))
    return any(fault.startswith(f"event {position}:") for fault in chain.faults())


@pytest.mark.proves(11, minutes=1.5)
def test_every_change_deletion_swap_and_cut_is_found(events, cast, proof):
    """Random changes of any column, deletions, swaps and cut tails: each named at its row, a cut tail by the anchor."""
    chance, anchor = random.Random(SEED), chain.head()
    proof.goal("events tampered with", TRIES)
    for _turn in proof.turns(gate=1, night=TRIES):
        kind = chance.choice(KINDS)
        with transaction.atomic():
            position = getattr(Tamperer(chance, events, cast), kind)()
            assert found(position, anchor), (kind, position)
            transaction.set_rollback(True)
        proof.count("events tampered with")
        proof.count(f"of them {kind}")


@pytest.mark.proves(11)
def test_without_hashes_a_change_goes_unseen(events, cast, proof, monkeypatch):
    """The twin: with the comparison of hashes gone, changes of what happened are believed."""
    monkeypatch.setattr(chain, "hash_of", lambda event: event.hash)
    monkeypatch.setattr(chain, "digest_of", lambda payload, salt: "")
    chance, unseen = random.Random(SEED), 0
    for _turn in range(20):
        with transaction.atomic():
            event = chance.choice(events)
            Event.objects.filter(pk=event.pk).update(step="other")
            unseen += not any("facts changed" in fault for fault in chain.faults())
            transaction.set_rollback(True)
    proof.teeth("the hash over what happened", harm=unseen, of=20)
    assert unseen == 20
