"""Menus changed: less of one food, more of another, both from the same food data."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from climate.calculating import Line, Question, Result, said, times
from climate.models import Family


class Menu:
    slug = "menu"
    title = gettext_lazy("Ændrede menuer")
    lead = gettext_lazy("Mindre af én slags mad og mere af en anden, fx bønner i stedet for oksekød.")
    families = (Family.FOOD,)

    def questions(self, factors) -> list[Question]:
        foods = tuple(
            sorted(((key, row.name) for key, row in factors.items() if ".group." not in key), key=lambda food: food[1])
        )
        limits = {"suffix": "kg", "thing": _("kg om året"), "least": Decimal(1), "most": Decimal(3000)}
        return [
            Question("less", _("Hvad serverer I mindre af?"), kind="choice", choices=foods),
            Question("less_kg", _("Hvor mange kg mindre om året?"), _("Det, I køber ind, ikke det tilberedte."), **limits),
            Question("more", _("Hvad serverer I i stedet?"), kind="choice", choices=foods),
            Question("more_kg", _("Hvor mange kg mere om året?"), _("Som regel cirka lige så meget."), **limits),
        ]

    def work(self, answers: dict, factors) -> Result:
        less, more = factors[answers["less"]], factors[answers["more"]]
        less_kg, more_kg = Fraction(answers["less_kg"]), Fraction(answers["more_kg"])
        names = {"less": less.name.lower(), "more": more.name.lower(), "less_kg": said(less_kg), "more_kg": said(more_kg)}
        return Result(
            [
                Line(_("Mindre %(less)s") % names, times(less_kg, "kg", less), less_kg * Fraction(less.value), (less,)),
                Line(
                    _("Mere %(more)s") % names, "− " + times(more_kg, "kg", more), -more_kg * Fraction(more.value), (more,)
                ),
            ],
            _("Ændret menu: %(less_kg)s kg mindre %(less)s, %(more_kg)s kg mere %(more)s. AGRIBALYSE.") % names,
            [
                _(
                    "Tallene er franske. De må ikke blandes med Den Store Klimadatabase, som regner på en anden måde og giver andre tal."
                ),
                _(
                    "Tallet for oksekød er et gennemsnit af alle stykker. Billige og dyre stykker kan være meget forskellige."
                ),
                _("Det gælder indkøbet: regn i kg, som I køber dem."),
            ],
            [_("Tilberedning"), _("Ændret brug af jord"), _("Om maden bliver spist")],
        )
