"""Calibration rounds: opening one, seeing what everybody answered, talking, judging again."""

from collections.abc import Iterator
from typing import Literal

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import MOST_A_PAGE, Room


class Rounds(Room):
    """Calibration rounds: opening one, seeing what everybody answered, talking, judging again."""

    def list_rounds(self, project: str, *, page_size: int = MOST_A_PAGE) -> Iterator[d.RoundSummary]:
        """Yield a project's rounds, newest first; a specialist's are those that person takes part in."""
        return self._pages(address("projects", project, "rounds"), "rounds", limit=page_size)

    def open_round(
        self, project: str, title: str, count: int, *, choice: Literal["disputed", "sample"] = "disputed"
    ) -> d.RoundSummary:
        """Have all specialists who are free judge the same items blind, before other work."""
        body = {"title": title, "choice": choice, "count": count}
        made: d.RoundSummary = self._connection.send("POST", address("projects", project, "rounds"), body)
        return made

    def read_round(self, project: str, number: int) -> d.RoundDocument:
        """Return a round with what one may see; until it is revealed nobody sees an answer."""
        found: d.RoundDocument = self._connection.get(address("projects", project, "rounds", number))
        return found

    def say_in_round(self, project: str, number: int, position: int, text: str) -> d.RoundPostDocument:
        """Say something about an item of a round that is revealed and not closed."""
        path = address("projects", project, "rounds", number, "items", position, "posts")
        post: d.RoundPostDocument = self._connection.send("POST", path, {"text": text})
        return post

    def reveal_round(self, project: str, number: int) -> None:
        """Let those who have judged everything see how the others did."""
        self._connection.send("POST", address("projects", project, "rounds", number, "reveal"))

    def judge_round_again(self, project: str, number: int) -> None:
        """Have everybody who took part judge the items once more."""
        self._connection.send("POST", address("projects", project, "rounds", number, "judge-again"))

    def close_round(self, project: str, number: int) -> None:
        """Close a round; one that was never revealed is shown by it to those who answered everything, where two did."""
        self._connection.send("POST", address("projects", project, "rounds", number, "close"))
