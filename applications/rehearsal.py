"""Plays a round from a folder (units.csv, round.json, applications.json), every step as the person whose step it is.

The clock is set to the round's own dates. Everything goes through the doors that people use: nothing is written
past the law. Used by `manage.py play_round`, the demo and the tests; nothing here is tied to one folder's contents.
"""

import copy
import csv
import json
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from applications import agenda, assessing, calculating, drafts
from applications.door import create, take
from applications.models import AgendaItem, Application, Meeting
from journal import clock
from pages.money import ore_from
from people import appointments, units
from people.models import Committee, Person, Unit
from people.roles import Role
from pool import ledger, rounds
from pool.models import PoolYear, Round

DATA = Path(__file__).resolve().parent / "data" / "round"
FILES = ("units.csv", "round.json", "applications.json")
# people whose steps these are; invented
STAFF = {
    "consultant": ("Karen Lindegaard", "karen.lindegaard", Role.CONSULTANT, "Bæredygtighedskonsulent"),
    "manager": ("Mads Holmegaard", "mads.holmegaard", Role.MANAGER, "Centerchef"),
    "secretary": ("Signe Bredahl", "signe.bredahl", Role.SECRETARY, "Udvalgssekretær"),
    "finance": ("Frida Nordkvist", "frida.nordkvist", Role.FINANCE, "Økonomikonsulent"),
    "communicator": ("Kamille Rosendal", "kamille.rosendal", Role.COMMUNICATOR, "Kommunikationskonsulent"),
    "auditor": ("Rasmus Ege", "rasmus.ege", Role.AUDITOR, "Revisor"),
    "administrator": ("Asger Vinther", "asger.vinther", Role.ADMINISTRATOR, "Systemadministrator"),
}
THE_CONSULTANT = "konsulent"  # this label of an assessor is the consultant, every other a co-assessor
CO_ASSESSORS = ["Rune Fjeldgaard", "Mette Sandholt", "Ib Kragelund", "Lone Vestergård"]
COMMITTEES = {
    "Teknik- og Klimaudvalget": (date(2026, 1, 1), None),
    "Klima-, Miljø- og Friluftsturismeudvalget": (date(2022, 1, 1), date(2025, 12, 31)),
}


def read_json(path: Path):
    """JSON with decimal numbers as Decimal: an amount is never a float."""
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def moment(text: str) -> datetime:
    """A Danish local time, «2026-01-20T15:00», or a day (at 12 o'clock)."""
    value = datetime.fromisoformat(text)
    value = value.replace(hour=12) if len(text) == 10 else value
    return timezone.make_aware(value) if timezone.is_naive(value) else value


class Rehearsal:
    """One folder, played in acts; each act sets the clock and can be the last."""

    def __init__(self, folder: Path = DATA):
        self.plan = read_json(folder / "round.json")
        self.applications = sorted(read_json(folder / "applications.json"), key=lambda a: a["number"])
        with (folder / "units.csv").open(encoding="utf-8", newline="") as file:
            self.unit_rows = list(csv.DictReader(file))
        self.cast: dict[str, Person] = {}
        self.cases: dict[int, Application] = {}
        self.round: Round | None = None

    @property
    def co_assessors(self) -> list[str]:
        """Labels of everybody but the consultant who scores."""
        labels = {given["assessor"] for data in self.applications for given in data["assessments"]}
        return sorted(labels - {THE_CONSULTANT})

    def another(self, changes: dict[int, dict], **plan) -> "Rehearsal":
        """One more round in the same house: applications by number with what differs in them, and in the plan."""
        other = copy.copy(self)
        other.plan, other.cases, other.round = self.plan | plan, {}, None
        other.applications = [data | changes[data["number"]] for data in self.applications if data["number"] in changes]
        return other

    # ── the organisation and the year ───────────────────────────────────────────────────────────────────────────

    def found_organisation(self) -> None:
        opens = moment(self.plan["opens"])
        clock.set_to(opens - timedelta(days=21))
        by_name: dict[str, Unit] = {}
        for row in self.unit_rows:
            by_name[row["name"]] = units.found(
                None,
                name=row["name"],
                kind=row["kind"],
                parent=by_name.get(row["parent"]),
                ean=row["ean"],
                users_count=int(row["users"] or 0),
                staff_count=int(row["staff"] or 0),
                latitude=Decimal(row["latitude"]) if row["latitude"] else None,
                longitude=Decimal(row["longitude"]) if row["longitude"] else None,
                is_separate_legal_entity=row["is_separate_legal_entity"] == "yes",
                hears_building_cases=row["name"] == "Center for Ejendomme og Indkøb",
            )
        self._appoint_staff(next(unit for unit in by_name.values() if unit.parent is None))
        self._appoint_units(by_name)

    def _appoint_staff(self, municipality: Unit) -> None:
        for key, (name, mailbox, role, title) in STAFF.items():
            self.cast[key] = self._person(f"{mailbox}@naestved.example", name, title)
            appointments.appoint(self.cast[key], role, municipality, by=None)
        for place, label in enumerate(self.co_assessors):
            name = CO_ASSESSORS[place] if place < len(CO_ASSESSORS) else f"Medbedømmer {place + 1}"
            mailbox = name.lower().replace(" ", ".").replace("å", "aa").replace("ø", "oe")
            self.cast[label] = self._person(f"{mailbox}@naestved.example", name, "Miljøkonsulent")
            appointments.appoint(self.cast[label], Role.CO_ASSESSOR, municipality, by=None)
        self.cast[THE_CONSULTANT] = self.cast["consultant"]

    def _appoint_units(self, by_name: dict[str, Unit]) -> None:
        given = set()
        for application in self.applications:
            unit = by_name[application["unit"]]
            for key, role in (("leader", Role.UNIT_LEADER), ("contact", Role.APPLICANT)):
                person = self._person(application[key]["email"], application[key]["name"])
                if (person.pk, role, unit.pk) not in given:
                    given.add((person.pk, role, unit.pk))
                    appointments.appoint(person, role, unit, by=None)

    def _person(self, email: str, name: str, title: str = "") -> Person:
        found = Person.objects.filter(email=email.lower()).first()
        return found or Person.objects.create_person(email, name, title=title)

    def open_round(self) -> None:
        opens = moment(self.plan["opens"])
        clock.set_to(opens - timedelta(days=14))
        year, new = PoolYear.objects.get_or_create(year=self.plan["pool_year"])
        if new:
            appropriation = ore_from(self.plan["appropriation"])
            ledger.appropriate(year, appropriation, by=self.cast["finance"], decision=f"Budget {year.year}")
        meeting_day = moment(self.plan["meeting"]).date()
        valid_from, valid_to = COMMITTEES.get(self.plan["committee"], (date(meeting_day.year, 1, 1), None))
        known = {**COMMITTEES, self.plan["committee"]: (valid_from, valid_to)}
        for name, (first, last) in known.items():
            Committee.objects.get_or_create(
                name=name, valid_from=first, defaults={"valid_to": last, "place": "Rådmandshaven 20, mødelokale 6"}
            )
        self.round = self._round(year, Committee.objects.get(name=self.plan["committee"], valid_from=valid_from))
        clock.set_to(opens - timedelta(days=7))
        rounds.announce(self.round, self.cast["consultant"])

    def _round(self, year: PoolYear, committee: Committee) -> Round:
        plan, amount = self.plan, lambda key: ore_from(self.plan[key]) if self.plan.get(key) is not None else None
        round_ = Round(
            pool_year=year,
            name=plan["name"],
            track=plan["track"],
            opens=moment(plan["opens"]),
            deadline=moment(plan["deadline"]),
            answer_by=moment(plan["meeting"]).date() + timedelta(days=10),
            ceiling=amount("ceiling"),
            delegated_limit=amount("delegated_limit"),
            minimum_amount=amount("minimum_amount"),
            maximum_amount=amount("maximum_amount"),
            assessors_required=plan["assessors_required"],
            optional_gates_needed=plan.get("optional_gates_needed", 0),
            committee=committee,
            introduction=(
                "Puljen giver penge til projekter, der nedbringer CO2 og forbruget af ressourcer, øger genbrug og "
                "genanvendelse, styrker biodiversiteten eller engagerer medarbejderne."
            ),
            exclusions="Projekter, der er begyndt\nAlmindelig drift og vedligehold\nForplejning",
        )
        gates = [{"key": g["key"], "name": g["name"], "required": g.get("required", True)} for g in plan["gates"]]
        criteria = [{"key": c["key"], "name": c["name"], "weight": c["weight"]} for c in plan["criteria"]]
        return rounds.save(round_, self.cast["consultant"], criteria=criteria, gates=gates)

    # ── applying ────────────────────────────────────────────────────────────────────────────────────────────────

    def apply(self) -> None:
        """Every application is written as a draft, endorsed and sent, spread over the round's open days."""
        for place, data in enumerate(self.applications, 1):
            clock.set_to(self.round.opens + self.pace * place)
            self.cases[data["number"]] = self.send(self.write(data), data)

    @property
    def pace(self) -> timedelta:
        """From one application to the next, so that all of them come in time."""
        return (self.round.deadline - self.round.opens) / (len(self.applications) + 2)

    def write(self, data: dict) -> Application:
        """A complete draft, written by the unit's contact; with an effect that was calculated where the data say so."""
        contact = Person.objects.get(email=data["contact"]["email"].lower())
        unit = Unit.objects.get(name=data["unit"], valid_to=None)
        case = create(contact, unit, self.round)
        values = form_values(data)
        case = drafts.save(case.pk, contact, values, drafts.seen(case, values))
        return calculating.take_in(case.pk, contact, *data["calculated"]) if "calculated" in data else case

    def send(self, case: Application, data: dict) -> Application:
        contact = Person.objects.get(email=data["contact"]["email"].lower())
        leader = Person.objects.get(email=data["leader"]["email"].lower())
        if contact == leader:
            return take("submit", case.pk, leader)
        take("request_endorsement", case.pk, contact)
        if clock.is_set():
            clock.set_to(clock.now() + self.pace / 2)
        return take("endorse", case.pk, leader)

    # ── assessing ───────────────────────────────────────────────────────────────────────────────────────────────

    def assess(self) -> None:
        clock.set_to(self.round.deadline + timedelta(hours=20))
        for number in self.cases:
            self.begin(number)
        clock.set_to(moment(self.plan["assessed_by"]) - timedelta(days=1))
        for data in self.applications:
            self.score(data)

    def begin(self, number: int) -> None:
        case, consultant = self.cases[number], self.cast["consultant"]
        others = [self.cast[label] for label in self.co_assessors]
        take("assign", case.pk, consultant, answers={"case_officer": consultant, "co_assessors": others})
        take("start_assessment", case.pk, consultant)

    def score(self, data: dict) -> None:
        """Declarations, gates and the given scores."""
        case, consultant = self.cases[data["number"]], self.cast["consultant"]
        assessing.declare(case.pk, consultant, "none")
        gates = {gate.pk: (bool(data["gates"][gate.key]), "") for gate in case.round.gates.all()}
        assessing.answer_gates(case.pk, consultant, gates)
        keys = {criterion.key: criterion.pk for criterion in case.round.criteria.all()}
        for given in data["assessments"]:
            assessor = self.cast[given["assessor"]]
            if assessor != consultant:
                assessing.declare(case.pk, assessor, "none")
            points = {keys[key]: value for key, value in given["scores"].items()}
            assessing.assess(case.pk, assessor, points, given["comment"])

    def recommend(self) -> None:
        clock.set_to(moment(self.plan["assessed_by"]))
        for data in self.applications:
            self.recommend_one(data)

    def recommend_one(self, data: dict) -> None:
        answers = {"amount": ore_from(data["recommended_amount"]), "reason": data["reason"]}
        take("recommend", self.cases[data["number"]].pk, self.cast["consultant"], answers=answers)

    # ── deciding ────────────────────────────────────────────────────────────────────────────────────────────────

    def approve(self) -> None:
        """The manager stands behind every recommendation; on the quick track that decides the case."""
        clock.set_to(moment(self.plan["approved"]))
        assessing.declare_for_round(self.round, self.cast["manager"])
        for case in self.cases.values():
            step, answers = self._approval(Application.objects.get(pk=case.pk))
            take(step, case.pk, self.cast["manager"], answers=answers)

    def _approval(self, case: Application) -> tuple[str, dict]:
        if not self.round.is_quick:
            return "approve_recommendation", {}
        if case.recommended_amount:
            return "grant_by_delegation", {}
        return "refuse_by_delegation", {"reason": case.recommended_reason}

    def prepare_meeting(self) -> AgendaItem:
        clock.set_to(clock.now() + timedelta(hours=3)) if clock.is_set() else None
        meeting = agenda.plan(self.round.committee, moment(self.plan["meeting"]), by=self.cast["secretary"])
        for case in self.cases.values():
            take("place_on_agenda", case.pk, self.cast["consultant"], answers={"meeting": meeting})
        item = AgendaItem.objects.get(meeting=meeting, round=self.round)
        clock.set_to(clock.now() + timedelta(days=1)) if clock.is_set() else None
        agenda.approve_text(item.pk, self.cast["manager"])
        return agenda.send(item.pk, self.cast["secretary"])

    def decide(self) -> None:
        """The committee follows the recommendation; minutes are final two days later and letters go."""
        meeting = Meeting.objects.get(items__round=self.round)
        secretary, item = self.cast["secretary"], meeting.items.get(round=self.round)
        clock.set_to(meeting.at + timedelta(hours=2))
        agenda.hold(meeting, secretary)
        agenda.decide(item.pk, secretary, [as_recommended(case.pk) for case in self.cases.values()], text="Godkendt.")
        agenda.close(meeting, secretary)
        clock.set_to(meeting.at + timedelta(days=2))
        agenda.finalise_minutes(item.pk, secretary, clock.today())
        self.release_letters()

    def release_letters(self) -> None:
        for case in self.cases.values():
            agenda.release_letter(case.pk, self.cast["consultant"])

    def play(self) -> None:
        """The whole round, from an empty database to released letters."""
        acts = [self.found_organisation, self.open_round, self.apply, self.assess, self.recommend, self.approve]
        acts += [self.release_letters] if self.plan["track"] == Round.Track.QUICK else [self.prepare_meeting, self.decide]
        for act in acts:
            act()


def as_recommended(case_id: int) -> agenda.Outcome:
    """The committee's outcome for a case as the administration recommended it."""
    case = Application.objects.get(pk=case_id)
    if case.recommended_amount:
        answers = {"amount": case.recommended_amount, "conditions": case.recommended_conditions}
        return agenda.Outcome(case_id, "grant", answers)
    return agenda.Outcome(case_id, "refuse", {"reason": case.recommended_reason})


def form_values(data: dict) -> dict:
    """The form's content as applications.content freezes it, from one application of the folder."""
    plain = ["title", "short_description", "themes", "sdgs", "purpose", "activities", "starts", "ends", "beneficiaries"]
    plain += ["risks", "anchoring", "communication", "consent_to_publish"]
    money = ["amount_sought", "minimum_amount", "own_contribution", "resulting_operating_cost"]
    values = {name: data[name] for name in plain} | {name: ore_from(data[name]) for name in money}
    values["touches_buildings"] = data.get("touches_buildings", False)
    values["contact_name"], values["contact_email"] = data["contact"]["name"], data["contact"]["email"]
    values["budget_lines"] = [{**line, "amount": ore_from(line["amount"])} for line in data["budget_lines"]]
    values["effects"] = [
        {
            "indicator": effect["indicator"],
            "baseline": effect.get("baseline", ""),
            "value": format(Decimal(effect["value"]).normalize(), "f"),
            "unit": effect["unit"],
            "basis": effect["basis"],
            "method": effect["method"],
        }
        for effect in data["expected_effects"]
    ]
    if data.get("resulting_operating_cost"):
        values["operating_cost_payer"] = data.get("operating_cost_payer", data["unit"])
    return values


def counts_by_state() -> dict[str, int]:
    return dict(Counter(Application.objects.order_by("state").values_list("state", flat=True)))
