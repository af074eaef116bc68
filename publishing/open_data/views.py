"""The pages and files under /data/. Files are streamed; all of them are for everybody, on any page of the web."""

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from pages.access import EVERYBODY, opens_to
from publishing.open_data import catalogue, streams, threesixty
from publishing.open_data.api.answers import EVERY_SITE
from publishing.open_data.datasets import BY_SLUG, DATASETS, FORMS
from publishing.open_data.grants import open_grants
from publishing.views import show
from publishing.visitors import CACHE_CONTROL, for_visitors, has


@for_visitors()
@opens_to(EVERYBODY)
@require_safe
def front(request):
    datasets = [(each, [(form, f"/data/{each.slug}{form.end}") for form in FORMS]) for each in DATASETS]
    context = {"datasets": datasets, "grants": open_grants().count(), "terms": settings.OPEN_DATA}
    return show(request, "open_data/front", context, path="/data/")


@for_visitors()
@opens_to(EVERYBODY)
@require_safe
def dictionary(request):
    """What each column means; of the standard's columns by its own titles and words."""
    with translation.override("da"):
        standard = [(threesixty.title_of(path), threesixty.meaning_of(path)) for path in threesixty.flat_paths(1)]
    context = {"datasets": DATASETS, "standard": standard, "terms": settings.OPEN_DATA}
    return show(request, "open_data/dictionary", context, path="/data/ordbog/")


def _stream(media_type: str, write):
    """A page that writes a dataset; whoever holds what it would write is told so before anything is read."""

    @opens_to(EVERYBODY)
    @require_safe
    def file(request, dataset):
        etag = f'"{streams.facts_mark(request.path)}"'
        told = EVERY_SITE | {"ETag": etag, "Cache-Control": CACHE_CONTROL}
        if has(request, etag):
            return HttpResponse(status=304, headers=told)
        with translation.override("da"):
            written = write(BY_SLUG[dataset])
        return StreamingHttpResponse(written, content_type=f"{media_type}; charset=utf-8", headers=told)

    file.for_visitors, file.is_streamed = True, True
    return file


as_json = _stream("application/json", streams.as_json)
as_csv = _stream("text/csv", streams.as_csv)
as_danish_csv = _stream("text/csv", lambda dataset: streams.as_csv(dataset, danish=True))


@for_visitors()
@opens_to(EVERYBODY)
@require_safe
def json_ld(request):
    with translation.override("da"):
        return HttpResponse(catalogue.as_json_ld(), content_type="application/ld+json", headers=EVERY_SITE)


@for_visitors()
@opens_to(EVERYBODY)
@require_safe
def turtle(request):
    with translation.override("da"):
        return HttpResponse(catalogue.as_turtle(), content_type="text/turtle; charset=utf-8", headers=EVERY_SITE)
