"""A calculator's questions as a form, and the filter of the register. Reads answers; what they mean the calculator says.

A number outside what is plausible is asked about, never refused: `doubts` says what looks odd until the person has
ticked that these very numbers are right.
"""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from climate.calculating import Question, said, text
from pages.fields import Number
from pages.forms import name_the_field

CONFIRMED = "passer"
FEW = 4


class Whole(Number):
    """A whole number; gives an int."""

    def to_python(self, value):
        found = super().to_python(value)
        if found is None or isinstance(found, int):
            return found
        if found != found.to_integral_value():
            raise ValidationError(_("Skriv et helt tal uden komma."), code="invalid")
        return int(found)


class CalculatorForm(forms.Form):
    use_required_attribute = False

    def __init__(self, calculator, factors, data=None):
        super().__init__(data)
        self.calculator = calculator
        self.questions: list[Question] = calculator.questions(factors)
        for question in self.questions:
            self.fields[question.name] = field_of(question)
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = gettext_lazy("Vælg en af mulighederne.")
            name_the_field(field)

    def clean(self):
        for question in self.questions:
            value = self.cleaned_data.get(question.name)
            if value is None or question.kind == "choice":
                continue
            if question.positive and value <= 0:
                self.add_error(question.name, _("Skriv et tal over 0."))
            elif question.limit and value > question.limit:
                self.add_error(question.name, _("Skriv højst %(limit)s.") % {"limit": question.limit})
        refuse = getattr(self.calculator, "refuse", lambda answers: {})
        for name, words in refuse(self.cleaned_data).items():
            self.add_error(name, words)
        return self.cleaned_data

    @property
    def odd(self) -> list[tuple[Question, Decimal]]:
        """The numbers that look too small or too large."""
        numbers = [
            (question, self.cleaned_data.get(question.name)) for question in self.questions if question.least is not None
        ]
        return [(q, value) for q, value in numbers if value is not None and not q.least <= value <= q.most]

    @property
    def confirming(self) -> str:
        """What a tick stands for: exactly these numbers."""
        return ";".join(f"{question.name}={text(Decimal(value))}" for question, value in self.odd)

    @property
    def doubts(self) -> list[str]:
        """What to ask before reckoning; nothing once the person has said that it is right."""
        if not self.odd or self.confirming in self.data.getlist(CONFIRMED):
            return []
        much, little = _("%(number)s %(thing)s er meget for én enhed."), _("%(number)s %(thing)s er meget lidt.")
        return [
            (much if value > question.most else little) % {"number": said(Decimal(value)), "thing": question.thing}
            for question, value in self.odd
        ]

    def answers(self) -> dict:
        return {question.name: self.cleaned_data[question.name] for question in self.questions}


def field_of(question: Question):
    common = {
        "label": question.label,
        "help_text": question.help,
        "required": question.required,
        "initial": question.initial,
    }
    if question.kind == "choice":
        grouped = any(isinstance(label, tuple) for _value, label in question.choices)
        if len(question.choices) <= FEW and not grouped:
            return forms.ChoiceField(choices=question.choices, widget=forms.RadioSelect, **common)
        return forms.ChoiceField(choices=[("", _("Vælg")), *question.choices], **common)
    field = (Whole if question.kind == "whole" else Number)(**common)
    if question.suffix:
        field.widget.attrs["suffix"] = question.suffix
    field.widget.attrs["class"] = "input-width-s num"
    return field
