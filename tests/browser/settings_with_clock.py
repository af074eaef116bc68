"""The product's settings as `make run` has them, and a clock that the test can move (clock_from_file)."""

from config.settings import *  # noqa: F403
from tests.browser import clock_from_file

MIDDLEWARE.insert(0, f"{clock_from_file.__name__}.ClockFromFile")  # noqa: F405
