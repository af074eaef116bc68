"""What a project's step needs. Each function gets (case, person) and answers "" or the reason why not yet, in Danish.

A case before its start has no project; requirements of later steps are asked of cases that have one. The models are built
on this file, so it reaches them through the case, or when asked.
"""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal import clock

DAYS_TO_START = 30  # from the letter, when the planned first day was earlier
DAYS_WARNED = 14  # workflow.md: «warned 14 days before»


def letter_is_released(case, person) -> str:
    return "" if case.letter_released_at else _("Brevet med bevillingen er ikke sendt endnu.")


def settlements(case) -> list[tuple[str, str]]:
    from applications.models import Project

    return list(Project.Settlement.choices)


def usual_account(case) -> str:
    return case.unit.ean


def start_by(case) -> date | None:
    """The last day to begin: the planned first day, or a month after the letter when that is later."""
    if case.letter_released_at is None:
        return None
    after_the_letter = timezone.localdate(case.letter_released_at) + timedelta(days=DAYS_TO_START)
    return max(case.starts or after_the_letter, after_the_letter)


def may_lapse(case, person) -> str:
    """The day has passed, and the unit was warned 14 days before the money goes."""
    day, warned = start_by(case), case.lapse_warned_at
    if day is None:
        return _("Brevet med bevillingen er ikke sendt endnu.")
    if clock.today() <= day:
        return _("Enheden kan sætte projektet i gang til og med %(day)s.") % {"day": f"{day:%d.%m.%Y}"}
    if warned is None or clock.now() < warned + timedelta(days=DAYS_WARNED):
        return _("Enheden skal advares mindst 14 dage, før bevillingen bortfalder.")
    return ""


def final_report_is_complete(case, person) -> str:
    from applications import reporting

    report = reporting.draft_of(case.project, "final")
    if report is None:
        return _("Skriv slutrapporten først.")
    lacks = reporting.missing(report)
    if not lacks:
        return ""
    return _("Der mangler noget i slutrapporten: %(lacks)s") % {"lacks": " ".join(lacks)}


def files_are_scanned(case, person) -> str:
    if any(file.is_waiting for file in case.project.files.all()):
        return _("En fil venter på viruskontrol. Aflever rapporten, når den er kontrolleret.")
    return ""


def vouchers_are_decided(case, person) -> str:
    waiting = sum(1 for voucher in case.project.vouchers.all() if voucher.status == "registered")
    text = ngettext("%(count)s bilag venter på Økonomi.", "%(count)s bilag venter på Økonomi.", waiting)
    return text % {"count": waiting} if waiting else ""


def transfer_is_booked(case, person) -> str:
    project = case.project
    if project.is_transfer and project.transferred_at is None:
        return _("Omplaceringen er ikke bogført endnu.")
    return ""


def accounts_are_not_confirmed(case, person) -> str:
    return _("Regnskabet er allerede godkendt.") if case.project.confirmed_report_id else ""


def accounts_are_confirmed(case, person) -> str:
    from applications import reporting

    project, last = case.project, reporting.last_sent(case.project, "final")
    if project.confirmed_report_id and last and project.confirmed_report_id == last.pk:
        return ""
    return _("Økonomi har ikke godkendt regnskabet for den slutrapport, der ligger nu.")


def no_change_is_open(case, person) -> str:
    if any(change.status == "open" for change in case.project.changes.all()):
        return _("Der er bedt om en ændring, som ingen har svaret på. Vent på svar, eller træk den tilbage.")
    return ""


def year_is_open(case, person) -> str:
    return _("Puljeåret er afsluttet.") if case.round.pool_year.closed_at else ""


def cancel_is_not_proposed(case, person) -> str:
    return _("Det er allerede foreslået. En leder tager stilling.") if case.project.cancel_proposed_by_id else ""


def cancel_is_proposed(case, person) -> str:
    return "" if case.project.cancel_proposed_by_id else _("Konsulenten skal først foreslå det skriftligt.")


def somebody_else_proposed(case, person) -> str:
    """Four eyes: a manager who is a consultant too does not stop what they proposed to stop."""
    mine = person is not None and case.project.cancel_proposed_by_id == person.pk
    return _("Du har selv foreslået det. En anden leder tager stilling.") if mine else ""


def proposed_reason(case) -> str:
    """The consultant's words; the form of a step is built for cases that have no project too."""
    project = getattr(case, "project", None)
    return project.cancel_reason if project else ""
