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
        manifest = {"fingerprint": fingerprint, "parts": parts}
        _add(archive, "manifest.json", json.dumps(manifest, indent=1).encode())
    return path


def read(path: Path) -> str:
    """Read an archive into the empty database; answers the fingerprint. Raises Damaged, and then nothing is changed."""
    parts = _parts(path)
    manifest = json.loads(parts.pop("manifest.json"))
    if {name: _digest(content) for name, content in parts.items()} != manifest["parts"]:
        raise Damaged("a part is missing, added or changed")
    with transaction.atomic():
        _load(parts.pop("facts.jsonl"))
        found = verifying.fingerprint()
        if found != manifest["fingerprint"]:
            raise Damaged(f"the fingerprint should be {manifest['fingerprint']} and is {found}")
        for name, content in parts.items():
            stored = name.removeprefix("files/")
            if not default_storage.exists(stored):
                default_storage.save(stored, ContentFile(content))
    return found


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


def _load(facts: bytes) -> None:
    """Insert every row as it was; foreign keys are looked at when the transaction ends."""
    waiting, label = [], ""
    for line in facts.decode().splitlines():
        of, values = json.loads(line)
        if of != label or len(waiting) == BATCH:
            _insert(label, waiting)
            waiting, label = [], of
        waiting.append(values)
    _insert(label, waiting)
    models = verifying.models()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _insert(label: str, rows: list[dict]) -> None:
    if not rows:
        return
    model = apps.get_model(label)
    fields = {field.attname: field for field in model._meta.concrete_fields}
    model.objects.bulk_create(
        model(**{name: fields[name].to_python(value) for name, value in values.items()}) for values in rows
    )


def _file_names() -> list[str]:
    names = set(Document.objects.exclude(sha256="").values_list("file", flat=True))
    return sorted(names | set(Attachment.objects.values_list("file", flat=True)))


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
