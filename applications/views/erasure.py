"""What is proposed to be erased: look at it, put it off, say yes to one or to a whole kind; and the table of deadlines."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications import erasure_pages, erasure_proposals, retention_due
from applications.forms.erasure import PeriodForm, PostponeForm
from applications.models import ErasureProposal
from applications.retention_rules import KEPT, KINDS
from applications.roles import visible_to
from pages.access import opens_to
from pages.numbers import whole
from people.roles import Role
from people.views.answering import done, form_page, posted

ON_A_PAGE = 60
LISTS = {
    "": (gettext_lazy("Venter på svar"), erasure_proposals.waiting),
    "udsat": (gettext_lazy("Udsat"), erasure_proposals.postponed),
    "slettet": (
        gettext_lazy("Slettet"),
        erasure_proposals.erased,
    ),
}


def _tabs(current: str) -> list[dict]:
    """The lists and the table, each with its number of rows."""
    here = reverse("applications:erasure")
    found = [
        {
            "label": label,
            "url": f"{here}?liste={name}" if name else here,
            "current": current == name,
            "count": rows().count(),
        }
        for name, (label, rows) in LISTS.items()
    ]
    table = {"label": _("Frister"), "url": reverse("applications:retention"), "current": current == "frister"}
    return [*found, table]


@opens_to(Role.ADMINISTRATOR)
@require_GET
def proposals(request):
    name = request.GET.get("liste", "")
    if name not in LISTS:
        raise Http404
    page = Paginator(LISTS[name][1]().select_related("decided_by"), ON_A_PAGE).get_page(request.GET.get("page"))
    kinds = {row.kind: KINDS[row.kind] for row in page.object_list} if not name else {}
    context = {"page": page, "rows": erasure_pages.with_words(page), "list": name, "tabs": _tabs(name)}
    return render(request, "applications/erasure/list.html", context | {"kinds": kinds.values()})


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def proposal(request, proposal_id):
    """What, why and how much; a post erases it for good."""
    found = get_object_or_404(ErasureProposal.objects.select_related("decided_by"), pk=proposal_id)
    row = erasure_pages.with_words([found])[0]
    if request.method == "POST":
        try:
            erasure_proposals.approve(row.pk, request.user)
            messages.success(request, _("Slettet: %(what)s.") % {"what": row.said})
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        return redirect("applications:erasure")
    holds = row.holds if row.erased_at else retention_due.holds(row.kind, row.subject)
    may_see = row.case is not None and visible_to(request.user).filter(pk=row.case.pk).exists()
    context = {"row": row, "kind": KINDS[row.kind], "holds": holds.items(), "may_see": may_see}
    return render(request, "applications/erasure/proposal.html", context)


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def postpone(request, proposal_id):
    row = erasure_pages.with_words([get_object_or_404(ErasureProposal, pk=proposal_id, erased_at=None)])[0]
    form = PostponeForm(posted(request), initial={"until": row.postponed_until, "reason": row.reason})
    if done(request, form, lambda typed: erasure_proposals.postpone(row.pk, request.user, **typed)):
        messages.success(request, _("Sletningen er udsat."))
        return redirect("applications:erasure")
    above = (_("Sletning"), reverse("applications:erasure"))
    back = reverse("applications:erasure-proposal", args=[row.pk])
    return form_page(
        request, form, _("Udsæt sletningen"), caption=row.said, back=back, trail=[above, (row.said, back)], save=_("Udsæt")
    )


@opens_to(Role.ADMINISTRATOR)
@require_POST
def resume(request, proposal_id):
    row = get_object_or_404(ErasureProposal, pk=proposal_id, erased_at=None)
    erasure_proposals.resume(row.pk, request.user)
    messages.success(request, _("Sletningen er ikke længere udsat."))
    return redirect("applications:erasure-proposal", row.pk)


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def approve_kind(request, data_kind):
    """Everything of one kind that waits; a post erases what the page showed, each by itself."""
    if data_kind not in KINDS:
        raise Http404
    rows = erasure_pages.with_words(erasure_proposals.waiting().filter(kind=data_kind)[:ON_A_PAGE])
    if request.method == "POST":
        shown = [pk for sent in request.POST.getlist("row") if (pk := whole(sent, digits=18))]
        count, refused = erasure_proposals.approve_kind(data_kind, shown, request.user)
        said = ngettext("%(count)s er slettet.", "%(count)s er slettet.", count)
        messages.success(request, said % {"count": count})
        for line in refused:
            messages.error(request, line)
        return redirect("applications:erasure")
    return render(request, "applications/erasure/kind.html", {"kind": KINDS[data_kind], "rows": rows})


@opens_to(Role.ADMINISTRATOR)
@require_GET
def periods(request):
    context = {"lines": erasure_pages.lines(), "kept": KEPT, "tabs": _tabs("frister"), "changes": erasure_pages.changes()}
    return render(request, "applications/erasure/periods.html", context)


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def period(request, data_kind):
    if data_kind not in KINDS or not KINDS[data_kind].editable:
        raise Http404
    form = PeriodForm(posted(request), initial={"years": retention_due.years_of()[data_kind]})
    if done(request, form, lambda typed: erasure_proposals.set_period(data_kind, typed["years"], request.user)):
        messages.success(request, _("Fristen er gemt. Forslagene bliver rettet inden for en time."))
        return redirect("applications:retention")
    back, above = reverse("applications:retention"), (_("Sletning"), reverse("applications:erasure"))
    trail, lead = [above, (_("Frister"), back)], KINDS[data_kind].counted_from
    return form_page(request, form, _("Ret fristen"), caption=KINDS[data_kind].name, lead=lead, back=back, trail=trail)
