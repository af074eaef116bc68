"""The confirm form of any step: its fields come from what the step asks (applications.answers), declared nowhere else."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.answers import Choice, Day, Money, Pick, PickSeveral, Text, Tick
from pages.fields import DanishDateField
from pages.forms import name_the_field
from pool.fields import KronerField


class StepForm(forms.Form):
    """Carries the revision that the person saw, and one field per question."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, step, case, data=None):
        super().__init__(data, initial={"revision": case.revision})
        for name, question in step.asks.items():
            self.fields[name] = _field(question, case)
            name_the_field(self.fields[name])
            if question.initial:
                self.fields[name].initial = question.initial(case)

    def answers(self) -> dict:
        """Cleaned answers as the door takes them; several picked rows as a list."""
        cleaned = {name: value for name, value in self.cleaned_data.items() if name != "revision"}
        return {name: list(value) if hasattr(value, "model") else value for name, value in cleaned.items()}


def _field(question, case):
    words = {"label": question.label, "required": question.required, "help_text": question.help}
    match question:
        case Money():
            return KronerField(**words)
        case Tick():
            return forms.BooleanField(**words)
        case Day():
            return DanishDateField(**words)
        case Choice(options=options):
            empty = [("", _("Vælg"))] if question.required else [("", _("Hele ansøgningen"))]
            return forms.ChoiceField(choices=[*empty, *options(case)], **words)
        case Pick(among=among):
            return forms.ModelChoiceField(among(case), empty_label=_("Vælg"), **words)
        case PickSeveral(among=among):
            return forms.ModelMultipleChoiceField(among(case), widget=forms.CheckboxSelectMultiple, **words)
        case Text(long=long, max_length=longest):
            widget = forms.Textarea(attrs={"rows": 5, "data-max": longest}) if long else forms.TextInput()
            return forms.CharField(widget=widget, max_length=longest, **words)
