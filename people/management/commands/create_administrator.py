"""`manage.py create_administrator`: the first person of an empty house, who then enrols all others.

Refuses when somebody administers already: from then on administrators appoint each other. Sets no password: the
person is owed an invitation by mail, or takes the link that `--link` prints.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from journal import chain
from people import access, appointments, persons, units
from people.models import Person, RoleAssignment, Unit
from people.roles import Role


class Command(BaseCommand):
    help = "Make the first administrator (and the municipality, when there is no unit yet)."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("--municipality", default=settings.MUNICIPALITY["name"])
        parser.add_argument("--link", action="store_true", help="print the link instead of relying on mail")

    def handle(self, *, email, name, municipality, link, **options):
        try:
            person = make(email, name, municipality)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        if link:
            self.stdout.write(f"{settings.HOST_URL}{link_of(person)}")
        else:
            self.stdout.write(f"{person.email} is owed an invitation; the worker mails it.")


@transaction.atomic
def make(email: str, name: str, municipality: str) -> Person:
    chain.lock()  # two at once make one
    if RoleAssignment.objects.in_force().filter(role=Role.ADMINISTRATOR).exists():
        raise ValidationError("There is an administrator already, who can appoint others on the page «Personer».")
    validate_email(email)
    top = Unit.objects.filter(parent=None).order_by("pk").first()
    top = top or units.found(None, name=municipality, kind=Unit.Kind.MUNICIPALITY)
    person = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
    person = person or persons.enrol(by=None, email=email, name=name)
    appointments.appoint(person, Role.ADMINISTRATOR, top, by=None)
    return person


def link_of(person: Person) -> str:
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    return reverse("people:set-password", args=[uid, access.tokens.make_token(person)])
