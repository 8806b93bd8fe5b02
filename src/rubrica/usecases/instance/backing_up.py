"""Backing an installation up: a consistent copy of the database first, then every file that it can speak of.

Bytes are stored before the row that names them, and never change. So a file that is copied after the database can only
be one too many, never one too few.
"""

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from rubrica.domain.problems import Problem
from rubrica.formats.columns import moment_text
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.usecases.signing_keys import FILE as SIGNING_KEYS

BACKUP_FORMAT: Final = "rubrica/backup/1"
_READ_AT_ONCE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What was copied."""

    directory: Path
    files: int
    bytes: int


def back_up(directory: Path, *, now: datetime) -> Backup:
    """Copy database, images and secret into ``directory``, which must be new or empty, with a manifest of hashes.

    The secret is part of it: without it sign-in links, sessions and pseudonyms would not survive. So are the keys that
    sign credentials. Keep the copy as safe as the installation.

    Raises
    ------
    ConflictError
        The installation's database is not SQLite: its own tools make consistent copies.
    InvalidInputError
        The directory exists and is not empty.
    """
    if connection.vendor != "sqlite":
        message = "This installation uses PostgreSQL: back it up with pg_dump, and copy the media folder after it."
        raise ConflictError(message)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        message = f"{directory} exists and is not empty. Name a new folder for each backup."
        raise InvalidInputError(message, [Problem("directory", "is not empty", "a folder that is new or empty")])
    home = Path(settings.HOME)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    _copy_database(Path(str(connection.settings_dict["NAME"])), directory / "rubrica.sqlite3")
    shutil.copy2(home / "secret_key", directory / "secret_key")
    if (home / SIGNING_KEYS).is_file():
        shutil.copy2(home / SIGNING_KEYS, directory / SIGNING_KEYS)
    if (home / "media").is_dir():
        shutil.copytree(home / "media", directory / "media", ignore=shutil.ignore_patterns(".*"))
    files = [_described(path, directory) for path in sorted(directory.rglob("*")) if path.is_file()]
    manifest = {"format": BACKUP_FORMAT, "made_at": moment_text(now), "files": files}
    (directory / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return Backup(directory, len(files), sum(int(str(file["bytes"])) for file in files))


def _copy_database(source: Path, target: Path) -> None:
    """Copy by SQLite's online backup: consistent while others write, unlike a copy of the file."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy, pages=1_000)
    target.chmod(0o600)


def _described(path: Path, directory: Path) -> dict[str, object]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_READ_AT_ONCE):
            digest.update(chunk)
    return {"name": path.relative_to(directory).as_posix(), "sha256": digest.hexdigest(), "bytes": path.stat().st_size}
