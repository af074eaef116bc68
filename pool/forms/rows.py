"""Rows of criteria and gates in the form of a round, and the button that adds one without JavaScript.

A row carries the key of what it was in a hidden field; the server takes no key that it does not know.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict, ErrorList
from django.utils.translation import gettext_lazy as _

from pages.forms import NamesItsFields

NUMBER = {"inputmode": "numeric", "class": "input-width-xs num", "autocomplete": "off", "maxlength": 4}
MOST_ROWS = 20


def number_field(label, **options):
    words = {
        "invalid": _("Skriv et helt tal."),
        "max_value": _("Skriv højst %(limit_value)s."),
        "min_value": _("Skriv mindst %(limit_value)s."),
    }
    return forms.IntegerField(label=label, widget=forms.TextInput(attrs=NUMBER), error_messages=words, **options)


class Quietly:
    """Keeps what was typed without judging it, while somebody only asks for another row."""

    quiet = False

    @property
    def errors(self):
        return ErrorDict() if self.quiet else super().errors


class Row(Quietly, NamesItsFields, forms.Form):
    key = forms.CharField(required=False, widget=forms.HiddenInput, max_length=30)

    def __init__(self, *args, quiet=False, **keys):
        super().__init__(*args, **keys)
        self.quiet = quiet


class CriterionRow(Row):
    name = forms.CharField(label=_("Navn"), max_length=80)
    weight = number_field(_("Vægt"), min_value=1, max_value=1000)
    help = forms.CharField(label=_("Forklaring"), required=False, max_length=300)


class GateRow(Row):
    name = forms.CharField(label=_("Krav"), max_length=160)
    required = forms.TypedChoiceField(
        label=_("Gælder det altid?"),
        choices=[("yes", _("Skal opfyldes")), ("no", _("Valgfrit"))],
        coerce=lambda value: value == "yes",
        initial="yes",
    )


class Rows(forms.BaseFormSet):
    def __init__(self, *args, quiet=False, **keys):
        self.quiet = quiet
        super().__init__(*args, form_kwargs={"quiet": quiet}, **keys)

    def non_form_errors(self):
        return ErrorList() if self.quiet else super().non_form_errors()

    def rows(self, known: set[str]) -> list[dict]:
        """What the domain takes, in order, without rows that were removed or left empty."""
        found, left = [], set(known)
        for form in self.forms:
            data = dict(form.cleaned_data)
            if not data or data.pop("DELETE", False):
                continue
            key = data.pop("key")
            if key in left:
                left.remove(key)
                data["key"] = key
            found.append(data)
        return found


class CriterionRows(Rows):
    def clean(self):
        if not self.quiet and not any(self.errors) and not self.rows(set()):
            raise ValidationError(_("Skriv mindst ét kriterium."))


def _rows(form, base):
    kind = forms.formset_factory(
        form, formset=base, extra=0, can_delete=True, max_num=MOST_ROWS, validate_max=True, absolute_max=2 * MOST_ROWS
    )
    kind.use_required_attribute = False
    return kind


CriterionFormSet = _rows(CriterionRow, CriterionRows)
GateFormSet = _rows(GateRow, Rows)
