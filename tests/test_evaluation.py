"""The evaluation of a round: from the usual questions, answered once without a name, hidden where few answered."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from applications import evaluation as domain
from applications import evaluation_questions as usual
from applications import evaluation_results, waiting
from applications.door import AlreadyHandled, NotYours, WrongAnswers
from applications.models import Evaluation, EvaluationAnswer, Invitation
from applications.states import State
from journal import clock
from journal.models import Event, Message
from people.models import Person
from pool import rounds
from pool.models import Round
from questionnaires import designing
from questionnaires.models import Question
from tests.cast import Walker
from tests.replay import replayed

GOOD = {
    usual.FORM: "Let",
    usual.HELP: "Ja, i høj grad",
    usual.DECISION: "Ja, helt",
    usual.HOURS: "12",
    usual.WORTH: True,
    usual.CHANGE: "Færre felter",
}


@dataclass
class Decided:
    round: Round


@pytest.fixture
def decided(cast, open_round):
    """A round whose only case is refused, its letter out."""

    def decide():
        walker = Walker(cast, open_round)
        walker(State.REFUSED)
        walker.release()

    replayed("decided round", decide, open_round)
    clock.set_to(Event.objects.latest("position").at)
    return Decided(open_round)


@pytest.fixture
def opened(decided, cast):
    """Anna and Ulla are asked; the last day is in three weeks."""
    domain.begin_with_the_usual(decided.round)
    return domain.open_to(decided.round, cast["karen"], clock.today() + timedelta(days=21))


def crowd(evaluation, applicants: int, leaders: int, given=None):
    """So many people are asked and answer; everybody is somebody else."""
    for place in range(applicants + leaders):
        person = Person.objects.create_person(f"person{place}@naestved.example", f"Person {place}")
        role = "applicant" if place < applicants else "leader"
        Invitation.objects.create(evaluation=evaluation, person=person, role=role)
        domain.answer(evaluation.round, person, given(place) if given else GOOD)


def closed_results(evaluation):
    clock.set_to(clock.now() + timedelta(days=30))
    return evaluation_results.results(evaluation)


def of_key(results, key):
    return next(row for row in results.questions if row.question.key == key)


# ── opened ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_opens_when_every_case_is_decided_and_every_letter_is_out(walker, cast):
    domain.begin_with_the_usual(walker.round)
    later = clock.today() + timedelta(days=60)
    for act, reason in (
        (lambda: walker(State.SUBMITTED), "alle ansøgninger i runden er afgjort"),
        (lambda: (walker.begin(), walker.recommend(0), walker.approve(), walker.place(), walker.decide(State.REFUSED)),
         "alle breve er sendt"),
    ):  # fmt: skip
        act()
        with pytest.raises(ValidationError, match=reason):
            domain.open_to(walker.round, cast["karen"], later)
    walker.release()
    with pytest.raises(ValidationError, match="efter i dag"):
        domain.open_to(walker.round, cast["karen"], clock.today())
    domain.open_to(walker.round, cast["karen"], later)
    with pytest.raises(ValidationError, match="allerede åbnet"):
        domain.open_to(walker.round, cast["karen"], later)


def test_applicants_and_leaders_of_the_round_are_asked_once_each_and_told(opened, cast):
    asked = Invitation.objects.order_by("person__email").values_list("person__email", "role", "answered")
    assert list(asked) == [("anna@naestved.example", "applicant", False), ("ulla@naestved.example", "leader", False)]
    told = Message.objects.filter(template="evaluation_opened").values_list("person__email", flat=True)
    assert set(told) == {"anna@naestved.example", "ulla@naestved.example"}
    assert Event.objects.get(step="open_evaluation").payload["spurgte"] == 2
    assert opened.version.published_at is not None
    groups = {group.title: [item.url for item in group.items] for group in waiting.waiting_for(cast["anna"])}
    assert groups["Evalueringer, du kan svare på"] == [f"/evaluering/{opened.round_id}/"]


def test_the_questions_are_frozen_when_it_opens_and_a_file_is_never_asked_for(decided, cast, client_of):
    domain.begin_with_the_usual(decided.round)
    of = (domain.subject(decided.round), "Evaluering")
    facts = {"label": "Et billede", "kind": Question.Kind.FILE}
    designing.put(*of, designing.stamp(designing.newest(of[0])), facts)
    assert "Fjern spørgsmålet om en fil" in domain.why_not_opened(decided.round)
    key = designing.questions_of(designing.newest(of[0]))[-1].key
    designing.remove(*of, designing.stamp(designing.newest(of[0])), key)
    domain.open_to(decided.round, cast["karen"], clock.today() + timedelta(days=9))
    address = f"/runder/{decided.round.pk}/evaluering/spoergsmaal/nyt/"
    answer = client_of(cast["karen"]).post(address, {"label": "Mere?", "kind": "text", "then": "save"})
    assert "kan ikke ændres" in answer.content.decode()
    assert designing.newest(of[0]).questions.count() == len(usual.USUAL)


def test_one_reminder_goes_to_those_who_have_not_answered(opened, cast):
    domain.answer(opened.round, cast["anna"], GOOD)
    domain.remind()
    assert not Message.objects.filter(template="evaluation_closes").exists()
    clock.set_to(clock.now() + timedelta(days=18))
    domain.remind()
    domain.remind()
    assert [m.person for m in Message.objects.filter(template="evaluation_closes")] == [cast["ulla"]]


# ── answered ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_is_asked_answers_once_on_the_page(opened, cast, client_of):
    browser, address = client_of(cast["anna"]), f"/evaluering/{opened.round_id}/"
    assert "Vi gemmer, at du har svaret, men ikke hvad du har svaret." in browser.get(address).content.decode()
    wrong = browser.post(address, {"svar_ev_form": "Let", "svar_ev_change": "Behold mig"})
    assert wrong.status_code == 200 and "Behold mig" in wrong.content.decode()
    typed = {f"svar_{key}": "ja" if value is True else value for key, value in GOOD.items()}
    assert browser.post(address, typed).status_code == 302
    assert EvaluationAnswer.objects.get().answers == GOOD
    assert "Du har svaret" in browser.get(address).content.decode()
    assert browser.post(address, typed).status_code == 200
    assert EvaluationAnswer.objects.count() == 1
    assert client_of(cast["olga"]).get(address).status_code == 404


def test_a_second_answer_a_stranger_a_wrong_answer_and_a_late_one_are_refused(opened, cast):
    with pytest.raises(WrongAnswers):
        domain.answer(opened.round, cast["anna"], GOOD | {usual.FORM: "Sådan da"})
    domain.answer(opened.round, cast["anna"], GOOD)
    with pytest.raises(AlreadyHandled):
        domain.answer(opened.round, cast["anna"], GOOD)
    with pytest.raises(NotYours):
        domain.answer(opened.round, cast["olga"], GOOD)
    clock.set_to(clock.now() + timedelta(days=22))
    with pytest.raises(AlreadyHandled):
        domain.answer(opened.round, cast["ulla"], GOOD)
    assert EvaluationAnswer.objects.count() == 1


def dump() -> dict[str, list[tuple]]:
    """Every row of every table, in the order the disk has them."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if not name.startswith("django_")]
        found = {}
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = cursor.fetchall()
    return found


def test_a_dump_of_all_tables_joins_no_answer_to_a_person(opened, cast):
    before = dump()
    domain.answer(opened.round, cast["anna"], GOOD | {usual.CHANGE: "Kun Anna siger dette"})
    after = dump()
    changed = {table for table in after if after[table] != before.get(table)}
    assert changed == {"applications_invitation", "applications_evaluationanswer"}  # no event, no message, no version
    [row] = after["applications_evaluationanswer"]
    names = {str(value) for person in (cast["anna"],) for value in (person.pk, person.email, person.name)}
    shared = {str(opened.pk), "applicant"}  # what every answer of an applicant has
    assert not (names - shared) & {str(value) for value in row}
    assert [field.name for field in EvaluationAnswer._meta.fields] == ["key", "evaluation", "role", "answers"]
    assert [field.name for field in Invitation._meta.fields] == ["id", "evaluation", "person", "role", "answered"]


def in_order_of_the_disk() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT answers FROM applications_evaluationanswer ORDER BY {row_place()}")
        return [str(row[0]) for row in cursor.fetchall()]


def row_place() -> str:
    return "ctid" if connection.vendor == "postgresql" else "rowid"


def stands_last(evaluation, people: int) -> int:
    """How often the newest answer is the last on the disk."""
    count = 0
    for place in range(people):
        person = Person.objects.create_person(f"p{place}@naestved.example", f"P {place}")
        Invitation.objects.create(evaluation=evaluation, person=person, role="applicant")
        domain.answer(evaluation.round, person, GOOD | {usual.CHANGE: f"nr{place}."})
        count += f"nr{place}." in in_order_of_the_disk()[-1]
    return count


def test_the_disk_does_not_tell_who_answered_last(opened, monkeypatch):
    monkeypatch.setattr(domain.ORDER, "shuffle", list.reverse)
    assert stands_last(opened, 6) == 1  # the first alone


def test_twin_without_the_shuffle_the_newest_answer_is_always_last(opened, monkeypatch):
    monkeypatch.setattr(domain.ORDER, "shuffle", lambda rows: None)
    assert stands_last(opened, 6) == 6


def test_every_key_is_new_after_each_answer(opened):
    seen = []
    for place in range(3):
        person = Person.objects.create_person(f"q{place}@naestved.example", f"Q {place}")
        Invitation.objects.create(evaluation=opened, person=person, role="leader")
        domain.answer(opened.round, person, GOOD)
        seen.append(set(EvaluationAnswer.objects.values_list("key", flat=True)))
    assert [len(keys) for keys in seen] == [1, 2, 3] and all(not a & b for a, b in pairwise(seen))


# ── read ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_read_while_it_is_open(opened, cast, client_of):
    crowd(opened, 6, 0)
    found = evaluation_results.results(opened)
    assert (found.asked, found.answered, found.questions) == (8, 6, ())
    page = client_of(cast["karen"]).get(f"/runder/{opened.round_id}/evaluering/").content.decode()
    assert "Svarene vises, når evalueringen er lukket" in page and "Færre felter" not in page
    assert client_of(cast["karen"]).get(f"/runder/{opened.round_id}/evaluering/svar.csv").status_code == 404


def test_counts_median_and_texts_when_it_has_closed(opened, cast, client_of):
    def given(place):
        return GOOD | {usual.HOURS: str(place * 4), usual.FORM: ("Let", "Svært")[place % 2], usual.CHANGE: f"{9 - place}."}

    crowd(opened, 5, 5, given)
    results = closed_results(opened)
    assert (results.asked, results.answered) == (12, 10)
    form = of_key(results, usual.FORM)
    groups = {tally.group: dict(tally.counts) for tally in form.tallies}
    assert [groups[name]["Let"] for name in ("Alle", "Ansøgere", "Ledere")] == [5, 3, 2]
    assert of_key(results, usual.HOURS).middle_said == [("Alle", "18"), ("Ansøgere", "8"), ("Ledere", "28")]
    assert of_key(results, usual.CHANGE).texts == tuple(f"{n}." for n in range(10))
    assert of_key(results, usual.GOOD).is_hidden and of_key(results, usual.PLANNED).is_hidden
    text = client_of(cast["mads"]).get(f"/runder/{opened.round_id}/evaluering/svar.csv").content.decode("utf-8-sig")
    assert "Hvor mange timer brugte I på ansøgningen?;Ledere;Median: 28;5" in text.splitlines()
    assert client_of(cast["anna"]).get(f"/runder/{opened.round_id}/evaluering/").status_code == 403
    page = client_of(cast["karen"]).get(f"/runder/{opened.round_id}/evaluering/").content.decode()
    assert "Median: 18" in page and "<svg" in page


@pytest.mark.parametrize(("applicants", "leaders", "shown"), [(4, 0, 0), (5, 0, 1), (6, 4, 1), (4, 6, 1), (5, 5, 3)])
def test_a_group_under_five_is_hidden_and_so_is_the_group_that_would_show_it(opened, applicants, leaders, shown):
    crowd(opened, applicants, leaders)
    assert len(of_key(closed_results(opened), usual.FORM).tallies) == shown


def test_twin_without_the_rule_of_differences_four_leaders_are_the_rest_of_ten(opened, monkeypatch):
    def given(place):
        return GOOD | {usual.FORM: "Let" if place < 6 else "Meget svært"}

    crowd(opened, 6, 4, given)
    monkeypatch.setattr(evaluation_results, "may_stand_apart", lambda sizes: any(size >= 5 for size in sizes))
    tallies = {row.group: dict(row.counts) for row in of_key(closed_results(opened), usual.FORM).tallies}
    assert tallies["Alle"]["Meget svært"] - tallies["Ansøgere"]["Meget svært"] == 4  # every leader, told apart


def test_a_question_that_few_answered_hides_alone(opened):
    def given(place):
        return GOOD if place < 4 else {key: value for key, value in GOOD.items() if key != usual.CHANGE}

    crowd(opened, 7, 0, given)
    results = closed_results(opened)
    assert of_key(results, usual.CHANGE).is_hidden and not of_key(results, usual.FORM).is_hidden


def test_the_consultant_begins_with_the_usual_and_opens_on_pages(decided, cast, client_of):
    browser, address = client_of(cast["karen"]), f"/runder/{decided.round.pk}/evaluering/"
    assert "Begynd med de færdige spørgsmål" in browser.get(address).content.decode()
    assert browser.post(address).status_code == 302
    assert "Hvad skal vi lave om til næste gang?" in browser.get(address).content.decode()
    assert browser.get(f"{address}spoergsmaal/").status_code == 200
    assert browser.get(f"{address}spoergsmaal/{usual.HOURS}/").status_code == 200
    assert browser.get(f"{address}aabn/").context["leaders"] == 1
    last = clock.today() + timedelta(days=14)
    typed = {"closes_day": last.day, "closes_month": last.month, "closes_year": last.year}
    assert browser.post(f"{address}aabn/", typed).status_code == 302
    assert Evaluation.objects.get().closes == last > date(2026, 1, 1)
    assert client_of(cast["mads"]).post(address).status_code == 302
    assert client_of(cast["mads"]).get(f"{address}aabn/").status_code == 403
    assert "Svar på evalueringen" in client_of(cast["ulla"]).get("/ansoegninger/").content.decode()


def test_a_copied_round_asks_the_same_so_that_the_two_can_be_compared(opened, cast, year):
    dates = [clock.now() + timedelta(days=days) for days in (30, 60)]
    copy = rounds.clone(opened.round, year, "Runde 3, 2026", *dates, (dates[1] + timedelta(days=30)).date(), cast["karen"])
    keys = [question.key for question in designing.questions_of(designing.newest(domain.subject(copy)))]
    assert keys == [question["key"] for question in usual.USUAL]


def test_an_answer_that_was_slipped_in_or_taken_away_is_found(opened, cast):
    domain.answer(opened.round, cast["anna"], GOOD)
    assert domain.faults() == []
    EvaluationAnswer.objects.create(evaluation=opened, role="leader", answers=GOOD)
    assert domain.faults() == [f"evaluation of round {opened.round_id}: 1 have answered, 2 answers"]


def test_twin_without_the_mark_one_person_answers_twice_and_verify_sees_it(opened, cast):
    domain.answer(opened.round, cast["anna"], GOOD)
    Invitation.objects.update(answered=False)
    domain.answer(opened.round, cast["anna"], GOOD)
    assert domain.faults() == [f"evaluation of round {opened.round_id}: 1 have answered, 2 answers"]
