"""One's own pages: facts, password, messages. Nobody sees another's."""

from django.conf import settings
from django.contrib import messages as notices
from django.contrib.auth import update_session_auth_hash
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language

from journal import clock
from journal.models import Message
from pages.access import EVERYBODY, SIGNED_IN, opens_to
from people import access, persons
from people.forms import ChangePasswordForm, OwnFactsForm
from people.views.answering import done, form_page, posted

ON_A_PAGE = 60


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def my_page(request):
    person = request.user
    form = OwnFactsForm(posted(request), initial={name: getattr(person, name) for name in persons.OWN_FACTS})
    if done(request, form, lambda typed: persons.amend(person, by=person, **typed)):
        notices.success(request, _("Dine oplysninger er gemt."))
        return redirect("people:my-page")
    return render(request, "people/my_page.html", {"form": form, "assignments": person.current_assignments})


@opens_to(SIGNED_IN)
@sensitive_post_parameters("current", "new", "again")
@require_http_methods(["GET", "POST"])
def change_password(request):
    form = ChangePasswordForm(request.user, posted(request))
    if done(request, form, lambda typed: access.choose_password(request.user, typed["new"])):
        update_session_auth_hash(request, request.user)
        notices.success(request, _("Din adgangskode er skiftet. Du er logget ud alle andre steder."))
        return redirect("people:my-page")
    mine = reverse("people:my-page")
    return form_page(request, form, _("Skift adgangskode"), back=mine, trail=[(_("Min side"), mine)])


def messages_of(person):
    """A person's messages; what is held until somebody releases it is not there yet."""
    return Message.objects.filter(person=person, due_at__isnull=False)


@opens_to(SIGNED_IN)
@require_GET
def messages(request):
    rows = messages_of(request.user).only("subject", "created_at", "read_at", "person", "template")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/messages.html", {"page": page})


@opens_to(SIGNED_IN)
@require_GET
def message(request, message_id):
    found = get_object_or_404(messages_of(request.user), pk=message_id)
    messages_of(request.user).filter(pk=found.pk, read_at=None).update(read_at=clock.now())
    request.user.forget_unread()
    return render(request, "people/message.html", {"found": found})


@opens_to(SIGNED_IN)
@require_POST
def read_all(request):
    count = messages_of(request.user).filter(read_at=None).update(read_at=clock.now())
    if count:
        notices.success(request, _("Alle beskeder er markeret som læst."))
    return redirect("people:messages")


@opens_to(EVERYBODY)
@require_POST
def choose_language(request):
    """The menu's language: a stranger's browser keeps it, and so does a person."""
    chosen = request.POST.get("language")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        persons.amend(request.user, by=request.user, language=chosen)
    return set_language(request)
