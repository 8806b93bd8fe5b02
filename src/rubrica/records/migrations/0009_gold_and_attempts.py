"""Let items be gold, and people be asked to judge sets of them: tests, and calibrations after a change of the rules."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0008_judge_anew"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[("qualification", "Qualification"), ("calibration", "Calibration")], max_length=16
                    ),
                ),
                ("pass_number", models.PositiveSmallIntegerField(help_text="The pass that its assignments carry.")),
                ("blocks", models.BooleanField(help_text="Whether other work waits for it.")),
                ("pass_percent", models.PositiveSmallIntegerField(help_text="What the plan asked for when it began.")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("passed", "Passed"), ("failed", "Failed")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("retake_from", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="AttemptItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Gold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("expert", "Expert"),
                            ("agreement", "Agreement"),
                            ("ruling", "Ruling"),
                            ("planted", "Planted"),
                            ("adjudication", "Adjudication"),
                        ],
                        max_length=12,
                    ),
                ),
                ("answers", models.JSONField(default=dict, help_text="The right answers, by criterion.")),
                (
                    "note",
                    models.CharField(
                        blank=True, help_text="Why they are right; shown to who missed one.", max_length=1000
                    ),
                ),
                (
                    "is_secret",
                    models.BooleanField(default=False, help_text="Misses are counted, and the item is not shown."),
                ),
                ("made_at", models.DateTimeField()),
                ("voided_at", models.DateTimeField(null=True)),
                ("void_reason", models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name="GoldPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "test_items",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Items of the test that new specialists pass before other work; 0 for no test.",
                    ),
                ),
                (
                    "pass_percent",
                    models.PositiveSmallIntegerField(
                        default=60, help_text="What the lower end of the 90 % interval of right answers must reach."
                    ),
                ),
                ("retake_days", models.PositiveSmallIntegerField(default=7)),
                ("clarification_items", models.PositiveSmallIntegerField(default=5)),
                ("breaking_items", models.PositiveSmallIntegerField(default=15)),
                ("tolerances", models.JSONField(default=dict, help_text="Levels an answer may lie off, by criterion.")),
            ],
        ),
        migrations.AddField(
            model_name="project",
            name="gold_percent",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="Of a hundred evaluations of one person, how many are of gold, unannounced.",
            ),
        ),
        migrations.AddField(
            model_name="projectmembership",
            name="must_pass",
            field=models.BooleanField(
                db_default=False, default=False, help_text="A test or calibration comes before all other work."
            ),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="pass_number",
            field=models.PositiveSmallIntegerField(
                db_default=1,
                default=1,
                help_text="The pass of the item that it was lent in; 0 for gold, from 10000 on for attempts.",
            ),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="is_repeat",
            field=models.BooleanField(
                db_default=False,
                help_text="Counts apart: judged again by the same rater, or asked as gold or in an attempt.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(condition=models.Q(("gold_percent__lte", 20)), name="project_gold_range"),
        ),
        migrations.AddField(
            model_name="attempt",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="attempt",
            name="guideline",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.guidelineversion"
            ),
        ),
        migrations.AddField(
            model_name="attempt",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
            ),
        ),
        migrations.AddField(
            model_name="projectmembership",
            name="attempt",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="records.attempt"
            ),
        ),
        migrations.AddField(
            model_name="attemptitem",
            name="attempt",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="items", to="records.attempt"
            ),
        ),
        migrations.AddField(
            model_name="gold",
            name="ended_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.guidelineversion"
            ),
        ),
        migrations.AddField(
            model_name="gold",
            name="guideline",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.guidelineversion"
            ),
        ),
        migrations.AddField(
            model_name="gold",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="gold", to="records.item"
            ),
        ),
        migrations.AddField(
            model_name="gold",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="gold",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
            ),
        ),
        migrations.AddField(
            model_name="gold",
            name="voided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="attemptitem",
            name="gold",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.gold"
            ),
        ),
        migrations.AddField(
            model_name="attemptitem",
            name="item",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.item"),
        ),
        migrations.AddField(
            model_name="goldplan",
            name="project",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.project"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                fields=("project", "account", "pass_number"), name="attempt_pass_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("project", "account"), name="attempt_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="gold",
            constraint=models.UniqueConstraint(fields=("project", "number"), name="gold_number_unique"),
        ),
        migrations.AddConstraint(
            model_name="gold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_by__isnull", True), ("voided_at__isnull", True)),
                fields=("item",),
                name="gold_once_per_item",
            ),
        ),
        migrations.AddConstraint(
            model_name="attemptitem",
            constraint=models.UniqueConstraint(fields=("attempt", "position"), name="attempt_position_unique"),
        ),
        migrations.AddConstraint(
            model_name="attemptitem",
            constraint=models.UniqueConstraint(fields=("attempt", "gold"), name="attempt_gold_unique"),
        ),
    ]
