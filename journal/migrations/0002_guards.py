"""The guard that keeps events as they were written."""

from django.db import migrations

from journal.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [append_only("journal_event")]
