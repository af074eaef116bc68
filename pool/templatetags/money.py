"""Øre as Danes read them: `{{ ore|kroner }}` is «1.234 kr.», `{{ ore|amount }}` only the number.

`exact_amount` has both decimals always, for columns of an account; `signed_amount` says plus as well.
"""

from django import template

from pages.money import exact_kroner, format_kroner

register = template.Library()


@register.filter
def kroner(ore):
    return "" if ore in (None, "") else format_kroner(ore)


@register.filter
def amount(ore):
    return "" if ore in (None, "") else format_kroner(ore, unit=False)


@register.filter
def exact_amount(ore):
    return exact_kroner(ore).replace("-", "−")


@register.filter
def signed_amount(ore):
    return f"+{exact_kroner(ore)}" if ore > 0 else exact_amount(ore)
