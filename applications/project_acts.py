"""What a project adds to the case file: its reports as they were sent, the list of vouchers with their papers, its photos.

The final report is a document of its own already (applications.report_reading); here are the others, and every file. A file
that waits for the virus scanner, or is gone, stands in the index with the reason.
"""

from dataclasses import dataclass
from datetime import datetime

from applications import report_reading, spending, uploads
from applications.dates import day
from applications.models import Application, Attachment, Project, StatusReport
from documents.blocks import Block, Column, Paragraph, Table
from documents.pdf import render_blocks
from pages.money import exact_kroner

PROJECT_PAPERS = ("report", "transfer_order")  # the kinds of documents that are a project's
TYPES = {
    "status": ("Statusrapport", "indgående"),
    "effect": ("Rapport om effekten efter et år", "indgående"),
    "voucher_list": ("Bilagsliste", "intern"),
    "voucher": ("Bilag til regnskabet", "indgående"),
    "photo": ("Billede fra projektet", "indgående"),
}
PERSONS = "Billedet kan vise personer. Det vurderes, før det gives ud."
MISSING = "Filen mangler i lageret."
WAITS = "Filen venter på viruskontrol."
VIRUS = "Filen havde en virus og er slettet."


@dataclass(frozen=True)
class Found:
    kind: str
    name: str
    at: datetime
    content: bytes | None
    sha256: str = ""
    closed: str = ""
    missing: str = ""


def of(case: Application) -> list[Found]:
    project = Project.objects.filter(pk=case.pk).first()
    if project is None:
        return []
    project.application = case
    return [*_reports(project), *_list(project), *_files(project)]


def _reports(project: Project) -> list[Found]:
    sent = project.reports.filter(sent_at__isnull=False).exclude(kind=StatusReport.Kind.FINAL).select_related("sent_by")
    return [_report(project, report, place) for place, report in enumerate(sent, 1)]


def _report(project: Project, report: StatusReport, place: int) -> Found:
    case = project.application
    title = f"{report.get_kind_display()} for projekt {case.number}"
    content = render_blocks(title, report_reading.blocks(case, report), running=title)
    return Found(report.kind, f"rapport-{place}-{case.number}.pdf", report.sent_at, content)


def _list(project: Project) -> list[Found]:
    """All vouchers as they stand, with finance's answers."""
    vouchers = spending.with_running_sums(project)
    if not vouchers:
        return []
    columns = [
        Column("Nr.", width=8), Column("Dato", width=18), Column("Leverandør", width=24), Column("Budgetlinje", width=24),
        Column("Kr.", "right", 14), Column("Status", width=22),
    ]  # fmt: skip
    rows = [
        [
            str(row.number),
            day(row.date),
            f"{row.supplier}\n{row.text}".strip(),
            row.line,
            exact_kroner(row.amount),
            f"{row.get_status_display()}\n{row.refusal}".strip(),
        ]
        for row in vouchers
    ]
    money = spending.in_all(project)
    said = f"Bevilget {exact_kroner(money.planned)} kr. Godkendt forbrug {exact_kroner(money.spent)} kr."
    title = f"Bilagsliste for projekt {project.application.number}"
    blocks: list[Block] = [Paragraph(f"{said} Beløb er uden moms."), Table("Bilag", columns, rows)]
    last = max(row.decided_at or row.registered_at for row in vouchers)
    name = f"bilagsliste-{project.application.number}.pdf"
    return [Found("voucher_list", name, last, render_blocks(title, blocks, running=title))]


def _files(project: Project) -> list[Found]:
    numbers = dict(project.vouchers.filter(file__isnull=False).values_list("file", "number"))
    photos = set(project.photos.values_list("file", flat=True))
    rows = Attachment.objects.filter(pk__in=[*numbers, *photos]).order_by("uploaded_at", "pk")
    return [_file(row, numbers.get(row.pk)) for row in rows]


def _file(row: Attachment, number: int | None) -> Found:
    kind, name = ("voucher", f"bilag {number} {row.name}") if number else ("photo", row.name)
    readable = row.scan not in uploads.UNREADABLE
    missing = MISSING if readable else WAITS if row.is_waiting else VIRUS
    content = uploads.content_of(row) if readable else None
    closed = PERSONS if kind == "photo" else ""
    return Found(kind, name, row.uploaded_at, content, row.sha256, closed, "" if content is not None else missing)
