"""A finance file and its columns, a note on a line that is not the pool's, and which booking a line is."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.finance_files import FIELDS, HEADINGS_WITHIN, Mapping
from documents import incoming
from pages.fields import Prose
from pages.forms import NamesItsFields
from pages.money import format_kroner

SIGNS = [("1", _("Udgifter er skrevet uden minus")), ("-1", _("Udgifter er skrevet med minus"))]


class FinanceFileForm(NamesItsFields, forms.Form):
    file = forms.FileField(
        label=_("Fil fra økonomisystemet"),
        help_text=_("CSV eller Excel (.xlsx), højst 5 MB og 10.000 linjer."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        allow_empty_file=True,
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > incoming.LARGEST_FILE:
            raise forms.ValidationError(incoming.TOO_LARGE)
        return file


class ColumnsForm(forms.Form):
    """Begins with the guess; each field a choice of the file's columns."""

    headings = forms.TypedChoiceField(label=_("Linjen med overskrifter"), coerce=int)
    sign = forms.TypedChoiceField(label=_("Fortegn"), choices=SIGNS, coerce=int)

    def __init__(self, rows, mapping: dict, data=None):
        initial = {"headings": mapping["headings"], "sign": mapping["sign"], **mapping["columns"]}
        super().__init__(data, initial=initial)
        first = rows[:HEADINGS_WITHIN]
        shown = [(number, f"{number}: {' · '.join(cell for cell in cells if cell)[:80]}") for number, cells in first]
        self.fields["headings"].choices = [(0, _("Der er ingen overskrifter")), *shown]
        heads = next((cells for number, cells in first if number == mapping["headings"]), [])
        width = max(len(cells) for _number, cells in rows[:200])
        columns = [(str(place), _name(place, heads)) for place in range(width)]
        for name, (label, _words) in FIELDS.items():
            choices = [("", _("Findes ikke")), *columns]
            self.fields[name] = forms.ChoiceField(label=label, required=False, choices=choices)
        self.fields["date"].required = True
        self.fields["date"].error_messages["required"] = _("Vælg kolonnen med datoen.")
        self.order_fields(["headings", *FIELDS, "sign"])

    def clean(self):
        data = super().clean()
        if not self.errors and (lack := self.mapping().lacks):
            raise forms.ValidationError(lack)
        return data

    def mapping(self) -> Mapping:
        data = self.cleaned_data
        columns = {name: int(data[name]) for name in FIELDS if data.get(name)}
        return Mapping(data["headings"], columns, data["sign"])


def _name(place: int, heads: list[str]) -> str:
    head = heads[place] if place < len(heads) else ""
    return f"{place + 1}: {head}" if head else str(_("Kolonne %(number)s") % {"number": place + 1})


class NoteForm(NamesItsFields, forms.Form):
    note = Prose(label=_("Hvorfor er den ikke puljens?"), longest=300)


class PairForm(NamesItsFields, forms.Form):
    booking = forms.ChoiceField(label=_("Hvilket bilag er det?"))

    def __init__(self, bookings, data=None):
        super().__init__(data)
        choices = [(each.key, f"{each.case} · {each.supplier} · {format_kroner(each.amount)}") for each in bookings]
        self.fields["booking"].choices = [("", _("Vælg")), *choices]
