"""Published projects, what they gave in all, and the factors that numbers rest on, as the API tells them.

A project is the frozen words of its public page. Sums are the public site's own: each basis for itself, families of CO2e
apart.
"""

from applications.models import Effect, Result
from climate.models import Factor
from people.models import Unit
from publishing import figures
from publishing.listing import published
from publishing.open_data import identity, stories
from publishing.open_data.api.asking import Question, Unknown, in_pages, without_empty
from publishing.open_data.api.common_grants import money
from publishing.open_data.threesixty import moment

AS_WRITTEN = ("number", "title", "lead", "what", "why", "outcome", "lesson", "advice", "contact", "hours", "year")
MORE = ("themes", "sdgs", "starts", "ends", "beneficiaries", "activities")
OF_EFFECT = ("indicator", "value", "unit", "low", "high", "basis", "baseline", "method", "family", "lifetime")


def projects(question: Question) -> dict:
    rows = published()
    for facet, value in (("year", question.year), ("theme", question.theme), ("centre", _row(question.centre))):
        if value:
            rows = rows.filter(facets__contains=f"|{facet}:{value}|")
    followed = stories.units_that_followed()
    return in_pages([_project(each, followed) for each in rows[question.rows]], rows.count(), question)


def project(text: str) -> dict:
    found = published().filter(pk=identity.row_of("project", text)).first()
    if found is None:
        raise Unknown
    return {"data": _project(found, stories.units_that_followed())}


def _row(unit: Unit | None) -> int | None:
    return unit.pk if unit else None


def _project(result: Result, followed: dict[str, int]) -> dict:
    public, page = result.public, f"/resultater/{result.slug}/"
    place = public["place"]
    said = {name: public[name] for name in (*AS_WRITTEN, *MORE)}
    said |= {
        "id": str(identity.uuid_of("project", result.pk)),
        "awardId": str(identity.uuid_of("award", result.pk)),
        "unit": _organization(public["unit"]),
        "centre": _organization(public["centre"]),
        "place": {"longitude": place[0], "latitude": place[1]} if place else None,
        "awardedAmount": money(public["granted"]),
        "spentAmount": money(public["spent"]),
        "effects": [_effect(each, page, number) for number, each in enumerate(public["effects"], 1)],
        "page": identity.address(page),
        "publishedAt": moment(result.published_at),
        "lastModifiedAt": moment(result.updated_at),
    }
    return without_empty(said) | {"isDone": public["is_done"], "followedBy": followed.get(public["number"], 0)}


def _organization(named: dict) -> dict:
    return {"id": str(identity.uuid_of("organization", named["id"])), "name": named["name"]}


def _effect(effect: dict, page: str, place: int) -> dict:
    said = {name: effect[name] for name in OF_EFFECT}
    counts_in = None if effect["counts_in"] is None else effect["counts_in"] + 1
    said |= {"sources": stories.sources(effect), "countsIn": counts_in, "evidence": identity.address(f"{page}tal/{place}/")}
    return without_empty(said)


def indicators(question: Question) -> dict:
    """Every indicator with its sums; a sum is never across its parts."""
    found = figures.figures().effects
    items = [
        {"code": code, "title": str(label), "lines": [_line(line) for line in found.of(code)]}
        for code, label in Effect.Indicator.choices
    ]
    return in_pages(items[question.rows], len(items), question)


def _line(line) -> dict:
    parts = [
        {
            "basis": part.basis,
            "value": str(part.value),
            "low": str(part.low),
            "high": str(part.high),
            "count": part.count,
        }
        for part in line.parts
    ]
    return without_empty({"unit": line.unit, "family": line.family, "title": line.name, "parts": parts})


def factors(question: Question) -> dict:
    """The factors in use, each with its source and licence."""
    rows = Factor.objects.filter(valid_to=None).select_related("source").order_by("key")
    if question.year is not None:
        rows = rows.filter(year=question.year)
    return in_pages([_factor(each) for each in rows[question.rows]], rows.count(), question)


def _factor(factor: Factor) -> dict:
    said = {name: getattr(factor, name) for name in ("key", "family", "unit", "year", "boundary", "caveat")}
    numbers = {name: format(getattr(factor, name).normalize(), "f") for name in ("value", "low", "high")}
    source = {name: getattr(factor.source, name) for name in ("title", "publisher", "licence", "year", "caveat")}
    dates = {"validFrom": factor.valid_from.isoformat()}
    return without_empty({"title": factor.name, **said, **numbers, **dates, "source": without_empty(source)})
