"""What the database itself refuses: changing or deleting a row of an append-only table.

Used by migrations on both databases. On PostgreSQL the application's own role can neither disable the triggers nor
truncate the tables, when an owner role of its own runs the migrations (docs/operations.md).
"""

from django.db import migrations

APPEND_ONLY = ("journal_event", "pool_ledgerentry", "climate_calculation")
POSTGRES = """
CREATE OR REPLACE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only();
"""
SQLITE = [
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
]

# The one change of an event that the database lets through: its text is blacked out. The salt goes with it, nothing else
# changes, and a later event stands in the chain that vouches for what is left (journal.chain.black_out).
STAYS = ("id", "position", "subject", "number", "step", "actor_id", "at", "payload_digest", "previous_hash", "hash")
BLACKED_OUT = "NEW.salt = '' AND NEW.blacked_out_by > COALESCE(OLD.blacked_out_by, OLD.position) AND {same} AND {told}"
TOLD = "EXISTS (SELECT 1 FROM journal_event later WHERE later.position = NEW.blacked_out_by)"
POSTGRES_EVENTS = """
CREATE OR REPLACE FUNCTION journal_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF TG_OP = 'UPDATE' THEN IF {allowed} THEN RETURN NEW; END IF; END IF;
    RAISE EXCEPTION 'journal_event is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
SQLITE_EVENTS = [
    "DROP TRIGGER journal_event_no_update",
    "CREATE TRIGGER journal_event_no_update BEFORE UPDATE ON journal_event WHEN NOT COALESCE({allowed}, 0) "
    "BEGIN SELECT RAISE(ABORT, 'journal_event is append-only'); END",
]


def lets_text_be_blacked_out(schema_editor) -> None:
    """Replace the guard of the events by one that knows the one change that the law asks for."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    equal = "NEW.{0} IS NOT DISTINCT FROM OLD.{0}" if postgresql else "NEW.{0} IS OLD.{0}"
    same = " AND ".join(equal.format(name) for name in STAYS)
    allowed = BLACKED_OUT.format(same=same, told=TOLD)
    for statement in [POSTGRES_EVENTS] if postgresql else SQLITE_EVENTS:
        schema_editor.execute(statement.format(allowed=allowed))


def lets_nothing_through(schema_editor) -> None:
    """The guard as it was: no change at all."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES.partition("CREATE TRIGGER")[0].format(table="journal_event"))
        return
    schema_editor.execute("DROP TRIGGER journal_event_no_update")
    schema_editor.execute(SQLITE[0].format(table="journal_event"))


def append_only(table: str) -> migrations.RunPython:
    """A migration step that makes `table` append-only, and takes it back. Raises for one that APPEND_ONLY lacks."""
    if table not in APPEND_ONLY:
        raise ValueError(f"{table} is not in APPEND_ONLY")

    def guard(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(POSTGRES.format(table=table))
        else:
            for statement in SQLITE:
                schema_editor.execute(statement.format(table=table))

    def unguard(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION {table}_is_append_only() CASCADE")
        else:
            schema_editor.execute(f"DROP TRIGGER {table}_no_update")
            schema_editor.execute(f"DROP TRIGGER {table}_no_delete")

    return migrations.RunPython(guard, unguard)
