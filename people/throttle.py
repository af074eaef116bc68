"""How often something may be tried: token buckets in the database, one row each, so that all processes share them.

A bucket empties with each try and fills evenly again. An empty one is read, never written: an attack costs one read a try.
Keys are digests, so the table says of nobody that they tried. What is full again is swept (people.tasks).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from journal import clock
from people.models import Bucket


@dataclass(frozen=True)
class Limit:
    """So many tries at once; an empty bucket is full again after a time."""

    name: str
    size: int
    fills_in: timedelta

    def key(self, who) -> str:
        return salted_hmac(f"bucket {self.name}", str(who), algorithm="sha256").hexdigest()

    def left(self, row: Bucket, now: datetime) -> float:
        passed = max(timedelta(0), now - row.at)
        return min(self.size, row.left + self.size * (passed / self.fills_in))


GUESSES = Limit("guesses", 20, timedelta(hours=1))  # of passwords, per network address or known browser
LINKS = Limit("links", 60, timedelta(hours=1))  # asked for by mail, per network address
CODES = Limit("codes", 5, timedelta(hours=1))  # per person, from the phone and from paper together
LONGEST = max(limit.fills_in for limit in (GUESSES, LINKS, CODES))
NETWORK = 64  # bits of an address that one household or one town hall has to itself


def address_of(request) -> str:
    """Where a request comes from: what our own proxy wrote last, for whatever stands before that a stranger can write."""
    told = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    try:
        found = ip_address(told.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"
    return str(found if found.version == 4 else ip_network((found, NETWORK), strict=False))


def take(limit: Limit, who) -> bool:
    """One try; False when there is none left."""
    if opens_at(limit, who):
        return False
    with transaction.atomic():
        now, key = clock.now(), limit.key(who)
        fresh = {"left": limit.size, "at": now}
        row, _new = Bucket.objects.select_for_update().get_or_create(key=key, defaults=fresh)
        left = limit.left(row, now)
        if left < 1:
            return False
        Bucket.objects.filter(pk=row.pk).update(left=left - 1, at=now)
        return True


def give_back(limit: Limit, who) -> None:
    """The try was a success: it counts for nothing."""
    with transaction.atomic():
        row, now = Bucket.objects.select_for_update().filter(key=limit.key(who)).first(), clock.now()
        if row:
            Bucket.objects.filter(pk=row.pk).update(left=min(limit.size, limit.left(row, now) + 1), at=now)


def forget(limit: Limit, who) -> None:
    """Who has proven themselves another way begins anew."""
    Bucket.objects.filter(key=limit.key(who)).delete()


def opens_at(limit: Limit, who) -> datetime | None:
    """When there is a try again, rounded up to the minute; None when there is one now."""
    row, now = Bucket.objects.filter(key=limit.key(who)).first(), clock.now()
    if row is None or (left := limit.left(row, now)) >= 1:
        return None
    opens = now + limit.fills_in * ((1 - left) / limit.size)
    return opens.replace(second=0, microsecond=0) + timedelta(minutes=1)


def sweep() -> int:
    """Forget the buckets that are full again; answers how many."""
    return Bucket.objects.filter(at__lt=clock.now() - LONGEST).delete()[0]
