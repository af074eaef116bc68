"""The worker's part of the outbox: thin, and harmless when run twice."""

from celery import shared_task

from journal import outbox


@shared_task
def send_messages():
    outbox.send_due()
