"""What only mails need: the product's own address, and a day that the journal keeps as text."""

from datetime import date

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def host_url():
    return settings.HOST_URL


@register.filter
def as_day(text):
    """The date of a fact, «2026-11-30»."""
    return date.fromisoformat(text)
