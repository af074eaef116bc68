"""What whoever watches the house can ask: health, figures, one beat of many, and the store of files."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models.functions import Now
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from config.beat import OneActs
from config.celery import app
from documents import room
from journal import clock, timetable
from journal.models import Job, Lease, Message
from people import access

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ROOT = Path(__file__).resolve().parent.parent
LASTS = timedelta(seconds=30)
TOKEN = "maal-og-vaegt"


# ── one of many ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_holds_the_lease_and_keeps_it():
    assert [timetable.hold(who, LASTS) for who in ("a", "b", "a", "b")] == [True, False, True, False]
    assert Lease.objects.get().owner == "a"


def test_a_lease_that_ran_out_goes_to_the_next():
    timetable.hold("a", LASTS)
    Lease.objects.update(expires_at=Now())
    assert [timetable.hold(who, LASTS) for who in ("b", "a")] == [True, False]


def test_who_ends_in_order_leaves_it_at_once():
    timetable.hold("a", LASTS)
    timetable.let_go("b")
    assert timetable.hold("b", LASTS) is False
    timetable.let_go("a")
    assert timetable.hold("b", LASTS) is True


def test_a_clock_that_was_set_back_keeps_nobody_waiting_for_the_old_lease():
    timetable.hold("a", LASTS)
    Lease.objects.update(expires_at=Now() + timedelta(hours=1))
    assert [timetable.hold(who, LASTS) for who in ("b", "a")] == [True, False]


# ── the beat ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Noted(OneActs):
    """A beat that notes what it would ask for; no broker is needed to see when it does."""

    def __init__(self):
        self.sent = []
        super().__init__(app)

    producer = None

    def apply_async(self, entry, producer=None, advance=True, **keys):
        self.sent.append(entry.task)

    def run(self):
        while self.tick() == 0:
            pass
        return len(self.sent)


@pytest.fixture
def beats(monkeypatch):
    monkeypatch.setattr("config.beat.close_old_connections", lambda: None)  # the test's own connection stays
    return Noted(), Noted()


def test_one_beat_asks_for_every_job_once_and_the_other_stands_by(beats):
    jobs = len(app.conf.beat_schedule)
    assert [beats[0].run(), beats[1].run(), beats[0].run()] == [jobs, 0, jobs]
    assert sorted(Job.objects.values_list("task", flat=True)) == sorted(set(beats[0].sent))


def test_who_takes_over_goes_on_where_the_other_stopped(beats):
    first, second = beats
    jobs = first.run()
    first.close()
    assert second.run() == 0  # everything was asked for a moment ago
    Job.objects.filter(task="journal.tasks.send_messages").update(asked_at=app.now() - timedelta(days=300))
    second.acts = False
    assert (second.run(), second.sent, len(first.sent)) == (1, ["journal.tasks.send_messages"], jobs)


def test_a_clock_set_back_by_a_day_stops_no_job(beats):
    beat = beats[0]
    jobs = beat.run()
    beat.seen += timedelta(days=1)  # as if the clock had been a day ahead until now
    for entry in beat.schedule.values():
        entry.last_run_at += timedelta(days=1)
    Job.objects.update(asked_at=beat.app.now() - timedelta(hours=2))
    assert beat.run() == 2 * jobs


def test_a_beat_stands_by_while_the_database_is_gone(beats, monkeypatch, caplog):
    from django.db import OperationalError

    def gone(*args):
        raise OperationalError("secret")

    monkeypatch.setattr(timetable, "hold", gone)
    monkeypatch.setattr(timetable, "let_go", gone)
    monkeypatch.setattr("config.beat.connection", type("", (), {"close": lambda: None}))
    assert (beats[0].run(), beats[0].acts) == (0, False)
    beats[0].close()
    assert "stands by" in caplog.text
    assert "secret" not in caplog.text


# ── health ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def health(client):
    answer = client.get("/sundhed/")
    return answer.status_code, answer.json()


def test_a_worker_that_has_been_silent_too_long_turns_it_red(client):
    timetable.done("journal.tasks.send_messages")
    clock.set_to(clock.now() + timedelta(minutes=15))
    assert health(client)[0] == 200
    clock.set_to(clock.now() + timedelta(seconds=1))
    code, words = health(client)
    assert (code, words["timetable"]) == (503, {"status": "late", "last_done_seconds": 901})


def test_a_link_that_nobody_mails_turns_it_red(client, cast):
    Message.objects.update(sent_at=clock.now())
    access.ask("anna@naestved.example")
    clock.set_to(clock.now() + timedelta(minutes=16))
    code, words = health(client)
    assert (code, words["links"]) == (503, {"status": "late", "oldest_owed_seconds": 960})


def test_no_room_for_files_turns_it_red(client, monkeypatch):
    monkeypatch.setattr(room, "LEAST_ROOM", 2**60)
    code, words = health(client)
    assert (code, words["status"], words["files"]) == (503, "full", "full")


# ── figures ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def figures(token=TOKEN) -> dict:
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


@pytest.mark.parametrize("shown", [None, "", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer æ"])
def test_without_the_token_there_is_no_such_page(client, settings, shown):
    headers = {} if shown is None else {"Authorization": shown}
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics", headers=headers).status_code == 404
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers=headers | {"Authorization": "Bearer "}).status_code == 404


def test_figures_tell_what_waits_and_nothing_of_anybody(client, settings, walker):
    settings.METRICS_TOKEN = TOKEN
    walker("submitted")
    Message.objects.update(sent_at=clock.now())
    access.ask("anna@naestved.example")
    timetable.done("journal.tasks.send_messages")
    clock.set_to(clock.now() + timedelta(seconds=50))
    found = figures()
    assert {key: value for key, value in found.items() if key[0].startswith("pool_o")} == {
        ("pool_oldest_wait_seconds", "documents"): 50,
        ("pool_oldest_wait_seconds", "links"): 50,
        ("pool_oldest_wait_seconds", "mails"): 0,
        ("pool_oldest_wait_seconds", "scans"): 0,
        ("pool_owed", "documents"): 1,
        ("pool_owed", "links"): 1,
        ("pool_owed", "mails"): 0,
        ("pool_owed", "scans"): 0,
    }
    done = found["pool_job_last_done_timestamp_seconds", "journal.tasks.send_messages"]
    assert done == clock.now().timestamp() - 50
    assert (found["pool_database_up",], found["pool_files_up",]) == (1, 1)
    assert found["pool_files_free_bytes",] == pytest.approx(room.free_bytes(), rel=0.01)
    assert not any("naestved" in " ".join(key) or "year" in key[0] or "kroner" in key[0] for key in found)


def test_requests_are_counted_by_their_class(settings):
    settings.METRICS_TOKEN = TOKEN
    before = figures()
    for path in ("/om/", "/findes-ikke/", "/findes-ikke/", "/min-side/"):
        Client().get(path)
    after = figures()

    def more(*key):
        return after.get(key, 0) - before.get(key, 0)

    # the first question for the figures is itself one of the answers
    assert [more("pool_requests_total", f"{kind}xx") for kind in (2, 3, 4, 5)] == [2, 1, 2, 0]
    assert more("pool_request_seconds_count") == 5


TWO_PROCESSES = """
import os, sys
import django
django.setup()
from config import figures
if sys.argv[1] == "count":
    figures.REQUESTS.labels("2xx").inc(int(sys.argv[2]))
else:
    print(figures.text().decode())
"""


def test_the_processes_of_a_machine_are_summed(tmp_path):
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3"}

    def run(*words):
        command = [sys.executable, "-c", TWO_PROCESSES, *words]
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert [run("count", "3").returncode, run("count", "4").returncode] == [0, 0]
    said = run("tell").stdout.splitlines()
    assert 'pool_requests_total{status="2xx"} 7.0' in said
    assert "pool_database_up 0.0" in said
