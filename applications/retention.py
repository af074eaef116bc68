"""What must be gone, and when: the content of a discarded draft after 30 days, as its confirm page promises.

The case stays as a number with its events; what people wrote, files and mails about it are erased. The chain still
verifies, because events of a draft hold no free text. Refuses to touch anything that was ever sent in.
"""

from datetime import timedelta

from django.db import transaction

from applications import content, uploads
from applications.door import load_locked
from applications.models import Application
from applications.states import State
from journal import chain, clock
from journal.models import Event, Message

DISCARDED_DRAFT_KEPT = timedelta(days=30)
ERASED = "erase"


def overdue_drafts():
    """Discarded drafts whose time is up and that have not been erased."""
    limit = clock.now() - DISCARDED_DRAFT_KEPT
    erased = Event.objects.filter(step=ERASED).values_list("subject", flat=True)
    numbers = {subject.partition("/")[2] for subject in erased}
    rows = Application.objects.filter(state=State.WITHDRAWN, version_number=0, changed_at__lte=limit)
    return rows.exclude(number__in=numbers).order_by("pk")


def erase_overdue_drafts() -> int:
    """Erase each in a transaction of its own; answers how many."""
    ids = list(overdue_drafts().values_list("pk", flat=True))
    for case_id in ids:
        _erase(case_id)
    return len(ids)


@transaction.atomic
def _erase(case_id: int) -> None:
    case = load_locked(case_id)
    files = [name for name in uploads.of_case(case).values_list("file", flat=True) if name]
    case.attachments_taken_off.all().delete()
    for name in content.LISTS:
        getattr(case, name).all().delete()
    case.partners.clear()
    case.help_questions.all().delete()
    for name in content.FIELDS:
        if name not in content.LISTS and name != "partners":
            setattr(case, name, Application._meta.get_field(name).get_default())
    case.round_answers = {}
    case.written_by = {}
    case.revision += 1
    case.save()
    Message.objects.filter(event__subject=case.subject).update(subject="", body="")
    chain.record(case.subject, ERASED, None, {"filer": len(files)})
    for name in files:
        uploads.forget_file(name)
