"""Finance's pages: the vouchers that wait, one by one, and the transfer orders to book."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications import transfer_orders, uploads, voucher_list, vouchers
from applications.forms.finance import ListForm, RefusalForm, UndoForm
from applications.models import TransferOrder, Voucher
from applications.views.loading import answered
from documents import sheets, store
from pages.access import opens_to
from pages.money import format_kroner
from pages.numbers import whole
from people.roles import Role

ROWS_ON_A_PAGE = 60
FORMS = {"afvis": RefusalForm, "fortryd": UndoForm}


# ── vouchers ────────────────────────────────────────────────────────────────────────────────────────────────────────


@opens_to(Role.FINANCE)
@require_GET
def worklist(request):
    form = ListForm(request.user, request.GET)
    asked = form.asked()
    context = {
        "form": form,
        "asked": asked,
        "page": Paginator(voucher_list.of(request.user, asked), ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "totals": voucher_list.totals(request.user, asked),
        "orders": transfer_orders.waiting_for(request.user).count(),
        "query": _kept(request),
    }
    return render(request, "applications/finance/worklist.html", context)


@opens_to(Role.FINANCE)
@require_http_methods(["GET", "POST"])
def voucher(request, voucher_id, act=""):
    """One voucher with what decides it; posted, it is accepted, refused or undone, and the next one comes."""
    row = get_object_or_404(voucher_list.all_of(request.user), pk=voucher_id)
    if act not in ("", "godkend", *FORMS):
        raise Http404
    forms = {name: form(request.POST if act == name else None, auto_id=f"{name}_%s") for name, form in FORMS.items()}
    if request.method == "POST" and (act == "godkend" or (act in forms and forms[act].is_valid())):
        if _decided(request, row, act, forms):
            return redirect(_next_address(request, row))
        return redirect(_address(row, request))
    context = {
        "voucher": row,
        "case": row.project.application,
        "forms": forms,
        "line_used": voucher_list.used_of_line(row),
        "may_turn": row.project.application.state in vouchers.OPEN_TO_FINANCE,
        "look_alikes": voucher_list.look_alikes(row, request.user),
        "query": _kept(request),
    }
    return render(request, "applications/finance/voucher.html", context)


def _decided(request, row: Voucher, act: str, forms) -> bool:
    revision = whole(request.POST.get("seen"))
    with answered(request) as call:
        if act == "godkend":
            vouchers.accept(row.pk, request.user, seen_revision=revision)
            said = _("Bilag %(number)s er godkendt: %(amount)s")
        elif act == "afvis":
            vouchers.refuse(row.pk, request.user, seen_revision=revision, reason=forms[act].cleaned_data["reason"])
            said = _("Bilag %(number)s er afvist: %(amount)s")
        else:
            vouchers.undo(row.pk, request.user, seen_revision=revision, reason=forms[act].cleaned_data["reason"])
            said = _("Godkendelsen af bilag %(number)s er fortrudt: %(amount)s")
    if call.done:
        messages.success(request, said % {"number": row.number, "amount": format_kroner(row.amount)})
    return call.done


def _next_address(request, row: Voucher) -> str:
    following = voucher_list.next_after(row, request.user, ListForm(request.user, request.GET).asked())
    if following:
        return _address(following, request)
    query = _kept(request)
    return reverse("applications:vouchers") + (f"?{query}" if query else "")


def _address(row: Voucher, request) -> str:
    query = _kept(request)
    return reverse("applications:voucher", args=[row.pk]) + (f"?{query}" if query else "") + "#bilag"


def _kept(request) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


@opens_to(Role.FINANCE)
@require_GET
def voucher_file(request, voucher_id):
    row = get_object_or_404(voucher_list.all_of(request.user), pk=voucher_id, file__isnull=False)
    if row.file.scan in uploads.UNREADABLE:
        context = {"case": row.project.application, "file": row.file}
        return render(request, "applications/case/closed_file.html", context, status=409)
    try:
        file = row.file.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, as_attachment=True, filename=row.file.name, content_type=row.file.media_type)


# ── transfer orders ─────────────────────────────────────────────────────────────────────────────────────────────────


@opens_to(Role.FINANCE)
@require_GET
def transfers(request):
    booked = transfer_orders.orders_for(request.user).exclude(booked_at=None).order_by("-booked_at", "-pk")
    context = {
        "waiting": transfer_orders.waiting_for(request.user),
        "page": Paginator(booked, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "means": transfer_orders.MEANS.items(),
    }
    return render(request, "applications/finance/transfers.html", context)


@opens_to(Role.FINANCE)
@require_http_methods(["GET", "POST"])
def confirm_transfer(request, order_id):
    order = _order(request, order_id)
    if request.method == "POST":
        with answered(request) as call:
            transfer_orders.confirm(order.pk, request.user)
        if call.done:
            messages.success(request, _("Omplaceringen er bogført: %(amount)s") % {"amount": format_kroner(order.amount)})
        return redirect("applications:transfers")
    return render(request, "applications/finance/confirm_transfer.html", {"order": order, "facts": order.document.facts})


@opens_to(Role.FINANCE)
@require_POST
def renew_transfer(request, order_id):
    order = _order(request, order_id)
    with answered(request) as call:
        order = transfer_orders.renew(order.pk, request.user)
    if call.done:
        messages.success(request, _("Der er skrevet en ny ordre på %(amount)s") % {"amount": format_kroner(order.amount)})
    return redirect("applications:transfers")


@opens_to(Role.FINANCE)
@require_GET
def transfer_pdf(request, order_id):
    document = _order(request, order_id).document
    return _file(store.content_of(document), "application/pdf", document.file_name)


@opens_to(Role.FINANCE)
@require_GET
def transfers_csv(request, order_id=None):
    """One order, or all that nobody has booked."""
    orders = [_order(request, order_id)] if order_id else transfer_orders.waiting_for(request.user)
    lines = [line for order in orders for line in transfer_orders.lines(order)]
    name = f"omplacering-{order_id}.csv" if order_id else "omplaceringer.csv"
    return _file(sheets.build_csv(transfer_orders.COLUMNS, lines), "text/csv; charset=utf-8", name)


def _order(request, order_id) -> TransferOrder:
    return get_object_or_404(transfer_orders.orders_for(request.user), pk=order_id)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
