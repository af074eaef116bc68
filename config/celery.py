"""The worker and its timetable.

Celery carries nudges, never facts: what is owed stands in the database (journal.Message,
documents.Document), so flushing the broker loses nothing. Every task is thin and may run twice.
"""

import logging
import os
import sys

from celery import Celery
from celery.signals import beat_init, task_success, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

log = logging.getLogger(__name__)
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
    "publish results that are planned": {"task": "applications.tasks.publish_results", "schedule": 30.0},
    "sweep files that nothing names": {"task": "applications.tasks.sweep_files", "schedule": 3600.0},
    "forget what sign-in no longer needs": {"task": "people.tasks.sweep_sign_in", "schedule": 3600.0},
    "erase what must be gone": {"task": "applications.tasks.erase_what_must_be_gone", "schedule": 3600.0},
    "remind of milestones, and let grants lapse": {"task": "applications.tasks.keep_projects_going", "schedule": 3600.0},
    "mail the chain's head to the auditor": {"task": "applications.tasks.mail_anchor", "schedule": 3600.0},
}


@worker_init.connect
@beat_init.connect
def refuse_to_start(**kwargs):
    """Production refuses to start while a demo person exists, and without a virus scanner."""
    import django.db

    from documents import scanner
    from people import demo_guard

    django.setup()
    try:
        demo_guard.refuse_demo_persons()
        scanner.refuse_to_start_without()
    except Exception as refusal:  # celery only logs what a receiver raises; leaving is the refusal
        print(refusal, file=sys.__stderr__)  # celery has taken sys.stderr by now
        raise SystemExit(1) from refusal
    finally:  # the beat inside a worker is a fork: it must not share this connection
        django.db.connections.close_all()


@task_success.connect
def note_that_it_is_done(sender=None, **kwargs):
    """When each job was last done, for the health page and the figures."""
    from django.db import DatabaseError, InterfaceError

    from journal import timetable

    try:
        timetable.done(sender.name)
    except (DatabaseError, InterfaceError):
        log.warning("%s is done, but the database did not take the note", sender.name)
