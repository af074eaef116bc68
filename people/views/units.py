"""The register of units: read by staff, kept by administrators."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from pages.access import opens_to
from people import stale, story
from people import units as register
from people.forms import CloseUnitForm, MoveUnitForm, NewUnitForm, UnitForm
from people.models import Unit
from people.roles import STAFF_ROLES, Role
from people.views.answering import done, form_page, posted, seen_on

CENTRES = (Unit.Kind.MUNICIPALITY, Unit.Kind.CENTRE)


@opens_to(*STAFF_ROLES)
@require_GET
def units(request):
    rows = register.tree()
    words, closed = request.GET.get("q", "").strip()[:100], "closed" in request.GET
    hidden = sum(not row.is_open for row in rows)
    rows = [row for row in rows if (closed or row.is_open) and words.casefold() in f"{row.name} {row.ean}".casefold()]
    context = {"rows": rows, "words": words, "closed": closed, "hidden": hidden, "keeps": keeps(request)}
    return render(request, "people/units.html", context)


def keeps(request) -> bool:
    return request.user.has_role(Role.ADMINISTRATOR)


@opens_to(*STAFF_ROLES)
@require_GET
def unit(request, unit_id):
    found = get_object_or_404(Unit, pk=unit_id)
    above = {row.pk: row for row in Unit.objects.filter(pk__in=found.ancestor_ids())}
    context = {
        "found": found,
        "above": [above[pk] for pk in found.ancestor_ids()[:-1]],
        "below": found.children.order_by("name"),
        "assignments": found.assignments.in_force().select_related("person", "deputy_for"),
        "story": story.entries(found.subject),
        "keeps": keeps(request),
    }
    return render(request, "people/unit.html", context)


def under(unit: Unit | None = None) -> dict:
    """Where a form of the register stands: its breadcrumb, and where «Fortryd» leads."""
    trail = [(_("Enheder"), reverse("people:units"))]
    if unit:
        trail.append((unit.name, reverse("people:unit", args=[unit.pk])))
    return {"trail": trail, "back": trail[-1][1]}


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def new_unit(request):
    form = NewUnitForm(posted(request), {"parent": request.GET.get("under")})
    made = []
    if done(request, form, lambda typed: made.append(register.found(request.user, **typed))):
        messages.success(request, _("%(name)s er oprettet.") % {"name": made[0].name})
        return redirect("people:unit", made[0].pk)
    return form_page(request, form, _("Ny enhed"), save=_("Opret enheden"), **under())


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def edit_unit(request, unit_id):
    found = get_object_or_404(Unit, pk=unit_id)
    where = under(found)
    form = UnitForm(posted(request), initial={name: getattr(found, name) for name in register.FACTS})
    if done(request, form, lambda typed: register.amend(found, request.user, seen_on(request), **typed)):
        messages.success(request, _("Oplysningerne er gemt."))
        return redirect("people:unit", found.pk)
    return form_page(
        request, form, _("Ret oplysninger"), caption=where["trail"][-1][0], seen=stale.shown(found.subject), **where
    )


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def move_unit(request, unit_id):
    found = get_object_or_404(Unit.objects.select_related("parent"), pk=unit_id)
    form = MoveUnitForm(found, posted(request))
    if done(request, form, lambda typed: register.move(found, typed["parent"], request.user)):
        messages.success(request, _("%(name)s er flyttet.") % {"name": found.name})
        return redirect("people:unit", found.pk)
    now = _("Hører nu under %(parent)s.") % {"parent": found.parent} if found.parent else ""
    lead = _("Alle enheder under den følger med. Sager og roller bliver, hvor de er.")
    return form_page(
        request, form, _("Flyt enheden"), caption=found.name, lead=f"{now} {lead}", save=_("Flyt enheden"), **under(found)
    )


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def close_unit(request, unit_id):
    """First the day, then what ends with it, then the act."""
    found = get_object_or_404(Unit, pk=unit_id)
    where, saved = under(found), found.valid_to
    form = CloseUnitForm(posted(request))
    asked = request.method == "POST" and form.is_valid()
    if asked and "confirmed" in request.POST:
        if done(request, form, lambda typed: register.close(found, typed["from_day"], request.user)):
            messages.success(request, _("%(name)s er lukket.") % {"name": found.name})
            return redirect("people:unit", found.pk)
        asked, found.valid_to = False, saved
    ends = list(register.roles_that_end(found, form.cleaned_data["from_day"])) if asked else []
    return render(request, "people/close_unit.html", {"found": found, "form": form, "asked": asked, "ends": ends, **where})
