"""Vouchers from the unit's side: registered with their paper, warned about and never refused, put right, taken back."""

import contextlib
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications import project_files, scanning, uploads, vouchers
from applications.door import AlreadyHandled, NotYet, NotYours
from applications.models import Attachment, Project, Voucher
from applications.states import State
from documents import scanner
from journal import chain, clock
from journal.models import Message
from people import appointments
from people.models import Person
from people.roles import Role
from tests.test_uploads import pdf, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def anna(cast, client_of):
    return client_of(cast["anna"])


def at(name, case, *more):
    return reverse(f"applications:{name}", args=[case.number, *more])


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def typed(case, amount="1.250,50", day=None, **more):
    day = day or clock.today()
    values = {"budget_line": case.budget_lines.first().pk, "amount": amount, "supplier": "Spandfabrikken ApS"}
    values |= {"date_day": day.day, "date_month": day.month, "date_year": day.year, "text": "Tre spande"}
    return values | more


def receipt(name="kvittering.jpg"):
    return SimpleUploadedFile(name, picture("JPEG"))


# ── registered ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_receipt_from_a_phone_becomes_a_voucher_that_finance_can_read(running, anna, cast, client_of):
    answer = anna.post(at("new-voucher", running), typed(running, file=receipt()), follow=True)
    voucher = Voucher.objects.get()
    assert (voucher.number, voucher.amount, voucher.status, voucher.supplier) == (
        1,
        125050,
        "registered",
        "Spandfabrikken ApS",
    )
    assert voucher.file.project_id == running.pk
    assert voucher.file.application_id is None  # it stays out of the form
    assert chain.story(running.subject).last().step == "register_voucher"
    said = text_of(answer)
    assert "1.250,50" in said
    assert "Afventer Økonomi" in said
    for who, status in (("frida", 200), ("karen", 200), ("rune", 404), ("olga", 404)):
        got = client_of(cast[who]).get(at("attachment", running, voucher.file_id))
        assert got.status_code == status, who


def test_a_button_pressed_twice_is_one_voucher_and_one_file(running, anna):
    for _press in range(2):
        anna.post(at("new-voucher", running), typed(running, file=receipt()))
    assert Voucher.objects.count() == Attachment.objects.count() == 1
    clock.set_to(clock.now() + timedelta(minutes=1))  # the same bought again is another voucher
    anna.post(at("new-voucher", running), typed(running, file=receipt()))
    assert Voucher.objects.count() == 2


def test_a_voucher_above_what_is_left_is_warned_of_and_kept_and_finance_is_refused(running, anna, cast):
    answer = anna.post(at("new-voucher", running), typed(running, "45.000", file=receipt()), follow=True)
    assert "der er kun 40.000 kr. tilbage" in text_of(answer)
    assert "5.000 kr. over bevillingen" in text_of(answer)
    voucher = Voucher.objects.get()
    with pytest.raises(NotYet, match="der er kun 40.000"):
        vouchers.accept(voucher.pk, cast["frida"], seen_revision=voucher.revision)
    assert Project.objects.get().spent == 0


def test_who_laid_a_voucher_in_does_not_accept_it(running, walker, cast):
    """One person with both roles: the unit's and finance's."""
    appointments.appoint(cast["frida"], Role.APPLICANT, running.unit, by=None)
    frida = Person.objects.get(pk=cast["frida"].pk)
    facts = {"supplier": "Grøn Leverance ApS", "text": "Spande", "date": clock.today(), "amount": 1_000_00}
    voucher = vouchers.register(running.pk, frida, budget_line=running.budget_lines.first(), **facts)
    with pytest.raises(NotYours, match="Du har selv lagt bilaget ind"):
        vouchers.accept(voucher.pk, frida, seen_revision=voucher.revision)
    assert Project.objects.get().spent == 0


def test_a_voucher_from_before_the_grant_is_warned_of_and_kept(running, anna):
    early = running.decided_at.date() - timedelta(days=1)
    answer = anna.post(at("new-voucher", running), typed(running, day=early, file=receipt()), follow=True)
    assert "Bilaget er fra før bevillingen." in text_of(answer)
    assert Voucher.objects.get().date == early


def test_what_was_typed_stays_when_something_is_wrong(running, anna):
    tomorrow = clock.today() + timedelta(days=1)
    answer = anna.post(at("new-voucher", running), typed(running, "mange", tomorrow, file=receipt()))
    assert answer.status_code == 200
    assert "Spandfabrikken ApS" in answer.content.decode()
    assert "Vælg filen igen, når du har rettet det andet." in text_of(answer)
    answer = anna.post(at("new-voucher", running), typed(running, day=tomorrow, file=receipt()))
    assert "Bilagets dato ligger i fremtiden." in text_of(answer)
    answer = anna.post(at("new-voucher", running), typed(running))
    assert "Vælg en fil" in text_of(answer)
    assert Voucher.objects.count() == Attachment.objects.count() == 0


def test_a_refused_voucher_leaves_no_file(running, anna, tmp_path):
    anna.post(at("new-voucher", running), typed(running, day=clock.today() + timedelta(days=1), file=receipt()))
    assert list(tmp_path.rglob("*.jpg")) == []
    assert Attachment.objects.count() == 0


def test_without_that_care_the_file_of_a_refused_voucher_would_stay(running, anna, tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "gone_unless_kept", lambda path: contextlib.nullcontext())
    anna.post(at("new-voucher", running), typed(running, day=clock.today() + timedelta(days=1), file=receipt()))
    assert len(list(tmp_path.rglob("*.jpg"))) == 1


def test_only_pictures_and_papers_come_in_and_no_more_than_there_is_room_for(running, anna, monkeypatch):
    answer = anna.post(at("new-voucher", running), typed(running, file=SimpleUploadedFile("bilag.pdf", b"MZ\x90")))
    assert "Vi kan tage imod PDF" in text_of(answer)
    monkeypatch.setattr(project_files, "MOST_FILES", 1)
    anna.post(at("new-voucher", running), typed(running, file=SimpleUploadedFile("a.pdf", pdf())))
    clock.set_to(clock.now() + timedelta(minutes=1))
    answer = anna.post(at("new-voucher", running), typed(running, file=receipt()))
    assert "Der er ikke plads til flere filer på projektet" in text_of(answer)
    assert Voucher.objects.count() == 1


# ── put right and taken back ────────────────────────────────────────────────────────────────────────────────────────


def test_a_refused_voucher_says_why_and_is_put_right(running, walker, anna, cast):
    row = walker.voucher(500_00, accepted=False)
    vouchers.refuse(row.pk, cast["frida"], seen_revision=row.revision, reason="Der mangler moms på bilaget.")
    row.refresh_from_db()
    mail = Message.objects.get(template="refuse_voucher")
    assert (mail.person, mail.subject) == (cast["anna"], "Bilag 1 på projekt 2026-001 er afvist")
    assert "Der mangler moms på bilaget." in mail.body
    assert "Der mangler moms på bilaget." in text_of(anna.get(at("project-vouchers", running)))
    assert "Økonomi har afvist bilag nr. 1" in text_of(anna.get(at("project", running)))
    page = anna.get(at("correct-voucher", running, row.pk))
    assert page.context["form"].initial["amount"] == 500_00
    stale = typed(running, "600", revision=row.revision - 1, file=receipt())
    assert "Bilaget er ændret" in text_of(anna.post(at("correct-voucher", running, row.pk), stale))
    anna.post(at("correct-voucher", running, row.pk), typed(running, "600", revision=row.revision, file=receipt()))
    row.refresh_from_db()
    assert (row.amount, row.status, row.refusal, row.file.name) == (600_00, "registered", "", "kvittering.jpg")


def test_what_finance_has_refused_stays_readable_when_its_file_is_replaced(running, anna, cast):
    anna.post(at("new-voucher", running), typed(running, file=receipt()))
    row = Voucher.objects.get()
    vouchers.refuse(row.pk, cast["frida"], seen_revision=1, reason="Uskarpt.")
    again = typed(running, revision=2, file=receipt("skarp.jpg"))
    anna.post(at("correct-voucher", running, row.pk), again)
    first, second = Attachment.objects.order_by("pk")
    assert (first.taken_from_id, first.project_id, second.project_id) == (running.pk, None, running.pk)


def test_a_voucher_taken_back_is_gone_with_its_file_and_its_number_is_not_used_again(running, anna, cast, tmp_path):
    anna.post(at("new-voucher", running), typed(running, file=receipt()))
    row = Voucher.objects.get()
    assert anna.get(at("remove-voucher", running, row.pk)).status_code == 200
    assert Voucher.objects.count() == 1  # a look changes nothing
    for _press in range(2):
        anna.post(at("remove-voucher", running, row.pk), {"revision": row.revision})
    assert Voucher.objects.count() == Attachment.objects.count() == 0
    event = chain.story(running.subject).last()
    assert (event.step, event.payload["bilag"], event.payload["beløb"]) == ("remove_voucher", 1, 125050)
    anna.post(at("new-voucher", running), typed(running, file=receipt()))
    assert Voucher.objects.get().number == 2


def test_a_voucher_that_was_booked_is_neither_put_right_nor_taken_back(running, walker, anna, cast):
    row = walker.voucher(500_00)
    anna.post(at("correct-voucher", running, row.pk), typed(running, "9", revision=row.revision, file=receipt()))
    anna.post(at("remove-voucher", running, row.pk), {"revision": row.revision})
    assert Voucher.objects.get().amount == 500_00
    vouchers.undo(row.pk, cast["frida"], seen_revision=row.revision, reason="Forkert konto.")
    row.refresh_from_db()
    with pytest.raises(AlreadyHandled, match="har været bogført"):
        vouchers.remove(row.pk, cast["anna"], seen_revision=row.revision)


# ── accepted once ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_accepted_twice_is_booked_once(running, walker, cast):
    row = walker.voucher(500_00, accepted=False)
    vouchers.accept(row.pk, cast["frida"], seen_revision=row.revision)
    with pytest.raises(AlreadyHandled):
        vouchers.accept(row.pk, cast["frida"], seen_revision=row.revision)
    assert Project.objects.get().spent == 500_00


def test_without_that_question_the_second_press_would_book_it_again(running, walker, cast, monkeypatch):
    row = walker.voucher(500_00, accepted=False)
    vouchers.accept(row.pk, cast["frida"], seen_revision=row.revision)
    monkeypatch.setattr(vouchers, "_still_registered", lambda voucher, seen: None)
    vouchers.accept(row.pk, cast["frida"], seen_revision=row.revision)
    assert Project.objects.get().spent == 1_000_00


# ── scanned ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_paper_with_a_virus_is_taken_off_and_another_is_asked_for(running, anna, monkeypatch):
    monkeypatch.setattr(scanner, "exists", lambda: True)

    def no_answer(content, timeout=None):
        raise scanner.NoAnswer("down")

    monkeypatch.setattr(scanner, "virus_in", no_answer)
    anna.post(at("new-voucher", running), typed(running, file=receipt()))
    row = Voucher.objects.get()
    assert "Venter på viruskontrol" in text_of(anna.get(at("project-vouchers", running)))
    assert anna.get(at("attachment", running, row.file_id)).status_code == 409
    monkeypatch.setattr(scanner, "virus_in", lambda content, timeout=None: "Eicar")
    assert scanning.scan_waiting() == 1
    assert "Fjernet på grund af virus" in text_of(anna.get(at("project-vouchers", running)))
    assert anna.get(at("correct-voucher", running, row.pk)).context["form"].fields["file"].required


# ── the page ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_pages_show_the_sums_of_each_budget_line(running, walker, anna):
    walker.voucher(10_000_00)
    walker.voucher(2_000_00, accepted=False)
    walker.voucher(3_000_00, line=1, accepted=False)
    context = anna.get(at("project-vouchers", running)).context
    equipment, materials = context["lines"]
    assert (equipment.planned, equipment.spent, equipment.waiting, equipment.left) == (
        33_600_00,
        10_000_00,
        2_000_00,
        21_600_00,
    )
    assert (materials.spent, materials.waiting, materials.left, materials.share) == (0, 3_000_00, 3_400_00, 46)
    assert (context["money"].planned, context["money"].left) == (40_000_00, 25_000_00)
    assert [voucher.line_used for voucher in context["vouchers"]] == [10_000_00, 12_000_00, 3_000_00]


def test_who_may_look_and_who_may_write(running, cast, client_of):
    row = {"anna": 200, "ulla": 200, "karen": 403, "frida": 403, "rasmus": 403, "olga": 404, "otto": 404}
    for who, status in row.items():
        browser = client_of(cast[who])
        assert browser.get(at("new-voucher", running)).status_code == status, who
        assert browser.get(at("project-vouchers", running)).status_code == (404 if status == 404 else 200), who
        assert browser.get(at("project", running)).status_code == (404 if status == 404 else 200), who
    assert client_of(cast["rune"]).get(at("project", running)).status_code == 403


def test_a_case_that_is_not_begun_has_no_project_page(case, anna):
    assert anna.get(at("project", case(State.GRANTED))).status_code == 404


def test_nothing_is_laid_in_when_the_project_has_reported(case, anna):
    reported = case(State.REPORTED)
    assert anna.get(at("new-voucher", reported)).status_code == 302
    answer = anna.post(at("new-voucher", reported), typed(reported, file=receipt()))
    assert "projektet er «Slutrapport afleveret»" in text_of(answer)
    assert Voucher.objects.count() == 1
