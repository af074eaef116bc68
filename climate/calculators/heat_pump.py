"""Oil boiler to heat pump: the oil that is not burnt, minus the electricity that the pump takes, year by year."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from climate import years_ahead
from climate.calculating import Line, Question, Result, close, said, times
from climate.models import Family
from climate.paths import Path

OIL, HEAT = "hb2016.heating_oil.liter.co2", "hb2016.heating_oil.liter.kwh"


class HeatPump:
    slug = "varmepumpe"
    title = gettext_lazy("Fra oliefyr til varmepumpe")
    lead = gettext_lazy("Olien, I ikke brænder, minus den strøm, varmepumpen bruger.")
    families = (Family.ENERGY,)

    def questions(self, factors) -> list[Question]:
        return [
            Question("liters", _("Hvor mange liter olie bruger I om året?"), _("Det står på regningen. Tag et normalt år."),
                     suffix=_("liter"), thing=_("liter olie om året"), least=Decimal(300), most=Decimal(10_000)),
            Question("scop", _("Hvor meget varme giver varmepumpen for hver kWh strøm?"),
                     _("Det hedder SCOP eller årsvirkningsgrad og står i tilbuddet. Kender I det ikke, så brug 3."),
                     thing=_("i årsvirkningsgrad"), least=Decimal("2"), most=Decimal("5.5"), positive=True, initial=Decimal(3)),
            *years_ahead.questions(15),
        ]  # fmt: skip

    def work(self, answers: dict, factors) -> Result:
        liters, path = Fraction(answers["liters"]), Path("el", factors)
        power = liters * Fraction(factors[HEAT].value) / Fraction(answers["scop"])
        oil = liters * Fraction(factors[OIL].value)
        span = path.over(int(answers["first"]), answers["span"])
        years = [(year, factor, oil - power * factor) for year, factor in span]
        mean = sum(factor for _year, factor in span) / len(span)
        heat = f"{times(liters, _('liter'), factors[HEAT])} / {said(Fraction(answers['scop']))}"
        return Result(
            [
                Line(_("Olie, der ikke brændes"), times(liters, _("liter"), factors[OIL]), oil, (factors[OIL],)),
                Line(
                    _("Strøm til varmepumpen"),
                    _("%(heat)s = %(power)s kWh × %(mean)s kg CO2e/kWh i gennemsnit")
                    % {"heat": heat, "power": said(power), "mean": said(close(mean))},
                    -power * mean,
                    (factors[HEAT], *path.used(span)),
                ),
            ],
            _("Fra oliefyr til varmepumpe: %(oil)s minus %(power)s kWh strøm med BR18's årlige faktorer, %(span)s.")
            % {"oil": times(liters, _("liter"), factors[OIL]), "power": said(power), "span": years_ahead.said(span)},
            [
                _(
                    "Olien er CO2 fra skorstenen alene, strømmen er CO2e gennem hele kæden. Derfor er besparelsen snarere sat for lavt end for højt."
                ),
                _(
                    "Vi regner, som om kedlen udnytter al olien. Det gør den ikke, så pumpen bruger nok mindre strøm end her."
                ),
                *years_ahead.traps(path, span),
            ],
            [
                _("Fremstilling af varmepumpen"),
                _("Kølemiddel, der kan sive ud"),
                _("Varme, I sparer ved at isolere samtidig"),
            ],
            years,
        )
