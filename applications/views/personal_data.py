"""What is stored about a person: ordered and fetched by themselves or by an administrator, and taken away when they left."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications import erasing_person, personal_export
from documents import store
from pages.access import SIGNED_IN, opens_to
from people.models import Person
from people.roles import Role


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def my_data(request):
    return _page(request, request.user)


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def person_data(request, person_id):
    return _page(request, get_object_or_404(Person, pk=person_id))


def _page(request, person):
    if request.method == "POST":
        personal_export.order(person, request.user)
        messages.success(request, _("Udtrækket er bestilt. Det ligger på siden, når det er klar."))
        return redirect(request.path)
    context = {"found": person, "own": person == request.user, "exports": personal_export.of(person)}
    return render(request, "applications/personal_data/page.html", context)


@opens_to(SIGNED_IN)
@require_GET
def my_export(request, document_id):
    return _file(get_object_or_404(personal_export.of(request.user), pk=document_id))


@opens_to(Role.ADMINISTRATOR)
@require_GET
def person_export(request, person_id, document_id):
    return _file(get_object_or_404(personal_export.of(get_object_or_404(Person, pk=person_id)), pk=document_id))


def _file(document) -> HttpResponse:
    response = HttpResponse(store.content_of(document), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{document.file_name}"'
    return response


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def erase_person(request, person_id):
    """What goes, what stays and why; a post erases for good, or says what holds it back."""
    person = get_object_or_404(Person, pk=person_id)
    if request.method == "POST":
        try:
            erasing_person.erase(person.pk, request.user)
            messages.success(request, _("Personens oplysninger er slettet."))
            return redirect("people:person", person.pk)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
    reasons = erasing_person.refusals(person)
    context = {"found": person, "reasons": reasons, "stays": erasing_person.STAYS, "own": person == request.user}
    return render(request, "applications/personal_data/erase.html", context)
