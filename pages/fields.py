"""Form fields that any page may use. Knows how a Dane types a date; refuses to guess one that does not exist."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# digits of day, month and year
SHAPES = [[day, month, 4] for day in (1, 2) for month in (1, 2)]


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
