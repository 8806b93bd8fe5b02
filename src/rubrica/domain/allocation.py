"""Which item a rater gets next, and when one that the rater knows comes again.

Items are worked off in blocks of neighbouring positions, so that overlap is complete early in the queue and a question
to the database never has to look far. Inside a block each rater follows an order of their own: were it the same for
all, the items that come last and meet tired eyes would be the same for everybody.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

BLOCK: Final = 16
"""Positions in one block of the queue."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item the rater may get: its place in the queue, and how many evaluations it still wants."""

    item_id: int
    position: int
    places_left: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The item chosen.

    Attributes
    ----------
    reason
        Why this one, in words, for whoever asks later.
    cursor
        Nothing eligible lies at or before this position: the next search can start after it.
    """

    candidate: Candidate
    reason: str
    cursor: int


def choose(candidates: Sequence[Candidate], rater_id: int, seed: int) -> Choice | None:
    """Choose the next item for a rater.

    Parameters
    ----------
    candidates
        Eligible items in ascending order of position; only the block of the first with a place left is looked at.
    rater_id, seed
        Decide the rater's own order inside a block; the seed is the project's.

    Returns
    -------
    Choice or None
        ``None`` when no candidate has a place left.
    """
    eligible = _first_block(candidates)
    if not eligible:
        return None
    chosen = min(eligible, key=lambda candidate: (_draw(rater_id, seed, candidate.item_id), candidate.item_id))
    block = chosen.position // BLOCK
    reason = (
        f"position {chosen.position}, {chosen.places_left} more wanted; in this rater's own order the first of "
        f"{len(eligible)} eligible in block {block} (positions {block * BLOCK} to {block * BLOCK + BLOCK - 1})"
    )
    return Choice(chosen, reason, candidates[0].position - 1)


def _first_block(candidates: Sequence[Candidate]) -> list[Candidate]:
    eligible: list[Candidate] = []
    for candidate in candidates:
        if eligible and candidate.position // BLOCK != eligible[0].position // BLOCK:
            break
        if candidate.places_left > 0:
            eligible.append(candidate)
    return eligible


def _draw(rater_id: int, seed: int, item_id: int) -> bytes:
    return hashlib.blake2b(f"{seed}:{rater_id}:{item_id}".encode(), digest_size=8).digest()


GOLD_PASS: Final = 0
"""Pass of the assignments of gold that comes unannounced; an item's own passes begin with 1."""
FIRST_ATTEMPT_PASS: Final = 10_000
"""The first pass of the assignments of a rater's attempts, each of which has one of its own."""


def is_apart(pass_number: int) -> bool:
    """Tell whether what is lent in a pass takes no place and counts apart: gold, and the items of attempts."""
    return pass_number == GOLD_PASS or pass_number >= FIRST_ATTEMPT_PASS


FEWEST_BEFORE_REPEATS: Final = 10
"""Evaluations a rater makes before any of them is asked for again."""
LEAST_GAP: Final = 5
MOST_GAP: Final = 20
REPEATS_LOOKED_AT: Final = 50
"""Newest items among which the one that comes again is drawn."""
_WHOLE = 2**64


def is_repeat_due(rater_id: int, item_id: int, percent: int, secret: bytes) -> bool:
    """Decide whether a repeat follows an item that a rater has been lent for the first time.

    Parameters
    ----------
    rater_id, item_id
        Who was lent what; the same always decides the same, so that asking twice changes nothing.
    percent
        Repeats among a hundred evaluations of the rater, 0 to 20.
    secret
        Known to the server alone: nobody can work out when a repeat comes.
    """
    return _is_due(b"repeat", rater_id, item_id, percent, secret)


def is_gold_due(rater_id: int, item_id: int, percent: int, secret: bytes) -> bool:
    """Decide whether gold follows an item that a rater has been lent; as for repeats, and by another lot."""
    return _is_due(b"gold", rater_id, item_id, percent, secret)


def _is_due(purpose: bytes, rater_id: int, item_id: int, percent: int, secret: bytes) -> bool:
    draw = int.from_bytes(_lot(purpose, rater_id, item_id, secret))
    # So many after each hundred first ones, for ``percent`` among a hundred of both kinds.
    return draw * (100 - percent) < percent * _WHOLE


def repeat_gap(evaluations: int) -> int | None:
    """Return how many evaluations ago an item must lie to come again; None while the rater has made too few."""
    if evaluations < FEWEST_BEFORE_REPEATS:
        return None
    return min(MOST_GAP, max(LEAST_GAP, evaluations // 2))


def expected_evaluations(items: int, hidden_percent: int) -> int:
    """Return how many evaluations one person makes of so many items, with what comes unannounced among them.

    ``hidden_percent`` is the share of repeats and gold in a hundred evaluations.
    """
    return items + round(items * hidden_percent / (100 - hidden_percent))


def choose_hidden(items: Sequence[int], rater_id: int, secret: bytes) -> int | None:
    """Choose which of the items that could come again, or as gold, does; None of none."""
    return min(items, key=lambda item: (_lot(b"which", rater_id, item, secret), item), default=None)


def _lot(purpose: bytes, rater_id: int, item_id: int, secret: bytes) -> bytes:
    key = hashlib.sha256(purpose + secret).digest()
    return hashlib.blake2b(f"{rater_id}:{item_id}".encode(), key=key, digest_size=8).digest()
