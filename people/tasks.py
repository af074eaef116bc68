"""The worker's part of the persons: thin, and harmless when run twice."""

from celery import shared_task

from people import access, from_file, sign_in


@shared_task
def send_access_mails():
    access.send_due()


@shared_task
def forget_register_files():
    from_file.forget_old()


@shared_task
def sweep_sign_in():
    sign_in.sweep()
