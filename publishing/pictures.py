"""How a project's pictures and codes are shown: addresses of the copies, names of themes and goals."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from applications import public_photos
from applications.goals import GOALS
from applications.models import BudgetLine, Photo, Result
from pool.themes import Theme


@dataclass(frozen=True)
class Picture:
    alt: str
    caption: str
    credit: str
    width: int
    height: int
    narrow: str
    wide: str


def public(photo: dict) -> Picture:
    narrow, wide = (address(photo, width) for width in public_photos.WIDTHS)
    return _picture(photo, narrow, wide)


def draft(photo: dict, case) -> Picture:
    there = reverse("publishing:preview-photo", args=[case.number, photo["id"]])
    return _picture(photo, there, there)


def _picture(photo: dict, narrow: str, wide: str) -> Picture:
    return Picture(photo["alt"], photo["caption"], photo["credit"], photo["width"], photo["height"], narrow, wide)


def address(photo: dict, width: int) -> str:
    return f"/resultater/billeder/{photo['id']}-{photo['sha256'][:16]}-{width}.jpg"


def visible() -> QuerySet[Photo]:
    """Photos that may be shown at this instant, of projects that are published."""
    rows = Photo.objects.filter(public_photos.may_be_shown()).exclude(file__scan__in=public_photos.UNREADABLE)
    rows = rows.filter(project__application__public_result__status=Result.Status.PUBLISHED)
    return rows.select_related("file", "project__application__public_result")


def labels(public: dict) -> dict:
    """Codes as (code, words)."""
    return {
        "themes": [(code, Theme(code).label) for code in public["themes"]],
        "sdgs": [(goal, GOALS[goal]) for goal in public["sdgs"]],
        "budget": [(BudgetLine.Kind(line["kind"]).label, line) for line in public["budget"]],
    }


def thumbnails(results) -> None:
    """Each listed project with the address of its first picture."""
    for result in results:
        photo = result.card["photo"]
        result.thumbnail = address(photo, public_photos.WIDTHS[0]) if photo else ""
