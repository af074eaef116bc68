"""Addresses in mails: the product's own, from the settings."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def host_url():
    return settings.HOST_URL
