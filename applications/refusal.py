"""Why a case was refused, from its frozen assessment, and the consultant's advice on what would make it fit for support.

The reasons are names and words alone: unmet requirements with their notes, and the criteria where the case stood weaker
than those that got support. No points, no assessor and no other applicant can be read from them. They are fixed with the
letter's facts; afterwards the case's page reads them there. Refuses with door.Refused.
"""

from fractions import Fraction

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from applications.models import Application, RefusalAdvice
from applications.states import State
from documents.models import Document
from journal import chain, clock, outbox
from people.models import Person

MOST_CRITERIA = 3
CLEARLY = Fraction(1, 2)  # so many points below the supported ones is a criterion that weighed down
MIDDLE = Fraction(5, 2)  # what a case is held to when nothing was supported
BEFORE = (State.UNDER_ASSESSMENT, State.RECOMMENDED, State.APPROVED_FOR_DECISION, State.ON_AGENDA)
LONGEST = 4000


# ── why ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def explained(case: Application) -> dict:
    """The facts of a refusal for its letter: unmet requirements, criteria that weighed down, the advice."""
    first = case.refusal_advice.filter(is_supplement=False).first()
    return {"gates": unmet(case), "criteria": weighed_down(case), "advice": first.text if first else ""}


def unmet(case: Application) -> list[dict]:
    """Required gates that are not met; of the optional ones only when too few are."""
    answers = list(case.gate_answers.select_related("gate").order_by("gate__position", "gate_id"))
    enough = sum(row.met and not row.gate.required for row in answers) >= case.round.optional_gates_needed
    missing = [row for row in answers if not row.met and (row.gate.required or not enough)]
    return [{"name": row.gate.name, "note": row.note} for row in missing]


def weighed_down(case: Application) -> list[str]:
    """Names of criteria where the case stood clearly below those that are supported, the heaviest first."""
    own, theirs = _means(Application.objects.filter(pk=case.pk)), _means(_supported(case))
    gaps = []
    for criterion in case.round.criteria.all():
        if criterion.pk in own:
            gap = theirs.get(criterion.pk, MIDDLE) - own[criterion.pk]
            if gap >= CLEARLY:
                gaps.append((-gap * criterion.weight, criterion.position, criterion.pk, criterion.name))
    return [name for _gap, _position, _pk, name in sorted(gaps)[:MOST_CRITERIA]]


def _supported(case: Application):
    """The round's other cases that have a grant, or are recommended for one and not refused."""
    granted = Q(granted_amount__isnull=False)
    recommended = Q(recommended_amount__gt=0) & ~Q(state__in=[State.REFUSED, State.WITHDRAWN])
    return Application.objects.filter(granted | recommended, round=case.round_id).exclude(pk=case.pk)


def _means(cases) -> dict[int, Fraction]:
    """Mean points by criterion, exact."""
    rows = cases.order_by().values_list("assessments__scores__criterion")
    found = rows.annotate(points=Sum("assessments__scores__points"), count=Count("assessments__scores"))
    return {criterion: Fraction(points, count) for criterion, points, count in found if criterion is not None}


# ── the advice ──────────────────────────────────────────────────────────────────────────────────────────────────────


def with_the_recommendation(case: Application, text: str) -> None:
    """What the consultant wrote when recommending; an empty text takes an earlier one away."""
    first = case.refusal_advice.filter(is_supplement=False)
    if not text:
        first.delete()
    elif not first.filter(text=text).exists():
        facts = {"text": text, "written_by": case.event.actor, "written_at": case.event.at}
        case.refusal_advice.update_or_create(is_supplement=False, defaults=facts)


def may_advise(case: Application) -> bool:
    """A case that is on its way to a decision, or has been refused."""
    return case.state in (*BEFORE, State.REFUSED)


def is_supplement_now(case: Application) -> bool:
    return case.state == State.REFUSED and case.letter_released_at is not None


@transaction.atomic
def advise(case_id: int, by: Person, text: str) -> None:
    """Write or change the advice; once the letter is out, add a supplement that the unit is told of."""
    from applications.door import AlreadyHandled, WrongAnswers, load_locked_for

    case, text = load_locked_for(case_id, by, "write_advice"), text.strip()
    if not may_advise(case):
        raise AlreadyHandled(_("Der kan ikke gives råd i sagen nu."))
    if is_supplement_now(case):
        if not text:
            raise WrongAnswers({"text": _("Skriv dit råd til enheden.")})
        return _supplement(case, by, text)
    event = chain.record(case.subject, "write_advice", by, {"svar": {"advice": text}})
    case.event = event
    with_the_recommendation(case, text)
    if case.state == State.REFUSED:
        _write_the_letter_anew(case, event)
    return None


def _supplement(case: Application, by: Person, text: str) -> None:
    from applications.agenda import receivers

    if case.refusal_advice.filter(text=text).exists():
        return
    event = chain.record(case.subject, "add_advice", by, {"svar": {"advice": text}})
    case.refusal_advice.create(text=text, is_supplement=True, written_by=by, written_at=clock.now())
    for person in receivers([case])[0]:
        outbox.owe(event, person, "advice_added", {"case": case, "by": by}, link=f"{case.get_absolute_url()}#stoette")


def _write_the_letter_anew(case: Application, event) -> None:
    """The letter that waits is put aside for one with the advice; the rest of its facts stay as they were decided."""
    from documents import store

    waiting = Document.objects.filter(subject=case.subject, kind="letter", superseded=False).order_by("-pk").first()
    if waiting is None:
        return
    facts = waiting.facts | {"refusal": waiting.facts.get("refusal", {}) | {"advice": explained(case)["advice"]}}
    Document.objects.filter(pk=waiting.pk).update(superseded=True)
    named = {"title": waiting.title, "file_name": waiting.file_name}
    store.owe("letter", case.subject, cause=event, facts=facts, **named)


# ── on the page ─────────────────────────────────────────────────────────────────────────────────────────────────────


def shown(case: Application, letters: list[Document]) -> dict:
    """What the case's page says: the reasons from the letter that counts, and every advice."""
    letter = next((row for row in letters if row.kind == "letter" and not row.superseded), None)
    facts = letter.facts.get("refusal", {}) if letter and case.state == State.REFUSED else {}
    return {
        "gates": facts.get("gates", []),
        "criteria": facts.get("criteria", []),
        "advice": list(case.refusal_advice.all()),
    }


def advice_for_copy(case: Application) -> list[RefusalAdvice]:
    """What the unit was advised about the refused case that this draft is a copy of; to its own unit alone."""
    source = case.copied_from if case.copied_from_id else None
    if source is None or source.unit_id != case.unit_id or source.state != State.REFUSED or not source.letter_released_at:
        return []
    return list(source.refusal_advice.all())
