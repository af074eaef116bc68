"""What is past its deadline today, kind by kind: a subject, the day it is counted from, and how much of it there is.

Looks at facts alone: dates of decisions, projects, messages and roles. What was erased is not found again, because its
proposal says so. Refuses to guess: a case whose date is missing is not due.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import CharField, Exists, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat, TruncMonth
from django.utils import timezone

from applications.models import (
    Application,
    Attachment,
    Consent,
    ErasureProposal,
    FinanceFile,
    Photo,
    RetentionPeriod,
    Talk,
    Voucher,
)
from applications.retention_rules import ASKING, GONE, forward
from applications.states import ENDED, GRANTED_ONCE, State
from documents.models import Document
from journal import clock
from journal.models import Event, Message
from people.models import Person, RoleAssignment

UNITS_PAPERS = ("receipt", "letter")
MONTHS = "beskeder"
UNSENT = Q(state__in=(State.DRAFT, State.AWAITING_ENDORSEMENT), version_number=0)


@dataclass(frozen=True)
class Due:
    """One subject of a kind. `since`: the day it is counted from. `holds`: how many rows of what."""

    kind: str
    subject: str
    since: date
    until: date


def years_of() -> dict[str, int]:
    """How many years each kind is kept: the municipality's choice, else the default."""
    chosen = dict(RetentionPeriod.objects.values_list("kind", "years"))
    return {kind.code: chosen.get(kind.code, kind.years) for kind in ASKING}


def due(kind: str, subject: str | None = None, today: date | None = None) -> Iterator[Due]:
    """Everything of a kind whose deadline has passed and that is not erased; with a subject, that one alone."""
    today, years = today or clock.today(), years_of()[kind]
    gone = set(ErasureProposal.objects.filter(kind=kind).exclude(erased_at=None).values_list("subject", flat=True))
    for found, since in _SINCE[kind](today - timedelta(days=365 * years)):  # no year is shorter
        until = forward(since, years)
        if until <= today and found not in gone and subject in (None, found):
            yield Due(kind, found, since, until)


def everything_due() -> list[Due]:
    return [found for kind in ASKING for found in due(kind.code)]


def _day_after(day: date):
    after = day + timedelta(days=1)
    return timezone.make_aware(datetime(after.year, after.month, after.day))


def _not_granted(early: date) -> Iterator[tuple[str, date]]:
    ended = Q(state=State.REFUSED, decided_at__lt=_day_after(early))
    ended |= Q(state=State.WITHDRAWN, version_number__gt=0, changed_at__lt=_day_after(early))
    for case in Application.objects.filter(ended).order_by("pk").iterator():
        yield case.subject, timezone.localdate(case.decided_at or case.changed_at)


def _unsent(early: date) -> Iterator[tuple[str, date]]:
    rows = Application.objects.filter(UNSENT, round__deadline__lt=_day_after(early)).select_related("round").order_by("pk")
    for case in rows.iterator():
        yield case.subject, timezone.localdate(case.round.deadline)


def _granted(early: date, rows=None) -> Iterator[tuple[str, date]]:
    """A case with money: from the end of its project, and never while one runs."""
    rows = Application.objects.all() if rows is None else rows
    ended = Q(state__in=GRANTED_ONCE & ENDED, changed_at__lt=_day_after(early))
    ended |= Q(state=State.GRANTED, decided_at__lt=_day_after(early))
    for case in rows.filter(ended, decided_at__isnull=False).select_related("project").order_by("pk").iterator():
        project = getattr(case, "project", None)
        day = timezone.localdate(project.ended_at if project and project.ended_at else case.decided_at)
        yield case.subject, max(day, (project or case).ends or day)


def _taken_off(early: date) -> Iterator[tuple[str, date]]:
    taken = Attachment.objects.filter(taken_from=OuterRef("pk"))
    return _granted(early, Application.objects.filter(Exists(taken)))


def _vouchers(early: date) -> Iterator[tuple[str, date]]:
    """From the day after the year of the newest voucher, once the project has ended."""
    ended = dict(_granted(early, Application.objects.filter(project__vouchers__isnull=False).distinct()))
    newest = Voucher.objects.values_list("project__application__number").annotate(newest=Max("date")).order_by()
    for number, day in newest:
        if Application.subject_of(number) in ended:
            yield Application.subject_of(number), date(day.year + 1, 1, 1)


def _finance_files(early: date) -> Iterator[tuple[str, date]]:
    rows = FinanceFile.objects.filter(imported_at__isnull=False, last_day__lte=early).order_by("pk")
    for file in rows:
        yield file.subject, date(file.last_day.year + 1, 1, 1)


def _photos(early: date) -> Iterator[tuple[str, date]]:
    hidden = Photo.objects.filter(project=OuterRef("pk"), is_shown=False)
    lonely = Consent.objects.filter(project=OuterRef("pk"), photos=None).exclude(covers=GONE)
    return _granted(early, Application.objects.filter(Exists(hidden) | Exists(lonely)))


def _messages(early: date) -> Iterator[tuple[str, date]]:
    """Month by month, from the month's last day."""
    rows = Message.objects.exclude(body="").filter(created_at__lt=_day_after(early))
    rows = rows.annotate(month=TruncMonth("created_at", tzinfo=timezone.get_default_timezone()))
    for month in rows.order_by("month").values_list("month", flat=True).distinct():
        yield f"{MONTHS}/{month:%Y-%m}", (month.date() + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _persons(early: date) -> Iterator[tuple[str, date]]:
    """Who holds no role now or later: since the last one ended, or since they were enrolled when they never had one."""
    held = RoleAssignment.objects.filter(person=OuterRef("pk"), person__is_active=True)
    held = held.filter(Q(valid_to=None) | Q(valid_to__gte=clock.today()))
    began = Event.objects.filter(subject=Concat(Value("person/"), Cast(OuterRef("pk"), CharField())), number=1)
    rows = Person.objects.filter(is_demo=False).exclude(Exists(held)).annotate(last=Max("assignments__valid_to"))
    for person in rows.annotate(began=Subquery(began.values("at"))).order_by("pk"):
        since = person.last or (timezone.localdate(person.began) if person.began else None)
        if since and since <= early and not running_cases(person).exists():
            yield person.subject, since


def running_cases(person: Person):
    """Cases on their way in which the person has a part; a draft that missed its round is on no way any more."""
    part = Q(authors__person=person) | Q(case_officer=person) | Q(co_assessors__person=person)
    rows = Application.objects.filter(part).exclude(state__in=ENDED | {State.GRANTED})
    return rows.exclude(UNSENT, round__deadline__lt=clock.now()).distinct()


_SINCE: dict[str, Callable[[date], Iterator[tuple[str, date]]]] = {
    "not_granted": _not_granted,
    "unsent": _unsent,
    "working_papers": _granted,
    "contact": _granted,
    "taken_off": _taken_off,
    "voucher": _vouchers,
    "finance_file": _finance_files,
    "photo": _photos,
    "messages": _messages,
    "person": _persons,
}


# ── how much there is, for the page of the proposal ─────────────────────────────────────────────────────────────────


def holds(kind: str, subject: str) -> dict[str, int]:
    """Rows by what they are called, those there are none of left out."""
    counted = _COUNT[kind](subject)
    return {name: number for name, number in counted.items() if number}


def case_of(subject: str) -> Application:
    return Application.objects.get(number=subject.partition("/")[2])


def finance_file_of(subject: str) -> FinanceFile:
    return FinanceFile.objects.get(pk=subject.partition("/")[2])


def papers_of(case: Application) -> dict[str, object]:
    """The rows beside a case that hold words of people, by what they are called."""
    return {
        "spørgsmål og svar": case.questions.all(),
        "høringer": case.hearings.all(),
        "spørgsmål til konsulenten": case.help_questions.all(),
        "hjælp": case.help_given.all(),
        "notater": case.notes.all(),
        "råd": case.refusal_advice.all(),
        "habilitet": case.declarations.exclude(note=""),
        "bedømmelser": case.assessments.all(),
        "samtaler": Talk.objects.filter(project=case.pk),
    }


def _count_case(subject: str) -> dict[str, int]:
    case = case_of(subject)
    return {
        "ansøgning": 1,
        "udgaver": case.versions.count(),
        "bilag": Attachment.objects.filter(Q(application=case) | Q(taken_from=case)).count(),
        "dokumenter": Document.objects.filter(subject=subject).count(),
        **{name: rows.count() for name, rows in papers_of(case).items()},
        "beskeder": Message.objects.filter(event__subject=subject).exclude(body="").count(),
    }


def _count_contact(subject: str) -> dict[str, int]:
    papers = Document.objects.filter(subject=subject, kind__in=UNITS_PAPERS).count()
    return {"udgaver": case_of(subject).versions.count(), "dokumenter": papers}


def _count_photos(subject: str) -> dict[str, int]:
    case = case_of(subject)
    return {
        "billeder": Photo.objects.filter(project=case.pk, is_shown=False).count(),
        "samtykker": Consent.objects.filter(project=case.pk).exclude(photos__is_shown=True).count(),
    }


def month_of(subject: str) -> tuple[date, date]:
    """The first day of the month, and of the next."""
    first = date.fromisoformat(f"{subject.partition('/')[2]}-01")
    return first, (first + timedelta(days=31)).replace(day=1)


def messages_in(subject: str):
    """The messages of a month that still say something. What is owed and not sent yet stays until it is."""
    first, after = (timezone.make_aware(datetime(day.year, day.month, 1)) for day in month_of(subject))
    rows = Message.objects.filter(created_at__gte=first, created_at__lt=after).exclude(body="")
    return rows.exclude(sent_at=None, due_at__isnull=False)


def _count_person(subject: str) -> dict[str, int]:
    person = Person.objects.get(pk=subject.partition("/")[2])
    return {
        "person": 1,
        "roller": person.assignments.count(),
        "hændelser": Event.objects.filter(subject=subject).count(),
        "beskeder": person.messages.exclude(body="").count(),
    }


_COUNT: dict[str, Callable[[str], dict[str, int]]] = {
    "not_granted": _count_case,
    "unsent": _count_case,
    "working_papers": lambda subject: {name: rows.count() for name, rows in papers_of(case_of(subject)).items()},
    "contact": _count_contact,
    "taken_off": lambda subject: {"bilag": case_of(subject).attachments_taken_off.count()},
    "voucher": lambda subject: {"regnskabsbilag": Voucher.objects.filter(project=case_of(subject).pk).count()},
    "finance_file": lambda subject: {"linjer": finance_file_of(subject).lines.count()},
    "photo": _count_photos,
    "messages": lambda subject: {"beskeder": messages_in(subject).count()},
    "person": _count_person,
}
