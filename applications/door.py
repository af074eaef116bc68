"""The one door: every change of a case's state goes through `take`, in one transaction, or does not happen.

Order: lock the case → does its state allow the step? → is the page stale? → may this person? → what is missing? →
are the answers right? → event → freeze → body → revision + 1 → messages → commit. State and role are asked apart:
«already handled» is a friendly page, «not yours» is a 403.
"""

from copy import copy
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from applications import content, round_questions, timeline, whereabouts
from applications.effects_of_steps import WrongAnswer
from applications.models import Application, ApplicationVersion, Author, Hand
from applications.roles import HAND_OF, MAY, roles_on, told
from applications.states import State
from applications.steps import STEPS, Step
from journal import chain, clock, outbox
from people.models import Person, Unit
from people.roles import UNIT_ROLES, Role
from pool.ledger import NoMove
from pool.models import Round

# so close together, the same act by the same person was one press
PRESSED_TWICE = timedelta(seconds=30)


class Refused(Exception):
    """The door stays closed; str() says why, in Danish."""


class NotYours(Refused):
    """The person holds no role that may take the step."""


class AlreadyHandled(Refused):
    """The case is in another state: somebody was quicker, or the button was pressed twice."""


class Stale(Refused):
    """The case was changed after the page was shown."""


class NotYet(Refused):
    """A requirement of the step is not met, or the money is not there."""


class WrongAnswers(Refused):
    """Answers by question that must be corrected."""

    def __init__(self, errors: dict[str, str]):
        super().__init__(" ".join(errors.values()))
        self.errors = errors


def load_locked(case_id: int) -> Application:
    """The case, locked until the transaction ends."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("round__pool_year", "unit")
    return rows.get(pk=case_id)


def load_locked_for(case_id: int, by: Person, action: str) -> Application:
    """The case, locked, for a person whose role lets them do this now (roles.MAY); `held` are all their roles on it.

    Whoever ends a role locks the chain too: what follows stands before that or does not happen. Raises NotYours.
    """
    case = load_locked(case_id)
    chain.lock()
    case.held = roles_on(Person.objects.get(pk=by.pk), case)
    if MAY[action].isdisjoint(case.held):
        raise NotYours(_("Din rolle i sagen giver ikke lov til det."))
    return case


@transaction.atomic
def take(name: str, case_id: int, by: Person | None, seen_revision: int | None = None, answers: dict | None = None):
    """Take a step on a case as a person (None: the system). Answers the case after the step; raises Refused."""
    step, case = STEPS[name], load_locked(case_id)
    acting = _admit(step, case, by, seen_revision)
    cleaned, errors = step.clean(answers or {}, case)
    if errors:
        raise WrongAnswers(errors)
    case.event = chain.record(case.subject, name, by, _payload(step, case, by, cleaned, acting))
    _still_holds(by, step, case)
    case.acting_roles, case.also_tell = acting, []
    if by is not None and acting <= UNIT_ROLES:
        Author.objects.get_or_create(application=case, person=by)
    if by is not None and name in HAND_OF:
        Hand.objects.get_or_create(application=case, person=by, act=HAND_OF[name])
    if step.freezes:
        _freeze(case)
    try:
        getattr(case, name)(**cleaned)
    except WrongAnswer as wrong:
        raise WrongAnswers({wrong.question: wrong.text}) from wrong
    except NoMove as refusal:
        raise NotYet(str(refusal)) from refusal
    case.revision += 1
    case.changed_at, case.changed_by = case.event.at, by
    case.save()
    _tell(step, case)
    return case


@transaction.atomic
def create(by: Person, unit: Unit, round: Round, *, copy_of: Application | None = None) -> Application:
    """Step «create»: a new draft in a unit of the person's, numbered in the round's year. Raises Refused."""
    if not any(a.role in (Role.APPLICANT, Role.UNIT_LEADER) and a.unit_id == unit.pk for a in by.current_assignments):
        raise NotYours(_("Du kan kun oprette ansøgninger for en enhed, hvor du har en rolle."))
    if not unit.is_open:
        raise NotYet(_("Enheden er lukket."))
    if not round.is_open_for(unit):
        raise NotYet(_("Runden er ikke åben."))
    if untouched := _begun_just_now(by, unit, round, copy_of):
        return untouched
    now = clock.now()
    case = Application(round=round, unit=unit, created_at=now, changed_at=now, changed_by=by, contact_name=by.name)
    case.contact_email, case.contact_phone = by.email, by.phone
    case.number = _draw_number(round.pool_year.year)
    case.save()
    Author.objects.create(application=case, person=by)
    if copy_of is not None:
        from applications.drafts import restore

        case.copied_from = copy_of
        restore(case, content.freeze(copy_of))
    chain.record(case.subject, "create", by, {"til": State.DRAFT, "version": 0})
    return case


def _begun_just_now(by: Person, unit: Unit, round: Round, copy_of: Application | None) -> Application | None:
    """A button that was pressed twice: the draft that the person began a moment ago and nobody has written in."""
    chain.lock()
    fresh = Application.objects.filter(unit=unit, round=round, copied_from=copy_of, state=State.DRAFT, revision=1)
    return fresh.filter(created_at__gt=clock.now() - PRESSED_TWICE, changed_by=by).order_by("-pk").first()


@dataclass(frozen=True)
class Offer:
    """A step as a button: open to press, or the reasons why not yet."""

    step: Step
    reasons: list[str]


def offers(case: Application, person: Person) -> list[Offer]:
    """The steps that state and role allow now, each with the reasons that still hold it back."""
    held = roles_on(person, case)
    fitting = [s for s in STEPS.values() if case.state in s.sources and held & s.by]
    return [Offer(step, step.reasons_against(case, person)) for step in sorted(fitting, key=lambda s: s.order)]


def will_tell(step: Step, case: Application, by: Person) -> list[Person]:
    """Whom the step will tell, for its confirm page: some roles reach a case only through what the step does to it."""
    ahead, target = copy(case), step.target_of(case)
    if target == State.APPROVED_FOR_DECISION:
        ahead.approved_at = case.approved_at or clock.now()
    if target == State.GRANTED:
        ahead.granted_amount = case.granted_amount or case.amount_sought
    people = {person.pk: person for role in step.tells for person in told(role, ahead)}
    return [person for person in people.values() if person.pk != by.pk]


def _admit(step: Step, case: Application, by: Person | None, seen_revision: int | None) -> frozenset[Role]:
    """The roles in which the person takes the step; raises Refused."""
    if by is not None:
        chain.lock()  # whoever ends a role locks it too: the step stands before that or does not happen
        by = Person.objects.get(pk=by.pk)  # roles as they are now, not as they were when the page was shown
    held = frozenset({Role.SYSTEM}) if by is None else roles_on(by, case)
    if case.state not in step.sources:
        raise AlreadyHandled(_("Sagen er allerede behandlet: den er nu «%(state)s».") % {"state": _state_said(case, by)})
    if not held & step.by:
        raise NotYours(_("Din rolle i sagen giver ikke lov til det."))
    if seen_revision is not None and seen_revision != case.revision:
        raise Stale(_("Sagen er ændret, siden du åbnede siden. Se den igennem, og prøv igen."))
    if reasons := step.reasons_against(case, by):
        raise NotYet(" ".join(reasons))
    return held & step.by


def _still_holds(by: Person | None, step: Step, case: Application) -> None:
    """Whoever lost the role while we waited for the chain came too late: every change of a role holds its lock too."""
    if by is not None and not roles_on(Person.objects.get(pk=by.pk), case) & step.by:
        raise NotYours(_("Din rolle i sagen giver ikke lov til det."))


def _state_said(case: Application, by: Person | None) -> str:
    """The state in words; a refusal tells the unit no decision before the letter does."""
    secret = by is not None and timeline.outcome_is_secret(case, by)
    return str(whereabouts.shown_state(case, outcome_is_secret=secret).label)


def _payload(step: Step, case: Application, by: Person | None, cleaned: dict, acting: frozenset[Role]) -> dict:
    deputising = {a.deputy_for.name for a in by.current_assignments if a.deputy_for and a.role in acting} if by else set()
    return {
        "fra": case.state,
        "til": step.target_of(case),
        "version": case.version_number + step.freezes,
        "roller": sorted(acting),
        "svar": step.facts(cleaned),
        **({"stedfortræder for": sorted(deputising)} if deputising else {}),
    }


def _freeze(case: Application) -> None:
    frozen = content.freeze(case)
    case.questions_version = round_questions.version_answered(case)
    case.version_number += 1
    ApplicationVersion.objects.create(
        application=case,
        number=case.version_number,
        content=frozen,
        sha256=content.digest(frozen),
        frozen_at=case.event.at,
        frozen_by=case.event.actor,
    )


def _tell(step: Step, case: Application) -> None:
    fresh = Application.objects.select_related("round", "unit", "case_officer").get(pk=case.pk)
    people = {person.pk: person for role in step.tells for person in told(role, fresh)}
    people |= {person.pk: person for person in case.also_tell}
    people.pop(case.event.actor_id, None)
    context = {"case": fresh, "step": step, "by": case.event.actor, "answers": case.event.payload["svar"]}
    for person in people.values():
        outbox.owe(case.event, person, step.mail, context, link=fresh.get_absolute_url())


def _draw_number(year: int) -> str:
    """The year's next running number; a number is never used twice, gaps are allowed."""
    chain.lock()
    last = Application.objects.filter(number__startswith=f"{year}-").order_by("-pk").values_list("number", flat=True).first()
    return f"{year}-{int(last.partition('-')[2]) + 1 if last else 1:03d}"
