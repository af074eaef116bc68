"""Whether the house stands: the database answers, the store of files has room, and nothing owed has waited too long.

For whoever watches from outside: figures and words, never a name, an address or a secret. Refuses to guess: what cannot be
asked is no health.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from applications import scanning
from documents import room, store
from journal import clock, outbox, timetable
from people import access

log = logging.getLogger(__name__)
OK, DOWN, LATE, UNKNOWN = "ok", "down", "late", "unknown"
# what may wait, and how long its oldest has: the health page and the figures ask the same
WAITS: dict[str, Callable[[], timedelta]] = {
    "mails": outbox.oldest_wait,
    "links": access.oldest_wait,
    "documents": store.oldest_wait,
    "scans": scanning.oldest_wait,  # files that the virus scanner has not answered for
}


def report() -> tuple[bool, dict]:
    """(all is well, the words for it)."""
    files = room.state()
    try:
        connection.ensure_connection()
        parts = {name: _part(oldest()) for name, oldest in WAITS.items()} | {"timetable": _timetable()}
    except (DatabaseError, InterfaceError) as error:
        log.error("health: the database does not answer: %s", type(error).__name__)  # noqa: TRY400  its text may hold an address
        nobody_knows = {name: {"status": UNKNOWN} for name in (*WAITS, "timetable")}
        return False, {"status": DOWN, "database": DOWN, "files": files, **nobody_knows}
    well = files == OK and all(part["status"] == OK for part in parts.values())
    return well, {"status": OK if well else files if files != OK else LATE, "database": OK, "files": files, **parts}


def _part(waited: timedelta) -> dict:
    late = waited > settings.OWED_IS_LATE
    return {"status": LATE if late else OK, "oldest_owed_seconds": int(waited.total_seconds())}


def _timetable() -> dict:
    """When a worker last did a job. A house in which none ever did is new: what it owes will tell when there is none."""
    done = timetable.last_done()
    silence = max(clock.now() - max(done.values()), timedelta(0)) if done else timedelta(0)
    late = silence > settings.OWED_IS_LATE
    return {"status": LATE if late else OK, "last_done_seconds": int(silence.total_seconds())}
