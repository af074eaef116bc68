"""In and out: sign-in, sign-out, a forgotten password, and the mailed link.

The same answer for a known and an unknown address. Throttling is axes' (config/security.py).
"""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from pages.access import EVERYBODY, HALFWAY, opens_to
from people import access, known_browsers, oidc, second_factor, session_life, throttle
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
        try:
            person = door.try_password(request, **form.cleaned_data)
        except door.TooMany as refusal:
            return door.too_many(request, refusal)
        if person:
            return door.enter(request, person, next_page(request))
        form.add_error(None, _("E-mail eller adgangskode er forkert."))
    context = {"form": form, "next": next_page(request), "ended": request.session.get(session_life.ENDED, False)}
    own = f"{reverse('people:directory')}?{urlencode({'next': next_page(request)})}" if oidc.is_on() else ""
    return render(request, "people/sign_in.html", context | {"directory": own})


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
        return known_browsers.remember(request, redirect(next_page(request)), person)
    return render(request, "people/code.html", {"form": form, "next": next_page(request), "halfway": person})


@opens_to(EVERYBODY)
@require_POST
def sign_out(request):
    elsewhere = oidc.sign_out_address() if request.session.get(oidc.STARTED) and oidc.is_on() else ""
    logout(request)
    if elsewhere:
        return render(request, "people/signed_out.html", {"elsewhere": elsewhere})
    messages.success(request, _("Du er logget ud."))
    return redirect("people:sign-in")


@opens_to(EVERYBODY)
@require_http_methods(["GET", "POST"])
def forgotten_password(request):
    form = ForgottenForm(posted(request))
    if request.method == "POST" and not throttle.take(throttle.LINKS, throttle.address_of(request)):
        return render(request, "people/links_closed.html", status=door.TOO_MANY_REQUESTS)
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
    if done(request, form, lambda typed: access.use_link(uid, token, typed["new"])):
        messages.success(request, _("Din adgangskode er valgt. Log ind med den."))
        return known_browsers.remember(request, redirect("people:sign-in"), person)
    lead = _("Til %(email)s") % {"email": person.email}
    return form_page(request, form, _("Vælg en adgangskode"), back="", lead=lead, save=_("Gem adgangskoden"))
