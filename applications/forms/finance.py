"""Finance's forms: what the list of vouchers is narrowed to, and why a voucher is refused or its acceptance undone."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import Voucher
from applications.roles import held_as
from applications.voucher_list import Asked
from pages.fields import Prose
from pages.forms import NamesItsFields
from people.models import Unit
from people.roles import Role
from pool.models import Round

EVERY = "alle"
STATES = [*Voucher.Status.choices, (EVERY, _("Alle"))]


class ListForm(forms.Form):
    """What it cannot read narrows nothing; at first it shows what waits."""

    use_required_attribute = False
    tilstand = forms.ChoiceField(label=_("Tilstand"), required=False, choices=STATES)
    runde = forms.ModelChoiceField(None, label=_("Runde"), required=False, empty_label=_("Alle runder"))
    enhed = forms.ModelChoiceField(None, label=_("Enhed"), required=False, empty_label=_("Alle enheder"))

    def __init__(self, person, data):
        super().__init__({"tilstand": Voucher.Status.REGISTERED} | data.dict())
        projects = held_as(person, Role.FINANCE).filter(project__isnull=False)
        self.fields["runde"].queryset = Round.objects.filter(pk__in=projects.values("round")).order_by("-opens")
        self.fields["enhed"].queryset = Unit.objects.filter(pk__in=projects.values("unit")).order_by("name")

    def asked(self) -> Asked:
        self.is_valid()
        data = self.cleaned_data
        status = data.get("tilstand") or Voucher.Status.REGISTERED
        return Asked(data.get("runde"), data.get("enhed"), "" if status == EVERY else status)


class ReasonForm(NamesItsFields, forms.Form):
    reason = Prose(label=_("Begrundelse"), longest=300, rows=3)


class RefusalForm(ReasonForm):
    reason = Prose(
        label=_("Hvorfor afvises bilaget?"), longest=300, rows=3, help_text=_("Enheden læser det og kan rette bilaget.")
    )


class UndoForm(ReasonForm):
    reason = Prose(label=_("Hvorfor fortrydes godkendelsen?"), longest=300, rows=3)
