"""One line of the log: when in UTC, how grave, which part, what, and by number who asked, when a request is known.

A line break in what is told becomes visible signs, so that nobody can write a line of their own. A trace keeps its lines.
"""

import logging
import time

BREAKS = {code: repr(chr(code))[1:-1] for code in (*range(32), 127, 0x85, 0x2028, 0x2029)}


class LogLine(logging.Formatter):
    converter = time.gmtime

    def __init__(self):
        super().__init__("{asctime} {levelname} {name} {message}", "%Y-%m-%dT%H:%M:%SZ", style="{")

    def formatMessage(self, record):  # noqa: N802  the name in logging
        return super().formatMessage(record).translate(BREAKS) + _asked_by(getattr(record, "request", None))


def _asked_by(request) -> str:
    """Only who is known already: a log that asks the database would fall with it."""
    person = getattr(request, "_cached_user", None)
    return f" (person {person.pk})" if getattr(person, "pk", None) else ""
