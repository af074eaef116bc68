"""What machines read of the public site: the Atom feed, the points of the map, the sitemap."""

import json
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pages.access import EVERYBODY, opens_to
from publishing.listing import Listing, published
from publishing.models import YearReport
from publishing.visitors import absolute, for_visitors, parameters

NEWEST = 50
FIRST_PUBLIC = "2026-01-01"  # of the tag that names the feed (RFC 4151)


@for_visitors()
@opens_to(EVERYBODY)
@require_safe
def atom(request):
    """The newest fifty, each under an id that stays when title or address of the site change (RFC 4287)."""
    house = settings.MUNICIPALITY["name"]
    feed = Atom1Feed(
        title=_("Resultater fra bæredygtighedspuljen"),
        link=absolute("/resultater/"),
        description=_("Hvad projekterne gjorde, og hvad der kom ud af det."),
        language="da",
        author_name=house,
        feed_url=absolute("/resultater/feed.xml"),
        feed_guid=_tag("resultater"),
    )
    for result in published().select_related("application")[:NEWEST]:
        feed.add_item(
            title=result.card["title"],
            link=absolute(f"/resultater/{result.slug}/"),
            description=result.card["lead"],
            unique_id=_tag(result.application.number),
            pubdate=result.published_at,
            updateddate=result.updated_at,
            author_name=result.card["unit"],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _tag(name: str) -> str:
    host = settings.HOST_URL.partition("//")[2].partition(":")[0] or "localhost"
    return f"tag:{host},{FIRST_PUBLIC}:{name}"


@for_visitors()
@opens_to(EVERYBODY)
@require_safe
def points(request):
    """The listed projects that have a place, longitude first (RFC 7946)."""
    rows = Listing(parameters(request)).rows().values_list("slug", "card")
    keep = "?sprog=en" if get_language() == "en" else ""
    features = [_feature(slug, card, keep) for slug, card in rows if card["place"]]
    written = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(written, content_type="application/geo+json")


def _feature(slug: str, card: dict, keep: str) -> dict:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [float(degrees) for degrees in card["place"]]},
        "properties": {
            "name": card["title"],
            "url": f"/resultater/{slug}/{keep}",
            "text": f"{card['unit']}, {card['year']}",
        },
    }


@for_visitors()
@opens_to(EVERYBODY)
@require_safe
def sitemap(request):
    rows = published().values_list("slug", "updated_at")
    pages = [f"<url><loc>{escape(absolute(path))}</loc></url>" for path in ("/resultater/", "/data/", "/om/", "/was")]
    pages += [
        f"<url><loc>{escape(absolute(f'/resultater/{slug}/'))}</loc><lastmod>{at:%Y-%m-%d}</lastmod></url>"
        for slug, at in rows
    ]
    years = YearReport.objects.filter(status=YearReport.Status.PUBLISHED).values_list("year__year", "published_at")
    pages += [
        f"<url><loc>{escape(absolute(f'/resultater/aar/{year}/'))}</loc><lastmod>{at:%Y-%m-%d}</lastmod></url>"
        for year, at in years
    ]
    text = "".join(pages)
    head = '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return HttpResponse(f"{head}{text}</urlset>", content_type="application/xml; charset=utf-8")
