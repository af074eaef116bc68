"""The pool's account: a year's figures, the moves behind each of them, new years, money in and out."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from documents import sheets
from journal import clock
from pages.access import opens_to
from pages.money import format_kroner
from pages.numbers import whole
from people.roles import Role
from pool import cases, story, years
from pool import moves as domain
from pool.forms import accepted
from pool.forms.account import BookingForm, MovesForm, YearForm
from pool.ledger import NoMove
from pool.models import PoolYear, Round

READERS = (Role.CONSULTANT, Role.MANAGER, Role.SECRETARY, Role.FINANCE, Role.AUDITOR)
ROWS_ON_A_PAGE = 60


@dataclass(frozen=True)
class ShownFigure:
    """A figure with its value and the address of the moves behind it."""

    label: str
    says: str
    value: int
    href: str


def figures_of(year: PoolYear, round: Round | None = None) -> list[ShownFigure]:
    """The figures of a year, or of one of its rounds."""
    keys, base = (domain.OF_ROUND if round else domain.OF_YEAR), reverse("pool:moves", args=[year.year])
    shown = []
    for figure in (domain.FIGURES[key] for key in keys):
        query = {"tal": figure.key} | ({"runde": round.pk} if round else {})
        value = domain.value_of(figure, round or year)
        shown.append(ShownFigure(str(figure.label), str(figure.says), value, f"{base}?{urlencode(query)}"))
    return shown


@opens_to(*READERS)
@require_GET
def newest_year(request):
    """The present year, or the newest before it, or the first there is."""
    newest = PoolYear.objects.filter(year__lte=clock.today().year).first() or PoolYear.objects.last()
    if newest:
        return redirect("pool:year", newest.year)
    return render(request, "pool/account/none.html", {"may_book": request.user.has_role(Role.FINANCE)})


@opens_to(*READERS)
@require_GET
def year(request, year):
    account = get_object_or_404(PoolYear, year=year)
    rounds = list(account.rounds.order_by("opens", "id"))
    context = {
        "year": account,
        "figures": figures_of(account),
        "rounds": [(row, figures_of(account, row)) for row in rounds],
        "ceilings": sum(row.ceiling for row in rounds),
        "tabs": _year_tabs(account),
        "story": story.entries(account.subject),
        "account_address": cases.account_address(account.year),
        "may_book": request.user.has_role(Role.FINANCE),
        "sees_reports": request.user.has_role(Role.CONSULTANT, Role.MANAGER, Role.AUDITOR),
    }
    return render(request, "pool/account/year.html", context)


def _year_tabs(now: PoolYear) -> list[dict]:
    there = PoolYear.objects.all()
    return [{"label": str(row), "url": reverse("pool:year", args=[row.year]), "current": row == now} for row in there]


@opens_to(*READERS)
@require_GET
def moves(request, year):
    account, form, figure, round, entries = _asked(request, year)
    page = Paginator(entries, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    start = domain.opening(figure, round)
    context = {
        "year": account,
        "form": form,
        "figure": figure,
        "round": round,
        "page": page,
        "rows": domain.rows(page.object_list, request.user, start),
        "opening": start,
        "opens_here": start and not page.has_next(),
        "value": domain.value_of(figure, round or account) if figure else None,
        "query": request.GET.urlencode(),
    }
    return render(request, "pool/account/moves.html", context)


def _asked(request, year):
    """(year, filter form, figure, round, the moves they name)."""
    account = get_object_or_404(PoolYear, year=year)
    form = MovesForm(account, request.GET)
    figure, round = form.chosen()
    entries = domain.behind(account, figure, round).select_related("cause__actor", "round")
    return account, form, figure, round, entries


@opens_to(*READERS)
@require_GET
def moves_csv(request, year):
    account, _form, figure, round, entries = _asked(request, year)
    rows = domain.rows(entries, request.user, domain.opening(figure, round))
    lines = [domain.sheet_row(row, timezone.localdate(row.entry.at)) for row in rows]
    response = HttpResponse(sheets.build_csv(domain.sheet_columns(figure), lines), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="bevaegelser-{account.year}.csv"'
    return response


@opens_to(Role.FINANCE)
@require_http_methods(["GET", "POST"])
def new_year(request):
    form = YearForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number, account = form.cleaned_data["year"], form.cleaned_data["account"]
        if accepted(form, lambda: years.open_year(number, request.user, account)):
            messages.success(request, _("Puljeåret %(year)s er oprettet. Bogfør bevillingen.") % {"year": number})
            return redirect("pool:appropriate", number)
    return render(request, "pool/account/new_year.html", {"form": form})


@opens_to(Role.FINANCE)
@require_http_methods(["GET", "POST"])
def appropriate(request, year):
    """Asked first, shown with before and after, booked when that is confirmed."""
    account = get_object_or_404(PoolYear, year=year)
    form = BookingForm(account, request.POST or None, initial=_proposed(request, account))
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        booking = form.booking()
        try:
            if "confirm" in request.POST and _booked(request, account, booking):
                return redirect("pool:year", account.year)
            context = {
                "year": account,
                "booking": booking,
                "kept": {name: request.POST.get(name, "") for name in form.fields},
                "stamp": years.stamp(account),
                "effects": years.foreseen(account, booking),
            }
            return render(request, "pool/account/confirm.html", context)
        except NoMove as refusal:
            form.add_error("amount", str(refusal))
    return render(request, "pool/account/appropriate.html", {"year": account, "form": form})


def _proposed(request, account: PoolYear) -> dict:
    """From the year's end: all that is available goes to the next year, unless the council says something else."""
    if request.GET.get("kind") != "carry_over":
        return {}
    following = PoolYear.objects.filter(year=account.year + 1, closed_at=None).first()
    return {"kind": "carry_over", "amount": account.available or None, "into": following}


def _booked(request, account: PoolYear, booking: years.Booking) -> bool:
    """False when the figures have changed since they were confirmed: the new ones are shown and asked about again."""
    try:
        years.book(account, booking, request.user, whole(request.POST.get("seen"), -1, digits=18))
    except years.ChangedSince as refusal:
        messages.warning(request, str(refusal))
        return False
    messages.success(request, _("Beløbet er bogført: %(amount)s") % {"amount": format_kroner(booking.amount)})
    return True
