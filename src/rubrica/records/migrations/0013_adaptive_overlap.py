"""Let items on which raters differ have further raters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0012_notifications"),
    ]

    operations = [
        migrations.AddField(
            model_name="item",
            name="extra_places",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, help_text="Evaluations wanted beyond the overlap, because raters differ."
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="most_overlap",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="Most evaluations of an item on which raters differ; 0 for as many as of the others.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("most_overlap__lte", 50)), name="project_most_overlap_range"
            ),
        ),
    ]
