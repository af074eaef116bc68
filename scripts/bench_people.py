"""What people meet, measured from outside on a running pool: the first page on a phone, and twenty who write at once.

The pool runs as in production on PostgreSQL and Redis: two web processes, one worker. The phone is Chromium at 390 px with a
line of 1.6 Mbit/s down, 750 kbit/s up and 150 ms there and back, and a processor four times as slow (the figures of
Lighthouse's slow 4G). A writer thinks one to three seconds between two savings; every fifth saving is the button.
"""

import contextlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
WRITERS, SECONDS = 20, 40
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWER = 4
CHROMIUM = "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((shift) => { sum += shift.value; }))
    .observe({ type: 'layout-shift', buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""


@contextlib.contextmanager
def pool(environment: dict):
    """A demo pool on servers of its own; yields its address and the environment of its commands."""
    from servers import broker, die_with_parent, free_port, listens, postgres, wait_until

    with tempfile.TemporaryDirectory() as folder, postgres() as database, broker() as queue:
        port = free_port()
        env = environment | {
            "POOL_VAR": folder, "POOL_DEMO": "1", "SECRET_KEY": "b" * 50, "DATABASE_URL": database,
            "CELERY_BROKER_URL": queue, "HOST_URL": f"http://127.0.0.1:{port}",
            "PORT": str(port), "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip
        for command in (["migrate", "-v", "0"], ["collectstatic", "--noinput", "-v", "0"], ["demo"]):
            subprocess.run([sys.executable, "manage.py", *command], env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": env, "cwd": ROOT}
        web = f"{BIN}/gunicorn config.wsgi --bind 127.0.0.1:{port} --workers 2 --threads 4 --no-control-socket"
        worker = f"{BIN}/celery --quiet -A config worker --concurrency 1 --loglevel ERROR"
        running = [subprocess.Popen(line.split(), preexec_fn=die_with_parent, **silent) for line in (web, worker)]
        try:
            wait_until(lambda: listens(port))
            yield env["HOST_URL"], env
        finally:
            for process in running:
                process.terminate()
            for process in running:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(10)
                process.kill()


def first_page(address: str) -> dict:
    """kB over the wire, layout shift, and seconds until the front page can be used, as a phone on a slow line sees it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        browser.new_page().goto(address)  # the server is warm, the browser that is measured is not
        context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2, locale="da-DK")
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", SLOW_4G)
        line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        sizes = []
        line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto(address, wait_until="networkidle")
        usable = page.evaluate("() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
        shift = page.evaluate(SHIFTS)
        browser.close()
    return {"kb": round(sum(sizes) / 1000, 1), "shift": round(shift, 4), "usable": round(usable / 1000, 2)}


# ── twenty writers ──────────────────────────────────────────────────────────────────────────────────────────────────


def drafts() -> None:
    """Inside the pool: a new draft for each writer; prints [(person, number)]."""
    import django

    django.setup()
    from applications.door import create
    from journal import clock
    from people.models import RoleAssignment
    from pool.models import Round

    now = clock.now()
    round_ = Round.objects.filter(announced_at__isnull=False, opens__lte=now, deadline__gt=now).earliest("pk")
    applicants = RoleAssignment.objects.filter(role="applicant", person__is_active=True).select_related("person", "unit")
    writers = list({each.person_id: each for each in applicants.order_by("pk")}.values())
    made = []
    for place in range(WRITERS):
        writer = writers[place % len(writers)]
        made.append((writer.person_id, create(writer.person, writer.unit, round_).number))
    print(json.dumps(made))


def applicants() -> None:
    """Inside the pool: prints [(person, address)] of who applies."""
    import django

    django.setup()
    from people.models import Person

    rows = Person.objects.filter(assignments__role="applicant", is_active=True).distinct().order_by("pk")
    print(json.dumps(list(rows.values_list("pk", "email"))))


def asked_inside(env: dict, what: str) -> list:
    inside = {**env, "PYTHONPATH": str(ROOT)}
    said = subprocess.run([sys.executable, __file__, what], env=inside, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return json.loads(said.stdout.splitlines()[-1])


class Writer(threading.Thread):
    """One person in one draft: opens the step, writes, is saved."""

    def __init__(self, address: str, person: int, number: str, together: threading.Barrier, seed: int):
        super().__init__(daemon=True)
        self.address, self.person, self.together = address, person, together
        self.draft = f"{address}/ansoegninger/{number}"
        self.chance, self.times, self.faults = random.Random(seed), [], []  # noqa: S311  thinking times

    def run(self):
        try:
            self.write()
        except Exception as fault:
            self.faults.append(repr(fault))

    def write(self):
        import requests

        self.browser = requests.Session()
        page = self.browser.get(f"{self.address}/demo/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        self.browser.post(f"{self.address}/demo/{self.person}/", {"csrfmiddlewaretoken": token}, allow_redirects=False)
        form, turn = self.open_step(), 0
        self.together.wait(120)  # signing in is not what is measured
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            turn += 1
            time.sleep(self.chance.uniform(1, 3))
            form["short_description"] = f"Hver stue får en spand til madaffald. Det er sætning nummer {turn}."
            if turn % 5:
                answer = self.timed(f"{self.draft}/gem/?trin=projektet", form, 200)
                form |= {f"seen-{name}": digest for name, digest in answer.json()["seen"].items()}
            else:
                self.timed(f"{self.draft}/rediger/projektet/", form | {"then": "stay"}, 302)
                form = self.open_step()

    def open_step(self) -> dict:
        page = self.browser.get(f"{self.draft}/rediger/projektet/").text
        hidden = dict(re.findall(r'<input type="hidden" name="((?:seen-|csrf)[^"]*)" value="([^"]*)"', page))
        return hidden | {"title": "Madaffald sorteres", "themes": ["waste"], "sdgs": ["12"]}

    def timed(self, where: str, form: dict, wanted: int):
        begun = time.perf_counter()
        answer = self.browser.post(where, form, allow_redirects=False, headers={"Referer": self.draft})
        self.times.append((time.perf_counter() - begun) * 1000)
        if answer.status_code != wanted:
            raise RuntimeError(f"{where} answered {answer.status_code}")
        return answer


def twenty_writers(address: str, env: dict) -> dict:
    """Milliseconds as the writers wait: median and 95th percentile of every saving."""
    made = asked_inside(env, "drafts")
    together = threading.Barrier(WRITERS)
    writers = [Writer(address, person, number, together, seed) for seed, (person, number) in enumerate(made)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    times = [taken for writer in writers for taken in writer.times]
    cut = quantiles(times or [0, 0], n=20)
    faults = [fault for writer in writers for fault in writer.faults]
    return {"saves": len(times), "median": round(cut[9], 1), "p95": round(cut[18], 1), "faults": faults}


def rows(environment: dict) -> list[str]:
    """Rows for docs/benchmarks.md: what, promised, measured."""
    import bench_guesses

    with pool(environment) as (address, env):
        phone, writing = first_page(address), twenty_writers(address, env)
        guessing = bench_guesses.rows(address, asked_inside(env, "applicants"))
    trouble = f"; {len(writing['faults'])} writers stopped: {writing['faults'][0]}" if writing["faults"] else ""
    return [
        f"| First page on a phone, over the wire | 150 kB | {phone['kb']} kB |",
        f"| … its layout shift | 0 | {phone['shift']} |",
        f"| … usable on slow 4G, processor ÷ {SLOWER} | 2 s | {phone['usable']} s |",
        f"| {WRITERS} people writing at once: {writing['saves']} savings, median | | {writing['median']} ms |",
        f"| … 95th percentile | 150 ms | {writing['p95']} ms{trouble} |",
        *guessing,
    ]


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
    if sys.argv[1:] in (["drafts"], ["applicants"]):
        {"drafts": drafts, "applicants": applicants}[sys.argv[1]]()
    else:
        print("\n".join(rows({**os.environ, "PYTHONWARNINGS": "ignore"})))
