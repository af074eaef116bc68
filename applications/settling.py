"""What a project's steps do to money and rows. Called by applications.project_workflow, on the locked case with its event.

Every amount that leaves a pocket is read from the ledger's own moves of the case, so a step that comes twice, or after a
correction, books the difference and nothing else.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from applications.effects_of_steps import WrongAnswer, move
from pool import account_strings, ledger


def _update(case, **fields) -> None:
    type(case.project).objects.filter(pk=case.pk).update(**fields)
    case.project.refresh_from_db()


def start(case, settlement: str, account: str) -> None:
    """The project begins: its period from the application, its milestones from the period."""
    from applications import milestones, transfer_orders
    from applications.models import Project

    account = " ".join(account.split())
    if settlement == Project.Settlement.POOL_INVOICE:
        account = ""
    elif not account:
        raise WrongAnswer("account", _("Skriv den konto eller det EAN-nummer, pengene skal til."))
    elif refusal := account_strings.refusal(account):
        raise WrongAnswer("account", refusal)
    today = timezone.localdate(case.event.at)
    project = Project.objects.create(
        application=case,
        amount=case.granted_amount,
        settlement=settlement,
        account=account,
        starts=case.starts or today,
        ends=max(case.ends or today, case.starts or today),
        started_by=case.event.actor,
        started_at=case.event.at,
    )
    milestones.plan(project)
    transfer_orders.at_start(case)


def give_everything_back(case) -> None:
    """Never begun: what was committed is available again."""
    move(case, ledger.COMMITTED, ledger.AVAILABLE, ledger.balance_of(case.subject)[ledger.COMMITTED])


def hand_in_report(case) -> None:
    """A proposal to stop the project has nothing left to stop."""
    from applications import reporting

    keep_going(case)
    reporting.send(reporting.draft_of(case.project, "final"), case)


def return_report(case) -> None:
    """The unit writes on in a copy of what it sent; a confirmation of the accounts no longer counts."""
    from applications import reporting

    _update(case, confirmed_report=None, confirmed_by=None)
    reporting.give_back(case.project, case)


def confirm_accounts(case) -> None:
    from applications import reporting

    _update(case, confirmed_report=reporting.last_sent(case.project, "final"), confirmed_by=case.event.actor)


def settle(case) -> None:
    """Book what the accepted vouchers say was spent, and give the rest back, in the step's own transaction."""
    from applications import results, transfer_orders

    project, held = case.project, ledger.balance_of(case.subject)
    booked, committed = held[ledger.SPENT], held[ledger.COMMITTED]
    move(case, ledger.COMMITTED, ledger.SPENT, max(project.spent - booked, 0))
    move(case, ledger.SPENT, ledger.COMMITTED, max(booked - project.spent, 0))
    move(case, ledger.COMMITTED, ledger.AVAILABLE, committed + booked - project.spent)
    _update(case, ended_at=case.event.at)
    transfer_orders.at_end(case)
    results.new_figures(case, case.event)


def reopen(case) -> None:
    """What went back is committed again, as far as the pool still has it."""
    project, held = case.project, ledger.balance_of(case.subject)
    move(case, ledger.AVAILABLE, ledger.COMMITTED, project.holds - held[ledger.SPENT] - held[ledger.COMMITTED])
    _update(case, confirmed_report=None, confirmed_by=None, ended_at=None)


def propose_cancel(case, reason: str) -> None:
    _update(case, cancel_reason=reason, cancel_proposed_by=case.event.actor)


def keep_going(case) -> None:
    """The proposal is off the table; its words stay in the case's story."""
    _update(case, cancel_reason="", cancel_proposed_by=None)
