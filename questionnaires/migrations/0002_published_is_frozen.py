"""A published version is frozen."""

from django.db import migrations

from questionnaires.guards import published_is_frozen


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0001_initial")]
    operations = [published_is_frozen()]
