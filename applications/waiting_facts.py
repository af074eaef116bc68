"""The facts of a case that decide what waits for a person, as columns of the one query that reads the cases.

`gates_left` … `heard` say the requirements of the step «recommend» in SQL; a test holds both equal.
"""

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from applications.models import (
    ApplicationVersion,
    Assessment,
    ChangeRequest,
    Declaration,
    GateAnswer,
    Hearing,
    HelpGiven,
    HelpQuestion,
    Milestone,
    Placement,
    Project,
    Question,
    RefusalAdvice,
    Voucher,
)
from applications.states import PROJECT
from journal import clock
from people.models import Person
from people.roles import Role
from pool.models import Extension, Gate

CASE = OuterRef("pk")


def facts(person: Person, *, projects: bool = True) -> dict:
    """Annotations for Application, as this person needs them; who has no part in projects does without theirs."""
    led = [a.unit_id for a in person.current_assignments if a.role == Role.UNIT_LEADER]
    own = Declaration.objects.filter(application=CASE, person=person)
    possible = Declaration.objects.filter(application=CASE, level="possible", settled_by=None).exclude(person=person)
    asked = Hearing.objects.filter(application=CASE, unit__in=led, stated_at=None).order_by("due", "pk")
    given = Extension.objects.filter(round=OuterRef("round"), unit=OuterRef("unit"))
    placed = Placement.objects.filter(application=CASE).order_by("-pk")
    questions = Question.objects.filter(application=CASE, status="open").order_by("due")
    return {
        "my_level": _first(own, "level"),
        "my_settler": _first(own, "settled_by"),
        "my_version": _first(Assessment.objects.filter(application=CASE, assessor=person), "version_number"),
        "my_hearing": _first(asked, "pk"),
        "my_hearing_due": _first(asked, "due"),
        "possible": Exists(possible),
        "help_asked": Exists(HelpQuestion.objects.filter(application=CASE, answered_at=None)),
        "question_due": _first(questions, "due"),
        "extended_to": _first(given, "deadline"),
        "item_status": _first(placed, "item__status"),
        "advised": Exists(RefusalAdvice.objects.filter(application=CASE)),
        **_readiness(),
        **(_of_project() if projects else {}),
    }


def _of_project() -> dict:
    """Of cases that have a project alone: the others cost no look at its tables."""
    due = Milestone.objects.filter(project=CASE, done_on=None).order_by("due")
    vouchers = Voucher.objects.filter(project=CASE)
    unbooked = Q(project__settlement=Project.Settlement.BUDGET_TRANSFER, project__transferred_at=None)
    return {
        "report_due": _in_project(_first(due.filter(kind=Milestone.Kind.FINAL_REPORT), "due"), None, DateField()),
        "effect_due": _in_project(_first(due.filter(kind=Milestone.Kind.EFFECT_LATER), "due"), None, DateField()),
        "voucher_refused": _in_project(Exists(vouchers.filter(status=Voucher.Status.REFUSED))),
        "voucher_registered": _in_project(Exists(vouchers.filter(status=Voucher.Status.REGISTERED))),
        "accounts_confirmed": _says(Q(project__confirmed_report__isnull=False)),
        "transfer_waits": _says(unbooked),
        "cancel_proposed_by": F("project__cancel_proposed_by"),
        "change_open": _in_project(Exists(ChangeRequest.objects.filter(project=CASE, status="open"))),
    }


def _says(asked: Q) -> Case:
    return Case(When(asked, then=Value(True)), default=Value(False), output_field=BooleanField())


def _in_project(fact, otherwise=False, kind=None) -> Case:
    return Case(When(state__in=PROJECT, then=fact), default=Value(otherwise), output_field=kind or BooleanField())


def _readiness() -> dict:
    current = ApplicationVersion.objects.filter(application=CASE, number=OuterRef("version_number"), endorsed_at=None)
    hearings = Hearing.objects.filter(application=CASE)
    helped = HelpGiven.objects.filter(application=OuterRef("application"), substantial=True, person=OuterRef("assessor"))
    return {
        "unendorsed": Exists(current),
        "gates_left": _count(Gate.objects.filter(round=OuterRef("round")), "round")
        - _count(GateAnswer.objects.filter(application=CASE), "application"),
        "assessors": _count(Assessment.objects.filter(application=CASE), "application"),
        "helped": Exists(HelpGiven.objects.filter(application=CASE, substantial=True)),
        "scored_without_help": Exists(Assessment.objects.filter(application=CASE).exclude(Exists(helped))),
        "hearing_open": Exists(hearings.filter(stated_at=None, due__gte=clock.today())),
        "heard": Exists(hearings),
    }


def _first(rows: QuerySet, name: str) -> Subquery:
    return Subquery(rows.values(name)[:1])


def _count(rows: QuerySet, group: str):
    counted = rows.order_by().values(group).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
