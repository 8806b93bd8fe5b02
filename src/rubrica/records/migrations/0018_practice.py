"""Keep gold for practice, and propose gold from hidden repeats."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0017_hourly_cost"),
    ]

    operations = [
        migrations.AddField(
            model_name="gold",
            name="is_practice",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Shown with its answers as soon as somebody has judged it, and asked nowhere else.",
            ),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("practice", "Practice"),
                    ("qualification", "Qualification"),
                    ("calibration", "Calibration"),
                    ("round", "Round"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="gold",
            name="source",
            field=models.CharField(
                choices=[
                    ("expert", "Expert"),
                    ("agreement", "Agreement"),
                    ("ruling", "Ruling"),
                    ("planted", "Planted"),
                    ("adjudication", "Adjudication"),
                    ("repeat", "Repeat"),
                ],
                max_length=12,
            ),
        ),
    ]
