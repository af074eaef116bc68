"""Forms of the administrator who answers what is proposed to be erased."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.retention_rules import LEAST_YEARS, MOST_YEARS
from pages.fields import DanishDateField
from pages.forms import NamesItsFields


class PostponeForm(NamesItsFields, forms.Form):
    until = DanishDateField(label=_("Udsæt til og med"))
    reason = forms.CharField(
        label=_("Hvorfor"),
        max_length=500,
        help_text=_("Fx en klage, en retssag eller en anmodning om aktindsigt. Begrundelsen gemmes i loggen."),
        widget=forms.Textarea(attrs={"rows": 3, "data-max": 500}),
    )


class PeriodForm(NamesItsFields, forms.Form):
    years = forms.IntegerField(
        label=_("Antal år"),
        min_value=LEAST_YEARS,
        max_value=MOST_YEARS,
        widget=forms.NumberInput(attrs={"class": "input-width-xs"}),
    )
