"""How a project's vouchers and pictures are erased: names and files go, amounts, days and hands stay.

A picture of recognisable persons goes at once when the consent it rests on is withdrawn or has run out. Called on a locked
case; files go when the transaction has committed.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from applications import going_public, uploads
from applications.door import load_locked
from applications.models import Application, Attachment, Consent, FinanceFile, Photo, Voucher
from applications.retention_rules import GONE, KINDS
from journal import chain, clock, nudges

WAITING_FILE_KEPT = timedelta(days=KINDS["register_file"].days)


FILE_WORDS = ("fil", "navn", "begrundelse", "leverandør")


def nudge() -> None:
    """Ask a worker to erase at once. A dead broker is no error: the timetable does it within the hour."""
    from applications.tasks import erase_what_must_be_gone

    nudges.send(erase_what_must_be_gone)


def forget_waiting_finance_files() -> int:
    """Files that nobody has said what is in, a day after they came."""
    return waiting_finance_files(clock.now()).delete()[0]


def waiting_finance_files(by):
    return FinanceFile.objects.filter(imported_at=None, sent_at__lte=by - WAITING_FILE_KEPT)


def erase_vouchers(case: Application) -> dict[str, int]:
    rows = Voucher.objects.filter(project=case.pk)
    files = list(rows.exclude(file=None).values_list("file", flat=True))
    rows.exclude(refusal="").update(refusal=GONE)
    count = rows.update(supplier=GONE, text="", file=None)
    return {"regnskabsbilag": count, "filer": _forget(files)}


def erase_finance_file(file: FinanceFile, by) -> None:
    """What the finance system said of suppliers; days, amounts and what answers what stay."""
    file.lines.exclude(not_ours="").update(not_ours=GONE)
    count = file.lines.update(supplier="", reference="", text="")
    file.name, file.table = GONE, []
    file.save()
    told = chain.story(file.subject)
    left = [(event, event.payload | {name: GONE for name in FILE_WORDS if name in event.payload}) for event in told]
    left = [(event, rest) for event, rest in left if rest != event.payload]
    chain.black_out(by, "erase_kind", file.subject, {"slags": "finance_file", "slettet": {"linjer": count}}, left)


def erase_photos(case: Application) -> dict[str, int]:
    """Pictures that are not shown, and consents that cover none that is."""
    count = _remove(Photo.objects.filter(project=case.pk, is_shown=False))
    lonely = Consent.objects.filter(project=case.pk, photos=None)
    return {"billeder": count, "samtykker": lonely.update(covers=GONE, reference=GONE)}


def without_leave():
    """Pictures whose consent is withdrawn or has run out, and of which nobody has said that no person can be recognised."""
    over = Q(consent__withdrawn_at__isnull=False) | Q(consent__valid_to__lt=clock.today())
    return Photo.objects.filter(over, nobody_shown_by=None)


def erase_photos_without_leave(consent: Consent | None = None) -> int:
    """Of one consent or of all; one transaction for each project. Answers how many pictures are gone."""
    rows = without_leave() if consent is None else without_leave().filter(consent=consent)
    return sum(_erase_of(pk) for pk in sorted(set(rows.values_list("project", flat=True))))


@transaction.atomic
def _erase_of(project: int) -> int:
    case = load_locked(project)
    chain.lock()
    count = _remove(without_leave().filter(project=project))
    over = Q(withdrawn_at__isnull=False) | Q(valid_to__lt=clock.today())
    Consent.objects.filter(over, project=project, photos=None).update(covers=GONE, reference=GONE)
    going_public.drop_photos(project)
    if count:
        chain.record(case.subject, "erase_kind", None, {"slags": "no_consent", "slettet": {"billeder": count}})
        case.revision += 1
        case.save()
    return count


def _remove(rows) -> int:
    files = list(rows.values_list("file", flat=True))
    Photo.objects.filter(file__in=files).delete()
    return _forget(files)


def _forget(ids: list[int]) -> int:
    rows = Attachment.objects.filter(pk__in=ids)
    names = [name for name in rows.values_list("file", flat=True) if name]
    count = rows.delete()[0]
    for name in names:
        uploads.forget_file(name)
    return count
