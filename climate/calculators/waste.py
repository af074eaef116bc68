"""Waste sorted or avoided: new production that is avoided, and nothing else. The handling of waste is never counted."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from climate.calculating import Line, Question, Result, percent, said
from climate.factor_files import MATERIALS, MIXED
from climate.models import Family

SHARE, PREFIX = "assumed.displacement", "virgin2025."
WAYS = {
    "recycled": gettext_lazy("Sorteret til genanvendelse"), "avoided": gettext_lazy("Slet ikke købt"),
    "reused": gettext_lazy("Brugt igen i stedet for nyt"),
}  # fmt: skip


class Waste:
    slug = "affald"
    title = gettext_lazy("Affald, der sorteres eller undgås")
    lead = gettext_lazy("Den nye produktion, der spares, når materialer genanvendes, bruges igen eller slet ikke købes.")
    families = (Family.MATERIALS, Family.ASSUMED)

    def questions(self, factors) -> list[Question]:
        def of(way):
            return tuple((f"{way}.{key}", name) for key, name in MATERIALS.items() if f"{PREFIX}{way}.{key}" in factors)

        return [
            Question("material", _("Hvad er det, og hvad sker der med det?"), kind="choice",
                     choices=tuple((label, of(way)) for way, label in WAYS.items())),
            Question("kg", _("Hvor mange kg om året?"), _("Vej en almindelig uge, og gang op med de uger, I har åbent."),
                     suffix="kg", thing=_("kg om året"), least=Decimal(5), most=Decimal(20_000)),
        ]  # fmt: skip

    def work(self, answers: dict, factors) -> Result:
        kg, factor, share = Fraction(answers["kg"]), factors[PREFIX + answers["material"]], factors[SHARE]
        way, reused = WAYS[answers["material"].partition(".")[0]], answers["material"].startswith("reused")
        parts = (share.value, share.low, share.high) if reused else (1, 1, 1)
        ends = zip((factor.value, factor.low, factor.high), parts, strict=True)
        amount, low, high = (kg / 1000 * Fraction(end) * Fraction(part) for end, part in ends)
        how = f"{said(kg)} kg / 1.000 × {said(factor.value)} {factor.unit}"
        if reused:
            how = f"{how} × {percent(share)['share']} %"
        used = (factor, share) if reused else (factor,)
        return Result(
            [Line(_("Undgået ny produktion"), how, amount, used, low, high)],
            _("%(way)s: %(sum)s. Kun undgået ny produktion er regnet med.") % {"way": way, "sum": how},
            [
                _("Nogle lister siger 4,69 kg CO2e pr. ton affald, det samme for genanvendelse og forbrænding. Det er kun kørslen. Brug det aldrig til at sige, at sortering sparer CO2, eller at den ikke gør."),
                _("Tallene er engelske og forudsætter, at materialet erstatter nyt, kilo for kilo."),
                *self._own_traps(answers["material"], share),
            ],
            [_("Fossil CO2 fra forbrændingen, som I også kan spare: det er en virkning for sig og må ikke lægges til her"),
             _("Den varme og strøm, forbrændingen ellers ville have givet"), _("Kørsel med affaldet")],
            range_says=_("fra %(low)s til %(high)s %% erstatter noget nyt") % percent(share) if reused else "",
        )  # fmt: skip

    def _own_traps(self, material: str, share) -> list[str]:
        way, _dot, key = material.partition(".")
        if way == "reused":
            return [
                _("At %(share)s %% erstatter noget nyt, er et skøn og ikke målt. Det gælder genbrug, ikke genanvendelse.")
                % percent(share)
            ]
        if way == "avoided":
            return [_("Lav er, hvis varen ellers var lavet af genanvendt materiale. Det gælder kun det, I slet ikke køber.")]
        if key in MIXED:
            return [_("Lav og høj er de slags, der sparer mindst og mest.")]
        return []  # fmt: skip
