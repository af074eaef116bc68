"""Kills what runs, at random moments and at named points, and compares the books after every kill."""

import time
from collections import Counter
from datetime import timedelta
from random import Random

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from applications import verifying
from documents.models import Document
from journal import chain, outbox
from journal.models import Message
from tests.hard import points
from tests.hard.driver import Drivers
from tests.hard.house import House
from tests.servers import wait_until

LONGEST = 0.06  # seconds of random delay: about as long as a step takes
PATIENCE = 3.0  # seconds to wait for somebody to pass an armed point
OLD_CLAIM = timedelta(seconds=5)  # a sender that lives has long marked its mail
VERIFY_EVERY = 10  # kills; and after every one of PostgreSQL and every power cut
# of 1,250 kills: what, how often
MIX = [("fork web", 320), ("fork worker", 250), ("point web", 190), ("point worker", 150), ("point smtp", 30),
       ("whole web", 20), ("whole worker", 20), ("beat", 20), ("broker", 100), ("postgres", 100), ("power", 50)]  # fmt: skip
LIGHT = [("fork web", 5), ("fork worker", 4), ("point web", 4), ("point worker", 5), ("point smtp", 1)]
NAMES = {
    "fork web": "kills of a web process",
    "point web": "kills of a web process at a commit",
    "whole web": "kills of the whole web server",
    "fork worker": "kills of a worker process",
    "point worker": "kills of a worker process at a named point",
    "whole worker": "kills of the whole worker",
    "point smtp": "kills of the sender after SMTP accepted",
    "beat": "kills of beat",
    "broker": "kills of the broker, flushed",
    "postgres": "kills of PostgreSQL",
    "power": "power cuts",
}
BIG = ("postgres", "power")


def shuffled(mix, chance: Random) -> list[str]:
    """Every kind as often as the mix says, in an order that a cut-off run has its share of each."""
    kinds = [kind for kind, times in mix for _time in range(times)]
    chance.shuffle(kinds)
    return kinds


class Nemesis:
    def __init__(self, house: House, drivers: Drivers, seed: int):
        self.house, self.drivers, self.chance = house, drivers, Random(seed)
        self.kills, self.verified, self.slowest_page = Counter(), 0, 0.0
        self.database_gone: list[tuple[float, float]] = []

    def strike(self, kind: str) -> bool:
        """One kill; False when nobody came by an armed point."""
        self.house.tend()
        what, _space, whom = kind.partition(" ")
        hit = getattr(self, what)(whom)
        if hit:
            self.kills[kind] += 1
        return hit

    def fork(self, whom: str) -> bool:
        time.sleep(self.chance.uniform(0, LONGEST))
        return self.house.kill_fork(whom, self.chance)

    def point(self, whom: str) -> bool:
        names = {"web": points.OF_WEB, "worker": points.OF_WORKER, "smtp": [points.AFTER_SMTP]}[whom]
        return self.at(self.chance.choice(names))

    def at(self, point: str) -> bool:
        """Arm a point, and wait for whoever comes by."""
        end = time.monotonic() + PATIENCE
        points.arm(self.house.points, point)
        while not points.taken(self.house.points, point):
            if time.monotonic() > end and points.disarm(self.house.points, point):
                return False
            time.sleep(0.002)
        return True

    def whole(self, name: str) -> bool:
        time.sleep(self.chance.uniform(0, LONGEST))
        self.house.kill(name)
        self.house.start(name)
        self.house.wait_for_web()
        return True

    def beat(self, _whom: str) -> bool:
        self.house.kill("beat")
        self.house.start("beat")
        return True

    def broker(self, _whom: str) -> bool:
        """It keeps nothing: whoever starts it again has an empty one."""
        time.sleep(self.chance.uniform(0, LONGEST))
        self.house.kill("broker")
        time.sleep(self.chance.uniform(0, 0.3))
        self.house.start("broker")
        return True

    def postgres(self, _whom: str) -> bool:
        began = time.monotonic()
        time.sleep(self.chance.uniform(0, LONGEST))
        self.house.cluster.kill()
        self.house.cluster.start()
        self.house.cluster.wait()
        connection.close()
        self.database_gone.append((began, time.monotonic() + 1))
        return True

    def power(self, _whom: str) -> bool:
        began = time.monotonic()
        time.sleep(self.chance.uniform(0, LONGEST))
        self.house.kill_everything()
        connection.close()
        back = time.monotonic()
        self.house.cluster.start()
        for name in self.house.commands:
            self.house.start(name)
        self.house.first_page()
        self.slowest_page = max(self.slowest_page, time.monotonic() - back)
        self.database_gone.append((began, time.monotonic() + 1))
        return True

    # ── the books ───────────────────────────────────────────────────────────────────────────────────────────────

    def compare(self, whole: bool) -> list[str]:
        """What is wrong now. The chain's lock waits for a commit whose process is dead; then nothing moves."""
        with self.drivers.resting():
            with transaction.atomic():
                chain.lock()
                found = self.drivers.unexplained()
            if whole:
                self.verified += 1
                found += [f"{name}: {fault}" for name, faults in verifying.checks().items() for fault in faults]
        age_claims()
        return found

    def faults_of_the_server(self) -> list[tuple]:
        """Answers of 500 while PostgreSQL was there."""
        gone = self.database_gone
        return [fault for fault in self.drivers.faults if not any(a <= fault[0] <= b for a, b in gone)]


def age_claims() -> None:
    """Ten minutes pass for a claim whose sender is dead; a living one marks its mail in milliseconds."""
    dead = Message.objects.filter(sent_at=None, claimed_at__lt=timezone.now() - OLD_CLAIM)
    dead.filter(claimed_at__gt=timezone.now() - outbox.CLAIM_LASTS).update(claimed_at=F("claimed_at") - outbox.CLAIM_LASTS)


def owed() -> int:
    """Mails and documents that somebody still waits for."""
    mails = Message.objects.filter(sent_at=None, due_at__lte=timezone.now(), person__is_active=True)
    return mails.count() + Document.objects.filter(sha256="").count()


def drained(house: House, seconds: float) -> float:
    """Seconds until nothing is owed; more than `seconds` when that never came."""
    began = time.monotonic()
    while time.monotonic() - began <= seconds:
        house.tend()
        try:
            if not owed():
                break
            age_claims()
        except DatabaseError:
            connection.close()
        time.sleep(0.1)
    return time.monotonic() - began


def lost_and_unknown(house: House) -> tuple[list[str], list[str]]:
    """Mails that were called sent and never arrived, and arrived mails that no event owes."""
    due = Message.objects.filter(sent_at__gte=house.opened, last_error="").select_related("event")
    sent = {message.mail_id for message in due}
    return sorted(sent - house.mail.accepted.keys()), sorted(house.mail.accepted.keys() - sent)


def play(house: House, cast, cases, kinds, seed: int, enough: int = 10**6) -> tuple[Nemesis, Drivers, list[str]]:
    """Strike after strike while people work; answers what was wrong, nothing when all is well."""
    with Drivers(house, cast, cases, seed) as drivers:
        nemesis, wrong = Nemesis(house, drivers, seed), []
        for turn, kind in enumerate(kinds, start=1):
            if nemesis.strike(kind):
                wrong += nemesis.compare(whole=kind in BIG or turn % VERIFY_EVERY == 0)
            if wrong or nemesis.kills.total() == enough:
                break
        house.wait_for_web()
    wrong += [] if drained(house, 60) <= 60 else [f"{owed()} mails or documents still owed after 60 s"]
    wrong += nemesis.compare(whole=True)
    wrong += [f"answered {status} to {step}" for _at, step, status in nemesis.faults_of_the_server()]
    lost, unknown = lost_and_unknown(house)
    wrong += [f"lost mail {mail}" for mail in lost] + [f"mail that nobody owed {mail}" for mail in unknown]
    return nemesis, drivers, wrong


def quiet_doubles(house: House, cast, cases, steps: int = 60) -> int:
    """How many mails arrive twice while nobody is killed."""
    before = set(house.mail.doubled())
    with Drivers(house, cast, cases, len(before)) as drivers:
        wait_until(lambda: drivers.answered >= steps, seconds=120)
    drained(house, 60)
    return len(set(house.mail.doubled()) - before)
