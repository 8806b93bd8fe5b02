"""Let raters judge some items again, sensitive projects hide their images, and people have keys of their own.

The column of evaluations is added in place: Django would copy the table on SQLite, and lose the trigger that keeps it
append-only.
"""

from django.db import migrations, models

EVALUATION_COLUMN = "is_repeat boolean NOT NULL DEFAULT FALSE"


class Migration(migrations.Migration):
    dependencies = [("records", "0003_marks_missing_clause_pair")]
    operations = [
        migrations.AddField("account", "workbench", models.JSONField(default=dict, db_default={})),
        migrations.AddField("project", "repeat_percent", models.PositiveSmallIntegerField(default=0, db_default=0)),
        migrations.AddField(
            "project",
            "is_sensitive",
            models.BooleanField(
                default=False, db_default=False, help_text="Images stay blurred until the person reveals them."
            ),
        ),
        migrations.AddField(
            "project",
            "hourly_limit",
            models.PositiveSmallIntegerField(
                null=True, help_text="Most evaluations of one person within an hour, to limit exposure."
            ),
        ),
        migrations.AddConstraint(
            "project",
            models.CheckConstraint(condition=models.Q(repeat_percent__lte=20), name="project_repeat_range"),
        ),
        migrations.AddConstraint(
            "project",
            models.CheckConstraint(condition=models.Q(hourly_limit__gte=1), name="project_hourly_limit_range"),
        ),
        migrations.AddField(
            "assignment",
            "is_repeat",
            models.BooleanField(db_default=False, help_text="The rater has judged the item before."),
        ),
        migrations.RemoveConstraint("assignment", "assignment_once_per_rater"),
        migrations.AddConstraint(
            "assignment",
            models.UniqueConstraint(fields=["item", "rater", "is_repeat"], name="assignment_once_per_rater"),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER TABLE records_evaluation ADD COLUMN {EVALUATION_COLUMN}",
                    "ALTER TABLE records_evaluation DROP COLUMN is_repeat",
                )
            ],
            state_operations=[
                migrations.AddField(
                    "evaluation",
                    "is_repeat",
                    models.BooleanField(
                        db_default=False, help_text="A second judgement of the same rater; counts apart."
                    ),
                )
            ],
        ),
    ]
