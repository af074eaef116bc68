"""The worker's part of the documents: thin, and harmless when run twice."""

from celery import shared_task

from documents import store


@shared_task
def issue_documents():
    store.issue_owed()
