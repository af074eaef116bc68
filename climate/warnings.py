"""The traps of the factors (domain guide 0.6, 6.2, 7.1–7.2, SOURCES.md), said where one is read and where it is replaced."""

from django.utils.translation import gettext_lazy as _

from climate.models import Factor, Family

OF_A_FAMILY = {
    Family.ENERGY: _(
        "Tallene er til at regne på det, et projekt sparer. Brug dem aldrig i kommunens klimaregnskab: "
        "dér gælder årets egne deklarationer fra Energinet og varmeværket."
    ),
    Family.TRANSPORT: _("Tallene er for britiske biler, busser og tog, og kun for kørslen."),
    Family.MATERIALS: _(
        "Tallene er kun undgået ny produktion. Fossil CO2 fra forbrænding er en anden virkning med sine "
        "egne faktorer. De to må ikke lægges sammen til ét «affaldstal»."
    ),
    Family.FURNITURE: _(
        "Et genbrugt møbel sparer kun noget, hvis der ellers var købt et nyt. Tallet er før den andel er "
        "trukket fra (brutto)."
    ),
    Family.FOOD: _(
        "Tallene er franske (AGRIBALYSE) og uden ændret brug af jord. De må aldrig blandes med Den Store "
        "Klimadatabase i ét resultat."
    ),
    Family.INCINERATION: _(
        "Kun den fossile del af det, der brændes. Undgået ny produktion er en anden virkning, og de to "
        "må ikke lægges sammen."
    ),
    Family.WASTE_HANDLING: _(
        "Tallene dækker kun kørsel med affaldet og er de samme for genanvendelse og forbrænding. De må "
        "aldrig bruges til at sige, at sortering sparer CO2, eller at den ikke gør. Ingen beregner "
        "bruger dem."
    ),
    Family.ASSUMED: _("Et skøn, som ikke er målt. Ved I bedre, så brug det."),
}
OF_A_KEY = {
    "hb2016.": _("Kun CO2 fra skorstenen: hverken metan, lattergas eller brændslets vej hertil er med."),
    "br18.": _("En fremskrivning. Mellem de år, reglementet nævner, regnes med en ret linje."),
    "furniture.mixed_item": _(
        "To byers egne tal, som måske bygger på samme kilde, og som antager, at hvert møbel erstatter et nyt."
    ),
}
METHODS = {
    "br18.": _("Fremskrivning for hele landet, regnet gennem hele kæden"),
    "hb2016.": _("Målt pr. enhed brændsel, nedre brændværdi"),
    "desnz2025.": _("Gennemsnit, offentliggjort af den britiske stat"),
    "virgin2025.": _("Regnet ud her: fremstilling af nyt minus fremstilling af genanvendt eller brugt igen"),
    "furniture.": _("Sammenstillet af enkelte kilder med lav og høj"),
    "agribalyse.group.": _("Livscyklusvurdering; medianen af flere madvarer er regnet ud her"),
    "agribalyse.": _("Livscyklusvurdering uden tilberedning"),
    "burnt.": _("Skøn: fossil CO2 pr. GJ gange energien i affaldet"),
    "assumed.": _("Skøn"),
}


def of_family(family: str) -> str:
    return str(OF_A_FAMILY.get(family, ""))


def of_factor(factor: Factor) -> list[str]:
    own = [str(words) for prefix, words in OF_A_KEY.items() if factor.key.startswith(prefix)]
    return [*filter(None, [of_family(factor.family)]), *own]


def method_of(factor: Factor) -> str:
    """How the number came to be; of one that a person typed its reason says it."""
    if factor.source.key.startswith("egen-"):
        return str(_("Indtastet af konsulenten med egen kilde"))
    return str(next((words for prefix, words in METHODS.items() if factor.key.startswith(prefix)), ""))
