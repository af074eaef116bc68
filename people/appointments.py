"""Who gets which role where, and until when. Every change is an event and told to the administrators.

Refuses: a role for oneself, a role in a closed unit, a derived role.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from journal import chain, clock, outbox
from people.models import Person, RoleAssignment, Unit
from people.roles import DERIVED, Role


class NotForOneself(ValidationError):
    """Nobody gives themselves a role."""


@transaction.atomic
def appoint(
    person: Person,
    role: Role,
    unit: Unit,
    *,
    by: Person | None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    deputy_for: Person | None = None,
) -> RoleAssignment:
    """Give a person a role in a unit for a period. `by` None is the system: set-up and import."""
    if by is not None and by == person:
        raise NotForOneself(_("Du kan ikke give dig selv en rolle. Bed en anden administrator om det."))
    if role in DERIVED:
        raise ValidationError(_("Den rolle kan ikke gives til nogen."))
    assignment = RoleAssignment(
        person=person,
        role=role,
        unit=unit,
        valid_from=valid_from or clock.today(),
        valid_to=valid_to,
        deputy_for=deputy_for,
    )
    assignment.full_clean()
    if not unit.is_open:
        raise ValidationError(_("Enheden er lukket."))
    assignment.save()
    _tell(assignment, "appoint", by)
    return assignment


@transaction.atomic
def end(assignment: RoleAssignment, *, by: Person | None, last_day: date | None = None) -> None:
    """End a role: from this instant, or after a last day. One that had not begun is never in force."""
    if by is not None and by == assignment.person:
        raise NotForOneself(_("Du kan ikke ændre dine egne roller. Bed en anden administrator om det."))
    last_day = last_day or clock.today() - timedelta(days=1)
    assignment.valid_to = last_day
    assignment.valid_from = min(assignment.valid_from, last_day)
    assignment.save(update_fields=["valid_from", "valid_to"])
    _tell(assignment, "end_role", by)


@transaction.atomic
def deactivate(person: Person, *, by: Person | None) -> None:
    """A person leaves: no sign-in, no role and no session from this instant; what they did stays."""
    Person.objects.filter(pk=person.pk).update(is_active=False)
    person.is_active = False
    chain.record(person.subject, "deactivate", by, {})


@transaction.atomic
def reactivate(person: Person, *, by: Person | None) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=True)
    person.is_active = True
    chain.record(person.subject, "reactivate", by, {})


def administrators():
    """Everybody who keeps people and roles now."""
    held = RoleAssignment.objects.in_force().filter(role=Role.ADMINISTRATOR)
    return Person.objects.filter(pk__in=held.values("person"))


def _tell(assignment: RoleAssignment, step: str, by) -> None:
    payload = {
        "rolle": assignment.role,
        "enhed": assignment.unit_id,
        "fra": assignment.valid_from.isoformat(),
        "til": assignment.valid_to.isoformat() if assignment.valid_to else None,
        "stedfortræder for": assignment.deputy_for_id,
    }
    event = chain.record(assignment.person.subject, step, by, payload)
    for administrator in administrators():
        outbox.owe(event, administrator, step, {"assignment": assignment, "by": by})
