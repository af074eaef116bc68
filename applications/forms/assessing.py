"""Forms of the administration's work on a case: impartiality, gates, points, hearings, help, notes.

They only read what was typed; what is allowed is said by applications.assessing.
"""

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from applications import requirements as need
from applications.models import Declaration, Hearing
from journal import clock
from pages.fields import DanishDateField
from pages.forms import NamesItsFields
from people.models import Unit

YES_NO = [("yes", _("Ja")), ("no", _("Nej"))]
POINTS = [(str(points), str(points)) for points in range(6)]
HEARING_QUESTION = _(
    "Projektet berører bygninger, grunde eller faste installationer. Er det i orden set fra jer? "
    "Skriv, om der er vilkår, og om projektet giver jer drift eller udgifter."
)


def long_text(label, longest=4000, rows=5, **options):
    widget = forms.Textarea(attrs={"rows": rows, "data-max": longest})
    return forms.CharField(label=label, widget=widget, max_length=longest, **options)


class DeclareForm(NamesItsFields, forms.Form):
    level = forms.ChoiceField(label=_("Din habilitet"), choices=Declaration.Level.choices, widget=forms.RadioSelect)
    note = long_text(
        _("Bemærkning"),
        1000,
        3,
        required=False,
        help_text=_("Skal udfyldes, når du har eller kan have en interesse i sagen."),
    )


class SettleForm(NamesItsFields, forms.Form):
    outcome = forms.ChoiceField(
        label=_("Din afgørelse"),
        choices=[("may", _("Må deltage i behandlingen")), ("may_not", _("Er inhabil og må ikke deltage"))],
        widget=forms.RadioSelect,
    )


class GatesForm(NamesItsFields, forms.Form):
    """Per gate: met or not, and a note."""

    def __init__(self, case, data=None):
        super().__init__(data)
        self.gates = list(case.round.gates.all())
        given = {answer.gate_id: answer for answer in case.gate_answers.all()}
        for gate in self.gates:
            answer = given.get(gate.pk)
            hint = _("Skal opfyldes.") if gate.required else _("Et af de valgfrie krav.")
            self.fields[f"met_{gate.pk}"] = forms.ChoiceField(
                label=gate.name, choices=YES_NO, widget=forms.RadioSelect, help_text=hint,
                initial=answer and ("yes" if answer.met else "no"),
                error_messages={"required": _("Svar ja eller nej: «%(gate)s».") % {"gate": gate.name}},
            )  # fmt: skip
            self.fields[f"note_{gate.pk}"] = forms.CharField(
                label=_("Bemærkning til «%(gate)s»") % {"gate": gate.name}, required=False, max_length=300,
                initial=answer.note if answer else "",
                help_text=_("Er kravet ikke opfyldt, og bliver det et afslag, står bemærkningen i brevet til enheden."),
            )  # fmt: skip

    def answers(self) -> dict[int, tuple[bool, str]]:
        typed = self.cleaned_data
        return {gate.pk: (typed[f"met_{gate.pk}"] == "yes", typed[f"note_{gate.pk}"].strip()) for gate in self.gates}


class ScoresForm(NamesItsFields, forms.Form):
    """0–5 per criterion, and a reason for the whole."""

    def __init__(self, case, own=None, data=None):
        super().__init__(data)
        self.criteria = list(case.round.criteria.all())
        given = {score.criterion_id: score.points for score in own.scores.all()} if own else {}
        for criterion in self.criteria:
            weight = _("Vægt %(weight)s.") % {"weight": criterion.weight}
            points = given.get(criterion.pk)
            self.fields[f"points_{criterion.pk}"] = forms.ChoiceField(
                label=criterion.name, choices=POINTS, widget=forms.RadioSelect,
                help_text=escape(f"{weight} {criterion.help}".strip()),
                initial=None if points is None else str(points),
                error_messages={"required": _("Giv fra 0 til 5 point: «%(name)s».") % {"name": criterion.name}},
            )  # fmt: skip
        self.fields["comment"] = long_text(
            _("Samlet begrundelse"),
            initial=own.comment if own else "",
            help_text=_("Kort: hvad trækker op, og hvad trækker ned?"),
        )

    def points(self) -> dict[int, int]:
        return {criterion.pk: int(self.cleaned_data[f"points_{criterion.pk}"]) for criterion in self.criteria}


class AskHearingForm(NamesItsFields, forms.Form):
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Enhed, der høres"), empty_label=_("Vælg"))
    question = long_text(_("Hvad skal enheden udtale sig om?"))
    due = DanishDateField(label=_("Svar senest"))

    def __init__(self, case, data=None):
        usual = need.hearing_units().first()
        first = {"unit": usual, "question": HEARING_QUESTION} if usual and case.touches_buildings else {}
        super().__init__(data, initial={**first, "due": need.usual_due_date(case)})
        self.fields["unit"].queryset = Unit.objects.exclude(pk=case.unit_id).exclude(valid_to__lte=clock.today())


class StateHearingForm(NamesItsFields, forms.Form):
    stance = forms.ChoiceField(label=_("Jeres udtalelse"), choices=Hearing.Stance.choices, widget=forms.RadioSelect)
    statement = long_text(
        _("Begrundelse og vilkår"),
        required=False,
        help_text=_("Skal udfyldes, når I har vilkår eller ikke anbefaler projektet."),
    )


class HelpForm(NamesItsFields, forms.Form):
    text = long_text(_("Hvad hjalp du med?"), 2000, 4)
    substantial = forms.BooleanField(
        label=_("Hjælpen var væsentlig"),
        required=False,
        help_text=_(
            "Du har fx skrevet dele af ansøgningen eller regnet på virkningen. "
            "Så skal en anden end dig også give point, før sagen kan indstilles."
        ),
    )


class NoteForm(NamesItsFields, forms.Form):
    text = long_text(_("Notat"), help_text=_("Kun administrationen ser notatet. Det følger sagen, også ved aktindsigt."))
