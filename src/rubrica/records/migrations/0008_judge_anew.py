"""Let changed rules have items judged anew: passes of an item, and a trace of who ordered another one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from rubrica.records.append_only import refusing_updates


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0007_edge_cases"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reevaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "which",
                    models.CharField(
                        choices=[
                            ("none", "None"),
                            ("sample", "A sample"),
                            ("disputed", "Those on which raters differ"),
                            ("all", "All"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reached", models.PositiveIntegerField(help_text="Items that the change reaches.")),
                ("queued", models.PositiveIntegerField(help_text="Items that were queued again.")),
                ("ordered_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="assignment",
            name="assignment_once_per_rater",
        ),
        migrations.AddField(
            model_name="assignment",
            name="pass_number",
            field=models.PositiveSmallIntegerField(
                db_default=1, default=1, help_text="The pass of the item that it was lent in."
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="pass_number",
            field=models.PositiveSmallIntegerField(
                db_default=1,
                default=1,
                help_text="Rises when changed rules have the item judged anew; counters start again.",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="requeued_count",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="How often items were queued again because the rules had changed."
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                fields=("item", "rater", "is_repeat", "pass_number"), name="assignment_once_per_rater"
            ),
        ),
        migrations.AddField(
            model_name="reevaluation",
            name="ordered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reevaluation",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
            ),
        ),
        migrations.AddField(
            model_name="reevaluation",
            name="version",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="reevaluation", to="records.guidelineversion"
            ),
        ),
        migrations.RunPython(*refusing_updates(("records_reevaluation",))),
    ]
