"""What the families of factors mean to a reader of sums: which effect a number of CO2e is, and which family a calculator
reckons in. The handling of waste is no effect (SOURCES.md); avoided production and fossil CO2 from incineration are two.
"""

from django.utils.translation import gettext_lazy as _

from climate.calculators import CALCULATORS
from climate.models import Calculation, Family

EFFECTS = {
    "": _("CO2e, som ikke er beregnet i systemet"),
    Family.ENERGY: _("CO2e fra sparet energi"),
    Family.TRANSPORT: _("CO2e fra sparet kørsel"),
    Family.MATERIALS: _("Undgået ny produktion af materialer"),
    Family.FURNITURE: _("Undgået ny produktion af møbler"),
    Family.FOOD: _("CO2e fra mad (AGRIBALYSE)"),
    Family.INCINERATION: _("Fossil CO2 fra forbrænding af affald"),
}


def effect_name(family: str) -> str:
    return str(EFFECTS.get(family, Family(family).label if family in Family.values else family))


def of_calculator(slug: str) -> str:
    """The one family whose factors a calculator adds; a calculator that is gone is a family of its own."""
    calculator = CALCULATORS.get(slug)
    if calculator is None:
        return slug
    (family,) = set(calculator.families) - {Family.ASSUMED}
    return str(family.value)


def of_calculation(calculation: Calculation | None) -> str:
    return of_calculator(calculation.calculator) if calculation else ""
