"""The API's pages: ask, find, answer. How they answer is in answers, what may be asked in asking."""

import json

from django.http import HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from pages.access import EVERYBODY, opens_to
from publishing.open_data.api import asking, common_grants, description, results
from publishing.open_data.api.answers import EVERY_SITE, resource
from publishing.views import show
from publishing.visitors import for_visitors


@resource
def opportunities(request):
    return common_grants.opportunities(asking.read(request.GET))


@resource
def opportunity(request, uid):
    return common_grants.opportunity(uid)


@resource
def awards(request):
    return common_grants.awards(asking.read(request.GET))


@resource
def award(request, uid):
    return common_grants.award(uid)


@resource
def projects(request):
    return results.projects(asking.read(request.GET))


@resource
def project(request, uid):
    return results.project(uid)


@resource
def indicators(request):
    return results.indicators(asking.read(request.GET))


@resource
def factors(request):
    return results.factors(asking.read(request.GET))


@resource
def nothing(request, uid):
    """Whatever else stands under /api/."""
    raise asking.Unknown


@for_visitors()
@opens_to(EVERYBODY)
@require_safe
def openapi(request):
    with translation.override("da"):
        written = json.dumps(description.openapi(), ensure_ascii=False, indent=1)
    return HttpResponse(written, content_type="application/json", headers=EVERY_SITE)


@for_visitors()
@opens_to(EVERYBODY)
@require_safe
def about(request):
    """The API for people who write programs."""
    told = [
        {"path": path, "address": f"/api/v1{path}", "filters": filters.split(), "many": many, "one": one}
        for path, shape, filters, many, one in description.resources()
    ]
    context = {"resources": told, "parameters": description.parameters().values()}
    return show(request, "open_data/api", context, path="/api/v1/")
