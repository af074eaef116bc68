"""What waits for a person: derived from states, roles and facts at this instant, never stored.

The table is in applications.waits. Refuses to show what roles_on does not give.
"""

from datetime import timedelta

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from applications import changing, evaluation
from applications.lead_times import lead_times
from applications.models import AgendaItem, ChangeRequest, Meeting
from applications.roles import roles_on
from applications.rows import cases_for
from applications.states import DECIDED, PROJECT, State
from applications.waiting_facts import facts
from applications.waits import DAYS_NEW, FAR, WAITS, A, C, Group, H, Item, L, M, S, Wait, mine
from journal import clock
from people.models import Person
from people.roles import Role

__all__ = ["FAR", "Group", "count_for", "waiting_for"]


def waiting_for(person: Person) -> list[Group]:
    """Everything that waits for the person, in groups, the group with the nearest deadline first."""
    groups, possible = {}, _possible(person)
    for case in _cases(person, set(possible)):
        case.held = roles_on(person, case)
        for wait in possible[case.state]:
            if wait.waits(case, person):
                _add(groups, wait.title, wait.item(case))
    for title, item in (*_of_meetings(person), *_of_changes(person), *_of_evaluations(person)):
        _add(groups, title, item)
    for group in groups.values():
        group.items.sort(key=lambda item: item.day)
    return sorted(groups.values(), key=lambda group: group.due)


def count_for(person: Person) -> int:
    """How many things wait; the pages' menu shows it."""
    return sum(len(group.items) for group in waiting_for(person))


def _add(groups: dict, title, item: Item) -> None:
    groups.setdefault(title, Group(str(title))).items.append(item)


def _possible(person: Person) -> dict[str, list[Wait]]:
    """By state, the rows of the table that the person's roles can meet at all."""
    held = {Role(code) for code in person.role_codes()}
    if L in held:
        held.add(H)
    waits = [wait for wait in WAITS if wait.by & held]
    return {state: [wait for wait in waits if state in wait.states] for wait in waits for state in wait.states}


def _cases(person: Person, states: set[str]):
    """The visible cases in these states, with the facts; of decided ones those whose letter waits, and the new grants.

    To its unit a grant waits until it begins. A round that is put away is done with its applications, never with the
    projects it gave money to.
    """
    if not states:
        return []
    news = Q(letter_released_at=None) | Q(decided_at__gt=clock.now() - timedelta(days=DAYS_NEW))
    to_begin = Q(state=State.GRANTED) if person.has_role(A, L) else Q(pk__in=[])
    live = Q(round__archived_at=None) | Q(state__in=PROJECT) | to_begin
    rows = cases_for(person).filter(live, ~Q(state__in=DECIDED) | news | to_begin, state__in=states)
    return rows.annotate(**facts(person, projects=not PROJECT.isdisjoint(states))).order_by("number")


def _of_changes(person: Person):
    """(group's title, item) of changes that units have asked for, to whom the size of the change makes decide it."""
    if not person.has_role(C, M, S):
        return
    rows = ChangeRequest.objects.filter(status=ChangeRequest.Status.OPEN).select_related("project", "item__meeting")
    running = cases_for(person).filter(state=State.ACTIVE, project__changes__status=ChangeRequest.Status.OPEN)
    cases = running.distinct().prefetch_related("budget_lines", Prefetch("project__changes", rows, to_attr="asked"))
    for case in cases.select_related("unit", "round", "project").order_by("number"):
        case.held = roles_on(person, case)
        for change in case.project.asked:
            change.project.application = case
            if title := _asked_of(change, case, person):
                yield title, _as_change(change, case, person)


def _asked_of(change: ChangeRequest, case, person: Person) -> str:
    """The group's title when the change waits for this person, else nothing."""
    needed = changing.decider(change)
    if needed == S:
        at_a_meeting = change.item_id and change.item.meeting.status != Meeting.Status.CANCELLED
        places = S in case.held or (C in case.held and mine(case, person))
        return _("Nye formål, der skal på et møde") if places and not at_a_meeting else ""
    waits = needed in case.held and (needed == M or mine(case, person))
    return _("Ændringer, du skal tage stilling til") if waits else ""


def _as_change(change: ChangeRequest, case, person: Person) -> Item:
    page = "place-change" if changing.decider(change) == S else "answer-change"
    due = timezone.localdate(change.asked_at) + changing.ANSWERED_IN
    text = f"{case.number} · {case.unit.name} · {change.get_kind_display()}"
    rest = "portfolio" if person.has_role(C, M) else "meetings"
    where = lambda: reverse(f"applications:{page}", args=[case.number, change.pk])  # noqa: E731
    return Item(case.display_title, text, due, where, lambda: reverse(f"applications:{rest}"))


def _of_evaluations(person: Person):
    """(group's title, item) of evaluations that the person is asked in and has not answered."""
    if person.has_role(A, L):
        for row in evaluation.waiting_for(person):
            where = reverse("applications:answer-evaluation", args=[row.round_id])
            yield _("Evalueringer, du kan svare på"), Item(row.round.name, "", row.closes, lambda where=where: where)


# ── meetings and agenda items ───────────────────────────────────────────────────────────────────────────────────────


def _of_meetings(person: Person):
    """(group's title, item) of agenda items: for managers and secretaries."""
    if not person.has_role(M, S):
        return
    live = AgendaItem.objects.exclude(status=AgendaItem.Status.FINAL).exclude(meeting__status=Meeting.Status.CANCELLED)
    for item in live.select_related("meeting__committee", "round"):
        held = item.meeting.status != Meeting.Status.PLANNED
        if person.has_role(M) and item.status == AgendaItem.Status.DRAFT and item.written_by_id != person.pk:
            yield _("Dagsordenstekster, du skal godkende"), _as_item(item, lead_times(item.meeting).draft)
        elif person.has_role(S):
            yield from _for_secretary(item, held)


def _for_secretary(item: AgendaItem, held: bool):
    if item.status == AgendaItem.Status.READY and not held:
        yield _("Punkter, der er klar til udvalget"), _as_item(item, lead_times(item.meeting).publication)
    elif item.status == AgendaItem.Status.SENT and (held or item.meeting.at < clock.now()):
        yield _("Punkter, der mangler en beslutning"), _as_item(item, item.meeting.at, "decide" if held else "item")
    elif item.status == AgendaItem.Status.DECIDED and not item.council_demanded:
        yield _("Protokoller, der ikke er endelige"), _as_item(item, item.meeting.at)


def _as_item(item: AgendaItem, due, page: str = "item") -> Item:
    text = f"{item.meeting.committee.name}, {timezone.localtime(item.meeting.at):%d.%m.%Y}"
    return Item(item.title, text, due, lambda: reverse(f"applications:{page}", args=[item.pk]))
