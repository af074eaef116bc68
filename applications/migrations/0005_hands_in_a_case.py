"""Who has assessed, recommended, approved and recorded a case; of what was decided before, its events tell."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ASSESSED, RECOMMENDED, APPROVED, RECORDED = 1, 2, 4, 8
HAND_OF = {
    "assess": ASSESSED,
    "recommend": RECOMMENDED,
    **dict.fromkeys(("approve_recommendation", "grant_by_delegation", "refuse_by_delegation"), APPROVED),
    **dict.fromkeys(("grant", "refuse", "postpone", "send_back", "refer_onwards"), RECORDED),
}


def from_the_events(apps, schema_editor):
    hand, cases = apps.get_model("applications", "Hand"), apps.get_model("applications", "Application").objects
    by_subject = {f"ansøgning/{number}": pk for pk, number in cases.values_list("pk", "number")}
    events = apps.get_model("journal", "Event").objects.filter(step__in=HAND_OF, actor__isnull=False)
    told = events.filter(subject__startswith="ansøgning/").values_list("subject", "actor_id", "step").order_by("position")
    acts = dict.fromkeys((by_subject[subject], actor, HAND_OF[step]) for subject, actor, step in told.iterator())
    rows = [hand(application_id=case, person_id=person, act=act) for case, person, act in acts]
    hand.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0004_written_by"),
        ("journal", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Hand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Har givet point"),
                            (2, "Har indstillet"),
                            (4, "Har godkendt"),
                            (8, "Har registreret beslutningen"),
                        ]
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hands", to="applications.application"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("application", "person", "act"), name="hand_once_per_case_and_act")
                ],
            },
        ),
        migrations.RunPython(from_the_events, migrations.RunPython.noop),
    ]
