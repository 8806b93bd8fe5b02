"""Manifests: CSV or JSONL files that name images and say what belongs to them.

A file is read as a stream. What is wrong with the whole file (its header) is an error before any row; what is wrong
with one row is a :class:`BadRow` in its place, and the rows after it are read all the same.
"""

import codecs
from collections.abc import Iterator
from typing import BinaryIO, Final, Literal

from rubrica.domain.problems import Problem
from rubrica.formats import manifest_csv, manifest_jsonl
from rubrica.formats.manifest_row import BadRow, ManifestInvalidError, ManifestRow

__all__ = ["MANIFEST_ENDINGS", "BadRow", "ManifestInvalidError", "ManifestKind", "ManifestRow", "read_manifest"]

ManifestKind = Literal["csv", "jsonl"]

MANIFEST_ENDINGS: Final[dict[str, ManifestKind]] = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
"""File name endings that make a file a manifest rather than an image."""


def read_manifest(file: BinaryIO, kind: ManifestKind, images: int) -> Iterator[ManifestRow | BadRow]:
    """Read a manifest, row by row.

    Parameters
    ----------
    file
        At its beginning; read as a stream.
    kind
        How the file is written.
    images
        How many images an item has: it decides which columns there are.

    Returns
    -------
    Iterator of ManifestRow or BadRow
        In the order of the file.

    Raises
    ------
    ManifestInvalidError
        At once, not on the first row: the file is empty, written in UTF-16, or its header cannot be used.
    """
    _skip_byte_order_mark(file)
    return manifest_csv.read(file, images) if kind == "csv" else manifest_jsonl.read(file, images)


def _skip_byte_order_mark(file: BinaryIO) -> None:
    start = file.read(len(codecs.BOM_UTF8))
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        problem = Problem("the file", "is written in UTF-16", "UTF-8 (in a spreadsheet: save as “CSV UTF-8”)")
        raise ManifestInvalidError([problem])
    if not start:
        raise ManifestInvalidError([Problem("the file", "is empty", "a header and one row for each item")])
    if start != codecs.BOM_UTF8:
        file.seek(0)
