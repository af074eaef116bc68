"""Errors that name their field: «Udfyld «Projektets titel»» instead of five lines that say the same.

A mixin for any form. Changes only the words for an empty required field, and only where the form has none of its own.
"""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

FILL_IN = _("Udfyld feltet «{label}».")
CHOOSE = _("Vælg et svar: «{label}».")
CHOOSE_FILE = _("Vælg en fil: «{label}».")
TICK = _("Sæt kryds: «{label}».")


def words_for(field):
    if isinstance(field, forms.FileField):
        return CHOOSE_FILE
    if isinstance(field, forms.BooleanField):
        return TICK
    return CHOOSE if isinstance(field, forms.ChoiceField | forms.ModelChoiceField) else FILL_IN


def name_the_field(field):
    if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
        field.error_messages["required"] = format_lazy(words_for(field), label=field.label)


class NamesItsFields:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            name_the_field(field)
