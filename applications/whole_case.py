"""A case read whole, for its own page: one query says which of its lists hold anything, and only those are read.

Everything else in the request finds them read already. Refuses to read versions but the one that counts: their page does.
"""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects

from applications.models import (
    Application,
    ApplicationVersion,
    Assessment,
    Attachment,
    Declaration,
    GateAnswer,
    Hearing,
    HelpGiven,
    HelpQuestion,
    Note,
    Placement,
    Question,
    RefusalAdvice,
    Score,
)

SCORES = Prefetch("scores", Score.objects.select_related("criterion"))
LISTS = {
    "declarations": Declaration.objects.select_related("person"),
    "questions": Question.objects.select_related("asked_by"),
    "hearings": Hearing.objects.select_related("unit", "asked_by", "stated_by"),
    "help_given": HelpGiven.objects.select_related("person"),
    "help_questions": HelpQuestion.objects.select_related("asked_by", "answered_by"),
    "notes": Note.objects.select_related("person"),
    "gate_answers": GateAnswer.objects.select_related("answered_by"),
    "assessments": Assessment.objects.select_related("assessor").prefetch_related(SCORES),
    "placements": Placement.objects.select_related("item__meeting__committee"),
    "attachments": Attachment.objects.all(),
    "refusal_advice": RefusalAdvice.objects.select_related("written_by"),
}


def with_what_it_holds(rows: QuerySet[Application]) -> QuerySet[Application]:
    """The cases, each with `holds_<list>` for every list."""
    mine = {name: Exists(each.model.objects.filter(application=OuterRef("pk"))) for name, each in LISTS.items()}
    return rows.annotate(**{f"holds_{name}": there for name, there in mine.items()})


def read_lists(case: Application, *, scores: bool = True) -> Application:
    """Read what the case holds, each list in one query; an empty one costs none. Steps ask for no single scores."""
    wanted = LISTS if scores else LISTS | {"assessments": Assessment.objects.all()}
    lists = [Prefetch(name, rows.all() if getattr(case, f"holds_{name}") else rows.none()) for name, rows in wanted.items()]
    sent = ApplicationVersion.objects.filter(number=case.version_number)
    versions = Prefetch("versions", sent if case.version_number else sent.none())
    prefetch_related_objects([case], *lists, versions, "round__gates")
    return case
