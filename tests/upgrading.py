"""`python -m tests.upgrading ARCHIVE`: a release's backup in that release's tables, brought to the present and back.

A process of its own on the empty database of DATABASE_URL, as an operator's `migrate` is one. It asserts nothing: it
prints what it saw as JSON, for tests/test_upgrade.py.
"""

import hashlib
import json
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import django

NOW = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)  # a minute after the release was left


def main(archive: Path) -> dict:
    from django.core import mail
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    from applications import backup, verifying
    from documents import store
    from documents.models import Document
    from journal import clock, outbox
    from people import access

    def migrate(targets) -> float:
        begun = time.process_time()  # what it takes, not what it waits for others on the same machine
        MigrationExecutor(connection).migrate(targets)
        return time.process_time() - begun

    manifest, facts, files = backup.checked(archive)
    then = list(manifest["migrations"].items())
    not_yet = [(app, None) for app in verifying.OUR_APPS if app not in manifest["migrations"]]
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    migrate(then)
    old = MigrationExecutor(connection).loader.project_state(then).apps
    with transaction.atomic():
        backup.load(facts, old)
    backup.keep(files)
    tables = [model for model in old.get_models(include_auto_created=True) if model._meta.app_label in verifying.OUR_APPS]
    said = {"released": digest(tables), "rows": sum(count(tables).values())}

    said["seconds"] = migrate(leaves)
    said["migrated"] = digest(tables)
    clock.set_to(NOW)
    said["documents"] = Document.objects.filter(sha256="").count()
    said["written"] = [store.issue_owed(500), store.issue_owed(500)]
    said["mails"] = [outbox.send_due(500), outbox.send_due(500)]
    said["links"] = [access.send_due(), access.send_due()]
    ids = Counter(sent.extra_headers["Message-ID"] for sent in mail.outbox if "Message-ID" in sent.extra_headers)
    said["doubled"] = [mail_id for mail_id, times in ids.items() if times > 1]
    said["waits"] = [outbox.oldest_wait().total_seconds(), store.oldest_wait().total_seconds()]
    said["faults"] = [fault for faults in verifying.checks().values() for fault in faults]

    worked, rows = digest(tables), count(tables)
    migrate([*not_yet, *then])
    said["back"] = [digest(tables) == worked, count(tables) == rows, backup.migrations() == manifest["migrations"]]
    migrate(leaves)
    said["again"] = [digest(tables) == worked, count(tables) == rows]
    said["faults again"] = [fault for faults in verifying.checks().values() for fault in faults]
    return said


def digest(tables) -> str:
    """One hash over the columns that the release had and the database still has, row by row, as the database holds them."""
    from django.db import connection

    whole = hashlib.sha256()
    with connection.cursor() as cursor:
        for model in tables:
            table = model._meta.db_table
            there = {column.name for column in connection.introspection.get_table_description(cursor, table)}
            columns = [field.column for field in model._meta.concrete_fields if field.column in there]
            names = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(f'SELECT {names} FROM "{table}" ORDER BY "{model._meta.pk.column}"')
            whole.update(f"{table} {columns}".encode())
            for row in cursor.fetchall():
                whole.update(json.dumps(row, default=str).encode())
    return whole.hexdigest()


def count(tables) -> dict[str, int]:
    from django.db import connection

    counts = {}
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
            counts[model._meta.db_table] = cursor.fetchone()[0]
    return counts


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
