"""Writing in a draft by several people: every word typed is stored or handed back."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from applications import content, drafts
from applications.door import AlreadyHandled, NotYours, create, take
from applications.models import Application, Author
from applications.roles import may
from applications.states import State
from journal import clock
from journal.models import Event
from people.models import Unit
from tests.cast import CONTENT

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def save(case, who, seen=None, **values):
    return drafts.save(case.pk, who, values, drafts.seen(case, values) if seen is None else seen)


def fresh(case):
    return Application.objects.get(pk=case.pk)


# ── one person ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_saved_is_what_was_typed_field_by_field(case, cast):
    draft = case(State.DRAFT)
    frozen = content.freeze(fresh(draft))
    for name, value in CONTENT.items():
        assert frozen[name] == value, name
    assert frozen["partners"] == [] and frozen["attachments"] == []


def test_a_save_raises_the_revision_names_the_writer_and_is_no_event(case, cast):
    draft = case(State.DRAFT)
    before, events = fresh(draft).revision, Event.objects.count()
    clock.set_to(clock.now() + timedelta(minutes=5))
    saved = save(draft, cast["bo"], title="Ny titel")
    assert (saved.revision, saved.title, saved.changed_by, saved.changed_at) == (
        before + 1,
        "Ny titel",
        cast["bo"],
        clock.now(),
    )
    assert Event.objects.count() == events
    assert set(Author.objects.filter(application=draft).values_list("person__name", flat=True)) == {
        "Anna Ansøger",
        "Bo Medskriver",
    }


def test_saving_what_nobody_changed_writes_nothing_and_makes_nobody_an_author(case, cast):
    draft = case(State.DRAFT)
    before = fresh(draft)
    save(before, cast["bo"], **{name: content.plain(before, name) for name in CONTENT})
    assert (fresh(draft).revision, fresh(draft).changed_by) == (before.revision, cast["anna"])
    assert not Author.objects.filter(person=cast["bo"]).exists()


def test_lists_are_replaced_in_the_order_typed_and_partners_by_name(case, cast):
    draft = case(State.DRAFT)
    lines = [
        {"kind": "materials", "text": "B", "amount": 50},
        {"kind": "training", "text": "", "amount": 1_000_00},
    ]
    saved = save(draft, cast["anna"], budget_lines=lines, partners=["Åmosens Skole"], effects=[])
    frozen = content.freeze(saved)
    assert (frozen["budget_lines"], frozen["partners"], frozen["effects"]) == (lines, ["Åmosens Skole"], [])


def test_dates_can_be_taken_away_again(case, cast):
    saved = save(case(State.DRAFT), cast["anna"], starts=None, ends="2027-01-31")
    assert (saved.starts, content.plain(fresh(saved), "ends")) == (None, "2027-01-31")


# ── two people ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_people_in_different_fields_both_get_their_words(case, cast):
    draft = case(State.DRAFT)
    page = drafts.seen(draft, ["title", "purpose"])
    now = {"title": draft.title, "purpose": draft.purpose}
    save(draft, cast["anna"], page, **now | {"title": "Annas titel"})
    save(draft, cast["bo"], page, **now | {"purpose": "Bos formål"})
    assert (fresh(draft).title, fresh(draft).purpose) == ("Annas titel", "Bos formål")


def test_a_stale_page_overwrites_nothing_and_hands_both_texts_back_but_keeps_the_rest(case, cast):
    draft = case(State.DRAFT)
    page = drafts.seen(draft, ["title", "risks"])
    save(draft, cast["anna"], page, title="Annas titel")
    with pytest.raises(drafts.Conflict) as caught:
        save(draft, cast["bo"], page, title="Bos titel", risks="Bos risici")
    (clash,) = caught.value.clashes
    assert (clash.field.name, clash.theirs, clash.mine) == ("title", "Annas titel", "Bos titel")
    assert (fresh(draft).title, fresh(draft).risks) == ("Annas titel", "Bos risici")


def test_without_the_digest_the_stale_page_would_have_overwritten(case, cast):
    """The twin: a page that has seen the newest text does overwrite it, so it is the digest that protects."""
    draft = case(State.DRAFT)
    save(draft, cast["anna"], title="Annas titel")
    save(draft, cast["bo"], drafts.seen(fresh(draft), ["title"]), title="Bos titel")
    assert fresh(draft).title == "Bos titel"


def test_the_same_words_typed_twice_are_no_conflict(case, cast):
    draft = case(State.DRAFT)
    page = drafts.seen(draft, ["title"])
    save(draft, cast["anna"], page, title="Samme titel")
    assert save(draft, cast["bo"], page, title="Samme titel").title == "Samme titel"


def test_a_page_without_digest_is_stale(case, cast):
    draft = case(State.DRAFT)
    with pytest.raises(drafts.Conflict):
        save(draft, cast["anna"], {}, title="Uden at have set noget")
    assert fresh(draft).title == CONTENT["title"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a\r\nb", "a\nb", True),
        (" a ", "a", True),
        ("a", "A", False),
        ([12, 7], [7, 12], True),
        (["waste", "food"], ["food", "waste"], True),
        ([7], [7, 12], False),
        ([{"text": "a"}, {"text": "b"}], [{"text": "b"}, {"text": "a"}], False),
        (None, "", False),
        (0, None, False),
    ],
)
def test_what_reads_the_same_has_the_same_fingerprint(one, other, same):
    assert (drafts.fingerprint(one) == drafts.fingerprint(other)) is same


FIELDS = ["title", "purpose", "themes", "amount_sought", "starts", "budget_lines"]
VALUES = {
    "title": st.sampled_from(["", "A", "B", "Æble"]),
    "purpose": st.text(alphabet="ab\n ", max_size=4).map(str.strip),
    "themes": st.lists(st.sampled_from(["waste", "food"]), unique=True),
    "amount_sought": st.sampled_from([None, 100, 200_00]),
    "starts": st.sampled_from([None, "2026-04-15", "2026-05-01"]),
    "budget_lines": st.lists(
        st.fixed_dictionaries({"kind": st.just("materials"), "text": st.sampled_from("xy"), "amount": st.integers(1, 3)}),
        max_size=2,
    ),
}
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["anna", "bo"]),
        st.booleans(),
        st.fixed_dictionaries({}, optional=VALUES),
    ),
    max_size=8,
)


class TestTwoWriters(TestCase):
    """Two people open, type and save in any order: what each typed is stored, or both texts come back."""

    @pytest.fixture(autouse=True)
    def world(self, cast, open_round):
        self.cast, self.round = cast, open_round

    @settings(max_examples=60, deadline=None)
    @given(acts=ACTS)
    def test_no_word_is_lost(self, acts):
        case = create(self.cast["anna"], Unit.objects.get(name="Børnehuset Solstrålen"), self.round)
        shown = {who: self.page(case) for who in ("anna", "bo")}
        for who, reloads, typed in acts:
            if reloads:
                shown[who] = self.page(case)
            seen, on_page = shown[who]
            values = on_page | typed
            before = {name: content.plain(fresh(case), name) for name in FIELDS}
            handed_back = {}
            try:
                drafts.save(case.pk, self.cast[who], values, seen)
            except drafts.Conflict as conflict:
                handed_back = {clash.field.name: (clash.theirs, clash.mine) for clash in conflict.clashes}
            for name in FIELDS:
                now = content.plain(fresh(case), name)
                same = drafts.fingerprint(now) == drafts.fingerprint(values[name])
                untouched = drafts.fingerprint(values[name]) == seen[name]
                if name in handed_back:
                    assert handed_back[name] == (before[name], values[name]) and now == before[name]
                elif untouched:
                    assert now == before[name]  # nobody's words are undone by a page that did not touch them
                else:
                    assert same
            shown[who] = self.page(case)

    def page(self, case):
        now = fresh(case)
        return drafts.seen(now, FIELDS), {name: content.plain(now, name) for name in FIELDS}


# ── who, and when ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["olga", "otto", "karen", "mads", "rasmus", "asger"])
def test_nobody_outside_the_unit_writes(case, cast, who):
    draft = case(State.DRAFT)
    drafts.ask_for_help(draft.pk, cast["anna"], True)
    with pytest.raises(NotYours):
        save(draft, cast[who], title="Fremmed")
    assert fresh(draft).title == CONTENT["title"]


@pytest.mark.parametrize("state", [s for s in State if s not in (State.DRAFT, State.AWAITING_INFORMATION)])
def test_only_a_draft_and_what_was_asked_about_can_be_written_in(case, cast, state):
    sent = case(state)
    with pytest.raises(NotYours):
        save(sent, cast["anna"], title="For sent")
    assert fresh(sent).title == CONTENT["title"]


def test_only_the_fields_asked_about_are_open_and_the_answer_itself(case, cast, walker):
    asked = case(State.AWAITING_INFORMATION)
    question = asked.questions.get()
    assert drafts.open_fields(asked, cast["anna"]) == {"purpose", f"answer_{question.pk}"}
    with pytest.raises(NotYours):
        save(asked, cast["anna"], title="Ikke spurgt", purpose="Spurgt")
    assert fresh(asked).purpose == CONTENT["purpose"]
    save(asked, cast["anna"], **{"purpose": "Tre stuer.", f"answer_{question.pk}": "Der er tre stuer."})
    question.refresh_from_db()
    assert (fresh(asked).purpose, question.answer, question.status) == ("Tre stuer.", "Der er tre stuer.", "open")
    take("provide_information", asked.pk, cast["ulla"])
    question.refresh_from_db()
    assert (question.status, question.answered_by) == ("answered", cast["ulla"])
    assert [d.field.name for d in content.differences(*(v.content for v in asked.versions.all()))] == ["purpose"]


def test_a_question_to_the_whole_opens_everything(case, cast, walker):
    asked = case(State.AWAITING_INFORMATION)
    due = clock.today() + timedelta(days=3)
    walker.take("ask_more", "karen", field="", question="Se det hele igennem.", due=due)
    assert drafts.open_fields(fresh(asked), cast["anna"]) > set(content.FIELDS)


def test_two_answers_to_one_question_come_back_side_by_side(case, cast):
    asked = case(State.AWAITING_INFORMATION)
    name = f"answer_{asked.questions.get().pk}"
    page = drafts.seen(asked, [name])
    save(asked, cast["anna"], page, **{name: "Tre"})
    with pytest.raises(drafts.Conflict) as caught:
        save(asked, cast["bo"], page, **{name: "Fire"})
    (clash,) = caught.value.clashes
    assert (clash.field.label, clash.theirs, clash.mine) == ("Hvor mange stuer er der?", "Tre", "Fire")


def test_after_the_deadline_a_draft_can_still_be_saved(case, cast, open_round):
    draft = case(State.DRAFT)
    clock.set_to(open_round.deadline + timedelta(seconds=1))
    assert save(draft, cast["anna"], title="Efter fristen").title == "Efter fristen"


# ── help ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_consultant_reads_a_draft_only_while_help_is_asked(case, cast):
    draft = case(State.DRAFT)
    assert not may(cast["karen"], fresh(draft), "see")
    drafts.ask_for_help(draft.pk, cast["anna"], True)
    assert may(cast["karen"], fresh(draft), "see") and not may(cast["karen"], fresh(draft), "edit")
    drafts.ask_for_help(draft.pk, cast["bo"], False)
    assert not may(cast["karen"], fresh(draft), "see")


def test_help_is_asked_by_the_unit_and_for_a_draft(case, cast):
    draft = case(State.SUBMITTED)
    with pytest.raises(NotYours):
        drafts.ask_for_help(draft.pk, cast["karen"], True)
    with pytest.raises(AlreadyHandled):
        drafts.ask_for_help(draft.pk, cast["anna"], True)
    assert fresh(draft).help_requested is False


# ── what is missing, what looks odd ─────────────────────────────────────────────────────────────────────────────────


def test_an_empty_draft_lacks_every_required_field_but_the_contact(cast, open_round):
    draft = create(cast["anna"], Unit.objects.get(name="Børnehuset Solstrålen"), open_round)
    required = [f.name for f in content.FIELDS.values() if f.required and not f.name.startswith("contact")]
    assert [lack.field for lack in content.missing(draft)] == required


@pytest.mark.parametrize(
    ("values", "lack"),
    [
        ({"ends": "2026-04-01"}, ("ends", "Slutdatoen ligger før startdatoen. Ret en af dem.")),
        ({"minimum_amount": 40_000_01}, ("minimum_amount", "Det mindste beløb kan ikke være større end det, I søger.")),
        (
            {"amount_sought": 9_999_00, "minimum_amount": 0},
            ("amount_sought", "I denne runde kan I mindst søge 10.000\N{NO-BREAK SPACE}kr."),
        ),
        (
            {"budget_lines": [{"kind": "materials", "text": "", "amount": 40_000_00}]},
            ("budget_lines", "Skriv, hvad budgetlinje 1 går til."),
        ),
    ],
)
def test_what_contradicts_itself_is_not_sent(case, values, lack):
    assert [(found.field, found.text) for found in content.missing(case(State.DRAFT, **values))] == [lack]


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"starts": "2026-05-01"}, []),
        ({}, ["starts"]),
        ({"starts": "2026-05-01", "resulting_operating_cost": 100}, ["operating_cost_payer"]),
        ({"starts": "2026-05-01", "amount_sought": 40_000_01}, ["amount_sought"]),
        ({"starts": "2026-05-01", "effects": [CONTENT["effects"][0] | {"method": ""}]}, ["effects"]),
    ],
)
def test_doubts_are_asked_about_and_stop_nothing(case, values, fields):
    draft = case(State.DRAFT, **values)
    assert [doubt.field for doubt in content.doubts(draft)] == fields
    assert content.missing(draft) == []
