"""`manage.py demo` builds the first look's pool on an empty database; `--list` names its people."""

from django.core.management.base import BaseCommand

from demo.scene import Scene
from people.models import Person


class Command(BaseCommand):
    help = "Build the living pool of a first look, once (--list: name the demo people)."

    def add_arguments(self, parser):
        parser.add_argument("--list", action="store_true")

    def handle(self, *, list, **options):
        if not list and not Person.objects.exists():
            Scene().build()
