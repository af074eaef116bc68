"""What is proposed to be erased: written by the timetable, put off or approved by an administrator, one or a whole kind.

Idempotent: one proposal per kind and subject. What is no longer due (a longer period, a decision that was taken up again)
is taken back by itself. Approving erases in one transaction per subject and asks once more whether it is due.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from applications import erasing, erasing_person, erasing_projects
from applications.door import load_locked
from applications.models import ErasureProposal, RetentionPeriod
from applications.retention_due import case_of, due, everything_due, finance_file_of, holds, years_of
from applications.retention_rules import ANSWER_WITHIN, KINDS, LEAST_YEARS, MOST_YEARS
from journal import chain, clock, outbox
from people.appointments import administrators
from people.models import Person

SUBJECT = "opbevaring"


def waiting(today: date | None = None):
    """Proposals that nobody has answered, and those whose postponement is over."""
    today = today or clock.today()
    return ErasureProposal.objects.filter(erased_at=None).exclude(postponed_until__gte=today)


def postponed():
    return ErasureProposal.objects.filter(erased_at=None, postponed_until__gte=clock.today())


def erased():
    """What is gone, the latest first."""
    return ErasureProposal.objects.exclude(erased_at=None).order_by("-erased_at", "-pk")


@transaction.atomic
def propose() -> int:
    """Write what is due and not proposed, take back what is not due any more; answers how many are new."""
    chain.lock()
    found = {(each.kind, each.subject): each for each in everything_due()}
    known = set()
    for row in ErasureProposal.objects.filter(erased_at=None):
        if (row.kind, row.subject) in found:
            known.add((row.kind, row.subject))
        else:
            row.delete()
    new = [
        ErasureProposal(
            kind=kind,
            subject=subject,
            since=each.since,
            due_on=each.until,
            holds=holds(kind, subject),
            proposed_at=clock.now(),
        )
        for (kind, subject), each in found.items()
        if (kind, subject) not in known
    ]
    ErasureProposal.objects.bulk_create(new, batch_size=500)
    if new:
        _tell(len(new))
    return len(new)


def _tell(count: int) -> None:
    """The administrators get a word, once a day at the most."""
    last = chain.story(SUBJECT).filter(step="propose_erasure").last()
    if last and timezone.localdate(last.at) == clock.today():
        return
    event = chain.record(SUBJECT, "propose_erasure", None, {"antal": count})
    for administrator in administrators():
        outbox.owe(event, administrator, "erasure_proposed", {"count": count}, link=reverse("applications:erasure"))


@transaction.atomic
def approve(proposal_id: int, by: Person) -> None:
    """Erase what a proposal names. Raises ValidationError when it was answered, is put off, or is not due any more."""
    row = ErasureProposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    if row.erased_at:
        raise ValidationError(_("Det er allerede slettet."))
    if row.postponed_until and row.postponed_until >= clock.today():
        raise ValidationError(_("Sletningen er udsat. Ophæv udsættelsen først."))
    _erase(row, by)
    row.erased_at, row.decided_by, row.postponed_until, row.reason = clock.now(), by, None, ""
    row.save()


def _erase(row: ErasureProposal, by: Person) -> None:
    case = load_locked(case_of(row.subject).pk) if row.subject.startswith("ansøgning/") else None
    if not any(due(row.kind, row.subject)):
        raise ValidationError(_("Fristen er ikke længere gået. Forslaget forsvinder af sig selv."))
    if row.kind == "person":
        erasing_person.erase(int(row.subject.partition("/")[2]), by, {"slags": "person"})
    elif row.kind == "messages":
        erasing.erase_messages(row.subject, by)
    elif row.kind == "finance_file":
        erasing_projects.erase_finance_file(finance_file_of(row.subject), by)
    else:
        erasing.erase_case(row.kind, case, by)


def approve_kind(kind: str, ids: list[int], by: Person) -> tuple[int, list[str]]:
    """Approve the shown proposals of a kind, each by itself; how many were erased, and what held the others back."""
    done, refused = 0, []
    for row in waiting().filter(kind=kind, pk__in=ids):
        try:
            approve(row.pk, by)
            done += 1
        except ValidationError as refusal:
            refused.append(f"{row.subject}: {' '.join(refusal.messages)}")
    return done, refused


@transaction.atomic
def postpone(proposal_id: int, by: Person, until: date, reason: str) -> None:
    """Put a proposal off, with a reason: a complaint, a lawsuit, a request for access. A day that has passed is refused."""
    row = ErasureProposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    if row.erased_at:
        raise ValidationError(_("Det er allerede slettet."))
    if until <= clock.today():
        raise ValidationError({"until": _("Vælg en dag efter i dag.")})
    row.postponed_until, row.reason, row.decided_by = until, reason, by
    row.save()
    facts = {"slags": row.kind, "til": until.isoformat(), "svar": {"reason": reason}}
    chain.record(row.subject, "postpone_erasure", by, facts)


@transaction.atomic
def resume(proposal_id: int, by: Person) -> None:
    """The reason is gone: the proposal waits for an answer again."""
    row = ErasureProposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    if row.postponed_until is None:
        return
    row.postponed_until, row.decided_by = None, by
    row.save()
    chain.record(row.subject, "resume_erasure", by, {"slags": row.kind})


@transaction.atomic
def set_period(kind: str, years: int, by: Person) -> bool:
    """The municipality's own choice; answers whether it changed. The event says from what to what."""
    if not KINDS[kind].editable or not LEAST_YEARS <= years <= MOST_YEARS:
        raise ValidationError({"years": _("Vælg mellem %(least)s og %(most)s år.") % {"least": 1, "most": MOST_YEARS}})
    chain.lock()
    before = years_of()[kind]
    if before == years:
        return False
    RetentionPeriod.objects.update_or_create(kind=kind, defaults={"years": years})
    chain.record(SUBJECT, "set_retention", by, {"slags": kind, "år": [before, years]})
    return True


def late() -> list[str]:
    """What should be gone and is not: nobody proposed it, or nobody answered in time; depends on the clock."""
    rows = {(row.kind, row.subject): row for row in ErasureProposal.objects.filter(erased_at=None)}
    found = []
    for each in everything_due():
        row = rows.get((each.kind, each.subject))
        if row and row.postponed_until and row.postponed_until >= clock.today():
            continue
        if clock.today() - each.until > ANSWER_WITHIN:
            found.append(f"{each.subject}: {each.kind} since {each.since}, to be gone by {each.until}")
    return found
