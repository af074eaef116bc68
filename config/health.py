"""Whether the house stands: the database answers, and nothing owed has waited too long.

For whoever watches from outside: figures and words, never a name, an address or a secret. Refuses to guess: what cannot be
asked is no health.
"""

import logging

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from applications import scanning
from documents import store
from journal import outbox

log = logging.getLogger(__name__)
OK, DOWN, LATE, UNKNOWN = "ok", "down", "late", "unknown"
OWED = ("mails", "documents", "files")  # files: waiting for the virus scanner


def report() -> tuple[bool, dict]:
    """(all is well, the words for it)."""
    try:
        connection.ensure_connection()
        waits = {"mails": outbox.oldest_wait(), "documents": store.oldest_wait(), "files": scanning.oldest_wait()}
    except (DatabaseError, InterfaceError) as error:
        log.error("health: the database does not answer: %s", type(error).__name__)  # noqa: TRY400  its text may hold an address
        return False, {"status": DOWN, "database": DOWN, **{name: {"status": UNKNOWN} for name in OWED}}
    parts = {name: _part(wait) for name, wait in waits.items()}
    well = all(part["status"] == OK for part in parts.values())
    return well, {"status": OK if well else LATE, "database": OK, **parts}


def _part(waited) -> dict:
    late = waited > settings.OWED_IS_LATE
    return {"status": LATE if late else OK, "oldest_owed_seconds": int(waited.total_seconds())}
