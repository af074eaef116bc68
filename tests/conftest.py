"""What every test has: the cast, and servers for those who ask. Which tests stay together when two processes share them."""

import pytest
from django.conf import settings

pytest_plugins = ["tests.cast", "tests.stories", "tests.servers", "tests.proof"]


# they open every page, race or start whole pools: no line is covered by them alone, and counting lines doubles their time
WIDE = {"test_permissions.py", "test_hygiene.py", "test_fuzz.py", "test_canaries.py", "test_races.py", "test_kills.py"}


def pytest_configure(config):
    """Two processes share the tests, and files of rows with one key must not meet."""
    if hasattr(config, "workerinput"):
        settings.MEDIA_ROOT /= config.workerinput["workerid"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """A file of the browser starts its pool once, so its tests stay together."""
    for item in items:
        if "browser" in item.path.parts or item.path.name in WIDE:
            item.add_marker(pytest.mark.wide)
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def pytest_terminal_summary(terminalreporter):
    """What a test wants to be read, whether it passed or not: its property «says»."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, words in getattr(report, "user_properties", []):
                if name == "says" and report.when == "teardown":
                    terminalreporter.write_line(f"{report.nodeid.split('::')[-1]}: {words}")
