"""A backup holds everything: restored into an empty database it prints the same fingerprint, or fails as a whole."""

import io
import json
import shutil
import tarfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from applications import backup, calculating, verifying
from applications.models import Application
from applications.states import State
from climate import register
from climate.models import Calculation
from documents import store
from documents.models import Document
from journal.models import Event
from people.models import Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both, pytest.mark.proves(13)]


@pytest.fixture
def archive(case, tmp_path, settings) -> Path:
    """A backup of a granted case with its documents; the database is empty again, and the files are gone."""
    settings.MEDIA_ROOT = tmp_path / "files"
    draft = case(State.DRAFT)
    register.import_factors()
    pieces = {"kind": "furniture.mixed_item", "pieces": 4, "replaced": None}
    calculating.take_in(draft.pk, draft.changed_by, "moebler", pieces)
    case(State.GRANTED)
    store.issue_owed()
    said = StringIO()
    call_command("backup", tmp_path / "backups", stdout=said)
    path = Path(said.getvalue().strip())
    assert path.name == f"pool-20260405-120000-{verifying.fingerprint()[:12]}.tar.gz"
    call_command("flush", interactive=False, verbosity=0)
    shutil.rmtree(tmp_path / "files")
    return path


def manifest(path: Path) -> dict:
    with tarfile.open(path) as parts:
        return json.loads(parts.extractfile("manifest.json").read())


def test_restored_it_is_the_same_to_the_last_fact_and_byte(archive):
    said = StringIO()
    call_command("restore", archive, stdout=said)
    assert said.getvalue() == f"fingerprint {manifest(archive)['fingerprint']}\n"
    assert {name: faults for name, faults in verifying.checks().items() if faults} == {}
    assert store.content_of(Document.objects.get(kind="receipt")).startswith(b"%PDF-")
    assert Application.objects.latest("pk").state == State.GRANTED
    assert Calculation.objects.get().effects.get().value == 140
    Person.objects.create_person("ny@naestved.example", "Ny")  # the next key is free


def test_a_database_that_holds_something_is_left_alone(archive):
    Person.objects.create_person("a@naestved.example", "A")
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", archive)
    assert Person.objects.count() == 1


def repacked(archive: Path, change) -> Path:
    """The same archive with one part changed."""
    with tarfile.open(archive) as old:
        parts = {member.name: old.extractfile(member).read() for member in old}
    change(parts)
    path = archive.with_name("changed.tar.gz")
    with tarfile.open(path, "w:gz") as new:
        for name, content in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    return path


def a_changed_fact(parts):
    parts["facts.jsonl"] = parts["facts.jsonl"].replace(b"Skilte og poser", b"Skilte og flag")


def a_lost_file(parts):
    parts.pop(next(name for name in parts if name.startswith("files/")))


def a_changed_fact_with_its_digest(parts):
    a_changed_fact(parts)
    facts = json.loads(parts["manifest.json"])
    facts["parts"]["facts.jsonl"] = backup._digest(parts["facts.jsonl"])
    parts["manifest.json"] = json.dumps(facts).encode()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (a_changed_fact, "a part is missing, added or changed"),
        (a_lost_file, "a part is missing, added or changed"),
        (a_changed_fact_with_its_digest, "the fingerprint should be"),
    ],
)
def test_a_damaged_backup_fails_loudly_and_restores_nothing(archive, damage, words):
    with pytest.raises(CommandError, match=f"nothing was restored: {words}"):
        call_command("restore", repacked(archive, damage))
    assert Event.objects.count() == 0
    assert not any(default_storage.exists(name.removeprefix("files/")) for name in manifest(archive)["parts"])


def of_a_later_version(parts):
    manifest = json.loads(parts["manifest.json"])
    manifest["migrations"]["pool"] = "0099_from_tomorrow"
    parts["manifest.json"] = json.dumps(manifest).encode()


def without_a_manifest(parts):
    del parts["manifest.json"]


def with_half_a_manifest(parts):
    parts["manifest.json"] = parts["manifest.json"][:50]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (of_a_later_version, "it is of another version .*0099_from_tomorrow.*: restore it with that version, then upgrade"),
        (without_a_manifest, "it has no manifest that can be read"),
        (with_half_a_manifest, "it has no manifest that can be read"),
    ],
)
def test_an_archive_that_is_not_ours_or_not_of_this_version_is_refused(archive, damage, words):
    with pytest.raises(CommandError, match=f"nothing was restored: {words}"):
        call_command("restore", repacked(archive, damage))
    assert Event.objects.count() == 0


def test_a_cut_archive_fails_loudly(archive):
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CommandError, match="nothing was restored: the archive cannot be read"):
        call_command("restore", archive)
    assert Event.objects.count() == 0
