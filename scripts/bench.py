"""Measures what is promised and writes docs/benchmarks.md: pages on SQLite and PostgreSQL, the packet, the round, memory.

Pages are asked of the whole stack in one process, sessions and middleware included, no network: median of 15 after 3
warm-ups. «Bare» is the page's own SQL sent again without an ORM plus a plain template with as many rows: what no
framework could save. Run by hand (`make bench`); no test hangs on a time.
"""

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
RUNS, WARM = 15, 3
# who asks, what it is, its address
PAGES = [
    ("karen", "Venter på mig", "/venter-paa-mig/"),
    ("mads", "Venter på mig, leder", "/venter-paa-mig/"),
    ("rune", "Venter på mig, medbedømmer", "/venter-paa-mig/"),
    ("karen", "Rundens liste (60 af 300)", "/runder/{round}/ansoegninger/"),
    ("karen", "Rundens liste, søgt og sorteret", "/runder/{round}/ansoegninger/?text=el&sort=-score"),
    ("mads", "Rundens liste, leder", "/runder/{round}/ansoegninger/"),
    ("mads", "Godkend hele listen", "/runder/{round}/godkend/"),
    ("rune", "Habilitet for runden", "/runder/{round}/habilitet/"),
    ("karen", "Sagen under vurdering", "/ansoegninger/{assessed}/"),
    ("mads", "Sagen indstillet", "/ansoegninger/{recommended}/"),
    ("karen", "Giv point", "/ansoegninger/{assessed}/point/"),
    ("karen", "Indstil", "/ansoegninger/{assessed}/recommend/"),
    ("karen", "Udgaver", "/ansoegninger/{assessed}/udgaver/"),
    ("karen", "Runder", "/runder/"),
    ("karen", "Runden", "/runder/{round}/"),
    ("karen", "Rundens tal", "/runder/{round}/tal/"),
    ("signe", "Møder", "/moeder/"),
    ("signe", "Mødet", "/moeder/{meeting}/"),
    ("signe", "Punktet", "/dagsordenspunkter/{item}/"),
    ("frida", "Puljen", "/pulje/{year}/"),
    ("frida", "Bevægelser (60 pr. side)", "/pulje/{year}/bevaegelser/"),
    ("karen", "Beskeder (60 af 3.000)", "/beskeder/"),
    ("asger", "Personer", "/personer/"),
    ("asger", "Enheder", "/enheder/"),
    ("applicant", "Mine ansøgninger", "/ansoegninger/"),
    ("applicant", "Rundens spørgsmål, 40", "/ansoegninger/{draft}/rediger/rundens-spoergsmaal/"),
    ("karen", "Ret ét af 40 spørgsmål", "/runder/{open}/spoergsmaal/{question}/"),
    ("applicant", "Et trin af skemaet", "/ansoegninger/{draft}/rediger/indhold/"),
    ("applicant", "Et trin med rækker", "/ansoegninger/{draft}/rediger/virkning/"),
    ("applicant", "Tjek dine svar", "/ansoegninger/{draft}/tjek-dine-svar/"),
]
# steps of the form that save themselves: new words in one field each time
SAVED = [("indhold", "purpose"), ("budget", "operating_cost_payer"), ("rundens-spoergsmaal", "question_")]


# ── inside: one process with one database ───────────────────────────────────────────────────────────────────────────


def inside() -> None:
    import django

    django.setup()
    import bench_effects
    import bench_money
    import bench_world
    import bench_year_report
    from django.core.management import call_command
    from django.template import engines

    call_command("migrate", verbosity=0)
    where = bench_world.addresses(bench_world.build())
    plain = engines["django"].from_string(
        "<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
    )
    rows = [measure(who, name, address.format(**where), plain) for who, name, address in PAGES]
    saved = [saving(where["draft"], slug, name) for slug, name in SAVED]
    figures = {"packet": packet(), "chart": chart(), "money": bench_money.measure(), "effects": bench_effects.measure()}
    figures["year_report"] = bench_year_report.measure()
    print(json.dumps({"pages": rows, "saved": saved} | figures))


def measure(who: str, name: str, address: str, plain) -> dict:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = signed_in(who)
    for _turn in range(WARM):
        answer = browser.get(address)
    if answer.status_code != 200:
        return {"name": name, "fault": answer.status_code}
    with CaptureQueriesContext(connection) as asked:
        browser.get(address)
    queries = [entry["sql"] for entry in asked.captured_queries]  # read now: the next request empties the log
    statements = [sql for sql in queries if sql.startswith("SELECT")]
    cells = [range(8)] * len(re.findall(rb"<tr\b|<li\b", answer.content))
    return {
        "name": name,
        "ms": timed(lambda: browser.get(address)),
        "bare": timed(lambda: (again(statements), plain.render({"rows": cells}))),
        "queries": len(queries),
        "kb": round(len(answer.content) / 1024),
    }


def saving(number: str, slug: str, name: str) -> dict:
    """What it takes to save new words in a step while somebody writes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = signed_in("applicant")
    page = posted(browser.get(f"/ansoegninger/{number}/rediger/{slug}/").content.decode())
    field, times = next(key for key in page if key.startswith(name)), iter(range(1000))

    def save():
        typed = page | {field: f"Ord nummer {next(times)}"}
        answer = browser.post(f"/ansoegninger/{number}/gem/?trin={slug}", typed)
        page.update({f"seen-{each}": digest for each, digest in answer.json()["seen"].items()})

    for _turn in range(WARM):
        save()
    with CaptureQueriesContext(connection) as asked:
        save()
    queries = len(asked.captured_queries)
    return {"name": slug, "ms": timed(save), "queries": queries}


def posted(page: str) -> dict:
    """A form as its browser would send it."""
    from lxml import html

    form = max(html.document_fromstring(page).forms, key=lambda form: len(form.fields))
    sent = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    empty = form.xpath(".//input[@type='text' and @name and not(@value)]/@name")
    return {name: [""] for name in empty} | sent


def signed_in(who: str):
    """A browser of somebody who has shown both things that a sign-in may ask for."""
    from django.conf import settings
    from django.test import Client

    from people import second_factor
    from people.models import Person

    mailbox = {"applicant": "soeren.aakjaer"}.get(who, who)
    browser = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    browser.force_login(Person.objects.filter(email__startswith=mailbox).first(), backend="people.backend.PersonBackend")
    session = browser.session
    second_factor.shown(session)
    session.save()
    return browser


def again(statements: list[str]) -> None:
    from django.db import connection

    with connection.connection.cursor() if connection.vendor == "postgresql" else connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            cursor.fetchall()


def timed(act) -> float:
    times = []
    for _turn in range(RUNS):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1000)
    return round(median(times), 1)


def packet() -> float:
    """Seconds to write the packet of the played round's 23 applications as PDF/UA, once more from its frozen facts."""
    from applications.papers import packet as write
    from documents.models import Document

    document = Document.objects.filter(kind="packet").order_by("pk").first()
    write(document)
    begun = time.perf_counter()
    write(document)
    return round(time.perf_counter() - begun, 2)


def chart() -> list[float]:
    """Milliseconds of a chart of twelve bars: the first of a process, one like it with other numbers, one drawn before."""
    from documents.charts import Chart, Kind, Point, Series

    def draw(turn: int) -> str:
        points = tuple(Point(f"Tema {place}", place + turn) for place in range(12))
        return Chart("Bevilget", Kind.BARS, (Series("", points),), "kg").picture

    begun = time.perf_counter()
    draw(0)
    turns = iter(range(1, 1000))
    return [round((time.perf_counter() - begun) * 1000), timed(lambda: draw(next(turns))), timed(lambda: draw(0))]


# ── outside: databases, processes, the page ─────────────────────────────────────────────────────────────────────────


def child(url: str, folder: str) -> dict:
    env = environment(folder) | ({"DATABASE_URL": url} if url else {})
    done = subprocess.run(
        [sys.executable, __file__, "inside"], env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def environment(folder: str) -> dict:
    keep = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL", "POOL_DEMO")
    }
    paths = {"PYTHONPATH": f"{ROOT}:{ROOT / 'scripts'}", "POOL_VAR": folder, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return keep | paths | {"PYTHONWARNINGS": "ignore", "LOG_LEVEL": "ERROR"}


def play_round() -> float:
    """Seconds for the scripted run on an empty SQLite, documents and mails included."""
    with tempfile.TemporaryDirectory() as folder:
        run = [sys.executable, "manage.py"]
        subprocess.run([*run, "migrate", "-v", "0"], env=environment(folder), cwd=ROOT, check=True)
        begun = time.perf_counter()
        subprocess.run([*run, "play_round"], env=environment(folder), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return round(time.perf_counter() - begun, 1)


def memory() -> dict[str, int]:
    """Resident megabytes of a web process after 200 pages and of a worker that has written every document."""
    from servers import free_port, listens, wait_until

    sizes = {}
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        env = environment(folder) | {"DJANGO_SETTINGS_MODULE": "config.settings", "POOL_DEMO": "1", "SECRET_KEY": "b" * 50}
        run, where = [sys.executable, "manage.py"], f"127.0.0.1:{port}"
        for command in (["migrate", "-v", "0"], ["collectstatic", "--noinput", "-v", "0"], ["demo"]):
            subprocess.run([*run, *command], env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        web = [Path(sys.executable).parent / "gunicorn", "config.wsgi", "--bind", where, "--no-control-socket"]
        worker = [
            Path(sys.executable).parent / "celery",
            "--quiet",
            "-A",
            "config",
            "worker",
            "--concurrency",
            "1",
            "--beat",
        ]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": env, "cwd": ROOT}
        children = [subprocess.Popen(web, **quiet), subprocess.Popen(worker, **quiet)]
        try:
            wait_until(lambda: listens(port))
            for _page in range(200):
                subprocess.run(["curl", "-s", "-o", "/dev/null", f"http://{where}/"], check=True)
            time.sleep(75)  # the timetable's minute: the worker has written and sent what is owed
            for name, process in zip(("web", "worker"), children, strict=True):
                sizes[name] = max(resident(pid) for pid in family(process.pid))
        finally:
            for process in children:
                process.terminate()
                process.wait(20)
    return sizes


def family(pid: int) -> list[int]:
    below = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [pid, *(member for one in below for member in family(int(one)))]


def resident(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return round(int(found[1]) / 1024)


def table(results: dict[str, dict]) -> list[str]:
    head = "| Page | queries | SQLite ms | bare ms | PostgreSQL ms | bare ms | kB |"
    lines = [head, "|---|--:|--:|--:|--:|--:|--:|"]
    for small, real in zip(results["sqlite"]["pages"], results["postgresql"]["pages"], strict=True):
        if "fault" in small or "fault" in real:
            lines.append(f"| {small['name']} | not measured: {small.get('fault')} {real.get('fault')} | | | | | |")
            continue
        figures = [max(small["queries"], real["queries"]), small["ms"], small["bare"], real["ms"], real["bare"], small["kb"]]
        lines.append(f"| {small['name']} | " + " | ".join(map(str, figures)) + " |")
    return lines


def savings(results: dict[str, dict]) -> list[str]:
    lines = []
    for small, real in zip(results["sqlite"]["saved"], results["postgresql"]["saved"], strict=True):
        figures = (
            f"{small['ms']} ms on SQLite, {real['ms']} ms on PostgreSQL, {max(small['queries'], real['queries'])} queries"
        )
        lines.append(f"| Saving while one writes, «{small['name']}» | 30 ms | {figures} |")
    return lines


def machine() -> str:
    total = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    return f"{os.cpu_count()} cores, {round(int(total[1]) / 1024**2)} GiB memory, Python {platform.python_version()}"


def main() -> None:
    import bench_open_data
    import bench_people
    import bench_site
    from servers import postgres

    results = {}
    with tempfile.TemporaryDirectory() as folder:
        results["sqlite"] = child("", folder)
    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        results["postgresql"] = child(url, folder)
    sizes = memory()
    text = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {time.strftime('%d.%m.%Y')}: {machine()}. A benchmark: no test hangs on a time.",
        "",
        "300 applications in the round, 3,000 from earlier years. Pages in one process with all middleware, median of 15.",
        "«Bare» is the page's own SQL again without an ORM plus a plain template of as many rows.",
        "Promised: at most 12 queries, server median at most 40 ms.",
        "",
        *table(results),
        "",
        "| What | Promised | Measured |",
        "|---|--:|--:|",
        *savings(results),
        f"| Packet of 23 applications as PDF/UA | 10 s | {results['sqlite']['packet']} s |",
        "| The summary of 20,000 effects | 100 ms | {} ms on SQLite, {} ms on PostgreSQL |".format(
            *(results[name]["effects"]["ms"] for name in ("sqlite", "postgresql"))
        ),
        "| The account of a year with 2,000 cases | | {} ms on SQLite, {} ms on PostgreSQL |".format(
            *(results[name]["money"]["account"] for name in ("sqlite", "postgresql"))
        ),
        "| 5,000 lines of the finance system read in and matched; their report | | {read} s; {report} ms |".format(
            **results["postgresql"]["money"]
        ),
        "| Yearly report of 40 projects as PDF/UA, {charts} charts | 15 s | {s} s |".format(
            **results["sqlite"]["year_report"]
        ),
        "| A chart: first of a process, the next, one drawn before | | {} ms, {} ms, {} ms |".format(
            *results["sqlite"]["chart"]
        ),
        f"| `play_round`, documents and mails included | 60 s | {play_round()} s |",
        f"| Memory of a web process after 200 pages | | {sizes['web']} MB |",
        f"| Memory of a worker after writing every document | | {sizes['worker']} MB |",
        *bench_open_data.rows(environment("")),
        *bench_people.rows(environment("")),
        *bench_site.rows(environment("")),
        "",
    ]
    PAGE.write_text("\n".join(text), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    inside() if sys.argv[1:] == ["inside"] else main()
