"""The day of the account, and which of its figures and rows the moves are asked for."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.accounts import SPLITS
from journal import clock
from pool.account_figures import FIGURES

FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y"]
EARLIEST, LATEST = 2000, 2999  # outside, a moment may have no place in UTC


class DayForm(forms.Form):
    """Without a day, or with one that cannot be read, it is today."""

    use_required_attribute = False
    dato = forms.DateField(
        label=_("Til og med"),
        required=False,
        input_formats=FORMATS,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input-width-s"}),
        error_messages={"invalid": _("Skriv en dato, fx 30.06.2026.")},
    )

    def __init__(self, data):
        super().__init__({"dato": clock.today()} | {key: value for key, value in data.dict().items() if value})

    def clean_dato(self):
        day = self.cleaned_data["dato"]
        if day and not EARLIEST <= day.year <= LATEST:
            raise ValidationError(_("Skriv en dato, fx 30.06.2026."))
        return day

    def day(self) -> date:
        self.is_valid()
        return self.cleaned_data.get("dato") or clock.today()


class AccountMovesForm(DayForm):
    """Reads the query of a figure's link; an unknown figure or split is none."""

    def asked(self) -> tuple[str, str, str]:
        """(figure, split, key)."""
        split = next((name for name in SPLITS if name in self.data), "")
        figure = self.data.get("tal", "")
        return (figure if figure in FIGURES else ""), split, self.data.get(split, "") if split else ""
