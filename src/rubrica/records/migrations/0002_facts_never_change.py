"""Have the database itself refuse to rewrite a fact: evaluations with their parts, and published guidelines."""

from django.db import migrations

from rubrica.records.append_only import refusing_updates

FACTS = ("records_evaluation", "records_rating", "records_mark", "records_guidelineversion", "records_auditevent")


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(*refusing_updates(FACTS))]
