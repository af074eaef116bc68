"""Row 19: random posts over every form of the product, as every kind of person, never break it and never echo markup.

The forms are those that the pages show, in a world with a case in every state: their own buttons, addresses and hidden
fields, filled with what no form expects. The seed is fixed, so a failure comes again. Whatever a post did is undone.
"""

import copy
import random
import re
import traceback
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.test.client import MULTIPART_CONTENT, encode_multipart
from django.utils.datastructures import MultiValueDict

from applications.states import State
from journal import clock
from tests.cast import NOW, Walker, make_round
from tests.crawl import addresses, facts_about, furnish, routes

SEED = 20260302
MARKER = '"><svg onload=1>'
BOUNDARY = "fuzz"
# they give files and figures, no forms
FILES = re.compile("-csv|-xlsx|-template|document|attachment|case-file|receipt|health|metrics|climate:calculator")
# whose forms are collected in each state; every form is also posted by the others
WRITERS = {
    State.DRAFT: ["anna", "ulla"],
    State.AWAITING_ENDORSEMENT: ["ulla"],
    State.UNDER_ASSESSMENT: ["karen", "rune", "henrik"],
    State.AWAITING_INFORMATION: ["anna", "karen"],
    State.RECOMMENDED: ["mads"],
    State.APPROVED_FOR_DECISION: ["karen"],
    State.ON_AGENDA: ["signe"],
    State.GRANTED: ["malene"],
}
EVERYWHERE = ["nobody", "anna", "karen", "mads", "signe", "frida", "asger"]
PEOPLE = sorted({*EVERYWHERE, *(name for names in WRITERS.values() for name in names)})
NASTY = [
    "", " ", "0", "-1", "1", "99999999999999999999", "9" * 5000, "1e309", "NaN", "-Infinity", "1,5", "1.000.000", "٣", "²",
    "2026-02-31", "29", "31", "0001", "9999", "00:00", "24.00", "23.59", "12.00", "true", "None", "null", "[]", "{}", "x",
    "\0", "a\0b", "\r\nBcc: x@example.org", "\x0b\x1c\x85\u2028", "\ud7ff\ufffe\uffff", "😀" * 50, "\u202egnp.exe",
    "e\u0301" * 40, "½", "æøå", "=1+1", "@SUM(A1)", "../../etc/passwd", "//example.org", "javascript:alert(1)", "%00",
    "%s%n", "{{ 7|add:7 }}", "' OR 1=1 --", "x" * 300, "langt ord " * 4000, "yes", "no", "now", "later", "none", "possible",
    "grant", "refuse", MARKER, f"Otto{MARKER}", MARKER * 40,
]  # fmt: skip
pytestmark = pytest.mark.django_db


class Forms(HTMLParser):
    """The POST forms of a page: (address, [(name, values it offers)])."""

    def __init__(self, page: str, address: str):
        super().__init__()
        self.address, self.found, self.select = address, [], None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "form":
            self.found.append((at.get("method", "get"), (at.get("action") or self.address).partition("#")[0], []))
        elif self.found and tag in ("input", "textarea", "select", "button") and at.get("name"):
            self.found[-1][2].append((at["name"], [at.get("value") or ""], at.get("type", tag)))
            self.select = self.found[-1][2][-1][1] if tag == "select" else None
        elif tag == "option" and self.select is not None:
            self.select.append(at.get("value", ""))

    def posts(self):
        return [(address, fields) for method, address, fields in self.found if method == "post"]


@pytest.fixture
def world(cast, year, committee, quick_round):
    """The facts of a case in every state, each in a round of its own."""
    found = {}
    for place, state in enumerate(WRITERS):
        closes = NOW + timedelta(days=14, minutes=place)  # no two meetings at one moment
        case = furnish(Walker(cast, make_round(cast, year, committee, name=state.label, deadline=closes)), state)
        found[state] = facts_about(case, cast)
        clock.set_to(NOW)
    return found


def forms_of(browser: Client, asked) -> dict[str, list]:
    """Every POST form on some pages, once per address; where there is no page, a form of ours."""
    found = {}
    for address in asked:
        response = ask(browser, "get", address)
        assert response.status_code < 500, address
        if response.status_code == 200 and is_page(response):
            for target, fields in Forms(response.content.decode(), address).posts():
                found.setdefault(target, fields)
        elif response.status_code == 405:
            found.setdefault(address, [("revision", ["0"], "hidden"), ("text", [""], "text")])
    return found


def pages_of(case: bool) -> list:
    return [route for route in routes() if route.of_case is case and not FILES.search(route.name)]


def targets(browsers, world) -> list[tuple[str, str, list]]:
    """(who, address, fields) of every form: those of each case by who works on it, the others by everybody."""
    found = []
    for state, facts in world.items():
        pages = [address for route in pages_of(True) for _label, address in addresses(route, facts, state)]
        for name in WRITERS[state]:
            found += [(name, *form) for form in forms_of(browsers[name], pages).items()]
    rest = [a for route in pages_of(False) for _label, a in addresses(route, world[State.ON_AGENDA])]
    for name in EVERYWHERE:
        found += [(name, *form) for form in forms_of(browsers[name], rest).items()]
    return sorted(row for row in found if not row[1].startswith("/log-ud"))


def ask(browser: Client, method: str, address: str, *args, **headers):
    now, cookies = clock.now(), copy.deepcopy(browser.cookies)
    with transaction.atomic():
        response = getattr(browser, method)(address, *args, **headers)
        if response.streaming:
            b"".join(response)
        transaction.set_rollback(True)
    clock.set_to(now)
    browser.cookies = cookies  # what the session was told was undone with it
    return response


def answers_to(fields, chance: random.Random) -> MultiValueDict:
    """What somebody who means no good types: some fields as offered, some wrong, missing, doubled, or a file."""
    typed = MultiValueDict()
    bold = chance.random()
    for name, offered, kind in fields:
        if name == "csrfmiddlewaretoken" or chance.random() < 0.05:
            continue
        if kind == "file":
            content = chance.choice([b"", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", MARKER.encode(), b"\0" * 2000])
            typed[name] = SimpleUploadedFile(chance.choice(["a.pdf", '"\r\nX: y.pdf', "../æ\u202e.png", MARKER]), content)
            continue
        times = chance.choice([1, 1, 1, 1, 2, 9])
        typed.setlist(name, [chance.choice(NASTY if chance.random() < bold else offered) for _time in range(times)])
    if chance.random() < 0.1:
        typed.setlist(
            chance.choice(["", "\0", "seen-title", "budget_lines-TOTAL_FORMS", "case", "then", "again", MARKER]), NASTY
        )
    return typed


def encoded(typed: MultiValueDict) -> bytes:
    """As a browser sends it; names and values are what they are."""
    return encode_multipart(BOUNDARY, dict(typed.lists()))


@pytest.mark.proves(19, minutes=5)
def test_random_posts_break_nothing_and_echo_no_markup(world, cast, proof):
    """Random posts over every form as every kind of person: no 5xx, no markup that comes back as markup."""
    proof.goal("posts", 100_000)
    chance, browsers = random.Random(SEED), {}
    for name in PEOPLE:
        browsers[name] = Client(raise_request_exception=True)
        if name != "nobody":
            browsers[name].force_login(cast[name], backend="people.backend.PersonBackend")
    forms = targets(browsers, world)
    assert len(forms) > 150, "the posts must meet many forms"
    chance.shuffle(forms)
    content_type = MULTIPART_CONTENT.replace("BoUnDaRyStRiNg", BOUNDARY)
    faults, heard = [], 0
    for turn in proof.turns(gate=2000, night=100_000):
        proof.count("posts")
        name, address, fields = forms[turn % len(forms)]
        if chance.random() < 0.1:
            name = chance.choice(PEOPLE)
        typed = answers_to(fields, chance)
        try:
            response = ask(browsers[name], "post", address, encoded(typed), content_type)
        except Exception as fault:
            faults.append((name, address, where(fault), typed))
            continue
        heard += name == "nobody" or not response.headers.get("Location", "").startswith("/log-ind")
        if response.status_code >= 500 or (is_page(response) and "<svg onload" in response.content.decode()):
            faults.append((name, address, response.status_code, typed))
    assert faults == []
    assert heard > turn * 0.9, "who is signed in must stay so, or the posts meet no form"


def where(fault: Exception) -> str:
    """The exception and the innermost lines of ours that it came through."""
    ours = [frame for frame in traceback.extract_tb(fault.__traceback__) if "site-packages" not in frame.filename]
    return f"{type(fault).__name__}: {fault!s:.150} @ " + " < ".join(f"{f.filename}:{f.lineno}" for f in reversed(ours[-3:]))


def is_page(response) -> bool:
    return not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")
