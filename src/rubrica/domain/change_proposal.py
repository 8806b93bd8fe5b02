"""Proposals to change a clause of the guideline: anybody makes one, others approve or object, a lead decides."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from rubrica.domain.guideline import sections
from rubrica.domain.roles import Permission
from rubrica.domain.text import with_line_feeds
from rubrica.domain.transitions import Process, Transition

MAX_SUMMARY: Final = 300
MAX_RATIONALE: Final = 2_000
MAX_CLAUSE: Final = 20_000


class ProposalState(StrEnum):
    """How far a proposal has come."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ProposalEvent(StrEnum):
    """What can happen to a proposal."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


_OPEN: Final = frozenset({ProposalState.OPEN})

PROPOSAL_PROCESS: Final = Process(
    (
        Transition(ProposalEvent.ACCEPT, _OPEN, ProposalState.ACCEPTED, Permission.EDIT_GUIDELINE),
        Transition(ProposalEvent.DECLINE, _OPEN, ProposalState.DECLINED, Permission.EDIT_GUIDELINE),
        Transition(ProposalEvent.WITHDRAW, _OPEN, ProposalState.WITHDRAWN, Permission.PROPOSE_CHANGE),
    ),
    {ProposalState.OPEN: timedelta(days=14)},
)
"""The way of a proposal; accepted, it stands in the draft, and is published with it."""


class ClauseMovedError(ValueError):
    """The clause no longer has the text that a proposal starts from."""


def clause_text(markdown: str, anchor: str) -> str | None:
    """Return a clause with its heading, up to the next clause; None where there is no such clause."""
    return dict(sections(markdown)).get(anchor)


def amended(markdown: str, anchor: str, old: str, new: str) -> str:
    """Return a guideline with one clause put otherwise.

    Raises
    ------
    ClauseMovedError
        The clause is gone, or does not read ``old`` any more.
    """
    if clause_text(markdown, anchor) != old:
        raise ClauseMovedError(anchor)
    parts = [with_line_feeds(new) if name == anchor else text for name, text in sections(markdown)]
    return "\n".join(parts)
