"""What is issued, once: owed in the transaction of its event, written by the worker or by the first who asks for it.

A writer is registered for each kind by the package that knows the case: it gets the Document and answers bytes. It
reads only frozen facts, so that a second writing gives the same bytes.
"""

import hashlib
import io
import logging
from collections.abc import Callable
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Min
from pypdf import PdfReader

from documents.models import Document
from journal import clock, nudges
from journal.models import Event

log = logging.getLogger(__name__)
_writers: dict[str, Callable[[Document], bytes]] = {}


def writes(kind: str):
    """Register the decorated function as the writer of a kind of document."""

    def register(writer):
        _writers[kind] = writer
        return writer

    return register


def owe(kind: str, subject: str, *, cause: Event, title: str, file_name: str, facts: dict | None = None) -> Document:
    """Promise a document in the transaction of its cause; a worker writes it after the commit."""
    if kind not in _writers:
        raise LookupError(f"nobody writes a {kind}")
    document, new = Document.objects.get_or_create(
        cause=cause,
        subject=subject,
        kind=kind,
        defaults={"title": title, "file_name": file_name, "facts": facts or {}},
    )
    if new:
        nudges.after_commit(nudge)
    return document


def nudge() -> None:
    """Ask a worker to write what is owed. A dead broker is no error: the timetable looks too."""
    from documents.tasks import issue_documents

    nudges.send(issue_documents)


def nudge_after_commit() -> None:
    """For who owes papers again: the worker looks when the transaction has committed."""
    nudges.after_commit(nudge)


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def issue(document: Document) -> Document:
    """Write an owed document and store it with its hash; what is issued already stays as it is."""
    if document.is_issued:
        return document
    content = _writers[document.kind](document)
    digest = fingerprint(content)
    with transaction.atomic():
        row = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        if not row.is_issued:
            _store(row, f"{digest[:16]}-{row.file_name}", content)
            row.sha256, row.size, row.pages = digest, len(content), _page_count(content)
            row.save()
    return row


def _store(row: Document, name: str, content: bytes) -> None:
    """Put the file in its place; one that a killed worker left there, with the same content, is taken over."""
    path = row.file.field.generate_filename(row, name)
    if default_storage.exists(path):
        with default_storage.open(path) as left:
            if left.read() == content:
                row.file.name = path
                return
    row.file.save(name, ContentFile(content), save=False)


def content_of(document: Document) -> bytes:
    """The bytes of a document, written now if it is still owed."""
    with default_storage.open(issue(document).file.name) as file:
        return file.read()


def oldest_wait() -> timedelta:
    """How long the oldest document has been owed."""
    first = Document.objects.filter(sha256="").aggregate(first=Min("owed_at"))["first"]
    return max(clock.now() - first, timedelta(0)) if first else timedelta(0)


def issue_owed(limit: int = 50) -> int:
    """Write what is owed, one transaction each; one that fails is logged, waits for the next time, and holds up no other."""
    written = 0
    for key in list(Document.objects.filter(sha256="").values_list("pk", flat=True)):
        if written == limit:
            break
        document = Document.objects.select_related("cause").get(pk=key)
        try:
            issue(document)
            written += 1
        except Exception:
            log.exception("document %s (%s) could not be written", document.pk, document.kind)
    return written


def faults() -> list[str]:
    """Issued documents whose file is gone or differs from its hash."""
    found = []
    for document in Document.objects.exclude(sha256="").iterator():
        try:
            with default_storage.open(document.file.name) as file:
                digest = hashlib.sha256(file.read()).hexdigest()
        except FileNotFoundError:
            found.append(f"document {document.pk}: file is missing")
            continue
        if digest != document.sha256:
            found.append(f"document {document.pk}: file differs from its hash")
    return found


def _page_count(content: bytes) -> int:
    if not content.startswith(b"%PDF"):
        return 0
    return len(PdfReader(io.BytesIO(content)).pages)
