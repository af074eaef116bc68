"""Who keeps the timetable, and when its jobs were last asked for and done."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("task", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Lease",
            fields=[
                ("name", models.CharField(max_length=30, primary_key=True, serialize=False)),
                ("owner", models.CharField(max_length=120)),
                ("expires_at", models.DateTimeField()),
            ],
        ),
    ]
