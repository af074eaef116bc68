"""Forms of a round's figures: which two rounds to compare, and what to do differently next time."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pages.fields import Prose
from pool.models import Round
from pool.rounds import LONGEST_NOTE


class RoundChoice(forms.ModelChoiceField):
    def label_from_instance(self, row):
        return f"{row.name} ({row.pool_year})"


class CompareForm(forms.Form):
    """GET: two rounds that have been announced."""

    use_required_attribute = False

    a = RoundChoice(Round.objects.none(), label=_("Den første runde"), empty_label=_("Vælg"))
    b = RoundChoice(Round.objects.none(), label=_("Den anden runde"), empty_label=_("Vælg"))

    def __init__(self, data=None):
        super().__init__(data)
        for field in self.fields.values():
            field.queryset = Round.objects.filter(announced_at__isnull=False).select_related("pool_year").order_by("-opens")

    def chosen(self) -> tuple[Round, Round] | None:
        """The older first."""
        if not self.is_bound or not self.is_valid():
            return None
        pair = self.cleaned_data["a"], self.cleaned_data["b"]
        return None if pair[0] == pair[1] else tuple(sorted(pair, key=lambda row: (row.opens, row.pk)))


class NextTimeForm(forms.Form):
    text = Prose(
        label=_("Det vil vi ændre næste gang"),
        longest=LONGEST_NOTE,
        rows=6,
        required=False,
        help_text=_("Står her og vises, når den næste runde planlægges."),
    )
