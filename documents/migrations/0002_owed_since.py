"""Since when a document is owed: for what is there already, since the event that owes it."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery

import journal.clock


def since_their_cause(apps, schema_editor):
    causes = apps.get_model("journal", "Event").objects.filter(pk=OuterRef("cause_id"))
    apps.get_model("documents", "Document").objects.update(owed_at=Subquery(causes.values("at")[:1]))


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("journal", "0002_guards")]
    operations = [
        migrations.AddField("document", "owed_at", models.DateTimeField(default=journal.clock.now)),
        migrations.RunPython(since_their_cause, migrations.RunPython.noop),
    ]
