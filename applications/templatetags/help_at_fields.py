"""`{% help_at case name %}`: under one question of the form its folded help, what was asked about it, and asking.

A question of the round's own has its help in itself; it gives its label.
"""

from django import template

from applications import consultant_help, content, field_help

register = template.Library()


@register.inclusion_tag("applications/writing/field_help.html")
def help_at(case, name, label=""):
    return {
        "help": field_help.HELP.get(name),
        "name": name,
        "label": label or content.FIELDS[name].label,
        "not_paid": field_help.not_paid(case, name),
        "asked": [question for question in consultant_help.of_case(case) if question.field == name],
        "may_ask": consultant_help.may_ask(case),
    }


@register.filter
def about(asked):
    """What a question to the consultant is about."""
    return consultant_help.about(asked)
