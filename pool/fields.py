"""The form field for an amount: a person types kroner as Danes write them, the form gives whole øre."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pool.money import format_kroner, parse_kroner


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
