"""Keep who has read which version of a guideline, and give no new work after a breaking change that was not read."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import deletion

from rubrica.records.append_only import refusing_updates


class Migration(migrations.Migration):
    dependencies = [("records", "0005_find_lapsed_assignments")]

    operations = [
        migrations.AddField(
            "projectmembership",
            "must_acknowledge",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="A breaking change waits to be read before new work is given.",
            ),
        ),
        migrations.CreateModel(
            "Acknowledgement",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("acknowledged_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(on_delete=deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "project",
                    models.ForeignKey(on_delete=deletion.CASCADE, related_name="+", to="records.project"),
                ),
                (
                    "version",
                    models.ForeignKey(on_delete=deletion.PROTECT, related_name="+", to="records.guidelineversion"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("account", "version"), name="acknowledgement_once")],
            },
        ),
        migrations.RunPython(*refusing_updates(("records_acknowledgement",))),
    ]
