"""Let a mark stand for something missing, name a clause, and belong to a mark on the other image.

The columns are added in place: Django would copy the table on SQLite, and lose the triggers that keep it append-only.
"""

from django.db import migrations, models

COLUMNS = {
    "missing": "boolean NOT NULL DEFAULT FALSE",
    "clause": "varchar(40) NOT NULL DEFAULT ''",
    "pair": "smallint CHECK (pair >= 0)",
}


class Migration(migrations.Migration):
    dependencies = [("records", "0002_facts_never_change")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER TABLE records_mark ADD COLUMN {name} {column}",
                    f"ALTER TABLE records_mark DROP COLUMN {name}",
                )
                for name, column in COLUMNS.items()
            ],
            state_operations=[
                migrations.AddField(
                    "mark",
                    "missing",
                    models.BooleanField(
                        db_default=False, help_text="The place is where something should be and is not."
                    ),
                ),
                migrations.AddField(
                    "mark",
                    "clause",
                    models.CharField(
                        max_length=40, blank=True, db_default="", help_text="Anchor that the rater named."
                    ),
                ),
                migrations.AddField(
                    "mark",
                    "pair",
                    models.PositiveSmallIntegerField(
                        null=True, help_text="Number of the mark of the same on the other image."
                    ),
                ),
            ],
        )
    ]
