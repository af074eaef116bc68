"""What an evaluation says: counts, medians and texts by question, as far as nobody can be recognised in them.

A group of fewer than five answers is not shown. Applicants and leaders stand apart only where both groups are large enough:
else the difference between all and one of them would show the small one. Texts never stand with a group or beside other
answers, and come in alphabetical order. Nothing is shown before the evaluation has closed.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from django.utils.translation import gettext as _

from applications import evaluation as domain
from applications.models import Evaluation, Invitation
from documents import charts
from documents.sheets import SheetColumn, build_csv
from questionnaires import answering
from questionnaires.models import Question

LEAST = 5
Kind = Question.Kind
COUNTED = frozenset({Kind.CHOICE, Kind.SEVERAL, Kind.YES_NO})
NUMBERS = frozenset({Kind.NUMBER, Kind.AMOUNT})
ALL = "all"


@dataclass(frozen=True)
class Tally:
    """What one group answered to one question. `counts` for choices, `middle` for numbers."""

    group: str
    answered: int
    counts: tuple[tuple[str, int], ...] = ()
    middle: Decimal | None = None


@dataclass(frozen=True)
class QuestionResult:
    """`tallies`: all first, then by role where that is safe; empty when too few have answered."""

    question: Question
    tallies: tuple[Tally, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return self.question.label

    @property
    def is_hidden(self) -> bool:
        return not self.tallies

    @property
    def all(self) -> Tally:
        return self.tallies[0]

    @property
    def middle_said(self) -> list[tuple[str, str]]:
        """(group, median) in words."""
        if self.question.kind not in NUMBERS:
            return []
        is_amount = self.question.kind == Kind.AMOUNT
        plain = [(row.group, int(row.middle) if is_amount else str(row.middle)) for row in self.tallies]
        return [(group, answering.display(self.question, middle)) for group, middle in plain]

    @property
    def chart(self) -> charts.Chart | None:
        if self.is_hidden or self.question.kind not in COUNTED:
            return None
        apart = self.tallies[1:] or self.tallies
        kind = charts.Kind.STACKED if len(apart) > 1 else charts.Kind.BARS
        series = tuple(
            charts.Series(row.group if len(apart) > 1 else "", tuple(charts.Point(label, n) for label, n in row.counts))
            for row in apart
        )
        source = _("%(count)s svar på evalueringen") % {"count": self.all.answered}
        return charts.Chart(self.label, kind, series, _("svar"), source=source, label=_("Svar"))


@dataclass(frozen=True)
class Results:
    evaluation: Evaluation
    asked: int
    answered: int
    questions: tuple[QuestionResult, ...] = ()

    @property
    def is_too_small(self) -> bool:
        return self.answered < LEAST


def results(evaluation: Evaluation) -> Results:
    """The numbers of who was asked at any time; what was answered when it has closed."""
    invited = Counter(evaluation.invitations.values_list("answered", flat=True))
    asked, answered = invited.total(), invited[True]
    if domain.is_open(evaluation):
        return Results(evaluation, asked, answered)
    given = list(evaluation.answers.values_list("role", "answers"))
    rows = tuple(result_of(question, given) for question in domain.questions_of(evaluation))
    return Results(evaluation, asked, answered, rows)


def result_of(question: Question, given: list[tuple[str, dict]]) -> QuestionResult:
    """One question, from (role, answers) of everybody who answered the evaluation."""
    all_given = [(role, answers.get(question.key)) for role, answers in given]
    answered = [(role, answer) for role, answer in all_given if not answering.is_empty(answer)]
    if len(answered) < LEAST:
        return QuestionResult(question)
    whole = _tally(question, _("Alle"), [answer for _role, answer in answered])
    if question.kind not in COUNTED | NUMBERS:
        texts = sorted((answering.display(question, answer) for _role, answer in answered), key=str.casefold)
        return QuestionResult(question, (whole,), tuple(texts))
    by_role = {role: [answer for own, answer in answered if own == role] for role, _label in Invitation.As.choices}
    if not may_stand_apart([len(rows) for rows in by_role.values()]):
        return QuestionResult(question, (whole,))
    apart = [_tally(question, str(label), by_role[role]) for role, label in Invitation.As.choices]
    return QuestionResult(question, (whole, *apart))


def may_stand_apart(sizes: list[int]) -> bool:
    """Every group is large enough; one small group would be the difference between all and the rest."""
    return all(size >= LEAST for size in sizes)


def _tally(question: Question, group: str, answers: list) -> Tally:
    if question.kind in NUMBERS:
        return Tally(group, len(answers), middle=median(Decimal(answer) for answer in answers))
    if question.kind not in COUNTED:
        return Tally(group, len(answers))
    chosen = Counter(value for answer in answers for value in (answer if isinstance(answer, list) else [answer]))
    options = answering.possible_answers(question)
    return Tally(group, len(answers), tuple((answering.said(option), chosen[option]) for option in options))


def as_csv(found: Results) -> bytes:
    """The same as the page shows and nothing more: no row is one person's answers."""
    columns = [SheetColumn(_("Spørgsmål")), SheetColumn(_("Gruppe")), SheetColumn(_("Svar"))]
    columns.append(SheetColumn(_("Antal"), "integer"))
    return build_csv(columns, [row for each in found.questions for row in _lines(each)])


def _lines(each: QuestionResult) -> list[list]:
    if each.is_hidden:
        return [[each.label, "", _("Færre end %(least)s svar: vises ikke") % {"least": LEAST}, None]]
    counted = [[each.label, row.group, label, count] for row in each.tallies for label, count in row.counts]
    sizes = {row.group: row.answered for row in each.tallies}
    medians = [
        [each.label, group, _("Median: %(middle)s") % {"middle": middle}, sizes[group]] for group, middle in each.middle_said
    ]
    return counted + medians + [[each.label, "", text, None] for text in each.texts]
