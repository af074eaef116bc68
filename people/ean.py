"""EAN/GLN numbers: 13 digits, the last one a check digit (GS1 General Specifications, 7.9.1)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def check_digit(first_twelve: str) -> int:
    """GS1 mod 10: weights 1 and 3 in turn from the left."""
    return -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(first_twelve)) % 10


def validate_ean(value: str) -> None:
    if len(value) != 13 or not value.isascii() or not value.isdigit():
        raise ValidationError(_("Skriv EAN-nummeret som 13 cifre uden mellemrum, fx 5798000862005."))
    if int(value[-1]) != check_digit(value[:12]):
        raise ValidationError(_("EAN-nummeret passer ikke: det sidste ciffer er et kontrolciffer. Se efter en tastefejl."))
