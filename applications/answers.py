"""The questions a step can ask: its keyword-only parameters are annotated with these, and its confirm form asks them.

Each says what it is called, whether it must be answered, and which cleaned type the step's body gets.
`clean` refuses (ValueError with a Danish sentence) what a caller other than the form might send.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Answer:
    label: str
    required: bool = True
    help: str = ""
    initial: Callable[[Any], Any] | None = None

    kind = str
    empty = ""

    def clean(self, value, case):
        """The value for the body; an empty one when it is optional."""
        if value in (None, "", []) and self.kind is not bool:
            if self.required:
                raise ValueError(_("Udfyld feltet «%(label)s».") % {"label": self.label})
            return self.empty
        if not isinstance(value, self.kind) or (self.kind is int and isinstance(value, bool)):
            raise ValueError(_("«%(label)s» kan ikke læses. Skriv det igen.") % {"label": self.label})
        return self._within_limits(value, case)

    def _within_limits(self, value, case):
        return value

    def as_fact(self, value):
        """The value as the event's payload keeps it."""
        return value


@dataclass(frozen=True)
class Text(Answer):
    long: bool = True
    max_length: int = 4000

    def _within_limits(self, value, case):
        value = value.strip()
        if self.required and not value:
            raise ValueError(_("Udfyld feltet «%(label)s».") % {"label": self.label})
        if len(value) > self.max_length:
            raise ValueError(_("Skriv højst %(max)s tegn.") % {"max": self.max_length})
        return value


@dataclass(frozen=True)
class Money(Answer):
    """Whole øre, zero or more."""

    kind = int
    empty = None

    def _within_limits(self, value, case):
        if value < 0:
            raise ValueError(_("Beløbet kan ikke være negativt."))
        return value


@dataclass(frozen=True)
class Tick(Answer):
    required: bool = False
    kind = bool

    def clean(self, value, case):
        if self.required and not value:
            raise ValueError(_("Sæt hak ved «%(label)s».") % {"label": self.label})
        return bool(value)


@dataclass(frozen=True)
class Day(Answer):
    kind = date
    empty = None

    def as_fact(self, value):
        return value.isoformat() if value else None


@dataclass(frozen=True)
class Choice(Answer):
    """One of the codes that `options(case)` gives as (code, label) pairs."""

    options: Callable[[Any], list[tuple[str, str]]] = None

    def _within_limits(self, value, case):
        if value not in {code for code, _label in self.options(case)}:
            raise ValueError(_("Vælg en af mulighederne."))
        return value


@dataclass(frozen=True)
class Pick(Answer):
    """One row that `among(case)` holds."""

    among: Callable[[Any], Any] = None
    kind = object
    empty = None

    def _within_limits(self, value, case):
        if not self.among(case).filter(pk=value.pk).exists():
            raise ValueError(_("Vælg en af mulighederne."))
        return value

    def as_fact(self, value):
        return value.pk if value else None


@dataclass(frozen=True)
class PickSeveral(Answer):
    """Some of the rows that `among(case)` holds."""

    among: Callable[[Any], Any] = None
    kind = list
    empty = ()

    def _within_limits(self, value, case):
        wanted = {row.pk for row in value}
        if self.among(case).filter(pk__in=wanted).count() != len(wanted):
            raise ValueError(_("Vælg blandt mulighederne."))
        return value

    def as_fact(self, value):
        return [row.pk for row in value]
