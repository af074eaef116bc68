"""The form in which one question is designed, and a form of questions as they will be asked."""

from decimal import Decimal

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from pages.fields import Number, Prose
from pages.forms import NamesItsFields
from questionnaires import fields
from questionnaires.answering import CONDITIONAL, possible_answers, said
from questionnaires.designing import WITH_OPTIONS
from questionnaires.fields import narrow
from questionnaires.models import Question

Kind = Question.Kind
WITH_LEAST = frozenset({Kind.NUMBER, Kind.AMOUNT})
WITH_MOST = WITH_LEAST | {Kind.TEXT, Kind.LONG, Kind.SEVERAL}
LONGEST_OPTION = 150
ORE = 100


class Asked(forms.Form):
    """The questions as the one who answers sees them; each field is named prefix and key."""

    use_required_attribute = False

    def __init__(self, questions: list[Question], prefix: str):
        super().__init__()
        for question in questions:
            self.fields[prefix + question.key] = made = fields.field(question)
            made.label = made.label or _("Spørgsmålet")  # while it is being written
        fields.show_when(self, prefix)


class QuestionForm(NamesItsFields, forms.Form):
    """Reads what one question is; whether it can stand among the others is said by questionnaires.designing."""

    use_required_attribute = False

    label = Prose(label=_("Spørgsmål"), longest=200, help_text=_("Skriv det, som du ville sige det til enheden."))
    kind = forms.ChoiceField(label=_("Hvordan skal der svares?"), choices=Kind.choices)
    options = Prose(
        label=_("Muligheder"), longest=6000, rows=5, required=False, help_text=_("Én mulighed på hver linje. Mindst to.")
    )
    help = Prose(
        label=_("Hjælp"),
        longest=600,
        rows=2,
        required=False,
        help_text=_("Står under spørgsmålet. Gerne et eksempel på et svar."),
    )
    required = forms.BooleanField(label=_("Skal besvares, før ansøgningen kan sendes"), required=False)
    least = Number(
        label=_("Mindst"), required=False, widget=narrow(), help_text=_("Det mindste tal eller beløb, der kan svares.")
    )
    most = Number(
        label=_("Højst"),
        required=False,
        widget=narrow(),
        help_text=_("Det største tal eller beløb, eller det højeste antal tegn eller kryds."),
    )
    shown_when = forms.MultipleChoiceField(label=_("Vis kun spørgsmålet, når …"), required=False)

    def __init__(self, others: list[Question], question: Question | None, data=None):
        """`others` stand above the question, in order."""
        super().__init__(data, initial=_initial(question))
        self.conditions = [each for each in others if each.kind in CONDITIONAL]
        self.fields["kind"].error_messages["invalid_choice"] = _("Vælg en af mulighederne.")
        self.fields["shown_when"].error_messages["invalid_choice"] = _("Vælg blandt svarene på siden.")
        self.fields["shown_when"].choices = [(_code(each, value), said(value)) for each, value in self._possible()]

    def _possible(self) -> list[tuple]:
        return [(each, value) for each in self.conditions for value in possible_answers(each)]

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """(question, [(code, answer, chosen)]) of every question that this one could hang on."""
        chosen = self["shown_when"].value() or []
        return [
            (
                each.label,
                [(_code(each, value), said(value), _code(each, value) in chosen) for value in possible_answers(each)],
            )
            for each in self.conditions
        ]

    def clean_label(self):
        return " ".join(self.cleaned_data["label"].split())

    def clean_shown_when(self):
        codes = self.cleaned_data["shown_when"]
        if len({code.partition(":")[0] for code in codes}) > 1:
            raise forms.ValidationError(_("Vælg kun svar på ét af spørgsmålene."))
        return codes

    def clean_options(self):
        lines = [" ".join(line.split()) for line in self.cleaned_data["options"].splitlines()]
        if any(len(line) > LONGEST_OPTION for line in lines):
            raise forms.ValidationError(_("En mulighed må højst fylde %(most)s tegn."), params={"most": LONGEST_OPTION})
        return [line for line in lines if line]

    def facts(self) -> dict:
        """What the question is, without what its kind has no use for. Also of a form that is only half right."""
        typed = self.cleaned_data
        kind = typed.get("kind", Kind.TEXT)
        hangs = [(each, value) for each, value in self._possible() if _code(each, value) in typed.get("shown_when", [])]
        return {
            "kind": kind,
            "label": typed.get("label", ""),
            "help": typed.get("help", ""),
            "required": typed.get("required", False),
            "options": typed.get("options", []) if kind in WITH_OPTIONS else [],
            "least": _limit(kind, typed.get("least")) if kind in WITH_LEAST else None,
            "most": _limit(kind, typed.get("most")) if kind in WITH_MOST else None,
            "depends_on": hangs[0][0].key if hangs else "",
            "depends_values": [value for _each, value in hangs],
        }

    def hush(self) -> None:
        """Keep what was typed without judging it: somebody only wants to see it."""
        self._errors = ErrorDict()


def _code(question: Question, value) -> str:
    return f"{question.key}:{fields.posted(value)}"


def _limit(kind: str, typed: Decimal | None) -> Decimal | None:
    """Amounts are typed in kroner and kept in øre; fractions of an øre are nobody's."""
    return typed if typed is None or kind != Kind.AMOUNT else (typed * ORE).quantize(Decimal(1))


def _initial(question: Question | None) -> dict:
    if question is None:
        return {"required": True, "kind": Kind.TEXT}
    scale = ORE if question.kind == Kind.AMOUNT else 1
    limits = {name: None if limit is None else limit / scale for name, limit in _limits(question).items()}
    return limits | {
        "label": question.label,
        "kind": question.kind,
        "options": "\n".join(question.options),
        "help": question.help,
        "required": question.required,
        "shown_when": [f"{question.depends_on}:{fields.posted(value)}" for value in question.depends_values],
    }


def _limits(question: Question) -> dict:
    return {"least": question.least, "most": question.most}
