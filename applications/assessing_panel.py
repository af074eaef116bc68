"""What the case's page shows of the administration's work, for one person: nobody sees more than their role may read.

Another assessor's points, and every figure made of them, stay out until the person has given their own.
"""

from dataclasses import dataclass

from applications import requirements
from applications.assessing import ASSESSABLE, assessments_shown_to, result_of
from applications.models import Application, Assessment
from applications.roles import MAY
from applications.states import FINAL
from people.models import Person
from people.roles import Role

ACTS = ("declare", "settle_declaration", "assess", "answer_gates", "ask_hearing", "log_help", "write_note")


@dataclass(frozen=True)
class ScoreLine:
    """One criterion with each shown assessor's points, in the order of the assessments."""

    criterion: object
    points: list[int | None]


def assessing_context(request, case: Application) -> dict:
    """{"assessing": …} for templates/applications/assessing/panel.html; empty for the unit's side."""
    person, held = request.user, case.held
    if MAY["see_assessment"].isdisjoint(held):
        return {}
    may = {act: not MAY[act].isdisjoint(held) for act in ACTS}
    may["ask_hearing"] = may["ask_hearing"] and case.state not in FINAL
    open_now = case.state in ASSESSABLE
    declarations = sorted(case.declarations.all(), key=lambda row: row.person.name)
    own = next((row for row in declarations if row.person_id == person.pk), None)
    help_given = case.help_given.all()
    return {
        "assessing": {
            "may": may | {"score_now": may["assess"] and open_now, "gates_now": may["answer_gates"] and open_now},
            "declarations": declarations,
            "own": own,
            "blocked": requirements.has_declared(case, person) if may["declare"] else "",
            "reads_notes": not held.isdisjoint({Role.MANAGER, Role.AUDITOR}),
            "gates": _gates(case),
            **_scores(case, person),
            "help": help_given,
            "helped": any(row.substantial for row in help_given),
            "hearings": case.hearings.all(),
            "notes": case.notes.all() if may["write_note"] or Role.AUDITOR in held else [],
        }
    }


def _criteria(assessments: list[Assessment]) -> list:
    """What was scored, in the round's order."""
    scored = {score.criterion_id: score.criterion for row in assessments for score in row.scores.all()}
    return sorted(scored.values(), key=lambda criterion: (criterion.position, criterion.pk))


def _gates(case: Application) -> list[tuple]:
    """(gate, answer or None)."""
    answers = {answer.gate_id: answer for answer in case.gate_answers.all()}
    return [(gate, answers.get(gate.pk)) for gate in case.round.gates.all()]


def _scores(case: Application, person: Person) -> dict:
    given, shown = list(case.assessments.all()), assessments_shown_to(person, case)
    points = [{score.criterion_id: score.points for score in row.scores.all()} for row in shown]
    return {
        "assessments": shown,
        "hidden": len(given) - len(shown),
        "lines": [ScoreLine(criterion, [each.get(criterion.pk) for each in points]) for criterion in _criteria(shown)],
        "result": result_of(case) if shown else None,
        "own_assessment": next((row for row in given if row.assessor_id == person.pk), None),
        "required": case.round.assessors_required,
    }
