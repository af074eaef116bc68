"""The unit's own list: which cases its people follow, what they must act on first, and where they may begin anew."""

from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from applications import timeline, whereabouts
from applications.models import Application, Placement
from applications.roles import READ_BY_ROLES, UNIT
from applications.states import ENDED as ENDED_STATES
from applications.states import WITH_THE_UNIT, State
from journal import clock
from people.models import Person, Unit
from people.roles import UNIT_ROLES, Role
from pool.models import Round

ACT, UNDER_WAY, ENDED = 0, 1, 2
GROUPS = ((ACT, _("I skal gøre noget")), (UNDER_WAY, _("På vej")), (ENDED, _("Afgjort eller afsluttet")))
ENDED_AND_TOLD = Q(state__in=ENDED_STATES) & (~Q(state=State.REFUSED) | Q(letter_released_at__isnull=False))
TO_START = Q(state=State.GRANTED, letter_released_at__isnull=False)


@dataclass(frozen=True)
class Row:
    case: Application
    where: whereabouts.Whereabouts
    is_late: bool


def of_the_units(person: Person) -> QuerySet[Application]:
    """The cases of the person's units: for a leader those of the units below too."""
    reach = Q(pk__in=[])
    for assignment in person.current_assignments:
        if assignment.role == Role.UNIT_LEADER:
            reach |= Q(unit__path__startswith=assignment.unit.path)
        elif assignment.role == Role.APPLICANT:
            reach |= Q(unit=assignment.unit_id)
    return Application.objects.filter(reach)


def in_order(person: Person) -> QuerySet[Application]:
    """What needs the unit first, then what is on its way, then what has ended; the newest first in each."""
    group = Case(
        When(Q(state__in=WITH_THE_UNIT) | TO_START, then=Value(ACT)),
        When(ENDED_AND_TOLD, then=Value(ENDED)),
        default=Value(UNDER_WAY),
        output_field=IntegerField(),
    )
    rows = of_the_units(person).annotate(group=group).order_by("group", "-pk")
    more = () if _is_of_units_only(person) else READ_BY_ROLES
    held = ("questions", "round__extensions", "project__milestones", *more)
    return rows.select_related("round", "unit").prefetch_related(*held)


def _is_of_units_only(person: Person) -> bool:
    """Nobody of the administration: then every role on these cases is the unit's own."""
    return person.role_codes() <= UNIT_ROLES


def grouped(cases: list[Application], person: Person) -> list[tuple[str, list[Row]]]:
    """(title, rows) of the groups that hold something."""
    live = Placement.objects.filter(application__in=[case.pk for case in cases], outcome="")
    items = {placement.application_id: placement.item for placement in live.select_related("item__meeting")}
    found = {group: [] for group, _title in GROUPS}
    for case in cases:
        if _is_of_units_only(person):
            case.held = UNIT
        secret = timeline.outcome_is_secret(case, person)
        where = whereabouts.of(case, outcome_is_secret=secret, item_of=lambda case: items.get(case.pk))
        late = case.state == State.DRAFT and not case.round.is_open_for(case.unit)
        found[case.group].append(Row(case, where, late))
    return [(title, found[group]) for group, title in GROUPS if found[group]]


def own_units(person: Person) -> list[Unit]:
    """The open units in which the person may begin an application, by name."""
    units = {a.unit_id: a.unit for a in person.current_assignments if a.role in UNIT_ROLES and a.unit.is_open}
    return sorted(units.values(), key=lambda unit: unit.name)


def open_rounds(units: list[Unit]) -> list[Round]:
    """The rounds that are open for any of the units now, the nearest deadline first."""
    rounds = Round.objects.filter(announced_at__isnull=False, archived_at=None, opens__lte=clock.now())
    recent = rounds.filter(Q(deadline__gt=clock.now()) | Q(extensions__deadline__gt=clock.now(), extensions__unit__in=units))
    rows = recent.distinct().select_related("pool_year").prefetch_related("extensions").order_by("deadline", "id")
    return [round_ for round_ in rows if any(round_.is_open_for(unit) for unit in units)]
