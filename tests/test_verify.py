"""`manage.py verify`: each check is silent over an honest history and names the row that somebody changed past the door."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from applications import verifying
from applications.models import Attachment
from applications.states import State
from documents import store
from documents.models import Document
from journal import chain, clock
from journal.models import Event, Message
from pool.models import PoolYear

pytestmark = pytest.mark.django_db
OURS = (
    "journal.",
    "people.",
    "pool.",
    "questionnaires.",
    "climate.",
    "documents.",
    "applications.",
    "django_otp.plugins.otp_totp.",
)


@pytest.fixture
def granted(case):
    return case(State.GRANTED)


def broken() -> dict[str, list[str]]:
    return {name: faults for name, faults in verifying.checks().items() if faults}


def test_an_honest_history_has_no_fault(granted):
    store.issue_owed()
    assert broken() == {}


def set_state(case, state):
    """Past the protected field, as only somebody with a hand in the database could."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE applications_application SET state = %s WHERE id = %s", [state, case.pk])


def test_a_state_that_no_event_led_to(granted):
    set_state(granted, "refused")
    assert broken() == {
        "states by replay": [
            f"{granted.subject}: is refused v1, its events say {chain.story(granted.subject).last().payload}"
        ],
        "money fits states": [
            f"{granted.subject}: refused, but holds "
            "{'outside': 0, 'available': -4000000, 'reserved': 0, 'committed': 4000000, 'spent': 0}"
        ],
    }


def test_an_event_that_begins_where_the_case_was_not(granted, cast):
    chain.record(granted.subject, "postpone", cast["signe"], {"fra": "draft", "til": "granted", "version": 1, "svar": {}})
    last = chain.story(granted.subject).last()
    assert broken()["states by replay"] == [f"{last}: from draft, but the case was granted"]


def test_a_pocket_that_was_filled_by_hand(granted):
    PoolYear.objects.update(spent=5)
    assert broken() == {"pockets and moves": ["year 2026: spent is 5, its moves say 0"]}


def test_a_mail_that_was_taken_away(granted):
    event = Event.objects.get(step="approve_recommendation")
    Message.objects.filter(event=event).delete()
    assert broken() == {"everybody was told": [f"{event}: told nobody"]}


def test_nobody_to_tell_is_no_fault(case, walker, cast):
    """The only author discards their own draft: there is nobody else to tell."""
    case(State.DRAFT)
    walker.take("discard", "anna")
    assert Message.objects.filter(event__step="discard").count() == 0
    assert broken() == {}


def test_files_that_are_gone_or_changed(granted, cast):
    store.issue_owed()
    receipt, letter = Document.objects.get(kind="receipt"), Document.objects.get(kind="letter")
    default_storage.delete(receipt.file.name)
    with default_storage.open(letter.file.name, "wb") as file:
        file.write(b"%PDF another")
    lost = Attachment.objects.create(
        application=granted, name="x.pdf", media_type="application/pdf", size=1, sha256="0" * 64,
        file="attachments/none.pdf", scan="clean", uploaded_by=cast["anna"], uploaded_at=clock.now(),
    )  # fmt: skip
    assert broken() == {
        "files": [
            f"document {receipt.pk}: file is missing",
            f"document {letter.pk}: file differs from its hash",
            f"attachment {lost.pk}: file is missing",
        ]
    }


@pytest.mark.parametrize(
    ("step", "roles", "who", "fault"),
    [
        ("assess", [], "anna", "applied and assessed"),
        ("approve_recommendation", ["manager"], "ulla", "applied and approved"),
        ("grant", ["secretary"], "anna", "applied and recorded"),
        ("approve_recommendation", ["manager"], "karen", "recommended and approved"),
        ("grant", ["secretary"], "mads", "approved and recorded"),
    ],
)
def test_two_hands_that_should_have_been_four_eyes(granted, cast, step, roles, who, fault):
    """Twin of the door: an event written past it is found in the history."""
    payload = {"fra": "granted", "til": "granted", "version": 1, "roller": roles, "svar": {}}
    chain.record(granted.subject, step, cast[who], payload)
    assert verifying.four_eyes() == [f"{granted.subject}: person {cast[who].pk} {fault}"]


def test_the_command_prints_each_check_the_head_and_the_fingerprint(granted, tmp_path):
    store.issue_owed()
    said = StringIO()
    anchor = tmp_path / "anchor.txt"
    anchor.write_text(f"Dagens anker: {chain.head()}.", encoding="utf-8")
    call_command("verify", anchor=anchor, stdout=said)
    lines = said.getvalue().splitlines()
    names = [
        "chain",
        "states by replay",
        "pockets and moves",
        "money fits states",
        "everybody was told",
        "files",
        "calculations",
        "evaluations",
        "four eyes",
    ]
    assert lines[: len(names)] == [f"ok      {name}" for name in names]
    assert lines[-2:] == [f"head {chain.head()}", f"fingerprint {verifying.fingerprint()}"]


def test_the_command_fails_when_something_is_broken(granted):
    set_state(granted, "refused")
    said = StringIO()
    with pytest.raises(CommandError, match="2 faults"):
        call_command("verify", stdout=said)
    assert "BROKEN  states by replay" in said.getvalue().splitlines()


def test_the_command_finds_a_cut_tail_by_its_anchor(granted, tmp_path):
    anchor = tmp_path / "anchor.txt"
    position = chain.head().position + 1
    anchor.write_text(f"{position}:{'a' * 64}", encoding="utf-8")
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify", anchor=anchor, stdout=StringIO())


FACTS = [
    ("people.Person", {"name": "En anden"}),
    ("people.Unit", {"staff_count": 4711}),
    ("people.RoleAssignment", {"role": "auditor"}),
    ("pool.Round", {"name": "En anden runde"}),
    ("pool.Criterion", {"weight": 99}),
    ("applications.Application", {"risks": "Ingen"}),
    ("applications.Score", {"points": 0}),
    ("applications.Declaration", {"note": "x"}),
    ("applications.AgendaItem", {"decision_text": "Forkastet."}),
    ("applications.BudgetLine", {"amount": 1}),
    ("documents.Document", {"title": "x"}),
    ("journal.Message", {"body": "x"}),
]


@pytest.mark.parametrize(("model", "change"), FACTS)
def test_the_fingerprint_changes_when_one_stored_fact_does(granted, model, change):
    rows, before = apps.get_model(model).objects, verifying.fingerprint()
    rows.filter(pk=rows.order_by("pk").first().pk).update(**change)
    assert verifying.fingerprint() != before


def test_every_table_of_ours_is_in_the_fingerprint():
    ours = {model._meta.label for model in apps.get_models(include_auto_created=True) if model.__module__.startswith(OURS)}
    assert {model._meta.label for model in verifying.models()} | verifying.NO_FACTS == ours
