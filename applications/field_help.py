"""What helps at each question of the form: an example of a good answer, good advice, and the words explained.

The example is of an invented house. What the round does not pay for stands at the budget, in the round's own words.
The short hint above the input is the field's (applications.forms.writing_fields); what is here is folded away.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from applications.glossary import WORDS, Word


@dataclass(frozen=True)
class Help:
    """`words` are slugs of the glossary."""

    example: str = ""
    advice: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def explained(self) -> list[Word]:
        return [WORDS[slug] for slug in self.words]


HELP = {
    "title": Help(_("Madaffald sorteres på alle stuer i Børnehuset Lærkereden"), (_("Undgå forkortelser. Titlen står på dagsordenen."),)),
    "short_description": Help(_("Vi sætter spande til madaffald på alle fire stuer og i køkkenet og lærer børn og voksne at bruge dem. 106 børn og 22 ansatte er med. Vi regner med at sortere 2.100 kg om året, som i dag bliver brændt.")),
    "themes": Help(_("Affald og genanvendelse"), (_("Vælg det, pengene går til. Alt hænger sammen med alt, men ét eller to temaer gør det lettere at læse."),), ("genanvendelse", "genbrug")),
    "sdgs": Help(_("12. Ansvarligt forbrug og produktion"), (_("Ét mål, I kan forklare, er bedre end fem, I ikke kan."),), ("verdensmaal",)),
    "purpose": Help(_("Vi smider omkring 60 kg madaffald i restaffald om ugen, fordi stuerne kun har én spand. Børnene spørger selv, hvorfor vi ikke sorterer, når de gør det hjemme. Det nye affaldsrum har plads til en beholder mere."), (_("Begynd med, hvordan det er i dag. Så forstår alle, hvad pengene ændrer."),)),
    "activities": Help(_("April: køkkenlederen køber spande. Maj: to stuer prøver. Juni: vi vejer og retter til. September: alle stuer er med. Oktober: vi fortæller om det på forældremødet."), (_("Skriv, hvem der gør det. Husk tid til bestilling og til ferien."),)),
    "starts": Help(_("15. april 2026"), (_("Projektet må ikke begynde, før I har fået svar. Køb heller ikke noget inden."),)),
    "ends": Help(_("30. november 2026"), (_("Den dag, pengene er brugt, og I ved, om det virker."),)),
    "beneficiaries": Help(_("128: de 106 børn og de 22 ansatte"), (_("Tæl kun dem, der mærker projektet, ikke alle i kommunen."),)),
    "touches_buildings": Help(_("Ja: spandene skrues på væggen, og der kommer en vandhane i affaldsrummet."), (_("Ejendomme & Indkøb skal høre, hvad der skal sættes fast, graves eller bygges, hvor det er, hvem der passer det bagefter, og om der skal strøm, vand eller afløb til."), _("Læg gerne en tegning eller et billede ved som bilag. Så går høringen hurtigere."), _("Er I i tvivl, så sæt kryds. En høring koster jer ingenting.")), ("hoering",)),
    "budget_lines": Help(_("Materialer: 12 spande à 480 kr., 5.760 kr. Udstyr: en vogn til affaldsrummet, 3.200 kr. Ydelser: et halvdagskursus for køkkenet, 6.000 kr."), (_("Skriv antal og stykpris. Har I et tilbud, så læg det ved."),), ("moms", "anlaeg")),
    "amount_sought": Help(_("14.960"), (_("Er beløbet mindre end budgettet, så skriv under medfinansiering, hvem der betaler resten."),), ("moms", "bevilling", "tilskud")),
    "minimum_amount": Help(_("8.960: vi begynder på to stuer i stedet for fire"), (), ("delvis-bevilling",)),
    "own_contribution": Help(_("3.000 fra vores egen konto til inventar"), (_("Jeres egne timer tæller ikke som penge."),), ("medfinansiering",)),
    "other_funding": Help(_("2.000 fra forældreforeningen"), (_("Skriv kun penge, I har fået lovet."),), ("medfinansiering",)),
    "resulting_operating_cost": Help(_("1.800 om året til poser"), (_("Puljen betaler ikke det, der koster år efter år. Nogen skal have sagt ja til at betale det."),), ("afledt-drift",)),
    "operating_cost_payer": Help(_("Børnehuset Lærkeredens eget driftsbudget"), (), ("afledt-drift",)),
    "effects": Help(_("Sorteret til genanvendelse, 2.100 kg/år, skønnet. Udgangspunkt: i dag sorterer vi ikke madaffald. Sådan fandt vi tallet: vi vejede madaffaldet i uge 41, 46 kg på to stuer, og gangede op til alle stuer og 45 uger."), (_("Et ærligt skøn er et godt svar. Et tal uden forklaring er det ikke."),), ("virkning", "udgangspunkt", "co2e", "skoen", "metode")),
    "risks": Help(_("Nye vaner kan glide tilbage efter sommerferien. Vi tager det op på personalemødet hver måned og vejer igen i oktober."), (_("At nævne en risiko trækker ikke ned. At have tænkt over den trækker op."),)),
    "anchoring": Help(_("Køkkenlederen har opgaven. Den står i vores årshjul, og nye ansatte får den vist den første uge."), (), ("forankring",)),
    "communication": Help(_("Opslag til forældrene i maj og oktober. Et oplæg på ledermødet i området, hvor vi tager spandene med."), (), ("formidling",)),
    "consent_to_publish": Help(_("Ja: andre børnehuse må gerne læse om det."), (_("Kun resultatet vises, aldrig navne eller telefonnumre."),)),
    "contact_name": Help(_("Birgit Holm, køkkenleder"), (_("Vælg en, der kender projektet og kan svare i hverdagen."),)),
    "contact_email": Help(_("birgit.holm@naestved.example"), (_("Brug den adresse, personen læser hver dag."),)),
    "contact_phone": Help(_("55 88 12 34")),
    "partners": Help(_("Naboskolen, som får vores vejeskema"), (_("Sæt kun kryds ved enheder, der ved, at de er med."),)),
    "attachments": Help(_("Et tilbud på spandene og et billede af affaldsrummet"), (_("Vis ikke børn eller borgere på billederne."),), ("bilag", "aktindsigt")),
}  # fmt: skip


def not_paid(case, name: str) -> list[str]:
    """What the round gives no money for, at the questions about money."""
    return case.round.exclusion_lines if name in ("budget_lines", "amount_sought") else []
