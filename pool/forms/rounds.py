"""Forms of a round: its rules, and the acts on it. Rows of criteria and gates are in rows.py."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from journal import clock
from pages.fields import DanishDateField
from pages.forms import NamesItsFields
from pages.money import LARGEST
from people.models import Committee, Unit
from pool.fields import KronerField, MomentField
from pool.forms.rows import Quietly, number_field
from pool.models import PoolYear, Round
from pool.themes import Theme

SECTIONS = {
    _("Runden"): ["pool_year", "name", "introduction"],
    _("Beslutningen"): ["track", "committee", "delegated_limit"],
    _("Datoer"): ["opens", "deadline", "answer_by"],
    _("Penge"): ["ceiling", "minimum_amount", "maximum_amount"],
    _("Indhold"): ["themes", "exclusions"],
    _("Bedømmelsen"): ["assessors_required"],
}


def amount_field(label, required=False, **options):
    return KronerField(label=label, required=required, smallest=1, largest=LARGEST, **options)


def date_fields() -> tuple[forms.Field, ...]:
    """The three dates of a round, each with its own words when it is empty."""
    opens = {"required": _("Skriv, hvornår runden åbner, fx 3 2 2026 kl. 12.00.")}
    deadline = {"required": _("Skriv ansøgningsfristen, fx 3 2 2026 kl. 12.00.")}
    answer = {"required": _("Skriv, hvornår enhederne senest får svar, fx 3 2 2026.")}
    return (
        MomentField(label=_("Åbner"), error_messages=opens),
        MomentField(label=_("Ansøgningsfrist"), error_messages=deadline),
        DanishDateField(label=_("Svar senest"), error_messages=answer),
    )


def _helper(*parts) -> FormHelper:
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf, helper.layout = False, True, Layout(*parts)
    return helper


def _section(form, legend, names) -> Fieldset:
    return Fieldset(legend, *(name for name in names if name in form.fields))


class RoundForm(Quietly, NamesItsFields, forms.Form):
    """The rules of a round. What has been told to the units is not asked again."""

    pool_year = forms.ModelChoiceField(
        PoolYear.objects.filter(closed_at=None),
        label=_("Puljeår"),
        empty_label=None,
        help_text=_("En runde bliver i sit år."),
    )
    name = forms.CharField(label=_("Navn"), max_length=80, help_text=_("Fx «Runde 1, 2027»."))
    introduction = forms.CharField(
        label=_("Hvad giver runden penge til?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Teksten står på forsiden og i den mail, enhederne får."),
    )
    track = forms.ChoiceField(label=_("Hvem beslutter?"), choices=Round.Track.choices, widget=forms.RadioSelect)
    committee = forms.ModelChoiceField(
        None,
        label=_("Udvalg"),
        required=False,
        empty_label=_("Vælg"),
        help_text=_("Skal vælges for hovedsporet, før runden annonceres. Udvalget skal findes den dag, enhederne får svar."),
    )
    delegated_limit = amount_field(_("Højeste beløb, en leder må bevilge"), help_text=_("Kun for det hurtige spor."))
    opens, deadline, answer_by = date_fields()
    ceiling = amount_field(
        _("Rundens ramme"), required=True, error_messages={"required": _("Skriv rundens ramme i kroner, fx 500.000.")}
    )
    minimum_amount = amount_field(_("Mindste beløb, der kan søges"))
    maximum_amount = amount_field(_("Største beløb, der kan søges"))
    themes = forms.MultipleChoiceField(
        label=_("Temaer"), required=False, choices=Theme.choices, widget=forms.CheckboxSelectMultiple
    )
    exclusions = forms.CharField(
        label=_("Det giver puljen ikke penge til"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Én linje pr. punkt."),
    )
    assessors_required = number_field(
        _("Antal bedømmere"), min_value=1, max_value=9, help_text=_("Så mange skal have givet point, før der indstilles.")
    )
    optional_gates_needed = number_field(
        _("Så mange af de valgfrie krav skal mindst være opfyldt"),
        min_value=0,
        max_value=20,
        required=False,
        help_text=_("Fx 1, når mindst ét af de valgfrie krav skal være opfyldt. Ellers 0."),
    )

    def __init__(self, round: Round, *args, **keys):
        start = {name: getattr(round, name) for name in self.base_fields}
        super().__init__(*args, initial=start, **keys)
        there = Q(valid_to=None) | Q(valid_to__gte=clock.today()) | Q(pk=round.committee_id)
        self.fields["committee"].queryset = Committee.objects.filter(there)
        if round.pk:
            del self.fields["pool_year"]
        if round.announced_at:
            del self.fields["deadline"]
            if round.opens <= clock.now():
                del self.fields["opens"]

    @property
    def sections(self) -> FormHelper:
        """All but the last field, which stands below the gates it counts."""
        return _helper(*(_section(self, legend, names) for legend, names in SECTIONS.items()))

    @property
    def below_the_gates(self) -> FormHelper:
        return _helper("optional_gates_needed")

    def clean_optional_gates_needed(self):
        return self.cleaned_data["optional_gates_needed"] or 0

    def write_on(self, round: Round) -> Round:
        for name, value in self.cleaned_data.items():
            setattr(round, name, value)
        return round


class UnitForm(NamesItsFields, forms.Form):
    """Which unit gets more time; asked first, so that the next page can say who is told."""

    enhed = forms.ModelChoiceField(None, label=_("Enhed"), empty_label=_("Vælg"))

    def __init__(self, *args, **keys):
        super().__init__(*args, **keys)
        units = Unit.objects.filter(Q(valid_to=None) | Q(valid_to__gt=clock.today()))
        self.fields["enhed"].queryset = units.exclude(kind=Unit.Kind.MUNICIPALITY)


class DeadlineForm(NamesItsFields, forms.Form):
    deadline = MomentField(label=_("Ny frist"))
    reason = forms.CharField(
        label=_("Begrundelse"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_("Begrundelsen står i den mail, der sendes."),
    )


class CloneForm(NamesItsFields, forms.Form):
    """Where the copy goes and its dates; everything else comes along."""

    pool_year = forms.ModelChoiceField(PoolYear.objects.filter(closed_at=None), label=_("Puljeår"), empty_label=None)
    name = forms.CharField(label=_("Navn"), max_length=80)
    opens, deadline, answer_by = date_fields()


class ConfirmForm(forms.Form):
    """Asks nothing; carries the domain's refusal to the page."""
