"""What machines may fetch: the grants by the 360Giving standard, what is never in them, the catalogue, the API."""

import csv
import io
import json
import re
import socket

import flattentool
import httpx
import pytest
from common_grants_sdk.client import Auth, Client, Config
from common_grants_sdk.client.exceptions import APIError
from common_grants_sdk.schemas.pydantic.responses import AwardResponse, AwardsListResponse
from common_grants_sdk.schemas.pydantic.responses.opportunity import OpportunitiesListResponse, OpportunityResponse
from django.db import connection
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate as validate_openapi
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from applications import going_public, results
from applications.models import AgendaItem, Application, Effect, Result
from applications.rehearsal import Rehearsal, moment
from applications.rehearsal_projects import Aftermath
from applications.states import State
from climate.register import import_factors
from journal import clock
from people.models import Person, Unit
from publishing.open_data import catalogue, datasets, grants, identity, stories, threesixty
from publishing.open_data.paging import in_pages
from tests.replay import replayed

pytestmark = pytest.mark.django_db
SCHEMAS = threesixty.SCHEMA.parent
NEUTRAL = "Tilskud fra bæredygtighedspuljen"
FILES = [f"/data/{each.slug}{form.end}" for each in datasets.DATASETS for form in datasets.FORMS]
API = "/api/v1"
HOSTILE = {"title": "=cmd|' /C calc'!A0", "short_description": '+1;"2",\n\t💚 ÆØÅ ' + "x" * 180}


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Nothing in this file may reach for anybody."""

    def refuse(*args, **kwargs):
        raise AssertionError(f"reached for the network: {args[1:]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def played(db):
    """The given round to its end, and the story of its first project published."""

    def play():
        rehearsal = Rehearsal()
        rehearsal.play()
        Aftermath(rehearsal).play("completed")
        import_factors()
        tell(Application.objects.filter(state=State.COMPLETED).first())

    replayed("open data: the played round", play)
    clock.set_to(moment(Rehearsal().plan["completed"]).replace(hour=20))


def tell(case):
    """A project's story, from its unit to the public."""
    author, editor = Person.objects.get(email=case.contact_email), Person.objects.get(email__startswith="kamille")
    words = dict.fromkeys(("what", "why", "outcome", "lesson", "advice"), "Vi gjorde det, der stod.")
    words |= {"title": "Det virkede", "lead": "Kort fortalt.", "contact": "Lederen af enheden", "hours": 40}
    results.begin(case.pk, author)
    result = results.write(case.pk, author, seen_revision=1, **words)
    result = results.send(case.pk, author, seen_revision=result.revision)
    leader = Person.objects.get(pk=case.endorsed_by_id)
    if not result.is_seen:
        result = results.see(case.pk, leader, seen_revision=result.revision)
    return going_public.publish(case.pk, editor, seen_revision=result.revision)


def body(client, path, **headers) -> bytes:
    answer = client.get(path, headers=headers)
    assert (answer.status_code, dict(answer.cookies)) == (200, {}), path
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def package(client) -> dict:
    return json.loads(body(client, "/data/360giving.json"))


def rows_of(client, path) -> list[dict]:
    delimiter = ";" if "excel" in path else ","
    return list(csv.DictReader(io.StringIO(body(client, path).decode("utf-8-sig"), newline=""), delimiter=delimiter))


# ── the grants ──────────────────────────────────────────────────────────────────────────────────────────────────────


def faults(document: dict) -> list[str]:
    """The draft is chosen here: what the schema files call their draft is no name that a library knows."""
    read = [json.loads((SCHEMAS / f"360-giving-{name}.json").read_text("utf-8")) for name in ("schema", "package-schema")]
    grant = DRAFT202012.create_resource(read[0])
    known = Registry().with_resource(read[1]["properties"]["grants"]["items"]["$ref"], grant)
    check = Draft202012Validator(read[1], registry=known, format_checker=FormatChecker())
    return [f"{list(error.path)}: {error.message}" for error in check.iter_errors(document)]


def unknown_keys(value, schema: dict, whole: dict, path="") -> list[str]:
    while "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        return [key for each in value for key in unknown_keys(each, schema["items"], whole, path)]
    if not isinstance(value, dict):
        return []
    known = schema["properties"]
    lost = [f"{path}/{key}" for key in value if key not in known]
    return lost + [k for key in value if key in known for k in unknown_keys(value[key], known[key], whole, f"{path}/{key}")]


@pytest.mark.both
def test_the_played_round_is_nine_grants_of_520_000_kroner_that_the_standard_takes(played, client):
    document = package(client)
    found = document["grants"]
    assert (len(found), sum(each["amountAwarded"] for each in found)) == (9, 520_000)
    assert sum(each["amountDisbursed"] for each in found) == 512_750
    assert faults(document) == []
    schema = json.loads(threesixty.SCHEMA.read_text("utf-8"))
    assert [key for each in found for key in unknown_keys(each, schema, schema)] == []
    assert {key for key in document if key != "grants"} <= json.loads(
        (SCHEMAS / "360-giving-package-schema.json").read_text("utf-8")
    )["properties"].keys()
    assert len({each["id"] for each in found}) == 9
    assert all(re.fullmatch(r"360G-naestved-2026-\d{3}", each["id"]) for each in found)
    assert {each["fundingOrganization"][0]["id"] for each in found} == {"DK-CVR-29189625"}
    assert {each["beneficiaryLocation"][0]["geoCode"] for each in found} == {"0370"}
    told = next(each for each in found if "url" in each)
    assert (told["title"], told["description"]) == ("Det virkede", "Kort fortalt.")


def test_the_checks_would_see_what_the_standard_does_not_take(played, client):
    document = package(client)
    schema = json.loads(threesixty.SCHEMA.read_text("utf-8"))
    first = document["grants"][0]
    first["recipientOrganization"][0]["centre"] = "x"
    assert unknown_keys(first, schema, schema) == ["/recipientOrganization/centre"]
    first["awardDate"], first["dateModified"] = "17. marts 2026", "i går"
    assert len(faults(document)) == 2
    with pytest.raises(AssertionError, match="network"):
        socket.create_connection(("127.0.0.1", 9), timeout=1)


def unflattened(folder, out) -> list[dict]:
    flattentool.unflatten(
        str(folder), input_format="csv", root_list_path="grants", root_id="", output_name=str(out),
        schema=str(threesixty.SCHEMA), convert_titles=True,
    )  # fmt: skip
    return json.loads(out.read_text("utf-8"))["grants"]


@pytest.mark.filterwarnings("ignore::flattentool.exceptions.FlattenToolWarning")  # of titles that the schema lacks
def test_a_round_trip_through_flattentool_and_our_own_csv_give_the_same_grants(played, client, tmp_path):
    document = package(client)
    source, flat, ours = tmp_path / "all.json", tmp_path / "flat", tmp_path / "ours"
    source.write_text(json.dumps(document), encoding="utf-8")
    flattentool.flatten(
        str(source), schema=str(threesixty.SCHEMA), root_list_path="grants", root_id="", main_sheet_name="grants",
        output_format="csv", output_name=str(flat), use_titles=True, rollup=False,
    )  # fmt: skip
    assert unflattened(flat, tmp_path / "again.json") == document["grants"]
    ours.mkdir()
    written = body(client, "/data/360giving.csv")
    (ours / "grants.csv").write_bytes(written)
    assert not written.startswith(b"\xef\xbb\xbf")
    assert unflattened(ours, tmp_path / "own.json") == document["grants"]


def test_hostile_text_stands_in_json_as_it_is_and_is_no_formula_in_csv(played, client):
    case = Application.objects.filter(state=State.COMPLETED).last()
    Application.objects.filter(pk=case.pk).update(**HOSTILE)
    document, number = package(client), identity.grant_id(case.number)
    said = next(each for each in document["grants"] if each["id"] == number)
    assert (said["title"], said["description"]) == (HOSTILE["title"], HOSTILE["short_description"])
    assert faults(document) == []
    for path in ("/data/360giving.csv", "/data/360giving-excel.csv"):
        row = next(each for each in rows_of(client, path) if each["Identifier"] == number)
        assert (row["Title"], row["Description"]) == (f"'{HOSTILE['title']}", f"'{HOSTILE['short_description']}")


def test_amounts_are_exact_to_the_ore(played, client):
    Application.objects.filter(state=State.COMPLETED).update(amount_sought=10**13, granted_amount=9_999_999_999_999)
    assert b'"amountAwarded":99999999999.99,' in body(client, "/data/360giving.json")
    row = rows_of(client, "/data/360giving-excel.csv")[0]
    assert row["Amount Awarded"] == "99999999999,99"
    money = client.get(f"{API}/common-grants/awards").json()["items"][0]["funding"]["awardedAmount"]
    assert money == {"amount": "99999999999.99", "currency": "DKK"}


# ── what is not open ────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_person_and_no_refused_application_is_in_any_file_or_answer(played, client):
    paths = [*FILES, *(path for path in asked(client) if path.startswith("/api/"))]
    everything = "\n".join(body(client, path).decode() for path in paths).casefold()
    refused = Application.objects.filter(state=State.REFUSED)
    people = Person.objects.all()
    secret = [case.title for case in refused] + [case.number for case in refused]
    secret += [person.name for person in people] + [person.email for person in people]
    secret += [text for text in Application.objects.values_list("recommended_reason", flat=True) if text]
    assert len(secret) > 60
    assert [text for text in secret if text.casefold() in everything] == []


def words_of(client, case) -> tuple[str, str]:
    found = [each for each in package(client)["grants"] if each["id"] == identity.grant_id(case.number)]
    return (found[0]["title"], found[0]["description"]) if found else ("", "")


def test_words_are_open_when_the_unit_said_yes_and_nothing_speaks_against_it(played, client):
    case = Application.objects.filter(state=State.COMPLETED).last()
    item = AgendaItem.objects.get()
    closed, own = (NEUTRAL, str(grants.NOT_OPEN)), (case.title, case.short_description)
    author = Person.objects.get(email=case.contact_email)

    def change(**facts):
        Application.objects.filter(pk=case.pk).update(**facts)
        return words_of(client, case)

    assert words_of(client, case) == own
    for text in (
        "Ring 55 88 55 88",
        "skriv til a@b.dk",
        f"Spørg {author.name.upper()}",
        f"{author.name.split()[0]} ved mere",
    ):
        assert change(short_description=text) == closed
    assert change(short_description=own[1], consent_to_publish=None) == closed
    assert change(consent_to_publish=True) == own
    AgendaItem.objects.filter(pk=item.pk).update(is_open=False, closed_reason="§ 10, stk. 2")
    assert words_of(client, case) == closed
    tell(case)
    assert words_of(client, case) == ("Det virkede", "Kort fortalt.")
    AgendaItem.objects.filter(pk=item.pk).update(is_open=True, closed_reason="")
    editor = Person.objects.get(email__startswith="kamille")
    going_public.unpublish(case.pk, editor, reason="Et navn stod i teksten")
    assert words_of(client, case) == closed
    assert change(letter_released_at=None) == ("", "")


def test_a_name_that_is_erased_closes_the_words_that_might_hold_it(played, client):
    """Once nobody knows the name any more, nobody can look for it: title and description stay away."""
    case = Application.objects.filter(state=State.COMPLETED).last()
    name = case.contact_name
    Application.objects.filter(pk=case.pk).update(short_description=f"Spørg {name}")
    for gone in ({"contact_name": ""}, {"contact_name": "En anden Person"}):
        Application.objects.filter(pk=case.pk).update(**gone)
        if gone["contact_name"]:
            Person.objects.filter(name=name).update(name="Tidligere medarbejder", email="slettet-1@slettet.invalid")
        assert name not in body(client, "/data/360giving.json").decode()


def test_without_the_look_for_names_a_name_would_be_out(played, client, monkeypatch):
    case = Application.objects.filter(state=State.COMPLETED).last()
    Application.objects.filter(pk=case.pk).update(short_description=f"Spørg {case.contact_name}")
    assert case.contact_name not in body(client, "/data/360giving.json").decode()
    monkeypatch.setattr(grants, "_names_somebody", lambda said, people: False)
    assert case.contact_name in body(client, "/data/360giving.json").decode()


@pytest.mark.parametrize(
    ("state", "spent", "status"),
    [(State.GRANTED, None, "awarded"), (State.CANCELLED, 5_000, "cancelled"), (State.LAPSED, 0, "custom")],
)
def test_a_grant_stays_with_what_became_of_it(walker, client, state, spent, status):
    case = walker(State.GRANTED if state == State.GRANTED else state)
    if state == State.GRANTED:
        assert package(client)["grants"] == []  # its letter waits for the minutes
        walker.release()
    (said,) = package(client)["grants"]
    assert (said["amountAwarded"], said.get("amountDisbursed")) == (40_000, spent)
    assert said["classifications"][-1]["code"] == state.value
    (award,) = client.get(f"{API}/common-grants/awards").json()["items"]
    assert (award["status"]["value"], award["identifiers"]["otherIds"]["awd:dk:360giving"]["id"]) == (
        status,
        identity.grant_id(case.number),
    )


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_figures_and_the_list_of_grants_say_the_same(played, client):
    year, round_ = json.loads(body(client, "/data/noegletal.json"))["rows"]
    assert (year["budget"], round_["ramme"], round_["runde"]) == (1_500_000, 520_000, Rehearsal().plan["name"])
    for row in (year, round_):
        assert (row["bevilget"], row["brugt"], row["tilbage"]) == (520_000, 512_750, 7_250)
        assert (row["ansoegninger"], row["tilskud"], row["afslag"], row["afsluttede"]) == (23, 9, 14, 9)


def test_results_and_recipes_are_those_of_published_projects(played, client):
    result = Result.objects.get()
    effects = json.loads(body(client, "/data/resultater.json"))["rows"]
    assert [(row["indikator"], row["vaerdi"], row["grundlag"]) for row in effects] == [
        (each["indicator"], each["value"], each["basis"]) for each in result.public["effects"]
    ]
    assert effects and all(body(client, row["bevis"].removeprefix("https://puljen.naestved.example")) for row in effects)
    (recipe,) = json.loads(body(client, "/data/opskrifter.json"))["rows"]
    assert (recipe["titel"], recipe["timer"], recipe["fulgt_af"]) == ("Det virkede", 40, 0)
    assert recipe["pris"] * 100 == result.public["spent"]
    follower = Application.objects.filter(state=State.REFUSED).first()
    Application.objects.filter(pk=follower.pk).update(follows=result.pk)
    assert json.loads(body(client, "/data/opskrifter.json"))["rows"][0]["fulgt_af"] == 1


def test_a_calculated_number_names_its_sources_and_their_licence_once():
    factor = {"name": "Stol", "source": "FIRA 2011", "licence": "CC BY 4.0"}
    assert stories.sources({"calculation": {"factors": [factor, factor | {"name": "Bord"}]}}) == ["FIRA 2011 (CC BY 4.0)"]
    assert stories.sources({"calculation": None}) == []


def test_each_dataset_says_the_same_in_all_its_forms_and_every_column_is_in_the_dictionary(played, client):
    dictionary = body(client, "/data/ordbog/").decode()
    front = body(client, "/data/").decode()
    for dataset in datasets.DATASETS:
        plain, danish = (rows_of(client, f"/data/{dataset.slug}{end}") for end in (".csv", "-excel.csv"))
        assert plain and len(plain) == len(danish)
        assert all(f"/data/{dataset.slug}{form.end}" in front for form in datasets.FORMS)
        if not dataset.is_standard:
            whole = json.loads(body(client, f"/data/{dataset.slug}.json"))["rows"]
            assert [list(row) for row in whole] == [[column.name for column in dataset.columns]] * len(plain)
            assert [str(row[dataset.columns[0].name]) for row in whole] == [row[dataset.columns[0].name] for row in plain]
            assert all(f">{column.name}</th>" in dictionary for column in dataset.columns)
    assert threesixty.title_of("recipientOrganization/0/id") == "Recipient Org:0:Identifier"
    assert "Recipient Org:0:Identifier" in dictionary


def test_the_number_of_questions_to_the_database_does_not_grow_with_the_grants(played, client, django_assert_num_queries):
    few = list(Application.objects.filter(state=State.COMPLETED).values_list("pk", flat=True)[:2])
    with django_assert_num_queries(5):
        assert len(list(grants.read(grants.open_grants().filter(pk__in=few)))) == 2
    with django_assert_num_queries(5):
        assert len(list(grants.read(grants.open_grants()))) == 9


def test_who_holds_the_same_facts_is_told_so_and_who_holds_older_ones_gets_the_new(played, client):
    for path in ("/data/360giving.json", "/data/noegletal.csv", f"{API}/common-grants/awards", "/data/katalog.ttl"):
        first = client.get(path)
        again = client.get(path, headers={"if-none-match": f"W/{first.headers['ETag']}"})
        assert (again.status_code, again.headers["ETag"]) == (304, first.headers["ETag"])
        assert first.headers["Access-Control-Allow-Origin"] == "*"
        assert (first.headers["Cache-Control"], first.headers.get("Vary")) == ("public, max-age=60", None)
    held = client.get("/data/360giving.json").headers["ETag"]
    editor = Person.objects.get(email__startswith="kamille")
    going_public.unpublish(Result.objects.get().pk, editor, reason="Fejl i tallene")
    fresh = client.get("/data/360giving.json", headers={"if-none-match": held})
    assert (fresh.status_code, b"Det virkede" in b"".join(fresh.streaming_content)) == (200, False)


# ── the catalogue ───────────────────────────────────────────────────────────────────────────────────────────────────

TRIPLE = re.compile(r'<[^<>"\s]+> <[^<>"\s]+> (<[^<>"\s]+>|"([^"\\\n]|\\["\\ntr])*"(@da)?) \.')


def test_the_catalogue_is_the_same_in_both_forms_and_each_of_its_addresses_answers(played, client):
    graph = json.loads(body(client, "/data/katalog.jsonld"))["@graph"]
    turtle = body(client, "/data/katalog.ttl").decode().splitlines()
    assert [line for line in turtle if not TRIPLE.fullmatch(line)] == []
    said = sum(len(value) if isinstance(value, list) else 1 for node in graph for key, value in node.items() if key != "@id")
    assert said == len(turtle) == len(catalogue.triples())
    kinds = [node["@type"] for node in graph]
    many = [kinds.count(f"dcat:{kind}") for kind in ("Catalog", "Dataset", "Distribution", "DataService")]
    assert many == [1, 4, 12, 1]
    for node in graph:
        if node["@type"] == "dcat:Distribution":
            assert {"dcat:accessURL", "dcat:downloadURL", "dcat:mediaType", "dct:license"} <= node.keys()
        if node["@type"] == "dcat:Dataset":
            assert {"dct:publisher", "dcat:contactPoint", "dct:accrualPeriodicity", "dct:title"} <= node.keys()
    nodes = {node["@id"] for node in graph}
    links = {
        each["@id"]
        for node in graph
        for value in node.values()
        for each in value
        if isinstance(each, dict) and "@id" in each
    }
    ours = {link for link in links - nodes if link.startswith("https://puljen.naestved.example")}
    assert len(ours) == 19
    assert all(body(client, link.removeprefix("https://puljen.naestved.example")) for link in ours)


# ── the API ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def asked(client) -> dict[str, dict]:
    """{address: the shape it promises} of every path in the description, ids filled in from its list."""
    description = client.get(f"{API}/openapi.json").json()
    found = {}
    for path, item in description["paths"].items():
        shape = item["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        if path.endswith("/{id}"):
            some = client.get(API + path.removesuffix("/{id}")).json()["items"][0]["id"]
            found[API + path.replace("{id}", some)] = shape
        else:
            found[API + path] = shape
    return found


def test_the_description_is_openapi_and_every_path_in_it_answers_as_it_says(played, client):
    description = client.get(f"{API}/openapi.json").json()
    validate_openapi(description)
    found = asked(client)
    assert len(found) == len(description["paths"]) == 8
    for path, shape in found.items():
        answer = client.get(path)
        assert answer.headers["Content-Type"] == "application/json"
        whole = {"components": description["components"], **shape}
        assert [error.message for error in Draft202012Validator(whole).iter_errors(answer.json())] == [], path
    project = next(path for path in found if "/projects/" in path)
    known = description["components"]["schemas"]["Project"]["properties"]
    assert client.get(project).json()["data"].keys() <= known.keys()
    page = body(client, f"{API}/").decode()
    assert all(path.split("/{")[0] in page for path in description["paths"]) and "<script>" not in page


@pytest.mark.both
def test_common_grants_accepts_the_rounds_and_the_grants(played, client):
    models = {
        "opportunities": (OpportunitiesListResponse, OpportunityResponse), "awards": (AwardsListResponse, AwardResponse),
    }  # fmt: skip
    for name, (many, one) in models.items():
        listed = many.model_validate(client.get(f"{API}/common-grants/{name}").json())
        each = one.model_validate(client.get(f"{API}/common-grants/{name}/{listed.items[0].id}").json())
        assert each.data.id == listed.items[0].id
    stranger = Client(
        Config(base_url=f"https://puljen.naestved.example{API}", api_key="none", page_size=2), Auth.api_key("-")
    )

    def carried(request: httpx.Request) -> httpx.Response:
        answer = client.get(request.url.raw_path.decode(), headers=dict(request.headers) | {"host": "testserver"})
        return httpx.Response(answer.status_code, headers=dict(answer.headers), content=answer.content)

    stranger.http = httpx.Client(transport=httpx.MockTransport(carried))
    awards = stranger.awards.list()
    assert (len(awards.items), awards.errors) == (9, [])
    assert sum(float(each.funding.awarded_amount.amount) for each in awards.items) == 520_000
    (round_,) = stranger.opportunities.list().items
    assert (round_.status.value, round_.funding.total_amount_available.amount) == ("closed", "520000.00")
    assert len(stranger.opportunities.get(round_.id).awards) == 9
    with pytest.raises(APIError, match=r"404: Det findes ikke\."):
        stranger.awards.get("x")


def test_a_round_is_forecast_then_open_then_closed_by_the_clock(open_round, client):
    for at, status in ((open_round.opens, "open"), (open_round.deadline, "closed")):
        clock.set_to(at)
        path = f"{API}/common-grants/opportunities"
        assert [each["status"]["value"] for each in client.get(f"{path}?status={status}&year=2026").json()["items"]] == [
            status
        ]
        others = {"open", "closed", "forecasted"} - {status}
        assert [client.get(f"{path}?status={other}").json()["items"] for other in others] == [[], []]
    type(open_round).objects.filter(pk=open_round.pk).update(announced_at=None)
    assert client.get(f"{API}/common-grants/opportunities?page=1").json()["items"] == []


def test_pages_never_skip_and_never_double(played, client):
    for name in ("common-grants/awards", "factors", "indicators"):
        large = [client.get(f"{API}/{name}?pageSize=100&page={page}").json() for page in (1, 2)]
        whole, total = large[0]["items"] + large[1]["items"], large[0]["paginationInfo"]["totalItems"]
        pages = [client.get(f"{API}/{name}?pageSize=4&page={page}").json() for page in range(1, -(-total // 4) + 2)]
        assert [item for page in pages for item in page["items"]] == whole
        assert (len(whole), pages[0]["paginationInfo"]["totalPages"], pages[-1]["items"]) == (total, -(-total // 4), [])
    assert client.get(f"{API}/indicators").json()["paginationInfo"]["totalItems"] == len(Effect.Indicator.values)


def test_filters_find_what_they_name(played, client):
    path = f"{API}/common-grants/awards"
    every = client.get(path).json()["items"]
    centres = {item["recipientOrganizations"]["otherOrgs"]["centre"]["id"] for item in every}
    by_centre = [client.get(f"{path}?centre={centre}").json()["paginationInfo"]["totalItems"] for centre in centres]
    assert len(centres) > 1 and sum(by_centre) == 9
    with_waste = [case for case in Application.objects.filter(state=State.COMPLETED) if "waste" in case.themes]
    assert client.get(f"{path}?theme=waste&year=2026").json()["paginationInfo"]["totalItems"] == len(with_waste) > 0
    assert client.get(f"{path}?year=2025").json()["items"] == []
    theme, unit = Result.objects.get().public["themes"][0], Result.objects.get().public["centre"]["id"]
    centre = identity.uuid_of("organization", unit)
    assert len(client.get(f"{API}/projects?year=2026&theme={theme}&centre={centre}").json()["items"]) == 1
    assert client.get(f"{API}/projects?year=2025").json()["items"] == []


def test_a_refusal_is_a_problem_that_names_each_fault(played, client):
    unit = identity.uuid_of("organization", Unit.objects.exclude(kind="centre").first().pk)
    answer = client.get(f"{API}/projects?page=0&pageSize=101&year=to&theme=ost&centre={unit}&status=måske")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [
        "page", "pageSize", "year", "theme", "centre", "status",
    ]  # fmt: skip
    refused = Application.objects.filter(state=State.REFUSED).first()
    for path in (f"awards/{identity.uuid_of('award', refused.pk)}", "awards/2026-001", "opportunities/x", "nowhere"):
        answer = client.get(f"{API}/common-grants/{path}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    answer = client.post(f"{API}/projects")
    assert (answer.status_code, answer.headers["Allow"], answer.json()["status"]) == (405, "GET, HEAD", 405)


def test_an_id_can_be_read_back_and_no_other_text_is_one():
    for kind in identity.KINDS:
        made = identity.uuid_of(kind, 20_000)
        assert (made.version, made.variant, identity.row_of(kind, str(made))) == (8, "specified in RFC 4122", 20_000)
    assert identity.row_of("award", str(identity.uuid_of("project", 7))) is None
    assert [identity.row_of("award", text) for text in ("", "7", "x" * 36)] == [None] * 3


def test_who_goes_away_in_the_middle_leaves_no_cursor_open(played):
    """An abandoned answer that is tidied up within another question would wait for itself for ever."""
    begun = [iter(grants.read(grants.open_grants())), iter(in_pages(grants.open_grants(), "number"))]
    assert [bool(next(each)) for each in begun] == [True, True]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_cursors")
            assert cursor.fetchone() == (0,)
        left = iter(grants.open_grants().iterator(chunk_size=2))
        next(left)
        with connection.cursor() as cursor:  # the twin: the usual way leaves one
            cursor.execute("SELECT count(*) FROM pg_cursors")
            assert cursor.fetchone() == (1,)
        left.close()
