"""What the clock tells the units after a grant: milestones that come or are late, and money that will be lost.

Each run may be killed and begun again: a milestone is reminded of once a day by the database, a case is warned once, and a
grant lapses through the door. A reminder that nobody sent on its day is made up for. Each telling is an event of the
system's, on the case.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max

from applications import milestones
from applications.door import Refused, load_locked, take
from applications.models import Application, Milestone, Reminder
from applications.project_requirements import DAYS_WARNED, may_lapse, start_by
from applications.roles import told
from applications.states import State
from journal import chain, clock, outbox
from people.roles import Role

TOLD = (Role.APPLICANT, Role.UNIT_LEADER)


def due_on(day):
    """The milestones that are not reached and are reminded of on a day, the nearest first."""
    near = day + timedelta(days=max(milestones.DAYS_BEFORE))
    rows = Milestone.objects.owed().filter(due__lte=near).annotate(reminded=Max("reminders__day"))
    return [row for row in rows.order_by("due", "pk") if milestones.reminder_owed(row, day, row.reminded)]


def remind() -> int:
    """Remind of today's; answers of how many."""
    return sum(_remind(milestone) for milestone in due_on(clock.today()))


@transaction.atomic
def _remind(milestone: Milestone) -> bool:
    case, day = load_locked(milestone.project_id), clock.today()
    milestone = Milestone.objects.annotate(reminded=Max("reminders__day")).get(pk=milestone.pk)
    if milestone.done_on is not None or not milestones.reminder_owed(milestone, day, milestone.reminded):
        return False
    event = chain.record(case.subject, "remind", None, {"milepæl": str(milestone), "frist": milestone.due.isoformat()})
    Reminder.objects.create(milestone=milestone, day=day, event=event)
    _tell(case, event, "reminder", milestone=milestone, days=(milestone.due - day).days)
    return True


def _granted_and_told():
    return Application.objects.filter(state=State.GRANTED, letter_released_at__isnull=False)


def warn_of_lapse() -> int:
    """Warn whose grant will lapse in 14 days, once."""
    return sum(_warn(pk) for pk in _granted_and_told().filter(lapse_warned_at=None).values_list("pk", flat=True))


@transaction.atomic
def _warn(case_id: int) -> bool:
    case = load_locked(case_id)
    day = start_by(case)
    still = case.state == State.GRANTED and case.lapse_warned_at is None and day is not None
    if not still or clock.today() < day - timedelta(days=DAYS_WARNED):
        return False
    event = chain.record(case.subject, "warn_of_lapse", None, {"frist": day.isoformat()})
    case.lapse_warned_at = event.at
    case.save()
    _tell(case, event, "lapse_warning", day=max(day, clock.today() + timedelta(days=DAYS_WARNED)))
    return True


def let_lapse() -> int:
    """Let lapse what was warned of and still has not begun."""
    lapsed = 0
    for case in _granted_and_told().filter(lapse_warned_at__isnull=False).select_related("round", "unit"):
        if may_lapse(case, None):
            continue
        try:
            take("lapse", case.pk, None)
        except Refused:  # begun or lapsed in this very moment
            continue
        lapsed += 1
    return lapsed


def _tell(case: Application, event, template: str, **context) -> None:
    people = {person.pk: person for role in TOLD for person in told(role, case)}
    for person in people.values():
        outbox.owe(event, person, template, {"case": case, **context}, link=case.get_absolute_url())
