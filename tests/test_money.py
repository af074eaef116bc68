"""Money: how it is written, that it only moves lawfully, and that no pocket is ever overdrawn."""

import os
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journal import chain
from pages.money import LARGEST, exact_kroner, format_kroner, ore_from, parse_kroner
from people.models import Person
from pool import ledger
from pool.models import LAWFUL_MOVES, LedgerEntry, Pocket, PoolYear, Round

pytestmark = pytest.mark.both
NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("text", "ore"),
    [("12.500", 1250000), ("12500,5", 1250050), ("1.234,50 kr.", 123450), ("1234.50", 123450), (" 7 kr ", 700), ("0", 0)],
)
def test_amounts_are_read_as_danes_write_them(text, ore):
    assert parse_kroner(text) == ore


@pytest.mark.parametrize(
    "text", ["", "tusind", "-5", "1,234", "12.50.00", "1e5", "५", "12,505", "1.23"[:0] + "1..2", "=1+1"]
)
def test_what_is_no_amount_is_refused_with_a_sentence(text):
    with pytest.raises(ValidationError) as refusal:
        parse_kroner(text)
    assert refusal.value.messages == ["Skriv et beløb i kroner, fx 12.500 eller 12.500,50."]


def test_an_amount_beyond_every_pool_is_refused():
    assert parse_kroner(str(LARGEST // 100)) == LARGEST
    with pytest.raises(ValidationError, match="for stort"):
        parse_kroner(str(LARGEST // 100 + 1))


@given(st.integers(0, LARGEST))
def test_what_is_written_is_read_back(ore):
    assert parse_kroner(format_kroner(ore)) == ore
    assert parse_kroner(exact_kroner(ore)) == ore


def test_amounts_are_written_with_a_no_break_space():
    assert format_kroner(152000000) == f"1.520.000{NBSP}kr."
    assert (format_kroner(-150), format_kroner(5, unit=False), exact_kroner(-123400)) == (
        f"-1,50{NBSP}kr.",
        "0,05",
        "-1.234,00",
    )


def test_a_data_file_s_kroner_become_whole_ore():
    assert (ore_from(38500), ore_from(Decimal("12.34")), ore_from("7")) == (3850000, 1234, 700)
    with pytest.raises(ValueError, match="float"):
        ore_from(1.5)
    with pytest.raises(ValueError, match="whole øre"):
        ore_from(Decimal("1.005"))


# ── the ledger ──────────────────────────────────────────────────────────────────────────────────────────────────────


def cause(number=[0]):  # noqa: B006  a running number for causes
    number[0] += 1
    return chain.record(f"prøve/{number[0]}", "try", None)


def pockets(year):
    year.refresh_from_db()
    return {pocket: getattr(year, pocket) for pocket in ("available", "reserved", "committed", "spent")}


def test_a_worked_pool_year(cast, year, open_round):
    """Appropriated 1,500,000; 40,000 reserved, 30,000 of it granted, 28,000 spent, the rest back; 100,000 carried over."""
    move = lambda *way, amount: ledger.move(year, *way, amount, cause=cause(), round=open_round)  # noqa: E731
    move(Pocket.AVAILABLE, Pocket.RESERVED, amount=4_000_000)
    move(Pocket.RESERVED, Pocket.COMMITTED, amount=3_000_000)
    move(Pocket.RESERVED, Pocket.AVAILABLE, amount=1_000_000)
    move(Pocket.COMMITTED, Pocket.SPENT, amount=2_800_000)
    move(Pocket.COMMITTED, Pocket.AVAILABLE, amount=200_000)
    following = PoolYear.objects.create(year=2027)
    ledger.carry_over(year, following, 10_000_000, by=cast["frida"], decision="Byrådet 24.03.2027, punkt 12")
    ledger.cut(year, 1_000_000, by=cast["frida"], decision="Byrådet 24.03.2027, punkt 13")
    assert pockets(year) == {"available": 136_200_000, "reserved": 0, "committed": 0, "spent": 2_800_000}
    assert pockets(following)["available"] == 10_000_000
    assert year.appropriation == 139_000_000
    open_round.refresh_from_db()
    assert (open_round.reserved, open_round.committed, open_round.spent, open_round.remaining) == (
        0,
        0,
        2_800_000,
        49_200_000,
    )
    assert ledger.faults() == []


def test_each_act_of_the_council_tells_who_what_and_why(cast, year):
    following, frida = PoolYear.objects.create(year=2027), cast["frida"].pk
    ledger.carry_over(year, following, 300, by=cast["frida"], decision="Punkt 12")
    ledger.cut(year, 200, by=cast["frida"], decision="Punkt 13")
    told = chain.story(year.subject).values_list("step", "actor", "payload")
    assert list(told) == [
        ("appropriate", frida, {"beløb": 150_000_000, "beslutning": "Budget 2026"}),
        ("carry_over", frida, {"beløb": 300, "til": 2027, "beslutning": "Punkt 12"}),
        ("cut", frida, {"beløb": 200, "beslutning": "Punkt 13"}),
    ]


def test_a_full_round_has_no_room_and_says_so_in_a_whole_sentence(year, open_round):
    ledger.move(year, Pocket.AVAILABLE, Pocket.RESERVED, 52_000_000, cause=cause(), round=open_round)
    assert ledger.room(open_round) == 0
    with pytest.raises(ledger.NotEnoughMoney) as refusal:
        ledger.move(year, Pocket.AVAILABLE, Pocket.RESERVED, 1, cause=cause(), round=open_round)
    assert str(refusal.value) == f"Der er ikke penge nok: 0{NBSP}kr. er til rådighed, og der skal bruges 0,01{NBSP}kr."


def test_more_than_is_available_is_refused_in_words(cast, year):
    with pytest.raises(ledger.NotEnoughMoney, match=f"1.500.000{NBSP}kr. er til rådighed"):
        ledger.cut(year, 150_000_001, by=cast["frida"], decision="x")
    assert pockets(year)["available"] == 150_000_000


def test_more_than_the_round_s_ceiling_is_refused_though_the_year_has_it(year, open_round):
    with pytest.raises(ledger.NotEnoughMoney, match=f"520.000{NBSP}kr. er til rådighed"):
        ledger.move(year, Pocket.AVAILABLE, Pocket.RESERVED, 52_000_001, cause=cause(), round=open_round)
    assert ledger.room(open_round) == 52_000_000


def test_a_cause_is_booked_once(year, open_round):
    event = cause()
    ledger.move(year, Pocket.AVAILABLE, Pocket.RESERVED, 100, cause=event, round=open_round)
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.move(year, Pocket.AVAILABLE, Pocket.RESERVED, 100, cause=event, round=open_round)
    assert pockets(year)["reserved"] == 100


@pytest.mark.parametrize("source", list(Pocket))
@pytest.mark.parametrize("target", list(Pocket))
def test_only_lawful_moves_are_stored(cast, year, source, target):
    for pocket in ("reserved", "committed", "spent"):
        PoolYear.objects.filter(pk=year.pk).update(**{pocket: 100})
    if (source, target) in LAWFUL_MOVES:
        assert ledger.move(year, source, target, 10, cause=cause()).amount == 10
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            ledger.move(year, source, target, 10, cause=cause())


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_and_less_than_nothing_is_no_move(year, amount):
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.move(year, Pocket.OUTSIDE, Pocket.AVAILABLE, amount, cause=cause())


@pytest.mark.parametrize("action", ["update", "delete"])
def test_an_entry_is_never_changed_or_deleted(year, action):
    rows = LedgerEntry.objects.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(amount=1) if action == "update" else rows.delete()
    assert rows.get().amount == 150_000_000


def test_a_pocket_that_is_not_the_sum_of_its_moves_is_named(year, open_round):
    PoolYear.objects.filter(pk=year.pk).update(available=5)
    Round.objects.filter(pk=open_round.pk).update(spent=7)
    assert ledger.faults() == [
        "year 2026: available is 5, its moves say 150000000",
        f"round {open_round.pk}: spent is 7, its moves say 0",
    ]


@pytest.mark.django_db(transaction=True)
def test_money_outside_a_transaction_does_not_move():
    year = PoolYear.objects.create(year=2031)
    with transaction.atomic():
        event = cause()
    with pytest.raises(chain.NotInTransaction):
        ledger.move(year, Pocket.OUTSIDE, Pocket.AVAILABLE, 5, cause=event)


def test_without_its_constraint_the_year_is_overdrawn(year):
    """The twin: the constraint, not our code, is what holds. Taken away, the same move goes below zero."""
    table, name = "pool_poolyear", "no_pocket_below_zero"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
    else:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        ledger.move(year, Pocket.AVAILABLE, Pocket.OUTSIDE, 150_000_001, cause=cause())
        assert pockets(year)["available"] == -1
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")


RUNS = int(os.environ.get("POOL_MOVES", "200"))  # `make hard` asks for 25,000: a million moves
MOVES = st.lists(st.tuples(st.sampled_from(LAWFUL_MOVES), st.integers(1, 60_000_000), st.booleans()), max_size=40)


@settings(max_examples=RUNS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOVES)
def test_whatever_is_tried_the_sums_hold_and_nothing_is_below_zero(year, open_round, moves):
    """Row 3: runs of up to 40 lawful moves of random size; the database refuses what does not fit."""
    with transaction.atomic():
        before = LedgerEntry.objects.count()
        went = 0
        for (source, target), amount, in_round in moves:
            try:
                with transaction.atomic():
                    ledger.move(year, source, target, amount, cause=cause(), round=open_round if in_round else None)
                went += 1
            except (ledger.NotEnoughMoney, IntegrityError):
                pass
        assert ledger.faults() == []
        assert all(amount >= 0 for amount in pockets(year).values())
        open_round.refresh_from_db()
        assert open_round.remaining >= 0
        assert LedgerEntry.objects.count() == before + went
        transaction.set_rollback(True)
    year.refresh_from_db()


def test_the_year_s_moves_name_their_case(case, walker):
    approved = case("approved_for_decision")
    assert ledger.balance_of(approved.subject) == {
        "outside": 0,
        "available": -4_000_000,
        "reserved": 4_000_000,
        "committed": 0,
        "spent": 0,
    }
    assert Person.objects.filter(pk=approved.approved_by_id).get().name == "Mads Centerchef"
