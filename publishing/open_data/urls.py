"""Addresses of the open data: they stay, so that who has fetched once can fetch again."""

from django.urls import path

from publishing.open_data import views
from publishing.open_data.api import views as api
from publishing.open_data.datasets import DATASETS, FORMS

app_name = "open-data"
WRITES = dict(zip((form.end for form in FORMS), (views.as_json, views.as_csv, views.as_danish_csv), strict=True))
FILES = [
    path(f"data/{dataset.slug}{end}", view, {"dataset": dataset.slug}, name=f"{dataset.slug}{end.replace('.', '-')}")
    for dataset in DATASETS
    for end, view in WRITES.items()
]
urlpatterns = [
    path("data/", views.front, name="front"),
    path("data/ordbog/", views.dictionary, name="dictionary"),
    path("data/katalog.jsonld", views.json_ld, name="catalogue-jsonld"),
    path("data/katalog.ttl", views.turtle, name="catalogue-ttl"),
    *FILES,
    path("api/v1/", api.about, name="api"),
    path("api/v1/openapi.json", api.openapi, name="openapi"),
    path("api/v1/common-grants/opportunities", api.opportunities, name="opportunities"),
    path("api/v1/common-grants/opportunities/<str:uid>", api.opportunity, name="opportunity"),
    path("api/v1/common-grants/awards", api.awards, name="awards"),
    path("api/v1/common-grants/awards/<str:uid>", api.award, name="award"),
    path("api/v1/projects", api.projects, name="projects"),
    path("api/v1/projects/<str:uid>", api.project, name="project"),
    path("api/v1/indicators", api.indicators, name="indicators"),
    path("api/v1/factors", api.factors, name="factors"),
    path("api/<path:uid>", api.nothing, name="api-nothing"),
]
