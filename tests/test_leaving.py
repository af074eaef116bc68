"""Row 16: who leaves, or loses a role, holds nothing from that instant: no page, no step, no half-open door."""

import re
import threading
import time

import pytest
from django.core import mail
from django.db import connection, connections
from django.test import Client

from applications.door import NotYours, take
from applications.states import State
from journal.models import Event
from people import access, appointments, second_factor
from people.models import Person, RoleAssignment, Unit
from people.roles import Role
from tests.test_second_factor import now_on

MINE, CODE = "/min-side/", "/log-ind/kode/"
PASSWORD = "kornblomst og kaffe"


def is_in(browser) -> bool:
    return browser.get(MINE).status_code == 200


# ── every way in, one after the other ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def leaver(cast, settings):
    """A consultant with a phone, for whom every way in stands half open."""
    settings.PASSWORD_HASHERS = ["tests.test_second_factor.QuickHasher"]
    karen = cast["karen"]
    access.choose_password(karen, PASSWORD)
    key = second_factor.new_phone(karen).key
    karen.paper = second_factor.switch_on(karen, key, now_on(key, -1))
    return karen


def half_open(person) -> Client:
    browser = Client()
    browser.post("/log-ind/", {"email": person.email, "password": PASSWORD})
    return browser


def mailed_link(person) -> str:
    mail.outbox.clear()
    access.ask(person.email, access.Reason.INVITATION)
    access.send_due()
    return re.search(r"https://puljen\.naestved\.example(/adgang/\S+/)", mail.outbox[0].body)[1]


def test_a_live_session_a_half_done_second_step_and_a_mailed_link_end_in_that_instant(leaver, client_of):
    inside, halfway, link = client_of(Person.objects.get(pk=leaver.pk)), half_open(leaver), mailed_link(leaver)
    assert is_in(inside) and halfway.get(CODE).status_code == 200 and Client().get(link).status_code == 200
    appointments.deactivate(leaver, by=None)
    assert not is_in(inside)
    answer = halfway.post(CODE, {"code": leaver.paper[0]})
    assert answer.url == "/log-ind/" and not is_in(halfway)
    typed = {"new": "regnvejr med solbriller", "again": "regnvejr med solbriller"}
    assert Client().post(link, typed).status_code == 410
    assert half_open(leaver).get(CODE).url == "/log-ind/"
    appointments.reactivate(leaver, by=None)
    assert not is_in(inside) and not is_in(halfway) and Client().get(link).status_code == 410


def test_a_link_opened_before_and_sent_after_chooses_no_password(leaver):
    uid, token = mailed_link(leaver).strip("/").split("/")[1:]
    assert access.holder_of(uid, token) == leaver
    stale = Person.objects.get(pk=leaver.pk)
    appointments.deactivate(leaver, by=None)
    with pytest.raises(Exception, match="Linket virker ikke længere"):
        access.use_link(uid, token, "regnvejr med solbriller")
    with pytest.raises(Exception, match="Adgangen er lukket"):
        access.choose_password(stale, "regnvejr med solbriller")
    assert not Person.objects.get(pk=leaver.pk).has_usable_password()


def test_a_code_looked_at_before_and_sent_after_is_no_code(leaver):
    stale = Person.objects.get(pk=leaver.pk)
    appointments.deactivate(leaver, by=None)
    with pytest.raises(Exception, match="Koden er forkert"):
        second_factor.check(stale, leaver.paper[0])
    with pytest.raises(Exception, match="Adgangen er lukket"):
        second_factor.renew_paper(stale)


def test_a_step_pressed_while_the_role_ends_does_not_happen(case, cast):
    """The page read the roles before they ended; the door reads them again."""
    submitted = case(State.SUBMITTED)
    karen = cast["karen"]
    assert karen.has_role(Role.CONSULTANT)  # read, and remembered as a request remembers it
    appointments.end(RoleAssignment.objects.get(person=karen), by=None)
    with pytest.raises(NotYours):
        take("assign", submitted.pk, karen, answers={"case_officer": cast["kurt"], "co_assessors": [cast["rune"]]})
    submitted.refresh_from_db()
    assert submitted.case_officer is None


# ── at the same time ────────────────────────────────────────────────────────────────────────────────────────────────

at_once = pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite lets one writer in at a time: nothing collides")


class Visitor(threading.Thread):
    """Opens a page again and again; remembers when each visit began and how it ended."""

    def __init__(self, browser, address):
        super().__init__(daemon=True)
        self.browser, self.address, self.visits, self.stop = browser, address, [], threading.Event()

    def run(self):
        try:
            while not self.stop.is_set():
                begun = time.monotonic()
                self.visits.append((begun, self.browser.get(self.address).status_code))
        finally:
            connections.close_all()

    def succeeded_after(self, moment) -> int:
        return sum(status == 200 for begun, status in self.visits if begun > moment)


def under_load(visitors, act) -> float:
    """The moment after an act was committed, while all visit."""
    for visitor in visitors:
        visitor.start()
    seen = [len(visitor.visits) for visitor in visitors]
    deadline = time.monotonic() + 30
    while any(len(v.visits) < before + 2 for v, before in zip(visitors, seen, strict=True)):
        assert time.monotonic() < deadline, "the visitors do not get on"
        visitors[0].stop.wait(0.01)
    act()
    moment = time.monotonic()
    after = [len(visitor.visits) for visitor in visitors]
    while any(len(v.visits) < before + 3 for v, before in zip(visitors, after, strict=True)):
        assert time.monotonic() < deadline, "the visitors do not get on"
        visitors[0].stop.wait(0.01)
    for visitor in visitors:
        visitor.stop.set()
    for visitor in visitors:
        visitor.join(30)
    return moment


@at_once
@pytest.mark.proves(16, minutes=3)
@pytest.mark.django_db(transaction=True)
def test_a_hundred_changes_under_load_leave_no_stale_decision(cast, client_of, proof):
    """A person is disabled, or loses their role, while they visit: no visit begun after the commit succeeds."""
    top = Unit.objects.get(parent=None)
    proof.goal("changes under load", 100)
    for turn in proof.turns(gate=2, night=100):
        person = Person.objects.create_person(f"nr{turn}@naestved.example", "Nr")
        assignment = appointments.appoint(person, Role.CONSULTANT, top, by=None)
        visitors = [Visitor(client_of(person), "/enheder/") for _one in range(3)]
        leaves = turn % 2 == 0
        moment = under_load(
            visitors,
            lambda person=person, given=assignment, leaves=leaves: (
                appointments.deactivate(person, by=None) if leaves else appointments.end(given, by=None)
            ),
        )
        assert sum(status == 200 for visitor in visitors for _begun, status in visitor.visits) >= 6
        assert [visitor.succeeded_after(moment) for visitor in visitors] == [0, 0, 0]
        proof.count("changes under load")
        proof.count("visits", sum(len(visitor.visits) for visitor in visitors))


@at_once
@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_one_link_or_one_code_at_once_one_comes_through(leaver):
    uid, token = mailed_link(leaver).strip("/").split("/")[1:]
    code, results = leaver.paper[0], {"link": [], "code": []}
    barrier = threading.Barrier(4)

    def tries(kind, act):
        barrier.wait()
        try:
            act()
            results[kind].append(True)
        except Exception:
            results[kind].append(False)
        finally:
            connection.close()

    person = Person.objects.get(pk=leaver.pk)
    acts = [("link", lambda: access.use_link(uid, token, "regnvejr med solbriller"))] * 2
    acts += [("code", lambda: second_factor.check(person, code))] * 2
    threads = [threading.Thread(target=tries, args=each) for each in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {kind: sorted(came) for kind, came in results.items()} == {"link": [False, True], "code": [False, True]}
    assert Event.objects.filter(step="recovery_code_used").count() == 1
