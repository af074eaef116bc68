"""Forms of a project's story. What may be done with it is said by applications.results and applications.going_public."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.models import Result
from journal import clock
from pages.fields import DanishDateField, Prose
from pages.forms import NamesItsFields

ROWS = {"lead": 3, "what": 8, "why": 5, "outcome": 6, "lesson": 4, "advice": 6}
LONGEST = {"title": 120, "lead": 400, "contact": 120}
TEXT = 6000
HELP = {
    "title": _("Kort, og så en nabo forstår det."),
    "lead": _("To eller tre sætninger. De står også i listen over projekter."),
    "outcome": _("Skriv i ord. Tallene kommer fra jeres rapport, og der står altid, om de er målt, beregnet eller skønnet."),
    "lesson": _("Også det, der gik anderledes end ventet."),
    "advice": _("Hvad skal andre huske, hvis de vil gøre det samme?"),
    "contact": _("En funktion, fx «Køkkenlederen i Børnehuset Solstrålen». Aldrig et navn eller et telefonnummer."),
}


class StoryForm(NamesItsFields, forms.Form):
    """The words of the story; only the title must be there while it is written."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, result: Result, data=None):
        words = {name: getattr(result, name) for name in [*ROWS, "title", "contact", "hours"]}
        super().__init__(data, initial={"seen": result.revision, **words})
        for name in ("title", *ROWS, "contact"):
            label = str(Result._meta.get_field(name).verbose_name)
            self.fields[name] = Prose(
                label=label[:1].upper() + label[1:],
                longest=LONGEST.get(name, TEXT),
                rows=ROWS.get(name, 0),
                required=name == "title",
                help_text=HELP.get(name, ""),
            )
        self.fields["hours"] = forms.IntegerField(
            label=_("Egne timer brugt"), required=False, min_value=0, max_value=100_000,
            widget=forms.TextInput({"inputmode": "numeric", "class": "input-width-xs"}),
            help_text=_("Cirka. Det hjælper dem, der vil gøre det samme."),
        )  # fmt: skip

    @property
    def words(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class PressForm(forms.Form):
    """A button on a confirm page, with the revision of the words it stands under."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ConsentForm(PressForm):
    """Asks for the unit's yes where its application had none."""

    def __init__(self, *args, asks: bool, **keys):
        super().__init__(*args, **keys)
        if asks:
            self.fields["consents"] = forms.BooleanField(
                label=_("Ja, projektet må vises offentligt"),
                required=False,
                help_text=_("I ansøgningen sagde I ikke ja til det."),
            )


class ReasonForm(NamesItsFields, PressForm):
    reason = Prose(label=_("Hvorfor?"), longest=300, rows=3)


class WhenForm(NamesItsFields, PressForm):
    """A day and a time in the future."""

    day = DanishDateField(label=_("Dag"))
    time = forms.TimeField(
        label=_("Klokkeslæt"),
        input_formats=["%H.%M", "%H:%M"],
        initial="08.00",
        widget=forms.TextInput({"class": "input-width-xs"}),
        help_text=_("Fx 8.00"),
        error_messages={"invalid": _("Skriv tiden som 8.00.")},
    )

    def clean(self):
        typed = super().clean()
        if typed.get("day") and typed.get("time"):
            at = timezone.make_aware(datetime.combine(typed["day"], typed["time"]))
            if at <= clock.now():
                self.add_error("day", _("Vælg et tidspunkt, der ikke er gået."))
            typed["publish_at"] = at
        return typed
