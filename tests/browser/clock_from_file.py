"""A clock that a test moves from outside: this many seconds ahead of the machine, read from a file before each request
and each task. Lives with the tests; the product has no such door, and a pool started without these settings never looks.
"""

import os
from datetime import timedelta
from pathlib import Path

from celery.signals import task_prerun
from django.utils import timezone

from journal import clock

FILE = Path(os.environ.get("POOL_VAR", "/nowhere")) / "seconds-ahead"


def read() -> None:
    """From here on the process's clock stands where the test wants it."""
    ahead = float(FILE.read_text()) if FILE.exists() else 0
    clock.set_to(timezone.now() + timedelta(seconds=ahead))


class ClockFromFile:
    """Middleware, before all others."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        read()
        return self.get_response(request)


@task_prerun.connect
def read_before_a_task(**kwargs):
    read()
