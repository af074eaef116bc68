"""The words of an effect's codes: «CO2e sparet» and «målt»."""

from django import template

from applications.models import Effect

register = template.Library()


@register.filter
def indicator(code: str) -> str:
    return str(Effect.Indicator(code).label)


@register.filter
def basis(code: str) -> str:
    return str(Effect.Basis(code).label)
