"""Let everybody propose another wording of a clause, and say what they think of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from rubrica.records.append_only import refusing_updates


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0010_reviews"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangeProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("clause", models.CharField(max_length=40)),
                ("old_text", models.TextField()),
                ("new_text", models.TextField()),
                ("summary", models.CharField(max_length=300)),
                ("rationale", models.TextField(blank=True, max_length=2000)),
                ("rulings", models.JSONField(default=list, help_text="Numbers of the rulings that it is built from.")),
                ("made_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
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
                    "guideline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.guidelineversion"
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
        migrations.CreateModel(
            name="ProposalOpinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("approves", models.BooleanField()),
                ("comment", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="records.changeproposal",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="changeproposal",
            constraint=models.UniqueConstraint(fields=("project", "number"), name="change_proposal_number_unique"),
        ),
        migrations.AddConstraint(
            model_name="changeproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", False), ("owner__isnull", False), ("state__in", ["open"])),
                    models.Q(
                        ("due_at__isnull", True),
                        ("owner__isnull", True),
                        ("state__in", ["accepted", "declined", "withdrawn"]),
                    ),
                    _connector="OR",
                ),
                name="change_proposal_waits_for_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposalopinion",
            constraint=models.UniqueConstraint(fields=("proposal", "account"), name="proposal_opinion_once"),
        ),
        migrations.RunPython(*refusing_updates(("records_proposalopinion",))),
    ]
