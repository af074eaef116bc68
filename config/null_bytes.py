"""A null byte is in no address, no query and no cookie of ours, and PostgreSQL takes none.

A path with one is a bad request; out of queries and cookies it is left. In forms it is refused by the field it was typed in.
"""

from django.core.exceptions import BadRequest

MARKS = ("\0", "%00")


class NoNullBytes:
    """Middleware, before anything reads the request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path_info:
            raise BadRequest("null byte in the address")
        query = request.META.get("QUERY_STRING", "")
        if any(mark in query for mark in MARKS):
            request.META["QUERY_STRING"] = without(query)
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        return self.get_response(request)


def without(query: str) -> str:
    """Until none is left: «%%0000» holds one that appears when another is taken out."""
    while any(mark in query for mark in MARKS):
        for mark in MARKS:
            query = query.replace(mark, "")
    return query
