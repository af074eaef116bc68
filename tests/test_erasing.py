"""Row 22: past each deadline, after a person's yes, no word is left where it must not be, and the chain still verifies."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from applications import (
    agenda,
    erasing,
    erasing_person,
    erasing_projects,
    erasure_proposals,
    retention_due,
    verifying,
    vouchers,
)
from applications.models import Application, Attachment, Consent, ErasureProposal, FinanceFile, Photo, Voucher
from applications.retention_rules import GONE, KEPT, KINDS
from applications.states import State
from applications.tasks import erase_what_must_be_gone
from documents import store
from journal import chain, clock, outbox
from journal.models import Event, Message
from people import access, appointments
from people.tasks import forget_register_files, sweep_sign_in
from tests import canary_words
from tests.canaries import Birds
from tests.canary_words import AUDIENCES, FOLLOWED_UP, word
from tests.cast import NOW
from tests.leftovers import in_files, in_tables
from tests.test_canaries import words_in

pytestmark = pytest.mark.django_db
BY_DECISION = {name for kept in KEPT if kept is not KEPT[1] for name in kept.fields}


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path):
    """A store of its own: what another test left lying is not looked at."""
    settings.MEDIA_ROOT = tmp_path


class Refused(Birds):
    """The same world, in which the committee says no."""

    def outcome(self):
        return agenda.Outcome(self.case.pk, "refuse", {"reason": word("applications.Application.decision_reason")})

    def follow_up(self):
        """There is no project."""


def played(world):
    """Everything is sent and printed."""
    world.plant()
    outbox.send_due()
    access.send_due()
    store.issue_owed()
    Message.objects.filter(pk=Message.objects.first().pk).update(**canary_words.of("journal.Message", "last_error"))
    mail.outbox.clear()
    content = b"%PDF-" + word("applications.Attachment.file").encode()
    Attachment.objects.filter(application=world.case).update(sha256=store.fingerprint(content))
    return world


def say_yes(by) -> int:
    """The timetable proposes, the administrator approves everything that waits."""
    erase_what_must_be_gone()
    rows = list(erasure_proposals.waiting())
    for row in rows:
        erasure_proposals.approve(row.pk, by)
    return len(rows)


def years_later(years: int) -> None:
    clock.set_to(clock.now() + timedelta(days=366 * years))


def leave(cast, *names) -> None:
    """Their roles end, and they are gone."""
    for person in (cast[name] for name in names):
        for row in person.current_assignments:
            appointments.end(row, by=cast["asger"])
        person.refresh_from_db()


def left(*texts: dict[str, str]) -> dict[str, set[str]]:
    """Where a word still lies that is not kept on purpose."""
    found = {name: words_in(text) for each in texts for name, text in each.items()}
    return {name: words for name, words in found.items() if words}


NOT_PLANTED = {Refused: {"applications.Application.decision_conditions", *FOLLOWED_UP}, Birds: set()}
UNIT = ("anna", "bo", "ulla", "olga")
# what the committee was shown of a case stands in its papers, which the archive gets
SHOWN = {f"applications.Application.{name}" for name in ("title", "recommended_reason", "recommended_conditions")}
SHOWN |= {"applications.Effect.method", "climate.Calculation.answers"}
# a project's picture that is shown, with its consent, stays while it may be shown
PICTURE = {"applications.Consent.covers", "applications.Consent.reference"}
PICTURE |= {f"applications.Photo.{name}" for name in ("alt", "caption", "credit")}
# of a case that was granted: what was applied for, what was reported and told (drafts of it too), its picture
GRANTED = {*KEPT[1].fields, "report.result", "story.outcome", *PICTURE}
# the final report is kept as it was sent: it tells who was paid
REPORTED = {"applications.Voucher.supplier"}


def final_report(where: str) -> bool:
    return "slutrapport" in where or where == "applications.StatusReport.content"


def committee(where: str) -> bool:
    """The committee's own papers: the printed ones, and the facts they were printed from."""
    return "dagsordenspunkt" in where or where in ("documents.Document.facts", "applications.AgendaItem.sections")


@pytest.mark.proves(22, minutes=1)
@pytest.mark.parametrize(("world", "kept"), [(Refused, set()), (Birds, GRANTED)])
def test_past_every_deadline_no_word_is_left(world, kept, cast, open_round, proof, django_capture_on_commit_callbacks):
    """Past every deadline and after a person's yes: of a word in each field none is left but what is kept on purpose."""
    played(world(cast, open_round))
    planted = words_in("\n".join([*in_tables().values(), *in_files().values()]))
    assert planted >= AUDIENCES.keys() - NOT_PLANTED[world]
    leave(cast, *UNIT)
    names = [cast[name].name for name in UNIT] + [cast[name].email for name in UNIT]
    years_later(7)
    with django_capture_on_commit_callbacks(execute=True):
        proof.count("subjects erased", say_yes(cast["asger"]))
        forget_register_files()
        sweep_sign_in()
        access.send_due()
    store.issue_owed()
    tables, files = in_tables(), in_files()
    kept = kept | BY_DECISION
    for where, words in left(tables, files).items():
        more = SHOWN if committee(where) else REPORTED if final_report(where) else set()
        assert words <= kept | more, where
    assert [
        where for where, text in (tables | files).items() if any(name in text for name in names) and not committee(where)
    ] == []
    assert {name: faults for name, faults in verifying.checks().items() if faults} == {}
    assert (verifying.kept_too_long(), list(erasure_proposals.waiting())) == ([], [])
    proof.count("words looked for", len(AUDIENCES))
    proof.count("places looked in", len(tables) + len(files))


DECIDED = date(2026, 4, 5)  # the day the Danish clock showed when the committee said no in the world above


@pytest.fixture
def refused(case):
    return case(State.REFUSED)


def days_after(case, **step) -> None:
    """To nine o'clock so many years and days after the decision."""
    clock.set_to(case.decided_at.replace(hour=9, year=case.decided_at.year + step["years"]) + timedelta(days=step["days"]))


def test_a_case_is_proposed_on_its_day_and_once(refused):
    days_after(refused, years=5, days=-1)
    erase_what_must_be_gone()
    assert not ErasureProposal.objects.filter(kind="not_granted").exists()
    days_after(refused, years=5, days=0)
    erase_what_must_be_gone()
    erase_what_must_be_gone()
    row = ErasureProposal.objects.get(kind="not_granted")
    assert (row.subject, row.since, row.due_on) == (refused.subject, refused.decided_at.date(), clock.today())
    told = Message.objects.filter(template="erasure_proposed")
    assert list(told.values_list("person__name", flat=True)) == ["Asger Administrator"] * 2  # a word for each of two days
    assert (row.holds["udgaver"], row.holds["bedømmelser"], row.holds["dokumenter"]) == (1, 2, 2)


def test_an_answer_that_is_a_month_late_is_told_by_verify(refused, cast):
    days_after(refused, years=5, days=30)
    erase_what_must_be_gone()
    assert [line for line in verifying.kept_too_long() if "not_granted" in line] == []
    days_after(refused, years=5, days=31)
    late = (
        f"{refused.subject}: not_granted since {refused.decided_at:%Y-%m-%d}, to be gone by 2031-{refused.decided_at:%m-%d}"
    )
    assert late in verifying.kept_too_long()
    row = ErasureProposal.objects.get(kind="not_granted")
    erasure_proposals.postpone(row.pk, cast["asger"], clock.today() + timedelta(days=90), "Der er en klagesag.")
    assert late not in verifying.kept_too_long()


def test_what_is_put_off_waits_until_its_day_and_nobody_erases_it(refused, cast):
    days_after(refused, years=5, days=0)
    erase_what_must_be_gone()
    row = ErasureProposal.objects.get(kind="not_granted")
    with pytest.raises(ValidationError, match="Vælg en dag efter i dag"):
        erasure_proposals.postpone(row.pk, cast["asger"], clock.today(), "Nu")
    until = clock.today() + timedelta(days=90)
    erasure_proposals.postpone(row.pk, cast["asger"], until, "Der er en klagesag.")
    with pytest.raises(ValidationError, match="udsat"):
        erasure_proposals.approve(row.pk, cast["asger"])
    assert chain.story(refused.subject).last().payload == {
        "slags": "not_granted",
        "til": until.isoformat(),
        "svar": {"reason": "Der er en klagesag."},
    }
    assert row.pk not in erasure_proposals.waiting().values_list("pk", flat=True)
    clock.set_to(clock.now() + timedelta(days=91))
    erasure_proposals.approve(row.pk, cast["asger"])
    assert Application.objects.get(pk=refused.pk).title == GONE


def test_the_database_refuses_to_put_off_without_a_reason_and_to_erase_without_a_person(refused):
    days_after(refused, years=5, days=0)
    erase_what_must_be_gone()
    for wrong in ({"postponed_until": clock.today(), "reason": ""}, {"erased_at": clock.now()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ErasureProposal.objects.update(**wrong)


def test_a_longer_period_takes_its_proposals_back(refused, cast):
    days_after(refused, years=5, days=0)
    erase_what_must_be_gone()
    row = ErasureProposal.objects.get(kind="not_granted")
    assert erasure_proposals.set_period("not_granted", 6, cast["asger"])
    assert not erasure_proposals.set_period("not_granted", 6, cast["asger"])
    with pytest.raises(ValidationError, match="ikke længere gået"):
        erasure_proposals.approve(row.pk, cast["asger"])
    erase_what_must_be_gone()
    assert not ErasureProposal.objects.filter(kind="not_granted").exists()
    assert chain.story(erasure_proposals.SUBJECT).last().payload == {"slags": "not_granted", "år": [5, 6]}
    with pytest.raises(ValidationError, match="mellem 1 og 20"):
        erasure_proposals.set_period("draft", 2, cast["asger"])


@pytest.fixture
def erased(refused, cast, django_capture_on_commit_callbacks):
    days_after(refused, years=5, days=0)
    with django_capture_on_commit_callbacks(execute=True):
        say_yes(cast["asger"])
    return Application.objects.get(pk=refused.pk)


def test_what_was_decided_and_by_whom_stays(erased, refused, cast):
    assert (erased.state, erased.number, erased.amount_sought) == (State.REFUSED, refused.number, 40_000_00)
    assert (erased.decision_reason, erased.decided_by) == ("Der er ikke penge nok.", cast["signe"])
    assert verifying.four_eyes() == verifying.replay() == chain.faults() == []
    assert [score.points for each in erased.assessments.all() for score in each.scores.all()] == [4, 3, 4, 3]
    said = chain.story(erased.subject).last()
    assert (said.step, said.actor, said.payload["slags"]) == ("erase_kind", cast["asger"], "not_granted")


@pytest.mark.parametrize("part", ["", "udgaver/", "aktliste/"])
def test_the_pages_of_an_erased_case_still_open(erased, cast, client_of, part):
    answer = client_of(cast["karen"]).get(f"/ansoegninger/{erased.number}/{part}")
    assert answer.status_code == 200
    if not part:
        assert "Slettet, fordi fristen er gået" in answer.content.decode()


def test_only_text_can_be_blacked_out_and_only_when_the_chain_says_so(refused):
    """The guard of the database: nothing else of an event changes, and not without a later event that tells of it."""
    event, last = chain.story(refused.subject).first(), Event.objects.latest("position").position
    allowed = {"payload": {}, "salt": "", "blacked_out_by": last}
    for wrong in ({"step": "x"}, {"blacked_out_by": last + 1}, {"salt": "x"}, {"blacked_out_by": event.position}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Event.objects.filter(pk=event.pk).update(**(allowed | wrong))
    # the twin: what the guard lets through without an event that vouches for it is found by the chain itself
    Event.objects.filter(pk=event.pk).update(**allowed)
    assert chain.faults() == [f"event {event.position}: no event vouches for what is left of its payload"]


def test_what_is_left_of_a_blacked_out_event_cannot_be_changed_again(erased):
    event = chain.story(erased.subject).exclude(blacked_out_by=None).first()
    assert event.payload["svar"] != {} and chain.faults() == []
    later = chain.record("prøve/1", "try", None).position
    Event.objects.filter(pk=event.pk).update(payload={"svar": {}}, blacked_out_by=later)
    assert chain.faults() == [f"event {event.position}: no event vouches for what is left of its payload"]


def test_an_event_that_vouches_for_others_is_not_blacked_out(erased):
    told = chain.story(erased.subject).last()
    with pytest.raises(ValueError, match="vouch for others"), transaction.atomic():
        chain.black_out(None, "x", erased.subject, {}, [(told, {})])


def test_the_search_finds_what_an_erasing_that_forgets_a_place_leaves(refused, cast, monkeypatch):
    """The twin: an erasing that leaves the journal alone is found to have left its words."""
    monkeypatch.setattr(erasing, "_texts_in_the_journal", lambda case: [])
    days_after(refused, years=5, days=0)
    say_yes(cast["asger"])
    assert "Målbart og billigt." in in_tables()["journal.Event.payload"]


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def waits(refused):
    days_after(refused, years=5, days=0)
    erase_what_must_be_gone()
    return ErasureProposal.objects.get(kind="not_granted")


def test_an_administrator_reads_puts_off_and_erases(waits, refused, cast, client_of):
    asger = client_of(cast["asger"])
    front = asger.get("/administration/sletning/").content.decode()
    assert f"Ansøgning {refused.number}, Børnehuset Solstrålen" in front
    page = f"/administration/sletning/{waits.pk}/"
    shown = asger.get(page).content.decode()
    assert "Slet for altid" in shown and "kan ikke fortrydes" in shown and "Børnehuset" in shown
    when = clock.today() + timedelta(days=30)
    typed = {"until_day": when.day, "until_month": when.month, "until_year": when.year, "reason": ""}
    assert "Udfyld feltet «Hvorfor»" in asger.post(f"{page}udsaet/", typed).content.decode()
    assert asger.post(f"{page}udsaet/", typed | {"reason": "Klagesag."}).url == "/administration/sletning/"
    assert "Klagesag." in asger.get("/administration/sletning/?liste=udsat").content.decode()
    asger.post(page)
    assert Application.objects.get(pk=refused.pk).title != GONE
    assert asger.post(f"{page}ophaev/").url == page
    assert asger.post(page).url == "/administration/sletning/"
    assert Application.objects.get(pk=refused.pk).title == GONE
    assert "Asger Administrator" in asger.get("/administration/sletning/?liste=slettet").content.decode()


def test_a_whole_kind_is_erased_as_the_page_showed_it(waits, cast, client_of):
    asger, page = client_of(cast["asger"]), "/administration/sletning/slags/messages/"
    shown = re.findall(r'name="row" value="(\d+)"', asger.get(page).content.decode())
    later = ErasureProposal.objects.get(pk=shown.pop())
    assert asger.post(page, {"row": shown}).url == "/administration/sletning/"
    left = erasure_proposals.waiting().filter(kind="messages")
    assert (list(left), ErasureProposal.objects.exclude(erased_at=None).count()) == ([later], len(shown))
    assert asger.get("/administration/sletning/slags/ukendt/").status_code == 404


def test_the_municipality_s_own_choice_is_typed_on_its_page(cast, client_of):
    asger, table = client_of(cast["asger"]), "/administration/sletning/frister/"
    assert asger.post(f"{table}not_granted/", {"years": "7"}).url == table
    shown = asger.get(table).content.decode()
    assert "7 år" in shown and "Kommunens valg" in shown and "Fra 5 til 7 år" in shown
    assert asger.post(f"{table}contact/", {"years": "99"}).status_code == 200
    assert (retention_due.years_of()["contact"], retention_due.years_of()["not_granted"]) == (2, 7)
    assert asger.get(f"{table}voucher/").status_code == 404  # the law's, nobody's choice


@pytest.mark.parametrize("who", ["karen", "mads", "rasmus", "anna"])
def test_nobody_else_comes_near(waits, cast, client_of, who):
    browser = client_of(cast[who])
    pages = ["", f"{waits.pk}/", f"{waits.pk}/udsaet/", "frister/", "slags/not_granted/"]
    assert {browser.get(f"/administration/sletning/{page}").status_code for page in pages} == {403}
    assert browser.post(f"/administration/sletning/{waits.pk}/").status_code == 403


def test_the_list_asks_as_often_for_one_as_for_sixty(case, cast, client_of):
    asger, facts = client_of(cast["asger"]), {"since": NOW, "due_on": NOW, "proposed_at": clock.now()}

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            asger.get("/administration/sletning/")
        return len(queries)

    asked()
    ErasureProposal.objects.create(kind="messages", subject="beskeder/2015-01", **facts)
    one = asked()
    for number in range(2, 61):
        subject = f"beskeder/{2015 + number // 12}-{number % 12 + 1:02}"
        ErasureProposal.objects.create(kind="messages", subject=subject, **facts)
    assert asked() == one


# ── persons ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_is_not_erased_while_they_hold_a_role_or_sit_on_a_case(case, cast):
    case(State.SUBMITTED)
    with pytest.raises(ValidationError) as refusal:
        erasing_person.erase(cast["anna"].pk, cast["asger"])
    assert [text[:20] for text in refusal.value.messages] == ["Personen har stadig ", "Personen er med i sa"]
    with pytest.raises(ValidationError, match="dig selv"):
        erasing_person.erase(cast["asger"].pk, cast["asger"])


def test_a_person_who_left_is_proposed_after_five_years(cast):
    leave(cast, "olga")
    clock.set_to(clock.now().replace(year=2031) - timedelta(days=2))
    proposed = ErasureProposal.objects.filter(kind="person").values_list("subject", flat=True)
    erasure_proposals.propose()
    assert list(proposed.all()) == []
    clock.set_to(clock.now() + timedelta(days=1))
    erasure_proposals.propose()
    assert list(proposed.all()) == [cast["olga"].subject]


def test_who_decided_is_still_told_from_who_applied(refused, cast, client_of):
    leave(cast, "anna", "signe")
    signe = cast["signe"]
    erasing_person.erase(signe.pk, cast["asger"])
    erasing_person.erase(cast["anna"].pk, cast["asger"])
    signe.refresh_from_db()
    assert (signe.name, signe.email) == (f"Tidligere medarbejder {signe.pk}", f"slettet-{signe.pk}@slettet.invalid")
    assert Application.objects.get(pk=refused.pk).decided_by == signe
    assert verifying.four_eyes() == verifying.replay() == chain.faults() == []
    page = client_of(cast["karen"]).get(refused.get_absolute_url()).content.decode()
    assert signe.name in page and "Signe Sekretær" not in page
    with pytest.raises(ValidationError, match="allerede slettet"):
        erasing_person.erase(signe.pk, cast["asger"])


# ── projects ────────────────────────────────────────────────────────────────────────────────────────────────────────


def file_of(case, cast, name) -> Attachment:
    row = Attachment(project=case.project, name=name, media_type="image/png", size=3, sha256="x", uploaded_by=cast["anna"])
    row.uploaded_at, row.scan = clock.now(), Attachment.Scan.CLEAN
    row.file.save(name, ContentFile(b"abc"))
    return row


@pytest.fixture
def project(case, walker, cast):
    """A project that runs, with an accepted voucher and two pictures; one is shown and rests on a consent."""
    granted = case(State.GRANTED)
    agenda.finalise_minutes(walker.item.pk, cast["signe"], clock.today())
    agenda.release_letter(granted.pk, cast["signe"])
    walker.take("start", "ulla", settlement="refund", account="5798000104075", accepts=True)
    granted.refresh_from_db()
    bill = {"date": clock.today(), "supplier": "Tømrer Hansen", "text": "Hylder", "amount": 1_000_00}
    line, scan = granted.budget_lines.first(), file_of(granted, cast, "regning.png")
    voucher = vouchers.register(granted.pk, cast["anna"], budget_line=line, file=scan, **bill)
    vouchers.accept(voucher.pk, cast["frida"], seen_revision=voucher.revision)
    facts = {"project": granted.project, "given_on": clock.today(), "noted_by": cast["karen"]}
    consent = Consent.objects.create(covers="Maja fra Rød Stue", reference="Mappe 7", **facts)
    for name, more in (("maja.png", {"is_shown": True, "consent": consent}), ("skur.png", {})):
        Photo.objects.create(project=granted.project, file=file_of(granted, cast, name), alt="Et skur", **more)
    return granted


def end(walker) -> None:
    walker.take("propose_cancel", "karen", reason="Børnehuset lukker.")
    walker.take("cancel", "mads", reason="Børnehuset lukker.")


def test_a_picture_is_gone_the_hour_its_consent_is_withdrawn(project, django_capture_on_commit_callbacks):
    consent, name = Consent.objects.get(), Photo.objects.get(is_shown=True).file.file.name
    assert default_storage.exists(name)
    assert erasing_projects.erase_photos_without_leave() == 0
    Consent.objects.update(withdrawn_at=clock.now())
    with django_capture_on_commit_callbacks(execute=True):
        erase_what_must_be_gone()
    consent.refresh_from_db()
    assert (consent.covers, consent.reference, default_storage.exists(name)) == (GONE, GONE, False)
    assert list(Photo.objects.values_list("file__name", flat=True)) == ["skur.png"]
    assert chain.story(project.subject).last().payload == {"slags": "no_consent", "slettet": {"billeder": 1}}


def test_a_picture_without_consent_that_nobody_took_away_is_told_by_verify(project):
    """The twin: the timetable is dead."""
    Consent.objects.update(valid_to=clock.today())
    clock.set_to(clock.now() + timedelta(days=1))
    assert verifying.kept_too_long() == []
    clock.set_to(clock.now() + timedelta(days=2))
    assert verifying.kept_too_long() == [f"photo without consent {Photo.objects.get(is_shown=True).pk}: should be gone"]


def test_vouchers_stay_five_years_after_their_year(project, walker, cast, django_capture_on_commit_callbacks):
    running = clock.now()
    clock.set_to(running.replace(year=2040))
    erase_what_must_be_gone()
    assert not ErasureProposal.objects.filter(subject=project.subject).exists()  # while it runs, nothing of it is old
    clock.set_to(running)
    end(walker)
    outbox.send_due()
    proposed = ErasureProposal.objects.filter(kind="voucher")
    clock.set_to(clock.now().replace(year=2031, month=12, day=31, hour=12))
    erase_what_must_be_gone()
    assert not proposed.exists()
    clock.set_to(clock.now() + timedelta(days=1))
    with django_capture_on_commit_callbacks(execute=True):
        say_yes(cast["asger"])
    voucher = Voucher.objects.get()
    assert (voucher.supplier, voucher.text, voucher.file, voucher.amount) == (GONE, "", None, 1_000_00)
    assert proposed.get().due_on == date(2032, 1, 1)
    left = in_tables() | in_files()
    words = ("Tømrer Hansen", "Børnehuset lukker.", "regning.png", "skur.png")
    assert {word: [where for where, text in left.items() if word in text] for word in words} == {
        "Tømrer Hansen": [],
        "Børnehuset lukker.": ["applications.Project.cancel_reason"],  # kept with the project's accounts
        "regning.png": [],
        "skur.png": [],
    }
    assert list(Photo.objects.values_list("file__name", flat=True)) == ["maja.png"]  # shown, with a consent that holds
    assert verifying.checks()["money fits states"] == verifying.checks()["pockets and moves"] == chain.faults() == []


def test_lines_of_the_finance_system_lose_their_names_five_years_after_their_year(cast, client_of):
    facts, day = {"sent_by": cast["frida"], "sent_at": clock.now()}, date(2026, 5, 1)
    read = FinanceFile.objects.create(name="Udtræk Hansen.csv", sha256="1", imported_at=NOW, last_day=day, **facts)
    read.lines.create(row=1, date=day, amount=1_000_00, supplier="Tømrer Hansen", text="Hylder")
    read.lines.create(row=2, date=day, amount=5_00, not_ours="Privat køb", not_ours_by=cast["frida"])
    with transaction.atomic():
        chain.record(read.subject, "read_finance_file", cast["frida"], {"fil": "Udtræk Hansen.csv", "linjer": 2})
    FinanceFile.objects.create(name="Venter.csv", sha256="2", table=[["Tømrer Hansen"]], **facts)
    clock.set_to(datetime(2031, 12, 31, 12, tzinfo=UTC))
    assert "finance file" in " ".join(verifying.kept_too_long())
    erase_what_must_be_gone()
    assert not ErasureProposal.objects.filter(kind="finance_file").exists()
    clock.set_to(clock.now() + timedelta(days=1))
    erase_what_must_be_gone()
    row = ErasureProposal.objects.get(kind="finance_file")
    assert "Fil fra økonomisystemet, 2026" in client_of(cast["asger"]).get("/administration/sletning/").content.decode()
    erasure_proposals.approve(row.pk, cast["asger"])
    tables = in_tables()
    gone = ("Hansen", "Hylder", "Privat køb", "Venter.csv")
    assert [(where, word) for where, text in tables.items() for word in gone if word in text] == []
    assert list(read.lines.values_list("amount", flat=True)) == [1_000_00, 5_00]
    assert chain.faults() == []


# ── the table ───────────────────────────────────────────────────────────────────────────────────────────────────────


def unsorted(fields) -> list[str]:
    """Those that neither go with a kind of data nor are kept for a reason."""
    told = {name for each in (*KINDS.values(), *KEPT) for name in each.fields}
    return sorted(set(fields) - told)


def test_every_field_with_words_of_people_has_a_deadline_or_a_reason():
    assert unsorted(name for name in AUDIENCES if name.count(".") == 2) == []
    assert unsorted(["people.Person.shoe_size"]) == ["people.Person.shoe_size"]


def test_the_page_of_the_documentation_is_the_table_of_the_code():
    call_command("retention", "--check")
