"""Who gets which role where, and until when. Every change is an event and told to the administrators.

Refuses: a role for oneself, a role in a closed unit, a derived role, the same role twice.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from journal import chain, clock, outbox
from people import access
from people.models import Person, RoleAssignment, Unit
from people.roles import DERIVED, Role


class NotForOneself(ValidationError):
    """Nobody gives themselves a role."""


def appoint(
    person: Person,
    role: Role,
    unit: Unit,
    *,
    by: Person | None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    deputy_for: Person | None = None,
    from_directory: bool = False,
) -> RoleAssignment:
    """Give a person a role in a unit for a period. `by` None is the system: set-up, import, a group of the directory."""
    assignment = RoleAssignment(
        person=person,
        role=role,
        unit=unit,
        valid_from=valid_from or clock.today(),
        valid_to=valid_to,
        deputy_for=deputy_for,
        from_directory=from_directory,
    )
    appoint_all([assignment], by=by)
    return assignment


@transaction.atomic
def appoint_all(new: list[RoleAssignment], *, by: Person | None) -> None:
    """Give several roles at once; the administrators get one word about all of them."""
    refuse_own(new, by)
    chain.lock()
    for refusal in refusals(new).values():
        raise refusal
    RoleAssignment.objects.bulk_create(new, batch_size=500)
    _tell(new, "appoint", by)


def refuse_own(new: list[RoleAssignment], by: Person | None) -> None:
    if by is not None and any(assignment.person == by for assignment in new):
        raise NotForOneself(_("Du kan ikke give dig selv en rolle. Bed en anden administrator om det."))


def refusals(new: list[RoleAssignment]) -> dict[int, ValidationError]:
    """Why roles cannot be given, by their place in the list."""
    found, held = {}, {}
    for assignment in RoleAssignment.objects.filter(person__in={row.person.pk for row in new if row.person.pk}):
        held.setdefault(_what(assignment), []).append(assignment)
    for place, assignment in enumerate(new):
        same = held.setdefault(_what(assignment), [])
        try:
            _check(assignment, same)
        except ValidationError as refusal:
            found[place] = refusal
        same.append(assignment)
    return found


def _what(assignment: RoleAssignment) -> tuple:
    """Who has which role where, for whom: what nobody holds twice at a time. What is not stored yet is itself."""
    person = assignment.person_id or f"new {id(assignment.person)}"
    unit = assignment.unit_id or f"new {id(assignment.unit)}"
    return person, assignment.role, unit, assignment.deputy_for_id


def _check(new: RoleAssignment, same: list[RoleAssignment]) -> None:
    """Refuse, each with the field that is wrong, what the database or the calendar would not bear."""
    if new.role in DERIVED:
        raise ValidationError({"role": _("Den rolle kan ikke gives til nogen.")})
    if not new.person.is_active:
        raise ValidationError(_("Personen er ikke aktiv. Gør personen aktiv først."))
    if new.valid_to and new.valid_to < new.valid_from:
        raise ValidationError({"valid_to": _("Rollen kan ikke slutte, før den begynder.")})
    if not new.unit.is_open:
        raise ValidationError({"unit": _("Enheden er lukket.")})
    if new.unit.valid_to and (new.valid_to is None or new.valid_to >= new.unit.valid_to):
        raise ValidationError({"valid_to": _("Enheden lukker. Rollen skal slutte, før den lukker.")})
    if new.deputy_for == new.person:
        raise ValidationError({"deputy_for": _("Man kan ikke være stedfortræder for sig selv.")})
    if any(_overlap(new, other) for other in same):
        raise ValidationError(_("Personen har allerede den rolle i enheden i den periode."))
    new.clean_fields(exclude=["person", "unit", "deputy_for"])


def _overlap(one: RoleAssignment, other: RoleAssignment) -> bool:
    begins_in_time = one.valid_to is None or other.valid_from <= one.valid_to
    return begins_in_time and (other.valid_to is None or other.valid_to >= one.valid_from)


@transaction.atomic
def end(assignment: RoleAssignment, *, by: Person | None, last_day: date | None = None) -> None:
    """End a role: from this instant, or after a last day. One that had not begun is never in force."""
    if by is not None and by == assignment.person:
        raise NotForOneself(_("Du kan ikke ændre dine egne roller. Bed en anden administrator om det."))
    chain.lock()
    assignment.refresh_from_db(fields=["valid_from", "valid_to"])
    last_day = last_day or clock.today() - timedelta(days=1)
    if last_day < clock.today() - timedelta(days=1):
        raise ValidationError({"last_day": _("Rollen kan ikke slutte før i dag.")})
    if assignment.valid_to and assignment.valid_to < last_day:
        raise ValidationError({"last_day": _("Rollen slutter allerede tidligere. Giv en ny rolle i stedet.")})
    if assignment.valid_to == last_day:
        return
    assignment.valid_to = last_day
    assignment.valid_from = min(assignment.valid_from, last_day)
    assignment.save(update_fields=["valid_from", "valid_to"])
    _tell([assignment], "end_role", by)


@transaction.atomic
def deactivate(person: Person, *, by: Person | None) -> None:
    """A person leaves: no sign-in, no role and no session from this instant; what they did stays.

    The password goes too, and who they are at the municipality's own sign-in, so that no old session and no old link comes
    alive when the person comes back.
    """
    if by is not None and by == person:
        raise NotForOneself(_("Du kan ikke lukke din egen adgang. Bed en anden administrator om det."))
    if not _turned(person, False):
        return
    person.set_unusable_password()
    person.directory_id = None
    person.save(update_fields=["password", "directory_id"])
    chain.record(person.subject, "deactivate", by, {})


@transaction.atomic
def reactivate(person: Person, *, by: Person | None) -> None:
    """A person comes back, with the roles whose period still runs; their way in is a new invitation."""
    if not _turned(person, True):
        return
    chain.record(person.subject, "reactivate", by, {})
    access.invite(person, by=by)


def _turned(person: Person, active: bool) -> bool:
    """Compare and set: False when it was so already."""
    turned = Person.objects.filter(pk=person.pk, is_active=not active).update(is_active=active)
    person.is_active = active
    return bool(turned)


def administrators():
    """Everybody who keeps people and roles now."""
    held = RoleAssignment.objects.in_force().filter(role=Role.ADMINISTRATOR)
    return Person.objects.filter(pk__in=held.values("person"))


def _tell(changed: list[RoleAssignment], step: str, by) -> None:
    """An event for each, and one word to every administrator: about the one role, or about all."""
    if not changed:
        return
    events = chain.record_all(by, step, [(assignment.person.subject, _facts(assignment)) for assignment in changed])
    about = {"assignment": changed[0], "assignments": changed, "by": by}
    for administrator in administrators():
        outbox.owe(events[-1], administrator, step if len(changed) == 1 else f"{step}_many", about)


def _facts(assignment: RoleAssignment) -> dict:
    facts = {
        "rolle": assignment.role,
        "enhed": assignment.unit_id,
        "fra": assignment.valid_from.isoformat(),
        "til": assignment.valid_to.isoformat() if assignment.valid_to else None,
        "stedfortræder for": assignment.deputy_for_id,
    }
    if assignment.from_directory:
        facts["fra kommunens login"] = True
    return facts
