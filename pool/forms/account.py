"""Forms of the account: narrowing the moves, a new year, money in, out and over to another year."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pages.forms import NamesItsFields
from pool.fields import KronerField
from pool.models import PoolYear
from pool.moves import FIGURES
from pool.years import KINDS, Booking


class MovesForm(forms.Form):
    """What the list of moves is narrowed to. What it cannot read narrows nothing."""

    tal = forms.ChoiceField(label=_("Tal"), required=False)
    runde = forms.ModelChoiceField(None, label=_("Runde"), required=False, empty_label=_("Alle runder"))

    def __init__(self, year: PoolYear, data):
        super().__init__(data)
        self.fields["tal"].choices = [("", _("Alle bevægelser")), *((f.key, f.label) for f in FIGURES.values())]
        self.fields["runde"].queryset = year.rounds.order_by("opens", "id")

    def chosen(self):
        """(figure or None, round or None); what is left of a ceiling is known of one round only."""
        self.is_valid()
        figure, round = FIGURES.get(self.cleaned_data.get("tal")), self.cleaned_data.get("runde")
        return (None, round) if figure and figure.of_round and not round else (figure, round)


def account_field() -> forms.CharField:
    return forms.CharField(
        label=_("Kontostreng"),
        required=False,
        max_length=60,
        help_text=_("Som den står i økonomisystemet, fx 00.52.89.1."),
        widget=forms.TextInput(attrs={"class": "input-width-m"}),
    )


class AccountForm(NamesItsFields, forms.Form):
    account = account_field()


class YearForm(NamesItsFields, forms.Form):
    year = forms.IntegerField(
        label=_("År"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input-width-xs", "maxlength": 4}),
        error_messages={"invalid": _("Skriv året med fire cifre, fx 2027.")},
    )
    account = account_field()


class BookingForm(NamesItsFields, forms.Form):
    kind = forms.ChoiceField(label=_("Hvad skal bogføres?"), choices=KINDS.items, widget=forms.RadioSelect)
    amount = KronerField(label=_("Beløb"), smallest=1)
    into = forms.ModelChoiceField(
        None,
        label=_("Til år"),
        required=False,
        empty_label=_("Vælg"),
        error_messages={"invalid_choice": _("Vælg et år på listen.")},
        help_text=_("Kun når beløbet overføres. Året skal være oprettet."),
    )
    decision = forms.CharField(
        label=_("Byrådets beslutning"),
        max_length=200,
        help_text=_("Møde, dato og punkt, fx «Byrådet 14. oktober 2026, punkt 7, budget 2027»."),
    )

    def __init__(self, year: PoolYear, *args, **keys):
        super().__init__(*args, **keys)
        self.fields["into"].queryset = PoolYear.objects.exclude(pk=year.pk).filter(closed_at=None)

    def clean(self):
        data = super().clean()
        if data.get("kind") == "carry_over" and "into" in data and not data["into"]:
            self.add_error("into", _("Vælg det år, beløbet skal overføres til."))
        return data

    def booking(self) -> Booking:
        data = self.cleaned_data
        into = data["into"] if data["kind"] == "carry_over" else None
        return Booking(data["kind"], data["amount"], data["decision"], into)
