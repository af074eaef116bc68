"""A voucher as the unit types it: on a phone the file is a picture of the receipt, taken there and then."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import BudgetLine
from applications.spending import Spent, name_of
from documents.uploads import TOO_LARGE
from pages.fields import DanishDateField, KronerField, Prose
from pages.forms import NamesItsFields
from pages.money import format_kroner

PICTURES = "image/jpeg,image/png"  # named like this, so that a phone offers its camera and sends a kind we read


class LineField(forms.ModelChoiceField):
    """Each budget line with what it has left."""

    left: dict[str, Spent] = {}

    def label_from_instance(self, line: BudgetLine) -> str:
        name = name_of(line)
        if name not in self.left:
            return name
        return _("%(name)s (%(left)s tilbage)") % {"name": name, "left": format_kroner(self.left[name].left)}


class VoucherForm(NamesItsFields, forms.Form):
    """`has_file` says that the voucher has one that can be read, so that no other is asked for."""

    file = forms.FileField(
        label=_("Billede eller PDF af bilaget"),
        widget=forms.FileInput({"accept": f"{PICTURES},application/pdf", "class": "form-file"}),
        help_text=_("Tag et billede med telefonen, eller vælg en fil. PDF, JPEG eller PNG, højst 20 MB."),
    )
    amount = KronerField(
        label=_("Beløb uden moms"), smallest=1, error_messages={"too_small": _("Skriv et beløb over 0 kr.")}
    )
    budget_line = LineField(
        BudgetLine.objects.none(),
        label=_("Budgetlinje"),
        empty_label=_("Vælg"),
        error_messages={"invalid_choice": _("Vælg en af projektets budgetlinjer.")},
    )
    supplier = Prose(label=_("Leverandør"), longest=120, help_text=_("Butikken eller firmaet på bilaget."))
    text = Prose(label=_("Hvad har I købt?"), longest=200, required=False)
    date = DanishDateField(label=_("Bilagets dato"), help_text=_("Datoen på bilaget, fx 3 2 2026."))

    def __init__(self, case, spent, data=None, files=None, *, has_file=False, too_large=False, **options):
        super().__init__(data, files, **options)
        self.too_large = too_large
        lines = self.fields["budget_line"]
        lines.left, lines.queryset = {row.name: row for row in spent}, case.budget_lines.all()
        self.fields["file"].required = not has_file
        if has_file:
            self.fields["file"].label = _("En anden fil")

    def clean(self):
        if self.too_large:
            self.errors.pop("file", None)
            self.add_error("file", TOO_LARGE)
        elif self.errors and self.files.get("file"):
            self.add_error("file", _("Vælg filen igen, når du har rettet det andet."))
        return self.cleaned_data

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("budget_line", "date", "supplier", "text", "amount")}
