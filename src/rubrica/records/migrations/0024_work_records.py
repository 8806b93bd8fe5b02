"""Let people show what they did: disclosures, credentials and portfolios."""

import django.db.models.deletion
import rubrica.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0023_active_time"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="may_be_named",
            field=models.BooleanField(
                db_default=False, default=False, help_text="Whether those who worked in it may tell others its name."
            ),
        ),
        migrations.CreateModel(
            name="Portfolio",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True),
                ),
                ("name", models.CharField(help_text="What the page calls the person.", max_length=120)),
                ("opened_at", models.DateTimeField()),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WorkCredential",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True),
                ),
                (
                    "token",
                    models.TextField(blank=True, help_text="The signed text; empty once nobody may have it any more."),
                ),
                ("issued_at", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
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
            name="WorkDisclosure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("nothing", "Nothing"),
                            ("role", "Role, period and kind of task"),
                            ("counts", "Also items and hours"),
                            ("calibration", "Also tests and calibrations passed"),
                        ],
                        default="nothing",
                        max_length=12,
                    ),
                ),
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
                "constraints": [models.UniqueConstraint(fields=("account", "project"), name="work_disclosure_once")],
            },
        ),
    ]
