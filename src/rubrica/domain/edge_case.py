"""Edge cases: what a rater asks when the rules do not decide, and the way from the question to a ruling.

A case is raised, triaged, voted on blind, discussed, and ruled on. Whoever looks for its like finds it by image, code,
clause and words.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from rubrica.domain.mark import SLOTS, read_region
from rubrica.domain.problems import Findings, ProblemsError, as_object, check_keys, one_of, quoted
from rubrica.domain.roles import Permission
from rubrica.domain.rubric import Rubric
from rubrica.domain.text import check_text
from rubrica.domain.transitions import Process, Transition

MAX_QUESTION: Final = 300
MAX_POST: Final = 2_000
OPTIONS: Final = (2, 6)
MAX_OPTION: Final = 200
_KEYS = frozenset({"kind", "question", "answer", "clause", "criterion", "code", "region"})


class CaseKind(StrEnum):
    """Why the rules did not decide."""

    AMBIGUOUS_RULE = "ambiguous_rule"
    GAP = "gap"
    CONFLICT = "conflict"
    NOVEL_PATTERN = "novel_pattern"
    BAD_ITEM = "bad_item"
    NEEDS_EXPERTISE = "needs_expertise"


class CaseState(StrEnum):
    """How far a case has come."""

    RAISED = "raised"
    VOTING = "voting"
    DISCUSSION = "discussion"
    RULED = "ruled"
    DUPLICATE = "duplicate"
    ANSWERED = "answered"


class CaseEvent(StrEnum):
    """What can happen to a case."""

    OPEN_VOTE = "open_vote"
    CLOSE_VOTE = "close_vote"
    RULE = "rule"
    MERGE = "merge"
    ANSWER = "answer"
    REOPEN = "reopen"
    RESUME = "resume"
    TAKE_OVER = "take_over"
    HAND_OVER = "hand_over"


_WAITING = frozenset({CaseState.RAISED, CaseState.VOTING, CaseState.DISCUSSION})

CASE_PROCESS: Final = Process(
    (
        Transition(CaseEvent.OPEN_VOTE, frozenset({CaseState.RAISED}), CaseState.VOTING, Permission.TRIAGE_EDGE_CASES),
        Transition(
            CaseEvent.CLOSE_VOTE, frozenset({CaseState.VOTING}), CaseState.DISCUSSION, Permission.TRIAGE_EDGE_CASES
        ),
        # A lead may rule at once, but not over the heads of those who are voting.
        Transition(
            CaseEvent.RULE, frozenset({CaseState.RAISED, CaseState.DISCUSSION}), CaseState.RULED, Permission.RULE
        ),
        Transition(CaseEvent.ANSWER, _WAITING, CaseState.ANSWERED, Permission.TRIAGE_EDGE_CASES),
        Transition(CaseEvent.MERGE, _WAITING, CaseState.DUPLICATE, Permission.TRIAGE_EDGE_CASES),
        Transition(
            CaseEvent.REOPEN,
            frozenset({CaseState.DUPLICATE, CaseState.ANSWERED}),
            CaseState.RAISED,
            Permission.TRIAGE_EDGE_CASES,
        ),
        # A vote is given once: what was voted on before is taken up where it is talked about.
        Transition(
            CaseEvent.RESUME,
            frozenset({CaseState.DUPLICATE, CaseState.ANSWERED}),
            CaseState.DISCUSSION,
            Permission.TRIAGE_EDGE_CASES,
        ),
        # Somebody else answers for it from now on; the deadline stays.
        *(
            Transition(CaseEvent.TAKE_OVER, frozenset({state}), state, Permission.TRIAGE_EDGE_CASES)
            for state in sorted(_WAITING)
        ),
    ),
    {
        CaseState.RAISED: timedelta(days=2),
        CaseState.VOTING: timedelta(days=3),
        CaseState.DISCUSSION: timedelta(days=5),
    },
)
"""The way of a case. That it is handed over, because its owner has left, is no step that anybody chooses."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a rater asks.

    Attributes
    ----------
    slot
        The image as shown to the rater, from 0.
    shape, geometry
        The place on that image, as on a mark.
    answer
        What the rater did meanwhile, or would do; never shown to those who have yet to vote.
    """

    kind: CaseKind
    text: str
    answer: str
    clause: str
    criterion: str
    code: str
    slot: int
    shape: str
    geometry: dict[str, object]


def parse_question(rubric: Rubric, anchors: Collection[str], payload: object) -> Question:
    """Read what a rater asks.

    Raises
    ------
    ProblemsError
        Something in it is not of the rubric or the guideline, or the question is missing; every problem is named.
    """
    found = Findings()
    body = as_object(payload)
    if body is None:
        found.add("", f"is {quoted(payload)}", "an object with kind and question")
        raise ProblemsError(found.problems)
    check_keys(body, _KEYS, "", found)
    codes = rubric.taxonomy.codes if rubric.taxonomy is not None else ()
    kind = _chosen(body.get("kind"), "kind", [*CaseKind], found, required=True)
    image, geometry = read_region(rubric, body.get("region"), "region", found)
    question = Question(
        kind=CaseKind(kind or CaseKind.GAP),
        text=check_text(body.get("question"), "question", found, minimum=1, maximum=MAX_QUESTION, one_line=True),
        answer=check_text(body.get("answer") or "", "answer", found, maximum=MAX_QUESTION, one_line=True),
        clause=_chosen(body.get("clause"), "clause", tuple(anchors), found),
        criterion=_chosen(body.get("criterion"), "criterion", tuple(rubric.criterion_of), found),
        code=_chosen(body.get("code"), "code", codes, found),
        slot=SLOTS.index(image),
        shape=geometry.shape,
        geometry=geometry.as_json(),
    )
    if found:
        raise ProblemsError(found.problems)
    return question


def _chosen(value: object, path: str, choices: Sequence[str], found: Findings, *, required: bool = False) -> str:
    if not required and (value is None or value == ""):
        return ""
    if type(value) is str and value in choices:
        return value
    found.add(path, "is missing" if value is None else f"is {quoted(value)}", one_of(choices))
    return ""


@dataclass(frozen=True, slots=True)
class Traits:
    """By what a case or a ruling is found again.

    Attributes
    ----------
    items
        Row ids of the items it is about.
    fingerprints
        64-bit difference hashes of their images.
    """

    text: str
    criterion: str = ""
    clause: str = ""
    codes: frozenset[str] = frozenset()
    items: frozenset[int] = frozenset()
    fingerprints: frozenset[int] = frozenset()


class Likeness(StrEnum):
    """In what two cases are alike."""

    ITEM = "item"
    IMAGE = "image"
    CODE = "code"
    SIMILAR = "similar"
    GROUP = "group"
    CLAUSE = "clause"
    CRITERION = "criterion"
    WORDS = "words"


_WEIGHTS: Final = {
    Likeness.ITEM: 5.0,
    Likeness.IMAGE: 4.0,
    Likeness.CODE: 3.0,
    Likeness.CLAUSE: 2.0,
    Likeness.GROUP: 1.0,
    Likeness.CRITERION: 1.0,
}
_SIMILAR_WEIGHT: Final = 1.0, 3.0
"""Of an image that is just similar, and of one that cannot be told apart."""
_WORDS_WEIGHT: Final = 4.0
_WORDS_ALIKE: Final = 0.5
"""Share of the shorter text's words from which two texts count as alike."""
_FEWEST_WORDS: Final = 2
_WORD = re.compile(r"\w{4,}")
"""Shorter words are mostly those that every sentence has."""
SAME_IMAGE_BITS: Final = 8
"""Bits between the difference hashes of two images up to which they are one image (evaluation.md §5: no two distinct
photographs of 65 came nearer than 13)."""


@dataclass(frozen=True, slots=True)
class Alike:
    """How alike, 0 or more, and in what."""

    score: float
    in_what: tuple[Likeness, ...]


def likeness(one: Traits, other: Traits, nearness: float | None = None) -> Alike:
    """Weigh in what two cases are alike; the strongest reason stands first, and words last.

    ``nearness`` is how near their images lie: from 1 for the same to 0 where they are just similar; None where they are
    not, or nobody knows.
    """
    groups = {code.partition(".")[0] for code in one.codes} & {code.partition(".")[0] for code in other.codes}
    same_code = bool(one.codes & other.codes)
    holds = {
        Likeness.ITEM: bool(one.items & other.items),
        Likeness.IMAGE: not one.items & other.items and _same_image(one.fingerprints, other.fingerprints),
        Likeness.CODE: same_code,
        Likeness.CLAUSE: one.clause != "" and one.clause == other.clause,
        Likeness.GROUP: bool(groups) and not same_code,
        Likeness.CRITERION: one.criterion != "" and one.criterion == other.criterion,
    }
    weights = {reason: weight for reason, weight in _WEIGHTS.items() if holds[reason]}
    if nearness is not None and not holds[Likeness.ITEM] and not holds[Likeness.IMAGE]:
        least, most = _SIMILAR_WEIGHT
        weights[Likeness.SIMILAR] = least + (most - least) * nearness
    found = sorted(weights, key=lambda reason: -weights[reason])
    score = sum(weights.values())
    words = _words_alike(one.text, other.text)
    if words >= _WORDS_ALIKE:
        found.append(Likeness.WORDS)
        score += _WORDS_WEIGHT * words
    return Alike(score, tuple(found))


def _words_alike(one: str, other: str) -> float:
    some, others = _words(one), _words(other)
    common = len(some & others)
    return common / min(len(some), len(others)) if common >= _FEWEST_WORDS else 0.0


def _words(text: str) -> set[str]:
    """Return the words that say something, one and many of a thing alike."""
    return {word.removesuffix("s") for word in _WORD.findall(text.casefold())}


def _same_image(some: Collection[int], others: Collection[int]) -> bool:
    return any((one ^ other).bit_count() <= SAME_IMAGE_BITS for one in some for other in others)
