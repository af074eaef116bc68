"""Who may meet each word: every text field of every model stands in AUDIENCES with its canary, or in NOT_PRIVATE.

Audiences come from the law (applications/roles.py MAY, the workflow's «Never public», applications/public_words.py for what
visitors read), never from what the crawl happens to meet. tests/test_canaries.py holds table and models together.
"""

from django.apps import apps
from django.db import models

# one of each role, those beside the case, and somebody who is not signed in
WHO = ["nobody", "anna", "ulla", "karen", "rune", "mads", "signe", "frida", "kamille", "rasmus", "asger"]
WHO += ["henrik", "olga", "otto"]

UNIT = {"anna", "bo", "ulla"}
CONSULTANTS = {"karen", "kurt"}
ADMINISTRATION = CONSULTANTS | {"rune", "mads", "malene"}
INSIDE = ADMINISTRATION | {"signe", "rasmus"}  # who reads the assessment
READERS = UNIT | INSIDE | {"frida", "henrik"}  # who reads a case that was granted; Henrik's unit is heard
AGENDA = CONSULTANTS | {"mads", "malene", "signe", "rasmus"}
MINUTES = AGENDA | READERS  # the letter carries an extract of the minutes
HELP = UNIT | CONSULTANTS
OTHER_UNIT = {"olga", "rasmus"}  # who reads a draft of Åmosens Skole
NOBODY: set[str] = set()
EVERYBODY = {*WHO, *UNIT, *ADMINISTRATION}  # what is frozen for visitors: applications/public_words.py
FOLLOWERS = UNIT | CONSULTANTS | {"mads", "malene", "frida", "rasmus"}  # applications.roles.MAY["see_project"]
TALKS = CONSULTANTS | {"mads", "malene", "rasmus"}  # MAY["see_talks"]
RECONCILERS = {"frida", "rasmus"}
EDITORS = CONSULTANTS | {"mads", "malene", "kamille", "rasmus"}  # of the yearly report: publishing.year_flow.OPENS_TO
# who reads a case that was refused («never public by name»); a secretary has none that no manager sent on to the committee
REFUSED = UNIT | ADMINISTRATION | {"rasmus"}

RESULT_FIELDS = ("title", "lead", "what", "why", "outcome", "lesson", "advice", "contact")


def named(model: str, *fields: str) -> list[str]:
    return [f"{model}.{field}" for field in fields]


CASE_FIELDS = ["title", "short_description", "purpose", "activities", "operating_cost_payer", "risks", "anchoring"]
CASE_FIELDS += ["communication", "contact_name", "contact_email", "contact_phone"]

# the project, and what is written of the whole pool when one has been: tests/canary_project.py
FOLLOWED_UP: dict[str, set[str]] = {
    # the project
    "applications.Project.account": FOLLOWERS,
    "applications.Project.cancel_reason": TALKS,  # a proposal is the administration's own: timeline.INTERNAL
    "applications.Milestone.title": FOLLOWERS,
    **dict.fromkeys(named("applications.StatusReport", "summary", "result", "lessons", "advice", "anchoring"), FOLLOWERS),
    "report.result": UNIT,  # a draft is for who writes it
    "applications.ReportedActivity.text": EVERYBODY,
    "applications.ReportedActivity.comment": FOLLOWERS,
    "applications.MeasuredEffect.baseline": EVERYBODY,
    "applications.MeasuredEffect.method": EVERYBODY,
    "applications.Voucher.supplier": FOLLOWERS,
    "applications.Voucher.text": FOLLOWERS,
    "applications.Voucher.refusal": FOLLOWERS,
    "voucher.name": FOLLOWERS,
    "voucher.file": FOLLOWERS,
    "applications.ChangeRequest.reason": FOLLOWERS,
    "applications.ChangeRequest.new_purpose": FOLLOWERS | {"signe"},  # who puts it before the committee
    "applications.ChangeRequest.answer": FOLLOWERS,
    "applications.Talk.text": TALKS,
    "applications.Consent.covers": FOLLOWERS - {"mads", "malene", "frida"},
    "applications.Consent.reference": FOLLOWERS - {"mads", "malene", "frida"},
    **dict.fromkeys(named("applications.Photo", "alt", "caption", "credit"), EVERYBODY),
    **dict.fromkeys(named("applications.Result", *RESULT_FIELDS), EVERYBODY),
    "story.outcome": FOLLOWERS | {"kamille"},  # written since it was published: visitors read what was frozen
    "applications.Result.unpublish_reason": FOLLOWERS | {"kamille"},  # views/results.READS
    # the finance system's own file
    "applications.FinanceFile.name": RECONCILERS,
    "applications.FinanceFile.table": {"frida"},  # it waits for who sent it
    **dict.fromkeys(named("applications.FinanceLine", "supplier", "reference", "text", "not_ours"), RECONCILERS),
    # the pool as a whole
    "applications.EvaluationAnswer.answers": NOBODY,  # while a round has one answer
    "publishing.YearReport.sections": EDITORS,
    "publishing.YearReport.unpublish_reason": EDITORS,
}
AUDIENCES: dict[str, set[str]] = {
    **{f"applications.Application.{name}": READERS for name in CASE_FIELDS},
    "applications.Application.title": READERS | {"kamille"},  # «complete» tells Kommunikation (workflow)
    **{f"draft.{name}": OTHER_UNIT for name in ("title", "purpose", "risks", "contact_phone")},
    "applications.Application.round_answers": READERS,
    "applications.Application.recommended_reason": INSIDE,
    "applications.Application.recommended_conditions": INSIDE,
    "applications.Application.decision_reason": READERS,
    "applications.Application.decision_conditions": READERS,
    "applications.BudgetLine.text": EVERYBODY,
    "applications.Effect.baseline": OTHER_UNIT,  # planted in that draft
    "applications.Effect.method": READERS,
    "applications.Attachment.name": READERS,
    "applications.Attachment.file": READERS,
    "applications.Question.text": READERS,
    "applications.Question.answer": READERS,
    "applications.Hearing.question": INSIDE | {"henrik"},
    "applications.Hearing.statement": INSIDE | {"henrik"},
    "applications.HelpQuestion.text": HELP,
    "applications.HelpQuestion.answer": HELP,
    "applications.HelpGiven.text": INSIDE,
    "applications.Note.text": ADMINISTRATION | {"rasmus"},
    "applications.Declaration.note": {"kurt", "mads", "malene", "rasmus"},
    "applications.GateAnswer.note": INSIDE,
    "applications.Assessment.comment": INSIDE,
    "applications.Score.reason": CONSULTANTS | {"rasmus"},  # in the case file
    "applications.AgendaItem.title": MINUTES,
    "applications.AgendaItem.case_number": MINUTES,
    "applications.AgendaItem.sections": AGENDA,
    "applications.AgendaItem.closed_reason": AGENDA,
    "applications.AgendaItem.supplement": AGENDA,
    "applications.AgendaItem.decision_text": MINUTES,
    "applications.AgendaItem.dissent": MINUTES,
    "applications.AgendaItem.absentees": MINUTES,
    "applications.AgendaItem.disqualified_members": MINUTES,
    "applications.Placement.reason": INSIDE,
    "applications.ErasureProposal.reason": {"asger"},
    "climate.Calculation.answers": READERS,
    "journal.Message.subject": {"karen"},
    "journal.Message.body": {"karen"},
    "journal.Message.last_error": NOBODY,
    "people.Person.phone": {"bo", "asger"},
    # a refused case of the same unit
    "refused.title": REFUSED,
    "refused.note": REFUSED,  # at a requirement that is not met: the unit is told why (applications/refusal.py)
    "applications.RefusalAdvice.text": REFUSED,
    "applications.Idea.note": UNIT | CONSULTANTS | {"mads", "malene", "rasmus"},  # applications.ideas.READERS
    "people.KeptForm.typed": {"olga"},
    "people.RegisterFile.name": {"asger"},
    "people.RegisterFile.tables": {"asger"},
    "people.Person.password": NOBODY,
    "people.Person.directory_id": NOBODY,
    "people.AccessMail.email": NOBODY,
    "otp_totp.TOTPDevice.key": NOBODY,
    **FOLLOWED_UP,
}

COPIED = "holds the words of the other fields, which are looked for wherever it is shown"
CODE = "a code, a key or a name that the program gives"
DIGEST = "a digest: what it is of cannot be read from it"
REGISTER = "the municipality's own register, open to the staff who work with it"
ANNOUNCED = "part of a round that is announced to everybody"
LIBRARY = "public climate factors with their sources"
NOT_PRIVATE: dict[str, str] = {
    "auth": "Django's own tables, empty here",
    "contenttypes": CODE,
    "sessions": "sealed by its key; tests/test_sign_in.py",
    "axes": "who failed to sign in from where: no page shows it",
    "otp_totp.TOTPDevice.name": CODE,
    "journal.Event": COPIED,
    "journal.ChainHead": DIGEST,
    "journal.Message.template": CODE,
    "journal.Message.link": CODE,
    "journal.Lease": CODE,
    "journal.Job": CODE,
    "people.Person.email": REGISTER,
    "people.Person.name": REGISTER,
    "people.Person.title": REGISTER,
    "people.Person.language": CODE,
    "people.Unit": REGISTER,
    "people.RoleAssignment": CODE,
    "people.Committee": REGISTER,
    "people.RegisterFile.sha256": DIGEST,
    "people.AccessMail.reason": CODE,
    "people.RecoveryCode.digest": DIGEST,
    "people.Bucket": DIGEST,
    "people.KeptForm.path": CODE,
    "documents.Document": COPIED,
    "climate.FactorSource": LIBRARY,
    "climate.Factor": LIBRARY,
    "climate.Calculation.calculator": CODE,
    "climate.Calculation.measure": CODE,
    "climate.Calculation.snapshot": COPIED,
    "climate.Calculation.sha256": DIGEST,
    "pool": ANNOUNCED,
    "questionnaires": ANNOUNCED,
    "applications.Application.state": CODE,
    "applications.Application.number": CODE,
    "applications.Application.written_by": CODE,
    "applications.Application.themes": CODE,
    "applications.Application.sdgs": CODE,
    "applications.Application.records_number": CODE,
    "applications.ApplicationVersion": COPIED,
    "applications.Declaration.level": CODE,
    "applications.Question.field": CODE,
    "applications.Question.status": CODE,
    "applications.Hearing.stance": CODE,
    "applications.BudgetLine.kind": CODE,
    "applications.Effect.indicator": CODE,
    "applications.Effect.unit": CODE,
    "applications.Effect.basis": CODE,
    "applications.Attachment.scan": CODE,
    "applications.Attachment.question": CODE,
    "applications.Attachment.media_type": CODE,
    "applications.Attachment.sha256": DIGEST,
    "applications.HelpQuestion.field": CODE,
    "applications.Meeting": REGISTER,
    "applications.AgendaItem.competence": CODE,
    "applications.AgendaItem.status": CODE,
    "applications.Placement.outcome": CODE,
    "applications.PublicEffect": COPIED,
    "applications.CalendarFeed.token_sha256": DIGEST,
    "applications.Invitation.role": CODE,
    "applications.EvaluationAnswer.key": CODE,
    "applications.EvaluationAnswer.role": CODE,
    "applications.Project.settlement": CODE,
    "applications.Milestone.kind": CODE,
    "applications.StatusReport.kind": CODE,
    "applications.StatusReport.content": COPIED,
    "applications.StatusReport.sha256": DIGEST,
    "applications.ReportedActivity.status": CODE,
    "applications.Voucher.status": CODE,
    "applications.MeasuredEffect.indicator": CODE,
    "applications.MeasuredEffect.unit": CODE,
    "applications.MeasuredEffect.basis": CODE,
    "applications.ChangeRequest.kind": CODE,
    "applications.ChangeRequest.status": CODE,
    "applications.ChangeRequest.lines": CODE,
    "applications.Talk.kind": CODE,
    "applications.TransferOrder.direction": CODE,
    "applications.FinanceFile.sha256": DIGEST,
    "applications.FinanceFile.mapping": CODE,
    "applications.FinanceMatch.status": CODE,
    "applications.FinanceMatch.why": CODE,
    "applications.FinanceLine.rejected": CODE,
    "publishing.YearReport.status": CODE,
    "publishing.YearReport.held": COPIED,
    "applications.Result.status": CODE,
    "applications.Result.slug": COPIED,
    "applications.Result.public": COPIED,
    "applications.Result.card": COPIED,
    "applications.Result.facets": CODE,
    "applications.ErasureProposal": CODE,
    "applications.RetentionPeriod": CODE,
}
TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)


def text_fields() -> list[str]:
    """Every field of every model that can hold a text."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, TEXTS)
    ]


def undeclared(fields) -> list[str]:
    """Those that are neither given a word nor said to be open, by themselves, by their model or by their application."""
    known = AUDIENCES.keys() | NOT_PRIVATE.keys()
    return [name for name in fields if known.isdisjoint((name, name.rpartition(".")[0], name.partition(".")[0]))]


def word(name: str) -> str:
    """The canary of a field, in small letters: no other text holds it, no line breaks it."""
    number = list(AUDIENCES).index(name)
    if name == "climate.Calculation.answers":
        return "48.271"  # pieces of furniture
    match name.rpartition(".")[2]:
        case "contact_phone" | "phone":
            return f"70{number:03d}641"
        case "contact_email" | "email":
            return f"kvx{number:03d}zq@naestved.example"
        case _:
            return f"kvx{number:03d}zq"


def of(model: str, *fields: str) -> dict[str, str]:
    return {field: word(f"{model}.{field}") for field in fields}
