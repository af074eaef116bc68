"""Forms of the yearly report. What may be done with it is said by publishing.year_flow."""

import hashlib

from django import forms
from django.utils.translation import gettext_lazy as _

from pages.fields import DanishDateField, Prose
from pages.forms import NamesItsFields
from publishing.year_report import LONGEST, SECTIONS
from publishing.year_sentences import ASKS


def mark(text: str) -> str:
    """By which a draft is known again, however the figures have moved since it was shown."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class YearTextForm(NamesItsFields, forms.Form):
    """The text, one field for each section; an empty one takes what the figures say."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    day = DanishDateField(
        label=_("Tallene er opgjort pr."),
        help_text=_("Afsnit, du ikke har rettet, bliver skrevet om, så de passer til datoen."),
    )

    def __init__(self, data=None, *, drafted: dict[str, str], **keys):
        super().__init__(data, **keys)
        self.drafted = drafted
        for key, label in SECTIONS:
            rows = 4 + drafted[key].count("\n") + len(drafted[key]) // 90
            self.fields[key] = Prose(
                label=label, longest=LONGEST, rows=min(rows, 30), required=False, help_text=ASKS.get(key, "")
            )
            self.fields[f"draft-{key}"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=mark(drafted[key]), max_length=16
            )

    def about(self):
        return [self["seen"], self["day"]]

    def written(self):
        """(field, its hidden mark, whether it says something else than the figures do, whether they say anything)."""
        for key, _label in SECTIONS:
            said = (self[key].value() or "").replace("\r\n", "\n").strip()
            yield self[key], self[f"draft-{key}"], said not in ("", self.drafted[key]), bool(self.drafted[key])

    def sections(self) -> dict[str, str]:
        """What people wrote; "" for a section that says what it was drafted as when the page was shown."""
        texts = {key: self.cleaned_data[key].replace("\r\n", "\n").strip() for key, _label in SECTIONS}
        return {key: "" if mark(text) == self.cleaned_data[f"draft-{key}"] else text for key, text in texts.items()}


class BeginForm(forms.Form):
    year = forms.IntegerField(widget=forms.HiddenInput, min_value=2000, max_value=9999)
