"""Form fields that any page may use. Know how a Dane types a date, an amount, a number and pasted text.

Refuse to guess what cannot be read, in a sentence that says what to type, and keep what was typed.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pages.money import format_kroner, parse_kroner

# digits of day, month and year
SHAPES = [[day, month, 4] for day in (1, 2) for month in (1, 2)]
NUMBER = re.compile(r"^(\d{1,3}(?:\.\d{3})+|\d{1,11})(?:,(\d{1,3}))?$|^(\d{1,11})\.(\d{1,3})$", re.ASCII)
# soft hyphens, byte order marks and marks that turn the reading direction: pasted along, never meant
UNSEEN = re.compile("[\u00ad\ufeff\u200b\u202a-\u202e\u2066-\u2069]")


class DateInputs(forms.MultiWidget):
    """Day, month and year in three inputs, named <name>_day, <name>_month, <name>_year."""

    template_name = "dkfds/date_inputs.html"
    use_fieldset = True

    def __init__(self, attrs=None):
        box = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            {
                "day": forms.TextInput({**box, "maxlength": 2, "label": _("Dag"), "part": "day"}),
                "month": forms.TextInput({**box, "maxlength": 2, "label": _("Måned"), "part": "month"}),
                "year": forms.TextInput({**box, "maxlength": 4, "label": _("År"), "part": "year"}),
            },
            attrs,
        )

    def decompress(self, value):
        return [value.day, value.month, value.year] if value else ["", "", ""]

    def get_context(self, name, value, attrs):
        # a year of four digits must not get a thousands separator
        value = [str(piece or "") for piece in (value if isinstance(value, list) else self.decompress(value))]
        return super().get_context(name, value, attrs)


class DanishDateField(forms.Field):
    """Gives a date. What was typed is kept when it was wrong."""

    widget = DateInputs
    default_error_messages = {
        "required": _("Skriv en dato med dag, måned og år, fx 3 2 2026."),
        "incomplete": _("Datoen mangler dag, måned eller år. Skriv den fx som 3 2 2026."),
        "invalid": _("Datoen passer ikke. Skriv den fx som 3 2 2026."),
    }

    def __init__(self, *, help_text=_("dd mm åååå, fx 3 2 2026"), **options):
        super().__init__(help_text=help_text, **options)

    def to_python(self, value):
        if isinstance(value, date) or not value:
            return value or None
        pieces = [(piece or "").strip() for piece in value]
        if not any(pieces):
            return None
        if not all(pieces):
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        if not all(piece.isascii() and piece.isdigit() for piece in pieces) or list(map(len, pieces)) not in SHAPES:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        day, month, year = map(int, pieces)
        try:
            return date(year, month, day)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


class KronerField(forms.Field):
    """`smallest` and `largest` are øre and may be None. Reads «12.500,50», gives 1250050; takes øre as initial."""

    default_error_messages = {
        "required": _("Skriv et beløb i kroner, fx 12.500."),
        "too_small": _("Beløbet skal være mindst %(limit)s"),
        "too_large": _("Beløbet må højst være %(limit)s"),
    }

    def __init__(self, *, smallest=None, largest=None, **options):
        box = {"suffix": "kr.", "inputmode": "decimal", "autocomplete": "off", "class": "input-width-xs num"}
        options.setdefault("widget", forms.TextInput(box))
        super().__init__(**options)
        self.smallest, self.largest = smallest, largest

    def prepare_value(self, value):
        return format_kroner(value, unit=False) if isinstance(value, int) else value

    def to_python(self, value):
        if value is None or isinstance(value, int):
            return value
        return parse_kroner(value) if value.strip() else None

    def validate(self, value):
        super().validate(value)
        if value is None:
            return
        if self.smallest is not None and value < self.smallest:
            raise ValidationError(
                self.error_messages["too_small"], code="too_small", params={"limit": format_kroner(self.smallest)}
            )
        if self.largest is not None and value > self.largest:
            raise ValidationError(
                self.error_messages["too_large"], code="too_large", params={"limit": format_kroner(self.largest)}
            )

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class Prose(forms.CharField):
    """Text without invisible characters. Too long a text is refused, never cut: the browser is not told the limit."""

    default_error_messages = {
        "max_length": _("Teksten er for lang: skriv højst %(limit_value)d tegn. Du har skrevet %(show_value)d.")
    }

    def __init__(self, *, longest, rows=0, counts=None, **options):
        box = {"data-max": longest} if rows or counts else {}
        options.setdefault("widget", forms.Textarea({"rows": rows, **box}) if rows else forms.TextInput(box))
        super().__init__(max_length=longest, **options)

    def widget_attrs(self, widget):
        return {}

    def to_python(self, value):
        text = UNSEEN.sub("", str(value or "").replace("\r\n", "\n").replace("\r", "\n"))
        return super().to_python("".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")))


class Number(forms.Field):
    """A Danish decimal, «2.100,5»; gives a Decimal."""

    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "class": "num"})

    def to_python(self, value):
        if value is None or isinstance(value, Decimal):
            return value
        text = value.strip()
        if not text:
            return None
        match = NUMBER.match(text)
        if not match:
            raise ValidationError(_("Skriv et tal med højst tre decimaler, fx 2.100 eller 12,5."), code="invalid")
        whole, part = (match[1], match[2]) if match[1] else (match[3], match[4])
        return Decimal(f"{whole.replace('.', '')}.{part or 0}")

    def prepare_value(self, value):
        return format(value.normalize(), "f").replace(".", ",") if isinstance(value, Decimal) else value
