"""What waits for a person, the round's list with its export, and the two acts on a whole round."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from applications import approving, assessing, round_table
from applications.forms.round_list import FilterForm
from applications.models import Application
from applications.roles import ADMINISTRATION, MAY, roles_on, visible_to
from applications.rows import cases_for
from applications.waiting import waiting_for
from documents import sheets
from journal import clock
from pages.access import SIGNED_IN, opens_to
from people.roles import Role
from pool.models import Round

ROWS_ON_A_PAGE = 60


@opens_to(SIGNED_IN)
@require_GET
def waiting(request):
    groups = waiting_for(request.user)
    return render(request, "applications/round/waiting.html", {"groups": groups, "count": sum(len(g.items) for g in groups)})


@opens_to(*round_table.OPENS_TO)
@require_GET
def page(request, round_id):
    round, everything, rows = _listed(request, round_id)
    context = {
        "round": round,
        "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "totals": round_table.totals_of(rows, round),
        "everything": len(everything),
        "form": FilterForm(everything, request.GET),
        "query": request.GET.urlencode(),
        "may_declare": request.user.has_role(*ADMINISTRATION),
        "may_approve": request.user.has_role(Role.MANAGER),
        "recommended": sum(row.state == "recommended" for row in everything),
        "approved": sum(row.state == "approved_for_decision" for row in everything),
        "may_place": request.user.has_role(Role.SECRETARY, Role.CONSULTANT),
    }
    return render(request, "applications/round/page.html", context)


def _listed(request, round_id):
    """(round, every row the person may see, those that fit the filters, in order and summed)."""
    round = get_object_or_404(Round.objects.select_related("pool_year"), pk=round_id)
    everything = round_table.rows_of(round, request.user)
    rows = round_table.ordered(round_table.narrowed(everything, request.GET), request.GET.get("sort", ""))
    return round, everything, round_table.summed(rows, round.ceiling)


@opens_to(*round_table.OPENS_TO)
@require_GET
def xlsx(request, round_id):
    round, _everything, rows = _listed(request, round_id)
    own = round_table.own_of(round)
    lines = [round_table.sheet_row(row, own) for row in rows]
    title = _("Ansøgninger, %(round)s") % {"round": round.name}
    file = sheets.build_xlsx(_("Ansøgninger"), round_table.sheet_columns(own), lines, title=title, moment=clock.now())
    return _file(file, round, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@opens_to(*round_table.OPENS_TO)
@require_GET
def csv(request, round_id):
    round, _everything, rows = _listed(request, round_id)
    own = round_table.own_of(round)
    lines = [round_table.sheet_row(row, own) for row in rows]
    file = sheets.build_csv(round_table.sheet_columns(own), lines)
    return _file(file, round, "csv", "text/csv; charset=utf-8")


def _file(content: bytes, round: Round, ending: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="ansoegninger-runde-{round.pk}.{ending}"'
    return response


@opens_to(*ADMINISTRATION)
@require_http_methods(["GET", "POST"])
def declare_all(request, round_id):
    """«No interest» in the ticked cases of the round, of those that the person has not declared in."""
    round = get_object_or_404(Round, pk=round_id)
    ticked = {int(pk) for pk in request.POST.getlist("case") if _is_number(pk)}
    if ticked:
        count = assessing.declare_for_round(round, request.user, ticked)
        said = ngettext(
            "Du har erklæret, at du ingen interesse har i %(count)s sag.",
            "Du har erklæret, at du ingen interesse har i %(count)s sager.",
            count,
        )
        messages.success(request, said % {"count": count})
        return redirect("applications:round", round.pk)
    if request.method == "POST":
        messages.error(request, _("Sæt kryds ved mindst én sag."))
    rows = cases_for(request.user).filter(round=round).exclude(declarations__person=request.user).order_by("number")
    cases = [case for case in rows if not MAY["declare"].isdisjoint(roles_on(request.user, case))]
    return render(request, "applications/round/declare_all.html", {"round": round, "cases": cases})


@opens_to(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def approve_all(request, round_id):
    """The manager's whole list: each case with its own check, each taken by itself."""
    round = get_object_or_404(Round.objects.select_related("pool_year"), pk=round_id)
    if request.method == "POST" and request.POST.getlist("case"):
        answers = approving.approve(round, request.user, *_ticked(request, round))
        context = {"round": round, "answers": answers, "done": sum(answer.done for answer in answers)}
        return render(request, "applications/round/approved.html", context)
    if request.method == "POST":
        messages.error(request, _("Sæt kryds ved mindst én sag."))
    found, room = approving.candidates(round, request.user)
    ticked = sum(candidate.row.recommended for candidate in found if candidate.is_ticked)
    context = {
        "round": round,
        "candidates": found,
        "room": room,
        "ticked": ticked,
        "any_open": any(c.is_open for c in found),
    }
    return render(request, "applications/round/approve_all.html", context)


def _is_number(text: str) -> bool:
    """Digits, and no more of them than a number of ours can have."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def _ticked(request, round):
    """The ticked cases the person may see, in the page's order, and the revision the page showed of each."""
    seen = {}
    for value in request.POST.getlist("case"):
        pk, _colon, revision = value.partition(":")
        if _is_number(pk) and _is_number(revision):
            seen[int(pk)] = int(revision)
    cases: dict[int, Application] = {case.pk: case for case in visible_to(request.user).filter(round=round)}
    return [cases[pk] for pk in seen if pk in cases], seen
