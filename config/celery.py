"""The worker and its timetable.

Celery carries nudges, never facts: what is owed stands in the database (journal.Message,
documents.Document), so flushing the broker loses nothing. Every task is thin and may run twice.
"""

import os
import sys

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("pool")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# seconds between two beats; each task looks at what is due and does nothing when nothing is
app.conf.beat_schedule = {
    "send what is owed": {"task": "journal.tasks.send_messages", "schedule": 60.0},
    "send links that are owed": {"task": "people.tasks.send_access_mails", "schedule": 60.0},
    "write documents that are owed": {"task": "documents.tasks.issue_documents", "schedule": 60.0},
    "forget files that nobody confirmed": {"task": "people.tasks.forget_register_files", "schedule": 3600.0},
    "ask the virus scanner again": {"task": "applications.tasks.scan_waiting_files", "schedule": 60.0},
    "sweep files that nothing names": {"task": "applications.tasks.sweep_files", "schedule": 3600.0},
    "erase what must be gone": {"task": "applications.tasks.erase_what_must_be_gone", "schedule": 3600.0},
    "mail the chain's head to the auditor": {"task": "applications.tasks.mail_anchor", "schedule": 3600.0},
}


@worker_init.connect
@beat_init.connect
def refuse_to_start(**kwargs):
    """Production refuses to start while a demo person exists, and without a virus scanner."""
    import django

    from documents import scanner
    from people import demo_guard

    django.setup()
    try:
        demo_guard.refuse_demo_persons()
        scanner.refuse_to_start_without()
    except Exception as refusal:  # celery only logs what a receiver raises; leaving is the refusal
        print(refusal, file=sys.__stderr__)  # celery has taken sys.stderr by now
        raise SystemExit(1) from refusal
