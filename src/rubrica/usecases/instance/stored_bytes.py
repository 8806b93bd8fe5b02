"""Whether the bytes of every image are there, and still those that were decoded."""

import hashlib
from collections.abc import Iterator
from typing import Final

from django.core.files.storage import default_storage

from rubrica.records.models import Image
from rubrica.usecases.instance.finding import Finding, ok, problem

_READ_AT_ONCE: Final = 1 << 20
_NAMED_AT_MOST: Final = 5


def stored_bytes(*, read: bool) -> Iterator[Finding]:
    """Yield how the stored images stand; ``read`` compares each original with its hash, which takes a while."""
    missing, changed, images = [], [], 0
    rows = Image.objects.everywhere("the operator checks the whole installation")
    for image in rows.only("sha256", "has_pyramid").order_by("sha256").iterator(chunk_size=1_000):
        images += 1
        absent = [name for name in _renditions(image) if not default_storage.exists(image.storage_key(name))]
        if absent:
            missing.append(f"{image.sha256[:12]} ({', '.join(absent)})")
        elif read and _hash(image) != image.sha256:
            changed.append(image.sha256[:12])
    if missing:
        yield problem("images", f"Bytes are missing of {_named(missing)}. Restore them from the last backup.")
    if changed:
        yield problem("images", f"The originals of {_named(changed)} have changed. Restore them from the last backup.")
    if not missing and not changed:
        yield ok("images", f"the bytes of {images} images are there{' and unchanged' if read else ''}")


def _renditions(image: Image) -> tuple[str, ...]:
    return ("original", "view", "thumbnail", *(("pyramid",) if image.has_pyramid else ()))


def _hash(image: Image) -> str:
    digest = hashlib.sha256()
    with default_storage.open(image.storage_key("original")) as file:
        while chunk := file.read(_READ_AT_ONCE):
            digest.update(chunk)
    return digest.hexdigest()


def _named(names: list[str]) -> str:
    rest = len(names) - _NAMED_AT_MOST
    return ", ".join(names[:_NAMED_AT_MOST]) + (f" and {rest} more" if rest > 0 else "")
