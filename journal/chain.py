"""The chain of events: each link carries the hash of the one before.

A hash covers the event's facts and a salted digest of its payload, so that personal text can be blacked out later and
the chain still verifies: the event that did it carries the digest of what is left, so nothing can be slipped in that way.
Writing takes the lock on the chain's head and keeps it until the transaction ends: all events of the system stand in one
order. The chain shows tampering; it cannot prevent it, and a cut tail is found only by comparing with an anchor (a head
that was printed or mailed).
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC

from django.db import connection, transaction
from django.db.models import Max

from journal import clock
from journal.models import ChainHead, Event

GENESIS = "0" * 64
SEAL = "sløret"  # in the payload of the event that blacked others out: position → digest of what is left


class NotInTransaction(RuntimeError):
    """An event was to be written outside the transaction of what it tells about."""


def digest_of(payload: dict, salt: str) -> str:
    """SHA-256 over the salt and the payload as canonical JSON (sorted keys, no white space, UTF-8)."""
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def hash_of(event: Event) -> str:
    """SHA-256 over every fact of the event but the payload's text, which its digest stands for."""
    facts = [
        event.previous_hash,
        event.position,
        event.subject,
        event.number,
        event.step,
        event.actor_id or "system",
        event.at.astimezone(UTC).isoformat(),
        event.payload_digest,
    ]
    return hashlib.sha256("\n".join(map(str, facts)).encode()).hexdigest()


def lock() -> ChainHead:
    """Take the one lock that orders events, until the transaction ends; answers the head."""
    if not connection.in_atomic_block:
        raise NotInTransaction("the chain is locked inside a transaction only")
    return ChainHead.objects.select_for_update().get_or_create(pk=1, defaults={"hash": GENESIS})[0]


def record(subject: str, step: str, actor, payload: dict | None = None) -> Event:
    """Write that `actor` (a Person, or None for the system) took `step` on `subject`. Only inside a transaction."""
    return record_all(actor, step, [(subject, payload or {})])[0]


def record_all(actor, step: str, told: list[tuple[str, dict]]) -> list[Event]:
    """Write one event for each (subject, payload), in this order, each linked to the one before."""
    head, numbers, now = lock(), _last_numbers({subject for subject, _payload in told}), clock.now()
    position, previous, events = head.position, head.hash, []
    for subject, payload in told:
        position, numbers[subject] = position + 1, numbers.get(subject, 0) + 1
        event = Event(
            position=position,
            subject=subject,
            number=numbers[subject],
            step=step,
            actor=actor,
            at=now,
            payload=payload,
            salt=secrets.token_hex(16),
            previous_hash=previous,
        )
        event.payload_digest = digest_of(event.payload, event.salt)
        event.hash = previous = hash_of(event)
        events.append(event)
    Event.objects.bulk_create(events, batch_size=500)
    ChainHead.objects.filter(pk=1).update(position=position, hash=previous)
    return events


def black_out(by, step: str, subject: str, payload: dict, left: list[tuple[Event, dict]]) -> Event:
    """Write that text is gone, and take it: each event keeps what is `left` of its payload, and loses its salt.

    With the salt gone nobody can prove a guess at the text by its digest. An event that itself vouches for others is
    refused: its own payload holds digests alone.
    """
    if vouching := [event.position for event, _payload in left if SEAL in event.payload]:
        raise ValueError(f"events {vouching} vouch for others and hold no text")
    seals = {str(event.position): digest_of(rest, "") for event, rest in left}
    told = record(subject, step, by, {**payload, **({SEAL: seals} if seals else {})})
    for event, rest in left:
        Event.objects.filter(pk=event.pk).update(payload=rest, salt="", blacked_out_by=told.position)
    return told


def _last_numbers(subjects: set[str]) -> dict[str, int]:
    """How many things have happened to each of these subjects; who is not named has no story yet."""
    told, numbers = sorted(subjects), {}
    for start in range(0, len(told), 500):
        rows = Event.objects.filter(subject__in=told[start : start + 500]).order_by().values_list("subject")
        numbers |= dict(rows.annotate(last=Max("number")))
    return numbers


def last_number(subject: str) -> int:
    """How many things have happened to a subject: what a page of it shows, and a stale page shows less."""
    return Event.objects.filter(subject=subject).order_by("-number").values_list("number", flat=True).first() or 0


def story(subject: str):
    """The events of a subject, oldest first, with their actors."""
    return Event.objects.filter(subject=subject).select_related("actor").order_by("number")


@dataclass(frozen=True)
class Anchor:
    """A head of the chain that was taken out of the system: printed on a packet or mailed to the auditor."""

    position: int
    hash: str

    def __str__(self):
        return f"{self.position}:{self.hash}"

    @classmethod
    def read(cls, text: str) -> "Anchor":
        """From «position:hash», wherever it stands in a text. ValueError when there is none."""
        for word in text.split():
            position, colon, digest = word.strip("().,;").partition(":")
            if colon and position.isdigit() and len(digest) == 64:
                return cls(int(position), digest)
        raise ValueError("no anchor in the text")


def head() -> Anchor:
    """The present head of the chain."""
    row = ChainHead.objects.filter(pk=1).first()
    return Anchor(row.position, row.hash) if row else Anchor(0, GENESIS)


def faults(anchor: Anchor | None = None) -> list[str]:
    """Every break of the chain, in English, each naming its row; empty when all links hold."""
    found, previous, position, blacked_out, seals = [], GENESIS, 0, {}, {}
    with transaction.atomic():
        for event in Event.objects.order_by("position").iterator(chunk_size=500):
            position += 1
            found += _faults_of(event, previous, position)
            if event.blacked_out_by is not None:
                blacked_out[event.position] = (event.blacked_out_by, digest_of(event.payload, event.salt))
            elif SEAL in event.payload:
                seals[event.position] = event.payload[SEAL]
            previous, position = event.hash, event.position
            if anchor and event.position == anchor.position and event.hash != anchor.hash:
                found.append(f"event {event.position}: differs from the anchor")
        if head() != Anchor(position, previous):
            found.append(f"chain head: does not match the last event {position}")
        if anchor and anchor.position > position:
            found.append(f"chain: ends at {position}, the anchor says {anchor.position}")
    for place, (by, digest) in blacked_out.items():
        if seals.get(by, {}).get(str(place)) != digest:
            found.append(f"event {place}: no event vouches for what is left of its payload")
    return found


def _faults_of(event: Event, previous: str, position: int) -> list[str]:
    found = []
    if event.position != position:
        found.append(f"event {position}: missing, {event.position} follows")
    if event.previous_hash != previous:
        found.append(f"event {event.position}: does not follow the one before it")
    if event.blacked_out_by is None and event.payload_digest != digest_of(event.payload, event.salt):
        found.append(f"event {event.position}: payload changed")
    if event.hash != hash_of(event):
        found.append(f"event {event.position}: facts changed")
    return found
