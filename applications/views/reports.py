"""A report's pages: begun, written, looked through and sent, and read as it was sent."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications import calculated, measuring, report_reading, report_writing, reporting, spending
from applications.door import AlreadyHandled, NotYours, Refused, Stale
from applications.forms.reports import ReportSheet, differences
from applications.models import StatusReport
from applications.roles import MAY, UNIT
from applications.views.loading import answered
from applications.views.project import load_project
from journal import clock
from pages.access import SIGNED_IN, opens_to
from pages.numbers import whole
from people import kept
from people.views.answering import posted


def _load(request, number, slug):
    """(case, kind, the draft or None) of a page where the unit writes."""
    if slug not in report_writing.KIND_OF:
        raise Http404
    case, kind = load_project(request, number, "write_report"), report_writing.KIND_OF[slug]
    drafts = [report for report in case.project.reports.all() if report.kind == kind and report.sent_at is None]
    for report in drafts:
        report.project = case.project
    return case, kind, drafts[0] if drafts else None


def _seen(request) -> int:
    return whole(request.POST.get("revision"))


@opens_to(SIGNED_IN)
@kept.keeps_typed
@require_http_methods(["GET", "POST"])
def write(request, number, kind):
    case, which, report = _load(request, number, kind)
    if report is None or case.state not in report_writing.OPEN[which]:
        return _begin(request, case, which, kind)
    report = kept.with_kept(StatusReport.objects.filter(pk=report.pk), request.user, request.path).get()
    report.project = case.project
    if request.method == "GET" or request.POST.get("then") in ("begin", "discard"):
        if request.method == "POST":
            kept.forget(request.user, request.path)
            return redirect("applications:write-report", number, kind)
        typed = QueryDict(report.kept_typed) if report.kept_typed else None
        return _show(request, case, report, ReportSheet(report, typed), revision=(typed or {}).get("revision"))
    return _save(request, case, report, ReportSheet(report, posted(request)))


def _save(request, case, report, sheet):
    """What was typed is saved as a whole, or shown again with what is in the way."""
    kept.forget(request.user, request.path)
    if not sheet.is_valid() or request.POST.get("add_row"):
        return _show(request, case, report, sheet, revision=_seen(request))
    values = sheet.values()
    try:
        report_writing.save(report.pk, request.user, *values, _seen(request))
    except NotYours as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Stale:
        clash = differences(values, report)
        return _show(request, case, report, sheet, clash=clash, revision=report.revision, status=409)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _show(request, case, report, sheet, status=409)
    if request.POST.get("then") == "preview":
        return redirect("applications:preview-report", case.number, report.slug)
    if request.POST.get("then") == "calculate":
        return redirect("applications:report-calculators", case.number, report.pk)
    now = timezone.localtime(clock.now())
    messages.success(request, _("Gemt kl. %(time)s.") % {"time": f"{now:%H.%M}"})
    return redirect("applications:write-report", case.number, report.slug)


def _show(request, case, report, sheet, *, clash=None, revision=None, status=200):
    """`clash` is None, or where the words differ from what somebody else has saved: the next press saves these."""
    context = {
        "case": case,
        "report": report,
        "sheet": sheet,
        "revision": str(revision or report.revision),
        "clash": clash,
        "lines": spending.by_line(case.project) if report.kind != StatusReport.Kind.EFFECT else [],
        "waiting": sum(voucher.status == "registered" for voucher in case.project.vouchers.all()),
        "outdated": measuring.outdated(report),
        "money": spending.in_all(case.project),
        "writer": kept.writer_word(request.user),
        "brought_back": request.method == "GET" and report.kept_typed,
    }
    return render(request, "applications/project/report_write.html", context, status=status)


def _begin(request, case, kind, slug):
    """A page that says what the report asks; the draft is begun by the button."""
    if case.state not in report_writing.OPEN[kind]:
        text = _("Rapporten kan ikke skrives nu. Projektet er «%(state)s».")
        messages.info(request, text % {"state": case.get_state_display()})
        return redirect("applications:project", case.number)
    if request.method == "POST":
        with answered(request):
            report_writing.begin(case.pk, request.user, kind)
        return redirect("applications:write-report", case.number, slug)
    context = {"case": case, "kind": kind, "title": StatusReport.Kind(kind).label}
    return render(request, "applications/project/report_begin.html", context)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def preview(request, number, kind):
    """The report as it will be read; a status or an effect is sent from here, the final one by its own step."""
    case, _which, report = _load(request, number, kind)
    if report is None:
        return redirect("applications:project", number)
    if request.method == "POST" and report.kind in report_writing.SENT_BY:
        send = report_writing.send_status if report.kind == StatusReport.Kind.STATUS else report_writing.send_effect
        with answered(request) as call:
            send(report.pk, request.user, _seen(request))
        if call.done or isinstance(call.refusal, AlreadyHandled):
            messages.success(request, _("Rapporten er sendt til konsulenten."))
            return redirect("applications:report", number, report.pk)
    context = {
        "case": case,
        "report": report,
        "reading": report_reading.read(report),
        "lacks": reporting.missing(report),
        "is_final": report.kind == StatusReport.Kind.FINAL,
    }
    return render(request, "applications/project/report_preview.html", context)


@opens_to(SIGNED_IN)
@require_GET
def page(request, number, report_id):
    """What was sent, as it was sent. A draft is for who writes it."""
    case = load_project(request, number)
    report = get_object_or_404(case.project.reports.select_related("sent_by"), pk=report_id)
    if report.sent_at is None:
        if MAY["write_report"].isdisjoint(case.held):
            raise Http404
        return redirect("applications:write-report", number, report.slug)
    context = {
        "case": case,
        "report": report,
        "reading": report_reading.read(report),
        "calculations": calculated.behind(report.content),
        "of_unit": not UNIT.isdisjoint(case.held),
    }
    return render(request, "applications/project/report.html", context)
