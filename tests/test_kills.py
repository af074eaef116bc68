"""Row 4 in the gate: twenty kills while people work, and nothing is lost or done twice. The many: tests/hard/kills.py."""

from random import Random

import pytest

from tests.hard.driver import Asked, explains
from tests.hard.nemesis import LIGHT, play, shuffled

pytest_plugins = ["tests.hard.world"]
SEED = 2026


@pytest.mark.django_db(transaction=True)
def test_twenty_kills_lose_nothing_and_do_nothing_twice(house, played, cast):
    rig, kinds = house(), shuffled(LIGHT, Random(SEED)) * 9  # a point may wait for somebody who does not come
    nemesis, drivers, wrong = play(rig, cast, played, ["broker", *kinds], SEED, enough=20)
    assert (wrong, nemesis.kills.total()) == ([], 20)
    assert drivers.answered > 20


@pytest.mark.parametrize(
    ("asked", "happened", "well"),
    [
        ([("a", 302), ("b", 302)], "ab", True),
        ([("a", 302), ("b", 302)], "a", False),  # an answered step that is gone
        ([("a", 302)], "aa", False),  # done twice
        ([("a", None)], "", True),  # cut off before the commit
        ([("a", None)], "a", True),  # or after it
        ([("a", None)], "aa", False),
        ([("a", None), ("a", 302)], "a", True),  # pressed again, answered as done already
        ([("a", 409)], "a", False),  # refused, and yet it happened
        ([("a", 409), ("b", 302)], "b", True),
        ([], "a", False),  # nobody asked
    ],
)
def test_the_books_see_what_was_lost_or_done_twice(asked, happened, well):
    """The rig's own teeth: how requests and events are compared."""
    assert explains([Asked(step, status) for step, status in asked], list(happened)) is well
