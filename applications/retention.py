"""What is gone by itself, without a person's yes: discarded drafts after 30 days, exports, and what sign-in needs no more.

A discarded draft stays as a number with its events; what people wrote, files and mails about it are erased. The chain
still verifies, because events of a draft hold no free text. Refuses to touch anything that was ever sent in: that is
proposed to a person (applications.erasure_proposals). All kinds and their deadlines: applications.retention_rules.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from applications import content, erasing_projects, uploads
from applications.door import load_locked
from applications.models import Application
from applications.retention_rules import KINDS
from applications.states import State
from documents.models import Document
from journal import chain, clock
from journal.models import Event, Message
from people import access, from_file, kept
from people.models import AccessMail, KeptForm, RegisterFile

DISCARDED_DRAFT_KEPT = timedelta(days=KINDS["draft"].days)
EXPORT_KEPT = timedelta(days=KINDS["export"].days)
EXPORT = "person_export"
# the timetable looks every hour; what it has not taken a day after its time, it will not take
TIMETABLE_IS_DEAD = timedelta(days=1)
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


def old_exports(by=None):
    return Document.objects.filter(kind=EXPORT, owed_at__lte=(by or clock.now()) - EXPORT_KEPT)


@transaction.atomic
def forget_old_exports() -> int:
    """Exports about persons, files and all; the event that asked for them stays."""
    rows = list(old_exports().select_for_update(of=("self",)))
    for row in rows:
        if row.file:
            uploads.forget_file(row.file.name)
        row.delete()
    return len(rows)


def left_over() -> list[str]:
    """What the timetable should have forgotten by itself and has not; depends on the clock."""
    limit = clock.now() - TIMETABLE_IS_DEAD
    rows = {
        "kept form": KeptForm.objects.filter(kept_at__lt=limit - kept.LASTS),
        "register file": RegisterFile.objects.filter(sent_at__lt=limit - from_file.KEPT),
        "access link": AccessMail.objects.filter(settled_at__lt=limit - access.KEPT),
        "export": old_exports(limit),
        "finance file": erasing_projects.waiting_finance_files(limit),
        "photo without consent": erasing_projects.without_leave().filter(
            Q(consent__withdrawn_at__lt=limit) | Q(consent__valid_to__lt=(limit - TIMETABLE_IS_DEAD).date())
        ),
    }
    return [f"{name} {row.pk}: should be gone" for name, found in rows.items() for row in found]
