"""The OpenAPI 3.1 description of the API: every path, what may be asked, and what comes back.

The shapes of opportunities and awards are CommonGrants' own and are told by name with a link; the tests hold them to that
protocol's models.
"""

from django.conf import settings
from django.utils.translation import gettext as _

from publishing.open_data.api.answers import PROBLEM
from publishing.open_data.api.asking import LARGEST_PAGE, PAGE_SIZE, STATUSES

PROTOCOL = "https://commongrants.org/protocol/specification"
MONEY = {"type": "object", "required": ["amount", "currency"], "properties": {"amount": {"type": "string"}}}
UUID = {"type": "string", "format": "uuid"}
TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
TEXTS = {"type": "array", "items": TEXT}
PROBLEMS = {
    "type": "object",
    "required": ["type", "title", "status", "message", "errors"],
    "properties": {
        "type": TEXT, "title": TEXT, "status": NUMBER, "message": TEXT,
        "errors": {"type": "array", "items": {"type": "object", "properties": {"parameter": TEXT, "message": TEXT}}},
    },
}  # fmt: skip


def _object(required: str, **properties: dict) -> dict:
    return {"type": "object", "required": required.split(), "properties": properties}


def _list(item: dict) -> dict:
    return {"type": "array", "items": item}


ORGANIZATION = _object("id name", id=UUID, name=TEXT)
EFFECT = _object(
    "indicator value unit basis evidence",
    indicator=TEXT, value=TEXT, unit=TEXT, low=TEXT, high=TEXT, basis={"enum": ["measured", "calculated", "estimated"]},
    baseline=TEXT, method=TEXT, family=TEXT, lifetime=NUMBER, sources=TEXTS, countsIn=NUMBER, evidence=TEXT,
)  # fmt: skip
SCHEMAS = {
    "Problem": PROBLEMS,
    "Page": _object(
        "page pageSize totalItems totalPages", page=NUMBER, pageSize=NUMBER, totalItems=NUMBER, totalPages=NUMBER
    ),
    "Opportunity": _object(
        "id title status description createdAt lastModifiedAt",
        id=UUID, title=TEXT, status={"type": "object"}, description=TEXT, createdAt=TEXT, lastModifiedAt=TEXT,
    ) | {"externalDocs": {"url": PROTOCOL}},
    "Award": _object(
        "id title status description createdAt lastModifiedAt",
        id=UUID, title=TEXT, status={"type": "object"}, description=TEXT, createdAt=TEXT, lastModifiedAt=TEXT,
    ) | {"externalDocs": {"url": PROTOCOL}},
    "Project": _object(
        "id awardId number title unit centre year effects page isDone followedBy publishedAt lastModifiedAt",
        id=UUID, awardId=UUID, number=TEXT, title=TEXT, lead=TEXT, what=TEXT, why=TEXT, outcome=TEXT, lesson=TEXT,
        advice=TEXT, contact=TEXT, hours=NUMBER, year=NUMBER, themes=TEXTS, sdgs=_list(NUMBER), starts=TEXT, ends=TEXT,
        beneficiaries=NUMBER, activities=TEXTS, unit=ORGANIZATION, centre=ORGANIZATION,
        place=_object("longitude latitude", longitude=TEXT, latitude=TEXT), awardedAmount=MONEY, spentAmount=MONEY,
        effects=_list(EFFECT), page=TEXT, publishedAt=TEXT, lastModifiedAt=TEXT, isDone={"type": "boolean"},
        followedBy=NUMBER,
    ),
    "Indicator": _object(
        "code title lines",
        code=TEXT, title=TEXT,
        lines=_list(_object("unit parts", unit=TEXT, family=TEXT, title=TEXT, parts=_list(_object(
            "basis value low high count", basis=TEXT, value=TEXT, low=TEXT, high=TEXT, count=NUMBER)))),
    ),
    "Factor": _object(
        "key title family value low high unit year validFrom source",
        key=TEXT, title=TEXT, family=TEXT, value=TEXT, low=TEXT, high=TEXT, unit=TEXT, year=NUMBER, boundary=TEXT,
        caveat=TEXT, validFrom=TEXT, source={"type": "object"},
    ),
}  # fmt: skip


def _parameter(name: str, schema: dict, about: str) -> dict:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": about}


def parameters() -> dict[str, dict]:
    return {
        "page": _parameter("page", NUMBER | {"minimum": 1, "default": 1}, _("Side, fra 1.")),
        "pageSize": _parameter(
            "pageSize",
            NUMBER | {"minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE},
            _("Antal på en side, højst %(most)d.") % {"most": LARGEST_PAGE},
        ),
        "year": _parameter("year", NUMBER, _("Puljens år; for faktorer det år, de gælder.")),
        "theme": _parameter("theme", TEXT, _("Kode for et tema.")),
        "centre": _parameter("centre", UUID, _("Id for et center, som det står i et tilskud.")),
        "status": _parameter("status", {"enum": list(STATUSES)}, _("Om runden kommer, er åben eller lukket.")),
    }


def resources() -> list[tuple[str, str, str, str, str]]:
    """(path, shape, filters, what the list is, what one of them is; empty when there is no page of one)."""
    return [
        ("/common-grants/opportunities", "Opportunity", "year status", _("Runder, man kan søge i"), _("En runde")),
        ("/common-grants/awards", "Award", "year theme centre", _("Tilskud"), _("Et tilskud")),
        ("/projects", "Project", "year theme centre", _("Offentliggjorte projekter"), _("Et projekt")),
        ("/indicators", "Indicator", "", _("Virkninger og deres summer"), ""),
        ("/factors", "Factor", "year", _("Klimafaktorer med kilde og licens"), ""),
    ]


def openapi() -> dict:
    paths = {}
    for path, shape, filters, many, one in resources():
        paths[path] = {"get": _get(many, f"list{shape}", _of_list(shape), ["page", "pageSize", *filters.split()])}
        if one:
            paths[f"{path}/{{id}}"] = {"get": _get(one, f"get{shape}", _of_one(shape), [], by_id=True)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _("Bæredygtighedspuljens åbne data"),
            "version": "1.0.0",
            "description": _("Kun læsning. Ingen nøgle, ingen cookies."),
            "license": {"name": settings.OPEN_DATA["licence"], "url": settings.OPEN_DATA["licence_url"]},
            "contact": {"name": settings.MUNICIPALITY["unit"], "email": settings.MUNICIPALITY["email"]},
        },
        "servers": [{"url": f"{settings.HOST_URL}/api/v1"}],
        "paths": paths,
        "components": {"schemas": SCHEMAS, "parameters": parameters()},
    }


def _get(summary: str, name: str, shape: dict, said: list[str], *, by_id: bool = False) -> dict:
    asked = [{"$ref": f"#/components/parameters/{parameter}"} for parameter in said]
    if by_id:
        asked = [{"name": "id", "in": "path", "required": True, "schema": UUID}]
    problem = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    refused, why = ("404", _("Det findes ikke.")) if by_id else ("400", _("Spørgsmålet kan ikke forstås."))
    return {
        "operationId": name,
        "summary": summary,
        "parameters": asked,
        "responses": {
            "200": {"description": summary, "content": {"application/json": {"schema": shape}}},
            refused: {"description": why, "content": problem},
        },
    }


def _of_list(shape: str) -> dict:
    items = _list({"$ref": f"#/components/schemas/{shape}"})
    page = {"$ref": "#/components/schemas/Page"}
    return _object("status message items paginationInfo", status=NUMBER, message=TEXT, items=items, paginationInfo=page)


def _of_one(shape: str) -> dict:
    return _object("status message data", status=NUMBER, message=TEXT, data={"$ref": f"#/components/schemas/{shape}"})
