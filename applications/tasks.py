"""What the clock does for the cases: the chain's head to the auditors, what must be gone. Harmless when run twice."""

from celery import shared_task
from django.db import transaction

from applications import (
    erasing_projects,
    erasure_proposals,
    evaluation,
    going_public,
    reminding,
    retention,
    scanning,
    sweeping,
)
from journal import chain, clock, outbox
from journal.models import Event
from people import kept
from people.models import Person, RoleAssignment
from people.roles import Role

SUBJECT = "journal"


@shared_task
@transaction.atomic
def mail_anchor():
    """Owe every auditor today's anchor, unless it is owed already."""
    chain.lock()
    last = Event.objects.filter(subject=SUBJECT, step="anchor").order_by("-number").first()
    if last is not None and last.payload["dag"] == clock.today().isoformat():
        return
    anchor = str(chain.head())
    event = chain.record(SUBJECT, "anchor", None, {"dag": clock.today().isoformat(), "anker": anchor})
    auditors = RoleAssignment.objects.in_force().filter(role=Role.AUDITOR)
    for auditor in Person.objects.filter(pk__in=auditors.values("person")):
        outbox.owe(event, auditor, "anchor", {"anchor": anchor})


@shared_task
def scan_waiting_files():
    scanning.scan_waiting()


@shared_task
def sweep_files():
    sweeping.sweep()


@shared_task
def keep_projects_going():
    reminding.remind()
    evaluation.remind()
    reminding.warn_of_lapse()
    reminding.let_lapse()


@shared_task
def erase_what_must_be_gone():
    retention.erase_overdue_drafts()
    retention.forget_old_exports()
    erasing_projects.erase_photos_without_leave()
    erasing_projects.forget_waiting_finance_files()
    kept.forget_old()
    erasure_proposals.propose()


@shared_task
def publish_results():
    going_public.publish_due()
    going_public.drop_photos_everywhere()
