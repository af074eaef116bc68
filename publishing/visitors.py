"""Pages for visitors: no session, no cookie, the same bytes for everybody, kept until what is public changes.

A view marked `for_visitors` is answered here, before the middlewares of signed-in people are asked: it knows no person and
could tell nothing of one. Its answer is kept in the process under the site's generation, the address with the few parameters
that mean something, and the language; what was kept under an older generation is never found again. A keeping lasts half a
minute all the same, for what changes by the clock. Browsers and proxies may keep it for a minute, and then ask by ETag. A
view that streams (`is_streamed`) answers by itself, ETag and all.
"""

import hashlib
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import parse_etags

from applications import public_site
from pages.access import EVERYBODY, need_of

KEPT_SECONDS = 30
CACHE_CONTROL = "public, max-age=60"
PREFIXES = ("/resultater/", "/sitemap.xml", "/data/", "/api/")
# every parameter that a page for visitors reads, in the order of their key
PARAMETERS = ("aar", "center", "centre", "maal", "page", "pageSize", "sprog", "status", "tema", "theme", "year")
LONGEST_VALUE = 60


def for_visitors(*, keep: bool = True):
    """Mark a view whose answer knows nobody. What is large, or asks about leave at every visit, is not kept."""

    def mark(view):
        view.for_visitors, view.is_kept = True, keep
        return view

    return mark


@dataclass(frozen=True)
class Kept:
    status: int
    content: bytes
    content_type: str
    etag: str
    headers: tuple[tuple[str, str], ...]


class Visitors:
    """Middleware, before sessions."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        match = _match(request)
        if match is None:
            return self.get_response(request)
        request.get_host()  # a name that is not ours is refused here as everywhere
        if request.method not in ("GET", "HEAD"):
            return getattr(match.func, "not_allowed", _not_allowed)(request)
        if getattr(match.func, "is_streamed", False):
            return match.func(request, *match.args, **match.kwargs)
        return _response(request, _answer(request, match))


def _not_allowed(request) -> HttpResponse:
    return HttpResponseNotAllowed(["GET", "HEAD"])


def _match(request):
    """The page for visitors at this address, or None."""
    if not request.path_info.startswith(PREFIXES):
        return None
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return None
    open_to_all = EVERYBODY in (need_of(match.func) or ())
    return match if open_to_all and getattr(match.func, "for_visitors", False) else None


def parameters(request) -> list[tuple[str, str]]:
    """What the address says that means something; whatever else is written there makes no new page."""
    said = [(name, request.GET.get(name, "")) for name in PARAMETERS]
    return [(name, value) for name, value in said if value and len(value) <= LONGEST_VALUE]


def _answer(request, match) -> Kept:
    said = parameters(request)
    language = "en" if ("sprog", "en") in said else "da"
    name = f"{public_site.generation()}:{language}:{request.path_info}?{urlencode(said)}"
    key = hashlib.sha256(name.encode()).hexdigest()
    kept = caches["visitors"].get(key)
    if kept is None:
        # the view sees nothing of the address that its key does not name
        request.GET = QueryDict(urlencode(said))
        with translation.override(language):
            request.LANGUAGE_CODE = language
            kept = _made(request, match)
        if kept.status == 200 and match.func.is_kept:
            caches["visitors"].set(key, kept, KEPT_SECONDS)
    return kept


def _made(request, match) -> Kept:
    try:
        made = match.func(request, *match.args, **match.kwargs)
    except Http404:
        made = render(request, "publishing/gone.html", {"never": True}, status=404)
    etag = f'"{hashlib.sha256(made.content).hexdigest()[:24]}"'
    headers = tuple((n, v) for n, v in made.headers.items() if n not in ("Content-Type", "Content-Length", "Vary"))
    return Kept(made.status_code, made.content, made.headers["Content-Type"], etag, headers)


def _response(request, kept: Kept) -> HttpResponse:
    if kept.status == 200 and has(request, kept.etag):
        response = HttpResponse(status=304, content_type=kept.content_type)
    else:
        response = HttpResponse(kept.content, status=kept.status, content_type=kept.content_type)
        response.headers["Content-Length"] = str(len(kept.content))
    for name, value in kept.headers:
        response.headers[name] = value
    if kept.status == 200:
        response.headers["ETag"] = kept.etag
        response.headers.setdefault("Cache-Control", CACHE_CONTROL)
    return response


def has(request, etag: str) -> bool:
    """The visitor holds these bytes already; a proxy that packs them may have weakened the mark."""
    held = [each.removeprefix("W/") for each in parse_etags(request.headers.get("If-None-Match", ""))]
    return etag in held or "*" in held


def absolute(path: str) -> str:
    """The address as the world knows it: never what a request calls us."""
    return f"{settings.HOST_URL}{path}"
