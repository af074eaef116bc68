"""«Sikkerhed»: the second factor of one's own sign-in. Set up by who must, switched on by who wants."""

from itertools import groupby
from urllib.parse import quote

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from pages.access import HALFWAY, SIGNED_IN, opens_to
from people import known_browsers, second_factor
from people.forms import CodeForm, SetUpForm
from people.sign_in import next_page
from people.views.answering import done, form_page, posted

NEW_KEY = "key of a new phone"


@opens_to(SIGNED_IN)
@require_GET
def security(request):
    person = request.user
    left = person.recovery_codes.count() if person.second_factor_since else 0
    context = {"must_have": second_factor.must_have(person), "left": left, "all": second_factor.CODES_ON_PAPER}
    return render(request, "people/security.html", context)


@opens_to(SIGNED_IN, HALFWAY)
@sensitive_post_parameters("current", "proof", "code")
@require_http_methods(["GET", "POST"])
def set_up(request):
    """A new phone: the first, before any other page, or another one in place of the old."""
    person = request.halfway or request.user
    if request.halfway and person.second_factor_since:
        return redirect("people:second-factor")
    phone = second_factor.new_phone(person, request.session.get(NEW_KEY, ""))
    request.session[NEW_KEY] = phone.key
    form = SetUpForm(person, phone.key, posted(request), fresh=bool(request.halfway))
    codes = []
    if done(request, form, lambda typed: codes.extend(_switched_on(person, phone.key, typed))):
        del request.session[NEW_KEY]
        second_factor.let_in(request, person)
        return known_browsers.remember(request, codes_page(request, codes, next_page(request)), person)
    context = {"form": form, "next": next_page(request), "halfway": request.halfway, "secret": secret_of(phone)}
    context |= {"qr": qr_of(phone.config_url), "address": phone.config_url, "has_one": person.second_factor_since}
    return render(request, "people/set_up.html", context)


def _switched_on(person, key: str, typed: dict) -> list[str]:
    if "proof" in typed:
        second_factor.check(person, typed["proof"], "proof")
    return second_factor.switch_on(person, key, typed["code"])


def codes_page(request, codes: list[str], onwards: str):
    """Shown in the answer itself and kept nowhere: the file is made of the link that fetches it."""
    file = quote("\r\n".join([_("Nødkoder til bæredygtighedspuljen"), request.user.email, "", *codes, ""]))
    return render(request, "people/recovery_codes.html", {"codes": codes, "next": onwards, "file": file})


def qr_of(text: str) -> dict:
    """The picture that an app reads: the dark squares as one line to draw within the page, row by row."""
    squares, dark = segno.make(text, micro=False, error="m"), []
    for y, row in enumerate(squares.matrix_iter(border=4)):
        x = 0
        for is_dark, run in groupby(row):
            length = len(list(run))
            dark += [f"M{x} {y}h{length}v1h-{length}z"] if is_dark else []
            x += length
    return {"side": squares.symbol_size()[0], "dark": "".join(dark)}


def secret_of(phone) -> str:
    """The same for who types it, in groups of four."""
    secret = second_factor.secret_of(phone)
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))


@opens_to(SIGNED_IN)
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def renew_paper(request):
    if request.user.second_factor_since is None:
        return redirect("people:security")
    form, codes = CodeForm(posted(request)), []

    def act(typed):
        second_factor.check(request.user, typed["code"])
        codes.extend(second_factor.renew_paper(request.user))

    if done(request, form, act):
        return codes_page(request, codes, reverse("people:security"))
    lead = _("Du får ti nye koder. De gamle holder op med at virke.")
    return form_page(request, form, _("Lav nye nødkoder"), lead=lead, save=_("Lav nye nødkoder"), **under())


@opens_to(SIGNED_IN)
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def switch_off(request):
    if request.user.second_factor_since is None or second_factor.must_have(request.user):
        return redirect("people:security")
    form = CodeForm(posted(request))

    def act(typed):
        second_factor.check(request.user, typed["code"])
        second_factor.switch_off(request.user)

    if done(request, form, act):
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Totrinslogin er slået fra. Du er logget ud alle andre steder."))
        return redirect("people:security")
    lead = _("Derefter er adgangskoden alene nok til at logge ind som dig.")
    return form_page(
        request, form, _("Slå totrinslogin fra"), lead=lead, save=_("Slå totrinslogin fra"), grave=True, **under()
    )


def under() -> dict:
    mine, back = reverse("people:my-page"), reverse("people:security")
    return {"trail": [(_("Min side"), mine), (_("Sikkerhed"), back)], "back": back}
