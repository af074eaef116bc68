"""A calculation is append-only. A factor is never deleted; only its end is written, once."""

from django.db import migrations

from journal.guards import append_only

KEPT = (
    "id", "key", "name", "family", "value", "low", "high", "unit", "year", "boundary", "caveat", "least", "most",
    "source_id", "valid_from",
)  # fmt: skip
ENDS = ("valid_to", "superseded_by_id")
WORDS = "a factor is superseded, never changed"


def refused(differs: str) -> str:
    """SQL: something that was said has changed, or an end that was set."""
    kept = [f"OLD.{name} {differs} NEW.{name}" for name in KEPT]
    return " OR ".join([*kept, *(f"(OLD.{name} IS NOT NULL AND OLD.{name} {differs} NEW.{name})" for name in ENDS)])


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION climate_factor_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        run = "FOR EACH ROW {when} EXECUTE FUNCTION climate_factor_is_kept()"
        when = f"WHEN ({refused('IS DISTINCT FROM')})"
    else:
        run = f"{{when}} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        when = f"WHEN {refused('IS NOT')}"
    for name, act, condition in (("no_change", "UPDATE", when), ("no_delete", "DELETE", "")):
        schema_editor.execute(
            f"CREATE TRIGGER climate_factor_{name} BEFORE {act} ON climate_factor " + run.format(when=condition)
        )


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION climate_factor_is_kept() CASCADE")
    else:
        schema_editor.execute("DROP TRIGGER climate_factor_no_change")
        schema_editor.execute("DROP TRIGGER climate_factor_no_delete")


class Migration(migrations.Migration):
    dependencies = [("climate", "0001_initial")]
    operations = [append_only("climate_calculation"), migrations.RunPython(guard, unguard)]
