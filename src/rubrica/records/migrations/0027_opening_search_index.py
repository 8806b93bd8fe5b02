"""Search openings without reading their rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0026_questions_wait_for_somebody"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="storedopening",
            index=models.Index(
                fields=[
                    "state",
                    "is_listed",
                    "closes_at",
                    "private_to",
                    "posted_at",
                    "data_type",
                    "label_types",
                    "pay_basis",
                    "pay_currency",
                    "pay_high",
                    "experience",
                    "experience_rank",
                    "hours_low",
                    "reach",
                    "has_work",
                    "source",
                    "project",
                ],
                name="opening_search",
            ),
        ),
    ]
