"""Cases for lists: read with exactly what roles_on asks about one person, and nothing about others.

The law stays in applications.roles; this file only spares it a query per case. What cannot matter is not read.
"""

from django.db.models import Prefetch, QuerySet

from applications.models import Application, Author, CoAssessor, Declaration, Hearing
from applications.roles import visible_to
from people.models import Person, Unit
from people.roles import Role

# the long answers: no list shows them
LONG = (
    "purpose",
    "activities",
    "risks",
    "anchoring",
    "communication",
    "recommended_conditions",
    "decision_reason",
    "decision_conditions",
)


def cases_for(person: Person) -> QuerySet[Application]:
    """The cases visible to the person, ready for `roles_on(person, case)` at a constant number of queries."""
    led = [a.unit_id for a in person.current_assignments if a.role == Role.UNIT_LEADER]
    hearings = Hearing.objects.filter(unit__in=led) if led else Hearing.objects.none()
    assigned = CoAssessor.objects.filter(person=person) if person.has_role(Role.CO_ASSESSOR) else CoAssessor.objects.none()
    return (
        visible_to(person)
        .select_related("unit", "round")
        .defer(*LONG)
        .prefetch_related(
            Prefetch("authors", Author.objects.filter(person=person)),
            Prefetch("declarations", Declaration.objects.filter(person=person)),
            Prefetch("co_assessors", assigned),
            Prefetch("hearings", hearings),
        )
    )


def centres() -> dict[int, Unit]:
    """Every centre by its id."""
    return {unit.pk: unit for unit in Unit.objects.filter(kind=Unit.Kind.CENTRE)}


def centre_of(unit: Unit, among: dict[int, Unit]) -> Unit:
    """The centre a unit belongs to; the unit itself when it stands under none (as Unit.centre, without a query)."""
    return next((among[pk] for pk in unit.ancestor_ids() if pk in among), unit)
