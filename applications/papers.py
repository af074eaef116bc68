"""Who writes which document: receipt, letter with its extract of the minutes, packet as PDF and as DOCX.

Every writer reads the document's frozen facts and frozen versions alone, never the case as it is now, so that the
same document comes out however late it is written. All documents are in Danish: they are the municipality's.
"""

import functools
from datetime import date

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.translation import override

from applications import agenda_text, content
from applications.dates import day, moment
from applications.models import AgendaItem, Application, BudgetLine, Effect
from documents import store
from documents.blocks import Block, Column, Facts, Heading, Paragraph, Table, paragraphs
from documents.docx import build_docx
from documents.models import Document
from documents.pdf import render_blocks
from people.models import Unit
from pool.money import exact_kroner, format_kroner
from pool.themes import Theme

MONEY_FIELDS = ("amount_sought", "minimum_amount", "own_contribution", "other_funding", "resulting_operating_cost")


def in_danish(writer):
    @functools.wraps(writer)
    def write(document: Document) -> bytes:
        with override("da"):
            return writer(document)

    return write


def _case_of(document: Document) -> Application:
    return Application.objects.select_related("unit", "round").get(number=document.subject.partition("/")[2])


# ── receipt ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@store.writes("receipt")
@in_danish
def receipt(document: Document) -> bytes:
    case = _case_of(document)
    version = case.versions.select_related("endorsed_by").get(number=document.facts["version"])
    sender = document.cause.actor
    facts = Facts(
        [
            ("Ansøgning", case.number),
            ("Runde", case.round.name),
            ("Enhed", version.content["unit"]["name"]),
            ("Sendt ind", moment(document.cause.at)),
            ("Godkendt af", str(sender)),
            ("Svar senest", day(case.round.answer_by)),
            ("Udgave", str(version.number)),
            ("Kontrolsum", version.sha256),
        ]
    )
    intro = Paragraph("Vi har modtaget jeres ansøgning til bæredygtighedspuljen. Herunder står det, I har sendt.")
    return render_blocks(
        document.title,
        [facts, intro, *content_blocks(version.content)],
        running=f"Ansøgning {case.number}, udgave {version.number}",
    )


def content_blocks(frozen: dict) -> list[Block]:
    """A frozen form as a document: each step a heading, each answer a fact, the lists as tables."""
    found: list[Block] = []
    for form_step in content.FORM_STEPS:
        found.append(Heading(str(form_step.title)))
        pairs = [
            (str(field.label), said(field.name, frozen.get(field.name)))
            for field in form_step.fields
            if field.name not in ("budget_lines", "effects")
        ]
        if pairs := [pair for pair in pairs if pair[1]]:
            found.append(Facts(pairs))
        if "budget_lines" in form_step.names and frozen["budget_lines"]:
            found.append(_budget_table(frozen["budget_lines"]))
        if "effects" in form_step.names and frozen["effects"]:
            found.append(_effects_table(frozen["effects"]))
    return found


def said(name: str, value) -> str:
    """One frozen answer as a Dane would read it; "" when nothing was answered."""
    if value is None or value in ("", []):
        return ""
    if name in MONEY_FIELDS:
        return format_kroner(value)
    if name == "themes":
        return ", ".join(str(Theme(code).label) for code in value)
    if name == "sdgs":
        return ", ".join(f"Verdensmål {number}" for number in value)
    if name in ("starts", "ends"):
        return day(date.fromisoformat(value))
    if name == "attachments":
        return "\n".join(file["name"] for file in value)
    if name == "budget_lines":
        return "\n".join(f"{BudgetLine.Kind(b['kind']).label}: {b['text']}, {format_kroner(b['amount'])}" for b in value)
    if name == "effects":
        return "\n".join(_effect_line(effect) for effect in value)
    if isinstance(value, bool):
        return "Ja" if value else "Nej"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _effect_line(effect: dict) -> str:
    basis = Effect.Basis(effect["basis"]).label
    return f"{Effect.Indicator(effect['indicator']).label}: {effect['value']} {effect['unit']} ({basis}). {effect['method']}"


def _budget_table(lines: list[dict]) -> Table:
    rows = [[str(BudgetLine.Kind(b["kind"]).label), b["text"], exact_kroner(b["amount"])] for b in lines]
    total = exact_kroner(sum(line["amount"] for line in lines))
    columns = [Column("Art"), Column("Hvad"), Column("Kr. uden moms", "right")]
    return Table("Budgetlinjer", columns, rows, ["I alt", "", total])


def _effects_table(effects: list[dict]) -> Table:
    rows = [
        [
            str(Effect.Indicator(e["indicator"]).label),
            e["value"].replace(".", ","),
            e["unit"],
            str(Effect.Basis(e["basis"]).label),
            e["method"],
        ]
        for e in effects
    ]
    columns = [Column("Virkning"), Column("Mængde", "right"), Column("Enhed"), Column("Grundlag"), Column("Metode")]
    return Table("Ventede virkninger", columns, rows)


# ── letter ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@store.writes("letter")
@in_danish
def letter(document: Document) -> bytes:
    """Commitment or refusal, with the extract of the minutes that it rests on."""
    case, facts = _case_of(document), document.facts
    version = case.versions.get(number=facts["version"])
    unit = Unit.objects.get(pk=version.content["unit"]["id"])
    item = AgendaItem.objects.select_related("meeting__committee").filter(pk=facts["item"]).first()
    granted = facts["amount"] is not None
    title = "Tilsagn om tilskud fra bæredygtighedspuljen" if granted else "Afslag på ansøgning til bæredygtighedspuljen"
    body = _commitment(version.content, facts, item) if granted else _refusal(version.content, facts, item)
    if unit.is_separate_legal_entity:
        body += _complaint_guidance()
    signature: list[Block] = [Paragraph(f"Venlig hilsen\n{settings.MUNICIPALITY['unit']}, {settings.MUNICIPALITY['name']}")]
    if item is not None:
        signature += _extract(case, item, facts)
    return render_blocks(
        title,
        body + signature,
        letter={
            "recipient": f"{unit.name}\n{version.content['unit']['centre']}\nAtt. {version.content['contact_name']}",
            "references": f"{day(document.cause.at)}\nAnsøgning {case.number}: {version.content['title']}",
        },
        running=f"{title}, ansøgning {case.number}",
    )


def _decided_by(item: AgendaItem | None) -> str:
    if item is None:
        return "Ledelsen har efter delegation"
    return f"{item.meeting.committee} har på mødet den {day(item.meeting.at)}"


def _commitment(frozen: dict, facts: dict, item) -> list[Block]:
    amount, sought = facts["amount"], frozen["amount_sought"]
    partly = "" if amount == sought else f" I søgte om {format_kroner(sought)}"
    body: list[Block] = [
        Paragraph(f"{_decided_by(item)} bevilget {format_kroner(amount)} til projektet «{frozen['title']}».{partly}"),
    ]
    if facts["corrects"]:
        body.insert(0, Paragraph("Dette brev erstatter et tidligere brev om den samme ansøgning.", strong=True))
    if facts["reason"]:
        body += [Heading("Begrundelse"), *paragraphs(facts["reason"])]
    if facts["conditions"]:
        body += [Heading("Vilkår"), *paragraphs(facts["conditions"])]
    return body + [
        Heading("Sådan kommer I videre"),
        Paragraph(
            "Jeres leder starter projektet i systemet, når I har læst vilkårene. Pengene er sat af til jer (disponeret) og "
            "kan kun bruges til det, I har søgt om. Beløbet er uden moms. Bliver noget anderledes end beskrevet, så skriv "
            "til konsulenten, før I bruger pengene."
        ),
    ]


def _refusal(frozen: dict, facts: dict, item) -> list[Block]:
    body: list[Block] = [
        Paragraph(
            f"{_decided_by(item)} givet afslag på ansøgningen om {format_kroner(frozen['amount_sought'])} "
            f"til «{frozen['title']}»."
        ),
        Heading("Begrundelse"),
        *paragraphs(facts["reason"]),
        Heading("Har I brug for hjælp til næste gang?"),
        Paragraph("Konsulenten i Ressource City fortæller gerne, hvad der kan gøre projektet egnet til en senere runde."),
    ]
    if facts["corrects"]:
        body.insert(0, Paragraph("Dette brev erstatter et tidligere brev om den samme ansøgning.", strong=True))
    return body


def _complaint_guidance() -> list[Block]:
    """Only for separate legal entities: to own units a grant is an internal disposition (domain guide 2.4)."""
    return [
        Heading("Klagevejledning"),
        Paragraph(
            "Beslutningen kan ikke indbringes for en anden administrativ myndighed. I kan bede Næstved Kommune om at se på "
            "sagen igen. Ankestyrelsen fører tilsyn med, at kommuner følger loven, og afgør selv, om den vil tage en sag op."
        ),
    ]


def _extract(case: Application, item: AgendaItem, facts: dict) -> list[Block]:
    head = [("Udvalg", str(item.meeting.committee)), ("Møde", moment(item.meeting.at)), ("Punkt", item.title)]
    head += [("Sagsnr.", item.case_number), ("Ansøgning", f"{case.number}")]
    outcome = "Afslag" if facts["amount"] is None else f"Bevilget {format_kroner(facts['amount'])}"
    return [
        Heading("Udskrift af beslutningsprotokollen"),
        Facts([pair for pair in head if pair[1]]),
        *minutes(item),
        Paragraph(f"For ansøgning {case.number}: {outcome}"),
    ]


def minutes(item: AgendaItem) -> list[Block]:
    """What the minutes say of an item."""
    found: list[Block] = [Paragraph(f"{item.meeting.committee}, {day(item.meeting.at)}:", strong=True)]
    found += paragraphs(item.decision_text)
    if item.absentees:
        found.append(Paragraph(f"Afbud: {item.absentees}"))
    if item.disqualified_members:
        found.append(Paragraph(f"Deltog ikke i behandlingen på grund af inhabilitet: {item.disqualified_members}"))
    if item.dissent:
        found.append(Paragraph(f"Mindretalsudtalelse: {item.dissent}"))
    return found


# ── packet ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@store.writes("packet")
@in_danish
def packet(document: Document) -> bytes:
    facts = document.facts
    return render_blocks(
        facts["title"], agenda_text.blocks(facts), running=f"{facts['committee']}, {facts['at']}", anchor=facts["anchor"]
    )


@store.writes("packet_docx")
@in_danish
def packet_docx(document: Document) -> bytes:
    facts = document.facts
    return build_docx(facts["title"], agenda_text.blocks(facts), moment=parse_datetime(facts["sent"]))
