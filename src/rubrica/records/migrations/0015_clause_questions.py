"""Let people ask about clauses of a guideline; answers are never changed."""

import django.db.models.deletion
import rubrica.kit.ids
from django.conf import settings
from django.db import migrations, models

from rubrica.records.append_only import refusing_updates


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0014_scheduled_publications"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClauseQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True),
                ),
                ("clause", models.CharField(max_length=40)),
                ("text", models.CharField(max_length=1000)),
                ("at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "guideline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.guidelineversion"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClauseAnswer",
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
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="records.clausequestion"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="clausequestion",
            index=models.Index(fields=["project", "settled_at"], name="clause_question_open"),
        ),
        migrations.RunPython(*refusing_updates(("records_clauseanswer",))),
    ]
