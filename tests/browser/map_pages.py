"""The product's addresses and a page with a map of hostile places beside its list, and a chart of hostile labels."""

from django.http import HttpResponse, JsonResponse
from django.template import engines
from django.urls import path

from config.urls import *  # noqa: F403
from config.urls import urlpatterns as own
from documents.charts import Certainty, Chart, Kind, Point, Series
from pages.access import EVERYBODY, opens_to

TOWN, KARREBAEKSMINDE = [11.7611, 55.2299], [11.6497, 55.1778]
PLACES = [
    (TOWN, "Madspild på Grønnegade", "/om/"),
    (TOWN, "<img src=x onerror=alert(1)> & co", "https://evil.example/"),
    (KARREBAEKSMINDE, "Solceller på havnen", "/was"),
]
PAGE = """{% extends "base.html" %}{% block head %}{% include "components/map_head.html" %}{% endblock %}
{% block content %}{% page_header "Projekter" %}<ul>{% for place in places %}<li>{{ place.1 }}</li>{% endfor %}</ul>
{% map points "Kort over projekterne" %}{% chart numbers %}{% chart long %}{% endblock %}"""
BARS = [
    Point(name, place * 250, certainty=how)
    for place, ((_at, name, _url), how) in enumerate(zip(PLACES, Certainty, strict=True))
]
CHART = Chart("Sparet CO2e", Kind.BARS, (Series("", tuple(BARS)),), "kg", source="Projekternes egne tal")
LONG = Chart("Fyrre", Kind.BARS, (Series("", tuple(Point(f"Institution {place}", place) for place in range(40))),), "kg")


@opens_to(EVERYBODY)
def page(request):
    points = request.GET.get("steder", "/kort/steder.geojson")
    context = {"places": PLACES, "points": points, "numbers": CHART, "long": LONG}
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


@opens_to(EVERYBODY)
def points(request):
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": at},
            "properties": {"name": name, "url": url, "text": "2026"},
        }
        for at, name, url in PLACES
    ]
    nowhere = {"type": "Feature", "geometry": None, "properties": {"name": "Uden sted"}}
    return JsonResponse({"type": "FeatureCollection", "features": [*features, nowhere]})


urlpatterns = [path("kort/", page), path("kort/steder.geojson", points), *own]
