"""Row 12: the append-only tables, as the application's own role sees them on PostgreSQL. The owner runs the migrations."""

import os
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from journal import chain
from journal.guards import APPEND_ONLY, append_only
from journal.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
ROLE = f"pool_application_{os.getpid()}"  # a role belongs to the whole cluster, which two processes share
on_postgresql = pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite knows no roles: its file has one owner")


@pytest.fixture
def as_application(cast):
    """A connection of a role that got what the command gives."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} LOGIN")
    said = StringIO()
    call_command("grant_application_role", ROLE, stdout=said)
    assert said.getvalue().startswith(f"{ROLE} may read and write rows of ")
    facts = connection.get_connection_params() | {"user": ROLE}
    facts = {name: facts[name] for name in ("host", "port", "user", "dbname")}
    with psycopg.connect(**facts, autocommit=True) as own:
        yield own
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {ROLE}")
        cursor.execute(f"DROP ROLE {ROLE}")


REFUSED = [
    "UPDATE {table} SET id = id",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
    "DROP TABLE {table} CASCADE",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "DROP TRIGGER {table}_no_change ON {table}",
    "DROP FUNCTION {table}_is_append_only() CASCADE",
    "CREATE OR REPLACE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
]


@on_postgresql
@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", REFUSED)
def test_the_application_s_role_cannot_change_what_happened(as_application, table, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_application.execute(statement.format(table=table))


@on_postgresql
def test_the_application_s_role_can_do_its_work(as_application):
    events = Event.objects.count()
    rows = as_application.execute("SELECT count(*) FROM journal_event").fetchone()
    assert rows == (events,)
    as_application.execute("UPDATE people_person SET name = name")
    copied = as_application.execute(
        "INSERT INTO journal_event (position, subject, number, step, at, payload, salt, payload_digest, previous_hash, hash)"
        " VALUES (100000, 'prøve', 1, 'x', now(), '{}', '', '', '', 'x')"
    )
    assert copied.rowcount == 1
    assert chain.faults()[0] == f"event {events + 1}: missing, 100000 follows"


@pytest.mark.both
def test_roles_are_a_matter_of_postgresql():
    if connection.vendor == "postgresql":
        with pytest.raises(Exception, match="does not exist"):
            call_command("grant_application_role", "nobody_has_this_name")
    else:
        with pytest.raises(CommandError, match="a matter of PostgreSQL"):
            call_command("grant_application_role", "anybody")


def test_a_table_that_is_guarded_is_on_the_list():
    with pytest.raises(ValueError, match="people_person is not in APPEND_ONLY"):
        append_only("people_person")
