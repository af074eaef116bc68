"""Where a factor is used: in drafts, which can still be reckoned anew, and in what was sent, which keeps it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from applications.models import Application, StatusReport
from applications.states import WITH_THE_UNIT
from climate.models import Factor


@dataclass(frozen=True)
class Use:
    """Applications and reports whose effects were calculated with a factor, each once."""

    drafts: QuerySet[Application]
    sent: QuerySet[Application]
    draft_reports: QuerySet[StatusReport]
    sent_reports: QuerySet[StatusReport]

    @property
    def open(self) -> int:
        """How many drafts rest on it, applications and reports together."""
        return self.drafts.count() + self.draft_reports.count()


def of(factor: Factor) -> Use:
    cases = Application.objects.filter(effects__calculation__factors=factor).distinct()
    reports = StatusReport.objects.filter(measured_effects__calculation__factors=factor).distinct()
    reports = reports.select_related("project__application")
    return Use(
        drafts=cases.filter(state__in=WITH_THE_UNIT),
        sent=cases.exclude(state__in=WITH_THE_UNIT),
        draft_reports=reports.filter(sent_at=None),
        sent_reports=reports.filter(sent_at__isnull=False),
    )
