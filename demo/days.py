"""The calendar of the invented pool: working days, the committee of a day, and projects that run later."""

from datetime import date, timedelta

from applications.rehearsal import COMMITTEES


def working_day(today: date, days: int) -> date:
    """A working day about so far from today: weekends and Christmas give way, away from today."""
    day, onwards = today + timedelta(days=days), timedelta(days=-1 if days < 0 else 1)
    while day.isoweekday() > 5 or (day.month, day.day) >= (12, 24) or (day.month, day.day) == (1, 1):
        day += onwards
    return day


def later(data: dict, weeks: int) -> dict:
    """An application whose project runs so many weeks later."""
    moved = {name: date.fromisoformat(data[name]) + timedelta(weeks=weeks) for name in ("starts", "ends")}
    return data | {name: day.isoformat() for name, day in moved.items()}


def committee_on(day: date) -> str:
    """The committee that decided on that day."""
    return next(name for name, (first, last) in COMMITTEES.items() if first <= day and (last is None or day <= last))
