"""Row 9: nobody both applied and decided, helped and reviewed alone, or decided a case with two hands.

A million random steps in random worlds: the law's own table (STEPS), roles_on, and the requirements about persons, over
plain objects in memory. What a step does to persons is said once more here, so a step costs microseconds; that the
product's door does the same is what a slower walk through the door with a real database shows.
"""

import contextlib
import random
import sys
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest

from applications import assessing, verifying
from applications import requirements as need
from applications import roles as law
from applications.door import Refused, offers, take
from applications.models import Application, Hand
from applications.roles import roles_on
from applications.states import State
from applications.steps import STEPS
from applications.workflow import decided_from
from journal import clock
from people.models import RoleAssignment, Unit
from people.roles import APPOINTED, UNIT_ROLES, Role
from tests.cast import Walker, make_round

PATHS = ["/1/", "/1/2/", "/1/2/3/", "/1/2/4/"]
PEOPLE, TRIES_IN_A_WORLD, SEED = 8, 1000, 20260302
HERE = sys.modules[__name__]
REVIEWED = need.enough_assessments
ABOUT_PERSONS = {need.is_author, need.has_declared, need.recommended_it, need.may_correct_the_minutes, REVIEWED}
# who matters to a case of unit 3, and from where
CHAIRS = [(Role.APPLICANT, 3), (Role.UNIT_LEADER, 3), (Role.UNIT_LEADER, 2), (Role.CONSULTANT, 1), (Role.CO_ASSESSOR, 1),
          (Role.MANAGER, 1), (Role.MANAGER, 2), (Role.SECRETARY, 1)]  # fmt: skip
DECIDING = tuple(law.HAND_OF)
ONWARDS = (*DECIDING, "endorse", "submit", "start_assessment", "place_on_agenda")
ENDS = ("withdraw", "discard", "reopen_draft", "take_back", "decline_endorsement")  # taken seldom, or nothing is decided


class Rows(list):
    """As much of a related manager as roles and requirements ask of one."""

    def all(self):
        return self

    def filter(self, person):
        return SimpleNamespace(exists=lambda: any(row.person_id == person.pk for row in self))


def row(person, **facts):
    return SimpleNamespace(person_id=person.pk, **facts)


class World:
    """Persons with random roles that come and go, and one case."""

    def __init__(self, chance: random.Random):
        self.chance, self.sides = chance, {}
        self.people = [SimpleNamespace(pk=pk, email=f"{pk}@x", current_assignments=[]) for pk in range(1, PEOPLE + 1)]
        for person in self.people:
            self.appoint(person)
        self.case = SimpleNamespace(
            state=State.DRAFT, unit_id=3, unit=SimpleNamespace(path=PATHS[2], pk=3), version_number=0, submitted_at=None,
            help_requested=chance.random() < 0.3, approved_at=None, approved_by_id=None, granted_amount=None,
            case_officer_id=None, recommended_by_id=None, endorsed_by_id=None, contact_email="", letter_released_at=None,
            round=SimpleNamespace(is_quick=chance.random() < 0.5, assessors_required=chance.randint(1, 2)),
            authors=Rows(), declarations=Rows(), co_assessors=Rows(), hearings=Rows(), hands=Rows(), assessments=Rows(),
            help_given=Rows(),
        )  # fmt: skip

    def appoint(self, person) -> None:
        far = (self.chance.choice(APPOINTED), self.chance.randint(1, 4))
        role, unit = self.chance.choice(CHAIRS) if self.chance.random() < 0.9 else far
        held = SimpleNamespace(role=role, unit_id=unit, unit=SimpleNamespace(path=PATHS[unit - 1]))
        person.current_assignments.append(held)

    def change_roles(self) -> None:
        """Somebody changes chairs."""
        person = self.chance.choice(self.people)
        if person.current_assignments and self.chance.random() < 0.6:
            person.current_assignments.pop(self.chance.randrange(len(person.current_assignments)))
        self.appoint(person)

    # ── what a person may try ───────────────────────────────────────────────────────────────────────────────────

    def one_act(self) -> str:
        """A random person tries something; answers what they did, or ""."""
        person, case = self.chance.choice(self.people), self.case
        held = roles_on(person, case)
        if not held:
            return ""
        act = self.chance.choice(["step", "step", "step", "declare", "assess", "help", "co_assessor", "write"])
        return getattr(self, act)(person, case, held)

    def step(self, person, case, held) -> str:
        fitting = [step for step in STEPS.values() if case.state in step.sources and held & step.by]
        if not fitting:
            return ""
        onwards = [step for step in fitting if step.name in ONWARDS]
        step = self.chance.choice([*fitting, *onwards * 5])
        wrong_track = (need.quick_track if not case.round.is_quick else need.main_track) in step.requires
        asked = [requirement for requirement in step.requires if requirement in ABOUT_PERSONS]
        if step.name in ENDS and self.chance.random() < 0.9:
            return ""
        if wrong_track or any(requirement(case, person) for requirement in asked):
            return ""
        self.does(step, person, case, held & step.by)
        return step.name

    def does(self, step, person, case, acting) -> None:
        """What the step does to persons and to what roles ask of a case: applications.door, effects_of_steps."""
        name, target = step.name, decided_from(case) if step.name == "reopen_decision" else step.target_of(case)
        if acting <= UNIT_ROLES:
            self.on_side("unit", person)
            self.add(case.authors, row(person))
        if name in law.HAND_OF:
            self.on_side(law.HAND_OF[name], person)
            self.add(case.hands, row(person, act=law.HAND_OF[name]))
        sent = {"submitted_at": 1, "endorsed_by_id": person.pk}
        unapproved = {"approved_by_id": None, "approved_at": None}
        changes = {
            "endorse": sent,
            "submit": sent,
            "reopen_draft": dict.fromkeys(sent),
            "assign": {"case_officer_id": self.chance.choice(self.people).pk},
            "start_assessment": {"case_officer_id": case.case_officer_id or person.pk},
            "recommend": {"recommended_by_id": person.pk},
            "approve_recommendation": {"approved_by_id": person.pk, "approved_at": 1},
            "return_to_assessment": unapproved,
            "send_back": unapproved,
            "grant": {"granted_amount": 1},
            "grant_by_delegation": {"granted_amount": 1},
            "reopen_decision": {"granted_amount": None},
        }
        vars(case).update(changes.get(name, {}), state=target, version_number=case.version_number + step.freezes)

    def declare(self, person, case, held) -> str:
        if held.isdisjoint(law.MAY["declare"]):
            return ""
        case.declarations[:] = [one for one in case.declarations if one.person_id != person.pk]
        level = self.chance.choices(["none", "disqualified"], [9, 1])[0]
        case.declarations.append(row(person, level=level, settled_by_id=None))
        return "declare"

    def assess(self, person, case, held) -> str:
        if held.isdisjoint(law.MAY["assess"]) or case.state not in assessing.ASSESSABLE or need.has_declared(case, person):
            return ""
        self.on_side(Hand.Act.ASSESSED, person)
        self.add(case.hands, row(person, act=Hand.Act.ASSESSED))
        self.add(case.assessments, row(person, assessor_id=person.pk))
        return "assess"

    def help(self, person, case, held) -> str:
        if held.isdisjoint(law.MAY["log_help"]):
            return ""
        self.add(case.help_given, row(person, substantial=True))
        return "log_help"

    def co_assessor(self, person, case, held) -> str:
        if Role.CONSULTANT in held:
            self.add(case.co_assessors, row(self.chance.choice(self.people)))
            return "co_assessor"
        return ""

    def write(self, person, case, held) -> str:
        if held.isdisjoint(law.MAY["edit"]) or case.state not in (State.DRAFT, State.AWAITING_INFORMATION):
            return ""
        self.on_side("unit", person)
        self.add(case.authors, row(person))
        return "write"

    @staticmethod
    def add(rows: Rows, new) -> None:
        if new not in rows:
            rows.append(new)

    # ── what must never be ──────────────────────────────────────────────────────────────────────────────────────

    def on_side(self, side, person) -> None:
        self.sides.setdefault(side, set()).add(person.pk)

    def faults(self, did: str) -> list[str]:
        found = []
        for name, one, other in verifying.PAIRS:
            found += [f"{name}: {pk}" for pk in self.sides.get(one, set()) & self.sides.get(other, set())]
        if did == "recommend":
            helped = {given.person_id for given in self.case.help_given}
            if helped and {given.assessor_id for given in self.case.assessments} <= helped:
                found.append(f"helped and reviewed alone: {helped}")
        return found


def walk(steps, seed: int, counts: Counter) -> list[str]:
    """So many tries; the first world in which somebody is on two sides ends it."""
    chance = random.Random(seed)
    world = World(chance)
    for turn in steps:
        if turn % TRIES_IN_A_WORLD == 0 or world.case.state == State.WITHDRAWN:
            world = World(chance)
        if chance.random() < 0.05:
            world.change_roles()
        did = world.one_act()
        counts["tries"] += 1
        if did:
            counts["steps that went"] += 1
            if did in DECIDING:
                counts[f"of them {did}"] += 1
            if found := world.faults(did):
                return found
    return []


@pytest.mark.proves(9, minutes=2.5)
def test_nobody_is_on_two_sides_of_a_case_in_a_million_steps(proof):
    """Random worlds, persons who change chairs, every step of the law: nobody applies and decides, or decides twice."""
    proof.goal("steps that went", 1_000_000)
    found = walk(proof.turns(gate=1, night=10_000_000), SEED, proof.counts)
    assert (found, proof.counts["of them grant"] > 0) == ([], True)


@pytest.mark.proves(9)
def test_without_each_rule_somebody_is_on_two_sides(proof, monkeypatch):
    """The twins: impartiality, the hands, and «another must review» taken away one by one."""
    twins = {
        "impartiality (has_interest)": (law, "has_interest", lambda *_: False),
        "hands that stay (KEEPS_FROM)": (law, "KEEPS_FROM", {}),
        "another must review after help": (
            sys.modules[__name__],
            "ABOUT_PERSONS",
            ABOUT_PERSONS - {REVIEWED},
        ),
    }
    for name, (where, what, gone) in twins.items():
        with monkeypatch.context() as patch:
            patch.setattr(where, what, gone)
            seen = sum(bool(walk(range(60_000), seed, Counter())) for seed in range(5))
        proof.teeth(name, harm=seen, of=5)
        assert seen, name


@pytest.mark.django_db
@pytest.mark.proves(9, minutes=1.5)
def test_the_door_itself_lets_nobody_on_two_sides(cast, year, committee, proof):
    """The same through the product's door: persons with random roles try what they may and what they may not; verify."""
    chance, units = random.Random(SEED), list(Unit.objects.order_by("pk"))
    round_ = make_round(cast, year, committee, track="quick", delegated_limit=50_000_00, assessors_required=1)
    people = [cast[name] for name in ("anna", "bo", "ulla", "karen", "kurt", "mads", "signe", "rune")]
    proof.goal("tries at the door", 5000)
    for turn in proof.turns(gate=1, night=5000):
        if turn % 60 == 0:
            case = begun(cast, round_)
        clock.set_to(clock.now() + timedelta(seconds=1))
        person = chance.choice(people)
        if chance.random() < 0.05:
            unit, role = chance.choice(units), chance.choice(APPOINTED)
            RoleAssignment.objects.create(person=person, role=role, unit=unit, valid_from=clock.today())
        proof.count("tries at the door")
        with contextlib.suppress(Refused):
            if did := try_anything(chance, case.pk, type(person).objects.get(pk=person.pk), people):
                proof.count("of them done")
                proof.count(f"of them {did}" if did in DECIDING else "of them others")
    assert (verifying.four_eyes(), verifying.replay()) == ([], [])


def begun(cast, round_) -> Application:
    """A case that is being assessed; the clock stays."""
    with clock.at(clock.now()):
        return Walker(cast, round_)(State.UNDER_ASSESSMENT)


def try_anything(chance, pk: int, person, people) -> str:
    """Something the person is offered, or anything at all; what they did."""
    case = Application.objects.select_related("round", "unit").get(pk=pk)
    offered = [offer.step.name for offer in offers(case, person) if not offer.reasons and offer.step.name not in ENDS]
    name = chance.choice([*offered, *offered, chance.choice(list(STEPS)), "declare", "assess", "help", "gates"])
    match name:
        case "declare":
            assessing.declare(pk, person, "none")
        case "help":
            assessing.log_help(pk, person, "Budgettet", True)
        case "gates":
            assessing.answer_gates(pk, person, {gate.pk: (True, "") for gate in case.round.gates.all()})
        case "assess":
            assessing.assess(pk, person, {criterion.pk: 3 for criterion in case.round.criteria.all()}, "Godt.")
        case _:
            take(name, pk, person, answers=answers_for(name, chance, people))
    return name


def answers_for(name: str, chance, people) -> dict:
    words = dict.fromkeys(("reason", "question", "comment", "conditions"), "Prøvet")
    known = words | {"amount": 40_000_00, "due": clock.today(), "case_officer": chance.choice(people)}
    return {key: known[key] for key in STEPS[name].asks if key in known}
