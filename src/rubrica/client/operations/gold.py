"""Gold: items whose right answers are known, and one's own tests."""

from collections.abc import Mapping

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import Room


class Gold(Room):
    """Gold: items whose right answers are known, and one's own tests."""

    def list_gold(self, project: str) -> list[d.GoldItem]:
        """Return the items whose right answers are known, the disputed first."""
        found: list[d.GoldItem] = self._connection.get(address("projects", project, "gold"))["gold"]
        return found

    def make_gold(
        self,
        project: str,
        item: str,
        answers: Mapping[str, int | str],
        *,
        note: str = "",
        is_secret: bool = False,
        is_practice: bool = False,
    ) -> int:
        """Say what is right of an item, by criterion, and return the number of the gold item."""
        body = {"answers": dict(answers), "note": note, "is_secret": is_secret, "is_practice": is_practice}
        made = self._connection.send("POST", address("projects", project, "items", item, "gold"), body)
        number: int = made["number"]
        return number

    def void_gold(self, project: str, number: int, *, reason: str) -> None:
        """Score nobody by a gold item any more, from the beginning."""
        self._connection.send("POST", address("projects", project, "gold", number, "void"), {"reason": reason})

    def list_own_attempts(self, project: str) -> list[d.AttemptDocument]:
        """Return one's own tests and calibrations, newest first."""
        path = address("projects", project, "attempts", "mine")
        found: list[d.AttemptDocument] = self._connection.get(path)["attempts"]
        return found
