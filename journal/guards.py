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
