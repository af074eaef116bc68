"""The virus scanner: its wire, files that wait for it, files it catches, and a house that does not start without it."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications import case_file, scanning, uploads
from applications.door import NotYet, take
from applications.models import Attachment
from applications.states import State
from applications.tasks import scan_waiting_files
from documents import scanner
from journal import chain, clock
from journal.models import Message
from tests.servers import ROOT, die_with_parent, wait_until
from tests.upload_corpus import EICAR, office, pdf

pytestmark = pytest.mark.django_db
Scan = Attachment.Scan
VIRUS = office("docx", {"word/notes.xml": b"<w>" + EICAR + b"</w>"}, compression=0)
REFUSED = "Filen indeholder en virus og er ikke gemt. Få din maskine tjekket, og vælg en anden fil."


@pytest.fixture(scope="session")
def tempers(tmp_path_factory):
    """A folder with a socket for each temper of a scanner."""
    folder = tmp_path_factory.mktemp("clamd")
    script = Path(__file__).with_name("stand_in_clamd.py")
    server = subprocess.Popen([sys.executable, script, folder], preexec_fn=die_with_parent)
    wait_until((folder / "port").exists)
    yield folder
    server.terminate()
    server.wait(10)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def asked(settings, tempers):
    """`asked("honest")`: from now on this one is the scanner."""

    def choose(temper):
        settings.CLAMD_ADDRESS = str(tempers / temper)

    return choose


@pytest.fixture
def down(settings, tmp_path):
    settings.CLAMD_ADDRESS = str(tmp_path / "nobody")


@pytest.fixture
def draft(case):
    return case(State.DRAFT)


def put(draft, who, body=None, name="tilbud.pdf"):
    return uploads.attach(draft.pk, who, SimpleUploadedFile(name, body or pdf()))


def lying(tmp_path) -> list:
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


# ── the wire ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_clean_and_infected_over_a_socket_and_over_the_loopback(asked, settings, tempers):
    for address in (str(tempers / "honest"), "127.0.0.1:" + (tempers / "port").read_text()):
        settings.CLAMD_ADDRESS = address
        assert (scanner.virus_in(b"clean"), scanner.virus_in(b"")) == ("", "")
        assert scanner.virus_in(b"x" * 200_000 + EICAR) == "Eicar-Test-Signature"


@pytest.mark.parametrize("temper", ["garbage", "almostok", "dead", "hangsup", "slow", "drips"])
def test_whatever_is_not_a_clear_word_is_no_answer_and_takes_no_longer_than_told(asked, temper):
    asked(temper)
    begun = time.monotonic()
    with pytest.raises(scanner.NoAnswer):
        scanner.virus_in(b"x" * 3_000_000, seconds=0.3)
    assert time.monotonic() - begun < 2


def test_nobody_there_is_no_answer_and_a_file_it_cannot_take_is_told_apart(asked, down):
    with pytest.raises(scanner.NoAnswer):
        scanner.virus_in(b"x")
    asked("toolarge")
    with pytest.raises(scanner.NotScanned, match="size limit exceeded"):
        scanner.virus_in(b"x")


@pytest.mark.parametrize(
    "address",
    ["clamd", "clamd:3310", "10.1.2.3:3310", "0.0.0.0:3310", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:x",
     "127.0.0.1:70000", "8.8.8.8:3310", "[::]:3310", "run/clamd.ctl"],
)  # fmt: skip
def test_a_scanner_elsewhere_is_no_scanner(settings, address):
    settings.CLAMD_ADDRESS = address
    with pytest.raises(ImproperlyConfigured, match="Production needs a virus scanner"):
        scanner.refuse_to_start_without()
    assert [error.id for error in run_checks(include_deployment_checks=True) if error.id.startswith("documents")] == [
        "documents.E001"
    ]


@pytest.mark.parametrize("address", ["/run/clamav/clamd.ctl", "127.0.0.1:3310", "localhost:3310", "[::1]:3310"])
def test_a_scanner_on_this_machine_is_one(settings, address):
    settings.CLAMD_ADDRESS = address
    scanner.refuse_to_start_without()
    assert [error for error in run_checks(include_deployment_checks=True) if error.id.startswith("documents")] == []


def test_production_does_not_start_without_and_the_first_look_does(settings, tmp_path):
    known = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
    known |= {"SECRET_KEY": "s" * 60, "POOL_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    start = "import django; django.setup(); from documents import scanner; scanner.refuse_to_start_without()"
    said = subprocess.run([sys.executable, "-c", start], cwd=ROOT, env=known, capture_output=True, text=True, check=False)
    assert said.returncode == 1 and "Production needs a virus scanner: set CLAMD_ADDRESS" in said.stderr
    settings.CLAMD_ADDRESS = ""
    with pytest.raises(ImproperlyConfigured):
        scanner.refuse_to_start_without()
    settings.DEMO = True
    scanner.refuse_to_start_without()


@pytest.mark.parametrize("door", ["config/wsgi.py", "config/celery.py"])
def test_every_process_asks_for_it(door):
    assert "scanner.refuse_to_start_without()" in (ROOT / door).read_text()


# ── a file comes in ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_clean_file_is_there_at_once(asked, draft, cast, client_of):
    asked("honest")
    row = put(draft, cast["anna"])
    address = reverse("applications:attachment", args=[draft.number, row.pk])
    assert (row.scan, client_of(cast["anna"]).get(address).status_code) == (Scan.CLEAN, 200)


def test_a_virus_is_refused_and_kept_nowhere(asked, draft, cast, tmp_path):
    asked("honest")
    with pytest.raises(ValidationError) as refusal:
        put(draft, cast["anna"], VIRUS)
    assert refusal.value.messages == [REFUSED]
    assert (Attachment.objects.count(), lying(tmp_path)) == (0, [])


def test_without_a_scanner_in_the_first_look_it_says_so(settings, draft, cast, client_of):
    row = put(draft, cast["anna"])
    assert (row.scan, row.get_scan_display()) == (Scan.UNSCANNED, "Ikke kontrolleret for virus")
    page = reverse("applications:form-step", args=[draft.number, "kontakt"])
    sentence = "Her i prøvesystemet er der ingen viruskontrol."
    assert sentence not in client_of(cast["anna"]).get(page).content.decode()
    settings.DEMO = True
    assert sentence in client_of(cast["anna"]).get(page).content.decode()


def test_a_scanner_that_is_down_lets_the_file_wait_and_the_form_save(down, draft, cast, client_of):
    from applications import drafts

    anna, page = client_of(cast["anna"]), reverse("applications:form-step", args=[draft.number, "kontakt"])
    seen = {"seen-contact_name": drafts.seen(draft, ["contact_name"])["contact_name"]}
    sent = {"then": "attach", "contact_name": "Gemt Samtidig", "file": SimpleUploadedFile("tilbud.pdf", pdf()), **seen}
    assert anna.post(page, sent).headers["Location"] == f"{page}#attachments"
    draft.refresh_from_db()
    assert (draft.contact_name, draft.attachments.get().scan) == ("Gemt Samtidig", Scan.WAITING)
    words = anna.get(page).content.decode()
    assert "Venter på viruskontrol" in words
    assert reverse("applications:attachment", args=[draft.number, draft.attachments.get().pk]) + '"' not in words


def test_nobody_reads_a_file_that_waits_and_it_is_in_no_paper(down, case, cast, client_of, walker):
    draft = case(State.DRAFT)
    row = put(draft, cast["anna"])
    take("request_endorsement", draft.pk, cast["anna"])
    take("endorse", draft.pk, cast["ulla"])
    walker.begin()
    address = reverse("applications:attachment", args=[draft.number, row.pk])
    for who in ("anna", "ulla", "karen"):
        answer = client_of(cast[who]).get(address)
        assert (answer.status_code, "Venter på viruskontrol" in answer.content.decode()) == (409, True), who
    assert "Venter på viruskontrol" in client_of(cast["karen"]).get(draft.get_absolute_url()).content.decode()
    draft.refresh_from_db()
    acts = case_file._attachments(draft)
    assert [(act["content"], case_file._said_of(act | {"number": 1, "path": "x"})["bemærkning"]) for act in acts] == [
        (None, "Filen venter på viruskontrol.")
    ]


def test_nobody_recommends_before_the_files_are_scanned(down, case, cast, walker, asked):
    draft = case(State.DRAFT)
    put(draft, cast["anna"])
    take("request_endorsement", draft.pk, cast["anna"])
    take("endorse", draft.pk, cast["ulla"])
    walker.begin()
    with pytest.raises(NotYet, match="Et bilag venter på viruskontrol. Indstil, når det er kontrolleret."):
        walker.recommend()
    asked("honest")
    assert scanning.scan_waiting() == 1
    take("recommend", draft.pk, cast["karen"], answers={"amount": 40_000_00, "reason": "Målbart.", "conditions": ""})


# ── the timetable asks again ────────────────────────────────────────────────────────────────────────────────────────


def test_what_waits_is_asked_about_until_there_is_an_answer(down, draft, cast, asked):
    row = put(draft, cast["anna"])
    assert (scanning.scan_waiting(), scanning.oldest_wait()) == (0, timedelta(0))
    clock.set_to(clock.now() + timedelta(minutes=7))
    assert scanning.oldest_wait() == timedelta(minutes=7)
    asked("honest")
    scan_waiting_files()
    row.refresh_from_db()
    assert (row.scan, scanning.scan_waiting(), scanning.oldest_wait()) == (Scan.CLEAN, 0, timedelta(0))


def test_a_worker_is_asked_at_once_when_a_file_has_to_wait(down, draft, cast, asked, django_capture_on_commit_callbacks):
    from config.celery import app

    app.conf.task_always_eager = True
    try:
        with django_capture_on_commit_callbacks(execute=True):
            row = put(draft, cast["anna"])
            asked("honest")
    finally:
        app.conf.task_always_eager = False
    row.refresh_from_db()
    assert row.scan == Scan.CLEAN


def test_an_infected_file_is_removed_told_and_remembered(
    down, draft, cast, asked, tmp_path, django_capture_on_commit_callbacks
):
    row = put(draft, cast["anna"], VIRUS, "noter.docx")
    assert len(lying(tmp_path)) == 1
    asked("honest")
    with django_capture_on_commit_callbacks(execute=True):
        assert (scanning.scan_waiting(), scanning.scan_waiting()) == (1, 0)
    row.refresh_from_db()
    assert (row.scan, row.file.name, row.application, row.taken_from, lying(tmp_path)) == (
        Scan.INFECTED,
        "",
        None,
        draft,
        [],
    )
    event = chain.story(draft.subject).last()
    assert (event.step, event.actor, event.payload) == (
        "remove_infected_file",
        None,
        {"bilag": row.pk, "virus": "Eicar-Test-Signature", "sha256": row.sha256},
    )
    mail = Message.objects.get(template="virus_found")
    assert (mail.person, mail.subject) == (
        cast["anna"],
        f"En fil på ansøgning {draft.number} er fjernet: den indeholdt en virus",
    )
    assert "«noter.docx»" in mail.body and "er slettet" in mail.body
    assert (draft.attachments.count(), uploads.faults(), chain.faults()) == (0, [], [])


def test_the_unit_reads_of_it_on_its_case(down, draft, cast, asked, client_of):
    row = put(draft, cast["anna"], VIRUS, "noter.docx")
    asked("honest")
    scanning.scan_waiting()
    anna = client_of(cast["anna"])
    assert "En fil med virus er fjernet" in anna.get(draft.get_absolute_url()).content.decode()
    answer = anna.get(reverse("applications:attachment", args=[draft.number, row.pk]))
    assert (answer.status_code, "indeholdt en virus og er slettet" in answer.content.decode()) == (409, True)


def test_a_file_that_was_taken_off_meanwhile_is_removed_from_there(down, draft, cast, asked):
    row = put(draft, cast["anna"], VIRUS, "noter.docx")
    Attachment.objects.filter(pk=row.pk).update(application=None, taken_from=draft)
    asked("honest")
    assert scanning.scan_waiting() == 1
    row.refresh_from_db()
    assert (row.scan, row.taken_from) == (Scan.INFECTED, draft)
    scanning._remove(row, "twice")  # another worker, a moment later
    assert [event.step for event in chain.story(draft.subject)].count("remove_infected_file") == 1


def test_a_file_that_cannot_be_scanned_holds_up_no_other(down, draft, cast, asked, tmp_path):
    lost, fine = put(draft, cast["anna"]), put(draft, cast["anna"])
    (tmp_path / "files" / lost.file.name).unlink()
    asked("honest")
    assert scanning.scan_waiting() == 1
    assert [Attachment.objects.get(pk=row.pk).scan for row in (lost, fine)] == [Scan.WAITING, Scan.CLEAN]


def test_files_of_a_house_that_had_no_scanner_wait_for_its_first_and_settle_in_a_first_look(draft, cast, asked):
    assert Attachment().scan == Scan.WAITING  # what an earlier version left is looked at too
    row = put(draft, cast["anna"])
    Attachment.objects.update(scan=Scan.WAITING)
    assert scanning.scan_waiting() == 1
    row.refresh_from_db()
    assert row.scan == Scan.UNSCANNED


def test_health_tells_how_long_the_oldest_file_waits(down, draft, cast, client):
    Message.objects.update(sent_at=clock.now())
    put(draft, cast["anna"])
    clock.set_to(clock.now() + timedelta(minutes=15))
    assert client.get("/sundhed/").json()["scans"] == {"status": "ok", "oldest_owed_seconds": 900}
    clock.set_to(clock.now() + timedelta(seconds=1))
    answer = client.get("/sundhed/")
    assert (answer.status_code, answer.json()["scans"]) == (503, {"status": "late", "oldest_owed_seconds": 901})


def test_the_timetable_asks_every_minute():
    from config.celery import app

    asked = [(entry["task"], entry["schedule"]) for entry in app.conf.beat_schedule.values()]
    assert ("applications.tasks.scan_waiting_files", 60.0) in asked and ("applications.tasks.sweep_files", 3600.0) in asked
    app.loader.import_default_modules()
    assert {task for task, _seconds in asked} <= set(app.tasks)
