"""The register's filter, and the form that gives a factor a new number."""

import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from climate import superseding
from climate.models import Factor, FactorSource, Family
from pages.forms import NamesItsFields
from pages.money import NO_BREAK_SPACE

WRITTEN = re.compile(r"^\d{1,8}(,\d{1,6})?$", re.ASCII)
OLD, ALL = "afloest", "alle"


class FactorFilter(forms.Form):
    """What the list of factors is narrowed to. An unknown choice narrows nothing."""

    use_required_attribute = False
    q = forms.CharField(label=_("Søg"), required=False, max_length=80)
    family = forms.ChoiceField(label=_("Slags"), required=False, choices=[("", _("Alle slags")), *Family.choices])
    source = forms.ChoiceField(label=_("Kilde"), required=False)
    validity = forms.ChoiceField(
        label=_("Gælder"), required=False,
        choices=[("", _("I brug nu")), (OLD, _("Afløst eller udgået")), (ALL, _("Både nye og gamle"))],
    )  # fmt: skip

    def __init__(self, data):
        super().__init__(data)
        sources = FactorSource.objects.order_by("publisher", "year", "pk").values_list("pk", "publisher", "year")
        known = [(str(pk), f"{publisher}, {year}") for pk, publisher, year in sources]
        self.fields["source"].choices = [("", _("Alle kilder")), *known]


class FactorNumber(forms.CharField):
    """A factor with up to six decimals, with a comma; a full stop could be either and is refused."""

    def to_python(self, value):
        written = super().to_python(value).replace(" ", "").replace(NO_BREAK_SPACE, "")
        if not written:
            return None
        if not WRITTEN.match(written):
            raise ValidationError(_("Skriv tallet med komma og uden punktum, fx 0,047 eller 1250."), code="invalid")
        return Decimal(written.replace(",", "."))


class SupersedeForm(NamesItsFields, forms.Form):
    use_required_attribute = False
    value = FactorNumber(label=_("Nyt tal"))
    low = FactorNumber(
        label=_("Lav"), required=False, help_text=_("Lad lav og høj stå tomme, hvis kilden ikke giver et spænd.")
    )
    high = FactorNumber(label=_("Høj"), required=False)
    year = forms.IntegerField(label=_("Gælder året"), min_value=1990, max_value=2100)
    boundary = forms.CharField(label=_("Hvad tallet dækker"), max_length=300)
    caveat = forms.CharField(label=_("Forbehold"), max_length=400, required=False)
    title = forms.CharField(label=_("Kildens titel"), max_length=200)
    publisher = forms.CharField(label=_("Udgiver"), max_length=120)
    licence = forms.CharField(
        label=_("Licens"), max_length=200, help_text=_("Hvad må man bruge tallet til? Fx «Offentlig myndighedstekst».")
    )
    source_year = forms.IntegerField(label=_("Kildens år"), min_value=1990, max_value=2100)
    taken_from = forms.CharField(
        label=_("Hentet fra"), max_length=300, help_text=_("Adresse, side eller tabel, så andre kan finde det.")
    )
    source_caveat = forms.CharField(label=_("Forbehold om kilden"), max_length=300, required=False)
    reason = forms.CharField(
        label=_("Hvorfor skal tallet afløses?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, factor: Factor, data=None):
        first = {"year": factor.year, "boundary": factor.boundary, "caveat": factor.caveat}
        super().__init__(data, initial=first)
        self.factor = factor
        for name in ("value", "low", "high"):
            self.fields[name].widget.attrs |= {"suffix": factor.unit, "class": "input-width-m num", "inputmode": "decimal"}
        for name in ("year", "source_year"):
            self.fields[name].widget = forms.TextInput(attrs={"class": "input-width-xs", "inputmode": "numeric"})

    def clean(self):
        found = self.cleaned_data
        if found.get("value") is not None and found.get("year") is not None:
            wrong = superseding.faults(self.factor, found["value"], found.get("low"), found.get("high"), found["year"])
            for name, words in wrong.items():
                self.add_error(name, words)
        return found

    def facts(self) -> dict:
        """The arguments of superseding.supersede."""
        found = self.cleaned_data
        names = ("value", "low", "high", "year", "boundary", "caveat", "reason")
        source = {name: found[name] for name in ("title", "publisher", "licence", "taken_from")}
        source |= {"year": found["source_year"], "caveat": found["source_caveat"]}
        return {name: found[name] for name in names} | {"source": source}
