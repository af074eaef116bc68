"""Ten thousand wrong sign-ins on the pool of bench_people, from three addresses, while others open their pages.

Who guesses does not think: four lines, one guess after another, at accounts that exist and that do not. Who works thinks
half a second between two pages.
"""

import re
import threading
import time
from statistics import quantiles

GUESSES, LINES, READERS = 10_000, 4, 3


class Line(threading.Thread):
    """One line that guesses, from an address of its own."""

    def __init__(self, address: str, place: int, emails: list[str]):
        super().__init__(daemon=True)
        self.address, self.place, self.emails, self.answers = address, place, emails, []

    def run(self):
        browser = comes_from(f"127.1.0.{1 + self.place % 3}")
        page = browser.get(f"{self.address}/log-ind/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        for turn in range(GUESSES // LINES):
            email = self.emails[turn % len(self.emails)] if turn % 2 else f"nr{turn % 700}@naestved.example"
            typed = {"csrfmiddlewaretoken": token, "email": email, "password": f"gæt {self.place} {turn}"}
            self.answers.append(browser.post(f"{self.address}/log-ind/", typed).status_code)


def comes_from(source: str):
    """A browser whose line begins at one of this machine's own addresses."""
    import requests
    from requests.adapters import HTTPAdapter

    class FromThere(HTTPAdapter):
        def init_poolmanager(self, *args, **options):
            super().init_poolmanager(*args, source_address=(source, 0), **options)

    browser = requests.Session()
    browser.mount("http://", FromThere())
    return browser


class Reader(threading.Thread):
    """Somebody who works meanwhile: a page of their own, every half second."""

    def __init__(self, address: str, person: int, done: threading.Event):
        super().__init__(daemon=True)
        self.address, self.person, self.done, self.times = address, person, done, []

    def run(self):
        browser = comes_from("127.0.0.1")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(f"{self.address}/demo/").text)[1]
        browser.post(f"{self.address}/demo/{self.person}/", {"csrfmiddlewaretoken": token}, allow_redirects=False)
        while not self.done.wait(0.5):
            begun = time.perf_counter()
            browser.get(f"{self.address}/ansoegninger/").raise_for_status()
            self.times.append((time.perf_counter() - begun) * 1000)


def rows(address: str, people: list[tuple[int, str]]) -> list[str]:
    """Rows for docs/benchmarks.md; `people`: who applies, by number and address."""
    done = threading.Event()
    readers = [Reader(address, person, done) for person, _email in people[:READERS]]
    lines = [Line(address, place, [email for _person, email in people]) for place in range(LINES)]
    begun = time.perf_counter()
    for thread in (*readers, *lines):
        thread.start()
    for line in lines:
        line.join()
    took = time.perf_counter() - begun
    done.set()
    for reader in readers:
        reader.join()
    answers = [answer for line in lines for answer in line.answers]
    cut = quantiles([taken for reader in readers for taken in reader.times] or [0, 0], n=20)
    return [
        f"| {len(answers):,} wrong sign-ins in {took:.0f} s: other people's pages, median | 100 ms | {cut[9]:.1f} ms |",
        f"| … 95th percentile | | {cut[18]:.1f} ms |",
        f"| … guesses that were answered «wrong password» | {len(answers) // 100} | {answers.count(200)} |",
    ]
