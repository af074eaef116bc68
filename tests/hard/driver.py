"""People who take lawful steps over HTTP, and remember what they were answered.

Each case belongs to one driver, so that the order of its requests is known. After a kill `unexplained` compares a
case's events with its requests: every one that was answered «done» has its event, every refused one has none, one
without an answer happened once or not at all, and nothing else happened.
"""

import contextlib
import http.client
import threading
import time
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import DatabaseError, connection
from django.test import Client

from applications.models import Application
from applications.states import State
from applications.steps import STEPS
from journal.models import Event

WHY = {"reason": "Prøvet af riggen."}
ENDORSE = [("endorse", "ulla", {})] * 4
SUM = {"amount": "40.000", **WHY}
# what may be done in each state: (step, whose it is, what the form gets)
LAWFUL = {
    State.DRAFT: [("request_endorsement", "anna", {})],
    State.AWAITING_ENDORSEMENT: [("take_back", "anna", {}), ("decline_endorsement", "ulla", WHY)] + ENDORSE,
    State.SUBMITTED: [("reopen_draft", "anna", {})],
    State.UNDER_ASSESSMENT: [("recommend", "karen", SUM)] * 3 + [("request_information", "karen", {})],
    State.AWAITING_INFORMATION: [("resume_assessment", "karen", WHY)],
    State.RECOMMENDED: [("recall_recommendation", "karen", {}), ("return_to_assessment", "mads", WHY)],
    State.APPROVED_FOR_DECISION: [("return_to_assessment", "mads", WHY)],
    State.GRANTED: [("reopen_decision", "mads", WHY)],
    State.REFUSED: [("reopen_decision", "mads", WHY)],
}  # fmt: skip
FORWARD = {
    True: [("grant_by_delegation", "mads", {})] * 4 + [("refuse_by_delegation", "mads", WHY)],
    False: [("approve_recommendation", "mads", {})] * 4,
}
DUE = {"question": "Hvor mange stuer?", "field": "purpose", "due_day": "31", "due_month": "12", "due_year": "2099"}
SECRET = "r" * 32  # of the form's token, in cookie and header alike


@dataclass
class Asked:
    step: str
    status: int | None = None  # None: the line was cut


@dataclass
class History:
    """The requests about one case since its events were last compared, and how many events there were then."""

    known: int
    asked: list[Asked] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Drivers:
    """Threads that work until they are stopped; faults of the server are kept."""

    def __init__(self, house, cast, cases, seed: int, threads: int = 3):
        self.house, self.seed, self.stopped, self.faults = house, seed, threading.Event(), []
        self.quiet = threading.Event()  # set: nobody asks anything
        self.cookies = {name: cookie_of(cast[name]) for name in ("anna", "ulla", "karen", "mads")}
        self.cases = {case.pk: (case.number, case.round.is_quick) for case in cases}
        self.histories = {pk: History(events_of(number).count()) for pk, (number, _quick) in self.cases.items()}
        self.answered = self.cut = 0
        shares = [list(self.cases)[place::threads] for place in range(threads)]
        self.threads = [threading.Thread(target=self.work, args=(pks, place)) for place, pks in enumerate(shares)]
        self.idle = [threading.Event() for _thread in self.threads]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join(60)

    @contextlib.contextmanager
    def resting(self):
        """Nobody asks while the books are compared."""
        self.quiet.set()
        for event in self.idle:
            event.wait(30)
        yield
        self.quiet.clear()

    def work(self, pks: list[int], place: int) -> None:
        chance = Random(self.seed + place)
        while not self.stopped.is_set():
            if self.quiet.is_set():
                self.idle[place].set()
                time.sleep(0.005)
                continue
            self.idle[place].clear()
            try:
                self.one_step(chance.choice(pks), chance)
            except DatabaseError:  # PostgreSQL is down: the driver looks there for the state of a case
                connection.close()
                time.sleep(0.02)
        self.idle[place].set()
        connection.close()

    def one_step(self, pk: int, chance: Random) -> None:
        number, quick = self.cases[pk]
        state, revision = Application.objects.values_list("state", "revision").get(pk=pk)
        choices = LAWFUL[state] + (FORWARD[quick] if state == State.RECOMMENDED else [])
        step, who, answers = chance.choice(choices)
        asked = Asked(step)
        self.histories[pk].asked.append(asked)
        data = {"revision": revision, **answers, **(DUE if step == "request_information" else {})}
        address = f"/ansoegninger/{number}/{step}/"
        try:
            asked.status = self.post(who, address, data)
        except ConnectionRefusedError:  # nobody is at home: this was never asked
            self.histories[pk].asked.pop()
            time.sleep(0.05)
            return
        except (OSError, http.client.HTTPException):
            pass  # cut off: it happened or it did not
        if asked.status is None:
            self.cut += 1
            time.sleep(0.01)
        elif asked.status >= 500:
            self.faults.append((time.monotonic(), step, asked.status))
        elif asked.status == 302:
            self.answered += 1

    def post(self, who: str, address: str, data: dict) -> int:
        door = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=20)
        try:
            cookie = f"{self.cookies[who]}; {settings.CSRF_COOKIE_NAME}={SECRET}"
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "X-CSRFToken": SECRET}
            door.request("POST", quote(address), urlencode(data), headers)
            answer = door.getresponse()
            answer.read()
            return answer.status
        finally:
            door.close()

    # ── the books ───────────────────────────────────────────────────────────────────────────────────────────────

    def unexplained(self) -> list[str]:
        """Cases whose events are not what was asked and answered; begins a new page of each history."""
        found = []
        for pk, history in self.histories.items():
            events = list(events_of(self.cases[pk][0])[history.known :])
            if not explains(history.asked, events):
                asked = [(one.step, one.status) for one in history.asked]
                found.append(f"{self.cases[pk][0]}: asked {asked}, happened {events}")
            history.known, history.asked = history.known + len(events), []
        return found


def explains(asked: list[Asked], events: list[str]) -> bool:
    """The events are the answered requests in order, with some of the unanswered among them."""
    reached = {0}
    for one in asked:
        happened = {place + 1 for place in reached if place < len(events) and events[place] == one.step}
        if one.status == 302:
            # done now, or by the same press just before, whose answer was lost
            reached = happened
        elif one.status is None or one.status >= 500:
            reached |= happened
    return len(events) in reached


def events_of(number: str):
    rows = Event.objects.filter(subject=f"ansøgning/{number}", step__in=STEPS)
    return rows.order_by("position").values_list("step", flat=True)


def cookie_of(person) -> str:
    browser = Client()
    browser.force_login(person, backend="people.backend.PersonBackend")
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
