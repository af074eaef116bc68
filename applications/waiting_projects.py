"""When a granted case waits for somebody, in words over the facts of applications.waiting_facts.

A report waits from two months before it is due, the effect a year later from one month before: earlier nobody can write it.
"""

from datetime import timedelta

from applications.project_requirements import start_by
from journal import clock

REPORT_IN_SIGHT = timedelta(days=60)
EFFECT_IN_SIGHT = timedelta(days=30)


def _near(due, sight: timedelta) -> bool:
    return due is not None and due <= clock.today() + sight


def to_start(case, person) -> bool:
    """The letter is out: the unit's leader accepts, or the grant lapses."""
    return case.letter_released_at is not None


def start_due(case):
    return start_by(case)


def report_near(case, person) -> bool:
    return _near(case.report_due, REPORT_IN_SIGHT)


def report_due(case):
    return case.report_due


def effect_near(case, person) -> bool:
    return _near(case.effect_due, EFFECT_IN_SIGHT)


def effect_due(case):
    return case.effect_due


def refused_vouchers(case, person) -> bool:
    return case.voucher_refused


def to_be_cancelled(case, person) -> bool:
    """Somebody else proposed it: who proposes does not stop the project."""
    return case.cancel_proposed_by not in (None, person.pk)


def undecided_vouchers(case, person) -> bool:
    return case.voucher_registered


def accounts_open(case, person) -> bool:
    """All vouchers are decided and any transfer is booked: the accounts can be confirmed."""
    return not case.accounts_confirmed and not case.voucher_registered and not case.transfer_waits


def to_look_through(case) -> bool:
    return not case.accounts_confirmed


def may_complete(case) -> bool:
    """Every requirement of the step «complete», from the facts; a test holds both equal."""
    return case.accounts_confirmed and not case.voucher_registered and not case.change_open
