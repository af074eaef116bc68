"""A calendar that a person's own programme subscribes to: milestones, deadlines and meetings of what they may see.

The address holds a secret of its own and needs no sign-in, so an entry says a number and what is due, never a title, a
name or an amount. A new address ends the old one; whoever loses their roles sees nothing of it from then on. RFC 5545.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from applications.models import CalendarFeed, Meeting, Milestone
from applications.roles import visible_to
from journal import clock
from people.models import Person
from people.roles import Role
from pool.models import Round

REACHES_BACK = timedelta(days=90)
MEETINGS_FOR = (Role.CONSULTANT, Role.MANAGER, Role.SECRETARY)
PROJECTS_FOR = (Role.APPLICANT, Role.UNIT_LEADER, Role.CONSULTANT)


@transaction.atomic
def draw(person: Person) -> str:
    """A new secret for the person's address; told once, kept as a hash."""
    token = secrets.token_urlsafe(32)
    facts = {"token_sha256": _hash(token), "drawn_at": clock.now()}
    CalendarFeed.objects.update_or_create(person=person, defaults=facts)
    return token


def end(person: Person) -> None:
    CalendarFeed.objects.filter(person=person).delete()


def owner_of(token: str) -> Person | None:
    """Whose address it is; nobody's when the person has left."""
    feed = CalendarFeed.objects.select_related("person").filter(token_sha256=_hash(token)).first()
    return feed.person if feed and feed.person.is_active else None


def calendar_of(person: Person) -> bytes:
    found = Calendar()
    found.add("prodid", "-//Bæredygtighedspuljen//kalender//DA")
    found.add("version", "2.0")
    found.add("x-wr-calname", _("Bæredygtighedspuljen"))
    found.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
    for entry in [*_milestones(person), *_deadlines(person), *_meetings(person)]:
        found.add_component(entry)
    return found.to_ical()


def _milestones(person: Person):
    if not person.has_role(*PROJECTS_FOR):
        return
    since = clock.today() - REACHES_BACK
    rows = Milestone.objects.owed().filter(project__application__in=visible_to(person), due__gte=since)
    for row in rows.select_related("project__application").order_by("due", "pk"):
        case = row.project.application
        what = row.get_kind_display() if row.kind != Milestone.Kind.OWN else _("Milepæl")
        yield _day(f"milepael-{row.pk}", row.due, f"{what}: {case.number}", case.get_absolute_url())


def _deadlines(person: Person):
    rounds = Round.objects.filter(announced_at__isnull=False, archived_at=None, deadline__gte=clock.now() - REACHES_BACK)
    for row in rounds.order_by("deadline", "pk"):
        yield _moment(
            f"frist-{row.pk}", row.deadline, timedelta(0), _("Ansøgningsfrist: %(round)s") % {"round": row.name}, "/"
        )


def _meetings(person: Person):
    if not person.has_role(*MEETINGS_FOR):
        return
    rows = Meeting.objects.filter(at__gte=clock.now() - REACHES_BACK).exclude(status=Meeting.Status.CANCELLED)
    for row in rows.select_related("committee").order_by("at", "pk"):
        yield _moment(f"moede-{row.pk}", row.at, timedelta(hours=2), str(row.committee), f"/moeder/{row.pk}/")


def _day(uid: str, day, summary: str, path: str) -> Event:
    entry = _entry(uid, summary, path)
    entry.add("dtstart", day)
    entry.add("dtend", day + timedelta(days=1))
    return entry


def _moment(uid: str, at: datetime, lasts: timedelta, summary: str, path: str) -> Event:
    entry = _entry(uid, summary, path)
    entry.add("dtstart", at)
    entry.add("dtend", at + lasts)
    return entry


def _entry(uid: str, summary: str, path: str) -> Event:
    entry = Event()
    entry.add("uid", f"{uid}@{settings.HOST_URL.split('://')[-1]}")
    entry.add("dtstamp", clock.now())
    entry.add("summary", summary)
    entry.add("url", f"{settings.HOST_URL}{path}")
    return entry


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
