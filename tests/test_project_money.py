"""Money over the whole life of cases: whatever people do, in whatever order, the sums hold after every step.

A state machine plays three cases of one round from the recommendation to the end and back: decided and reopened, started in
each of the three ways to settle, declined, lapsed, vouchers in all their turns, less money, reports, accounts, cancelled.
"""

import random
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from applications import (
    accounts,
    agenda,
    assessing,
    changing,
    reminding,
    reporting,
    settling,
    transfer_orders,
    verifying,
    vouchers,
)
from applications.door import Refused, take
from applications.models import Application, Project, TransferOrder, Voucher
from applications.states import ENDED, GRANTED_ONCE, State
from journal import clock
from pool import closing, ledger, years
from pool.models import PoolYear, Round
from tests.cast import Walker
from tests.replay import replayed

CASES, EAN = 3, "5798000104075"
SETTLEMENTS = ["budget_transfer", "pool_invoice", "refund"]
PICK = st.integers(0, 999)
AMOUNT = st.sampled_from([1, 99, 5_000_00, 20_000_00, 33_600_00, 40_000_00])
EXPECTED = (Refused, ValidationError, ledger.NoMove)


@pytest.fixture
def world(cast, quick_round):
    """Three cases that wait for a manager's decision, in a round whose ceiling holds all of them twice."""

    def build():
        for _number in range(CASES):
            case = Walker(cast, quick_round)(State.RECOMMENDED)
            assessing.declare(case.pk, cast["mads"], "none")

    replayed("cases to play with", build, quick_round)
    return cast, quick_round


class Life(RuleBasedStateMachine):
    """Each example plays in a transaction that is rolled back: the world stays as it was built."""

    world = None
    counts = None

    def __init__(self):
        super().__init__()
        self.cast, round_ = self.world
        self.began = clock.now()
        self.door = transaction.atomic()
        self.door.__enter__()
        self.year, self.round, self.council = round_.pool_year_id, round_.pk, PoolYear.objects.get().appropriation

    def teardown(self):
        transaction.set_rollback(True)
        self.door.__exit__(None, None, None)
        clock.set_to(self.began)

    # ── who and what ────────────────────────────────────────────────────────────────────────────────────────────

    def cases(self, *states):
        return list(Application.objects.filter(state__in=states).order_by("pk"))

    def act(self, what, *arguments, **named) -> bool:
        """Do it, or be refused in words: the books must hold either way."""
        self.counts[what.__name__] = self.counts.get(what.__name__, 0) + 1
        try:
            with transaction.atomic():
                what(*arguments, **named)
        except EXPECTED:
            self.counts["refused"] = self.counts.get("refused", 0) + 1
            return False
        return True

    def take(self, step, pick, who, *states, **answers):
        found = self.cases(*states)
        if found:
            case = found[pick % len(found)]
            self.act(take, step, case.pk, self.cast[who] if who else None, answers=answers)
            self.counts[step] = self.counts.get(step, 0) + 1

    def some(*states):
        """Only when a case is in one of the states."""
        return precondition(lambda self: Application.objects.filter(state__in=states).exists())

    @initialize(ways=st.lists(st.sampled_from([*SETTLEMENTS, "none"]), min_size=CASES - 1, max_size=CASES - 1))
    def begin(self, ways):
        """All but one are granted; most of them are under way when the people come."""
        for settlement in ways:
            case = self.cases(State.RECOMMENDED)[0]
            self.act(take, "grant_by_delegation", case.pk, self.cast["mads"], answers={})
            if settlement != "none":
                self.begun(case.pk, settlement)

    def begun(self, case_id, settlement):
        if Application.objects.get(pk=case_id).letter_released_at is None:
            self.act(agenda.release_letter, case_id, self.cast["karen"])
        answers = {"settlement": settlement, "account": EAN, "accepts": True}
        self.act(take, "start", case_id, self.cast["ulla"], answers=answers)

    # ── the decision ────────────────────────────────────────────────────────────────────────────────────────────

    @some(State.RECOMMENDED)
    @rule(pick=PICK, refuses=st.sampled_from([False, False, False, True]))
    def decide(self, pick, refuses):
        if refuses:
            self.take("refuse_by_delegation", pick, "mads", State.RECOMMENDED, reason="Der er ikke penge nok.")
        else:
            self.take("grant_by_delegation", pick, "mads", State.RECOMMENDED)

    @some(State.GRANTED, State.REFUSED)
    @rule(pick=PICK)
    def reopen_decision(self, pick):
        self.take("reopen_decision", pick, "mads", State.GRANTED, State.REFUSED, reason="Forkert beløb.")

    @some(State.GRANTED)
    @rule(pick=PICK, settlement=st.sampled_from(SETTLEMENTS))
    def start(self, pick, settlement):
        found = self.cases(State.GRANTED)
        self.begun(found[pick % len(found)].pk, settlement)

    @some(State.GRANTED)
    @rule(pick=PICK, declines=st.booleans())
    def never_begins(self, pick, declines):
        if declines:
            self.take("decline_grant", pick, "ulla", State.GRANTED)
        else:
            reminding.warn_of_lapse()
            reminding.let_lapse()

    @rule(days=st.sampled_from([1, 1, 20, 45]))
    def time_goes(self, days):
        clock.set_to(clock.now() + timedelta(days=days))

    # ── the project ─────────────────────────────────────────────────────────────────────────────────────────────

    @some(State.ACTIVE)
    @rule(pick=PICK, amount=AMOUNT, line=st.booleans())
    def register(self, pick, amount, line):
        if found := self.cases(State.ACTIVE):
            case = found[pick % len(found)]
            lines = list(case.budget_lines.order_by("pk"))
            facts = {"supplier": "Grøn", "text": "", "date": clock.today(), "amount": amount, "budget_line": lines[line]}
            self.act(vouchers.register, case.pk, self.cast["anna"], **facts)

    @precondition(lambda self: Voucher.objects.exists())
    @rule(pick=PICK, turn=st.sampled_from(["accept", "accept", "accept", "refuse", "undo", "correct"]), amount=AMOUNT)
    def turn_voucher(self, pick, turn, amount):
        wanted = {"undo": ["accepted"], "correct": ["refused", "registered"]}.get(turn, ["registered"])
        if not (rows := list(Voucher.objects.filter(status__in=wanted).order_by("pk"))):
            return
        row = rows[pick % len(rows)]
        who = self.cast["anna" if turn == "correct" else "frida"]
        more = {"reason": "Fejl."} if turn in ("refuse", "undo") else {}
        if turn == "correct":
            facts = ("supplier", "text", "date", "budget_line")
            more = {name: getattr(row, name) for name in facts} | {"amount": amount}
        self.act(getattr(vouchers, turn), row.pk, who, seen_revision=row.revision, **more)

    @precondition(lambda self: TransferOrder.objects.exists())
    @rule(pick=PICK, again=st.booleans())
    def book_order(self, pick, again):
        """Now and then an order that was booked already, or one that a new one has taken the place of."""
        rows = (
            TransferOrder.objects.order_by("pk")
            if again
            else TransferOrder.objects.filter(booked_at=None, superseded_at=None)
        )
        if rows := list(rows):
            row = rows[pick % len(rows)]
            if not self.act(transfer_orders.confirm, row.pk, self.cast["frida"]):
                self.act(transfer_orders.renew, row.pk, self.cast["frida"])

    @some(State.ACTIVE)
    @rule(pick=PICK, amount=AMOUNT)
    def less_money(self, pick, amount):
        if found := self.cases(State.ACTIVE):
            case = found[pick % len(found)]
            asked = {"kind": "amount", "reason": "Vi bruger mindre.", "new_amount": amount}
            if self.act(changing.ask, case.pk, self.cast["ulla"], **asked):
                change = case.project.changes.get(status="open")
                who, what = ("karen", changing.approve) if pick % 3 else ("karen", changing.refuse)
                self.act(what, change.pk, self.cast[who], "Fint.")

    @some(State.ACTIVE)
    @rule(pick=PICK)
    def report(self, pick):
        if found := self.cases(State.ACTIVE):
            walker = Walker(self.cast, Round.objects.get(pk=self.round))
            walker.case = found[pick % len(found)]
            if reporting.draft_of(walker.case.project, "final") is None:
                walker.write_final()
        self.take("report", pick, "anna", State.ACTIVE)

    @some(State.REPORTED)
    @rule(pick=PICK, step=st.sampled_from(["return_report", "confirm_accounts", "confirm_accounts", "complete", "complete"]))
    def settle(self, pick, step):
        who = "karen" if step == "complete" else "frida"
        answers = {"reason": "Et bilag mangler."} if step == "return_report" else {}
        self.take(step, pick, who, State.REPORTED, **answers)

    @some(State.COMPLETED)
    @rule(pick=PICK)
    def reopen_accounts(self, pick):
        self.take("reopen_accounts", pick, "frida", State.COMPLETED, reason="En regning mere.")

    @some(State.ACTIVE)
    @rule(pick=PICK)
    def cancel(self, pick):
        self.take("propose_cancel", pick, "karen", State.ACTIVE, reason="Enheden lukker.")
        self.take("cancel", pick, "malene", State.ACTIVE, reason="Enheden lukker.")

    @some(State.ACTIVE)
    @rule(pick=PICK)
    def think_better_of_it(self, pick):
        self.take("propose_cancel", pick, "karen", State.ACTIVE, reason="Enheden lukker.")
        self.take("keep_going", pick, "malene", State.ACTIVE, reason="Enheden lukker ikke.")

    @rule(pick=PICK, step=st.sampled_from(["complete", "reopen_accounts", "start", "lapse", "cancel", "confirm_accounts"]))
    def out_of_turn(self, pick, step):
        """A step where it does not belong is refused, whoever asks."""
        self.take(step, pick, "otto", *State)

    # ── the council and the year ────────────────────────────────────────────────────────────────────────────────

    @rule(amount=AMOUNT, cuts=st.booleans())
    def council(self, amount, cuts):
        year = PoolYear.objects.get(pk=self.year)
        if self.act(ledger.cut if cuts else ledger.appropriate, year, amount, by=self.cast["frida"], decision="Punkt 7"):
            self.council += -amount if cuts else amount

    @precondition(lambda self: clock.now().year > 2026 or self.quiet())
    @rule()
    def close_the_year(self):
        clock.set_to(max(clock.now(), clock.now().replace(year=2027, month=1, day=8)))
        year = PoolYear.objects.get(pk=self.year)
        self.act(closing.close, year, self.cast["frida"], years.stamp(year))

    def quiet(self) -> bool:
        return not self.cases(State.RECOMMENDED, *GRANTED_ONCE - ENDED)

    # ── what always holds ───────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def the_books_hold(self):
        self.counts["steps"] = self.counts.get("steps", 0) + 1
        assert ledger.faults() == []
        assert verifying.stories() == []
        year, round_ = PoolYear.objects.get(pk=self.year), Round.objects.get(pk=self.round)
        assert min(year.available, year.reserved, year.committed, year.spent) >= 0
        assert year.appropriation == self.council  # what the council gave is all there is, in whatever pocket
        assert (round_.reserved, round_.committed, round_.spent) == (year.reserved, year.committed, year.spent)
        assert 0 <= round_.committed + round_.spent <= round_.ceiling
        assert year.closed_at is None or year.reserved + year.committed == 0

    @invariant()
    def orders_leave_at_the_unit_what_it_has_spent(self):
        for project in Project.objects.filter(settlement="budget_transfer").select_related("application"):
            orders = project.transfer_orders.filter(superseded_at=None)
            moved = sum(order.amount if order.direction == "out" else -order.amount for order in orders)
            if project.application.state in (State.COMPLETED, State.CANCELLED):
                assert moved == project.spent

    @invariant()
    def the_account_of_today_is_the_year_s_pockets(self):
        if self.counts.get("steps", 0) % 5 == 0:
            year = PoolYear.objects.get(pk=self.year)
            account = accounts.at(year, clock.today())
            assert account.figure("rest") == year.available
            assert account.figure("regnskab") == year.available + year.reserved + year.committed


def play(world, *, examples: int, steps: int, seed: int) -> dict:
    """Examples of so many steps; what was done how often."""
    counts: dict[str, int] = {}
    machine = type("Played", (Life,), {"world": world, "counts": counts})
    machine._hypothesis_internal_use_seed = seed
    asked = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=asked)
    return counts


@pytest.mark.proves(3, minutes=3)
def test_the_sums_hold_over_the_whole_life_of_cases(world, proof):
    """Three cases are decided, started, accounted for, ended and reopened in random order; the books are asked each time."""
    proof.goal("steps in the life of cases", 5_000)
    for turn in proof.turns(gate=1, night=5_000):
        chance = random.Random(turn) if not proof.hard else random.Random()
        counts = play(world, examples=4, steps=30, seed=chance.getrandbits(32))
        proof.count("steps in the life of cases", counts["steps"])
        for name in ("complete", "cancel", "reopen_accounts", "lapse", "refused"):
            proof.count(name, counts.get(name, 0))


def test_without_the_giving_back_the_books_and_the_stories_differ(world, monkeypatch):
    """The twin: a completion that forgets to give the rest back is seen at once."""

    def forgets(case, source, target, amount):
        if target != ledger.AVAILABLE:
            real(case, source, target, amount)

    real = settling.move
    monkeypatch.setattr(settling, "move", forgets)
    with pytest.raises(AssertionError, match="holds"):
        play(world, examples=20, steps=30, seed=7)
