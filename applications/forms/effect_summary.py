"""The filters of the summary of effects. They only narrow; what they do not know they ignore."""

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Unit
from pool.models import PoolYear, Round
from pool.themes import Theme

EVERYTHING = ("", _("Alle"))


class SummaryFilter(forms.Form):
    use_required_attribute = False
    year = forms.ChoiceField(label=_("Puljeår"), required=False)
    round = forms.ChoiceField(label=_("Runde"), required=False)
    centre = forms.ChoiceField(label=_("Center"), required=False)
    theme = forms.ChoiceField(label=_("Tema"), required=False, choices=[EVERYTHING, *Theme.choices])

    def __init__(self, data):
        super().__init__(data)
        years = PoolYear.objects.order_by("-year").values_list("year", flat=True)
        rounds = Round.objects.order_by("-opens", "-pk").values_list("pk", "name")
        centres = Unit.objects.filter(kind=Unit.Kind.CENTRE).order_by("name").values_list("pk", "name")
        self.fields["year"].choices = [EVERYTHING, *((str(year), str(year)) for year in years)]
        self.fields["round"].choices = [EVERYTHING, *((str(pk), name) for pk, name in rounds)]
        self.fields["centre"].choices = [EVERYTHING, *((str(pk), name) for pk, name in centres)]

    def chosen(self) -> dict:
        """The arguments of effect_summary.summary."""
        self.is_valid()
        found = self.cleaned_data
        names = {"year": "years", "round": "rounds", "centre": "centres", "theme": "themes"}
        return {
            plural: [found[name] if name == "theme" else int(found[name])]
            for name, plural in names.items()
            if found.get(name)
        }
