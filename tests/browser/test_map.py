"""A map and charts: by keyboard and on a phone, within the strict content policy; a list when no map comes."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MODEST, PHONE, listen
from tests.browser.test_accessibility import AXE, RULES, RUN_AXE, TOO_WIDE

pytestmark = pytest.mark.django_db(transaction=True)
WATCH = "window.refused = []; document.addEventListener('securitypolicyviolation', (e) => refused.push(e.violatedDirective))"


@pytest.fixture
def map_page(over_http, settings, live_server, browser):
    settings.ROOT_URLCONF = "tests.browser.map_pages"
    opened = []

    def open_page(address="/kort/", **options):
        window = browser.new_context(**({"viewport": MODEST, "locale": "da-DK", "reduced_motion": "reduce"} | options))
        opened.append(window)
        page = window.new_page()
        page.add_init_script(WATCH)
        page.said = listen(page)
        page.goto(live_server.url + address)
        return page

    yield open_page
    for window in opened:
        window.close()


def town(page):
    return page.get_by_role("button", name="2 projekter")


@pytest.mark.parametrize("size", [MODEST, PHONE])
def test_a_map_comes_within_the_content_policy(map_page, size):
    page = map_page(viewport=size, has_touch=size is PHONE)
    expect(town(page)).to_have_text("2")
    expect(page.get_by_role("button", name="Solceller på havnen")).to_be_visible()
    expect(page.locator(".leaflet-marker-icon")).to_have_count(2)  # who has no place is in the list alone
    expect(page.locator("path.map-outline")).to_be_visible()
    expect(page.locator(".map-part")).to_contain_text("Kort: Geodatastyrelsen og danske kommuner, 2014")
    town(page).click()
    expect(page.get_by_role("dialog", name="2 projekter").get_by_role("listitem")).to_have_count(2)
    drawing = page.get_by_role("img", name=re.compile("^Søjlediagram: Sparet CO2e"))
    expect(drawing).to_be_visible()
    expect(page.get_by_role("table", name="Sparet CO2e").get_by_role("row")).to_have_count(4)
    assert drawing.locator("text").first.evaluate("text => getComputedStyle(text).fontFamily").startswith('"IBM Plex Sans"')
    page.evaluate(AXE)
    assert page.evaluate(RUN_AXE, RULES) == []
    assert page.evaluate(TOO_WIDE) == ""
    assert page.evaluate("refused") == []
    assert page.said == []
    page.evaluate("document.body.setAttribute('style', 'color: red')")  # the ears that heard nothing do hear
    page.wait_for_function("refused.length > 0")
    assert page.evaluate("refused") == ["style-src-attr"]


def test_a_map_is_used_by_key(map_page):
    page = map_page()
    town(page).focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("dialog", name="2 projekter")
    expect(box.get_by_role("link", name="Madspild på Grønnegade")).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(town(page)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/om/")


def test_a_place_is_text_and_its_link_stays_here(map_page):
    page = map_page()
    town(page).click()
    hostile = page.get_by_role("dialog").get_by_role("listitem").filter(has_text="onerror")
    expect(hostile).to_have_text(re.compile(re.escape("<img src=x onerror=alert(1)> & co")))
    expect(hostile.get_by_role("link")).to_have_count(0)
    expect(page.get_by_role("dialog").locator("img")).to_have_count(0)


@pytest.mark.parametrize("options", [{"java_script_enabled": False}, {}])
def test_the_list_stands_when_the_map_cannot_come(map_page, options):
    page = map_page("/kort/?steder=/ingen-steder.geojson", **options)
    expect(page.get_by_role("main").get_by_role("listitem").first).to_have_text("Madspild på Grønnegade")
    expect(page.locator("[data-map-canvas]")).to_be_hidden()
    if not options:
        expect(page.get_by_text("Kortet kunne ikke hentes. Listen viser det samme.")).to_be_visible()
