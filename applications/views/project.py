"""The project's page: where it is, its money, milestones, reports, vouchers, photos and papers."""

from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from applications import spending, timeline, whats_next, whereabouts
from applications.models import Application, Photo, Project, StatusReport, Voucher
from applications.roles import MAY, UNIT
from applications.states import State
from applications.views.case import documents_for
from applications.views.loading import load
from pages.access import SIGNED_IN, opens_to

NEWEST = 5
PHOTOS = Photo.objects.select_related("file", "consent", "nobody_shown_by")
REPORTS = StatusReport.objects.select_related("sent_by", "begun_by")
VOUCHERS = Voucher.objects.select_related("file", "registered_by", "decided_by")
HELD = (
    "milestones",
    Prefetch("reports", REPORTS),
    Prefetch("vouchers", VOUCHERS),
    Prefetch("photos", PHOTOS),
    "application__budget_lines",
)


def load_project(request, number: str, may: str = "see_project") -> Application:
    """The case with its project and all that a page of it reads; 404 while it has none."""
    case = load(request, number, may)
    project = Project.objects.filter(pk=case.pk).first()
    if project is None:
        raise Http404
    project.application = case
    prefetch_related_objects([project], *HELD)
    return case


def may_on(case: Application, *actions: str) -> dict[str, bool]:
    return {action: not MAY[action].isdisjoint(case.held) for action in actions}


@opens_to(SIGNED_IN)
@require_GET
def page(request, number):
    case = load_project(request, number)
    project, of_unit = case.project, not UNIT.isdisjoint(case.held)
    may = may_on(
        case,
        "write_report",
        "register_voucher",
        "see_talks",
        "see_assessment",
        "write_result",
        "move_milestone",
        "note_talk",
        "ask_change",
        "decide_change",
        "place_change",
    )
    vouchers = spending.with_running_sums(project)
    marks = whats_next.marks(project)
    context = {
        "case": case,
        "project": project,
        "where": whereabouts.of(case, inside=not of_unit),
        "of_unit": of_unit,
        "proposal": whats_next.about_the_proposal(project, request.user) if may["see_talks"] else [],
        "act": whats_next.of(project, request.user),
        "next": next((mark for mark in marks if mark.is_owed), None),
        "money": spending.in_all(project),
        "lines": spending.by_line(project),
        "sought": sum(line.amount for line in case.budget_lines.all()),
        "marks": marks,
        "reports": [report for report in project.reports.all() if report.sent_at or may["write_report"]],
        "vouchers": vouchers[: -NEWEST - 1 : -1],
        "may_correct": may["register_voucher"] and case.state == State.ACTIVE,
        "voucher_count": len(vouchers),
        "photos": project.photos.all(),
        "changes": project.changes.all(),
        "talks": project.talks.select_related("written_by") if may["see_talks"] else [],
        "documents": documents_for(case, may["see_assessment"], see_project=True),
        "story": timeline.entries(case, request.user)[:NEWEST],
        "may": may,
        "is_open": case.state == State.ACTIVE,
    }
    return render(request, "applications/project/page.html", context)
