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
from people import appointments, stale
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


def found(by, **fields) -> Unit:
    """Create a unit under its parent. Raises ValidationError for a wrong field."""
    unit = Unit(**fields)
    found_all(by, [unit])
    return unit


@transaction.atomic
def found_all(by, new: list[Unit]) -> None:
    """Create units, each under a parent that stands already or is among them. Raises ValidationError for the first wrong."""
    chain.lock()
    for refusal in refusals(new).values():
        raise refusal
    for generation in _generations(new):
        Unit.objects.bulk_create(generation)
        for unit in generation:
            unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
        Unit.objects.bulk_update(generation, ["path"], batch_size=200)
    told = [(unit.subject, {"navn": unit.name, "under": str(unit.parent or "")}) for unit in new]
    chain.record_all(by, "found_unit", told)


def _generations(new: list[Unit]):
    """Parents before their children, and each only once its parent stands."""
    waiting = list(new)
    while waiting:
        ready = [unit for unit in waiting if unit.parent is None or unit.parent.pk]
        if not ready:
            raise ValidationError({"parent": _("En enhed kan ikke høre under sig selv eller en enhed under sig.")})
        yield ready
        waiting = [unit for unit in waiting if not unit.pk]


@transaction.atomic
def amend(unit: Unit, by, seen: int | None = None, **facts) -> None:
    """Save changed facts of a unit (not its place in the tree) and say which."""
    before = Unit.objects.select_for_update().get(pk=unit.pk)
    stale.refuse(unit.subject, seen)
    for name, value in facts.items():
        setattr(unit, name, value)
    for refusal in refusals([unit]).values():
        raise refusal
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


def refusals(units: list[Unit]) -> dict[int, ValidationError]:
    """Why units cannot be saved as they are now, by their place in the list: the new ones and the amended."""
    eans = {unit.ean for unit in units} - {""}
    taken = dict(Unit.objects.filter(ean__in=eans).values_list("ean", "pk")) if eans else {}
    beside = _names_beside([unit for unit in units if unit.pk is None])
    found = {}
    for place, unit in enumerate(units):
        try:
            _check(unit, taken.get(unit.ean), beside)
        except ValidationError as refusal:
            found[place] = refusal
        if unit.ean:
            taken.setdefault(unit.ean, unit.pk or -1 - place)
        if unit.pk is None:
            beside.add(_name_and_place(unit))
    return found


def _names_beside(new: list[Unit]) -> set[tuple]:
    """(parent, name) of the open units where new ones are to stand."""
    if not new:
        return set()
    parents = {unit.parent.pk for unit in new if unit.parent and unit.parent.pk}
    there = Q(parent__in=parents) | Q(parent=None) if any(unit.parent is None for unit in new) else Q(parent__in=parents)
    rows = Unit.objects.filter(there, valid_to=None).values_list("parent_id", "name")
    return {(parent, name.casefold()) for parent, name in rows}


def _name_and_place(unit: Unit) -> tuple:
    parent = unit.parent
    return ((parent.pk or f"new {id(parent)}") if parent else None, unit.name.casefold())


def _check(unit: Unit, holder: int | None, beside: set[tuple]) -> None:
    """Raise what is wrong with a unit; `holder` has its EAN, `beside` are the names that are taken."""
    if holder is not None and holder != unit.pk:
        raise ValidationError({"ean": _("En anden enhed har allerede det EAN-nummer.")})
    if (unit.latitude is None) != (unit.longitude is None):
        missing = "latitude" if unit.latitude is None else "longitude"
        raise ValidationError({missing: _("Skriv både breddegrad og længdegrad, eller ingen af dem.")})
    for name, (low, high) in DENMARK.items():
        value = getattr(unit, name)
        if value is not None and not low <= value <= high:
            text = _("Stedet ligger uden for Danmark. Skriv et tal mellem %(low)s og %(high)s.")
            raise ValidationError({name: text % {"low": low, "high": high}})
    unit.clean_fields(exclude=["parent"])
    if unit.pk is None and _name_and_place(unit) in beside:
        raise ValidationError({"name": _("Der findes allerede en enhed med det navn samme sted.")})
    if unit.pk is None and unit.parent and not unit.parent.is_open:
        raise ValidationError({"parent": _("Enheden er lukket. Vælg en, der er åben.")})


def _plain(value):
    """As JSON tells it."""
    if isinstance(value, Decimal):
        return f"{value:.5f}"
    return value.isoformat() if isinstance(value, date) else value
