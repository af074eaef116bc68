"""Nudges: asking a worker to look at what is owed, after the commit, at most once per transaction.

A nudge is never needed: the timetable looks too. So a dead broker is no error, costs a person one short wait at the
most, and is left alone for a while.
"""

import logging
import time
from collections.abc import Callable

from django.db import transaction

log = logging.getLogger(__name__)
REST_SECONDS = 60
_rests_until = 0.0


def after_commit(nudge: Callable[[], None]) -> None:
    """Nudge when the transaction commits; whoever asks again in the same transaction asks for the same."""
    waiting = transaction.get_connection().run_on_commit
    if not any(registered is nudge for _savepoints, registered, _robust in waiting):
        transaction.on_commit(nudge)


def send(task) -> None:
    """Hand a task to the broker, unless the broker has just failed."""
    global _rests_until
    if time.monotonic() < _rests_until:
        return
    try:
        task.delay()
    except Exception:
        _rests_until = time.monotonic() + REST_SECONDS
        log.warning("the broker did not take a nudge; the timetable will do what is owed", exc_info=True)


def wake() -> None:
    """Trust the broker again."""
    global _rests_until
    _rests_until = 0.0
