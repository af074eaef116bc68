"""Text of an event can be blacked out, and nothing else of it changed."""

from django.db import migrations, models

from journal import guards


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_timetable")]
    operations = [
        migrations.AddField("event", "blacked_out_by", models.PositiveBigIntegerField(null=True)),
        migrations.RunPython(
            lambda apps, schema_editor: guards.lets_text_be_blacked_out(schema_editor),
            lambda apps, schema_editor: guards.lets_nothing_through(schema_editor),
        ),
    ]
