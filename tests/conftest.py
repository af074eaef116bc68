"""What every test has: the cast, and servers for those who ask."""

pytest_plugins = ["tests.cast", "tests.servers"]
