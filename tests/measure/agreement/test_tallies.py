"""Counting the ratings of each unit at each value, their pairs, and ratings given twice."""

import numpy as np
import pytest
from hypothesis import given

from rubrica.measure.agreement.tallies import refuse_repeated_ratings, tally
from rubrica.measure.errors import RepeatedRatingError
from tests.measure.strategies import few, ratings


@few
@given(columns=ratings())
def test_tallies_hold_every_rating_once_in_order(columns):
    units, _, values = columns

    found = tally(units, values.astype(np.int64))

    counted = sorted(zip(found.unit.tolist(), found.code.tolist(), found.count.tolist(), strict=True))
    cells, counts = np.unique(np.stack((units, values.astype(np.int64))), axis=1, return_counts=True)
    assert counted == [(*cell, count) for cell, count in zip(cells.T.tolist(), counts.tolist(), strict=True)]
    assert list(zip(found.unit, found.code, strict=True)) == sorted(zip(found.unit, found.code, strict=True))


@few
@given(columns=ratings())
def test_every_pair_of_different_values_of_one_unit_comes_once(columns):
    units, _, values = columns
    found = tally(units, values.astype(np.int64))

    pairs = [pair for step in found.pairs() for pair in zip(*map(np.ndarray.tolist, step), strict=True)]

    size = len(found.unit)
    expected = [(a, b) for a in range(size) for b in range(a + 1, size) if found.unit[a] == found.unit[b]]
    assert sorted(pairs) == expected


def test_a_rating_given_twice_is_refused_with_the_names_of_unit_and_rater():
    refuse_repeated_ratings(np.array([1, 1, 2, 2]), np.array([8, 9, 8, 9]))

    with pytest.raises(RepeatedRatingError, match="Rater 9 rated unit 2 more than once"):
        refuse_repeated_ratings(np.array([1, 1, 2, 2, 2]), np.array([8, 9, 8, 9, 9]))
