"""The case and what belongs to it, one file per subject."""

from applications.models.assessment import (
    Assessment,
    CoAssessor,
    Declaration,
    GateAnswer,
    Hearing,
    HelpGiven,
    Note,
    Question,
    Score,
)
from applications.models.case import Application, ApplicationVersion, Author, Hand
from applications.models.content import Attachment, BudgetLine, Effect
from applications.models.helping import HelpQuestion
from applications.models.meetings import AgendaItem, Meeting, Placement

__all__ = [
    "AgendaItem",
    "Application",
    "ApplicationVersion",
    "Assessment",
    "Attachment",
    "Author",
    "BudgetLine",
    "CoAssessor",
    "Declaration",
    "Effect",
    "GateAnswer",
    "Hand",
    "Hearing",
    "HelpGiven",
    "HelpQuestion",
    "Meeting",
    "Note",
    "Placement",
    "Question",
    "Score",
]
