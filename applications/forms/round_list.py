"""The filters of the round's list. They only narrow; what they do not know they ignore."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.round_table import RECOMMENDATIONS
from applications.states import State
from pool.themes import Theme

ORDERS = [
    ("", _("Nummer")),
    ("-score", _("Flest point først")),
    ("-spread", _("Størst spredning først")),
    ("assessors", _("Færrest bedømmere først")),
    ("-sought", _("Størst beløb først")),
    ("-own", _("Flest egne midler først")),
    ("recommendation", _("Indstilling")),
    ("-recommended", _("Mest indstillet først")),
    ("unit", _("Enhed")),
    ("centre", _("Center")),
    ("title", _("Titel")),
    ("state", _("Tilstand")),
]


class FilterForm(forms.Form):
    """Choices of states and centres are those that the list holds."""

    use_required_attribute = False
    text = forms.CharField(label=_("Søg"), required=False)
    state = forms.ChoiceField(label=_("Tilstand"), required=False)
    centre = forms.ChoiceField(label=_("Center"), required=False)
    theme = forms.ChoiceField(label=_("Tema"), required=False, choices=[("", _("Alle")), *Theme.choices])
    recommendation = forms.ChoiceField(
        label=_("Indstilling"), required=False, choices=[("", _("Alle")), *RECOMMENDATIONS.items()]
    )
    sort = forms.ChoiceField(label=_("Sortér efter"), required=False, choices=ORDERS)

    def __init__(self, rows, data):
        super().__init__(initial=data.dict())
        states = {row.state for row in rows}
        centres = {str(row.centre.pk): row.centre.name for row in rows}
        everything = ("", _("Alle"))
        self.fields["state"].choices = [everything, *((s.value, s.label) for s in State if s in states)]
        self.fields["centre"].choices = [everything, *sorted(centres.items(), key=lambda pair: pair[1])]
