"""What docs/security.md promises and no other test holds: cookies, passwords, log lines, the files for proxy and units."""

import ast
import logging
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import environ
import pytest
from django.conf import settings as product
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.core.checks.registry import registry
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.test import Client
from gunicorn.config import Config
from gunicorn.http import RequestParser
from gunicorn.http.errors import InvalidHeader

from config import lines
from config.log_line import LogLine
from people import oidc, passwords, second_factor
from people.forms import SignInForm
from people.models import Person

ROOT = Path(__file__).resolve().parent.parent
PROXY = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")


# ── cookies and headers ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_every_cookie_belongs_to_this_host_alone(cast):
    anna, browser = cast["anna"], Client()
    anna.set_password("kornblomst og kaffe")
    anna.save()
    seen = {}
    for path, typed in (
        ("/sprog/", {"language": "en"}),
        ("/log-ind/", {"email": anna.email, "password": "kornblomst og kaffe"}),
        ("/min-side/", {"name": "Anna", "language": "da"}),
        ("/log-ud/", {}),
    ):
        browser.get("/log-ind/")
        browser.post(path, typed)
        seen |= {name: morsel for name, morsel in browser.cookies.items() if morsel.value}
    assert sorted(seen) == [f"__Host-pool-{name}" for name in ("browser", "csrf", "language", "notice", "session")]
    for name, morsel in seen.items():
        kept = {
            "secure": morsel["secure"],
            "httponly": morsel["httponly"],
            "path": morsel["path"],
            "domain": morsel["domain"],
        }
        assert kept == {"secure": True, "httponly": True, "path": "/", "domain": ""}, name
        assert morsel["samesite"] == "Lax", name


def test_https_is_kept_for_a_year_with_all_subdomains(client):
    answer = client.get("/robots.txt", secure=True)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_no_other_origin_may_read_an_answer(client):
    answer = client.get("/robots.txt", headers={"origin": "https://ond.example"})
    assert [name for name in answer.headers if name.startswith("Access-Control")] == []


@pytest.mark.django_db
def test_figures_are_answered_or_refused_but_never_sent_on(settings):
    settings.SECURE_SSL_REDIRECT, settings.METRICS_TOKEN = True, "kun-til-prøven"
    browser = Client()
    assert browser.get("/metrics").status_code == 404
    assert browser.get("/robots.txt").status_code == 301


def test_traces_folders_and_the_history_of_the_code_are_not_there(client):
    assert client.trace("/robots.txt").status_code == 405
    assert [client.get(path).status_code for path in ("/static/", "/static/js/", "/.git/config", "/manage.py")] == [404] * 4


# ── passwords ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("password", ["NæstvedKommune2026", "baeredygtighedspuljen", "Velkommen123456", "klima-pulje-2026!"])
def test_a_password_of_the_words_of_the_house_is_refused(password):
    with pytest.raises(ValidationError) as refused:
        password_validation.validate_password(password, Person(name="Bo Holm", email="bo@skole.example"))
    assert [error.code for error in refused.value.error_list] == ["password_of_the_house"]


@pytest.mark.parametrize("password", ["kornblomst og kaffe", "kommunens blå traktor", "🦆" * 12, "a" * 15, "qzv " * 32])
def test_any_other_composition_is_taken(password):
    password_validation.validate_password(password, Person(name="Bo Holm", email="bo@skole.example"))


def test_the_words_are_those_of_the_page():
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    told = page.split("\n## Words no password is made of\n")[1].split("\n## ")[0]
    assert set(re.findall(r"«([^»]+)»", told)) == set(passwords.WORDS)


def test_passwords_are_kept_as_argon2id_with_a_hundred_megabytes():
    assert make_password("kornblomst og kaffe").startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")


# ── the log ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def line(message, **more) -> str:
    record = logging.LogRecord("people.sign_in", logging.WARNING, __file__, 1, message, (), None)
    record.created = 0
    record.__dict__.update(more)
    return LogLine().format(record)


def test_a_line_says_when_in_utc_what_and_who():
    request = HttpRequest()
    assert line("Not Found: /x/", request=request) == "1970-01-01T00:00:00Z WARNING people.sign_in Not Found: /x/"
    request._cached_user = Person(pk=7)
    assert line("Forbidden: /x/", request=request) == "1970-01-01T00:00:00Z WARNING people.sign_in Forbidden: /x/ (person 7)"


def test_nobody_writes_a_line_of_their_own():
    told = line("seen\r\n1970-01-01T00:00:00Z INFO people.sign_in password of person 1 accepted\u2028\x1b[2J")
    assert len(told.splitlines()) == 1 and "\x1b" not in told and "seen\\r\\n1970" in told


def test_production_writes_who_came_in_and_each_line_in_that_form():
    assert product.LOGGING["formatters"] == {"line": {"()": "config.log_line.LogLine"}}
    assert product.LOGGING["loggers"]["people"] == {"level": "INFO"}
    assert product.CELERY_WORKER_HIJACK_ROOT_LOGGER is False


# ── the municipality's sign-in ──────────────────────────────────────────────────────────────────────────────────────


class SendsElsewhere(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(302)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args):
        pass


def test_a_provider_that_sends_us_elsewhere_is_not_followed(settings, rf):
    server = HTTPServer(("127.0.0.1", 0), SendsElsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.OIDC_ISSUER = f"http://127.0.0.1:{server.server_port}"
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "pool", "kun-til-prøven"
    request = rf.get("/log-ind/kommunen/")
    request.session = {}
    with pytest.raises(oidc.Unreachable):
        oidc.begin(request, "/")
    server.shutdown()
    server.server_close()
    assert SendsElsewhere.asked == ["/.well-known/openid-configuration"]


@pytest.mark.django_db
def test_a_page_elsewhere_signs_nobody_in(settings, client):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    elsewhere = client.get("/log-ind/kommunen/?next=/beskeder/", headers={"Sec-Fetch-Site": "cross-site"})
    assert (elsewhere.status_code, elsewhere.url) == (302, "/log-ind/?next=/beskeder/")


# ── the proxy, the units and the web process ────────────────────────────────────────────────────────────────────────


def test_the_proxy_speaks_only_what_is_recommended():
    assert re.findall(r"ssl_protocols ([^;]+);", PROXY) == ["TLSv1.2 TLSv1.3"]
    ciphers = re.findall(r"ssl_ciphers ([^;]+);", PROXY)[0].split(":")
    assert len(ciphers) == 6 and all(
        re.fullmatch(r"ECDHE-(ECDSA|RSA)-(AES\d+-GCM-SHA\d+|CHACHA20-POLY1305)", c) for c in ciphers
    )


def test_the_proxy_writes_the_address_and_sends_no_token_on():
    plain, safe = PROXY.split("\nserver {")[1:]
    for server in (plain, safe):
        assert "location = /metrics { return 404; }" in server and "access_log /var/log/nginx/pool.log pool;" in server
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in safe and "proxy_set_header X-Forwarded-Proto https;" in safe


def test_the_log_of_the_proxy_keeps_no_query_and_no_mailed_link():
    form = re.search(r"log_format pool '([^']+)';", PROXY)[1]
    assert set(re.findall(r"\$\w+", form)) == {
        "$time_iso8601", "$remote_addr", "$request_method", "$pool_page", "$status", "$body_bytes_sent", "$request_time",
    }  # fmt: skip
    hidden = re.search(r"~(\S+) /adgang/\.\.\.;", PROXY)[1]
    assert re.match(hidden, "/adgang/MQ/abc-0123456789/") and not re.match(hidden, "/adgang/glemt/")


@pytest.mark.parametrize("role", ["web", "worker", "beat"])
def test_a_process_has_no_more_than_it_needs(role):
    unit = (ROOT / "deploy" / f"pool-{role}.service").read_text(encoding="utf-8").splitlines()
    for said in ("User=pool", "NoNewPrivileges=true", "ProtectSystem=strict", "InaccessiblePaths=-/srv/pool/.git"):
        assert said in unit


def test_a_message_with_two_lengths_is_no_message():
    told = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    with pytest.raises(InvalidHeader):
        next(RequestParser(Config(), iter([told]), ("127.0.0.1", 1)))


# ── what the code does not do ───────────────────────────────────────────────────────────────────────────────────────

PACKAGES = ["applications", "climate", "config", "documents", "journal", "pages", "people", "pool", "questionnaires"]
CODE = {
    path: ast.parse(path.read_text(encoding="utf-8"))
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
}
NAMES = {"eval", "exec", "compile", "__import__", "RawSQL", "Template", "mark_safe", "csrf_exempt"}
ACTS = {"raw", "extra", "system", "popen", "from_string", "mark_safe"}
MODULES = {"pickle", "marshal", "shelve", "yaml", "dill", "xml.etree", "lxml"}


def used(tree) -> set[str]:
    """The dangerous names that a file calls or imports."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                found |= {node.func.id} & NAMES
            elif isinstance(node.func, ast.Attribute):
                found |= {node.func.attr} & ACTS
            found |= {"shell" for key in node.keywords if key.arg == "shell"}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom):
            found |= ({node.module} & MODULES) | ({alias.name for alias in node.names} & NAMES)
    return found


def test_no_code_and_no_query_is_made_of_text():
    assert len(CODE) > 150
    assert {str(path.relative_to(ROOT)): used(tree) for path, tree in CODE.items() if used(tree)} == {}
    assert used(ast.parse("import pickle\nrun(x, shell=True)\neval(y)\nPerson.objects.raw(z)")) == {
        "pickle", "shell", "eval", "raw",
    }  # fmt: skip


PATTERN_OF = {"compile", "match", "search", "sub", "fullmatch", "findall", "finditer", "split", "subn"}


def variable_patterns(tree) -> list[int]:
    """Lines where a pattern is anything but a constant."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in PATTERN_OF
        and not isinstance(node.args[0], ast.Constant)
    ]


def test_no_pattern_is_made_of_what_is_typed():
    found = {path.name: len(variable_patterns(tree)) for path, tree in CODE.items() if variable_patterns(tree)}
    assert found == {"account_strings.py": 1}  # POOL_ACCOUNT_PATTERN: of whoever runs the pool
    assert variable_patterns(ast.parse("re.search(typed, text)")) == [1]


def test_our_scripts_do_nothing_dangerous():
    dangerous = re.compile(
        r"\beval\(|new Function|document\.write|postMessage|__proto__|Object\.assign|insertAdjacentHTML|outerHTML"
        r"|innerHTML\s*=(?!=)|document\.cookie|sessionStorage|indexedDB"
    )
    found = {path.name: dangerous.findall(path.read_text(encoding="utf-8")) for path in (ROOT / "frontend/js").glob("*.js")}
    assert len(found) >= 4
    assert {name: hits for name, hits in found.items() if hits} == {"autosave.js": ["innerHTML ="]}


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_every_text_says_that_it_is_utf_8(client):
    said = {path: client.get(path).headers["Content-Type"] for path in ("/om/", "/robots.txt", "/.well-known/security.txt")}
    plain = "text/plain; charset=utf-8"
    assert said == {"/om/": "text/html; charset=utf-8", "/robots.txt": plain, "/.well-known/security.txt": plain}


@pytest.mark.django_db
def test_a_password_is_masked_and_a_password_manager_is_welcome(client):
    field = re.search(r'<input[^>]*name="password"[^>]*>', client.get("/log-ind/").content.decode())[0]
    assert 'type="password"' in field and 'autocomplete="current-password"' in field
    assert "password" not in "".join(path.read_text(encoding="utf-8") for path in (ROOT / "frontend/js").glob("*.js"))


@pytest.mark.parametrize("password", ["  med Mellemrum  ", "Å" * 200, "<b>&amp;'\"", "x" * 64])
def test_a_password_counts_to_its_last_sign(password):
    form = SignInForm({"email": "anna@naestved.example", "password": password})
    assert form.is_valid() and form.cleaned_data["password"] == password


@pytest.mark.django_db
def test_every_page_of_a_signed_in_person_shows_the_way_out(cast, client):
    client.force_login(cast["anna"], backend="people.backend.PersonBackend")
    for path in ("/", "/min-side/", "/beskeder/", "/ansoegninger/"):
        assert 'action="/log-ud/"' in client.get(path, follow=True).content.decode(), path


@pytest.mark.django_db
def test_codes_are_logged_by_number_alone(cast, caplog):
    rune = cast["rune"]
    with caplog.at_level("INFO", logger="people"):
        for code in ["123456"] * 5 + ["ABCD-EFGH-JKLM"]:
            with pytest.raises(ValidationError):
                second_factor.check(rune, code)
    told = [record.getMessage() for record in caplog.records if record.name == "people.second_factor"]
    assert told == [f"code of person {rune.pk} refused"] * 5 + [f"no more codes for now from person {rune.pk}"]


@pytest.mark.django_db
def test_a_refusal_is_logged_with_who_asked(cast, client, caplog):
    client.force_login(cast["anna"], backend="people.backend.PersonBackend")
    with caplog.at_level("WARNING"):
        assert [client.get(path).status_code for path in ("/personer/", "/beskeder/99999/")] == [403, 404]
    lines = [LogLine().format(record).splitlines()[0] for record in caplog.records]
    told = [text.partition("django.request ")[2] for text in lines]
    number = cast["anna"].pk
    assert told == [
        f"Forbidden (Permission denied): /personer/ (person {number})",
        f"Not Found: /beskeder/99999/ (person {number})",
    ]


# ── lines to other machines ─────────────────────────────────────────────────────────────────────────────────────────

DATABASE, BROKER = "DATABASE_URL: add ?sslmode=verify-full", "CELERY_BROKER_URL: rediss://…?ssl_cert_reqs=required"
MAIL, STORE = "EMAIL_URL: smtp+tls:// or smtp+ssl://", "POOL_FILES_S3_ENDPOINT: https://"
OPEN = {
    "DATABASE_URL": "postgresql://pool_app:x@database.example/pool",
    "CELERY_BROKER_URL": "redis://broker.example:6379/0",
    "EMAIL_URL": "smtp://mail.example:25",
    "POOL_FILES_S3_ENDPOINT": "http://store.example",
}
CLOSED = {
    "DATABASE_URL": "postgresql://pool_app:x@database.example/pool?sslmode=verify-full",
    "CELERY_BROKER_URL": "rediss://:x@broker.example:6379/0?ssl_cert_reqs=required",
    "EMAIL_URL": "smtp+tls://pool:x@mail.example:587",
    "POOL_FILES_S3_ENDPOINT": "https://store.example",
}
HERE = {
    "DATABASE_URL": "postgresql://pool_app:x@127.0.0.1/pool",
    "CELERY_BROKER_URL": "redis://[::1]:6379/0",
    "EMAIL_URL": "smtp://localhost:25",
    "POOL_FILES_S3_ENDPOINT": "http://127.0.0.1:9000",
}
WEAK = OPEN | {
    "DATABASE_URL": OPEN["DATABASE_URL"] + "?sslmode=require",
    "CELERY_BROKER_URL": "rediss://b.example/0?ssl_cert_reqs=none",
}


@pytest.mark.parametrize(
    ("variables", "told"),
    [(OPEN, [DATABASE, BROKER, MAIL, STORE]), (WEAK, [DATABASE, BROKER, MAIL, STORE]), (CLOSED, []), (HERE, []), ({}, [])],
)
def test_a_line_to_another_machine_is_encrypted_and_proven_or_refused(settings, monkeypatch, variables, told):
    env = environ.Env()
    env.ENVIRON = {"DATABASE_URL": "sqlite:////tmp/x", "CELERY_BROKER_URL": "filesystem://localhost"} | variables
    monkeypatch.setitem(product.DATABASES, "default", env.db("DATABASE_URL"))
    settings.CELERY_BROKER_URL = env("CELERY_BROKER_URL")
    for name, value in env.email_url("EMAIL_URL", default="smtp://localhost:25").items():
        setattr(settings, name, value)
    settings.EMAIL_USE_TLS = env.email_url("EMAIL_URL", default="smtp://localhost:25").get("EMAIL_USE_TLS", False)
    settings.BUCKET = {"OPTIONS": {"endpoint": env("POOL_FILES_S3_ENDPOINT", default="")}}
    assert lines.open_lines() == told
    assert [error.msg for error in lines.lines_check()] == [f"A line to another machine is open. {text}" for text in told]
    assert lines.lines_check in registry.deployment_checks
