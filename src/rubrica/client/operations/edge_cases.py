"""Edge cases: asking, voting, and the rulings."""

import uuid
from collections.abc import Sequence
from typing import Any

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import Room


class EdgeCases(Room):
    """Edge cases: asking, voting, and the rulings."""

    def raise_edge_case(
        self, assignment_id: str, kind: str, question: str, *, key: str | None = None, **details: Any
    ) -> d.RaisedCase:
        """Ask what the rules do not decide.

        ``details`` are any of ``answer``, ``clause``, ``criterion``, ``code`` and ``region``.
        """
        raised: d.RaisedCase = self._connection.send(
            "POST",
            address("assignments", assignment_id, "edge-cases"),
            {"kind": kind, "question": question, **details},
            headers={"Idempotency-Key": key or str(uuid.uuid4())},
            is_repeatable=True,
        )
        return raised

    def find_precedents(self, assignment_id: str, *, codes: Sequence[str] = (), words: str = "") -> d.Precedents:
        """Return the rulings in force that help with an item in hand, and whether it looks like that of none."""
        path = address("assignments", assignment_id, "precedents")
        found: d.Precedents = self._connection.get(path, codes=list(codes), words=words)
        return found

    def list_edge_cases(self, project: str, *, state: str | None = None) -> list[d.Case]:
        """Return the newest cases of a project."""
        cases: list[d.Case] = self._connection.get(address("projects", project, "edge-cases"), state=state)["cases"]
        return cases

    def read_edge_case(self, project: str, number: int) -> d.CaseDocument:
        """Return a case; how others would decide is told once the caller has voted, or the vote is closed."""
        case: d.CaseDocument = self._connection.get(address("projects", project, "edge-cases", number))
        return case

    def vote_on_edge_case(self, project: str, number: int, option: int | None, *, reason: str = "") -> None:
        """Keep how the caller would decide: the place of an option, or ``None`` for none of them."""
        path = address("projects", project, "edge-cases", number, "vote")
        self._connection.send("POST", path, {"option": option, "reason": reason})

    def list_rulings(self, project: str) -> list[d.RulingDocument]:
        """Return what was decided in a project, newest first, superseded rulings too."""
        found: list[d.RulingDocument] = self._connection.get(address("projects", project, "rulings"))["rulings"]
        return found
