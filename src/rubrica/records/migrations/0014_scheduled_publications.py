"""Let a text become the next version of a guideline at a time to come."""

import django.db.models.deletion
import rubrica.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0013_adaptive_overlap"),
    ]

    operations = [
        migrations.CreateModel(
            name="ScheduledPublication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True),
                ),
                ("markdown", models.TextField()),
                ("rubric", models.JSONField()),
                ("summary", models.CharField(max_length=400)),
                (
                    "change_class",
                    models.CharField(
                        choices=[
                            ("editorial", "Editorial"),
                            ("clarification", "Clarification"),
                            ("breaking", "Breaking"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "which",
                    models.CharField(
                        choices=[
                            ("none", "None"),
                            ("sample", "A sample"),
                            ("disputed", "Those on which raters differ"),
                            ("all", "All"),
                        ],
                        max_length=8,
                    ),
                ),
                ("sample", models.PositiveIntegerField(default=0)),
                ("effective_at", models.DateTimeField()),
                ("scheduled_at", models.DateTimeField()),
                (
                    "ended_at",
                    models.DateTimeField(help_text="When it was published, cancelled or found impossible.", null=True),
                ),
                ("failure", models.CharField(blank=True, max_length=500)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                    ),
                ),
                (
                    "scheduled_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "version",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scheduled",
                        to="records.guidelineversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("project",),
                        name="scheduled_publication_once",
                    )
                ],
            },
        ),
    ]
