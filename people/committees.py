"""Political bodies with the days they existed. Every change is an event.

Refuses days that leave a meeting outside: what was decided was decided by a body that existed.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from journal import chain
from people import stale
from people.models import Committee, Person

FACTS = ["name", "valid_from", "valid_to", "members", "is_council", "place"]


@transaction.atomic
def found(*, by: Person | None, **facts) -> Committee:
    committee = Committee(**facts)
    chain.lock()
    _check(committee)
    committee.save()
    chain.record(committee.subject, "found_committee", by, {"navn": committee.name})
    return committee


@transaction.atomic
def amend(committee: Committee, *, by: Person, seen: int | None = None, **facts) -> None:
    """Save changed facts and say which."""
    before = Committee.objects.select_for_update().get(pk=committee.pk)
    stale.refuse(committee.subject, seen)
    for name, value in facts.items():
        setattr(committee, name, value)
    _check(committee)
    changed = {name: [getattr(before, name), getattr(committee, name)] for name in FACTS}
    changed = {name: [plain(old), plain(new)] for name, (old, new) in changed.items() if old != new}
    if changed:
        committee.save()
        chain.record(committee.subject, "amend_committee", by, {"ændret": changed})


def plain(value):
    return value.isoformat() if isinstance(value, date) else value


def _check(committee: Committee) -> None:
    if committee.valid_to and committee.valid_to < committee.valid_from:
        raise ValidationError({"valid_to": _("Udvalget kan ikke ophøre, før det begynder.")})
    same = Committee.objects.filter(name=committee.name, valid_from=committee.valid_from).exclude(pk=committee.pk)
    if same.exists():
        raise ValidationError({"name": _("Der findes allerede et udvalg med det navn fra den dag.")})
    committee.full_clean()
    _refuse_meetings_outside(committee)


def _refuse_meetings_outside(committee: Committee) -> None:
    if committee.pk is None:
        return
    moments = committee.meetings.exclude(status="cancelled").order_by("at").values_list("at", flat=True)
    for day in map(timezone.localdate, moments):
        if not committee.existed_on(day):
            field = "valid_from" if day < committee.valid_from else "valid_to"
            words = date_format(day, pgettext("date format", "j. F Y"))
            text = _("Udvalget har et møde den %(day)s. Perioden skal omfatte det.") % {"day": words}
            raise ValidationError({field: text})
