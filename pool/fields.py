"""Form fields of the pool: a day and a time become one moment. An amount is read by pages.fields.KronerField.

Refuses what it cannot read, in a sentence that says what to type, and keeps what was typed.
"""

import re
from datetime import datetime, time

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pages.fields import DanishDateField, DateInputs, KronerField

__all__ = ["KronerField", "MomentField", "MomentInputs", "read_time"]


EARLIEST_YEAR, LATEST_YEAR = 1900, 2999
TIME = re.compile(r"^(?:kl\.?)?\s*(\d{1,2})(?:[.:]?(\d{2}))?$", re.IGNORECASE)


def read_time(text: str) -> time:
    """«12.00», «12:00», «1200», «kl. 9» and «9» as a time. Raises ValueError for anything else."""
    match = TIME.match(text.strip())
    if not match or not text.isascii():
        raise ValueError(f"no time: {text}")
    return time(int(match[1]), int(match[2] or 0))


class MomentInputs(DateInputs):
    """Day, month, year and time in four inputs, named <name>_day … <name>_time."""

    def __init__(self, attrs=None):
        super().__init__(attrs)
        clock = forms.TextInput({"autocomplete": "off", "maxlength": 9, "label": _("Klokken"), "part": "time"})
        self.widgets = [*self.widgets, clock]
        self.widgets_names = [*self.widgets_names, "_time"]

    def decompress(self, value):
        if not value:
            return ["", "", "", ""]
        local = timezone.localtime(value)
        return [*super().decompress(local), f"{local:%H.%M}"]


class MomentField(DanishDateField):
    """Gives an aware datetime, read as Danish time."""

    widget = MomentInputs
    default_error_messages = {
        "required": _("Skriv en dato og et klokkeslæt, fx 3 2 2026 kl. 12.00."),
        "no_time": _("Skriv klokkeslættet, fx 12.00."),
    }

    def __init__(self, *, help_text=_("dd mm åååå og klokkeslæt, fx 3 2 2026 kl. 12.00"), **options):
        super().__init__(help_text=help_text, **options)

    def to_python(self, value):
        if isinstance(value, datetime) or not value:
            return value or None
        *day, clock = [(piece or "").strip() for piece in value]
        if not any([*day, clock]):
            return None
        day = super().to_python(day)
        if day and not EARLIEST_YEAR <= day.year <= LATEST_YEAR:  # outside, a moment may have no place in UTC
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return timezone.make_aware(datetime.combine(day, read_time(clock)))
        except (ValueError, TypeError):
            raise ValidationError(self.error_messages["no_time" if day else "incomplete"], code="no_time") from None
