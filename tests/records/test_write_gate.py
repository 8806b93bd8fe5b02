"""SQLite with many writers: they queue at a gate, and what is committed is durable."""

import os
import sqlite3
import subprocess
import sys
import threading

import pytest
from django.db import connection, transaction
from django.db.utils import OperationalError

from rubrica.records.models import Organisation
from rubrica.records.sqlite.base import WriteGate
from tests.cast import NOON

pytestmark = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="the gate belongs to SQLite")


@pytest.mark.django_db
def test_the_database_is_durable_and_ready_for_many_writers():
    with connection.cursor() as cursor:
        pragmas = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert connection.transaction_mode == "IMMEDIATE"


@pytest.mark.django_db(transaction=True)
def test_readers_that_write_later_never_find_the_database_locked():
    Organisation.objects.create(slug="counter", name="0", created_at=NOON)
    failures: list[BaseException] = []

    def count_up():
        try:
            for _ in range(20):
                with transaction.atomic():
                    row = Organisation.objects.get(slug="counter")
                    row.name = str(int(row.name) + 1)
                    row.save()
        except BaseException as failure:  # noqa: BLE001  (the main thread must hear of anything)
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=count_up) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert Organisation.objects.get(slug="counter").name == "120"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_the_gate_is_free_again_however_a_transaction_ends(ending):
    class ChangedMyMindError(Exception):
        """Leave the block the other way."""

    try:
        with transaction.atomic():
            Organisation.objects.create(slug=f"a-{ending}", name="A", created_at=NOON)
            if ending == "rollback":
                raise ChangedMyMindError  # noqa: TRY301  (leaving the block by an error is what is tested)
    except ChangedMyMindError:
        pass
    finished = threading.Event()

    def write_too():
        Organisation.objects.create(slug=f"b-{ending}", name="B", created_at=NOON)
        with transaction.atomic():
            Organisation.objects.create(slug=f"c-{ending}", name="C", created_at=NOON)
        connection.close()
        finished.set()

    thread = threading.Thread(target=write_too)
    thread.start()
    thread.join(timeout=10)

    assert finished.is_set()


def test_a_gate_that_nobody_leaves_ends_in_an_error_and_not_in_a_hang(tmp_path):
    gate = WriteGate(str(tmp_path / "gate"))
    gate.enter(1)
    with pytest.raises(OperationalError, match="locked"):
        gate.enter(0.01)
    gate.leave()
    gate.enter(1)
    gate.leave()


@pytest.mark.parametrize("is_installed", [True, False])
def test_a_newer_sqlite_is_used_where_its_package_is_installed(tmp_path, is_installed):
    package = tmp_path / "packages" / "pysqlite3"
    if is_installed:
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "dbapi2.py").write_text(
            "from sqlite3.dbapi2 import *\nsqlite_version, sqlite_version_info = '3.99.1', (3, 99, 1)\n"
        )
    code = "import django; django.setup(); from django.db import connection; print(connection.Database.sqlite_version)"
    environment = {
        **os.environ,
        "RUBRICA_HOME": str(tmp_path / "home"),
        "DJANGO_SETTINGS_MODULE": "rubrica.config.settings",
        "PYTHONPATH": str(tmp_path / "packages"),
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)

    assert done.stdout.strip() == ("3.99.1" if is_installed else sqlite3.sqlite_version)
