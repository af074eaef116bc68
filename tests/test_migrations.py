"""Row 21: migrations are complete, well named, and go from nothing to head, back to nothing and forward again."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from applications.verifying import OUR_APPS

ROOT = Path(__file__).resolve().parent.parent
pytestmark = [pytest.mark.django_db, pytest.mark.both, pytest.mark.proves(21)]


def test_no_model_differs_from_its_migrations():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_names_say_what_they_do_in_order():
    written = [app for app in OUR_APPS if (ROOT / app).is_dir()]  # a library names its own
    ours = sorted(key for key in MigrationLoader(None).disk_migrations if key[0] in written)
    assert [name for _app, name in ours if not re.match(r"^\d{4}_[a-z][a-z_]+$", name)] == []
    assert len(written) == len(OUR_APPS) - 1
    for app in written:
        numbers = [int(name[:4]) for label, name in ours if label == app]
        assert numbers == list(range(1, len(numbers) + 1)), app


def test_from_nothing_to_head_and_back_and_forward_again(fresh_database):
    def run(*arguments) -> str:
        env = {**os.environ, "DATABASE_URL": fresh_database, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout

    run("migrate", "-v", "0")
    for app in reversed(OUR_APPS):
        run("migrate", app, "zero", "-v", "0")
    assert [line for line in run("showmigrations", *OUR_APPS).splitlines() if "[X]" in line] == []
    run("migrate", "-v", "0")
    assert [line for line in run("showmigrations").splitlines() if "[ ]" in line] == []
