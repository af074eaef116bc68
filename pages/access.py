"""Every page declares whom it opens to; silence means closed.

`@opens_to(EVERYBODY)` for the public, `@opens_to(SIGNED_IN)` for anybody with a session, `@opens_to(HALFWAY)` for who has
given a password and still owes the second factor (for every other page a stranger), or role codes such as
`@opens_to(Role.CONSULTANT, Role.MANAGER)`. The check happens in the middleware, so that a view without a
declaration cannot be reached at all. What a person may do with one case is asked again, per case, by its loader.
"""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect

EVERYBODY = "everybody"
SIGNED_IN = "signed_in"
HALFWAY = "halfway"
# views of libraries that we open by name, because we cannot decorate them
LIBRARY_VIEWS = {"set_language": EVERYBODY}


def opens_to(*needs):
    """Mark a view with its need: EVERYBODY, SIGNED_IN or role codes (any one of them is enough)."""
    if not needs:
        raise ValueError("a page opens to somebody, or it does not exist")

    def mark(view):
        view.opens_to = frozenset(str(need) for need in needs)
        return view

    return mark


def need_of(view, url_name=""):
    """The declared need of a view as a frozenset, or None when nothing was declared."""
    if url_name in LIBRARY_VIEWS:
        return frozenset({LIBRARY_VIEWS[url_name]})
    return getattr(view, "opens_to", None)


class ClosedUnlessOpened:
    """Middleware: sends strangers to sign in, refuses who holds none of the roles, and what nobody declared."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        need = need_of(view, request.resolver_match.url_name)
        if need is None:
            raise PermissionDenied("this page has not said whom it opens to")
        halfway = getattr(request, "halfway", None)  # set by the guard of the second factor
        if EVERYBODY in need or (HALFWAY in need and halfway):
            return None
        if halfway:
            return redirect_to_login(request.get_full_path(), settings.SECOND_FACTOR_URL)
        if need == {HALFWAY}:
            return redirect(settings.LOGIN_URL)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if SIGNED_IN in need or need & request.user.role_codes():
            return None
        raise PermissionDenied
