"""Waste that is not burnt: the fossil CO2 of burning it, and nothing else. Avoided new production is an effect of its own."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from climate.calculating import Line, Question, Result, said
from climate.factor_files import BURNT_PREFIX
from climate.models import Family


class Incineration:
    slug = "forbraending"
    title = gettext_lazy("Affald, der ikke bliver brændt")
    lead = gettext_lazy("Den fossile CO2, der spares, når affald med plast undgås eller sorteres fra og ikke brændes.")
    families = (Family.INCINERATION,)

    def questions(self, factors) -> list[Question]:
        kinds = sorted(
            ((key, row.name) for key, row in factors.items() if key.startswith(BURNT_PREFIX)), key=lambda kind: kind[1]
        )
        return [
            Question("kind", _("Hvilket affald?"), _("Ved I ikke, hvor stor en del der er plast, så vælg restaffald."), kind="choice",
                     choices=tuple(kinds)),
            Question("kg", _("Hvor mange kg om året brændes ikke længere?"), _("Vej en almindelig uge, og gang op med de uger, I har åbent."),
                     suffix="kg", thing=_("kg om året"), least=Decimal(5), most=Decimal(20_000)),
        ]  # fmt: skip

    def work(self, answers: dict, factors) -> Result:
        kg, factor = Fraction(answers["kg"]), factors[answers["kind"]]
        amount, low, high = (kg / 1000 * Fraction(end) for end in (factor.value, factor.low, factor.high))
        how = f"{said(kg)} kg / 1.000 × {said(factor.value)} {factor.unit}"
        return Result(
            [Line(_("Fossil CO2 fra forbrænding"), how, amount, (factor,), low, high)],
            _("Affald, der ikke brændes: %(sum)s. Kun fossil CO2 fra forbrændingen er regnet med.") % {"sum": how},
            [
                _("Tallet er et skøn og kun CO2. Spørg affaldsselskabet, om det har sit eget."),
                _("Undgået ny produktion er en anden virkning. De to regnes hver for sig og må ikke lægges sammen."),
            ],
            [
                _("Undgået ny produktion af det, der genanvendes eller slet ikke købes"),
                _("Den varme og strøm, forbrændingen ville have givet, og som noget andet nu må levere"),
                _("CO2 fra træ, papir og mad, som ikke er fossil"),
                _("Kørsel med affaldet"),
            ],
        )
