"""Beginning an application: for which unit, in which round, empty or from a copy of an earlier one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from pages.forms import NamesItsFields
from people.models import Unit
from pool.models import Round

MOST_COPIES = 50


class BeginForm(NamesItsFields, forms.Form):
    """Asks only what is open: one unit or one round is no question."""

    use_required_attribute = False

    def __init__(self, units, data=None, *, rounds=None, copies=None):
        super().__init__(data)
        self.only = {}
        self._ask("round", _("Hvilken runde?"), Round, rounds)
        self._ask("unit", _("Hvilken enhed søger?"), Unit, units)
        if copies:
            self.fields["copy_of"] = forms.ModelChoiceField(
                Application.objects.filter(pk__in=[case.pk for case in copies]),
                label=_("Hvordan vil du begynde?"),
                empty_label=_("Med et tomt skema"),
                required=False,
                help_text=_("Med en kopi følger alle svar med, men ikke bilag. Se datoer og beløb igennem."),
            )
            self.fields["copy_of"].label_from_instance = copy_label

    def _ask(self, name, label, model, rows):
        if rows and len(rows) == 1:
            self.only[name] = rows[0]
        elif rows:
            among = model.objects.filter(pk__in=[row.pk for row in rows])
            self.fields[name] = forms.ModelChoiceField(among, label=label, empty_label=_("Vælg"))

    def answer(self, name):
        return self.only.get(name) or self.cleaned_data.get(name)


def copy_label(case: Application) -> str:
    return str(_("Kopi af %(number)s: %(title)s")) % {"number": case.number, "title": case.display_title}
