"""Ratings in order of unit: the same from any order of rows, whole or some units at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.measure.agreement import unit_ratings as room
from rubrica.measure.agreement.coincidences import COUNTED
from rubrica.measure.agreement.unit_ratings import cells_of, unit_ratings
from rubrica.measure.errors import NoPairableUnitsError
from tests.measure.strategies import LEVELS, few, ratings, simulated

SCALES = {
    "of a few levels": lambda values: values,
    "of wide steps": lambda values: values * 1e6,
    "without end": lambda values: np.exp(values / 3.0) - 2.0,
    "of the largest numbers": lambda values: values * 1e99,
}


def in_pairs(found):
    """Return each unit with its values, ascending."""
    values = found.levels[found.code]
    return {
        int(unit): sorted(values[first:last].tolist())
        for unit, first, last in zip(found.units, found.start[:-1], found.start[1:], strict=True)
    }


@pytest.mark.parametrize("scale", list(SCALES))
@few
@given(columns=ratings(), sort=st.booleans())
def test_every_rating_is_found_with_its_unit(scale, columns, sort):
    units, _, values = columns
    values = SCALES[scale](values)
    order = np.argsort(units, kind="stable") if sort else np.arange(len(units))

    found = unit_ratings(units[order], values[order])

    assert in_pairs(found) == {int(unit): sorted(values[units == unit].tolist()) for unit in np.unique(units)}
    assert (np.diff(found.levels) > 0.0).all()
    assert found.unit.tolist() == np.searchsorted(np.unique(units), np.sort(units)).tolist()


def test_columns_in_order_of_unit_are_not_sorted_again():
    found = unit_ratings(np.array([1, 1, 2, 2]), np.array([5.0, 4.0, 4.0, 5.0]))

    assert found.levels[found.code].tolist() == [5.0, 4.0, 4.0, 5.0]
    assert found.in_order_of_value().code.tolist() == [0, 1, 0, 1]


@few
@given(columns=ratings())
def test_what_is_left_of_the_units_rated_twice_spans_its_own_levels(columns):
    units, _, values = np.append(columns[0], 99), columns[1], np.append(columns[2], 1e9)
    twice = np.flatnonzero(np.bincount(units) > 1)

    if len(twice):
        found = unit_ratings(units, values).pairable()
        assert found.units.tolist() == twice.tolist()
        assert found.levels[-1] <= 5.0
    else:
        with pytest.raises(NoPairableUnitsError, match="was rated twice"):
            unit_ratings(units, values).pairable()


@few
@given(columns=ratings(max_value=3))
def test_units_with_the_same_ratings_make_one_group(columns):
    found = unit_ratings(columns[0], columns[2])

    distinct, group = found.distinct()

    of_unit, of_group = list(in_pairs(found).values()), in_pairs(distinct)
    assert [of_group[int(distinct.units[each])] for each in group] == of_unit
    assert len({tuple(values) for values in of_unit}) == len(distinct.units)


def test_on_a_long_scale_every_unit_is_a_group_of_its_own():
    found = unit_ratings(np.repeat([1, 2], 40), np.tile(np.arange(40.0), 2))

    assert found.distinct()[1].tolist() == [0, 1]
    assert cells_of(found).units.tolist() == [1.0, 1.0]


def test_levels_that_do_not_occur_are_no_values_of_the_cells():
    cells = cells_of(unit_ratings(np.array([1, 1, 2, 2]), np.array([2.0, 7.0, 7.0, 7.0])))

    assert (cells.levels.tolist(), cells.occurrences.tolist()) == ([2.0, 7.0], [1.0, 3.0])


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("n_levels", [5, 40])
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_some_units_at_a_time_give_what_all_at_once_give(monkeypatch, level, n_levels, missing):
    units, _, values = simulated(np.random.default_rng(3), 60, 5, n_levels=n_levels, missing=missing)
    whole = COUNTED[level](unit_ratings(units, values).pairable())
    for size in ("_ROWS_AT_A_TIME", "_UNITS_AT_A_TIME", "_CELLS_AT_A_TIME"):
        monkeypatch.setattr(room, size, 7)

    some = COUNTED[level](unit_ratings(units, values).pairable())

    assert (some.observed, some.expected) == pytest.approx((whole.observed, whole.expected), rel=1e-12)
    assert some.observed_without == pytest.approx(whole.observed_without, rel=1e-12)
    assert some.expected_without == pytest.approx(whole.expected_without, rel=1e-12)
