"""Units: founded, renamed, moved, closed. Every change is an event; nothing that happened at a unit is lost."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from journal import chain
from people.models import RoleAssignment, Unit

FACTS = ["name", "kind", "ean", "users_count", "staff_count", "is_separate_legal_entity", "hears_building_cases"]


@transaction.atomic
def found(by, **fields) -> Unit:
    """Create a unit under its parent. Raises ValidationError for a wrong field."""
    unit = Unit(**fields)
    unit.full_clean()
    unit.save()
    unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    chain.record(unit.subject, "found_unit", by, {"navn": unit.name, "under": str(unit.parent or "")})
    return unit


@transaction.atomic
def amend(unit: Unit, by) -> None:
    """Save changed facts of a unit (not its place in the tree) and say which."""
    before = Unit.objects.select_for_update().get(pk=unit.pk)
    changed = {name: [getattr(before, name), getattr(unit, name)] for name in FACTS}
    changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    unit.full_clean()
    unit.save()
    if changed:
        chain.record(unit.subject, "amend_unit", by, changed)


@transaction.atomic
def move(unit: Unit, new_parent: Unit, by) -> None:
    """Hang a unit with everything below it under another. Refuses to hang it below itself."""
    if new_parent.is_within(unit):
        raise ValidationError(_("En enhed kan ikke høre under sig selv eller en enhed under sig."))
    old_path, new_path = unit.path, f"{new_parent.path}{unit.pk}/"
    payload = {"fra": str(unit.parent or ""), "til": str(new_parent)}
    unit.parent, unit.path = new_parent, new_path
    unit.save(update_fields=["parent", "path"])
    below = Unit.objects.filter(path__startswith=old_path).exclude(pk=unit.pk)
    below.update(path=Concat(Value(new_path), Substr(F("path"), len(old_path) + 1)))
    chain.record(unit.subject, "move_unit", by, payload)


@transaction.atomic
def close(unit: Unit, from_day: date, by) -> None:
    """Close a unit from a day: its roles end the day before, its cases and history stay."""
    unit.valid_to = from_day
    unit.save(update_fields=["valid_to"])
    chain.record(unit.subject, "close_unit", by, {"fra": from_day.isoformat()})
    open_roles = RoleAssignment.objects.filter(unit=unit).in_force(from_day)
    open_roles.filter(valid_from__lt=from_day).update(valid_to=from_day - timedelta(days=1))


def subtree(unit: Unit):
    """The unit and everything below it."""
    return Unit.objects.filter(path__startswith=unit.path)
