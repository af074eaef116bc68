"""How each question of the form is asked: its input, its help and its example. Which there are says applications.content.

Reads text as people paste it, counts and amounts as Danes write them; refuses what it cannot read with a sentence.
"""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.goals import GOALS
from applications.models import BudgetLine, Effect
from climate import calculations
from climate.models import Calculation
from pages.fields import DanishDateField, KronerField, Number, Prose
from people.models import Unit
from pool.themes import Theme

LONGEST = 4000
LONGEST_KEY = 19
MOST_PEOPLE = 1_000_000
WHOLE = re.compile(r"^(?:\d{1,3}(?:[. ]\d{3})+|\d{1,12})$", re.ASCII)
# what an effect is usually counted in
USUAL_UNITS = {
    Effect.Indicator.CO2E: _("kg CO2e/år"),
    Effect.Indicator.ENERGY: _("kWh/år"),
    Effect.Indicator.WATER: _("m³/år"),
    Effect.Indicator.RESOURCES: _("kg/år"),
    Effect.Indicator.WASTE_AVOIDED: _("kg/år"),
    Effect.Indicator.RECYCLED: _("kg/år"),
    Effect.Indicator.REUSED: _("stk./år"),
    Effect.Indicator.BIODIVERSITY_AREA: _("m²"),
    Effect.Indicator.ENGAGED: _("personer"),
    Effect.Indicator.SAVINGS: _("kr./år"),
}


class Count(forms.Field):
    """A whole number of people: «106» and «1.200»."""

    widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "input-width-xs num"})

    def to_python(self, value):
        if value is None or isinstance(value, int):
            return value
        text = value.strip()
        if not text:
            return None
        if not WHOLE.match(text) or int(re.sub(r"\D", "", text)) > MOST_PEOPLE:
            raise ValidationError(_("Skriv et helt tal, fx 106."), code="invalid")
        return int(re.sub(r"\D", "", text))


def text(longest, **words):
    return lambda case: Prose(longest=longest, **words)


def amount(help_text, smallest=0, **more):
    messages = {"too_small": _("Skriv et beløb over 0 kr.")}
    return lambda case: KronerField(help_text=help_text, smallest=smallest, error_messages=messages, **more)


def _themes(case):
    hint = _("Sæt kryds ved det eller de temaer, projektet mest handler om. Et eller to er nok.")
    if case.round.themes:
        hint = f"{hint} {_('Runden giver penge til')}: {', '.join(case.round.theme_labels)}."
    return forms.MultipleChoiceField(choices=Theme.choices, widget=forms.CheckboxSelectMultiple, help_text=hint)


def _goals(case):
    choices = [(number, f"{number}. {name}") for number, name in GOALS.items()]
    hint = _("Vælg dem, projektet tydeligt bidrager til. Kommunens plan peger især på nr. 7, 9, 12, 13 og 17.")
    return forms.TypedMultipleChoiceField(
        choices=choices, coerce=int, empty_value=[], widget=forms.CheckboxSelectMultiple, help_text=hint
    )


def _consent(case):
    return forms.TypedChoiceField(
        choices=[("ja", _("Ja, resultatet må vises på puljens sider")), ("nej", _("Nej, eller ikke endnu"))],
        coerce=lambda value: value == "ja",
        empty_value=None,
        widget=forms.RadioSelect,
        help_text=_("Svaret har ingen betydning for, om I får penge. I kan ændre det senere."),
    )


def _buildings(case):
    return forms.BooleanField(
        help_text=_("Fx når noget skal graves ned, bygges, skrues fast eller kobles på el, vand eller varme. "
                    "Så spørger konsulenten Ejendomme & Indkøb, før sagen afgøres."),
    )  # fmt: skip


def open_units(case):
    """Units that can be partners, by centre: (centre's name, [(name, name)])."""
    units = list(Unit.objects.all())
    by_pk, chosen = {unit.pk: unit for unit in units}, {unit.pk for unit in case.partners.all()}
    groups: dict[str, list] = {}
    for unit in units:
        if unit.pk == case.unit_id or unit.parent_id is None or not (unit.is_open or unit.pk in chosen):
            continue
        line = [by_pk[pk] for pk in unit.ancestor_ids() if pk in by_pk]
        centre = next((above for above in line if above.kind == Unit.Kind.CENTRE), unit)
        groups.setdefault(centre.name, []).append((unit.name, unit.name))
    return sorted(groups.items())


def _partners(case):
    return forms.MultipleChoiceField(choices=open_units(case), widget=forms.CheckboxSelectMultiple)


# fmt: off  one question after the other, as the form asks them
QUESTIONS = {
    "title": text(
        120,
        help_text=_("Kort og konkret, så man forstår projektet uden at læse videre."),
    ),
    "short_description": text(
        500,
        rows=4,
        help_text=_(
            "To-tre sætninger, som alle kan forstå: hvad gør I, for hvem, og hvad kommer der ud af det? "
            "Teksten læses af dem, der afgør sagen."
        ),
    ),
    "themes": _themes,
    "sdgs": _goals,
    "purpose": text(
        LONGEST,
        rows=8,
        help_text=_("Hvad er problemet i dag, og hvorfor vil I gøre noget ved det nu? Skriv gerne tal."),
    ),
    "activities": text(
        LONGEST,
        rows=8,
        help_text=_("Hvad gør I, hvornår, og hvem gør det? En linje pr. trin er nok."),
    ),
    "starts": lambda case: DanishDateField(),
    "ends": lambda case: DanishDateField(),
    "beneficiaries": lambda case: Count(help_text=_("Børn, borgere og ansatte, der mærker projektet. Et skøn er fint.")),
    "touches_buildings": _buildings,
    "amount_sought": amount(_("Uden moms. Som regel det samme som summen af budgetlinjerne."), smallest=1),
    "minimum_amount": amount(
        _(
            "Kan I gennemføre en mindre udgave for færre penge? Så kan I få bevilget en del af beløbet. "
            "Ellers skriv det samme beløb igen."
        )
    ),
    "own_contribution": amount(_("Penge, I selv lægger i projektet ud over det, I søger. Skriv 0, hvis I ikke gør.")),
    "other_funding": amount(_("Fx fra en fond eller forældreforeningen.")),
    "resulting_operating_cost": amount(
        _("Hvad koster det om året, når projektet er slut? Fx service, strøm og poser. Skriv 0, hvis det ikke koster noget.")
    ),
    "operating_cost_payer": text(200, help_text=_("Puljen betaler ikke drift.")),
    "risks": text(
        LONGEST,
        rows=5,
        help_text=_("Hvad kan gå galt, og hvad gør I så?"),
    ),
    "anchoring": text(
        LONGEST,
        rows=5,
        help_text=_("Hvem holder det i gang, når pengene er brugt?"),
    ),
    "communication": text(
        LONGEST,
        rows=5,
        help_text=_("Hvordan fortæller I andre om det, I lærer?"),
    ),
    "consent_to_publish": _consent,
    "contact_name": text(120, help_text=_("Den, konsulenten ringer til.")),
    "contact_email": lambda case: forms.EmailField(
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={"invalid": _("Skriv en hel e-mailadresse, fx navn@naestved.dk.")},
    ),
    "contact_phone": text(30),
    "partners": _partners,
}
# fmt: on


class CalculationMark(forms.Field):
    """The number of the calculation behind a row, hidden; gives its mark, and None for one that does not exist."""

    widget = forms.HiddenInput

    def to_python(self, value):
        if value is None or isinstance(value, dict):
            return value
        typed = value.strip()
        if not (typed.isascii() and typed.isdigit() and len(typed) < LONGEST_KEY):
            return None
        found = Calculation.objects.filter(pk=int(typed)).first()
        return calculations.mark(found) if found else None

    def prepare_value(self, value):
        return str(value["id"]) if isinstance(value, dict) else value


class BudgetRow(forms.Form):
    kind = forms.ChoiceField(label=_("Art"), choices=[("", _("Vælg")), *BudgetLine.Kind.choices])
    text = Prose(label=_("Hvad"), longest=200)
    amount = KronerField(
        label=_("Beløb uden moms"), smallest=1, error_messages={"too_small": _("Skriv et beløb over 0 kr.")}
    )


class EffectRow(forms.Form):
    indicator = forms.ChoiceField(label=_("Virkning"))
    value = Number(label=_("Mængde"))
    unit = Prose(label=_("Enhed"), longest=30, required=False, widget=forms.TextInput({"list": "usual-units"}))
    basis = forms.ChoiceField(label=_("Tallet er"), choices=[("", _("Vælg")), *Effect.Basis.choices])
    baseline = Prose(label=_("Udgangspunkt i dag"), longest=200, required=False)
    method = Prose(label=_("Sådan fandt I tallet"), longest=500, rows=3, required=False)
    calculation = CalculationMark(required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        named = [(kind.value, f"{kind.label} ({USUAL_UNITS[kind]})") for kind in Effect.Indicator]
        self.fields["indicator"].choices = [("", _("Vælg")), *named]
