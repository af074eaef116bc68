"""Units: founded, amended, moved, closed. Every change is an event; nothing that happened at a unit is lost.

Refuses a second use of an EAN, a place outside Denmark, a unit below itself, and closing what units below still need.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from journal import chain, clock
from people import appointments
from people.models import RoleAssignment, Unit

FACTS = [
    "name",
    "kind",
    "ean",
    "users_count",
    "staff_count",
    "latitude",
    "longitude",
    "is_separate_legal_entity",
    "hears_building_cases",
    "valid_from",
]
DENMARK = {"latitude": (54, 58), "longitude": (7, 16)}


@transaction.atomic
def found(by, **fields) -> Unit:
    """Create a unit under its parent. Raises ValidationError for a wrong field."""
    unit = Unit(**fields)
    chain.lock()
    _check(unit)
    if Unit.objects.filter(name__iexact=unit.name, parent=unit.parent, valid_to=None).exists():
        raise ValidationError({"name": _("Der findes allerede en enhed med det navn samme sted.")})
    if unit.parent and not unit.parent.is_open:
        raise ValidationError({"parent": _("Enheden er lukket. Vælg en, der er åben.")})
    unit.save()
    unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    chain.record(unit.subject, "found_unit", by, {"navn": unit.name, "under": str(unit.parent or "")})
    return unit


@transaction.atomic
def amend(unit: Unit, by, **facts) -> None:
    """Save changed facts of a unit (not its place in the tree) and say which."""
    before = Unit.objects.select_for_update().get(pk=unit.pk)
    for name, value in facts.items():
        setattr(unit, name, value)
    _check(unit)
    changed = {name: [getattr(before, name), getattr(unit, name)] for name in FACTS}
    changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    if changed:
        unit.save(update_fields=list(changed))
        payload = {name: [_plain(old), _plain(new)] for name, (old, new) in changed.items()}
        chain.record(unit.subject, "amend_unit", by, {"ændret": payload})


@transaction.atomic
def move(unit: Unit, new_parent: Unit, by) -> None:
    """Hang a unit with everything below it under another. Refuses to hang it below itself."""
    # the whole tree is locked: two moves at once could otherwise hang two units below each other
    fresh = {row.pk: row for row in Unit.objects.select_for_update().order_by("pk")}
    unit.path, new_parent.path = fresh[unit.pk].path, fresh[new_parent.pk].path
    if new_parent.is_within(unit):
        raise ValidationError({"parent": _("En enhed kan ikke høre under sig selv eller en enhed under sig.")})
    if not new_parent.is_open:
        raise ValidationError({"parent": _("Enheden er lukket. Vælg en, der er åben.")})
    old_path, new_path = unit.path, f"{new_parent.path}{unit.pk}/"
    payload = {"fra": str(fresh.get(unit.parent_id) or ""), "til": str(new_parent)}
    unit.parent, unit.path = new_parent, new_path
    unit.save(update_fields=["parent", "path"])
    below = Unit.objects.filter(path__startswith=old_path).exclude(pk=unit.pk)
    below.update(path=Concat(Value(new_path), Substr(F("path"), len(old_path) + 1)))
    chain.record(unit.subject, "move_unit", by, payload)


@transaction.atomic
def close(unit: Unit, from_day: date, by) -> None:
    """Close a unit from a day: its roles end the day before, its cases and history stay."""
    if from_day < clock.today():
        raise ValidationError({"from_day": _("Vælg i dag eller en senere dag.")})
    if unit.valid_from and from_day <= unit.valid_from:
        raise ValidationError({"from_day": _("Enheden kan ikke lukke, før den er oprettet.")})
    if open_below(unit, from_day).exists():
        raise ValidationError(_("Der er åbne enheder under denne. Luk eller flyt dem først."))
    unit.valid_to = from_day
    unit.save(update_fields=["valid_to"])
    chain.record(unit.subject, "close_unit", by, {"fra": from_day.isoformat()})
    for assignment in roles_that_end(unit, from_day):
        appointments.end(assignment, by=by, last_day=from_day - timedelta(days=1))


def roles_that_end(unit: Unit, from_day: date):
    """The roles that closing the unit would cut short, or keep from ever beginning."""
    rows = RoleAssignment.objects.filter(Q(valid_to=None) | Q(valid_to__gte=from_day), unit=unit)
    return rows.select_related("person", "unit", "deputy_for")


def open_below(unit: Unit, day: date):
    """Units below this one that are not closed on a day."""
    return subtree(unit).exclude(pk=unit.pk).filter(Q(valid_to=None) | Q(valid_to__gt=day))


def subtree(unit: Unit):
    """The unit and everything below it."""
    return Unit.objects.filter(path__startswith=unit.path)


def tree(units=None) -> list[Unit]:
    """Units in the order of the tree, by name below their parent, each with its `depth`."""
    units = {unit.pk: unit for unit in (Unit.objects.all() if units is None else units)}
    for unit in units.values():
        above = [units[pk] for pk in unit.ancestor_ids() if pk in units]
        unit.depth = len(above) - 1
        unit.place = [(row.name.casefold(), row.pk) for row in above]
    return sorted(units.values(), key=lambda unit: unit.place)


def _check(unit: Unit) -> None:
    if unit.ean and Unit.objects.filter(ean=unit.ean).exclude(pk=unit.pk).exists():
        raise ValidationError({"ean": _("En anden enhed har allerede det EAN-nummer.")})
    if (unit.latitude is None) != (unit.longitude is None):
        missing = "latitude" if unit.latitude is None else "longitude"
        raise ValidationError({missing: _("Skriv både breddegrad og længdegrad, eller ingen af dem.")})
    for name, (low, high) in DENMARK.items():
        value = getattr(unit, name)
        if value is not None and not low <= value <= high:
            text = _("Stedet ligger uden for Danmark. Skriv et tal mellem %(low)s og %(high)s.")
            raise ValidationError({name: text % {"low": low, "high": high}})
    unit.full_clean()


def _plain(value):
    """As JSON tells it."""
    if isinstance(value, Decimal):
        return f"{value:.5f}"
    return value.isoformat() if isinstance(value, date) else value
