"""The project's photos and consents: the list with what each lacks, one added or described, leave given and taken back."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications import photos as domain
from applications.forms.photos import ConsentForm, PhotoForm
from applications.roles import UNIT
from applications.views.acting import done
from applications.views.loading import answered
from applications.views.project import load_project, may_on
from pages.access import SIGNED_IN, opens_to
from people.views.answering import posted


@opens_to(SIGNED_IN)
@require_GET
def page(request, number):
    case = load_project(request, number)
    context = {
        "case": case,
        "of_unit": not UNIT.isdisjoint(case.held),
        "photos": [(photo, domain.why_not_shown(photo)) for photo in case.project.photos.all()],
        "consents": [(consent, domain.lacks_of(consent)) for consent in case.project.consents.select_related("noted_by")],
        "may_write": may_on(case, "write_result")["write_result"] and case.state in domain.OPEN,
        "may_withdraw": may_on(case, "write_result")["write_result"],
        "may_see_consents": may_on(case, "see_consents")["see_consents"],
    }
    return render(request, "applications/project/photo_list.html", context)


def _show(request, case, form, title, **context):
    return render(request, "applications/project/photo_form.html", {"case": case, "form": form, "title": title} | context)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def new(request, number):
    case = load_project(request, number, "write_result")
    large = getattr(request, "refused_file", False)
    form = PhotoForm(case.project, posted(request), request.FILES or None, too_large=large)
    act = lambda typed: domain.add_photo(case.pk, request.user, typed["file"], **form.values())  # noqa: E731
    if done(request, form, act, rest="file"):
        messages.success(request, _("Billedet er lagt ind."))
        return redirect("applications:photos", number)
    return _show(request, case, form, _("Læg et billede ind"))


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def describe(request, number, photo_id):
    case = load_project(request, number, "write_result")
    photo = get_object_or_404(case.project.photos.select_related("file", "consent", "nobody_shown_by"), pk=photo_id)
    form = PhotoForm(case.project, posted(request), photo=photo)
    if done(request, form, lambda _typed: domain.describe(photo.pk, request.user, **form.values())):
        messages.success(request, _("Billedets tekst er gemt."))
        return redirect("applications:photos", number)
    return _show(request, case, form, _("Ret billedets tekst"), photo=photo)


@opens_to(SIGNED_IN)
@require_POST
def turn(request, number, photo_id):
    """Shown in public, or no longer."""
    case = load_project(request, number, "write_result")
    photo = get_object_or_404(case.project.photos, pk=photo_id)
    shows = request.POST.get("act") == "show"
    with answered(request) as call:
        (domain.show if shows else domain.hide)(photo.pk, request.user)
    if call.done:
        messages.success(request, _("Billedet må vises offentligt.") if shows else _("Billedet vises ikke længere."))
    return redirect("applications:photos", number)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def remove(request, number, photo_id):
    case = load_project(request, number, "write_result")
    if request.method == "POST" and not case.project.photos.filter(pk=photo_id).exists():
        return redirect("applications:photos", number)  # pressed twice: it is gone already
    photo = get_object_or_404(case.project.photos, pk=photo_id)
    if request.method == "POST":
        with answered(request) as call:
            domain.remove(photo.pk, request.user)
        if call.done:
            messages.success(request, _("Billedet er fjernet."))
        return redirect("applications:photos", number)
    context = {"title": _("Fjern billedet?"), "lead": _("Billedet slettes og kan ikke hentes frem igen.")}
    return _confirm(request, case, context | {"label": _("Fjern billedet"), "photo": photo})


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def note_consent(request, number):
    case = load_project(request, number, "write_result")
    form = ConsentForm(posted(request))
    if done(request, form, lambda typed: domain.note_consent(case.pk, request.user, **typed)):
        messages.success(request, _("Samtykket er noteret. Vælg det på de billeder, det dækker."))
        return redirect("applications:photos", number)
    return _show(request, case, form, _("Notér et samtykke"))


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def withdraw_consent(request, number, consent_id):
    case = load_project(request, number, "write_result")
    consent = get_object_or_404(case.project.consents, pk=consent_id)
    if request.method == "POST":
        with answered(request) as call:
            domain.withdraw_consent(consent.pk, request.user)
        if call.done:
            messages.success(request, _("Samtykket er trukket tilbage, og dets billeder vises ikke længere."))
        return redirect("applications:photos", number)
    context = {"title": _("Træk samtykket tilbage?"), "label": _("Træk samtykket tilbage"), "consent": consent}
    context["lead"] = _("Billederne vises ikke længere fra det øjeblik, du trykker. Det kan ikke fortrydes.")
    context["photos"] = [photo for photo in case.project.photos.all() if photo.consent_id == consent.pk]
    return _confirm(request, case, context)


def _confirm(request, case, context):
    return render(request, "applications/project/photo_confirm.html", {"case": case} | context)
