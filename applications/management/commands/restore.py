"""`manage.py restore ARCHIVE`: read a backup into an empty database; fails as a whole when anything differs."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from applications import backup


class Command(BaseCommand):
    help = "Read a backup into an empty, migrated database and prove that it is the same."

    def add_arguments(self, parser):
        parser.add_argument("archive", type=Path)

    def handle(self, *, archive, **options):
        if not backup.is_empty():
            raise CommandError("the database is not empty; a backup is restored into an empty one")
        try:
            self.stdout.write(f"fingerprint {backup.read(archive)}")
        except backup.Damaged as damage:
            raise CommandError(f"nothing was restored: {damage}") from damage
