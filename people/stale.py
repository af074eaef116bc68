"""A page of the registers that is older than the newest change overwrites nothing: it is told what changed since."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from journal.models import Event
from people import story

AMENDED = ("amend_person", "amend_unit", "amend_committee")


def shown(subject: str) -> int:
    """The number of the newest change, as a page shows it; 0 when there was none."""
    return _amended(subject).order_by("-number").values_list("number", flat=True).first() or 0


def refuse(subject: str, seen: int | None) -> None:
    """Raise unless the page shows the newest change. To be asked while the row is locked; None: no page was shown."""
    if seen is None or seen == shown(subject):
        return
    newer = [line for event in _amended(subject).filter(number__gt=seen) for line in story.changes_in(event)]
    text = _("En anden har rettet det samme, siden du åbnede siden. Se dine rettelser igennem, og gem igen.")
    raise ValidationError([text, *newer])


def _amended(subject: str):
    return Event.objects.filter(subject=subject, step__in=AMENDED).order_by("number")
