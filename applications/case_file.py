"""The case file («aktliste»): every document of a case with an index and the metadata that a records system asks for.

Metadata: case number, KLE subject and facet, title, dates, parties, and for each act its type, date, direction,
version, and whether the public may read it and else why (domain guide 2.4–2.5).

The assessors' points and reasons go with it as an internal act. They are working papers inside the municipality
(offentlighedsloven § 23), but facts in them must be given out on request (§ 28) and what is not in the file cannot be.
Personal notes and declarations of impartiality stay out: they are about people, not about the case.
"""

import json
import re
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from applications import minutes, project_acts, round_questions, uploads
from applications.assessing import ASSESSABLE
from applications.dates import day, moment
from applications.models import AgendaItem, Application
from applications.timeline import DONE, OTHER_EVENTS
from documents import store
from documents.archive import build_zip, safe_name
from documents.blocks import Block, Column, Facts, Heading, Paragraph, Table
from documents.models import Document
from documents.pdf import render_blocks
from journal import chain

KLE_CASE_NUMBER = re.compile(r"^\d{2}\.\d{2}\.\d{2}-[A-ZÆØÅ]\d{2}-\d{1,5}-\d{2}$")
TYPES = {
    "attachment": ("Bilag til ansøgning", "indgående"),
    "receipt": ("Ansøgning med kvittering", "udgående"),
    "assessments": ("Bedømmelser", "intern"),
    "packet": ("Dagsordenspunkt", "intern"),
    "minutes": ("Udskrift af beslutningsprotokollen", "intern"),
    "letter": ("Svar på ansøgning", "udgående"),
    "report": ("Slutrapport", "indgående"),
    "transfer_order": ("Omplaceringsordre", "intern"),
    **project_acts.TYPES,
}
INTERNAL = "Internt arbejdsdokument, offentlighedslovens § 23. Oplysninger om faktiske forhold gives efter § 28."
MISSING = "Filen mangler i lageret."
WAITS = "Filen venter på viruskontrol."


def build(case: Application) -> bytes:
    """The ZIP: metadata.json, aktliste.pdf, and the documents in the order they came."""
    with override("da"):
        acts = [*_attachments(case), *_documents(case), *_assessments(case), *_minutes(case), *_of_project(case)]
        acts.sort(key=lambda act: (act["date"], act["name"]))
        digits = max(2, len(str(len(acts))))
        for number, act in enumerate(acts, 1):
            act["number"] = number
            act["path"] = safe_name(f"{number:0{digits}} {act['name']}")
        facts = metadata(case, acts)
        files = [("metadata.json", json.dumps(facts, ensure_ascii=False, indent=1).encode())]
        files.append(("aktliste.pdf", _index(case, facts)))
        return build_zip([*files, *((act["path"], act["content"]) for act in acts if act["content"] is not None)])


def metadata(case: Application, acts: list[dict]) -> dict:
    return {
        "sagsnummer": case.records_number or None,
        "ansøgningsnummer": case.number,
        "titel": case.title,
        "kle_emne": settings.KLE_NUMBER,
        "kle_facet": settings.KLE_FACET,
        "oprettet": _day(case.created_at),
        "indsendt": _day(case.submitted_at),
        "afgjort": _day(case.decided_at),
        "tilstand": case.state,
        "parter": [
            {"navn": case.unit.name, "ean": case.unit.ean, "rolle": "ansøger"},
            *({"navn": unit.name, "ean": unit.ean, "rolle": "samarbejdspartner"} for unit in case.partners.order_by("name")),
        ],
        "sagsbehandler": str(case.case_officer) if case.case_officer_id else None,
        "akter": [_said_of(act) for act in acts],
    }


def _said_of(act: dict) -> dict:
    kind, direction = TYPES[act["kind"]]
    found = act["content"] is not None
    return {
        "nummer": act["number"],
        "fil": act["path"] if found else None,
        "titel": act["name"],
        "type": kind,
        "dato": act["date"],
        "retning": direction,
        "version": act["version"],
        "afløst": act["superseded"],
        "offentlig": not act["closed"],
        "hvorfor_ikke": act["closed"] or None,
        "sha256": act["sha256"],
        "bemærkning": None if found else act.get("missing", MISSING),
    }


def _day(at) -> str | None:
    return timezone.localtime(at).date().isoformat() if at else None


# ── acts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _act(kind, name, at, content, *, sha256="", version=1, superseded=False, closed="") -> dict:
    return {
        "kind": kind,
        "name": name,
        "date": timezone.localtime(at).isoformat(),
        "content": content,
        "sha256": sha256 or store.fingerprint(content),
        "version": version,
        "superseded": superseded,
        "closed": closed,
    }


def _attachments(case: Application) -> list[dict]:
    acts = []
    for row in round_questions.attachments(case):
        act = _act(
            "attachment", row.name, row.uploaded_at, None if row.is_waiting else uploads.content_of(row), sha256=row.sha256
        )
        acts.append(act | {"missing": WAITS if row.is_waiting else MISSING})
    return acts


def _of_project(case: Application) -> list[dict]:
    return [
        _act(found.kind, found.name, found.at, found.content, sha256=found.sha256, closed=found.closed)
        | {"missing": found.missing}
        for found in project_acts.of(case)
    ]


def _items(case: Application) -> list[AgendaItem]:
    items = AgendaItem.objects.filter(placements__application=case).select_related("meeting__committee")
    return list(items.distinct().order_by("pk"))


def _documents(case: Application) -> list[dict]:
    """Receipts, letters and packets; those of a kind are versions of one another."""
    closed = {item.subject: "" if item.is_open else item.closed_reason for item in _items(case)}
    rows = Document.objects.filter(subject__in=[case.subject, *closed]).exclude(kind="packet_docx").select_related("cause")
    acts, versions = [], {}
    for row in rows:
        issued = store.issue(row)
        key = (row.subject, row.kind)
        versions[key] = versions.get(key, 0) + 1
        try:
            content = store.content_of(issued)
        except FileNotFoundError:
            content = None
        more = {"version": versions[key], "superseded": row.superseded, "closed": closed.get(row.subject, "")}
        acts.append(_act(row.kind, row.file_name, row.cause.at, content, sha256=issued.sha256, **more))
    return acts


def _minutes(case: Application) -> list[dict]:
    """What the minutes say of each item that was decided, also when the case was postponed or sent back."""
    acts = []
    for item in _items(case):
        if not item.decision_text:
            continue
        outcomes = [
            str(p.get_outcome_display()) for p in item.placements.filter(application=case).order_by("pk") if p.outcome
        ]
        blocks = minutes.protocol(minutes.facts(item), f"Ansøgning {case.number}: {' · '.join(outcomes) or 'Ikke afgjort'}.")
        content = render_blocks("Udskrift af beslutningsprotokollen", blocks, running=f"Ansøgning {case.number}")
        closed = "" if item.is_open else item.closed_reason
        acts.append(_act("minutes", f"protokoludskrift-punkt-{item.pk}.pdf", item.meeting.at, content, closed=closed))
    return acts


def _assessments(case: Application) -> list[dict]:
    """Every assessor's points and reasons, once nobody can give or change any: till then they stay closed to each other."""
    if case.state in ASSESSABLE:
        return []
    given = list(case.assessments.select_related("assessor").prefetch_related("scores__criterion"))
    if not given:
        return []
    blocks: list[Block] = [Paragraph(INTERNAL), *_gates(case)]
    for row in given:
        blocks += [Heading(str(row.assessor)), Facts([("Givet", moment(row.given_at)), ("Udgave", str(row.version_number))])]
        columns = [Column("Kriterium", width=30), Column("Point", "right", 12), Column("Begrundelse", width=58)]
        scores = sorted(row.scores.all(), key=lambda score: (score.criterion.position, score.criterion_id))
        table = [[score.criterion.name, str(score.points), score.reason] for score in scores]
        blocks += [Table("Point fra 0 til 5", columns, table).lean(), Paragraph(row.comment)]
    content = render_blocks(f"Bedømmelser af ansøgning {case.number}", blocks, running=f"Ansøgning {case.number}, internt")
    last = max(row.given_at for row in given)
    return [_act("assessments", f"bedoemmelser-{case.number}.pdf", last, content, closed=INTERNAL)]


def _gates(case: Application) -> list[Block]:
    answers = case.gate_answers.select_related("gate").order_by("gate__position", "gate_id")
    rows = [[answer.gate.name, "Ja" if answer.met else "Nej", answer.note] for answer in answers]
    columns = [Column("Krav", width=50), Column("Opfyldt", width=14), Column("Bemærkning", width=36)]
    return [Table("Rundens krav", columns, rows, empty="Der er ikke taget stilling til krav.").lean()]


# ── index ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _index(case: Application, facts: dict) -> bytes:
    rows = [
        [
            str(act["nummer"]),
            f"{act['type']}{' (afløst)' if act['afløst'] else ''}\n{act['titel']}",
            day(datetime.fromisoformat(act["dato"])),
            act["retning"],
            "ja" if act["offentlig"] else "nej",
        ]
        for act in facts["akter"]
    ]
    columns = [
        Column("Akt", width=8), Column("Dokument", width=46), Column("Dato", width=20), Column("Retning", width=14),
        Column("Offentlig", width=12),
    ]  # fmt: skip
    reasons = sorted({act["hvorfor_ikke"] for act in facts["akter"] if act["hvorfor_ikke"]})
    story = [
        [moment(e.at), str(DONE.get(e.step) or OTHER_EVENTS.get(e.step) or e.step), str(e.actor or "Systemet")]
        for e in chain.story(case.subject)
    ]
    events = [Column("Hvornår", width=30), Column("Hvad", width=42), Column("Hvem", width=28)]
    blocks = [
        Facts(_head(case, facts)),
        Heading("Dokumenter"),
        Table("Sagens dokumenter", columns, rows, empty="Sagen har ingen dokumenter."),
        *(Paragraph(f"Ikke offentlig: {reason}") for reason in reasons),
        Heading("Forløb"),
        Table("Sagens hændelser", events, story, row_headers=False),
    ]
    return render_blocks(f"Aktliste for ansøgning {case.number}", blocks)


def _head(case: Application, facts: dict) -> list[tuple[str, str]]:
    pairs = [
        ("Ansøgning", case.number),
        ("Sagsnr.", case.records_number),
        ("Titel", case.title),
        ("Enhed", case.unit.name),
        ("Sagsbehandler", facts["sagsbehandler"] or ""),
        ("KLE", f"{facts['kle_emne']}-{facts['kle_facet']}"),
        ("Tilstand", str(case.get_state_display())),
        ("Sendt ind", day(case.submitted_at)),
        ("Afgjort", day(case.decided_at)),
    ]
    return [pair for pair in pairs if pair[1]]
