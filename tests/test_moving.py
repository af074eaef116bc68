"""A first look's database becomes a real one, and a backup comes back into a bucket: the same facts and the same bytes."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.db import connection  # noqa: F401  the mark reads it

from applications import backup, verifying
from applications.states import State
from documents import room, store
from documents.bucket import PATIENCE
from documents.models import Document
from people.models import Person
from tests.machines import bucket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proves(13)]
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def granted(case, settings, tmp_path):
    """A granted case with its documents, and a backup of it."""
    settings.MEDIA_ROOT = tmp_path / "files"
    case(State.GRANTED)
    store.issue_owed()
    return backup.write(tmp_path / "backups")


def manage(var: Path, database: str, *words: str) -> subprocess.CompletedProcess:
    env = {**os.environ, "DATABASE_URL": database, "POOL_VAR": str(var), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="moves to PostgreSQL")
def test_from_sqlite_to_postgresql_nothing_changes(granted, fresh_database, tmp_path):
    fingerprint, small = verifying.fingerprint(), f"sqlite:///{tmp_path / 'small.sqlite3'}"
    manage(tmp_path, small, "migrate", "-v", "0")
    assert manage(tmp_path, small, "restore", str(granted)).stdout == f"fingerprint {fingerprint}\n"
    moved = manage(tmp_path, small, "move_to", fresh_database)
    assert f"fingerprint {fingerprint}\n" in moved.stdout, moved.stderr
    proof = manage(tmp_path, fresh_database, "verify")
    assert (proof.returncode, proof.stdout.splitlines()[-1]) == (0, f"fingerprint {fingerprint}")
    again = manage(tmp_path, small, "move_to", fresh_database)
    assert again.returncode == 1
    assert "The other database could not be used: the database is not empty" in again.stderr
    assert fresh_database not in again.stderr
    # who is new there gets the next number, not one that is taken
    add = "from people.models import Person; Person.objects.create_person('ny@naestved.example', 'Ny')"
    assert manage(tmp_path, fresh_database, "shell", "-v", "0", "-c", add).returncode == 0


@pytest.fixture
def in_a_bucket(settings):
    with bucket() as files:
        settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "documents.bucket.PrivateBucket", "OPTIONS": files}}
        yield settings


def test_a_backup_comes_back_into_a_bucket_and_out_of_it(granted, in_a_bucket, tmp_path):
    with tarfile.open(granted) as parts:
        fingerprint = json.loads(parts.extractfile("manifest.json").read())["fingerprint"]
    call_command("flush", interactive=False, verbosity=0)
    shutil.rmtree(tmp_path / "files")
    assert backup.read(granted) == fingerprint
    assert {name: faults for name, faults in verifying.checks().items() if faults} == {}
    again = backup.write(tmp_path / "again")
    assert backup.checked(again)[2] == backup.checked(granted)[2]
    letter = Document.objects.exclude(sha256="").first()
    kept = default_storage.open(letter.file.name).read()
    assert default_storage.save(letter.file.name, store.ContentFile(b"another")) != letter.file.name
    assert default_storage.open(letter.file.name).read() == kept  # what is kept is never written over
    default_storage.delete(letter.file.name)
    assert store.faults() == [f"document {letter.pk}: file is missing"]


def test_a_bucket_that_does_not_answer_is_said_and_loses_nothing(case, settings, client, client_of, cast, monkeypatch):
    nowhere = {"bucket": "x", "endpoint": "http://127.0.0.1:1", "region": "us-east-1", "key": "k", "secret": "hemmelig"}
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "documents.bucket.PrivateBucket", "OPTIONS": nowhere}}
    monkeypatch.setitem(PATIENCE, "retries", {"max_attempts": 0})
    walked = case(State.SUBMITTED)
    assert store.issue_owed() == 0
    assert Document.objects.filter(sha256="").count() == 1
    report = client.get("/sundhed/")
    assert (report.status_code, report.json()["files"], report.json()["database"]) == (503, "down", "ok")
    assert room.state() == room.DOWN
    browser = client_of(cast["anna"])
    browser.raise_request_exception = False
    answer = browser.get(f"/ansoegninger/{walked.number}/dokumenter/{Document.objects.get().pk}/")
    assert answer.status_code == 503
    assert "hemmelig" not in answer.content.decode()


def test_a_full_disk_keeps_documents_owed_and_answers_kindly(case, client_of, cast, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"

    def full(self, name, content):
        raise OSError(28, "No space left on device")

    walked = case(State.SUBMITTED)
    with monkeypatch.context() as day:
        day.setattr(FileSystemStorage, "_save", full)
        assert store.issue_owed() == 0
        browser = client_of(cast["anna"])
        browser.raise_request_exception = False
        answer = browser.get(f"/ansoegninger/{walked.number}/dokumenter/{Document.objects.get().pk}/")
        assert (answer.status_code, "Vent et øjeblik" in answer.content.decode()) == (503, True)
        assert Document.objects.get().sha256 == ""
    assert store.issue_owed() == 1
    assert {name: faults for name, faults in verifying.checks().items() if faults} == {}


def test_an_empty_database_moves_nobody(tmp_path):
    with pytest.raises(CommandError, match="The other database could not be used: "):
        call_command("move_to", "postgresql://pool:hemmelig@127.0.0.1:1/pool", folder=tmp_path)
    assert not Person.objects.exists()
