"""A null byte is in no address, no query and no cookie of ours, and PostgreSQL takes none: such a request ends here.

In forms it is refused by the field it was typed in.
"""

from django.core.exceptions import BadRequest


class NoNullBytes:
    """Middleware, before anything reads the request. A cookie with one is no cookie: its browser could never come in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path_info or any(mark in request.META.get("QUERY_STRING", "") for mark in ("\0", "%00")):
            raise BadRequest("null byte in the address")
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        return self.get_response(request)
