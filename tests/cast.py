"""The cast and the world of the tests: people with names, one open round, and a case that walks to any state.

A test reaches a state by taking the steps; nothing here writes past the door (what steps wrote may be put back: replay).
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import user_logged_in
from django.core.cache import caches
from django.test import Client

from applications import agenda, assessing, drafts, reporting, vouchers
from applications.door import create, take
from applications.models import Application, Project
from applications.rehearsal import as_recommended
from applications.states import GRANTED_ONCE, State
from journal import clock
from people import appointments, second_factor, units
from people.models import Committee, Person, Unit
from people.roles import Role
from pool import ledger, rounds
from pool.models import PoolYear, Round
from tests.replay import replayed

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SCORES = {"co2": 4, "spread": 3}
CAST = {
    "anna": ("Anna Ansøger", Role.APPLICANT, "Børnehuset Solstrålen"),
    "bo": ("Bo Medskriver", Role.APPLICANT, "Børnehuset Solstrålen"),
    "ulla": ("Ulla Leder", Role.UNIT_LEADER, "Børnehuset Solstrålen"),
    "karen": ("Karen Konsulent", Role.CONSULTANT, "Næstved Kommune"),
    "kurt": ("Kurt Konsulent", Role.CONSULTANT, "Næstved Kommune"),
    "rune": ("Rune Medbedømmer", Role.CO_ASSESSOR, "Næstved Kommune"),
    "mads": ("Mads Centerchef", Role.MANAGER, "Næstved Kommune"),
    "malene": ("Malene Direktør", Role.MANAGER, "Næstved Kommune"),
    "signe": ("Signe Sekretær", Role.SECRETARY, "Næstved Kommune"),
    "frida": ("Frida Finans", Role.FINANCE, "Næstved Kommune"),
    "kamille": ("Kamille Kommunikation", Role.COMMUNICATOR, "Næstved Kommune"),
    "rasmus": ("Rasmus Revisor", Role.AUDITOR, "Næstved Kommune"),
    "asger": ("Asger Administrator", Role.ADMINISTRATOR, "Næstved Kommune"),
    "henrik": ("Henrik Ejendomschef", Role.UNIT_LEADER, "Center for Ejendomme og Indkøb"),
    "olga": ("Olga fra en anden enhed", Role.APPLICANT, "Åmosens Skole"),
    "otto": ("Otto Udenfor", None, None),
}
CONTENT = {
    "title": "Madaffald sorteres på alle stuer",
    "short_description": "Hver stue får en spand til madaffald.",
    "themes": ["waste"],
    "sdgs": [12],
    "purpose": "Stuerne har kun én spand.",
    "activities": "Indkøb i april, opstart i maj.",
    "starts": "2026-04-15",
    "ends": "2026-11-30",
    "beneficiaries": 106,
    "amount_sought": 40_000_00,
    "minimum_amount": 24_000_00,
    "own_contribution": 3_000_00,
    "resulting_operating_cost": 0,
    "risks": "Vanerne kan glide tilbage.",
    "anchoring": "Fast punkt på personalemødet.",
    "communication": "Opslag til forældre.",
    "consent_to_publish": True,
    "contact_name": "Anna Ansøger",
    "contact_email": "anna@naestved.example",
    "budget_lines": [
        {"kind": "equipment", "text": "Sorteringsstationer", "amount": 33_600_00},
        {"kind": "materials", "text": "Skilte og poser", "amount": 6_400_00},
    ],
    "effects": [
        {
            "indicator": "recycled",
            "baseline": "",
            "value": "2100",
            "unit": "kg/år",
            "basis": "estimated",
            "method": "prøvevejning i uge 41",
        }
    ],
}


@pytest.fixture(autouse=True)
def still_clock():
    """Every test begins at the same moment; the clock moves only when a test moves it."""
    clock.set_to(NOW)
    yield
    clock.set_to(None)


@pytest.fixture(autouse=True)
def nothing_kept():
    """A test's database is put back, and so the number that kept pages hang on."""
    caches["visitors"].clear()


@pytest.fixture(scope="session", autouse=True)
def whole_sign_ins():
    """A browser that a test signs in by force has shown its second factor too; a real door has a method."""

    def shown(sender, request, **kwargs):
        if request.method is None:
            second_factor.shown(request.session)

    user_logged_in.connect(shown)
    yield
    user_logged_in.disconnect(shown)


@pytest.fixture(scope="session", autouse=True)
def emptied_between_tests():
    """Tests with real commits empty their tables; on SQLite the append-only guards must step aside for that."""
    from django.db import connection

    if connection.vendor != "sqlite":
        yield
        return
    operations = type(connection.ops)
    flush = operations.sql_flush

    def unguarded(self, *args, **keys):
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            guards = cursor.fetchall()
        away = [f"DROP TRIGGER {name}" for name, _sql in guards]
        return [*away, *flush(self, *args, **keys), *[sql for _name, sql in guards]]

    operations.sql_flush = unguarded
    yield
    operations.sql_flush = flush


def found_municipality():
    top = units.found(None, name="Næstved Kommune", kind="municipality")
    centre = units.found(None, name="Center for Dagtilbud, Skole og Forebyggelse", kind="centre", parent=top)
    units.found(None, name="Center for Ejendomme og Indkøb", kind="centre", parent=top, hears_building_cases=True)
    units.found(None, name="Børnehuset Solstrålen", kind="daycare", parent=centre, ean="5798000104075", staff_count=22)
    units.found(None, name="Åmosens Skole", kind="school", parent=centre, ean="5798000106291")


def appoint_cast():
    for key, (name, role, unit) in CAST.items():
        person = Person.objects.create_person(f"{key}@naestved.example", name)
        if role:
            appointments.appoint(person, role, Unit.objects.get(name=unit), by=None, valid_from=date(2025, 1, 1))


@pytest.fixture
def municipality(db):
    replayed("municipality", found_municipality)
    return Unit.objects.get(parent=None)


@pytest.fixture
def cast(municipality):
    """People by their short name; each holds one role, Otto none."""
    replayed("cast", appoint_cast, municipality)
    people = {person.email: person for person in Person.objects.all()}
    return {key: people[f"{key}@naestved.example"] for key in CAST}


@pytest.fixture
def year(cast):
    """2026 with 1,500,000 kr. available."""

    def appropriate():
        ledger.appropriate(PoolYear.objects.create(year=2026), 1_500_000_00, by=cast["frida"], decision="Budget 2026")

    replayed("year", appropriate, cast["frida"])
    return PoolYear.objects.get(year=2026)


def two_committees():
    Committee.objects.create(
        name="Klima-, Miljø- og Friluftsturismeudvalget", valid_from=date(2022, 1, 1), valid_to=date(2025, 12, 31)
    )
    Committee.objects.create(name="Teknik- og Klimaudvalget", valid_from=date(2026, 1, 1))


@pytest.fixture
def committee(db):
    replayed("committees", two_committees)
    return Committee.objects.get(name="Teknik- og Klimaudvalget")


def make_round(cast, year, committee, **changes) -> Round:
    """An announced round that is open at NOW and closes two weeks later."""
    facts = {
        "name": "Runde 1, 2026",
        "opens": NOW - timedelta(days=14),
        "deadline": NOW + timedelta(days=14),
        "answer_by": date(2026, 5, 1),
        "ceiling": 520_000_00,
        "minimum_amount": 10_000_00,
        "assessors_required": 2,
        "committee": committee,
    }
    criteria = [{"key": "co2", "name": "CO2-reduktion", "weight": 60}, {"key": "spread", "name": "Spredning", "weight": 40}]
    gates = [{"key": "not_started", "name": "Projektet er ikke begyndt", "required": True}]
    round_ = rounds.save(Round(pool_year=year, **(facts | changes)), cast["karen"], criteria=criteria, gates=gates)
    rounds.announce(round_, cast["karen"])
    return round_


@pytest.fixture
def open_round(cast, year, committee):
    replayed("open round", lambda: make_round(cast, year, committee), cast["karen"], year, committee)
    return Round.objects.latest("pk")


@pytest.fixture
def quick_round(cast, year, committee):
    facts = {"name": "Hurtig pulje", "track": "quick", "delegated_limit": 50_000_00}
    replayed("quick round", lambda: make_round(cast, year, committee, **facts), cast["karen"], year, committee)
    return Round.objects.latest("pk")


class Walker:
    """Takes a case from an empty draft to a state, step by step, each as the person whose step it is."""

    def __init__(self, cast, round_):
        self.cast, self.round = cast, round_

    def __call__(self, state=State.DRAFT, **content):
        self.case = create(self.cast["anna"], Unit.objects.get(name="Børnehuset Solstrålen"), self.round)
        values = CONTENT | content
        drafts.save(self.case.pk, self.cast["anna"], values, drafts.seen(self.case, values))
        for target, walk in self.road(state):
            walk()
            if target == state:
                break
        self.case.refresh_from_db()
        return self.case

    def take(self, step, who, **answers):
        return take(step, self.case.pk, self.cast[who], answers=answers)

    def road(self, state):
        """(state reached, how) in order; awaiting_information is a way of its own."""
        if state == State.DRAFT:
            return []
        if state == State.WITHDRAWN:
            return [*self.road(State.SUBMITTED)[:2], (State.WITHDRAWN, lambda: self.take("withdraw", "anna"))]
        way = [
            (State.AWAITING_ENDORSEMENT, lambda: self.take("request_endorsement", "anna")),
            (State.SUBMITTED, lambda: self.take("endorse", "ulla")),
            (State.UNDER_ASSESSMENT, self.begin),
        ]
        if state == State.AWAITING_INFORMATION:
            return [*way, (State.AWAITING_INFORMATION, self.ask)]
        way += [(State.RECOMMENDED, self.recommend)]
        project = self.project_road(state) if state in GRANTED_ONCE - {State.GRANTED} else []
        if self.round.is_quick:
            return [*way, (State.GRANTED, self.delegate), *project]
        way += [(State.APPROVED_FOR_DECISION, self.approve), (State.ON_AGENDA, self.place)]
        decided = State.GRANTED if state in GRANTED_ONCE else state
        return [*way, (decided, lambda: self.decide(decided)), *project]

    def delegate(self):
        assessing.declare(self.case.pk, self.cast["mads"], "none")
        self.take("grant_by_delegation", "mads")

    def project_road(self, state):
        if state == State.LAPSED:
            return [(state, self.decline)]
        way = [(State.ACTIVE, self.start)]
        if state == State.CANCELLED:
            return [*way, (state, self.cancel)]
        return [*way, (State.REPORTED, self.report), (State.COMPLETED, self.complete)]

    def begin(self):
        if not self.round.is_quick:
            clock.set_to(max(clock.now(), self.round.deadline + timedelta(hours=1)))
        self.take("assign", "karen", case_officer=self.cast["karen"], co_assessors=[self.cast["rune"]])
        self.take("start_assessment", "karen")

    def ask(self):
        due = clock.today() + timedelta(days=7)
        self.take("request_information", "karen", field="purpose", question="Hvor mange stuer er der?", due=due)

    def score(self, who, **points):
        """Declare and give points by criterion key."""
        assessing.declare(self.case.pk, self.cast[who], "none")
        keys = {criterion.key: criterion.pk for criterion in self.round.criteria.all()}
        given = {keys[key]: value for key, value in (SCORES | points).items()}
        assessing.assess(self.case.pk, self.cast[who], given, "God idé, lidt dyr.")

    def gates(self, met=True):
        answers = {gate.pk: (met, "") for gate in self.round.gates.all()}
        assessing.answer_gates(self.case.pk, self.cast["karen"], answers)

    def recommend(self, amount=40_000_00):
        self.score("karen")
        self.score("rune")
        self.gates()
        self.take("recommend", "karen", amount=amount, reason="Målbart og billigt.", conditions="Vej affaldet i uge 20.")

    def approve(self, who="mads"):
        assessing.declare(self.case.pk, self.cast[who], "none")
        self.take("approve_recommendation", who)

    def place(self):
        when = clock.now() + timedelta(days=20)
        self.meeting = agenda.plan(self.round.committee, when, by=self.cast["signe"], place="Mødelokale 6")
        self.take("place_on_agenda", "karen", meeting=self.meeting)
        self.item = self.meeting.items.get()

    def to_meeting(self):
        """Approve and send the text, and hold the meeting."""
        agenda.approve_text(self.item.pk, self.cast["malene"])
        agenda.send(self.item.pk, self.cast["signe"])
        clock.set_to(self.meeting.at + timedelta(hours=2))
        agenda.hold(self.meeting, self.cast["signe"])

    def decide(self, state):
        self.to_meeting()
        outcome = as_recommended(self.case.pk)
        if state == State.REFUSED:
            outcome = agenda.Outcome(self.case.pk, "refuse", {"reason": "Der er ikke penge nok."})
        agenda.decide(self.item.pk, self.cast["signe"], [outcome], text="Godkendt.")

    def release(self):
        """The minutes are final, and the letter goes out."""
        if not self.round.is_quick:
            agenda.finalise_minutes(self.item.pk, self.cast["signe"], clock.today())
        agenda.release_letter(self.case.pk, self.cast["karen"])

    def decline(self):
        self.release()
        self.take("decline_grant", "ulla")

    def start(self, settlement="pool_invoice", account=""):
        self.release()
        self.take("start", "ulla", settlement=settlement, account=account, accepts=True)

    def voucher(self, amount, *, accepted=True, line=0, **values):
        """A voucher on a budget line, accepted by finance or waiting for it."""
        lines = list(self.case.budget_lines.all())
        values = {"supplier": "Grøn Leverance ApS", "text": "Spande", "date": clock.today()} | values
        row = vouchers.register(self.case.pk, self.cast["anna"], budget_line=lines[line], amount=amount, **values)
        return vouchers.accept(row.pk, self.cast["frida"], seen_revision=row.revision) if accepted else row

    def write_final(self):
        """A final report that lacks nothing."""
        report = reporting.begin(Project.objects.get(pk=self.case.pk), "final", self.cast["anna"])
        report.result, report.lessons = "Alle stuer sorterer.", "Spanden skal stå ved døren."
        report.save()
        report.activities.update(status="done")
        report.measured_effects.create(
            project=report.project,
            indicator="recycled",
            value=2440,
            unit="kg/år",
            basis="measured",
            method="vejet i tre uger",
        )
        return report

    def report(self, spent=38_000_00):
        self.voucher(spent)
        self.write_final()
        self.take("report", "anna")

    def complete(self):
        self.take("confirm_accounts", "frida")
        self.take("complete", "karen")

    def cancel(self):
        self.voucher(5_000_00)
        self.take("propose_cancel", "karen", reason="Enheden lukker.")
        self.take("cancel", "malene", reason="Enheden lukker.")


@pytest.fixture
def walker(cast, open_round):
    """Walks cases in the open round and gives each step by name."""
    return Walker(cast, open_round)


@pytest.fixture
def case(walker):
    """`case(state, **content)`: a case that has walked to a state."""
    return walker


_left_at: dict = {}  # where the clock stood when the walk to a replayed case had ended


@pytest.fixture
def running(walker, cast):
    """A project under way: walked to once, then put back with its clock. `walker` goes on from it."""

    def walk():
        walker(State.ACTIVE)
        _left_at["running"] = clock.now()

    replayed("running", walk, cast["anna"], walker.round)
    clock.set_to(_left_at["running"])
    walker.case = Application.objects.latest("pk")
    return walker.case


@pytest.fixture
def quick_case(cast, quick_round):
    return Walker(cast, quick_round)


@pytest.fixture
def client_of(db):
    """`client_of(person)`: a browser in which the person is signed in."""

    def signed_in(person: Person) -> Client:
        browser = Client()
        browser.force_login(person, backend="people.backend.PersonBackend")
        return browser

    return signed_in
