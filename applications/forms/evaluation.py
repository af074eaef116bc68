"""Forms of an evaluation: opening it to a day, and answering its questions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pages.fields import DanishDateField
from pages.forms import NamesItsFields, name_the_field
from questionnaires import answering, fields
from questionnaires.models import Question

PREFIX = "svar_"


class OpenForm(NamesItsFields, forms.Form):
    use_required_attribute = False

    closes = DanishDateField(label=_("Sidste dag, der kan svares"))


class AnswerForm(forms.Form):
    """The questions of an evaluation. What an answer hides is not asked for."""

    use_required_attribute = False

    def __init__(self, questions: list[Question], data=None):
        super().__init__(data)
        self.questions = questions
        for question in questions:
            self.fields[PREFIX + question.key] = made = fields.field(question)
            name_the_field(made)
        fields.show_when(self, PREFIX)

    def clean(self):
        called_for = {PREFIX + question.key for question in answering.shown(self.questions, self.answers())}
        for name in [name for name in self.errors if name not in called_for]:
            del self.errors[name]
        return self.cleaned_data

    def answers(self) -> dict:
        """Plain data by key, of what could be read."""
        typed = self.cleaned_data
        return {q.key: fields.plain(typed[PREFIX + q.key]) for q in self.questions if PREFIX + q.key in typed}

    def refused(self, refusal) -> None:
        for key, text in getattr(refusal, "errors", {"": str(refusal)}).items():
            self.add_error(PREFIX + key if PREFIX + key in self.fields else None, text)
