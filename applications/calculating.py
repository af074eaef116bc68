"""Taking a calculation into the form, mending it, and letting it go. Every one of them is a save of the form's effects."""

from django.db import transaction
from django.utils.translation import gettext as _

from applications import content, drafts
from applications.calculated import MARK
from applications.door import NotYours, Refused, load_locked
from applications.models import Application, Effect
from climate import calculations
from climate.models import Calculation
from people.models import Person


@transaction.atomic
def take_in(case_id: int, by: Person, slug: str, answers: dict, replaces: int | None = None) -> Application:
    """Freeze the calculation and write its number as an effect: a new row, or the one that it replaces."""
    case = _open(case_id, by)
    rows = content.plain(case, "effects")
    place = next((place for place, row in enumerate(rows) if _is_of(row, replaces)), len(rows))
    if place == content.MOST_ROWS:
        raise Refused(_("Der er plads til højst %(num)d virkninger. Fjern en først.") % {"num": content.MOST_ROWS})
    calculation = calculations.freeze(slug, answers, case.unit, by)
    rows[place : place + 1] = [_row(calculation, rows[place] if place < len(rows) else None)]
    return _save(case, by, rows)


@transaction.atomic
def let_go(case_id: int, by: Person, calculation_id: int) -> Application:
    """The number stays as the unit's own; what it was calculated from no longer stands behind it."""
    case = _open(case_id, by)
    rows = content.plain(case, "effects")
    kept = [{name: value for name, value in row.items() if name != MARK or not _is_of(row, calculation_id)} for row in rows]
    return _save(case, by, kept)


def _open(case_id: int, by: Person) -> Application:
    case = load_locked(case_id)
    if "effects" not in drafts.open_fields(case, by):
        raise NotYours(_("Virkningerne er ikke åbne for rettelser."))
    return case


def _save(case: Application, by: Person, rows: list[dict]) -> Application:
    return drafts.save(case.pk, by, {"effects": rows}, drafts.seen(case, ["effects"]))


def _is_of(row: dict, calculation_id: int | None) -> bool:
    return MARK in row and row[MARK]["id"] == calculation_id


def _row(calculation: Calculation, before: dict | None) -> dict:
    """The effect that a calculation gives. What the unit wrote itself about an earlier one stays."""
    method = calculation.snapshot["method"]
    if before and before["method"] not in ("", _method_of(before)):
        method = before["method"]
    return {
        "indicator": Effect.Indicator.CO2E.value,
        "baseline": before["baseline"] if before else "",
        "value": calculations.mark(calculation)["value"],
        "unit": calculation.measure,
        "basis": Effect.Basis.CALCULATED.value,
        "method": method,
        MARK: calculations.mark(calculation),
    }


def _method_of(row: dict) -> str:
    return Calculation.objects.get(pk=row[MARK]["id"]).snapshot["method"]
