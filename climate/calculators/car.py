"""Car km that are not driven: by bike, on foot, not at all, or by bus or train instead."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from climate.calculating import Line, Question, Result, times
from climate.models import Family

CARS = {
    "unknown": gettext_lazy("Ved det ikke"), "petrol": gettext_lazy("Benzin"), "diesel": gettext_lazy("Diesel"),
    "hybrid": gettext_lazy("Hybrid uden stik"),
}  # fmt: skip
INSTEAD = {
    "none": gettext_lazy("Cykel, gang, elcykel eller slet ingen tur"), "bus": gettext_lazy("Bus"), "train": gettext_lazy("Tog"),
}  # fmt: skip


class Car:
    slug = "bilkilometer"
    title = gettext_lazy("Kilometer i bil, der spares")
    lead = gettext_lazy("Fx ladcykel i stedet for bil, samkørsel eller møder på skærm.")
    families = (Family.TRANSPORT,)

    def questions(self, factors) -> list[Question]:
        return [
            Question("km", _("Hvor mange kilometer i bil sparer I om året?"),
                     _("Ture om ugen × kilometer frem og tilbage × uger om året."),
                     suffix="km", thing=_("kilometer om året"), least=Decimal(50), most=Decimal(40_000)),
            Question("car", _("Hvad kører bilen på?"), kind="choice", choices=tuple(CARS.items()), initial="unknown"),
            Question("instead", _("Hvad gør I i stedet?"), kind="choice", choices=tuple(INSTEAD.items()), initial="none"),
        ]  # fmt: skip

    def work(self, answers: dict, factors) -> Result:
        km, factor = Fraction(answers["km"]), factors[f"desnz2025.car.average.{answers['car']}"]
        low, high = (km * Fraction(end) for end in (factor.low, factor.high))
        lines = [
            Line(_("Bilen, der ikke kører"), times(km, "km", factor), km * Fraction(factor.value), (factor,), low, high)
        ]
        if answers["instead"] != "none":
            other = factors[f"desnz2025.{answers['instead']}"]
            label = str(INSTEAD[answers["instead"]])
            lines.append(Line(label, "− " + times(km, "km", other), -km * Fraction(other.value), (other,)))
        return Result(
            lines,
            _("Sparet kørsel: %(sum)s. I stedet: %(instead)s.")
            % {"sum": times(km, "km", factor), "instead": INSTEAD[answers["instead"]]},
            [
                _("Lav og høj er en lille og en stor bil med samme brændstof."),
                _("Tallene er engelske gennemsnit for %(year)s. Danske biler ligner, men er ikke ens.") % {"year": factor.year},
                _("Tag kun ture med, som ellers ville være kørt i bil."),
            ],
            [
                _("Brændstoffets og bilens fremstilling"),
                _("Strøm til elbil: brug ikke denne beregner, hvis bilen er en elbil, eller hvis I skifter til en"),
            ],
        )  # fmt: skip
