"""After the meeting: the committee's decision for every case of an item, and the letters that follow."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from applications import agenda as domain
from applications import agenda_path
from applications.door import Refused
from applications.forms.agenda import MinutesForm, OutcomeForm
from applications.forms.projects import PurposeForm
from applications.models import AgendaItem, Application, Meeting
from applications.roles import MAY, READ_BY_ROLES, roles_on
from applications.views.agenda import load_item
from applications.views.loading import answered, load, refused
from journal import clock
from pages.access import opens_to
from people.roles import Role


@opens_to(Role.SECRETARY)
@require_http_methods(["GET", "POST"])
def decide(request, item_id):
    """Every case of the item with the recommended outcome filled in; saved together or not at all."""
    row, data = load_item(item_id), request.POST or None
    if row.status != AgendaItem.Status.SENT or row.meeting.status != Meeting.Status.HELD:
        return redirect("applications:item", row.pk)
    minutes = MinutesForm(data, meetings=_of_other_bodies(row))
    forms = [OutcomeForm(data, case=case, may_refer=minutes.may_refer) for case in _undecided(row)]
    wishes = [PurposeForm(data, change=change) for change in domain.open_changes(row)]
    valid = [form.is_valid() for form in (minutes, *forms, *wishes)]
    if data and all(valid) and minutes.says_where(forms):
        outcomes = [domain.Outcome(form.case.pk, form.cleaned_data["outcome"], form.answers(minutes)) for form in forms]
        try:
            changes = {form.change.pk: form.outcome() for form in wishes}
            domain.decide(row.pk, request.user, outcomes, changes=changes, **minutes.words())
        except domain.CasesRefused as refusals:
            for form in forms:
                if form.case.pk in refusals.refusals:
                    refused(form, refusals.refusals[form.case.pk])
        except Refused as refusal:
            refused(minutes, refusal)
        else:
            messages.success(request, _("Beslutningen er registreret for alle sager på punktet."))
            return redirect("applications:item", row.pk)
    total = sum(form.granted() for form in forms)
    left = row.round.ceiling - total
    context = {"item": row, "minutes": minutes, "forms": forms, "wishes": wishes, "total": total, "left": left}
    return render(request, "applications/agenda/decide.html", context)


def _undecided(row: AgendaItem) -> list[Application]:
    rows = Application.objects.filter(placements__item=row, placements__outcome="")
    return list(rows.select_related("unit").order_by("number"))


def _of_other_bodies(row: AgendaItem):
    planned = Meeting.objects.filter(status=Meeting.Status.PLANNED, at__gt=clock.now())
    return planned.exclude(committee=row.meeting.committee_id).select_related("committee")


@opens_to(Role.SECRETARY, Role.CONSULTANT)
@require_http_methods(["GET", "POST"])
def release_all(request, item_id):
    """Send every letter of the item; the page before says to whom."""
    row = load_item(item_id)
    rows = agenda_path.letters_left(row).prefetch_related(*READ_BY_ROLES, "refusal_advice")
    cases = [case for case in rows if not MAY["release_letter"].isdisjoint(roles_on(request.user, case))]
    if request.method == "GET":
        letters = list(zip(cases, domain.receivers(cases), strict=True))
        return render(request, "applications/agenda/release.html", {"item": row, "letters": letters})
    sent = 0
    for case in cases:
        with answered(request) as call:
            domain.release_letter(case.pk, request.user)
        sent += call.done
    if sent:
        said = ngettext("%(count)s brev er sendt.", "%(count)s breve er sendt.", sent)
        messages.success(request, said % {"count": sent})
    return redirect("applications:item", row.pk)


@opens_to(Role.SECRETARY, Role.CONSULTANT)
@require_http_methods(["GET", "POST"])
def release_letter(request, number):
    """Send one case's letter; the page before says to whom, or why not yet."""
    case = load(request, number, may="release_letter")
    if request.method == "GET":
        context = {"case": case, "held_back": domain.held_back(case), "letters": [(case, domain.receivers([case])[0])]}
        return render(request, "applications/agenda/release.html", context)
    with answered(request) as call:
        domain.release_letter(case.pk, request.user)
    if call.done:
        messages.success(request, _("Brevet er sendt til enheden."))
    return redirect(case)
