"""Who somebody from the municipality's own sign-in is here, and which roles their groups give.

A subject of the provider is bound to one person, the first time by the verified e-mail of a person we have; nobody is made
by signing in. Roles by group begin and end at each sign-in through people.appointments; those that a person gave stay.
"""

import logging

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import transaction
from django.db.models import Q

from journal import chain, clock
from people import appointments
from people.models import Person, RoleAssignment, Unit
from people.oidc import Claims
from people.roles import APPOINTED, Role

log = logging.getLogger(__name__)


class Unknown(Exception):
    """Nobody here is who the provider says, or not any more."""


@transaction.atomic
def admit(said: Claims) -> Person:
    """The person, bound to their subject, with the roles their groups give from this instant. Raises Unknown."""
    chain.lock()
    person = _bound(said) or _bind(said)
    if said.groups is None:
        log.warning("person %s is in too many groups for the provider to name; roles stay", person.pk)
    else:
        _follow(person, said.groups)
    return Person.objects.get(pk=person.pk)


def _bound(said: Claims) -> Person | None:
    person = Person.objects.select_for_update().filter(directory_id=_key(said)).first()
    if person and not person.is_active:
        raise Unknown("closed")
    return person


def _bind(said: Claims) -> Person:
    """The first time: an active person with this address, whom no other subject is bound to."""
    rows = Person.objects.select_for_update().filter(email=said.email, is_active=True, directory_id=None)
    person = rows.first() if said.email else None
    if person is None:
        raise Unknown("nobody")
    person.directory_id = _key(said)
    person.save(update_fields=["directory_id"])
    chain.record(person.subject, "bind_directory", person, {"udsteder": said.issuer})
    return person


def _key(said: Claims) -> str:
    return f"{said.issuer} {said.subject}"


# ── roles by group ──────────────────────────────────────────────────────────────────────────────────────────────────


def _follow(person: Person, groups: frozenset[str]) -> None:
    """End what no group gives any more, begin what one gives now."""
    wanted = {(role, unit) for group, role, name in mapping() if group in groups and (unit := _unit(name))}
    runs = Q(valid_to=None) | Q(valid_to__gte=clock.today())
    held = RoleAssignment.objects.filter(runs, person=person, from_directory=True).select_related("unit", "person")
    for assignment in held:
        if (assignment.role, assignment.unit) not in wanted:
            appointments.end(assignment, by=None)
    for role, unit in sorted(wanted, key=lambda pair: (pair[0], pair[1].pk)):
        try:
            appointments.appoint(person, Role(role), unit, by=None, from_directory=True)
        except ValidationError:  # held already, by hand or from the sign-in before; or the unit has closed
            continue


def _unit(name: str) -> Unit | None:
    """A unit by its name, the top one when none is named; of two with one name, none."""
    rows = list(Unit.objects.filter(name=name) if name else Unit.objects.filter(parent=None))
    if len(rows) != 1:
        log.error("OIDC_ROLES names %r: %s units have that name", name, len(rows))
        return None
    return rows[0]


def mapping() -> list[tuple[str, str, str]]:
    """(group, role, name of a unit or "") of OIDC_ROLES: «group=role» or «group=role@unit», semicolons between."""
    rows = []
    for entry in filter(None, map(str.strip, settings.OIDC_ROLES.split(";"))):
        group, equals, rest = entry.partition("=")
        role, _at, unit = rest.partition("@")
        if not (equals and group.strip() and role.strip() in APPOINTED):
            raise ImproperlyConfigured(f"OIDC_ROLES: {entry!r} is not «group=role» or «group=role@unit»")
        rows.append((group.strip(), role.strip(), unit.strip()))
    return rows
