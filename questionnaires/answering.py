"""Questions and answers: which questions are shown, whether an answer fits, what is wrong, how it reads.

Answers are plain data by key: text, a decimal as text, whole øre, an option's words, a list of them, true or false, an
ISO date, a list of files. Knows nothing of where they are kept.
"""

from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from pages.money import format_kroner
from questionnaires.models import Question

Kind = Question.Kind
# what a condition can ask about: the possible answers are known beforehand
CONDITIONAL = frozenset({Kind.CHOICE, Kind.SEVERAL, Kind.YES_NO})
DANISH = str.maketrans(",.", ".,")
MOST_DIGITS = 15
LONGEST = {Kind.TEXT: 200, Kind.LONG: 4000}


def possible_answers(question: Question) -> list:
    """The answers that a condition may name."""
    return [True, False] if question.kind == Kind.YES_NO else list(question.options)


def shown(questions: list[Question], answers: dict) -> list[Question]:
    """The questions that these answers call for, in order: what hangs on a hidden one is hidden too."""
    found: dict[str, Question] = {}
    for question in questions:
        if not question.depends_on or (question.depends_on in found and _calls_for(question, answers)):
            found[question.key] = question
    return list(found.values())


def _calls_for(question: Question, answers: dict) -> bool:
    given = answers.get(question.depends_on)
    return any(value in question.depends_values for value in (given if isinstance(given, list) else [given]))


def nothing(question: Question):
    """The plain data of no answer."""
    return {Kind.TEXT: "", Kind.LONG: "", Kind.SEVERAL: [], Kind.FILE: []}.get(question.kind)


def is_empty(answer) -> bool:
    return answer is None or answer == [] or (isinstance(answer, str) and not answer.strip())


def fits(question: Question, answer) -> bool:
    """Whether it is an answer that this question can have, whatever its limits. An empty one always is."""
    if is_empty(answer):
        return True
    match question.kind:
        case Kind.TEXT | Kind.LONG:
            return isinstance(answer, str)
        case Kind.NUMBER:
            return _number(answer) is not None
        case Kind.AMOUNT:
            return isinstance(answer, int) and not isinstance(answer, bool)
        case Kind.YES_NO:
            return isinstance(answer, bool)
        case Kind.DATE:
            return _day(answer) is not None
        case Kind.CHOICE:
            return answer in question.options
        case Kind.SEVERAL:
            return isinstance(answer, list) and all(each in question.options for each in answer)
        case _:
            return isinstance(answer, list) and all(isinstance(each, dict) and "name" in each for each in answer)


def validate(questions: list[Question], answers: dict) -> dict[str, str]:
    """What is wrong, by key, in the questions' order; only what is shown can be wrong."""
    wrong = {question.key: _fault(question, answers.get(question.key)) for question in shown(questions, answers)}
    return {key: text for key, text in wrong.items() if text}


def _fault(question: Question, answer) -> str:
    if is_empty(answer):
        return _("Udfyld «%(label)s».") % {"label": question.label} if question.required else ""
    if not fits(question, answer):
        return _("Svar igen på «%(label)s».") % {"label": question.label}
    size = _size(question, answer)
    if size is None:
        return ""
    label, least, most = question.label, question.least, question.most
    if most is not None and size > most:
        return _("«%(label)s» må højst være %(limit)s") % {"label": label, "limit": in_words(question, most)}
    if least is not None and size < least:
        return _("«%(label)s» skal mindst være %(limit)s") % {"label": label, "limit": in_words(question, least)}
    return ""


def _size(question: Question, answer):
    """What the limits of its kind measure."""
    match question.kind:
        case Kind.TEXT | Kind.LONG | Kind.SEVERAL:
            return len(answer)
        case Kind.NUMBER:
            return _number(answer)
        case Kind.AMOUNT:
            return answer
        case _:
            return None


def in_words(question: Question, limit) -> str:
    """A limit as a Dane reads it: «500 tegn», «12,5», «1.000 kr.», «3 kryds»."""
    match question.kind:
        case Kind.AMOUNT:
            return format_kroner(int(limit))
        case Kind.SEVERAL:
            return _("%(count)s kryds") % {"count": int(limit)}
        case Kind.TEXT | Kind.LONG:
            return ngettext("%(count)s tegn", "%(count)s tegn", int(limit)) % {"count": int(limit)}
        case _:
            return written(limit)


def display(question: Question, answer) -> str:
    """An answer as a Dane reads it; "" when nothing was answered, the bare words when it does not fit the question."""
    if is_empty(answer):
        return ""
    if not fits(question, answer):
        return ", ".join(map(str, answer)) if isinstance(answer, list) else str(answer)
    match question.kind:
        case Kind.AMOUNT:
            return format_kroner(answer)
        case Kind.NUMBER:
            return written(Decimal(answer))
        case Kind.YES_NO:
            return said(answer)
        case Kind.DATE:
            return date_format(date.fromisoformat(answer), pgettext("date format", "j. F Y"))
        case Kind.SEVERAL:
            return "\n".join(answer)
        case Kind.FILE:
            return "\n".join(file["name"] for file in answer)
        case _:
            return answer


def said(value) -> str:
    """A possible answer in words."""
    return (_("Ja") if value else _("Nej")) if isinstance(value, bool) else str(value)


def condition(question: Question, questions: list[Question]) -> str:
    """When a question is to be answered, in words; "" when always."""
    on = next((each for each in questions if each.key == question.depends_on), None)
    if on is None:
        return ""
    *first, last = [f"«{said(value)}»" for value in question.depends_values]
    values = _("%(first)s eller %(last)s") % {"first": ", ".join(first), "last": last} if first else last
    return _("Svar kun, hvis I har svaret %(values)s til «%(label)s».") % {"values": values, "label": on.label}


def written(number: Decimal) -> str:
    """«2.100,5»: without idle zeros."""
    return f"{Decimal(number).normalize():,f}".translate(DANISH)


def _number(answer) -> Decimal | None:
    try:
        found = Decimal(answer) if isinstance(answer, str) else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() and found.adjusted() < MOST_DIGITS else None


def _day(answer) -> date | None:
    try:
        return date.fromisoformat(answer) if isinstance(answer, str) else None
    except ValueError:
        return None
