"""A closed year is closed: the database refuses what comes after."""

from django.db import migrations

from pool.guards import closes_for_good


class Migration(migrations.Migration):
    dependencies = [("pool", "0004_next_time")]
    operations = [closes_for_good()]
