"""What every room of the client has."""

from collections.abc import Iterator
from typing import Any, Final

from rubrica.client.connection import Connection

MOST_A_PAGE: Final = 200


class Room:
    """Methods that are called as the operations of the API are."""

    _connection: Connection

    def _pages(self, path: str, rows: str, **query: object) -> Iterator[Any]:
        """Yield what a list holds, page by page; each is asked for when it is needed."""
        after: object = None
        while True:
            page = self._connection.get(path, after=after, **query)
            yield from page[rows]
            after = page["next_after"]
            if after is None:
                return
