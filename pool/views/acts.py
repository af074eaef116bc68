"""The acts on a round, each on a page that says first what happens and who is told."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pages.access import opens_to
from pool import rounds
from pool.acts import KEEPS_ROUNDS
from pool.forms import accepted
from pool.forms.rounds import CloneForm, ConfirmForm, DeadlineForm, UnitForm
from pool.models import Round


def _round(round_id) -> Round:
    return get_object_or_404(Round.objects.select_related("pool_year", "committee"), pk=round_id)


def _posted(request):
    return request.POST if request.method == "POST" else None


def _page(request, round, form, **context):
    """The reason why not is the whole page, unless somebody has already typed something."""
    if form.is_bound:
        context["reason"] = ""
    return render(request, "pool/rounds/act.html", {"round": round, "form": form, **context})


def _told(unit=None) -> dict:
    """For a page that says who gets a mail: the people, and how many units they stand for."""
    return {"told": list(rounds.told(unit)), "tells": True, "units": 1 if unit else rounds.units_told()}


def _done(request, round, words):
    messages.success(request, words)
    return redirect("pool:round", round.pk)


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def announce(request, round_id):
    round, form = _round(round_id), ConfirmForm(_posted(request))
    if form.is_valid() and accepted(form, lambda: rounds.announce(round, request.user)):
        return _done(request, round, _("Runden er annonceret, og enhederne får mail."))
    lead = _("Alle, der skriver eller leder for en enhed, får en mail om runden. Det kan ikke fortrydes.")
    return _page(
        request,
        round,
        form,
        title=_("Annoncér runden"),
        reason=rounds.why_not_announced(round),
        lead=lead,
        button=_("Annoncér og send mail"),
        **_told(),
    )


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def move_deadline(request, round_id):
    round, form = _round(round_id), DeadlineForm(_posted(request))
    if form.is_valid():
        deadline, reason = form.cleaned_data["deadline"], form.cleaned_data["reason"]
        if accepted(form, lambda: rounds.move_deadline(round, deadline, request.user, reason)):
            return _done(request, round, _("Fristen er flyttet, og enhederne får mail."))
    lead = _("Den nye frist gælder for alle enheder, og de får en mail om den. En frist kan kun flyttes til senere.")
    return _page(
        request,
        round,
        form,
        title=_("Flyt fristen"),
        reason=rounds.why_not_moved(round),
        lead=lead,
        button=_("Flyt fristen og send mail"),
        **_told(),
    )


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def extend(request, round_id):
    """The unit is picked first; then the page can say who is told."""
    round, picker = _round(round_id), UnitForm(request.GET if "enhed" in request.GET else None)
    if not picker.is_valid():
        return render(request, "pool/rounds/pick_unit.html", {"round": round, "form": picker})
    unit, form = picker.cleaned_data["enhed"], DeadlineForm(_posted(request))
    if form.is_valid():
        deadline, reason = form.cleaned_data["deadline"], form.cleaned_data["reason"]
        if accepted(form, lambda: rounds.extend(round, unit, deadline, request.user, reason)):
            return _done(request, round, _("%(unit)s har fået mere tid.") % {"unit": unit})
    title = _("Mere tid til %(unit)s") % {"unit": unit}
    lead = _("Kun denne enhed får en senere frist. Begrundelsen bliver en del af rundens historie.")
    return _page(
        request,
        round,
        form,
        title=title,
        reason=rounds.why_not_moved(round),
        lead=lead,
        button=_("Giv mere tid"),
        **_told(unit),
    )


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def clone(request, round_id):
    round, form = _round(round_id), CloneForm(_posted(request), initial={"pool_year": _round(round_id).pool_year_id})
    if form.is_valid():
        copies = []
        data = [form.cleaned_data[name] for name in ("pool_year", "name", "opens", "deadline", "answer_by")]
        if accepted(form, lambda: copies.append(rounds.clone(round, *data, request.user))):
            return _done(request, copies[0], _("Kopien er oprettet. Se den igennem, før du annoncerer den."))
    lead = _("Kopien får de samme regler, kriterier og krav. Skriv nye datoer. Ingen får besked, før du annoncerer den.")
    return _page(
        request,
        round,
        form,
        title=_("Kopiér runden"),
        lead=lead,
        button=_("Opret kopien"),
        learned=[round] if round.next_time else [],
    )


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def archive(request, round_id):
    round, form = _round(round_id), ConfirmForm(_posted(request))
    if form.is_valid() and accepted(form, lambda: rounds.archive(round, request.user)):
        return _done(request, round, _("Runden ligger nu i arkivet."))
    reason = rounds.why_not_archived(round)
    lead = _("Runden kan stadig læses, men ikke rettes. Ingen får besked, og det kan ikke fortrydes.")
    return _page(request, round, form, title=_("Arkivér runden"), lead=lead, reason=reason, button=_("Arkivér"))
