"""Milestones of a project: planned from its period, moved with a reason, reached, and reminded of.

Final report two months after the end, effect one year later (workflow.md, «After the decision»; domain guide 11). The days
of reminding are 14 and 3 before, the day itself, then every week until it is reached.
"""

from datetime import date, timedelta

from applications.models.project import Milestone, Project
from journal import clock

Kind = Milestone.Kind
DAYS_TO_TALK = 14  # own assumption: the start talk is held within two weeks
DAYS_BEFORE = (14, 3, 0)
WEEK = 7


def plan(project: Project) -> None:
    """The milestones every project has."""
    days = {
        Kind.START_TALK: clock.today() + timedelta(days=DAYS_TO_TALK),
        Kind.HALFWAY: project.starts + (project.ends - project.starts) / 2,
        Kind.FINAL_REPORT: months_later(project.ends, 2),
        Kind.EFFECT_LATER: months_later(project.ends, 12),
    }
    Milestone.objects.bulk_create(Milestone(project=project, kind=kind, due=due) for kind, due in days.items())


def months_later(day: date, months: int) -> date:
    """The same day so many months on, or the month's last when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1))


def reached(project: Project, kind: str, day: date | None = None) -> None:
    project.milestones.filter(kind=kind, done_on=None).update(done_on=day or clock.today())


def reminds_on(due: date, day: date) -> bool:
    """Whether a milestone that is not reached is reminded of on a day."""
    left = (due - day).days
    return left in DAYS_BEFORE or (left < 0 and left % WEEK == 0)
