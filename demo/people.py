"""The invented people of a first look: who they are, and what waits for each."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from applications.waiting import count_for
from people.models import Person
from people.roles import STAFF_ROLES, Role

ORDER = list(Role)


@dataclass(frozen=True)
class Guest:
    """Somebody one can step into."""

    person: Person
    roles: list[str]
    units: list[str]
    waiting: int


def guests() -> list[tuple[str, list[Guest]]]:
    """(heading, people) of the municipality's staff and of the units; who has more to do comes first."""
    staff, units = [], []
    for person in demo_people():
        held = [Role(assignment.role) for assignment in person.current_assignments]
        (staff if STAFF_ROLES.intersection(held) else units).append(_guest(person))
    staff.sort(key=lambda guest: min(map(ORDER.index, guest.person.role_codes())))
    units.sort(key=lambda guest: (-guest.waiting, guest.person.name))
    return [(_("Kommunens medarbejdere"), staff), (_("Enheder, der søger"), units)]


def demo_people():
    """Everybody who can be stepped into, by name."""
    people = Person.objects.filter(is_demo=True, is_active=True, assignments__isnull=False).distinct()
    return people.order_by("name", "pk")


def _guest(person: Person) -> Guest:
    roles, units = [], []
    for assignment in person.current_assignments:
        label = str(assignment.get_role_display())
        if assignment.deputy_for:
            label = _("%(role)s, stedfortræder for %(name)s") % {"role": label, "name": assignment.deputy_for}
        roles.append(label)
        units.append(assignment.unit.name)
    return Guest(person, list(dict.fromkeys(roles)), list(dict.fromkeys(units)), count_for(person))
