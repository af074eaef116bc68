"""Furniture used again: gross as if every piece replaced a new one, net for the share that really did."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from climate.calculating import Line, Question, Result, percent, times
from climate.models import Family

SHARE, USUAL = "assumed.displacement", "furniture.mixed_item"


class Furniture:
    slug = "moebler"
    title = gettext_lazy("Møbler, der bruges igen")
    lead = gettext_lazy("Møbler, I overtager eller sætter i stand i stedet for at købe nye.")
    families = (Family.FURNITURE, Family.ASSUMED)

    def questions(self, factors) -> list[Question]:
        kinds = sorted(
            ((key, row.name) for key, row in factors.items() if row.family == Family.FURNITURE), key=lambda k: k[1]
        )
        return [
            Question("kind", _("Hvilke møbler?"), _("Er det forskellige møbler, så vælg «Inventar, blandet»."), kind="choice",
                     choices=tuple(kinds), initial=USUAL),
            Question("pieces", _("Hvor mange møbler om året?"), kind="whole", suffix=_("stk."), thing=_("møbler om året"),
                     least=Decimal(1), most=Decimal(500)),
            Question("replaced", _("Hvor mange af dem ville I ellers have købt som nye?"),
                     _("Kun de møbler sparer noget. Lader I feltet stå tomt, regner vi med %(share)s %%.") % percent(factors[SHARE]),
                     kind="whole", suffix=_("stk."), required=False),
        ]  # fmt: skip

    def refuse(self, answers: dict) -> dict[str, str]:
        pieces, replaced = answers.get("pieces"), answers.get("replaced")
        if pieces is None or replaced is None or replaced <= pieces:
            return {}
        return {"replaced": _("Der kan ikke være flere end de %(pieces)s møbler.") % {"pieces": pieces}}

    def work(self, answers: dict, factors) -> Result:
        pieces, factor, share = Fraction(answers["pieces"]), factors[answers["kind"]], factors[SHARE]
        each, low, high = (Fraction(end) for end in (factor.value, factor.low, factor.high))
        gross = Line(_("Brutto: hvis alle erstatter et nyt møbel"), times(pieces, _("stk."), factor), pieces * each, (factor,),
                     counted=False)  # fmt: skip
        if answers["replaced"] is None:
            parts = [pieces * Fraction(part) for part in (share.value, share.low, share.high)]
            how, used = f"{times(pieces, _('stk.'), factor)} × {percent(share)['share']} %", (factor, share)
            trap = _("At %(share)s %% erstatter et nyt køb, er et skøn og ikke målt. Ved I bedre, så skriv antallet.")
            says = _("med kildens tal og fra %(low)s til %(high)s %% erstattede køb") % percent(share)
        else:
            parts = [Fraction(answers["replaced"])] * 3
            how, used, says = times(parts[0], _("stk."), factor), (factor,), ""
            trap = _("Antallet, I ellers ville have købt, er jeres eget.")
        net = Line(_("Netto: dem, I ellers havde købt"), how, parts[0] * each, used, parts[1] * low, parts[2] * high)
        return Result(
            [gross, net],
            _("Genbrugte møbler: %(sum)s, netto efter det, der ellers var købt nyt.") % {"sum": how},
            [_("Et genbrugt møbel sparer kun noget, hvis I ellers havde købt et nyt. Brug nettotallet."), trap % percent(share),
             _("Kilderne er andenhånds og tæller ikke helt det samme med.")],
            [_("Istandsættelse og rengøring"), _("Kørsel med møblerne"), _("At det gamle møbel ikke bliver til affald")],
            range_says=says,
        )  # fmt: skip
