"""What every test has: the cast."""

pytest_plugins = ["tests.cast"]
