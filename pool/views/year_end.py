"""The end of a pool year: what still binds it, the council's carry-over, closing; and the year's account string."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pages.access import opens_to
from pages.numbers import whole
from people.roles import Role
from pool import account_strings, closing, years
from pool.forms import accepted
from pool.forms.account import AccountForm
from pool.ledger import NoMove
from pool.models import PoolYear


@opens_to(Role.FINANCE)
@require_http_methods(["GET", "POST"])
def close_year(request, year):
    """What binds the year; when nothing does, it is confirmed and closed."""
    account = get_object_or_404(PoolYear, year=year)
    if request.method == "POST" and _closed(request, account):
        return redirect("pool:year", account.year)
    bound = closing.bindings(account, request.user)
    context = {
        "year": account,
        "bound": bound,
        "reason": closing.why_not(account, bound),
        "stamp": years.stamp(account),
        "following": PoolYear.objects.filter(year=account.year + 1).first(),
    }
    return render(request, "pool/account/close.html", context)


def _closed(request, account: PoolYear) -> bool:
    try:
        closing.close(account, request.user, whole(request.POST.get("seen"), -1, digits=18))
    except (years.ChangedSince, ValidationError) as refusal:
        messages.error(request, " ".join(getattr(refusal, "messages", [str(refusal)])))
        return False
    messages.success(request, _("Puljeåret %(year)s er afsluttet.") % {"year": account})
    return True


@opens_to(Role.FINANCE)
@require_http_methods(["GET", "POST"])
def edit_account(request, year):
    account = get_object_or_404(PoolYear, year=year)
    form = AccountForm(request.POST or None, initial={"account": account.account})
    if request.method == "POST" and form.is_valid():
        written = form.cleaned_data["account"]
        try:
            if accepted(form, lambda: closing.set_account(account, request.user, written)):
                messages.success(request, _("Kontostrengen er gemt."))
                if written and (doubt := account_strings.doubt(written)):
                    messages.warning(request, doubt)
                return redirect("pool:year", account.year)
        except NoMove as refusal:
            form.add_error(None, str(refusal))
    return render(request, "pool/account/account_string.html", {"year": account, "form": form})
