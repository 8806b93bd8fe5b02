"""Image bytes in a folder, durable before anybody is told that they are kept."""

import os
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from typing_extensions import override


class DurableFolderStorage(FileSystemStorage):
    """A folder whose files are complete or absent: written beside, flushed to disk, then renamed into place.

    Names are content addresses chosen by the server, so writing a name that exists is the same as having written it.
    """

    def _save(self, name: str, content: "File[bytes]") -> str:
        target = Path(self.path(name))
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{os.getpid()}.{id(content):x}")
        with draft.open("wb") as file:
            for chunk in content.chunks():
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(0o600)
        draft.replace(target)
        flush_folder(target.parent)
        return name

    @override
    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder: without it a power cut may forget a file whose bytes are safe."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
