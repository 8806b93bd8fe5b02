"""Items and images: looking through them, and letting them in."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import MOST_A_PAGE, Room


class Items(Room):
    """Items and images: looking through them, and letting them in."""

    def list_items(self, project: str, *, page_size: int = MOST_A_PAGE) -> Iterator[d.Item]:
        """Yield every item of a project, page by page."""
        return self._pages(address("projects", project, "items"), "items", limit=page_size)

    def read_item(self, project: str, item_id: str) -> d.Item:
        """Return one item."""
        item: d.Item = self._connection.get(address("projects", project, "items", item_id))
        return item

    def start_import(self, project: str, files: Sequence[Path], *, source: str = "API upload") -> d.ImportSummary:
        """Upload images, or one manifest (CSV, JSONL) with the images it names; a worker reads them."""
        with ExitStack() as opened:
            parts = [("files", (path.name, opened.enter_context(path.open("rb")))) for path in files]
            started: d.ImportSummary = self._connection.send(
                "POST", address("projects", project, "imports"), query={"source": source}, files=parts
            )
        return started

    def list_imports(self, project: str) -> list[d.ImportSummary]:
        """Return the project's imports, newest first."""
        imports: list[d.ImportSummary] = self._connection.get(address("projects", project, "imports"))["imports"]
        return imports

    def read_import(self, project: str, import_id: str, *, limit: int = 200) -> d.Import:
        """Return an import's counts, and why files and rows were refused."""
        found: d.Import = self._connection.get(address("projects", project, "imports", import_id), limit=limit)
        return found

    def view_image(self, image_id: str) -> bytes:
        """Return an image as raters see it."""
        return self._connection.read(address("images", image_id, "view"))

    def thumbnail_image(self, image_id: str) -> bytes:
        """Return a small copy of an image."""
        return self._connection.read(address("images", image_id, "thumbnail"))

    def image_tile(self, image_id: str, level: int, column: int, row: int) -> bytes:
        """Return one tile of a large image."""
        return self._connection.read(address("images", image_id, "tiles", level, f"{column}_{row}.jpg"))

    def original_image(self, image_id: str) -> bytes:
        """Return the file as it was uploaded. For leads and organisation admins."""
        return self._connection.read(address("images", image_id, "original"))

    def read_bytes(self, url: str) -> bytes:
        """Return the bytes at a ``view_url`` or ``thumbnail_url`` that an answer named."""
        return self._connection.read(url)
