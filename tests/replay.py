"""A world that many tests begin with is built by its steps once per process; after that its rows are put back.

What steps wrote is written again word for word, hashes and all, and only onto the very rows it was written on before
(the same last link of the chain, the same clock); on anything else the steps are taken anew.
"""

from collections.abc import Callable

from django.db import connection, transaction

from journal import clock
from journal.models import ChainHead

_known: dict[tuple, dict[str, "Written"]] = {}


class Written:
    """What one table got: new rows, and rows that replace those with the same first column (its id)."""

    def __init__(self, columns: list[str], before: list[tuple], after: list[tuple]):
        had, old = set(before), {row[0] for row in before}
        fresh = [row for row in after if row not in had]
        self.columns = columns
        self.new = [row for row in fresh if row[0] not in old]
        self.changed = [row for row in fresh if row[0] in old]

    def put(self, table: str, cursor) -> None:
        names = [connection.ops.quote_name(name) for name in self.columns]
        table, marks = connection.ops.quote_name(table), ", ".join(["%s"] * len(names))
        if self.new:
            rows = ", ".join([f"({marks})"] * len(self.new))
            flat = [value for row in self.new for value in row]
            cursor.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES {rows}", flat)
        for row in self.changed:
            sets = ", ".join(f"{name} = %s" for name in names[1:])
            cursor.execute(f"UPDATE {table} SET {sets} WHERE {names[0]} = %s", [*row[1:], row[0]])


def replayed(name: str, build: Callable[[], object], *stands_on) -> None:
    """Build, or put back what building wrote the last time it began from here; `stands_on` are saved objects it uses."""
    head = ChainHead.objects.filter(pk=1).values_list("hash", flat=True).first()
    key = (name, clock.now(), head, *[thing.pk for thing in stands_on])
    if key in _known:
        with transaction.atomic(), connection.cursor() as cursor:
            for table, written in _known[key].items():
                written.put(table, cursor)
            _count_on(_known[key], cursor)
        return
    before = _rows()
    build()
    after = _rows()
    tables = {table: Written(columns, before[table][1], rows) for table, (columns, rows) in after.items()}
    _known[key] = {table: written for table, written in tables.items() if written.new or written.changed}


def _count_on(tables: dict[str, Written], cursor) -> None:
    """PostgreSQL counts ids by itself, and a test before this one may have set it back to one."""
    counted = [(table, max(row[0] for row in w.new)) for table, w in tables.items() if w.new and w.columns[0] == "id"]
    if connection.vendor == "postgresql" and counted:
        one = "setval(pg_get_serial_sequence(%s, 'id'), greatest(nextval(pg_get_serial_sequence(%s, 'id')), %s))"
        values = [value for table, most in counted for value in (table, table, most)]
        cursor.execute("SELECT " + ", ".join([one] * len(counted)), values)


def _rows() -> dict[str, tuple[list[str], list[tuple]]]:
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith("django_"):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                found[table] = ([column[0] for column in cursor.description], cursor.fetchall())
    return found
