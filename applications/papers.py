"""Who writes which document: the receipt, and the packet as PDF and as DOCX. Letters are in applications.letters.

Every writer reads the document's frozen facts and frozen versions alone, never the case as it is now, so that the
same document comes out however late it is written. All documents are in Danish: they are the municipality's.
"""

import functools
from datetime import date
from decimal import Decimal

from django.utils.dateparse import parse_datetime
from django.utils.translation import override

from applications import agenda_text, calculated, content
from applications.dates import day, moment
from applications.models import Application, BudgetLine, Effect
from documents import store
from documents.blocks import Block, Column, Facts, Heading, Paragraph, Table
from documents.docx import build_docx
from documents.models import Document
from documents.pdf import render_blocks
from pages.money import exact_kroner, format_kroner
from pages.numbers import number
from pool.themes import Theme
from questionnaires.answering import display

MONEY_FIELDS = ("amount_sought", "minimum_amount", "own_contribution", "other_funding", "resulting_operating_cost")


def in_danish(writer):
    @functools.wraps(writer)
    def write(document: Document) -> bytes:
        with override("da"):
            return writer(document)

    return write


def case_of(document: Document) -> Application:
    return Application.objects.select_related("unit", "round").get(number=document.subject.partition("/")[2])


# ── receipt ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@store.writes("receipt")
@in_danish
def receipt(document: Document) -> bytes:
    case = case_of(document)
    version = case.versions.select_related("endorsed_by").get(number=document.facts["version"])
    sender = document.cause.actor
    facts = Facts(
        [
            ("Ansøgning", case.number),
            ("Runde", document.facts["round"]),
            ("Enhed", version.content["unit"]["name"]),
            ("Sendt ind", moment(document.cause.at)),
            ("Godkendt af", str(sender)),
            ("Svar senest", day(date.fromisoformat(document.facts["answer_by"]))),
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
    for form_step in content.steps_in(frozen):
        found.append(Heading(str(form_step.title)))
        pairs = [
            (str(field.label), said(field, frozen.get(field.name)))
            for field in form_step.fields
            if field.name not in ("budget_lines", "effects")
        ]
        if pairs := [pair for pair in pairs if pair[1]]:
            found.append(Facts(pairs))
        if "budget_lines" in form_step.names and frozen["budget_lines"]:
            found.append(_budget_table(frozen["budget_lines"]))
        if "effects" in form_step.names and frozen["effects"]:
            found += [_effects_table(frozen["effects"]), *calculated.blocks(calculated.behind(frozen))]
    return found


def said(field: content.Field, value) -> str:
    """One frozen answer as a Dane would read it; "" when nothing was answered."""
    return display(field.question, value) if field.question else _said(field.name, value)


def _said(name: str, value) -> str:
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
    amount, found = number(Decimal(effect["value"])), calculated.basis(effect)
    return f"{Effect.Indicator(effect['indicator']).label}: {amount} {effect['unit']} ({found}). {calculated.method(effect)}"


def _budget_table(lines: list[dict]) -> Table:
    rows = [[str(BudgetLine.Kind(b["kind"]).label), b["text"], exact_kroner(b["amount"])] for b in lines]
    total = exact_kroner(sum(line["amount"] for line in lines))
    columns = [Column("Art", width=24), Column("Hvad", width=52), Column("Kr. uden moms", "right", 24)]
    return Table("Budgetlinjer", columns, rows, ["I alt", "", total])


def _effects_table(effects: list[dict]) -> Table:
    rows = [
        [
            str(Effect.Indicator(e["indicator"]).label),
            number(Decimal(e["value"])),
            e["unit"],
            calculated.basis(e),
            calculated.method(e) or "–",
        ]
        for e in effects
    ]
    columns = [
        Column("Virkning", width=24), Column("Mængde", "right", 14), Column("Enhed", width=16), Column("Grundlag", width=14),
        Column("Metode", width=40),
    ]  # fmt: skip
    return Table("Forventede virkninger", columns, rows)


# ── packet ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@store.writes("packet")
@in_danish
def packet(document: Document) -> bytes:
    facts = document.facts
    return render_blocks(
        facts["title"], agenda_text.blocks(facts), running=agenda_text.running(facts), anchor=facts["anchor"]
    )


@store.writes("packet_docx")
@in_danish
def packet_docx(document: Document) -> bytes:
    facts = document.facts
    moment = parse_datetime(facts["sent"])
    return build_docx(facts["title"], agenda_text.blocks(facts), moment=moment, running=agenda_text.running(facts))
