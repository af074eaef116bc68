"""Forms of sign-in, one's own page and the registers. They only read what was typed; what is allowed the domain says."""

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from journal import clock
from pages.fields import DanishDateField
from pages.forms import NamesItsFields
from people import second_factor, units
from people.models import Committee, Person, Unit
from people.roles import APPOINTED

CHOOSE = [("", _("Vælg"))]


class Email(forms.EmailField):
    """An address as we keep it: without spaces around it, in small letters."""

    def __init__(self, **options):
        options.setdefault("label", _("E-mail"))
        options.setdefault("error_messages", {"invalid": _("Skriv en e-mailadresse, fx navn@naestved.dk.")})
        super().__init__(widget=forms.EmailInput(attrs={"autocomplete": "username", "inputmode": "email"}), **options)

    def clean(self, value):
        return super().clean(value).lower()


class Password(forms.CharField):
    """Typed, never shown again; spaces count."""

    def __init__(self, label, autocomplete, **options):
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(label=label, strip=False, max_length=200, widget=widget, **options)


class SignInForm(NamesItsFields, forms.Form):
    email = Email()
    password = Password(_("Adgangskode"), "current-password")


class ForgottenForm(NamesItsFields, forms.Form):
    email = Email()


class NewPasswordForm(NamesItsFields, forms.Form):
    """A new password typed twice; long enough, not common, unlike the person's name and address."""

    new = Password(_("Ny adgangskode"), "new-password", help_text=_("Mindst 12 tegn. Brug gerne flere ord efter hinanden."))
    again = Password(_("Gentag den nye adgangskode"), "new-password")

    def __init__(self, person: Person, data=None):
        self.person = person
        super().__init__(data)

    def clean_new(self):
        password_validation.validate_password(self.cleaned_data["new"], self.person)
        return self.cleaned_data["new"]

    def clean(self):
        new, again = self.cleaned_data.get("new"), self.cleaned_data.get("again")
        if new and again and new != again:
            self.add_error("again", _("De to adgangskoder er ikke ens."))


class ChangePasswordForm(NewPasswordForm):
    current = Password(_("Nuværende adgangskode"), "current-password")
    field_order = ["current", "new", "again"]

    def clean_current(self):
        return right_password(self.person, self.cleaned_data["current"])


def right_password(person: Person, typed: str) -> str:
    if not person.check_password(typed):
        raise forms.ValidationError(_("Adgangskoden er forkert."))
    return typed


class Code(forms.CharField):
    """A code from the phone, or one on paper: how it is grouped does not matter."""

    def __init__(self, **options):
        attrs = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "class": "input-width-m"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **options)


class CodeForm(NamesItsFields, forms.Form):
    code = Code(label=_("Kode"), help_text=_("De seks cifre, som appen viser nu, eller en af dine nødkoder."))


class SetUpForm(NamesItsFields, forms.Form):
    """A new phone: its first code, and what proves that it is the person who asks."""

    current = Password(_("Din adgangskode"), "current-password")
    proof = Code(label=_("Kode fra den nuværende telefon"), help_text=_("Har du den ikke mere, så brug en nødkode."))
    code = Code(label=_("Kode fra appen"), help_text=_("De seks cifre, som appen viser for puljen."))

    def __init__(self, person: Person, key: str, data=None, *, fresh: bool):
        """`fresh`: the password was given a moment ago, at the door."""
        self.person, self.key = person, key
        super().__init__(data)
        if person.second_factor_since is None:
            del self.fields["proof"]
        else:
            self.fields["code"].label = _("Kode fra den nye telefon")
        if fresh or person.second_factor_since or not person.has_usable_password():
            del self.fields["current"]

    def clean_current(self):
        return right_password(self.person, self.cleaned_data["current"])

    def clean_code(self):
        if not second_factor.fits(self.key, self.cleaned_data["code"]):
            raise forms.ValidationError(_("Koden passer ikke. Vent på den næste i appen, og skriv den."))
        return self.cleaned_data["code"]


class OwnFactsForm(NamesItsFields, forms.Form):
    """What a person keeps about themselves."""

    name = forms.CharField(label=_("Navn"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    title = forms.CharField(label=_("Stilling"), max_length=120, required=False)
    phone = forms.CharField(
        label=_("Telefon"), max_length=30, required=False, widget=forms.TextInput(attrs={"autocomplete": "tel"})
    )
    language = forms.ChoiceField(
        label=_("Sprog"), choices=Person._meta.get_field("language").choices, widget=forms.RadioSelect
    )
    daily_digest = forms.BooleanField(
        label=_("Saml dagens beskeder i én mail"),
        required=False,
        help_text=_("Du får mailen kl. 7.00. Du kan altid læse alle beskeder her i systemet."),
    )


class PersonForm(NamesItsFields, forms.Form):
    """A person as the administrator keeps them."""

    name = forms.CharField(label=_("Navn"), max_length=120)
    email = Email(help_text=_("Personen logger ind med denne adresse."))
    title = forms.CharField(label=_("Stilling"), max_length=120, required=False)
    phone = forms.CharField(label=_("Telefon"), max_length=30, required=False)


class PersonFilter(forms.Form):
    """Narrows the list of persons; what it does not understand it leaves out."""

    STATES = [("", _("Alle")), ("active", _("Aktive")), ("inactive", _("Lukkede"))]
    q = forms.CharField(label=_("Navn, e-mail eller enhed"), max_length=100, required=False)
    role = forms.ChoiceField(
        label=_("Rolle"), choices=[("", _("Alle")), *[(role, role.label) for role in APPOINTED]], required=False
    )
    state = forms.ChoiceField(label=_("Adgang"), choices=STATES, required=False)


class UnitChoice(forms.ChoiceField):
    """One of the units offered, shown as a tree; gives the Unit."""

    def offer(self, rows: list[Unit]) -> None:
        self.known = {str(row.pk): row for row in rows}
        self.choices = CHOOSE + [(row.pk, "– " * row.depth + row.name) for row in rows]

    def clean(self, value):
        return self.known[super().clean(value)]


class RoleForm(NamesItsFields, forms.Form):
    """A role in a unit for a period."""

    role = forms.ChoiceField(label=_("Rolle"), choices=CHOOSE + [(role, role.label) for role in APPOINTED])
    unit = UnitChoice(
        label=_("Enhed"),
        help_text=_(
            "Rollerne ansøger og institutionsleder gælder enheden. Rollen leder gælder også alle enheder under den. "
            "Andre roller gælder hele kommunen."
        ),
    )
    valid_from = DanishDateField(label=_("Første dag"))
    valid_to = DanishDateField(
        label=_("Sidste dag"), required=False, help_text=_("Lad feltet være tomt, hvis rollen ikke har en slutdato.")
    )
    deputy_for = forms.ModelChoiceField(
        Person.objects.none(), label=_("Stedfortræder for"), required=False, empty_label=_("Ingen")
    )

    def __init__(self, person: Person, data=None):
        super().__init__(data, initial={"valid_from": clock.today()})
        self.fields["unit"].offer([row for row in units.tree() if row.is_open])
        self.fields["deputy_for"].queryset = Person.objects.filter(is_active=True).exclude(pk=person.pk)


class EndRoleForm(NamesItsFields, forms.Form):
    """When a role ends: now, or after a last day."""

    when = forms.ChoiceField(
        label=_("Hvornår ophører rollen?"),
        choices=[("now", _("Med det samme")), ("later", _("Efter en sidste dag"))],
        widget=forms.RadioSelect,
    )
    last_day = DanishDateField(label=_("Sidste dag"), required=False)

    def clean(self):
        typed = super().clean()
        if typed.get("when") == "later" and "last_day" in typed and not typed["last_day"]:
            self.add_error("last_day", _("Skriv den sidste dag, rollen gælder."))
        if typed.get("when") == "now":
            typed["last_day"] = None
            self.errors.pop("last_day", None)
        return typed


class UnitForm(NamesItsFields, forms.Form):
    """The facts of a unit; a new one also has a place in the tree."""

    name = forms.CharField(label=_("Navn"), max_length=120)
    kind = forms.ChoiceField(label=_("Type"), choices=CHOOSE + Unit.Kind.choices)
    ean = forms.CharField(
        label=_("EAN-nummer"), max_length=20, required=False, help_text=_("13 cifre, fx 5798000862005."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input-width-m"}),
    )  # fmt: skip
    users_count = forms.IntegerField(label=_("Antal brugere"), min_value=0, max_value=1_000_000, localize=True)
    staff_count = forms.IntegerField(label=_("Antal ansatte"), min_value=0, max_value=100_000, localize=True)
    latitude = forms.DecimalField(
        label=_("Breddegrad"), max_digits=8, decimal_places=5, required=False, localize=True, help_text=_("Fx 55,22992.")
    )
    longitude = forms.DecimalField(
        label=_("Længdegrad"), max_digits=8, decimal_places=5, required=False, localize=True, help_text=_("Fx 11,76092.")
    )
    is_separate_legal_entity = forms.BooleanField(label=_("Selvejende eller privat (egen juridisk person)"), required=False)
    hears_building_cases = forms.BooleanField(label=_("Høres, når bygninger eller grunde berøres"), required=False)
    valid_from = DanishDateField(label=_("Oprettet"), required=False)

    def clean_ean(self):
        return "".join(self.cleaned_data["ean"].split())


class NewUnitForm(UnitForm):
    parent = UnitChoice(label=_("Hører under"))
    field_order = ["name", "kind", "parent"]

    def __init__(self, data=None, initial=None):
        super().__init__(data, initial={"users_count": 0, "staff_count": 0} | (initial or {}))
        self.fields["parent"].offer([row for row in units.tree() if row.is_open])


class MoveUnitForm(NamesItsFields, forms.Form):
    parent = UnitChoice(label=_("Flyt til"))

    def __init__(self, unit: Unit, data=None):
        super().__init__(data)
        rows = [row for row in units.tree() if row.is_open and not row.is_within(unit)]
        self.fields["parent"].offer(rows)


class CloseUnitForm(NamesItsFields, forms.Form):
    from_day = DanishDateField(label=_("Lukket fra og med"))


class CommitteeForm(NamesItsFields, forms.Form):
    name = forms.CharField(label=_("Navn"), max_length=120)
    valid_from = DanishDateField(label=_("Fra og med"))
    valid_to = DanishDateField(
        label=_("Til og med"), required=False, help_text=_("Lad feltet være tomt, hvis udvalget stadig består.")
    )
    members = forms.IntegerField(label=_("Antal medlemmer"), min_value=1, max_value=99, initial=7)
    is_council = forms.BooleanField(label=_("Det er byrådet"), required=False)
    place = forms.CharField(label=_("Mødested"), max_length=Committee._meta.get_field("place").max_length, required=False)
