"""`manage.py demo` builds the first look's pool on an empty database; `--list` names its people."""

from django.conf import settings
from django.core.management.base import BaseCommand

from demo.people import demo_people
from demo.scene import Scene
from people.models import Person
from people.roles import STAFF_ROLES


class Command(BaseCommand):
    help = "Build the living pool of a first look, once (--list: name the demo people)."

    def add_arguments(self, parser):
        parser.add_argument("--list", action="store_true")

    def handle(self, *, list, **options):
        if list:
            self.name_people()
        elif Person.objects.exists():
            self.stdout.write("The pool is built already; its data are kept.")
        else:
            self.stdout.write("Building the demo pool (about ten seconds) …")
            self.stdout.flush()
            Scene().build()

    def name_people(self):
        units = 0
        for person in demo_people():
            roles = {str(assignment.get_role_display()) for assignment in person.current_assignments}
            if person.has_role(*STAFF_ROLES):
                self.stdout.write(f"  {person.name:<20} {', '.join(sorted(roles)):<26} {person.email}")
            else:
                units += 1
        self.stdout.write(f"  and {units} people of the units that apply")
        self.stdout.write(f"Step into any of them, without a password: {settings.HOST_URL}/demo/")
