"""The administration's work on a case that is no step: impartiality, gates, scores, hearings, help, notes.

Each function locks the case, asks whether the person may, writes, and records the event. Scores stay closed to the
other assessors until they have given their own. Refuses with door.Refused.
"""

from dataclasses import dataclass
from statistics import mean

from django.db import transaction
from django.utils.translation import gettext as _

from applications import requirements as need
from applications.door import PRESSED_TWICE, AlreadyHandled, NotYet, NotYours, WrongAnswers, load_locked_for
from applications.models import (
    Application,
    Assessment,
    Declaration,
    GateAnswer,
    Hand,
    Hearing,
    HelpGiven,
    Note,
    Score,
)
from applications.roles import may, people_with, roles_on, visible_to
from applications.states import State
from journal import chain, clock, outbox
from people.models import Person, RoleAssignment, Unit
from people.roles import Role
from pool.models import Round

ASSESSABLE = (State.SUBMITTED, State.UNDER_ASSESSMENT, State.AWAITING_INFORMATION)


def _a_moment_ago(field: str) -> dict:
    """Narrows rows to those of a press that came twice; the case is locked, so the first is already there."""
    return {f"{field}__gt": clock.now() - PRESSED_TWICE}


@transaction.atomic
def declare(case_id: int, by: Person, level: str, note: str = "") -> Declaration:
    """Declare one's impartiality in a case. Anything but «none» takes a note; a later declaration replaces it."""
    case = load_locked_for(case_id, by, "declare")
    if level != Declaration.Level.NONE and not note.strip():
        raise WrongAnswers({"note": _("Skriv kort, hvad din interesse i sagen er.")})
    declaration, _new = Declaration.objects.update_or_create(
        application=case,
        person=by,
        defaults={"level": level, "note": note.strip(), "declared_at": clock.now(), "settled_by": None},
    )
    chain.record(case.subject, "declare", by, {"habilitet": level})
    return declaration


def declare_for_round(round: Round, by: Person, case_ids: set[int] | None = None) -> int:
    """«No interest» in the round's cases that the person may declare in and has not; answers how many.

    `case_ids` are those that the person saw and ticked: a case that came since is not among them.
    """
    mine = visible_to(by).filter(round=round).exclude(declarations__person=by)
    if case_ids is not None:
        mine = mine.filter(pk__in=[case.pk for case in mine if case.pk in case_ids])
    count = 0
    for case in mine.order_by("pk"):
        if may(by, case, "declare"):
            declare(case.pk, by, Declaration.Level.NONE)
            count += 1
    return count


@transaction.atomic
def settle(declaration: Declaration, by: Person, may_take_part: bool) -> None:
    """A manager settles a «possible» interest: the person may take part, or is disqualified."""
    case = load_locked_for(declaration.application_id, by, "settle_declaration")
    declaration.refresh_from_db()
    if declaration.person_id == by.pk:
        raise NotYours(_("Du kan ikke tage stilling til din egen habilitet."))
    if declaration.level != Declaration.Level.POSSIBLE or declaration.settled_by_id:
        raise AlreadyHandled(_("Der er allerede taget stilling."))
    declaration.level = Declaration.Level.POSSIBLE if may_take_part else Declaration.Level.DISQUALIFIED
    declaration.settled_by = by
    declaration.save()
    chain.record(case.subject, "settle_declaration", by, {"person": declaration.person_id, "må deltage": may_take_part})


@transaction.atomic
def answer_gates(case_id: int, by: Person, answers: dict[int, tuple[bool, str]]) -> None:
    """Answer gates by id: met or not, with a note."""
    case = load_locked_for(case_id, by, "answer_gates")
    _require(case, by)
    for gate in case.round.gates.filter(pk__in=answers):
        met, note = answers[gate.pk]
        GateAnswer.objects.update_or_create(
            application=case, gate=gate, defaults={"met": met, "note": note, "answered_by": by}
        )
    chain.record(case.subject, "answer_gates", by, {"krav": {str(pk): met for pk, (met, _note) in answers.items()}})


@transaction.atomic
def assess(
    case_id: int, by: Person, points: dict[int, int], comment: str, reasons: dict[int, str] | None = None
) -> Assessment:
    """Give (or correct) one's own scores: 0–5 for every criterion of the round and a reason for the whole."""
    case = load_locked_for(case_id, by, "assess")
    _require(case, by)
    criteria = {criterion.pk: criterion for criterion in case.round.criteria.all()}
    errors = {f"points_{pk}": _("Giv fra 0 til 5 point.") for pk in criteria if points.get(pk) not in range(6)}
    if not comment.strip():
        errors["comment"] = _("Skriv en kort begrundelse for dine point.")
    if errors:
        raise WrongAnswers(errors)
    assessment, _new = Assessment.objects.update_or_create(
        application=case,
        assessor=by,
        defaults={"version_number": case.version_number, "comment": comment.strip(), "given_at": clock.now()},
    )
    for pk, criterion in criteria.items():
        Score.objects.update_or_create(
            assessment=assessment,
            criterion=criterion,
            defaults={"points": points[pk], "reason": (reasons or {}).get(pk, "")},
        )
    Hand.objects.get_or_create(application=case, person=by, act=Hand.Act.ASSESSED)
    chain.record(case.subject, "assess", by, {"point": {criteria[pk].key: points[pk] for pk in criteria}})
    return assessment


def _require(case: Application, by: Person) -> None:
    if case.state not in ASSESSABLE:
        raise AlreadyHandled(_("Sagen er ikke længere under vurdering."))
    if reason := need.has_declared(case, by):
        raise NotYet(reason)


@transaction.atomic
def ask_hearing(case_id: int, by: Person, unit: Unit, question: str, due) -> Hearing:
    """Ask another unit to state its view by a day; its leaders are told."""
    case = load_locked_for(case_id, by, "ask_hearing")
    if due < clock.today():
        raise WrongAnswers({"due": _("Vælg en dato, der ikke er passeret.")})
    if same := case.hearings.filter(unit=unit, question=question, asked_by=by, **_a_moment_ago("asked_at")).first():
        return same
    hearing = Hearing.objects.create(
        application=case, unit=unit, question=question, due=due, asked_by=by, asked_at=clock.now()
    )
    event = chain.record(case.subject, "ask_hearing", by, {"enhed": unit.name, "frist": due.isoformat()})
    leaders = RoleAssignment.objects.in_force().filter(role=Role.UNIT_LEADER, unit=unit)
    for leader in Person.objects.filter(pk__in=leaders.values("person")):
        outbox.owe(
            event, leader, "hearing_asked", {"case": case, "hearing": hearing, "by": by}, link=case.get_absolute_url()
        )
    return hearing


@transaction.atomic
def state_hearing(hearing: Hearing, by: Person, stance: str, statement: str) -> None:
    """The heard unit's leader states: for, with conditions or against."""
    case = load_locked_for(hearing.application_id, by, "state_hearing")
    hearing.refresh_from_db()
    if hearing.stated_at:
        raise AlreadyHandled(_("Udtalelsen er allerede afgivet."))
    leads = any(a.role == Role.UNIT_LEADER and a.unit_id == hearing.unit_id for a in by.current_assignments)
    if not leads:
        raise NotYours(_("Det kan kun lederen af den enhed, der er spurgt."))
    if stance != Hearing.Stance.FOR and not statement.strip():
        raise WrongAnswers({"statement": _("Skriv jeres begrundelse eller vilkår.")})
    hearing.stance, hearing.statement, hearing.stated_by, hearing.stated_at = stance, statement.strip(), by, clock.now()
    hearing.save()
    event = chain.record(case.subject, "state_hearing", by, {"enhed": hearing.unit.name, "udtalelse": stance})
    for person in people_with(Role.CONSULTANT, case):
        if case.case_officer_id in (None, person.pk):
            context = {"case": case, "hearing": hearing, "by": by}
            outbox.owe(event, person, "hearing_stated", context, link=case.get_absolute_url())


@transaction.atomic
def log_help(case_id: int, by: Person, text: str, substantial: bool) -> HelpGiven:
    case = load_locked_for(case_id, by, "log_help")
    if not text.strip():
        raise WrongAnswers({"text": _("Skriv kort, hvad du har hjulpet med.")})
    if same := case.help_given.filter(person=by, text=text.strip(), **_a_moment_ago("at")).first():
        return same
    given = HelpGiven.objects.create(application=case, person=by, at=clock.now(), text=text.strip(), substantial=substantial)
    chain.record(case.subject, "log_help", by, {"væsentlig": substantial})
    return given


@transaction.atomic
def write_note(case_id: int, by: Person, text: str) -> Note:
    case = load_locked_for(case_id, by, "write_note")
    if not text.strip():
        raise WrongAnswers({"text": _("Skriv notatet.")})
    if same := case.notes.filter(person=by, text=text.strip(), **_a_moment_ago("at")).first():
        return same
    return Note.objects.create(application=case, person=by, at=clock.now(), text=text.strip())


@transaction.atomic
def answer_question(case_id: int, by: Person, answers: dict[int, str]) -> None:
    """The unit writes its answers to open questions; they are sent with the step provide_information."""
    case = load_locked_for(case_id, by, "edit")
    if case.state != State.AWAITING_INFORMATION:
        raise AlreadyHandled(_("Der er ingen åbne spørgsmål."))
    for question in case.questions.filter(pk__in=answers, status="open"):
        question.answer = answers[question.pk].strip()
        question.save(update_fields=["answer"])
    case.revision += 1
    case.save()


def assessments_shown_to(person: Person, case: Application) -> list[Assessment]:
    """The assessments the person may read: an assessor only after giving their own, while the case is being assessed."""
    given = list(case.assessments.all())
    held = roles_on(person, case)
    if not may(person, case, "see_assessment"):
        return []
    assessing = held & {Role.CONSULTANT, Role.CO_ASSESSOR} and case.state in ASSESSABLE
    own = [assessment for assessment in given if assessment.assessor_id == person.pk]
    return given if not assessing or own or not may(person, case, "assess") else []


@dataclass(frozen=True)
class Result:
    """Points out of 5: the weighted mean over assessors, and the widest gap between two assessors' weighted points."""

    points: float
    spread: float
    assessors: int


def result_of(case: Application) -> Result | None:
    """The weighted result of a case, None before anybody scored. Reads only what is prefetched."""
    totals = []
    for assessment in case.assessments.all():
        scores = [(score.points, score.criterion.weight) for score in assessment.scores.all()]
        weights = sum(weight for _points, weight in scores)
        if weights:
            totals.append(sum(points * weight for points, weight in scores) / weights)
    return result_from(totals)


def result_from(totals: list[float]) -> Result | None:
    """The result from each assessor's weighted points."""
    if not totals:
        return None
    return Result(round(mean(totals), 2), round(max(totals) - min(totals), 2), len(totals))
