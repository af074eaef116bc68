"""Pages of the yearly report: where it is written and approved, and where everybody reads it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from applications.door import Refused
from applications.forms.results import PressForm, ReasonForm
from applications.views.acting import done
from applications.views.loading import refused
from documents import store
from documents.charts import Chart
from journal import chain
from pages.access import EVERYBODY, opens_to
from people.roles import Role
from people.views.answering import posted
from pool.models import PoolYear
from publishing import year_flow, year_report
from publishing.forms import BeginForm, YearTextForm
from publishing.models import YearReport
from publishing.views import show
from publishing.visitors import for_visitors
from publishing.year_figures import of as figures_of

Status = YearReport.Status
PDF = "application/pdf"


def load(edition_id: int) -> YearReport:
    rows = YearReport.objects.select_related("year", "written_by", "approved_by", "published_by")
    return get_object_or_404(rows, pk=edition_id)


def parts(section: year_report.Section) -> list[tuple[str, object]]:
    """Each part with the name of what shows it."""
    return [("Chart" if isinstance(part, Chart) else type(part).__name__, part) for part in section.parts]


def shown_words(words: dict) -> dict:
    """What the page of a report is made of."""
    sections = [(section, parts(section)) for section in year_report.sections(words)]
    return {"words": words, "cover": year_report.cover(words), "sections": sections}


# ── where it is made ────────────────────────────────────────────────────────────────────────────────────────────────


@opens_to(*year_flow.OPENS_TO)
@require_GET
def reports(request):
    rows = YearReport.objects.select_related("year", "written_by").defer("sections", "held")
    working = set(YearReport.objects.filter(status__in=(Status.DRAFT, Status.READY)).values_list("year", flat=True))
    context = {
        "page": Paginator(rows, 40).get_page(request.GET.get("page")),
        "years": [year for year in PoolYear.objects.order_by("-year")[:10] if year.pk not in working],
        "may_begin": request.user.has_role(Role.CONSULTANT),
    }
    return render(request, "publishing/year/list.html", context)


@opens_to(Role.CONSULTANT)
@require_POST
def begin(request):
    form = BeginForm(request.POST)
    if not form.is_valid():
        raise Http404
    year = get_object_or_404(PoolYear, year=form.cleaned_data["year"])
    try:
        made = year_flow.begin(year, request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("publishing:year-reports")
    return redirect("publishing:year-report", made.pk)


@opens_to(*year_flow.OPENS_TO)
@require_GET
def report(request, edition_id):
    found = load(edition_id)
    words = year_flow.held(found)
    document = year_flow.document_of(found)
    context = {
        "report": found,
        "sections": [(str(label), words["texts"][key], key in found.sections) for key, label in year_report.SECTIONS],
        "lacks": year_report.empty_sections(words) if found.is_in_work else [],
        "gone": year_flow.taken_down(words) if found.status in (Status.READY, Status.PUBLISHED) else [],
        "may_write": found.is_in_work and request.user.has_role(*year_flow.WRITES),
        "acts": acts_of(request.user, found),
        "document": document,
        "story": story(found),
    }
    return render(request, "publishing/year/work.html", context)


def story(found: YearReport) -> list[dict]:
    """What happened to the year's editions, newest first, in words."""
    return [
        {"at": event.at, "title": str(year_flow.STORY[event.step]), "actor": str(event.actor or ""), "text": _told(event)}
        for event in sorted(chain.story(found.subject), key=lambda event: -event.number)
    ]


def _told(event) -> str:
    reason = event.payload.get("svar", {}).get("reason", "")
    edition = _("%(edition)s. udgave") % {"edition": event.payload.get("udgave", 1)}
    return f"{edition}. {reason}".strip()


@opens_to(*year_flow.WRITES)
@require_http_methods(["GET", "POST"])
def edit(request, edition_id):
    """The text by section; a press beside a section takes what the figures say, and keeps the rest as typed."""
    found = load(edition_id)
    if not found.is_in_work:
        return redirect("publishing:year-report", found.pk)
    drafted = year_report.drafted(figures_of(found.year, found.day))
    start = {key: found.sections.get(key) or text for key, text in drafted.items()}
    start |= {"seen": found.revision, "day": found.day}
    form, again = YearTextForm(posted(request), initial=start, drafted=drafted), request.POST.get("again")
    if again in drafted:
        typed = {key: request.POST.get(key, text) for key, text in start.items() if key in drafted}
        form = YearTextForm(initial=start | typed | {again: drafted[again]}, drafted=drafted)
    elif request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            year_flow.write(found.pk, request.user, seen_revision=said["seen"], sections=form.sections(), day=said["day"])
        except Refused as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Teksten er gemt. En anden skal godkende den, før den kan offentliggøres."))
            return redirect("publishing:year-report", found.pk)
    return render(request, "publishing/year/edit.html", {"report": found, "form": form, "again": again})


@opens_to(*year_flow.OPENS_TO)
@require_safe
def preview(request, edition_id):
    found = load(edition_id)
    context = shown_words(year_flow.held(found)) | {"report": found, "preview": found}
    return show(request, "year/report", context, path=f"/resultater/aar/{found.year.year}/")


@opens_to(*year_flow.OPENS_TO)
@require_safe
def draft_pdf(request, edition_id):
    """The PDF as it was issued; before that, as it would be now."""
    found = load(edition_id)
    document = year_flow.document_of(found)
    content = store.content_of(document) if document else year_flow.pdf(year_flow.held(found))
    return _pdf(content, f"aarsberetning-{found.year.year}-{found.edition}.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=PDF, headers={"Content-Disposition": f'inline; filename="{name}"'})


@dataclass(frozen=True)
class Act:
    """Something to do with an edition: when, what its page says, and the domain's call."""

    title: str
    lead: str
    button: str
    done: str
    status: str
    call: Callable
    form: type = PressForm
    kind: str = "primary"
    roles: tuple[Role, ...] = year_flow.RELEASES


ACTS = {
    "send": Act(
        gettext_lazy("Send til godkendelse"),
        gettext_lazy("Kommunikation får en besked om, at teksten er færdig."),
        gettext_lazy("Send til godkendelse"),
        gettext_lazy("Kommunikation har fået besked."),
        Status.DRAFT,
        lambda pk, by, typed: year_flow.ask(pk, by, seen_revision=typed["seen"] or 0),
        roles=year_flow.WRITES,
    ),
    "godkend": Act(
        gettext_lazy("Godkend årsberetningen"),
        gettext_lazy("Tekst og tal fryses, som de er nu. Rettes der bagefter, skal årsberetningen godkendes igen."),
        gettext_lazy("Godkend"),
        gettext_lazy("Årsberetningen er godkendt."),
        Status.DRAFT,
        lambda pk, by, typed: year_flow.approve(pk, by, seen_revision=typed["seen"] or 0),
    ),
    "udgiv": Act(
        gettext_lazy("Offentliggør årsberetningen"),
        gettext_lazy("Alle kan læse den fra dette øjeblik. PDF'en kommer, når den er skrevet. En ældre udgave afløses."),
        gettext_lazy("Offentliggør nu"),
        gettext_lazy("Årsberetningen er offentliggjort."),
        Status.READY,
        lambda pk, by, typed: year_flow.publish(pk, by, seen_revision=typed["seen"] or 0),
    ),
    "tag-ned": Act(
        gettext_lazy("Tag årsberetningen ned"),
        gettext_lazy("Siden og PDF'en er væk for alle inden for et minut."),
        gettext_lazy("Tag ned"),
        gettext_lazy("Årsberetningen er taget ned."),
        Status.PUBLISHED,
        lambda pk, by, typed: year_flow.unpublish(pk, by, seen_revision=typed["seen"] or 0, reason=typed["reason"]),
        ReasonForm, "warning",
    ),
}  # fmt: skip


def acts_of(person, found: YearReport) -> list[tuple[str, Act]]:
    """What this person can do with it now; who wrote last does not approve."""
    mine = found.written_by_id == person.pk
    now = [(slug, act) for slug, act in ACTS.items() if act.status == found.status and person.has_role(*act.roles)]
    return [(slug, act) for slug, act in now if not (mine and slug == "godkend")]


@opens_to(*year_flow.WRITES, *year_flow.RELEASES)
@require_http_methods(["GET", "POST"])
def act(request, edition_id, act):
    found, declared = load(edition_id), ACTS.get(act)
    if declared is None:
        raise Http404
    if not request.user.has_role(*declared.roles):
        raise PermissionDenied
    form = declared.form(posted(request), initial={"seen": found.revision})
    if done(request, form, lambda typed: declared.call(found.pk, request.user, typed)):
        messages.success(request, declared.done)
        return redirect("publishing:year-report", found.pk)
    return render(request, "publishing/year/act.html", {"report": found, "form": form, "act": declared})


# ── where everybody reads it ────────────────────────────────────────────────────────────────────────────────────────


@for_visitors()
@opens_to(EVERYBODY)
@require_safe
def shown_years(request):
    rows = YearReport.objects.filter(status=Status.PUBLISHED).select_related("year").defer("sections", "held")
    return show(request, "year/years", {"reports": rows}, path="/resultater/aar/")


@for_visitors()
@opens_to(EVERYBODY)
@require_safe
def shown(request, year):
    found = YearReport.objects.filter(year__year=year, status=Status.PUBLISHED).select_related("year").first()
    path = f"/resultater/aar/{year}/"
    if found is None:
        get_object_or_404(YearReport, year__year=year, status=Status.UNPUBLISHED)
    if found is None or year_flow.taken_down(found.held):
        return show(request, "gone", {"report": found}, path=path, status=410)
    document = year_flow.document_of(found)
    context = shown_words(found.held) | {"report": found, "document": document if document and document.is_issued else None}
    return show(request, "year/report", context, path=path)


@for_visitors(keep=False)
@opens_to(EVERYBODY)
@require_safe
def shown_pdf(request, year):
    """The issued PDF of the edition that is public; a worker writes it, never a visitor."""
    found = get_object_or_404(YearReport.objects.select_related("year"), year__year=year, status=Status.PUBLISHED)
    document = year_flow.document_of(found)
    if document is None or not document.is_issued or year_flow.taken_down(found.held):
        raise Http404
    return _pdf(store.content_of(document), document.file_name)
