"""How the API answers: JSON for everybody on any page of the web, without a cookie; a refusal as problem+json (RFC 9457).

CommonGrants wants `status`, `message` and `errors` in every answer; a problem has them beside its own members.
"""

import json
from functools import wraps

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from pages.access import EVERYBODY, opens_to
from publishing.open_data.api.asking import BadQuestion, Unknown
from publishing.visitors import for_visitors

EVERY_SITE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
PROBLEM = "application/problem+json"


def answer(content: dict) -> HttpResponse:
    return _written({"status": 200, "message": "Success", **content}, "application/json", 200)


def problem(status: int, title: str, errors: list | None = None) -> HttpResponse:
    said = {"type": "about:blank", "title": title, "status": status, "message": title, "errors": errors or []}
    return _written(said, PROBLEM, status)


def not_allowed(request) -> HttpResponse:
    response = problem(405, _("Her kan man kun læse: brug GET."))
    response.headers["Allow"] = "GET, HEAD"
    return response


def _written(content: dict, media_type: str, status: int) -> HttpResponse:
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(written, status=status, content_type=media_type, headers=EVERY_SITE)


def resource(view):
    """A page of the API: open to everybody, in Danish, and every refusal a problem."""

    @wraps(view)
    def asked(request, *args, **kwargs):
        with translation.override("da"):
            try:
                return answer(view(request, *args, **kwargs))
            except BadQuestion as fault:
                return problem(400, _("Spørgsmålet kan ikke forstås."), fault.faults)
            except Unknown:
                return problem(404, _("Det findes ikke."))

    asked.not_allowed = not_allowed
    return for_visitors()(opens_to(EVERYBODY)(asked))
