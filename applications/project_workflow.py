"""The law of the pool after the decision: the same case, followed up as a project. Read after applications.workflow.

Steps are taken through applications.door alone, as all others. What they need is in applications.project_requirements, what
they do to money and rows in applications.settling.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications import project_requirements as need
from applications import settling
from applications.answers import Choice, Text, Tick
from applications.states import State
from applications.steps import step
from people.roles import Role

A, L, C, M, F = Role.APPLICANT, Role.UNIT_LEADER, Role.CONSULTANT, Role.MANAGER, Role.FINANCE
K, SYSTEM = Role.COMMUNICATOR, Role.SYSTEM


# fmt: off  the table is read as a table
class ProjectWorkflow(models.Model):
    """The steps from the grant to the end of the project."""

    class Meta:
        abstract = True

    @step(
        _("Sæt projektet i gang"),
        source=State.GRANTED,
        target=State.ACTIVE,
        by={L},
        tells=[C, F],
        says=_("I accepterer vilkårene og vælger, hvordan I får pengene. Derefter ligger projektets frister fast."),
        requires=[need.letter_is_released],
    )
    def start(
        self,
        *,
        settlement: Choice(
            _("Sådan får I pengene"),
            options=need.settlements,
            help=_("Aftal det med konsulenten, hvis I er i tvivl."),
        ),
        account: Text(
            _("Kontostreng eller EAN-nummer"),
            required=False,
            long=False,
            max_length=60,
            initial=need.usual_account,
            help=_("Hvor pengene skal hen. Bruges ikke, når regningerne sendes til puljen."),
        ),
        accepts: Tick(_("Vi accepterer vilkårene i brevet og det bevilgede beløb"), required=True),
    ):
        settling.start(self, settlement, account)

    @step(
        _("Sig nej tak til pengene"),
        source=State.GRANTED,
        target=State.LAPSED,
        by={L},
        tells=[C, F],
        danger=True,
        says=_("Projektet bliver ikke til noget, og pengene går tilbage til puljen. Det kan ikke fortrydes."),
        requires=[need.letter_is_released],
    )
    def decline_grant(self, *, reason: Text(_("Begrundelse"), required=False)):
        settling.give_everything_back(self)

    @step(
        _("Lad bevillingen bortfalde"),
        source=State.GRANTED,
        target=State.LAPSED,
        by={C, SYSTEM},
        tells=[A, L, F],
        danger=True,
        says=_("Projektet er ikke begyndt inden fristen. Pengene går tilbage til puljen."),
        requires=[need.may_lapse],
    )
    def lapse(self, *, reason: Text(_("Begrundelse"), required=False)):
        settling.give_everything_back(self)

    @step(
        _("Aflever slutrapporten"),
        source=State.ACTIVE,
        target=State.REPORTED,
        by={A, L},
        tells=[C, F],
        says=_("Konsulenten og Økonomi ser rapporten og bilagene igennem. Mangler der noget, får I rapporten tilbage."),
        requires=[need.final_report_is_complete, need.files_are_scanned, need.no_change_is_open],
    )
    def report(self):
        settling.hand_in_report(self)

    @step(
        _("Send slutrapporten tilbage"),
        source=State.REPORTED,
        target=State.ACTIVE,
        by={C, F},
        tells=[A, L],
        says=_("Enheden kan rette rapporten og lægge bilag til."),
    )
    def return_report(self, *, reason: Text(_("Hvad mangler der?"))):
        settling.return_report(self)

    @step(
        _("Godkend regnskabet"),
        source=State.REPORTED,
        by={F},
        tells=[C],
        says=_("Du bekræfter, at bilagene passer med den slutrapport, der ligger nu."),
        requires=[need.vouchers_are_decided, need.accounts_are_not_confirmed, need.transfer_is_booked],
    )
    def confirm_accounts(self):
        settling.confirm_accounts(self)

    @step(
        _("Afslut projektet"),
        source=State.REPORTED,
        target=State.COMPLETED,
        by={C},
        tells=[A, L, K],
        danger=True,
        says=_("Forbruget bogføres, og det, der er til overs, går tilbage til puljen."),
        requires=[need.accounts_are_confirmed, need.vouchers_are_decided, need.no_change_is_open],
    )
    def complete(self):
        settling.settle(self)

    @step(
        _("Genåbn regnskabet"),
        source=State.COMPLETED,
        target=State.REPORTED,
        by={F},
        tells=[C],
        says=_("Det beløb, der gik tilbage, disponeres igen, så regnskabet kan rettes."),
        requires=[need.year_is_open],
    )
    def reopen_accounts(self, *, reason: Text(_("Hvad skal rettes?"))):
        settling.reopen(self)

    @step(
        _("Foreslå, at projektet afbrydes"),
        source=State.ACTIVE,
        by={C},
        tells=[M],
        says=_("En leder tager stilling til forslaget."),
        requires=[need.cancel_is_not_proposed],
    )
    def propose_cancel(self, *, reason: Text(_("Hvorfor bør projektet afbrydes?"))):
        settling.propose_cancel(self, reason)

    @step(
        _("Lad projektet fortsætte"),
        source=State.ACTIVE,
        by={C, M},
        tells=[C, M],
        says=_("Så gælder forslaget ikke længere. Enheden får ikke besked, for den kender ikke forslaget."),
        requires=[need.cancel_is_proposed],
    )
    def keep_going(self, *, reason: Text(_("Begrundelse"))):
        settling.keep_going(self)

    @step(
        _("Afbryd projektet"),
        source=State.ACTIVE,
        target=State.CANCELLED,
        by={M},
        tells=[A, L, F],
        danger=True,
        says=_("Det, der er brugt, bogføres. Resten går tilbage til puljen. Det kan ikke fortrydes."),
        requires=[need.cancel_is_proposed, need.somebody_else_proposed, need.vouchers_are_decided],
    )
    def cancel(self, *, reason: Text(_("Begrundelse"), initial=need.proposed_reason)):
        settling.settle(self)
