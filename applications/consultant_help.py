"""«Spørg konsulenten»: a unit asks about one field while it writes; the answer is help given on the case's log.

Asking lets the consultant read the draft. Only the unit's people and the consultants read question and answer; the log
says no more than that there was one, and whether the help was substantial. Refuses with door.Refused.
"""

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from applications import assessing, content
from applications.door import PRESSED_TWICE, AlreadyHandled, NotYet, WrongAnswers, load_locked_for
from applications.models import Application, HelpQuestion
from applications.roles import may, told
from applications.states import State
from journal import chain, clock, outbox
from people.models import Person
from people.roles import Role

WHILE = (State.DRAFT, State.AWAITING_INFORMATION)
MOST_OPEN = 10


@transaction.atomic
def ask(case_id: int, by: Person, field: str, text: str) -> HelpQuestion:
    """Ask about a field of the form, or about the whole when `field` is empty; the consultants are told."""
    case = _open(case_id, by, "ask_help")
    text = text.strip()
    if not text:
        raise WrongAnswers({"text": _("Skriv dit spørgsmål.")})
    if field and field not in content.fields_of(case):
        raise WrongAnswers({"field": _("Vælg, hvad du vil spørge om.")})
    unanswered = case.help_questions.filter(answered_at=None)
    if same := unanswered.filter(asked_by=by, field=field, text=text, asked_at__gt=clock.now() - PRESSED_TWICE).first():
        return same
    if unanswered.count() >= MOST_OPEN:
        raise NotYet(_("Der venter allerede ti spørgsmål på svar. Vent på svaret, eller ring til konsulenten."))
    if case.state == State.DRAFT and not case.help_requested:
        case.help_requested = True
        case.revision += 1
        case.save()
    asked = HelpQuestion.objects.create(application=case, field=field, text=text, asked_by=by, asked_at=clock.now())
    event = chain.record(case.subject, "ask_consultant", by, {"felt": field})
    for consultant in told(Role.CONSULTANT, case):
        _tell(event, consultant, "help_asked", asked, by)
    return asked


@transaction.atomic
def answer(question_id: int, by: Person, text: str, substantial: bool) -> HelpQuestion:
    """Answer once; the unit is told, and the help stands on the case's log."""
    case = _open(HelpQuestion.objects.get(pk=question_id).application_id, by, "answer_help")
    asked = case.help_questions.select_related("asked_by").get(pk=question_id)
    if asked.answered_at:
        raise AlreadyHandled(_("Spørgsmålet er allerede besvaret."))
    if not text.strip():
        raise WrongAnswers({"text": _("Skriv dit svar.")})
    number = case.help_questions.filter(pk__lte=asked.pk).count()
    said = _("Svarede på spørgsmål %(number)s fra enheden, om %(about)s.") % {"number": number, "about": about(asked)}
    asked.given = assessing.log_help(case.pk, by, said, substantial)
    asked.answer, asked.answered_by, asked.answered_at = text.strip(), by, clock.now()
    asked.save()
    event = chain.record(case.subject, "answer_help", by, {"felt": asked.field})
    unit = [asked.asked_by] if may(asked.asked_by, case, "ask_help") else []
    for person in dict.fromkeys([*unit, *told(Role.APPLICANT, case)]):
        _tell(event, person, "help_answered", asked, by)
    return asked


def _open(case_id: int, by: Person, action: str) -> Application:
    case = load_locked_for(case_id, by, action)
    if case.state not in WHILE:
        state = case.get_state_display()
        raise AlreadyHandled(_("Ansøgningen bliver ikke skrevet nu: den er «%(state)s».") % {"state": state})
    return case


def _tell(event, person: Person, template: str, asked: HelpQuestion, by: Person) -> None:
    case = asked.application
    link = case.get_absolute_url() + "#konsulenten"
    outbox.owe(event, person, template, {"case": case, "asked": asked, "about": about(asked), "by": by}, link=link)


def about(asked: HelpQuestion) -> str:
    """«Budgetlinjer», or the whole application."""
    known = content.fields_of(asked.application).get(asked.field)
    return _("«%(label)s»") % {"label": known.label} if known else _("hele ansøgningen")


def may_ask(case: Application) -> bool:
    return case.state in WHILE


def waits(case: Application) -> bool:
    """Whether a question can and should be answered now."""
    return may_ask(case) and any(asked.answered_at is None for asked in of_case(case))


def of_case(case: Application) -> list[HelpQuestion]:
    """Every question of the case, oldest first; read once per case."""
    rows = HelpQuestion.objects.select_related("asked_by", "answered_by")
    prefetch_related_objects([case], Prefetch("help_questions", rows))
    return list(case.help_questions.all())
