"""Reviews of evaluations, and appeals."""

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import Room


class Reviews(Room):
    """Reviews of evaluations, and appeals."""

    def list_reviews(self, project: str) -> list[d.ReviewDocument]:
        """Return the reviews of a project, newest first."""
        found: list[d.ReviewDocument] = self._connection.get(address("projects", project, "reviews"))["reviews"]
        return found

    def list_own_reviews(self, project: str) -> list[d.ReviewDocument]:
        """Return what was decided on one's own evaluations, newest first."""
        path = address("projects", project, "reviews", "mine")
        found: list[d.ReviewDocument] = self._connection.get(path)["reviews"]
        return found

    def appeal_review(self, project: str, number: int, *, reason: str) -> None:
        """Say why what was decided on one's own evaluation is wrong; another person decides."""
        self._connection.send("POST", address("projects", project, "reviews", number, "appeal"), {"reason": reason})
