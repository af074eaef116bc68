"""`manage.py backup FOLDER`: every stored fact and file into one archive, named for its fingerprint."""

from pathlib import Path

from django.core.management.base import BaseCommand

from applications import backup


class Command(BaseCommand):
    help = "Write every stored fact and file into one archive in FOLDER."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder, **options):
        self.stdout.write(str(backup.write(folder)))
