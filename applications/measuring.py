"""A calculator's result in a report: taken into a draft as «beregnet», and reckoned anew when its factors were superseded.

What was sent keeps its numbers and their factors. Refuses a report that is not a draft of a project that is followed.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from applications import report_writing
from applications.content import MOST_ROWS
from applications.door import NotYours, Refused, load_locked
from applications.models import Application, Effect, MeasuredEffect, StatusReport
from applications.roles import may
from climate import calculations
from climate.models import Calculation, Factor
from people.models import Person


def is_open(report: StatusReport, case: Application) -> bool:
    return report.sent_at is None and case.state in report_writing.OPEN[report.kind]


@transaction.atomic
def take_in(report: StatusReport, by: Person, slug: str, answers: dict, replaces: int | None = None) -> MeasuredEffect:
    """Freeze the calculation and write its number as an effect of the draft: a new one, or the one that it replaces."""
    case = load_locked(report.project_id)
    report = StatusReport.objects.get(pk=report.pk)
    if not may(by, case, "write_report"):
        raise NotYours(_("Kun enheden kan skrive i rapporten."))
    if not is_open(report, case):
        raise Refused(_("Rapporten er sendt. Tallene i den kan ikke ændres."))
    rows = list(report.measured_effects.all())
    row = next((each for each in rows if each.calculation_id and each.pk == replaces), None)
    if row is None and len(rows) >= MOST_ROWS:
        raise Refused(_("Der er plads til højst %(num)d virkninger. Fjern en først.") % {"num": MOST_ROWS})
    row = row or MeasuredEffect(
        report=report,
        project_id=report.project_id,
        position=max((each.position for each in rows), default=-1) + 1,
        expected=_expected(case, rows, slug),
    )
    _fill(row, calculations.freeze(slug, answers, case.unit, by))
    row.save()
    report.revision += 1
    report.save(update_fields=["revision"])
    return row


def _expected(case: Application, rows: list[MeasuredEffect], slug: str) -> Effect | None:
    """The application's effect by the same calculator, if no other row answers to it."""
    taken = {row.expected_id for row in rows}
    found = (e for e in case.effects.all() if e.calculation and e.calculation.calculator == slug and e.pk not in taken)
    return next(found, None)


def _fill(row: MeasuredEffect, calculation: Calculation) -> None:
    """The number, its range and its method; what the unit wrote itself about an earlier one stays."""
    shown = calculation.snapshot
    if row.method in ("", row.calculation.snapshot["method"] if row.calculation else ""):
        row.method = shown["method"]
    row.indicator, row.basis, row.calculation = Effect.Indicator.CO2E, Effect.Basis.CALCULATED, calculation
    row.value, row.unit = calculation.value, calculation.measure
    low, high = Decimal(shown["low"]), Decimal(shown["high"])
    row.low, row.high = (low, high) if low <= row.value <= high else (None, None)


# ── factors that were superseded meanwhile ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Outdated:
    """A calculated effect of a draft, and those of its factors that a newer one has taken the place of."""

    effect: MeasuredEffect
    factors: list[Factor]


def outdated(report: StatusReport | None) -> list[Outdated]:
    """What a draft should reckon anew. A sent report has nothing: it keeps the factors of its day."""
    if report is None or report.sent_at is not None:
        return []
    found = []
    for effect in report.measured_effects.exclude(calculation=None).select_related("calculation"):
        old = list(effect.calculation.factors.exclude(superseded_by=None).select_related("superseded_by"))
        if old:
            found.append(Outdated(effect, old))
    return found
