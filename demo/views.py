"""The pages of a first look: step into a person without a password, and read the mails that were sent.

Refuses everything outside demo mode, where the app is not even installed, and every person who is not invented.
"""

from functools import wraps

from django.conf import settings
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from demo import mail_folder
from demo.people import demo_people, guests
from pages.access import EVERYBODY, opens_to
from people import second_factor

ON_A_PAGE = 60
BACKEND = "people.backend.PersonBackend"


def only_in_demo(view):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@opens_to(EVERYBODY)
@require_safe
@only_in_demo
def people(request):
    return render(request, "demo/people.html", {"groups": guests()})


@opens_to(EVERYBODY)
@require_POST
@only_in_demo
def step_into(request, person_id):
    """A new session as that person; who is invented shows no code."""
    person = get_object_or_404(demo_people(), pk=person_id)
    request.session.flush()
    login(request, person, backend=BACKEND)
    second_factor.shown(request.session)
    return redirect("home")


@opens_to(EVERYBODY)
@require_safe
@only_in_demo
def mails(request):
    page = Paginator(mail_folder.names(), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/mails.html", {"page": page, "mails": list(filter(None, map(mail_folder.read, page)))})


@opens_to(EVERYBODY)
@require_safe
@only_in_demo
def mail(request, name):
    found = mail_folder.read(name)
    if found is None:
        raise Http404
    return render(request, "demo/mail.html", {"mail": found})
