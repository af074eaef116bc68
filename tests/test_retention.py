"""What must be gone is gone on its day, and not a day before; nothing that was sent in is touched."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from applications import content, retention, verifying
from applications.models import Application
from applications.states import State
from applications.tasks import erase_what_must_be_gone
from journal import chain, clock
from journal.models import Event, Message
from tests.cast import CONTENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def discarded(case, walker, cast):
    draft = case(State.DRAFT)
    file = draft.attachments.create(
        name="hus.pdf", media_type="application/pdf", size=3, sha256="x", uploaded_by=cast["anna"], uploaded_at=clock.now()
    )
    file.file.save("hus.pdf", ContentFile(b"abc"))
    walker.take("discard", "anna")
    return Application.objects.get(pk=draft.pk)


def test_a_discarded_draft_is_erased_after_thirty_days_and_not_before(discarded, django_capture_on_commit_callbacks):
    store, name = discarded.attachments.get().file.storage, discarded.attachments.get().file.name
    clock.set_to(discarded.changed_at + timedelta(days=30, seconds=-1))
    assert (retention.erase_overdue_drafts(), verifying.kept_too_long()) == (0, [])
    clock.set_to(discarded.changed_at + timedelta(days=30))
    assert verifying.kept_too_long() == [f"{discarded.subject}: discarded 2026-03-02"]
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.erase_overdue_drafts() == 1
    erased = Application.objects.get(pk=discarded.pk)
    left = content.freeze(erased)
    assert [name for name in content.FIELDS if left[name] not in (None, "", [], False)] == []
    assert (erased.state, erased.number, store.exists(name)) == (State.WITHDRAWN, discarded.number, False)
    assert (verifying.kept_too_long(), retention.erase_overdue_drafts()) == ([], 0)


def test_no_word_of_it_is_left_in_journal_or_mails_and_the_chain_holds(discarded):
    clock.set_to(discarded.changed_at + timedelta(days=31))
    erase_what_must_be_gone()
    texts = [str(row) for row in Event.objects.values_list("payload", flat=True)]
    texts += [f"{subject} {body}" for subject, body in Message.objects.values_list("subject", "body")]
    assert [text for text in texts if CONTENT["title"] in text or CONTENT["purpose"] in text] == []
    assert chain.faults() == []
    assert [event.step for event in chain.story(discarded.subject)] == ["create", "discard", "erase"]


def test_what_a_virus_left_behind_goes_with_its_draft(discarded, cast):
    facts = {"name": "x", "size": 1, "sha256": "x", "uploaded_by": cast["anna"], "uploaded_at": clock.now()}
    discarded.attachments_taken_off.create(scan="infected", **facts)
    clock.set_to(discarded.changed_at + timedelta(days=31))
    assert (retention.erase_overdue_drafts(), discarded.attachments_taken_off.count()) == (1, 0)
    assert chain.story(discarded.subject).last().payload == {"filer": 1}


def test_what_was_sent_in_is_kept(case):
    withdrawn = case(State.WITHDRAWN)
    clock.set_to(clock.now() + timedelta(days=4000))
    assert retention.erase_overdue_drafts() == 0
    assert Application.objects.get(pk=withdrawn.pk).title == CONTENT["title"]
