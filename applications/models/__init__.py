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
from applications.models.calendar import CalendarFeed
from applications.models.case import Application, ApplicationVersion, Author, Hand
from applications.models.content import Attachment, BudgetLine, Effect
from applications.models.evaluation import Evaluation, EvaluationAnswer, Invitation
from applications.models.finance import TransferOrder, Voucher
from applications.models.helping import HelpQuestion
from applications.models.meetings import AgendaItem, Meeting, Placement
from applications.models.photos import Consent, Photo
from applications.models.project import ChangeRequest, Milestone, Project, Reminder, Talk
from applications.models.reconciliation import FinanceFile, FinanceLine, FinanceMatch, FinanceMatched
from applications.models.refusal import Idea, RefusalAdvice
from applications.models.reports import MeasuredEffect, ReportedActivity, StatusReport
from applications.models.result import PublicEffect, PublicSite, Result
from applications.models.retention import ErasureProposal, RetentionPeriod

__all__ = [
    "AgendaItem",
    "Application",
    "ApplicationVersion",
    "Assessment",
    "Attachment",
    "Author",
    "BudgetLine",
    "CalendarFeed",
    "ChangeRequest",
    "CoAssessor",
    "Consent",
    "Declaration",
    "Effect",
    "ErasureProposal",
    "Evaluation",
    "EvaluationAnswer",
    "FinanceFile",
    "FinanceLine",
    "FinanceMatch",
    "FinanceMatched",
    "GateAnswer",
    "Hand",
    "Hearing",
    "HelpGiven",
    "HelpQuestion",
    "Idea",
    "Invitation",
    "MeasuredEffect",
    "Meeting",
    "Milestone",
    "Note",
    "Photo",
    "Placement",
    "Project",
    "PublicEffect",
    "PublicSite",
    "Question",
    "RefusalAdvice",
    "Reminder",
    "ReportedActivity",
    "Result",
    "RetentionPeriod",
    "Score",
    "StatusReport",
    "Talk",
    "TransferOrder",
    "Voucher",
]
