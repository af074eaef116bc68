"""A photo and a consent as the unit types them. Who may be recognised is asked plainly, and answered by a named person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.vouchers import PICTURES
from applications.models import Consent
from applications.photos import lacks_of
from documents.uploads import TOO_LARGE
from pages.fields import DanishDateField, Prose
from pages.forms import NamesItsFields


class ConsentField(forms.ModelChoiceField):
    def label_from_instance(self, consent: Consent) -> str:
        return f"{consent.covers} ({consent.given_on:%d.%m.%Y})"


class PhotoForm(NamesItsFields, forms.Form):
    """Without `photo` a file is asked for."""

    file = forms.FileField(
        label=_("Billede"),
        widget=forms.FileInput({"accept": PICTURES, "class": "form-file"}),
        help_text=_("JPEG eller PNG, højst 20 MB. Vi fjerner oplysninger om, hvor billedet er taget."),
    )
    alt = Prose(
        label=_("Hvad viser billedet?"),
        longest=300,
        rows=2,
        required=False,
        help_text=_(
            "Læses højt for dem, der ikke kan se det. Sig det, som du ville sige det i telefonen: hvem, hvad og hvor. "
            "Skriv ikke «billede af». Fx: «To børn hælder madrester i en grøn spand ved køkkendøren.»"
        ),
    )
    caption = Prose(
        label=_("Billedtekst"), longest=300, rows=2, required=False, help_text=_("Den tekst, alle ser under billedet.")
    )
    credit = Prose(label=_("Fotograf"), longest=120, required=False)
    nobody_shown = forms.BooleanField(
        label=_("Ingen kan genkendes på billedet"),
        required=False,
        help_text=_("Dit navn gemmes sammen med svaret. Se efter ansigter, navneskilte og nummerplader."),
    )
    consent = ConsentField(
        Consent.objects.none(),
        label=_("Samtykke"),
        required=False,
        empty_label=_("Intet samtykke"),
        help_text=_("Kan nogen genkendes, skal de have sagt ja. Notér samtykket først, og vælg det her."),
    )

    def __init__(self, project, data=None, files=None, *, photo=None, too_large=False):
        initial = {}
        if photo:
            initial = {name: getattr(photo, name) for name in ("alt", "caption", "credit")}
            initial |= {"consent": photo.consent_id, "nobody_shown": photo.nobody_shown_by_id is not None}
        super().__init__(data, files, initial=initial)
        self.too_large = too_large
        kept = photo.consent_id if photo else None
        good = [row.pk for row in project.consents.all() if row.pk == kept or not lacks_of(row)]
        self.fields["consent"].queryset = Consent.objects.filter(pk__in=good)
        if photo:
            del self.fields["file"]

    def clean(self):
        if self.too_large:
            self.errors.pop("file", None)
            self.add_error("file", TOO_LARGE)
        return self.cleaned_data

    def values(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}


class ConsentForm(NamesItsFields, forms.Form):
    covers = Prose(
        label=_("Hvem og hvad dækker samtykket?"),
        longest=300,
        rows=2,
        help_text=_(
            "Skriv så lidt som muligt om personerne. Fx: «De fire børn på billedet ved komposten, til puljens side»."
        ),
    )
    reference = Prose(
        label=_("Hvor ligger samtykket?"), longest=200, help_text=_("Fx «Aula, 3. februar» eller «mappen på kontoret».")
    )
    given_on = DanishDateField(label=_("Givet"))
    valid_to = DanishDateField(label=_("Gælder til"), required=False)
