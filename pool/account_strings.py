"""How an account in the finance system is written: an EAN with its check digit, or an account string.

An account string is XX.YY.ZZ = main account, main function, function, then dranst, ownership, grouping and art (domain
guide 3). Systems differ, so its form is a setting and only ever a doubt; a wrong check digit of an EAN is an error.
"""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from people.ean import validate_ean

THIRTEEN = re.compile(r"[0-9]{13}")


def is_ean(text: str) -> bool:
    return bool(THIRTEEN.fullmatch(text))


def refusal(text: str) -> str:
    """Why the text can be no account at all, or ""."""
    if not is_ean(text):
        return ""
    try:
        validate_ean(text)
    except ValidationError as wrong:
        return str(wrong.messages[0])
    return ""


def doubt(text: str) -> str:
    """What looks wrong with an account that is taken all the same, or ""."""
    if not text:
        return _("Der er ikke skrevet nogen konto.")
    if is_ean(text) or re.fullmatch(settings.ACCOUNT_PATTERN, text, re.ASCII):
        return ""
    if text.isdigit() and len(text) in (12, 14):
        return _("Kontoen ligner et EAN-nummer, men har ikke 13 cifre.")
    return _("Kontoen er ikke skrevet som en kontostreng (fx 00.52.89.1) eller et EAN-nummer. Se efter, om den er rigtig.")


def label(text: str) -> str:
    """What to call it on a page and in an order."""
    return _("EAN-nummer") if is_ean(text) else settings.ACCOUNT_LABEL
