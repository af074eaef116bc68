"""Forms of meetings and agenda items."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.agenda_text import SECTIONS, WRITTEN
from applications.models import AgendaItem, Meeting
from journal import clock
from pages.fields import DanishDateField
from people.models import Committee
from pool.fields import KronerField

OUTCOMES = [
    ("grant", _("Bevilget")),
    ("refuse", _("Afslag")),
    ("postpone", _("Udsat")),
    ("send_back", _("Sendt tilbage")),
]


class MeetingForm(forms.Form):
    committee = forms.ModelChoiceField(Committee.objects.none(), label=_("Udvalg"), empty_label=_("Vælg"))
    day = DanishDateField(label=_("Dag"))
    time = forms.TimeField(
        label=_("Tidspunkt"),
        input_formats=["%H.%M", "%H:%M"],
        help_text=_("Fx 15.00"),
        error_messages={"invalid": _("Skriv tiden som 15.00.")},
    )
    place = forms.CharField(label=_("Sted"), required=False, max_length=120)

    def __init__(self, *args, **keys):
        super().__init__(*args, **keys)
        self.fields["committee"].queryset = Committee.objects.filter(valid_to=None) | Committee.objects.filter(
            valid_to__gte=clock.today()
        )


class ItemForm(forms.Form):
    """The text of an item, one field per section; an empty one takes what the data says."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Overskrift"), max_length=200)
    number = forms.IntegerField(label=_("Punkt nr."), required=False, min_value=1, max_value=9999)
    case_number = forms.RegexField(
        r"^\d{2}\.\d{2}\.\d{2}-[A-ZÆØÅ]\d{2}-\d{1,5}-\d{2}$",
        label=_("Sagsnr."),
        required=False,
        help_text=_("KLE-emne, facet, løbenummer og år, fx 00.30.10-Ø34-1-26."),
        error_messages={"invalid": _("Skriv sagsnummeret som 00.30.10-Ø34-1-26.")},
    )
    competence = forms.ChoiceField(label=_("Udvalget"), choices=AgendaItem.Competence.choices)
    is_open = forms.TypedChoiceField(
        label=_("Åbent eller lukket punkt"),
        choices=[("yes", _("Åbent")), ("no", _("Lukket"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    closed_reason = forms.CharField(
        label=_("Hvorfor er punktet lukket, og efter hvilken regel?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, **keys):
        super().__init__(*args, **keys)
        for key, label in SECTIONS:
            if key in WRITTEN:
                self.fields[key] = forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 8}), max_length=20_000)

    def sections(self) -> dict[str, str]:
        return {key: self.cleaned_data[key].replace("\r\n", "\n").strip() for key in WRITTEN}


class OutcomeForm(forms.Form):
    """What the committee decided for one case; the recommended outcome is filled in."""

    outcome = forms.ChoiceField(label=_("Beslutning"), choices=OUTCOMES)
    amount = KronerField(label=_("Beløb"), required=False)
    reason = forms.CharField(
        label=_("Begrundelse"), required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=4000
    )

    def __init__(self, *args, case, **keys):
        start = {
            "outcome": "grant" if case.recommended_amount else "refuse",
            "amount": case.recommended_amount or None,
            "reason": case.recommended_reason,
        }
        super().__init__(*args, initial=start, prefix=f"case-{case.pk}", **keys)
        self.case = case

    def answers(self) -> dict:
        """The answers of the step that the outcome names."""
        data = self.cleaned_data
        if data["outcome"] == "grant":
            return {"amount": data["amount"], "reason": data["reason"], "conditions": self.case.recommended_conditions}
        return {"reason": data["reason"]}


class MinutesForm(forms.Form):
    text = forms.CharField(
        label=_("Beslutning, som den står i protokollen"), widget=forms.Textarea(attrs={"rows": 3}), initial="Godkendt."
    )
    absentees = forms.CharField(label=_("Afbud"), required=False, max_length=200)
    disqualified_members = forms.CharField(label=_("Inhabile medlemmer, som ikke deltog"), required=False, max_length=200)
    dissent = forms.CharField(label=_("Mindretalsudtalelse"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    council_demanded = forms.BooleanField(label=_("Et medlem har krævet sagen indbragt for byrådet (§ 23)"), required=False)


class SupplementForm(forms.Form):
    text = forms.CharField(label=_("Supplerende oplysninger"), widget=forms.Textarea(attrs={"rows": 4}), max_length=8000)


class DayForm(forms.Form):
    day = DanishDateField(label=_("Protokollen er endelig den"))


class PlaceForm(forms.Form):
    meeting = forms.ModelChoiceField(Meeting.objects.none(), label=_("Møde"), empty_label=_("Vælg"))

    def __init__(self, *args, meetings, **keys):
        super().__init__(*args, **keys)
        self.fields["meeting"].queryset = meetings


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Begrundelse"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
