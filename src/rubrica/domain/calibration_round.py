"""Calibration rounds: everybody judges the same items blind, sees how the others did, talks, and judges again."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from rubrica.domain.roles import Permission
from rubrica.domain.transitions import Process, Transition

MAX_TITLE: Final = 120
MAX_POST: Final = 2_000
MOST_ITEMS: Final = 30
FEWEST_PEOPLE: Final = 2


class RoundState(StrEnum):
    """How far a round has come."""

    JUDGING = "judging"
    DISCUSSION = "discussion"
    JUDGING_AGAIN = "judging_again"
    CLOSED = "closed"


class RoundEvent(StrEnum):
    """What can happen to a round."""

    REVEAL = "reveal"
    JUDGE_AGAIN = "judge_again"
    CLOSE = "close"


class ItemChoice(StrEnum):
    """Which items a round is about."""

    DISPUTED = "disputed"
    SAMPLE = "sample"


ROUND_PROCESS: Final = Process(
    (
        Transition(RoundEvent.REVEAL, frozenset({RoundState.JUDGING}), RoundState.DISCUSSION, Permission.RUN_ROUNDS),
        Transition(
            RoundEvent.JUDGE_AGAIN, frozenset({RoundState.DISCUSSION}), RoundState.JUDGING_AGAIN, Permission.RUN_ROUNDS
        ),
        Transition(
            RoundEvent.CLOSE,
            frozenset({RoundState.JUDGING, RoundState.DISCUSSION, RoundState.JUDGING_AGAIN}),
            RoundState.CLOSED,
            Permission.RUN_ROUNDS,
        ),
    ),
    {
        RoundState.JUDGING: timedelta(days=5),
        RoundState.DISCUSSION: timedelta(days=5),
        RoundState.JUDGING_AGAIN: timedelta(days=5),
    },
)
"""The way of a round. Until it is revealed nobody sees what others answered, the lead included.

What is judged again is blind until the round is closed. One that is closed before it was revealed is revealed by that,
where two have answered everything.
"""
