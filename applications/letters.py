"""The letter that answers an application: a commitment or a refusal, with its extract of the minutes.

It is written from the facts taken at the decision and the frozen version alone. To the municipality's own units a
grant is an internal disposition; only a separate legal entity is told how to complain (domain guide 2.4).
"""

from datetime import date

from django.conf import settings

from applications import minutes
from applications.dates import day
from applications.papers import case_of, in_danish
from documents import store
from documents.blocks import Block, Bullets, Facts, Heading, Numbered, Paragraph, paragraphs
from documents.models import Document
from documents.pdf import render_blocks
from pages.money import format_kroner


@store.writes("letter")
@in_danish
def letter(document: Document) -> bytes:
    case, facts = case_of(document), document.facts
    frozen = case.versions.get(number=facts["version"]).content
    title = title_of(facts, frozen)
    return render_blocks(
        title,
        [*_body(frozen, facts), *_signature(facts), *_extract(case.number, facts)],
        letter={"sender": _sender(), "recipient": _recipient(frozen), "references": _references(document, case, frozen)},
        running=f"{title}, ansøgning {case.number}",
    )


def title_of(facts: dict, frozen: dict) -> str:
    if facts["amount"] is None:
        return "Afslag på ansøgning til bæredygtighedspuljen"
    partly = facts["amount"] < frozen["amount_sought"]
    return f"{'Delvist tilsagn' if partly else 'Tilsagn'} om tilskud fra bæredygtighedspuljen"


def _sender() -> str:
    house = settings.MUNICIPALITY
    return f"{house['unit']} · {house['address']} · Telefon {house['phone']}"


def _recipient(frozen: dict) -> str:
    unit, centre = frozen["unit"]["name"], frozen["unit"]["centre"]
    contact = frozen["contact_name"]  # empty when it was erased (applications.erasing)
    return "\n".join([unit, *([centre] if centre != unit else []), *([f"Att. {contact}"] if contact else [])])


def _references(document: Document, case, frozen: dict) -> str:
    lines = [day(document.cause.at), f"Ansøgning {case.number}: {frozen['title']}"]
    if document.facts["minutes"] and document.facts["minutes"]["case_number"]:
        lines.append(f"Sagsnr. {document.facts['minutes']['case_number']}")
    if document.facts["minutes"]:
        lines.append("Bilag: Udskrift af beslutningsprotokollen")
    return "\n".join(lines)


def _body(frozen: dict, facts: dict) -> list[Block]:
    body: list[Block] = []
    if facts["corrects"]:
        body.append(Paragraph("Dette brev erstatter et tidligere brev om den samme ansøgning.", strong=True))
    body += _refusal(frozen, facts) if facts["amount"] is None else _commitment(frozen, facts)
    return body + (_complaint_guidance() if facts["legal_entity"] else [])


def _decided_by(facts: dict) -> str:
    if facts["minutes"] is None:
        return "Ledelsen har efter delegation"
    return f"{facts['minutes']['committee']} har på mødet den {facts['minutes']['day']}"


def _commitment(frozen: dict, facts: dict) -> list[Block]:
    amount, sought = facts["amount"], frozen["amount_sought"]
    figures = [("Bevilget", f"{format_kroner(amount)} uden moms"), ("Søgt", f"{format_kroner(sought)} uden moms")]
    figures += [("Projektet løber", f"{_date(frozen['starts'])} til {_date(frozen['ends'])}")]
    body: list[Block] = [
        Paragraph(f"{_decided_by(facts)} bevilget {format_kroner(amount)} til projektet «{frozen['title']}»."),
        Facts(figures),
    ]
    if facts["reason"]:
        body += [Heading("Begrundelse"), *paragraphs(facts["reason"])]
    if facts["conditions"]:
        body += [Heading("Vilkår"), *paragraphs(facts["conditions"])]
    return body + _what_now(facts, partly=amount < sought)


def _what_now(facts: dict, *, partly: bool) -> list[Block]:
    steps = ["Læs brevet og vilkårene sammen." if facts["conditions"] else "Læs brevet sammen."]
    if partly:
        steps.append("Tilpas budgettet til det bevilgede beløb, og send det til konsulenten, før I går i gang.")
    steps += [
        "Aftal med konsulenten, hvordan I får pengene, før I køber ind: Enten sendes regningerne direkte til puljen, eller "
        "også betaler I selv og får udgiften dækket mod bilag.",
        "Brug kun pengene til det, I har søgt om. Bliver noget anderledes end beskrevet, så skriv til konsulenten først.",
        "Gem regninger og bilag. Penge, I ikke bruger, går tilbage til puljen.",
    ]
    return [Heading("Sådan kommer I videre"), Paragraph("Pengene er sat af til jer (disponeret)."), Numbered(steps)]


def _refusal(frozen: dict, facts: dict) -> list[Block]:
    sought = format_kroner(frozen["amount_sought"])
    return [
        Paragraph(f"{_decided_by(facts)} givet afslag på ansøgningen om {sought} til «{frozen['title']}»."),
        Heading("Begrundelse"),
        *paragraphs(facts["reason"]),
        *_what_would_help(facts.get("refusal", {})),
        Heading("Har I brug for hjælp til næste gang?"),
        Paragraph("Konsulenten i Ressource City fortæller gerne, hvad der kan gøre projektet egnet til en senere runde."),
    ]


def _what_would_help(why: dict) -> list[Block]:
    """From the assessment and the consultant's advice; nothing to say is no section."""
    body: list[Block] = []
    if why.get("gates"):
        missing = [f"{gate['name']}{': ' if gate['note'] else ''}{gate['note']}" for gate in why["gates"]]
        body += [Paragraph("Projektet skal opfylde de krav, som det ikke opfylder nu:"), Bullets(missing)]
    if why.get("criteria"):
        body += [Paragraph("Projektet skal stå stærkere på de kriterier, der trak mest ned:"), Bullets(why["criteria"])]
    body += paragraphs(why.get("advice", ""))
    return [Heading("Sådan kunne projektet få støtte"), *body] if body else []


def _complaint_guidance() -> list[Block]:
    return [
        Heading("Klagevejledning"),
        Paragraph(
            "Beslutningen kan ikke indbringes for en anden administrativ myndighed. I kan bede Næstved Kommune om at se på "
            "sagen igen. Ankestyrelsen fører tilsyn med, at kommuner følger loven, og afgør selv, om den vil tage en sag op."
        ),
    ]


def _signature(facts: dict) -> list[Block]:
    house = settings.MUNICIPALITY
    lines = ["Venlig hilsen", *([facts["officer"]] if facts["officer"] else []), f"{house['unit']}, {house['name']}"]
    return [Paragraph("\n".join(lines))]


def _extract(number: str, facts: dict) -> list[Block]:
    if facts["minutes"] is None:
        return []
    return minutes.extract(facts["minutes"], case=number, amount=facts["amount"], corrects=facts["corrects"])


def _date(iso: str) -> str:
    return day(date.fromisoformat(iso))
