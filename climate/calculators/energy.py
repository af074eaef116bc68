"""Energy saved: kWh of electricity, district heating or pipeline gas, with the year's own factor."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from climate import years_ahead
from climate.calculating import Line, Question, Result, close, said
from climate.models import Family
from climate.paths import Path

CARRIERS = {
    "el": gettext_lazy("Strøm"),
    "fjernvarme": gettext_lazy("Fjernvarme"),
    "ledningsgas": gettext_lazy("Gas fra nettet"),
}


class Energy:
    slug = "energi"
    title = gettext_lazy("Sparet strøm eller varme")
    lead = gettext_lazy("Fx LED-lys, styring af ventilation, isolering eller bedre vaner.")
    families = (Family.ENERGY,)

    def questions(self, factors) -> list[Question]:
        return [
            Question("carrier", _("Hvad sparer I?"), kind="choice", choices=tuple(CARRIERS.items())),
            Question("kwh", _("Hvor mange kWh sparer I om året?"),
                     _("Forskellen på forbruget før og efter. En leverandør kan regne det ud. 1 MWh er 1.000 kWh."),
                     suffix="kWh", thing=_("kWh sparet om året"), least=Decimal(100), most=Decimal(150_000)),
            *years_ahead.questions(10),
        ]  # fmt: skip

    def work(self, answers: dict, factors) -> Result:
        kwh, carrier = Fraction(answers["kwh"]), answers["carrier"]
        path = Path(carrier, factors)
        span = path.over(int(answers["first"]), answers["span"])
        years = [(year, factor, kwh * factor) for year, factor in span]
        mean = sum(factor for _year, factor in span) / len(span)
        reckoned = _("%(kwh)s kWh × %(mean)s kg CO2e/kWh i gennemsnit") % {
            "kwh": said(kwh),
            "mean": said(close(mean)),
        }
        return Result(
            [Line(str(CARRIERS[carrier]), reckoned, kwh * mean, path.used(span))],
            _("%(what)s: %(kwh)s kWh om året med BR18's årlige faktorer, %(span)s.")
            % {"what": CARRIERS[carrier], "kwh": said(kwh), "span": years_ahead.said(span)},
            [
                _("Faktoren er et gennemsnit for hele landet. Jeres egen leverandør kan have en anden."),
                _("Besparelsen gælder kun, hvis forbruget virkelig falder. Mål det før og efter."),
                *years_ahead.traps(path, span),
            ],
            [_("Fremstilling af det udstyr, I køber"), _("At andre måske bruger den energi, I sparer")],
            years,
        )
