"""Forms of meetings and agenda items."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.agenda_text import SECTIONS, WRITTEN
from applications.dates import moment
from applications.door import WrongAnswers
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
REFERRED = ("refer_onwards", _("Sendt videre"))
NEEDS_A_REASON = ("refuse", "send_back")


def meeting_words(meeting: Meeting) -> str:
    return f"{meeting.committee}, {moment(meeting.at)}"


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

    def __init__(self, *args, drafted: dict[str, str], **keys):
        super().__init__(*args, **keys)
        self.drafted = drafted
        for key, label in SECTIONS:
            if key in WRITTEN:
                box = forms.Textarea(attrs={"rows": 5 + drafted[key].count("\n") * 4 // 3})
                self.fields[key] = forms.CharField(label=label, widget=box, max_length=20_000)

    def about(self):
        """The fields above the sections."""
        return [self[name] for name in self.fields if name not in WRITTEN]

    def written(self):
        """(field, whether it says something else than the cases do) of every section."""
        for key in WRITTEN:
            said = (self[key].value() or "").replace("\r\n", "\n").strip()
            yield self[key], said != self.drafted[key]

    def sections(self) -> dict[str, str]:
        return {key: self.cleaned_data[key].replace("\r\n", "\n").strip() for key in WRITTEN}


class OutcomeForm(forms.Form):
    """What the committee decided for one case; the recommended outcome is filled in. Errors name the case."""

    outcome = forms.ChoiceField(label=_("Beslutning"), choices=OUTCOMES)
    amount = KronerField(label=_("Beløb"), required=False)
    reason = forms.CharField(
        label=_("Begrundelse"), required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=4000
    )

    def __init__(self, *args, case, may_refer=False, **keys):
        start = {
            "outcome": "grant" if case.recommended_amount else "refuse",
            "amount": case.recommended_amount or None,
            "reason": case.recommended_reason,
        }
        super().__init__(*args, initial=start, prefix=f"case-{case.pk}", **keys)
        self.case = case
        if may_refer:
            self.fields["outcome"].choices = [*OUTCOMES, REFERRED]

    def clean(self):
        data = super().clean()
        number = {"number": self.case.number}
        if data.get("outcome") == "grant" and data.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Skriv det bevilgede beløb i %(number)s.") % number)
        if data.get("outcome") in NEEDS_A_REASON and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Skriv begrundelsen i %(number)s.") % number)
        return data

    def answers(self, minutes) -> dict:
        """The answers of the step that the outcome names."""
        data = self.cleaned_data
        if data["outcome"] == "grant":
            return {"amount": data["amount"], "reason": data["reason"], "conditions": self.case.recommended_conditions}
        where = {"meeting": minutes.cleaned_data["refer_to"]} if data["outcome"] == REFERRED[0] else {}
        return {"reason": data["reason"]} | where

    def granted(self) -> int:
        """The øre that the form grants as it stands, typed or filled in; 0 when they cannot be read."""
        data = getattr(self, "cleaned_data", {}) if self.is_bound else self.initial
        return (data.get("amount") or 0) if data.get("outcome") == "grant" else 0


class MinutesForm(forms.Form):
    text = forms.CharField(
        label=_("Beslutning, som den står i protokollen"),
        widget=forms.Textarea(attrs={"rows": 3}),
        initial="Godkendt.",
        max_length=8000,
    )
    absentees = forms.CharField(label=_("Afbud"), required=False, max_length=200)
    disqualified_members = forms.CharField(label=_("Inhabile medlemmer, som ikke deltog"), required=False, max_length=200)
    dissent = forms.CharField(
        label=_("Mindretalsudtalelse"), required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=4000
    )
    refer_to = forms.ModelChoiceField(
        Meeting.objects.none(),
        label=_("Møde, som sager sendes videre til"),
        required=False,
        empty_label=_("Ingen sager sendes videre"),
        help_text=_("Kun når et andet udvalg eller byrådet skal afgøre en sag."),
    )
    council_demanded = forms.BooleanField(
        label=_("Et medlem har krævet sagen indbragt for byrådet (§ 23)"),
        required=False,
        help_text=_("Så kan protokollen ikke gøres endelig, og brevene bliver liggende."),
    )

    def __init__(self, *args, meetings, **keys):
        super().__init__(*args, **keys)
        self.may_refer = meetings.exists()
        self.fields["refer_to"].queryset = meetings
        self.fields["refer_to"].label_from_instance = meeting_words
        if not self.may_refer:
            del self.fields["refer_to"]

    def says_where(self, outcomes) -> bool:
        """A case that is sent on needs a meeting to go to."""
        sent_on = [form.case.number for form in outcomes if form.cleaned_data["outcome"] == REFERRED[0]]
        if sent_on and not self.cleaned_data.get("refer_to"):
            text = _("Vælg det møde, som %(cases)s sendes videre til.")
            self.add_error("refer_to", text % {"cases": ", ".join(sent_on)})
        return not self.errors

    def words(self) -> dict:
        """What the item keeps of the minutes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "refer_to"}


class SupplementForm(forms.Form):
    text = forms.CharField(
        label=_("Supplerende oplysninger"), widget=forms.Textarea(attrs={"rows": 4}), max_length=8000,
        error_messages={"required": _("Skriv de supplerende oplysninger.")},
    )  # fmt: skip

    def text_or_refused(self):
        if not self.is_valid():
            raise WrongAnswers({"text": " ".join(self.errors.get("text", []))})
        return self.cleaned_data["text"]


class CouncilForm(SupplementForm):
    """What the council decided, when a member had demanded it (§ 23)."""

    text = forms.CharField(
        label=_("Byrådets beslutning, med dato"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000,
        error_messages={"required": _("Skriv, hvad byrådet besluttede.")},
    )  # fmt: skip


class DayForm(forms.Form):
    day = DanishDateField(label=_("Protokollen er endelig den"))

    def day_or_refused(self):
        if not self.is_valid():
            raise WrongAnswers({"day": str(_("Skriv den dag, protokollen blev endelig."))})
        return self.cleaned_data["day"]


class PlaceForm(forms.Form):
    meeting = forms.ModelChoiceField(Meeting.objects.none(), label=_("Møde"), empty_label=_("Vælg"))

    def __init__(self, *args, meetings, **keys):
        super().__init__(*args, **keys)
        self.fields["meeting"].queryset = meetings
        self.fields["meeting"].label_from_instance = meeting_words


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Begrundelse"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
