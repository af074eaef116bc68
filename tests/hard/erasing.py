"""Row 22 at night: random histories of ten years, looked through every year for what is left and for what went too early."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from applications import agenda, assessing, erasing, erasure_proposals, verifying
from applications.models import Application, Attachment
from applications.retention_rules import forward
from applications.states import State
from applications.tasks import erase_what_must_be_gone
from documents import store
from journal import clock, outbox
from people.appointments import appoint, end
from people.models import Person, Unit
from people.roles import Role
from pool import ledger
from pool.models import PoolYear
from tests.cast import Walker, make_round
from tests.leftovers import in_files, in_tables

pytestmark = pytest.mark.django_db
SEED, FIRST, YEARS = 20260302, 2026, 10
STATES = [State.DRAFT, State.WITHDRAWN, State.REFUSED, State.REFUSED, State.GRANTED, State.GRANTED, State.LAPSED]
NAMED = ("title", "purpose", "risks", "contact_name", "contact_phone")
COMMITTEE = ("dagsordenspunkt", "documents.Document.facts", "applications.AgendaItem.sections")


class AtItsOwnTime(Walker):
    """Each case has a meeting of its own: a committee meets once at a time."""

    def place(self):
        clock.set_to(clock.now() + timedelta(minutes=7 * Application.objects.count()))
        super().place()


class History:
    """Ten years by chance: rounds, cases to any end, notes, files, people who come and go."""

    def __init__(self, cast, committee, chance: random.Random):
        self.cast, self.committee, self.chance = cast, committee, chance
        self.cases: dict[str, dict] = {}
        self.left: list[Person] = []

    def a_year(self, year: int) -> None:
        clock.set_to(datetime(year, 3, 2, 9, tzinfo=UTC))
        pool = PoolYear.objects.create(year=year)
        ledger.appropriate(pool, 1_500_000_00, by=self.cast["frida"], decision=f"Budget {year}")
        now = clock.now()
        window = {"opens": now - timedelta(days=14), "deadline": now + timedelta(days=14), "answer_by": date(year, 6, 1)}
        round_ = make_round(self.cast, pool, self.committee, name=f"Runde 1, {year}", **window)
        for _number in range(self.chance.randint(2, 4)):
            clock.set_to(now + timedelta(minutes=self.chance.randint(1, 9_000)))
            self.a_case(round_)
        self.somebody_comes_and_goes(year)

    def a_case(self, round_) -> None:
        state, key = self.chance.choice(STATES), f"{len(self.cases):03}"
        words = {name: f"kvq{key}{place}zx" for place, name in enumerate(NAMED)}
        walker = AtItsOwnTime(self.cast, round_)
        case = walker(State.GRANTED if state == State.LAPSED else state, **words)
        assessed = state in (State.REFUSED, State.GRANTED, State.LAPSED)
        if assessed:
            words["note"] = f"kvq{key}8zx"
            assessing.write_note(case.pk, self.cast["kurt"], words["note"])
        if state == State.DRAFT or self.chance.random() < 0.5:
            words["file"] = self.a_file(case, f"kvq{key}9zx")
        if state == State.LAPSED:
            agenda.finalise_minutes(walker.item.pk, self.cast["signe"], clock.today())
            agenda.release_letter(case.pk, self.cast["signe"])
            walker.take("decline_grant", "ulla", reason="")
        case.refresh_from_db()
        self.cases[case.number] = {"state": State(case.state), "words": words, "round": round_}

    def a_file(self, case, word: str) -> str:
        content = b"%PDF-" + word.encode()
        row = Attachment(application=case, name=f"{word}.pdf", media_type="application/pdf", size=len(content))
        row.sha256, row.scan = store.fingerprint(content), Attachment.Scan.CLEAN
        row.uploaded_by, row.uploaded_at = self.cast["anna"], clock.now()
        row.file.save("bilag.pdf", ContentFile(content))
        return word

    def somebody_comes_and_goes(self, year: int) -> None:
        person = Person.objects.create_person(f"gaest{year}@naestved.example", f"Gæst Nummer{year}")
        unit = Unit.objects.get(name="Åmosens Skole")
        held = appoint(person, Role.APPLICANT, unit, by=self.cast["asger"], valid_from=clock.today())
        end(held, by=self.cast["asger"], last_day=clock.today() + timedelta(days=self.chance.randint(0, 300)))
        self.left.append(person)


def deadline(number: str, facts: dict) -> dict[str, date]:
    """When each word of a case must be gone, counted here once more; what is kept has no day."""
    case = Application.objects.get(number=number)
    decided = (case.decided_at or case.changed_at).date()
    match facts["state"]:
        case State.DRAFT:
            return dict.fromkeys(facts["words"], forward(facts["round"].deadline.date(), 1))
        case State.REFUSED | State.WITHDRAWN:
            return dict.fromkeys(facts["words"], forward(decided, 5))
    over = max(decided, case.ends)
    days = {"note": forward(over, 5), "contact_name": forward(over, 2), "contact_phone": forward(over, 2)}
    return {name: days[name] for name in days if name in facts["words"]}


def look_through(history: History, places: dict[str, str], proof) -> None:
    """No word after its day, none gone before it; each with a few days' grace for time zones."""
    today = clock.today()
    everything = "\n".join(places.values())
    outside = "\n".join(text for where, text in places.items() if not any(part in where for part in COMMITTEE))
    for number, facts in history.cases.items():
        days = deadline(number, facts)
        for name, word in facts["words"].items():
            day = days.get(name)
            if day and day < today - timedelta(days=2):
                assert word not in outside, (number, name, day, today)
                proof.count("words found gone")
            elif day is None or day > today + timedelta(days=2):
                assert word in everything, (number, name, day, today)
                proof.count("words found in their place")


def yes_to_everything(by, capture) -> None:
    with capture(execute=True):
        erase_what_must_be_gone()
        for row in erasure_proposals.waiting():
            erasure_proposals.approve(row.pk, by)


def live(history: History, years: int, capture, proof) -> dict[str, str]:
    """So many years and then until everything is past its day; answers every place where a word could still lie."""
    asger = history.cast["asger"]
    for year in range(FIRST, FIRST + years):
        history.a_year(year)
        clock.set_to(datetime(year, 12, 30, 9, tzinfo=UTC))
        outbox.send_due()
        store.issue_owed(limit=500)
        yes_to_everything(asger, capture)
        store.issue_owed(limit=500)
        look_through(history, in_tables() | in_files(), proof)
    clock.set_to(datetime(FIRST + years + 7, 12, 30, 9, tzinfo=UTC))
    yes_to_everything(asger, capture)
    store.issue_owed(limit=500)
    places = in_tables() | in_files()
    look_through(history, places, proof)
    return places


@pytest.mark.proves(22, minutes=6)
def test_ten_years_by_chance(cast, committee, proof, settings, tmp_path, django_capture_on_commit_callbacks):
    """Ten years by chance: each year what is past its deadline is gone, nothing before its day, and the chain holds."""
    for turn in proof.turns(gate=1, night=40):
        settings.MEDIA_ROOT = tmp_path / str(turn)
        with transaction.atomic():
            history = History(cast, committee, random.Random(SEED + turn))
            places = live(history, YEARS, django_capture_on_commit_callbacks, proof)
            known = [word for person in history.left for word in (person.name, person.email)]
            assert [(where, word) for where, text in places.items() for word in known if word in text] == []
            assert all(Person.objects.get(pk=person.pk).is_erased for person in history.left)
            assert {name: found for name, found in verifying.checks().items() if found} == {}
            assert verifying.kept_too_long() == []
            transaction.set_rollback(True)
        proof.count("years played", YEARS)
        proof.count("cases", len(history.cases))
        proof.count("places looked in", len(places))


@pytest.mark.proves(22)
def test_an_erasing_that_forgets_the_versions_is_found(cast, committee, proof, settings, tmp_path, monkeypatch, request):
    """The twin: versions are left as they were, and the search of the rig finds the words in them."""
    capture = request.getfixturevalue("django_capture_on_commit_callbacks")
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(erasing, "_rewrite_versions", lambda case, without: 0)
    found = 0
    try:
        live(History(cast, committee, random.Random(SEED)), 1, capture, proof)
    except AssertionError as said:
        found += "kvq" in str(said)
    proof.teeth("the versions of a case are erased", harm=found, of=1)
    assert found == 1
