"""What a change says of one budget line."""

from django import template

register = template.Library()


@register.filter
def new_amount_of(change, line) -> int | None:
    """The amount, in øre, that the change gives the line."""
    return change.lines.get(str(line.pk))
