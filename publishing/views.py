"""The public pages and their preview. Everything shown of a project is its frozen words; visitors are nobody."""

import re

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.views.decorators.http import require_safe

from applications import following, public_photos, public_words
from applications.models import Effect, Result
from applications.views.results import load_story
from pages.access import EVERYBODY, SIGNED_IN, opens_to
from publishing import evidence, figures, pictures
from publishing.listing import PAGE, Listing
from publishing.visitors import absolute, for_visitors, parameters

NUMBER = re.compile(r"\d{4}-\d{3,}")
ROWS = 60


def show(request, template: str, context: dict, *, path: str, status: int = 200) -> HttpResponse:
    """A public page, with its one address and the language that its links keep."""
    english = translation.get_language() == "en"
    keep = "?sprog=en" if english else ""
    frame = {
        "english": english,
        "keep": keep,
        "path": path,
        "canonical": absolute(path),
        "whole_list": f"/resultater/{keep}",
    }
    return render(request, f"publishing/{template}.html", frame | context, status=status)


@for_visitors()
@opens_to(EVERYBODY)
@require_safe
def front(request):
    listing = Listing(parameters(request))
    page = Paginator(listing.rows().only("slug", "card", "published_at"), PAGE).get_page(request.GET.get("page"))
    pictures.thumbnails(page)
    points = f"/resultater/kort.geojson{listing.address(parameters(request))}"
    context = {"listing": listing, "page": page, "filters": listing.filters(), "map_points": points}
    if not listing.is_narrowed and page.number == 1:
        found = figures.figures()
        context |= {"figures": found, "effects": figures.by_indicator(found.effects)}
    return show(request, "front", context, path="/resultater/")


@for_visitors()
@opens_to(EVERYBODY)
@require_safe
def project(request, slug):
    result = _published(slug)
    if result is None:
        return _elsewhere(request, slug)
    return show(request, "project", _page_of(result, result.public), path=f"/resultater/{slug}/")


def _published(slug: str) -> Result | None:
    return Result.objects.filter(slug=slug, status=Result.Status.PUBLISHED).first()


def _elsewhere(request, slug: str) -> HttpResponse:
    """The project's number leads to its page; a page that was taken down says so, for good."""
    if NUMBER.fullmatch(slug):
        rows = Result.objects.filter(status=Result.Status.PUBLISHED)
        return redirect("publishing:project", get_object_or_404(rows, application__number=slug).slug, permanent=True)
    get_object_or_404(Result, slug=slug)
    return show(request, "gone", {}, path="/resultater/", status=410)


def _page_of(result: Result, public: dict) -> dict:
    """What the page of a project needs beside its words."""
    base = f"/resultater/{result.slug}/"
    return {
        "result": result,
        "public": public,
        "effects": evidence.effects_of(public),
        "pictures": [pictures.public(photo) for photo in public["photos"]],
        "share_picture": absolute(pictures.public(public["photos"][0]).wide) if public["photos"] else "",
        "labels": pictures.labels(public),
        "followed": following.units_that_followed(result.pk),
        "follow": following.link_to(result),
        "numbers": f"{base}tal/",
    }


@for_visitors()
@opens_to(EVERYBODY)
@require_safe
def number(request, slug, place):
    """What one number rests on."""
    result = _published(slug)
    if result is None:
        raise Http404
    path = f"/resultater/{slug}/tal/{place}/"
    context = {"public": result.public, "effect": _effect(result.public, place), "back": f"/resultater/{slug}/"}
    return show(request, "number", context, path=path)


def _effect(public: dict, place: int) -> evidence.Shown:
    effects = evidence.effects_of(public)
    if not 1 <= place <= len(effects):
        raise Http404
    return effects[place - 1]


@for_visitors()
@opens_to(EVERYBODY)
@require_safe
def contributions(request, indicator):
    """Every project's number behind the sums of one indicator."""
    if indicator not in Effect.Indicator.values:
        raise Http404
    found = figures.contributions(indicator)
    context = {
        "label": Effect.Indicator(indicator).label,
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "lines": figures.effects().of(indicator),
    }
    return show(request, "contributions", context, path=f"/resultater/tal/{indicator}/")


@for_visitors(keep=False)
@opens_to(EVERYBODY)
@require_safe
def photo(request, photo_id, mark, width):
    """A copy of a picture while its project is published and it may be shown; asked again at every visit."""
    if width not in public_photos.WIDTHS:
        raise Http404
    row = get_object_or_404(pictures.visible(), pk=photo_id)
    shown = {(each["id"], each["sha256"][:16]) for each in row.project.application.public_result.public["photos"]}
    if (photo_id, mark) not in shown or mark != row.file.sha256[:16]:
        raise Http404
    response = HttpResponse(public_photos.copy_of(row, width), content_type="image/jpeg")
    response.headers["Cache-Control"] = "public, max-age=60, must-revalidate"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # whoever shares the page shows its picture
    return response


# ── the preview, for those who make the page ────────────────────────────────────────────────────────────────────────


@opens_to(SIGNED_IN)
@require_safe
def preview(request, number):
    case, result = load_story(request, number)
    if result is None:
        raise Http404
    public = public_words.freeze(result)
    context = _page_of(result, public) | {"preview": case, "numbers": f"{case.get_absolute_url()}historie/vis/tal/"}
    context["pictures"] = [pictures.draft(photo, case) for photo in public["photos"]]
    return show(request, "project", context, path=f"/resultater/{result.slug or ''}")


@opens_to(SIGNED_IN)
@require_safe
def preview_number(request, number, place):
    case, result = load_story(request, number)
    if result is None:
        raise Http404
    public, back = public_words.freeze(result), f"{case.get_absolute_url()}historie/vis/"
    context = {"public": public, "effect": _effect(public, place), "back": back, "preview": case}
    return show(request, "number", context, path="/resultater/")


@opens_to(SIGNED_IN)
@require_safe
def preview_photo(request, number, photo_id):
    case, _result = load_story(request, number)
    row = get_object_or_404(public_photos.shown(case.pk), pk=photo_id)
    response = HttpResponse(public_photos.scaled(row, min(public_photos.WIDTHS)), content_type="image/jpeg")
    response.headers["Content-Disposition"] = 'attachment; filename="billede.jpg"'  # as every file that is not public
    return response
