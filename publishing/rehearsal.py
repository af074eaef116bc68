"""The yearly report of a played round: begun when its stories are public, approved and published a week later.

Every act is of the person whose act it is; the report's day is the day its stories were read by everybody.
"""

from datetime import timedelta

from applications.rehearsal import Rehearsal
from journal import clock
from publishing import year_flow
from publishing.models import YearReport


def publish_year(rehearsal: Rehearsal) -> YearReport:
    """Begun by the consultant, approved by the manager, published by the communicator. The worker writes the PDF."""
    cast = rehearsal.cast
    begun = year_flow.begin(rehearsal.round.pool_year, cast["consultant"], day=clock.today())
    clock.set_to(clock.now() + timedelta(days=5))
    approved = year_flow.approve(begun.pk, cast["manager"], seen_revision=begun.revision)
    clock.set_to(clock.now() + timedelta(days=2))
    return year_flow.publish(approved.pk, cast["communicator"], seen_revision=approved.revision)
