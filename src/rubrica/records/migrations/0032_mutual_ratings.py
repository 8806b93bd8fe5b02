"""Keep what specialist and project say of each other after an engagement."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from rubrica.records.append_only import refusing_updates


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0031_screening"),
    ]

    operations = [
        migrations.CreateModel(
            name="MutualRating",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(choices=[("specialist", "Specialist"), ("project", "Project")], max_length=10),
                ),
                ("scores", models.JSONField(help_text="By the name of the question, from 1 to 5.")),
                ("comment", models.CharField(blank=True, max_length=1000)),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "engagement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ratings", to="records.engagement"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MutualRatingReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=1000)),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "rating",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reply", to="records.mutualrating"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="mutualrating",
            constraint=models.UniqueConstraint(fields=("engagement", "side"), name="mutual_rating_once_by_each_side"),
        ),
        migrations.RunPython(*refusing_updates(["records_mutualrating", "records_mutualratingreply"])),
    ]
