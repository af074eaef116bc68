"""How sure a number is, in a word and in the tone of its badge."""

from django import template

from publishing import evidence

register = template.Library()
register.filter("certainty", evidence.word)
register.filter("certainty_tone", evidence.tone)
