"""Milestones of a project: planned from its period, moved with a reason, reached, and reminded of.

Final report two months after the end, effect one year later (workflow.md, «After the decision»; domain guide 11). The days
of reminding are 14 and 3 before, the day itself, then every week until it is reached.
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from applications.door import AlreadyHandled, NotYet, NotYours, load_locked_for
from applications.models import Milestone, Project
from applications.states import State
from journal import chain, clock
from people.roles import Role

Kind = Milestone.Kind
MOVED_BY_THE_UNIT = frozenset({Kind.START_TALK, Kind.HALFWAY, Kind.OWN})
MOST_OWN = 20
DAYS_TO_TALK = 14  # own assumption: the start talk is held within two weeks
DAYS_BEFORE = (14, 3, 0)
# own assumption: so long before its day a milestone is what the unit does next; a status sent earlier is not the halfway one
NEAR = timedelta(days=30)
WEEK = 7
DAYS_MADE_UP_FOR = (
    2  # own assumption: a reminder whose day nobody worked is sent so much later; after that the next one is near
)


def plan(project: Project) -> None:
    """The milestones every project has."""
    days = {
        Kind.START_TALK: clock.today() + timedelta(days=DAYS_TO_TALK),
        Kind.HALFWAY: project.starts + (project.ends - project.starts) / 2,
        Kind.FINAL_REPORT: months_later(project.ends, 2),
        Kind.EFFECT_LATER: months_later(project.ends, 12),
    }
    today = clock.today()
    Milestone.objects.bulk_create(
        Milestone(project=project, kind=kind, due=day, due_set_on=today) for kind, day in days.items()
    )


def months_later(day: date, months: int) -> date:
    """The same day so many months on, or the month's last when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1))


def reached(project: Project, kind: str, day: date) -> None:
    """What was sent on a day reaches its milestone."""
    waiting = project.milestones.filter(kind=kind, done_on=None)
    if kind == Kind.HALFWAY:
        waiting = waiting.filter(due__lte=day + NEAR)
    waiting.update(done_on=day)


def reminds_on(due: date, day: date) -> bool:
    """Whether a milestone that is not reached is reminded of on a day."""
    left = (due - day).days
    return left in DAYS_BEFORE or (left < 0 and left % WEEK == 0)


def reminder_owed(milestone: Milestone, day: date, reminded: date | None) -> bool:
    """Whether a reminder is to be sent on a day: its own day, or one just passed on which none was sent.

    `reminded` is the last day that was. A day before the milestone got its deadline asks for nothing.
    """
    days = (day - timedelta(days=back) for back in range(DAYS_MADE_UP_FOR + 1))
    asked = next((each for each in days if reminds_on(milestone.due, each)), None)
    since = max(filter(None, [milestone.due_set_on, reminded and reminded + timedelta(days=1)]), default=date.min)
    return asked is not None and asked >= since


@transaction.atomic
def move(milestone_id: int, by, *, due: date, reason: str) -> Milestone:
    """Another day, with a reason; the unit moves its own milestones and the start talk, the consultant all."""
    milestone, case = _locked(milestone_id, by)
    if Role.CONSULTANT not in case.held and milestone.kind not in MOVED_BY_THE_UNIT:
        raise NotYours(_("Den frist kan kun konsulenten flytte. Bed om en anden slutdato under «Ændringer»."))
    facts = {"milepæl": str(milestone), "fra": milestone.due.isoformat(), "til dag": due.isoformat()}
    milestone.due, milestone.due_set_on = due, clock.today()
    milestone.save()
    _record(case, "move_milestone", by, facts | {"svar": {"reason": reason}})
    return milestone


@transaction.atomic
def reach(milestone_id: int, by, *, day: date) -> Milestone:
    """Reached on a day: a talk that was held, a milestone of the unit's own. Reports reach theirs by being sent."""
    milestone, case = _locked(milestone_id, by)
    if milestone.kind not in (Kind.START_TALK, Kind.OWN, Kind.HALFWAY):
        raise NotYet(_("Milepælen er nået, når rapporten er sendt."))
    if day > clock.today():
        raise NotYet(_("Datoen ligger i fremtiden."))
    milestone.done_on = day
    milestone.save()
    _record(case, "reach_milestone", by, {"milepæl": str(milestone), "dag": day.isoformat()})
    return milestone


@transaction.atomic
def add(case_id: int, by, *, title: str, due: date) -> Milestone:
    case = load_locked_for(case_id, by, "move_milestone")
    if case.state != State.ACTIVE:
        raise _not_now(case)
    if case.project.milestones.filter(kind=Kind.OWN).count() >= MOST_OWN:
        raise NotYet(_("Der er allerede %(count)s egne milepæle.") % {"count": MOST_OWN})
    milestone = case.project.milestones.create(kind=Kind.OWN, title=title, due=due, due_set_on=clock.today())
    _record(case, "add_milestone", by, {"milepæl": title, "dag": due.isoformat()})
    return milestone


def follow_the_end(project: Project, case, end: date) -> None:
    """The project ends another day, and what is due after its end moves along. Called in the event of a change."""
    Project.objects.filter(pk=project.pk).update(ends=end)
    days = {Kind.FINAL_REPORT: months_later(end, 2), Kind.EFFECT_LATER: months_later(end, 12)}
    for kind, due in days.items():
        project.milestones.filter(kind=kind, done_on=None).update(due=due, due_set_on=clock.today())


def _locked(milestone_id: int, by) -> tuple[Milestone, object]:
    """The milestone and its case. Raises unless the person follows the project and the milestone is still owed."""
    case = load_locked_for(Milestone.objects.values_list("project_id", flat=True).get(pk=milestone_id), by, "move_milestone")
    milestone = Milestone.objects.get(pk=milestone_id)
    if milestone.done_on is not None:
        raise AlreadyHandled(_("Milepælen er allerede nået."))
    if not milestone.is_owed_in(case.state):
        raise _not_now(case)
    return milestone, case


def _not_now(case) -> NotYet:
    text = _("Projektet er «%(state)s», så milepælen kan ikke ændres.")
    return NotYet(text % {"state": case.get_state_display()})


def _record(case, step: str, by, facts: dict) -> None:
    chain.record(case.subject, step, by, facts)
    case.revision += 1
    case.save()
