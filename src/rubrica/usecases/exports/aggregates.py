"""Aggregates: one row for each item, guideline version and criterion. Versions are never pooled."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from rubrica.domain.criterion import Criterion
from rubrica.domain.ranking import order_by
from rubrica.domain.rubric import Rubric
from rubrica.formats.columns import Row
from rubrica.measure.errors import TooFewRatingsError
from rubrica.measure.opinion.mean import MeanOpinion, mean_opinion
from rubrica.records.queries.items import ItemRow

RatingOfItem = tuple[int, int, str, str, float | None]
"""Item id, guideline number, criterion, value and score of one rating."""


def aggregate_rows(
    items: Sequence[ItemRow],
    ratings: Iterator[RatingOfItem],
    judged: Mapping[tuple[int, int], int],
    rubric_of: Mapping[int, Rubric],
) -> Iterator[Row]:
    """Yield the aggregates of a batch of items.

    ``judged`` gives, by item id and guideline number, how many current evaluations judged the item.
    """
    values: defaultdict[tuple[int, str, int], Counter[str]] = defaultdict(Counter)
    scores: defaultdict[tuple[int, str], list[tuple[int, float]]] = defaultdict(list)
    sums: defaultdict[tuple[int, str, int], defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for item, number, criterion_id, value, score in ratings:
        values[number, criterion_id, item][value] += 1
        if score is not None:
            scores[number, criterion_id].append((item, score))
            sums[number, criterion_id, item][value] += score
    key_of = {item.id: item.key for item in items}
    for number, rubric in rubric_of.items():
        for criterion in rubric.criteria:
            is_order = criterion.type in {"ranking", "best_worst"}
            means = {} if criterion.is_list or is_order else _means(scores[number, criterion.id])
            for item in (item.id for item in items if judged.get((item.id, number))):
                counts = values[number, criterion.id, item]
                n = judged[item, number] if criterion.is_list else counts.total()
                if not n:
                    continue
                heading = {"item_key": key_of[item], "guideline_version": number, "criterion": criterion.id, "n": n}
                if is_order:
                    yield {**heading, **_NO_MEAN, **_order(criterion, counts, sums[number, criterion.id, item])}
                    continue
                mode = "" if criterion.is_list else _mode(counts)
                yield {**heading, **means.get(item, _NO_MEAN), "mode": mode, "counts": dict(sorted(counts.items()))}


_NO_MEAN: Mapping[str, object] = {
    "n_scored": 0,
    "mean": None,
    "standard_deviation": None,
    "ci_low": None,
    "ci_high": None,
}


def _means(scores: Sequence[tuple[int, float]]) -> dict[int, Mapping[str, object]]:
    """Return the mean score of each item with its interval; of a single score there is a mean and nothing else."""
    alone = {item: {**_NO_MEAN, "n_scored": 1, "mean": score} for item, score in scores}
    if not scores:
        return {}
    units, numbers = zip(*scores, strict=True)
    try:
        found = mean_opinion(np.array(units, dtype=np.int64), np.array(numbers, dtype=np.float64))
    except TooFewRatingsError:
        return dict(alone)
    return {**alone, **_with_intervals(found)}


def _with_intervals(found: MeanOpinion) -> dict[int, Mapping[str, object]]:
    columns = (found.units, found.n_ratings, found.mean, found.standard_deviation, found.ci_low, found.ci_high)
    return {
        item: {"n_scored": n, "mean": mean, "standard_deviation": deviation, "ci_low": low, "ci_high": high}
        for item, n, mean, deviation, low, high in zip(*(column.tolist() for column in columns), strict=True)
    }


def _order(criterion: Criterion, counts: Counter[str], sums: Mapping[str, float]) -> dict[str, object]:
    """Return the order that all orders together give, with what each image scored in all."""
    # A ranking names every image once, best and worst name two.
    n = max(counts.values()) if criterion.type == "ranking" else counts.total() // 2
    return {"n": n, "mode": order_by(sums), "counts": dict(sorted(sums.items()))}


def _mode(counts: Counter[str]) -> str:
    first_two = counts.most_common(2)
    is_tied = len(first_two) > 1 and first_two[0][1] == first_two[1][1]
    return "" if is_tied else first_two[0][0]
