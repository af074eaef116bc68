"""Photos of a project and the consents that cover them: added, described, shown in public, withdrawn.

A photo is shown only with words that say what it shows, and with leave: a named person's word that nobody can be recognised,
or a consent that has neither been withdrawn nor run out. A consent withdrawn hides its photos in the same transaction. What
comes in is written anew (documents.uploads): where it was taken is gone. Unit and consultant may; a project that was
cancelled has no photos.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from applications import erasing_projects, going_public, project_files, results
from applications.door import AlreadyHandled, NotYet, WrongAnswers, load_locked_for
from applications.models import Application, Consent, Photo
from applications.states import PROJECT, State
from applications.uploads import UNREADABLE
from journal import chain, clock, nudges

OPEN = PROJECT - {State.CANCELLED}
PICTURES = frozenset({"image/jpeg", "image/png"})
WORDS = ("alt", "caption", "credit")


class _Again(Exception):
    """The very picture lies with the project already: a button pressed twice."""


def leave(photo: Photo) -> str:
    """Why nobody has given leave to show it, or ""."""
    if photo.nobody_shown_by_id:
        return ""
    if photo.consent is None:
        return _("Ingen har sagt god for, at man ikke kan genkende nogen, og der er ikke valgt et samtykke.")
    return lacks_of(photo.consent)


def lacks_of(consent: Consent) -> str:
    """Why a consent covers nothing now, or ""."""
    if consent.withdrawn_at:
        return _("Samtykket er trukket tilbage.")
    if consent.valid_to and consent.valid_to < clock.today():
        return _("Samtykket er udløbet.")
    return ""


def why_not_shown(photo: Photo) -> list[str]:
    """Everything that keeps it from being shown in public, each a sentence."""
    found = [] if photo.alt.strip() else [_("Skriv, hvad billedet viser.")]
    if photo.file.scan in UNREADABLE:
        found.append(_("Filen er ikke kontrolleret for virus endnu."))
    return [*found, *filter(None, [leave(photo)])]


@transaction.atomic
def _add(case_id: int, by, file, words: dict, nobody_shown: bool, consent: Consent | None) -> Photo:
    case = _open(case_id, by)
    if file.media_type not in PICTURES:
        raise ValidationError({"file": _("Vælg et billede: JPEG eller PNG.")})
    if case.project.photos.filter(file__sha256=file.sha256).exists():
        raise _Again
    last = case.project.photos.aggregate(last=Max("position"))["last"]
    photo = Photo(project=case.project, file=file, position=0 if last is None else last + 1)
    _describe(photo, by, words, nobody_shown, consent)
    photo.save()
    _record(case, "add_photo", by, photo)
    return photo


def add_photo(case_id: int, by, upload, *, nobody_shown: bool = False, consent: Consent | None = None, **words) -> Photo:
    """A picture with its words; the same picture again is the one that is there. Raises Refused, or ValidationError."""
    try:
        with project_files.kept(case_id, by, upload) as file:
            sha256 = file.sha256
            return _add(case_id, by, file, words, nobody_shown, consent)
    except _Again:
        return Photo.objects.get(project=case_id, file__sha256=sha256)


@transaction.atomic
def describe(photo_id: int, by, *, nobody_shown: bool, consent: Consent | None, **words) -> Photo:
    """Other words or another leave. What then lacks something is no longer shown."""
    photo, case = _locked(photo_id, by)
    _describe(photo, by, words, nobody_shown, consent)
    if why_not_shown(photo):
        photo.is_shown = False
    photo.save()
    _record(case, "describe_photo", by, photo)
    return photo


def _describe(photo: Photo, by, words: dict, nobody_shown: bool, consent: Consent | None) -> None:
    if consent is not None and consent.project_id != photo.project_id:
        raise WrongAnswers({"consent": _("Vælg et af projektets samtykker.")})
    if consent is not None and consent.pk != photo.consent_id and (lack := lacks_of(consent)):
        raise WrongAnswers({"consent": lack})
    for name in WORDS:
        setattr(photo, name, words.get(name, getattr(photo, name)))
    photo.consent = consent
    if not nobody_shown:
        photo.nobody_shown_by = None
    elif photo.nobody_shown_by is None:
        photo.nobody_shown_by = by  # who said it first stands for it


@transaction.atomic
def show(photo_id: int, by) -> Photo:
    """Let it be seen in public, when nothing is lacking."""
    photo, case = _locked(photo_id, by)
    if photo.is_shown:
        return photo
    if reasons := why_not_shown(photo):
        raise NotYet(" ".join(reasons))
    return _turned(photo, case, "show_photo", by, is_shown=True)


@transaction.atomic
def hide(photo_id: int, by) -> Photo:
    photo, case = _locked(photo_id, by)
    return _turned(photo, case, "hide_photo", by, is_shown=False) if photo.is_shown else photo


def _turned(photo: Photo, case: Application, step: str, by, *, is_shown: bool) -> Photo:
    photo.is_shown = is_shown
    photo.save()
    _record(case, step, by, photo)
    return photo


@transaction.atomic
def remove(photo_id: int, by) -> None:
    """Take a photo off the project; its file is gone with it."""
    photo, case = _locked(photo_id, by)
    file = photo.file
    _record(case, "remove_photo", by, photo)
    photo.delete()
    going_public.drop_photos(case.pk)
    project_files.let_go(case, file)


# ── consents ────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def note_consent(case_id: int, by, *, covers: str, reference: str, given_on, valid_to=None) -> Consent:
    """A consent that the unit keeps: here is only whom it covers and where it lies."""
    case = _open(case_id, by)
    if given_on > clock.today():
        raise WrongAnswers({"given_on": _("Datoen ligger i fremtiden.")})
    if valid_to and valid_to < given_on:
        raise WrongAnswers({"valid_to": _("Samtykket kan ikke udløbe, før det er givet.")})
    facts = {"covers": covers, "reference": reference, "given_on": given_on, "valid_to": valid_to}
    if same := case.project.consents.filter(withdrawn_at=None, **facts).first():
        return same  # a button pressed twice
    consent = Consent.objects.create(project=case.project, noted_by=by, **facts)
    _written(case, "note_consent", by, {"samtykke": consent.pk})
    return consent


@transaction.atomic
def withdraw_consent(consent_id: int, by) -> Consent:
    """It covers nothing from this moment: its photos are hidden in the same transaction, and erased right after it."""
    case = _open(Consent.objects.values_list("project_id", flat=True).get(pk=consent_id), by, states=PROJECT)
    consent = Consent.objects.get(pk=consent_id)
    if consent.withdrawn_at:
        raise AlreadyHandled(_("Samtykket er allerede trukket tilbage."))
    consent.withdrawn_at, consent.withdrawn_by = clock.now(), by
    consent.save()
    hidden = list(_hide_what_it_covers(consent))
    _written(case, "withdraw_consent", by, {"samtykke": consent.pk, "billeder": hidden})
    nudges.after_commit(erasing_projects.nudge)
    return consent


def _hide_what_it_covers(consent: Consent) -> list[int]:
    shown = Photo.objects.filter(consent=consent, is_shown=True)
    keys = list(shown.values_list("pk", flat=True))
    shown.update(is_shown=False)
    return keys


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _open(case_id: int, by, states=OPEN) -> Application:
    case = load_locked_for(case_id, by, "write_result")
    if case.state not in states:
        raise NotYet(_("Det kan ikke gøres nu: projektet er «%(state)s».") % {"state": case.get_state_display()})
    return case


def _locked(photo_id: int, by) -> tuple[Photo, Application]:
    case = _open(Photo.objects.values_list("project_id", flat=True).get(pk=photo_id), by)
    return Photo.objects.select_related("file", "consent").get(pk=photo_id), case


def _record(case: Application, step: str, by, photo: Photo) -> None:
    """Where others than the unit choose what is shown, the unit is asked to look again."""
    facts = {"billede": photo.pk, "samtykke": photo.consent_id, "ingen kan genkendes": photo.nobody_shown_by_id}
    event = _written(case, step, by, facts)
    if photo.is_shown:
        results.pictures_chosen(case, event)


def _written(case: Application, step: str, by, facts: dict):
    """What may not be shown any more leaves the public page in the same transaction."""
    going_public.drop_photos(case.pk)
    event = chain.record(case.subject, step, by, facts)
    case.revision += 1
    case.save()
    return event
