"""The pictures that the public sees: which may be shown at this instant, and their copies in two widths.

A photo may be shown while its project's people have chosen it and a named editor says that nobody can be recognised, or a
consent covers it that is neither withdrawn nor run out. Copies carry no data of the camera; a copy that is gone is made
again from the photo. Refuses to copy a file that has not passed the virus scanner.
"""

from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from PIL import Image, ImageOps

from applications.models import Attachment, Photo, Result
from journal import clock

FOLDER = "shown"
WIDTHS = (640, 1280)
QUALITY = 82
UNREADABLE = (Attachment.Scan.WAITING, Attachment.Scan.INFECTED)


def may_be_shown() -> Q:
    consented = Q(consent__isnull=False, consent__withdrawn_at=None)
    in_time = Q(consent__valid_to=None) | Q(consent__valid_to__gte=clock.today())
    return Q(is_shown=True) & (Q(nobody_shown_by__isnull=False) | (consented & in_time))


def shown(case_id: int) -> QuerySet[Photo]:
    """The pictures of a project that its public page may show now."""
    rows = Photo.objects.filter(may_be_shown(), project=case_id).exclude(file__scan__in=UNREADABLE)
    return rows.select_related("file").order_by("position", "pk")


def facts_of(photo: Photo) -> dict:
    """What a page needs to show the picture; the size is that of the widest copy."""
    width, height = _size(photo)
    return {
        "id": photo.pk,
        "sha256": photo.file.sha256,
        "alt": photo.alt,
        "caption": photo.caption,
        "credit": photo.credit,
        "width": width,
        "height": height,
    }


def name_of(photo: Photo, width: int) -> str:
    return f"{FOLDER}/{photo.pk}-{photo.file.sha256[:16]}-{width}.jpg"


def store_copies(photo: Photo) -> None:
    for width in WIDTHS:
        _stored(photo, width)


def copy_of(photo: Photo, width: int) -> bytes:
    """The bytes of a copy, made now when it was never stored or is lost."""
    try:
        with default_storage.open(name_of(photo, width)) as file:
            return file.read()
    except FileNotFoundError:
        return scaled(photo, width)


def scaled(photo: Photo, width: int) -> bytes:
    """A JPEG of at most this width, upright, without the camera's data."""
    made = BytesIO()
    with photo.file.file.open("rb") as file, Image.open(file) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
        if picture.width > width:
            picture = picture.resize((width, max(1, round(picture.height * width / picture.width))))
        picture.info.clear()
        picture.save(made, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return made.getvalue()


def forget_copies(photos: list[dict]) -> None:
    """Delete the copies of frozen photos when the transaction has committed; should that fail, the sweep finds them."""
    names = [f"{FOLDER}/{each['id']}-{each['sha256'][:16]}-{width}.jpg" for each in photos for width in WIDTHS]

    def delete():
        for name in names:
            default_storage.delete(name)

    transaction.on_commit(delete, robust=True)


def named() -> set[str]:
    """The copies that published results show."""
    published = Result.objects.filter(status=Result.Status.PUBLISHED).values_list("public__photos", flat=True)
    photos = [photo for each in published for photo in each or []]
    return {f"{FOLDER}/{each['id']}-{each['sha256'][:16]}-{width}.jpg" for each in photos for width in WIDTHS}


def _size(photo: Photo) -> tuple[int, int]:
    with photo.file.file.open("rb") as file, Image.open(file) as opened:
        turned = opened.getexif().get(0x0112) in (5, 6, 7, 8)
        width, height = reversed(opened.size) if turned else opened.size
    fitted = min(width, max(WIDTHS))
    return fitted, max(1, round(height * fitted / width))


def _stored(photo: Photo, width: int) -> None:
    name = name_of(photo, width)
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(scaled(photo, width)))
