"""The living pool of a first look: one round decided, others on their way, so that every role finds something waiting.

The data are those of the played round (applications/data/round), moved to the year behind us; later rounds are mostly
applied for by units that got a refusal in the first. Every step is taken through the door, at a day counted from now,
so that the scene fits any day of any year. What was owed before now has been mailed, and older mails have been read.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from applications import agenda, assessing, calculating, drafts
from applications.door import create, take
from applications.models import AgendaItem, Application, Meeting
from applications.rehearsal import Rehearsal, as_recommended, moment
from applications.tasks import mail_anchor
from climate.register import import_factors
from demo import own_questions
from demo.days import committee_on, later, working_day
from demo.projects import Projects
from documents.models import Document
from journal import clock, outbox
from journal.models import Message
from people import appointments
from people.models import Person, Unit
from people.roles import Role

HEARD = "Center for Ejendomme og Indkøb"
FIRST_MEETING = timedelta(weeks=44)  # so long ago the first round was decided
ANSWER = timedelta(days=10)  # from the meeting to the last day of the answer
UNREAD = timedelta(days=7)  # what is older has been read
READ_AFTER = timedelta(hours=3)


class Scene:
    """Builds the scene on an empty database, as seen from the present moment."""

    def __init__(self):
        self.now = clock.now()
        self.weeks = 0  # by how much the first round is moved
        self.played = Counter()  # ordinary rounds by pool year, for their names
        self.first = self._first()

    def build(self) -> None:
        before = self.now if clock.is_set() else None
        try:
            self._act()
            self._deliver()
        finally:
            clock.set_to(before)

    @transaction.atomic
    def _act(self) -> None:
        clock.set_to(moment(self.first.plan["opens"]) - timedelta(days=22))
        import_factors()
        projects = Projects(self.first, self.now, self.weeks).build
        decided = [self.first.play, projects, self._more_people, self._minutes_not_final, self._meeting_held_yesterday]
        for act in [*decided, self._in_assessment, self._quick_track, self._open_now]:
            act()
        clock.set_to(self.now - timedelta(days=1))
        mail_anchor()
        Person.objects.update(is_demo=True)

    @transaction.atomic
    def _deliver(self) -> None:
        """Mail what was owed up to now, each at its own time; the worker sends only what happens from here on.

        The documents are left to the worker, who is asked for them in this moment.
        """
        owed = Message.objects.filter(sent_at=None, due_at__lte=self.now)
        for moment_ in owed.order_by("due_at").values_list("due_at", flat=True).distinct():
            clock.set_to(moment_)
            outbox.send_due(limit=1000)
        Document.objects.filter(sha256="").update(owed_at=self.now)
        Message.objects.filter(due_at__lt=self.now - UNREAD).update(read_at=F("due_at") + READ_AFTER)

    # ── the rounds ──────────────────────────────────────────────────────────────────────────────────────────────

    def _first(self) -> Rehearsal:
        """The played round, moved by whole weeks to a meeting in the year behind us."""
        plain = Rehearsal()
        weeks = (self.now - FIRST_MEETING - moment(plain.plan["meeting"])) // timedelta(weeks=1)
        if not weeks:
            self.played[plain.plan["pool_year"]] += 1
            return plain
        self.weeks = weeks
        days = ("opens", "deadline", "assessed_by", "approved", "meeting", "start")
        moved = {name: moment(plain.plan[name]) + timedelta(weeks=weeks) for name in days}
        year = timezone.localdate(moved["meeting"]).year
        plan = {name: at.isoformat(timespec="minutes") for name, at in moved.items()}
        committee = committee_on(moved["meeting"].date() + ANSWER)
        plan |= {"committee": committee, "pool_year": year, "name": self._next_name(year)}
        return plain.another({data["number"]: later(data, weeks) for data in plain.applications}, **plan)

    def _next_name(self, year: int) -> str:
        self.played[year] += 1
        return f"Runde {self.played[year]}, {year}"

    def _minutes_not_final(self) -> None:
        """Decided last week; the minutes are not final, so the letters wait."""
        round_ = self._round(
            {
                1: grant(150_000, "Halvdelen af udgiften dækkes af energirammen.")
                | {"minimum_amount": 150_000}
                | self._counted(1, "varmepumpe", liters=Decimal(5200), scop=Decimal("3.1"), first=str(self.year), span=15),
                14: refuse(),
            },
            name=f"Energirunde, {self.year}", ceiling=150_000, opens=-140, deadline=-110, meeting=-6, hour=12,
        )  # fmt: skip
        self._to_committee(round_)
        self._hold(round_, decide=True)

    def _meeting_held_yesterday(self) -> None:
        """The committee met yesterday; the secretary has the decisions to record."""
        round_ = self._round(
            {
                8: grant(60_000, "Driften er nu afklaret; prøven begrænses til to stuer."),
                9: grant(22_000, "Ordningen bredes ud til tre plejecentre."),
                17: grant(36_000, "Møblerne hentes i kommunens egne huse.")
                | self._counted(17, "moebler", kind="furniture.mixed_item", pieces=38, replaced=None),
                15: refuse(),
            },
            name=self._next_name(self.year), ceiling=200_000, opens=-100, deadline=-70, meeting=-1,
        )  # fmt: skip
        self._to_committee(round_)
        self._hold(round_, decide=False)

    def _in_assessment(self) -> None:
        """Closed for applications two weeks ago: cases at every stage up to a meeting in three weeks."""
        changes = {
            5: {"touches_buildings": True}
            | self._counted(5, "bilkilometer", km=Decimal(23_300), car="unknown", instead="none"),
            7: refuse(),
            18: {},
            19: {},
            20: grant(64_000, "Let at gentage på andre plejecentre."),
            21: grant(50_000, "Halvt antal cykler er nok til en prøve."),
            22: grant(40_000, "Måler og gør medarbejdernes arbejde synligt."),
        }
        dates = {"opens": -55, "deadline": -14, "meeting": 21}
        round_ = self._round(changes, name=self._next_name(self.year), ceiling=260_000, **dates)
        round_.open_round()
        round_.apply()
        line = self._draft(round_, "Bostedet Engvang", "Tørresnor i stedet for tørretumbler")
        power = {"carrier": "el", "kwh": Decimal(1800), "first": str(self.year), "span": 10}
        calculating.take_in(line.pk, line.changed_by, "energi", power)
        clock.set_to(self.now - timedelta(days=13))
        for number in (5, 7, 18, 20, 21, 22):
            round_.begin(number)
        clock.set_to(self.now - timedelta(days=8))
        by_number = {data["number"]: data for data in round_.applications}
        for number in (7, 20, 21, 22):
            round_.score(by_number[number])
        consultant, manager = self.first.cast["consultant"], self.first.cast["manager"]
        ask = {"field": "budget_lines", "question": "Hvad koster bruserne hver for sig, og hvor mange er der?"}
        take("request_information", round_.cases[18].pk, consultant, answers={**ask, "due": self._day(5)})
        question = "Ladcyklerne skal stå overdækket ved indgangen. Er det i orden set fra jer?"
        assessing.declare(round_.cases[5].pk, consultant, "none")
        heard = Unit.objects.get(name=HEARD)
        assessing.ask_hearing(round_.cases[5].pk, consultant, heard, question, self._day(4))
        clock.set_to(self.now - timedelta(days=5))
        for number in (20, 21, 22):
            round_.recommend_one(by_number[number])
        clock.set_to(self.now - timedelta(days=3))
        for number in (21, 22):
            assessing.declare(round_.cases[number].pk, manager, "none")
            take("approve_recommendation", round_.cases[number].pk, manager)
        meeting = agenda.plan(round_.round.committee, self._moment(21, 15), by=self.first.cast["secretary"])
        take("place_on_agenda", round_.cases[22].pk, consultant, answers={"meeting": meeting})

    def _quick_track(self) -> None:
        """Small amounts all year: decided by a manager by delegation."""
        changes = {
            10: grant(9_500, "Lille beløb, børnene er med.") | small("Insekthotel og krydderurter", 9_500),
            2: small("Kompost i køkkenhaven", 8_000),
        }
        facts = {"ceiling": 60_000, "track": "quick", "delegated_limit": 15_000, "minimum_amount": 1_000}
        dates = {"opens": -200, "deadline": 35, "meeting": 50}
        round_ = self._round(changes, name=f"Hurtig pulje, {self.year}", assessors_required=1, **facts, **dates)
        round_.open_round()
        for days, data in zip((-12, -2), round_.applications, strict=True):
            round_.cases[data["number"]] = self._send(round_, data, days)
        clock.set_to(self.now - timedelta(days=4))
        round_.begin(10)
        round_.score(next(data for data in round_.applications if data["number"] == 10))
        round_.recommend_one(next(data for data in round_.applications if data["number"] == 10))

    def _open_now(self) -> None:
        """Open for three weeks more: a sent application, one that waits for its leader, and two drafts."""
        changes = {
            4: {"title": "Cykelværksted for udskolingen", "themes": ["transport", "reuse"]},
            6: {"title": "Grøntsager i sæson på alle menuer", "themes": ["food"]},
        }
        dates = {"opens": -9, "deadline": 20, "meeting": 70}
        round_ = self._round(changes, name=self._next_name(self.year), ceiling=250_000, **dates)
        round_.open_round()
        own_questions.ask(round_.round, self.first.cast["consultant"])
        clock.set_to(self.now - timedelta(days=3))
        sent, waiting = round_.applications[1], round_.applications[0]
        self._send(round_, sent, -3, own_questions.TRIED)
        contact = Person.objects.get(email=waiting["contact"]["email"])
        case = round_.write(waiting)
        own_questions.answer(case, contact, own_questions.NEW)
        take("request_endorsement", case.pk, contact)
        self._draft(round_, "Børnehuset Solstrålen", "Regnvand til haven")
        asked = self._draft(round_, "Biblioteket Ved Åen", "Lån et værktøj")
        drafts.ask_for_help(asked.pk, asked.changed_by, wanted=True)

    # ── how ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def year(self) -> int:
        return timezone.localdate(self.now).year

    def _day(self, days: int) -> date:
        return working_day(timezone.localdate(self.now), days)

    def _moment(self, days: int, hour: int) -> datetime:
        return timezone.make_aware(datetime.combine(self._day(days), time(hour)))

    def _counted(self, number: int, calculator: str, **answers) -> dict:
        """Of a played application: its CO2 as a calculator reckons it, in place of the number it came with."""
        data = next(data for data in self.first.applications if data["number"] == number)
        others = [effect for effect in data["expected_effects"] if effect["indicator"] != "co2e"]
        return {"expected_effects": others, "calculated": (calculator, answers)}

    def _round(
        self, changes: dict[int, dict], *, opens: int, deadline: int, meeting: int, hour: int = 15, **plan
    ) -> Rehearsal:
        """A round whose days are counted from now, in this year."""
        dates = {
            "opens": self._moment(opens, 8),
            "deadline": self._moment(deadline, 12),
            "meeting": self._moment(meeting, hour),
        }
        dates |= {"assessed_by": self._moment(deadline + 10, 12), "approved": self._moment(deadline + 12, 10)}
        texts = {name: at.isoformat(timespec="minutes") for name, at in dates.items()}
        weeks = (dates["meeting"] - moment(self.first.plan["meeting"])) // timedelta(weeks=1)
        by_number = {data["number"]: data for data in self.first.applications}
        moved = {number: later(by_number[number], weeks) | change for number, change in changes.items()}
        committee = committee_on(dates["meeting"].date() + ANSWER)
        return self.first.another(moved, pool_year=self.year, committee=committee, **texts, **plan)

    def _to_committee(self, round_: Rehearsal) -> None:
        for act in (
            round_.open_round,
            round_.apply,
            round_.assess,
            round_.recommend,
            round_.approve,
            round_.prepare_meeting,
        ):
            act()

    def _hold(self, round_: Rehearsal, *, decide: bool) -> None:
        meeting, secretary = Meeting.objects.get(items__round=round_.round), self.first.cast["secretary"]
        clock.set_to(meeting.at + timedelta(hours=2))
        agenda.hold(meeting, secretary)
        if decide:
            item = AgendaItem.objects.get(meeting=meeting)
            outcomes = [as_recommended(case.pk) for case in round_.cases.values()]
            agenda.decide(item.pk, secretary, outcomes, text="Godkendt.")

    def _send(self, round_: Rehearsal, data: dict, days: int, answers: tuple = ()) -> Application:
        """Written, endorsed and sent within hours, so many days from now."""
        clock.set_to(self.now + timedelta(days=days))
        case = round_.write(data)
        contact, leader = (Person.objects.get(email=data[who]["email"].lower()) for who in ("contact", "leader"))
        own_questions.answer(case, contact, answers)
        if contact == leader:
            return take("submit", case.pk, leader)
        take("request_endorsement", case.pk, contact)
        clock.set_to(clock.now() + timedelta(hours=3))
        return take("endorse", case.pk, leader)

    def _draft(self, round_: Rehearsal, unit_name: str, title: str) -> Application:
        """A half-written draft by the unit's contact."""
        unit = Unit.objects.get(name=unit_name)
        writer = unit.assignments.filter(role=Role.APPLICANT).first().person
        case = create(writer, unit, round_.round)
        values = {
            "title": title,
            "purpose": "Vi vil gerne i gang til foråret, når vi har talt det igennem på personalemødet.",
        }
        return drafts.save(case.pk, writer, values, drafts.seen(case, values))

    def _more_people(self) -> None:
        """Who the played round can do without: the heard unit's leader, a second manager, a deputy."""
        clock.set_to(self.now - timedelta(days=300))
        cast, municipality = self.first.cast, Unit.objects.get(parent=None)
        for name, mailbox, role, unit, title in (
            ("Henrik Storgaard", "henrik.storgaard", Role.UNIT_LEADER, Unit.objects.get(name=HEARD), "Centerchef"),
            ("Malene Birkholm", "malene.birkholm", Role.MANAGER, municipality, "Direktør"),
        ):
            person = Person.objects.create_person(f"{mailbox}@naestved.example", name, title=title)
            appointments.appoint(person, role, unit, by=cast["administrator"])
        deputy = Person.objects.create_person("nanna.ravnholt@naestved.example", "Nanna Ravnholt", title="Sekretariatschef")
        appointments.appoint(
            deputy, Role.SECRETARY, municipality, by=cast["administrator"], deputy_for=cast["secretary"]
        )  # fmt: skip


def grant(kroner: int, reason: str) -> dict:
    return {
        "recommended_amount": kroner,
        "reason": reason,
        "gates": dict.fromkeys(("not_started", "not_ordinary_operation", "at_least_one"), True),
    }


def refuse() -> dict:
    return {"recommended_amount": 0}


def small(title: str, kroner: int) -> dict:
    """A small application that one line of the budget pays for."""
    line = {"kind": "materials", "text": "Materialer", "amount": kroner}
    return {
        "title": title,
        "amount_sought": kroner,
        "minimum_amount": kroner // 2,
        "budget_lines": [line],
        "own_contribution": 0,
    }
