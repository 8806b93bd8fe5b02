"""Where items come from: a folder on the machine, or files that were uploaded; with a manifest or without."""

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final, Protocol

from rubrica.domain.problems import Problem
from rubrica.domain.text import composed
from rubrica.formats.manifest import (
    MANIFEST_ENDINGS,
    BadRow,
    ManifestInvalidError,
    ManifestRow,
    read_manifest,
)
from rubrica.formats.manifest_row import checked_row, image_columns
from rubrica.usecases.errors import InvalidInputError

FOLDER_MANIFESTS: Final = ("manifest.csv", "manifest.jsonl")
"""A folder that holds one of these is read by it."""

_ADDRESS = re.compile("[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_DRIVE = re.compile("[a-z]:", re.IGNORECASE)
_NOT_MEANT = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


class FileRefusedError(Exception):
    """A row names a file that cannot be read; ``code`` and ``reason`` go into the row's problem."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Source(Protocol):
    """Rows in a fixed order, and the files they name."""

    def rows(self) -> Iterator[ManifestRow | BadRow]:
        """Return the rows from the beginning, the same each time."""

    def find(self, name: str) -> Path:
        """Return the file that a row names.

        Raises
        ------
        FileRefusedError
            There is no such file, or it is not for this import to read.
        """


@dataclass(frozen=True, slots=True)
class _Manifest:
    path: Path
    images: int
    ending: str

    def rows(self) -> Iterator[ManifestRow | BadRow]:
        with self.path.open("rb") as file:
            yield from read_manifest(file, MANIFEST_ENDINGS[self.ending], self.images)

    def check(self) -> None:
        """Read the header, so that what is wrong with it is said before anything is stored."""
        try:
            with self.path.open("rb") as file:
                read_manifest(file, MANIFEST_ENDINGS[self.ending], self.images)
        except ManifestInvalidError as error:
            message = f"The manifest cannot be used: {error}"
            raise InvalidInputError(message, error.problems) from error


class FolderSource:
    """A folder on the machine: read by its manifest, or every file in it is an item."""

    def __init__(self, folder: Path, images: int, manifest: Path | None = None) -> None:
        self._folder = folder.resolve()
        self._images = images
        self._manifest = _Manifest(manifest, images, manifest.suffix.lower()) if manifest else None
        if self._manifest is not None:
            self._manifest.check()
        elif images > 1:
            raise _needs_a_manifest(images)

    def rows(self) -> Iterator[ManifestRow | BadRow]:
        """Return the manifest's rows, or a row for each file in the order of their paths."""
        if self._manifest is not None:
            return self._manifest.rows()
        return (_row_of_file(name, self._images) for name in _files_below(self._folder))

    def find(self, name: str) -> Path:
        """Return the file beside the manifest, never one outside its folder."""
        plain = _checked_name(name)
        # Text is kept in composed form, and some systems name files in decomposed form.
        for spelling in (plain, unicodedata.normalize("NFD", plain)):
            path = (self._folder / spelling).resolve()
            if not path.is_relative_to(self._folder):
                raise _outside()
            if path.is_file():
                return path
        raise FileRefusedError("missing-image", f"There is no such file in the folder.{_hint(self._folder / plain)}")


class UploadSource:
    """Uploaded files under the names that the server chose, found again by the names that they came with."""

    def __init__(self, files: Sequence[tuple[str, Path]], images: int) -> None:
        if not files:
            message = "There is no file. Choose images, or a manifest together with its images."
            raise InvalidInputError(message, [Problem("files", "are missing", "at least one file")])
        manifests = [(name, path) for name, path in files if _ending(name) in MANIFEST_ENDINGS]
        if len(manifests) > 1:
            message = f"There are {len(manifests)} manifests. Upload one at a time, with the images it names."
            raise InvalidInputError(message, [Problem("files", "holds more than one manifest", "one .csv or .jsonl")])
        pictures = [(name, path) for name, path in files if _ending(name) not in MANIFEST_ENDINGS]
        if not manifests and images > 1:
            raise _needs_a_manifest(images)
        self._images = images
        self._names = [name for name, _ in pictures]
        self._path_of: Mapping[str, Path] = {_plain_name(name): path for name, path in pictures}
        self._path_of_last = _unambiguous({_plain_name(name): path for name, path in pictures})
        self._manifest = _Manifest(manifests[0][1], images, _ending(manifests[0][0])) if manifests else None
        if self._manifest is not None:
            self._manifest.check()

    def rows(self) -> Iterator[ManifestRow | BadRow]:
        """Return the manifest's rows, or a row for each image in the order they came."""
        if self._manifest is not None:
            return self._manifest.rows()
        return (_row_of_file(name, self._images) for name in self._names)

    def find(self, name: str) -> Path:
        """Return the upload of that name; its last part is enough where only one upload ends so."""
        plain = _plain_name(name) if self._manifest is None else _checked_name(name)
        path = self._path_of.get(plain) or self._path_of_last.get(plain.rpartition("/")[2])
        if path is None:
            nearest = get_close_matches(plain, list(self._path_of)[:5_000], n=1)
            hint = f" The nearest is {nearest[0]!r}." if nearest else ""
            raise FileRefusedError(
                "missing-image", f"No uploaded file has this name. Upload it together with the manifest.{hint}"
            )
        return path


def source_of_path(path: Path, images: int) -> FolderSource:
    """Return the source that a path on the machine stands for: a folder, or a manifest beside its images.

    Raises
    ------
    InvalidInputError
        There is no such path, it is neither, or the manifest's header cannot be used.
    """
    if path.is_dir():
        manifest = next((path / name for name in FOLDER_MANIFESTS if (path / name).is_file()), None)
        return FolderSource(path, images, manifest)
    if path.is_file() and path.suffix.lower() in MANIFEST_ENDINGS:
        return FolderSource(path.parent, images, path)
    what = "is neither a folder nor a manifest" if path.exists() else "does not exist"
    message = f"{path} {what}. Name a folder of images, or a .csv or .jsonl file."
    raise InvalidInputError(message, [Problem("path", what, "a folder, a .csv or a .jsonl file")])


def _needs_a_manifest(images: int) -> InvalidInputError:
    columns = ", ".join(image_columns(images))
    message = (
        f"An item of this project has {images} images, so a manifest must say which belong together: a .csv or .jsonl "
        f"file with the columns {columns}."
    )
    return InvalidInputError(message, [Problem("files", "hold no manifest", f"one .csv or .jsonl with {columns}")])


def _row_of_file(name: str, images: int) -> ManifestRow | BadRow:
    row = checked_row(0, {"image": name}, images)
    if isinstance(row, BadRow):
        return BadRow(None, row.name, "bad-name", f"{row.reason} Rename the file.")
    return ManifestRow(None, row.name, row.images, row.models)


def _files_below(folder: Path) -> list[str]:
    """List the files of a folder and its folders, without hidden ones, in the order of their paths."""
    names: list[str] = []
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _NOT_MEANT]
        relative = Path(parent).relative_to(folder)
        names += [(relative / name).as_posix() for name in files if _is_meant(name)]
    return sorted(names)


def _is_meant(name: str) -> bool:
    return not name.startswith(".") and name not in _NOT_MEANT


def _ending(name: str) -> str:
    return Path(name).suffix.lower()


def _plain_name(name: str) -> str:
    return composed(name).replace("\\", "/").removeprefix("./")


def _unambiguous(path_of: Mapping[str, Path]) -> dict[str, Path]:
    last_parts = [name.rpartition("/")[2] for name in path_of]
    count = Counter(last_parts)
    return {last: path for last, path in zip(last_parts, path_of.values(), strict=True) if count[last] == 1}


def _checked_name(name: str) -> str:
    """Return the name with forward slashes, refusing what could leave the folder or is no file name at all."""
    if _ADDRESS.match(name):
        raise FileRefusedError("address-not-read", "Addresses are not fetched. Download the image and name its file.")
    plain = _plain_name(name)
    if plain.startswith("/") or _DRIVE.match(plain) or ".." in plain.split("/"):
        raise _outside()
    return plain


def _outside() -> FileRefusedError:
    return FileRefusedError(
        "path-outside-folder",
        "The path leads out of the manifest's folder. Put the image into the folder and name it from there.",
    )


def _hint(path: Path) -> str:
    """Name the file that was probably meant: the same in other capitals, or a near spelling."""
    try:
        there = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return " Its folder does not exist either."
    same = [name for name in there if name.lower() == path.name.lower()]
    nearest = same or get_close_matches(path.name, there, n=1)
    return (
        f" The nearest is {nearest[0]!r}." if nearest else " Check the path, which is read from the manifest's folder."
    )
