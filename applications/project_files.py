"""Files of a project: its vouchers' papers and its photos. They come in by the same law as attachments (documents.uploads).

A file is kept in the transaction of what needs it, or not at all. There is room for more than on an application: a project
of a year has many receipts. The limits of one person and day are the same (applications.uploads).
"""

from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from applications import uploads
from applications.door import load_locked
from applications.models import Application, Attachment
from documents.uploads import MEGABYTE
from journal import nudges

MOST_FILES = 150
LARGEST_PROJECT = 500 * MEGABYTE


@contextmanager
def kept(case_id: int, by, upload):
    """The row of an upload (None without one), inside a transaction that holds the case: what refuses in it keeps no file.

    with project_files.kept(case_id, by, upload) as file:
        vouchers.register(case_id, by, file=file, …)
    """
    if upload is None:
        with transaction.atomic():
            yield None
        return
    row, path, content = uploads.judged(by, upload)
    with uploads.gone_unless_kept(path), transaction.atomic():
        yield _keep(load_locked(case_id), row, path, content)


def _keep(case: Application, row: Attachment, path: str, content: bytes) -> Attachment:
    held = Attachment.objects.filter(project=case.pk).aggregate(files=Count("pk"), bytes=Sum("size", default=0))
    if held["files"] >= MOST_FILES or held["bytes"] + row.size > LARGEST_PROJECT:
        raise ValidationError(_("Der er ikke plads til flere filer på projektet (højst 150 filer og 500 MB)."))
    uploads.refuse_too_many_a_day(row.uploaded_by, row.size)
    row.project_id, row.file.name = case.pk, uploads.stored(path, content)
    row.save()
    if row.is_waiting:
        nudges.after_commit(uploads.nudge)
    return row


def let_go(case: Application, row: Attachment | None, *, aside: bool = False) -> None:
    """A file that its voucher or photo no longer has: gone once the transaction stands, or moved aside to be kept."""
    if row is None:
        return
    if aside:
        row.project, row.taken_from = None, case
        row.save()
        return
    name = row.file.name
    row.delete()
    if name:
        uploads.forget_file(name)
