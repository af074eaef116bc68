"""What a communicator does with a project's story: gives it back, plans, publishes, takes it down; and what the clock does.

Publishing freezes what visitors read (public_words); a published story may be written in, and visitors read the frozen words
until it is published again. A result that is taken down, or a photo that may no longer be shown, is gone for visitors with
the same transaction (public_site). The address of a project is drawn once and stays. Refuses with door.Refused.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from applications import public_photos, public_site, public_words
from applications.door import AlreadyHandled, NotYet, Refused, WrongAnswers
from applications.models import Photo, PublicEffect, Result
from applications.results import PUBLISHES, communicators, may_be_public, not_stale, result_for, tell, unit_side
from applications.roles import told
from journal import chain, clock
from people.models import Person
from people.roles import Role

DRAFT, IN_REVIEW = Result.Status.DRAFT, Result.Status.IN_REVIEW
PUBLISHED, UNPUBLISHED = Result.Status.PUBLISHED, Result.Status.UNPUBLISHED
RESERVED = {"tal", "billeder", "aar"}  # words of the public site's own addresses
DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


@transaction.atomic
def give_back(case_id: int, by: Person, *, reason: str) -> Result:
    case, result, _held = result_for(case_id, by, PUBLISHES)
    if result.status != IN_REVIEW:
        raise AlreadyHandled(_("Historien ligger ikke hos Kommunikation."))
    event = chain.record(case.subject, "return_result", by, {"svar": {"reason": reason}})
    result.status, result.publish_at = DRAFT, None
    result.save()
    tell(event, result, "return_result", unit_side(case) + told(Role.CONSULTANT, case), reason=reason)
    return result


@transaction.atomic
def schedule(case_id: int, by: Person, *, seen_revision: int, publish_at: datetime | None) -> Result:
    """Plan the publishing, or with None give the plan up."""
    case, result, _held = result_for(case_id, by, PUBLISHES)
    if result.status not in (IN_REVIEW, UNPUBLISHED):
        raise AlreadyHandled(_("Kun en historie, der ligger hos Kommunikation, kan planlægges."))
    if publish_at is None and result.publish_at is None:
        raise AlreadyHandled(_("Offentliggørelsen er ikke planlagt."))
    if publish_at is not None:
        not_stale(result, seen_revision)
        may_be_public(result)
        if publish_at <= clock.now():
            raise WrongAnswers({"day": _("Vælg et tidspunkt, der ikke er gået.")})
    told_of = {"udgives": publish_at.isoformat()} if publish_at else {}
    event = chain.record(case.subject, "schedule_result" if publish_at else "unschedule_result", by, told_of)
    result.publish_at, result.published_by = publish_at, by if publish_at else result.published_by
    result.save()
    if publish_at:
        tell(event, result, "schedule_result", unit_side(case))
    return result


@transaction.atomic
def publish(case_id: int, by: Person | None, *, seen_revision: int | None = None) -> Result:
    """Freeze what visitors will read and show it; `by` None is the timetable, on the word of who planned it."""
    case, result, _held = result_for(case_id, by, PUBLISHES)
    if seen_revision is not None:
        not_stale(result, seen_revision)
    if by is None and not _is_due(result):
        raise AlreadyHandled(_("Offentliggørelsen er ikke planlagt."))
    if result.status == DRAFT:
        raise NotYet(_("Historien er ikke sendt til Kommunikation endnu."))
    if result.status == PUBLISHED and not differs(result):
        raise AlreadyHandled(_("Historien er allerede offentliggjort."))
    may_be_public(result)
    event = chain.record(case.subject, "publish_result", by, {"udgave": result.revision})
    for photo in public_photos.shown(case.pk):
        public_photos.store_copies(photo)
    result.slug = result.slug or _free_slug(result.title)
    result.status, result.publish_at, result.unpublish_reason = PUBLISHED, None, ""
    result.published_at, result.updated_at = result.published_at or event.at, event.at
    result.published_by, result.published_revision = by or result.published_by, result.revision
    _show(result, public_words.freeze(result))
    tell(event, result, "publish_result", unit_side(case) + told(Role.CONSULTANT, case))
    return result


@transaction.atomic
def unpublish(case_id: int, by: Person, *, reason: str) -> Result:
    """Gone from page, feed and lists with this transaction; the address stays the project's."""
    case, result, _held = result_for(case_id, by, PUBLISHES)
    if result.status != PUBLISHED:
        raise AlreadyHandled(_("Historien er ikke offentliggjort."))
    event = chain.record(case.subject, "unpublish_result", by, {"svar": {"reason": reason}})
    public_photos.forget_copies(result.public["photos"])
    result.status, result.unpublish_reason, result.updated_at = UNPUBLISHED, reason, event.at
    result.public, result.card, result.facets = {}, {}, ""
    result.save()
    result.public_effects.all().delete()
    public_site.changed()
    everybody = unit_side(case) + told(Role.CONSULTANT, case) + communicators(case)
    tell(event, result, "unpublish_result", everybody, reason=reason)
    return result


def _show(result: Result, public: dict) -> None:
    result.public, result.card, result.facets = public, public_words.card(public), public_words.facets(public)
    result.save()
    result.public_effects.all().delete()
    numbers = public_words.numbers(public)
    for number in numbers:
        number.result = result
    PublicEffect.objects.bulk_create(numbers)
    public_site.changed()


def _free_slug(title: str) -> str:
    """«Spand ved døren» → «spand-ved-doeren»; the second of the name gets a number."""
    base = slugify(title.lower().translate(DANISH))[:120].strip("-") or "projekt"
    taken = RESERVED | set(
        Result.objects.filter(Q(slug=base) | Q(slug__startswith=f"{base}-")).values_list("slug", flat=True)
    )
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


# ── what the clock and others do to it ──────────────────────────────────────────────────────────────────────────────


def publish_due() -> int:
    """Publish what is planned for now; what cannot be published any more loses its plan and waits for a communicator."""
    published = 0
    for pk in Result.objects.filter(publish_at__lte=clock.now()).values_list("pk", flat=True):
        try:
            publish(pk, None)
            published += 1
        except Refused:
            Result.objects.filter(pk=pk, publish_at__lte=clock.now()).update(publish_at=None)
    return published


def _is_due(result: Result) -> bool:
    return result.publish_at is not None and result.publish_at <= clock.now()


def differs(result: Result) -> bool:
    """The public page says something else than it would if it were published now: words, pictures, money or effects."""
    return public_words.freeze(result) != result.public


@transaction.atomic
def drop_photos(case_id: int) -> int:
    """Take the pictures off the public page that may not be shown any more; to be called with every such change."""
    result = Result.objects.select_for_update().filter(pk=case_id, status=PUBLISHED).first()
    if result is None:
        return 0
    allowed = set(public_photos.shown(case_id).values_list("pk", flat=True))
    gone = [photo for photo in result.public["photos"] if photo["id"] not in allowed]
    if gone:
        kept = [photo for photo in result.public["photos"] if photo["id"] in allowed]
        public_photos.forget_copies(gone)
        result.updated_at = clock.now()
        _show(result, result.public | {"photos": kept})
    return len(gone)


def drop_photos_everywhere() -> int:
    """What the clock alone changes (a consent that ran out), and whatever was not told."""
    allowed = set(Photo.objects.filter(public_photos.may_be_shown()).values_list("pk", flat=True))
    shown = Result.objects.filter(status=PUBLISHED).values_list("pk", "public__photos")
    cases = [pk for pk, photos in shown if not {photo["id"] for photo in photos} <= allowed]
    return sum(drop_photos(pk) for pk in cases)
