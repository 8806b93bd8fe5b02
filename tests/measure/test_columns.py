"""Columns are checked at the door, and numbered by whichever road is shorter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rubrica.measure.columns import identities, levelled, numbered, numbers, pairable, same_length, summed, tallied
from rubrica.measure.errors import (
    ColumnShapeError,
    MissingValueError,
    NoRatingsError,
    NotNumericError,
    ValueTooLargeError,
)
from tests.measure.strategies import few

int_columns = st.one_of(
    hnp.arrays(np.int64, st.integers(1, 30), elements=st.integers(-5, 20)),
    hnp.arrays(np.int64, st.integers(1, 30), elements=st.integers(-(2**63), 2**63 - 1)),
)


@few
@given(column=int_columns)
def test_identities_are_numbered_in_ascending_order_however_far_apart_they_lie(column):
    labels, index = numbered(column)

    expected_labels, expected_index = np.unique(column, return_inverse=True)
    assert labels.tolist() == expected_labels.tolist()
    assert index.tolist() == expected_index.tolist()


@few
@given(
    column=hnp.arrays(
        np.float64,
        st.integers(1, 30),
        elements=st.one_of(st.integers(-9, 9).map(float), st.floats(-1e100, 1e100), st.just(-0.0)),
    )
)
def test_values_are_numbered_in_ascending_order_whether_whole_or_not(column):
    levels, code = levelled(column)

    assert levels.tolist() == np.unique(column).tolist()
    assert levels[code].tolist() == column.tolist()


@few
@given(keys=st.lists(st.integers(0, 40), min_size=1), spare=st.sampled_from([0, 10_000]))
def test_keys_are_tallied_in_a_table_or_by_sorting_with_the_same_result(keys, spare):
    distinct, counts = tallied(np.array(keys), 41 + spare)

    assert dict(zip(distinct.tolist(), counts.tolist(), strict=True)) == {key: keys.count(key) for key in set(keys)}
    assert distinct.tolist() == sorted(distinct.tolist())


def test_amounts_are_added_up_by_index_and_an_index_without_amounts_has_none():
    assert summed(np.array([2, 0, 2]), np.array([1.0, 4.0, 0.5]), 4).tolist() == [4.0, 0.0, 1.5, 0.0]


def test_pairable_ratings_are_those_of_units_rated_twice_or_more():
    assert pairable([5, 6, 5, -7, 6, 6]).tolist() == [True, True, True, False, True, True]


def test_columns_of_lists_and_of_any_number_type_are_welcome():
    assert identities(np.array([1, 2], dtype=np.uint16), "units").dtype == np.int64
    assert numbers(np.array([1, 2], dtype=np.int8), "values").tolist() == [1.0, 2.0]
    assert numbers([0.5, 2], "values").tolist() == [0.5, 2.0]


@pytest.mark.parametrize("check", [identities, numbers])
def test_something_that_is_no_column_is_refused_by_name(check):
    with pytest.raises(NoRatingsError, match="raters is empty"):
        check([], "raters")
    with pytest.raises(ColumnShapeError, match=r"raters must be one column.*its shape is \(\)"):
        check(3, "raters")
    with pytest.raises(ColumnShapeError, match="its rows differ"):
        check([[1, 2], [3]], "raters")
    with pytest.raises(NotNumericError, match="holds bool"):
        check([True, False], "raters")
    with pytest.raises(NotNumericError, match="holds object"):
        check([1, None], "raters")
    with pytest.raises(MissingValueError, match="raters has masked entries"):
        check(np.ma.array([1, 2], mask=[False, True]), "raters")


def test_identities_that_are_no_integers_are_refused_with_the_way_out():
    with pytest.raises(NotNumericError, match=r"holds float64.*numpy.unique"):
        identities([1.0, 2.0], "units")
    with pytest.raises(NotNumericError, match="holds <U1"):
        identities(["a", "b"], "units")
    with pytest.raises(ValueTooLargeError, match="18446744073709551615"):
        identities(np.array([2**64 - 1], dtype=np.uint64), "units")


def test_values_that_cannot_be_computed_with_are_refused_with_their_row():
    with pytest.raises(MissingValueError, match=r"values holds nan in row 2 \(of 2 such rows\)"):
        numbers([1.0, 2.0, float("nan"), float("nan")], "values")
    with pytest.raises(MissingValueError, match="values holds -inf in row 0"):
        numbers([float("-inf"), 1.0], "values")
    with pytest.raises(ValueTooLargeError, match=r"2e\+100"):
        numbers([1.0, -2e100], "values")
    with pytest.raises(ValueTooLargeError, match="9007199254740993"):
        numbers([2**53 + 1, 0], "values")
    with pytest.raises(ValueTooLargeError, match="9223372036854775808"):
        numbers(np.array([-(2**63), 0]), "values")


def test_columns_of_different_lengths_are_refused_with_their_lengths():
    with pytest.raises(ColumnShapeError, match="units has 2 and raters has 2 and values has 3"):
        same_length(units=np.zeros(2), raters=np.zeros(2), values=np.zeros(3))
