"""`manage.py grant_application_role NAME`: what the web and worker's own PostgreSQL role may do, and no more.

Run by the owner of the tables after each `migrate`. The role may read and write rows; it owns nothing, so it can
neither truncate, drop nor alter a table, nor switch the append-only triggers off. In append-only tables it may only add.
"""

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from journal.guards import APPEND_ONLY


class Command(BaseCommand):
    help = "Give a PostgreSQL role what the application needs: rows, never tables."

    def add_arguments(self, parser):
        parser.add_argument("name", help="an existing role that may sign in")

    def handle(self, *, name, **options):
        if connection.vendor != "postgresql":
            raise CommandError("roles are a matter of PostgreSQL")
        quote = connection.ops.quote_name
        role, tables = quote(name), connection.introspection.table_names()
        known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | {"django_migrations"}
        with connection.cursor() as cursor:
            cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
            cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
            for table in sorted(known.intersection(tables)):
                rights = "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
                cursor.execute(f"REVOKE ALL ON {quote(table)} FROM {role}")
                cursor.execute(f"GRANT {rights} ON {quote(table)} TO {role}")
        self.stdout.write(f"{name} may read and write rows of {len(known.intersection(tables))} tables")
