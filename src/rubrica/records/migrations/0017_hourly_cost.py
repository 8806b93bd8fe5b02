"""Reckon what an hour of a specialist costs, for previews."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0016_calibration_rounds"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="currency",
            field=models.CharField(db_default="USD", default="USD", help_text="Code of ISO 4217.", max_length=3),
        ),
        migrations.AddField(
            model_name="project",
            name="hourly_cost_minor",
            field=models.PositiveIntegerField(
                help_text="What an hour of a specialist is reckoned to cost, in minor units of the currency.", null=True
            ),
        ),
    ]
