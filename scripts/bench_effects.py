"""The summary of effects, measured: 2,000 projects that ended, each with a report of ten effects, 20,000 in all.

Rows are written straight into the tables; only the benchmark writes this way.
"""

import time
from decimal import Decimal
from statistics import median

PROJECTS, EFFECTS_EACH, RUNS = 2000, 10, 15
BASES = ("measured", "calculated", "estimated")
KINDS = [
    ("co2e", "kg CO2e/år"), ("co2e", "ton/år"), ("energy", "kWh/år"), ("energy", "MWh om året"), ("water", "m³/år"),
    ("recycled", "kg/år"), ("waste_avoided", "ton/år"), ("reused", "stk/år"), ("engaged", "personer"), ("savings", "kr./år"),
    ("resources", "procentpoint"), ("biodiversity_area", "ha"),
]  # fmt: skip


def build() -> int:
    """20,000 effects of copies of a project that ended; a fourth of the tonnes follow the yearly path of power."""
    from applications.models import Application, MeasuredEffect, Project, StatusReport
    from climate import calculations, register
    from journal import clock
    from people.models import Person

    register.import_factors()
    model = Application.objects.filter(granted_amount__isnull=False).order_by("pk").first()
    person = Person.objects.order_by("pk").first()
    power = {"carrier": "el", "kwh": Decimal(10_000), "first": str(clock.today().year), "span": 10}
    made = [calculations.freeze("energi", power | {"kwh": Decimal(1000 + place)}, model.unit, person) for place in range(50)]
    names = [field.attname for field in Application._meta.concrete_fields if field.attname != "id"]
    values = {name: getattr(model, name) for name in names} | {"state": "completed"}
    cases = Application.objects.bulk_create(
        [Application(**values | {"number": f"B-{place:05}", "themes": ["energy"]}) for place in range(PROJECTS)],
        batch_size=200,
    )
    now, today = clock.now(), clock.today()
    dates = {"starts": today, "ends": today, "started_by": person, "started_at": now}
    projects = Project.objects.bulk_create(
        [Project(application=case, amount=40_000_00, spent=38_000_00, settlement="pool_invoice", **dates) for case in cases],
        batch_size=200,
    )
    sent = {"kind": "final", "begun_by": person, "begun_at": now, "sent_by": person, "sent_at": now, "sha256": "0" * 64}
    reports = StatusReport.objects.bulk_create([StatusReport(project=each, **sent) for each in projects], batch_size=200)
    rows = []
    for place, report in enumerate(reports):
        for each in range(EFFECTS_EACH):
            number = place * EFFECTS_EACH + each
            indicator, unit = KINDS[number % len(KINDS)]
            facts = {"value": Decimal(number % 997) + Decimal("0.125"), "basis": BASES[number % 3], "unit": unit}
            if indicator == "co2e" and number % 2 == 0:
                found = made[number % len(made)]
                facts |= {"value": found.value, "unit": found.measure, "basis": "calculated", "calculation": found}
            if number % 5 == 0:
                facts |= {"low": facts["value"], "high": facts["value"] + 10}
            if indicator == "co2e":
                facts["lifetime"] = 5
            rows.append(MeasuredEffect(project=report.project, report=report, indicator=indicator, **facts))
    MeasuredEffect.objects.bulk_create(rows, batch_size=500)
    _some_count_twice()
    return len(rows)


def _some_count_twice() -> None:
    """Every two hundredth effect already counts in the one before it."""
    from applications.models import MeasuredEffect

    rows = list(MeasuredEffect.objects.order_by("pk"))
    for before, row in zip(rows[198::200], rows[199::200], strict=True):
        row.overlaps, row.indicator, row.unit = before, before.indicator, before.unit
        row.calculation = before.calculation
    MeasuredEffect.objects.bulk_update(rows[199::200], ["overlaps", "indicator", "unit", "calculation"])


def measure() -> dict:
    from django.db import connection

    count = build()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    from applications.effect_summary import summary

    summary()
    return {"effects": count, "ms": _median(summary), "themed": _median(lambda: summary(themes=["energy"]))}


def _median(act) -> float:
    times = []
    for _turn in range(RUNS):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1000)
    return round(median(times), 1)
