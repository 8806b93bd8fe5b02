"""Have the database itself refuse to rewrite a fact: evaluations with their parts, and published guidelines."""

from django.db import migrations

FACTS = ("records_evaluation", "records_rating", "records_mark", "records_guidelineversion", "records_auditevent")


def refuse_updates(apps, schema_editor):
    for table in FACTS:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {table}_immutable BEFORE UPDATE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        else:
            schema_editor.execute(
                f"CREATE FUNCTION {table}_immutable() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; "
                "END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_immutable BEFORE UPDATE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_immutable()"
            )


def allow_updates(apps, schema_editor):
    for table in FACTS:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {table}_immutable")
        else:
            schema_editor.execute(f"DROP FUNCTION {table}_immutable() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(refuse_updates, allow_updates)]
