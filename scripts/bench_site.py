"""The public site, measured: 2,000 published projects on PostgreSQL, served by two web processes as in production.

One project walks through every door to its published story; the rest are copies of its rows, as only the benchmark writes.
Kept pages are asked for over the network by plain sockets that stay open; fresh ones after every keeping was thrown away.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PROJECTS, RUNS, ASKERS, SECONDS = 2000, 25, 4, 6
PAGES = {
    "front page": "/resultater/",
    "filtered": "/resultater/?tema=food&aar=2026",
    "a project": "/resultater/{slug}/",
    "behind a sum": "/resultater/tal/engaged/",
    "map": "/resultater/kort.geojson",
    "feed": "/resultater/feed.xml",
    "sitemap": "/sitemap.xml",
}


def build() -> str:
    """The slug of the project that took every step."""
    from django.db import connection

    from applications import going_public, public_words, results
    from applications.models import Application, Project, PublicEffect, Result
    from applications.rehearsal import Rehearsal
    from applications.rehearsal_projects import Aftermath
    from applications.roles import people_with
    from journal import clock
    from people.models import Unit
    from people.roles import Role
    from pool.themes import Theme

    played = Rehearsal()
    played.play()
    Aftermath(played).play("completed")
    clock.set_to(None)
    project = Project.objects.filter(application__state="completed").select_related("application__unit").first()
    leader = people_with(Role.UNIT_LEADER, project.application)[0]
    results.begin(project.pk, leader)
    results.send(project.pk, leader, seen_revision=1, consents=True)
    model = going_public.publish(project.pk, played.cast["communicator"], seen_revision=1)
    units = list(Unit.objects.exclude(latitude=None))
    names = [field.attname for field in Application._meta.concrete_fields if field.attname != "id"]
    values = {name: getattr(project.application, name) for name in names}
    cases = [Application(**values | {"number": f"B-{place:05}"}) for place in range(PROJECTS)]
    cases = Application.objects.bulk_create(cases, batch_size=200)
    held = {f.attname: getattr(project, f.attname) for f in Project._meta.concrete_fields if not f.primary_key}
    held |= {"confirmed_report_id": None}
    Project.objects.bulk_create([Project(application=case, **held) for case in cases], batch_size=200)
    rows = []
    for place, case in enumerate(cases):
        unit, themes = units[place % len(units)], [Theme.values[place % len(Theme.values)]]
        centre = {"id": unit.parent_id or unit.pk, "name": str(unit.parent or unit)}
        public = model.public | {"number": case.number, "title": f"Projekt {place}", "themes": themes, "centre": centre}
        public |= {"unit": {"id": unit.pk, "name": unit.name, "kind": unit.kind}, "year": 2026 - place % 5}
        public |= {"place": [str(unit.longitude), str(unit.latitude)], "sdgs": [place % 17 + 1]}
        row = Result(application=case, slug=f"projekt-{place}", public=public, title=public["title"], status="published")
        row.card, row.facets = public_words.card(public), public_words.facets(public)
        for name in ("written_by_id", "changed_at", "seen_by_id", "seen_at", "published_at", "updated_at"):
            setattr(row, name, getattr(model, name))
        rows.append(row)
    Result.objects.bulk_create(rows, batch_size=200)
    numbers = [(row, number) for row in rows for number in public_words.numbers(row.public)]
    for row, number in numbers:
        number.result = row
    PublicEffect.objects.bulk_create([number for _row, number in numbers], batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return model.slug


def inside() -> None:
    """Build, and ask every page afresh in this process."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.cache import caches
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    slug, found = build(), {}
    browser = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    for name, address in PAGES.items():
        times = []
        for _turn in range(RUNS):
            caches["visitors"].clear()
            begun = time.perf_counter()
            answer = browser.get(address.format(slug=slug))
            times.append((time.perf_counter() - begun) * 1000)
        found[name] = {"fresh": round(median(times), 1), "kb": round(len(answer.content) / 1024), "code": answer.status_code}
    print(json.dumps({"slug": slug, "pages": found}))


class Asker(threading.Thread):
    """One line that stays open and asks for the same page again and again."""

    def __init__(self, port: int, path: str, until: float):
        super().__init__()
        self.line = socket.create_connection(("127.0.0.1", port))
        self.question = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
        self.until, self.times = until, []

    def run(self):
        while (begun := time.perf_counter()) < self.until:
            self.line.sendall(self.question)
            self.answer()
            self.times.append((time.perf_counter() - begun) * 1000)
        self.line.close()

    def answer(self) -> None:
        got = b""
        while b"\r\n\r\n" not in got:
            got += self.line.recv(65536)
        head, _end, body = got.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        length = int(next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")).split()[1])
        left = length - len(body)
        while left > 0:
            left -= len(self.line.recv(min(left, 1 << 20)))


def kept(port: int, path: str) -> tuple[float, int]:
    """(median milliseconds when one asks, requests in a second when several do)."""
    Asker(port, path, time.perf_counter() + 1).run()  # each process has read its code
    alone = Asker(port, path, time.perf_counter() + 2)
    alone.run()
    begun = time.perf_counter()
    askers = [Asker(port, path, begun + SECONDS) for _each in range(ASKERS)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    return round(median(alone.times), 1), round(sum(len(a.times) for a in askers) / (time.perf_counter() - begun))


def rows(environment: dict) -> list[str]:
    """Lines of the table of promises."""
    from servers import free_port, listens, postgres, wait_until

    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        env = environment | {"POOL_VAR": folder, "DATABASE_URL": url}
        run = [sys.executable, __file__, "inside"]
        done = subprocess.run(run, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        said = json.loads(done.stdout.splitlines()[-1])
        port = free_port()
        env |= {"POOL_DEMO": "1", "SECRET_KEY": "b" * 50, "DJANGO_SETTINGS_MODULE": "config.settings"}
        env |= {"HOST_URL": f"http://127.0.0.1:{port}"}
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
        subprocess.run(collect, env=env, cwd=ROOT, check=True)
        web = f"{BIN}/gunicorn config.wsgi --bind 127.0.0.1:{port} --workers 2 --threads 4 --no-control-socket"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": env, "cwd": ROOT}
        server = subprocess.Popen(web.split(), **quiet)
        try:
            wait_until(lambda: listens(port))
            measured = {name: kept(port, PAGES[name].format(slug=said["slug"])) for name in ("front page", "a project")}
        finally:
            server.terminate()
            server.wait(20)
    fresh = ", ".join(f"{name} {page['fresh']} ms" for name, page in said["pages"].items())
    alone = ", ".join(f"{name} {ms} ms" for name, (ms, _many) in measured.items())
    many = ", ".join(f"{name} {count}" for name, (_ms, count) in measured.items())
    return [
        f"| Public pages with {PROJECTS:,} projects, made afresh | 60 ms | {fresh} |",
        f"| Public pages, kept, over the network | 15 ms | {alone} |",
        f"| Public pages, kept, in a second on {os.cpu_count()} cores | 300 | {many} |",
    ]


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
    inside()
