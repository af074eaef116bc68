"""Row 3: the sums hold after every step. Random moves in several years and rounds, as many as the time gives.

Two processes, each with a SQLite of its own in memory: the law of the database is the same there (tests marked `both`),
and a move costs a tenth. A model of a few integers says what each pocket must hold; the ledger is asked after every
step, and its own books (`ledger.faults`) after every world.
"""

import json
import os
import random
import subprocess
import sys
import time

import pytest

PROCESSES, YEARS, ROUNDS, STEPS = 2, 2, 3, 200
CEILINGS = [300_000_00, 500_000_00, 10**11]


@pytest.mark.proves(3, minutes=5)
def test_the_sums_hold_after_a_million_steps(proof):
    """Random moves between the pockets of two years and six rounds, lawful and not, partial grants among them."""
    proof.goal("steps", 1_000_000)
    for said in in_processes(proof, "whole"):
        for what, times in said["counts"].items():
            proof.count(what, times)
        assert said["faults"] == []


@pytest.mark.proves(3, minutes=1)
def test_without_the_check_the_same_moves_overdraw(proof):
    """The twin: with the CHECKs off, the model and the books both see pockets below zero."""
    harm = [len(said["faults"]) for said in in_processes(proof, "without checks")]
    proof.teeth("the CHECKs of years and rounds", harm=sum(1 for faults in harm if faults), of=PROCESSES)
    assert all(harm)


def in_processes(proof, how: str) -> list[dict]:
    """What each process says after its share of the time."""
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL")}
    env |= {"DATABASE_URL": "sqlite://:memory:", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    seconds = str(max(proof.time_left() - 5, 3))
    command = [sys.executable, "-m", "tests.hard.money", how, seconds]
    children = [subprocess.Popen([*command, str(seed)], env=env, stdout=subprocess.PIPE) for seed in range(PROCESSES)]
    return [json.loads(child.communicate()[0]) for child in children]


# ── one process ─────────────────────────────────────────────────────────────────────────────────────────────────────


def main(how: str, seconds: float, seed: int) -> dict:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    call_command("migrate", verbosity=0)
    if how != "whole":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
    chance, end = random.Random(seed), time.monotonic() + seconds
    counts, faults = {"steps": 0, "moves that went": 0, "moves that were refused": 0, "worlds": 0}, []
    while time.monotonic() < end and not faults:
        with transaction.atomic():
            faults += world(chance, counts, end)
            transaction.set_rollback(True)
        counts["worlds"] += 1
    return {"counts": counts, "faults": faults[:5]}


def world(chance: random.Random, counts: dict, end: float) -> list[str]:
    """One pool with its years and rounds, and its steps; the first fault ends it."""
    from pool import ledger
    from pool.models import LAWFUL_MOVES, PoolYear

    years = [PoolYear.objects.create(year=2026 + place) for place in range(YEARS)]
    rounds = [make_round(year, place) for year in years for place in range(ROUNDS)]
    model = {account: dict.fromkeys(("available", "reserved", "committed", "spent"), 0) for account in [*years, *rounds]}
    for _step in range(STEPS):
        if time.monotonic() > end:
            break
        cause, used = caused(), set()
        for _move in range(chance.randint(1, 6)):
            way = chance.choice(LAWFUL_MOVES)
            if way in used:
                continue
            used.add(way)
            year = chance.choice(years)
            round_ = chance.choice([None, *(one for one in rounds if one.pool_year_id == year.pk)])
            amount = chance.choice([1, chance.randint(1, 400_000_00), chance.randint(1, 3_000_000_00)])
            counts["steps"] += 1
            went = try_move(year, round_, way, amount, cause)
            counts["moves that went" if went else "moves that were refused"] += 1
            expected = fits(model, year, round_, way, amount)
            if went is not expected:
                return [f"{way} {amount}: went {went}, the model says {expected}"]
            if went:
                book(model, year, round_, way, amount)
            if wrong := differences(model):
                return wrong
    return ledger.faults()


def try_move(year, round_, way, amount, cause) -> bool:
    from django.db import IntegrityError, transaction

    from pool import ledger

    try:
        with transaction.atomic():
            ledger.move(year, *way, amount, cause=cause, round=round_)
    except (ledger.NotEnoughMoney, IntegrityError):
        return False
    return True


def fits(model, year, round_, way, amount) -> bool:
    source, target = (pocket.value for pocket in way)
    if model[year].get(source, amount) < amount:
        return False
    if round_ is None:
        return True
    held = {pocket: model[round_][pocket] for pocket in ("reserved", "committed", "spent")}
    if source in held and held[source] < amount:
        return False
    grows = (amount if target in held else 0) - (amount if source in held else 0)
    return sum(held.values()) + grows <= round_.ceiling


def book(model, year, round_, way, amount) -> None:
    for account in filter(None, (year, round_)):
        for pocket, change in ((way[0].value, -amount), (way[1].value, amount)):
            if pocket in model[account]:
                model[account][pocket] += change


def differences(model) -> list[str]:
    from pool.models import PoolYear, Round

    names = ("reserved", "committed", "spent")
    stored = {("year", pk): held for pk, *held in PoolYear.objects.values_list("pk", "available", *names)}
    stored |= {("round", pk): held for pk, *held in Round.objects.values_list("pk", *names)}
    found = []
    for account, held in model.items():
        is_year = type(account) is PoolYear
        wanted = [held[name] for name in (("available", *names) if is_year else names)]
        if stored["year" if is_year else "round", account.pk] != wanted or min(wanted) < 0:
            found.append(f"{account}: holds {stored['year' if is_year else 'round', account.pk]}, must hold {wanted}")
    return found


def make_round(year, place: int):
    from datetime import UTC, date, datetime

    from pool.models import Round

    opens, deadline = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    facts = {"opens": opens, "deadline": deadline, "answer_by": date(2026, 5, 1), "ceiling": CEILINGS[place]}
    return Round.objects.create(pool_year=year, name=f"Runde {place}", **facts)


def caused(number=[0]):  # noqa: B006  a running number for causes
    from journal import chain

    number[0] += 1
    return chain.record(f"prøve/{number[0]}", "try", None)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))))
