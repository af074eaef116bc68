"""How each kind of question is asked: its input, its limits, and what it gives as plain data.

A form made of these may be half filled; what a whole one needs is said by answering.validate.
"""

import json
from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from pages.fields import DanishDateField, KronerField, Number, Prose
from pages.money import LARGEST
from questionnaires.answering import LONGEST, condition, in_words
from questionnaires.models import Question

Kind = Question.Kind
FILES = _("PDF, PNG, JPEG, Word (.docx) eller Excel (.xlsx), højst 20 MB.")
FILE_TYPES = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"
TOO_FEW, TOO_MANY = _("Skriv mindst %(limit)s."), _("Skriv højst %(limit)s.")


def field(question: Question) -> forms.Field:
    """The form field of a question, which knows its question; `plain` turns its clean value into plain data."""
    made = _made(question)
    made.label, made.required, made.question = question.label, question.required, question
    made.condition = made.shown_if = ""  # always shown, until show_when says when
    hints = filter(None, [question.help, str(made.help_text)])
    made.help_text = escape(" ".join(hints))  # the templates hold our own hints for safe
    return made


def show_when(made: forms.Form, prefix: str) -> None:
    """Tell each field of a form when it is shown: in words, and as a page's script reads it."""
    asked = [field.question for field in made.fields.values() if hasattr(field, "question")]
    for each in made.fields.values():
        if hasattr(each, "question") and each.question.depends_on:
            each.condition = condition(each.question, asked)
            each.shown_if = f"{prefix}{each.question.depends_on}"
            each.shown_when = json.dumps([posted(value) for value in each.question.depends_values], ensure_ascii=False)


def posted(value) -> str:
    """A possible answer as its input sends it."""
    return {True: "ja", False: "nej"}[value] if isinstance(value, bool) else value


def _made(question: Question) -> forms.Field:
    match question.kind:
        case Kind.TEXT:
            return Prose(longest=_longest(question), counts=question.most is not None)
        case Kind.LONG:
            return Prose(longest=_longest(question), rows=5)
        case Kind.NUMBER:
            return LimitedNumber(question)
        case Kind.AMOUNT:
            least, most = (None if limit is None else int(limit) for limit in (question.least, question.most))
            return KronerField(smallest=least, largest=LARGEST if most is None else most)
        case Kind.CHOICE:
            return forms.ChoiceField(choices=_pairs(question), widget=forms.RadioSelect)
        case Kind.SEVERAL:
            return SomeOptions(question)
        case Kind.YES_NO:
            return YesOrNo()
        case Kind.DATE:
            return DanishDateField()
        case _:
            return forms.FileField(help_text=FILES, widget=forms.FileInput({"accept": FILE_TYPES, "class": "form-file"}))


def _longest(question: Question) -> int:
    return LONGEST[question.kind] if question.most is None else min(int(question.most), LONGEST[question.kind])


def _pairs(question: Question) -> list[tuple[str, str]]:
    return [(option, option) for option in question.options]


def narrow() -> forms.TextInput:
    """A box as wide as a number."""
    return forms.TextInput({**Number.widget.attrs, "class": "input-width-xs num"})


class LimitedNumber(Number):
    def __init__(self, question: Question):
        super().__init__(widget=narrow())
        self.question = question

    def validate(self, value):
        super().validate(value)
        least, most = self.question.least, self.question.most
        if value is not None and least is not None and value < least:
            raise ValidationError(TOO_FEW, params={"limit": in_words(self.question, least)})
        if value is not None and most is not None and value > most:
            raise ValidationError(TOO_MANY, params={"limit": in_words(self.question, most)})


class SomeOptions(forms.MultipleChoiceField):
    def __init__(self, question: Question):
        super().__init__(choices=_pairs(question), widget=forms.CheckboxSelectMultiple)
        self.most = question.most

    def validate(self, value):
        super().validate(value)
        if self.most is not None and len(value) > self.most:
            raise ValidationError(_("Sæt højst %(limit)s kryds."), params={"limit": int(self.most)})


class YesOrNo(forms.TypedChoiceField):
    """Two buttons and no answer yet: True, False or None."""

    def __init__(self, **options):
        pairs = [("ja", _("Ja")), ("nej", _("Nej"))]
        super().__init__(choices=pairs, coerce="ja".__eq__, empty_value=None, widget=forms.RadioSelect, **options)

    def prepare_value(self, value):
        return posted(value) if isinstance(value, bool) else value


def initial(question: Question, answer):
    """Plain data as the field takes it."""
    if answer in (None, ""):
        return None
    match question.kind:
        case Kind.NUMBER:
            return Decimal(answer)
        case Kind.DATE:
            return date.fromisoformat(answer)
        case _:
            return answer


def plain(value):
    """A field's clean value as plain data."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if hasattr(value, "isoformat") else value
