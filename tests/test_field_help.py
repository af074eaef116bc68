"""Help where the question is: an example at every field, what the round does not pay at the money, words explained once."""

import re
from html import unescape

import pytest

from applications import content, field_help, glossary
from applications.field_help import HELP
from applications.states import State


@pytest.fixture
def draft(case):
    return case(State.DRAFT)


def step(client, case, slug) -> str:
    return unescape(client.get(f"/ansoegninger/{case.number}/rediger/{slug}/").content.decode())


def test_every_question_of_the_form_has_an_example():
    assert HELP.keys() == content.FIELDS.keys()
    assert [name for name, help in HELP.items() if not help.example] == []


def test_every_word_at_a_field_is_one_of_the_glossary():
    named = {slug for help in HELP.values() for slug in help.words}
    assert named - glossary.WORDS.keys() == set()


def test_every_question_shows_its_help_folded_under_its_own_name(cast, draft, client_of):
    browser = client_of(cast["anna"])
    for form_step in content.FORM_STEPS:
        page = step(browser, draft, form_step.slug)
        shown = re.findall(r"<summary>Eksempel og hjælp<span class=\"sr-only\">: (.+?)</span></summary>", page)
        assert shown == [str(field.label) for field in form_step.fields]


def test_the_budget_says_what_the_round_does_not_pay(cast, draft, client_of):
    draft.round.exclusions = "Forplejning\nProjekter, der er begyndt <script>"
    draft.round.save()
    page = client_of(cast["anna"]).get(f"/ansoegninger/{draft.number}/rediger/budget/").content.decode()
    said = "<p><strong>Det giver runden ikke penge til:</strong></p><ul><li>Forplejning</li><li>Projekter, der er begyndt &lt;script&gt;</li></ul>"  # noqa: E501
    assert page.count(said) == 2
    assert "Det giver runden ikke penge til" not in step(client_of(cast["anna"]), draft, "projektet")
    draft.round.exclusions = ""
    assert field_help.not_paid(draft, "budget_lines") == []


def test_buildings_say_what_must_be_heard(cast, draft, client_of):
    assert "Ejendomme & Indkøb skal høre, hvad der skal sættes fast" in step(client_of(cast["anna"]), draft, "indhold")


def test_the_page_of_words_is_open_and_in_danish_order(client, db):
    page = unescape(client.get("/ordliste/").content.decode())
    terms = re.findall(r'<dt id="[a-z0-9-]+">(.+?)</dt>', page)
    assert terms[0] == "Afledt drift"
    assert len(terms) == len(glossary.WORDS)
    assert terms.index("Aktindsigt") < terms.index("Anlæg og drift") < terms.index("Bevilling")
    assert 'href="/ordliste/"' in page
