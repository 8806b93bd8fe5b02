"""Gold: items whose right answers are known, and how answers are scored against them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rubrica.domain.criterion import Criterion
from rubrica.domain.problems import Findings, as_object, one_of, quoted
from rubrica.domain.rubric import Rubric

MARKS: Final = "marks"
"""Stands beside criteria for the planted faults of an item: each of them is one answer, right where it was found."""
KNOWN_TYPES: Final = frozenset({"scale", "choice", "yes_no", "count"})
"""Types of criteria of which a right answer can be known."""
_LEVELS_WITH_TOLERANCE: Final = 4
MOST_TOLERANCE: Final = 10
"""Levels, or units of a count, that an answer may lie off at most."""


class GoldSource(StrEnum):
    """How the right answers came to be known."""

    EXPERT = "expert"
    AGREEMENT = "agreement"
    RULING = "ruling"
    PLANTED = "planted"
    ADJUDICATION = "adjudication"
    REPEAT = "repeat"


class Purpose(StrEnum):
    """Why somebody is asked to judge a set of items before other work."""

    PRACTICE = "practice"
    QUALIFICATION = "qualification"
    CALIBRATION = "calibration"
    ROUND = "round"


ASKED_BY_LEADS: Final = (Purpose.CALIBRATION, Purpose.QUALIFICATION)
"""What a lead asks one person for; practice is begun by who practises, and a round asks everybody."""


class AttemptState(StrEnum):
    """How far an attempt has come."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many answers were asked for, and how many of them were right."""

    right: int = 0
    n: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.right + other.right, self.n + other.n)


Scores = dict[str, Tally]
"""By criterion; ``MARKS`` for planted faults."""


def known_criteria(rubric: Rubric) -> tuple[Criterion, ...]:
    """Return the criteria of which a right answer can be known."""
    return tuple(criterion for criterion in rubric.criteria if criterion.type in KNOWN_TYPES)


def tolerance_of(criterion: Criterion, tolerances: Mapping[str, int]) -> int:
    """Return how far from the right one an answer may lie: as the plan says, else one level on a scale of four or more.

    Of repeated ratings of one person 93 % to 100 % lie within one level, and about half are the same (evaluation.md
    section 0): to ask for the very level would be to ask for luck.
    """
    if criterion.type == "scale":
        return tolerances.get(criterion.id, 1 if len(criterion.levels) >= _LEVELS_WITH_TOLERANCE else 0)
    return tolerances.get(criterion.id, 0) if criterion.type == "count" else 0


def read_right_answers(rubric: Rubric, answers: object, found: Findings) -> dict[str, int | str]:
    """Read right answers by criterion; what is empty is not known. Problems are noted in ``found``."""
    body = as_object(answers)
    if body is None:
        found.add("answers", f"is {quoted(answers)}", "an object from criterion to answer")
        return {}
    known = {criterion.id: criterion for criterion in known_criteria(rubric)}
    right: dict[str, int | str] = {}
    for name, value in body.items():
        if name not in known:
            found.add(f"answers.{name[:60]}", "has no right answer", one_of(tuple(known)))
        elif value is not None and value != "":
            read = _read_value(known[name], value)
            if read is None:
                found.add(f"answers.{name}", f"is {quoted(value)}", _allowed(known[name]))
            else:
                right[name] = read
    return right


def _read_value(criterion: Criterion, value: object) -> int | str | None:
    if criterion.type in {"choice", "yes_no"}:
        return value if isinstance(value, str) and value in criterion.option_of else None
    if isinstance(value, str) and value.removeprefix("-").isascii() and value.removeprefix("-").isdigit():
        value = int(value[:9])
    if type(value) is not int:
        return None
    if criterion.type == "scale":
        return value if value in criterion.level_of else None
    return value if criterion.minimum <= value <= criterion.maximum else None


def _allowed(criterion: Criterion) -> str:
    if criterion.type == "count":
        return f"a whole number from {criterion.minimum} to {criterion.maximum}"
    return one_of([str(value) for value in criterion.allowed_values])


def score(
    rubric: Rubric,
    right: Mapping[str, int | str],
    given: Mapping[str, tuple[str, float | None]],
    tolerances: Mapping[str, int],
) -> Scores:
    """Compare answers, as (value, score) by criterion, with the right ones. What was not answered is not right."""
    scores: Scores = {}
    for criterion in rubric.criteria:
        name = criterion.id
        if name in right:
            scores[name] = Tally(int(name in given and _is_right(criterion, right[name], given[name], tolerances)), 1)
    return scores


def _is_right(
    criterion: Criterion, expected: int | str, given: tuple[str, float | None], tolerances: Mapping[str, int]
) -> bool:
    value, level = given
    if isinstance(expected, str):
        return value == expected
    return level is not None and abs(level - expected) <= tolerance_of(criterion, tolerances)


def added(parts: Sequence[Scores]) -> Scores:
    """Return scores over several items."""
    total: Scores = {}
    for part in parts:
        for name, tally in part.items():
            total[name] = total.get(name, Tally()) + tally
    return total


def overall(scores: Scores) -> Tally:
    """Return one tally over all criteria."""
    return sum(scores.values(), Tally())


def in_words(rubric: Rubric, answers: Mapping[str, int | str]) -> tuple[tuple[str, str], ...]:
    """Return answers as (name of the criterion, label), in the rubric's order."""
    return tuple(
        (criterion.name, criterion.answer_in_words(answers[criterion.id]))
        for criterion in rubric.criteria
        if criterion.id in answers
    )


def choices(rubric: Rubric) -> list[tuple[Criterion, list[tuple[str, str]]]]:
    """Return the criteria whose right answers can be known, with their answers as (value, label): none of a count."""
    return [
        (criterion, [(str(value), criterion.answer_in_words(value)) for value in criterion.allowed_values])
        for criterion in known_criteria(rubric)
    ]
