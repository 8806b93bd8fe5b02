"""Claims: time that the clock did not credit, and why it was work all the same."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from rubrica.domain.roles import Permission
from rubrica.domain.transitions import Process, Transition
from rubrica.domain.working_days import after_working_days

MAX_NOTE: Final = 500
LONGEST_CLAIM: Final = timedelta(hours=12)
CLAIM_WITHIN: Final = timedelta(days=14)
"""How long after it was idle or lost time can be claimed."""
DECIDE_WITHIN: Final = 5
"""Working days; a claim that nobody has decided by then is approved."""
CONTEST_WITHIN: Final = timedelta(days=7)


class ClaimReason(StrEnum):
    """What the time was needed for. That the work was poor is no reason to refuse it, hence none here."""

    THINKING = "thinking"
    READING = "reading"
    MEETING = "meeting"
    OUTAGE = "outage"


class ClaimState(StrEnum):
    """How far a claim has come."""

    CLAIMED = "claimed"
    APPROVED = "approved"
    REFUSED = "refused"
    CONTESTED = "contested"
    UPHELD = "upheld"


class ClaimEvent(StrEnum):
    """What can happen to a claim."""

    APPROVE = "approve"
    REFUSE = "refuse"
    CONTEST = "contest"
    LET_STAND = "let_stand"
    UPHOLD = "uphold"


CLAIM_PROCESS: Final = Process(
    (
        Transition(
            ClaimEvent.APPROVE,
            frozenset({ClaimState.CLAIMED, ClaimState.CONTESTED}),
            ClaimState.APPROVED,
            Permission.DECIDE_TIME,
        ),
        Transition(ClaimEvent.REFUSE, frozenset({ClaimState.CLAIMED}), ClaimState.REFUSED, Permission.DECIDE_TIME),
        # Whoever claimed may have another person look at a refusal; a refusal that is upheld is final.
        Transition(ClaimEvent.CONTEST, frozenset({ClaimState.REFUSED}), ClaimState.CONTESTED, Permission.SEE_PROJECT),
        Transition(ClaimEvent.LET_STAND, frozenset({ClaimState.REFUSED}), ClaimState.UPHELD, Permission.SEE_PROJECT),
        Transition(ClaimEvent.UPHOLD, frozenset({ClaimState.CONTESTED}), ClaimState.UPHELD, Permission.DECIDE_TIME),
    ),
    {
        ClaimState.CLAIMED: timedelta(days=DECIDE_WITHIN),
        ClaimState.REFUSED: CONTEST_WITHIN,
        ClaimState.CONTESTED: timedelta(days=DECIDE_WITHIN),
    },
)
"""The way of a claim. Nobody decides on one's own, and whoever refused does not decide again."""

BY_SILENCE: Final = {
    ClaimState.CLAIMED: ClaimEvent.APPROVE,
    ClaimState.REFUSED: ClaimEvent.LET_STAND,
    ClaimState.CONTESTED: ClaimEvent.APPROVE,
}
"""What happens at the deadline when nobody has done anything."""

_DECIDED_IN_WORKING_DAYS: Final = frozenset({ClaimState.CLAIMED, ClaimState.CONTESTED})


def claim_due(state: ClaimState, now: datetime) -> datetime | None:
    """Return until when somebody may act on a claim that enters a state; decisions have working days for it."""
    allowed = CLAIM_PROCESS.time_allowed.get(state)
    if allowed is None:
        return None
    return after_working_days(now, DECIDE_WITHIN) if state in _DECIDED_IN_WORKING_DAYS else now + allowed
