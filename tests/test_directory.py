"""The municipality's own sign-in: a real provider in a process of its own, and one of ours that lies."""

import base64
import hashlib
import http.server
import json
import subprocess
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from journal import chain, clock
from people import access, appointments, directory, oidc
from people.models import Person, RoleAssignment, Unit
from people.roles import Role
from tests.servers import die_with_parent, free_port, listens, wait_until

OUT, BACK, MINE, CODE = "/log-ind/kommunen/", "/log-ind/kommunen/svar/", "/min-side/", "/log-ind/kode/"
CLIENT, SECRET = "puljen", "ikke-til-andre"
ROLES = "g-raad=consultant; g-chef=manager@Center for Dagtilbud, Skole og Forebyggelse;g-sol=applicant@Børnehuset Solstrålen"


def words(response) -> str:
    return response.content.decode()


def is_in(browser) -> bool:
    return browser.get(MINE).status_code == 200


def configured(settings, issuer):
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = issuer, CLIENT, SECRET
    settings.OIDC_ROLES = ROLES


# ── a real provider ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def provider_address():
    port = free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce"]
    process = subprocess.Popen(command, preexec_fn=die_with_parent, **quiet)
    wait_until(lambda: listens(port), seconds=60)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


@pytest.fixture
def provider(provider_address, settings, cast):
    configured(settings, provider_address)
    return provider_address


def goes_there(provider, browser, sub, wanted="/beskeder/", **claims):
    """Signs in at the provider's own page, as a browser would; answers our page at the way back."""
    requests.put(f"{provider}/users/{sub}", json=claims, timeout=10).raise_for_status()
    out = browser.get(OUT, {"next": wanted})
    assert out.url.startswith(f"{provider}/oauth2/authorize?")
    back = requests.post(out.url, data={"sub": sub}, allow_redirects=False, timeout=10).headers["Location"]
    assert back.startswith(f"https://puljen.naestved.example{BACK}?")
    return browser.get(back.removeprefix("https://puljen.naestved.example"))


def known(email="karen@naestved.example", **more):
    return {"email": email, "email_verified": True, "groups": [], **more}


def test_a_person_comes_in_bound_to_their_subject_with_the_roles_of_their_groups(provider, client, cast):
    key = client.session.session_key
    groups = ["g-chef", "g-sol", "g-andet"]
    answer = goes_there(provider, client, "sub-otto", **known("OTTO@naestved.example", groups=groups, amr=["pwd", "mfa"]))
    assert (answer.status_code, answer.url) == (302, "/beskeder/")
    assert is_in(client) and client.session.session_key != key
    otto = Person.objects.get(pk=cast["otto"].pk)
    assert otto.directory_id == f"{provider} sub-otto"
    held = sorted((row.role, row.unit.name, row.from_directory) for row in otto.current_assignments)
    assert held == [
        ("applicant", "Børnehuset Solstrålen", True),
        ("manager", "Center for Dagtilbud, Skole og Forebyggelse", True),
    ]
    steps = [(event.step, event.actor) for event in chain.story(otto.subject)]
    assert steps == [("bind_directory", otto), ("appoint", None), ("appoint", None)]
    assert "__Host-pool-browser" in client.cookies


def test_the_question_carries_pkce_state_and_nonce(provider, client):
    asked = parse_qs(urlsplit(client.get(OUT).url).query)
    assert asked["code_challenge_method"] == ["S256"] and len(asked["code_challenge"][0]) == 43
    assert asked["response_type"] == ["code"] and asked["client_id"] == [CLIENT]
    assert len(asked["state"][0]) >= 20 and len(asked["nonce"][0]) >= 20
    assert asked["redirect_uri"] == [f"https://puljen.naestved.example{BACK}"]
    assert SECRET not in client.get(OUT).url


def test_without_mfa_at_the_provider_who_must_is_asked_for_our_second_factor(provider, client):
    answer = goes_there(provider, client, "sub-karen", **known(amr=["pwd"]))
    assert answer.url == f"{CODE}?next=/beskeder/"
    assert not is_in(client)


def test_the_subject_stays_who_it_was_whatever_the_address_becomes(provider, cast):
    goes_there(provider, Client(), "sub-bo", **known("bo@naestved.example"))
    again = Client()
    goes_there(provider, again, "sub-bo", **known("anna@naestved.example"))
    assert "Bo Medskriver" in words(again.get(MINE))
    taken = goes_there(provider, Client(), "sub-tyv", **known("bo@naestved.example"))
    assert taken.status_code == 403 and "Du er ikke oprettet i puljen" in words(taken)


@pytest.mark.parametrize(
    "claims",
    [
        known("ukendt@naestved.example"),
        known("") | {"email": None},
        known() | {"email_verified": False},
        known() | {"email_verified": "true"},
        {"email": "karen@naestved.example"},
        {},
    ],
)
def test_nobody_is_made_or_matched_without_a_verified_address_of_a_person(provider, client, claims):
    before = Person.objects.count()
    answer = goes_there(provider, client, "sub-ny", **claims)
    assert (answer.status_code, "Du er ikke oprettet i puljen" in words(answer)) == (403, True)
    assert Person.objects.count() == before and not Person.objects.exclude(directory_id=None).exists()
    assert not is_in(client)


def test_who_left_stays_out_and_comes_back_only_by_a_new_binding(provider, client, cast):
    goes_there(provider, client, "sub-anna", **known("anna@naestved.example"))
    assert is_in(client)
    appointments.deactivate(cast["anna"], by=None)
    assert not is_in(client)
    assert goes_there(provider, client, "sub-anna", **known("anna@naestved.example")).status_code == 403
    appointments.reactivate(Person.objects.get(pk=cast["anna"].pk), by=None)
    assert not is_in(client)
    assert goes_there(provider, client, "sub-anna-2", **known("anna@naestved.example")).status_code == 302


def test_signing_out_here_offers_to_sign_out_there(provider, client):
    goes_there(provider, client, "sub-bo", **known("bo@naestved.example"))
    page = words(client.post("/log-ud/"))
    assert "Du er logget ud af puljen" in page and f'href="{provider}/oauth2/end_session?' in page
    assert not is_in(client)


def test_the_door_offers_it_only_when_it_is_there(provider, client, settings):
    assert f'href="{OUT}?next=%2Fbeskeder%2F"' in words(client.get("/log-ind/?next=/beskeder/"))
    settings.OIDC_ISSUER = ""
    assert OUT not in words(client.get("/log-ind/"))
    assert client.get(OUT).status_code == client.get(BACK).status_code == 404


# ── roles by group ──────────────────────────────────────────────────────────────────────────────────────────────────


def said(cast, *groups, **more) -> oidc.Claims:
    facts = {"issuer": "https://login.example", "subject": "s", "email": "otto@naestved.example", "proven_twice": True}
    return oidc.Claims(**facts, groups=frozenset(groups), **more)


@pytest.fixture
def mapped(settings, cast):
    settings.OIDC_ROLES = ROLES
    return cast


def roles_of(person) -> list[str]:
    rows = RoleAssignment.objects.in_force().filter(person=person)
    return sorted(f"{row.role}{' by group' if row.from_directory else ''}" for row in rows)


def test_roles_end_with_their_group_and_what_a_person_gave_stays(mapped):
    otto, top = mapped["otto"], Unit.objects.get(parent=None)
    appointments.appoint(otto, Role.AUDITOR, top, by=mapped["asger"])
    directory.admit(said(mapped, "g-raad", "g-sol"))
    assert roles_of(otto) == ["applicant by group", "auditor", "consultant by group"]
    directory.admit(said(mapped, "g-raad", "g-sol"))  # the same again changes nothing
    count = chain.last_number(otto.subject)
    directory.admit(said(mapped, "g-raad", "g-sol"))
    assert chain.last_number(otto.subject) == count
    directory.admit(said(mapped, "g-sol"))
    assert roles_of(otto) == ["applicant by group", "auditor"]
    event = chain.story(otto.subject).last()
    assert (event.step, event.payload["rolle"], event.payload["fra kommunens login"]) == ("end_role", "consultant", True)
    directory.admit(said(mapped))
    assert roles_of(otto) == ["auditor"]


def test_a_role_given_by_hand_is_not_given_twice_nor_ended(mapped):
    otto = mapped["otto"]
    appointments.appoint(otto, Role.CONSULTANT, Unit.objects.get(parent=None), by=mapped["asger"])
    directory.admit(said(mapped, "g-raad"))
    directory.admit(said(mapped))
    assert roles_of(otto) == ["consultant"]


def test_too_many_groups_to_name_change_nothing(mapped):
    directory.admit(said(mapped, "g-raad"))
    facts = {"issuer": "https://login.example", "subject": "s", "email": "", "proven_twice": True}
    directory.admit(oidc.Claims(**facts, groups=None))
    assert roles_of(mapped["otto"]) == ["consultant by group"]


def test_a_unit_that_is_not_there_or_twice_there_gives_nothing(mapped, settings):
    settings.OIDC_ROLES = "g=manager@Findes ikke"
    directory.admit(said(mapped, "g"))
    assert roles_of(mapped["otto"]) == []


@pytest.mark.parametrize("text", ["x", "g=chef", "=manager", "g=system", "g=heard_unit"])
def test_a_mapping_that_nobody_can_read_is_refused(settings, text):
    settings.OIDC_ROLES = text
    with pytest.raises(ImproperlyConfigured, match="OIDC_ROLES"):
        directory.mapping()


# ── a provider that lies ────────────────────────────────────────────────────────────────────────────────────────────

TRUE_KEY, OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one"}), RSAKey.generate_key(2048, {"kid": "one"})


class Liar(http.server.BaseHTTPRequestHandler):
    """Answers with whatever token the test has put into `server.token`."""

    def log_message(self, *args):
        pass

    def do_GET(self):
        base = self.server.address
        discovery = {"issuer": self.server.says_it_is or base, "jwks_uri": f"{base}/keys"}
        discovery |= {"authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token"}
        discovery |= {"id_token_signing_alg_values_supported": ["RS256", "HS256", "none"]}
        self.answer({"keys": [TRUE_KEY.as_dict(private=False)]} if self.path == "/keys" else discovery)

    def do_POST(self):
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked.append(body | {"authorization": self.headers["Authorization"]})
        self.answer({"access_token": "x", "token_type": "Bearer", **self.server.token}, self.server.status)

    def answer(self, facts, status=200):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(facts).encode())


@pytest.fixture
def liar(settings, cast):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
    server.address = f"http://127.0.0.1:{server.server_port}"
    server.asked, server.token, server.status, server.says_it_is = [], {}, 200, ""
    configured(settings, server.address)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


def asks(browser) -> dict:
    return {name: values[0] for name, values in parse_qs(urlsplit(browser.get(OUT).url).query).items()}


def token(liar, asked, *, key=TRUE_KEY, alg="RS256", without=(), **lies) -> dict:
    now = int(time.time())
    facts = {"iss": liar.address, "aud": CLIENT, "sub": "s", "nonce": asked["nonce"], "iat": now, "exp": now + 300}
    facts |= {"email": "otto@naestved.example", "email_verified": True, "amr": ["mfa"], **lies}
    facts = {name: value for name, value in facts.items() if name not in without}
    return {"id_token": jwt.encode({"alg": alg, "kid": "one"}, facts, key, algorithms=[alg])}


def comes_back(browser, asked, **more):
    return browser.get(BACK, {"code": "c", "state": asked["state"], **more})


def test_an_honest_token_is_believed_and_the_code_is_asked_for_with_verifier_and_secret(liar, client):
    asked = asks(client)
    liar.token = token(liar, asked)
    assert comes_back(client, asked).url == "/" and is_in(client)
    [sent] = liar.asked
    digest = hashlib.sha256(sent["code_verifier"][0].encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
    assert base64.b64decode(sent["authorization"].removeprefix("Basic ")).decode() == f"{CLIENT}:{SECRET}"


HS = OctKey.import_key(SECRET * 4)
LIES = {
    "wrong nonce": {"nonce": "another"},
    "no nonce": {"without": ["nonce"]},
    "wrong audience": {"aud": "somebody else"},
    "many audiences, not ours": {"aud": ["a", "b"], "azp": CLIENT},
    "no audience": {"without": ["aud"]},
    "wrong issuer": {"iss": "https://ond.example"},
    "expired": {"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200},
    "no end": {"without": ["exp"]},
    "no subject": {"without": ["sub"]},
    "not valid yet": {"nbf": int(time.time()) + 3600},
    "wrong signature": {"key": OTHER_KEY},
    "signed with a shared secret": {"key": HS, "alg": "HS256"},
    "groups are no list": {"groups": "g-raad"},
    "amr is no list": {"amr": "mfa"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_refused(liar, client, lie):
    asked = asks(client)
    liar.token = token(liar, asked, **LIES[lie])
    answer = comes_back(client, asked)
    assert answer.status_code == 400 and "Du blev ikke logget ind" in words(answer)
    assert not is_in(client) and not Person.objects.exclude(directory_id=None).exists()


def b64(facts) -> str:
    return base64.urlsafe_b64encode(json.dumps(facts).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("answer", ["none", "torn", "empty", "no token", "refusal", "not json"])
def test_an_unsigned_or_broken_answer_is_refused(liar, client, answer):
    asked = asks(client)
    honest = token(liar, asked)["id_token"]
    body = honest.split(".")[1]
    liar.token = {
        "none": {"id_token": f"{b64({'alg': 'none'})}.{body}."},
        "torn": {"id_token": honest[:-20]},
        "empty": {"id_token": ""},
        "no token": {},
        "refusal": {"error": "invalid_grant"},
        "not json": {"id_token": ["x"]},
    }[answer]
    liar.status = 400 if answer == "refusal" else 200
    assert comes_back(client, asked).status_code == 400
    assert not is_in(client)


def test_an_answer_is_used_once_and_by_the_browser_that_asked(liar, client):
    asked = asks(client)
    liar.token = token(liar, asked)
    stranger = Client()
    assert comes_back(stranger, asked).status_code == 400 and not is_in(stranger)
    assert comes_back(client, asked, state="forged").status_code == 400
    assert comes_back(client, asked).status_code == 302
    client.post("/log-ud/")
    assert comes_back(client, asked).status_code == 400 and not is_in(client)


@pytest.mark.parametrize(
    "query",
    [{}, {"state": "x"}, {"code": "x"}, {"error": "access_denied"}, {"code": "\x00", "state": "\x00"}, {"code": "æ" * 9000}],
)
def test_whatever_comes_back_gets_a_page(liar, client, query):
    client.get(OUT)
    assert client.get(BACK, query).status_code == 400


def test_a_provider_that_says_it_is_another_is_not_asked(liar, client):
    liar.says_it_is = "https://login.ond.example"
    assert client.get(OUT).status_code == 400


def test_a_dead_provider_gets_a_friendly_page_and_the_password_still_works(cast, client, settings):
    configured(settings, f"http://127.0.0.1:{free_port()}")
    answer = client.get(OUT)
    assert answer.status_code == 503 and "Kommunens login svarer ikke" in words(answer)
    access.choose_password(cast["anna"], "kornblomst og kaffe")
    typed = {"email": "anna@naestved.example", "password": "kornblomst og kaffe"}
    assert client.post("/log-ind/", typed).url == "/" and is_in(client)


def test_a_provider_that_dies_in_between_gets_the_same_page(liar, client):
    asked = asks(client)
    liar.shutdown()
    liar.server_close()
    assert comes_back(client, asked).status_code == 503 and not is_in(client)


def test_access_closed_while_the_browser_is_at_the_provider_lets_nobody_in(liar, client, cast):
    asked = asks(client)
    liar.token = token(liar, asked)
    appointments.deactivate(cast["otto"], by=None)
    assert comes_back(client, asked).status_code == 403 and not is_in(client)


def test_without_the_check_of_the_issuers_name_and_ours_a_foreign_token_would_open(liar, client, monkeypatch):
    """The twin: what the expected claims are for; the library alone takes a token for many audiences."""
    from authlib.integrations.django_client import DjangoOAuth2App

    real = DjangoOAuth2App.authorize_access_token
    monkeypatch.setattr(
        DjangoOAuth2App, "authorize_access_token", lambda self, request, claims_options, leeway: real(self, request)
    )
    asked = asks(client)
    liar.token = token(liar, asked, **LIES["many audiences, not ours"])
    assert comes_back(client, asked).status_code == 302


# ── half a configuration ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"OIDC_ISSUER": "https://login.example"}, "or none of them"),
        ({"OIDC_CLIENT_ID": "x", "OIDC_CLIENT_SECRET": "y"}, "or none of them"),
        ({"OIDC_ISSUER": "http://login.example", "OIDC_CLIENT_ID": "x", "OIDC_CLIENT_SECRET": "y"}, "must begin with https"),
        ({"OIDC_ROLES": "g=chef"}, "is not «group=role»"),
    ],
)
def test_production_refuses_to_start_half_configured(tmp_path, given, told):
    import os

    env = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    env |= {"SECRET_KEY": "s" * 60, "POOL_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings", **given}
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1 and told in done.stderr


def test_the_log_holds_no_code_no_token_and_no_address(liar, client, caplog):
    asked = asks(client)
    liar.token = token(liar, asked, nonce="another")
    with caplog.at_level("DEBUG"):
        comes_back(client, asked, code="hemmelig-kode")
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("people"))
    assert "was not believed" in ours
    for secret in ("hemmelig-kode", SECRET, liar.token["id_token"], "otto@", asked["state"]):
        assert secret not in ours
    assert clock.is_set()
