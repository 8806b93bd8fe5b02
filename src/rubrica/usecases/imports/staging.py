"""Uploads on their way to the worker: kept under names that the server chooses, beside the names they came with."""

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from rubrica.imaging.limits import Limits
from rubrica.records.storage import flush_folder

MOST_FILES = 20_000
MOST_MANIFEST_BYTES = 500_000_000
_INDEX = "index.json"


@dataclass(frozen=True, slots=True)
class UploadedPart:
    """One uploaded file as it arrives: the name the browser gave it, and its bytes in chunks."""

    name: str
    chunks: Iterable[bytes]


class TooManyFilesError(ValueError):
    """More files than one upload may have."""


def stage(public_id: str, parts: Iterable[UploadedPart], manifest_endings: Iterable[str]) -> list[tuple[str, Path]]:
    """Write uploads to the installation's incoming folder and return their names with the paths.

    An image beyond the byte limit is kept one byte too long, so that the decoder refuses it in its own words; the rest
    is not read.
    """
    folder = _folder(public_id)
    folder.mkdir(mode=0o700, parents=True)
    endings = tuple(manifest_endings)
    try:
        files = [_write(folder, number, part, endings) for number, part in enumerate(parts, start=1)]
    except BaseException:
        discard(public_id)
        raise
    with (folder / _INDEX).open("x", encoding="utf-8") as index:
        json.dump([[name, path.name] for name, path in files], index)
        index.flush()
        os.fsync(index.fileno())
    flush_folder(folder)
    flush_folder(folder.parent)
    return files


def staged(public_id: str) -> list[tuple[str, Path]]:
    """Return the uploads of an import by the names they came with."""
    folder = _folder(public_id)
    index = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
    return [(name, folder / file) for name, file in index]


def discard(public_id: str) -> None:
    """Delete the uploads of an import."""
    shutil.rmtree(_folder(public_id), ignore_errors=True)


def _folder(public_id: str) -> Path:
    return Path(settings.INCOMING) / public_id


def _write(folder: Path, number: int, part: UploadedPart, manifest_endings: tuple[str, ...]) -> tuple[str, Path]:
    if number > MOST_FILES:
        message = f"more than {MOST_FILES} files"
        raise TooManyFilesError(message)
    is_manifest = part.name.lower().endswith(manifest_endings)
    limit = MOST_MANIFEST_BYTES if is_manifest else Limits().max_bytes + 1
    path = folder / f"{number:06}"
    with path.open("xb") as file:
        for chunk in part.chunks:
            file.write(chunk[: limit - file.tell()])
            if file.tell() >= limit:
                break
        file.flush()
        os.fsync(file.fileno())
    return part.name, path
