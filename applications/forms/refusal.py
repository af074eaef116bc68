"""Forms of what follows a refusal: the consultant's advice, and a case kept as an idea."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.ideas import LONGEST_NOTE
from applications.refusal import LONGEST
from pages.fields import Prose
from pages.forms import NamesItsFields


class AdviceForm(NamesItsFields, forms.Form):
    text = Prose(
        label=_("Hvad ville gøre projektet egnet?"),
        longest=LONGEST,
        rows=8,
        required=False,
        help_text=_("Skriv til enheden. Sig, hvad der skal ændres, og hvem der kan hjælpe."),
    )


class IdeaForm(NamesItsFields, forms.Form):
    note = Prose(
        label=_("Note til jer selv"),
        longest=LONGEST_NOTE,
        rows=3,
        required=False,
        help_text=_("Fx hvad I vil ændre. Konsulenten kan også læse den."),
    )
