"""What the database itself refuses: adding, changing or removing a question of a published version, or its version row.

A backup is read questions first and versions after (by the models' names), so that restoring passes here.
"""

from django.db import migrations

PUBLISHED = "EXISTS (SELECT 1 FROM questionnaires_version WHERE id = {row}.version_id AND published_at IS NOT NULL)"
# what happens to a question, and when it is refused
OF_A_QUESTION = {
    "insert": PUBLISHED.format(row="NEW"),
    "update": f"{PUBLISHED.format(row='OLD')} OR {PUBLISHED.format(row='NEW')}",
    "delete": PUBLISHED.format(row="OLD"),
}
OF_A_VERSION = dict.fromkeys(("update", "delete"), "OLD.published_at IS NOT NULL")
RULES = [
    (f"{table}_{act}_guard", table, act, when)
    for table, rules in (("questionnaires_question", OF_A_QUESTION), ("questionnaires_version", OF_A_VERSION))
    for act, when in rules.items()
]
SQLITE = """
CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, 'a published version is frozen'); END
"""
POSTGRES = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF {when} THEN RAISE EXCEPTION 'a published version is frozen' USING ERRCODE = 'integrity_constraint_violation'; END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
"""


def published_is_frozen() -> migrations.RunPython:
    """The migration step that sets the guards, and takes them back."""

    def guard(apps, schema_editor):
        statement = POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE
        for name, table, act, when in RULES:
            schema_editor.execute(statement.format(name=name, table=table, act=act, when=when))

    def unguard(apps, schema_editor):
        real = schema_editor.connection.vendor == "postgresql"
        for name, _table, _act, _when in RULES:
            schema_editor.execute(f"DROP FUNCTION {name}() CASCADE" if real else f"DROP TRIGGER {name}")

    return migrations.RunPython(guard, unguard)
