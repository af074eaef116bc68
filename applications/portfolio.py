"""The consultant's portfolio: every project that runs or should, and what about it calls for somebody.

Late: a milestone's day has passed. At risk: facts that usually end badly, each named. Silent: nobody of the unit has done
anything here for 60 days. All of it is computed when the page is asked for; the limits are own assumptions and stand here.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, DateTimeField, Max, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applications.models import Application, Milestone
from applications.project_requirements import start_by
from applications.roles import visible_to
from applications.rows import LONG, centre_of
from applications.states import State
from documents.sheets import SheetColumn
from journal import clock
from journal.models import Event
from people.models import Person, Unit
from people.roles import Role

OPENS_TO = (Role.CONSULTANT, Role.MANAGER, Role.FINANCE, Role.AUDITOR)
FOLLOWED = (State.GRANTED, State.ACTIVE, State.REPORTED)
ENDED = (State.COMPLETED, State.CANCELLED, State.LAPSED)
DAYS_SILENT = 60
DAYS_TO_END = 30
LITTLE_SPENT, MUCH_TIME = 20, 60  # percent of the money and of the days
SIGNS = {
    "late": gettext_lazy("Forsinket"),
    "risk": gettext_lazy("I fare"),
    "silent": gettext_lazy("Stille"),
    "report": gettext_lazy("Skal ses igennem"),
    "well": gettext_lazy("Går som planlagt"),
}
TONES = {"late": "error", "risk": "warning", "silent": "warning", "report": "info", "well": "success"}


@dataclass
class Row:
    """One project: the signs it gives, worst first, each with its reasons."""

    case: Application
    centre: Unit
    due: date | None
    milestone: str
    last_heard: object
    reasons: dict[str, list[str]] = field(default_factory=dict)

    @property
    def sign(self) -> str:
        return next((sign for sign in SIGNS if self.reasons.get(sign)), "well")

    @property
    def label(self) -> str:
        return str(SIGNS[self.sign])

    @property
    def tone(self) -> str:
        return TONES[self.sign]

    @property
    def says(self) -> list[str]:
        return [text for sign in SIGNS for text in self.reasons.get(sign, [])]

    @property
    def project(self):
        return getattr(self.case, "project", None)


def rows_of(person: Person, *, ended: bool = False) -> list[Row]:
    """The projects the person may follow: those that call for somebody first, then by the nearest day."""
    cases = (
        visible_to(person)
        .filter(_ended() if ended else ~_ended(), state__in=(*ENDED, *FOLLOWED))
        .filter(Q(letter_released_at__isnull=False) | ~Q(state=State.GRANTED))
        .select_related("unit", "round", "project", "case_officer")
        .defer(*LONG)
        .prefetch_related(Prefetch("project__milestones", Milestone.objects.order_by("due", "pk")))
        .annotate(
            last_heard=Subquery(_by_the_unit().values("latest")[:1], output_field=DateTimeField()),
            waiting_vouchers=Count("project__vouchers", filter=Q(project__vouchers__status="registered"), distinct=True),
            refused_vouchers=Count("project__vouchers", filter=Q(project__vouchers__status="refused"), distinct=True),
            open_changes=Count("project__changes", filter=Q(project__changes__status="open"), distinct=True),
        )
    )
    known = {unit.pk: unit for unit in Unit.objects.filter(kind=Unit.Kind.CENTRE)}
    rows = [_row(case, centre_of(case.unit, known)) for case in cases]
    order = list(SIGNS)
    return sorted(rows, key=lambda row: (order.index(row.sign), row.due or date.max, row.case.number))


def _ended() -> Q:
    """Nobody owes anything; a completed project whose effect a year later is overdue is among those that run."""
    overdue = Milestone.objects.owed().filter(due__lt=clock.today(), project__application__state=State.COMPLETED)
    return Q(state__in=ENDED) & ~Q(pk__in=overdue.values("project"))


def _by_the_unit():
    """When somebody of the unit last did something on the case."""
    subject = Concat(Value("ansøgning/"), OuterRef("number"))
    of_unit = Q(actor__assignments__role__in=[Role.APPLICANT, Role.UNIT_LEADER])
    return Event.objects.filter(of_unit, subject=subject).order_by().values("subject").annotate(latest=Max("at"))


def _row(case: Application, centre: Unit) -> Row:
    milestones = list(case.project.milestones.all()) if hasattr(case, "project") else []
    following = next((each for each in milestones if each.is_owed_in(case.state)), None)
    due = following.due if following else start_by(case) if case.state == State.GRANTED else None
    name = str(following) if following else str(_("Sæt i gang")) if case.state == State.GRANTED else ""
    row = Row(case, centre, due, name, case.last_heard)
    if case.state == State.COMPLETED:
        row.reasons = {"late": _late(case, milestones)}
    elif case.state in FOLLOWED:
        row.reasons = {
            "late": _late(case, milestones),
            "risk": _risks(case),
            "silent": _silence(case),
            "report": _waits(case),
        }
    return row


def _late(case: Application, milestones) -> list[str]:
    today = clock.today()
    return [
        _("%(milestone)s skulle være nået den %(day)s.") % {"milestone": each, "day": f"{each.due:%d.%m.%Y}"}
        for each in milestones
        if each.is_owed_in(case.state) and each.due < today
    ]


def _risks(case: Application) -> list[str]:
    if case.state == State.GRANTED:
        left = (start_by(case) - clock.today()).days
        return [_("Ikke sat i gang. Bevillingen bortfalder snart.")] if left <= 14 else []
    found, project = [], case.project
    if case.state == State.ACTIVE:
        days, passed = (project.ends - project.starts).days or 1, (clock.today() - project.starts).days
        if passed * 100 >= MUCH_TIME * days and project.spent * 100 < LITTLE_SPENT * project.holds:
            found.append(_("Det meste af tiden er gået, men kun lidt af pengene er brugt."))
        if not case.unit.is_open:
            found.append(_("Enheden er lukket. Lad lederen over den tage over, eller foreslå at afbryde projektet."))
        if project.cancel_proposed_by_id:
            found.append(_("Det er foreslået at afbryde projektet."))
        if case.open_changes:
            found.append(_("Enheden venter på svar på en ændring."))
    if case.refused_vouchers:
        text = ngettext("%(count)s bilag er afvist.", "%(count)s bilag er afvist.", case.refused_vouchers)
        found.append(text % {"count": case.refused_vouchers})
    return found


def _silence(case: Application) -> list[str]:
    since = case.last_heard or case.letter_released_at
    if case.state == State.REPORTED or since is None or since > clock.now() - timedelta(days=DAYS_SILENT):
        return []
    return [_("Ingen fra enheden har gjort noget her siden den %(day)s.") % {"day": f"{timezone.localtime(since):%d.%m.%Y}"}]


def _waits(case: Application) -> list[str]:
    found = []
    if case.waiting_vouchers:
        text = ngettext("%(count)s bilag venter på Økonomi.", "%(count)s bilag venter på Økonomi.", case.waiting_vouchers)
        found.append(text % {"count": case.waiting_vouchers})
    if case.state == State.REPORTED:
        found.append(_("Slutrapporten skal ses igennem."))
    return found


def narrowed(rows: list[Row], chosen: dict) -> list[Row]:
    """The rows that fit sign, centre, round and text."""
    words = chosen.get("text", "").casefold().split()
    return [
        row
        for row in rows
        if (not chosen.get("sign") or row.reasons.get(chosen["sign"]) or chosen["sign"] == row.sign)
        and chosen.get("centre") in (None, "", str(row.centre.pk))
        and chosen.get("round") in (None, "", str(row.case.round_id))
        and all(word in f"{row.case.number} {row.case.title} {row.case.unit.name}".casefold() for word in words)
    ]


def totals(rows: list[Row]) -> dict[str, int]:
    """Counts by sign, and the money of the rows in øre."""
    counts = {sign: sum(row.sign == sign for row in rows) for sign in SIGNS}
    projects = [row.project for row in rows if row.project]
    return {
        **counts,
        "granted": sum(row.case.granted_amount or 0 for row in rows),
        "spent": sum(project.spent for project in projects),
    }


def sheet_columns() -> list[SheetColumn]:
    return [
        SheetColumn(_("Nummer"), width=12),
        SheetColumn(_("Enhed"), width=32),
        SheetColumn(_("Center"), width=32),
        SheetColumn(_("Projekt"), width=44),
        SheetColumn(_("Tilstand"), width=22),
        SheetColumn(_("Sådan går det"), width=18),
        SheetColumn(_("Hvorfor"), width=60),
        SheetColumn(_("Næste milepæl"), width=26),
        SheetColumn(_("Senest"), "date"),
        SheetColumn(_("Bevilget"), "kroner", total=True),
        SheetColumn(_("Brugt"), "kroner", total=True),
    ]


def sheet_row(row: Row) -> list:
    case, project = row.case, row.project
    said = [case.number, case.unit.name, row.centre.name, case.title, str(case.get_state_display()), row.label]
    return [*said, " ".join(row.says), row.milestone, row.due, case.granted_amount, project.spent if project else 0]
