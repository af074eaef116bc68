"""What an auditor can prove about the whole database, and one fingerprint over its facts.

Each check answers a list of faults in English, empty when all is well. Checks that depend on the clock stand apart
and do not enter the fingerprint.
"""

import hashlib
import json
from datetime import timedelta

from django.apps import apps
from django.db.models import Max
from django.utils import timezone

from applications import erasure_proposals, evaluation, retention, sweeping
from applications.models import Application, Author, Hand, Project, Voucher
from applications.roles import HAND_OF, told
from applications.states import State
from applications.steps import STEPS
from climate import calculations
from documents import store
from journal import chain, clock, outbox
from journal.models import Event
from people.models import RoleAssignment
from people.roles import UNIT_ROLES
from pool import ledger

# with the phones of who signs in by two steps, which a library keeps
OUR_APPS = ("journal", "people", "otp_totp", "pool", "questionnaires", "climate", "documents", "applications")
# two sides of a case that no person is on
PAIRS = (
    ("applied and assessed", "unit", Hand.Act.ASSESSED),
    ("applied and recommended", "unit", Hand.Act.RECOMMENDED),
    ("applied and approved", "unit", Hand.Act.APPROVED),
    ("applied and recorded", "unit", Hand.Act.RECORDED),
    ("recommended and approved", Hand.Act.RECOMMENDED, Hand.Act.APPROVED),
    ("recommended and recorded", Hand.Act.RECOMMENDED, Hand.Act.RECORDED),
    ("approved and recorded", Hand.Act.APPROVED, Hand.Act.RECORDED),
)
# a sign-in is no fact about the pool, nor is how often one may still be tried
LEFT_OUT = {
    ("person", "last_login"),
    *(("totpdevice", name) for name in ("last_t", "drift", "last_used_at")),
    *(("totpdevice", name) for name in ("throttling_failure_timestamp", "throttling_failure_count")),
}
# how the house works at this moment
NO_FACTS = {"people.Bucket", "journal.Lease", "journal.Job", "applications.PublicSite"}


def replay() -> list[str]:
    """The events of each case lead to the state and the version that the case holds."""
    found = []
    last = {}
    for event in Event.objects.filter(subject__startswith="ansøgning/", step__in=[*STEPS, "create"]).order_by("position"):
        before = last.get(event.subject)
        if before and event.payload.get("fra") != before["til"]:
            found.append(f"{event}: from {event.payload.get('fra')}, but the case was {before['til']}")
        last[event.subject] = event.payload
    for case in Application.objects.all().iterator():
        story = last.get(case.subject)
        if story is None or (story["til"], story["version"]) != (case.state, case.version_number):
            found.append(f"{case.subject}: is {case.state} v{case.version_number}, its events say {story}")
    return found


def stories() -> list[str]:
    """What each case holds in the pockets fits its state."""
    found = []
    for case in Application.objects.select_related("project").iterator():
        held = ledger.balance_of(case.subject)
        reserved = case.recommended_amount if case.state in (State.APPROVED_FOR_DECISION, State.ON_AGENDA) else 0
        held_now = (held[ledger.RESERVED], held[ledger.COMMITTED] + held[ledger.SPENT])
        if held_now != (reserved or 0, _granted_still(case)):
            found.append(f"{case.subject}: {case.state}, but holds {held}")
    return found + _projects()


def _granted_still(case: Application) -> int:
    """What of the grant has not gone back, in øre: all of it while the project runs, what was spent when it has ended."""
    match case.state:
        case State.GRANTED:
            return case.granted_amount
        case State.ACTIVE | State.REPORTED:
            return case.project.holds
        case State.COMPLETED | State.CANCELLED:
            return case.project.spent
        case _:
            return 0


def _projects() -> list[str]:
    """A project's spending is the sum of its accepted vouchers, and it was granted what it says."""
    found = []
    for project in Project.objects.select_related("application").prefetch_related("vouchers").iterator(chunk_size=500):
        accepted = sum(voucher.amount for voucher in project.vouchers.all() if voucher.status == Voucher.Status.ACCEPTED)
        if (accepted, project.amount) != (project.spent, project.application.granted_amount):
            said = f"accounts for {project.spent} of {project.amount}, its vouchers for {accepted}"
            found.append(f"{project.application.subject}: {said}")
    return found


def four_eyes() -> list[str]:
    """In the whole history nobody both stood behind an application and decided about it, or decided it with two hands."""
    found, hands = [], _hands()
    for (subject, side), people in hands.items():
        for name, one, other in PAIRS:
            if side == one:
                found += [f"{subject}: person {pk} {name}" for pk in sorted(people & hands.get((subject, other), set()))]
    return found


def _hands() -> dict[tuple[str, str], set[int]]:
    """Who by case and side: what the events say, and who has written."""
    hands: dict[tuple[str, str], set[int]] = {}
    for number, person in Author.objects.order_by("pk").values_list("application__number", "person"):
        hands.setdefault((Application.subject_of(number), "unit"), set()).add(person)
    for event in Event.objects.filter(subject__startswith="ansøgning/").exclude(actor=None).order_by("position"):
        roles = event.payload.get("roller", UNIT_ROLES if event.step == "create" else ())
        side = "unit" if roles and UNIT_ROLES.issuperset(roles) else HAND_OF.get(event.step)
        if side:
            hands.setdefault((event.subject, side), set()).add(event.actor_id)
    return hands


def untold() -> list[str]:
    """A step that tells somebody has its message, unless nobody else held the role on that day."""
    telling = [name for name, step in STEPS.items() if step.tells]
    silent = Event.objects.filter(subject__startswith="ansøgning/", step__in=telling, messages=None)
    return [f"{event}: told nobody" for event in silent.order_by("position") if _should_have_told(event)]


def _should_have_told(event: Event) -> bool:
    case = Application.objects.select_related("round", "unit").get(number=event.subject.partition("/")[2])
    day = timezone.localdate(event.at)
    people = {person.pk: role for role in STEPS[event.step].tells for person in told(role, case)}
    people.pop(event.actor_id, None)
    held = RoleAssignment.objects.filter(valid_from__lte=day)
    return any(held.filter(person=pk, role=role).exists() for pk, role in people.items())


def overdue() -> list[str]:
    """Messages that have been due for more than an hour and are not sent; depends on the clock."""
    late = outbox.unsent().filter(due_at__lt=clock.now() - timedelta(hours=1))
    return [f"message {message.pk}: due since {message.due_at:%Y-%m-%d %H:%M}" for message in late[:50]]


def kept_too_long() -> list[str]:
    """What should be gone, of every kind of applications.retention_rules; depends on the clock."""
    drafts = [f"{case.subject}: discarded {case.changed_at:%Y-%m-%d}" for case in retention.overdue_drafts()]
    return drafts + retention.left_over() + erasure_proposals.late()


def unswept() -> list[str]:
    """Files that nothing names and that should be swept; depends on the clock."""
    return [f"file {name}: nothing names it" for name in sweeping.orphans()]


def fingerprint() -> str:
    """SHA-256 over every stored fact of the product, row by row in a fixed order."""
    digest = hashlib.sha256()
    for model in models():
        names = [f.attname for f in model._meta.concrete_fields if (model._meta.model_name, f.attname) not in LEFT_OUT]
        digest.update(model._meta.label.encode())
        for row in model.objects.order_by("pk").values_list(*names).iterator(chunk_size=1000):
            digest.update(json.dumps(row, default=str, sort_keys=True).encode())
    return digest.hexdigest()


def models() -> list:
    """Every table of ours that holds facts, in a fixed order."""
    found = [model for label in OUR_APPS for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    return sorted((model for model in found if model._meta.label not in NO_FACTS), key=lambda model: model._meta.label)


def checks(anchor: chain.Anchor | None = None) -> dict[str, list[str]]:
    """Every check that holds whatever the time, by name."""
    return {
        "chain": chain.faults(anchor),
        "states by replay": replay(),
        "pockets and moves": ledger.faults(),
        "money fits states": stories(),
        "everybody was told": untold(),
        "files": store.faults() + _attachments(),
        "calculations": calculations.faults(),
        "evaluations": evaluation.faults(),
        "four eyes": four_eyes(),
    }


def _attachments() -> list[str]:
    from applications.uploads import faults

    return faults()


def counts() -> dict[str, int]:
    return {
        "events": Event.objects.count(),
        "cases": Application.objects.count(),
        "last position": Event.objects.aggregate(last=Max("position"))["last"] or 0,
    }
