"""Designing a questionnaire: questions added, changed, moved, copied and removed in a version of its own, then published.

Every act names the stamp of the version that its page showed; an older page is refused, so that two people never
overwrite each other. What is wrong is refused with ValidationError in Danish, and then nothing is changed.
"""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from journal import chain, clock
from people.models import Person
from questionnaires.answering import CONDITIONAL, LONGEST, possible_answers, said
from questionnaires.models import PLAIN, Question, Questionnaire, Version

MOST_QUESTIONS = 60
MOST_OPTIONS = 40
NOTHING = "0.0"
WITH_OPTIONS = frozenset({Question.Kind.CHOICE, Question.Kind.SEVERAL})


class OldPage(ValidationError):
    """Somebody else has changed the questions since the page was shown."""


def newest(subject: str) -> Version | None:
    """The version that is being designed, or the one that was published last."""
    return Version.objects.filter(questionnaire__subject=subject).order_by("number").last()


def published(subject: str) -> Version | None:
    rows = Version.objects.filter(questionnaire__subject=subject, published_at__isnull=False)
    return rows.select_related("published_by").order_by("number").last()


def questions_of(version: Version | None) -> list[Question]:
    return list(version.questions.all()) if version else []


def stamp(version: Version | None) -> str:
    """What a page gives back to say which questions it showed."""
    return f"{version.pk}.{version.revision}" if version else NOTHING


# ── acts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def put(subject: str, title: str, seen: str, facts: dict, key: str = "") -> None:
    """Change the question with this key, or add one at the end."""

    def change(questions):
        if not key:
            return [*questions, Question(key=new_key(), **facts)]
        at = _place(questions, key)
        questions[at] = changed(questions[at], facts)
        for each in questions:
            each.depends_on = questions[at].key if each.depends_on == key else each.depends_on
        return questions

    _change(subject, title, seen, change)


def move(subject: str, title: str, seen: str, key: str, by: int) -> None:
    """Up (-1) or down (1)."""

    def change(questions):
        at = _place(questions, key)
        to = min(max(at + by, 0), len(questions) - 1)
        questions.insert(to, questions.pop(at))
        return questions

    _change(subject, title, seen, change)


def duplicate(subject: str, title: str, seen: str, key: str) -> None:
    """A copy of a question, right below it."""

    def change(questions):
        at = _place(questions, key)
        facts = questions[at].plain() | {"key": new_key()}
        return [*questions[: at + 1], Question.from_plain(facts), *questions[at + 1 :]]

    _change(subject, title, seen, change)


def remove(subject: str, title: str, seen: str, key: str) -> None:
    def change(questions):
        questions.pop(_place(questions, key))
        return questions

    _change(subject, title, seen, change)


@transaction.atomic
def discard(subject: str, seen: str) -> None:
    """Throw away what is not published."""
    chain.lock()
    version = _seen(subject, seen)
    if version is None or version.published_at:
        raise ValidationError(_("Der er ingen ændringer at fortryde."))
    version.delete()


@transaction.atomic
def publish(subject: str, seen: str, by: Person, **facts) -> Version:
    """From now on these questions are asked. The event says what differs from those before, and `facts`."""
    chain.lock()
    version = _seen(subject, seen)
    if refusal := why_not_published(version):
        raise ValidationError(refusal)
    before = published(subject)
    differs = differences(questions_of(before), questions_of(version))
    version.published_at, version.published_by = clock.now(), by
    version.save()
    step = "change_questions" if before else "publish_questions"
    chain.record(subject, step, by, {"version": version.number, **differs, **facts})
    return version


@transaction.atomic
def copy(source: str, target: str, title: str, by: Person) -> None:
    """Give another subject the published questions of one, published there too."""
    if questions := questions_of(published(source)):
        _change(target, title, NOTHING, lambda _none: [Question.from_plain(question.plain()) for question in questions])
        publish(target, stamp(newest(target)), by)


@transaction.atomic
def begin(subject: str, title: str, questions: list[Question]) -> None:
    """Ready-made questions in a version that is designed from there. Only where there is none."""
    _change(subject, title, NOTHING, lambda _none: questions)


def why_not_published(version: Version | None) -> str:
    if version is None or version.published_at:
        return _("Der er ingen ændringer at udgive.")
    if version.number == 1 and not version.questions.exists():
        return _("Der er ingen spørgsmål endnu.")
    return ""


def differences(before: list[Question], after: list[Question]) -> dict[str, list[str]]:
    """Which questions are new, changed and gone, by their words."""
    old, new = ({question.key: question.plain() for question in questions} for questions in (before, after))
    found = {
        "tilføjet": [facts["label"] for key, facts in new.items() if key not in old],
        "rettet": [facts["label"] for key, facts in new.items() if key in old and facts != old[key]],
        "fjernet": [facts["label"] for key, facts in old.items() if key not in new],
    }
    return {name: labels for name, labels in found.items() if labels}


# ── how ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def _change(subject: str, title: str, seen: str, change: Callable[[list[Question]], list[Question]]) -> None:
    """Put changed questions in place of those that the page showed, in a version that is not published."""
    chain.lock()
    version = _seen(subject, seen)
    after = change(questions_of(version))
    check(after)
    if version is None or version.published_at:
        of = Questionnaire.objects.get_or_create(subject=subject, defaults={"title": title})[0]
        version = Version.objects.create(questionnaire=of, number=version.number + 1 if version else 1)
    version.questions.all().delete()
    Question.objects.bulk_create(_row(version, place, question) for place, question in enumerate(after))
    version.revision += 1
    version.save()


def _row(version: Version, place: int, question: Question) -> Question:
    return Question(version=version, position=place, **{name: getattr(question, name) for name in PLAIN})


def _seen(subject: str, seen: str) -> Version | None:
    version = newest(subject)
    if stamp(version) != seen:
        raise OldPage(_("En anden har ændret spørgsmålene, siden du åbnede siden. Se dem igennem, og prøv igen."))
    return version


def _place(questions: list[Question], key: str) -> int:
    for place, question in enumerate(questions):
        if question.key == key:
            return place
    raise ValidationError(_("Spørgsmålet findes ikke længere."))


def changed(question: Question, facts: dict) -> Question:
    """The question with other facts. One of another kind is another question: answers to the old are none to it."""
    key = question.key if facts["kind"] == question.kind else new_key()
    return Question(key=key, **facts)


def new_key() -> str:
    """Never used before, also not in another questionnaire: copies keep it, and answers find their way by it."""
    return get_random_string(8, "abcdefghijkmnpqrstuvwxyz23456789")


# ── what a form of questions must be ────────────────────────────────────────────────────────────────────────────────


def check(questions: list[Question]) -> None:
    """Raises ValidationError with everything that is wrong, by field of the question where it can be said."""
    if len(questions) > MOST_QUESTIONS:
        raise ValidationError(_("Der er plads til højst %(count)s spørgsmål.") % {"count": MOST_QUESTIONS})
    for place, question in enumerate(questions):
        _check_itself(question)
        _check_condition(question, questions[:place], questions)


def _check_itself(question: Question) -> None:
    wrong = {}
    if not question.label.strip():
        wrong["label"] = _("Skriv spørgsmålet.")
    if question.kind in WITH_OPTIONS and not 2 <= len(question.options) <= MOST_OPTIONS:
        wrong["options"] = _("Skriv mellem 2 og %(most)s muligheder, én på hver linje.") % {"most": MOST_OPTIONS}
    if len(set(question.options)) < len(question.options):
        wrong["options"] = _("Den samme mulighed står to gange.")
    if limit := _wrong_limit(question):
        wrong["most"] = limit
    if question.least is not None and question.most is not None and question.least > question.most:
        wrong["most"] = _("«Højst» skal være mindst lige så stort som «mindst».")
    if wrong:
        raise ValidationError(wrong)


def _wrong_limit(question: Question) -> str:
    """Why the largest size cannot be what it is; numbers and amounts may have any."""
    most = question.most
    if most is None or question.kind not in (*LONGEST, Question.Kind.SEVERAL):
        return ""
    largest = LONGEST.get(question.kind, len(question.options))
    if most != int(most) or not 1 <= most <= largest:
        return _("Skriv et helt tal fra 1 til %(largest)s, eller lad feltet være tomt.") % {"largest": largest}
    return ""


def _check_condition(question: Question, earlier: list[Question], questions: list[Question]) -> None:
    """What it hangs on stands above it and can be answered so."""
    if not question.depends_on:
        return
    words = {"label": question.label}
    on = next((each for each in questions if each.key == question.depends_on), None)
    if on is None:
        raise ValidationError(_("«%(label)s» hænger på et spørgsmål, der så ikke er der mere. Ret det først.") % words)
    words["on"] = on.label
    if on not in earlier:
        raise ValidationError(_("«%(label)s» skal stå under «%(on)s», som det hænger på.") % words)
    known = possible_answers(on) if on.kind in CONDITIONAL else []
    gone = [said(value) for value in question.depends_values if value not in known]
    if gone or not question.depends_values:
        words["answers"] = ", ".join(f"«{answer}»" for answer in gone)
        raise ValidationError(_("«%(label)s» vises efter svar på «%(on)s», som ikke findes: %(answers)s") % words)
