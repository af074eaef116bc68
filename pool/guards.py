"""What the database itself refuses of a closed year: an entry after its closing, a change of its row, its reopening.

Used by a migration on both databases. An entry from before the closing passes, or no backup could be restored.
"""

from django.db import migrations

LATE = "EXISTS (SELECT 1 FROM pool_poolyear year WHERE year.id = NEW.pool_year_id AND year.closed_at < NEW.at)"
SAID = "closed_year_is_closed"
POSTGRES = f"""
CREATE FUNCTION {SAID}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE FUNCTION {SAID}_for_entries() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF {LATE} THEN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {SAID} BEFORE UPDATE ON pool_poolyear
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION {SAID}();
CREATE TRIGGER {SAID} BEFORE INSERT ON pool_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION {SAID}_for_entries();
"""
SQLITE = [
    f"CREATE TRIGGER {SAID} BEFORE UPDATE ON pool_poolyear WHEN OLD.closed_at IS NOT NULL "
    f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END",
    f"CREATE TRIGGER {SAID}_for_entries BEFORE INSERT ON pool_ledgerentry WHEN {LATE} "
    f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END",
]


def closes_for_good() -> migrations.RunPython:
    """A migration step that makes a closed year unchangeable, and takes it back."""

    def guard(apps, schema_editor):
        for statement in [POSTGRES] if schema_editor.connection.vendor == "postgresql" else SQLITE:
            schema_editor.execute(statement)

    def unguard(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION {SAID}() CASCADE")
            schema_editor.execute(f"DROP FUNCTION {SAID}_for_entries() CASCADE")
        else:
            schema_editor.execute(f"DROP TRIGGER {SAID}")
            schema_editor.execute(f"DROP TRIGGER {SAID}_for_entries")

    return migrations.RunPython(guard, unguard)
