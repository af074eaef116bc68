"""What all projects gave together: the page, and the same table as a file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from applications import effect_sheet, effect_summary
from applications.forms.effect_summary import SummaryFilter
from documents import sheets
from journal import clock
from pages.access import opens_to
from people.roles import Role

SEE_THE_POOL = (Role.CONSULTANT, Role.MANAGER, Role.SECRETARY, Role.FINANCE, Role.AUDITOR)
OPENS_TO = (*SEE_THE_POOL, Role.COMMUNICATOR)


def _found(request):
    form = SummaryFilter(request.GET)
    return form, effect_summary.summary(**form.chosen())


@opens_to(*OPENS_TO)
@require_GET
def page(request):
    form, found = _found(request)
    lines = [(line, found.projects_of.get(line.key, 0)) for line in found.total.lines]
    context = {
        "form": form,
        "found": found,
        "lines": lines,
        "lasting": list(zip(found.lasting, found.prices, strict=True)),
        "ways": list(dict.fromkeys(line.says for line in found.lasting)),
    }
    return render(
        request,
        "applications/effects/summary.html",
        context | {"query": request.GET.urlencode(), "sees_pool": request.user.has_role(*SEE_THE_POOL)},
    )


@opens_to(*OPENS_TO)
@require_GET
def csv(request):
    _form, found = _found(request)
    file = sheets.build_csv(effect_sheet.columns(), effect_sheet.rows(found))
    return _file(file, "csv", "text/csv; charset=utf-8")


@opens_to(*OPENS_TO)
@require_GET
def xlsx(request):
    _form, found = _found(request)
    made = {"title": _("Puljens virkninger"), "moment": clock.now()}
    file = sheets.build_xlsx(_("Virkninger"), effect_sheet.columns(), effect_sheet.rows(found), **made)
    return _file(file, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def _file(content: bytes, ending: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="virkninger.{ending}"'
    return response
