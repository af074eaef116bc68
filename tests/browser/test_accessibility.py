"""axe finds nothing on any page that anybody may open, on a phone and on a desk: empty, full and with errors.

Every route × every role that may open it × every state is asked for without a browser first; a page is opened when it
shows a kind of element that its route has not shown yet. The output says how many were.
"""

import copy
import logging
import os
import re
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from lxml import html

from applications.states import State
from applications.steps import STEPS
from journal import clock
from tests.browser.conftest import MODEST, PHONE, listen
from tests.canary_project import FollowedUp
from tests.cast import NOW, Walker, make_round
from tests.crawl import addresses, facts_about, furnish, routes

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
RUN_AXE = """rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(found => found.violations.map(
    fault => `${fault.id}: ${fault.nodes.slice(0, 3).map(node => node.target.join(' ')).join(' | ')}`))"""
TOO_WIDE = """() => { const room = document.documentElement.clientWidth, over = document.documentElement.scrollWidth - room;
    const wide = one => one.scrollWidth > room && !one.closest('.table-box');
    const widest = [...document.body.querySelectorAll('*')].filter(wide).pop();
    return over > 0 ? `${over} px too wide: ${widest && widest.outerHTML.slice(0, 80)}` : ''; }"""
# in these states a case's pages have most to show; `make hard` walks them all
STATES = [State.DRAFT, State.ON_AGENDA]
if os.environ.get("POOL_ALL_STATES"):
    STATES += [State.AWAITING_ENDORSEMENT, State.AWAITING_INFORMATION, State.SUBMITTED, State.UNDER_ASSESSMENT]
    STATES += [State.RECOMMENDED, State.GRANTED]
CLEARED = """form => { for (const field of form.elements) {
    if (field.type === 'hidden') continue;
    if (field.type === 'checkbox' || field.type === 'radio') field.checked = false;
    else if (field.tagName === 'SELECT') field.selectedIndex = field.querySelector("option[value='']") ? 0 : -1;
    else if (field.tagName !== 'BUTTON') field.value = '';
} form.noValidate = true;
    const buttons = [...form.elements].filter(one => one.type === 'submit' && one.tabIndex >= 0);
    form.requestSubmit(buttons.find(one => one.matches('.button-primary')) || buttons[0]); }"""
MOST_TABS = 150
# the parts of the product whose pages a published project fills
FILLED = {"applications", "publishing", "open-data"}
# these see what another of the cast sees
LIKE_ANOTHER = {"bo", "malene", "olga"}
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="the server and the test write at the same time"),
]


class Crawl:
    """Opens pages, each kind once, and keeps what was found wrong by page."""

    def __init__(self, browser, base: str, cast: dict):
        self.base, self.faults, self.seen, self.counts = base, {}, defaultdict(set), Counter()
        self.clients = {"nobody": Client(), **{name: Client() for name in cast}}
        self.windows = {}
        for name, client in self.clients.items():
            self.windows[name] = browser.new_context(viewport=MODEST, locale="da-DK")
            if name in cast:
                client.force_login(cast[name], backend="people.backend.PersonBackend")
                cookie = client.cookies["pool-session"]
                self.windows[name].add_cookies([{"name": cookie.key, "value": cookie.value, "url": base}])

    def close(self):
        for window in self.windows.values():
            window.close()

    def visit(self, route, label: str, address: str, who: str) -> None:
        """The page as it is, and again with its form sent empty."""
        client, now = self.clients[who], clock.now()
        answer = client.get(address)
        clock.set_to(now)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            return
        text = answer.content.decode()
        if not self.is_new(route.name, text):
            return
        page = self.windows[who].new_page()
        said = listen(page)
        page.goto(self.base + address)
        self.check(page, said, f"{label} as {who}")
        form = main_form(text)
        if form is not None:
            self.press_tab_to_the_button(page, f"{label} as {who}")
            cookies = copy.deepcopy(client.cookies)
            with transaction.atomic():  # a first try without a browser, undone: does it come back with errors?
                refused = client.post(form.get("action") or address, hidden_of(form))
                transaction.set_rollback(True)
            clock.set_to(now)
            client.cookies = cookies  # what the session was told is undone with it
            again = refused.content.decode() if refused.status_code == 200 else ""
            if "error-summary" in again and self.is_new(f"{route.name} with errors", again):
                with page.expect_navigation():
                    page.locator("main form[method=post]").first.evaluate(CLEARED)
                self.counts["with errors"] += page.locator(".error-summary").count()
                self.check(page, said, f"{label} with errors as {who}")
        page.close()

    def is_new(self, name: str, text: str) -> bool:
        """A page of this name that shows a kind of element which none of that name has shown yet."""
        kinds, shown = signatures(text), self.seen[name]
        new = not kinds <= shown
        shown |= kinds
        self.counts["the same"] += not new
        return new

    def check(self, page, said: list[str], label: str) -> None:
        self.counts["opened"] += 1
        page.evaluate(AXE)  # not a script element: the page's own policy stays as it is
        found = []
        for size in (MODEST, PHONE):
            page.set_viewport_size(size)
            found += [f"{size['width']} {fault}" for fault in page.evaluate(RUN_AXE, RULES)]
            if over := page.evaluate(TOO_WIDE):
                found.append(f"{size['width']} is {over}")
        page.set_viewport_size(MODEST)
        for fault in [*found, *said]:
            self.faults.setdefault(fault, label)
        said.clear()

    def press_tab_to_the_button(self, page, label: str) -> None:
        """A keyboard comes to the form's button, and sees where it is."""
        button = page.locator("main form[method=post] button[type=submit]:not([tabindex='-1'])").last
        if not button.count() or not button.is_visible():
            return
        for _press in range(MOST_TABS):
            page.keyboard.press("Tab")
            if button.evaluate("one => one === document.activeElement"):
                if not button.evaluate("one => getComputedStyle(one).outlineStyle !== 'none'"):
                    self.faults.setdefault("no mark around the button in focus", label)
                return
        self.faults.setdefault(f"Tab never comes to «{button.inner_text()}»", label)


def signatures(text: str) -> set[str]:
    """The kinds of elements a page is built of: tag, classes, role, type; numbers are nobody's kind."""
    kinds = set()
    for element in html.document_fromstring(text).iter():
        if isinstance(element.tag, str):
            words = [element.get(name, "") for name in ("class", "role", "type", "aria-live", "scope")]
            kinds.add(re.sub(r"\d+", "#", " ".join([element.tag, *words])))
    return kinds


def main_form(text: str):
    """The first form of the page's own part that asks for something."""
    forms = html.document_fromstring(text).xpath("//main//form[@method='post']")
    asks = ".//input[not(@type='hidden')] | .//select | .//textarea[not(@readonly)]"
    return next((form for form in forms[:1] if form.xpath(asks)), None)


def hidden_of(form) -> dict:
    return {field.get("name"): field.get("value", "") for field in form.xpath(".//input[@type='hidden']")}


@pytest.fixture
def crawl(request, caplog, over_http, live_server, browser, cast):
    caplog.set_level(logging.CRITICAL, "django.request")  # who may not open a page is told so some thousand times
    made = Crawl(browser, live_server.url, cast)
    yield made
    made.close()
    lines = [f"pages: {dict(made.counts)}", *(f"  {label}: {fault}" for fault, label in made.faults.items())]
    request.node.user_properties.append(("says", "\n".join(lines)))


def who_may(route, cast) -> list[str]:
    """Who of the cast may open it; roles that may not stay away (tests/test_permissions.py asks them all)."""
    need, names = route.need or frozenset(), [name for name in cast if name not in LIKE_ANOTHER]
    if "everybody" in need or "signed_in" in need:
        return ["nobody", *names] if "everybody" in need else names
    return [name for name in names if need & cast[name].role_codes()]


def walk(crawl, cast, facts: dict, chosen, state: State | None = None) -> None:
    for route in chosen:
        for label, address in addresses(route, facts):
            if route.name == "applications:step" and not may_begin(label.split()[-1], state):
                continue
            for who in who_may(route, cast):
                crawl.visit(route, label, address, who)


def may_begin(step: str, state: State) -> bool:
    """Steps that cannot be taken now all get the same answer: one of them stands for the rest."""
    return state in STEPS[step].sources or step == "reopen_decision"


def test_axe_finds_nothing_in_an_empty_house(crawl, cast):
    facts = {"year": 2026, "person_id": cast["bo"].pk, "unit_id": cast["bo"].assignments.first().unit_id}
    facts |= {"token": "x", "uid": "x", "assignment_id": cast["bo"].assignments.first().pk}
    chosen = [route for route in routes() if set(route.parameters) <= set(facts)]
    walk(crawl, cast, facts, chosen)
    assert crawl.faults == {}
    assert crawl.counts["opened"] > 25


def test_axe_finds_nothing_in_a_full_house(crawl, walker, cast, year, committee):
    later = make_round(cast, year, committee, name="Runde 2, 2026", deadline=NOW + timedelta(days=15))
    for state in STATES:
        clock.set_to(NOW)
        case = furnish(walker if state != State.GRANTED else Walker(cast, later), state)
        facts = facts_about(case, cast)
        walk(crawl, cast, facts, [route for route in routes() if route.of_case], state)
    walk(crawl, cast, facts, [route for route in routes() if not route.of_case])
    assert crawl.faults == {}
    assert crawl.counts["opened"] > 100
    assert crawl.counts["with errors"] > 15


def test_axe_finds_nothing_in_a_project(crawl, cast, open_round):
    """While it runs and when it is published: every page of the project, and those of the pool that it fills."""
    house = FollowedUp(cast, open_round)
    furnish(house, State.GRANTED)
    house.release()
    for lives in (house.run, house.end):
        lives()
        house.case.refresh_from_db()
        facts = facts_about(house.case, cast)
        walk(crawl, cast, facts, [route for route in routes() if route.of_case], house.case.state)
    facts["slug"] = house.case.public_result.slug
    walk(crawl, cast, facts, [route for route in routes() if not route.of_case and route.name.partition(":")[0] in FILLED])
    assert crawl.faults == {}
    assert crawl.counts["opened"] > 60


def test_axe_sees_what_it_is_there_to_see(crawl):
    """The twin: a page with a fault, a wide page and a page that complains are all found."""
    page = crawl.windows["nobody"].new_page()
    said = listen(page)
    page.goto(crawl.base + reverse("about"))
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<input>')")
    page.evaluate("document.querySelector('h1').style.minWidth = '3000px'")
    page.evaluate("console.error('of')")
    crawl.check(page, said, "twin")
    assert {fault.split(":")[0] for fault in crawl.faults} >= {"1280 label", "of"}
    assert any("px too wide" in fault for fault in crawl.faults)
