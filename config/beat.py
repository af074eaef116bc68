"""A beat of which any number may run: one acts, the others stand by, and a killed one is replaced when its lease runs out.

What was asked for last stands in the database, so whoever takes over goes on where the other stopped. A database that does
not answer makes a beat stand by, never fall; a clock that was set back makes it read its timetable anew.
"""

import logging
import os
import secrets
import socket
from datetime import UTC, datetime

from celery.beat import Scheduler
from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from journal import timetable

log = logging.getLogger(__name__)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class OneActs(Scheduler):
    def __init__(self, *args, **keys):
        self.owner = f"{socket.gethostname()[:80]}-{os.getpid()}-{secrets.token_hex(4)}"
        self.acts = False
        self.seen = LONG_AGO
        super().__init__(*args, **keys)

    def setup_schedule(self):
        self.update_from_dict(self.app.conf.beat_schedule)

    def tick(self, *args, **keys) -> float:
        try:
            close_old_connections()
            now, held = self.app.now(), timetable.hold(self.owner, settings.BEAT_LEASE)
            if held and (not self.acts or now < self.seen):
                self.read_timetable(now)
            self.acts, self.seen = held, now
            return super().tick(*args, **keys) if held else self.max_interval
        except (DatabaseError, InterfaceError) as error:
            log.warning("the beat stands by: the database does not answer (%s)", type(error).__name__)
            connection.close()
            self.acts = False
            return self.max_interval

    def read_timetable(self, now: datetime) -> None:
        """When each job was last asked for, by whichever beat; what was never asked for is due."""
        asked = timetable.last_asked()
        for entry in self.schedule.values():
            entry.last_run_at = min(asked.get(entry.task, LONG_AGO), now)
        self._heap = None

    def apply_entry(self, entry, producer=None):
        super().apply_entry(entry, producer)
        timetable.asked(entry.task, self.app.now())

    def close(self):
        try:
            timetable.let_go(self.owner)
        except (DatabaseError, InterfaceError):
            log.warning("the lease was not given back; it runs out by itself")
        super().close()

    @property
    def info(self):
        return f"    . lease -> {self.owner}"
