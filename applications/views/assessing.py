"""The administration's work on a case, each on its own page: impartiality, gates, points, hearings, help, notes.

The panel on the case's page gets its content from `assessing_context`, which shows nobody more than their role may read.
"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications import assessing, content
from applications.assessing_panel import assessing_context  # noqa: F401  the case's page takes it from here
from applications.forms import assessing as forms
from applications.models import Declaration
from applications.papers import said
from applications.roles import visible_to
from applications.views.acting import done
from applications.views.loading import load
from pages.access import SIGNED_IN, opens_to

# what an assessor reads while giving points
BESIDE_THE_POINTS = ("indhold", "budget", "virkning", "forankring", content.OWN_STEP)


def _show(request, case, form, title, lead="", template="form", **context):
    context |= {"case": case, "form": form, "title": title, "lead": lead}
    return render(request, f"applications/assessing/{template}.html", context)


def _back(request, case, text):
    """To the case; who has just lost sight of it goes to what else waits."""
    messages.success(request, text)
    return redirect(case if visible_to(request.user).filter(pk=case.pk).exists() else "applications:waiting")


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def declare(request, number):
    case = load(request, number, may="declare")
    own = next((row for row in case.declarations.all() if row.person_id == request.user.pk), None)
    initial = {"level": own.level, "note": own.note} if own else {"level": Declaration.Level.NONE}
    form = forms.DeclareForm(request.POST or None, initial=initial)
    if done(request, form, lambda typed: assessing.declare(case.pk, request.user, typed["level"], typed["note"])):
        return _back(request, case, _("Din habilitet er erklæret."))
    lead = _("Du må ikke behandle en sag, som du selv eller dine nærmeste har en særlig interesse i.")
    return _show(request, case, form, _("Erklær din habilitet"), lead, save=_("Erklær"), warns=True)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def settle(request, number, declaration_id):
    case = load(request, number, may="settle_declaration")
    row = get_object_or_404(Declaration.objects.select_related("person"), pk=declaration_id, application=case)
    form = forms.SettleForm(request.POST or None)
    if done(request, form, lambda typed: assessing.settle(row, request.user, typed["outcome"] == "may")):
        return _back(request, case, _("Du har taget stilling til habiliteten for %(name)s.") % {"name": row.person})
    title = _("Habilitet: %(name)s") % {"name": row.person}
    return _show(request, case, form, title, template="settle", declaration=row)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def gates(request, number):
    case = load(request, number, may="answer_gates")
    form = forms.GatesForm(case, request.POST or None)
    if done(request, form, lambda typed: assessing.answer_gates(case.pk, request.user, form.answers())):
        return _back(request, case, _("Dine svar på kravene er gemt."))
    lead = _("Er et krav, der skal opfyldes, ikke opfyldt, kan sagen kun indstilles til afslag.")
    return _show(request, case, form, _("Krav"), lead, "scores", beside=beside(case))


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def scores(request, number):
    case = load(request, number, may="assess")
    own = case.assessments.filter(assessor=request.user).prefetch_related("scores").first()
    form = forms.ScoresForm(case, own, request.POST or None)
    if done(request, form, lambda typed: assessing.assess(case.pk, request.user, form.points(), typed["comment"])):
        return _back(request, case, _("Dine point er gemt."))
    lead = _("0 er slet ikke, 5 er i meget høj grad. Du ser først de andres point, når du har givet dine.")
    return _show(request, case, form, _("Giv point"), lead, "scores", beside=beside(case))


def beside(case) -> list[tuple[str, list[tuple[str, str]]]]:
    """(title, [(label, answer)]) of the version that counts: what the unit said about plan, budget, effect, anchoring."""
    version = case.current_version()
    frozen = version.content if version else content.freeze(case)
    return [
        (step.title, [(field.label, text) for field in step.fields if (text := said(field, frozen.get(field.name)))])
        for step in content.steps_in(frozen)
        if step.slug in BESIDE_THE_POINTS
    ]


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def ask_hearing(request, number):
    case = load(request, number, may="ask_hearing")
    form = forms.AskHearingForm(case, request.POST or None)
    act = lambda typed: assessing.ask_hearing(case.pk, request.user, typed["unit"], typed["question"], typed["due"])  # noqa: E731
    if done(request, form, act):
        return _back(request, case, _("%(unit)s er hørt og har fået besked.") % {"unit": form.cleaned_data["unit"]})
    lead = _("Lederen af enheden får besked og skriver udtalelsen her.")
    return _show(request, case, form, _("Hør en anden enhed"), lead, save=_("Send spørgsmålet"))


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def state_hearing(request, number, hearing_id):
    case = load(request, number, may="state_hearing")
    hearing = get_object_or_404(case.hearings.select_related("unit", "asked_by"), pk=hearing_id)
    form = forms.StateHearingForm(request.POST or None)
    act = lambda typed: assessing.state_hearing(hearing, request.user, typed["stance"], typed["statement"])  # noqa: E731
    if done(request, form, act):
        return _back(request, case, _("Jeres udtalelse er afgivet."))
    return _show(request, case, form, _("Afgiv udtalelse"), template="state_hearing", hearing=hearing)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def log_help(request, number):
    case = load(request, number, may="log_help")
    form = forms.HelpForm(request.POST or None)
    if done(request, form, lambda typed: assessing.log_help(case.pk, request.user, typed["text"], typed["substantial"])):
        return _back(request, case, _("Hjælpen er noteret."))
    lead = _("Alle skal kunne se, hvilken hjælp en enhed har fået til sin ansøgning.")
    return _show(request, case, form, _("Notér hjælp"), lead)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def write_note(request, number):
    case = load(request, number, may="write_note")
    form = forms.NoteForm(request.POST or None)
    if done(request, form, lambda typed: assessing.write_note(case.pk, request.user, typed["text"])):
        return _back(request, case, _("Notatet er gemt."))
    return _show(request, case, form, _("Skriv et notat"))
