"""Grants in the 360Giving Data Standard 1.4: a package as JSON, and one row per grant under the standard's own titles.

The schema (`schemas/`, with its source) names every key and title; nothing is said that it does not know. Optional keys
without a value are left out. What the standard has no key for is a classification: theme, goal, and the state of the grant.
A description is required: a grant whose words are not open says so.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from applications.goals import GOALS
from applications.states import State
from pool.themes import Theme
from publishing.open_data import identity
from publishing.open_data.grants import NOT_OPEN, Grant, read
from publishing.open_data.paging import in_pages

VERSION = "1.4"
SCHEMA = Path(__file__).parent / "schemas" / "360-giving-schema.json"
# the columns of the flat file before the classifications, each a path in a grant
PATHS = (
    *("id", "title", "description", "currency", "amountAwarded", "amountDisbursed", "awardDate"),
    *("plannedDates/0/startDate", "plannedDates/0/endDate", "actualDates/0/startDate", "actualDates/0/endDate"),
    *("recipientOrganization/0/id", "recipientOrganization/0/name", "recipientOrganization/0/department"),
    *("beneficiaryLocation/0/name", "beneficiaryLocation/0/countryCode", "beneficiaryLocation/0/latitude"),
    *("beneficiaryLocation/0/longitude", "beneficiaryLocation/0/geoCode", "beneficiaryLocation/0/geoCodeType"),
    *("fundingOrganization/0/id", "fundingOrganization/0/name", "fundingOrganization/0/department"),
    *("grantProgramme/0/code", "grantProgramme/0/title", "fromOpenCall", "url", "dateModified", "dataSource"),
)
CLASSIFICATION = ("vocabulary", "code", "title", "url")


class Words:
    """The Danish words that all grants share."""

    def __init__(self):
        with translation.override("da"):
            self.themes = {code: str(label) for code, label in Theme.choices}
            self.goals = {number: str(label) for number, label in GOALS.items()}
            self.states = {code: str(label) for code, label in State.choices}
            self.closed = str(NOT_OPEN)
            self.theme, self.goal, self.state = _("Tema"), _("FN's verdensmål"), _("Tilskuddets tilstand")
            self.title = _("Tilskud fra bæredygtighedspuljen")
            self.about = _("Alle tilskud, der er bevilget, og som enhederne har fået brev om.")
            self.municipality = _("Kommune (Danmarks Statistik)")


def grants(rows: QuerySet) -> Iterator[dict]:
    words = Words()
    return (as_grant(grant, words) for grant in read(rows))


def as_grant(grant: Grant, words: Words) -> dict:
    said = {
        "id": identity.grant_id(grant.number),
        "title": grant.title,
        "description": grant.description or words.closed,
        "currency": "DKK",
        "amountAwarded": kroner(grant.amount),
        "amountDisbursed": None if grant.spent is None else kroner(grant.spent),
        "awardDate": grant.awarded_on.isoformat(),
        "url": identity.address(grant.page) if grant.page else None,
        "plannedDates": _dates(grant.starts, grant.ends),
        "actualDates": _dates(grant.started_on if grant.ended_on else None, grant.ended_on),
        "recipientOrganization": [
            {"id": identity.unit_id(grant.unit.pk), "name": grant.unit.name, "department": grant.centre.name}
        ],
        "beneficiaryLocation": [_place(grant, words)],
        "fundingOrganization": [_given(_funder(grant))],
        "grantProgramme": [
            {"code": identity.round_code(grant.round_row), "title": identity.round_title(grant.round_name, grant.year)},
        ],
        "fromOpenCall": "Yes",
        "classifications": [
            *(_class(words.theme, code, words.themes.get(code, code)) for code in grant.themes),
            *(_class(words.goal, str(goal), words.goals.get(goal, str(goal)), _goal(goal)) for goal in grant.sdgs),
            _class(words.state, grant.state, words.states[grant.state]),
        ],
        "dateModified": moment(grant.modified_at),
        "dataSource": identity.address("/data/"),
    }
    return _given(said)


def kroner(ore: int) -> int | float:
    """A JSON number of kroner. With øre its shortest text is the exact amount, for every amount that the house takes."""
    return ore // 100 if ore % 100 == 0 else ore / 100


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _given(said: dict) -> dict:
    return {key: value for key, value in said.items() if value not in (None, "", [])}


def _dates(first, last) -> list[dict]:
    known = {name: day.isoformat() for name, day in (("startDate", first), ("endDate", last)) if day}
    return [known] if known else []


def _place(grant: Grant, words: Words) -> dict:
    where = {"name": grant.unit.name, "countryCode": "DK"}
    if grant.place:
        where |= {"latitude": float(grant.place[0]), "longitude": float(grant.place[1])}
    return where | {"geoCode": settings.OPEN_DATA["municipality_code"], "geoCodeType": words.municipality}


def _funder(grant: Grant) -> dict:
    return {"id": identity.funder_id(), "name": settings.MUNICIPALITY["name"], "department": grant.decided_by}


def _class(vocabulary: str, code: str, title: str, url: str | None = None) -> dict:
    return _given({"vocabulary": vocabulary, "code": code, "title": title, "url": url})


def _goal(number: int) -> str:
    return f"https://sdgs.un.org/goals/goal{number}"


# ── the package ─────────────────────────────────────────────────────────────────────────────────────────────────────


def package(rows: QuerySet) -> dict:
    """All of the package but its grants."""
    words = Words()
    facts = rows.aggregate(
        released=Max("letter_released_at"), ended=Max("project__ended_at"), told=Max("public_result__updated_at")
    )
    newest = max((at for at in facts.values() if at), default=None)
    said = {
        "version": VERSION,
        "title": words.title,
        "description": words.about,
        "identifier": f"360G-{settings.OPEN_DATA['prefix']}",
        "modified": moment(newest) if newest else None,
        "publisher": {
            "identifier": identity.funder_id(),
            "name": settings.MUNICIPALITY["name"],
            "website": identity.address("/"),
        },
        "downloadURL": identity.address("/data/360giving.json"),
        "accessURL": identity.address("/data/"),
        "license": settings.OPEN_DATA["licence_url"],
    }
    return _given(said)


# ── the flat file ───────────────────────────────────────────────────────────────────────────────────────────────────


def most_classifications(rows: QuerySet) -> int:
    """As many as the grant with the most of them has."""
    codes = in_pages(rows, "themes", "sdgs", size=2000)
    return 1 + max((len(themes) + len(goals) for themes, goals in codes), default=0)


def flat_paths(most: int) -> list[str]:
    """The columns of the flat file."""
    more = [f"classifications/{place}/{key}" for place in range(most) for key in CLASSIFICATION]
    return [*PATHS, *more]


def flat(value, path: str = "") -> Iterator[tuple[str, object]]:
    """(path, value) of everything in a grant."""
    below = value.items() if isinstance(value, dict) else enumerate(value)
    for step, each in below:
        here = f"{path}/{step}" if path else step
        if isinstance(each, dict | list):
            yield from flat(each, here)
        else:
            yield here, each


@cache
def schema() -> dict:
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


@cache
def title_of(path: str) -> str:
    """«Recipient Org:0:Identifier»: the titles of the schema along a path, the places kept."""
    here, titles = schema(), []
    for step in path.split("/"):
        if step.isdigit():
            here = here["items"]
            titles.append(step)
        else:
            here = _resolved(here)["properties"][step]
            titles.append(here.get("title") or _resolved(here)["title"])
    return ":".join(titles)


@cache
def meaning_of(path: str) -> str:
    """What the standard says of a path, in its own English words."""
    here = schema()
    for step in path.split("/"):
        here = here["items"] if step.isdigit() else _resolved(here)["properties"][step]
    return here.get("description") or _resolved(here).get("description", "")


def _resolved(here: dict) -> dict:
    while "$ref" in here:
        here = schema()["$defs"][here["$ref"].rpartition("/")[2]]
    return here
