"""Backup and restore: every stored fact and every file in one archive, named for its fingerprint.

The archive (tar.gz) holds facts.jsonl (one row a line, whatever the database), files/, and manifest.json with the
fingerprint and the SHA-256 of each part. Restoring reads it into an empty, migrated database of either kind and must
reproduce the fingerprint, else it fails as a whole. Sessions and sign-in counters are no facts and stay out.
"""

import hashlib
import io
import json
import tarfile
from pathlib import Path

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from applications import verifying
from applications.models import Attachment
from documents.models import Document
from journal import clock

BATCH = 500


class Damaged(Exception):
    """The archive is not what its manifest says, or does not reproduce its fingerprint."""


def write(folder: Path) -> Path:
    """Write the archive into a folder; answers its path. Facts first, files after: a file is never changed."""
    folder.mkdir(parents=True, exist_ok=True)
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        facts, fingerprint = _facts(), verifying.fingerprint()
        names = _file_names()
    path = folder / f"pool-{clock.now():%Y%m%d-%H%M%S}-{fingerprint[:12]}.tar.gz"
    parts = {"facts.jsonl": _digest(facts)}
    with tarfile.open(path, "x:gz") as archive:
        _add(archive, "facts.jsonl", facts)
        for name in names:
            with default_storage.open(name) as file:
                content = file.read()
            parts[f"files/{name}"] = _digest(content)
            _add(archive, f"files/{name}", content)
        manifest = {"fingerprint": fingerprint, "migrations": migrations(), "parts": parts}
        _add(archive, "manifest.json", json.dumps(manifest, indent=1).encode())
    return path


def read(path: Path) -> str:
    """Read an archive into the empty database; answers the fingerprint. Raises Damaged, and then nothing is changed."""
    manifest, facts, files = checked(path)
    if manifest.get("migrations", migrations()) != migrations():
        raise Damaged(f"it is of another version ({manifest['migrations']}): restore it with that version, then upgrade")
    with transaction.atomic():
        load(facts)
        found = verifying.fingerprint()
        if found != manifest["fingerprint"]:
            raise Damaged(f"the fingerprint should be {manifest['fingerprint']} and is {found}")
        keep(files)
    return found


def checked(path: Path) -> tuple[dict, bytes, dict[str, bytes]]:
    """(manifest, facts, files by name) of an archive, each part as the manifest says. Raises Damaged."""
    parts = _parts(path)
    try:
        manifest = json.loads(parts.pop("manifest.json"))
        whole = {name: _digest(content) for name, content in parts.items()} == manifest["parts"]
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged("it has no manifest that can be read") from error
    if not whole:
        raise Damaged("a part is missing, added or changed")
    facts = parts.pop("facts.jsonl")
    return manifest, facts, {name.removeprefix("files/"): content for name, content in parts.items()}


def keep(files: dict[str, bytes]) -> None:
    """Put each file in its place; one that is there already is not touched (verify compares it with its hash)."""
    for name, content in files.items():
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(content))


def migrations() -> dict[str, str]:
    """The newest migration of each of our apps: the version whose tables these are."""
    applied = sorted(MigrationRecorder(connection).applied_migrations())
    return {app: name for app, name in applied if app in verifying.OUR_APPS}


def is_empty() -> bool:
    return not any(model.objects.exists() for model in verifying.models())


def _parts(path: Path) -> dict[str, bytes]:
    try:
        with tarfile.open(path, "r:gz") as archive:
            return {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Damaged(f"the archive cannot be read: {error}") from error


def _facts() -> bytes:
    lines = []
    for model in verifying.models():
        names = [field.attname for field in model._meta.concrete_fields]
        for row in model.objects.order_by("pk").values(*names).iterator(chunk_size=BATCH):
            lines.append(json.dumps([model._meta.label, row], default=str, ensure_ascii=False))
    return "\n".join(lines).encode()


def load(facts: bytes, registry=apps) -> None:
    """Insert every row as it was; foreign keys are looked at when the transaction ends. `registry`: the models to use."""
    waiting, label = [], ""
    for line in facts.decode().splitlines():
        of, values = json.loads(line)
        if of != label or len(waiting) == BATCH:
            _insert(registry, label, waiting)
            waiting, label = [], of
        waiting.append(values)
    _insert(registry, label, waiting)
    models = registry.get_models(include_auto_created=True)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _insert(registry, label: str, rows: list[dict]) -> None:
    if not rows:
        return
    model = registry.get_model(label)
    fields = {field.attname: field for field in model._meta.concrete_fields}
    model.objects.bulk_create(
        model(**{name: fields[name].to_python(value) for name, value in values.items()}) for values in rows
    )


def _file_names() -> list[str]:
    names = set(Document.objects.exclude(sha256="").values_list("file", flat=True))
    return sorted(names | set(Attachment.objects.exclude(file="").values_list("file", flat=True)))


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
