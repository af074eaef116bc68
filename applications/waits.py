"""The table of what waits: what, in which states, for whom, and which fact makes it wait.

The facts are read with the cases in one query (applications.waiting_facts); whether a recommendation is ready is the
step's own requirements, said once more in SQL and held equal by tests. applications.waiting asks it for a person.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications import waiting_projects as project
from applications.models import AgendaItem, Application
from applications.states import State
from journal import clock
from people.models import Person
from people.roles import Role

A, L, C, O = Role.APPLICANT, Role.UNIT_LEADER, Role.CONSULTANT, Role.CO_ASSESSOR  # noqa: E741  as in workflow.py
M, S, F, H = Role.MANAGER, Role.SECRETARY, Role.FINANCE, Role.HEARD_UNIT
ASSESSED = (State.SUBMITTED, State.UNDER_ASSESSMENT, State.AWAITING_INFORMATION)
IN_THE_HOUSE = (*ASSESSED, State.RECOMMENDED, State.APPROVED_FOR_DECISION, State.ON_AGENDA)
DAYS_NEW = 30  # so long a grant is news to finance
SHOWN = 20  # cases of one group on the page; the round's list has the rest
FAR = date.max


@dataclass(frozen=True)
class Item:
    """One thing to do: where to do it, and by when."""

    title: str
    text: str
    due: date | datetime | None
    where: Callable[[], str]
    rest: Callable[[], str] = str

    @property
    def url(self) -> str:
        return self.where()

    @property
    def day(self) -> date:
        if isinstance(self.due, datetime):
            return timezone.localdate(self.due)
        return self.due or FAR

    @property
    def days_left(self) -> int:
        return (self.day - clock.today()).days

    @property
    def is_late(self) -> bool:
        return self.day < clock.today()


@dataclass
class Group:
    """Things of one kind, the nearest deadline first."""

    title: str
    items: list[Item] = field(default_factory=list)

    @property
    def due(self) -> date:
        return min(item.day for item in self.items)

    @property
    def shown(self) -> list[Item]:
        return self.items[:SHOWN]

    @property
    def more(self) -> int:
        return len(self.items) - len(self.shown)

    @property
    def more_url(self) -> str:
        """The round's list, narrowed to the state of the first that is not shown."""
        return self.items[SHOWN].rest() if self.more else ""


@dataclass(frozen=True)
class Wait:
    """A row of the table. `page` is a named page of the case, `step` one of its steps; without either, the case."""

    title: str
    states: tuple[str, ...]
    by: frozenset[Role]
    when: Callable[[Application, Person], bool] = lambda case, person: True
    due: Callable[[Application], object] = lambda case: case.round.answer_by
    page: str = ""
    step: str = ""

    def waits(self, case: Application, person: Person) -> bool:
        return case.state in self.states and not self.by.isdisjoint(case.held) and self.when(case, person)

    def item(self, case: Application) -> Item:
        def rest() -> str:
            return f"{reverse('applications:round', args=[case.round_id])}?state={case.state}"

        text = f"{case.number} · {case.unit.name}"
        return Item(case.display_title, text, self.due(case), lambda: self.address(case), rest)

    def address(self, case: Application) -> str:
        if self.page == "vouchers":
            query = urlencode({"enhed": case.unit_id, "runde": case.round_id})
            return f"{reverse('applications:vouchers')}?{query}"
        if self.page == "state-hearing":
            return reverse("applications:state-hearing", args=[case.number, case.my_hearing])
        if self.page:
            return reverse(f"applications:{self.page}", args=[case.number])
        return reverse("applications:step", args=[case.number, self.step]) if self.step else case.get_absolute_url()


# ── the facts, in words ─────────────────────────────────────────────────────────────────────────────────────────────


def deadline(case):
    return max(filter(None, [case.round.deadline, case.extended_to]))


def mine(case, person) -> bool:
    """A consultant works on their own cases and on those nobody has taken; a co-assessor on those assigned."""
    return C not in case.held or O in case.held or case.case_officer_id in (None, person.pk)


def declared(case) -> bool:
    """Free to work: declared, and a possible interest settled."""
    return case.my_level is not None and not (case.my_level == "possible" and case.my_settler is None)


def closed_for_unit(case, person) -> bool:
    return mine(case, person) and (case.round.is_quick or clock.now() >= deadline(case))


def undeclared(case, person) -> bool:
    return case.my_level is None and mine(case, person) and (case.state != State.SUBMITTED or closed_for_unit(case, person))


def unscored(case, person) -> bool:
    return declared(case) and case.my_version is None and mine(case, person)


def scored_an_older(case, person) -> bool:
    return case.my_version is not None and case.my_version < case.version_number


def gates_open(case, person) -> bool:
    return declared(case) and case.gates_left > 0 and mine(case, person)


def ready(case, person) -> bool:
    """Every requirement of the step «recommend», from the facts."""
    return declared(case) and mine(case, person) and is_ready(case)


def is_ready(case) -> bool:
    if case.unendorsed or case.gates_left > 0 or case.assessors < case.round.assessors_required:
        return False
    if case.helped and not case.scored_without_help:
        return False
    return not case.hearing_open and not (case.needs_building_hearing and not case.heard)


def question_late(case, person) -> bool:
    return mine(case, person) and case.question_due is not None and case.question_due < clock.today()


def letter_waits(case, person) -> bool:
    """A committee's letter when the minutes are final, a delegated one at once: the secretary's and the consultant's."""
    if case.letter_released_at or case.decided_at is None:
        return False
    if case.approved_at is None:
        return mine(case, person)
    return S in case.held and case.item_status == AgendaItem.Status.FINAL


def unadvised(case, person) -> bool:
    """A refusal whose letter waits, without a word on what would make the project fit for support."""
    return not case.advised and case.letter_released_at is None and mine(case, person)


def newly_granted(case, person) -> bool:
    return case.decided_at is not None and case.decided_at > clock.now() - timedelta(days=DAYS_NEW)


def question_due(case):
    return case.question_due


def nothing_due(case):
    return None


def row(title, states, by, **rest) -> Wait:
    return Wait(title, (states,) if isinstance(states, str) else states, frozenset(by), **rest)


# fmt: off  the table is read as a table
WAITS = (
    row(_("Kladder, der ikke er sendt"), State.DRAFT, {A, L}, due=deadline),
    row(_("Ansøgninger, du skal godkende"), State.AWAITING_ENDORSEMENT, {L}, due=deadline),
    row(
        _("Spørgsmål, I skal svare på"),
        State.AWAITING_INFORMATION,
        {A, L},
        due=question_due,
        page="answer-questions",
    ),
    row(_("Nye svar, du skal godkende"), State.UNDER_ASSESSMENT, {L}, when=lambda c, p: c.unendorsed),
    row(
        _("Høringer, du skal svare på"),
        IN_THE_HOUSE,
        {H},
        page="state-hearing",
        when=lambda c, p: c.my_hearing is not None,
        due=lambda c: c.my_hearing_due,
    ),
    row(
        _("Spørgsmål fra enheder"),
        (State.DRAFT, State.AWAITING_INFORMATION),
        {C},
        page="answer-help",
        when=lambda c, p: c.help_asked and mine(c, p),
    ),
    row(_("Erklær din habilitet"), ASSESSED, {C, O}, when=undeclared, page="declare"),
    row(
        _("Erklær din habilitet, før du godkender"),
        State.RECOMMENDED,
        {M},
        page="declare",
        when=lambda c, p: c.my_level is None,
    ),
    row(_("Sager, du kan begynde på"), State.SUBMITTED, {C}, when=closed_for_unit, step="start_assessment"),
    row(_("Krav, du skal svare på"), State.UNDER_ASSESSMENT, {C}, when=gates_open, page="gates"),
    row(_("Ansøgninger, du skal give point"), State.UNDER_ASSESSMENT, {C, O}, when=unscored, page="scores"),
    row(
        _("Nye svar: gælder dine point stadig?"),
        State.UNDER_ASSESSMENT,
        {C, O},
        when=scored_an_older,
        page="scores",
    ),
    row(
        _("Svar, der ikke er kommet til tiden"),
        State.AWAITING_INFORMATION,
        {C},
        when=question_late,
        due=question_due,
    ),
    row(_("Klar til indstilling"), State.UNDER_ASSESSMENT, {C}, when=ready, step="recommend"),
    row(_("Mulig interesse, du skal tage stilling til"), IN_THE_HOUSE, {M}, when=lambda c, p: c.possible),
    row(_("Indstillinger, du skal godkende"), State.RECOMMENDED, {M}, when=lambda c, p: declared(c)),
    row(_("Sager, der mangler et møde"), State.APPROVED_FOR_DECISION, {S}, step="place_on_agenda"),
    row(
        _("Breve, du kan sende"),
        (State.GRANTED, State.REFUSED),
        {S, C},
        when=letter_waits,
        page="release-letter",
    ),
    row(_("Afslag uden råd til enheden"), State.REFUSED, {C}, when=unadvised, page="advice"),
    row(_("Nye bevillinger"), State.GRANTED, {F}, when=newly_granted, due=nothing_due),
    row(
        _("Projekter, du kan sætte i gang"),
        State.GRANTED,
        {L},
        when=project.to_start,
        due=project.start_due,
        step="start",
    ),
    row(
        _("Bilag, I skal rette"),
        State.ACTIVE,
        {A, L},
        when=project.refused_vouchers,
        due=nothing_due,
        page="project-vouchers",
    ),
    row(
        _("Slutrapporter, I skal aflevere"),
        State.ACTIVE,
        {A, L},
        when=project.report_near,
        due=project.report_due,
        page="project",
    ),
    row(
        _("Effekten efter et år, I skal skrive om"),
        State.COMPLETED,
        {A, L},
        when=project.effect_near,
        due=project.effect_due,
        page="project",
    ),
    row(
        _("Projekter, der er foreslået afbrudt"),
        State.ACTIVE,
        {M},
        when=project.to_be_cancelled,
        due=nothing_due,
        page="project",
    ),
    row(
        _("Bilag, du skal tage stilling til"),
        (State.ACTIVE, State.REPORTED),
        {F},
        when=project.undecided_vouchers,
        due=nothing_due,
        page="vouchers",
    ),
    row(
        _("Regnskaber, du skal godkende"),
        State.REPORTED,
        {F},
        when=project.accounts_open,
        due=nothing_due,
        step="confirm_accounts",
    ),
    row(
        _("Slutrapporter, du skal se igennem"),
        State.REPORTED,
        {C},
        when=lambda c, p: mine(c, p) and project.to_look_through(c),
        due=nothing_due,
        page="project",
    ),
    row(
        _("Projekter, du kan afslutte"),
        State.REPORTED,
        {C},
        when=lambda c, p: mine(c, p) and project.may_complete(c),
        due=nothing_due,
        step="complete",
    ),
)
# fmt: on
