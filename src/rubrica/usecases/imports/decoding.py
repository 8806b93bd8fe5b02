"""Images on their way in: found, decoded in limited processes, and their bytes stored before any row speaks of them."""

import os
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from rubrica.formats.manifest import BadRow, ManifestRow
from rubrica.imaging.decode import DecoderPool, Facts, ImageRefusedError, RefusalCode, Renditions
from rubrica.records.models import Image
from rubrica.usecases.imports.sources import FileRefusedError, Source

THUMBNAIL_TYPE: Final = "image/webp"
REMEMBERED_IMAGES: Final = 4_096
"""Images of this import whose facts are kept in memory, so that one that many pairs share is decoded once."""
_PATIENCE: Final = 1.0
"""Seconds between two signs of life while a slow image is awaited."""


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image whose bytes are stored: what its row will say."""

    facts: Facts
    view_type: str
    view_width: int
    view_height: int
    has_pyramid: bool
    descriptor: bytes


@dataclass(frozen=True, slots=True)
class ReadyItem:
    """A row whose images are all stored."""

    row: ManifestRow
    images: tuple[StoredImage, ...]


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row whose key the project has already."""


Outcome = ReadyItem | BadRow | KnownRow


def decoder_workers() -> int:
    """Return how many decoder processes to run: the processors but one, and never fewer than two or more than eight."""
    return max(2, min(8, (os.cpu_count() or 2) - 1))


class Decoder:
    """Decodes the images of rows, several at once, and hands the rows on in their order."""

    def __init__(self, source: Source) -> None:
        workers = decoder_workers()
        self._source = source
        self._pool = DecoderPool(workers)
        # One thread more than processes: while one waits for the disk, every process has an image to decode.
        self._threads = ThreadPoolExecutor(workers + 1, thread_name_prefix="import")
        self._ahead = 4 * workers
        self._remembered: OrderedDict[str, StoredImage] = OrderedDict()
        self._lock = Lock()

    def close(self) -> None:
        """Wait for the images under way and end all processes."""
        self._threads.shutdown(cancel_futures=True)
        self._pool.close()

    def outcomes(self, rows: Iterable[ManifestRow | BadRow | KnownRow], keep: Callable[[], None]) -> Iterator[Outcome]:
        """Yield what became of each row as soon as it and all before it are done; ``keep`` is called while waiting."""
        waiting: deque[BadRow | KnownRow | Future[ReadyItem | BadRow]] = deque()
        for row in rows:
            waiting.append(self._threads.submit(self._prepare, row) if isinstance(row, ManifestRow) else row)
            if len(waiting) >= self._ahead:
                yield _awaited(waiting.popleft(), keep)
        while waiting:
            yield _awaited(waiting.popleft(), keep)

    def _prepare(self, row: ManifestRow) -> ReadyItem | BadRow:
        try:
            return ReadyItem(row, tuple(self._store(name) for name in row.images))
        except FileRefusedError as refusal:
            return BadRow(row.line, row.name, refusal.code, refusal.reason)
        except ImageRefusedError as refusal:
            return BadRow(row.line, row.name, refusal.code.value, refusal.message)

    def _store(self, name: str) -> StoredImage:
        data = _read(self._source.find(name), self._pool.limits.max_bytes)
        digest = sha256(data).hexdigest()
        with self._lock:
            known = self._remembered.get(digest)
        if known is not None:
            return known
        renditions = self._pool.decode(data)
        _write(digest, data, renditions)
        stored = StoredImage(
            renditions.facts,
            renditions.view_type,
            renditions.view_width,
            renditions.view_height,
            renditions.pyramid is not None,
            renditions.descriptor,
        )
        with self._lock:
            self._remembered[digest] = stored
            while len(self._remembered) > REMEMBERED_IMAGES:
                self._remembered.popitem(last=False)
        return stored


def _awaited(row: BadRow | KnownRow | Future[ReadyItem | BadRow], keep: Callable[[], None]) -> Outcome:
    if not isinstance(row, Future):
        return row
    while True:
        keep()
        try:
            return row.result(timeout=_PATIENCE)
        except NotYetError:
            if row.done():  # the row itself failed for want of time: that is its result
                return row.result()


def _read(path: Path, max_bytes: int) -> bytes:
    """Return the file's bytes, looking at its size before taking them into memory."""
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        reason = f"The file cannot be read ({error.strerror}). Check its rights."
        raise FileRefusedError("unreadable-file", reason) from error
    if len(data) > max_bytes:
        raise ImageRefusedError(
            RefusalCode.TOO_MANY_BYTES,
            f"The file is larger than {max_bytes // 1_000_000} MB. Save it with stronger compression or scale it down.",
        )
    return data


def _write(digest: str, data: bytes, renditions: Renditions) -> None:
    image = Image(sha256=digest)
    blobs = {"original": data, "view": renditions.view, "thumbnail": renditions.thumbnail}
    if renditions.pyramid is not None:
        blobs["pyramid"] = renditions.pyramid
    for rendition, content in blobs.items():
        default_storage.save(image.storage_key(rendition), ContentFile(content))
