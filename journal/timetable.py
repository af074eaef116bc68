"""Who keeps the timetable, and when each of its jobs was last asked for and done.

Of all beats one holds the lease. Its end is told by the database's clock, which all machines share; a lease that ends later
than it can have been given was given before that clock was set back, and holds nobody up.
"""

from datetime import datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, Q
from django.db.models.functions import Now

from journal import clock
from journal.models import Job, Lease

NAME = "timetable"


def hold(owner: str, lasts: timedelta) -> bool:
    """Take or keep the lease; False while another has it. One statement decides, so two never both hear True."""
    ends = ExpressionWrapper(Now() + lasts, output_field=DateTimeField())
    free = Q(owner=owner) | Q(expires_at__lte=Now()) | Q(expires_at__gt=ends)
    if Lease.objects.filter(free, name=NAME).update(owner=owner, expires_at=ends):
        return True
    if Lease.objects.filter(name=NAME).exists():
        return False
    first = Lease(name=NAME, owner=owner, expires_at=clock.now())
    Lease.objects.bulk_create([first], ignore_conflicts=True)
    return bool(Lease.objects.filter(name=NAME, owner=owner).update(expires_at=ends))


def let_go(owner: str) -> None:
    """A beat that ends in order leaves the lease to the next."""
    Lease.objects.filter(name=NAME, owner=owner).delete()


def asked(task: str, at: datetime) -> None:
    Job.objects.update_or_create(task=task, defaults={"asked_at": at})


def done(task: str) -> None:
    Job.objects.update_or_create(task=task, defaults={"done_at": clock.now()})


def last_asked() -> dict[str, datetime]:
    return dict(Job.objects.exclude(asked_at=None).values_list("task", "asked_at"))


def last_done() -> dict[str, datetime]:
    return dict(Job.objects.exclude(done_at=None).values_list("task", "done_at"))
