"""A project's current evaluations as long columns: what measuring them needs, and nothing else.

Current means not superseded. One guideline version at a time: answers under different rules are never pooled.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rubrica.records.models import Evaluation, GuidelineVersion, Project, Rating
from rubrica.records.queries.evaluations import is_counted

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationColumns:
    """One entry an evaluation, in the order of their ids.

    Attributes
    ----------
    ids, items, raters
        Row ids.
    is_judged, is_mirrored
        Whether the item was judged at all, and whether its images were shown exchanged.
    active_ms
        Time at work in milliseconds; -1 where the client did not say.
    """

    ids: IntArray
    items: IntArray
    raters: IntArray
    is_judged: NDArray[np.bool_]
    is_mirrored: NDArray[np.bool_]
    active_ms: IntArray

    def rows_of(self, evaluations: IntArray) -> IntArray:
        """Return at which entry each evaluation id stands."""
        return np.searchsorted(self.ids, evaluations)


@dataclass(frozen=True, slots=True, eq=False)
class RatingColumns:
    """One entry a rating of one criterion. ``rows`` are entries of the evaluations; a score that is none is NaN."""

    rows: IntArray
    values: NDArray[np.str_]
    scores: FloatArray


def evaluation_columns(project: Project, version: GuidelineVersion, until: int | None = None) -> EvaluationColumns:
    """Return the current evaluations under one guideline version, now or when ``until`` was the newest id."""
    rows = (
        Evaluation.objects.of(project)
        .filter(is_counted(until), guideline=version)
        .order_by("pk")
        .values_list("pk", "item_id", "rater_id", "cannot_judge", "presentation", "active_ms")
    )
    table = [
        (pk, item, rater, not cannot_judge, shown == [1, 0], -1 if active is None else active)
        for pk, item, rater, cannot_judge, shown, active in rows.iterator(chunk_size=ROWS_AT_ONCE)
    ]
    columns = np.array(table, dtype=np.int64).reshape(len(table), 6)
    return EvaluationColumns(
        ids=columns[:, 0],
        items=columns[:, 1],
        raters=columns[:, 2],
        is_judged=columns[:, 3].astype(np.bool_),
        is_mirrored=columns[:, 4].astype(np.bool_),
        active_ms=columns[:, 5],
    )


def rating_columns(
    project: Project, version: GuidelineVersion, evaluations: EvaluationColumns, until: int | None = None
) -> Mapping[str, RatingColumns]:
    """Return the ratings of these evaluations, by criterion."""
    rows = (
        Rating.objects.of(project)
        .filter(is_counted(until, "evaluation__"), evaluation__guideline=version)
        .order_by()
        .values_list("criterion", "evaluation_id", "value", "score")
    )
    tables: dict[str, list[tuple[int, str, float]]] = {}
    for criterion, evaluation, value, score in rows.iterator(chunk_size=ROWS_AT_ONCE):
        tables.setdefault(criterion, []).append((evaluation, value, np.nan if score is None else score))
    # An evaluation stored between the two queries is in the second only: it belongs to the next report.
    return {criterion: _columns(table, evaluations) for criterion, table in tables.items()}


def _columns(table: list[tuple[int, str, float]], evaluations: EvaluationColumns) -> RatingColumns:
    ids = np.array([row[0] for row in table], dtype=np.int64)
    rows = evaluations.rows_of(ids)
    is_there = rows < len(evaluations.ids)
    is_there[is_there] = evaluations.ids[rows[is_there]] == ids[is_there]
    return RatingColumns(
        rows=rows[is_there],
        values=np.array([row[1] for row in table])[is_there],
        scores=np.array([row[2] for row in table], dtype=np.float64)[is_there],
    )
