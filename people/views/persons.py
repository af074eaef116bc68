"""The register of persons and their roles, kept by administrators. Nobody gives themselves a role."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from journal import clock
from pages.access import opens_to
from people import access, appointments, persons, second_factor, stale, story
from people.forms import EndRoleForm, PersonFilter, PersonForm, RoleForm
from people.models import Person, RoleAssignment
from people.roles import Role
from people.views.answering import done, form_page, posted, seen_on

ON_A_PAGE = 60


@opens_to(Role.ADMINISTRATOR)
@require_GET
def persons_list(request):
    choice = PersonFilter(request.GET)
    choice.is_valid()
    page = Paginator(narrowed(choice.cleaned_data), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/persons.html", {"page": page, "filter": choice})


def narrowed(choice: dict):
    """Persons with the roles they hold now, as the list's filter chose them."""
    now = RoleAssignment.objects.in_force()
    rows = Person.objects.prefetch_related(Prefetch("assignments", now.select_related("unit"), to_attr="held_now"))
    if words := choice.get("q", "").strip():
        there = now.filter(unit__name__icontains=words).values("person")
        rows = rows.filter(Q(name__icontains=words) | Q(email__icontains=words) | Q(pk__in=there))
    if role := choice.get("role"):
        rows = rows.filter(pk__in=now.filter(role=role).values("person"))
    if state := choice.get("state"):
        rows = rows.filter(is_active=state == "active")
    return rows


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def new_person(request):
    form = PersonForm(posted(request))
    made = []
    if done(request, form, lambda typed: made.append(persons.enrol(by=request.user, **typed))):
        text = _("%(name)s er oprettet og får en mail med et link til at vælge adgangskode. Giv nu personen en rolle.")
        messages.success(request, text % {"name": made[0].name})
        return redirect("people:person", made[0].pk)
    lead = _("Personen får en mail med et link til at vælge sin adgangskode.")
    return form_page(request, form, _("Ny person"), lead=lead, save=_("Opret personen"), **under())


def under(person: Person | None = None) -> dict:
    """Where a form of the register stands: its breadcrumb, and where «Fortryd» leads."""
    trail = [(_("Personer"), reverse("people:persons"))]
    if person:
        trail.append((person.name, reverse("people:person", args=[person.pk])))
    return {"trail": trail, "back": trail[-1][1]}


@opens_to(Role.ADMINISTRATOR)
@require_GET
def person(request, person_id):
    found = get_object_or_404(Person, pk=person_id)
    today, own = clock.today(), found == request.user
    rows = list(found.assignments.select_related("unit", "deputy_for").order_by("-valid_from", "role"))
    past = [row for row in rows if row.valid_to and row.valid_to < today]
    coming = [row for row in rows if row.valid_from > today]
    context = {
        "found": found,
        "own": own,
        "may_change": not own,
        "now": [row for row in rows if row not in past and row not in coming],
        "coming": coming,
        "past": past,
        "deputies": found.deputies.in_force().select_related("person", "unit"),
        "story": story.entries(found.subject),
    }
    return render(request, "people/person.html", context)


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def edit_person(request, person_id):
    found = get_object_or_404(Person, pk=person_id)
    name = found.name
    fields = PersonForm.base_fields
    form = PersonForm(posted(request), initial={field: getattr(found, field) for field in fields})
    if done(request, form, lambda typed: persons.amend(found, by=request.user, seen=seen_on(request), **typed)):
        messages.success(request, _("Oplysningerne er gemt."))
        return redirect("people:person", found.pk)
    where = under(found) | {"seen": stale.shown(found.subject)}
    return form_page(request, form, _("Ret oplysninger"), caption=name, **where)


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def appoint(request, person_id):
    found = get_object_or_404(Person, pk=person_id)
    form = RoleForm(found, posted(request))
    if done(request, form, lambda typed: appointments.appoint(found, by=request.user, **typed)):
        text = _("%(name)s har fået rollen, og administratorerne har fået besked.")
        messages.success(request, text % {"name": found.name})
        return redirect("people:person", found.pk)
    return form_page(request, form, _("Giv en rolle"), caption=found.name, save=_("Giv rollen"), **under(found))


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def end_role(request, assignment_id):
    row = get_object_or_404(RoleAssignment.objects.select_related("person", "unit", "deputy_for"), pk=assignment_id)
    form = EndRoleForm(posted(request))
    if done(request, form, lambda typed: appointments.end(row, by=request.user, last_day=typed["last_day"])):
        messages.success(request, _("Rollen er afsluttet, og administratorerne har fået besked."))
        return redirect("people:person", row.person_id)
    lead = _("Sager, som %(name)s har med at gøre i rollen, bliver liggende. Fordel dem til en anden.")
    lead %= {"name": row.person.name}
    title = _("Afslut rollen %(role)s") % {"role": row.get_role_display()}
    caption = f"{row.person.name} · {row.unit.name}"
    return form_page(
        request, form, title, caption=caption, lead=lead, save=_("Afslut rollen"), grave=True, **under(row.person)
    )


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def turn_person(request, person_id):
    """Close or open a person's access, after a page that says what it means."""
    found = get_object_or_404(Person, pk=person_id)
    if request.method == "GET":
        held = found.assignments.in_force().select_related("unit")
        return render(request, "people/turn_person.html", {"found": found, "held": held, "own": found == request.user})
    wanted = request.POST.get("active") == "yes"
    if wanted == found.is_active:
        messages.info(request, _("Det er allerede gjort."))
        return redirect("people:person", found.pk)
    turn, text = (
        (appointments.reactivate, _("Adgangen er åbnet igen. %(name)s får en mail med et link til at vælge adgangskode."))
        if wanted
        else (appointments.deactivate, _("Adgangen er lukket. %(name)s er logget ud overalt."))
    )
    try:
        turn(found, by=request.user)
        messages.success(request, text % {"name": found.name})
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("people:person", found.pk)


@opens_to(Role.ADMINISTRATOR)
@require_POST
def send_invitation(request, person_id):
    found = get_object_or_404(Person, pk=person_id)
    if found.is_active:
        access.invite(found, by=request.user)
        messages.success(request, _("%(name)s får en mail med et nyt link.") % {"name": found.name})
    else:
        messages.error(request, _("Personen er ikke aktiv. Gør personen aktiv først."))
    return redirect("people:person", found.pk)


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def remove_second_factor(request, person_id):
    """A phone is lost, and so are the codes on paper: after a page that says what it means."""
    found = get_object_or_404(Person, pk=person_id)
    if request.method == "GET":
        return render(request, "people/remove_second_factor.html", {"found": found, "own": found == request.user})
    try:
        second_factor.remove(found, by=request.user)
        messages.success(request, _("Totrinslogin er fjernet, og %(name)s har fået besked.") % {"name": found.name})
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("people:person", found.pk)
