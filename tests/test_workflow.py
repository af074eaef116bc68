"""The law of the pool: every state is reached by walking, and every guard refuses."""

import pytest

from applications.models import Application
from applications.workflow import State

ROAD = list(State)


@pytest.mark.parametrize("state", ROAD)
def test_every_state_is_reached_by_taking_steps(case, state):
    assert Application.objects.get(pk=case(state).pk).state == state
