"""Rows 4 to 6: processes are killed at random moments and at named points; nothing is lost and nothing happens twice."""

import time
from random import Random

import pytest

from applications import verifying
from tests.hard.driver import Drivers
from tests.hard.nemesis import BIG, MIX, NAMES, Nemesis, drained, owed, play, quiet_doubles, shuffled
from tests.servers import wait_until

pytest_plugins = ["tests.hard.world"]
pytestmark = pytest.mark.django_db(transaction=True)
SEED = 20260302
DOUBLED_AT_MOST = 0.05  # of the kills


@pytest.mark.proves(4, 5, minutes=14)
def test_nothing_is_lost_or_done_twice_when_processes_are_killed(house, played, cast, proof):
    """People work over HTTP while web, worker, sender, beat, broker and PostgreSQL are killed, alone and all at once."""
    rig, planned = house(kills_postgres=True), shuffled(MIX, Random(SEED))
    for what, number in (("kills of web, worker, sender and beat", 1000), ("power cuts", 50)):
        proof.goal(what, number)
    for what in ("kills of PostgreSQL", "kills of the broker, flushed"):
        proof.goal(what, 100)
    kinds = (planned[turn] for turn in proof.turns(gate=0, night=len(planned)))
    nemesis, drivers, wrong = play(rig, cast, played, kinds, SEED)
    for kind, times in sorted(nemesis.kills.items()):
        proof.count(NAMES[kind], times)
        if kind not in ("broker", *BIG):
            proof.count("kills of web, worker, sender and beat", times)
    doubled = len(rig.mail.doubled())
    proof.count("requests answered «done»", drivers.answered)
    proof.count("requests cut off by a kill", drivers.cut)
    proof.count("mails that arrived", sum(rig.mail.accepted.values()))
    proof.count("mails that arrived twice, under one Message-ID", doubled)
    proof.count("verifications of everything", nemesis.verified)
    proof.found(f"slowest first page after a power cut, with PostgreSQL's recovery: {nemesis.slowest_page:.1f} s")
    assert wrong == []
    again = quiet_doubles(rig, cast, played)
    proof.count("mails that arrived twice without a kill", again)
    by_nature, kills = nemesis.kills["point smtp"], sum(nemesis.kills.values())
    proof.found(f"{by_nature} kills were aimed at the moment between the mail server's answer and our mark: each doubles")
    assert (doubled - by_nature <= DOUBLED_AT_MOST * kills, again) == (True, 0)


@pytest.mark.proves(6, minutes=4)
def test_pages_are_back_at_once_and_owed_mails_soon_after_the_broker(house, played, cast, proof):
    """The product's own timetable: a page within 10 s of a restart, mails within 60 s of the broker's return."""
    rig, pages, mails = house(program="config"), [], []
    proof.goal("recoveries", 5)
    for _turn in proof.turns(gate=0, night=10):
        rig.kill("web")
        rig.start("web")
        pages.append(rig.first_page())
        rig.kill("broker")
        with Drivers(rig, cast, played, SEED) as drivers:  # pages go on without a broker
            wait_until(lambda: drivers.answered >= 10, seconds=60)
        assert owed()
        rig.start("broker")
        mails.append(drained(rig, 120))
        proof.count("recoveries")
    proof.found(f"first page after {max(pages):.1f} s at the most, owed mails and documents after {max(mails):.0f} s")
    assert (max(pages) <= 10, max(mails) <= 60) == (True, True), (pages, mails)


@pytest.mark.proves(4, 5, minutes=2)
def test_the_rig_sees_the_harm_of_a_guard_that_is_gone(house, played, cast, proof):
    """The twins: the same rig over a product without its claim, with its mark too early, with a torn transaction."""
    with house(twin="SendsWithoutClaiming").closing() as rig:
        doubles = quiet_doubles(rig, cast, played)
        proof.teeth("no claim before sending: mails doubled without a kill", harm=doubles, of=len(rig.mail.accepted))
    with house(twin="MarksBeforeSending").closing() as rig:
        _nemesis, _drivers, wrong = play(rig, cast, played, ["at before SMTP"] * 5, SEED)
        lost = [fault for fault in wrong if fault.startswith("lost mail")]
        proof.teeth("a mail marked before it is sent: mails lost", harm=len(lost), of=5)
    with house(twin="CommitsInTheMiddle").closing() as rig, Drivers(rig, cast, played, SEED) as drivers:
        nemesis = Nemesis(rig, drivers, SEED)
        torn = 0
        for _time in range(5):
            before = len(verifying.replay())
            nemesis.strike("at web before commit")
            time.sleep(0.2)
            torn += len(verifying.replay()) > before
        proof.teeth("a commit in the middle of a step: cases torn from their events", harm=torn, of=5)
    assert (doubles > 0, len(lost) > 0, torn > 0) == (True, True, True)
