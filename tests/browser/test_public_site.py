"""The public site in a browser: axe finds nothing, the browser complains of nothing, and the way leads to a draft."""

import pytest
from django.db import connection
from playwright.sync_api import expect

from applications.models import Application
from journal import clock
from tests.browser.conftest import MODEST, PHONE, listen
from tests.browser.test_accessibility import AXE, RULES, RUN_AXE, TOO_WIDE
from tests.cast import NOW

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="the server and the test write at the same time"),
]


def faults(page) -> list[str]:
    page.evaluate(AXE)
    found = []
    for size in (MODEST, PHONE):
        page.set_viewport_size(size)
        found += [f"{page.url} {size['width']} {fault}" for fault in page.evaluate(RUN_AXE, RULES)]
        if over := page.evaluate(TOO_WIDE):
            found.append(f"{page.url} {size['width']} is {over}")
    page.set_viewport_size(MODEST)
    return found


def test_from_the_front_page_to_a_draft_of_one_s_own(story, cast, over_http, live_server, browser, page_of):
    story.picture()
    story.published()
    clock.set_to(NOW)  # the round is open
    window = browser.new_context(viewport=MODEST, locale="da-DK")
    page = window.new_page()
    said, found = listen(page), []
    page.goto(f"{live_server.url}/resultater/")
    found += faults(page)
    page.get_by_label("Tema").select_option("Affald og genanvendelse (1)")
    page.get_by_role("button", name="Vis projekter").click()
    page.get_by_role("link", name="Spand ved døren").click()
    expect(page.get_by_role("img", name="En spand ved en dør")).to_be_visible()
    found += faults(page)
    page.get_by_role("link", name="2.440 kg/år").click()
    expect(page.get_by_text("Tallet er målt")).to_be_visible()
    found += faults(page)
    page.goto(f"{live_server.url}/resultater/tal/recycled/")
    found += faults(page)
    page.get_by_role("link", name="Spand ved døren").click()
    assert (window.cookies(), said, found) == ([], [], [])
    page.get_by_role("link", name="Gør det samme").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log ind")
    way = page.url.partition("next=")[2]
    window.close()

    own = page_of(cast["olga"], way.replace("%3A", ":"))
    own.get_by_role("button", name="Begynd ansøgningen").click()
    expect(own.get_by_label("Projektets titel")).to_have_value("Spand ved døren")
    assert Application.objects.get(follows=story.case).unit.name == "Åmosens Skole"
    assert own.said == []
