"""«Spørg konsulenten»: typed words are saved first, the answer is help on the log, and only two sides read it."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from applications import assessing, consultant_help, drafts, retention, verifying
from applications.door import AlreadyHandled, NotYet, NotYours, WrongAnswers, take
from applications.models import Application, HelpQuestion
from applications.states import State
from applications.waiting import waiting_for
from journal import chain, clock
from journal.models import Event, Message
from people import appointments

ASKED = "Tæller vikartimer med som løn? Kanarie-spørgsmål"
ANSWERED = "Nej, timer er ikke udgifter. Kanarie-svar"


@pytest.fixture
def draft(case):
    return case(State.DRAFT)


@pytest.fixture
def asked(draft, cast):
    return consultant_help.ask(draft.pk, cast["anna"], "budget_lines", ASKED)


def page(client, address) -> str:
    return unescape(client.get(address).content.decode())


def of(case, rest="") -> str:
    return f"/ansoegninger/{case.number}/{rest}"


def told(case, template) -> list[str]:
    rows = Message.objects.filter(event__subject=case.subject, template=template)
    return sorted(rows.values_list("person__name", flat=True))


# ── the unit asks ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_button_at_a_field_saves_what_was_typed_and_asks_about_that_field(cast, draft, client_of):
    browser = client_of(cast["anna"])
    address = of(draft, "rediger/forankring/")
    words = page(browser, address)
    assert 'name="then" value="ask:risks"' in words
    seen = drafts.seen(draft, ["risks"])["risks"]
    answer = browser.post(address, {"risks": "Ny tekst", "seen-risks": seen, "then": "ask:risks"})
    assert answer.url == of(draft, "spoerg-konsulenten/?felt=risks")
    draft.refresh_from_db()
    assert draft.risks == "Ny tekst"
    form = page(browser, answer.url)
    assert '<option value="risks" selected>Risici og forudsætninger</option>' in form
    assert "kan konsulenten læse jeres kladde" in form
    answer = browser.post(answer.url, {"field": "risks", "text": ASKED})
    assert answer.url == of(draft, "rediger/forankring/#id_risks")
    assert "Kanarie-spørgsmål" in page(browser, address)
    draft.refresh_from_db()
    assert draft.help_requested
    assert told(draft, "help_asked") == ["Karen Konsulent", "Kurt Konsulent"]


def test_a_forged_field_asks_about_the_whole(cast, draft, client_of):
    seen = drafts.seen(draft, ["risks"])["risks"]
    typed = {"risks": "Ny tekst", "seen-risks": seen, "then": "ask:http://evil.example\0"}
    answer = client_of(cast["anna"]).post(of(draft, "rediger/forankring/"), typed)
    assert answer.url == of(draft, "spoerg-konsulenten/?felt=")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"field": "hele"}, "Udfyld feltet «Dit spørgsmål»."),
        ({"text": " \u200b ", "field": "hele"}, "Udfyld feltet «Dit spørgsmål»."),
        ({"text": "x" * 2001, "field": "hele"}, "Teksten er for lang"),
        ({}, "Vælg et svar: «Hvad vil du spørge om?»."),
        ({"text": "Hvad?", "field": "state"}, "Vælg, hvad du vil spørge om."),
        ({"text": "Hvad?", "field": ["risks", "\0"]}, "Vælg, hvad du vil spørge om."),
    ],
)
def test_a_question_that_cannot_be_read_is_answered_on_the_page(cast, draft, client_of, typed, said):
    answer = client_of(cast["anna"]).post(of(draft, "spoerg-konsulenten/"), typed)
    assert (answer.status_code, said in unescape(answer.content.decode())) == (200, True)
    assert not HelpQuestion.objects.exists()


def test_the_same_question_pressed_twice_is_one(cast, draft):
    for _time in range(2):
        consultant_help.ask(draft.pk, cast["anna"], "risks", ASKED)
    assert HelpQuestion.objects.count() == 1
    clock.set_to(clock.now() + timedelta(minutes=5))
    consultant_help.ask(draft.pk, cast["anna"], "risks", ASKED)
    assert HelpQuestion.objects.count() == 2


def test_what_the_domain_refuses(cast, draft):
    with pytest.raises(WrongAnswers, match=r"Skriv dit spørgsmål\."):
        consultant_help.ask(draft.pk, cast["anna"], "risks", "  ")
    with pytest.raises(WrongAnswers, match="Vælg, hvad du vil spørge om"):
        consultant_help.ask(draft.pk, cast["anna"], "state", "Hvad?")
    with pytest.raises(NotYours):
        consultant_help.ask(draft.pk, cast["olga"], "risks", "Hvad?")
    for number in range(consultant_help.MOST_OPEN):
        consultant_help.ask(draft.pk, cast["anna"], "risks", f"Spørgsmål {number}")
    with pytest.raises(NotYet, match="Der venter allerede ti spørgsmål"):
        consultant_help.ask(draft.pk, cast["anna"], "risks", "Et for meget")


def test_what_is_refused_late_stands_on_the_page(cast, draft, client_of):
    for number in range(consultant_help.MOST_OPEN):
        consultant_help.ask(draft.pk, cast["anna"], "", f"Spørgsmål {number}")
    answer = client_of(cast["anna"]).post(of(draft, "spoerg-konsulenten/"), {"field": "hele", "text": "Det ellevte"})
    assert "Der venter allerede ti spørgsmål" in answer.content.decode()
    assert "Det ellevte" in answer.content.decode()


# ── the consultant answers ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_question_waits_for_the_consultant_and_the_answer_is_help_on_the_log(cast, draft, asked, client_of):
    [group] = [group for group in waiting_for(cast["karen"]) if group.title == "Spørgsmål fra enheder"]
    assert [item.url for item in group.items] == [of(draft, "svar-enheden/")]
    browser = client_of(cast["karen"])
    words = page(browser, of(draft, "svar-enheden/"))
    assert "Kanarie-spørgsmål" in words
    assert "Udstyr: Sorteringsstationer, 33.600\xa0kr." in words  # what the unit has written there
    typed = {"question": asked.pk, "text": ANSWERED, "substantial": "on"}
    assert browser.post(of(draft, "svar-enheden/"), typed).url == of(draft)
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by, asked.given.substantial) == (ANSWERED, cast["karen"], True)
    assert asked.given.text == "Svarede på spørgsmål 1 fra enheden, om «Budgetlinjer»."
    assert [event.step for event in chain.story(draft.subject)][-3:] == ["ask_consultant", "log_help", "answer_help"]
    assert not [group for group in waiting_for(cast["karen"]) if group.title == "Spørgsmål fra enheder"]
    assert told(draft, "help_answered") == ["Anna Ansøger"]
    assert ANSWERED in Message.objects.get(template="help_answered").body
    assert "Kanarie-svar" in page(client_of(cast["anna"]), of(draft, "rediger/budget/"))
    assert "Kanarie-svar" in page(client_of(cast["bo"]), of(draft))


def test_who_helped_substantially_needs_a_second_assessor(cast, draft, asked, case):
    """The twin: the same help that was not substantial asks for nobody else."""
    consultant_help.answer(asked.pk, cast["karen"], ANSWERED, substantial=True)
    assert draft.help_given.get().substantial
    second = consultant_help.ask(draft.pk, cast["anna"], "risks", "Og hvad med risici?")
    consultant_help.answer(second.pk, cast["karen"], "Skriv to.", substantial=False)
    assert list(draft.help_given.values_list("substantial", "text")) == [
        (True, "Svarede på spørgsmål 1 fra enheden, om «Budgetlinjer»."),
        (False, "Svarede på spørgsmål 2 fra enheden, om «Risici og forudsætninger»."),
    ]


def test_a_question_is_answered_once_and_by_a_consultant(cast, draft, asked, client_of):
    with pytest.raises(NotYours):
        consultant_help.answer(asked.pk, cast["anna"], ANSWERED, substantial=False)
    with pytest.raises(WrongAnswers):
        consultant_help.answer(asked.pk, cast["karen"], " ", substantial=False)
    other = consultant_help.ask(draft.pk, cast["bo"], "", "Må vi søge to gange?")
    consultant_help.answer(asked.pk, cast["karen"], ANSWERED, substantial=False)
    with pytest.raises(AlreadyHandled, match="allerede besvaret"):
        consultant_help.answer(asked.pk, cast["kurt"], "Et andet svar", substantial=False)
    answer = client_of(cast["kurt"]).post(of(draft, "svar-enheden/"), {"question": asked.pk, "text": "Et andet svar"})
    words = unescape(answer.content.decode())
    assert "Spørgsmålet er allerede besvaret. Her er det næste." in words
    assert "Et andet svar" in words
    assert "Må vi søge to gange?" in words
    other.refresh_from_db()
    assert other.answer == ""


def test_an_answer_without_words_and_one_that_came_too_late(cast, draft, asked, client_of, monkeypatch):
    browser = client_of(cast["karen"])
    assert "Udfyld feltet «Dit svar»." in unescape(browser.post(of(draft, "svar-enheden/"), {}).content.decode())

    def too_late(*args, **facts):
        raise AlreadyHandled("Spørgsmålet er allerede besvaret.")

    monkeypatch.setattr(consultant_help, "answer", too_late)
    words = browser.post(of(draft, "svar-enheden/"), {"question": asked.pk, "text": "Skrevet forgæves"}).content.decode()
    assert "Spørgsmålet er allerede besvaret." in words
    assert "Skrevet forgæves" in words
    assert str(asked) == ASKED


def test_asking_and_answering_are_closed_to_others(cast, draft, asked, client_of):
    pages = ("spoerg-konsulenten/", "svar-enheden/")
    codes = {}
    for who in ("olga", "karen", "ulla", "rasmus"):
        codes[who] = [client_of(cast[who]).get(of(draft, rest)).status_code for rest in pages]
    assert codes == {"olga": [404, 404], "karen": [403, 200], "ulla": [200, 403], "rasmus": [403, 403]}


def test_without_a_question_there_is_nothing_to_answer(cast, draft, client_of):
    drafts.ask_for_help(draft.pk, cast["anna"], True)
    assert client_of(cast["karen"]).get(of(draft, "svar-enheden/")).url == of(draft)


def test_after_sending_in_nobody_asks_or_answers(cast, case, client_of):
    sent = case(State.SUBMITTED)
    with pytest.raises(AlreadyHandled, match="bliver ikke skrevet nu"):
        consultant_help.ask(sent.pk, cast["anna"], "risks", "Hvad?")
    answer = client_of(cast["anna"]).get(of(sent, "spoerg-konsulenten/"))
    assert "Dit spørgsmål" not in answer.content.decode()


def test_while_information_is_awaited_the_unit_may_ask(cast, case, client_of):
    waiting = case(State.AWAITING_INFORMATION)
    browser = client_of(cast["anna"])
    words = page(browser, of(waiting, "spoergsmaal/"))
    assert 'name="then" value="ask:' in words
    assert words.index('value="stay" tabindex="-1"') < words.index('value="ask:')  # Enter saves, it does not ask
    field = waiting.questions.get().field
    seen = {f"seen-{name}": digest for name, digest in drafts.seen(waiting, [field]).items()}
    assert browser.post(of(waiting, "spoergsmaal/"), {**seen, "then": f"ask:{field}"}).status_code in (200, 302)
    answer = browser.post(of(waiting, "spoerg-konsulenten/"), {"field": field, "text": ASKED})
    assert answer.url == of(waiting, "spoergsmaal/")


# ── who reads it ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_the_units_people_and_the_consultants_read_it(cast, case, client_of):
    waiting = case(State.AWAITING_INFORMATION)
    asked = consultant_help.ask(waiting.pk, cast["anna"], "", ASKED)
    consultant_help.answer(asked.pk, cast["karen"], ANSWERED, substantial=True)
    reads = {}
    for who, person in cast.items():
        browser = client_of(person)
        seen = [page(browser, of(waiting, rest)) for rest in ("", "udgaver/", "spoergsmaal/", "svar-enheden/", "hoering/")]
        seen.append(page(browser, "/venter-paa-mig/") + page(browser, "/beskeder/") + page(browser, "/"))
        reads[who] = any("Kanarie" in words for words in seen)
    assert {who for who, found in reads.items() if found} == {"anna", "bo", "ulla", "karen", "kurt"}
    assert "Svarede på spørgsmål 1 fra enheden" in page(client_of(cast["mads"]), of(waiting))


def test_a_leader_with_an_interest_and_a_consultant_who_wrote_stand_on_the_units_side(cast, draft, asked):
    appointments.appoint(cast["karen"], "applicant", draft.unit, by=None)
    drafts.save(draft.pk, cast["karen"], {"risks": "Skrevet af Karen"}, drafts.seen(draft, ["risks"]))
    with pytest.raises(NotYours):
        consultant_help.answer(asked.pk, type(cast["karen"]).objects.get(pk=cast["karen"].pk), ANSWERED, substantial=False)


def test_events_hold_no_word_of_it(cast, draft, asked):
    consultant_help.answer(asked.pk, cast["karen"], ANSWERED, substantial=False)
    assert [event for event in Event.objects.all() if "Kanarie" in str(event.payload)] == []


def test_a_discarded_draft_forgets_its_questions(cast, draft, asked):
    consultant_help.answer(asked.pk, cast["karen"], ANSWERED, substantial=False)
    take("discard", draft.pk, cast["anna"], Application.objects.get(pk=draft.pk).revision, {})
    clock.set_to(clock.now() + timedelta(days=31))
    assert retention.erase_overdue_drafts() == 1
    assert not HelpQuestion.objects.exists()
    assert not Message.objects.filter(body__contains="Kanarie").exists()


def test_what_is_asked_is_a_fact_of_the_backup_and_its_fingerprint(cast, draft, asked):
    assert HelpQuestion in verifying.models()
    before = verifying.fingerprint()
    HelpQuestion.objects.filter(pk=asked.pk).update(text="Et andet ord")
    assert verifying.fingerprint() != before


def test_the_database_keeps_answer_and_log_together(cast, draft, asked):
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpQuestion.objects.filter(pk=asked.pk).update(answer="Uden log")


def test_pages_ask_the_same_for_one_question_and_for_three(cast, draft, asked, client_of):
    def count(who, address):
        browser = client_of(cast[who])
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        return len(queries)

    pages = [("anna", of(draft, "rediger/budget/")), ("karen", of(draft)), ("karen", of(draft, "svar-enheden/"))]
    one = [count(*each) for each in pages]
    consultant_help.ask(draft.pk, cast["bo"], "amount_sought", "To")
    third = consultant_help.ask(draft.pk, cast["ulla"], "budget_lines", "Tre")
    assert [count(*each) for each in pages] == one
    assert one[0] <= 12
    assert third.answered_at is None
    assert assessing.log_help(draft.pk, cast["karen"], "Ringede", substantial=False).text == "Ringede"
