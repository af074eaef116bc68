"""Rows 7 and 8: every address × every person × every state, over HTTP, GET and POST, equal to the signed table.

Before a grant there is no project: its addresses are asked for from `granted` on, where there is none yet either.
Of the steps each state meets those that begin there and one that does not; tests/test_door.py asks for every step of
every person in every state.

The table is tests/golden/permissions.txt. A change of who may do what shows there as a difference to be read and signed:
`POOL_SIGN=1 .venv/bin/python -m pytest tests/test_permissions.py` writes it anew. One line holds the answers of one
address in one state: the status, and who got it.
"""

import copy
import os
from collections import defaultdict
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from applications.states import GRANTED_ONCE, State
from journal import clock
from tests.crawl import addresses, facts_about, furnish, routes

GOLDEN = Path(__file__).parent / "golden"
SIGNING = bool(os.environ.get("POOL_SIGN"))
NOT_A_PAGE = {"set_language", "health"}  # health answers 503 when it is red: test_front.py
# the second of a role, and those beside every case: asked in three states, for what they may hangs on no state that these do
# not show; how two of one role differ is held by tests/test_roles.py
SECOND = {"bo", "kurt", "malene", "asger", "otto"}
WHOLE_CAST = {State.DRAFT, State.ON_AGENDA, State.COMPLETED}
pytestmark = pytest.mark.django_db


def test_every_route_says_whom_it_opens_to():
    silent = [route.name for route in routes() if route.need is None]
    assert silent == []
    lines = [f"{route.name} {route.path} {', '.join(sorted(route.need))}" for route in routes()]
    compare("routes.txt", "", lines)


@pytest.mark.parametrize("state", list(State))
def test_each_page_of_a_case_answers_as_signed(walker, cast, state):
    case = furnish(walker, state)
    asked = [route for route in routes() if route.of_case and (state in GRANTED_ONCE or not route.of_project)]
    people = {name: person for name, person in cast.items() if state in WHOLE_CAST or name not in SECOND}
    compare("permissions.txt", f"{state} ", answers(asked, facts_about(case, cast), people, case.revision, state))


def test_each_other_page_answers_as_signed(walker, cast):
    case = furnish(walker, State.ON_AGENDA)
    asked = [route for route in routes() if not route.of_case and route.name not in NOT_A_PAGE]
    found = answers(asked, facts_about(case, cast), cast, case.revision)
    strangers = [line for line in found if line.startswith("GET pool:year: 302") and "frida" in line]
    assert strangers == []  # the last pages are asked by those who were signed in at the first
    compare("permissions.txt", "- ", found)


def answers(asked, facts, cast, revision, state="") -> list[str]:
    """«METHOD address: status who who; status who» for each; whatever a request did is undone."""
    browsers = {name: Client(raise_request_exception=False) for name in ["nobody", *cast]}
    for name, person in cast.items():
        browsers[name].force_login(person, backend="people.backend.PersonBackend")
    lines = []
    for route in asked:
        for label, address in addresses(route, facts, state):
            for method, data in (("get", {}), ("post", {"revision": revision})):
                found = defaultdict(list)
                for name, browser in browsers.items():
                    found[ask(browser, method, address, data)].append(name)
                assert max(found) < 500, (method, label, found)
                said = "; ".join(f"{status} {' '.join(sorted(who))}" for status, who in sorted(found.items()))
                lines.append(f"{method.upper()} {label}: {said}")
    return lines


def ask(browser: Client, method: str, address: str, data: dict) -> int:
    now, cookies = clock.now(), copy.deepcopy(browser.cookies)
    with transaction.atomic():
        status = getattr(browser, method)(address, data).status_code
        transaction.set_rollback(True)
    clock.set_to(now)
    browser.cookies = cookies  # signing out is undone too, or everybody is a stranger from then on
    return status


def compare(name: str, prefix: str, lines: list[str]) -> None:
    """The signed lines that begin with the prefix are these lines; when signing, they become so."""
    path = GOLDEN / name
    signed = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    lines = [f"{prefix}{line}" for line in lines]
    if SIGNING:
        others = [line for line in signed if prefix and not line.startswith(prefix)]
        path.write_text("\n".join(sorted([*others, *lines])) + "\n", encoding="utf-8")
        return
    kept = [line for line in signed if line.startswith(prefix)]
    assert sorted(lines) == kept
