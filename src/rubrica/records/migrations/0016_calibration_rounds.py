"""Keep calibration rounds: their items, who takes part, and what is said of them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from rubrica.records.append_only import refusing_updates


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0015_clause_questions"),
    ]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="stage",
            field=models.PositiveSmallIntegerField(
                default=1, help_text="Of a round: 1 before it is revealed, 2 after."
            ),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="purpose",
            field=models.CharField(
                choices=[("qualification", "Qualification"), ("calibration", "Calibration"), ("round", "Round")],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="CalibrationRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("judging", "Judging"),
                            ("discussion", "Discussion"),
                            ("judging_again", "Judging again"),
                            ("closed", "Closed"),
                        ],
                        default="judging",
                        max_length=14,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("revealed_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "guideline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.guidelineversion"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="attempt",
            name="round",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.calibrationround"
            ),
        ),
        migrations.CreateModel(
            name="RoundItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.item"),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="records.calibrationround"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RoundPost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=2000)),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "round_item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="records.rounditem"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="calibrationround",
            constraint=models.UniqueConstraint(fields=("project", "number"), name="calibration_round_number_unique"),
        ),
        migrations.AddConstraint(
            model_name="calibrationround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("due_at__isnull", False),
                        ("owner__isnull", False),
                        ("state__in", ["discussion", "judging", "judging_again"]),
                    ),
                    models.Q(("due_at__isnull", True), ("owner__isnull", True), ("state", "closed")),
                    _connector="OR",
                ),
                name="calibration_round_waits_for_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="rounditem",
            constraint=models.UniqueConstraint(fields=("round", "position"), name="round_position_unique"),
        ),
        migrations.AddConstraint(
            model_name="rounditem",
            constraint=models.UniqueConstraint(fields=("round", "item"), name="round_item_unique"),
        ),
        migrations.RunPython(*refusing_updates(("records_roundpost",))),
    ]
