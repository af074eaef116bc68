"""What the reader of a project does now: one thing, with its button; and how each milestone stands to its day.

Read from state, milestones, vouchers and drafts at this instant, never stored.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.door import Offer, offers
from applications.milestones import MOVED_BY_THE_UNIT, NEAR
from applications.models import Milestone, Project, Result, StatusReport
from applications.roles import MAY
from applications.states import ENDED, State
from applications.whereabouts import FORWARD
from journal import clock
from people.roles import Role

Kind = Milestone.Kind


@dataclass(frozen=True)
class Act:
    """What to do now, why, and where."""

    label: str
    text: str
    url: str


@dataclass(frozen=True)
class Mark:
    """A milestone as the page shows it."""

    milestone: Milestone
    status: str
    tone: str
    is_owed: bool

    may_be_moved: bool
    may_be_reached: bool


def marks(project: Project) -> list[Mark]:
    """The project's milestones by day, each with what this reader (`case.held`) may do about it."""
    case = project.application
    return [
        Mark(row, *_stands(row, case.state), row.is_owed_in(case.state), *_may(row, case))
        for row in project.milestones.all()
    ]


def _may(milestone: Milestone, case) -> tuple[bool, bool]:
    """(move its day, say that it is reached), as applications.milestones would answer."""
    if not milestone.is_owed_in(case.state) or MAY["move_milestone"].isdisjoint(case.held):
        return False, False
    moves = Role.CONSULTANT in case.held or milestone.kind in MOVED_BY_THE_UNIT
    return moves, milestone.kind in (Kind.START_TALK, Kind.OWN, Kind.HALFWAY)


def _stands(milestone: Milestone, state: str) -> tuple[str, str]:
    days = (milestone.due - clock.today()).days
    if milestone.done_on:
        return _("nået"), "success"
    if state in ENDED and not milestone.is_owed_in(state):
        return _("ikke nået"), "neutral"
    if days < 0:
        return ngettext("%(count)s dag for sent", "%(count)s dage for sent", -days) % {"count": -days}, "error"
    if days <= NEAR.days:
        return ngettext("om %(count)s dag", "om %(count)s dage", days) % {"count": days}, "warning"
    return _("venter"), "neutral"


def of(project: Project, person) -> Act | None:
    """The one thing that this person can do for the project now; None when it is somebody else's turn."""
    case = project.application
    if not MAY["write_report"].isdisjoint(case.held):
        return _of_the_unit(project)
    ready = {offer.step.name: offer.step for offer in offers(case, person) if not offer.reasons}
    name = next((name for name in FORWARD if name in ready), None)
    return Act(str(ready[name].label), str(ready[name].says), _at(case, "step", name)) if name else None


def about_the_proposal(project: Project, person) -> list[Offer]:
    """The two answers to a proposal to stop the project, as this person may give them; empty when there is none."""
    if project.cancel_proposed_by_id is None:
        return []
    return [offer for offer in offers(project.application, person) if offer.step.name in ("keep_going", "cancel")]


def _at(case, page: str, *more) -> str:
    return reverse(f"applications:{page}", args=[case.number, *more])


def _is_near(project: Project, kind: str) -> bool:
    limit = clock.today() + NEAR
    return any(m.kind == kind and not m.done_on and m.due <= limit for m in project.milestones.all())


def _of_the_unit(project: Project) -> Act | None:
    case = project.application
    refused = [voucher.number for voucher in project.vouchers.all() if voucher.status == "refused"]
    drafts = {report.kind for report in project.reports.all() if report.sent_at is None}
    if case.state == State.ACTIVE and refused:
        text = _("Økonomi har afvist bilag nr. %(numbers)s. Se hvorfor, og ret det.")
        return Act(_("Ret bilaget"), text % {"numbers": ", ".join(map(str, refused))}, _at(case, "project-vouchers"))
    if case.state == State.ACTIVE and (
        StatusReport.Kind.FINAL in drafts or _is_near(project, Kind.FINAL_REPORT) or clock.today() > project.ends
    ):
        text = _("Perioden er ved at være slut. Skriv, hvad der kom ud af projektet, og hvad I har lært.")
        return Act(_("Skriv slutrapporten"), text, _at(case, "write-report", "slutrapport"))
    if case.state == State.ACTIVE and (StatusReport.Kind.STATUS in drafts or _is_near(project, Kind.HALFWAY)):
        return Act(_("Skriv en status"), _("Fortæl kort, hvordan det går."), _at(case, "write-report", "status"))
    if case.state == State.ACTIVE:
        text = _("Læg regninger og kvitteringer ind, efterhånden som I køber.")
        return Act(_("Læg et bilag ind"), text, _at(case, "new-voucher"))
    if case.state == State.COMPLETED and (StatusReport.Kind.EFFECT in drafts or _is_near(project, Kind.EFFECT_LATER)):
        text = _("Der er gået et år. Skriv, hvad virkningen er nu.")
        return Act(_("Skriv om virkningen efter et år"), text, _at(case, "write-report", "effekt"))
    return _of_the_story(case)


def _of_the_story(case) -> Act | None:
    """The unit begins and finishes the story of an ended project, and sees what others wrote in it."""
    result = Result.objects.filter(pk=case.pk).first()
    if result is None:
        text = _("Projektet er afsluttet. Fortæl, hvad I fik ud af det, så andre kan gøre det samme.")
        return Act(_("Fortæl historien"), text, _at(case, "story")) if case.state == State.COMPLETED else None
    if result.status == Result.Status.DRAFT:
        return Act(_("Skriv historien færdig"), _("Send den til Kommunikation, når den er klar."), _at(case, "story"))
    if not result.is_seen and result.status != Result.Status.UNPUBLISHED:
        return Act(
            _("Se historien"), _("Den er rettet. Den offentliggøres, når I har set den og sagt ja."), _at(case, "story")
        )
    return None
