"""Attachments of a case: who may put a file on it or take it off, how many there is room for, and where the file lies.

What a file may be is documents.uploads' to say, and whether it holds a virus documents.scanner's. A file that could not be
scanned is kept and waits (applications.scanning). One that a sent version names is never lost: taken off, it is only
moved aside. No row without a file and, but for a crash (applications.sweeping), no file without a row.
"""

import contextlib
import hashlib
import logging
import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from applications.content import files_in
from applications.door import NotYours, load_locked
from applications.drafts import open_fields
from applications.models import Application, Attachment
from applications.round_questions import PREFIX
from documents import scanner
from documents.uploads import LARGEST_FILE, MEGABYTE, TOO_LARGE, cleaned, named
from journal import clock, nudges

log = logging.getLogger(__name__)
Scan = Attachment.Scan
UNREADABLE = frozenset({Scan.WAITING, Scan.INFECTED})
LARGEST_CASE = 100 * MEGABYTE
MOST_FILES = 20
LARGEST_DAY = 500 * MEGABYTE  # of one person, in 24 hours
MOST_FILES_A_DAY = 100


def attach(case_id: int, by, upload, question: str = "") -> Attachment:
    """Check and keep an uploaded file on a case, as the answer to one of the round's questions when it is named.

    Raises ValidationError in Danish, or NotYours.
    """
    if upload.size > LARGEST_FILE:
        raise ValidationError(TOO_LARGE)
    _refuse(Application.objects.get(pk=case_id), by, 0, question)
    row, path, content = judged(by, upload)
    row.question = question
    with gone_unless_kept(path):
        return _keep(row, case_id, path, content)


def judged(by, upload) -> tuple[Attachment, str, bytes]:
    """(the row to keep, where its file is to lie, what is in it) of an upload that may come in. Slow: no lock is held."""
    if upload.size > LARGEST_FILE:
        raise ValidationError(TOO_LARGE)
    content, media_type, ending = cleaned(upload.read())
    row = Attachment(
        name=named(upload.name, ending),
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        scan=_scanned(content, by),
        uploaded_by=by,
        uploaded_at=clock.now(),
    )
    return row, row.file.field.generate_filename(row, f"{row.sha256}-{secrets.token_hex(4)}.{ending}"), content


@contextlib.contextmanager
def gone_unless_kept(path: str):
    """Around the transaction that names a file: refused, it leaves none behind."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(Exception):  # a store that is gone takes nothing back either; the sweep will
            default_storage.delete(path)
        raise


@transaction.atomic
def _keep(row: Attachment, case_id: int, path: str, content: bytes) -> Attachment:
    case = load_locked(case_id)
    _refuse(case, row.uploaded_by, row.size, row.question)
    row.application, row.file.name = case, stored(path, content)
    row.save()
    case.revision += 1
    case.save()
    if row.is_waiting:
        nudges.after_commit(nudge)
    return row


def _refuse(case: Application, by, size: int, question: str) -> None:
    """Raise unless the person may put a file of that size on the case now."""
    if (PREFIX + question if question else "attachments") not in open_fields(case, by):
        raise NotYours(_("Der kan ikke lægges bilag på sagen nu."))
    held = case.attachments.aggregate(files=Count("pk"), bytes=Sum("size", default=0))
    if held["files"] >= MOST_FILES or held["bytes"] + size > LARGEST_CASE:
        raise ValidationError(_("Der er ikke plads til flere bilag på ansøgningen (højst 20 filer og 100 MB)."))
    refuse_too_many_a_day(by, size)


def refuse_too_many_a_day(by, size: int) -> None:
    lately = Attachment.objects.filter(uploaded_by=by, uploaded_at__gt=clock.now() - timedelta(days=1))
    today = lately.aggregate(files=Count("pk"), bytes=Sum("size", default=0))
    if today["files"] >= MOST_FILES_A_DAY or today["bytes"] + size > LARGEST_DAY:
        raise ValidationError(_("Du har lagt mange filer ved på et døgn (højst 100 filer og 500 MB). Prøv igen i morgen."))


def _scanned(content: bytes, by) -> Scan:
    """How the file stands with the virus scanner; raises ValidationError when it holds a virus."""
    if not scanner.exists():
        return Scan.UNSCANNED
    try:
        virus = scanner.virus_in(content)
    except (scanner.NoAnswer, scanner.NotScanned) as error:
        log.warning("the virus scanner gave no answer, the file waits: %s", error)
        return Scan.WAITING
    if virus:
        log.warning("a file from person %s was refused: %s", by.pk, virus)
        raise ValidationError(_("Filen indeholder en virus og er ikke gemt. Få din maskine tjekket, og vælg en anden fil."))
    return Scan.CLEAN


def stored(path: str, content: bytes) -> str:
    """Where the file came to lie. A store that is full or gone is told as it is."""
    try:
        return default_storage.save(path, ContentFile(content))
    except Exception as error:  # a full disk, a store that does not answer: each store has errors of its own
        log.exception("an attachment could not be stored")
        raise ValidationError(
            _("Filen kunne ikke gemmes lige nu. Det, du har skrevet, er gemt. Prøv igen senere.")
        ) from error


def nudge() -> None:
    """Ask a worker to try the scanner again. A dead broker is no error: the timetable looks too."""
    from applications.tasks import scan_waiting_files

    nudges.send(scan_waiting_files)


@transaction.atomic
def detach(case_id: int, by, attachment_id: int) -> None:
    """Take a file off a case. What was sent with a version stays with it; what nobody was sent is gone."""
    case = load_locked(case_id)
    if "attachments" not in open_fields(case, by):
        raise NotYours(_("Bilag kan ikke fjernes nu."))
    for row in case.attachments.filter(pk=attachment_id):
        if is_sent(case, row):
            row.application, row.taken_from = None, case
            row.save()
        else:
            row.delete()
            forget_file(row.file.name)
        case.revision += 1
        case.save()


def is_sent(case: Application, row: Attachment) -> bool:
    """Whether a version names the file."""
    contents = case.versions.values_list("content", flat=True)
    return any(file["id"] == row.pk for content in contents for file in files_in(content))


def forget_file(name: str) -> None:
    """Delete a file when the transaction has committed; should that fail, the sweep finds it."""
    transaction.on_commit(lambda: default_storage.delete(name), robust=True)


def of_case(case: Application):
    """Every file that was ever sent with the case or lies on it or its project now."""
    return Attachment.objects.filter(Q(application=case) | Q(taken_from=case) | Q(project=case.pk))


def content_of(row: Attachment) -> bytes | None:
    """The bytes of a file; None when it is gone."""
    try:
        with default_storage.open(row.file.name) as file:
            return file.read()
    except FileNotFoundError:
        return None


def faults() -> list[str]:
    """Attachments whose file is gone or differs from its hash."""
    found = []
    for attachment in Attachment.objects.exclude(scan=Scan.INFECTED).iterator():
        try:
            with default_storage.open(attachment.file.name) as file:
                if hashlib.sha256(file.read()).hexdigest() != attachment.sha256:
                    found.append(f"attachment {attachment.pk}: file differs from its hash")
        except FileNotFoundError:
            found.append(f"attachment {attachment.pk}: file is missing")
    return found
