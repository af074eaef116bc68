"""A voucher as it comes from the unit's page: with its file, once however often the button is pressed, and with a word
about what the person should know. Too much money or too early a date is said here and never refused: finance decides.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from applications import project_files, vouchers
from applications.door import PRESSED_TWICE, load_locked
from applications.models import Application, Voucher
from applications.spending import in_all
from journal import clock
from pages.money import format_kroner


class _Again(Exception):
    """The same voucher was registered a moment ago."""


def register(case_id: int, by, upload=None, **values) -> Voucher:
    """Register a voucher with its file. The same from the same person within seconds is one press, not two vouchers."""
    try:
        with project_files.kept(case_id, by, upload) as file:
            _refuse_again(case_id, by, values)
            return vouchers.register(case_id, by, file=file, **values)
    except _Again:
        return _a_moment_ago(case_id, by, values).latest("number")


def _refuse_again(case_id: int, by, values: dict) -> None:
    load_locked(case_id)
    if _a_moment_ago(case_id, by, values).exists():
        raise _Again


def _a_moment_ago(case_id: int, by, values: dict):
    recent = Voucher.objects.filter(registered_at__gt=clock.now() - PRESSED_TWICE, registered_by=by)
    return recent.filter(project=case_id, **values)


def correct(voucher: Voucher, by, upload=None, *, seen_revision: int, **values) -> Voucher:
    with project_files.kept(voucher.project_id, by, upload) as file:
        values |= {"file": file} if file else {}
        return vouchers.correct(voucher.pk, by, seen_revision=seen_revision, **values)


def warnings(case: Application, voucher: Voucher) -> list[str]:
    """What the unit should know of the voucher; each a sentence."""
    found, project = [], type(case.project).objects.get(pk=case.pk)
    money = in_all(project)
    if money.over:
        found.append(
            _("Bilaget er på %(amount)s, men der er kun %(left)s tilbage. Økonomi kan ikke godkende det hele.")
            % {"amount": format_kroner(voucher.amount), "left": format_kroner(max(money.left + voucher.amount, 0))}
        )
    if case.decided_at and voucher.date < timezone.localdate(case.decided_at):
        found.append(_("Bilaget er fra før bevillingen. Det er lagt ind, men Økonomi kan afvise det."))
    return found
