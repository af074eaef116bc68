"""`manage.py demo` builds the first look's pool on an empty database, once.

`--prepare` makes tables and static files ready before; `--list` names the people. One process for all of `make run`.
"""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from climate.register import import_factors
from demo.people import demo_people
from demo.scene import Scene
from people.models import Person
from people.roles import STAFF_ROLES


class Command(BaseCommand):
    help = "Build the living pool of a first look, once (--list: name the demo people, and build nothing by itself)."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--prepare", action="store_true", help="tables, static files and the pool, as far as missing")
        parser.add_argument("--list", action="store_true")

    def handle(self, *, prepare, list, **options):
        if prepare:
            call_command("migrate", verbosity=0)
            call_command("collectstatic", interactive=False, verbosity=0)
        if prepare or not list:
            self.build()
            import_factors()
        if list:
            self.name_people()

    def build(self):
        if Person.objects.exists():
            self.stdout.write("The pool is built already; its data are kept.")
            return
        self.stdout.write("Building the demo pool (some ten seconds) …")
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
