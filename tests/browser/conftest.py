"""What every test in a browser has: the marker, Danish pages over plain http, and ears for what the browser complains of."""

import os
from pathlib import Path

import pytest

# Playwright keeps a loop in this thread, and Django refuses a database beside a loop; here nothing runs in it
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
HERE = Path(__file__).parent
MODEST = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture
def over_http(settings):
    """The loopback has no https, so the cookies of production would never come back."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "pool-session", "pool-csrf"
    settings.LANGUAGE_COOKIE_NAME, settings.NOTICE_COOKIE_NAME = "pool-language", "pool-notice"
    settings.LANGUAGE_COOKIE_SECURE = False
    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
    settings.SECURE_HSTS_SECONDS = 0


@pytest.fixture
def page_of(over_http, live_server, browser, client_of):
    """`page_of(person, address)`: the page, opened by the person."""
    opened = []

    def open_page(person, address: str, **options):
        window = browser.new_context(**({"viewport": MODEST, "locale": "da-DK"} | options))
        opened.append(window)
        cookie = client_of(person).cookies["pool-session"]
        window.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = window.new_page()
        page.said = listen(page)
        page.goto(live_server.url + address)
        return page

    yield open_page
    for window in opened:
        window.close()


def listen(page) -> list[str]:
    """What the browser says of a page's faults from now on: console, script errors, files that do not come."""
    said = []
    cut = "INTERNET_DISCONNECTED"  # a line that the test itself has cut
    page.on(
        "console",
        lambda line: said.append(line.text) if line.type in ("error", "warning") and cut not in line.text else None,
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    # «aborted» is a page that became a file to keep, or that somebody left
    expected = ("ABORTED", cut)
    page.on("requestfailed", lambda request: request.failure.endswith(expected) or said.append(f"failed {request.url}"))
    page.on("response", lambda answer: said.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    return said
