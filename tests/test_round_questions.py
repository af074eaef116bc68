"""The round's own questions: asked, answered, sent and shown as they were asked."""

import pytest

from applications import content, drafts
from questionnaires import designing

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(cast):
    """`ask(round, facts, …)`: publish these questions in a round; answers their keys in order."""

    def publish(round_, *questions):
        subject = round_.subject
        for facts in questions:
            seen = designing.stamp(designing.newest(subject))
            designing.put(subject, round_.name, seen, {"label": "Spørgsmål", "kind": "text"} | facts)
        designing.publish(subject, designing.stamp(designing.newest(subject)), cast["karen"])
        return [question.key for question in designing.questions_of(designing.newest(subject))]

    return publish


def answer(case, person, **values):
    values = {content.PREFIX + key: value for key, value in values.items()}
    return drafts.save(case.pk, person, values, drafts.seen(case, values))


def test_a_required_question_is_missing_until_it_is_answered(case, ask, open_round, cast):
    assert content.missing(case()) == []
    (key,) = ask(open_round, {"label": "Har I en tovholder?", "kind": "yes_no"})
    draft = case()
    assert content.missing(draft) == [content.Lack(f"question_{key}", "Udfyld «Har I en tovholder?».")]
    assert content.missing(draft)[0].step == "rundens-spoergsmaal"
    assert content.missing(answer(draft, cast["anna"], **{key: False})) == []


def test_the_designer(client_of, cast, open_round):
    browser = client_of(cast["karen"])
    home = f"/runder/{open_round.pk}/spoergsmaal/"
    stamp = "0.0"
    facts = {"label": "Har I en tovholder?", "kind": "yes_no", "required": "on", "stamp": stamp}
    shown = browser.post(home + "nyt/", facts | {"then": "show"})
    assert b"Har I en tovholder?" in shown.content
    saved = browser.post(home + "nyt/", facts)
    assert saved.status_code == 302, saved.content.decode()
    assert browser.get(home).status_code == 200
    assert browser.get(home + "udgiv/").status_code == 200
