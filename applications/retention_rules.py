"""The one table of how long each kind of data is kept, counted from what, and what happens then.

Read by the timetable, by the page of the administrator, by the privacy notice and by docs/retention.md. Every field of a
person's words stands in a kind or in KEPT: tests/test_erasing.py holds it to that. What the law does not say is
the municipality's choice: its default is our own assumption, and an administrator may change it.

Sources: databeskyttelsesforordningen art. 5(1)(e), 15, 17; bogføringsloven § 12 (5 years); arkivloven and the circular of
Rigsarkivet as told in the domain guide 2.5: decisions, agenda items and final reports are «B» and never proposed.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

GDPR = _("Databeskyttelsesforordningens artikel 5, stk. 1, litra e: ikke længere end nødvendigt.")
CASE_TEXTS = ("short_description", "purpose", "activities", "operating_cost_payer", "risks", "anchoring", "communication")
CONTACT = ("contact_name", "contact_email", "contact_phone")
GONE = "[slettet]"  # what stands where a text was
LEAST_YEARS, MOST_YEARS = 1, 20
# how long a proposal may wait for a person before verify calls it late
ANSWER_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Kind:
    """One kind of data. `years` or `days`: the default. `asks`: a person says yes first. `fields`: model.field."""

    code: str
    name: str
    holds: str
    fields: tuple[str, ...]
    basis: str
    counted_from: str
    happens: str
    years: int = 0
    days: int = 0
    asks: bool = True
    editable: bool = False


def _of(model: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{model}.{name}" for name in names)


PAPERS = (
    *_of("applications.Question", "text", "answer"),
    *_of("applications.Hearing", "question", "statement"),
    *_of("applications.HelpQuestion", "text", "answer"),
    *_of("applications.HelpGiven", "text"),
    *_of("applications.Note", "text"),
    *_of("applications.RefusalAdvice", "text"),
    *_of("applications.Idea", "note"),
    *_of("applications.Declaration", "note"),
    *_of("applications.GateAnswer", "note"),
    *_of("applications.Assessment", "comment"),
    *_of("applications.Score", "reason"),
    *_of("applications.Talk", "text"),
    "journal.Event.payload",
)
WHOLE_CASE = (
    *_of("applications.Application", "title", *CASE_TEXTS, *CONTACT, "round_answers"),
    *_of("applications.Application", "recommended_reason", "recommended_conditions"),
    "applications.ApplicationVersion.content",
    "applications.BudgetLine.text",
    *_of("applications.Effect", "baseline", "method"),
    *_of("applications.Attachment", "name", "file"),
    *_of("documents.Document", "file", "facts"),
    *_of("journal.Message", "subject", "body"),
    *PAPERS,
)
_ALL = (
    Kind(
        "draft",
        _("Kladder, der er lagt væk"),
        _("Alt, hvad enheden har skrevet, bilag og beskeder om kladden. Sagens nummer bliver stående."),
        WHOLE_CASE,
        _("Det er lovet på den side, hvor kladden lægges væk."),
        _("Den dag, kladden blev lagt væk"),
        _("Indholdet slettes af sig selv."),
        days=30,
        asks=False,
    ),
    Kind(
        "not_granted",
        _("Ansøgninger, der fik afslag eller blev trukket tilbage"),
        _("Enhedens tekster i alle udgaver, bilag, breve, spørgsmål, høringer, vurderinger, notater og beskeder."),
        WHOLE_CASE,
        GDPR,
        _("Den dag, der blev givet afslag, eller ansøgningen blev trukket tilbage"),
        _("Indholdet slettes. Nummer, enhed, beløb, point, beslutning, og hvem der besluttede, bliver stående."),
        years=5,
        editable=True,
    ),
    Kind(
        "unsent",
        _("Kladder, der aldrig blev sendt"),
        _("Alt, hvad enheden har skrevet i en kladde, og bilagene til den."),
        WHOLE_CASE,
        GDPR,
        _("Rundens ansøgningsfrist"),
        _("Indholdet slettes. Sagens nummer bliver stående."),
        years=1,
        editable=True,
    ),
    Kind(
        "working_papers",
        _("Arbejdspapirer i bevilgede sager"),
        _("Notater om sagen, samtaler, spørgsmål, hjælp, høringer, begrundelser for point og bemærkninger om habilitet."),
        PAPERS,
        GDPR,
        _("Den dag, projektet sluttede, dog tidligst den dag, beslutningen blev truffet"),
        _("Teksterne slettes. Point, beslutning, og hvem der gjorde hvad, bliver stående."),
        years=5,
        editable=True,
    ),
    Kind(
        "contact",
        _("Kontaktoplysninger i bevilgede sager"),
        _("Kontaktpersonens navn, e-mail og telefon i sagen, dens udgaver, kvitteringer og breve."),
        (*_of("applications.Application", *CONTACT), "applications.ApplicationVersion.content", "documents.Document.file"),
        GDPR,
        _("Den dag, projektet sluttede, dog tidligst den dag, beslutningen blev truffet"),
        _("Oplysningerne slettes. Kvitteringer og breve skrives igen uden dem."),
        years=2,
        editable=True,
    ),
    Kind(
        "taken_off",
        _("Bilag, der er taget af en bevilget sag"),
        _("Filer, som enheden har fjernet efter afsendelsen, og navne på filer med virus."),
        _of("applications.Attachment", "name", "file"),
        GDPR,
        _("Den dag, projektet sluttede, dog tidligst den dag, beslutningen blev truffet"),
        _("Filerne slettes, og deres navne slettes også i de sendte udgaver."),
        years=2,
        editable=True,
    ),
    Kind(
        "voucher",
        _("Bilag til regnskabet"),
        _("Leverandør, tekst og filer på de bilag, et projekt har lagt ind."),
        (*_of("applications.Voucher", "supplier", "text", "refusal"), *_of("applications.Attachment", "name", "file")),
        _("Bogføringslovens § 12: 5 år efter udgangen af regnskabsåret."),
        _("Udgangen af det år, det nyeste bilag er fra, når projektet er slut"),
        _(
            "Filer og navne slettes. Nummer, dato, beløb, og hvem der godkendte, bliver stående. I den slutrapport, enheden "
            "har sendt, står leverandørerne stadig: den er bevaringsværdig."
        ),
        years=5,
    ),
    Kind(
        "finance_file",
        _("Linjer fra økonomisystemet"),
        _("Leverandør, tekst og reference på de linjer, der er læst ind for at afstemme puljen."),
        (
            *_of("applications.FinanceFile", "name", "table"),
            *_of("applications.FinanceLine", "supplier", "reference", "text", "not_ours"),
            "journal.Event.payload",
        ),
        _("Bogføringslovens § 12: 5 år efter udgangen af regnskabsåret."),
        _("Udgangen af det år, filens sidste linje er fra"),
        _("Navne og tekster slettes. Dato, beløb, og hvad der passede sammen, bliver stående."),
        years=5,
    ),
    Kind(
        "photo",
        _("Billeder, der ikke vises offentligt"),
        _("Billedet, billedteksten, fotografens navn og samtykker, der ikke længere dækker et billede."),
        (*_of("applications.Photo", "alt", "caption", "credit"), *_of("applications.Consent", "covers", "reference")),
        GDPR,
        _("Den dag, projektet sluttede"),
        _("Billede og samtykke slettes. Billeder på en offentlig side bliver stående, så længe de må vises."),
        years=2,
        editable=True,
    ),
    Kind(
        "no_consent",
        _("Billeder af personer uden gyldigt samtykke"),
        _("Billedet, når det samtykke, det hviler på, er trukket tilbage eller udløbet."),
        (*_of("applications.Photo", "alt", "caption", "credit"), "applications.Attachment.file"),
        _("Databeskyttelsesforordningens artikel 17, stk. 1, litra b."),
        _("Da samtykket blev trukket tilbage eller udløb"),
        _("Slettes af sig selv, senest efter en time."),
        asks=False,
    ),
    Kind(
        "messages",
        _("Beskeder og mails"),
        _("Emne og tekst i de beskeder, puljen har sendt. De samles måned for måned."),
        _of("journal.Message", "subject", "body", "last_error"),
        GDPR,
        _("Udgangen af den måned, beskeden blev skrevet i"),
        _("Teksten slettes. Hvem der fik besked hvornår, bliver stående."),
        years=2,
        editable=True,
    ),
    Kind(
        "person",
        _("Personer, der er fratrådt"),
        _("Navn, e-mail, telefon, stilling og adgang, også hvor de står i loggen og i beskeder."),
        (
            *_of("people.Person", "name", "email", "phone", "title", "password", "directory_id"),
            *_of("otp_totp.TOTPDevice", "key"),
            "people.RecoveryCode.digest",
            "journal.Event.payload",
        ),
        GDPR,
        _("Den dag, den sidste rolle sluttede"),
        _("Navnet bliver til «Tidligere medarbejder» med et nummer. Hvem der traf en beslutning, kan stadig skelnes."),
        years=5,
        editable=True,
    ),
    Kind(
        "sign_in",
        _("Oplysninger om login"),
        _("Forsøg på at logge ind, afsluttede sessioner, links til at vælge adgangskode og brugte nødkoder."),
        ("people.AccessMail.email",),
        _("Kun til at beskytte login."),
        _("Når forsøget ikke længere tæller, eller sessionen er slut"),
        _("Slettes af sig selv, senest efter en time. Adressen på et sendt link slettes efter et døgn."),
        days=1,
        asks=False,
    ),
    Kind(
        "kept_form",
        _("Tekst, der blev gemt, da en session sluttede"),
        _("Det, en person havde skrevet på en side uden at gemme."),
        ("people.KeptForm.typed",),
        _("Kun så længe personen kan nå at hente det."),
        _("Da teksten blev gemt"),
        _("Slettes af sig selv."),
        days=1,
        asks=False,
    ),
    Kind(
        "register_file",
        _("Filer, som er sendt ind, men som ingen har sagt ja til"),
        _("Navn og indhold af filer med enheder og personer og af filer fra økonomisystemet."),
        (*_of("people.RegisterFile", "name", "tables"), *_of("applications.FinanceFile", "name", "table")),
        _("Kun så længe filen kan nå at blive godkendt."),
        _("Da filen blev sendt ind"),
        _("Slettes af sig selv."),
        days=1,
        asks=False,
    ),
    Kind(
        "proposal",
        _("Begrundelser for at udsætte en sletning"),
        _("Hvorfor en sletning blev udsat."),
        ("applications.ErasureProposal.reason",),
        _("Kun så længe sletningen er udsat."),
        _("Når sletningen er gennemført"),
        _("Teksten slettes sammen med det, den handlede om."),
        asks=False,
    ),
    Kind(
        "export",
        _("Udtræk af oplysninger om en person"),
        _("ZIP-filen, der blev lavet, da nogen bad om indsigt."),
        ("documents.Document.file",),
        _("Kun så længe den kan nå at blive hentet."),
        _("Da udtrækket blev bestilt"),
        _("Filen slettes af sig selv. Loggen siger stadig, at udtrækket blev lavet."),
        days=30,
        asks=False,
    ),
)
KINDS: dict[str, Kind] = {kind.code: kind for kind in _ALL}
ASKING = [kind for kind in _ALL if kind.asks]


@dataclass(frozen=True)
class Kept:
    """What is never proposed, and why."""

    name: str
    fields: tuple[str, ...]
    why: str


KEPT = (
    Kept(
        _("Dagsordener, beslutninger og protokol"),
        (
            *_of("applications.AgendaItem", "title", "case_number", "sections", "closed_reason", "supplement"),
            *_of("applications.AgendaItem", "decision_text", "dissent", "absentees", "disqualified_members"),
            "applications.Placement.reason",
            *_of("applications.Application", "decision_reason", "decision_conditions"),
        ),
        _("Bevares efter arkivloven (B). De slettes kun efter aftale med arkivet."),
    ),
    Kept(
        _("Bevilgede ansøgninger"),
        (
            *_of("applications.Application", "title", *CASE_TEXTS, "round_answers"),
            *_of("applications.Application", "recommended_reason", "recommended_conditions"),
            "applications.BudgetLine.text",
            *_of("applications.Effect", "baseline", "method"),
            *_of("applications.Attachment", "name", "file"),
        ),
        _("De viser, hvad pengene er givet til. Bevares med beslutningen (B)."),
    ),
    Kept(
        _("Rapporter, virkninger og ændringer"),
        (
            *_of("applications.StatusReport", "summary", "result", "lessons", "advice", "anchoring", "content"),
            *_of("applications.ReportedActivity", "text", "comment"),
            *_of("applications.MeasuredEffect", "baseline", "method"),
            *_of("applications.ChangeRequest", "reason", "new_purpose", "answer"),
            *_of("applications.Project", "account", "cancel_reason"),
            "applications.Milestone.title",
        ),
        _("Slutrapporter og det, de bygger på, bevares efter arkivloven (B)."),
    ),
    Kept(
        _("Offentliggjorte resultater"),
        (
            *_of("applications.Result", "title", "lead", "what", "why", "outcome", "lesson", "advice", "contact"),
            *_of("applications.Result", "public", "card", "facets", "slug", "unpublish_reason"),
        ),
        _("De er offentlige og nævner en funktion, ikke en person."),
    ),
    Kept(
        _("Puljens årsberetninger"),
        _of("publishing.YearReport", "sections", "held", "unpublish_reason"),
        _("De er offentlige og bevares efter arkivloven (B). Enheder med afslag nævnes ikke."),
    ),
    Kept(
        _("Beregninger"),
        _of("climate.Calculation", "answers", "snapshot"),
        _("Tal og klimafaktorer. Ingen personer."),
    ),
    Kept(
        _("Svar på evalueringer"),
        _of("applications.EvaluationAnswer", "answers"),
        _("Gemt uden navn. Det kan ikke ses, hvem der har svaret hvad."),
    ),
    Kept(
        _("Loggen"),
        ("journal.Event.subject",),
        _("Hvem der gjorde hvad hvornår, kan ikke slettes, for så kunne ingen se, om nogen havde ændret den."),
    ),
)


def forward(day: date, years: int) -> date:
    """The same day so many years later; the 29th of February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
