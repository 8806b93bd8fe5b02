"""Keep news for people and the ways in which they want it; let jobs wait for their time."""

import django.db.models.deletion
import rubrica.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0011_change_proposals"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="available_at",
            field=models.DateTimeField(help_text="Not to be begun before; null for at once.", null=True),
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True),
                ),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("review", "Reviews of my work"),
                            ("appeal", "Appeals"),
                            ("case", "Edge cases and rulings"),
                            ("proposal", "Proposals to change the rules"),
                            ("guideline", "New versions of a guideline"),
                            ("test", "Tests and calibrations"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(max_length=300)),
                ("path", models.CharField(help_text="Where it leads, from the root of the site.", max_length=200)),
                ("at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("app", "On Today"),
                            ("digest", "On Today, and in the daily mail"),
                            ("now", "On Today, and by mail at once"),
                        ],
                        max_length=6,
                    ),
                ),
                ("mailed_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.project"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "at"], name="notification_of_account"),
                    models.Index(
                        condition=models.Q(("mailed_at__isnull", True)),
                        fields=["account", "way"],
                        name="notification_unmailed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NotificationChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("review", "Reviews of my work"),
                            ("appeal", "Appeals"),
                            ("case", "Edge cases and rulings"),
                            ("proposal", "Proposals to change the rules"),
                            ("guideline", "New versions of a guideline"),
                            ("test", "Tests and calibrations"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("app", "On Today"),
                            ("digest", "On Today, and in the daily mail"),
                            ("now", "On Today, and by mail at once"),
                        ],
                        default="digest",
                        max_length=6,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("account", "topic"), name="notification_choice_once")],
            },
        ),
    ]
