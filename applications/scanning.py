"""Files that wait for the virus scanner: asked about again by the timetable until it has answered.

Until then nobody reads them, and they are put into no paper. One with a virus is removed: an event on the case, a word to
whoever put it there, and a row without a file where a sent version names it. A scanner that is down loses nothing.
"""

import logging
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Min

from applications.door import load_locked
from applications.models import Attachment
from applications.uploads import forget_file
from documents import scanner
from journal import chain, clock, outbox

log = logging.getLogger(__name__)
Scan = Attachment.Scan
REMOVED = "remove_infected_file"


def waiting():
    return Attachment.objects.filter(scan=Scan.WAITING).order_by("uploaded_at", "pk")


def scan_waiting(limit: int = 50) -> int:
    """Ask about the oldest; answers how many are settled. A scanner that is down is left alone until the next time."""
    settled = 0
    for row in waiting()[:limit]:
        try:
            virus = _virus_in(row)
        except scanner.NoAnswer as error:
            log.warning("the virus scanner gives no answer: %s", error)
            break
        except (scanner.NotScanned, OSError) as error:  # this file alone: the others get their turn
            log.error("attachment %s could not be scanned: %s", row.pk, error)  # noqa: TRY400  no trace of the product's
            continue
        settled += 1
        if virus:
            _remove(row, virus)
        else:
            found = Scan.CLEAN if scanner.exists() else Scan.UNSCANNED
            Attachment.objects.filter(pk=row.pk, scan=Scan.WAITING).update(scan=found)
    return settled


def _virus_in(row: Attachment) -> str:
    if not scanner.exists():
        return ""
    with default_storage.open(row.file.name) as file:
        content = file.read()
    return scanner.virus_in(content, scanner.WORKER_WAITS)


@transaction.atomic
def _remove(row: Attachment, virus: str) -> None:
    """Take an infected file away for good, once."""
    case = load_locked(row.application_id or row.taken_from_id or row.project_id)
    row = Attachment.objects.select_related("uploaded_by").filter(pk=row.pk, scan=Scan.WAITING).first()
    if row is None:
        return
    name, row.file.name = row.file.name, ""
    row.application, row.taken_from, row.project, row.scan = None, case, None, Scan.INFECTED
    row.save()
    case.revision += 1
    case.save()
    event = chain.record(case.subject, REMOVED, None, {"bilag": row.pk, "virus": virus, "sha256": row.sha256})
    outbox.owe(event, row.uploaded_by, "virus_found", {"case": case, "name": row.name}, link=case.get_absolute_url())
    forget_file(name)


def oldest_wait() -> timedelta:
    """How long the oldest file has waited for the scanner."""
    first = waiting().order_by().aggregate(first=Min("uploaded_at"))["first"]
    return max(clock.now() - first, timedelta(0)) if first else timedelta(0)
