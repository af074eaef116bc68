"""Every page that anybody can open is well made: one h1, unique ids, labelled fields, no inline code, exact headers."""

import re

import pytest
from django.conf import settings
from django.test import Client
from lxml import html

from applications.states import State
from journal import clock
from tests.crawl import addresses, facts_about, furnish, routes

pytestmark = pytest.mark.django_db
WHO = ["nobody", "anna", "ulla", "karen", "rune", "mads", "signe", "frida", "kamille", "rasmus", "asger", "henrik", "otto"]
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
FILES = {
    "Content-Security-Policy": "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
SHOWN = {"text/html", "text/plain", "application/json"}  # all else is a file to keep
# pages for visitors, who are nobody: kept by browsers for a minute, then asked for by their mark
FOR_VISITORS = {"Cache-Control": "public, max-age=60"}
# open data, and nothing else, is for other sites and programmes too
FOR_ANY_SITE = {"Cross-Origin-Resource-Policy": "cross-origin"}
DATA = {"text/csv", "text/turtle", "application/ld+json", "application/problem+json", "application/vnd.oai.openapi+json"}
READ_BY_MACHINES = {"application/atom+xml", "application/geo+json", "application/xml"}
UNFINISHED = re.compile(r"\{\{|\{%|(?<!-)\bNone\b|\bkr\.\.|\bundefined\b|Http404|Traceback")


@pytest.mark.parametrize(
    "state", [State.DRAFT, State.AWAITING_INFORMATION, State.UNDER_ASSESSMENT, State.ON_AGENDA, State.GRANTED]
)
def test_every_page_is_well_made(walker, cast, state):
    case = furnish(walker, state)
    facts, faults, seen = facts_about(case, cast), {}, 0
    for name in WHO:
        browser = Client()
        if name in cast:
            browser.force_login(cast[name], backend="people.backend.PersonBackend")
        for route in routes():
            for label, address in addresses(route, facts, state):
                answer = browser.get(address)
                clock.set_to(clock.now())
                found = header_faults(answer, is_open_data=label.startswith("open-data:"))
                if answer.headers.get("Content-Type", "").startswith("text/html") and answer.content:
                    seen += 1
                    found += page_faults(answer.content.decode())
                for fault in found:
                    faults.setdefault(f"{label}: {fault}", name)
    assert faults == {}
    assert seen > 100


def header_faults(answer, *, is_open_data: bool = False) -> list[str]:
    expected = HEADERS | (FILES if "Content-Disposition" in answer.headers else {})
    if is_open_data and answer.headers.get("Access-Control-Allow-Origin") == "*":
        expected |= FOR_ANY_SITE
    elif "Access-Control-Allow-Origin" in answer.headers:
        return ["another site may read it"]
    if "ETag" in answer.headers:
        expected |= FOR_VISITORS
    wrong = {name: answer.headers.get(name) for name, value in expected.items() if answer.headers.get(name) != value}
    found = [f"header {name} is {value}" for name, value in wrong.items()]
    kind = answer.headers.get("Content-Type", "text/html").partition(";")[0]
    shown = SHOWN | (READ_BY_MACHINES if "ETag" in answer.headers else set()) | (DATA if is_open_data else set())
    if kind not in shown and not answer.headers.get("Content-Disposition", "").startswith("attachment"):
        found.append(f"{kind} is shown, not a download")
    return found


def page_faults(text: str) -> list[str]:
    page = html.document_fromstring(text)
    faults = []
    if len(page.findall(".//h1")) != 1:
        faults.append(f"{len(page.findall('.//h1'))} h1")
    title = (page.findtext(".//title") or "").strip()
    if not title or title.startswith("–"):
        faults.append(f"title «{title}»")
    if page.get("lang") not in ("da", "en"):
        faults.append("no language")
    ids = [element.get("id") for element in page.iter() if isinstance(element.tag, str) and element.get("id")]
    faults += [f"id {name} twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
    faults += inline_code(page) + form_faults(page) + empty_controls(page)
    if found := UNFINISHED.search(page.find("body").text_content()):
        faults.append(f"unfinished text «{found[0]}»")
    return faults


def inline_code(page) -> list[str]:
    found = ["inline script" for script in page.iter("script") if not script.get("src")]
    found += ["style element" for _style in page.iter("style")]
    for element in page.iter():
        if isinstance(element.tag, str):
            found += [f"attribute {name}" for name in element.attrib if name == "style" or name.startswith("on")]
    return found


def form_faults(page) -> list[str]:
    faults = []
    for form in page.iter("form"):
        method = (form.get("method") or "get").lower()
        if method == "post" and not form.xpath(".//input[@name='csrfmiddlewaretoken']"):
            faults.append("post form without its token")
    labels = {label.get("for") for label in page.iter("label")}
    for field in page.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        named = field.get("id") in labels or field.get("aria-label") or field.get("aria-labelledby")
        if field.get("type") not in ("submit", "button") and not named and not field.xpath("ancestor::label"):
            faults.append(f"field {field.get('name')} without a label")
    return faults


def empty_controls(page) -> list[str]:
    faults = []
    for control in page.xpath("//a[@href] | //button[not(@aria-hidden)]"):
        inner = "".join(control.xpath(".//*/@aria-label | .//img/@alt"))
        words = control.text_content().strip() or control.get("aria-label") or inner
        if not words:
            faults.append(f"{control.tag} without words {control.get('href', '')}")
    return faults


def test_the_headers_are_those_of_the_auditor_s_file():
    assert HEADERS["Content-Security-Policy"] == settings.CONTENT_POLICY


def observatory(answer) -> int:
    """What Mozilla's HTTP Observatory would say, told in few words for what we send: every loss, and every bonus we have.

    https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring, read for version 5: 100 to begin with; a bonus
    counts from 90 on. Being on the browsers' preload list (5 more) is not in our hand and not counted.
    """
    sent, cookies = answer.headers, answer.cookies.values()
    policy = {
        part.split()[0]: part.split()[1:] for part in sent.get("Content-Security-Policy", "").split(";") if part.split()
    }
    loose = any("unsafe" in word or word in ("*", "http:", "https:", "data:") for words in policy.values() for word in words)
    age = re.search(r"max-age=(\d+)", sent.get("Strict-Transport-Security", ""))
    framed = policy.get("frame-ancestors") == ["'none'"]
    loss = 25 * (not policy) + 20 * (bool(policy) and loose)
    loss += 20 * (not age) + 10 * (age is not None and int(age[1]) < 15_768_000)
    loss += 5 * (sent.get("X-Content-Type-Options") != "nosniff")
    loss += 20 * (not framed and sent.get("X-Frame-Options") not in ("DENY", "SAMEORIGIN"))
    loss += 20 * any(not cookie["secure"] for cookie in cookies) + 50 * (sent.get("Access-Control-Allow-Origin") == "*")
    bonus = 10 * (policy.get("default-src") == ["'none'"] and not loose) + 5 * framed
    bonus += 5 * (sent.get("Referrer-Policy") in ("no-referrer", "same-origin", "strict-origin"))
    bonus += 5 * (bool(cookies) and all(c["secure"] and c["httponly"] and c["samesite"] for c in cookies))
    bonus += 10 * (sent.get("Cross-Origin-Resource-Policy") == "same-origin")
    return 100 - loss + (bonus if loss <= 10 else 0)


@pytest.mark.proves(15)
def test_a_public_examination_of_the_headers_gives_the_best_mark(client, proof):
    """The score of Mozilla's HTTP Observatory, computed from the headers of the sign-in page: at least 100."""
    answer = client.get("/log-ind/", secure=True)
    score = observatory(answer)
    proof.found(f"the score is {score} (A+ from 100)")
    assert score >= 115
    del answer.headers["Content-Security-Policy"]
    assert observatory(answer) < 100


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<h1>A</h1><h1>B</h1>", "2 h1"),
        ("<h1>A</h1><p id=x></p><p id=x></p>", "id x twice"),
        ("<h1>A</h1><p style='color:red'></p>", "attribute style"),
        ("<h1>A</h1><a href='/x'></a>", "a without words /x"),
        ("<h1>A</h1><input name=a>", "field a without a label"),
        ("<h1>A</h1><form method=post></form>", "post form without its token"),
        ("<h1>A</h1><p>12 kr..</p>", "unfinished text «kr..»"),
        ("<h1>A</h1><script>x</script>", "inline script"),
    ],
)
def test_the_crawl_sees_what_it_is_there_to_see(text, fault):
    """The twin: a page with one fault is found to have it."""
    frame = f"<html lang=da><head><title>T</title></head><body>{text}</body></html>"
    assert page_faults(frame) == [fault]
