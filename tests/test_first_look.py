"""The first look: a living pool on any day, step into anybody, read the mails; and nothing of it outside demo mode."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as live
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Max
from django.test import Client
from django.urls import include, path

import config.urls
from applications.models import Application, Meeting
from applications.waiting import waiting_for
from config.front import own_front
from config.urls import handler400, handler403, handler404, handler500  # noqa: F401  of the address list below
from demo import mail_folder
from demo.days import committee_on, later, working_day
from demo.people import guests
from demo.scene import Scene
from demo.views import only_in_demo
from journal import clock
from journal.models import Message
from people.models import Person, RoleAssignment, Unit
from people.roles import Role
from pool.models import Round

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
# the product's addresses with those of the first look
urlpatterns = [*config.urls.urlpatterns, path("demo/", include("demo.urls"))]


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO = True
    settings.ROOT_URLCONF = __name__
    settings.EMAIL_FILE_PATH = tmp_path / "mails"
    settings.EMAIL_BACKEND = "demo.mail_folder.MailFolder"
    return settings


# ── the scene ───────────────────────────────────────────────────────────────────────────────────────────────────────

DAYS = [
    datetime(2027, 1, 2, 8, tzinfo=UTC),
    pytest.param(datetime(2026, 11, 24, 9, tzinfo=UTC), marks=pytest.mark.wide),
    pytest.param(datetime(2028, 2, 29, 22, 30, tzinfo=UTC), marks=pytest.mark.wide),
]
IDLE = {Role.COMMUNICATOR, Role.AUDITOR, Role.ADMINISTRATOR}


@pytest.mark.parametrize("now", DAYS, ids=lambda day: f"{day:%Y-%m-%d}")
def test_the_scene_fits_any_day_and_every_role_finds_something(demo, now):
    clock.set_to(now)
    Scene().build()
    assert clock.now() == now
    waits = {role: 0 for role in Role if role not in (Role.HEARD_UNIT, Role.SYSTEM)}
    for person in Person.objects.all():
        for role in person.role_codes():
            waits[role] += sum(len(group.items) for group in waiting_for(person))
    assert {role for role, count in waits.items() if not count} == IDLE
    assert all(own_front(person).roles for person in Person.objects.filter(assignments__isnull=False))
    late = {
        item.title[:29]
        for person in Person.objects.all()
        for group in waiting_for(person)
        for item in group.items
        if item.day < clock.today()
    }
    # what lies behind us on purpose: minutes, decisions to record, and a draft that missed its deadline
    assert late == {"Beslutning om fordeling af bæ", "Tørresnor i stedet for tørret"}
    _dates_are_sensible(now)
    _mails_have_left(now)


def _dates_are_sensible(now):
    year = clock.today().year
    statuses = sorted(round_.status for round_ in Round.objects.all())
    assert statuses == ["closed", "closed", "closed", "closed", "open", "open"]
    assert set(
        Round.objects.exclude(pk=Round.objects.earliest("deadline").pk).values_list("pool_year__year", flat=True)
    ) == {year}
    days = [meeting.at.date() for meeting in Meeting.objects.all()]
    assert [day for day in days if day.isoweekday() > 5 or f"{day:%m-%d}" >= "12-24" or f"{day:%m-%d}" == "01-01"] == []
    assert all(meeting.committee.existed_on(meeting.at.date()) for meeting in Meeting.objects.all())
    sent = Application.objects.exclude(starts=None)
    assert all(case.starts > case.round.deadline.date() for case in sent)
    assert not Message.objects.filter(created_at__gt=now).exists()


def _mails_have_left(now):
    assert not Message.objects.filter(sent_at=None, due_at__isnull=False).exists()
    assert len(mail_folder.names()) == Message.objects.filter(due_at__isnull=False).count()
    newest = mail_folder.read(mail_folder.names()[0])
    assert abs(newest.at - Message.objects.aggregate(latest=Max("sent_at"))["latest"]) < timedelta(seconds=1)
    unread = Message.objects.filter(read_at=None, due_at__isnull=False)
    assert not unread.filter(due_at__lt=now - timedelta(days=7)).exists()
    assert 0 < unread.count() < 150


def test_projects_move_by_whole_weeks():
    data = later({"starts": "2026-02-01", "ends": "2026-12-31", "title": "x"}, 2)
    assert data == {"starts": "2026-02-15", "ends": "2027-01-14", "title": "x"}


@pytest.mark.parametrize(
    ("today", "days", "expected"),
    [
        ("2026-11-24", 3, "2026-11-27"),
        ("2026-11-24", 4, "2026-11-30"),
        ("2026-11-24", -3, "2026-11-20"),
        ("2027-01-02", -1, "2026-12-23"),
        ("2026-12-22", 2, "2027-01-04"),
    ],
)
def test_weekends_and_christmas_give_way(today, days, expected):
    assert working_day(date.fromisoformat(today), days) == date.fromisoformat(expected)


def test_the_committee_is_the_one_of_the_day():
    assert committee_on(datetime(2025, 12, 31).date()) == "Klima-, Miljø- og Friluftsturismeudvalget"
    assert committee_on(datetime(2026, 1, 1).date()) == "Teknik- og Klimaudvalget"


# ── step into ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def invented(cast):
    Person.objects.exclude(pk=cast["otto"].pk).update(is_demo=True)
    return cast


def step_into(browser, person):
    return browser.post(f"/demo/{person.pk}/")


def test_one_press_steps_into_a_person_in_a_new_session(demo, client, invented):
    assert step_into(client, invented["anna"]).url == "/"
    first = client.session.session_key
    assert "Hej Anna Ansøger" in client.get("/").content.decode()
    step_into(client, invented["karen"])
    assert "Hej Karen Konsulent" in client.get("/").content.decode()
    assert client.session.session_key != first
    assert not client.session.__class__().exists(first)


def test_nobody_steps_into_a_person_who_is_not_invented_gone_or_missing(demo, client, invented):
    Person.objects.filter(pk=invented["bo"].pk).update(is_active=False)
    for who in (invented["otto"].pk, invented["bo"].pk, 10**15):
        assert client.post(f"/demo/{who}/").status_code == 404
    assert client.get("/min-side/").status_code == 302


def test_stepping_in_is_a_post_with_a_token(demo, client, invented):
    assert client.get(f"/demo/{invented['anna'].pk}/").status_code == 405
    assert Client(enforce_csrf_checks=True).post(f"/demo/{invented['anna'].pk}/").status_code == 403


def test_the_page_shows_everybody_with_role_unit_and_what_waits(demo, client, invented, walker):
    walker("awaiting_endorsement")
    RoleAssignment.objects.create(
        person=invented["kurt"], role=Role.SECRETARY, unit=Unit.objects.get(parent=None),
        valid_from=clock.today(), deputy_for=invented["signe"],
    )  # fmt: skip
    found = {guest.person.name: guest for _heading, group in guests() for guest in group}
    assert set(found) == {person.name for key, person in invented.items() if key != "otto"}
    ulla, kurt = found["Ulla Leder"], found["Kurt Konsulent"]
    assert (ulla.roles, ulla.units, ulla.waiting) == (["Institutionsleder"], ["Børnehuset Solstrålen"], 1)
    assert kurt.roles == ["Bæredygtighedskonsulent", "Udvalgssekretær, stedfortræder for Signe Sekretær"]
    page = re.sub(r"\s+", " ", client.get("/demo/").content.decode())
    assert "Kommunens medarbejdere" in page
    assert re.search(r'Ulla Leder <span class="badge badge-info">1 ting venter</span>', page)
    assert "Otto Udenfor" not in page


def test_front_sign_in_and_every_page_lead_to_the_people(demo, client, invented):
    for address in ("/", "/log-ind/", "/was"):
        assert 'href="/demo/"' in client.get(address).content.decode()


# ── the mails ───────────────────────────────────────────────────────────────────────────────────────────────────────


def send(subject, body="Hej", to="anna@naestved.example"):
    EmailMessage(subject, body, to=[to]).send()


def test_a_mail_lands_in_the_folder_and_on_the_page(demo, client):
    send("Første", "Læs mere: https://puljen.naestved.example/x <b>æøå</b>")
    clock.set_to(clock.now() + timedelta(minutes=1))
    send("Anden – æøå")
    page = client.get("/demo/mails/").content.decode()
    assert page.index("Anden – æøå") < page.index("Første")
    shown = client.get(f"/demo/mails/{mail_folder.names()[1]}/").content.decode()
    assert "anna@naestved.example" in shown
    assert '<a href="https://puljen.naestved.example/x" rel="nofollow">https://puljen.naestved.example/x</a>' in shown
    assert "&lt;b&gt;æøå&lt;/b&gt;" in shown
    assert "2. marts 2026 kl. 10.00" in shown
    assert mail.outbox == []


def test_odd_files_are_shown_as_odd_and_others_not_at_all(demo, client):
    folder = Path(demo.EMAIL_FILE_PATH)
    folder.mkdir()
    (folder / "tom.eml").write_bytes(b"")
    (folder / "støj.eml").write_bytes(bytes(range(256)) * 50)
    (folder / "tegn.eml").write_bytes(b"Subject: x\nContent-Type: text/plain; charset=findes-ikke\n\n\xff")
    (folder / "billede.eml").write_bytes(b"Subject: Billede\nContent-Type: image/png\n\nx")
    (folder / "hoved.eml").write_bytes(b"Subject: =?utf-8?b?####?=\nTo: \xff\xfe\n\nx")
    (folder / ".halv.eml").write_bytes(b"Subject: halv\n\nx")
    (folder / "noter.txt").write_text("x")
    (folder / "mappe.eml").mkdir()
    (folder / "genvej.eml").symlink_to("/etc/hostname")
    page = client.get("/demo/mails/")
    assert page.status_code == 200
    assert sorted(mail_folder.names()) == ["billede.eml", "hoved.eml", "støj.eml", "tegn.eml", "tom.eml"]
    for name in mail_folder.names():
        assert client.get(f"/demo/mails/{name}/").status_code == 200
    for name in ("genvej.eml", "mappe.eml", ".halv.eml", "noter.txt", "..%2Fpool.sqlite3", "findes-ikke.eml"):
        assert client.get(f"/demo/mails/{name}/").status_code == 404


def test_a_file_that_cannot_be_opened_says_so(demo, client, monkeypatch):
    send("Hej")

    def refused(*args, **kwargs):
        raise ValueError

    monkeypatch.setattr(mail_folder, "message_from_bytes", refused)
    name = mail_folder.names()[0]
    assert f"{name} kan ikke læses" in client.get("/demo/mails/").content.decode()
    assert "Filen kan ikke læses som en mail" in client.get(f"/demo/mails/{name}/").content.decode()


def test_many_mails_come_sixty_to_a_page(demo, client):
    for number in range(61):
        clock.set_to(clock.now() + timedelta(seconds=1))
        send(f"Nummer {number}")
    first, second = client.get("/demo/mails/").content.decode(), client.get("/demo/mails/?page=2").content.decode()
    assert (first.count(".eml/"), second.count(".eml/")) == (60, 1)
    assert "Nummer 0<" in second


def test_no_folder_is_no_mail(demo, client):
    assert "Ingen mails endnu" in client.get("/demo/mails/").content.decode()


# ── nothing of it outside demo mode ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("address", ["/demo/", "/demo/1/", "/demo/mails/", "/demo/mails/x.eml/"])
def test_production_has_no_such_address(client, cast, address):
    assert live.DEMO is False
    assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)
    for page in ("/", "/log-ind/"):
        assert "/demo/" not in client.get(page).content.decode()


def test_even_with_the_addresses_production_refuses(settings, client, invented):
    settings.ROOT_URLCONF = __name__
    assert (client.get("/demo/").status_code, step_into(client, invented["anna"]).status_code) == (404, 404)
    assert client.get("/demo/mails/").status_code == 404
    settings.DEMO = True  # the twin: without its guard the same address opens
    assert step_into(client, invented["anna"]).status_code == 302
    assert only_in_demo.__module__ == "demo.views"


CHILD = """
import django, json
django.setup()
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands
from django.urls import NoReverseMatch, reverse
try:
    route = reverse("demo:people")
except NoReverseMatch:
    route = ""
print(json.dumps([apps.is_installed("demo"), route, "demo" in get_commands(), settings.EMAIL_BACKEND, settings.DEBUG]))
"""


def child(tmp_path, *command, **env):
    ours = ("POOL_", "DATABASE_", "CELERY_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    clean |= {"DJANGO_SETTINGS_MODULE": "config.settings", "POOL_VAR": str(tmp_path), "SECRET_KEY": "x" * 60} | env
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=clean, capture_output=True, text=True, check=False)


def test_the_app_is_installed_in_demo_mode_alone(tmp_path):
    production = json.loads(child(tmp_path, "-c", CHILD).stdout)
    assert production == [False, "", False, "django.core.mail.backends.smtp.EmailBackend", False]
    first_look = json.loads(child(tmp_path, "-c", CHILD, POOL_DEMO="1").stdout)
    assert first_look == [True, "/demo/", True, "demo.mail_folder.MailFolder", False]


def test_a_first_look_is_built_once_and_kept(tmp_path):
    first = child(tmp_path, "manage.py", "demo", "--prepare", "--list", POOL_DEMO="1", HOST_URL="http://127.0.0.1:8001")
    assert first.returncode == 0, first.stderr
    assert "Karen Lindegaard     Bæredygtighedskonsulent    karen.lindegaard@naestved.example" in first.stdout
    assert "Step into any of them, without a password: http://127.0.0.1:8001/demo/" in first.stdout
    proof = child(tmp_path, "manage.py", "verify", POOL_DEMO="1")
    assert proof.returncode == 0, proof.stdout
    mails = sorted(path.name for path in (tmp_path / "mails").iterdir())
    nudges = [path for path in (tmp_path / "broker").iterdir() if path.is_file()]
    assert len(nudges) <= 3
    second = child(tmp_path, "manage.py", "demo", POOL_DEMO="1")
    assert second.stdout == "The pool is built already; its data are kept.\n"
    assert child(tmp_path, "manage.py", "verify", POOL_DEMO="1").stdout == proof.stdout
    assert sorted(path.name for path in (tmp_path / "mails").iterdir()) == mails
    production = child(tmp_path, "-c", "import config.wsgi", ALLOWED_HOSTS="x", HOST_URL="https://x.example")
    assert "Demo persons exist in this database." in production.stderr


# ── the first administrator ─────────────────────────────────────────────────────────────────────────────────────────


def said(*words):
    out = StringIO()
    call_command("create_administrator", *words, stdout=out)
    return out.getvalue()


def test_the_first_administrator_of_an_empty_house_is_owed_an_invitation(client):
    assert said("Asger@naestved.example", "Asger Vinther") == (
        "asger@naestved.example is owed an invitation; the worker mails it.\n"
    )
    person = Person.objects.get()
    assert [(a.role, a.unit.name, a.unit.kind) for a in person.assignments.all()] == [
        ("administrator", "Næstved Kommune", "municipality")
    ]
    assert not person.has_usable_password()
    with pytest.raises(CommandError, match="There is an administrator already"):
        said("b@naestved.example", "B")
    assert Person.objects.count() == 1


def test_the_link_opens_the_access(client, settings):
    link = said("asger@naestved.example", "Asger", "--link").strip()
    assert link.startswith(f"{settings.HOST_URL}/adgang/")
    assert client.get(link.removeprefix(settings.HOST_URL)).status_code == 200


def test_a_wrong_address_makes_nobody():
    with pytest.raises(CommandError):
        said("ikke-en-adresse", "X")
    assert not Person.objects.exists()
    assert not Unit.objects.exists()


def test_who_is_known_and_no_administrator_becomes_one(cast):
    RoleAssignment.objects.filter(role=Role.ADMINISTRATOR).delete()
    said("otto@naestved.example", "Otto")
    assert cast["otto"].assignments.get().unit.name == "Næstved Kommune"
