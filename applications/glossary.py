"""The words that units meet and may not know, each explained once, in everyday Danish.

The page of words shows them all, a field of the form those that belong to it. Meanings follow the domain guide's
glossary; who writes a text with such a word links here instead of explaining it again.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Word:
    """`slug` is its place on the page of words."""

    slug: str
    term: str
    meaning: str


WORDS = {
    word.slug: word
    for word in (
        Word("afledt-drift", _("Afledt drift"), _("Det, projektet koster hvert år, når det er færdigt: strøm, service, poser, abonnement. Puljen betaler det ikke.")),
        Word("anlaeg", _("Anlæg og drift"), _("Anlæg er noget, I køber eller bygger én gang. Drift er det, der koster igen og igen.")),
        Word("aktindsigt", _("Aktindsigt"), _("Retten til at se, hvad kommunen har skrevet i en sag. Det, I skriver i ansøgningen, kan andre bede om at se.")),
        Word("bevilling", _("Bevilling"), _("Et ja til at bruge penge til noget bestemt. I må ikke bruge pengene til andet uden at spørge først.")),
        Word("bilag", _("Bilag"), _("En fil, I lægger ved: et tilbud, en tegning eller et billede.")),
        Word("co2e", _("CO2e"), _("Alle klimagasser regnet om til CO2, så de kan lægges sammen. «e» står for ækvivalenter.")),
        Word("delvis-bevilling", _("Delvis bevilling"), _("I får en del af det, I søger om. Beløbet er aldrig mindre end det mindste, I har skrevet, at projektet kan gennemføres for.")),
        Word("delegation", _("Delegation"), _("Udvalget har ladet en leder afgøre små ansøgninger, så I får svar hurtigere.")),
        Word("ean", _("EAN-nummer"), _("13 cifre, som jeres enhed får regninger på.")),
        Word("forankring", _("Forankring"), _("At det, I begynder på, bliver ved, når projektet er slut: nogen har opgaven, og den står i en plan.")),
        Word("formidling", _("Formidling"), _("At fortælle andre om det, I gør og lærer, så de kan gøre det samme.")),
        Word("genanvendelse", _("Genanvendelse"), _("Affald bliver til nye materialer: pap bliver til nyt pap.")),
        Word("genbrug", _("Genbrug"), _("En ting bliver brugt igen, som den er: et bord flytter fra en skole til en anden.")),
        Word("habilitet", _("Habilitet"), _("Den, der behandler en sag, må ikke selv have noget på spil i den. Ellers er man inhabil, og en anden overtager.")),
        Word("hoering", _("Høring"), _("En anden enhed bliver spurgt, før sagen afgøres, fx Ejendomme & Indkøb, når noget skal bygges eller skrues fast.")),
        Word("indstilling", _("Indstilling"), _("Administrationens forslag til udvalget: giv pengene, giv en del af dem, eller sig nej. Udvalget afgør sagen.")),
        Word("medfinansiering", _("Medfinansiering"), _("Penge, I selv eller andre lægger i projektet ud over det, I søger i puljen.")),
        Word("metode", _("Metode"), _("Hvordan I er kommet frem til et tal: vejet, talt, aflæst, regnet ud eller skønnet.")),
        Word("moms", _("Beløb uden moms"), _("Kommunen får momsen tilbage. Skriv derfor prisen uden moms. Er prisen med moms, så gang med 0,8.")),
        Word("skoen", _("Skøn"), _("Et tal, I ikke har målt, men har en god grund til. Skriv grunden.")),
        Word("tilskud", _("Tilskud"), _("Penge fra puljen til en selvejende eller privat enhed. Kommunens egne enheder får en bevilling.")),
        Word("udgangspunkt", _("Udgangspunkt"), _("Hvordan det er i dag, før I begynder. Uden det kan man ikke se bagefter, hvad der blev bedre.")),
        Word("udvalg", _("Udvalg"), _("De byrådsmedlemmer, der afgør ansøgningerne på et møde.")),
        Word("verdensmaal", _("Verdensmål"), _("FN's 17 mål for en bæredygtig verden frem til 2030.")),
        Word("vilkaar", _("Vilkår"), _("Noget, I skal overholde for at få pengene, fx at sende et billede, når det er færdigt.")),
        Word("virkning", _("Virkning"), _("Det, der bliver bedre, og hvor meget: færre kilo affald, mindre strøm, flere dyr og planter.")),
    )
}  # fmt: skip


def in_order() -> list[Word]:
    """As they stand in a Danish dictionary: æ, ø and å come last."""
    return sorted(WORDS.values(), key=lambda word: [_LAST.get(sign, sign) for sign in str(word.term).casefold()])


_LAST = {"æ": "\x7fa", "ø": "\x7fb", "å": "\x7fc"}
