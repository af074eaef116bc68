"""Reports of a project: begun as a draft, written in, sent, and given back to be written on.

What was sent is frozen in the report's `content` with its SHA-256 and never changes; a report given back is a new draft with
the same words. Money is not typed into a report: its accounts are the vouchers.
"""

import hashlib
import json

from django.utils import timezone
from django.utils.translation import gettext as _

from applications import milestones, spending
from applications.calculated import MARK
from applications.models import MeasuredEffect, Project, ReportedActivity, StatusReport
from climate import calculations
from documents import store
from documents.models import Document
from journal import clock

WORDS = ("summary", "result", "lessons", "advice", "anchoring", "hours")
EFFECT_FIELDS = ("indicator", "baseline", "value", "low", "high", "unit", "basis", "method", "lifetime")
MILESTONE_OF = {"status": "halfway", "final": "final_report", "effect": "effect_later"}


def draft_of(project: Project, kind: str) -> StatusReport | None:
    return project.reports.filter(kind=kind, sent_at=None).first()


def last_sent(project: Project, kind: str) -> StatusReport | None:
    return project.reports.filter(kind=kind, sent_at__isnull=False).order_by("-sent_at", "-pk").first()


def begin(project: Project, kind: str, by) -> StatusReport:
    """The draft of this kind; begun with activities and effects of the report before it, or of the application."""
    report, new = StatusReport.objects.get_or_create(
        project=project, kind=kind, sent_at=None, defaults={"begun_by": by, "begun_at": clock.now()}
    )
    if new:
        _fill(report)
    return report


def _fill(report: StatusReport) -> None:
    """From what was reported last, else from what was applied for."""
    case = report.project.application
    before = report.project.reports.filter(sent_at__isnull=False).order_by("-sent_at", "-pk").first()
    rows = [(row.text, row.status, row.comment) for row in before.activities.all()] if before else []
    if not rows:
        lines = [line.strip(" -•\t") for line in case.activities.splitlines()]
        rows = [(line[:300], ReportedActivity.Status.ON_THE_WAY, "") for line in lines if line]
    report.activities.bulk_create(
        ReportedActivity(report=report, position=place, text=text, status=status, comment=comment)
        for place, (text, status, comment) in enumerate(rows)
    )
    if before:
        _copy_effects(before, report)  # the newest report is the project's word: what it leaves out would count no more


def missing(report: StatusReport) -> list[str]:
    """What a final report lacks, each a sentence; other reports need only a word on how it goes."""
    if report.kind == StatusReport.Kind.STATUS:
        return [] if report.summary.strip() else [_("Skriv kort, hvordan det går.")]
    lacks = []
    if not report.result.strip():
        lacks.append(_("Skriv, hvad der kom ud af projektet."))
    if report.kind == StatusReport.Kind.FINAL:
        if not report.lessons.strip():
            lacks.append(_("Skriv, hvad I har lært."))
        if not report.activities.all():
            lacks.append(_("Skriv mindst én aktivitet."))
        if any(row.status == ReportedActivity.Status.ON_THE_WAY for row in report.activities.all()):
            lacks.append(_("Hver aktivitet skal være gennemført eller opgivet."))
    if not report.measured_effects.all():
        lacks.append(_("Skriv mindst én virkning, også hvis den er lille."))
    return lacks


def send(report: StatusReport, case) -> None:
    """Freeze the draft as it stands; called in the transaction of `case.event`."""
    report.content = freeze(report)
    report.sha256 = digest(report.content)
    report.sent_at, report.sent_by = case.event.at, case.event.actor
    report.save()
    milestones.reached(report.project, MILESTONE_OF[report.kind], timezone.localdate(case.event.at))
    if report.kind == StatusReport.Kind.FINAL:
        title, name = f"Slutrapport for projekt {case.number}", f"slutrapport-{case.number}.pdf"
        store.owe("report", case.subject, cause=case.event, title=title, file_name=name, facts={"report": report.pk})


def give_back(project: Project, case) -> None:
    """A new draft with the words, activities and effects of the report that was sent last."""
    sent = last_sent(project, "final")
    StatusReport.objects.filter(pk=sent.pk).update(returned_at=case.event.at)
    draft = StatusReport.objects.create(
        project=project,
        kind=sent.kind,
        begun_by=sent.begun_by,
        begun_at=case.event.at,
        **{name: getattr(sent, name) for name in WORDS},
    )
    for row in sent.activities.all():
        row.pk, row.report = None, draft
        row.save()
    _copy_effects(sent, draft)
    Document.objects.filter(subject=case.subject, kind="report").update(superseded=True)
    project.milestones.filter(kind=MILESTONE_OF[sent.kind]).update(done_on=None)


def _copy_effects(sent: StatusReport, draft: StatusReport) -> None:
    copies = {}
    for row in sent.measured_effects.order_by("pk"):
        old = row.pk
        row.pk, row.report = None, draft
        row.save()
        copies[old] = row
    for row in copies.values():
        if row.overlaps_id in copies:
            row.overlaps = copies[row.overlaps_id]
            row.save()


def freeze(report: StatusReport) -> dict:
    """Everything the report says, as plain data; amounts in øre."""
    project = report.project
    due = project.milestones.filter(kind=MILESTONE_OF[report.kind]).values_list("due", flat=True).first()
    return {
        "kind": report.kind,
        "due": due.isoformat() if due else None,
        "accounts": [
            {"name": row.name, "planned": row.planned, "spent": row.spent, "waiting": row.waiting}
            for row in spending.by_line(project)
        ],
        "holds": project.holds,
        **{name: getattr(report, name) for name in WORDS},
        "activities": [{"text": r.text, "status": r.status, "comment": r.comment} for r in report.activities.all()],
        "effects": _effects(report),
        "vouchers": [
            {
                "number": v.number,
                "budget_line": v.budget_line_id,
                "date": v.date.isoformat(),
                "supplier": v.supplier,
                "amount": v.amount,
            }
            for v in project.vouchers.exclude(status="refused")
        ],
    }


def _effects(report: StatusReport) -> list[dict]:
    """Each with the mark of the calculation behind it and the place of the effect it already counts in."""
    rows = list(report.measured_effects.select_related("calculation", "expected"))
    places = {row.pk: place for place, row in enumerate(rows)}
    return [
        _plain(row)
        | ({"promised": _promised(row.expected)} if row.expected else {})
        | ({MARK: calculations.mark(row.calculation)} if row.calculation else {})
        | ({"overlaps": places[row.overlaps_id]} if row.overlaps_id in places else {})
        for row in rows
    ]


def _promised(expected) -> dict:
    return {"value": str(expected.value), "unit": expected.unit, "basis": expected.basis}


def _plain(effect: MeasuredEffect) -> dict:
    values = {name: getattr(effect, name) for name in EFFECT_FIELDS}
    return {name: value if isinstance(value, str | int) or value is None else str(value) for name, value in values.items()}


def digest(content: dict) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
