"""Finance's work, measured: the account of a year with 2,000 cases; 5,000 lines of the finance system beside 5,000 vouchers.

A year of its own is written straight into the tables and taken away again; only the benchmark writes this way.
"""

import time
from datetime import date, timedelta
from statistics import median

CASES, LINES, RUNS, YEAR = 2000, 5000, 5, 2039
FIRST = date(2039, 1, 2)


def measure() -> dict:
    """Milliseconds for the account (median), seconds to read, match and report a file of 5,000 lines."""
    from django.db import transaction

    with transaction.atomic():
        year, cases = _build()
        found = {"account": _account(year), **_reconciliation(cases)}
        transaction.set_rollback(True)
    return found


def _build():
    """Each case reserved, committed, spent and given back: four moves, as one that ended has."""
    from applications.models import Application, BudgetLine
    from journal.models import Event
    from pool.models import LedgerEntry, Pocket, PoolYear, Round

    model = Application.objects.filter(granted_amount__isnull=False).order_by("pk").first()
    year = PoolYear.objects.create(year=YEAR)
    values = {f.attname: getattr(model.round, f.attname) for f in Round._meta.concrete_fields if f.attname != "id"}
    round_ = Round.objects.create(**values | {"pool_year_id": year.pk, "name": "Målt", "ceiling": 10**12})
    values = {f.attname: getattr(model, f.attname) for f in Application._meta.concrete_fields if f.attname != "id"}
    themes = [["energy"], ["waste"], ["food", "waste"], ["transport"]]
    rows = [
        Application(
            **values | {"round_id": round_.pk, "number": f"2039-{place:04}", "state": "active", "themes": themes[place % 4]}
        )
        for place in range(CASES)
    ]
    cases = Application.objects.bulk_create(rows, batch_size=200)
    events = Event.objects.bulk_create([_event(case, place) for place, case in enumerate(cases)], batch_size=500)
    ways = [
        (Pocket.AVAILABLE, Pocket.RESERVED, 40_000_00), (Pocket.RESERVED, Pocket.COMMITTED, 40_000_00),
        (Pocket.COMMITTED, Pocket.SPENT, 38_000_00), (Pocket.COMMITTED, Pocket.AVAILABLE, 2_000_00),
    ]  # fmt: skip
    entries = [
        LedgerEntry(pool_year=year, round=round_, source=source, target=target, amount=amount, cause=event, at=event.at)
        for event in events
        for source, target, amount in ways
    ]
    LedgerEntry.objects.bulk_create(entries, batch_size=500)
    BudgetLine.objects.bulk_create(
        [BudgetLine(application=case, kind="materials", text="Målt", amount=40_000_00) for case in cases], batch_size=500
    )
    return year, cases


def _event(case, place: int):
    from journal import clock
    from journal.models import Event

    facts = {"position": 10**9 + place, "subject": case.subject, "number": 900, "step": "measured", "at": clock.now()}
    return Event(**facts, payload={}, salt="0" * 32, payload_digest="0" * 64, previous_hash="0" * 64, hash=f"{place:064x}")


def _account(year) -> float:
    from applications import accounts
    from journal import clock

    times = []
    for _turn in range(RUNS):
        begun = time.perf_counter()
        account = accounts.at(year, clock.today())
        times.append((time.perf_counter() - begun) * 1000)
    if account.figure("forbrug") != CASES * 38_000_00:
        raise ValueError("what was measured is not the account")
    return round(median(times))


def _reconciliation(cases) -> dict:
    from applications import reconciliation_report, reconciling
    from applications.finance_files import Mapping
    from people.models import Person

    person = Person.objects.order_by("pk").first()
    _vouchers(cases, person)
    text = ["Dato;Leverandør;Reference;Beløb"]
    for place in range(LINES):
        day = FIRST + timedelta(days=place % 300 + 5)
        text.append(f"{day:%d.%m.%Y};Leverandør {place % 700} A/S;F-{place};{100 + place % 900},{place % 100:02}")
    begun = time.perf_counter()
    file = reconciling.keep(person, "målt.csv", "\n".join(text).encode())
    file = reconciling.read_in(file.pk, person, Mapping(**file.mapping))
    read = time.perf_counter()
    rows = reconciliation_report.rows_of(file)
    reconciliation_report.totals_of(rows)
    done = time.perf_counter()
    return {
        "read": round(read - begun, 1),
        "report": round((done - read) * 1000),
        "matched": sum(bool(row.match) for row in rows),
    }


def _vouchers(cases, person) -> None:
    """5,000 accepted vouchers; nine in ten answer to a line."""
    from applications.models import BudgetLine, Project, Voucher
    from journal import clock
    from journal.models import Event

    now = clock.now()
    dates = {"starts": FIRST, "ends": FIRST, "started_by": person, "started_at": now}
    projects = Project.objects.bulk_create(
        [Project(application=case, amount=40_000_00, settlement="pool_invoice", **dates) for case in cases], batch_size=200
    )
    lines = {line.application_id: line for line in BudgetLine.objects.filter(application__in=cases, text="Målt")}
    facts = {
        "subject": "prøve/målt",
        "step": "measured",
        "at": now,
        "payload": {},
        "salt": "0" * 32,
        "payload_digest": "0" * 64,
    }
    events = Event.objects.bulk_create(
        [
            Event(**facts, position=2 * 10**9 + n, number=n + 1, previous_hash="0" * 64, hash=f"f{n:063x}")
            for n in range(LINES)
        ],
        batch_size=500,
    )
    rows = []
    for place in range(LINES):
        project = projects[place % CASES]
        amount = (100 + place % 900) * 100 + place % 100 + (1 if place % 10 == 9 else 0)
        rows.append(
            Voucher(
                project=project,
                budget_line=lines[project.pk],
                number=place // CASES + 1,
                amount=amount,
                status="accepted",
                date=FIRST + timedelta(days=place % 300),
                supplier=f"Leverandør {place % 700}",
                registered_by=person,
                registered_at=now,
                decided_by=person,
                decided_at=now,
                accepted_in=events[place],
            )
        )
    Voucher.objects.bulk_create(rows, batch_size=500)
