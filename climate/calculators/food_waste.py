"""Food waste avoided: kg of five kinds of food that were thrown away and now are eaten or never bought."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from climate.calculating import Line, Question, Result, said, times
from climate.factor_files import GROUPS
from climate.models import Family

PREFIX = "agribalyse.group."


class FoodWaste:
    slug = "madspild"
    title = gettext_lazy("Mindre madspild")
    lead = gettext_lazy("Mad, der før blev smidt ud, og som nu bliver spist eller slet ikke købt.")
    families = (Family.FOOD,)

    def questions(self, factors) -> list[Question]:
        return [
            Question(group, name, suffix="kg", thing=_("kg om året"), least=Decimal(1), most=Decimal(3000), required=False,
                     help=_("Kg mindre spild om året. Lad feltet stå tomt, hvis I ikke ved det.") if place == 0 else "")
            for place, (group, name) in enumerate(GROUPS.items())
        ]  # fmt: skip

    def refuse(self, answers: dict) -> dict[str, str]:
        if set(GROUPS) <= answers.keys() and all(answers[group] is None for group in GROUPS):
            return {next(iter(GROUPS)): _("Skriv kg ved mindst én slags mad.")}
        return {}

    def work(self, answers: dict, factors) -> Result:
        given = {group: Fraction(answers[group]) for group in GROUPS if answers[group] is not None}
        lines = []
        for group, kg in given.items():
            factor = factors[PREFIX + group]
            amount, low, high = (kg * Fraction(end) for end in (factor.value, factor.low, factor.high))
            lines.append(Line(GROUPS[group], times(kg, "kg", factor), amount, (factor,), low, high))
        foods = ", ".join(f"{said(kg)} kg {GROUPS[group].lower()}" for group, kg in given.items())
        return Result(
            lines,
            _("Mindre madspild: %(foods)s. AGRIBALYSE, medianen i hver gruppe.") % {"foods": foods},
            [
                _("Grupperne er brede: oksekød tæller fire gange så meget som grisekød. Se på lav og høj."),
                _("Tallene er franske. De må ikke blandes med Den Store Klimadatabase, som regner på en anden måde og giver andre tal."),
                _("Det tæller kun, hvis I også køber mindre."),
            ],
            [_("Tilberedning og opvask"), _("Ændret brug af jord"), _("Det, madaffaldet giver som biogas")],
        )  # fmt: skip
