"""A new installation gets its tables in one step, an older one step by step: both end with the same tables."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from rubrica.usecases.instance.preparing import is_prepared, prepare_instance

LOADER = MigrationLoader(None)
AT_ONCE, REPLACEMENT = next((key, found) for key, found in LOADER.replacements.items() if key[0] == "records")
LAST = REPLACEMENT.replaces[-1][1]

# Columns that were added to tables with triggers in SQL of our own, where SQLite keeps the words that it was told.
IN_PLACE = {
    "missing boolean NOT NULL DEFAULT FALSE": "missing bool DEFAULT 0 NOT NULL",
    "is_repeat boolean NOT NULL DEFAULT FALSE": "is_repeat bool DEFAULT 0 NOT NULL",
    "clause varchar(40) NOT NULL DEFAULT ''": "clause varchar(40) DEFAULT '' NOT NULL",
    "pair smallint CHECK (pair >= 0)": "pair smallint unsigned NULL CHECK (pair >= 0)",
}


@contextlib.contextmanager
def empty_database(name: str, folder: Path) -> Iterator[None]:
    """Work on an empty database beside that of the tests."""
    usual = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    connection.settings_dict["NAME"] = name if connection.vendor == "postgresql" else str(folder / f"{name}.sqlite3")
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def migrate_step_by_step(until: str) -> None:
    executor = MigrationExecutor(connection)
    executor.loader = MigrationLoader(connection, replace_migrations=False)
    executor.migrate([("records", until)])


def tables_of_database() -> dict[str, Any]:
    """Return everything that the database keeps and refuses, by name, whatever the order of columns."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            return {name: _clauses(sql) if name.startswith("table ") else sql for name, sql in cursor.fetchall()}
        cursor.execute(
            "SELECT 'column ' || table_name || '.' || column_name, concat_ws(' ', data_type, character_maximum_length, "
            "is_nullable, column_default, is_identity) FROM information_schema.columns WHERE table_schema = 'public' "
            "UNION ALL SELECT 'constraint ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) "
            "FROM pg_constraint WHERE connamespace = 'public'::regnamespace "
            "UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
            "UNION ALL SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal "
            "UNION ALL SELECT 'function ' || proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        )
        return dict(cursor.fetchall())


def _clauses(sql: str) -> list[str]:
    """Return the columns and constraints of a ``CREATE TABLE``, sorted."""
    body = sql[sql.index("(") + 1 : sql.rindex(")")]
    clauses: list[str] = []
    depth, begun, inside = 0, 0, False
    for position, sign in enumerate(body):
        inside ^= sign == "'"
        depth += (not inside) * ((sign == "(") - (sign == ")"))
        if sign == "," and not depth and not inside:
            clauses.append(body[begun:position])
            begun = position + 1
    plain = [re.sub(r"\s+", " ", clause.replace('"', "")).strip() for clause in [*clauses, body[begun:]]]
    return sorted(IN_PLACE.get(clause, clause) for clause in plain)


def test_models_after_one_step_are_those_after_all_steps():
    every_step = MigrationLoader(None, replace_migrations=False)
    ways = [
        ProjectState.from_apps(apps),
        *(every_step.project_state([("records", last)]) for last in (LAST, AT_ONCE[1])),
    ]

    for way in ways:
        for other in [key for key in way.models if key[0] != "records"]:
            del way.models[other]
    _now, by_steps, at_once = ways

    assert {key: sorted(model.fields) for key, model in by_steps.models.items()} == {
        key: sorted(model.fields) for key, model in at_once.models.items()
    }
    assert MigrationAutodetector(by_steps, at_once).changes(every_step.graph) == {}


@pytest.mark.django_db(transaction=True)
def test_an_older_installation_ends_with_the_tables_of_a_new_one(tmp_path: Path):
    with empty_database("rubrica_new", tmp_path):
        prepare_instance()
        new = tables_of_database()

    with empty_database("rubrica_older", tmp_path):
        migrate_step_by_step("0018_practice")
        assert not is_prepared()
        assert prepare_instance()
        assert is_prepared()
        older = tables_of_database()
        # One that had run every step before the one step for all was there lacks nothing but the note of it.
        MigrationRecorder(connection).record_unapplied(*AT_ONCE)
        assert is_prepared()

    assert sum(name.endswith(("_immutable", "_stays")) and name.startswith("trigger ") for name in new) >= 25
    assert older == new
