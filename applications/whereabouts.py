"""Where a case is, who has it now, what comes next and when an answer is due: in words for the unit and for us."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.project_requirements import start_by
from applications.requirements import live_item
from applications.states import DECIDED, FINAL, GRANTED_ONCE, State

TONES = {
    State.GRANTED: "success",
    State.REFUSED: "error",
    State.COMPLETED: "success",
    State.CANCELLED: "warning",
    State.LAPSED: "warning",
    State.WITHDRAWN: "neutral",
    State.DRAFT: "neutral",
    State.AWAITING_ENDORSEMENT: "warning",
    State.AWAITING_INFORMATION: "warning",
}
WORDS = {
    State.DRAFT: (
        gettext_lazy("Jeres enhed"),
        gettext_lazy("Skriv ansøgningen færdig, og send den til jeres leders godkendelse."),
    ),
    State.AWAITING_ENDORSEMENT: (
        gettext_lazy("Jeres leder"),
        gettext_lazy("Lederen godkender ansøgningen og sender den ind."),
    ),
    State.SUBMITTED: (
        gettext_lazy("Ressource City"),
        gettext_lazy("Når fristen er gået, vurderes ansøgningen. Er der spørgsmål, får I besked."),
    ),
    State.UNDER_ASSESSMENT: (
        gettext_lazy("Konsulenten og medbedømmerne"),
        gettext_lazy("Ansøgningen får point efter rundens kriterier. Er der spørgsmål, får I besked."),
    ),
    State.AWAITING_INFORMATION: (
        gettext_lazy("Jeres enhed"),
        gettext_lazy("Svar på spørgsmålene, så vurderingen kan gå videre."),
    ),
    State.RECOMMENDED: (
        gettext_lazy("Lederen i administrationen"),
        gettext_lazy("Lederen godkender indstillingen eller sender den tilbage."),
    ),
    State.APPROVED_FOR_DECISION: (
        gettext_lazy("Udvalgssekretæren"),
        gettext_lazy("Sagen sættes på dagsordenen til et møde."),
    ),
    State.ON_AGENDA: (
        gettext_lazy("Udvalget"),
        gettext_lazy("Udvalget beslutter på mødet. I får brev, når protokollen er endelig."),
    ),
    State.GRANTED: (
        gettext_lazy("Jeres enhed"),
        gettext_lazy("Læs vilkårene i brevet. Konsulenten aftaler en opstartssamtale med jer."),
    ),
    State.REFUSED: (
        gettext_lazy("Ingen"),
        gettext_lazy("Sagen er afsluttet. Konsulenten hjælper gerne, hvis I vil søge igen."),
    ),
    State.WITHDRAWN: (gettext_lazy("Ingen"), gettext_lazy("Sagen er afsluttet.")),
    State.ACTIVE: (
        gettext_lazy("Jeres enhed"),
        gettext_lazy("Læg bilag ind, efterhånden som I køber, og skriv slutrapporten, når I er færdige."),
    ),
    State.REPORTED: (
        gettext_lazy("Økonomi og konsulenten"),
        gettext_lazy("Bilag og rapport ses igennem. Mangler der noget, får I rapporten tilbage."),
    ),
    State.COMPLETED: (gettext_lazy("Ingen"), gettext_lazy("Projektet er afsluttet. Fortæl gerne andre om det.")),
    State.CANCELLED: (gettext_lazy("Ingen"), gettext_lazy("Projektet er stoppet, og resten af pengene er gået tilbage.")),
    State.LAPSED: (gettext_lazy("Ingen"), gettext_lazy("Projektet blev ikke til noget, og pengene er gået tilbage.")),
}

# the same to the administration, where the unit's words would be said to the wrong reader
INSIDE_WORDS = {
    State.DRAFT: (gettext_lazy("Enheden"), gettext_lazy("Enheden skriver ansøgningen færdig.")),
    State.AWAITING_ENDORSEMENT: (
        gettext_lazy("Enhedens leder"),
        gettext_lazy("Lederen godkender ansøgningen og sender den ind."),
    ),
    State.SUBMITTED: (
        gettext_lazy("Konsulenten"),
        gettext_lazy("Når fristen er gået, fordeles sagen, og vurderingen begynder."),
    ),
    State.UNDER_ASSESSMENT: (
        gettext_lazy("Konsulenten og medbedømmerne"),
        gettext_lazy("Krav besvares, og bedømmerne giver point. Så kan sagen indstilles."),
    ),
    State.AWAITING_INFORMATION: (
        gettext_lazy("Enheden"),
        gettext_lazy("Enheden svarer på spørgsmålene, så vurderingen kan gå videre."),
    ),
    State.ON_AGENDA: (gettext_lazy("Udvalget"), gettext_lazy("Udvalget beslutter på mødet.")),
    State.GRANTED: (
        gettext_lazy("Enheden"),
        gettext_lazy("Brevet sendes, når protokollen er endelig. Så aftales en opstartssamtale."),
    ),
    State.REFUSED: (gettext_lazy("Ingen"), gettext_lazy("Brevet sendes, når protokollen er endelig.")),
    State.ACTIVE: (gettext_lazy("Enheden"), gettext_lazy("Enheden gennemfører projektet og afleverer slutrapporten.")),
    State.REPORTED: (
        gettext_lazy("Økonomi og konsulenten"),
        gettext_lazy("Økonomi godkender regnskabet. Så afslutter konsulenten projektet."),
    ),
    State.COMPLETED: (gettext_lazy("Ingen"), gettext_lazy("Projektet er afsluttet. Resultatet kan offentliggøres.")),
}
# where the quick track goes another way: nobody waits for the deadline, and a manager decides; by state and inside
QUICK_WORDS = {
    (State.SUBMITTED, False): (
        gettext_lazy("Ressource City"),
        gettext_lazy("Ansøgningen vurderes løbende, også før fristen. Er der spørgsmål, får I besked."),
    ),
    (State.SUBMITTED, True): (
        gettext_lazy("Konsulenten"),
        gettext_lazy("Sagen fordeles, og vurderingen kan begynde med det samme."),
    ),
    (State.RECOMMENDED, False): (
        gettext_lazy("Lederen i administrationen"),
        gettext_lazy("Lederen afgør sagen eller sender den tilbage. I får brev, når den er afgjort."),
    ),
    (State.RECOMMENDED, True): (
        gettext_lazy("Lederen i administrationen"),
        gettext_lazy("Lederen afgør sagen eller sender den tilbage."),
    ),
    (State.GRANTED, True): (
        gettext_lazy("Enheden"),
        gettext_lazy("Brevet er klar til at blive sendt. Så aftales en opstartssamtale."),
    ),
    (State.REFUSED, True): (gettext_lazy("Ingen"), gettext_lazy("Brevet er klar til at blive sendt.")),
}
LETTER_IS_OUT = {
    State.GRANTED: gettext_lazy("Enheden har fået brevet. Aftal en opstartssamtale."),
    State.REFUSED: gettext_lazy("Enheden har fået brevet. Sagen er afsluttet."),
}
# the steps that carry a case on towards its decision: the first open one is what to do now
FORWARD = (
    "request_endorsement",
    "endorse",
    "submit",
    "provide_information",
    "endorse_answer",
    "start_assessment",
    "recommend",
    "approve_recommendation",
    "grant_by_delegation",
    "refuse_by_delegation",
    "place_on_agenda",
    "grant",
    "refuse",
    "start",
    "report",
    "confirm_accounts",
    "complete",
)


@dataclass(frozen=True)
class Whereabouts:
    """`due` is the day the reader may expect the next thing by, with the words that say what it is."""

    state: str
    tone: str
    holder: str
    next: str
    due: object
    due_label: str


def shown_state(case, *, outcome_is_secret: bool) -> State:
    """The state as a reader may know it: to the unit a case stays where it was decided until its letter is released."""
    if outcome_is_secret and case.state in DECIDED:
        return State.RECOMMENDED if case.round.is_quick else State.ON_AGENDA
    return State(case.state)


def of(case, *, outcome_is_secret: bool = False, inside: bool = False, item_of=live_item) -> Whereabouts:
    """The case's whereabouts, as the reader may know them. A list gives an `item_of` that has read all items at once."""
    state = shown_state(case, outcome_is_secret=outcome_is_secret)
    holder, following = (INSIDE_WORDS if inside else {}).get(state, WORDS[state])
    if case.round.is_quick:
        holder, following = QUICK_WORDS.get((state, inside), (holder, following))
    if state == State.UNDER_ASSESSMENT and case.round.assessors_required == 1:
        holder = _("Konsulenten")
    if inside and case.letter_released_at:
        following = LETTER_IS_OUT.get(state, following)
    due, due_label = _due(case, state, item_of)
    return Whereabouts(str(state.label), TONES.get(state, "info"), str(holder), str(following), due, due_label)


def _due(case, state, item_of):
    if state in (State.DRAFT, State.AWAITING_ENDORSEMENT):
        return case.round.deadline_for(case.unit), _("Ansøgningsfrist")
    if state == State.AWAITING_INFORMATION:
        questions = [question.due for question in case.questions.all() if question.status == "open"]
        return min(questions, default=None), _("Svar på spørgsmål senest")
    if state == State.ON_AGENDA and (item := item_of(case)):
        return item.meeting.at, _("Mødet holdes")
    if state == State.GRANTED and case.letter_released_at:
        return start_by(case), _("Sæt i gang senest")
    if state == State.ACTIVE:
        return min((m.due for m in case.project.milestones.all() if m.is_owed_in(state)), default=None), _("Næste milepæl")
    if state in FINAL:
        return None, ""
    return case.round.answer_by, _("Svar senest")


def is_called_project(case, *, outcome_is_secret: bool) -> bool:
    """From the grant on the pages say «projekt»: to the unit once its letter says so (workflow.md, «After the decision»)."""
    return case.state in GRANTED_ONCE and not outcome_is_secret
