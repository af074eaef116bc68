"""The round's own questions: designed, answered, sent and shown as they were asked."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications import case_file, content, drafts, papers, retention, round_questions, uploads
from applications.door import NotYet, create, take
from applications.models import Application, Attachment
from applications.states import State
from journal import chain, clock
from people.models import Unit
from pool import rounds
from questionnaires import designing
from questionnaires.models import Question, Version

pytestmark = pytest.mark.django_db
HELD, WHO, WAYS, PRICE, SKETCH = (
    {"label": "Har I en tovholder?", "kind": "yes_no"},
    {"label": "Hvem er det?", "kind": "text", "help": "Et navn er nok."},
    {"label": "Hvordan kommer I på arbejde?", "kind": "several", "options": ["Bus", "Cykel", "Til fods"], "required": False},
    {"label": "Hvad koster det i dag?", "kind": "amount", "required": False},
    {"label": "Tegning", "kind": "file", "required": False},
)


class Asking:
    """The questions of a round as a consultant changes them."""

    def __init__(self, round_, consultant):
        self.round, self.consultant = round_, consultant

    @property
    def stamp(self):
        return designing.stamp(designing.newest(self.round.subject))

    def put(self, facts, key=""):
        designing.put(self.round.subject, self.round.name, self.stamp, facts, key)
        return designing.questions_of(designing.newest(self.round.subject))[-1].key

    def remove(self, key):
        designing.remove(self.round.subject, self.round.name, self.stamp, key)

    def publish(self):
        round_questions.publish(self.round, self.stamp, self.consultant)


@pytest.fixture
def asking(open_round, cast):
    return Asking(open_round, cast["karen"])


@pytest.fixture
def keys(asking):
    """All five are asked: `who` only when there is somebody to name."""
    held = asking.put(HELD)
    found = {"held": held, "who": asking.put(WHO | {"depends_on": held, "depends_values": [True]})}
    found |= {"ways": asking.put(WAYS), "price": asking.put(PRICE), "sketch": asking.put(SKETCH)}
    asking.publish()
    return found


def answer(case, person, **values):
    values = {content.PREFIX + key: value for key, value in values.items()}
    return drafts.save(case.pk, person, values, drafts.seen(fresh(case), values))


def fresh(case):
    return Application.objects.get(pk=case.pk)


def page_of(case, slug="rundens-spoergsmaal"):
    return f"/ansoegninger/{case.number}/rediger/{slug}/"


def lacks(case):
    return [(lack.field, lack.text) for lack in content.missing(fresh(case))]


def posted(browser, address):
    """What a page sends when nobody has touched it."""
    page = browser.get(address).content.decode()
    return dict(re.findall(r'name="(seen-[^"]+)" value="([^"]*)"', page))


# ── what must be answered ───────────────────────────────────────────────────────────────────────────────────────────


def test_without_questions_there_is_no_step(case, client_of, cast):
    draft = case()
    assert [step.slug for step in content.steps_of(draft)] == [step.slug for step in content.FORM_STEPS]
    assert "own_questions" not in content.freeze(draft)
    assert client_of(cast["anna"]).get(page_of(draft)).status_code == 302


def test_what_is_missing_follows_the_answers(case, keys, cast, client_of):
    draft, anna = case(), cast["anna"]
    held, who = (content.PREFIX + keys[name] for name in ("held", "who"))
    assert lacks(draft) == [(held, "Udfyld «Har I en tovholder?».")]
    answer(draft, anna, **{keys["held"]: True})
    assert lacks(draft) == [(who, "Udfyld «Hvem er det?».")]
    check = client_of(anna).get(f"/ansoegninger/{draft.number}/tjek-dine-svar/").content.decode()
    assert f'<a href="{page_of(draft)}#{who}">Udfyld «Hvem er det?».</a>' in check
    assert f'id="{who}"' in client_of(anna).get(page_of(draft)).content.decode()
    answer(draft, anna, **{keys["who"]: "Bo"})
    assert lacks(draft) == []
    answer(draft, anna, **{keys["held"]: False})
    frozen = content.freeze(fresh(draft))
    assert who not in frozen  # hidden: neither needed nor sent
    assert [facts["label"] for facts in frozen["own_questions"]] == [
        "Har I en tovholder?", "Hvordan kommer I på arbejde?", "Hvad koster det i dag?", "Tegning",
    ]  # fmt: skip
    assert fresh(draft).round_answers[keys["who"]] == "Bo"  # and there again when it is called for again


def test_a_form_that_lacks_an_answer_is_not_sent(case, keys):
    with pytest.raises(NotYet, match="Der mangler 1 svar"):
        case(State.SUBMITTED)


# ── the page ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_answers_are_typed_saved_and_shown_again(case, keys, cast, client_of):
    draft, browser = case(), client_of(cast["anna"])
    name = {short: content.PREFIX + key for short, key in keys.items()}
    data = posted(browser, page_of(draft))
    assert set(data) == {f"seen-{name[short]}" for short in ("held", "who", "ways", "price")}
    data |= {
        name["held"]: "ja",
        name["who"]: " Bo ",
        name["ways"]: ["Cykel", "Bus"],
        name["price"]: "1.250,50",
        "then": "next",
    }
    assert browser.post(page_of(draft), data).url == page_of(draft, "kontakt")
    saved = {keys["held"]: True, keys["who"]: "Bo", keys["ways"]: ["Bus", "Cykel"], keys["price"]: 125_050}
    kept = fresh(draft).round_answers
    assert kept | {keys["ways"]: sorted(kept[keys["ways"]])} == saved
    page = browser.get(page_of(draft)).content.decode()
    assert 'value="Bo"' in page and 'value="1.250,50"' in page
    assert len(re.findall(r" checked>", page)) == 3
    again = browser.post(page_of(draft), posted(browser, page_of(draft)) | {
        name["held"]: "ja", name["who"]: "Bo", name["ways"]: ["Bus", "Cykel"], name["price"]: "1250,5", "then": "next",
    })  # fmt: skip
    assert (again.status_code, fresh(draft).revision) == (302, fresh(draft).revision)
    assert fresh(draft).round_answers == kept


def test_what_cannot_be_read_stays_and_the_rest_is_saved(case, keys, cast, client_of):
    draft, browser = case(), client_of(cast["anna"])
    price, who = content.PREFIX + keys["price"], content.PREFIX + keys["who"]
    data = posted(browser, page_of(draft)) | {price: "mange", who: "Bo", content.PREFIX + keys["held"]: "ja"}
    page = browser.post(page_of(draft), data | {"then": "next"}).content.decode()
    assert 'value="mange"' in page and "Skriv et beløb i kroner" in page
    assert fresh(draft).round_answers == {keys["held"]: True, keys["who"]: "Bo"}


def test_what_nobody_asks_may_be_anything(case, asking, cast, client_of):
    held = asking.put(HELD)
    many = asking.put({"label": "Hvor mange?", "kind": "number", "depends_on": held, "depends_values": [True]})
    asking.publish()
    draft, browser = case(), client_of(cast["anna"])
    data = posted(browser, page_of(draft)) | {content.PREFIX + many: "mange"}
    assert browser.post(page_of(draft), data | {content.PREFIX + held: "nej", "then": "next"}).status_code == 302
    assert browser.post(page_of(draft), data | {content.PREFIX + held: "ja", "then": "next"}).status_code in (200, 409)


def test_the_consultant_is_asked_from_a_question_of_the_rounds_own(case, keys, cast, client_of):
    draft, browser, name = case(), client_of(cast["anna"]), content.PREFIX + keys["ways"]
    page = browser.get(page_of(draft)).content.decode()
    assert [page.count(f'name="then" value="ask:{content.PREFIX + key}"') for key in keys.values()] == [1, 1, 1, 1, 1]
    answer = browser.post(page_of(draft), posted(browser, page_of(draft)) | {name: ["Bus"], "then": f"ask:{name}"})
    assert answer.url == f"/ansoegninger/{draft.number}/spoerg-konsulenten/?felt={name}"
    assert fresh(draft).round_answers[keys["ways"]] == ["Bus"]
    browser.post(answer.url, {"field": name, "text": "Tæller el-løbehjul som cykel?"})
    page = browser.get(page_of(draft)).content.decode()
    assert page.count("Tæller el-løbehjul som cykel?") == 1


def test_two_people_who_answer_the_same_see_both(case, keys, cast, client_of):
    draft, browser = case(), client_of(cast["bo"])
    data = posted(browser, page_of(draft))
    answer(draft, cast["anna"], **{keys["ways"]: ["Bus"]})
    answered = browser.post(page_of(draft), data | {content.PREFIX + keys["ways"]: ["Cykel", "Til fods"], "then": "next"})
    page = answered.content.decode()
    assert answered.status_code == 409
    assert "Hvordan kommer I på arbejde?" in page and "Cykel\nTil fods" in page and "Bus" in page


ODD = ["", "\0", "x" * 50_000, "🌱\u202e<script>", ["ja", "nej"], "٣", "-1", "9" * 400, "null", "[]"]


@pytest.mark.parametrize("odd", ODD)
def test_no_answer_breaks_the_page(case, keys, cast, client_of, odd):
    draft, browser = case(), client_of(cast["anna"])
    data = posted(browser, page_of(draft)) | {content.PREFIX + key: odd for key in keys.values()}
    data |= {
        "seen-question_zzz": "x",
        "question_zzz": "x",
        f"seen-question_{keys['sketch']}": "x",
        "then": "attach:question_zzz",
    }
    assert browser.post(page_of(draft), data).status_code < 500
    assert set(fresh(draft).round_answers) <= set(keys.values())
    assert browser.get(page_of(draft)).status_code == 200
    assert browser.get(f"/ansoegninger/{draft.number}/").status_code == 200


def test_a_file_answers_a_question(case, keys, cast, client_of, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    draft, browser = case(), client_of(cast["anna"])
    sketch = content.PREFIX + keys["sketch"]
    data = posted(browser, page_of(draft)) | {"then": f"attach:{sketch}"}
    assert "Vælg først en fil." in browser.post(page_of(draft), data).content.decode()
    refused = browser.post(page_of(draft), data | {sketch: SimpleUploadedFile("a.pdf", b"MZ hej")}).content.decode()
    assert 'id="id_' + sketch + '_error"' in refused
    from tests.test_uploads import pdf

    done = browser.post(page_of(draft), data | {sketch: SimpleUploadedFile("skitse.pdf", pdf())})
    assert done.url == f"{page_of(draft)}#{sketch}"
    row = Attachment.objects.get()
    assert (row.question, row.name) == (keys["sketch"], "skitse.pdf")
    frozen = content.freeze(fresh(draft))
    assert ([file["id"] for file in frozen[sketch]], frozen["attachments"]) == ([row.pk], [])
    assert [file["id"] for file in content.files_in(frozen)] == [row.pk]
    assert "skitse.pdf" in browser.get(page_of(draft)).content.decode()
    gone = browser.post(f"/ansoegninger/{draft.number}/bilag/{row.pk}/fjern/")
    assert (gone.url, Attachment.objects.count()) == (f"{page_of(draft)}#{sketch}", 0)


def test_a_file_that_is_not_called_for_is_not_in_the_case_file(case, asking, cast, settings, tmp_path):
    from tests.test_uploads import pdf

    settings.MEDIA_ROOT = tmp_path
    held = asking.put(HELD)
    sketch = asking.put(SKETCH | {"depends_on": held, "depends_values": [True]})
    asking.publish()
    draft = case()
    answer(draft, cast["anna"], **{held: True})
    uploads.attach(draft.pk, cast["anna"], SimpleUploadedFile("skitse.pdf", pdf()), sketch)
    assert [row.name for row in round_questions.attachments(fresh(draft))] == ["skitse.pdf"]
    answer(draft, cast["anna"], **{held: False})
    assert round_questions.attachments(fresh(draft)) == []
    assert "skitse.pdf" not in str(case_file.metadata(fresh(draft), case_file._attachments(fresh(draft))))
    asking.remove(sketch)
    asking.publish()
    assert [file["name"] for file in content.freeze(fresh(draft))["attachments"]] == ["skitse.pdf"]  # its question is gone


# ── versions ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sent(case, keys, cast):
    """Sent with all answers but a file."""
    draft = case()
    answer(draft, cast["anna"], **{keys["held"]: True, keys["who"]: "Bo", keys["ways"]: ["Bus"], keys["price"]: 100_000})
    for target, walk in case.road(State.SUBMITTED):
        walk()
        if target == State.SUBMITTED:
            break
    return fresh(draft)


def change_everything(asking, keys):
    asking.put({"label": "Har I en ansvarlig?", "kind": "yes_no"}, keys["held"])
    asking.put(WAYS | {"options": ["Tog", "Cykel"], "required": True}, keys["ways"])
    asking.remove(keys["price"])
    asking.put({"label": "Noget nyt?", "kind": "text"})
    asking.publish()


def test_what_was_sent_stays_as_it_was_asked(sent, keys, asking, client_of, cast):
    browser, address = client_of(cast["karen"]), f"/ansoegninger/{sent.number}/"
    before = sent.current_version().content
    words = [(block.__class__.__name__, str(vars(block))) for block in papers.content_blocks(before)]
    page = browser.get(address).content.decode()
    change_everything(asking, keys)
    now = fresh(sent)
    assert now.current_version().content == before == content.freeze(now)
    assert content.digest(before) == now.current_version().sha256
    assert [(block.__class__.__name__, str(vars(block))) for block in papers.content_blocks(before)] == words
    assert "('Har I en tovholder?', 'Ja')" in str(words) and "('Hvordan kommer I på arbejde?', 'Bus')" in str(words)
    shown = browser.get(address).content.decode()
    assert "Har I en tovholder?" in shown and "1.000" in shown and "Har I en ansvarlig?" not in shown
    assert shown.count("<dt") == page.count("<dt")
    assert (lacks(now), now.questions_version.number) == ([], 1)


def test_a_draft_sees_the_newest_and_loses_nothing(case, keys, asking, cast, client_of):
    draft, browser = case(), client_of(cast["anna"])
    asked = {keys["held"]: True, keys["who"]: "Bo", keys["ways"]: ["Bus", "Cykel"], keys["price"]: 100_000}
    answer(draft, cast["anna"], **asked)
    assert "Rundens spørgsmål er ændret" not in browser.get(page_of(draft)).content.decode()
    change_everything(asking, keys)
    page = browser.get(page_of(draft)).content.decode()
    assert "Rundens spørgsmål er ændret" in page and "Har I en ansvarlig?" in page
    assert round_questions.aside(fresh(draft)) == [
        ("Hvordan kommer I på arbejde?", "Bus, Cykel"),
        ("Hvad koster det i dag?", "1.000\N{NO-BREAK SPACE}kr."),
    ]
    assert "Jeres svar på spørgsmål, der ikke stilles mere" in page and "1.000\N{NO-BREAK SPACE}kr." in page
    assert [text for _name, text in lacks(draft)] == ["Udfyld «Hvordan kommer I på arbejde?».", "Udfyld «Noget nyt?»."]
    assert fresh(draft).round_answers == asked
    data = posted(browser, page_of(draft)) | {content.PREFIX + keys["held"]: "ja", content.PREFIX + keys["who"]: "Bo"}
    browser.post(page_of(draft), data | {"then": "stay"})
    assert fresh(draft).round_answers == asked  # a save that leaves the changed question open keeps the old answer aside
    assert "Rundens spørgsmål er ændret" not in browser.get(page_of(draft)).content.decode()
    answer(draft, cast["anna"], **{keys["ways"]: ["Tog"]})
    assert [label for label, _text in round_questions.aside(fresh(draft))] == ["Hvad koster det i dag?"]


def test_a_page_that_was_open_when_the_questions_changed_is_read_as_it_stood(case, keys, asking, cast, client_of):
    draft, browser = case(), client_of(cast["anna"])
    data = posted(browser, page_of(draft))
    for key in (keys["price"], keys["who"], keys["held"], keys["ways"], keys["sketch"]):
        asking.remove(key)
    asking.publish()
    data |= {content.PREFIX + keys["price"]: "500", content.PREFIX + keys["who"]: "Bo", "then": "next"}
    assert browser.post(page_of(draft), data).url == f"/ansoegninger/{draft.number}/tjek-dine-svar/"
    assert fresh(draft).round_answers == {keys["price"]: 50_000, keys["who"]: "Bo"}
    check = browser.get(f"/ansoegninger/{draft.number}/tjek-dine-svar/").content.decode()
    assert "<dt>Hvad koster det i dag?</dt>" in check and "500\N{NO-BREAK SPACE}kr." in check


def test_the_difference_of_two_versions_has_each_question_as_it_was_asked(sent, keys, asking, cast, client_of):
    take("reopen_draft", sent.pk, cast["anna"])
    change_everything(asking, keys)
    (new,) = [each.key for each in round_questions.asked(fresh(sent)) if each.label == "Noget nyt?"]
    answer(sent, cast["anna"], **{keys["held"]: False, keys["ways"]: ["Tog"], new: "Ja da"})
    take("request_endorsement", sent.pk, cast["anna"])
    take("endorse", sent.pk, cast["ulla"])
    first, second = fresh(sent).versions.all()
    found = [(each.field.label, each.before, each.after) for each in content.differences(first.content, second.content)]
    assert found == [
        ("Har I en ansvarlig?", True, False),
        ("Hvem er det?", "Bo", None),
        ("Hvordan kommer I på arbejde?", ["Bus"], ["Tog"]),
        ("Hvad koster det i dag?", 100_000, None),
        ("Noget nyt?", None, "Ja da"),
    ]
    page = client_of(cast["karen"]).get(f"/ansoegninger/{sent.number}/udgaver/").content.decode()
    assert "Hvad koster det i dag?" in page and "Ja da" in page
    assert (first.content["own_questions"][0]["label"], fresh(sent).questions_version.number) == ("Har I en tovholder?", 2)


def test_the_consultant_may_ask_about_one_of_them(sent, keys, asking, cast, client_of):
    change_everything(asking, keys)
    clock.set_to(sent.round.deadline + timedelta(hours=1))
    take("assign", sent.pk, cast["karen"], answers={"case_officer": cast["karen"], "co_assessors": [cast["rune"]]})
    take("start_assessment", sent.pk, cast["karen"])
    page = client_of(cast["karen"]).get(f"/ansoegninger/{sent.number}/request_information/").content.decode()
    assert f'value="question_{keys["price"]}">Hvad koster det i dag?' in page and f"question_{keys['sketch']}" not in page
    due = clock.today() + timedelta(days=7)
    ask = {"field": f"question_{keys['price']}", "question": "Med moms?", "due": due}
    take("request_information", sent.pk, cast["karen"], answers=ask)
    browser, address = client_of(cast["anna"]), f"/ansoegninger/{sent.number}/spoergsmaal/"
    (question,) = sent.questions.all()
    data = posted(browser, address) | {ask["field"]: "800", f"answer_{question.pk}": "Nu uden.", "then": "send"}
    assert browser.post(address, data).url == f"/ansoegninger/{sent.number}/provide_information/"
    with pytest.raises(drafts.NotYours):
        answer(sent, cast["anna"], **{keys["who"]: "Ib"})
    take("provide_information", sent.pk, cast["anna"])
    last = fresh(sent).current_version().content
    assert (last[ask["field"]], last["own_questions"][3]["label"]) == (80_000, "Hvad koster det i dag?")


def test_questions_that_come_while_the_leader_reads_are_answered_first(case, keys, asking, cast):
    draft = case()
    answer(draft, cast["anna"], **{keys["held"]: False})
    take("request_endorsement", draft.pk, cast["anna"])
    assert round_questions.drafts_touched(asking.round) == 1
    new = asking.put({"label": "Noget nyt?", "kind": "text"})
    asking.publish()
    with pytest.raises(NotYet, match="Der mangler 1 svar"):
        take("endorse", draft.pk, cast["ulla"])
    take("decline_endorsement", draft.pk, cast["ulla"], answers={"reason": "Svar på det nye."})
    answer(draft, cast["anna"], **{new: "Ja"})
    take("request_endorsement", draft.pk, cast["anna"])
    take("endorse", draft.pk, cast["ulla"])
    sent = fresh(draft)
    assert (sent.current_version().content[f"question_{new}"], sent.questions_version.number) == ("Ja", 2)


# ── copies, lists, erasure ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_copied_round_asks_the_same_and_answers_find_their_way(sent, keys, open_round, year, cast):
    opens, deadline = clock.now(), clock.now() + timedelta(days=30)
    copy = rounds.clone(open_round, year, "Runde 2", opens, deadline, (deadline + timedelta(days=30)).date(), cast["karen"])
    theirs = designing.questions_of(designing.published(copy.subject))
    assert [each.plain() for each in theirs] == [each.plain() for each in round_questions.asked(sent)]
    assert [event.step for event in chain.story(copy.subject)] == ["plan_round", "publish_questions"]
    rounds.announce(copy, cast["karen"])
    unit = Unit.objects.get(name="Børnehuset Solstrålen")
    assert create(cast["anna"], unit, copy, copy_of=sent).round_answers == sent.round_answers
    empty = rounds.clone(copy, year, "Runde 3", opens, deadline, (deadline + timedelta(days=30)).date(), cast["karen"])
    assert designing.published(empty.subject) is not None


def test_answers_stand_in_the_round_s_sheet(sent, keys, cast, client_of):
    text = client_of(cast["karen"]).get(f"/runder/{sent.round_id}/ansoegninger.csv").content.decode("utf-8-sig")
    head, row = text.splitlines()[:2]
    assert head.split(";")[-4:] == [
        "Har I en tovholder?",
        "Hvem er det?",
        "Hvordan kommer I på arbejde?",
        "Hvad koster det i dag?",
    ]
    assert row.split(";")[-4:-1] == ["Ja", "Bo", "Bus"] and row.split(";")[-1].startswith("1000")


def test_a_discarded_draft_s_answers_are_erased(case, keys, cast):
    draft = case()
    answer(draft, cast["anna"], **{keys["who"]: "Bo"})
    take("discard", draft.pk, cast["anna"])
    clock.set_to(clock.now() + timedelta(days=31))
    assert (retention.erase_overdue_drafts(), fresh(draft).round_answers) == (1, {})


def test_forty_questions_cost_no_more_queries_than_one(case, asking, cast, client_of):
    asking.put(WAYS)
    asking.publish()
    draft, browser = case(), client_of(cast["anna"])

    def queries():
        browser.get(page_of(draft))
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(page_of(draft)).status_code == 200
        return len(asked)

    few = queries()
    for place in range(39):
        asking.put([HELD, WHO, WAYS, PRICE][place % 4] | {"label": f"Spørgsmål {place}"})
    asking.publish()
    assert len(content.steps_of(fresh(draft))[5].fields) == 40
    assert queries() == few <= 12


# ── the designer ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def home(open_round):
    return f"/runder/{open_round.pk}/spoergsmaal/"


def test_a_consultant_designs_and_publishes(client_of, cast, case, asking, home, open_round):
    case()
    browser = client_of(cast["karen"])
    assert f'href="{home}"' in browser.get(f"/runder/{open_round.pk}/").content.decode()
    assert "Runden har ingen egne spørgsmål" in browser.get(home).content.decode()
    facts = {"label": "Har I en <b>tovholder</b>?", "kind": "yes_no", "required": "on", "stamp": asking.stamp}
    shown = browser.post(home + "nyt/", facts | {"then": "show"}).content.decode()
    assert "Har I en &lt;b&gt;tovholder&lt;/b&gt;?" in shown and 'name="vis_nyt"' in shown
    assert designing.newest(open_round.subject) is None  # a look saves nothing
    assert browser.post(home + "nyt/", facts | {"then": "save"}).url == home
    held = designing.questions_of(designing.newest(open_round.subject))[0].key
    second = {"label": "Hvem?", "kind": "text", "shown_when": [f"{held}:ja"], "stamp": asking.stamp}
    assert browser.post(home + "nyt/", second).status_code == 302
    who = designing.questions_of(designing.newest(open_round.subject))[1]
    assert (who.depends_on, who.depends_values, who.required) == (held, [True], False)
    for act in ("copy", "down", "up", "nonsense"):
        assert browser.post(home, {"act": act, "key": who.key, "stamp": asking.stamp}).status_code == 302
    assert [each.label for each in designing.questions_of(designing.newest(open_round.subject))[1:]] == ["Hvem?", "Hvem?"]
    assert browser.post(f"{home}{who.key}/slet/", {"stamp": asking.stamp}).url == home
    page = browser.get(home + "udgiv/").content.decode()
    assert "1 kladde får de nye spørgsmål" in page and "Hvem?" in page
    assert browser.post(home + "udgiv/", {"stamp": asking.stamp}).url == home
    assert [event.step for event in chain.story(open_round.subject)][-1] == "publish_questions"
    assert "Rundens egne spørgsmål er udgivet" in browser.get(f"/runder/{open_round.pk}/").content.decode()
    assert "ingen ændringer at udgive" in browser.get(home + "udgiv/").content.decode()


def test_two_consultants_never_overwrite_each_other(client_of, cast, keys, asking, home):
    old = asking.stamp
    mine = {"label": "Min tekst", "kind": "yes_no", "required": "on", "stamp": old, "then": "save"}
    theirs = client_of(cast["kurt"]).post(f"{home}{keys['held']}/", mine | {"label": "Deres tekst"})
    assert theirs.status_code == 302
    browser = client_of(cast["karen"])
    page = browser.post(f"{home}{keys['held']}/", mine).content.decode()
    assert "En anden har ændret spørgsmålene" in page and 'value="Min tekst"' in page
    for address in (f"{home}{keys['who']}/slet/", home + "udgiv/", home + "fortryd/"):
        assert "En anden har ændret spørgsmålene" in browser.post(address, {"stamp": old}).content.decode()
    moved = browser.post(home, {"act": "down", "key": keys["held"], "stamp": old}, follow=True).content.decode()
    assert "En anden har ændret spørgsmålene" in moved
    labels = [each.label for each in designing.questions_of(designing.newest(asking.round.subject))]
    assert labels[0] == "Deres tekst" and len(labels) == 5
    assert browser.post(home + "fortryd/", {"stamp": asking.stamp}).url == home
    assert Version.objects.count() == 1


@pytest.mark.parametrize("odd", ODD)
def test_nothing_typed_breaks_the_designer(client_of, cast, keys, asking, home, odd):
    browser = client_of(cast["karen"])
    for address in (
        home,
        home + "nyt/",
        f"{home}{keys['who']}/",
        f"{home}{keys['who']}/slet/",
        home + "udgiv/",
        home + "zz/slet/",
    ):
        names = ("label", "kind", "options", "help", "least", "most", "shown_when", "stamp", "act", "key")
        for kind in ("number", "several", odd):
            data = dict.fromkeys(names, odd) | {"kind": kind}
            assert browser.post(address, data).status_code < 500
            assert browser.post(address, data | {"then": "show"}).status_code < 500
    assert [each.label for each in designing.questions_of(designing.published(asking.round.subject))] == [
        each["label"] for each in (HELD, WHO, WAYS, PRICE, SKETCH)
    ]


def test_an_archived_round_asks_nothing_new(client_of, cast, keys, asking, home, open_round):
    asking.put({"label": "Ny", "kind": "text"})
    open_round.archived_at = clock.now()
    open_round.save()
    with pytest.raises(ValidationError, match="arkivet"):
        asking.publish()
    browser = client_of(cast["karen"])
    before = asking.stamp
    browser.post(home + "nyt/", {"label": "X", "kind": "text", "stamp": before})
    browser.post(home, {"act": "copy", "key": keys["held"], "stamp": before})
    browser.post(f"{home}{keys['price']}/slet/", {"stamp": before})
    browser.post(home + "fortryd/", {"stamp": before})
    assert asking.stamp == before
    assert Question.objects.filter(version__number=2).count() == 6
