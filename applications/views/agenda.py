"""Meetings, agenda items, decisions and letters: the secretary's and the consultant's pages for the committee."""

from datetime import datetime

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications import agenda as domain
from applications import agenda_text
from applications.door import Refused, WrongAnswers, take
from applications.forms.agenda import (
    DayForm,
    ItemForm,
    MeetingForm,
    MinutesForm,
    OutcomeForm,
    PlaceForm,
    ReasonForm,
    SupplementForm,
)
from applications.models import AgendaItem, Application, Meeting
from applications.papers import minutes
from applications.requirements import planned_meetings
from applications.views.case import as_attachment
from applications.views.loading import answered, load
from applications.workflow import State
from documents import store
from documents.models import Document
from documents.text import as_text as blocks_as_text
from journal import chain, clock
from pages.access import opens_to
from people.roles import Role
from pool.models import Round

READERS = (Role.CONSULTANT, Role.SECRETARY, Role.MANAGER, Role.AUDITOR)


@opens_to(*READERS)
@require_GET
def meetings(request):
    rows = Meeting.objects.select_related("committee").prefetch_related("items__round")
    context = {
        "coming": rows.filter(status__in=["planned", "held"]).order_by("at"),
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
        except WrongAnswers as wrong:
            for name, text in wrong.errors.items():
                form.add_error(name, text)
        else:
            messages.success(request, _("Mødet er planlagt."))
            return redirect("applications:meeting", meeting.pk)
    return render(request, "applications/agenda/plan.html", {"form": form})


@opens_to(*READERS)
@require_GET
def meeting(request, meeting_id):
    row = get_object_or_404(Meeting.objects.select_related("committee"), pk=meeting_id)
    context = {
        "meeting": row,
        "items": row.items.select_related("round").prefetch_related("placements"),
        "lead_times": domain.lead_times(row),
        "is_secretary": request.user.has_role(Role.SECRETARY),
        "begun": row.at <= clock.now(),
        "story": chain.story(row.subject),
    }
    return render(request, "applications/agenda/meeting.html", context)


@opens_to(Role.SECRETARY)
@require_http_methods(["GET", "POST"])
def turn_meeting(request, meeting_id, act):
    """Hold, close or cancel; cancelling asks for a reason first."""
    row = get_object_or_404(Meeting, pk=meeting_id)
    acts = {"holdt": domain.hold, "afslut": domain.close}
    if act == "aflys":
        form = ReasonForm(request.POST or None)
        if request.method == "GET" or not form.is_valid():
            return render(request, "applications/agenda/cancel.html", {"meeting": row, "form": form})
        with answered(request):
            domain.cancel(row, request.user, form.cleaned_data["reason"])
    elif request.method == "POST" and act in acts:
        with answered(request):
            acts[act](row, request.user)
    return redirect("applications:meeting", row.pk)


def _item(item_id) -> AgendaItem:
    rows = AgendaItem.objects.select_related(
        "meeting__committee", "round__pool_year", "written_by", "approved_by", "recorded_by"
    )
    return get_object_or_404(rows, pk=item_id)


@opens_to(*READERS)
@require_GET
def item(request, item_id):
    row = _item(item_id)
    context = {
        "item": row,
        "sections": _sections(row),
        "placements": row.placements.select_related("application__unit"),
        "documents": Document.objects.filter(subject=row.subject),
        "decision": blocks_as_text(minutes(row)) if row.decision_text else "",
        "may": {
            "write": request.user.has_role(Role.CONSULTANT, Role.SECRETARY) and row.status in ("draft", "ready"),
            "approve": request.user.has_role(Role.MANAGER)
            and row.status == "draft"
            and row.written_by_id != request.user.pk,
            "act": request.user.has_role(Role.SECRETARY),
        },
        "supplement": SupplementForm(initial={"text": row.supplement}),
        "final": DayForm(initial={"day": clock.today()}),
        "letters_left": _letters_left(row).count() if row.status == "final" else 0,
    }
    return render(request, "applications/agenda/item.html", context)


def _sections(row: AgendaItem) -> list[tuple[str, str, str]]:
    """(key, label, text) of what people write."""
    texts = agenda_text.filled(row) if row.round_id else row.sections
    return [(key, label, texts.get(key, "")) for key, label in agenda_text.SECTIONS if key in agenda_text.WRITTEN]


@opens_to(Role.CONSULTANT, Role.SECRETARY)
@require_http_methods(["GET", "POST"])
def edit(request, item_id):
    row = _item(item_id)
    start = {key: text for key, _label, text in _sections(row)}
    facts = {
        name: getattr(row, name) for name in ("revision", "title", "number", "case_number", "competence", "closed_reason")
    }
    form = ItemForm(request.POST or None, initial=start | facts | {"is_open": "yes" if row.is_open else "no"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        fields = {name: data[name] for name in ("title", "number", "case_number", "competence", "is_open", "closed_reason")}
        try:
            domain.write(row.pk, request.user, data["revision"], sections=form.sections(), **fields)
        except WrongAnswers as wrong:
            for name, text in wrong.errors.items():
                form.add_error(name, text)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Teksten er gemt. En leder skal godkende den, før den sendes."))
            return redirect("applications:item", row.pk)
    return render(request, "applications/agenda/edit.html", {"item": row, "form": form})


@opens_to(*READERS)
@require_GET
def as_text(request, item_id):
    """Each section as text to copy into the agenda system."""
    row = _item(item_id)
    parts = [(label, text) for _key, label, text in _sections(row)]
    return render(request, "applications/agenda/text.html", {"item": row, "parts": parts})


@opens_to(Role.MANAGER, Role.SECRETARY, Role.CONSULTANT)
@require_POST
def turn_item(request, item_id, act):
    """Approve the text, send it, add a supplement, make the minutes final."""
    row = _item(item_id)
    with answered(request) as call:
        if act == "godkend":
            domain.approve_text(row.pk, request.user)
        elif act == "send":
            domain.send(row.pk, request.user)
        elif act == "supplement":
            domain.add_supplement(row.pk, request.user, request.POST.get("text", ""))
        elif act == "endelig":
            form = DayForm(request.POST)
            if not form.is_valid():
                raise Refused(_("Skriv den dag, protokollen blev endelig."))
            domain.finalise_minutes(row.pk, request.user, form.cleaned_data["day"])
    if call.done:
        messages.success(request, _("Det er gjort."))
    return redirect("applications:item", row.pk)


@opens_to(Role.SECRETARY)
@require_http_methods(["GET", "POST"])
def decide(request, item_id):
    """Every case of the item with the recommended outcome filled in; saved together or not at all."""
    row = _item(item_id)
    waiting = (
        Application.objects.filter(placements__item=row, placements__outcome="").select_related("unit").order_by("number")
    )
    data = request.POST or None
    minutes_form, forms = MinutesForm(data), [OutcomeForm(data, case=case) for case in waiting]
    if data and all([minutes_form.is_valid(), *[form.is_valid() for form in forms]]):
        outcomes = [domain.Outcome(form.case.pk, form.cleaned_data["outcome"], form.answers()) for form in forms]
        try:
            domain.decide(row.pk, request.user, outcomes, **minutes_form.cleaned_data)
        except Refused as refusal:
            minutes_form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Beslutningen er registreret for alle sager på punktet."))
            return redirect("applications:item", row.pk)
    context = {"item": row, "minutes": minutes_form, "forms": forms}
    return render(request, "applications/agenda/decide.html", context)


@opens_to(*READERS)
@require_GET
def document(request, item_id, document_id):
    row = _item(item_id)
    found = get_object_or_404(Document, pk=document_id, subject=row.subject)
    return as_attachment(store.content_of(found), found.file_name)


def _letters_left(row: AgendaItem):
    return Application.objects.filter(
        placements__item=row, state__in=[State.GRANTED, State.REFUSED], letter_released_at=None
    ).distinct()


@opens_to(Role.SECRETARY, Role.CONSULTANT)
@require_http_methods(["GET", "POST"])
def release_all(request, item_id):
    """Send every letter of the item; the page before says to whom."""
    row = _item(item_id)
    cases = _letters_left(row).select_related("unit").order_by("number")
    if request.method == "GET":
        return render(request, "applications/agenda/release.html", {"item": row, "cases": cases})
    sent = 0
    for case in cases:
        with answered(request) as call:
            domain.release_letter(case.pk, request.user)
        sent += call.done
    messages.success(request, ngettext("%(count)s brev er sendt.", "%(count)s breve er sendt.", sent) % {"count": sent})
    return redirect("applications:item", row.pk)


@opens_to(Role.SECRETARY, Role.CONSULTANT)
@require_POST
def release_letter(request, number):
    case = load(request, number, may="release_letter")
    with answered(request) as call:
        domain.release_letter(case.pk, request.user)
    if call.done:
        messages.success(request, _("Brevet er sendt til enheden."))
    return redirect(case)


@opens_to(Role.SECRETARY, Role.CONSULTANT)
@require_http_methods(["GET", "POST"])
def place_all(request, round_id):
    """Every approved case of a round onto one meeting's item."""
    row = get_object_or_404(Round, pk=round_id)
    cases = (
        Application.objects.filter(round=row, state=State.APPROVED_FOR_DECISION)
        .select_related("unit", "round")
        .order_by("pk")
    )
    first = cases.first()
    form = PlaceForm(request.POST or None, meetings=planned_meetings(first) if first else Meeting.objects.none())
    if request.method == "POST" and form.is_valid():
        placed = 0
        for case in cases:
            with answered(request) as call:
                take("place_on_agenda", case.pk, request.user, answers={"meeting": form.cleaned_data["meeting"]})
            placed += call.done
        messages.success(
            request,
            ngettext("%(count)s sag er sat på dagsordenen.", "%(count)s sager er sat på dagsordenen.", placed)
            % {"count": placed},
        )
        return redirect("applications:meeting", form.cleaned_data["meeting"].pk)
    return render(request, "applications/agenda/place.html", {"round": row, "cases": cases, "form": form})
