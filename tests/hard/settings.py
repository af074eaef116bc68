"""The settings of the rig's children: those of the tests, the points at which they can be killed, a guard less if asked."""

import os

from tests.hard import points
from tests.settings import *  # noqa: F403

points.install()
if twin := os.environ.get("RIG_TWIN"):  # a class of tests.hard.twins
    INSTALLED_APPS.append(f"tests.hard.twins.{twin}")  # noqa: F405
