"""The front page for a stranger and for each role, health, accessibility, robots, error pages, headers on every answer."""

import json
import os
import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from lxml import html

from applications.states import State
from config import errors, front
from documents import store
from documents.models import Document
from journal import chain, clock, nudges, outbox
from journal.models import Message
from people.models import Person
from people.roles import Role
from pool import rounds
from pool.models import Round
from tests.cast import make_round
from tests.test_hygiene import HEADERS

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def trusted_broker():
    nudges.wake()
    yield
    nudges.wake()


def words(answer) -> str:
    """The text of the page's main part, spaces made one."""
    main = html.document_fromstring(answer.content.decode()).get_element_by_id("main-content")
    return re.sub(r"\s+", " ", " ".join(main.itertext())).strip()


# ── before signing in ───────────────────────────────────────────────────────────────────────────────────────────────


def test_anybody_reads_what_the_pool_is_and_what_is_open(client, cast, year, committee):
    open_round = make_round(cast, year, committee, introduction="Til grønne idéer.", exclusions="Drift\nForplejning")
    Round.objects.filter(pk=open_round.pk).update(themes=["waste", "food"], maximum_amount=200_000_00)
    text = words(client.get("/"))
    assert "Puljen i 2026 1.500.000 kr. 1.500.000 kr. er endnu ikke fordelt" in text
    assert "Åbne runder nu 1" in text
    assert "Næste frist 16. marts 2026 kl. 10.00" in text
    assert "Runde 1, 2026 Til grønne idéer. Frist 16. marts 2026 kl. 10.00" in text
    assert "I kan søge Mindst 10.000 kr. og højst 200.000 kr. Penge i runden 520.000 kr." in text
    assert f"Temaer {', '.join(Round.objects.get(pk=open_round.pk).theme_labels)}" in text
    assert "Det giver puljen ikke penge til Drift Forplejning" in text
    assert "Svar senest 1. maj 2026 Teknik- og Klimaudvalget beslutter." in text
    assert "Spørg os" in text
    assert "Telefon 5588 5588" in text
    page = html.document_fromstring(client.get("/").content.decode())
    assert [step.text for step in page.iterfind(".//ol[@class='how']/li/strong")] == [
        "Skriv ansøgningen.",
        "Lad jeres leder godkende den.",
        "Svar på spørgsmål.",
        "Få svar.",
    ]


def test_the_front_page_names_nobody(client, open_round, cast, case):
    case(State.SUBMITTED)
    page = client.get("/").content.decode()
    assert [name for name in Person.objects.values_list("name", flat=True) if name in page] == []
    assert case.case.title not in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"minimum_amount": None, "maximum_amount": None}, "I kan søge Både små og store beløb Penge"),
        ({"minimum_amount": None, "maximum_amount": 50_000_00}, "I kan søge Højst 50.000 kr. Penge"),
        ({"maximum_amount": None}, "I kan søge Mindst 10.000 kr. og højst hele rundens 520.000 kr. Penge"),
        (
            {"track": "quick", "delegated_limit": 50_000_00},
            "I kan søge Mindst 10.000 kr. og højst 50.000 kr. Penge",
        ),
    ],
)
def test_smallest_and_largest_amount_in_words(client, cast, year, committee, changes, sentence):
    make_round(cast, year, committee, **changes)
    assert sentence in words(client.get("/"))


def test_a_quick_round_says_that_a_manager_decides(client, quick_round):
    assert "En leder i kommunen afgør ansøgningerne løbende." in words(client.get("/"))


def test_when_none_is_open_the_next_is_named(client, cast, year, committee):
    opens, deadline = clock.now() + timedelta(days=10), clock.now() + timedelta(days=30)
    make_round(cast, year, committee, opens=opens, deadline=deadline)
    text = words(client.get("/"))
    assert "Ingen runde er åben lige nu Runde 1, 2026 Den næste runde åbner 12. marts 2026 kl. 10.00." in text
    assert "Fristen er 1. april 2026 kl. 11.00." in text
    assert "Åbne runder nu" not in text


def test_when_none_is_announced_it_says_so(client, cast, year, committee):
    planned = Round(
        pool_year=year, name="Hemmelig", opens=clock.now(), deadline=clock.now() + timedelta(days=9),
        answer_by=clock.today() + timedelta(days=60), ceiling=1_00, committee=committee,
    )  # fmt: skip
    rounds.save(planned, cast["karen"])
    text = words(client.get("/"))
    assert "Den næste runde er ikke annonceret endnu" in text
    assert "Hemmelig" not in text


def test_an_empty_house_has_a_front_page(client):
    text = words(client.get("/"))
    assert "Puljen i" not in text
    assert "Den næste runde er ikke annonceret endnu" in text


def test_a_stranger_is_shown_the_way_in_and_a_person_is_not(client, client_of, cast):
    def ways(answer):
        links = html.document_fromstring(answer.content.decode()).xpath("//main//a[contains(@class, 'button')]")
        return [(link.text_content().strip(), link.get("href")) for link in links]

    assert ways(client.get("/om/")) == [("Log ind og søg", "/log-ind/")]
    assert ways(client_of(cast["anna"]).get("/om/")) == []


# ── signed in ───────────────────────────────────────────────────────────────────────────────────────────────────────


def tasks(answer) -> list[tuple[str, str, str]]:
    """(title, count, address) of what waits."""
    page = html.document_fromstring(answer.content.decode())
    rows = page.xpath("//main//ul[@class='tasks']/li[span[@class='count']]")
    return [(row.find("a").text, row.find("span").text, row.find("a").get("href")) for row in rows]


def test_each_role_is_led_to_its_work(walker, client_of, cast):
    case = walker(State.AWAITING_ENDORSEMENT)
    assert tasks(client_of(cast["ulla"]).get("/")) == [("Ansøgninger, du skal godkende", "1", case.get_absolute_url())]
    assert "Intet venter på dig lige nu" in words(client_of(cast["anna"]).get("/"))
    walker.take("endorse", "ulla")
    walker.begin()
    declare = f"/ansoegninger/{case.number}/habilitet/"
    assert tasks(client_of(cast["karen"]).get("/")) == [("Erklær din habilitet", "1", declare)]
    assert tasks(client_of(cast["rune"]).get("/")) == [("Erklær din habilitet", "1", declare)]
    assert tasks(client_of(cast["mads"]).get("/")) == []


def test_several_of_a_kind_lead_to_the_list(walker, client_of, cast):
    for _time in range(2):
        walker(State.AWAITING_ENDORSEMENT)
    assert tasks(client_of(cast["ulla"]).get("/")) == [("Ansøgninger, du skal godkende", "2", "/ansoegninger/")]
    for number in walker.round.applications.values_list("number", flat=True):
        walker.case = walker.round.applications.get(number=number)
        walker.take("endorse", "ulla")
    clock.set_to(walker.round.deadline + timedelta(hours=1))
    assert tasks(client_of(cast["karen"]).get("/")) == [
        ("Erklær din habilitet", "2", "/venter-paa-mig/"),
        ("Sager, du kan begynde på", "2", "/venter-paa-mig/"),
    ]


def test_finance_is_led_to_new_grants(walker, client_of, cast):
    case = walker(State.GRANTED)
    assert tasks(client_of(cast["frida"]).get("/")) == [("Nye bevillinger", "1", case.get_absolute_url())]


@pytest.mark.parametrize("role", list(front.DOES))
def test_every_role_is_told_what_it_is_here_for(role, client_of, cast, open_round):
    person = next(p for p in Person.objects.order_by("pk") if role in p.role_codes())
    text = words(client_of(person).get("/"))
    assert f"Hej {person.name}" in text
    assert f"{role.label} {front.DOES[role]}" in text


def test_no_role_that_one_can_be_appointed_to_is_forgotten():
    assert set(front.DOES) == set(Role) - {Role.HEARD_UNIT, Role.SYSTEM}


def test_who_has_no_role_is_told_whom_to_ask(client_of, cast):
    assert "Du har ingen rolle i puljen endnu." in words(client_of(cast["otto"]).get("/"))


def test_a_unit_finds_the_open_round_and_a_consultant_does_not(client_of, cast, open_round):
    sentence = "Søg i Runde 1, 2026 frist 16. marts 2026 kl. 10.00"
    assert sentence in words(client_of(cast["anna"]).get("/"))
    assert sentence not in words(client_of(cast["karen"]).get("/"))


@pytest.mark.parametrize("name", ["anna", "ulla", "karen", "mads", "signe", "frida", "asger", "rasmus", "kamille"])
def test_the_front_asks_few_questions_and_the_same_for_three_cases(name, walker, client_of, cast):
    counts = []
    for cases in (1, 2):
        for _time in range(cases):
            walker(State.AWAITING_ENDORSEMENT if name in ("ulla", "anna") else State.SUBMITTED)
        browser = client_of(cast[name])
        browser.get("/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            browser.get("/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


# ── what every public site must have ────────────────────────────────────────────────────────────────────────────────


def test_the_accessibility_statement_says_what_the_law_asks_for(client):
    text = words(client.get("/was"))
    for sentence in (
        "Den officielle erklæring er ikke lavet endnu",
        "EN 301 549 og WCAG 2.1 på niveau AA",
        "Det ved vi ikke er tilgængeligt",
        "Telefon 5588 5588",
        "E-mail baeredygtighedspuljen@naestved.example",
        "Digitaliseringsstyrelsen fører tilsyn",
    ):
        assert sentence in text


def test_the_official_declaration_is_one_setting_away(client, settings):
    settings.WAS_STATEMENT_URL = "https://was.digst.dk/puljen-naestved-dk"
    answer = client.get("/was")
    assert (answer.status_code, answer.url) == (302, "https://was.digst.dk/puljen-naestved-dk")


def test_robots_security_and_icon(client):
    robots = client.get("/robots.txt").content.decode().splitlines()
    assert robots[0] == "User-agent: *" and "Disallow: /" in robots
    allowed = [line.partition(" ")[2] for line in robots if "Allow" in line]
    assert allowed == ["/resultater/", "/data/", "/om/", "/was", "/static/"]
    assert client.get("/.well-known/security.txt").content.decode() == (
        "Contact: mailto:baeredygtighedspuljen@naestved.example\n"
        "Expires: 2027-03-02T00:00:00Z\nPreferred-Languages: da, en\n"
        "Canonical: https://puljen.naestved.example/.well-known/security.txt\n"
        "Policy: https://puljen.naestved.example/sikkerhed/\n"
    )
    moved = client.get("/security.txt")
    assert (moved.status_code, moved.url) == (301, "/.well-known/security.txt")
    assert "inden for tre arbejdsdage" in client.get("/sikkerhed/").content.decode()
    assert client.get("/favicon.ico").url == "/static/img/leaf.svg"


@pytest.mark.parametrize("path", ["/", "/om/", "/was", "/sundhed/", "/robots.txt", "/favicon.ico"])
def test_nothing_is_posted_to_these_pages(client, path):
    assert client.post(path).status_code == 405


# ── health ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class DeadServer(BaseEmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError("no mail server")


@pytest.fixture
def owed(cast):
    """The house owes Anna one mail and nobody else anything."""
    Message.objects.update(sent_at=clock.now())
    with transaction.atomic():
        event = chain.record("prøve/1", "try", cast["karen"])
        return outbox.owe(event, cast["anna"], "anchor", {"anchor": "1:" + "a" * 64})


def health(client):
    answer = client.get("/sundhed/")
    return answer.status_code, answer.json()


WELL = {"status": "ok", "oldest_owed_seconds": 0}
ALL_WELL = {
    "status": "ok",
    "database": "ok",
    "files": "ok",
    "mails": WELL,
    "links": WELL,
    "documents": WELL,
    "scans": WELL,
    "timetable": {"status": "ok", "last_done_seconds": 0},
}


def test_a_healthy_house(client):
    assert health(client) == (200, ALL_WELL)


def test_a_mail_that_waits_too_long_turns_the_light_red(client, owed):
    clock.set_to(owed.due_at + timedelta(minutes=15))
    assert health(client)[0] == 200
    clock.set_to(owed.due_at + timedelta(minutes=15, seconds=1))
    late = {"status": "late", "oldest_owed_seconds": 901}
    assert health(client) == (503, ALL_WELL | {"status": "late", "mails": late})


def test_a_dead_mail_server_turns_it_red_however_often_one_tries(client, owed):
    for minutes in range(30):
        clock.set_to(owed.created_at + timedelta(minutes=minutes))
        outbox.send_due(connection=DeadServer())
    code, report = health(client)
    assert code == 503
    assert 15 * 60 < report["mails"]["oldest_owed_seconds"] <= 29 * 60


def test_what_is_held_comes_tomorrow_or_goes_to_nobody_is_not_late(client, owed, cast):
    Message.objects.update(due_at=None)
    clock.set_to(clock.now() + timedelta(days=1))
    assert health(client)[0] == 200
    Message.objects.update(due_at=clock.now() + timedelta(hours=9))
    assert health(client)[0] == 200
    Message.objects.update(due_at=clock.now() - timedelta(days=9))
    Person.objects.filter(pk=cast["anna"].pk).update(is_active=False)
    assert health(client)[0] == 200


def test_a_document_that_waits_too_long_turns_it_red(client, walker):
    walker(State.SUBMITTED)
    Message.objects.update(sent_at=clock.now())
    clock.set_to(Document.objects.get(sha256="").owed_at + timedelta(minutes=16))
    late = {"status": "late", "oldest_owed_seconds": 960}
    assert health(client) == (503, ALL_WELL | {"status": "late", "documents": late})
    store.issue_owed()
    assert health(client)[0] == 200


def test_health_says_nothing_of_anybody(client, owed, cast):
    text = client.get("/sundhed/").content.decode()
    assert "naestved" not in text
    assert "Anna" not in text


# ── error pages ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_pages_of_lost_requests(client, client_of, cast):
    for browser in (client, client_of(cast["anna"])):
        lost = browser.get("/findes-ikke/")
        assert (lost.status_code, words(lost)[:16]) == (404, "Siden findes ikk")
    closed = client_of(cast["anna"]).get("/personer/")
    assert closed.status_code == 403
    assert "Siden findes, men din rolle giver ikke adgang til den." in words(closed)


def test_a_form_without_its_token_is_refused_in_words():
    answer = Client(enforce_csrf_checks=True).post("/log-ind/", {"email": "x"})
    assert answer.status_code == 403
    assert "Formularen blev ikke sendt" in words(answer)


def test_too_much_at_once_is_refused_in_words(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    form = "application/x-www-form-urlencoded"
    careful = Client(enforce_csrf_checks=True)
    careful.get("/log-ind/")
    for answer in (
        client.post("/log-ind/", {"email": "x" * 2000}),
        client.post("/log-ind/", {f"f{n}": "" for n in range(2001)}),
        client.post("/log-ind/", "a=" + "x" * 2000, content_type=form),
        careful.post("/log-ind/", "a=" + "x" * 2000, content_type=form),
    ):
        assert answer.status_code == 413
        assert words(answer).startswith("Det var for meget på én gang Din browser sendte mere")


def test_a_wrong_host_is_a_bad_request(client):
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "Vi forstod ikke forespørgslen" in words(answer)


def _fault(monkeypatch, error):
    def broken():
        raise error

    monkeypatch.setattr("config.front.pool_facts", broken)
    return Client(raise_request_exception=False).get("/")


def test_a_fault_of_ours_says_what_to_do_and_nothing_of_the_fault(monkeypatch):
    answer = _fault(monkeypatch, RuntimeError("hemmeligheden"))
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Enten er hele det sidste skridt gemt, eller også er intet af det." in page
    assert "hemmeligheden" not in page


@pytest.mark.parametrize("error", [OperationalError("lock timeout"), InterfaceError("connection already closed")])
def test_a_busy_or_lost_database_asks_for_patience(monkeypatch, error):
    answer = _fault(monkeypatch, error)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "Vent et øjeblik, gå tilbage, og prøv igen." in answer.content.decode()


def test_the_fault_page_needs_no_template(monkeypatch, settings):
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": []}]
    request = RequestFactory().get("/")
    answer = errors.error_500(request)
    assert answer.status_code == 500
    assert answer.content.decode() == errors.LAST_RESORT


def test_error_views_tell_too_large_from_malformed(rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    assert errors.error_400(request, RequestDataTooBig()).status_code == 413
    assert errors.error_400(request, TooManyFieldsSent()).status_code == 413
    assert errors.error_400(request, ValueError()).status_code == 400


DOWN = """
import django, json
django.setup()
from django.test import Client
browser = Client(raise_request_exception=False, headers={"x-forwarded-proto": "https"})
found = {}
for path in ("/", "/log-ind/", "/sundhed/", "/was", "/robots.txt", "/findes-ikke/"):
    browser.cookies["__Host-pool-session"] = "" if path == "/sundhed/" else "a" * 32
    answer = browser.get(path)
    found[path] = [answer.status_code, answer.content.decode()[:400], dict(answer.headers)]
print(json.dumps(found))
"""


def _child(code, tmp_path, **env):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("POOL_", "DATABASE_"))}
    clean |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "POOL_VAR": str(tmp_path),
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "testserver",
        "HOST_URL": "https://puljen.naestved.example",
    }
    run = [sys.executable, "-c", code]
    return subprocess.run(run, cwd=ROOT, env=clean | env, capture_output=True, text=True, check=False)


def test_with_the_database_gone_every_page_answers(tmp_path):
    (tmp_path / "static").mkdir()
    done = _child(DOWN, tmp_path, DATABASE_URL="postgresql://pool:hemmelig@127.0.0.1:1/pool")
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert {path: status for path, (status, _body, _headers) in found.items()} == dict.fromkeys(found, 503)
    unknown = {name: {"status": "unknown"} for name in ("mails", "links", "documents", "scans", "timetable")}
    down = {"status": "down", "database": "down", "files": "ok", **unknown}
    assert json.loads(found["/sundhed/"][1]) == down
    for path, (_status, body, headers) in found.items():
        assert "hemmelig" not in body
        assert {name: headers.get(name) for name in HEADERS} == HEADERS, path
    assert "hemmelig" not in done.stderr


# ── headers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_kind_of_answer_carries_the_headers(client, client_of, cast, settings, monkeypatch):
    anna = client_of(cast["anna"])
    answers = {
        "page": client.get("/"),
        "own page": anna.get("/"),
        "json": client.get("/sundhed/"),
        "text": client.get("/robots.txt"),
        "redirect": client.get("/min-side/"),
        "no slash": client.get("/om"),
        "closed": anna.get("/personer/"),
        "lost": client.get("/findes-ikke/"),
        "method": client.post("/"),
        "token": Client(enforce_csrf_checks=True).post("/log-ind/"),
        "bad host": client.get("/", headers={"host": "evil.example"}),
        "fault": _fault(monkeypatch, RuntimeError()),
    }
    settings.SECURE_SSL_REDIRECT = True
    answers["https"] = Client().get("/")
    assert answers["https"].url == "https://testserver/"
    wrong = {
        kind: {name: answer.headers.get(name) for name in HEADERS if answer.headers.get(name) != HEADERS[name]}
        for kind, answer in answers.items()
    }
    assert [(kind, missing) for kind, missing in wrong.items() if missing] == []


def test_without_the_middleware_the_headers_are_gone(settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != "config.security_headers.SecurityHeaders"]
    assert "Content-Security-Policy" not in Client().get("/robots.txt").headers


# ── nothing hangs on a broker ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def broker_at(settings, monkeypatch):
    """Moves the broker; the environment as well, which Celery asks before its settings."""
    from config.celery import app

    usual = dict(app.conf.broker_transport_options)

    def move(url, **options):
        app.conf.broker_url = url
        monkeypatch.setenv("CELERY_BROKER_URL", url)
        app.conf.broker_transport_options = usual | options
        app._pool = None
        app.amqp._producer_pool = None
        nudges.wake()  # whatever the usual broker did while the test was set up is not this broker's doing

    yield move
    move(settings.CELERY_BROKER_URL)


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_holds_nobody_up_and_nothing_is_lost(cast, year, committee, broker_at, caplog):
    broker_at("redis://127.0.0.1:1/0")
    Message.objects.update(sent_at=clock.now())
    began = time.monotonic()
    make_round(cast, year, committee)
    assert time.monotonic() - began < 3
    told = Message.objects.filter(template="round_announced").count()
    assert told == len(list(rounds.told()))
    assert caplog.text.count("the broker did not take a nudge") == 1
    assert outbox.send_due() == told


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["redis://127.0.0.1:1/0", "filesystem://"])
def test_a_person_s_step_is_taken_whatever_the_broker_does(walker, client_of, cast, broker_at, broker, tmp_path, caplog):
    case = walker(State.AWAITING_ENDORSEMENT)
    Message.objects.update(sent_at=clock.now())
    nudges.wake()
    (tmp_path / "fil").write_text("no folder")
    broker_at(broker, **({"data_folder_out": str(tmp_path / "fil")} if broker == "filesystem://" else {}))
    began = time.monotonic()
    answer = client_of(cast["ulla"]).post(f"{case.get_absolute_url()}endorse/", {"revision": case.revision})
    assert time.monotonic() - began < 3
    assert (answer.status_code, answer.url) == (302, f"{case.get_absolute_url()}kvittering/")
    assert "the broker did not take a nudge" in caplog.text
    owed = Message.objects.filter(sent_at=None, due_at__isnull=False).count()
    assert (owed > 0, outbox.send_due()) == (True, owed)


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_has_just_failed_is_left_alone(broker_at, caplog):
    broker_at("redis://127.0.0.1:1/0")
    outbox.nudge()
    outbox.nudge()
    store.nudge()
    assert caplog.text.count("the broker did not take a nudge") == 1
    nudges.wake()
    outbox.nudge()
    assert caplog.text.count("the broker did not take a nudge") == 2


@pytest.mark.django_db(transaction=True)
def test_a_hundred_messages_of_one_act_are_one_nudge(monkeypatch, cast):
    nudged = []
    monkeypatch.setattr(outbox, "nudge", lambda: nudged.append(1))
    with transaction.atomic():
        event = chain.record("prøve/1", "try", cast["karen"])
        for person in Person.objects.all():
            outbox.owe(event, person, "anchor", {"anchor": "1:" + "a" * 64})
    assert nudged == [1]
