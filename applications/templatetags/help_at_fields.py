"""What stands under one question of the form: `{% help_at case name %}` with its folded help, asking, and what was asked.

A question of the round's own has its help in itself; the filters give what else stands there.
"""

from django import template

from applications import consultant_help, content, field_help

register = template.Library()
register.filter("may_ask", consultant_help.may_ask)
register.filter("about", consultant_help.about)


@register.inclusion_tag("applications/writing/field_help.html")
def help_at(case, name):
    return {
        "case": case,
        "help": field_help.HELP.get(name),
        "name": name,
        "label": content.FIELDS[name].label,
        "not_paid": field_help.not_paid(case, name),
    }


@register.filter
def asked_at(case, name):
    """What the unit has asked the consultant about this field, with the answers."""
    return [question for question in consultant_help.of_case(case) if question.field == name]
