"""The case file («aktliste»): every document of a case with an index and the metadata that a records system asks for.

Metadata: case number, KLE subject and facet, title, dates, parties, direction, public or not (domain guide 2.4–2.5).
"""

import json
import re

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import override

from applications.dates import moment
from applications.models import Application
from applications.timeline import DONE, OTHER_EVENTS
from documents import store
from documents.archive import build_zip, safe_name
from documents.blocks import Column, Facts, Heading, Table
from documents.models import Document
from documents.pdf import render_blocks
from journal import chain

KLE_CASE_NUMBER = re.compile(r"^\d{2}\.\d{2}\.\d{2}-[A-ZÆØÅ]\d{2}-\d{1,5}-\d{2}$")
DIRECTIONS = {"receipt": "udgående", "letter": "udgående", "packet": "udgående", "attachment": "indgående"}
# assessments exchanged inside the municipality are internal; what goes to the unit or the committee is not
PUBLIC = {"receipt": True, "letter": True, "packet": True, "attachment": True}


def build(case: Application) -> bytes:
    """The ZIP: metadata.json, aktliste.pdf, and the documents in the order they came."""
    acts = [*_attachments(case), *_documents(case)]
    acts.sort(key=lambda act: (act["date"], act["name"]))
    for number, act in enumerate(acts, 1):
        act["number"] = number
        act["path"] = f"{number:02} {safe_name(act['name'])}"
    facts = metadata(case, acts)
    files = [("metadata.json", json.dumps(facts, ensure_ascii=False, indent=1).encode())]
    files.append(("aktliste.pdf", _index(case, facts, acts)))
    return build_zip([*files, *((act["path"], act["content"]) for act in acts)])


def metadata(case: Application, acts: list[dict]) -> dict:
    return {
        "sagsnummer": case.records_number or None,
        "ansøgningsnummer": case.number,
        "titel": case.title,
        "kle_emne": settings.KLE_NUMBER,
        "kle_facet": settings.KLE_FACET,
        "oprettet": timezone.localtime(case.created_at).date().isoformat(),
        "afgjort": timezone.localtime(case.decided_at).date().isoformat() if case.decided_at else None,
        "tilstand": case.state,
        "parter": [{"navn": case.unit.name, "ean": case.unit.ean, "rolle": "ansøger"}],
        "sagsbehandler": str(case.case_officer) if case.case_officer_id else None,
        "akter": [
            {
                "nummer": act["number"],
                "fil": act["path"],
                "titel": act["name"],
                "dato": act["date"],
                "retning": DIRECTIONS[act["kind"]],
                "offentlig": PUBLIC[act["kind"]],
                "sha256": act["sha256"],
            }
            for act in acts
        ],
    }


def _attachments(case: Application) -> list[dict]:
    acts = []
    for row in case.attachments.all():
        with default_storage.open(row.file.name) as file:
            acts.append(_act("attachment", row.name, row.uploaded_at, row.sha256, file.read()))
    return acts


def _documents(case: Application) -> list[dict]:
    items = [f"dagsordenspunkt/{pk}" for pk in case.placements.values_list("item_id", flat=True)]
    rows = Document.objects.filter(subject__in=[case.subject, *items]).exclude(kind="packet_docx").select_related("cause")
    return [_act(row.kind, row.file_name, row.cause.at, store.issue(row).sha256, store.content_of(row)) for row in rows]


def _act(kind, name, at, sha256, content) -> dict:
    return {"kind": kind, "name": name, "date": timezone.localtime(at).isoformat(), "sha256": sha256, "content": content}


def _index(case: Application, facts: dict, acts: list[dict]) -> bytes:
    with override("da"):
        rows = [
            [str(a["number"]), a["name"], a["date"][:10], DIRECTIONS[a["kind"]], "ja" if PUBLIC[a["kind"]] else "nej"]
            for a in acts
        ]
        columns = [Column("Akt", "right"), Column("Dokument"), Column("Dato"), Column("Retning"), Column("Offentlig")]
        story = [
            [
                moment(event.at),
                str(DONE.get(event.step) or OTHER_EVENTS.get(event.step) or event.step),
                str(event.actor or "Systemet"),
            ]
            for event in chain.story(case.subject)
        ]
        pairs = [
            ("Ansøgning", case.number),
            ("Titel", case.title),
            ("Enhed", case.unit.name),
            ("KLE", f"{facts['kle_emne']}-{facts['kle_facet']}"),
        ]
        blocks = [
            Facts(pairs),
            Heading("Dokumenter"),
            Table("Sagens dokumenter", columns, rows),
            Heading("Forløb"),
            Table("Sagens hændelser", [Column("Hvornår"), Column("Hvad"), Column("Hvem")], story, row_headers=False),
        ]
        return render_blocks(f"Aktliste for ansøgning {case.number}", blocks)
