"""Kommunikation's worklist: every project's story by where it is, what can be published now first.

Leaves out the projects in which the reader has an interest of their own: they hold only that interest there.
"""

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Author, Declaration, Result
from people.models import Person

Status = Result.Status
SEEN = Q(seen_revision=F("revision"))
NEW_WORDS = Q(status=Status.PUBLISHED) & ~Q(published_revision=F("revision"))
WAITS = Q(status=Status.IN_REVIEW, publish_at=None)
GROUPS = (
    ("venter", _("Kan offentliggøres"), (WAITS | NEW_WORDS) & SEEN),
    ("enheden", _("Enheden skal se den"), (WAITS | NEW_WORDS) & ~SEEN),
    ("planlagt", _("Planlagt"), Q(publish_at__isnull=False)),
    ("kladder", _("Kladder"), Q(status=Status.DRAFT)),
    ("udgivet", _("Offentliggjort"), Q(status=Status.PUBLISHED)),
    ("taget-ned", _("Taget ned"), Q(status=Status.UNPUBLISHED, publish_at=None)),
)


@dataclass(frozen=True)
class Group:
    slug: str
    title: str
    rows: QuerySet[Result]
    count: int


def groups(person: Person) -> list[Group]:
    """Every group with its number."""
    rows = _stories(person).select_related("application__unit").order_by("-changed_at", "pk")
    found = {slug: rows.filter(condition) for slug, _title, condition in GROUPS}
    return [Group(slug, title, found[slug], found[slug].count()) for slug, title, _condition in GROUPS]


def ready(person: Person) -> int:
    """How many stories can be published now."""
    return _stories(person).filter(GROUPS[0][2]).count()


def _stories(person: Person) -> QuerySet[Result]:
    own = Application.objects.filter(Q(endorsed_by=person) | Q(contact_email__iexact=person.email))
    written = Author.objects.filter(person=person).values("application")
    disqualified = Declaration.objects.filter(person=person, level="disqualified").values("application")
    rows = Result.objects.exclude(pk__in=own.values("pk"))
    return rows.exclude(pk__in=written).exclude(pk__in=disqualified)
