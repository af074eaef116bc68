"""The catalogue for data portals: DCAT-AP 3 as triples, written as JSON-LD and as Turtle from the same list.

datavejviser.dk and data.europa.eu read it from one address. The Turtle is its N-Triples part: full addresses, one statement
a line, so that every reader takes it. Nothing is fetched to read the JSON-LD: its context stands within.
"""

import json

from django.conf import settings
from django.utils.translation import gettext as _

from publishing.open_data.datasets import DATASETS, FORMS
from publishing.open_data.identity import address

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
EU = "http://publications.europa.eu/resource/authority"
KEYWORDS = ("tilskud", "bæredygtighed", "klima", "kommune")


class Link(str):
    """An address as a value."""


class Plain(str):
    """A text of no language, as a number is; every other text is Danish words."""


def triples() -> list[tuple[str, str, str]]:
    catalogue = address("/data/katalog")
    publisher, contact = f"{catalogue}#udgiver", f"{catalogue}#kontakt"
    shared = [("dct:publisher", Link(publisher)), ("dct:language", Link(f"{EU}/language/DAN"))]
    found = [
        (catalogue, "rdf:type", Link("dcat:Catalog")),
        (catalogue, "dct:title", _("Åbne data fra bæredygtighedspuljen")),
        (catalogue, "dct:description", _("Tilskud, resultater, nøgletal og opskrifter fra kommunens pulje.")),
        (catalogue, "foaf:homepage", Link(address("/data/"))),
        (catalogue, "dct:license", Link(settings.OPEN_DATA["licence_url"])),
        *((catalogue, name, value) for name, value in shared),
        (publisher, "rdf:type", Link("foaf:Agent")),
        (publisher, "foaf:name", settings.MUNICIPALITY["name"]),
        (publisher, "dct:identifier", Plain(settings.OPEN_DATA["organisation"])),
        (contact, "rdf:type", Link("vcard:Organization")),
        (contact, "vcard:fn", f"{settings.MUNICIPALITY['unit']}, {settings.MUNICIPALITY['name']}"),
        (contact, "vcard:hasEmail", Link(f"mailto:{settings.MUNICIPALITY['email']}")),
    ]
    for dataset in DATASETS:
        here = f"{catalogue}#{dataset.slug}"
        found.append((catalogue, "dcat:dataset", Link(here)))
        found += _of_dataset(here, dataset, [*shared, ("dcat:contactPoint", Link(contact))])
    return found + _of_service(catalogue)


def _of_dataset(here: str, dataset, shared: list) -> list[tuple]:
    found = [
        (here, "rdf:type", Link("dcat:Dataset")),
        (here, "dct:title", str(dataset.title)),
        (here, "dct:description", str(dataset.about)),
        (here, "dct:identifier", Plain(here)),
        (here, "dct:accrualPeriodicity", Link(f"{EU}/frequency/UPDATE_CONT")),
        (here, "dcat:theme", Link(f"{EU}/data-theme/ENVI")),
        (here, "dcat:theme", Link(f"{EU}/data-theme/GOVE")),
        (here, "dcat:landingPage", Link(address("/data/"))),
        (here, "foaf:page", Link(f"{address('/data/ordbog/')}#{dataset.slug}")),
        *((here, "dcat:keyword", word) for word in KEYWORDS),
        *((here, name, value) for name, value in shared),
    ]
    if dataset.is_standard:
        found.append((here, "dct:conformsTo", Link("https://standard.threesixtygiving.org/en/latest/")))
    for form in FORMS:
        file = address(f"/data/{dataset.slug}{form.end}")
        found += [
            (here, "dcat:distribution", Link(f"{file}#fil")),
            (f"{file}#fil", "rdf:type", Link("dcat:Distribution")),
            (f"{file}#fil", "dct:title", f"{dataset.title}, {form.label}"),
            (f"{file}#fil", "dcat:accessURL", Link(file)),
            (f"{file}#fil", "dcat:downloadURL", Link(file)),
            (f"{file}#fil", "dcat:mediaType", Link(f"https://www.iana.org/assignments/media-types/{form.media_type}")),
            (f"{file}#fil", "dct:license", Link(settings.OPEN_DATA["licence_url"])),
        ]
    return found


def _of_service(catalogue: str) -> list[tuple]:
    here = f"{catalogue}#api"
    return [
        (catalogue, "dcat:service", Link(here)),
        (here, "rdf:type", Link("dcat:DataService")),
        (here, "dct:title", _("API til bæredygtighedspuljens åbne data")),
        (here, "dcat:endpointURL", Link(address("/api/v1/"))),
        (here, "dcat:endpointDescription", Link(address("/api/v1/openapi.json"))),
        (here, "dct:license", Link(settings.OPEN_DATA["licence_url"])),
        *((here, "dcat:servesDataset", Link(f"{catalogue}#{dataset.slug}")) for dataset in DATASETS),
    ]


def as_turtle() -> str:
    return "".join(f"<{s}> <{_full(p)}> {_turtle(o)} .\n" for s, p, o in triples())


def _turtle(value: str) -> str:
    if isinstance(value, Link):
        return f"<{_full(value)}>"
    written = json.dumps(str(value), ensure_ascii=False)
    return written if isinstance(value, Plain) else f"{written}@da"


def _full(name: str) -> str:
    prefix, _colon, rest = name.partition(":")
    return f"{PREFIXES[prefix]}{rest}" if prefix in PREFIXES else name


def _json(value: str) -> dict | str:
    if isinstance(value, Link):
        return {"@id": value}
    return str(value) if isinstance(value, Plain) else {"@value": value, "@language": "da"}


def as_json_ld() -> str:
    nodes: dict[str, dict] = {}
    for subject, predicate, value in triples():
        node = nodes.setdefault(subject, {"@id": subject})
        if predicate == "rdf:type":
            node["@type"] = value
        else:
            node.setdefault(predicate, []).append(_json(value))
    context = {name: whole for name, whole in PREFIXES.items() if name != "rdf"}
    return json.dumps({"@context": context, "@graph": list(nodes.values())}, ensure_ascii=False, indent=1)
