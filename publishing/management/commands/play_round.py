"""`manage.py play_round`: a whole round on an empty database, every step as the person whose step it is.

`--to completed` goes on after the decision, `--to published` to what the public reads.
"""

import json
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandError

from applications import verifying
from applications.door import Refused
from applications.models import Application, Project
from applications.rehearsal import DATA, FILES, Rehearsal, counts_by_state
from applications.rehearsal_projects import REPORTS, STAGES, Aftermath
from documents import store
from documents.models import Document
from journal import clock, outbox
from journal.models import Event
from pages.money import exact_kroner
from people.models import Person
from pool.models import Pocket
from publishing.rehearsal import publish_year


class Command(BaseCommand):
    help = "Play a whole round, from drafts to the committee's decision, on an empty database."

    def add_arguments(self, parser):
        parser.add_argument("--data", type=Path, default=DATA, help="a folder with units.csv, round.json, applications.json")
        parser.add_argument("--to", choices=STAGES, default=STAGES[0], help="how far the granted cases are followed")
        parser.add_argument("--pdf", type=Path, help="leave every document in this folder")
        parser.add_argument("--json", type=Path, help="write the summary for machines; amounts in øre")

    def handle(self, *, data, to="decided", pdf, json: Path | None, **options):
        if Event.objects.exists() or Person.objects.exists():
            raise CommandError("the database is not empty; a round is played on an empty one")
        needed = FILES if to == STAGES[0] else (*FILES, REPORTS)
        lacking = [name for name in needed if not (data / name).is_file()]
        if lacking:
            raise CommandError(f"{data} lacks {', '.join(lacking)}")
        rehearsal = Rehearsal(data)
        try:
            play(rehearsal, data, to)
            while store.issue_owed(500):
                pass
            mails = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=settings.EMAIL_FILE_PATH)
            while outbox.send_due(500, mails):
                pass
        except Refused as refusal:
            raise CommandError(f"the round stops on {clock.today():%d.%m.%Y}: {refusal}") from refusal
        finally:
            clock.set_to(None)
        if pdf:
            leave_documents(pdf)
        summary = summarise(rehearsal)
        self.stdout.write(table(summary))
        if json:
            write_json(json, summary)
        if summary["faults"]:
            raise CommandError("\n".join(summary["faults"]))


def play(rehearsal: Rehearsal, data: Path, to: str) -> None:
    rehearsal.play()
    if to != STAGES[0]:
        Aftermath(rehearsal, data).play(to)
    if to == STAGES[-1]:
        publish_year(rehearsal)


def summarise(rehearsal: Rehearsal) -> dict:
    year = rehearsal.round.pool_year
    year.refresh_from_db()
    cases = Application.objects.all()
    documents = Document.objects.order_by("kind", "pk")
    return {
        "round": rehearsal.round.name,
        "states": counts_by_state(),
        "sought": sum(case.amount_sought for case in cases),
        "recommended": sum(case.recommended_amount or 0 for case in cases),
        "committed": sum(case.granted_amount or 0 for case in cases),
        "documented": sum(project.spent for project in Project.objects.all()),
        "pockets": {pocket.value: getattr(year, pocket) for pocket in Pocket if pocket != Pocket.OUTSIDE},
        "documents": [
            {"kind": d.kind, "name": d.file_name, "pages": d.pages, "size": d.size, "sha256": d.sha256} for d in documents
        ],
        "fingerprint": verifying.fingerprint(),
        "faults": [fault for faults in verifying.checks().values() for fault in faults],
    }


def table(summary: dict) -> str:
    lines = [f"{summary['round']}: {sum(summary['states'].values())} ansøgninger"]
    lines += [f"  {state:28}{count:>6}" for state, count in summary["states"].items()]
    lines += [
        f"  {name:28}{exact_kroner(summary[name]):>18} kr." for name in ("sought", "recommended", "committed", "documented")
    ]
    lines += [f"  puljen, {name:20}{exact_kroner(amount):>18} kr." for name, amount in summary["pockets"].items()]
    kinds = sorted({document["kind"] for document in summary["documents"]})
    for kind in kinds:
        of_kind = [document for document in summary["documents"] if document["kind"] == kind]
        pages = sum(document["pages"] for document in of_kind)
        lines.append(f"  {kind:28}{len(of_kind):>6} dokumenter, {pages} sider")
    lines.append(f"  fejl fundet af verify       {len(summary['faults']):>6}")
    return "\n".join([*lines, f"fingerprint {summary['fingerprint']}"])


def leave_documents(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for document in Document.objects.all():
        (folder / document.file_name).write_bytes(store.content_of(document))


def write_json(path: Path, summary: dict) -> None:
    path.write_text(json.dumps(summary, ensure_ascii=False, indent=1), encoding="utf-8")
