"""The round's list: its rows, filters, order, totals and export, for one person.

Scores and recommendations are shown only on cases whose assessment the person may read now, by the same law as the
case's page. The running sum follows the order on the page. The weighted points are summed by the database and must
equal assessing.result_of.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import timeline, whereabouts
from applications.assessing import ASSESSABLE, Result, result_from
from applications.models import Application, Assessment
from applications.roles import MAY, roles_on
from applications.rows import cases_for, centre_of
from applications.states import GRANTED_ONCE, State
from documents.sheets import SheetColumn
from people.models import Person, Unit
from people.roles import Role
from pool.models import Round
from questionnaires.answering import display, fits, is_empty, shown
from questionnaires.designing import published, questions_of
from questionnaires.models import Question

CELLS = {Question.Kind.NUMBER: "decimal", Question.Kind.AMOUNT: "kroner"}
# from here on the recommended amount is the administration's word; after a return it is only a memory
STANDS = frozenset({State.RECOMMENDED, State.APPROVED_FOR_DECISION, State.ON_AGENDA, State.REFUSED}) | GRANTED_ONCE
RECOMMENDATIONS = {
    "full": gettext_lazy("Hele beløbet"),
    "part": gettext_lazy("En del af beløbet"),
    "refusal": gettext_lazy("Afslag"),
    "none": gettext_lazy("Ikke indstillet"),
}
ALPHABET = str.maketrans("æøå", "{|}")  # after z, in the order of the Danish alphabet


@dataclass
class Row:
    """One application as this person may see it; `running` is the sum down to and with this row."""

    case: Application
    centre: object
    state: str
    result: Result | None
    recommended: int | None
    counts: int
    running: int = 0
    passes_ceiling: bool = False

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)

    @property
    def tone(self) -> str:
        return whereabouts.TONES.get(self.state, "info")

    @property
    def recommendation(self) -> str:
        if self.recommended is None:
            return "none"
        if not self.recommended:
            return "refusal"
        return "full" if self.recommended >= (self.case.amount_sought or 0) else "part"

    @property
    def recommendation_label(self) -> str:
        return str(RECOMMENDATIONS[self.recommendation])


def results_in(round: Round, person: Person) -> tuple[dict[int, Result], set[int]]:
    """Weighted result per case id, and the ids of the cases that the person has scored; one query."""
    rows = Assessment.objects.filter(application__round=round, scores__isnull=False).values("application", "assessor", "pk")
    points = Sum(F("scores__points") * F("scores__criterion__weight"))
    totals, mine = defaultdict(list), set()
    for row in rows.annotate(points=points, weights=Sum("scores__criterion__weight")).order_by():
        totals[row["application"]].append(row["points"] / row["weights"])
        if row["assessor"] == person.pk:
            mine.add(row["application"])
    return {pk: result_from(each) for pk, each in totals.items()}, mine


def rows_of(round: Round, person: Person) -> list[Row]:
    """Every application of the round that the person may see, by number."""
    results, mine = results_in(round, person)
    units = Unit.objects.in_bulk()  # a few dozen for hundreds of cases
    known = {pk: unit for pk, unit in units.items() if unit.kind == Unit.Kind.CENTRE}
    rows = []
    for case in cases_for(person).select_related(None).filter(round=round):
        case.round, case.unit = round, units[case.unit_id]
        case.held = roles_on(person, case)
        rows.append(_row(case, person, results.get(case.pk), case.pk in mine, centre_of(case.unit, known)))
    return rows


def _row(case: Application, person: Person, result: Result | None, scored: bool, centre) -> Row:
    inside = not MAY["see_assessment"].isdisjoint(case.held)
    secret = timeline.outcome_is_secret(case, person)
    state = whereabouts.shown_state(case, outcome_is_secret=secret)
    recommended = case.recommended_amount if inside and case.state in STANDS else None
    return Row(
        case=case,
        centre=centre,
        state=state,
        result=result if inside and (scored or not _scores_first(case)) else None,
        recommended=recommended,
        counts=_counts(case, state, recommended),
    )


def _scores_first(case: Application) -> bool:
    """Who assesses gives their own points before seeing another's (assessing.assessments_shown_to)."""
    return case.state in ASSESSABLE and not MAY["assess"].isdisjoint(case.held)


def _counts(case: Application, state: str, recommended: int | None) -> int:
    """What the case takes of the ceiling: granted, else recommended, else sought; nothing when it ended without money."""
    if state in (State.REFUSED, State.WITHDRAWN, State.LAPSED):
        return 0
    if state in GRANTED_ONCE:
        return case.granted_amount or 0
    return (case.amount_sought or 0) if recommended is None else recommended


# ── filters, order, running sum ─────────────────────────────────────────────────────────────────────────────────────


def narrowed(rows: list[Row], chosen: dict) -> list[Row]:
    """The rows that fit every filter: state, theme, centre, recommendation, text. Themes are JSON, so not in SQL."""
    words = chosen.get("text", "").casefold().split()
    return [
        row
        for row in rows
        if chosen.get("state") in (None, "", row.state)
        and chosen.get("centre") in (None, "", str(row.centre.pk))
        and chosen.get("recommendation") in (None, "", row.recommendation)
        and (not chosen.get("theme") or chosen["theme"] in row.case.themes)
        and all(word in _text(row) for word in words)
    ]


def _text(row: Row) -> str:
    case = row.case
    return f"{case.number} {case.title} {case.short_description} {case.unit.name} {row.centre.name}".casefold()


def _alphabetical(text: str) -> str:
    return text.casefold().translate(ALPHABET)


def _number(row: Row):
    year, _dash, place = row.case.number.partition("-")
    return int(year), int(place)


STATE_ORDER = {state: place for place, state in enumerate(State.values)}
SORTS = {
    "number": _number,
    "unit": lambda row: _alphabetical(row.case.unit.name),
    "centre": lambda row: _alphabetical(row.centre.name),
    "title": lambda row: _alphabetical(row.case.title),
    "state": lambda row: STATE_ORDER[row.state],
    "sought": lambda row: row.case.amount_sought,
    "own": lambda row: row.case.own_contribution,
    "score": lambda row: row.result and row.result.points,
    "spread": lambda row: row.result and row.result.spread,
    "assessors": lambda row: row.result and row.result.assessors,
    "recommendation": lambda row: None if row.recommended is None else list(RECOMMENDATIONS).index(row.recommendation),
    "recommended": lambda row: row.recommended,
}


def ordered(rows: list[Row], sort: str = "") -> list[Row]:
    """By a column, «-» for falling; equals by number, what is not known yet last."""
    key = SORTS.get(sort.removeprefix("-"), _number)
    rows = sorted(rows, key=_number)
    known = [row for row in rows if key(row) is not None]
    return sorted(known, key=key, reverse=sort.startswith("-")) + [row for row in rows if key(row) is None]


def summed(rows: list[Row], ceiling: int) -> list[Row]:
    """Write the running sum into the rows in their order, and mark the first that passes the ceiling."""
    running, passed = 0, False
    for row in rows:
        running += row.counts
        row.running, row.passes_ceiling = running, running > ceiling and not passed
        passed = passed or row.passes_ceiling
    return rows


@dataclass(frozen=True)
class Totals:
    count: int
    sought: int
    recommended: int
    counts: int
    ceiling: int

    @property
    def left(self) -> int:
        return self.ceiling - self.recommended

    @property
    def over(self) -> int:
        return -self.left


def totals_of(rows: list[Row], round: Round) -> Totals:
    """Of the rows shown: sought and recommended, beside the round's ceiling."""
    return Totals(
        count=len(rows),
        sought=sum(row.case.amount_sought or 0 for row in rows),
        recommended=sum(row.recommended or 0 for row in rows if row.state not in (State.REFUSED, State.WITHDRAWN)),
        counts=sum(row.counts for row in rows),
        ceiling=round.ceiling,
    )


# ── export ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Own:
    """The round's own questions whose answers fit in a cell, and the answers by case."""

    questions: list[Question]
    answers: dict[int, dict]


def own_of(round: Round) -> Own:
    questions = [each for each in questions_of(published(round.subject)) if each.kind != Question.Kind.FILE]
    answers = Application.objects.filter(round=round).values_list("pk", "round_answers") if questions else []
    return Own(questions, dict(answers))


def sheet_columns(own: Own) -> list[SheetColumn]:
    return [*_usual_columns(), *(SheetColumn(each.label, CELLS.get(each.kind, "text"), 32) for each in own.questions)]


def _usual_columns() -> list[SheetColumn]:
    return [
        SheetColumn(_("Nummer"), width=12),
        SheetColumn(_("Enhed"), width=32),
        SheetColumn(_("Center"), width=32),
        SheetColumn(_("Titel"), width=44),
        SheetColumn(_("Tilstand"), width=26),
        SheetColumn(_("Søgt"), "kroner", total=True),
        SheetColumn(_("Egen medfinansiering"), "kroner", total=True),
        SheetColumn(_("Point"), "decimal", 9),
        SheetColumn(_("Spredning"), "decimal", 10),
        SheetColumn(_("Bedømmere"), "integer", 11),
        SheetColumn(_("Indstilling"), width=20),
        SheetColumn(_("Indstillet beløb"), "kroner", total=True),
        SheetColumn(_("Løbende sum"), "kroner"),
    ]


def sheet_row(row: Row, own: Own) -> list:
    answers = own.answers.get(row.case.pk, {})
    called_for = {each.key for each in shown(own.questions, answers)}
    cells = [_cell(each, answers.get(each.key)) if each.key in called_for else None for each in own.questions]
    return [*_usual_cells(row), *cells]


def _cell(question: Question, answer):
    """A number to reckon with, an amount in øre, or words."""
    if not fits(question, answer) or is_empty(answer):
        return None
    match question.kind:
        case Question.Kind.NUMBER:
            return float(answer)
        case Question.Kind.AMOUNT:
            return answer
        case _:
            return display(question, answer)


def _usual_cells(row: Row) -> list:
    case, result = row.case, row.result
    scores = [result.points, result.spread, result.assessors] if result else [None, None, None]
    sought = [case.amount_sought, case.own_contribution]
    words = [case.number, case.unit.name, row.centre.name, case.title, row.state_label]
    return [*words, *sought, *scores, row.recommendation_label, row.recommended, row.running]


# ── the manager's whole list ────────────────────────────────────────────────────────────────────────────────────────


def approvers_step(round: Round, case: Application) -> str:
    """The step by which a manager follows a recommendation in this round."""
    if not round.is_quick:
        return "approve_recommendation"
    return "grant_by_delegation" if case.recommended_amount else "refuse_by_delegation"


OPENS_TO = (Role.CONSULTANT, Role.CO_ASSESSOR, Role.MANAGER, Role.SECRETARY, Role.FINANCE, Role.AUDITOR)
