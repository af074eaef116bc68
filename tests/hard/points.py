"""Named points at which a process of the rig ends itself: the nemesis arms one, the first process that passes it dies.

Installed over Django's own classes by tests.hard.settings; the product knows nothing of it. A point is a file in the
house's folder: taking its name away is what only one process can do.
"""

import os
import signal
import sys
from pathlib import Path

from django.core.files.storage.filesystem import FileSystemStorage
from django.core.mail.backends.smtp import EmailBackend
from django.db.backends.base.base import BaseDatabaseWrapper

FOLDER = Path(os.environ["POOL_VAR"]) / "points"
ROLE = "web" if "gunicorn" in sys.argv[0] else "worker"
OF_WEB = ["web before commit", "web after commit"]
OF_WORKER = ["worker before commit", "worker after commit", "during PDF write", "after PDF write", "before SMTP"]
AFTER_SMTP = "after SMTP accepted"


def here(point: str) -> None:
    """The process dies here when the point is armed."""
    try:
        (FOLDER / point).rename(FOLDER / f"{point}, taken")
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def arm(folder: Path, point: str) -> None:
    (folder / f"{point}, taken").unlink(missing_ok=True)
    (folder / point).touch()


def taken(folder: Path, point: str) -> bool:
    return (folder / f"{point}, taken").exists()


def disarm(folder: Path, point: str) -> bool:
    """Whether it was still armed: nobody came by."""
    try:
        (folder / point).unlink()
    except FileNotFoundError:
        return False
    return True


def install() -> None:
    commit, send, save = BaseDatabaseWrapper._commit, EmailBackend._send, FileSystemStorage._save

    def committing(self):
        here(f"{ROLE} before commit")
        commit(self)
        here(f"{ROLE} after commit")

    def sending(self, message):
        here("before SMTP")
        sent = send(self, message)
        here(AFTER_SMTP)
        return sent

    def saving(self, name, content):
        whole = content.chunks

        def in_two_halves(*args):
            for chunk in whole(*args):
                yield chunk[: len(chunk) // 2]
                here("during PDF write")
                yield chunk[len(chunk) // 2 :]

        content.chunks = in_two_halves
        name = save(self, name, content)
        here("after PDF write")
        return name

    BaseDatabaseWrapper._commit, EmailBackend._send, FileSystemStorage._save = committing, sending, saving
