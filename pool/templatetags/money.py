"""Øre as Danes read them: `{{ ore|kroner }}` is «1.234 kr.», `{{ ore|amount }}` only the number."""

from django import template

from pool.money import format_kroner

register = template.Library()


@register.filter
def kroner(ore):
    return "" if ore in (None, "") else format_kroner(ore)


@register.filter
def amount(ore):
    return "" if ore in (None, "") else format_kroner(ore, unit=False)
