"""A project's story: its page, writing in it, and what unit and Kommunikation do with it; Kommunikation's worklist."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications import going_public, public_photos, public_words, results, worklist
from applications.forms.results import ConsentForm, PressForm, ReasonForm, StoryForm, WhenForm
from applications.models import Application, Result
from applications.roles import MAY, UNIT, roles_on, with_standing
from applications.states import PROJECT
from applications.views.acting import done
from applications.views.loading import answered
from pages.access import SIGNED_IN, opens_to
from people.roles import Role
from people.views.answering import posted

READS = MAY["write_result"] | MAY["publish_result"] | MAY["see_project"]
Status = Result.Status


@dataclass(frozen=True)
class Act:
    """Something to do with a story: by whom, when, what its page says, and the domain's call."""

    title: str
    lead: str
    button: str
    done: str
    roles: frozenset
    statuses: tuple[str, ...]
    call: Callable
    form: type = PressForm
    kind: str = "primary"
    when: Callable[[Result], bool] = lambda result: True


def _seen(typed: dict) -> dict:
    return {"seen_revision": typed["seen"] or 0}


ACTS = {
    "godkend": Act(
        gettext_lazy("Vi har set historien"),
        gettext_lazy("I siger, at teksten er rigtig, som den er nu, og at den må offentliggøres."),
        gettext_lazy("Ja, den er rigtig"),
        gettext_lazy("Tak. I har godkendt historien."),
        UNIT, (Status.DRAFT, Status.IN_REVIEW, Status.PUBLISHED, Status.UNPUBLISHED),
        lambda pk, by, typed: results.see(pk, by, consents=typed.get("consents", False), **_seen(typed)),
        ConsentForm,
        when=lambda result: not (result.is_seen and results.consented(result.application, result)),
    ),
    "send": Act(
        gettext_lazy("Send til Kommunikation"),
        gettext_lazy("Kommunikation læser historien og offentliggør den. Imens kan I ikke rette i den."),
        gettext_lazy("Send til Kommunikation"),
        gettext_lazy("Historien er sendt til Kommunikation."),
        MAY["write_result"], (Status.DRAFT, Status.PUBLISHED, Status.UNPUBLISHED),
        lambda pk, by, typed: results.send(pk, by, consents=typed.get("consents", False), **_seen(typed)),
        ConsentForm,
        when=lambda result: result.status != Status.PUBLISHED or result.has_new_words,
    ),
    "udgiv": Act(
        gettext_lazy("Offentliggør historien"),
        gettext_lazy("Alle kan læse den fra dette øjeblik. Adressen på siden ændrer sig aldrig."),
        gettext_lazy("Offentliggør nu"),
        gettext_lazy("Historien er offentliggjort."),
        MAY["publish_result"], (Status.IN_REVIEW, Status.PUBLISHED, Status.UNPUBLISHED),
        lambda pk, by, typed: going_public.publish(pk, by, **_seen(typed)),
        when=lambda result: result.status != Status.PUBLISHED or going_public.differs(result),
    ),
    "planlaeg": Act(
        gettext_lazy("Planlæg offentliggørelsen"),
        gettext_lazy("Historien offentliggøres af sig selv. Rettes der i teksten inden da, skal den planlægges igen."),
        gettext_lazy("Planlæg"),
        gettext_lazy("Offentliggørelsen er planlagt."),
        MAY["publish_result"], (Status.IN_REVIEW, Status.UNPUBLISHED),
        lambda pk, by, typed: going_public.schedule(pk, by, publish_at=typed["publish_at"], **_seen(typed)),
        WhenForm, "secondary",
    ),
    "afplanlaeg": Act(
        gettext_lazy("Udgiv ikke alligevel"),
        gettext_lazy("Historien bliver liggende hos Kommunikation."),
        gettext_lazy("Stop offentliggørelsen"),
        gettext_lazy("Offentliggørelsen er ikke længere planlagt."),
        MAY["publish_result"], (Status.IN_REVIEW, Status.UNPUBLISHED),
        lambda pk, by, typed: going_public.schedule(pk, by, publish_at=None, **_seen(typed)),
        PressForm, "secondary", lambda result: result.publish_at is not None,
    ),
    "retur": Act(
        gettext_lazy("Send historien tilbage"),
        gettext_lazy("Enheden og konsulenten får en mail med din begrundelse og kan rette i teksten."),
        gettext_lazy("Send tilbage"),
        gettext_lazy("Historien er sendt tilbage."),
        MAY["publish_result"], (Status.IN_REVIEW,),
        lambda pk, by, typed: going_public.give_back(pk, by, reason=typed["reason"]),
        ReasonForm, "secondary",
    ),
    "tag-ned": Act(
        gettext_lazy("Tag historien ned"),
        gettext_lazy(
            "Siden er væk for alle inden for et minut. Fortæller en årsberetning historien, vises den heller ikke, før den "
            "er rettet. Enheden får en mail med din begrundelse."
        ),
        gettext_lazy("Tag ned"),
        gettext_lazy("Historien er taget ned."),
        MAY["publish_result"], (Status.PUBLISHED,),
        lambda pk, by, typed: going_public.unpublish(pk, by, reason=typed["reason"]),
        ReasonForm, "warning",
    ),
}  # fmt: skip


def load_story(request, number: str) -> tuple[Application, Result | None]:
    """The project and its story for who writes, publishes or follows the project; 404 for everybody else."""
    rows = with_standing(Application.objects.filter(state__in=PROJECT), request.user)
    case = get_object_or_404(rows.select_related("round__pool_year", "unit", "project"), number=number)
    case.held = roles_on(request.user, case)
    if READS.isdisjoint(case.held):
        raise Http404
    case.reads_project = not MAY["see"].isdisjoint(case.held)
    result = Result.objects.select_related("seen_by", "written_by").filter(pk=case.pk).first()
    if result:
        result.application = case
    return case, result


def acts_of(case: Application, result: Result) -> list[tuple[str, Act]]:
    return [
        (slug, act)
        for slug, act in ACTS.items()
        if case.held & act.roles and result.status in act.statuses and act.when(result)
    ]


def may_write(case: Application, result: Result) -> bool:
    if result.status == Status.DRAFT:
        return bool(case.held & results.WRITES)
    return bool(case.held & (results.PUBLISHES if result.status == Status.IN_REVIEW else results.PUBLISHES | results.WRITES))


@opens_to(SIGNED_IN)
@require_GET
def page(request, number):
    case, result = load_story(request, number)
    context = {"case": case, "result": result, "of_unit": bool(case.held & UNIT)}
    if result is None:
        context |= {"not_ready": results.not_ready(case), "may_begin": bool(case.held & results.WRITES)}
    else:
        context |= {
            "acts": acts_of(case, result),
            "may_write": may_write(case, result),
            "lacks": going_public_lacks(result),
            "photos": public_photos.shown(case.pk),
            "words": [(Result._meta.get_field(name).verbose_name, getattr(result, name)) for name in results.WORDS],
        }
    return render(request, "applications/results/page.html", context)


def going_public_lacks(result: Result) -> list[str]:
    if result.status == Status.PUBLISHED and not result.has_new_words:
        return []
    return results.not_public_yet(result)


@opens_to(SIGNED_IN)
@require_POST
def begin(request, number):
    case, _found = load_story(request, number)
    with answered(request) as call:
        results.begin(case.pk, request.user)
    return redirect("applications:write-story" if call.done else "applications:story", number)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def write(request, number):
    case, result = load_story(request, number)
    if result is None:
        return redirect("applications:story", number)
    if not case.held & (results.WRITES | results.PUBLISHES):
        raise PermissionDenied
    form = StoryForm(result, posted(request))
    if done(request, form, lambda typed: results.write(case.pk, request.user, **_seen(typed), **form.words)):
        messages.success(request, _("Historien er gemt."))
        return redirect("applications:story", number)
    found = public_words.faults(result)
    return render(request, "applications/results/write.html", {"case": case, "result": result, "form": form, "found": found})


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def act(request, number, act):
    case, result = load_story(request, number)
    declared = ACTS.get(act)
    if declared is None or result is None:
        raise Http404
    if not case.held & declared.roles:
        raise PermissionDenied
    asks = {"asks": not results.consented(case, result) and bool(case.held & UNIT)} if declared.form is ConsentForm else {}
    form = declared.form(posted(request), initial={"seen": result.revision, "time": "8.00"}, **asks)
    if done(request, form, lambda typed: declared.call(case.pk, request.user, typed)):
        messages.success(request, declared.done)
        return redirect("applications:story", number)
    return render(request, "applications/results/act.html", {"case": case, "result": result, "form": form, "act": declared})


@opens_to(Role.COMMUNICATOR)
@require_GET
def communication(request):
    """What waits for Kommunikation, and every other story by where it is."""
    groups = worklist.groups(request.user)
    chosen = next((group for group in groups if group.slug == request.GET.get("vis")), None) or groups[0]
    page = Paginator(chosen.rows, 40).get_page(request.GET.get("page"))
    tabs = [
        {"label": group.title, "url": f"?vis={group.slug}", "count": group.count, "current": group is chosen}
        for group in groups
    ]
    return render(request, "applications/results/worklist.html", {"tabs": tabs, "chosen": chosen, "page": page})
