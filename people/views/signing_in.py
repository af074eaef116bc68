"""In and out: sign-in, sign-out, a forgotten password, and the mailed link.

The same answer for a known and an unknown address. Throttling is axes' (config/security.py).
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, logout
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from pages.access import EVERYBODY, HALFWAY, opens_to
from people import access, second_factor, session_life
from people import sign_in as door
from people.forms import CodeForm, ForgottenForm, NewPasswordForm, SignInForm
from people.sign_in import next_page
from people.views.answering import done, form_page, posted

GONE = 410


@opens_to(EVERYBODY)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request):
    if request.user.is_authenticated:
        return redirect(next_page(request))
    if request.halfway:
        return redirect_to_login(next_page(request), settings.SECOND_FACTOR_URL)
    form = SignInForm(posted(request))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        person = authenticate(request, username=typed["email"], password=typed["password"])
        if person:
            return door.enter(request, person)
        form.add_error(None, _("E-mail eller adgangskode er forkert."))
    ended = request.session.get(session_life.ENDED, False)
    return render(request, "people/sign_in.html", {"form": form, "next": next_page(request), "ended": ended})


@opens_to(HALFWAY)
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def show_code(request):
    """The second thing that a sign-in asks for; who has none yet is led to set it up."""
    person = request.halfway
    if person.second_factor_since is None:
        return redirect_to_login(next_page(request), "people:set-up-second-factor")
    form = CodeForm(posted(request))
    if done(request, form, lambda typed: second_factor.check(person, typed["code"])):
        second_factor.let_in(request, person)
        return redirect(next_page(request))
    return render(request, "people/code.html", {"form": form, "next": next_page(request), "halfway": person})


@opens_to(EVERYBODY)
@require_POST
def sign_out(request):
    logout(request)
    messages.success(request, _("Du er logget ud."))
    return redirect("people:sign-in")


@opens_to(EVERYBODY)
@require_http_methods(["GET", "POST"])
def forgotten_password(request):
    form = ForgottenForm(posted(request))
    if done(request, form, lambda typed: access.ask(typed["email"])):
        return render(request, "people/link_asked.html", {"email": form.cleaned_data["email"]})
    return render(request, "people/forgotten.html", {"form": form})


@opens_to(EVERYBODY)
@sensitive_post_parameters("new", "again")
@require_http_methods(["GET", "POST"])
def set_password(request, uid, token):
    person = access.holder_of(uid, token)
    if person is None:
        return render(request, "people/link_gone.html", status=GONE)
    form = NewPasswordForm(person, posted(request))
    if done(request, form, lambda typed: access.choose_password(person, typed["new"])):
        messages.success(request, _("Din adgangskode er valgt. Log ind med den."))
        return redirect("people:sign-in")
    lead = _("Til %(email)s") % {"email": person.email}
    return form_page(request, form, _("Vælg en adgangskode"), back="", lead=lead, save=_("Gem adgangskoden"))
