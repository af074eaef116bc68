"""Attachments of a case: in, out as a download, taken off after a question. What may come in: applications.uploads."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications import content, uploads
from applications.roles import MAY
from applications.views.loading import answered, load
from applications.views.writing import load_to_write, take_file
from pages.access import SIGNED_IN, opens_to


def files_of(case, question: str = "") -> str:
    """The address where the form asks for a file: of one of the round's questions, or for attachments in general."""
    name = content.PREFIX + question if question else "attachments"
    slug = content.STEP_OF.get(name, content.OWN_STEP) if name in content.fields_of(case) else content.STEP_OF["attachments"]
    return reverse("applications:form-step", args=[case.number, slug]) + f"#{name}"


@opens_to(SIGNED_IN)
@require_POST
def attach(request, number):
    """One file by itself; the form's own page takes files together with what was typed."""
    case = load_to_write(request, number)
    if problem := take_file(request, case, needed=True):
        messages.error(request, problem)
    return redirect(files_of(case))


@opens_to(SIGNED_IN)
@require_GET
def attachment(request, number, attachment_id):
    """The file to keep, never to show inside our pages."""
    case = load(request, number)
    row = get_object_or_404(uploads.of_case(case), pk=attachment_id)
    if row.project_id and MAY["see_project"].isdisjoint(case.held):
        raise Http404
    if row.scan in uploads.UNREADABLE:
        return render(request, "applications/case/closed_file.html", {"case": case, "file": row}, status=409)
    try:
        file = row.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, as_attachment=True, filename=row.name, content_type=row.media_type)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def detach(request, number, attachment_id):
    case = load_to_write(request, number)
    row = get_object_or_404(case.attachments, pk=attachment_id)
    if request.method == "POST":
        with answered(request) as call:
            uploads.detach(case.pk, request.user, row.pk)
        if call.done:
            messages.success(request, _("«%(name)s» er fjernet.") % {"name": row.name})
        return redirect(files_of(case, row.question))
    context = {"case": case, "file": row, "back": files_of(case, row.question)}
    return render(request, "applications/writing/detach.html", context)
