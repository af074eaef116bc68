"""Reconciliation with the finance system: a file in, its columns, what it says beside the pool, what a person decides."""

from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications import pool_bookings, reconciliation_story, reconciling
from applications import reconciliation_report as report
from applications.finance_files import HEADINGS_WITHIN
from applications.forms.reconciling import ColumnsForm, FinanceFileForm, NoteForm, PairForm
from applications.models import FinanceFile, FinanceLine, FinanceMatch
from documents import incoming, sheets
from pages.access import opens_to
from people.roles import Role

ROWS_ON_A_PAGE = 60
FILES_ON_A_PAGE = 30
READERS = (Role.FINANCE, Role.AUDITOR)


@opens_to(*READERS)
@require_http_methods(["GET", "POST"])
def files(request):
    """The files that were read in, and a new one."""
    if request.method == "POST" and not request.user.has_role(Role.FINANCE):
        return HttpResponse(status=403)
    form = FinanceFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if getattr(request, "refused_file", False):
        form.errors.clear()
        form.add_error("file", incoming.TOO_LARGE)
    elif request.method == "POST" and form.is_valid():
        try:
            reconciling.keep(request.user, form.cleaned_data["file"].name, form.cleaned_data["file"].read())
            return redirect("applications:finance-columns")
        except reconciling.SeenBefore as known:
            return _seen(request, known.file)
        except ValidationError as refusal:
            form.add_error("file", refusal)
    read = FinanceFile.objects.exclude(imported_at=None).select_related("sent_by")
    context = {
        "form": form,
        "page": Paginator(read, FILES_ON_A_PAGE).get_page(request.GET.get("page")),
        "waiting": reconciling.waiting(request.user),
        "may_read_in": request.user.has_role(Role.FINANCE),
    }
    return render(request, "applications/reconciling/files.html", context)


def _seen(request, file: FinanceFile):
    said = _("Filen er læst ind før, af %(who)s. Her er den.") % {"who": file.sent_by}
    messages.info(request, said)
    return redirect("applications:reconciliation", file.pk)


@opens_to(Role.FINANCE)
@require_http_methods(["GET", "POST"])
def columns(request):
    """Which column is what; confirmed, every line is stored or none."""
    file = reconciling.waiting(request.user)
    if file is None:
        messages.info(request, _("Vælg en fil først."))
        return redirect("applications:finance-files")
    form, faults = ColumnsForm(file.table, file.mapping, request.POST or None), []
    if request.method == "POST" and form.is_valid():
        try:
            read = reconciling.read_in(file.pk, request.user, form.mapping())
            return redirect("applications:reconciliation", read.pk)
        except reconciling.SeenBefore as known:
            return _seen(request, known.file)
        except reconciling.Gone as refusal:
            messages.error(request, str(refusal))
            return redirect("applications:finance-files")
        except ValidationError as refusal:
            faults = refusal.messages
    context = {"file": file, "form": form, "faults": faults, "first": file.table[:HEADINGS_WITHIN]}
    return render(request, "applications/reconciling/columns.html", context)


@opens_to(Role.FINANCE)
@require_POST
def forget(request):
    reconciling.forget(request.user)
    messages.info(request, _("Filen er glemt. Intet er læst ind."))
    return redirect("applications:finance-files")


@opens_to(*READERS)
@require_GET
def page(request, file_id):
    file, rows = _report(file_id)
    totals = report.totals_of(rows)
    counts = {total.kind: sum(row.kind == total.kind for row in rows) for total in totals}
    kind = request.GET.get("vis", "")
    if kind not in counts:
        kind = next((kind for kind, count in counts.items() if count), report.DOUBT)
    context = {
        "file": file,
        "totals": totals,
        "whole": report.whole(totals),
        "kind": kind,
        "means": report.MEANS[kind],
        "tabs": [
            {"label": total.label, "url": f"?vis={total.kind}", "current": total.kind == kind, "count": counts[total.kind]}
            for total in totals
        ],
        "sure": counts[report.SURE],
        "page": Paginator([row for row in rows if row.kind == kind], ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "story": reconciliation_story.entries(file),
        "may_decide": request.user.has_role(Role.FINANCE),
    }
    return render(request, "applications/reconciling/page.html", context)


@opens_to(*READERS)
@require_GET
def as_csv(request, file_id):
    file, rows = _report(file_id)
    content = sheets.build_csv(report.sheet_columns(), report.sheet_rows(rows))
    headers = {"Content-Disposition": f'attachment; filename="afstemning-{file.pk}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _report(file_id: int):
    file = get_object_or_404(FinanceFile.objects.select_related("sent_by"), pk=file_id, imported_at__isnull=False)
    return file, report.rows_of(file)


# ── what a person says ──────────────────────────────────────────────────────────────────────────────────────────────


@opens_to(Role.FINANCE)
@require_POST
def turn_file(request, file_id, act):
    """Confirm every sure match, or look for matches once more."""
    file = get_object_or_404(FinanceFile, pk=file_id, imported_at__isnull=False)
    if act == "bekraeft-sikre":
        count = reconciling.confirm_sure(file, request.user)
        said = ngettext("%(count)s match er bekræftet.", "%(count)s match er bekræftet.", count)
    elif act == "find-igen":
        count = reconciling.match_again(file, request.user)
        said = ngettext("%(count)s ny match fundet.", "%(count)s nye match fundet.", count)
    else:
        raise Http404
    messages.success(request, said % {"count": count})
    return redirect("applications:reconciliation", file.pk)


@opens_to(Role.FINANCE)
@require_POST
def turn_match(request, match_id, act):
    match = FinanceMatch.objects.filter(pk=match_id).first()
    turns = {"bekraeft": reconciling.confirm, "afvis": reconciling.reject}
    if act not in turns:
        raise Http404
    with _said(request, _("Det er gemt.")):
        turns[act](match_id, request.user)
    back = reverse("applications:reconciliation", args=[match.file_id]) if match else reverse("applications:finance-files")
    return redirect(back)


@opens_to(Role.FINANCE)
@require_http_methods(["GET", "POST"])
def line(request, line_id):
    """A line that nothing answers to: it is not the pool's, or it is a booking that was not found."""
    row = get_object_or_404(FinanceLine.objects.select_related("file"), pk=line_id, match=None, repeats=None)
    act, free = request.POST.get("act"), list(pool_bookings.unmatched())
    note = NoteForm(request.POST if act == "note" else None)
    pair = PairForm(free, request.POST if act == "pair" else None)
    back = reverse("applications:reconciliation", args=[row.file_id]) + f"?vis={report.ONLY_FILE}"
    if act == "back":
        with _said(request, _("Linjen er åben igen.")):
            reconciling.ours_after_all(row.pk, request.user)
        return redirect(back)
    if note.is_valid():
        with _said(request, _("Linjen er markeret som en, der ikke hører til puljen.")):
            reconciling.not_ours(row.pk, request.user, note.cleaned_data["note"])
        return redirect(back)
    if pair.is_valid():
        with _said(request, _("Linjen og bilaget hører nu sammen.")):
            reconciling.pair(row.pk, request.user, pair.cleaned_data["booking"])
        return redirect(back)
    context = {"line": row, "file": row.file, "note": note, "pair": pair, "free": free, "back": back}
    return render(request, "applications/reconciling/line.html", context)


@contextmanager
def _said(request, words: str):
    try:
        yield
        messages.success(request, words)
    except reconciling.Gone as refusal:
        messages.error(request, str(refusal))
