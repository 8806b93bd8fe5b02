"""Find at once what a rater held when the lease ran out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0004_repeats_sensitive_projects_and_own_keys")]

    operations = [
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("state", "expired")), fields=["rater", "project"], name="assignment_lapsed"
            ),
        ),
    ]
