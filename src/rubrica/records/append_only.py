"""Having the database itself refuse to rewrite facts: triggers that migrations put on tables."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

Step = Callable[[Any, BaseDatabaseSchemaEditor], None]


def refusing_updates(tables: Sequence[str]) -> tuple[Step, Step]:
    """Return what a migration runs to refuse every update of these tables, and to allow them again."""

    def refuse(_apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            if schema_editor.connection.vendor == "sqlite":
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_immutable BEFORE UPDATE ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
                continue
            schema_editor.execute(
                f"CREATE FUNCTION {table}_immutable() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; "
                "END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_immutable BEFORE UPDATE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_immutable()"
            )

    def allow(_apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            if schema_editor.connection.vendor == "sqlite":
                schema_editor.execute(f"DROP TRIGGER {table}_immutable")
            else:
                schema_editor.execute(f"DROP FUNCTION {table}_immutable() CASCADE")

    return refuse, allow


def refusing_another_value(table: str, column: str) -> tuple[Step, Step]:
    """Return what a migration runs to refuse another value of a column once it has one, and to allow it again."""

    def refuse(_apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {table}_{column}_stays BEFORE UPDATE OF {column} ON {table} "
                f"WHEN OLD.{column} IS NOT NULL AND NEW.{column} IS NOT OLD.{column} "
                f"BEGIN SELECT RAISE(ABORT, '{column} never changes'); END"
            )
            return
        schema_editor.execute(
            f"CREATE FUNCTION {table}_{column}_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{column} never changes' USING ERRCODE = 'integrity_constraint_violation'; "
            "END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_{column}_stays BEFORE UPDATE OF {column} ON {table} FOR EACH ROW "
            f"WHEN (OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column}) "
            f"EXECUTE FUNCTION {table}_{column}_stays()"
        )

    def allow(_apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {table}_{column}_stays")
        else:
            schema_editor.execute(f"DROP FUNCTION {table}_{column}_stays() CASCADE")

    return refuse, allow
