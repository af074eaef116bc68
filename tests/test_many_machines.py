"""Many machines: two web servers, two workers and two beats on one PostgreSQL, one broker and one bucket are one pool."""

import threading
import time
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from applications import drafts, verifying
from applications.models import Application, Attachment
from applications.states import State
from documents.models import Document
from journal import clock
from journal.models import Event, Job, Lease, Message
from people import appointments, second_factor
from people.models import Person, Unit
from people.roles import Role
from tests.cast import CONTENT, make_round
from tests.machines import PASSWORD, Browser, Machines, Player, bucket, run_together
from tests.servers import wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.wide,
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="machines share a server"),
]
PLAYERS = ("anna", "bo", "olga", "ulla", "lis", "karen", "kurt", "rune", "mads", "malene")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" + (
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\ntrailer<</Root 1 0 R>>\n"
)


@pytest.fixture
def machines(tmp_path, redis_url, settings):
    """`machines(lease)`: two of them, not yet started; the test's own process uses the same bucket."""
    with bucket() as files:
        settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "documents.bucket.PrivateBucket", "OPTIONS": files}}
        yield lambda lease=2: Machines(tmp_path, files, redis_url, lease)
    connection.close()


# ── one of many beats ───────────────────────────────────────────────────────────────────────────────────────────────


def holder() -> str:
    return next(iter(Lease.objects.filter(expires_at__gt=timezone.now()).values_list("owner", flat=True)), "")


@pytest.mark.proves(6, minutes=2)
def test_a_killed_beat_is_replaced(machines, proof):
    """Of two beats one acts; killed, it is replaced within 60 s, and what comes due is asked for by the other."""
    clock.set_to(None)
    house = machines(30 if proof.hard else 2)
    with house.open("beat"):
        wait_until(lambda: Job.objects.filter(asked_at__isnull=False).count() > 4, house.var / "beat0.log")
        acting = holder()
        place = next(p for p in (0, 1) if f"-{house.processes[f'beat{p}'].pid}-" in acting)
        Job.objects.update(asked_at=timezone.now() - timedelta(days=1))
        killed = time.monotonic()
        house.kill(f"beat{place}")
        wait_until(lambda: holder() not in ("", acting), house.var / f"beat{1 - place}.log", seconds=60)
        wait_until(lambda: not Job.objects.filter(asked_at__lt=timezone.now() - timedelta(hours=1)).exists())
        waited = time.monotonic() - killed
        assert f"-{house.processes[f'beat{1 - place}'].pid}-" in holder()
    proof.found(
        f"with the lease of production ({30 if proof.hard else 2} s) a killed beat was replaced after {waited:.0f} s"
    )
    assert waited < 60


# ── a round on two machines ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def people(cast, year, committee):
    """Ten people who can sign in, and a quick round that is open now; answers their codes on paper too."""
    school = Unit.objects.get(name="Åmosens Skole")
    cast["lis"] = Person.objects.create_person("lis@naestved.example", "Lis Skoleleder")
    appointments.appoint(cast["lis"], Role.UNIT_LEADER, school, by=None, valid_from=timezone.localdate() - timedelta(days=9))
    Message.objects.update(sent_at=clock.now())
    now, codes = timezone.now(), {}
    clock.set_to(now)
    for name in PLAYERS:
        cast[name].set_password(PASSWORD)
        cast[name].save()
        if second_factor.must_have(cast[name]):
            codes[name] = a_code(cast[name])
    track = {"name": "Hurtig pulje", "track": "quick", "delegated_limit": 50_000_00}
    dates = {"opens": now - timedelta(days=1), "deadline": now + timedelta(days=9), "answer_by": now.date() + timedelta(30)}
    round_ = make_round(cast, year, committee, ceiling=700_000_00, **track, **dates)
    clock.set_to(None)
    return cast, codes, round_


def a_code(person) -> str:
    from django_otp.oath import TOTP

    key = second_factor.new_phone(person).key
    return second_factor.switch_on(person, key, f"{TOTP(bytes.fromhex(key)).token():06}")[0]


def writes(round_, cases: int):
    """An applicant: begins so many, writes them, puts a file on each."""

    def begin(player):
        for number in range(cases):
            status, where = player.browser.post(f"/ansoegninger/ny/{round_.pk}/")
            assert status == 302, where
            case = Application.objects.get(number=where.split("/")[2])
            values = CONTENT | {"title": f"{player.person.name} {number}"}
            drafts.save(case.pk, player.person, values, drafts.seen(case, values))
            status, where = player.browser.put(f"/ansoegninger/{case.number}/bilag/tilfoej/", "tilbud.pdf", PDF)
            assert (status, case.attachments.count()) == (302, 1), where

    return begin


class Applicant(Player):
    def __init__(self, *args, begin, **keys):
        super().__init__(*args, **keys)
        self.begin = begin

    def run(self):
        sign_in = self.browser.sign_in

        def then_begin(*args):
            sign_in(*args)
            self.begin(self)

        self.browser.sign_in = then_begin
        super().run()


def send(player, case):
    mine = case.authors.filter(person=player.person).exists() and case.attachments.exists()
    return mine and player.press(case, "request_endorsement")


def endorse(player, case):
    return player.person.assignments.filter(unit=case.unit).exists() and player.press(case, "endorse")


def take_on(officer, helper):
    """A consultant takes every second case: assigns it to itself and the co-assessor, begins, assesses, recommends."""

    def is_mine(case):
        return case.pk % 2 == officer.pk % 2 if case.case_officer_id is None else case.case_officer_id == officer.pk

    def begin(player, case):
        if not is_mine(case):
            return False
        if case.case_officer_id is None:
            player.press(case, "assign", case_officer=officer.pk, co_assessors=[helper.pk])
        return player.press(case, "start_assessment")

    def recommend(player, case):
        if not is_mine(case):
            return False
        if not case.assessments.filter(assessor=player.person).exists():
            answers = {f"met_{gate.pk}": "yes" for gate in case.round.gates.all()}
            return assess(player, case) and player.press(case, "krav", **answers)
        ready = case.assessments.count() == 2
        sums = {"amount": "24.000", "reason": "Målbart og billigt.", "conditions": "Vej affaldet."}
        return ready and player.press(case, "recommend", **sums)

    def let_go(player, case):
        return is_mine(case) and case.letter_released_at is None and player.press(case, "brev/send")

    return {State.SUBMITTED: [begin], State.UNDER_ASSESSMENT: [recommend], State.GRANTED: [let_go]}


def assess(player, case):
    points = {f"points_{criterion.pk}": "4" for criterion in case.round.criteria.all()}
    return player.press(case, "habilitet", level="none") and player.press(case, "point", comment="God idé.", **points)


def assess_once(player, case):
    asked = case.co_assessors.filter(person=player.person).exists()
    return asked and not case.assessments.filter(assessor=player.person).exists() and assess(player, case)


def decide(player, case):
    """Both managers press: one of them is the first, the other is told so."""
    if not case.declarations.filter(person=player.person).exists():
        player.press(case, "habilitet", level="none")
    return player.press(case, "grant_by_delegation")


@pytest.mark.proves(6, minutes=3)
def test_ten_people_at_once_play_a_round_on_two_machines(machines, people, proof, record_property):
    """Ten people at once from sign-in to letter on two web servers, workers and beats: nothing lost, nothing twice."""
    cast, codes, round_ = people
    each = 4 if proof.hard else 1
    house = machines()
    with house.open():
        began = time.monotonic()

        def over():
            rows = Application.objects.filter(letter_released_at__isnull=False)
            return rows.count() == 3 * each or time.monotonic() - began > 100

        does = {name: {} for name in PLAYERS}
        does |= {name: {State.DRAFT: [send]} for name in ("anna", "bo", "olga")}
        does |= {name: {State.AWAITING_ENDORSEMENT: [endorse]} for name in ("ulla", "lis")}
        does |= {name: take_on(cast[name], cast["rune"]) for name in ("karen", "kurt")}
        does |= {"rune": {State.UNDER_ASSESSMENT: [assess_once]}}
        does |= {name: {State.RECOMMENDED: [decide]} for name in ("mads", "malene")}
        players, stop = [], threading.Event()
        for name in PLAYERS:
            applies = name in ("anna", "bo", "olga")
            kind, more = (Applicant, {"begin": writes(round_, each)}) if applies else (Player, {})
            players.append(kind(house, cast[name], does[name], over, stop, codes.get(name, ""), **more))
        run_together(players, 280)
        played = time.monotonic() - began
        wait_until(lambda: not owed(), house.var / "worker0.log", seconds=60)
        fetched_from_the_other(house, cast)
        healthy(house)
    requests = sum(player.browser.asked for player in players)
    record_property("says", f"{3 * each} cases, {requests} requests, {played:.0f} s to the last letter")
    assert [fault for player in players for fault in player.browser.faults] == []
    steps = {name: player.steps for name, player in zip(PLAYERS, players, strict=True)}
    decided = steps.pop("mads") + steps.pop("malene")  # either may have been the slower one every time
    assert ([name for name, taken in steps.items() if taken == 0], decided) == ([], 3 * each)
    round_.refresh_from_db()
    assert (round_.committed, round_.reserved) == (3 * each * 24_000_00, 0)
    assert Event.objects.filter(step="grant_by_delegation").count() == 3 * each
    every_mail_once(house)
    assert {name: faults for name, faults in verifying.checks().items() if faults} == {}
    left = [path.name for place in "01" for path in (house.var / place / "files").rglob("*") if path.is_file()]
    assert left == []  # no machine keeps a file to itself


def owed() -> bool:
    return (
        Document.objects.filter(sha256="").exists()
        or Message.objects.filter(sent_at=None, due_at__isnull=False).exists()
        or Attachment.objects.filter(scan="waiting").exists()
    )


def fetched_from_the_other(house, cast):
    """What came in on one web server goes out from the other, and the letters that a worker wrote from both."""
    leader = Browser(house.ports)
    leader.sign_in("ulla@naestved.example")
    case = Application.objects.filter(unit__name="Børnehuset Solstrålen").first()
    file = case.attachments.get()
    letters = Document.objects.filter(subject=case.subject)
    for path in [f"bilag/{file.pk}", *[f"dokumenter/{letter.pk}" for letter in letters]]:
        got = [leader.get(f"/ansoegninger/{case.number}/{path}/") for _server in (0, 1)]
        assert [status for status, _content in got] == [200, 200], path
        assert got[0][1] == got[1][1]
        assert got[0][1].startswith(b"%PDF-")
    with default_storage.open(file.file.name) as kept:
        assert kept.read() == leader.get(f"/ansoegninger/{case.number}/bilag/{file.pk}/")[1]
    with pytest.raises(NotImplementedError, match="no file has a public address"):
        _ = file.file.url


def healthy(house):
    for port in house.ports:
        status, body = Browser([port]).get("/sundhed/")
        assert status == 200, body
    assert Lease.objects.count() == 1


def every_mail_once(house):
    sent = Message.objects.filter(sent_at__gte=timezone.now() - timedelta(hours=1), attempts__gt=0).select_related("event")
    assert house.mail.doubled() == []
    assert {message.mail_id for message in sent} == set(house.mail.accepted)
