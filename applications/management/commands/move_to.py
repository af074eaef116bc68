"""`manage.py move_to DATABASE_URL`: every fact of this database into another, empty one, proven by the fingerprint.

A backup of this database is restored by a process that stands on the other: what an archive cannot hold cannot be moved.
The archive stays in --folder. Stop web, worker and beat before; files stay where they are, because both use the same store.
"""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from applications import backup

HIDDEN = "The other database could not be used: "


class Command(BaseCommand):
    help = "Move every fact into another, empty database (its address as in DATABASE_URL) and prove that it is the same."

    def add_arguments(self, parser):
        parser.add_argument("address")
        parser.add_argument("--folder", type=Path, default=settings.VAR / "backups", help="where the archive is left")

    def handle(self, *, address, folder, **options):
        archive = backup.write(folder)
        self.stdout.write(f"archive {archive}")
        self._there(address, "migrate", "-v", "0")
        said = self._there(address, "restore", str(archive))
        self.stdout.write(
            f"{said}\nThe other database holds the same. Set DATABASE_URL to it, then start web, worker and beat."
        )

    def _there(self, address: str, *command: str) -> str:
        """Run a command on the other database; a refusal is repeated here, without the address and its password."""
        words = [sys.executable, str(settings.BASE_DIR / "manage.py"), *command]
        done = subprocess.run(  # noqa: S603  our own program with our own words
            words, env=os.environ | {"DATABASE_URL": address}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no word"])[-1]
            raise CommandError(HIDDEN + last.replace(address, "…").removeprefix("CommandError: "))
        return done.stdout.strip()
