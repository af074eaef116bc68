"""`manage.py first_administrator EMAIL NAME`: opens a new installation. Who it names gets a mail with a link.

Refuses when somebody is administrator already: from then on roles are given on the pages.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from people import appointments, persons, units
from people.models import Unit
from people.roles import Role


class Command(BaseCommand):
    help = "Enrol and invite the first administrator of an empty installation."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("name")

    @transaction.atomic
    def handle(self, *, email, name, **options):
        if appointments.administrators().exists():
            raise CommandError("Somebody is administrator already; roles are given on the pages.")
        try:
            validate_email(email)
            person = persons.enrol(by=None, email=email, name=name)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        facts = {"name": settings.MUNICIPALITY["name"], "kind": Unit.Kind.MUNICIPALITY}
        top = Unit.objects.filter(parent=None).first() or units.found(None, **facts)
        appointments.appoint(person, Role.ADMINISTRATOR, top, by=None)
        self.stdout.write(f"{person.name} is administrator; a link to choose a password goes to {person.email}.")
