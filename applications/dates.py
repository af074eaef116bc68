"""How Danes write a day and a time, in documents and mails whatever the reader's language setting."""

from django.utils import timezone, translation
from django.utils.dateformat import format as django_format


def day(value) -> str:
    """«3. februar 2026»; of a moment its Danish day; "" of None."""
    if value is None:
        return ""
    if hasattr(value, "tzinfo"):
        value = timezone.localtime(value).date()
    with translation.override("da"):
        return django_format(value, "j. F Y")


def short_day(value) -> str:
    """«03.02.2026»."""
    if hasattr(value, "tzinfo"):
        value = timezone.localtime(value).date()
    return value.strftime("%d.%m.%Y") if value else ""


def moment(value) -> str:
    """«3. februar 2026 kl. 15.00»."""
    return f"{day(value)} kl. {timezone.localtime(value).strftime('%H.%M')}" if value else ""
