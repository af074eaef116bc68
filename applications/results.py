"""A project's story on its way to the public: begun, written, seen by its unit, sent to Kommunikation.

The unit or the consultant writes, a communicator edits. Nothing is published that its unit has not seen word for word, or
that nobody of the unit has said yes to. A change by anybody but who saw it for the unit asks the unit again, and a planned
publishing falls away. What the communicator does with it: applications.going_public. Refuses with door.Refused.
"""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from applications import public_words, reporting
from applications.door import AlreadyHandled, NotYet, NotYours, Stale, WrongAnswers, load_locked
from applications.models import Application, Result
from applications.roles import MAY, UNIT, roles_on, told
from applications.states import State
from journal import chain, clock, outbox
from people.models import Person
from people.roles import Role

WORDS = (*public_words.WORDS, "hours")
WRITES, PUBLISHES = MAY["write_result"], MAY["publish_result"]
DRAFT, IN_REVIEW, PUBLISHED = Result.Status.DRAFT, Result.Status.IN_REVIEW, Result.Status.PUBLISHED
ADVANCED = frozenset({State.REPORTED, State.COMPLETED})


# ── what can be done now ────────────────────────────────────────────────────────────────────────────────────────────


def not_ready(case: Application) -> str:
    """Why there is nothing to tell of the project yet, or ""."""
    if case.state in ADVANCED:
        return ""
    if case.state == State.ACTIVE and case.project.reports.filter(sent_at__isnull=False).exists():
        return ""
    if case.state == State.ACTIVE:
        return _("Send en statusrapport først. Så er der noget at fortælle.")
    return _("Historien kan skrives, når projektet er i gang og har sendt en rapport.")


def consented(case: Application, result: Result) -> bool:
    return case.consent_to_publish is True or result.unit_consents


def not_public_yet(result: Result) -> list[str]:
    """Why it cannot be published now, each a sentence."""
    case = result.application
    reasons = [reason for reason in [not_ready(case)] if reason] + public_words.lacking(result)
    if not result.is_seen:
        reasons.append(_("Enheden har ikke set teksten, som den er nu."))
    if not consented(case, result):
        reasons.append(_("Enheden har ikke sagt ja til, at projektet vises offentligt."))
    return reasons


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def begin(case_id: int, by: Person) -> Result:
    """The story, filled from what the unit has told already; a second press finds the first."""
    case, _held = case_for(case_id, by, WRITES)
    if why := not_ready(case):
        raise NotYet(why)
    if found := Result.objects.filter(pk=case.pk).first():
        return found
    event = chain.record(case.subject, "write_result", by)
    with override("da"):  # whoever begins it, the story is in Danish
        told_already = _told_already(case)
    return Result.objects.create(application=case, written_by=by, changed_at=event.at, **told_already)


def _told_already(case: Application) -> dict:
    sent = case.current_version().content
    report = reporting.last_sent(case.project, "final") or reporting.last_sent(case.project, "status")
    return {
        "title": sent.get("title") or case.title,
        "lead": (sent.get("short_description") or "")[:400],
        "what": sent.get("activities") or "",
        "why": sent.get("purpose") or "",
        "outcome": (report.result or report.summary) if report else "",
        "lesson": report.lessons if report else "",
        "advice": report.advice if report else "",
        "hours": report.hours if report else None,
        "contact": _("Ledelsen i %(unit)s") % {"unit": case.unit.name},
    }


@transaction.atomic
def write(case_id: int, by: Person, *, seen_revision: int, **words) -> Result:
    """Store the words; who saw them for the unit before anybody else's change is asked to see them again."""
    case, result, held = result_for(case_id, by, WRITES | PUBLISHES)
    if result.status == IN_REVIEW and not held & PUBLISHES:
        raise AlreadyHandled(_("Historien ligger hos Kommunikation. Bed dem om at sende den tilbage."))
    if result.status == DRAFT and not held & WRITES:
        raise NotYours(_("Historien er ikke sendt til Kommunikation endnu."))
    not_stale(result, seen_revision)
    changed = [name for name in WORDS if name in words and words[name] != getattr(result, name)]
    if not changed:
        return result
    was_seen, mine = result.is_seen, result.seen_by_id == by.pk
    for name in changed:
        setattr(result, name, words[name])
    result.revision += 1
    result.written_by, result.changed_at, result.publish_at = by, clock.now(), None
    if was_seen and mine:
        result.seen_revision = result.revision
    result.save()
    if held & PUBLISHES or (was_seen and not mine):
        event = chain.record(case.subject, "edit_result", by, {"rettet": changed})
        tell(event, result, "see_result", unit_side(case))
    return result


@transaction.atomic
def see(case_id: int, by: Person, *, seen_revision: int, consents: bool = False) -> Result:
    """The unit has seen these words and stands by them; says yes to being public where its application did not."""
    case, result, _held = result_for(case_id, by, UNIT)
    not_stale(result, seen_revision)
    if result.is_seen and consented(case, result):
        raise AlreadyHandled(_("Enheden har allerede set og godkendt historien."))
    event = _seen(case, result, by, consents)
    if result.status != DRAFT:
        tell(event, result, "result_seen", communicators(case))
    return result


def _seen(case: Application, result: Result, by: Person, consents: bool):
    complete(result)
    if case.consent_to_publish is not True:
        if not (consents or result.unit_consents):
            raise WrongAnswers({"consents": _("Sæt kryds, hvis projektet må vises offentligt.")})
        result.unit_consents = True
    event = chain.record(case.subject, "see_result", by, {"udgave": result.revision})
    result.seen_by, result.seen_at, result.seen_revision = by, event.at, result.revision
    result.save()
    return event


@transaction.atomic
def send(case_id: int, by: Person, *, seen_revision: int, consents: bool = False) -> Result:
    """To Kommunikation. Who sends it for the unit has seen it; sent by the consultant it waits for the unit too."""
    case, result, held = result_for(case_id, by, WRITES)
    not_stale(result, seen_revision)
    if result.status == IN_REVIEW or (result.status == PUBLISHED and not result.has_new_words):
        raise AlreadyHandled(_("Historien ligger allerede hos Kommunikation."))
    complete(result)
    if held & UNIT and not (result.is_seen and consented(case, result)):
        _seen(case, result, by, consents)
    event = chain.record(case.subject, "send_result", by, {"udgave": result.revision})
    if result.status != PUBLISHED:
        result.status = IN_REVIEW
    result.save()
    tell(event, result, "send_result", communicators(case))
    if not result.is_seen:
        tell(event, result, "see_result", unit_side(case))
    return result


# ── doors ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def case_for(case_id: int, by: Person | None, roles: frozenset[Role]) -> tuple[Application, frozenset[Role]]:
    """The locked case and the roles in which the person acts on it; the timetable acts in none."""
    case = load_locked(case_id)
    if by is None:
        return case, frozenset()
    chain.lock()  # whoever ends a role locks it too
    held = roles_on(Person.objects.get(pk=by.pk), case) & roles
    if not held:
        raise NotYours(_("Din rolle i sagen giver ikke lov til det."))
    return case, held


def result_for(case_id: int, by: Person | None, roles: frozenset[Role]) -> tuple[Application, Result, frozenset[Role]]:
    case, held = case_for(case_id, by, roles)
    result = Result.objects.filter(pk=case_id).first()
    if result is None:
        raise NotYet(_("Historien er ikke begyndt endnu."))
    result.application = case
    return case, result, held


def not_stale(result: Result, seen_revision: int) -> None:
    if seen_revision != result.revision:
        raise Stale(_("Teksten er ændret, siden du åbnede siden. Se den igennem, og prøv igen."))


def complete(result: Result) -> None:
    if lacks := public_words.lacking(result):
        raise NotYet(" ".join(lacks))


def may_be_public(result: Result) -> None:
    if reasons := not_public_yet(result):
        raise NotYet(" ".join(reasons))


def unit_side(case: Application) -> list[Person]:
    return told(Role.UNIT_LEADER, case) + told(Role.APPLICANT, case)


def communicators(case: Application) -> list[Person]:
    return told(Role.COMMUNICATOR, case)


def new_figures(case: Application, event) -> None:
    """The project has come further than its public page tells: Kommunikation is asked to publish it again."""
    if result := Result.objects.filter(pk=case.pk, status=PUBLISHED).first():
        tell(event, result, "new_figures", communicators(case))


def pictures_chosen(case: Application, event) -> None:
    """Somebody (`case.held`) not of the unit chose a picture or its words: the unit sees it again before it is public."""
    result = Result.objects.select_for_update().filter(pk=case.pk).first()
    if result is None or not result.is_seen or not UNIT.isdisjoint(case.held):
        return
    result.revision, result.publish_at = result.revision + 1, None
    result.save()
    tell(event, result, "see_result", unit_side(case))


def tell(event, result: Result, template: str, people: list[Person], **more) -> None:
    case = result.application
    context = {"case": case, "result": result, "by": event.actor, **more}
    for person in {person.pk: person for person in people if person.pk != event.actor_id}.values():
        outbox.owe(event, person, template, context, link=f"{case.get_absolute_url()}historie/")
