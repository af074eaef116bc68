"""The figures of a round: how long it took, what help was given, who got what, why others did not, and what it gave.

Everything is counted from what was sent; the number of queries does not grow with the round. A case with two themes counts
in both. Success is the share of granted among decided cases. Effects per krone are in applications.round_effects.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from django.db.models import Count, Q

from applications import evaluation, evaluation_results
from applications.models import Application, GateAnswer, HelpGiven, HelpQuestion, Question
from applications.round_effects import ThemeEffect, per_krone
from applications.states import State
from applications.steps import STEPS
from journal.models import Event
from pages.numbers import percent
from people.models import Unit
from people.roles import Role
from pool.models import Round
from pool.themes import Theme

READERS = (Role.CONSULTANT, Role.MANAGER, Role.SECRETARY, Role.FINANCE, Role.AUDITOR)
# the stations of a case up to its decision, in order
ON_THE_WAY = (
    State.DRAFT, State.AWAITING_ENDORSEMENT, State.SUBMITTED, State.UNDER_ASSESSMENT, State.AWAITING_INFORMATION,
    State.RECOMMENDED, State.APPROVED_FOR_DECISION, State.ON_AGENDA,
)  # fmt: skip
DAY = Decimal(24 * 60 * 60)
TENTH = Decimal("0.1")
# steps that move a case, and where to; one that returns somewhere says where in its event
MOVES = {step.name: step.targets[0] for step in STEPS.values() if not step.stays} | {"create": State.DRAFT}
RETURNS = {step.name for step in STEPS.values() if len(step.targets) > 1 and not step.stays}


@dataclass(frozen=True)
class Sent:
    """What is counted of one case."""

    subject: str
    state: str
    centre: str
    kind: str
    themes: tuple[str, ...]
    sought: int
    given: int | None
    waited: timedelta | None

    @property
    def is_granted(self) -> bool:
        return self.given is not None


@dataclass(frozen=True)
class Share:
    """Cases of one centre, kind of unit or theme. Amounts are whole øre."""

    label: str
    sent: int
    granted: int
    partly: int
    refused: int
    sought: int
    given: int

    @property
    def percent(self) -> int | None:
        """Granted of decided, in whole percent; None before anything is decided."""
        return percent(self.granted, self.granted + self.refused)


@dataclass(frozen=True)
class StateTime:
    label: str
    cases: int
    median_days: Decimal
    longest_days: Decimal


@dataclass(frozen=True)
class Help:
    """`given`: help on the log, of which `substantial`, in `cases`; questions `asked` by units and `wanted` of them."""

    given: int
    substantial: int
    cases: int
    asked: int
    wanted: int


@dataclass(frozen=True)
class Figures:
    round: Round
    whole: Share
    withdrawn: int
    by_centre: list[Share]
    by_kind: list[Share]
    by_theme: list[Share]
    times: list[StateTime]
    median_wait: Decimal | None
    help: Help
    unmet: list[tuple[str, int]]
    expected: list[ThemeEffect]
    reported: list[ThemeEffect]
    evaluation: evaluation_results.Results | None

    @property
    def undecided(self) -> int:
        return self.whole.sent - self.whole.granted - self.whole.refused - self.withdrawn


def figures(round_: Round) -> Figures:
    cases = _sent(round_)
    expected, reported = per_krone(round_)
    asked = evaluation.of(round_)
    waits = [case.waited for case in cases if case.waited is not None]
    return Figures(
        round=round_,
        whole=_share("", cases),
        withdrawn=sum(case.state == State.WITHDRAWN for case in cases),
        by_centre=_shares(cases, lambda case: (case.centre,)),
        by_kind=_shares(cases, lambda case: (str(Unit.Kind(case.kind).label),)),
        by_theme=_shares(cases, lambda case: [str(Theme(code).label) for code in case.themes]),
        times=_times([case.subject for case in cases]),
        median_wait=days(median(waits)) if waits else None,
        help=_help(round_),
        unmet=_unmet(round_),
        expected=expected,
        reported=reported,
        evaluation=evaluation_results.results(asked) if asked else None,
    )


def _sent(round_: Round) -> list[Sent]:
    centres = dict(Unit.objects.filter(kind=Unit.Kind.CENTRE).values_list("pk", "name"))
    names = ("number", "state", "unit__path", "unit__kind", "unit__name", "themes", "amount_sought", "granted_amount")
    rows = Application.objects.filter(round=round_, version_number__gt=0).order_by("number")
    found = []
    for number, state, path, kind, unit, themes, sought, given, sent_at, decided_at in rows.values_list(
        *names, "submitted_at", "decided_at"
    ):
        above = (int(part) for part in path.strip("/").split("/"))
        centre = next((centres[pk] for pk in above if pk in centres), unit)
        waited = decided_at - sent_at if decided_at and sent_at else None
        found.append(Sent(Application.subject_of(number), state, centre, kind, tuple(themes), sought or 0, given, waited))
    return found


def _shares(cases: list[Sent], labels_of) -> list[Share]:
    """The groups, the largest first."""
    groups: dict[str, list[Sent]] = {}
    for case in cases:
        for label in labels_of(case):
            groups.setdefault(label, []).append(case)
    return sorted((_share(label, rows) for label, rows in groups.items()), key=lambda share: (-share.sent, share.label))


def _share(label: str, cases: list[Sent]) -> Share:
    granted = [case for case in cases if case.is_granted]
    return Share(
        label=label,
        sent=len(cases),
        granted=len(granted),
        partly=sum(case.given < case.sought for case in granted),
        refused=sum(case.state == State.REFUSED for case in cases),
        sought=sum(case.sought for case in cases),
        given=sum(case.given for case in granted),
    )


# ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _times(subjects: list[str]) -> list[StateTime]:
    """How long the cases have been in each state in all; a stay that has not ended is not counted."""
    spent: dict[str, list[timedelta]] = {}
    for stays in _stays(subjects).values():
        for state, time in stays.items():
            spent.setdefault(state, []).append(time)
    return [
        StateTime(str(state.label), len(spent[state]), days(median(spent[state])), days(max(spent[state])))
        for state in ON_THE_WAY
        if state in spent
    ]


def _stays(subjects: list[str]) -> dict[str, dict[str, timedelta]]:
    """By case, the time in each state it has left."""
    returned = dict(Event.objects.filter(subject__in=subjects, step__in=RETURNS).values_list("position", "payload__til"))
    events = Event.objects.filter(subject__in=subjects, step__in=MOVES).order_by("position")
    since: dict[str, tuple[str, datetime]] = {}
    found: dict[str, dict[str, timedelta]] = {}
    for position, subject, step, at in events.values_list("position", "subject", "step", "at"):
        if subject in since:
            state, began = since[subject]
            stays = found.setdefault(subject, {})
            stays[state] = stays.get(state, timedelta(0)) + (at - began)
        since[subject] = (returned.get(position) or MOVES[step], at)
    return found


def days(time: timedelta) -> Decimal:
    """Days with one decimal."""
    return (Decimal(int(time.total_seconds())) / DAY).quantize(TENTH, ROUND_HALF_UP)


# ── help, and why not ───────────────────────────────────────────────────────────────────────────────────────────────


def _help(round_: Round) -> Help:
    of = {"application__round": round_, "application__version_number__gt": 0}
    given = HelpGiven.objects.filter(**of).aggregate(
        given=Count("pk"), substantial=Count("pk", filter=Q(substantial=True)), cases=Count("application", distinct=True)
    )
    asked, wanted = (model.objects.filter(**of).count() for model in (HelpQuestion, Question))
    return Help(**given, asked=asked, wanted=wanted)


def _unmet(round_: Round) -> list[tuple[str, int]]:
    """The requirements that refused cases did not meet, with how many did not, the most first."""
    rows = GateAnswer.objects.filter(application__round=round_, application__state=State.REFUSED, met=False)
    return Counter(rows.values_list("gate__name", flat=True)).most_common()
