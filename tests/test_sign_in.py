"""Signing in and out, the mailed link, how long a session lives: through the real doors, for known and unknown alike."""

import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import identify_hasher
from django.core import mail
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from journal import chain, clock
from journal.models import Event, Message
from people import access, appointments, demo_guard, session_life
from people.models import AccessMail, Person

SIGN_IN, FORGOTTEN, MINE = "/log-ind/", "/adgang/glemt/", "/min-side/"
PASSWORD, ANOTHER = "kornblomst og kaffe", "regnvejr med solbriller"
WRONG = "E-mail eller adgangskode er forkert."


def words(response) -> str:
    return response.content.decode()


def signs_in(browser, email="anna@naestved.example", password=PASSWORD, **more):
    return browser.post(SIGN_IN, {"email": email, "password": password, **more})


def is_in(browser) -> bool:
    return browser.get(MINE).status_code == 200


@pytest.fixture
def anna(cast):
    access.choose_password(cast["anna"], PASSWORD)
    mail.outbox.clear()
    return cast["anna"]


def link_in(message) -> str:
    return re.search(r"https://puljen\.naestved\.example(/adgang/\S+/)", message.body)[1]


# ── the door ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_address_in_any_case_and_a_password_open_the_door(anna, client):
    answer = signs_in(client, email="  Anna@NAESTVED.example ")
    assert (answer.status_code, answer.url) == (302, "/")
    assert is_in(client)
    assert identify_hasher(Person.objects.get(pk=anna.pk).password).algorithm == "argon2"


def test_signing_in_gives_a_new_session_key(anna, client):
    session = client.session
    session["left here"] = "by whoever used this browser"
    session.save()
    before = session.session_key
    signs_in(client)
    assert client.session.session_key != before
    assert "left here" not in client.session


@pytest.mark.parametrize(
    ("email", "password"),
    [("anna@naestved.example", "forkert kode her"), ("ingen@naestved.example", PASSWORD), ("bo@naestved.example", PASSWORD)],
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(anna, client, email, password):
    answer = signs_in(client, email, password)
    assert answer.status_code == 200
    stable = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", words(answer)).replace(email, "ADDRESS")
    other = signs_in(Client(), "en.fjerde@naestved.example", "noget andet end det")
    expected = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", words(other))
    assert stable == expected.replace("en.fjerde@naestved.example", "ADDRESS")
    assert WRONG in stable
    assert password not in stable
    assert not is_in(client)


def test_a_known_and_an_unknown_address_cost_the_same_hashing(anna, monkeypatch):
    """Every answer hashes one password with argon2; counted, because time on a shared machine proves nothing."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    counted = []
    hashing, verifying = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify
    monkeypatch.setattr(Argon2PasswordHasher, "encode", lambda *a: (counted.append(1), hashing(*a))[1])
    monkeypatch.setattr(Argon2PasswordHasher, "verify", lambda *a: (counted.append(1), verifying(*a))[1])
    costs = {}
    for email in ("anna@naestved.example", "ingen@naestved.example", "bo@naestved.example"):
        counted.clear()
        signs_in(Client(), email, "forkert kode her")
        costs[email] = len(counted)
    assert costs == dict.fromkeys(costs, 1)


def test_an_inactive_person_gets_the_answer_of_a_wrong_password(anna, client):
    Person.objects.filter(pk=anna.pk).update(is_active=False)  # with a password that would be right
    assert WRONG in words(signs_in(client))
    assert not is_in(client)


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/min-side/?a=1", "/min-side/?a=1"),
        ("https://ond.example/", "/"),
        ("//ond.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\ond.example", "/"),
        ("", "/"),
    ],
)
def test_one_comes_back_to_a_page_of_ours_and_to_no_other(anna, client, wanted, leads_to):
    assert f'name="next" value="{leads_to}"' in words(client.get(SIGN_IN, {"next": wanted}))
    assert signs_in(client, next=wanted).url == leads_to


def test_the_wanted_page_is_kept_when_the_first_password_was_wrong(anna, client):
    assert 'name="next" value="/beskeder/"' in words(signs_in(client, password="forkert", next="/beskeder/"))
    assert client.get("/beskeder/").url == "/log-ind/?next=/beskeder/"


def test_who_is_signed_in_is_led_on(anna, client):
    signs_in(client)
    assert client.get(SIGN_IN, {"next": MINE}).url == MINE


def test_signing_out_takes_a_post(anna, client):
    signs_in(client)
    assert client.get("/log-ud/").status_code == 405
    assert is_in(client)
    assert "Du er logget ud." in words(client.post("/log-ud/", follow=True))
    assert not is_in(client)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"email": "", "password": ""}, ["Udfyld feltet «E-mail».", "Udfyld feltet «Adgangskode»."]),
        ({"email": "anna", "password": "x"}, ["Skriv en e-mailadresse, fx navn@naestved.dk."]),
        ({"email": "a\x00@b.dk", "password": "x\x00"}, []),
        ({"email": ["a@b.dk", "b@b.dk"], "password": ["x", "y"]}, [WRONG]),
        ({"email": "å" * 5000 + "@b.dk", "password": "å" * 5000}, []),
        ({"email": "ærø@øl.dk", "password": "🦆"}, []),
        ({}, ["Udfyld feltet «E-mail».", "Udfyld feltet «Adgangskode»."]),
    ],
)
def test_whatever_is_typed_gets_a_page(db, client, typed, told):
    answer = client.post(SIGN_IN, typed)
    assert answer.status_code == 200
    for sentence in told:
        assert sentence in words(answer)


# ── too many tries ──────────────────────────────────────────────────────────────────────────────────────────────────


def tries(email, times, browser=None):
    return [signs_in(browser or Client(), email, f"forkert kode {n}") for n in range(times)]


@pytest.mark.parametrize("email", ["anna@naestved.example", "ingen@naestved.example"])
def test_the_fifth_failure_locks_a_known_and_an_unknown_address_and_says_when_it_opens(anna, client, email):
    answers = tries(email, 5)
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    latest = AccessAttempt.objects.get(username=email).attempt_time
    opens = timezone.localtime(latest + timedelta(minutes=16)).strftime("%H.%M")
    told = "Der er skrevet en forkert adgangskode 5 gange. For at beskytte adgangen er den lukket i et kvarter. "
    assert f"{told}Du kan prøve igen kl. {opens}." in words(answers[-1])
    assert signs_in(client, email).status_code == 429  # the right password does not open it either
    assert not is_in(client)


def test_trying_on_does_not_push_the_moment_away(anna, client):
    tries(anna.email, 5)
    before = AccessAttempt.objects.values_list("attempt_time", "failures_since_start").get()
    tries(anna.email, 3)
    assert AccessAttempt.objects.values_list("attempt_time", "failures_since_start").get() == before


def test_after_a_quarter_of_an_hour_it_is_open_again(anna, client):
    tries(anna.email, 5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert signs_in(client).status_code == 302


def test_a_minute_before_it_is_not(anna, client):
    tries(anna.email, 5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    assert signs_in(client).status_code == 429


def test_failures_from_many_browsers_are_one_account(anna):
    for n in range(5):
        answer = signs_in(Client(HTTP_USER_AGENT=f"b{n}", REMOTE_ADDR=f"10.0.0.{n}"), password="forkert")
    assert answer.status_code == 429


def test_one_locked_account_locks_nobody_else_at_the_same_address(anna, cast, client):
    access.choose_password(cast["bo"], PASSWORD)
    tries(anna.email, 5)
    assert signs_in(client, "bo@naestved.example").status_code == 302


def test_success_forgets_the_failures(anna, client):
    tries(anna.email, 4)
    signs_in(client)
    assert [answer.status_code for answer in tries(anna.email, 4)] == [200] * 4


def test_a_mailed_link_opens_a_locked_account_at_once(anna, client):
    tries(anna.email, 5)
    access.ask(anna.email)
    access.send_due()
    client.post(link_in(mail.outbox[0]), {"new": ANOTHER, "again": ANOTHER})
    assert signs_in(client, password=ANOTHER).status_code == 302


# ── how long a session lives ────────────────────────────────────────────────────────────────────────────────────────


def aged(browser, **back):
    session = browser.session
    for key, seconds in back.items():
        session[key] -= seconds
    session.save()


@pytest.fixture
def inside(anna, client):
    signs_in(client)
    return client


@pytest.mark.parametrize("back", [{"seen": 30 * 60 + 1}, {"begun": 8 * 3600 + 1}])
def test_an_idle_and_an_old_session_end_and_one_comes_back_to_the_page(inside, back):
    aged(inside, **back)
    answer = inside.get("/beskeder/?page=2")
    assert answer.url == "/log-ind/?next=/beskeder/%3Fpage%3D2"
    assert "Det sker efter 30 minutter uden aktivitet og senest efter 8 timer." in words(inside.get(answer.url))
    assert signs_in(inside, next="/beskeder/?page=2").url == "/beskeder/?page=2"
    assert is_in(inside)


@pytest.mark.parametrize("back", [{"seen": 29 * 60}, {"begun": 8 * 3600 - 60}])
def test_shortly_before_it_lives(inside, back):
    aged(inside, **back)
    assert is_in(inside)


def test_a_visit_makes_an_idle_session_young_but_never_an_old_one(inside):
    aged(inside, seen=29 * 60, begun=7 * 3600)
    begun = inside.session["begun"]
    assert is_in(inside)
    aged(inside, seen=29 * 60)
    assert is_in(inside)
    assert inside.session["begun"] == begun


def test_a_session_is_not_written_on_every_page(inside, django_assert_num_queries):
    before = inside.session["seen"]
    aged(inside, seen=30)
    is_in(inside)
    assert inside.session["seen"] == before - 30


def test_a_form_sent_too_late_changes_nothing_and_leads_back_to_its_page(inside, anna):
    aged(inside, seen=31 * 60)
    answer = inside.post(MINE, {"name": "Noget andet", "language": "da"}, HTTP_REFERER="http://testserver/min-side/?x=1")
    assert answer.url == "/log-ind/?next=/min-side/%3Fx%3D1"
    assert Person.objects.get(pk=anna.pk).name == "Anna Ansøger"


def test_a_page_elsewhere_is_no_page_to_come_back_to(inside):
    aged(inside, seen=31 * 60)
    assert inside.post(MINE, {}, HTTP_REFERER="https://ond.example/x").url == "/log-ind/?next=/"


def test_an_ended_session_is_gone_from_the_store(inside):
    key = inside.session.session_key
    aged(inside, seen=31 * 60)
    inside.get(MINE)
    stolen = Client()
    stolen.cookies["__Host-pool-session"] = key
    assert not is_in(stolen)


def test_without_the_middleware_an_old_session_would_live(inside, settings):
    """The twin: what the middleware is for."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != "people.session_life.SessionLife"]
    aged(inside, seen=31 * 60, begun=9 * 3600)
    unguarded = Client()
    unguarded.cookies = inside.cookies
    assert is_in(unguarded)


def test_a_session_without_a_beginning_begins_now(db):
    session = {}
    assert not session_life.has_ended(session)
    session_life.SessionLife.saw(session)
    assert set(session) == {"begun", "seen"}


# ── a person who leaves ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_disabled_person_is_out_at_once_and_the_old_session_never_comes_back(inside, anna):
    assert is_in(inside)
    appointments.deactivate(anna, by=None)
    assert inside.get(MINE).url == "/log-ind/?next=/min-side/"
    appointments.reactivate(anna, by=None)
    assert not is_in(inside)
    assert WRONG in words(signs_in(inside))


def test_a_session_lives_through_a_closed_access_when_only_the_flag_is_turned(inside, anna):
    """The twin: the flag alone lets an old session come alive again, so the password goes as well."""
    Person.objects.filter(pk=anna.pk).update(is_active=False)
    assert not is_in(inside)
    signed = Client()
    Person.objects.filter(pk=anna.pk).update(is_active=True)
    signs_in(signed)
    Person.objects.filter(pk=anna.pk).update(is_active=False)
    Person.objects.filter(pk=anna.pk).update(is_active=True)
    assert is_in(signed)


# ── the mailed link ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("email", ["anna@naestved.example", "ingen@naestved.example"])
def test_asking_for_a_link_says_and_does_the_same_for_everybody(anna, client, email, django_assert_num_queries):
    with django_assert_num_queries(14):  # look and write, each in its savepoint: the try, and the row
        answer = client.post(FORGOTTEN, {"email": email})
    assert f"Hvis {email} har adgang til puljen, kommer der om lidt en mail med et link." in words(answer)
    assert list(AccessMail.objects.values_list("email", "reason", "settled_at")) == [(email, "forgotten", None)]
    assert mail.outbox == []


def test_only_who_is_known_and_active_gets_a_mail(anna, cast):
    Person.objects.filter(pk=cast["bo"].pk).update(is_active=False)
    for email in ("anna@naestved.example", "ingen@naestved.example", "bo@naestved.example"):
        access.ask(email)
    assert access.send_due() == 1
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == (["anna@naestved.example"], "Vælg en ny adgangskode til bæredygtighedspuljen")
    assert sent.body.startswith("Hej Anna Ansøger\n\nDu har bedt om at vælge en ny adgangskode. Det gør du her:\nhttps://")
    assert access.send_due() == 0
    assert not AccessMail.objects.filter(settled_at=None).exists()


def test_the_token_stands_nowhere_but_in_the_mail(anna):
    access.ask(anna.email)
    access.send_due()
    token = link_in(mail.outbox[0]).strip("/").split("/")[-1]
    assert len(token) > 30
    stored = [*Event.objects.values_list("payload", "step"), *Message.objects.values_list("body", "link")]
    stored += AccessMail.objects.values_list()
    assert token not in repr(stored)
    event = chain.story(anna.subject).last()
    assert (event.step, event.payload, event.actor) == ("mail_link", {"grund": "forgotten"}, None)


def test_a_link_works_once(anna, client):
    access.ask(anna.email)
    access.send_due()
    link = link_in(mail.outbox[0])
    assert "Vælg en adgangskode" in words(client.get(link))
    answer = client.post(link, {"new": ANOTHER, "again": ANOTHER}, follow=True)
    assert "Din adgangskode er valgt. Log ind med den." in words(answer)
    assert signs_in(client, password=ANOTHER).status_code == 302
    assert chain.story(anna.subject).last().step == "choose_password"
    for method in (client.get, client.post):
        gone = method(link)
        assert gone.status_code == 410
        assert "Linket virker ikke længere" in words(gone)


def test_a_link_runs_out_after_three_days(anna, client, settings):
    settings.PASSWORD_RESET_TIMEOUT = -1
    access.ask(anna.email)
    access.send_due()
    assert client.get(link_in(mail.outbox[0])).status_code == 410


def test_three_days_is_what_the_settings_say(settings):
    assert settings.PASSWORD_RESET_TIMEOUT == 3 * 24 * 3600


def test_a_link_dies_with_the_access(anna, client):
    access.ask(anna.email)
    access.send_due()
    appointments.deactivate(anna, by=None)
    assert client.get(link_in(mail.outbox[0])).status_code == 410


@pytest.mark.parametrize(
    ("uid", "token"),
    [("x", "y"), ("MQ", "c-d"), ("åæø", "1"), ("A" * 400, "b" * 400), ("OTk5OTk5OTk5OTk5OTk5OTk5OTk", "a-b"), ("LTE", "a")],
)
def test_a_forged_link_opens_nothing(anna, client, uid, token):
    assert client.get(f"/adgang/{uid}/{token}/").status_code == 410


@pytest.mark.parametrize(
    ("new", "again", "told"),
    [
        ("", "", "Udfyld feltet «Ny adgangskode»."),
        ("kort", "kort", "Denne adgangskode er for kort. Den skal indeholde mindst 12 tegn."),
        ("123456789012", "123456789012", "Denne adgangskode er udelukkende numerisk."),
        (ANOTHER, ANOTHER + "e", "De to adgangskoder er ikke ens."),
        ("anna ansøger 1", "anna ansøger 1", "Din adgangskode minder for meget om din/dit navn."),
        ("x" * 5000, "x" * 5000, "Denne værdi må højst have 200 tegn (den har 5000)."),
    ],
)
def test_a_weak_password_is_refused_and_the_link_still_works(anna, client, new, again, told):
    access.ask(anna.email)
    access.send_due()
    link = link_in(mail.outbox[0])
    answer = client.post(link, {"new": new, "again": again})
    assert told in words(answer)
    assert client.get(link).status_code == 200


def test_one_mail_in_five_minutes_whoever_asks(anna):
    access.ask(anna.email)
    access.send_due()
    access.ask(anna.email)
    assert access.send_due() == 0
    clock.set_to(clock.now() + timedelta(minutes=5))
    access.ask(anna.email)
    assert access.send_due() == 1
    access.ask(anna.email, access.Reason.INVITATION)  # an administrator need not wait
    assert access.send_due() == 1


def test_a_settled_row_is_forgotten_after_a_day(anna):
    access.ask("ingen@naestved.example")
    access.send_due()
    clock.set_to(clock.now() + timedelta(days=1, seconds=1))
    access.send_due()
    assert not AccessMail.objects.exists()


class DeadServer(EmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError("nobody there")


def test_a_dead_mail_server_loses_no_link(anna, settings):
    settings.EMAIL_BACKEND = "tests.test_sign_in.DeadServer"
    access.ask(anna.email)
    assert access.send_due() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert access.send_due() == 0  # still claimed
    clock.set_to(clock.now() + timedelta(minutes=10, seconds=1))
    assert access.send_due() == 1
    assert AccessMail.objects.get().attempts == 2


def test_a_dead_broker_holds_nobody_up(anna, client, settings, django_capture_on_commit_callbacks, monkeypatch):
    from people.tasks import send_access_mails

    def refuses(*args, **keys):
        raise ConnectionRefusedError

    monkeypatch.setattr(send_access_mails, "apply_async", refuses)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(FORGOTTEN, {"email": anna.email}).status_code == 200
    send_access_mails()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("email", ["", "x", "a\x00@b.dk", "æ" * 3000 + "@b.dk"])
def test_asking_with_nonsense_asks_for_an_address(db, client, email):
    answer = client.post(FORGOTTEN, {"email": email})
    assert answer.status_code == 200
    assert 'id="id_email"' in words(answer)
    assert not AccessMail.objects.exists()


def test_addresses_of_the_doors_stay(db):
    names = ("sign-in", "sign-out", "forgotten-password", "my-page", "messages")
    assert [reverse(f"people:{name}") for name in names] == [SIGN_IN, "/log-ud/", FORGOTTEN, MINE, "/beskeder/"]


# ── demo persons in production ──────────────────────────────────────────────────────────────────────────────────────


def test_production_refuses_a_demo_person_and_the_first_look_does_not(cast, settings):
    demo_guard.refuse_demo_persons()
    assert run_checks(tags=["database"], databases=["default"]) == []
    Person.objects.filter(pk=cast["otto"].pk).update(is_demo=True)
    with pytest.raises(ImproperlyConfigured, match="Demo persons exist in this database"):
        demo_guard.refuse_demo_persons()
    assert [error.id for error in run_checks(tags=["database"], databases=["default"])] == ["people.E001"]
    settings.DEMO = True
    demo_guard.refuse_demo_persons()
    assert demo_guard.demo_persons_check(databases=["default"]) == []


CELERY = "import sys; sys.argv = ['celery', '-A', 'config.celery', {}]; from celery.__main__ import main; main()"
# accepting starts end by themselves; the refused ones are the real commands
STARTS = {
    "web": ("import config.wsgi", "import config.wsgi"),
    "worker": (
        "from config.celery import app; from celery.signals import worker_init; worker_init.send(sender=None)",
        CELERY.format("'worker', '--pool=solo'"),
    ),
    "beat": (
        "from config.celery import app; from celery.signals import beat_init; beat_init.send(sender=None)",
        CELERY.format("'beat'"),
    ),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A folder with a database of its own, filled by a real child process."""
    folder = tmp_path_factory.mktemp("production")
    child(
        "import sys; from django.core.management import execute_from_command_line as run; run(['', 'migrate', '-v', '0'])",
        folder,
    )
    return folder


def child(code, folder, **more):
    known = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
    known |= {
        "SECRET_KEY": "s" * 60,
        "CLAMD_ADDRESS": "/run/clamd",
        "POOL_VAR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **more,
    }
    return subprocess.run([sys.executable, "-c", code], check=False, env=known, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("role", STARTS)
def test_a_real_process_starts_without_and_refuses_with_a_demo_person(house, role):
    accepted, real = STARTS[role]
    assert child(accepted, house).returncode == 0
    set_up = "import django; django.setup(); from people.models import Person; "
    child(set_up + "Person.objects.create_person('d@naestved.example', 'Demo', is_demo=True)", house)
    refused = child(real, house)
    assert refused.returncode == 1
    assert "Demo persons exist in this database." in refused.stderr
    assert child(accepted, house, POOL_DEMO="1").returncode == 0
    child(set_up + "Person.objects.all().delete()", house)
