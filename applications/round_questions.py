"""The round's own questions as one application answers them. What a questionnaire is: the package questionnaires.

What is not sent answers the questions that were published last; whatever has been sent keeps those it answered. Answers
stand by key on the application. What no present question asks for, or can take, is set aside: kept, shown, not sent.
"""

from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from questionnaires import answering, designing
from questionnaires.models import Question, Version

PREFIX = "question_"
FILE = Question.Kind.FILE


def asked(case) -> list[Question]:
    """The questions of this application; read once for each object."""
    if not hasattr(case, "own_questions"):
        version = Version.objects.filter(pk=case.questions_version_id)
        if case.is_not_sent:
            published = Version.objects.filter(questionnaire__subject=case.round.subject, published_at__isnull=False)
            version = published.order_by("-number")[:1]
        needed = case.is_not_sent or case.questions_version_id
        rows = Question.objects.filter(version__in=version.values("pk")).select_related("version") if needed else []
        case.own_questions = list(rows)
        if any(question.kind == FILE for question in case.own_questions):
            prefetch_related_objects([case], "attachments")
    return case.own_questions


def version_answered(case) -> Version | None:
    """Which version of the round's questions the application answers now."""
    return next((question.version for question in asked(case)), None)


def answers(case) -> dict:
    """What each question asked has for an answer, as plain data; nothing where what is stored does not fit."""
    return {question.key: _answer(case, question) for question in asked(case)}


def answer(case, key: str):
    """One answer as plain data."""
    question = next((each for each in [*asked(case), *recalled(case)] if each.key == key), None)
    return case.round_answers.get(key) if question is None else _answer(case, question)


def _answer(case, question: Question):
    found = files(case, question.key) if question.kind == FILE else case.round_answers.get(question.key)
    return answering.nothing(question) if found is None or not answering.fits(question, found) else found


def recall(case, keys: set[str]) -> None:
    """Let the case know those of these questions that it is not asked any more: a page that is open still shows them.

    What is typed there is set aside.
    """
    case.recalled = list(once_asked(keys - {question.key for question in asked(case)}).values())


def recalled(case) -> list[Question]:
    return getattr(case, "recalled", [])


def shown(case) -> list[Question]:
    return answering.shown(asked(case), answers(case))


def rows_of(case, key: str = "") -> list:
    """The attachments that answer a question; without a key those in general, and those whose question is gone."""
    own = {question.key for question in asked(case) if question.kind == FILE}
    return [row for row in case.attachments.all() if (row.question if row.question in own else "") == key]


def files(case, key: str = "") -> list[dict]:
    """The same as plain data."""
    rows = rows_of(case, key)
    return [{"id": row.pk, "name": row.name, "size": row.size, "sha256": row.sha256} for row in rows]


def attachments(case) -> list:
    """Every file of the case but those whose question the answers do not call for."""
    idle = {question.key for question in asked(case)} - {question.key for question in shown(case)}
    return [row for row in case.attachments.all() if row.question not in idle]


def note_version(case, keys: set[str]) -> None:
    """Remember that a draft has answered all the questions asked now, and so has seen them."""
    version = version_answered(case)
    wanted = {question.key for question in asked(case) if question.kind != FILE}
    if case.is_not_sent and version and wanted <= keys and case.questions_version_id != version.pk:
        case.questions_version = version
        case.save(update_fields=["questions_version"])


def is_behind(case) -> bool:
    """Whether the questions were changed after this draft last answered them."""
    answered = case.questions_version_id
    return case.is_not_sent and bool(answered) and any(question.version_id != answered for question in asked(case))


def aside(case) -> list[tuple[str, str]]:
    """(question, answer) in words of what was answered and is not asked for any more."""
    now = answers(case)
    left = {
        key: value for key, value in case.round_answers.items() if not answering.is_empty(value) and now.get(key) != value
    }
    return [(question.label, answering.display(question, left[key])) for key, question in once_asked(left).items()]


def drafts_touched(round_) -> int:
    """How many applications of the round that are not sent are asked something else when questions are published."""
    from applications.states import State

    return round_.applications.filter(state__in=[State.DRAFT, State.AWAITING_ENDORSEMENT]).count()


def must_be_open(round_) -> None:
    if round_.archived_at:
        raise ValidationError(_("Runden ligger i arkivet, og dens spørgsmål kan ikke ændres."))


def publish(round_, seen: str, by) -> None:
    """Ask these questions from now on. Drafts see them at once; what was sent keeps its own."""
    must_be_open(round_)
    designing.publish(round_.subject, seen, by, kladder=drafts_touched(round_))


def once_asked(keys) -> dict[str, Question]:
    """Questions by key as they were asked last, in whatever round: a key means the same question everywhere."""
    rows = Question.objects.filter(key__in=list(keys), version__published_at__isnull=False) if keys else []
    return {question.key: question for question in sorted(rows, key=lambda question: question.version_id)}
