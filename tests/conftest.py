"""What every test has: the cast, and servers for those who ask."""

pytest_plugins = ["tests.cast", "tests.servers"]


def pytest_terminal_summary(terminalreporter):
    """What a test wants to be read, whether it passed or not: its property «says»."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, words in getattr(report, "user_properties", []):
                if name == "says" and report.when == "teardown":
                    terminalreporter.write_line(f"{report.nodeid.split('::')[-1]}: {words}")
