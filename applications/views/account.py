"""The pool year's account at a date: its figures and splits, the moves behind each, and the same as a file."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from applications import accounts
from applications.forms.account import AccountMovesForm, DayForm
from documents import sheets
from journal import clock
from pages.access import opens_to
from pool import account_figures, moves
from pool.models import PoolYear
from pool.views.account import READERS

ROWS_ON_A_PAGE = 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SPLIT_TITLES = {
    "runde": gettext_lazy("Efter runde"),
    "center": gettext_lazy("Efter center"),
    "tema": gettext_lazy("Efter tema"),
}


@opens_to(*READERS)
@require_GET
def page(request, year):
    account, form = _asked(request, year)
    splits = [
        (str(SPLIT_TITLES[split]), split, [(part, account.of_part(part)) for part in parts])
        for split, parts in account.splits.items()
    ]
    context = {"year": account.year, "account": account, "form": form, "splits": splits, "foot": account.foot()}
    return render(request, "applications/account/page.html", context)


@opens_to(*READERS)
@require_GET
def as_csv(request, year):
    account, _form = _asked(request, year)
    content = sheets.build_csv(accounts.sheet_columns(), accounts.sheet_rows(account))
    return _file(content, "text/csv; charset=utf-8", account, "csv")


@opens_to(*READERS)
@require_GET
def as_xlsx(request, year):
    account, _form = _asked(request, year)
    title = _("Regnskab %(year)s til og med %(day)s") % {"year": account.year, "day": f"{account.day:%d.%m.%Y}"}
    columns, rows = accounts.sheet_columns(), accounts.sheet_rows(account)
    content = sheets.build_xlsx(_("Regnskab"), columns, rows, title=title, moment=clock.now())
    return _file(content, XLSX, account, "xlsx")


@opens_to(*READERS)
@require_GET
def account_moves(request, year):
    row, form = get_object_or_404(PoolYear, year=year), AccountMovesForm(request.GET)
    key, split, part = form.asked()
    found = accounts.moves_of(row, form.day(), split, part)
    if not key or found is None:
        raise Http404
    (entries, part_name), figure = found, account_figures.FIGURES[key]
    entries = account_figures.behind(entries, figure).select_related("cause__actor", "round")
    page = Paginator(entries, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "year": row,
        "figure": figure,
        "part": part_name,
        "day": form.day(),
        "page": page,
        "rows": moves.rows(page.object_list, request.user),
    }
    return render(request, "applications/account/moves.html", context)


def _asked(request, year) -> tuple[accounts.Account, DayForm]:
    row, form = get_object_or_404(PoolYear, year=year), DayForm(request.GET)
    return accounts.at(row, form.day()), form


def _file(content: bytes, kind: str, account: accounts.Account, ending: str) -> HttpResponse:
    name = f"regnskab-{account.year}-{account.day.isoformat()}.{ending}"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
