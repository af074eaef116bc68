"""Two administrators on one page of a register: the older is told what changed, overwrites nothing, keeps what was typed."""

import re

import pytest

from journal import chain
from people import committees, persons, stale, units
from people.models import Committee, Person, Unit

UNIT = {"name": "Solstrålen", "kind": "daycare", "users_count": "10", "staff_count": "5"}
BODY = {"name": "Udvalget", "valid_from_day": "1", "valid_from_month": "1", "valid_from_year": "2026", "members": "7"}


def words(response) -> str:
    return response.content.decode()


@pytest.fixture(params=["person", "unit", "committee"])
def register(request, cast, committee):
    """(what is kept, its page, what is typed, how another administrator changes it)."""
    asger = cast["asger"]
    if request.param == "person":
        row = cast["bo"]
        typed = {"name": "Bo Nyt Navn", "email": row.email}
        return row, f"/personer/{row.pk}/rediger/", typed, lambda: persons.amend(fresh(row), by=asger, title="Køkkenleder")
    if request.param == "unit":
        row = Unit.objects.get(name="Børnehuset Solstrålen")
        return row, f"/enheder/{row.pk}/rediger/", UNIT, lambda: units.amend(fresh(row), asger, staff_count=23)
    typed = BODY | {"name": "Nyt navn"}
    return committee, f"/udvalg/{committee.pk}/", typed, lambda: committees.amend(fresh(committee), by=asger, members=9)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


CHANGED = {Person: "Stilling: ikke sat → Køkkenleder", Unit: "Antal ansatte: 22 → 23", Committee: "Antal medlemmer: 7 → 9"}


def test_the_older_page_is_told_and_saves_when_it_is_sent_again(register, cast, client_of):
    row, page, typed, change = register
    office = client_of(cast["asger"])
    seen = re.search(r'name="seen" value="(\d+)"', words(office.get(page)))[1]
    change()
    answer = office.post(page, typed | {"seen": seen})
    assert answer.status_code == 200
    told = words(answer)
    assert "En anden har rettet det samme, siden du åbnede siden." in told and CHANGED[type(row)] in told
    assert f'value="{typed["name"]}"' in told
    assert fresh(row).name == row.name
    again = re.search(r'name="seen" value="(\d+)"', told)[1]
    assert int(again) == stale.shown(row.subject) > int(seen)
    assert office.post(page, typed | {"seen": again}).status_code == 302
    assert fresh(row).name == typed["name"]


@pytest.mark.parametrize("seen", ["", "-1", "x", "٣", "9" * 400, "\x00", "1.0"])
def test_a_number_that_no_page_showed_is_no_page(register, cast, client_of, seen):
    row, page, typed, _change = register
    answer = client_of(cast["asger"]).post(page, typed | {"seen": seen})
    assert answer.status_code == 200 and fresh(row).name == row.name


def test_what_else_happens_to_a_person_makes_no_page_old(cast):
    before = stale.shown(cast["bo"].subject)
    from people import access

    access.invite(cast["bo"], by=cast["asger"])
    assert chain.last_number(cast["bo"].subject) > before == stale.shown(cast["bo"].subject)


def test_without_the_question_the_older_page_would_win(register, cast, client_of, monkeypatch):
    """The twin."""
    row, page, typed, change = register
    change()
    monkeypatch.setattr(stale, "refuse", lambda *_: None)
    assert client_of(cast["asger"]).post(page, typed | {"seen": "0"}).status_code == 302
    assert fresh(row).name == typed["name"]
