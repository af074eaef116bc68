"""`{{ value|danish }}`: a decimal, or its text, as a Dane writes it."""

from decimal import Decimal

from django import template

from pages.numbers import number

register = template.Library()


@register.filter
def danish(value) -> str:
    return number(Decimal(value))
