"""Openings: looked for, kept searches and sources, and those of a project that one leads."""

from collections.abc import Iterator, Mapping
from typing import Any

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.documents.openings import FeedForm
from rubrica.client.operations.room import MOST_A_PAGE, Room


class Openings(Room):
    """Openings, for those who look for work and for those who lead a project."""

    # --- looking for work ---

    def find_openings(self, search: str = "", *, page: int = 1) -> d.FoundOpeningDocuments:
        """Return 25 openings that a search asks for, such as ``q=image&basis=hour&eligible=yes``."""
        found: d.FoundOpeningDocuments = self._connection.get(address("openings"), search=search, page=page)
        return found

    def read_opening(self, opening: str) -> d.OpeningSummary:
        """Return one opening, also when it is closed."""
        shown: d.OpeningSummary = self._connection.get(address("openings", opening))
        return shown

    def list_saved_searches(self) -> list[d.SavedSearchDocument]:
        """Return the searches that one keeps."""
        rows: list[d.SavedSearchDocument] = self._connection.get(address("me", "searches"))["searches"]
        return rows

    def save_search(self, name: str, search: str, *, by_mail: bool = True) -> d.SavedSearchDocument:
        """Keep a search; new finds come with the daily letter where ``by_mail``."""
        body = {"name": name, "search": search, "by_mail": by_mail}
        kept: d.SavedSearchDocument = self._connection.send("POST", address("me", "searches"), body)
        return kept

    def change_saved_search(self, search: str, *, by_mail: bool) -> d.SavedSearchDocument:
        """Have what a search finds come with the daily letter, or not."""
        path = address("me", "searches", search)
        kept: d.SavedSearchDocument = self._connection.send("PATCH", path, {"by_mail": by_mail})
        return kept

    def remove_saved_search(self, search: str) -> None:
        """Keep a search no more."""
        self._connection.send("DELETE", address("me", "searches", search))

    # --- where openings come from ---

    def list_opening_sources(self, *, page_size: int = MOST_A_PAGE) -> Iterator[d.OpeningSourceDocument]:
        """Yield the sources that one sees to, by name."""
        return self._pages(address("me", "opening-sources"), "sources", limit=page_size)

    def add_opening_source(
        self, url: str, *, name: str = "", kind: FeedForm = "", is_shared: bool = False, every_hours: int = 6
    ) -> d.OpeningSourceDocument:
        """Fetch openings from a public address from now on."""
        body = {"url": url, "name": name, "kind": kind, "is_shared": is_shared, "every_hours": every_hours}
        made: d.OpeningSourceDocument = self._connection.send("POST", address("me", "opening-sources"), body)
        return made

    def refresh_opening_source(self, source: str) -> d.OpeningSourceDocument:
        """Fetch a source at once."""
        path = address("me", "opening-sources", source, "refresh")
        row: d.OpeningSourceDocument = self._connection.send("POST", path)
        return row

    def remove_opening_source(self, source: str) -> None:
        """Fetch a source no more, and take its openings off the list."""
        self._connection.send("DELETE", address("me", "opening-sources", source))

    # --- openings of a project ---

    def list_project_openings(self, project: str, *, page_size: int = MOST_A_PAGE) -> Iterator[d.ProjectOpeningSummary]:
        """Yield the openings of a project, newest first."""
        return self._pages(address("projects", project, "openings"), "openings", limit=page_size)

    def write_opening(self, project: str, opening: Mapping[str, Any]) -> d.ProjectOpening:
        """Keep a new opening as a draft, complete or not."""
        path = address("projects", project, "openings")
        row: d.ProjectOpening = self._connection.send("POST", path, {"opening": dict(opening)})
        return row

    def read_project_opening(self, project: str, number: int) -> d.ProjectOpening:
        """Return an opening of a project, and what keeps it from being published."""
        row: d.ProjectOpening = self._connection.get(address("projects", project, "openings", number))
        return row

    def change_opening(self, project: str, number: int, opening: Mapping[str, Any]) -> d.ProjectOpening:
        """Let an opening say something else; the day on which it was posted stays."""
        path = address("projects", project, "openings", number)
        row: d.ProjectOpening = self._connection.send("PUT", path, {"opening": dict(opening)})
        return row

    def publish_opening(self, project: str, number: int) -> d.ProjectOpening:
        """Let everybody see an opening."""
        row: d.ProjectOpening = self._connection.send(
            "POST", address("projects", project, "openings", number, "publish")
        )
        return row

    def close_opening(self, project: str, number: int) -> d.ProjectOpening:
        """Take an opening back; whoever waits for an answer is told."""
        row: d.ProjectOpening = self._connection.send("POST", address("projects", project, "openings", number, "close"))
        return row
