"""Forms of what the administration does with a running project, and of the changes a unit asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.agenda import meeting_words
from applications.models import ChangeRequest, Meeting, Talk
from journal import clock
from pages.fields import DanishDateField
from pool.fields import KronerField

Kind = ChangeRequest.Kind


class ChangeForm(forms.Form):
    """One wish; which fields it asks follows from its kind, which the address names."""

    reason = forms.CharField(label=_("Hvorfor?"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)

    def __init__(self, *args, kind: str, project, **keys):
        super().__init__(*args, **keys)
        self.kind, self.lines = kind, list(project.application.budget_lines.all()) if kind == Kind.BUDGET else []
        match kind:
            case Kind.PERIOD:
                self.fields["new_end"] = DanishDateField(label=_("Ny slutdato"), initial=project.ends)
            case Kind.AMOUNT:
                self.fields["new_amount"] = KronerField(label=_("Nyt beløb i alt, uden moms"), initial=project.holds)
            case Kind.PURPOSE:
                area = forms.Textarea(attrs={"rows": 6})
                self.fields["new_purpose"] = forms.CharField(label=_("Nyt formål"), widget=area, max_length=4000)
            case Kind.BUDGET:
                for line in self.lines:
                    self.fields[f"line-{line.pk}"] = KronerField(label=line.text, initial=line.planned, smallest=0)
        self.order_fields([name for name in self.fields if name != "reason"])

    def values(self) -> dict:
        """What applications.changing.ask takes."""
        data = self.cleaned_data
        if self.kind == Kind.BUDGET:
            return {"lines": {str(line.pk): data[f"line-{line.pk}"] for line in self.lines}}
        return {name: data[name] for name in ("new_end", "new_amount", "new_purpose") if name in data}


class AnswerForm(forms.Form):
    """Approve or refuse a change, with words to the unit."""

    verdict = forms.ChoiceField(
        label=_("Svar"), choices=[("approve", _("Godkend")), ("refuse", _("Afvis"))], widget=forms.RadioSelect
    )
    answer = forms.CharField(
        label=_("Besked til enheden"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )

    def clean(self):
        data = super().clean()
        if data.get("verdict") == "refuse" and not data.get("answer"):
            self.add_error("answer", _("Skriv, hvorfor ændringen ikke godkendes."))
        return data


class PurposeForm(AnswerForm):
    """What the committee decided about one project's new purpose; the errors name the project."""

    def __init__(self, *args, change, **keys):
        super().__init__(*args, prefix=f"change-{change.pk}", **keys)
        self.change = change

    def outcome(self) -> tuple[bool, str]:
        return self.cleaned_data["verdict"] == "approve", self.cleaned_data["answer"]


class TalkForm(forms.Form):
    kind = forms.ChoiceField(label=_("Slags"), choices=Talk.Kind.choices)
    day = DanishDateField(label=_("Dato"), initial=clock.today)
    text = forms.CharField(label=_("Notat"), widget=forms.Textarea(attrs={"rows": 5}), max_length=4000)

    def clean_day(self):
        if self.cleaned_data["day"] > clock.today():
            raise forms.ValidationError(_("Datoen ligger i fremtiden."))
        return self.cleaned_data["day"]


class MilestoneForm(forms.Form):
    """A new milestone of the project's own."""

    title = forms.CharField(label=_("Milepæl"), max_length=120)
    due = DanishDateField(label=_("Senest"))


class MoveForm(forms.Form):
    due = DanishDateField(label=_("Ny frist"))
    reason = forms.CharField(label=_("Hvorfor?"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)


class ReachForm(forms.Form):
    day = DanishDateField(label=_("Nået den"), initial=clock.today)


class PlaceForm(forms.Form):
    meeting = forms.ModelChoiceField(Meeting.objects.none(), label=_("Møde"), empty_label=_("Vælg"))

    def __init__(self, *args, meetings, **keys):
        super().__init__(*args, **keys)
        self.fields["meeting"].queryset = meetings
        self.fields["meeting"].label_from_instance = meeting_words


class EmptyForm(forms.Form):
    """A press, and nothing to type."""
