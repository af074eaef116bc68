"""Rows 1 and 2 of the promises: managers who press at the same moment never overspend, and the rig would see it if they did.

Needs a real PostgreSQL: SQLite lets one writer in at a time, so nothing can collide there.
"""

import threading
from collections import Counter

import pytest
from django.db import OperationalError, connection, connections, transaction
from psycopg.errors import LockNotAvailable

from applications import assessing
from applications.door import NotYet, Refused, take
from applications.models import Application
from applications.states import State
from pool import ledger
from pool.models import PoolYear, Round
from tests.cast import Walker

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite lets one writer in at a time: nothing collides"),
]
MANAGERS = 32
FITS = 5  # of 64 amounts of 40,000 kr.


@pytest.fixture
def colliding(cast, open_round, year):
    """64 recommended cases of 40,000 kr. and room for five of them."""
    made = []
    for _number in range(2 * MANAGERS):
        walker = Walker(cast, open_round)
        walker(State.SUBMITTED)
        made.append(walker)
    for walker in made:
        walker.begin()
        walker.recommend()
        assessing.declare(walker.case.pk, cast["mads"], "none")
    return [walker.case.pk for walker in made]


def pressed_until_answered(pk: int, manager) -> str:
    """How an approval ended; told that the system is too busy (`lock_timeout`), the manager presses again."""
    while True:
        try:
            take("approve_recommendation", pk, manager)
            return "approved"
        except OperationalError as busy:
            if not isinstance(busy.__cause__, LockNotAvailable):
                raise
        except NotYet as refusal:
            return "no money" if "kr." in str(refusal) else str(refusal)
        except Refused as refusal:
            return str(refusal)


def all_at_once(case_ids, manager) -> Counter:
    """Every manager's thread approves two cases, all behind one barrier; answers how it went."""
    barrier, results, lock = threading.Barrier(MANAGERS), Counter(), threading.Lock()

    def approve(two):
        barrier.wait()
        for pk in two:
            said = pressed_until_answered(pk, manager)
            with lock:
                results[said] += 1
        connections.close_all()

    threads = [threading.Thread(target=approve, args=(case_ids[place::MANAGERS],)) for place in range(MANAGERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def back_to_the_start(cast):
    """Return and recommend the winners again, so that the next round begins as this one did."""
    for case in Application.objects.filter(state=State.APPROVED_FOR_DECISION).order_by("pk"):
        take("return_to_assessment", case.pk, cast["malene"], answers={"reason": "En gang til"})
        answers = {"amount": case.recommended_amount, "reason": case.recommended_reason}
        take("recommend", case.pk, cast["karen"], answers=answers)


@pytest.mark.proves(1, minutes=4)
def test_sixty_four_approvals_at_once_never_overspend(colliding, cast, year, open_round, proof):
    """64 approvals collide in a round that holds five: five win, every loser is told why, no øre too much."""
    proof.goal("approvals that collided", 64_000)
    Round.objects.filter(pk=open_round.pk).update(ceiling=FITS * 40_000_00 + 39_999_99)
    for _turn in proof.turns(gate=50, night=1000):
        results = all_at_once(colliding, cast["mads"])
        assert results == {"approved": FITS, "no money": 2 * MANAGERS - FITS}
        open_round.refresh_from_db()
        assert (open_round.reserved, ledger.faults()) == (FITS * 40_000_00, [])
        proof.count("approvals that collided", 2 * MANAGERS)
        back_to_the_start(cast)


def test_the_year_holds_as_the_round_does(colliding, cast, year):
    ledger.cut(year, 1_500_000_00 - FITS * 40_000_00, by=cast["frida"], decision="Byrådet skærer")
    assert all_at_once(colliding, cast["mads"]) == {"approved": FITS, "no money": 2 * MANAGERS - FITS}
    assert PoolYear.objects.get(pk=year.pk).available == 0


@pytest.mark.proves(2)
def test_without_the_constraint_the_same_race_overspends(colliding, cast, open_round, proof):
    """The twin of the race: it overspends when the database's own guard is gone."""
    Round.objects.filter(pk=open_round.pk).update(ceiling=FITS * 40_000_00)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE pool_round DROP CONSTRAINT round_within_its_ceiling")
    try:
        seen = []
        for _round in range(5):
            all_at_once(colliding, cast["mads"])
            open_round.refresh_from_db()
            seen.append(open_round.reserved > open_round.ceiling)
            back_to_the_start(cast)
        proof.teeth("the ceiling's CHECK", harm=sum(seen), of=5)
        assert seen == [True] * 5
    finally:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE pool_round SET ceiling = 1000000000000")
            cursor.execute(
                "ALTER TABLE pool_round ADD CONSTRAINT round_within_its_ceiling"
                " CHECK (ceiling >= reserved + committed + spent)"
            )
