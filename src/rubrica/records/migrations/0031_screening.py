"""Keep how applicants are screened, and what of that time is paid."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from rubrica.records.append_only import refusing_updates


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0030_engagements"),
    ]

    operations = [
        migrations.AlterField(
            model_name="projectmembership",
            name="role",
            field=models.CharField(
                choices=[
                    ("specialist", "Specialist"),
                    ("reviewer", "Reviewer"),
                    ("lead", "Lead"),
                    ("applicant", "Applicant"),
                ],
                max_length=24,
            ),
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minutes", models.JSONField(help_text="About how many minutes each of its parts takes, by part.")),
                ("questions", models.JSONField(default=list)),
                ("writing", models.JSONField(default=dict)),
                (
                    "rate_minor",
                    models.PositiveBigIntegerField(help_text="Least pay of the opening for an hour.", null=True),
                ),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "role_before",
                    models.CharField(blank=True, help_text="The person's former role in the project.", max_length=24),
                ),
                (
                    "texts",
                    models.JSONField(default=list, help_text="What was written; empty once the account is deleted."),
                ),
                ("saved_at", models.DateTimeField(null=True)),
                ("written_at", models.DateTimeField(help_text="When the texts were handed in.", null=True)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(help_text="From when the application is read.", null=True)),
                ("ended_at", models.DateTimeField(help_text="From when the person has no access any more.", null=True)),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.application"
                    ),
                ),
                (
                    "guideline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.guidelineversion"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ScreeningPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_on", models.BooleanField(default=False)),
                ("questions", models.JSONField(default=list)),
                ("writing", models.JSONField(default=dict, help_text="The writing task; empty for none.")),
                ("changed_at", models.DateTimeField(null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "guideline",
                    models.ForeignKey(
                        help_text="What the questions are on.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.guidelineversion",
                    ),
                ),
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.project"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ScreeningAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.PositiveSmallIntegerField(help_text="Its place, from 0.")),
                ("chosen", models.JSONField()),
                ("is_right", models.BooleanField()),
                ("number", models.PositiveSmallIntegerField(help_text="1 for the first try.")),
                ("at", models.DateTimeField()),
                (
                    "screening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="records.screening"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("screening", "question", "number"), name="screening_answer_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ScreeningCredit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seconds", models.PositiveIntegerField()),
                (
                    "total_seconds",
                    models.PositiveIntegerField(help_text="Of all screenings for the opening, paid or not, by then."),
                ),
                (
                    "rate_minor",
                    models.PositiveBigIntegerField(
                        help_text="For an hour; none where the opening says none.", null=True
                    ),
                ),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.storedopening"
                    ),
                ),
                (
                    "screening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="credits", to="records.screening"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("opening", "account", "total_seconds"), name="screening_credited_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("seconds__gte", 1)), name="screening_credit_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WritingScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scores", models.JSONField(help_text="1 to 5, by criterion.")),
                ("comment", models.CharField(help_text="The applicant reads it.", max_length=2000)),
                ("at", models.DateTimeField()),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "screening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scores", to="records.screening"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("screening", "reader"), name="writing_scored_once_by_each")
                ],
            },
        ),
        migrations.RunPython(
            *refusing_updates(["records_screeninganswer", "records_writingscore", "records_screeningcredit"])
        ),
    ]
