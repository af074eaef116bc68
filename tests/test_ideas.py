"""A refused or withdrawn case kept as an idea, begun again in the next round, and let go."""

from datetime import timedelta

import pytest

from applications import ideas, refusal
from applications.door import AlreadyHandled, NotYet, NotYours
from applications.models import Application, Idea
from applications.states import State
from journal import clock
from journal.models import Event
from tests.cast import make_round


@pytest.fixture
def refused(walker):
    walker(State.REFUSED)
    return walker


def test_a_refusal_is_kept_when_its_letter_is_out(refused, cast):
    with pytest.raises(NotYet):
        ideas.keep(refused.case.pk, cast["anna"])
    refused.release()
    ideas.keep(refused.case.pk, cast["anna"], "Færre spande")
    ideas.keep(refused.case.pk, cast["ulla"], "Kun to spande")
    idea = Idea.objects.get()
    assert (idea.note, idea.saved_by) == ("Kun to spande", cast["anna"])
    assert Event.objects.filter(step="keep_idea").count() == 1
    with pytest.raises(NotYours):
        ideas.keep(refused.case.pk, cast["karen"])


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.GRANTED])
def test_what_is_alive_is_no_idea(walker, cast, state):
    with pytest.raises(NotYet):
        ideas.keep(walker(state).pk, cast["anna"])


def test_a_discarded_draft_is_no_idea_and_a_withdrawn_application_is(walker, cast):
    walker(State.WITHDRAWN)
    assert ideas.keep(walker.case.pk, cast["anna"]).application == walker.case
    walker(State.DRAFT)
    walker.take("discard", "anna")
    with pytest.raises(NotYet):
        ideas.keep(walker.case.pk, cast["anna"])


def test_one_press_begins_a_new_draft_with_the_advice_beside(refused, cast, year, committee, client_of):
    refusal.advise(refused.case.pk, cast["karen"], "Vej affaldet først.")
    refused.release()
    browser = client_of(cast["anna"])
    assert browser.post(f"{refused.case.get_absolute_url()}ide/", {"note": "Igen"}).status_code == 302
    assert "Gemt som idé." in browser.get(refused.case.get_absolute_url()).content.decode()
    assert "når en runde er åben" in browser.get("/ansoegninger/").content.decode()
    now = clock.now()
    times = {"opens": now, "deadline": now + timedelta(days=30), "answer_by": (now + timedelta(days=60)).date()}
    round_ = make_round(cast, year, committee, name="Runde 2, 2026", **times)
    listed = browser.get("/ansoegninger/").content.decode()
    assert "Begynd en ny kladde fra ideen" in listed and "Vej affaldet først." in listed
    response = browser.post(f"{refused.case.get_absolute_url()}kopi/")
    draft = Application.objects.latest("pk")
    assert (draft.round, draft.copied_from, draft.title) == (round_, refused.case, refused.case.title)
    assert "Vej affaldet først." in browser.get(response.url).content.decode()
    assert draft.number in browser.get("/ansoegninger/").content.decode()


def test_the_consultant_counts_ideas_by_theme_and_the_unit_lets_go(refused, cast, client_of):
    refused.release()
    ideas.keep(refused.case.pk, cast["anna"], "Igen")
    page = client_of(cast["karen"]).get("/ideer/")
    assert page.context["themes"] == [("Affald og genanvendelse", 1)] and refused.case.title in page.content.decode()
    assert client_of(cast["anna"]).get("/ideer/").status_code == 403
    ideas.let_go(refused.case.pk, cast["anna"])
    assert not Idea.objects.exists()
    with pytest.raises(AlreadyHandled):
        ideas.let_go(refused.case.pk, cast["anna"])
    assert list(Event.objects.filter(step="drop_idea").values_list("actor", flat=True)) == [cast["anna"].pk]


def test_another_unit_neither_sees_nor_keeps_it(refused, cast, client_of):
    refused.release()
    ideas.keep(refused.case.pk, cast["anna"], "Igen")
    browser = client_of(cast["olga"])
    assert browser.get(f"{refused.case.get_absolute_url()}ide/").status_code == 404
    assert refused.case.title not in browser.get("/ansoegninger/").content.decode()
