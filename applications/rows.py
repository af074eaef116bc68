"""Cases for lists: read in one query with what roles_on asks about one person, and without the long answers."""

from django.db.models import QuerySet

from applications.models import Application
from applications.roles import visible_to, with_standing
from people.models import Person, Unit

# the long answers: no list shows them
LONG = (
    "purpose",
    "activities",
    "risks",
    "anchoring",
    "communication",
    "round_answers",
    "recommended_conditions",
    "decision_reason",
    "decision_conditions",
)


def cases_for(person: Person) -> QuerySet[Application]:
    """The cases visible to the person, ready for `roles_on(person, case)` without another query."""
    return with_standing(visible_to(person), person).select_related("unit", "round").defer(*LONG)


def centre_of(unit: Unit, among: dict[int, Unit]) -> Unit:
    """The centre a unit belongs to; the unit itself when it stands under none (as Unit.centre, without a query)."""
    return next((among[pk] for pk in unit.ancestor_ids() if pk in among), unit)
