"""Checking an installation: whether the machine is fit for it, and what is stored as it must be."""

import os
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

import rubrica
from rubrica.records.sqlite.base import SQLITE_VERSION
from rubrica.usecases.instance.described import described
from rubrica.usecases.instance.finding import Finding, note, ok, problem
from rubrica.usecases.instance.invariants import invariants
from rubrica.usecases.instance.preparing import is_prepared
from rubrica.usecases.instance.stored_bytes import stored_bytes

_WAL_RESET_FIXED: Final = ((3, 44, 6), (3, 45, 0)), ((3, 50, 7), (3, 51, 0)), ((3, 51, 3), (4, 0, 0))
"""Ranges of SQLite versions, upper end exclusive, in which the WAL-reset bug is fixed (https://sqlite.org/wal.html)."""


def check_instance(*, read_bytes: bool) -> Iterator[Finding]:
    """Yield what was checked and how it stands; ``read_bytes`` compares every stored original with its hash."""
    yield ok("versions", f"Rubrica {rubrica.__version__}, Python {platform.python_version()}")
    yield _database()
    yield from _home()
    if not is_prepared():
        yield problem("tables", "The tables are missing or of another version. Run: rubrica init")
        return
    yield _integrity()
    yield from invariants()
    yield from stored_bytes(read=read_bytes)
    yield from described()


def _database() -> Finding:
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            (version,) = cursor.fetchone()
        return ok("database", f"PostgreSQL {version}")
    version = ".".join(map(str, SQLITE_VERSION))
    if any(low <= SQLITE_VERSION < high for low, high in _WAL_RESET_FIXED):
        return ok("database", f"SQLite {version}")
    return note(
        "database",
        f"SQLite {version} has the rare WAL-reset bug (fixed in 3.44.6, 3.50.7 and 3.51.3), which can damage a "
        "database that several connections write to at once; Rubrica lets them write one after another. To be "
        "rid of it, install rubrica[sqlite], which brings a newer SQLite, or use PostgreSQL.",
    )


def _home() -> Iterator[Finding]:
    home = Path(settings.HOME)
    if home.stat().st_mode & 0o077:
        yield note("home", f"{home} can be read by other users of the machine. Run: chmod 700 {home}")
    secret = home / "secret_key"
    if secret.stat().st_mode & 0o077:
        yield problem("secret", f"{secret} can be read by other users of the machine. Run: chmod 600 {secret}")
    for name, folder in (("storage", home / "media"), ("incoming", Path(settings.INCOMING))):
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"rubrica")
                os.fsync(file.fileno())
        except OSError as error:
            yield problem(name, f"{folder} cannot be written ({error.strerror}). Check its owner and free space.")
        else:
            yield ok(name, f"{folder} can be written")


def _integrity() -> Finding:
    if connection.vendor != "sqlite":
        return ok("integrity", "left to PostgreSQL")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(5)")
        rows = [row[0] for row in cursor.fetchall()]
        cursor.execute("PRAGMA foreign_key_check")
        orphans = cursor.fetchmany(5)
    if rows != ["ok"]:
        return problem("integrity", f"SQLite finds the database damaged: {'; '.join(rows)}. Restore the last backup.")
    if orphans:
        tables = ", ".join(sorted({row[0] for row in orphans}))
        return problem("integrity", f"Rows in {tables} point at rows that are not there.")
    return ok("integrity", "SQLite finds the database sound")
