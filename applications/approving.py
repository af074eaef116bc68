"""The manager's whole list: every recommended case of a round with its own check, and each taken by itself.

The checks are the step's own requirements. The money is also looked at down the list, in order of points, so that what is
ticked from the start fits together; the door has the last word for each case.
"""

from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from applications import requirements as need
from applications.door import Refused, take
from applications.models import Application, ApplicationVersion
from applications.round_table import Row, approvers_step, ordered, rows_of
from applications.states import State
from applications.steps import STEPS
from people.models import Person
from pool import ledger
from pool.models import Round


@dataclass(frozen=True)
class Candidate:
    """A recommended case: why it cannot be approved, or why it is not ticked from the start; `after` is the sum with it."""

    row: Row
    reasons: list[str]
    doubt: str
    after: int

    @property
    def is_open(self) -> bool:
        return not self.reasons

    @property
    def is_ticked(self) -> bool:
        return self.is_open and not self.doubt


def candidates(round: Round, person: Person) -> tuple[list[Candidate], int]:
    """The round's recommended cases by points, and the room there is for them, in øre."""
    rows = [row for row in rows_of(round, person) if row.state == State.RECOMMENDED and row.recommended is not None]
    versions = ApplicationVersion.objects.defer("content")
    prefetch_related_objects([row.case for row in rows], Prefetch("versions", versions), "declarations")
    room = ledger.room_as_read(round)
    found, after = [], 0
    for row in ordered(rows, "-score"):
        reasons = _reasons(round, row.case, person, room)
        doubt = "" if reasons else need.shortage(room - after, row.recommended)
        after += row.recommended if not reasons and not doubt else 0
        found.append(Candidate(row, reasons, doubt, after))
    return found, room


def _reasons(round: Round, case: Application, person: Person, room: int) -> list[str]:
    step = STEPS[approvers_step(round, case)]
    if step.by.isdisjoint(case.held):
        return [_("Du er sagsbehandler på sagen, eller den hører ikke under dig. En anden leder godkender den.")]
    others = [ask(case, person) for ask in step.requires if ask is not need.money_left]
    money = need.shortage(room, case.recommended_amount) if need.money_left in step.requires else ""
    return [reason for reason in [*others, money] if reason]


@dataclass(frozen=True)
class Answer:
    """What became of one case: done, or the door's refusal."""

    case: Application
    refusal: str

    @property
    def done(self) -> bool:
        return not self.refusal


def approve(round: Round, person: Person, cases: list[Application], seen: dict[int, int]) -> list[Answer]:
    """Take each case by itself, in the given order; one refusal stops no other."""
    return [Answer(case, _approve_one(round, person, case, seen.get(case.pk))) for case in cases]


def _approve_one(round: Round, person: Person, case: Application, seen_revision: int | None) -> str:
    step = approvers_step(round, case)
    answers = {"reason": case.recommended_reason} if step == "refuse_by_delegation" else {}
    try:
        take(step, case.pk, person, seen_revision, answers)
    except Refused as refusal:
        return str(refusal)
    return ""
