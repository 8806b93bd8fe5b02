"""Work: taking it, answering, looking back."""

import uuid
from collections.abc import Mapping
from typing import Any, Literal

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import Room

Answer = Mapping[str, Any]
"""What a rater says: ``answers``, ``marks``, ``explanation``, ``cannot_judge``, ``viewing``, ``kept``."""
SkipReason = Literal["did_not_load", "too_hard", "conflict_of_interest", "distressing", "other"]


class Work(Room):
    """Work: taking it, answering, looking back."""

    def open_workbench(self, project: str, *, version: int | None = None) -> d.WorkbenchSetup:
        """Return the guideline and rubric to work under, and how far the rater has come."""
        setup: d.WorkbenchSetup = self._connection.get(address("projects", project, "workbench"), version=version)
        return setup

    def take_assignments(self, project: str, *, hold: int = 2) -> d.TakenWork:
        """Top up what the rater holds and return all of it, oldest first."""
        work: d.TakenWork = self._connection.send("POST", address("projects", project, "assignments"), {"hold": hold})
        return work

    def skip_assignment(self, assignment_id: str, reason: SkipReason, *, note: str = "", hold: int = 2) -> d.TakenWork:
        """Give an item back with a reason, and take the next work."""
        work: d.TakenWork = self._connection.send(
            "POST",
            address("assignments", assignment_id, "skip"),
            {"reason": reason, "note": note},
            query={"hold": hold},
        )
        return work

    def renew_assignment(self, assignment_id: str) -> d.Renewal:
        """Start another lease of an open assignment."""
        renewal: d.Renewal = self._connection.send("POST", address("assignments", assignment_id, "renewal"))
        return renewal

    def check_explanation(
        self, project: str, draft: Answer, *, version: int | None = None, revised: str | None = None
    ) -> d.CheckedExplanation:
        """Look through the explanation of an answer in the making; nothing is stored."""
        said = {name: draft.get(name) for name in ("answers", "marks", "explanation")}
        checked: d.CheckedExplanation = self._connection.send(
            "POST",
            address("projects", project, "explanation-checks"),
            {**said, "version": version, "revised": revised},
        )
        return checked

    def submit_evaluation(
        self, assignment_id: str, answer: Answer, *, hold: int = 2, key: str | None = None
    ) -> d.Submitted:
        """Store an answer and return the receipt with the next work.

        The client makes the ``key`` by which the server knows the answer again, unless the caller has kept one.
        """
        submitted: d.Submitted = self._connection.send(
            "POST",
            address("assignments", assignment_id, "submission"),
            answer,
            query={"hold": hold},
            headers={"Idempotency-Key": key or str(uuid.uuid4())},
            is_repeatable=True,
        )
        return submitted

    def list_own_evaluations(self, project: str, *, limit: int = 5, only: str | None = None) -> list[d.PastEvaluation]:
        """Return the rater's own latest evaluations, or one of them by its id."""
        path = address("projects", project, "evaluations", "mine")
        past: list[d.PastEvaluation] = self._connection.get(path, limit=limit, only=only)["evaluations"]
        return past

    def revise_evaluation(
        self, evaluation_id: str, answer: Answer, reason: str, *, key: str | None = None
    ) -> d.ReceiptDocument:
        """Append an evaluation that supersedes one of the rater's own."""
        revised = self._connection.send(
            "POST",
            address("evaluations", evaluation_id, "revision"),
            {"answer": dict(answer), "reason": reason},
            headers={"Idempotency-Key": key or str(uuid.uuid4())},
            is_repeatable=True,
        )
        receipt: d.ReceiptDocument = revised["receipt"]
        return receipt
