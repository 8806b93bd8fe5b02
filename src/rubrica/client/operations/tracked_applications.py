"""The notebook of applications elsewhere."""

from collections.abc import Iterator

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.documents.openings import TrackedEvent
from rubrica.client.operations.room import MOST_A_PAGE, Room


class TrackedApplications(Room):
    """One's own notebook of applications elsewhere."""

    def list_tracked_applications(self, *, page_size: int = MOST_A_PAGE) -> Iterator[d.TrackedApplicationDocument]:
        """Yield one's applications elsewhere, what changed last first."""
        return self._pages(address("me", "tracked-applications"), "applications", limit=page_size)

    def track_application(
        self,
        platform: str,
        title: str,
        *,
        url: str = "",
        note: str = "",
        unpaid_minutes: int = 0,
        paid_minutes: int = 0,
        income: d.Amount | None = None,
    ) -> d.TrackedApplicationDocument:
        """Note one more application elsewhere."""
        body = _noted(platform, title, url, note, unpaid_minutes, paid_minutes, income)
        row: d.TrackedApplicationDocument = self._connection.send("POST", address("me", "tracked-applications"), body)
        return row

    def change_tracked_application(
        self,
        tracked: str,
        platform: str,
        title: str,
        *,
        url: str = "",
        note: str = "",
        unpaid_minutes: int = 0,
        paid_minutes: int = 0,
        income: d.Amount | None = None,
    ) -> d.TrackedApplicationDocument:
        """Put other notes in the place of those there are; how far it has come stays."""
        body = _noted(platform, title, url, note, unpaid_minutes, paid_minutes, income)
        path = address("me", "tracked-applications", tracked)
        row: d.TrackedApplicationDocument = self._connection.send("PUT", path, body)
        return row

    def step_tracked_application(self, tracked: str, event: TrackedEvent) -> d.TrackedApplicationDocument:
        """Note what happened to an application elsewhere."""
        path = address("me", "tracked-applications", tracked, "steps")
        row: d.TrackedApplicationDocument = self._connection.send("POST", path, {"event": event})
        return row

    def untrack_application(self, tracked: str) -> None:
        """Remove an application elsewhere from the notebook."""
        self._connection.send("DELETE", address("me", "tracked-applications", tracked))


def _noted(
    platform: str, title: str, url: str, note: str, unpaid: int, paid: int, income: d.Amount | None
) -> dict[str, object]:
    return {
        "platform": platform,
        "title": title,
        "url": url,
        "note": note,
        "unpaid_minutes": unpaid,
        "paid_minutes": paid,
        "income": income,
    }
