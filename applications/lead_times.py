"""The days by which things must be ready before a meeting, counted back from it. Local standing orders decide how many."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.models import Meeting
from journal import clock


@dataclass(frozen=True)
class LeadTime:
    """One day to be ready by. `days_left` is negative once it has passed."""

    label: str
    day: date

    @property
    def days_left(self) -> int:
        return (self.day - clock.today()).days


@dataclass(frozen=True)
class LeadTimes:
    """Draft to the secretariat, the chair's meeting about the agenda, publication."""

    draft: date
    chair: date
    publication: date

    def lines(self) -> list[LeadTime]:
        return [
            LeadTime(_("Udkast til sekretariatet"), self.draft),
            LeadTime(_("Dagsordensmøde med formanden"), self.chair),
            LeadTime(_("Dagsordenen offentliggøres"), self.publication),
        ]


def lead_times(meeting: Meeting) -> LeadTimes:
    day = timezone.localdate(meeting.at)
    return LeadTimes(
        draft=day - timedelta(days=settings.AGENDA_DRAFT_DAYS),
        chair=day - timedelta(days=settings.AGENDA_CHAIR_DAYS),
        publication=day - timedelta(days=settings.AGENDA_PUBLICATION_DAYS),
    )


def next_lead_time(meeting: Meeting) -> LeadTime | None:
    """The first that has not passed, for a meeting that is still to come."""
    if meeting.status != Meeting.Status.PLANNED:
        return None
    return next((line for line in lead_times(meeting).lines() if line.days_left >= 0), None)
