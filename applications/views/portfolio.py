"""Following projects: the portfolio, talks and visits, milestones, and the calendar that a programme subscribes to."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications import calendar, milestones, portfolio, talks
from applications.forms import projects as forms
from applications.models import Milestone
from applications.views.acting import done
from applications.views.project import load_project, may_on
from documents import sheets
from journal import clock
from pages.access import EVERYBODY, SIGNED_IN, opens_to
from pool.models import Round

ROWS_ON_A_PAGE = 60


def show(request, case, form, title: str, lead: str = "", **context):
    """One form about a project on a page of its own."""
    context |= {"case": case, "form": form, "title": title, "lead": lead, "back": back_to(case)}
    return render(request, "applications/project/form.html", context)


def back_to(case) -> str:
    """The project's page; to a secretary, who follows no project, the case's."""
    if may_on(case, "see_project")["see_project"]:
        return reverse("applications:project", args=[case.number])
    return case.get_absolute_url()


@opens_to(*portfolio.OPENS_TO)
@require_GET
def page(request):
    ended = request.GET.get("ended") == "1"
    everything = portfolio.rows_of(request.user, ended=ended)
    rows = portfolio.narrowed(everything, request.GET)
    context = {
        "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "totals": portfolio.totals(everything),
        "everything": len(everything),
        "chosen": request.GET,
        "ended": ended,
        "signs": portfolio.SIGNS.items(),
        "centres": sorted({(row.centre.pk, row.centre.name) for row in everything}, key=lambda pair: pair[1]),
        "rounds": Round.objects.filter(pk__in={row.case.round_id for row in everything}).order_by("-opens"),
        "query": request.GET.urlencode(),
    }
    return render(request, "applications/project/portfolio.html", context)


@opens_to(*portfolio.OPENS_TO)
@require_GET
def sheet(request):
    """The portfolio as a spreadsheet, with the same filters."""
    rows = portfolio.narrowed(portfolio.rows_of(request.user, ended=request.GET.get("ended") == "1"), request.GET)
    lines = [portfolio.sheet_row(row) for row in rows]
    content = sheets.build_xlsx(_("Projekter"), portfolio.sheet_columns(), lines, title=_("Projekter"), moment=clock.now())
    response = HttpResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response["Content-Disposition"] = f'attachment; filename="projekter-{clock.today():%Y-%m-%d}.xlsx"'
    return response


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def note_talk(request, number):
    case = load_project(request, number, may="note_talk")
    form = forms.TalkForm(request.POST or None)
    if done(request, form, lambda typed: talks.note(case.pk, request.user, **typed)):
        messages.success(request, _("Notatet er gemt."))
        return redirect(back_to(case))
    lead = _("Noten ses af konsulenter, ledere og revision, ikke af enheden.")
    return show(request, case, form, _("Notér en samtale eller et besøg"), lead)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def add_milestone(request, number):
    case = load_project(request, number, may="move_milestone")
    form = forms.MilestoneForm(request.POST or None)
    if done(request, form, lambda typed: milestones.add(case.pk, request.user, **typed)):
        messages.success(request, _("Milepælen er lagt til."))
        return redirect(back_to(case))
    return show(request, case, form, _("Ny milepæl"), _("I får en påmindelse 14 dage og 3 dage før og på dagen."))


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def move_milestone(request, number, milestone_id):
    case = load_project(request, number, may="move_milestone")
    row = get_object_or_404(Milestone, pk=milestone_id, project=case.pk)
    form = forms.MoveForm(request.POST or None, initial={"due": row.due})
    if done(request, form, lambda typed: milestones.move(row.pk, request.user, **typed)):
        messages.success(request, _("Fristen er flyttet."))
        return redirect(back_to(case))
    return show(request, case, form, _("Flyt fristen: %(milestone)s") % {"milestone": row})


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def reach_milestone(request, number, milestone_id):
    case = load_project(request, number, may="move_milestone")
    row = get_object_or_404(Milestone, pk=milestone_id, project=case.pk)
    form = forms.ReachForm(request.POST or None)
    if done(request, form, lambda typed: milestones.reach(row.pk, request.user, **typed)):
        messages.success(request, _("Milepælen er nået."))
        return redirect(back_to(case))
    return show(request, case, form, _("Milepælen er nået: %(milestone)s") % {"milestone": row})


# ── the calendar ────────────────────────────────────────────────────────────────────────────────────────────────────


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def own_calendar(request):
    """Draw or end the address. It is shown once, on the answer to the press."""
    address = ""
    if request.method == "POST":
        if request.POST.get("act") == "end":
            calendar.end(request.user)
            messages.success(request, _("Adressen er lukket. Kalendere, der brugte den, bliver tomme."))
            return redirect("applications:own-calendar")
        address = request.build_absolute_uri(reverse("applications:calendar", args=[calendar.draw(request.user)]))
    has_feed = hasattr(request.user, "calendar_feed")
    return render(request, "applications/project/calendar.html", {"address": address, "has_feed": has_feed or bool(address)})


@opens_to(EVERYBODY)
@require_GET
def feed(request, token):
    person = calendar.owner_of(token)
    if person is None:
        raise Http404
    response = HttpResponse(calendar.calendar_of(person), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response
