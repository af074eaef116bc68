"""What the pool asks about the cases that use its money; the package that knows them answers by registering here.

The pool knows no case: without an answer it counts none and links to none.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """Of one round: how many were sent, and how many of these still wait for a decision."""

    sent: int = 0
    undecided: int = 0


class Nobody:
    """The answers when no package has registered."""

    def counts(self, round_ids: Iterable[int]) -> dict[int, Counts]:
        """The counts of each round that has any application sent."""
        return {}

    def addresses(self, person, subjects: Iterable[str]) -> dict[str, str]:
        """The pages of those subjects that the person may see."""
        return {}

    def list_address(self, person, round_id: int) -> str:
        """The page that lists a round's applications, or "" when it is closed to the person."""
        return ""

    def questions_address(self, round_id: int) -> str:
        """The page where a round's own questions are designed, or "" when there is none."""
        return ""

    def account_address(self, year: int) -> str:
        """The page with a year's account at a date, by round, centre and theme, or ""."""
        return ""

    def running(self, year: int) -> list[tuple[str, str]]:
        """(subject, what it is called) of the year's projects that have not ended and may still give money back."""
        return []

    def more(self, person, round_id: int) -> list[tuple[str, str]]:
        """(label, address) of further pages about a round that are open to the person."""
        return []

    def cloned(self, source, copy, by) -> None:
        """A round was copied: what others keep about the first comes along."""


_registered = [Nobody()]


def answered_by(answers) -> None:
    _registered[0] = answers


def counts(round_ids: Iterable[int]) -> dict[int, Counts]:
    return _registered[0].counts(list(round_ids))


def addresses(person, subjects: Iterable[str]) -> dict[str, str]:
    return _registered[0].addresses(person, set(subjects))


def list_address(person, round_id: int) -> str:
    return _registered[0].list_address(person, round_id)


def questions_address(round_id: int) -> str:
    return _registered[0].questions_address(round_id)


def account_address(year: int) -> str:
    return _registered[0].account_address(year)


def running(year: int) -> list[tuple[str, str]]:
    return _registered[0].running(year)


def more(person, round_id: int) -> list[tuple[str, str]]:
    return _registered[0].more(person, round_id)


def cloned(source, copy, by) -> None:
    _registered[0].cloned(source, copy, by)
