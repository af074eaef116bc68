"""Art. 15: an export holds everything that is stored about the person, and nobody else's words."""

import io
import json
import zipfile
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.storage import default_storage

from applications import assessing, personal_export, retention, verifying
from applications.personal_export import HIDDEN, OWN, VIA, pointers
from applications.retention_rules import KINDS
from applications.states import State
from documents import store
from documents.models import Document
from journal import chain, clock
from journal.models import Message
from people import appointments
from people.models import Person
from tests import canary_words
from tests.canaries import Birds
from tests.canary_words import AUDIENCES
from tests.test_canaries import text_of, words_in

pytestmark = pytest.mark.django_db


def exported(person, by) -> bytes:
    return store.content_of(personal_export.order(person, by))


def words_of(person, by) -> set[str]:
    """Of the one who put files in, what the ZIP holds; of the others the facts that it is made of, which is quicker."""
    if person.uploads.exists():
        return words_in(text_of(exported(person, by), ""))
    return words_in(json.dumps(personal_export.everything(person), ensure_ascii=False, default=str))


def _case(*names: str) -> set[str]:
    return {f"applications.{name}" for name in names}


WRITTEN = _case("BudgetLine.text", "Effect.method") | {
    f"applications.Application.{name}" for name in canary_words.CASE_FIELDS
}
# whose words they are in the world of tests/canaries.py; who asks gets these and no other
WHOSE = {
    "anna": WRITTEN
    | {"applications.Application.round_answers", "climate.Calculation.answers", "applications.HelpQuestion.text"}
    | _case("Attachment.name", "Attachment.file")
    | {"voucher.name", "voucher.file", "report.result"}
    | _case("Voucher.supplier", "Voucher.text", "Milestone.title", "ChangeRequest.reason", "ChangeRequest.new_purpose")
    | _case("Consent.reference", "Photo.alt", "Photo.caption", "Photo.credit", "Idea.note")
    | _case("ReportedActivity.text", "ReportedActivity.comment", "MeasuredEffect.baseline", "MeasuredEffect.method")
    | {f"applications.StatusReport.{name}" for name in ("summary", "result", "lessons", "advice", "anchoring")}
    | {f"applications.Result.{name}" for name in canary_words.RESULT_FIELDS if name != "outcome"}
    | {"story.outcome"},  # what was published before it is the pool's
    "ulla": _case("Question.answer", "Project.account"),  # who sent the answers stands for them
    "frida": _case("Voucher.supplier", "Voucher.refusal", "FinanceFile.name", "FinanceLine.not_ours"),
    "kamille": _case("Result.unpublish_reason"),
    "karen": _case("Note.text", "HelpGiven.text", "HelpQuestion.answer", "Question.text", "Hearing.question")
    | _case("Assessment.comment", "Score.reason", "GateAnswer.note")
    | _case("Application.recommended_reason", "Application.recommended_conditions")
    | _case("Project.cancel_reason", "ChangeRequest.answer", "Talk.text", "RefusalAdvice.text")
    | {"refused.note", "publishing.YearReport.sections"},
    "kurt": _case("Declaration.note"),
    "rune": _case("Assessment.comment", "Score.reason"),
    "henrik": _case("Hearing.statement"),
    "signe": {f"applications.AgendaItem.{name}" for name in ("title", "case_number", "sections", "closed_reason")}
    | {f"applications.AgendaItem.{name}" for name in ("supplement", "decision_text", "dissent", "absentees")}
    | _case("AgendaItem.disqualified_members", "Application.decision_reason", "Application.decision_conditions"),
    "bo": {"people.Person.phone", "people.Person.directory_id"},
    "asger": {"people.RegisterFile.name"} | _case("ErasureProposal.reason"),
}


@pytest.mark.proves(22, minutes=1)
def test_an_export_holds_all_of_a_persons_words_and_nobody_elses(cast, open_round, proof):
    """Who asks for what is stored about them gets every word of their own, and no word of another's."""
    Birds(cast, open_round).plant()
    for name, own in WHOSE.items():
        cast[name].refresh_from_db()
        found = words_of(cast[name], cast["asger"])
        sent = set().union(*(words_in(f"{row.subject} {row.body} {row.last_error}") for row in cast[name].messages.all()))
        assert own - found == set(), name
        assert found - own - sent == set(), name
        proof.count("words found", len(found))
    secrets = {"people.Person.password", "otp_totp.TOTPDevice.key", "people.RegisterFile.tables"}
    assert secrets <= HIDDEN.keys() and secrets <= AUDIENCES.keys()


def test_the_export_says_where_others_mention_the_person_and_not_what_they_wrote(case, walker, cast):
    case(State.SUBMITTED)
    walker.take("assign", "karen", case_officer=cast["karen"], co_assessors=[cast["rune"]])
    assessing.write_note(walker.case.pk, cast["karen"], "Ring til Ulla Leder, hun tøver.")
    text = text_of(exported(cast["ulla"], cast["ulla"]), "")
    assert '"tabel": "applications.Note"' in text and "hun tøver" not in text


def test_an_export_is_an_event_and_the_person_is_told_when_another_asked(cast):
    anna, asger = cast["anna"], cast["asger"]
    first = personal_export.order(anna, asger)
    assert personal_export.order(anna, asger) == first
    assert chain.story(anna.subject).last().step == "order_export"
    assert list(Message.objects.filter(template="person_export").values_list("person", flat=True)) == [anna.pk]
    personal_export.order(cast["bo"], cast["bo"])
    assert Message.objects.filter(template="person_export").count() == 1
    with zipfile.ZipFile(io.BytesIO(store.content_of(first))) as archive:
        assert archive.namelist() == ["oplysninger.json", "oplysninger.pdf"]
        facts = json.loads(archive.read("oplysninger.json"))
    assert (facts["person"]["name"], facts["person"]["email"]) == ("Anna Ansøger", "anna@naestved.example")
    assert "password" not in facts["person"]


def test_every_text_beside_a_person_is_their_own_or_not_shown():
    """A new column is told about before it can be forgotten: it is somebody's own words, or said to be none."""
    own = {f"{name.rpartition('.')[0]}.{column}" for name, columns in OWN.items() for column in columns}
    own |= {f"people.Person.{field.name}" for field in Person._meta.concrete_fields}
    by_whom = {model for model, _field in pointers()}
    texts = {
        f"{model._meta.label}.{field.name}"
        for model in by_whom
        for field in model._meta.concrete_fields
        if isinstance(field, canary_words.TEXTS) and f"{model._meta.label}.{field.name}" in AUDIENCES
    }
    by_field = {f"applications.Application.{name}" for name in [*canary_words.CASE_FIELDS, "round_answers"]}  # by written_by
    own |= {f"{name}.{column}" for name, (_by, columns) in VIA.items() for column in columns}
    # the finance system's own lines: who reads the file in has written none of them
    read_in = _case("FinanceFile.table", *(f"FinanceLine.{name}" for name in ("supplier", "reference", "text")))
    assert texts - own - HIDDEN.keys() - by_field - read_in == set()


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_fetches_their_own_and_nobody_elses(cast, client_of):
    mine, other = client_of(cast["anna"]), client_of(cast["bo"])
    assert mine.post("/min-side/oplysninger/").url == "/min-side/oplysninger/"
    row = Document.objects.get(kind="person_export")
    page = mine.get("/min-side/oplysninger/").content.decode()
    assert "Laves nu" in page and "Anna Ansøger" in page
    answer = mine.get(f"/min-side/oplysninger/{row.pk}/")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="oplysninger-person-{cast["anna"].pk}.zip"'
    assert answer.content.startswith(b"PK")
    assert other.get(f"/min-side/oplysninger/{row.pk}/").status_code == 404
    assert other.get(f"/personer/{cast['anna'].pk}/oplysninger/{row.pk}/").status_code == 403
    asger = client_of(cast["asger"])
    assert asger.get(f"/personer/{cast['anna'].pk}/oplysninger/{row.pk}/").content.startswith(b"PK")
    assert asger.get(f"/personer/{cast['bo'].pk}/oplysninger/{row.pk}/").status_code == 404


def test_an_export_is_gone_after_thirty_days(cast, django_capture_on_commit_callbacks):
    row = store.issue(personal_export.order(cast["anna"], cast["anna"]))
    clock.set_to(clock.now() + timedelta(days=30, seconds=-1))
    assert retention.forget_old_exports() == 0
    clock.set_to(clock.now() + timedelta(days=2))
    assert verifying.kept_too_long() == [f"export {row.pk}: should be gone"]
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.forget_old_exports() == 1
    assert (default_storage.exists(row.file.name), verifying.kept_too_long()) == (False, [])


def test_an_administrator_erases_who_has_left(cast, client_of):
    asger, olga = client_of(cast["asger"]), cast["olga"]
    page = f"/personer/{olga.pk}/slet/"
    assert "Personen har stadig en rolle" in asger.get(page).content.decode()
    assert asger.post(page).status_code == 200
    olga.refresh_from_db()
    assert olga.name == "Olga fra en anden enhed"
    appointments.end(olga.current_assignments[0], by=cast["asger"])
    assert "Slet for altid" in asger.get(page).content.decode()
    assert asger.post(page).url == f"/personer/{olga.pk}/"
    told = asger.get(f"/personer/{olga.pk}/").content.decode()
    assert f"Tidligere medarbejder {olga.pk}" in told and "Olga" not in told


def test_the_privacy_notice_tells_every_deadline(client):
    page = unescape(client.get("/privatliv/").content.decode())
    assert [kind.code for kind in KINDS.values() if str(kind.name) not in page] == []
    assert "Datatilsynet" in page and 'href="/privatliv/"' in client.get("/om/").content.decode()
