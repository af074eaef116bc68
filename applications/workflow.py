"""The law of the pool: every step up to the decision, who may take it, what it needs, does and tells.

What follows on a grant is in applications.project_workflow, the states in applications.states. Read this file, applications/roles.py and pool/ledger.py, and you have read the system. Steps are taken through
applications.door alone. After a body has run the door saves the case, so bodies only set fields, move money
and add rows. Source: the municipality's own rules as written down in docs/workflow.md, which this file writes.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin

from applications import effects_of_steps as then
from applications import requirements as need
from applications.answers import Choice, Day, Money, Pick, PickSeveral, Text
from applications.project_workflow import ProjectWorkflow
from applications.states import BEFORE_DECISION, State
from applications.steps import step
from people.roles import Role

A, L, C, O = Role.APPLICANT, Role.UNIT_LEADER, Role.CONSULTANT, Role.CO_ASSESSOR  # noqa: E741  the letters of docs/workflow.md
M, S, F, SYSTEM = Role.MANAGER, Role.SECRETARY, Role.FINANCE, Role.SYSTEM


def decided_from(case) -> str:
    """The state a decision was taken from: a delegated one from the recommendation."""
    return State.RECOMMENDED if case.approved_at is None else State.ON_AGENDA


# fmt: off  the table is read as a table
class CaseWorkflow(FSMModelMixin, ProjectWorkflow, models.Model):
    """The steps of a case up to its decision; applications.models.Application adds what it holds."""

    state = FSMField(_("tilstand"), choices=State.choices, default=State.DRAFT, protected=True)

    class Meta:
        abstract = True

    # ── the unit writes ─────────────────────────────────────────────────────────────────────────────────────────

    @step(
        _("Slet kladden"),
        source=State.DRAFT,
        target=State.WITHDRAWN,
        by={A, L},
        tells=[A],
        danger=True,
        says=_("Kladden lægges væk, og indholdet slettes efter 30 dage."),
        requires=[need.is_author, need.never_submitted],
    )
    def discard(self):
        pass

    @step(
        _("Flyt til en anden runde"),
        source=State.DRAFT,
        by={A, L},
        says=_("Alt, hvad I har skrevet, følger med. Se svarene igennem: den nye runde kan have andre krav."),
    )
    def carry_over(self, *, round: Pick(_("Åben runde"), among=need.other_open_rounds)):
        self.round = round

    @step(
        _("Send til leders godkendelse"),
        source=State.DRAFT,
        target=State.AWAITING_ENDORSEMENT,
        by={A},
        tells=[L],
        says=_("Jeres leder får besked og sender ansøgningen ind, når den er godkendt."),
        requires=[need.round_is_open, need.form_is_complete],
    )
    def request_endorsement(self):
        pass

    @step(
        _("Tag tilbage og ret"),
        source=State.AWAITING_ENDORSEMENT,
        target=State.DRAFT,
        by={A},
        tells=[L],
        says=_("Ansøgningen bliver en kladde igen, og jeres leder får besked."),
    )
    def take_back(self):
        pass

    @step(
        _("Send tilbage til ansøgeren"),
        source=State.AWAITING_ENDORSEMENT,
        target=State.DRAFT,
        by={L},
        tells=[A],
        says=_("Ansøgningen bliver en kladde igen, så den kan rettes."),
    )
    def decline_endorsement(self, *, reason: Text(_("Hvad skal rettes?"))):
        pass

    @step(
        _("Godkend og send ind"),
        source=State.AWAITING_ENDORSEMENT,
        target=State.SUBMITTED,
        by={L},
        tells=[A, C],
        says=_("Du står inde for ansøgningen. Den sendes ind nu, og I får en kvittering."),
        requires=[need.round_is_open, need.form_is_complete],
        freezes=True,
    )
    def endorse(self):
        then.submit(self)

    @step(
        _("Godkend og send ind"),
        source=State.DRAFT,
        target=State.SUBMITTED,
        by={L},
        tells=[A, C],
        says=_("Du har selv skrevet med og er leder: ansøgningen godkendes og sendes ind nu, og I får en kvittering."),
        requires=[need.is_author, need.round_is_open, need.form_is_complete],
        freezes=True,
    )
    def submit(self):
        then.submit(self)

    @step(
        _("Åbn igen for at rette"),
        source=State.SUBMITTED,
        target=State.DRAFT,
        by={A, L},
        tells=[L, C],
        says=_("Ansøgningen er ikke længere sendt ind. I skal sende den igen inden fristen; kvitteringen gælder ikke mere."),
        requires=[need.round_is_open],
    )
    def reopen_draft(self):
        then.unsubmit(self)

    # ── assessment ──────────────────────────────────────────────────────────────────────────────────────────────

    @step(
        _("Fordel sagen"),
        by={C},
        source=[State.SUBMITTED, State.UNDER_ASSESSMENT, State.AWAITING_INFORMATION, State.RECOMMENDED],
        says=_("De, du vælger, får besked."),
    )
    def assign(
        self,
        *,
        case_officer: Pick(_("Sagsbehandler"), among=need.possible_officers, initial=lambda case: case.case_officer),
        co_assessors: PickSeveral(
            _("Medbedømmere"),
            required=False,
            among=need.possible_co_assessors,
            initial=lambda case: [row.person for row in case.co_assessors.all()],
        ),
    ):
        then.assign(self, case_officer, co_assessors)

    @step(
        _("Begynd den faglige vurdering"),
        source=State.SUBMITTED,
        target=State.UNDER_ASSESSMENT,
        by={C},
        tells=[O],
        says=_("Derefter kan enheden ikke åbne ansøgningen igen."),
        requires=[need.round_closed_or_quick],
    )
    def start_assessment(self):
        self.case_officer = self.case_officer or self.event.actor

    @step(
        _("Bed om oplysninger"),
        source=State.UNDER_ASSESSMENT,
        target=State.AWAITING_INFORMATION,
        by={C},
        tells=[A, L],
        says=_("Kun de felter, du spørger til, åbnes for rettelser."),
    )
    def request_information(
        self,
        *,
        field: Choice(
            _("Felt"),
            required=False,
            options=need.question_fields,
            help=_("Lad feltet være tomt, hvis spørgsmålet gælder hele ansøgningen."),
        ),
        question: Text(_("Spørgsmål")),
        due: Day(_("Svar senest"), initial=need.usual_due_date),
    ):
        then.ask(self, field, question, due)

    @step(
        _("Stil et spørgsmål mere"),
        source=State.AWAITING_INFORMATION,
        by={C},
        tells=[A, L],
        says=_("Enheden får besked om det nye spørgsmål."),
    )
    def ask_more(
        self,
        *,
        field: Choice(_("Felt"), required=False, options=need.question_fields),
        question: Text(_("Spørgsmål")),
        due: Day(_("Svar senest"), initial=need.usual_due_date),
    ):
        then.ask(self, field, question, due)

    @step(
        _("Send svarene"),
        source=State.AWAITING_INFORMATION,
        target=State.UNDER_ASSESSMENT,
        by={A, L},
        tells=[C, L],
        says=_("Konsulenten får besked og kan se, hvad I har rettet."),
        requires=[need.questions_answered],
        freezes=True,
    )
    def provide_information(self):
        then.endorse_if_leader(self)

    @step(
        _("Godkend de nye svar"),
        source=State.UNDER_ASSESSMENT,
        by={L},
        tells=[C],
        says=_("Du står inde for den nye udgave af ansøgningen."),
        requires=[need.version_awaits_endorsement],
    )
    def endorse_answer(self):
        then.endorse_version(self)

    @step(
        _("Fortsæt uden svar"),
        source=State.AWAITING_INFORMATION,
        target=State.UNDER_ASSESSMENT,
        by={C},
        tells=[A, L],
        says=_("Åbne spørgsmål lukkes uden svar. Rettelser, som enheden ikke har sendt, tages ikke med."),
    )
    def resume_assessment(self, *, reason: Text(_("Begrundelse, fx at fristen er overskredet"))):
        then.close_questions(self)

    @step(
        _("Indstil"),
        source=State.UNDER_ASSESSMENT,
        target=State.RECOMMENDED,
        by={C},
        tells=[M],
        says=_("Indstillingen sendes til en leder, som tager stilling til den."),
        requires=[
            need.has_declared,
            need.version_is_endorsed,
            need.gates_are_answered,
            need.enough_assessments,
            need.hearings_are_answered,
            need.files_are_scanned,
        ],
    )
    def recommend(
        self,
        *,
        amount: Money(
            _("Indstillet beløb"), help=_("Skriv 0 for at indstille til afslag."), initial=lambda case: case.amount_sought
        ),
        reason: Text(
            _("Begrundelse"), help=_("Står i brevet til enheden. Går sagen til et udvalg, står den også i bilag 1.")
        ),
        conditions: Text(_("Vilkår"), required=False),
        advice: Text(
            _("Hvad ville gøre projektet egnet?"),
            required=False,
            help=_("Råd til enheden, hvis der bliver givet afslag. Det står i brevet. Du kan også skrive det senere."),
            initial=need.advice_so_far,
        ),
    ):
        then.recommend(self, amount, reason, conditions, advice)

    @step(
        _("Kald indstillingen tilbage"),
        source=State.RECOMMENDED,
        target=State.UNDER_ASSESSMENT,
        by={C},
        tells=[M],
        says=_("Sagen går tilbage til faglig vurdering."),
        requires=[need.recommended_it],
    )
    def recall_recommendation(self):
        pass

    # ── the manager ─────────────────────────────────────────────────────────────────────────────────────────────

    @step(
        _("Send tilbage til vurdering"),
        source=[State.RECOMMENDED, State.APPROVED_FOR_DECISION],
        tells=[C],
        target=State.UNDER_ASSESSMENT,
        by={M},
        says=_("Er der reserveret et beløb, frigives det."),
    )
    def return_to_assessment(self, *, reason: Text(_("Hvad skal vurderes igen?"))):
        then.undo_approval(self)

    @step(
        _("Godkend til politisk behandling"),
        source=State.RECOMMENDED,
        target=State.APPROVED_FOR_DECISION,
        by={M},
        tells=[C, S],
        says=_("Er der indstillet et beløb, reserveres det i puljen."),
        requires=[need.main_track, need.has_declared, need.money_left, need.version_is_endorsed],
    )
    def approve_recommendation(self, *, comment: Text(_("Bemærkning"), required=False)):
        then.approve(self)

    @step(
        _("Bevilg efter delegation"),
        source=State.RECOMMENDED,
        target=State.GRANTED,
        by={M},
        tells=[C, F],
        says=_("Beløbet disponeres, og der skrives et tilsagnsbrev."),
        requires=[need.quick_track, need.has_declared, need.within_delegation, need.money_left],
    )
    def grant_by_delegation(self, *, comment: Text(_("Bemærkning"), required=False)):
        then.grant(self, self.recommended_amount, self.recommended_reason, self.recommended_conditions)

    @step(
        _("Giv afslag efter delegation"),
        source=State.RECOMMENDED,
        target=State.REFUSED,
        by={M},
        tells=[C],
        says=_("Der skrives et brev med begrundelsen."),
        requires=[need.quick_track, need.has_declared],
    )
    def refuse_by_delegation(self, *, reason: Text(_("Begrundelse"), initial=lambda case: case.recommended_reason)):
        then.refuse(self, reason)

    # ── the committee ───────────────────────────────────────────────────────────────────────────────────────────

    @step(
        _("Sæt på dagsordenen"),
        source=State.APPROVED_FOR_DECISION,
        target=State.ON_AGENDA,
        by={S, C},
        tells=[M],
        says=_("Sagen bliver en del af rundens punkt på mødet."),
        requires=[need.approval_counts],
    )
    def place_on_agenda(self, *, meeting: Pick(_("Møde"), among=need.planned_meetings)):
        then.place(self, meeting)

    @step(
        _("Tag af dagsordenen"),
        source=State.ON_AGENDA,
        target=State.APPROVED_FOR_DECISION,
        by={S, C},
        tells=[C, M],
        says=_("En reservation bliver stående."),
        requires=[need.meeting_not_held],
    )
    def take_off_agenda(self, *, reason: Text(_("Begrundelse"))):
        then.leave_agenda(self, "taken_off", reason)

    @step(
        _("Registrér: bevilget"),
        source=State.ON_AGENDA,
        target=State.GRANTED,
        by={S},
        tells=[C, F],
        says=_("Beløbet disponeres, og der skrives et tilsagnsbrev."),
        requires=[need.decision_is_recorded],
    )
    def grant(
        self,
        *,
        amount: Money(_("Bevilget beløb"), initial=lambda case: case.recommended_amount),
        reason: Text(_("Begrundelse"), required=False),
        conditions: Text(_("Vilkår"), required=False),
    ):
        then.leave_agenda(self, "granted", reason, amount)
        then.grant(self, amount, reason or self.recommended_reason, conditions or self.recommended_conditions)

    @step(
        _("Registrér: afslag"),
        source=State.ON_AGENDA,
        target=State.REFUSED,
        by={S},
        tells=[C],
        says=_("En reservation frigives, og der skrives et brev med begrundelsen."),
        requires=[need.decision_is_recorded],
    )
    def refuse(self, *, reason: Text(_("Begrundelse"), initial=lambda case: case.recommended_reason)):
        then.leave_agenda(self, "refused", reason)
        then.refuse(self, reason)

    @step(
        _("Registrér: udsat"),
        source=State.ON_AGENDA,
        target=State.APPROVED_FOR_DECISION,
        by={S},
        tells=[C, M],
        says=_("Sagen kan sættes på et nyt møde. En reservation bliver stående."),
        requires=[need.decision_is_recorded],
    )
    def postpone(self, *, reason: Text(_("Begrundelse"), required=False)):
        then.leave_agenda(self, "postponed", reason)

    @step(
        _("Registrér: sendt tilbage"),
        source=State.ON_AGENDA,
        target=State.UNDER_ASSESSMENT,
        by={S},
        tells=[C, A, L],
        says=_("Sagen vurderes igen, og en reservation frigives."),
        requires=[need.decision_is_recorded],
    )
    def send_back(self, *, reason: Text(_("Hvad beder udvalget om?"))):
        then.leave_agenda(self, "sent_back", reason)
        then.undo_approval(self)

    @step(
        _("Send videre til et andet udvalg eller byrådet"),
        source=State.ON_AGENDA,
        by={S},
        tells=[C, M],
        says=_("Et andet udvalg eller byrådet afgør sagen på det møde, du vælger."),
        requires=[need.decision_is_recorded],
    )
    def refer_onwards(
        self,
        *,
        meeting: Pick(_("Møde"), among=need.meetings_of_other_bodies),
        reason: Text(_("Begrundelse"), required=False),
    ):
        then.leave_agenda(self, "referred", reason)
        then.place(self, meeting)

    @step(
        _("Ret den registrerede beslutning"),
        source=[State.GRANTED, State.REFUSED],
        returns_to=decided_from,
        danger=True,
        possible=[State.ON_AGENDA, State.RECOMMENDED],
        by={S, M},
        tells=[C, M, F],
        says=_(
            "Når den er registreret forkert, eller byrådet har ændret den. Bevilgede penge føres tilbage, og der skrives et nyt brev."
        ),
        requires=[need.may_correct_the_minutes],
    )
    def reopen_decision(self, *, reason: Text(_("Hvad var forkert?"))):
        target = decided_from(self)
        then.reopen(self)
        return target

    @step(
        _("Træk ansøgningen tilbage"),
        source=BEFORE_DECISION,
        target=State.WITHDRAWN,
        by={A, L},
        tells=[L, C, S],
        says=_("Ansøgningen behandles ikke videre."),
        danger=True,
    )
    def withdraw(self, *, reason: Text(_("Begrundelse"), required=False)):
        then.withdraw(self)
