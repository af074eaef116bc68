"""The one clock. A run and a test can set it; nothing else in the product asks the machine for the time."""

from contextlib import contextmanager
from datetime import date, datetime

from django.utils import timezone

_set_to: datetime | None = None


def now() -> datetime:
    """The present, aware, in UTC."""
    return _set_to or timezone.now()


def today() -> date:
    """The present day in Denmark."""
    return timezone.localdate(now())


def is_set() -> bool:
    """The clock stands where a run or a test has set it."""
    return _set_to is not None


def set_to(moment: datetime | None) -> None:
    """Set the clock of this process to a moment (aware), or let it run again with None."""
    global _set_to
    if moment is not None and timezone.is_naive(moment):
        raise ValueError("the clock takes aware moments only")
    _set_to = moment


@contextmanager
def at(moment: datetime):
    """Run a block at a moment; moments may be nested."""
    before = _set_to
    set_to(moment)
    try:
        yield
    finally:
        set_to(before)
