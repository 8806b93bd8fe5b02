"""Count what came unannounced with what a person has done."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0019_profiles"),
    ]

    operations = [
        migrations.AddField(
            model_name="projectmembership",
            name="hidden_count",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="Evaluations that count apart, of repeats and gold that came unannounced.",
            ),
        ),
    ]
