"""The 360Giving export of 20,000 grants: how long it streams, and how much memory a process needs for it.

The world is one grant that walked through the door, copied; only the benchmark writes this way. The export is asked of the
whole stack by a process that does nothing else, on SQLite and PostgreSQL; its peak is the kernel's own (VmHWM).
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GRANTS = 20_000
FILES = ("/data/360giving.json", "/data/360giving.csv")


def build() -> None:
    """A played round with its grants, and copies of them up to 20,000, one author each."""
    from django.core.management import call_command
    from django.db.models import Max

    from applications.models import Application, Author
    from applications.rehearsal import Rehearsal
    from journal import clock

    call_command("migrate", verbosity=0)
    try:
        Rehearsal().play()
    finally:
        clock.set_to(None)
    granted = list(Application.objects.filter(granted_amount__isnull=False))
    authors = list(Author.objects.filter(application=granted[0]))
    first = Application.objects.aggregate(most=Max("pk"))["most"] + 1
    copies, hands = [], []
    for place in range(GRANTS - len(granted)):
        row = Application.objects.model(**_facts(granted[place % len(granted)]))
        row.pk, row.number = first + place, f"2026-{place + 1000}"
        copies.append(row)
        hands += [Author(application_id=row.pk, person_id=each.person_id) for each in authors]
    Application.objects.bulk_create(copies, batch_size=500)
    Author.objects.bulk_create(hands, batch_size=5000)


def _facts(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}


def measure(path: str) -> None:
    from django.conf import settings
    from django.test import Client

    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    before, begun, size = _peak(), time.perf_counter(), 0
    for piece in client.get(path).streaming_content:
        size += len(piece)
    seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": round(seconds, 2), "before": before, "peak": _peak(), "mb": round(size / 1024**2, 1)}))


def _peak() -> int:
    return round(int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024)


def figures(env: dict) -> dict[str, dict]:
    run = [sys.executable, __file__]
    subprocess.run([*run, "build"], env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    answers = {}
    for path in FILES:
        done = subprocess.run([*run, path], env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        answers[path] = json.loads(done.stdout.splitlines()[-1])
    return answers


def rows(environment: dict) -> list[str]:
    """Rows for docs/benchmarks.md: what, promised, measured."""
    from servers import postgres

    found = {}
    with tempfile.TemporaryDirectory() as folder:
        found["SQLite"] = figures(environment | {"POOL_VAR": folder})
    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        found["PostgreSQL"] = figures(environment | {"POOL_VAR": folder, "DATABASE_URL": url})
    lines = []
    for path in FILES:
        said = ", ".join(_said(name, each[path]) for name, each in found.items())
        size = found["SQLite"][path]["mb"]
        lines.append(f"| 20,000 grants as `{path}`, {size} MB: time, peak of the process | 5 s, 150 MB | {said} |")
    return lines


def _said(name: str, found: dict) -> str:
    return f"{found['seconds']} s, {found['peak']} MB ({found['before']} before it is asked) on {name}"


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    if sys.argv[1:]:
        import django

        django.setup()
        build() if sys.argv[1] == "build" else measure(sys.argv[1])
    else:
        print("\n".join(rows({**os.environ, "PYTHONWARNINGS": "ignore", "LOG_LEVEL": "ERROR"})))
