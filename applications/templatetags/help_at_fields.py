"""`{% help_at case name %}`: the folded help under one question of the form; nothing at a question without any."""

from django import template

from applications import content, field_help

register = template.Library()


@register.inclusion_tag("applications/writing/field_help.html")
def help_at(case, name):
    found = field_help.HELP.get(name)
    return {"help": found, "label": found and content.FIELDS[name].label, "not_paid": field_help.not_paid(case, name)}
