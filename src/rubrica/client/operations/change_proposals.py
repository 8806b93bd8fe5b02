"""Change proposals: another wording of a clause, from making one to the decision."""

from collections.abc import Iterator, Sequence
from typing import Literal

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import MOST_A_PAGE, Room


class ChangeProposals(Room):
    """Change proposals: another wording of a clause, from making one to the decision."""

    def list_change_proposals(
        self,
        project: str,
        *,
        state: Literal["open", "accepted", "declined", "withdrawn"] | None = None,
        page_size: int = MOST_A_PAGE,
    ) -> Iterator[d.ProposalSummary]:
        """Yield a project's proposals, newest first."""
        path = address("projects", project, "guideline", "proposals")
        return self._pages(path, "proposals", state=state, limit=page_size)

    def propose_change(
        self,
        project: str,
        clause: str,
        text: str,
        *,
        summary: str,
        rationale: str = "",
        rulings: Sequence[int] = (),
    ) -> d.ProposalSummary:
        """Propose how a clause should read, its heading included; ``rulings`` are those that it is built from."""
        body = {
            "clause": clause,
            "text": text,
            "summary": summary,
            "rationale": rationale,
            "rulings": list(rulings),
        }
        made: d.ProposalSummary = self._connection.send(
            "POST", address("projects", project, "guideline", "proposals"), body
        )
        return made

    def read_change_proposal(self, project: str, number: int) -> d.ProposalDocument:
        """Return a proposal, word by word, with what it would reach and what people think of it."""
        proposal: d.ProposalDocument = self._connection.get(
            address("projects", project, "guideline", "proposals", number)
        )
        return proposal

    def give_opinion(self, project: str, number: int, *, approves: bool, comment: str = "") -> None:
        """Approve of somebody else's proposal, or object and say why; once."""
        path = address("projects", project, "guideline", "proposals", number, "opinion")
        self._connection.send("POST", path, {"approves": approves, "comment": comment})

    def accept_change(self, project: str, number: int, *, reason: str = "") -> None:
        """Put a proposal into the draft."""
        path = address("projects", project, "guideline", "proposals", number, "accept")
        self._connection.send("POST", path, {"reason": reason})

    def decline_change(self, project: str, number: int, *, reason: str) -> None:
        """Decline a proposal, saying why."""
        path = address("projects", project, "guideline", "proposals", number, "decline")
        self._connection.send("POST", path, {"reason": reason})

    def withdraw_change(self, project: str, number: int, *, reason: str = "") -> None:
        """Take back a proposal of one's own."""
        path = address("projects", project, "guideline", "proposals", number, "withdraw")
        self._connection.send("POST", path, {"reason": reason})
