"""Reviews: somebody looks at an evaluation and says what is to be said; who disagrees appeals to another person."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from rubrica.domain.roles import Permission
from rubrica.domain.transitions import Process, Transition

MAX_COMMENT: Final = 1_000


class ReviewReason(StrEnum):
    """Why an evaluation is looked at."""

    SAMPLE = "sample"
    DISAGREEMENT = "disagreement"
    FLAG = "flag"


class ReviewState(StrEnum):
    """How far a review has come."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    ADJUDICATED = "adjudicated"
    APPEALED = "appealed"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    SETTLED = "settled"


class ReviewEvent(StrEnum):
    """What can happen to a review."""

    ACCEPT = "accept"
    RETURN = "return"
    ADJUDICATE = "adjudicate"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    SETTLE = "settle"
    TAKE_OVER = "take_over"
    HAND_OVER = "hand_over"


_JUDGED: Final = frozenset({ReviewState.RETURNED, ReviewState.ADJUDICATED})
APPEAL_WITHIN: Final = timedelta(days=7)

REVIEW_PROCESS: Final = Process(
    (
        Transition(ReviewEvent.ACCEPT, frozenset({ReviewState.PENDING}), ReviewState.ACCEPTED, Permission.REVIEW),
        Transition(ReviewEvent.RETURN, frozenset({ReviewState.PENDING}), ReviewState.RETURNED, Permission.REVIEW),
        Transition(
            ReviewEvent.ADJUDICATE, frozenset({ReviewState.PENDING}), ReviewState.ADJUDICATED, Permission.REVIEW
        ),
        # What was said of an evaluation waits for its rater, who revises it, takes it as it is, or appeals.
        Transition(ReviewEvent.APPEAL, _JUDGED, ReviewState.APPEALED, Permission.READ_OWN_EVALUATIONS),
        Transition(ReviewEvent.SETTLE, _JUDGED, ReviewState.SETTLED, Permission.READ_OWN_EVALUATIONS),
        Transition(ReviewEvent.UPHOLD, frozenset({ReviewState.APPEALED}), ReviewState.UPHELD, Permission.REVIEW),
        Transition(ReviewEvent.DISMISS, frozenset({ReviewState.APPEALED}), ReviewState.DISMISSED, Permission.REVIEW),
        *(
            Transition(ReviewEvent.TAKE_OVER, frozenset({state}), state, Permission.REVIEW)
            for state in (ReviewState.PENDING, ReviewState.APPEALED)
        ),
    ),
    {
        ReviewState.PENDING: timedelta(days=5),
        ReviewState.RETURNED: APPEAL_WITHIN,
        ReviewState.ADJUDICATED: APPEAL_WITHIN,
        ReviewState.APPEALED: timedelta(days=5),
    },
)
"""The way of a review. Whoever decided never decides the appeal.

That it is handed over, because its owner has left, is no step that anybody chooses.
"""
