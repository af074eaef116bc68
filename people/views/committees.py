"""The register of political bodies, kept by administrators."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from journal import clock
from pages.access import opens_to
from people import committees as register
from people import stale, story
from people.forms import CommitteeForm
from people.models import Committee
from people.roles import Role
from people.views.answering import done, posted, seen_on


@opens_to(Role.ADMINISTRATOR)
@require_GET
def committees(request):
    rows, today = list(Committee.objects.order_by("-valid_from", "name")), clock.today()
    past = [row for row in rows if row.valid_to and row.valid_to < today]
    return render(request, "people/committees.html", {"rows": [row for row in rows if row not in past], "past": past})


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def edit_committee(request, committee_id=None):
    found = get_object_or_404(Committee, pk=committee_id) if committee_id else None
    title = found.name if found else _("Nyt udvalg")
    initial = {name: getattr(found, name) for name in register.FACTS} if found else {}
    form = CommitteeForm(posted(request), initial=initial)

    def act(typed):
        if found:
            return register.amend(found, by=request.user, seen=seen_on(request), **typed)
        return register.found(by=request.user, **typed)

    if done(request, form, act):
        messages.success(request, _("Udvalget er gemt."))
        return redirect("people:committees")
    context = {"form": form, "title": title, "found": found, "back": reverse("people:committees")}
    known = {"story": story.entries(found.subject), "seen": stale.shown(found.subject)} if found else {"story": []}
    return render(request, "people/committee.html", context | known)
