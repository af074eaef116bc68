"""Granted cases are followed as projects: what they hold, what they report, what the public is told of them."""

import django.db.models.deletion
import django.db.models.expressions
import django_fsm
from django.conf import settings
from django.db import migrations, models

import applications.models.evaluation


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0007_effects_that_were_calculated"),
        ("climate", "0003_fossil_carbon_of_its_own"),
        ("documents", "0002_owed_since"),
        ("journal", "0004_text_can_be_blacked_out"),
        ("people", "0005_directory"),
        ("people", "__first__"),
        ("pool", "0004_next_time"),
        ("questionnaires", "0002_published_is_frozen"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="calendar_feed",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("drawn_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ErasureProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("subject", models.CharField(max_length=100)),
                ("since", models.DateField(verbose_name="regnet fra")),
                ("due_on", models.DateField(verbose_name="skulle slettes")),
                ("holds", models.JSONField(default=dict)),
                ("proposed_at", models.DateTimeField()),
                ("postponed_until", models.DateField(blank=True, null=True, verbose_name="udsat til og med")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="hvorfor")),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
                "indexes": [models.Index(condition=models.Q(("erased_at", None)), fields=["kind"], name="proposal_open")],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "subject"), name="one_proposal_per_kind_and_subject"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("postponed_until", None), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="a_proposal_is_put_off_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("erased_at", None), ("decided_by__isnull", False), _connector="OR"),
                        name="a_person_said_yes_to_erasing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opened_at", models.DateTimeField()),
                ("closes", models.DateField(verbose_name="sidste dag")),
                ("reminded_at", models.DateTimeField(null=True)),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evaluation", to="pool.round"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="questionnaires.version"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FinanceFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="filens navn")),
                ("sha256", models.CharField(max_length=64)),
                ("table", models.JSONField(blank=True, default=list)),
                ("mapping", models.JSONField(blank=True, default=dict)),
                ("sent_at", models.DateTimeField()),
                ("imported_at", models.DateTimeField(blank=True, null=True, verbose_name="læst ind")),
                ("first_day", models.DateField(blank=True, null=True, verbose_name="fra")),
                ("last_day", models.DateField(blank=True, null=True, verbose_name="til")),
                ("skipped", models.PositiveIntegerField(default=0, verbose_name="linjer sprunget over")),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "fil fra økonomisystemet",
                "ordering": ["-imported_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("imported_at__isnull", False)), fields=("sha256",), name="finance_file_read_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("imported_at", None)),
                        fields=("sent_by",),
                        name="one_waiting_finance_file_per_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Idea",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("at", models.DateTimeField()),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="idea", to="applications.application"
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="project",
                        serialize=False,
                        to="applications.application",
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="bevilget")),
                ("given_back", models.BigIntegerField(default=0, verbose_name="ført tilbage undervejs")),
                ("spent", models.BigIntegerField(default=0, verbose_name="dokumenteret forbrug")),
                (
                    "settlement",
                    models.CharField(
                        choices=[
                            ("budget_transfer", "Omplacering til enhedens konto"),
                            ("pool_invoice", "Regninger sendes til puljens EAN"),
                            ("refund", "Enheden betaler og får dækket udgiften"),
                        ],
                        max_length=20,
                        verbose_name="afregning",
                    ),
                ),
                ("account", models.CharField(blank=True, max_length=60, verbose_name="kontostreng eller EAN")),
                ("starts", models.DateField(verbose_name="begynder")),
                ("ends", models.DateField(verbose_name="slutter")),
                ("started_at", models.DateTimeField()),
                ("transferred_at", models.DateTimeField(blank=True, null=True, verbose_name="omplacering bogført")),
                ("cancel_reason", models.TextField(blank=True, verbose_name="hvorfor projektet bør afbrydes")),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cancel_proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "transferred_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "projekt",
                "ordering": ["application__number"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="project_has_money"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "amount__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("spent"), "+", models.F("given_back")
                                ),
                            ),
                            ("given_back__gte", 0),
                            ("spent__gte", 0),
                        ),
                        name="project_accounts_within_its_grant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends__gte", models.F("starts"))), name="project_ends_after_it_begins"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicSite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("generation", models.PositiveBigIntegerField(default=1)),
                ("changed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="RefusalAdvice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="råd til enheden")),
                ("is_supplement", models.BooleanField(default=False)),
                ("written_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refusal_advice",
                        to="applications.application",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["is_supplement", "written_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_supplement", False)),
                        fields=("application",),
                        name="one_advice_with_the_letter",
                    ),
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="advice_says_something"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="public_result",
                        serialize=False,
                        to="applications.application",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Kladde"),
                            ("in_review", "Hos Kommunikation"),
                            ("published", "Offentliggjort"),
                            ("unpublished", "Taget ned"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
                ("title", models.CharField(max_length=120, verbose_name="titel")),
                ("lead", models.CharField(blank=True, max_length=400, verbose_name="kort fortalt")),
                ("what", models.TextField(blank=True, verbose_name="hvad gjorde vi")),
                ("why", models.TextField(blank=True, verbose_name="hvorfor")),
                ("outcome", models.TextField(blank=True, verbose_name="hvad kom der ud af det")),
                ("lesson", models.TextField(blank=True, verbose_name="hvad lærte vi")),
                ("advice", models.TextField(blank=True, verbose_name="sådan gør du det samme")),
                (
                    "contact",
                    models.CharField(blank=True, max_length=120, verbose_name="hvem kan man spørge (funktion, ikke navn)"),
                ),
                ("hours", models.PositiveIntegerField(blank=True, null=True, verbose_name="timer brugt")),
                ("changed_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("seen_revision", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "unit_consents",
                    models.BooleanField(default=False, verbose_name="enheden siger ja til, at projektet vises"),
                ),
                ("publish_at", models.DateTimeField(blank=True, null=True, verbose_name="offentliggøres")),
                ("slug", models.SlugField(blank=True, max_length=140, null=True, unique=True)),
                ("public", models.JSONField(blank=True, default=dict)),
                ("card", models.JSONField(blank=True, default=dict)),
                ("facets", models.CharField(blank=True, max_length=600)),
                ("published_revision", models.PositiveIntegerField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(blank=True, null=True)),
                ("unpublish_reason", models.CharField(blank=True, max_length=300, verbose_name="hvorfor taget ned")),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "resultat",
                "ordering": ["-published_at", "application_id"],
                "indexes": [models.Index(fields=["status", "-published_at"], name="result_published")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "published"), _negated=True),
                            models.Q(
                                ("published_at__isnull", False),
                                ("seen_at__isnull", False),
                                ("slug__isnull", False),
                                ("updated_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="published_result_was_seen_by_its_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status", "published"), ("facets", ""), _connector="OR"),
                        name="only_a_published_result_is_public",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RetentionPeriod",
            fields=[
                ("kind", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("years", models.PositiveSmallIntegerField(verbose_name="år")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("years__gte", 1), ("years__lte", 20)), name="kept_1_to_20_years"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("period", "En anden slutdato"),
                            ("budget", "Flytte penge mellem budgetlinjer"),
                            ("amount", "Færre penge"),
                            ("purpose", "Et andet formål"),
                        ],
                        max_length=10,
                        verbose_name="hvad skal ændres",
                    ),
                ),
                ("reason", models.TextField(verbose_name="hvorfor")),
                ("new_end", models.DateField(blank=True, null=True, verbose_name="ny slutdato")),
                ("new_amount", models.BigIntegerField(blank=True, null=True, verbose_name="nyt beløb i alt")),
                ("new_purpose", models.TextField(blank=True, verbose_name="nyt formål")),
                ("lines", models.JSONField(blank=True, default=dict, verbose_name="nye beløb på budgetlinjerne")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Venter på svar"),
                            ("approved", "Godkendt"),
                            ("refused", "Afvist"),
                            ("withdrawn", "Trukket tilbage"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True, verbose_name="svar")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="applications.agendaitem",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="applications.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "ændring",
                "ordering": ["asked_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "period"), ("new_end__isnull", False)),
                            models.Q(("kind", "amount"), ("new_amount__gt", 0)),
                            models.Q(("kind", "purpose"), models.Q(("new_purpose", ""), _negated=True)),
                            ("kind", "budget"),
                            _connector="OR",
                        ),
                        name="a_change_says_what_it_changes",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("project", "kind"),
                        name="one_open_change_of_a_kind_per_project",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("covers", models.CharField(max_length=300, verbose_name="hvem og hvad dækker samtykket")),
                ("reference", models.CharField(max_length=200, verbose_name="hvor ligger samtykket")),
                ("given_on", models.DateField(verbose_name="givet")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="gælder til")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="consents", to="applications.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "samtykke",
                "ordering": ["given_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="EvaluationAnswer",
            fields=[
                (
                    "key",
                    models.CharField(
                        default=applications.models.evaluation.random_key, max_length=22, primary_key=True, serialize=False
                    ),
                ),
                ("role", models.CharField(choices=[("applicant", "Ansøgere"), ("leader", "Ledere")], max_length=10)),
                ("answers", models.JSONField()),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="applications.evaluation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["applicant", "leader"])), name="answered_as_applicant_or_leader"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FinanceMatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[("exact", "Sikkert"), ("doubt", "Tvivl"), ("confirmed", "Bekræftet")], max_length=10
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=200, verbose_name="hvorfor")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="matches", to="applications.financefile"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "confirmed"), _negated=True),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="confirmed_match_says_who",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(choices=[("applicant", "Ansøgere"), ("leader", "Ledere")], max_length=10)),
                ("answered", models.BooleanField(default=False)),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="invitations", to="applications.evaluation"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evaluations", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("evaluation", "person"), name="asked_once_in_an_evaluation"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["applicant", "leader"])), name="asked_as_applicant_or_leader"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("start_talk", "Opstartssamtale"),
                            ("halfway", "Halvvejsstatus"),
                            ("final_report", "Slutrapport"),
                            ("effect_later", "Virkning et år efter"),
                            ("own", "Egen milepæl"),
                        ],
                        max_length=20,
                        verbose_name="slags",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=120, verbose_name="milepæl")),
                ("due", models.DateField(verbose_name="senest")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="nået")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="milestones", to="applications.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "milepæl",
                "ordering": ["due", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("done_on", None)), fields=["due"], name="milestone_not_reached")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "own"), _negated=True),
                        fields=("project", "kind"),
                        name="one_milestone_of_a_kind_per_project",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "own"), _negated=True), models.Q(("title", ""), _negated=True), _connector="OR"
                        ),
                        name="own_milestone_has_a_title",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicEffect",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField()),
                ("indicator", models.CharField(max_length=30)),
                ("unit", models.CharField(max_length=30)),
                ("basis", models.CharField(max_length=12)),
                ("family", models.CharField(blank=True, max_length=20)),
                ("value", models.DecimalField(decimal_places=3, max_digits=14)),
                ("low", models.DecimalField(decimal_places=3, max_digits=14, null=True)),
                ("high", models.DecimalField(decimal_places=3, max_digits=14, null=True)),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="public_effects", to="applications.result"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["indicator", "unit", "basis", "family"], name="public_effect_of_indicator")
                ],
                "constraints": [models.UniqueConstraint(fields=("result", "place"), name="one_public_number_per_place")],
            },
        ),
        migrations.CreateModel(
            name="StatusReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("status", "Statusrapport"), ("final", "Slutrapport"), ("effect", "Virkning et år efter")],
                        max_length=10,
                        verbose_name="slags",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
                ("summary", models.TextField(blank=True, verbose_name="sådan går det")),
                ("result", models.TextField(blank=True, verbose_name="det kom der ud af det")),
                ("lessons", models.TextField(blank=True, verbose_name="det lærte vi")),
                ("advice", models.TextField(blank=True, verbose_name="gode råd til andre")),
                ("anchoring", models.TextField(blank=True, verbose_name="sådan lever det videre")),
                ("hours", models.PositiveIntegerField(blank=True, null=True, verbose_name="egne timer brugt")),
                ("begun_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("returned_at", models.DateTimeField(blank=True, null=True)),
                ("content", models.JSONField(blank=True, default=dict)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="applications.project"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "rapport",
                "ordering": ["begun_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("sent_at", None)),
                        fields=("project", "kind"),
                        name="one_draft_report_of_a_kind_per_project",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sent_at", None), models.Q(("sha256", ""), _negated=True), _connector="OR"),
                        name="sent_report_is_frozen",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Talk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("talk", "Samtale"), ("visit", "Besøg"), ("phone", "Telefon")],
                        default="talk",
                        max_length=10,
                        verbose_name="slags",
                    ),
                ),
                ("day", models.DateField(verbose_name="dato")),
                ("text", models.TextField(verbose_name="notat")),
                ("written_at", models.DateTimeField()),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="talks", to="applications.project"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-day", "-id"],
            },
        ),
        migrations.CreateModel(
            name="TransferOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "direction",
                    models.CharField(
                        choices=[("out", "Fra puljen til enheden"), ("back", "Fra enheden tilbage til puljen")],
                        max_length=4,
                        verbose_name="retning",
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="beløb")),
                ("booked_at", models.DateTimeField(blank=True, null=True, verbose_name="bogført")),
                ("superseded_at", models.DateTimeField(blank=True, null=True, verbose_name="afløst")),
                (
                    "booked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cause",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.event"),
                ),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.document"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfer_orders",
                        to="applications.project",
                    ),
                ),
            ],
            options={
                "verbose_name": "omplacering",
                "verbose_name_plural": "omplaceringer",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="transfer_order_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("booked_at", None), ("booked_by", None)),
                            models.Q(("booked_at__isnull", False), ("booked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="booked_order_says_who",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("booked_at", None), ("superseded_at", None), _connector="OR"),
                        name="superseded_order_is_not_booked",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("booked_at", None), ("superseded_at", None)),
                        fields=("project",),
                        name="one_open_transfer_order_per_project",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Voucher",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="bilag nr.")),
                ("revision", models.PositiveIntegerField(default=1)),
                ("date", models.DateField(verbose_name="bilagets dato")),
                ("supplier", models.CharField(max_length=120, verbose_name="leverandør")),
                ("text", models.CharField(blank=True, max_length=200, verbose_name="hvad")),
                ("amount", models.BigIntegerField(verbose_name="beløb uden moms")),
                (
                    "status",
                    models.CharField(
                        choices=[("registered", "Afventer Økonomi"), ("accepted", "Godkendt"), ("refused", "Afvist")],
                        default="registered",
                        max_length=12,
                    ),
                ),
                ("registered_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("refusal", models.CharField(blank=True, max_length=300, verbose_name="hvorfor afvist")),
                (
                    "accepted_in",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="journal.event",
                    ),
                ),
                (
                    "budget_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vouchers",
                        to="applications.budgetline",
                        verbose_name="budgetlinje",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vouchers",
                        to="applications.attachment",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="vouchers", to="applications.project"
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "bilag",
                "verbose_name_plural": "bilag",
                "ordering": ["number"],
                "indexes": [
                    models.Index(condition=models.Q(("status", "registered")), fields=["status"], name="voucher_waits")
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="voucher_positive"),
                    models.UniqueConstraint(fields=("project", "number"), name="voucher_number_once_per_project"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_in__isnull", False), ("status", "accepted")),
                            models.Q(models.Q(("status", "accepted"), _negated=True), ("accepted_in", None)),
                            _connector="OR",
                        ),
                        name="accepted_voucher_has_its_event",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "refused"), _negated=True),
                            models.Q(("refusal", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="refused_voucher_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FinanceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField(verbose_name="linje")),
                ("date", models.DateField(verbose_name="dato")),
                ("amount", models.BigIntegerField(verbose_name="beløb")),
                ("supplier", models.CharField(blank=True, max_length=200, verbose_name="leverandør")),
                ("reference", models.CharField(blank=True, max_length=200, verbose_name="reference")),
                ("text", models.CharField(blank=True, max_length=300, verbose_name="tekst")),
                ("rejected", models.JSONField(blank=True, default=list)),
                ("not_ours", models.CharField(blank=True, max_length=300, verbose_name="hvorfor ikke puljens")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="applications.financefile"
                    ),
                ),
                (
                    "not_ours_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "repeats",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="applications.financeline",
                    ),
                ),
                (
                    "match",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="lines",
                        to="applications.financematch",
                    ),
                ),
            ],
            options={
                "ordering": ["row"],
                "indexes": [models.Index(fields=["date", "amount"], name="finance_line_day_and_amount")],
                "constraints": [
                    models.UniqueConstraint(fields=("file", "row"), name="finance_line_once_per_file"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("not_ours", ""), ("not_ours_by", None)),
                            models.Q(
                                models.Q(("not_ours", ""), _negated=True), ("match", None), ("not_ours_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="line_not_ours_says_why_and_is_not_matched",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("repeats", None), models.Q(("match", None), ("not_ours", "")), _connector="OR"),
                        name="repeated_line_counts_nowhere",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FinanceMatched",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="matched", to="applications.financematch"
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matched",
                        to="applications.transferorder",
                    ),
                ),
                (
                    "voucher",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matched",
                        to="applications.voucher",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("order__isnull", False), ("voucher", None)),
                            models.Q(("order", None), ("voucher__isnull", False)),
                            _connector="OR",
                        ),
                        name="matched_is_one_booking",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MeasuredEffect",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "indicator",
                    models.CharField(
                        choices=[
                            ("co2e", "CO2e sparet"),
                            ("energy", "Energi sparet"),
                            ("water", "Vand sparet"),
                            ("resources", "Ressourcer sparet"),
                            ("waste_avoided", "Affald undgået"),
                            ("recycled", "Sorteret til genanvendelse"),
                            ("reused", "Ting genbrugt"),
                            ("biodiversity_area", "Areal med mere natur"),
                            ("engaged", "Mennesker, der er med"),
                            ("savings", "Besparelse"),
                        ],
                        max_length=30,
                        verbose_name="virkning",
                    ),
                ),
                ("baseline", models.CharField(blank=True, max_length=200, verbose_name="udgangspunkt")),
                ("value", models.DecimalField(decimal_places=3, max_digits=14, verbose_name="mængde")),
                ("low", models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True, verbose_name="mindst")),
                ("high", models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True, verbose_name="højst")),
                ("unit", models.CharField(max_length=30, verbose_name="enhed")),
                (
                    "basis",
                    models.CharField(
                        choices=[("measured", "målt"), ("calculated", "beregnet"), ("estimated", "skønnet")],
                        max_length=12,
                        verbose_name="grundlag",
                    ),
                ),
                ("method", models.CharField(blank=True, max_length=500, verbose_name="sådan fandt I tallet")),
                ("lifetime", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="varer så mange år")),
                (
                    "calculation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measured_effects",
                        to="climate.calculation",
                    ),
                ),
                (
                    "expected",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="measured",
                        to="applications.effect",
                    ),
                ),
                (
                    "overlaps",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="overlapped_by",
                        to="applications.measuredeffect",
                        verbose_name="tæller allerede med i",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="measured_effects",
                        to="applications.project",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="measured_effects",
                        to="applications.statusreport",
                    ),
                ),
            ],
            options={
                "verbose_name": "virkning",
                "ordering": ["position", "id"],
                "indexes": [models.Index(fields=["indicator", "basis"], name="effect_of_indicator_and_basis")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("low", None), ("low__lte", models.F("value")), _connector="OR"),
                            models.Q(("high", None), ("high__gte", models.F("value")), _connector="OR"),
                        ),
                        name="measured_effect_within_its_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("overlaps", None), models.Q(("overlaps", models.F("id")), _negated=True), _connector="OR"
                        ),
                        name="no_effect_overlaps_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lifetime", None), models.Q(("lifetime__gte", 1), ("lifetime__lte", 100)), _connector="OR"
                        ),
                        name="measured_effect_lasts_some_years",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Photo",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("alt", models.CharField(blank=True, max_length=300, verbose_name="hvad viser billedet")),
                ("caption", models.CharField(blank=True, max_length=300, verbose_name="billedtekst")),
                ("credit", models.CharField(blank=True, max_length=120, verbose_name="fotograf")),
                ("is_shown", models.BooleanField(default=False, verbose_name="vises på projektets side")),
                (
                    "consent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="applications.consent",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="photo", to="applications.attachment"
                    ),
                ),
                (
                    "nobody_shown_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="photos", to="applications.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "billede",
                "ordering": ["position", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_shown", False),
                            models.Q(
                                models.Q(("alt", ""), _negated=True),
                                models.Q(("nobody_shown_by__isnull", False), ("consent__isnull", False), _connector="OR"),
                            ),
                            _connector="OR",
                        ),
                        name="photo_shown_has_alt_and_leave",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                (
                    "event",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.event"),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="applications.milestone"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("milestone", "day"), name="reminded_once_per_milestone_and_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportedActivity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("text", models.CharField(max_length=300, verbose_name="aktivitet")),
                (
                    "status",
                    models.CharField(
                        choices=[("done", "Gennemført"), ("on_the_way", "I gang"), ("dropped", "Opgivet")],
                        default="on_the_way",
                        max_length=12,
                        verbose_name="hvor langt",
                    ),
                ),
                ("comment", models.CharField(blank=True, max_length=500, verbose_name="bemærkning")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="activities",
                        to="applications.statusreport",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.AddField(
            model_name="project",
            name="confirmed_report",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="applications.statusreport",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="attachment",
            name="attachment_of_one_case",
        ),
        migrations.AddField(
            model_name="application",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="followers",
                to="applications.application",
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="lapse_warned_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="budgetline",
            name="agreed",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="aftalt beløb"),
        ),
        migrations.AlterField(
            model_name="application",
            name="state",
            field=django_fsm.FSMField(
                choices=[
                    ("draft", "Kladde"),
                    ("awaiting_endorsement", "Afventer leders godkendelse"),
                    ("submitted", "Indsendt"),
                    ("under_assessment", "Under faglig vurdering"),
                    ("awaiting_information", "Afventer oplysninger"),
                    ("recommended", "Indstillet af konsulenten"),
                    ("approved_for_decision", "Godkendt til politisk behandling"),
                    ("on_agenda", "På dagsorden"),
                    ("granted", "Bevilget"),
                    ("refused", "Afslag"),
                    ("withdrawn", "Trukket tilbage"),
                    ("active", "I gang"),
                    ("reported", "Slutrapport afleveret"),
                    ("completed", "Afsluttet"),
                    ("cancelled", "Afbrudt"),
                    ("lapsed", "Bortfaldet"),
                ],
                default="draft",
                max_length=50,
                protected=True,
                verbose_name="tilstand",
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="project",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="files", to="applications.project"
            ),
        ),
        migrations.AddConstraint(
            model_name="budgetline",
            constraint=models.CheckConstraint(
                condition=models.Q(("agreed", None), ("agreed__gte", 0), _connector="OR"), name="agreed_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("application__isnull", False), ("project", None), ("taken_from", None)),
                    models.Q(("application", None), ("project__isnull", False), ("taken_from", None)),
                    models.Q(("application", None), ("project", None), ("taken_from__isnull", False)),
                    _connector="OR",
                ),
                name="attachment_of_one_case",
            ),
        ),
    ]
