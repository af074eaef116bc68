"""Who may read a case and not its project reads no word of the project: not in the story, not in the papers."""

import io
import json
import zipfile

import pytest

from applications import case_file, changing, erasing_person, timeline, vouchers
from applications.models import Application
from applications.roles import MAY
from applications.states import State
from applications.views import case as case_pages
from documents import store
from documents.models import Document
from people import appointments
from tests.test_canaries import text_of

pytestmark = pytest.mark.django_db
REASON = "Regningen er på en anden enhed."


@pytest.fixture
def transferred(case, walker, cast):
    """A project that gets its money by a budget transfer; finance has refused a voucher with a reason."""
    case(State.GRANTED)
    walker.start(settlement="budget_transfer", account="5798000104075")
    walker.case.refresh_from_db()
    bill = walker.voucher(1_000_00, accepted=False)
    vouchers.refuse(bill.pk, cast["frida"], seen_revision=bill.revision, reason=REASON)
    for document in Document.objects.filter(sha256=""):
        store.issue(document)
    return Application.objects.get(pk=walker.case.pk)


def order_of(case) -> str:
    return f"{case.get_absolute_url()}dokumenter/{Document.objects.get(subject=case.subject, kind='transfer_order').pk}/"


@pytest.mark.parametrize("who", ["signe", "rune"])
def test_the_case_tells_that_it_happened_and_no_word_of_it(who, transferred, cast, client_of):
    browser, page = client_of(cast[who]), transferred.get_absolute_url()
    shown = browser.get(page).content.decode()
    assert (
        "Bilag afvist af Økonomi" in shown and "Målbart og billigt." in shown
    )  # what was said before the project is theirs
    assert REASON not in shown and order_of(transferred) not in shown
    assert browser.get(order_of(transferred)).status_code == 404
    for follows in ("mads", "anna", "rasmus", "karen"):
        told = client_of(cast[follows])
        assert REASON in told.get(page).content.decode()
        assert told.get(order_of(transferred)).content.startswith(b"%PDF")


def test_without_the_two_guards_the_secretary_would_read_it(transferred, cast, client_of, monkeypatch):
    """The twin."""
    signe = client_of(cast["signe"])
    monkeypatch.setattr(case_pages, "PROJECT_PAPERS", ())
    assert signe.get(order_of(transferred)).status_code == 200
    monkeypatch.setitem(MAY, "see_project", MAY["see"])
    assert REASON in [entry.text for entry in timeline.entries(transferred, cast["signe"])]


def test_the_case_file_of_a_transfer_holds_its_order(transferred):
    with zipfile.ZipFile(io.BytesIO(case_file.build(transferred))) as archive:
        acts = {act["type"]: act for act in json.loads(archive.read("metadata.json"))["akter"]}
        order = acts["Omplaceringsordre"]
        assert order["retning"] == "intern" and archive.read(order["fil"]).startswith(b"%PDF")


def test_the_unit_reads_the_new_purpose_it_asked_for(transferred, cast, client_of):
    changing.ask(transferred.pk, cast["anna"], "purpose", "Stuerne er lagt sammen.", new_purpose="Én spand til hele huset.")
    for who in ("anna", "rasmus"):
        assert (
            "Én spand til hele huset."
            in client_of(cast[who]).get(f"{transferred.get_absolute_url()}projekt/").content.decode()
        )


def test_a_person_who_is_erased_is_gone_from_the_papers_of_the_project(walker, transferred, cast):
    """The order says who accepted, the final report who sent it."""
    walker.voucher(38_000_00)
    vouchers.confirm_transfer(transferred.pk, cast["frida"])
    walker.write_final()
    walker.take("report", "anna")
    walker.complete()
    papers = Document.objects.filter(subject=transferred.subject, kind__in=["report", "transfer_order"])
    store.issue_owed()
    assert ["Anna Ansøger" in said(row) or "Ulla Leder" in said(row) for row in papers] == [True] * 3
    for name in ("anna", "ulla"):
        appointments.end(cast[name].current_assignments[0], by=cast["asger"])
        erasing_person.erase(cast[name].pk, cast["asger"])
    store.issue_owed()
    assert ["Anna" in said(row) or "Ulla" in said(row) for row in papers.all()] == [False] * 3
    assert all("Tidligere medarbejder" in said(row) for row in papers.all())


def said(document: Document) -> str:
    return text_of(store.content_of(document), "")
