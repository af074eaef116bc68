"""The world that the rigs play in: two rounds with cases in every state that people go back and forth between."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from applications import assessing
from applications.states import State
from journal import clock
from journal.models import Message
from tests.cast import Walker, make_round
from tests.hard.house import House
from tests.hard.nemesis import drained


@pytest.fixture
def played(cast, year, committee, settings, tmp_path, proof):
    """Cases of a quick and of an ordinary round, as of two months ago; the clock then runs as the children's does."""
    if connection.vendor == "sqlite":
        pytest.skip("needs servers that can be killed")
    settings.MEDIA_ROOT = tmp_path / "house" / "files"
    began = timezone.now() - timedelta(days=60)
    clock.set_to(began)
    opens, far, near = began - timedelta(days=1), began + timedelta(days=400), began + timedelta(days=2)
    answer = {"answer_by": (far + timedelta(days=9)).date()}
    quick = {"name": "Hurtig", "track": "quick", "delegated_limit": 50_000_00, "deadline": far}
    quick = make_round(cast, year, committee, opens=opens, **quick, **answer)
    closed = make_round(cast, year, committee, opens=opens, name="Lukket", deadline=near, **answer)
    each = range(6 if proof.hard else 2)
    drafts = [walked(cast, quick, State.DRAFT) for _number in each]
    recommended = [walked(cast, round_, State.RECOMMENDED) for round_ in (quick, closed) for _number in each]
    for case in recommended:
        assessing.declare(case.pk, cast["mads"], "none")
    Message.objects.update(sent_at=clock.now())
    clock.set_to(None)
    return drafts + recommended


def walked(cast, round_, state):
    """A case that began when the world did; a walk sets the clock past the round's deadline."""
    with clock.at(clock.now()):
        return Walker(cast, round_)(state)


@pytest.fixture
def house(tmp_path, played):
    """`house(twin, program, kills_postgres)`: the pool as processes, open."""
    opened = []

    def start(twin="", program="tests.hard.tight", kills_postgres=False) -> House:
        opened.append(House(tmp_path / "house", connection.settings_dict, twin, program))
        connection.close()
        if kills_postgres:
            opened[-1].cluster.take_over()
        opened[-1].open()
        drained(opened[-1], 60)  # the worker works
        return opened[-1]

    yield start
    for one in opened:
        one.close()
    connection.close()
