"""A refusal says what would have got the project its support: in the letter, on the case, and never in numbers."""

import io

import pytest
from pypdf import PdfReader

from applications import agenda, assessing, refusal, waiting
from applications.door import AlreadyHandled, NotYours, WrongAnswers
from applications.models import RefusalAdvice
from applications.rehearsal import as_recommended
from applications.states import State
from documents import store
from documents.models import Document
from journal.models import Event, Message
from tests.cast import Walker

ADVICE = "Søg om færre spande, og vej affaldet først."


def pdf_text(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def letter():
    return Document.objects.get(kind="letter", superseded=False)


@pytest.fixture
def refused_beside_a_grant(cast, open_round):
    """Two cases on one item: one gets all its money, the other scored low on CO2 and missed a requirement."""
    good, poor = Walker(cast, open_round), Walker(cast, open_round)
    good(State.SUBMITTED)
    poor(State.SUBMITTED, title="Et dyrt projekt")
    for walk in (good.begin, good.recommend, good.approve, poor.begin):
        walk()
    for who in ("karen", "rune"):
        poor.score(who, co2=1)
    gate = open_round.gates.get()
    assessing.answer_gates(poor.case.pk, cast["karen"], {gate.pk: (False, "Arbejdet begyndte i maj.")})
    poor.take("recommend", "karen", amount=0, reason="Dyrt pr. ton.", advice=ADVICE)
    poor.approve()
    good.place()
    for walker in (good, poor):
        walker.case.refresh_from_db()
    poor.take("place_on_agenda", "karen", meeting=good.meeting)
    good.to_meeting()
    agenda.decide(good.item.pk, cast["signe"], [as_recommended(good.case.pk), as_recommended(poor.case.pk)], text="Ja.")
    poor.item = good.item
    poor.case.refresh_from_db()
    return poor


def test_the_reasons_are_fixed_with_the_letter_and_are_words(refused_beside_a_grant):
    facts = letter_of(refused_beside_a_grant).facts["refusal"]
    assert facts == {
        "gates": [{"name": "Projektet er ikke begyndt", "note": "Arbejdet begyndte i maj."}],
        "criteria": ["CO2-reduktion"],
        "advice": ADVICE,
    }
    text = pdf_text(store.content_of(store.issue(letter_of(refused_beside_a_grant))))
    assert "Sådan kunne projektet få støtte" in text
    for words in ("Arbejdet begyndte i maj.", "CO2-reduktion", ADVICE):
        assert words in text
    assert "Spredning" not in text


def letter_of(walker):
    return Document.objects.get(kind="letter", superseded=False, subject=walker.case.subject)


def test_the_unit_reads_them_when_the_letter_is_out_and_a_heard_stranger_never(refused_beside_a_grant, client_of, cast):
    walker = refused_beside_a_grant
    address = walker.case.get_absolute_url()
    assert ADVICE not in client_of(cast["anna"]).get(address).content.decode()
    walker.release()
    page = client_of(cast["anna"]).get(address).content.decode()
    section = page[page.index('id="stoette"') :].partition("</section>")[0]
    assert "CO2-reduktion" in section and "Arbejdet begyndte i maj." in section and ADVICE in section
    assert "Spredning" not in section and "God idé, lidt dyr." not in page
    assert client_of(cast["olga"]).get(address).status_code == 404


def test_a_criterion_weighs_down_from_half_a_point_below_the_supported(walker, cast, open_round):
    others = [Walker(cast, open_round) for _each in range(2)]
    for each in (walker, *others):
        each(State.SUBMITTED)
    walker.begin()
    walker.recommend()
    for other, own, expected in zip(others, (4, 3), ([], ["CO2-reduktion"]), strict=True):
        other.begin()
        other.score("karen", co2=own)
        assert refusal.weighed_down(other.case) == expected


def test_without_any_grant_a_case_is_held_to_the_middle(walker):
    walker(State.UNDER_ASSESSMENT)
    walker.score("karen", co2=2, spread=3)
    assert refusal.weighed_down(walker.case) == ["CO2-reduktion"]


def test_optional_requirements_count_only_when_too_few_are_met(walker, open_round):
    walker(State.UNDER_ASSESSMENT)
    first, second = (open_round.gates.create(key=key, name=key, required=False) for key in ("a", "b"))
    walker.score("karen")
    walker.gates()
    assessing.answer_gates(walker.case.pk, walker.cast["karen"], {first.pk: (True, ""), second.pk: (False, "Nej.")})
    walker.case.round.optional_gates_needed = 1
    assert refusal.unmet(walker.case) == []
    walker.case.round.optional_gates_needed = 2
    assert refusal.unmet(walker.case) == [{"name": "b", "note": "Nej."}]


def test_advice_before_the_letter_gives_a_new_letter_and_after_it_a_supplement(walker, cast):
    case = walker(State.REFUSED)
    assert [group.title for group in waiting.waiting_for(cast["karen"])] == ["Afslag uden råd til enheden"]
    refusal.advise(case.pk, cast["karen"], ADVICE)
    assert waiting.waiting_for(cast["karen"]) == []
    assert Document.objects.filter(kind="letter", superseded=True).count() == 1
    facts = letter().facts
    assert (facts["refusal"]["advice"], facts["corrects"], facts["reason"]) == (ADVICE, False, "Der er ikke penge nok.")
    refusal.advise(case.pk, cast["karen"], "Søg om halvdelen.")
    assert letter().facts["refusal"]["advice"] == "Søg om halvdelen."
    walker.release()
    refusal.advise(case.pk, cast["karen"], "Se også naboens projekt.")
    refusal.advise(case.pk, cast["karen"], "Se også naboens projekt.")
    rows = RefusalAdvice.objects.values_list("text", "is_supplement")
    assert list(rows) == [("Søg om halvdelen.", False), ("Se også naboens projekt.", True)]
    assert letter().facts["refusal"]["advice"] == "Søg om halvdelen."
    told = Message.objects.filter(template="advice_added").values_list("person__email", flat=True)
    assert set(told) == {"anna@naestved.example", "ulla@naestved.example"}
    steps = Event.objects.filter(step__in=["write_advice", "add_advice"]).values_list("step", flat=True)
    assert list(steps) == ["write_advice", "write_advice", "add_advice"]


def test_who_may_advise_and_when(walker, cast):
    case = walker(State.REFUSED)
    with pytest.raises(NotYours):
        refusal.advise(case.pk, cast["mads"], ADVICE)
    walker.release()
    with pytest.raises(WrongAnswers):
        refusal.advise(case.pk, cast["karen"], "  ")
    assert not RefusalAdvice.objects.exists()


def test_a_granted_case_takes_no_advice(walker, cast):
    case = walker(State.GRANTED)
    with pytest.raises(AlreadyHandled):
        refusal.advise(case.pk, cast["karen"], ADVICE)


def test_the_consultant_writes_it_on_a_page(walker, cast, client_of):
    case = walker(State.REFUSED)
    address = f"{case.get_absolute_url()}raad/"
    assert client_of(cast["karen"]).get(address).status_code == 200
    assert client_of(cast["karen"]).post(address, {"text": ADVICE}).status_code == 302
    assert RefusalAdvice.objects.get().text == ADVICE
    assert client_of(cast["anna"]).get(address).status_code == 403
    assert client_of(cast["olga"]).get(address).status_code == 404


def test_twin_without_the_half_point_every_refusal_would_name_every_criterion(walker, monkeypatch):
    walker(State.UNDER_ASSESSMENT)
    walker.score("karen", co2=5, spread=2)
    assert refusal.weighed_down(walker.case) == ["Spredning"]
    monkeypatch.setattr(refusal, "CLEARLY", -9)
    assert refusal.weighed_down(walker.case) == ["Spredning", "CO2-reduktion"]
