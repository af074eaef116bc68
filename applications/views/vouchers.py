"""The unit's pages of vouchers: the list with its sums, a new one, one put right, one taken back."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications import spending, uploads, voucher_entry
from applications import vouchers as domain
from applications.forms.vouchers import VoucherForm
from applications.roles import UNIT
from applications.views.acting import done
from applications.views.loading import answered
from applications.views.project import load_project, may_on
from pages.access import SIGNED_IN, opens_to
from pages.numbers import whole
from people.views.answering import posted


@opens_to(SIGNED_IN)
@require_GET
def page(request, number):
    case = load_project(request, number)
    may = may_on(case, "register_voucher")["register_voucher"] and case.state in domain.OPEN_TO_THE_UNIT
    context = {
        "case": case,
        "project": case.project,
        "of_unit": not UNIT.isdisjoint(case.held),
        "vouchers": spending.with_running_sums(case.project),
        "money": spending.in_all(case.project),
        "lines": spending.by_line(case.project),
        "sought": sum(line.amount for line in case.budget_lines.all()),
        "may_correct": may,
    }
    return render(request, "applications/project/voucher_list.html", context)


def _form(request, case, **options) -> VoucherForm:
    spent, large = spending.by_line(case.project), getattr(request, "refused_file", False)
    return VoucherForm(case, spent, posted(request), request.FILES or None, too_large=large, **options)


def _done(request, case, form, act) -> bool:
    """Lay the voucher in or put it right; what looks odd about it is said, and it is kept all the same."""
    kept = []
    if not done(request, form, lambda typed: kept.append(act(typed["file"], **form.values())), rest="file"):
        return False
    for text in voucher_entry.warnings(case, kept[0]):
        messages.warning(request, text)
    return True


def _is_closed(request, case) -> bool:
    if case.state in domain.OPEN_TO_THE_UNIT:
        return False
    text = _("Der kan ikke lægges bilag ind nu. Projektet er «%(state)s».")
    messages.info(request, text % {"state": case.get_state_display()})
    return True


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def new(request, number):
    case = load_project(request, number, "register_voucher")
    if request.method == "GET" and _is_closed(request, case):
        return redirect("applications:project-vouchers", number)
    form = _form(request, case)
    if _done(request, case, form, lambda file, **values: voucher_entry.register(case.pk, request.user, file, **values)):
        messages.success(request, _("Bilaget er lagt ind og venter på Økonomi."))
        again = request.POST.get("then") == "again"
        return redirect("applications:new-voucher" if again else "applications:project-vouchers", number)
    context = {"case": case, "form": form, "money": spending.in_all(case.project), "title": _("Læg et bilag ind")}
    return render(request, "applications/project/voucher_form.html", context)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def correct(request, number, voucher_id):
    case = load_project(request, number, "register_voucher")
    voucher = get_object_or_404(case.project.vouchers, pk=voucher_id)
    if request.method == "GET" and (voucher.status == "accepted" or _is_closed(request, case)):
        return redirect("applications:project-vouchers", number)
    has_file = voucher.file is not None and voucher.file.scan != uploads.Scan.INFECTED
    initial = {name: getattr(voucher, name) for name in domain.FIELDS}
    form = _form(request, case, has_file=has_file, initial=initial)

    def act(file, **values):
        seen = whole(request.POST.get("revision"))
        return voucher_entry.correct(voucher, request.user, file, seen_revision=seen, **values)

    if _done(request, case, form, act):
        messages.success(request, _("Bilag nr. %(number)s er rettet og venter på Økonomi.") % {"number": voucher.number})
        return redirect("applications:project-vouchers", number)
    context = {"case": case, "form": form, "voucher": voucher, "money": spending.in_all(case.project)}
    context["title"] = _("Ret bilag nr. %(number)s") % {"number": voucher.number}
    return render(request, "applications/project/voucher_form.html", context)


@opens_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def remove(request, number, voucher_id):
    case = load_project(request, number, "register_voucher")
    if request.method == "POST" and not case.project.vouchers.filter(pk=voucher_id).exists():
        return redirect("applications:project-vouchers", number)  # pressed twice: it is gone already
    voucher = get_object_or_404(case.project.vouchers, pk=voucher_id)
    if request.method == "POST":
        seen = whole(request.POST.get("revision"))
        with answered(request) as call:
            domain.remove(voucher.pk, request.user, seen_revision=seen)
        if call.done:
            messages.success(request, _("Bilag nr. %(number)s er taget tilbage.") % {"number": voucher.number})
        return redirect("applications:project-vouchers", number)
    return render(request, "applications/project/voucher_remove.html", {"case": case, "voucher": voucher})
