"""What a public number rests on, as plain data: the number, how it was found, the calculation with every factor, the report.

Holds no person: names, mail addresses and telephone numbers that stand in the unit's own words are taken out.
"""

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from applications import calculated, effects
from applications.models import Effect, MeasuredEffect, Voucher
from applications.private_words import Without
from climate import calculations, families, lasting
from climate.calculating import text
from climate.measures import CO2E, read
from climate.models import Calculation, Factor

OF_A_FACTOR = ("name", "value", "low", "high", "unit", "year", "boundary", "caveat", "source", "publisher", "licence")


def evidence_of(effect: MeasuredEffect) -> dict:
    """Everything that a reader may ask about one reported effect; values are text without loss."""
    project = effect.project
    case, without = project.application, Without(project.application)
    return {
        "id": effect.pk,
        "indicator": effect.indicator,
        "indicator_label": str(effect.get_indicator_display()),
        **{name: _plain(getattr(effect, name)) for name in ("value", "low", "high")},
        "unit": effect.unit,
        "counted_as": _counted_as(effect),
        "basis": effect.basis,
        "basis_label": str(effect.get_basis_display()),
        "baseline": without(effect.baseline),
        "method": without(effect.method),
        "lifetime": effect.lifetime,
        "over_the_years": _over_the_years(effect),
        "overlaps": effects.named(effect.overlaps) if effect.overlaps else None,
        "expected": _expected(effect, case, without),
        "calculation": _calculation(effect, without),
        "report": _report(effect),
        "vouchers": _vouchers(project),
        "project": {
            "number": case.number,
            "title": case.title,
            "unit": case.unit.name,
            "round": case.round.name,
            "year": case.round.pool_year.year,
        },
    }


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else text(value)


def _counted_as(effect: MeasuredEffect) -> dict | None:
    """The number as sums hold it; None where its unit cannot be added to anything."""
    measure = read(effect.indicator, effect.unit)
    if measure is None:
        return None
    family = effects.amount(effect).family
    name = families.effect_name(family) if effect.indicator == CO2E else ""
    return {"value": text(effect.value * measure.times), "unit": measure.label, "family": family, "name": name}


def _over_the_years(effect: MeasuredEffect) -> dict | None:
    """Kilograms of CO2e over all years, and how they were reckoned; None where that is not known."""
    if effect.indicator != CO2E:
        return None
    lines = effects.sums([effect]).lasting
    return (
        {"value": text(lines[0].value), "unit": "kg CO2e", "how": lines[0].how.value, "says": lines[0].says}
        if lines
        else None
    )


def _expected(effect: MeasuredEffect, case, without: Without) -> dict | None:
    pair = next(p for p in effects.side_by_side(case, _of_its_report(effect)) if p.measured and p.measured.pk == effect.pk)
    row: Effect | None = pair.expected
    if row is None:
        return None
    said = {"value": text(row.value), "unit": row.unit, "basis": row.basis, "basis_label": str(row.get_basis_display())}
    return said | {"method": without(row.method), "difference": pair.says, "bases": pair.bases}


def _of_its_report(effect: MeasuredEffect) -> list[MeasuredEffect]:
    return list(effect.report.measured_effects.all()) if effect.report else [effect]


def _calculation(effect: MeasuredEffect, without: Without) -> dict | None:
    found: Calculation | None = effect.calculation
    if found is None:
        return None
    shown = found.snapshot
    changed = "" if effects.is_as_calculated(effect) else calculated.told(_as_frozen(effect), _("enheden"))
    return {
        **{name: shown[name] for name in ("title", "value", "measure", "low", "high", "range_says", "life", "lines")},
        "asked": [[label, without(answer)] for label, answer in shown["asked"]],
        "years": [[year, factor, saved] for year, factor, saved in shown["years"]],
        "factors": [{name: each[name] for name in OF_A_FACTOR} for each in shown["factors"]],
        "traps": list(shown["traps"]),
        "not_counted": list(shown["not_counted"]),
        "made_on": timezone.localdate(found.made_at).isoformat(),
        "sha256": found.sha256,
        "changed": changed,
        "superseded_since": [row.name for row in superseded(found)],
        "says": str(lasting.SAYS[lasting.How.PATH]) if shown["life"] else "",
    }


def _as_frozen(effect: MeasuredEffect) -> dict:
    mark = calculations.mark(effect.calculation)
    return {"value": text(effect.value), "unit": effect.unit, "basis": effect.basis, calculated.MARK: mark}


def superseded(calculation: Calculation) -> list[Factor]:
    """The factors of a calculation that a newer one has taken the place of."""
    return list(calculation.factors.exclude(superseded_by=None).select_related("superseded_by"))


def _report(effect: MeasuredEffect) -> dict | None:
    report = effect.report
    if report is None or report.sent_at is None:
        return None
    sent_on = timezone.localdate(report.sent_at).isoformat()
    kind = {"kind": report.kind, "kind_label": str(report.get_kind_display())}
    return kind | {"sent_on": sent_on, "sha256": report.sha256}


def _vouchers(project) -> dict:
    """How many accepted vouchers the project's accounts rest on, and their sum in øre; suppliers may be persons."""
    amounts = list(project.vouchers.filter(status=Voucher.Status.ACCEPTED).values_list("amount", flat=True))
    return {"count": len(amounts), "amount": sum(amounts)}
