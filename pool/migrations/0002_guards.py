"""The ledger is append-only."""

from django.db import migrations

from journal.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("pool", "0001_initial")]
    operations = [append_only("pool_ledgerentry")]
