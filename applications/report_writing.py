"""A report while the unit writes it: begun, saved by whoever saw the newest, and sent. What it is: applications.reporting.

Saving raises the report's own revision and is no event; a page that saw an older one is refused with the words left as they
are. A status report is sent while the project runs, one about the effect from the final report on, also when all is settled.
The final report is sent by the step «report» alone. Nothing here refuses a report because it is late: it says so.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from applications import reporting, results
from applications.door import AlreadyHandled, NotYet, NotYours, Stale, load_locked
from applications.models import Application, MeasuredEffect, Project, ReportedActivity, StatusReport
from applications.roles import may, told
from applications.states import State
from journal import chain, outbox
from people.roles import Role

Kind = StatusReport.Kind
KIND_OF = {"status": Kind.STATUS, "slutrapport": Kind.FINAL, "effekt": Kind.EFFECT}
OPEN = {
    Kind.STATUS: frozenset({State.ACTIVE}),
    Kind.FINAL: frozenset({State.ACTIVE}),
    Kind.EFFECT: frozenset({State.REPORTED, State.COMPLETED}),
}
WORDS_OF = {
    Kind.STATUS: ("summary", "lessons", "hours"),
    Kind.FINAL: ("result", "lessons", "advice", "anchoring", "hours"),
    Kind.EFFECT: ("result", "lessons", "anchoring"),
}
WITH_ACTIVITIES = frozenset({Kind.STATUS, Kind.FINAL})
SENT_BY = {Kind.STATUS: "send_status", Kind.EFFECT: "send_effect"}


@transaction.atomic
def begin(case_id: int, by, kind: str) -> StatusReport:
    """The draft of this kind; begun once, whoever presses first."""
    return reporting.begin(_open(case_id, by, kind).project, kind, by)


@transaction.atomic
def save(report_id: int, by, values: dict, activities: list[dict], effects: list[dict], seen_revision: int) -> StatusReport:
    """Write the draft as it was typed. Raises Refused: nothing is written then. Pressed twice, it is written once."""
    report, _case = _draft(report_id, by)
    if report.revision == seen_revision + 1 and _says(report, values, activities, effects):
        return report
    _refuse_stale(report, seen_revision)
    for name in WORDS_OF[report.kind]:
        setattr(report, name, values[name])
    report.revision += 1
    report.save()
    if report.kind in WITH_ACTIVITIES:
        _write_activities(report, activities)
    _write_effects(report, effects)
    return report


def _says(report: StatusReport, values: dict, activities: list[dict], effects: list[dict]) -> bool:
    """Whether the draft says already what was typed."""
    words = all(getattr(report, name) == values[name] for name in WORDS_OF[report.kind])
    rows = list(report.activities.values("text", "status", "comment"))
    found = list(report.measured_effects.values(*reporting.EFFECT_FIELDS))
    typed = [{name: row[name] for name in reporting.EFFECT_FIELDS} for row in effects]
    return words and found == typed and (rows == activities or report.kind not in WITH_ACTIVITIES)


def _write_activities(report: StatusReport, rows: list[dict]) -> None:
    report.activities.all().delete()
    ReportedActivity.objects.bulk_create(
        ReportedActivity(report=report, position=place, **row) for place, row in enumerate(rows)
    )


def _write_effects(report: StatusReport, rows: list[dict]) -> None:
    """Row by row: one that is kept keeps the calculation behind it. What a row already counts in is one that is kept."""
    own = {row.pk: row for row in report.measured_effects.all()}
    promised = {effect.pk: effect for effect in report.project.application.effects.all()}
    kept, within = set(), {}
    for place, typed in enumerate(rows):
        row = own.get(typed["id"]) or MeasuredEffect(project=report.project, report=report)
        row.position, row.expected = place, promised.get(typed["expected"])
        for name in reporting.EFFECT_FIELDS:
            setattr(row, name, typed[name])
        row.overlaps = None
        row.save()
        kept.add(row.pk)
        within[row.pk] = typed.get("overlaps")
    report.measured_effects.exclude(pk__in=kept).delete()
    for pk, other in within.items():
        if other in kept and other != pk:
            report.measured_effects.filter(pk=pk).update(overlaps=other)


@transaction.atomic
def send_status(report_id: int, by, seen_revision: int) -> StatusReport:
    return _send(report_id, by, seen_revision, Kind.STATUS)


@transaction.atomic
def send_effect(report_id: int, by, seen_revision: int) -> StatusReport:
    return _send(report_id, by, seen_revision, Kind.EFFECT)


def _send(report_id: int, by, seen_revision: int, kind: str) -> StatusReport:
    report, case = _draft(report_id, by)
    _refuse_stale(report, seen_revision)
    if report.kind != kind:
        raise NotYet(_("Den rapport sendes på en anden måde."))
    if lacks := reporting.missing(report):
        raise NotYet(" ".join(lacks))
    case.event = chain.record(case.subject, SENT_BY[kind], by, {"rapport": report.pk})
    reporting.send(report, case)
    case.revision += 1
    case.changed_at, case.changed_by = case.event.at, by
    case.save()
    _tell(case, report)
    if kind == Kind.EFFECT:
        results.new_figures(case, case.event)
    return report


def _tell(case: Application, report: StatusReport) -> None:
    people = {person.pk: person for role in (Role.CONSULTANT, Role.UNIT_LEADER) for person in told(role, case)}
    people.pop(report.sent_by_id, None)
    context = {"case": case, "report": report, "by": report.sent_by}
    for person in people.values():
        outbox.owe(case.event, person, SENT_BY[report.kind], context, link=case.get_absolute_url())


def _open(case_id: int, by, kind: str) -> Application:
    case = load_locked(case_id)
    if not may(by, case, "write_report"):
        raise NotYours(_("Det kan kun enheden selv."))
    if case.state not in OPEN[kind]:
        text = _("Rapporten kan ikke skrives nu. Projektet er «%(state)s».")
        raise NotYet(text % {"state": case.get_state_display()})
    return case


def _draft(report_id: int, by) -> tuple[StatusReport, Application]:
    asked = StatusReport.objects.get(pk=report_id)
    case = _open(asked.project_id, by, asked.kind)
    report = StatusReport.objects.get(pk=report_id)
    report.project = Project.objects.get(pk=case.pk)
    report.project.application = case
    if report.sent_at:
        raise AlreadyHandled(_("Rapporten er sendt og kan ikke ændres."))
    return report, case


def _refuse_stale(report: StatusReport, seen_revision: int) -> None:
    if report.revision != seen_revision:
        raise Stale(_("Rapporten er ændret i et andet vindue eller af en kollega, mens du skrev."))
