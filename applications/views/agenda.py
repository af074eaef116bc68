"""Meetings and agenda items: planned, written, approved, sent. What comes after the meeting is in views/decisions.py."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications import agenda as domain
from applications import agenda_path, agenda_text
from applications.door import Refused, take
from applications.forms.agenda import CouncilForm, DayForm, ItemForm, MeetingForm, PlaceForm, ReasonForm, SupplementForm
from applications.lead_times import lead_times, next_lead_time
from applications.minutes import minutes
from applications.models import AgendaItem, Application, Meeting
from applications.requirements import planned_meetings
from applications.roles import READ_BY_ROLES, roles_on, visible_to
from applications.states import State
from applications.views.case import as_attachment
from applications.views.loading import answered, refused
from documents import store
from documents.models import Document
from documents.text import as_text as blocks_as_text
from journal import clock
from pages.access import opens_to
from people.roles import Role
from pool.models import Round

PLACERS = (Role.CONSULTANT, Role.SECRETARY)
ITEM_FIELDS = ("title", "number", "case_number", "competence", "is_open", "closed_reason")


@opens_to(*agenda_path.OPENS_TO)
@require_GET
def meetings(request):
    rows = Meeting.objects.select_related("committee").prefetch_related("items__round")
    context = {
        "coming": [(row, next_lead_time(row)) for row in rows.filter(status__in=["planned", "held"]).order_by("at")],
        "past": rows.filter(status__in=["closed", "cancelled"]).order_by("-at")[:60],
        "may_plan": request.user.has_role(Role.SECRETARY),
    }
    return render(request, "applications/agenda/meetings.html", context)


@opens_to(Role.SECRETARY)
@require_http_methods(["GET", "POST"])
def plan(request):
    form = MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        at = timezone.make_aware(datetime.combine(data["day"], data["time"]))
        try:
            meeting = domain.plan(data["committee"], at, by=request.user, place=data["place"])
        except Refused as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Mødet er planlagt."))
            return redirect("applications:meeting", meeting.pk)
    return render(request, "applications/agenda/plan.html", {"form": form})


@opens_to(*agenda_path.OPENS_TO)
@require_GET
def meeting(request, meeting_id):
    row = get_object_or_404(Meeting.objects.select_related("committee"), pk=meeting_id)
    context = {
        "meeting": row,
        "items": row.items.select_related("round").prefetch_related("placements"),
        "lead_times": lead_times(row).lines(),
        "is_secretary": request.user.has_role(Role.SECRETARY),
        "begun": row.at <= clock.now(),
        "undecided": domain.undecided_on(row) if row.status == Meeting.Status.HELD else [],
    }
    return render(request, "applications/agenda/meeting.html", context)


@opens_to(Role.SECRETARY)
@require_POST
def turn_meeting(request, meeting_id, act):
    """The meeting was held, or is closed."""
    row, acts = get_object_or_404(Meeting, pk=meeting_id), {"holdt": domain.hold, "afslut": domain.close}
    if act not in acts:
        raise Http404
    with answered(request) as call:
        acts[act](row, request.user)
    if call.done:
        messages.success(request, _("Mødet er nu «%(status)s».") % {"status": row.get_status_display()})
    return redirect("applications:meeting", row.pk)


@opens_to(Role.SECRETARY)
@require_http_methods(["GET", "POST"])
def cancel(request, meeting_id):
    row = get_object_or_404(Meeting.objects.select_related("committee"), pk=meeting_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            domain.cancel(row, request.user, form.cleaned_data["reason"])
        except Refused as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Mødet er aflyst."))
            return redirect("applications:meeting", row.pk)
    cases = domain.undecided_on(row)
    return render(request, "applications/agenda/cancel.html", {"meeting": row, "form": form, "cases": cases})


def load_item(item_id) -> AgendaItem:
    rows = AgendaItem.objects.select_related(
        "meeting__committee", "round__pool_year", "written_by", "approved_by", "recorded_by"
    )
    return get_object_or_404(rows, pk=item_id)


@opens_to(*agenda_path.OPENS_TO)
@require_GET
def item(request, item_id):
    return _item_page(request, load_item(item_id))


def _item_page(request, row: AgendaItem, **typed):
    """The item with what the reader can do. `typed`: a form that was refused, as it was sent."""
    letters = agenda_path.letters_left(row).count()
    writes = request.user.has_role(*PLACERS)
    stands = row.meeting.status != Meeting.Status.CANCELLED
    context = {
        "item": row,
        "path": agenda_path.stages(row),
        "next": agenda_path.following(row, request.user, letters),
        "letters": letters,
        "sections": _sections(row),
        "placements": row.placements.select_related("application__unit", "application__round"),
        "changes": agenda_text.changes_of(row),
        "documents": Document.objects.filter(subject=row.subject) if row.status in domain.FROZEN else [],
        "decision": blocks_as_text(minutes(row)) if row.decision_text else "",
        "may_write": writes and stands and row.status in (AgendaItem.Status.DRAFT, AgendaItem.Status.READY),
        "may_supplement": writes and stands and row.status == AgendaItem.Status.SENT,
        "supplement": SupplementForm(initial={"text": row.supplement}),
        "final": DayForm(initial={"day": clock.today()}),
        "council": CouncilForm(),
    }
    return render(request, "applications/agenda/item.html", context | typed)


def _sections(row: AgendaItem) -> list[tuple[str, str, str]]:
    """(key, label, text) of what people write."""
    texts = agenda_text.filled(row)
    return [(key, label, texts[key]) for key, label in agenda_text.SECTIONS if key in agenda_text.WRITTEN]


@opens_to(*PLACERS)
@require_http_methods(["GET", "POST"])
def edit(request, item_id):
    """The text by section; a press beside a section takes back what the cases say, and keeps the rest as typed."""
    row = load_item(item_id)
    drafted = agenda_text.drafted(row)
    start = {key: row.sections.get(key) or text for key, text in drafted.items()} | {
        name: getattr(row, name) for name in ITEM_FIELDS
    }
    start |= {"is_open": "yes" if row.is_open else "no", "revision": row.revision}
    form = ItemForm(request.POST or None, initial=start, drafted=drafted)
    again = request.POST.get("again")
    if again in drafted:
        form = ItemForm(initial=start | request.POST.dict() | {again: drafted[again]}, drafted=drafted)
    elif request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            fields = {name: data[name] for name in ITEM_FIELDS}
            domain.write(row.pk, request.user, data["revision"], sections=form.sections(), **fields)
        except Refused as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Teksten er gemt. En leder skal godkende den, før den sendes."))
            return redirect("applications:item", row.pk)
    return render(request, "applications/agenda/edit.html", {"item": row, "form": form, "again": again})


@opens_to(*agenda_path.OPENS_TO)
@require_GET
def as_text(request, item_id):
    """Each section as text to copy into the agenda system."""
    row = load_item(item_id)
    parts = [(_("Overskrift"), row.title), *((label, text) for _key, label, text in _sections(row))]
    if row.decision_text:
        parts.insert(3, (_("Beslutning"), blocks_as_text(minutes(row))))
    if row.supplement:
        parts.append((_("Supplerende oplysninger"), row.supplement))
    return render(request, "applications/agenda/text.html", {"item": row, "parts": parts})


@opens_to(Role.MANAGER, Role.SECRETARY, Role.CONSULTANT)
@require_POST
def turn_item(request, item_id, act):
    """Approve the text, send it, add a supplement, make the minutes final."""
    row = load_item(item_id)
    name, form = {
        "supplement": ("supplement", SupplementForm(request.POST)),
        "byraad": ("council", CouncilForm(request.POST)),
        "endelig": ("final", DayForm(request.POST)),
    }.get(act, ("", None))
    acts = {
        "godkend": (_("Teksten er godkendt."), lambda: domain.approve_text(row.pk, request.user)),
        "send": (_("Punktet er sendt til udvalget."), lambda: domain.send(row.pk, request.user)),
        "supplement": (
            _("De supplerende oplysninger er gemt."),
            lambda: domain.add_supplement(row.pk, request.user, form.text_or_refused()),
        ),
        "byraad": (
            _("Byrådets beslutning er skrevet ind. Protokollen kan gøres endelig."),
            lambda: domain.council_has_decided(row.pk, request.user, form.text_or_refused()),
        ),
        "endelig": (
            _("Protokollen er endelig."),
            lambda: domain.finalise_minutes(row.pk, request.user, form.day_or_refused()),
        ),
    }
    if act not in acts:
        raise Http404
    said, turn = acts[act]
    with answered(request) as call:
        turn()
    if call.done:
        messages.success(request, said)
    elif form:
        return _item_page(request, row, **{name: form})
    return redirect("applications:item", row.pk)


@opens_to(*agenda_path.OPENS_TO)
@require_GET
def document(request, item_id, document_id):
    row = load_item(item_id)
    found = get_object_or_404(Document, pk=document_id, subject=row.subject)
    return as_attachment(store.content_of(found), found.file_name)


@opens_to(*PLACERS)
@require_http_methods(["GET", "POST"])
def place_all(request, round_id):
    """Every approved case of a round, on which the person may, onto one meeting's item."""
    row = get_object_or_404(Round.objects.select_related("committee"), pk=round_id)
    cases = _placeable(request.user, row)
    meetings = planned_meetings(Application(round=row))
    form = PlaceForm(request.POST or None, meetings=meetings)
    if request.method == "POST" and form.is_valid():
        placed = 0
        for case in cases:
            with answered(request) as call:
                take("place_on_agenda", case.pk, request.user, answers={"meeting": form.cleaned_data["meeting"]})
            placed += call.done
        if placed:
            said = ngettext("%(count)s sag er sat på dagsordenen.", "%(count)s sager er sat på dagsordenen.", placed)
            messages.success(request, said % {"count": placed})
        return redirect("applications:meeting", form.cleaned_data["meeting"].pk)
    context = {
        "round": row,
        "cases": cases,
        "form": form,
        "any_meeting": meetings.exists(),
        "may_plan": request.user.has_role(Role.SECRETARY),
    }
    return render(request, "applications/agenda/place.html", context)


def _placeable(person, round: Round) -> list[Application]:
    rows = visible_to(person).filter(round=round, state=State.APPROVED_FOR_DECISION).select_related("unit", "round")
    rows = rows.prefetch_related(*READ_BY_ROLES).order_by("pk").distinct()
    return [case for case in rows if not roles_on(person, case).isdisjoint(PLACERS)]
