"""Reports: written by several, saved by who saw the newest, sent and frozen, given back without a word lost."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from applications import effects, report_reading, report_writing, reporting
from applications.door import AlreadyHandled, NotYet, NotYours, Stale, take
from applications.models import MeasuredEffect, Project, ReportedActivity, StatusReport
from applications.spending import Spent
from applications.states import State
from documents import store
from documents.models import Document
from journal import chain, clock
from journal.models import Message
from tests.reading import Reading

pytestmark = pytest.mark.django_db
Kind = StatusReport.Kind
WORDS = {"summary": "Det går godt.", "result": "", "lessons": "Stil spanden ved døren.", "hours": 12}


@pytest.fixture
def browser(cast, client_of):
    return lambda who: client_of(cast[who])


def at(name, case, *more):
    return reverse(f"applications:{name}", args=[case.number, *more])


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def effect(report, **more) -> dict:
    promised = report.project.application.effects.get()
    row = {"id": None, "expected": promised.pk, "indicator": "recycled", "baseline": "", "value": Decimal("2440.5")}
    row |= {"low": Decimal(2300), "high": Decimal(2600), "unit": "kg/år", "basis": "measured"}
    return row | {"method": "vejet i tre uger", "lifetime": 5} | more


def status_of(case, cast, **words) -> StatusReport:
    report = report_writing.begin(case.pk, cast["anna"], Kind.STATUS)
    activities = [{"text": "Spande købt", "status": "done", "comment": "Tre på lager"}]
    return report_writing.save(report.pk, cast["anna"], WORDS | words, activities, [effect(report)], report.revision)


def page_of(report, *, rows=(), **more) -> dict:
    """What a browser sends of the writing page."""
    typed = {"revision": report.revision, "then": "save", "activities-TOTAL_FORMS": 1, "activities-INITIAL_FORMS": 0}
    typed |= {"activities-0-text": "Indkøb", "activities-0-status": "done", "activities-0-comment": ""}
    typed |= {"effects-TOTAL_FORMS": len(rows), "effects-INITIAL_FORMS": 0}
    for place, row in enumerate(rows):
        typed |= {f"effects-{place}-{name}": value for name, value in row.items()}
    return typed | more


# ── written ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_report_begins_with_what_was_applied_for(running, browser, cast):
    anna = browser("anna")
    assert anna.get(at("write-report", running, "slutrapport")).status_code == 200
    assert StatusReport.objects.count() == 0  # a look begins nothing
    for _press in range(2):
        anna.post(at("write-report", running, "slutrapport"), {"then": "begin"})
    report = StatusReport.objects.get()
    assert [row.text for row in report.activities.all()] == ["Indkøb i april, opstart i maj."]
    page = anna.get(at("write-report", running, "slutrapport"))
    assert "I forventede 2.100 kg/år (skønnet)." in text_of(page)
    offered = page.context["sheet"].effects.forms[0]
    assert (offered["indicator"].value(), offered["unit"].value()) == ("recycled", "kg/år")


def test_the_page_saves_what_was_typed_and_an_offer_without_a_number_is_no_row(running, browser, cast):
    report = report_writing.begin(running.pk, cast["anna"], Kind.FINAL)
    promised = running.effects.get()
    offer = {"expected": promised.pk, "indicator": "recycled", "unit": "kg/år"}
    address = at("write-report", running, "slutrapport")
    browser("anna").post(address, page_of(report, rows=[offer], result="Alle sorterer.", hours="1.200"))
    report.refresh_from_db()
    assert (report.result, report.hours, report.revision) == ("Alle sorterer.", 1200, 2)
    assert MeasuredEffect.objects.count() == 0
    row = offer | {"value": "2.440,5", "basis": "measured", "low": "2.300", "high": "2.600", "method": "vejet"}
    browser("anna").post(address, page_of(report, rows=[row], result="Alle sorterer."))
    found = MeasuredEffect.objects.get()
    assert (found.value, found.low, found.high, found.expected) == (Decimal("2440.5"), 2300, 2600, promised)
    report.refresh_from_db()
    kept = row | {"id": found.pk, "value": "2.500", "lifetime": "10"}
    browser("anna").post(address, page_of(report, rows=[kept], result="Alle sorterer."))
    changed = MeasuredEffect.objects.get()
    assert (changed.pk, changed.value, changed.lifetime) == (found.pk, 2500, 10)


def test_what_cannot_be_read_stays_as_it_was_typed(running, browser, cast):
    report = report_writing.begin(running.pk, cast["anna"], Kind.STATUS)
    row = {"indicator": "recycled", "value": "mange", "basis": "measured"}
    answer = browser("anna").post(at("write-report", running, "status"), page_of(report, rows=[row], summary="Godt."))
    assert "Skriv et tal med højst tre decimaler" in text_of(answer)
    assert 'value="mange"' in answer.content.decode()
    row = {"indicator": "recycled", "value": "10", "low": "11", "high": "9", "basis": "measured"}
    answer = browser("anna").post(at("write-report", running, "status"), page_of(report, rows=[row], summary="Godt."))
    assert "Det mindste tal må ikke være over mængden." in text_of(answer)
    assert "Det højeste tal må ikke være under mængden." in text_of(answer)
    more = page_of(report, rows=[], summary="Godt.", add_row="effects")
    assert len(browser("anna").post(at("write-report", running, "status"), more).context["sheet"].effects.forms) == 1
    assert (StatusReport.objects.get().summary, StatusReport.objects.get().revision) == ("", 1)


def test_two_who_write_lose_nothing(running, browser, cast):
    report = report_writing.begin(running.pk, cast["anna"], Kind.STATUS)
    browser("bo").post(at("write-report", running, "status"), page_of(report, summary="Bos ord."))
    answer = browser("anna").post(at("write-report", running, "status"), page_of(report, summary="Annas ord."))
    assert answer.status_code == 409
    assert "Bos ord." in text_of(answer)
    assert "Annas ord." in text_of(answer)
    assert StatusReport.objects.get().summary == "Bos ord."
    again = page_of(report, summary="Bos ord. Annas ord.", revision=answer.context["revision"])
    browser("anna").post(at("write-report", running, "status"), again)
    assert StatusReport.objects.get().summary == "Bos ord. Annas ord."


def test_a_save_pressed_twice_is_one_save(running, browser, cast):
    report = report_writing.begin(running.pk, cast["anna"], Kind.STATUS)
    row = {"indicator": "recycled", "value": "2.440,5", "basis": "measured"}
    for _press in range(2):
        answer = browser("anna").post(at("write-report", running, "status"), page_of(report, rows=[row], summary="Godt."))
        assert answer.status_code == 302
    report.refresh_from_db()
    assert (report.revision, report.measured_effects.count()) == (2, 1)
    again = page_of(report, rows=[row | {"id": report.measured_effects.get().pk}], summary="Godt.")
    browser("anna").post(at("write-report", running, "status"), again)  # nothing changed, and nothing is lost
    report.refresh_from_db()
    assert [row.text for row in report.activities.all()] == ["Indkøb"]
    assert (report.revision, report.measured_effects.count()) == (3, 1)


def test_without_the_revision_the_first_words_would_be_gone(running, cast, monkeypatch):
    report = status_of(running, cast, summary="Bos ord.")
    words = WORDS | {"summary": "Annas ord."}
    with pytest.raises(Stale):
        report_writing.save(report.pk, cast["anna"], words, [], [], report.revision - 1)
    assert StatusReport.objects.get().summary == "Bos ord."
    monkeypatch.setattr(report_writing, "_refuse_stale", lambda report, seen: None)
    report_writing.save(report.pk, cast["anna"], words, [], [], report.revision - 1)
    assert StatusReport.objects.values_list("summary", flat=True).get() == "Annas ord."


def test_a_report_is_the_units_until_it_is_sent(running, browser, cast):
    report = status_of(running, cast)
    assert browser("ulla").get(at("report", running, report.pk)).status_code == 302
    assert browser("karen").get(at("report", running, report.pk)).status_code == 404
    assert browser("karen").get(at("write-report", running, "status")).status_code == 403
    assert "Det går godt." not in text_of(browser("karen").get(at("project", running)))
    with pytest.raises(NotYours):
        report_writing.save(report.pk, cast["karen"], WORDS, [], [], report.revision)


# ── sent ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("days_before", "reaches"), [(31, False), (30, True), (-5, True)])
def test_a_status_reaches_the_halfway_milestone_when_it_is_near(running, cast, days_before, reaches):
    """One that is sent soon after the start is not the halfway status."""
    halfway = running.project.milestones.get(kind="halfway")
    clock.set_to(clock.now() + (halfway.due - clock.today()) - timedelta(days=days_before))
    report = status_of(running, cast)
    report_writing.send_status(report.pk, cast["anna"], report.revision)
    halfway.refresh_from_db()
    assert halfway.done_on == (clock.today() if reaches else None)


def test_a_status_report_is_sent_once_and_reaches_its_milestone(running, browser, cast):
    running.project.milestones.filter(kind="halfway").update(due=clock.today())
    report = status_of(running, cast)
    before = running.revision
    assert browser("anna").get(at("preview-report", running, "status")).status_code == 200
    for _press in range(2):
        answer = browser("anna").post(at("preview-report", running, "status"), {"revision": report.revision})
    assert answer.status_code == 302
    report.refresh_from_db()
    assert (report.sent_by, report.sent_at) == (cast["anna"], clock.now())
    events = chain.story(running.subject).filter(step="send_status")
    assert [event.payload for event in events] == [{"rapport": report.pk}]
    told = Message.objects.filter(template="send_status").values_list("person__name", flat=True)
    assert sorted(told) == ["Karen Konsulent", "Ulla Leder"]
    assert running.project.milestones.get(kind="halfway").done_on == clock.today()
    running.refresh_from_db()
    assert running.revision == before + 1


def test_what_was_sent_never_changes(running, walker, cast, browser):
    walker.voucher(1_000_00)
    report = status_of(running, cast)
    report_writing.send_status(report.pk, cast["anna"], report.revision)
    sent = StatusReport.objects.get()
    walker.voucher(2_000_00)
    running.effects.update(value=1)
    with pytest.raises(AlreadyHandled):
        report_writing.save(report.pk, cast["anna"], WORDS | {"summary": "Noget andet"}, [], [], report.revision)
    page = text_of(browser("karen").get(at("report", running, report.pk)))
    for words in ("Det går godt.", "Stil spanden ved døren.", "Spande købt", "Tre på lager", "2.440,5 kg/år (målt)"):
        assert words in page
    assert "2.100 kg/år (skønnet)" in page
    assert "2.300–2.600 kg/år" in page
    reading = report_reading.read(sent)
    assert (reading.accounts[0].spent, reading.total.spent) == (1_000_00, 1_000_00)
    assert reporting.digest(sent.content) == sent.sha256
    assert reporting.digest(reporting.freeze(sent)) != sent.sha256  # the twin: read from the rows, it would have changed


@pytest.mark.parametrize(
    ("holds", "says"),
    [
        (73_500_00, ""),
        (0, ""),  # frozen before the grant was kept with the accounts
        (67_000_00, "bevillingen er på 67.000 kr. Der er 0 kr. tilbage af bevillingen."),
        (70_000_00, "bevillingen er på 70.000 kr. Der er 3.000 kr. tilbage af bevillingen."),
        (66_000_00, "bevillingen er på 66.000 kr. Der er brugt 1.000 kr. mere end bevillingen."),
    ],
)
def test_the_sum_of_the_lines_is_their_sum_and_a_smaller_grant_is_said_beside(holds, says):
    accounts = [Spent("Værktøj", 41_000_00, 41_000_00, 0), Spent("Kursus", 32_500_00, 20_000_00, 6_000_00)]
    reading = report_reading.Reading([], [], accounts, [], [], holds, 0)
    total = reading.total
    assert (total.planned, total.spent, total.waiting, total.left) == (73_500_00, 61_000_00, 6_000_00, 6_500_00)
    said = reading.grant_says.replace("\xa0", " ")
    assert said == (says and f"Budgetlinjerne er på 73.500 kr. i alt, {says}")


def test_a_report_that_lacks_something_is_not_sent(running, cast, browser):
    report = status_of(running, cast, summary=" ")
    assert "Skriv kort, hvordan det går." in text_of(browser("anna").get(at("preview-report", running, "status")))
    with pytest.raises(NotYet, match="Skriv kort, hvordan det går"):
        report_writing.send_status(report.pk, cast["anna"], report.revision)
    with pytest.raises(NotYet):
        report_writing.begin(running.pk, cast["anna"], Kind.EFFECT)  # not before the final report


def test_a_final_report_after_the_deadline_is_taken_in_and_says_so(running, walker, cast, browser):
    walker.voucher(38_000_00)
    walker.write_final()
    due = running.project.milestones.get(kind="final_report").due
    clock.set_to(clock.now() + (due - clock.today()) + timedelta(days=3))
    walker.take("report", "anna")
    report = StatusReport.objects.get()
    assert report_reading.read(report).days_late == 3
    assert "Rapporten kom 3 dage efter fristen." in text_of(browser("karen").get(at("report", running, report.pk)))


def test_the_final_report_is_a_document_with_its_accounts(running, walker, cast, settings, tmp_path, client_of):
    settings.MEDIA_ROOT = tmp_path
    walker.voucher(38_000_00)
    walker.voucher(500_00, accepted=False)
    walker.write_final()
    walker.take("report", "anna")
    document = Document.objects.get(kind="report")
    said = re.sub(r"\s+", " ", " ".join(text for _tag, text in Reading(store.content_of(document)).elements))
    for words in (
        "Slutrapport for projekt",
        "Alle stuer sorterer.",
        "vejet i tre uger",
        "38.000,00",
        "500,00",
        "Grøn Leverance ApS",
    ):
        assert words in said, words
    address = at("document", running, document.pk)
    assert [client_of(cast[who]).get(address).status_code for who in ("anna", "karen", "frida", "rune")] == [
        200,
        200,
        200,
        404,
    ]


def test_a_report_given_back_is_written_on_and_the_first_stays_readable(running, walker, cast, browser):
    walker.report()
    first = StatusReport.objects.get()
    walker.take("return_report", "karen", reason="Hvor mange timer?")
    draft = StatusReport.objects.get(sent_at=None)
    assert (draft.result, draft.lessons) == (first.result, first.lessons)
    assert [row.text for row in draft.activities.all()] == [row.text for row in first.activities.all()]
    assert [row.value for row in draft.measured_effects.all()] == [2440]
    assert Document.objects.get(kind="report").superseded
    address = at("write-report", running, "slutrapport")
    assert "Alle stuer sorterer." in text_of(browser("anna").get(address))
    row = draft.measured_effects.get()
    values = {name: getattr(draft, name) for name in report_writing.WORDS_OF[Kind.FINAL]} | {"hours": 40}
    activities = [{"text": "Spande", "status": "done", "comment": ""}]
    kept = effect(draft, id=row.pk, expected=None)
    report_writing.save(draft.pk, cast["anna"], values, activities, [kept], draft.revision)
    take("report", running.pk, cast["anna"])
    second = reporting.last_sent(Project.objects.get(), "final")
    assert (second.content["hours"], first.content["hours"]) == (40, None)
    assert StatusReport.objects.get(pk=first.pk).content == first.content
    assert "Rapporten er sendt tilbage" in text_of(browser("anna").get(at("report", running, first.pk)))
    assert [doc.superseded for doc in Document.objects.filter(kind="report").order_by("pk")] == [True, False]


def test_the_effect_a_year_later_is_reported_also_when_all_is_settled(running, walker, cast, browser):
    walker.report()
    walker.complete()
    due = running.project.milestones.get(kind="effect_later").due
    clock.set_to(clock.now() + (due - clock.today()))
    assert "Skriv om virkningen efter et år" in text_of(browser("anna").get(at("project", running)))
    browser("anna").post(at("write-report", running, "effekt"), {"then": "begin"})
    draft = StatusReport.objects.get(sent_at=None)
    values = {"result": "Stadig alle stuer.", "lessons": "", "anchoring": "Fast punkt."}
    saved = report_writing.save(draft.pk, cast["ulla"], values, [], [effect(draft, value=Decimal(2500))], draft.revision)
    report_writing.send_effect(draft.pk, cast["ulla"], saved.revision)
    running.refresh_from_db()
    assert running.state == State.COMPLETED
    assert chain.story(running.subject).last().step == "send_effect"
    assert [row.value for row in effects.counting_effects(running.project)] == [2500]
    assert ReportedActivity.objects.filter(report=draft).count() == 1  # nothing of them is asked, nothing is lost
    assert running.project.milestones.get(kind="effect_later").done_on == due


def test_a_later_report_begins_with_the_effects_of_the_one_before(running, walker, cast):
    """The newest report is the project's word: what it does not repeat would count no more."""
    walker.report()
    walker.complete()
    before = reporting.last_sent(Project.objects.get(pk=running.pk), "final")
    facts = {"project": before.project, "indicator": "people", "value": 60, "unit": "personer", "basis": "measured"}
    MeasuredEffect.objects.create(report=before, **facts)
    draft = report_writing.begin(running.pk, cast["anna"], Kind.EFFECT)
    rows = draft.measured_effects.order_by("pk").values_list("indicator", "value")
    assert list(rows) == [("recycled", 2440), ("people", 60)]
    assert before.measured_effects.count() == 2
