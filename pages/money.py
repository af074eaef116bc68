"""Money is whole øre in integers. This file knows how Danes write it, and refuses what it cannot read.

«1.234,50», «1234,5», «1.234 kr.» and «1234.50» are read; half øre, more than two decimals, signs and letters are not.
"""

import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
LARGEST = 10**13  # øre: a hundred billion kroner, beyond every pool and well within a 64-bit column
DANISH = re.compile(r"^(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?$")
PLAIN = re.compile(r"^(\d+)\.(\d{1,2})$")


def parse_kroner(text: str) -> int:
    """Øre from what a person typed. Raises ValidationError with a sentence that says what to type."""
    cleaned = re.sub(r"\s|kr\.?$|,-$", "", text.strip().lower().removesuffix("kr").removesuffix("kr."))
    match = DANISH.match(cleaned) or PLAIN.match(cleaned)
    if not match or not cleaned.isascii():
        raise ValidationError(_("Skriv et beløb i kroner, fx 12.500 eller 12.500,50."), code="invalid")
    kroner, ore = match.groups()
    if len(kroner) > 20:  # beyond LARGEST, and beyond what int() reads
        raise ValidationError(_("Beløbet er for stort."), code="too_large")
    value = int(kroner.replace(".", "")) * 100 + int((ore or "").ljust(2, "0"))
    if value > LARGEST:
        raise ValidationError(_("Beløbet er for stort."), code="too_large")
    return value


def format_kroner(ore: int, *, unit: bool = True) -> str:
    """«1.234 kr.» or «1.234,50 kr.» with a no-break space; without unit, only the number."""
    sign, kroner, rest = "-" if ore < 0 else "", *divmod(abs(ore), 100)
    text = f"{sign}{kroner:,}".replace(",", ".") + (f",{rest:02}" if rest else "")
    return f"{text}{NO_BREAK_SPACE}kr." if unit else text


def exact_kroner(ore: int) -> str:
    """«1.234,50» with both decimals always: for columns of accounts."""
    kroner, rest = divmod(abs(ore), 100)
    return f"{'-' if ore < 0 else ''}{kroner:,}".replace(",", ".") + f",{rest:02}"


def ore_from(kroner: int | str | Decimal) -> int:
    """Øre from a number of kroner in a data file. Raises ValueError for half øre and for floats."""
    if isinstance(kroner, float):
        raise ValueError("a float is no amount of money")
    value = Decimal(kroner) * 100
    if value != value.to_integral_value():
        raise ValueError(f"{kroner} kr. is not whole øre")
    return int(value)
