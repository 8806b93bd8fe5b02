"""Gold: items whose right answers are known, what is asked on them, and how it went."""

from collections.abc import Mapping, Sequence
from typing import Literal

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import Room


class Gold(Room):
    """Gold: items whose right answers are known, what is asked on them, and how it went."""

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

    def keep_gold_for_practice(self, project: str, number: int) -> None:
        """Show a gold item with what is right once somebody has judged it, and ask it nowhere else."""
        self._connection.send("POST", address("projects", project, "gold", number, "practice"))

    def list_gold_proposals(self, project: str) -> list[d.GoldProposal]:
        """Return items that could become gold."""
        path = address("projects", project, "gold", "proposals")
        found: list[d.GoldProposal] = self._connection.get(path)["proposals"]
        return found

    def accept_gold_proposals(self, project: str, items: Sequence[str]) -> int:
        """Make proposed items gold, by their ids, and return how many were made."""
        path = address("projects", project, "gold", "proposals")
        made: int = self._connection.send("POST", path, {"items": list(items)})["made"]
        return made

    def read_gold_plan(self, project: str) -> d.GoldPlanDocument:
        """Return what is asked of people on gold items."""
        plan: d.GoldPlanDocument = self._connection.get(address("projects", project, "gold", "plan"))
        return plan

    def change_gold_plan(
        self, project: str, *, tolerances: Mapping[str, int | None] | None = None, **numbers: int
    ) -> d.GoldPlanDocument:
        """Change what is asked of people, such as ``test_items=10``; what is left out stays.

        ``tolerances`` says by criterion how far from the right one an answer may lie; ``None`` for the usual.
        """
        body = {**numbers, "tolerances": dict(tolerances or {})}
        plan: d.GoldPlanDocument = self._connection.send("PATCH", address("projects", project, "gold", "plan"), body)
        return plan

    def list_attempts(self, project: str) -> list[d.SomebodysAttempt]:
        """Return everybody's practices, tests and calibrations, newest first."""
        found: list[d.SomebodysAttempt] = self._connection.get(address("projects", project, "attempts"))["attempts"]
        return found

    def order_attempt(
        self, project: str, member_id: str, purpose: Literal["qualification", "calibration"], size: int
    ) -> d.AttemptDocument:
        """Have one specialist judge gold items before other work."""
        path = address("projects", project, "members", member_id, "attempts")
        made: d.AttemptDocument = self._connection.send("POST", path, {"purpose": purpose, "size": size})
        return made

    def retake_test(self, project: str) -> d.AttemptDocument:
        """Begin the test that one has failed again, once the day for it has come."""
        made: d.AttemptDocument = self._connection.send("POST", address("projects", project, "attempts", "retake"))
        return made

    def practise(self, project: str) -> d.AttemptDocument:
        """Begin a practice: gold that is shown with what is right as soon as one has judged it."""
        made: d.AttemptDocument = self._connection.send("POST", address("projects", project, "attempts", "practise"))
        return made

    def list_own_attempts(self, project: str) -> list[d.OwnAttempt]:
        """Return one's own tests and calibrations, newest first, with what one missed."""
        path = address("projects", project, "attempts", "mine")
        found: list[d.OwnAttempt] = self._connection.get(path)["attempts"]
        return found
