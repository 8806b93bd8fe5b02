"""Orders of images: every order is taken apart into comparisons of two, and those are measured."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from rubrica.domain.criterion import Criterion
from rubrica.domain.mark import SLOTS
from rubrica.domain.verdict import verdict
from rubrica.records.queries.ratings import EvaluationColumns, IntArray, RatingColumns
from rubrica.usecases.reports.estimates import FloatArray, agreement, alpha
from rubrica.usecases.reports.values import AnswerCount, CriterionReport

_NO_MEAN = "Orders have no mean; see which models win."
_NO_RATINGS = "Nobody has answered this criterion yet."


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """One entry a comparison of the images in slots ``first`` and ``second``.

    ``rows`` are entries of the evaluations; a score is 1 where the first is better, 0 for equals, else -1.
    """

    rows: IntArray
    first: IntArray
    second: IntArray
    scores: FloatArray


def comparisons(criterion: Criterion, images: int, ratings: RatingColumns) -> Comparisons:
    """Take orders apart. Best and worst say nothing of the images between, so those are not compared."""
    table = [
        (row, first, second, sign)
        for row, scores in _orders(images, ratings)
        for first, second in combinations(range(images), 2)
        if (sign := int(np.sign(scores[first] - scores[second]))) or criterion.type == "ranking"
    ]
    columns = np.array(table, dtype=np.int64).reshape(len(table), 4)
    return Comparisons(columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3].astype(np.float64))


def order_report(
    criterion: Criterion, images: int, evaluations: EvaluationColumns, ratings: RatingColumns | None
) -> CriterionReport:
    """Return how often each image of an item came first, and how far raters agree about any two."""
    if ratings is None or len(ratings.rows) == 0:
        ratings = RatingColumns(np.array([], np.int64), np.array([], np.str_), np.array([], np.float64))
    found = comparisons(criterion, images, ratings)
    judged = np.unique(ratings.rows)
    items = evaluations.items[judged]
    doubled = int(np.count_nonzero(np.unique(items, return_counts=True)[1] > 1))
    units = _units(evaluations.items[found.rows], found, images)
    coefficient, refusal = alpha(units, found.scores, "ordinal") if len(units) else (None, _NO_RATINGS)
    return CriterionReport(
        id=criterion.id,
        name=criterion.name,
        question=criterion.question,
        type=criterion.type,
        kind=criterion.kind,
        n=len(judged),
        doubled_items=doubled,
        distribution=_firsts(images, ratings, len(judged)),
        exact=agreement(units, found.scores) if len(units) else None,
        within_one=None,
        alpha=coefficient,
        alpha_refusal=refusal,
        same_side=None,
        mean=None,
        mean_refusal=_NO_MEAN,
        verdict=verdict(criterion.kind, coefficient.value if coefficient else None, doubled),
    )


def _units(items: IntArray, found: Comparisons, images: int) -> IntArray:
    """Return a number for each item and two of its images."""
    units: NDArray[np.int64] = (items * images + found.first) * images + found.second
    return units


def _orders(images: int, ratings: RatingColumns) -> Iterator[tuple[int, list[float]]]:
    """Yield the score of each slot, evaluation by evaluation; an image that is not named scores 0."""
    scores: dict[int, list[float]] = {}
    for row, letter, score in zip(ratings.rows.tolist(), ratings.values.tolist(), ratings.scores.tolist(), strict=True):
        scores.setdefault(row, [0.0] * images)[SLOTS.index(letter)] = score
    yield from scores.items()


def _firsts(images: int, ratings: RatingColumns, n: int) -> tuple[AnswerCount, ...]:
    firsts: Counter[int] = Counter()
    for _, scores in _orders(images, ratings):
        firsts.update(slot for slot in range(images) if scores[slot] == max(scores))
    return tuple(
        AnswerCount(SLOTS[slot], f"{SLOTS[slot].upper()} first", firsts[slot], firsts[slot] / n if n else 0.0)
        for slot in range(images)
    )
