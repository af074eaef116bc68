"""Rows 1 and 2: two people press at the same moment, pair by pair; one of them wins, or both in order, never both at once.

Real PostgreSQL, threads behind a barrier, over the domain's door. Each pair has a question that must be answered the
same way after every round. The twins take a guard away (the case's lock, the revision, the CHECK, the unique cause)
and must see the harm. The 64 colliding approvals are in tests/test_races.py.
"""

import threading
from contextlib import ExitStack
from datetime import timedelta
from types import SimpleNamespace
from unittest import mock

import pytest
from django.db import DatabaseError, connection, connections, transaction

from applications import assessing, door, verifying
from applications.door import Refused, take
from applications.models import Application
from applications.states import State
from journal import chain, clock
from journal.models import Event
from people import appointments
from people.models import Person, RoleAssignment, Unit
from people.roles import Role
from pool import ledger
from pool.models import Pocket, PoolYear, Round
from tests.cast import NOW, Walker, make_round

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite lets one writer in at a time: nothing collides"),
]
WHY = {"reason": "Kapløb"}
AMOUNT = 40_000_00


def together(*acts) -> list[str]:
    """Every act in a thread of its own behind one barrier; what each was told: «done», or the kind of refusal."""
    barrier, said = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place, act):
        barrier.wait()
        try:
            act()
            said[place] = "done"
        except (Refused, ledger.NotEnoughMoney, DatabaseError) as refusal:
            said[place] = type(refusal).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=both) for both in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return said


def sound() -> list[str]:
    """What verify finds in states and money."""
    return [*verifying.replay(), *ledger.faults(), *verifying.stories()]


@pytest.fixture
def recommended(cast, open_round):
    """`recommended(round)`: a case on which a manager may act at once; the round has closed."""

    def make(round_=open_round):
        clock.set_to(NOW)
        walker = Walker(cast, round_)
        walker(State.RECOMMENDED)
        for name in ("mads", "malene"):
            assessing.declare(walker.case.pk, cast[name], "none")
        clock.set_to(open_round.deadline + timedelta(hours=2))
        return walker.case.pk

    return make


def again(pk, cast) -> None:
    """The case stands recommended again, as before the race."""
    case = Application.objects.get(pk=pk)
    if case.state in (State.GRANTED, State.REFUSED):
        take("reopen_decision", pk, cast["mads"], answers=WHY)
    elif case.state == State.APPROVED_FOR_DECISION:
        take("return_to_assessment", pk, cast["malene"], answers=WHY)
        take("recommend", pk, cast["karen"], answers={"amount": case.recommended_amount, **WHY})
    elif case.state == State.UNDER_ASSESSMENT:
        take("recommend", pk, cast["karen"], answers={"amount": case.recommended_amount, **WHY})


@pytest.mark.proves(1, minutes=1)
def test_two_managers_approve_the_same_case(recommended, cast, proof):
    """approve/approve: one reservation, and the other is told that it is handled."""
    pk = recommended()
    proof.goal("pairs", 1000)
    for _turn in proof.turns(gate=3, night=1000):
        said = together(*[lambda who=who: take("approve_recommendation", pk, cast[who]) for who in ("mads", "malene")])
        assert sorted(said) == ["AlreadyHandled", "done"]
        assert (Round.objects.get(pk=Application.objects.get(pk=pk).round_id).reserved, sound()) == (AMOUNT, [])
        again(pk, cast)
        proof.count("pairs")


@pytest.mark.proves(1, minutes=0.5)
def test_a_manager_approves_what_the_unit_withdraws(recommended, cast, proof):
    """approve/withdraw: withdrawn in the end or approved after it was too late, the money where the state says."""
    proof.goal("pairs", 1000)
    for _turn in proof.turns(gate=3, night=1000):
        pk = recommended()
        said = together(
            lambda pk=pk: take("approve_recommendation", pk, cast["mads"]), lambda pk=pk: take("withdraw", pk, cast["anna"])
        )
        state = Application.objects.get(pk=pk).state
        assert (said[1], state, set(said) <= {"done", "AlreadyHandled"}) == ("done", State.WITHDRAWN, True), said
        assert sound() == []
        proof.count("pairs")


@pytest.mark.proves(1, minutes=0.5)
def test_one_grants_what_another_refuses(recommended, cast, quick_round, proof):
    """grant/refuse: one decision, one letter, and money only when it was granted."""
    pk = recommended(quick_round)
    proof.goal("pairs", 1000)
    for _turn in proof.turns(gate=3, night=1000):
        said = together(
            lambda: take("grant_by_delegation", pk, cast["mads"]),
            lambda: take("refuse_by_delegation", pk, cast["malene"], answers=WHY),
        )
        case = Application.objects.get(pk=pk)
        assert sorted(said) == ["AlreadyHandled", "done"]
        assert (case.state, sound()) == (State.GRANTED if said[0] == "done" else State.REFUSED, [])
        again(pk, cast)
        proof.count("pairs")


@pytest.mark.proves(1, minutes=0.5)
def test_two_rounds_draw_on_the_last_money_of_one_year(recommended, cast, year, committee, open_round, proof):
    """two rounds on one pool: the year holds one amount, so one round gets it."""
    other = make_round(cast, year, committee, name="Runde 2, 2026", deadline=open_round.deadline)
    pks = [recommended(), recommended(other)]
    ledger.cut(year, 1_500_000_00 - AMOUNT, by=cast["frida"], decision="Byrådet skærer")
    proof.goal("pairs", 1000)
    for _turn in proof.turns(gate=3, night=1000):
        said = together(*[lambda pk=pk: take("approve_recommendation", pk, cast["mads"]) for pk in pks])
        assert sorted(said) == ["NotYet", "done"]
        assert (PoolYear.objects.get(pk=year.pk).available, sound()) == (0, [])
        for pk in pks:
            again(pk, cast)
        proof.count("pairs")


@pytest.mark.proves(1, minutes=0.5)
def test_the_council_cuts_what_a_manager_reserves(recommended, cast, year, proof):
    """budget cut/approve: whoever comes second is told that the money is gone."""
    pk = recommended()
    ledger.cut(year, 1_500_000_00 - AMOUNT, by=cast["frida"], decision="Byrådet skærer")
    proof.goal("pairs", 1000)
    for _turn in proof.turns(gate=3, night=1000):
        said = together(
            lambda: take("approve_recommendation", pk, cast["mads"]),
            lambda: ledger.cut(year, AMOUNT, by=cast["frida"], decision="Resten"),
        )
        assert said in (["done", "NotEnoughMoney"], ["NotYet", "done"])
        assert (PoolYear.objects.get(pk=year.pk).available, sound()) == (0, [])
        again(pk, cast)
        if said[1] == "done":
            ledger.appropriate(year, AMOUNT, by=cast["frida"], decision="Tilbage")
        proof.count("pairs")


@pytest.mark.proves(1, minutes=0.5)
def test_a_role_is_removed_while_its_step_is_taken(recommended, cast, proof):
    """role removed/step taken: the step came first, or it is refused; never a step after the role's end."""
    pk, top, stale = recommended(), Unit.objects.get(name="Næstved Kommune"), 0
    proof.goal("pairs", 1000)
    for _turn in proof.turns(gate=3, night=1000):
        manager = Person.objects.get(pk=cast["mads"].pk)
        said = together(
            lambda: take("approve_recommendation", pk, manager),  # noqa: B023  called here
            lambda: appointments.deactivate(manager, by=cast["asger"]),  # noqa: B023
        )
        assert (said[0] in ("done", "NotYours"), said[1]) == (True, "done"), said
        assert (Application.objects.get(pk=pk).state == State.APPROVED_FOR_DECISION) is (said[0] == "done")
        assert sound() == []
        if said[0] == "done":
            events = Event.objects.order_by("-position")
            approved, gone = (events.filter(step=step).first() for step in ("approve_recommendation", "deactivate"))
            stale += approved.position > gone.position
        appointments.reactivate(Person.objects.get(pk=manager.pk), by=cast["asger"])
        if not RoleAssignment.objects.in_force().filter(person=manager, role=Role.MANAGER).exists():
            appointments.appoint(manager, Role.MANAGER, top, by=cast["asger"])
        again(pk, cast)
        proof.count("pairs")
    assert stale == 0


# ── the twins ───────────────────────────────────────────────────────────────────────────────────────────────────────


def unlocked(case_id):
    """The door without its lock: the case as it is read, by two at once."""
    return Application.objects.select_related("round__pool_year", "unit").get(pk=case_id)


@pytest.mark.proves(2, minutes=0.5)
def test_without_the_lock_two_managers_reserve_twice(recommended, cast, open_round, proof):
    """The twin of approve/approve: neither the case nor the chain is locked before it is read, and both approve."""
    seen, open_chain = 0, SimpleNamespace(**vars(chain) | {"lock": lambda: None})
    with mock.patch.object(door, "load_locked", unlocked), mock.patch.object(door, "chain", open_chain):
        for _turn in range(5):
            pk = recommended()
            meet = threading.Barrier(2)

            def both_have_read(*args, meet=meet, admit=door._admit):
                found = admit(*args)
                meet.wait(10)
                return found

            with mock.patch.object(door, "_admit", both_have_read):
                together(*[lambda who=who: take("approve_recommendation", pk, cast[who]) for who in ("mads", "malene")])  # noqa: B023
            seen += ledger.balance_of(Application.objects.get(pk=pk).subject)["reserved"] > AMOUNT
    proof.teeth("the locks on the case and before its roles are read", harm=seen, of=5)
    assert seen == 5


@pytest.mark.proves(2)
def test_without_the_revision_a_stale_page_is_obeyed(recommended, cast, proof):
    """The twin of the stale page: a manager approves what was recommended anew since."""
    seen = 0
    for guarded in (True, False):
        for _turn in range(5):
            pk = recommended()
            old = Application.objects.get(pk=pk).revision
            take("recall_recommendation", pk, cast["karen"])
            take("recommend", pk, cast["karen"], answers={"amount": 24_000_00, **WHY})
            with ExitStack() as stack:
                if not guarded:
                    admit = door._admit
                    blind = lambda step, case, by, _seen, admit=admit: admit(step, case, by, None)  # noqa: E731
                    stack.enter_context(mock.patch.object(door, "_admit", blind))
                said = together(lambda pk=pk, old=old: take("approve_recommendation", pk, cast["mads"], old))
            assert said == (["Stale"] if guarded else ["done"])
            seen += said == ["done"]
    proof.teeth("the revision that the person saw", harm=seen, of=5)


@pytest.mark.proves(2)
def test_without_the_unique_cause_a_move_is_booked_twice(cast, year, open_round, proof):
    """The twin of the doubled booking: two threads book the same cause."""
    name = next(c.name for c in ledger.LedgerEntry._meta.constraints if "cause" in getattr(c, "fields", ()))
    seen = {True: 0, False: 0}
    for guarded in (True, False):
        if not guarded:
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE pool_ledgerentry DROP CONSTRAINT {name}")
        for turn in range(5):
            with transaction.atomic():
                event = chain.record(f"prøve/{guarded}-{turn}", "try", None)
            book = transaction.atomic(
                lambda event=event: ledger.move(year, Pocket.AVAILABLE, Pocket.RESERVED, 100, cause=event, round=open_round)
            )
            together(book, book)
            seen[guarded] += ledger.LedgerEntry.objects.filter(cause=event).count() > 1
    try:
        assert seen == {True: 0, False: 5}
    finally:
        restore_unique(name)
    proof.teeth("the unique cause", harm=seen[False], of=5)


def restore_unique(name: str) -> None:
    """Put the constraint back; the doubled rows go with everything else when the test ends."""
    constraint = next(c for c in ledger.LedgerEntry._meta.constraints if c.name == name)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE pool_ledgerentry CASCADE")
    with connection.schema_editor() as editor:
        editor.add_constraint(ledger.LedgerEntry, constraint)
    assert Event.objects.exists()
