"""Forms of asking the consultant and answering the unit. What is allowed is said by applications.consultant_help."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications import content
from applications.forms.assessing import HelpForm
from pages.fields import Prose
from pages.forms import NamesItsFields

WHOLE = "hele"


class AskForm(NamesItsFields, forms.Form):
    """About which field, and the question."""

    field = forms.ChoiceField(label=_("Hvad vil du spørge om?"))
    text = Prose(label=_("Dit spørgsmål"), longest=2000, rows=5, help_text=_("Skriv gerne, hvad du er i tvivl om."))

    def __init__(self, case, names, field="", data=None):
        super().__init__(data, initial={"field": field or WHOLE})
        known = content.fields_of(case)
        offered = [(name, known[name].label) for name in known if name in names]
        self.fields["field"].choices = [(WHOLE, _("Hele ansøgningen")), *offered]
        self.fields["field"].error_messages["invalid_choice"] = _("Vælg, hvad du vil spørge om.")

    def clean_field(self) -> str:
        """The name of the field; empty for the whole application."""
        return self.cleaned_data["field"].removeprefix(WHOLE)


class AnswerHelpForm(HelpForm):
    """The answer is help given, so it says whether it was substantial, as other help does."""

    text = Prose(
        label=_("Dit svar"), longest=4000, rows=8, help_text=_("Enheden får svaret i en mail og ser det ved feltet.")
    )
