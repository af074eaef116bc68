"""The evaluation of a decided round: designed, opened to a day, answered once by each who is asked, and closed by the clock.

Who has answered is one fact, what was answered another, and nothing joins them: no event, no message and no time is written
when somebody answers, and the answers are shuffled. Results are read when it has closed, so that nobody can see the
difference that one answer makes. Refuses with door.Refused, or ValidationError where a form asks.
"""

import random
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from applications.door import AlreadyHandled, NotYours, WrongAnswers
from applications.models import Application, Evaluation, EvaluationAnswer, Invitation
from applications.roles import READ_BY_ROLES, appointed, told
from applications.states import State
from journal import chain, clock, outbox
from people.models import Person
from people.roles import Role
from pool import cases
from pool.models import Round
from questionnaires import answering, designing
from questionnaires.models import Question

KEEPERS = (Role.CONSULTANT,)
READERS = (Role.CONSULTANT, Role.MANAGER, Role.AUDITOR)
USUAL_DAYS = 21
REMIND_BEFORE = timedelta(days=3)
ORDER = random.SystemRandom()


def subject(round_: Round) -> str:
    return f"evaluering/{round_.pk}"


def title(round_: Round) -> str:
    return _("Evaluering af %(round)s") % {"round": round_.name}


def of(round_: Round) -> Evaluation | None:
    return Evaluation.objects.select_related("version", "round").filter(round=round_).first()


def questions_of(evaluation: Evaluation) -> list[Question]:
    return list(evaluation.version.questions.all())


def is_open(evaluation: Evaluation) -> bool:
    return clock.today() <= evaluation.closes


# ── the consultant ──────────────────────────────────────────────────────────────────────────────────────────────────


def must_be_designable(round_: Round) -> None:
    if Evaluation.objects.filter(round=round_).exists():
        raise ValidationError(_("Evalueringen er åbnet, og spørgsmålene kan ikke ændres."))


def begin_with_the_usual(round_: Round) -> None:
    """The ready-made questions in a version of its own; nothing when there are questions already."""
    from applications.evaluation_questions import usual

    must_be_designable(round_)
    if designing.newest(subject(round_)) is None:
        designing.begin(subject(round_), title(round_), usual())


def why_not_opened(round_: Round) -> str:
    """Empty when the evaluation may be opened now."""
    if Evaluation.objects.filter(round=round_).exists():
        return _("Evalueringen er allerede åbnet.")
    counts = cases.counts([round_.pk]).get(round_.pk, cases.Counts())
    if not counts.sent or counts.undecided or round_.announced_at is None or clock.now() < round_.deadline:
        return _("Evalueringen kan åbnes, når alle ansøgninger i runden er afgjort.")
    decided = round_.applications.filter(decided_at__isnull=False, letter_released_at=None)
    if decided.exists():
        return _("Evalueringen kan åbnes, når alle breve er sendt.")
    questions = designing.questions_of(designing.newest(subject(round_)))
    if not questions:
        return _("Der er ingen spørgsmål endnu.")
    if any(question.kind == Question.Kind.FILE for question in questions):
        return _("En evaluering kan ikke bede om filer. Fjern spørgsmålet om en fil.")
    return ""


@transaction.atomic
def open_to(round_: Round, by: Person, closes: date) -> Evaluation:
    """Ask everybody who stands behind a case of the round, and the leaders. Once."""
    chain.lock()
    if reason := why_not_opened(round_):
        raise ValidationError(reason)
    if closes <= clock.today():
        raise ValidationError({"closes": _("Vælg en dag, der ligger efter i dag.")})
    version = designing.newest(subject(round_))
    if version.published_at is None:
        version = designing.publish(subject(round_), designing.stamp(version), by)
    facts = {"version": version, "opened_at": clock.now(), "opened_by": by, "closes": closes}
    evaluation = Evaluation.objects.create(round=round_, **facts)
    asked = asked_of(round_)
    rows = [Invitation(evaluation=evaluation, person=person, role=role) for person, role in asked]
    Invitation.objects.bulk_create(rows)
    event = chain.record(round_.subject, "open_evaluation", by, {"sidste dag": closes.isoformat(), "spurgte": len(rows)})
    for person, _role in asked:
        _tell(event, person, evaluation, "evaluation_opened")
    return evaluation


def asked_of(round_: Round) -> list[tuple[Person, str]]:
    """(person, as what) of everybody behind the round's sent cases; who leads the unit is asked as a leader."""
    found: dict[int, tuple[Person, str]] = {}
    near = {role: _by_unit(role) for role in (Role.APPLICANT, Role.UNIT_LEADER)}
    rows = Application.objects.filter(round=round_, version_number__gt=0).exclude(state=State.DRAFT)
    for case in rows.select_related("unit").prefetch_related(*READ_BY_ROLES).order_by("pk"):
        for role, as_what in ((Role.APPLICANT, Invitation.As.APPLICANT), (Role.UNIT_LEADER, Invitation.As.LEADER)):
            for person in told(role, case, _near(near[role], case)):
                known = found.get(person.pk)
                if known is None or as_what == Invitation.As.LEADER:
                    found[person.pk] = (person, as_what)
    return sorted(found.values(), key=lambda pair: pair[0].pk)


def _by_unit(role: Role) -> dict[int, list[Person]]:
    near: dict[int, list[Person]] = {}
    for person in appointed(role):
        for unit in {row.unit_id for row in person.current_assignments if row.role == role}:
            near.setdefault(unit, []).append(person)
    return near


def _near(by_unit: dict[int, list[Person]], case: Application) -> list[Person]:
    """Who could hold the role on the case at all: in its unit, or above it."""
    return list({person.pk: person for unit in case.unit.ancestor_ids() for person in by_unit.get(unit, [])}.values())


def _tell(event, person: Person, evaluation: Evaluation, template: str) -> None:
    link = f"/evaluering/{evaluation.round_id}/"
    outbox.owe(event, person, template, {"evaluation": evaluation, "round": evaluation.round, "link": link}, link=link)


def remind() -> None:
    """Once, three days before the last day: those who have not answered."""
    soon = clock.today() + REMIND_BEFORE
    for pk in Evaluation.objects.filter(reminded_at=None, closes__lte=soon, closes__gte=clock.today()).values_list("pk"):
        with transaction.atomic():
            chain.lock()
            evaluation = Evaluation.objects.select_for_update(of=("self",)).select_related("round").get(pk=pk[0])
            if evaluation.reminded_at is not None:
                continue
            evaluation.reminded_at = clock.now()
            evaluation.save(update_fields=["reminded_at"])
            event = chain.record(evaluation.round.subject, "remind_evaluation", None, {})
            for row in evaluation.invitations.filter(answered=False).select_related("person").order_by("person_id"):
                _tell(event, row.person, evaluation, "evaluation_closes")


# ── who is asked ────────────────────────────────────────────────────────────────────────────────────────────────────


def waiting_for(person: Person) -> list[Evaluation]:
    """The open evaluations that the person has not answered, the nearest last day first."""
    mine = Invitation.objects.filter(person=person, answered=False, evaluation__closes__gte=clock.today())
    return [row.evaluation for row in mine.select_related("evaluation__round").order_by("evaluation__closes", "pk")]


@transaction.atomic
def answer(round_: Round, by: Person, given: dict) -> None:
    """Keep the answers without the person, and that the person has answered without the answers."""
    evaluation = Evaluation.objects.select_for_update(of=("self",)).select_related("version").filter(round=round_).first()
    row = Invitation.objects.filter(evaluation=evaluation, person=by).first() if evaluation else None
    if row is None:
        raise NotYours(_("Du er ikke spurgt i denne evaluering."))
    if not is_open(evaluation):
        raise AlreadyHandled(_("Evalueringen er lukket."))
    questions = questions_of(evaluation)
    if wrong := answering.validate(questions, given):
        raise WrongAnswers(wrong)
    if not Invitation.objects.filter(pk=row.pk, answered=False).update(answered=True):
        raise AlreadyHandled(_("Du har allerede svaret. Tak for det."))
    kept = {
        question.key: given[question.key]
        for question in answering.shown(questions, given)
        if not answering.is_empty(given.get(question.key))
    }
    _shuffle(evaluation, EvaluationAnswer(evaluation=evaluation, role=row.role, answers=kept))


def _shuffle(evaluation: Evaluation, new: EvaluationAnswer) -> None:
    """Write every answer anew under a new key in random order: the newest stands anywhere."""
    rows = [*evaluation.answers.all(), new]
    EvaluationAnswer.objects.filter(evaluation=evaluation).delete()
    ORDER.shuffle(rows)
    fresh = [EvaluationAnswer(evaluation=evaluation, role=row.role, answers=row.answers) for row in rows]
    EvaluationAnswer.objects.bulk_create(fresh)


def faults() -> list[str]:
    """Evaluations that hold another number of answers than of people who have answered."""
    answered = Count("invitations", filter=Q(invitations__answered=True), distinct=True)
    rows = Evaluation.objects.annotate(said=answered, held=Count("answers", distinct=True)).exclude(said=F("held"))
    return [
        f"evaluation of round {row.round_id}: {row.said} have answered, {row.held} answers" for row in rows.order_by("pk")
    ]
