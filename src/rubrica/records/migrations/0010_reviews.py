"""Keep reviews of evaluations, adjudications and appeals; what was decided is never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from rubrica.records.append_only import refusing_updates


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0009_gold_and_attempts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "why",
                    models.CharField(
                        choices=[("sample", "Sample"), ("disagreement", "Disagreement"), ("flag", "Flag")],
                        max_length=12,
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, help_text="What whoever flagged it said; not for the rater.", max_length=500
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("accepted", "Accepted"),
                            ("returned", "Returned"),
                            ("adjudicated", "Adjudicated"),
                            ("appealed", "Appealed"),
                            ("upheld", "Upheld"),
                            ("dismissed", "Dismissed"),
                            ("settled", "Settled"),
                        ],
                        default="pending",
                        max_length=12,
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("criterion", models.CharField(blank=True, max_length=60)),
                ("clause", models.CharField(blank=True, max_length=40)),
                ("comment", models.CharField(blank=True, max_length=1000)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "evaluation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="review", to="records.evaluation"
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
                (
                    "rater",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Adjudication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("answers", models.JSONField(help_text="The right answers, by criterion.")),
                ("reason", models.CharField(max_length=1000)),
                ("clause", models.CharField(blank=True, max_length=40)),
                ("decided_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "guideline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.guidelineversion"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.item"),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                    ),
                ),
                (
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="adjudication", to="records.review"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReviewStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("accept", "accepted it"),
                            ("return", "returned it"),
                            ("adjudicate", "adjudicated"),
                            ("appeal", "appealed"),
                            ("uphold", "upheld the appeal"),
                            ("dismiss", "dismissed the appeal"),
                            ("settle", "took it as it is"),
                            ("take_over", "sees to it from now on"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("accepted", "Accepted"),
                            ("returned", "Returned"),
                            ("adjudicated", "Adjudicated"),
                            ("appealed", "Appealed"),
                            ("upheld", "Upheld"),
                            ("dismissed", "Dismissed"),
                            ("settled", "Settled"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("accepted", "Accepted"),
                            ("returned", "Returned"),
                            ("adjudicated", "Adjudicated"),
                            ("appealed", "Appealed"),
                            ("upheld", "Upheld"),
                            ("dismissed", "Dismissed"),
                            ("settled", "Settled"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=1000)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="records.review"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["project", "state"], name="review_queue"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(fields=("project", "number"), name="review_number_unique"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("due_at__isnull", False),
                        ("owner__isnull", False),
                        (
                            "state__in",
                            [
                                "adjudicated",
                                "appealed",
                                "pending",
                                "returned",
                            ],
                        ),
                    ),
                    models.Q(
                        ("due_at__isnull", True),
                        ("owner__isnull", True),
                        (
                            "state__in",
                            [
                                "accepted",
                                "dismissed",
                                "settled",
                                "upheld",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="review_waits_for_somebody",
            ),
        ),
        migrations.RunPython(*refusing_updates(("records_reviewstep", "records_adjudication"))),
    ]
