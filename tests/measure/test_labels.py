"""Columns of any library: the same labels give the same numbers, whoever holds them; what is no label is refused."""

from collections import UserList

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.measure.agreement.alpha import krippendorff_alpha
from rubrica.measure.errors import (
    ColumnShapeError,
    MissingValueError,
    MixedLabelsError,
    NoRatingsError,
    NotNumericError,
    OffTheScaleError,
    ScaleOrderError,
    UnknownLevelError,
    UnknownMethodError,
    ValueTooLargeError,
)
from rubrica.measure.labels import labelled, labelled_ratings, labelled_together

WORDS = ["owl", "ant", "owl", "cat"]
NUMBERS = [30, 10, 30, 20]

HOLDERS_OF_WORDS = {
    "list": list,
    "tuple": tuple,
    "numpy of str": np.array,
    "numpy of object": lambda column: np.array(column, dtype=object),
    "masked array": np.ma.array,
    "pandas": pd.Series,
    "pandas of object": lambda column: pd.Series(column, dtype=object),
    "pandas of string": lambda column: pd.Series(column, dtype="string"),
    "pandas categorical": lambda column: pd.Series(column, dtype="category"),
    "pandas Categorical": lambda column: pd.Categorical(column, categories=["zebra", "owl", "cat", "ant"]),
    "pandas index": pd.Index,
    "pandas with an index of its own": lambda column: pd.Series(column, index=range(len(column))[::-1]),
    "polars": pl.Series,
    "polars categorical": lambda column: pl.Series(column, dtype=pl.Categorical),
    "polars enum": lambda column: pl.Series(column, dtype=pl.Enum(["owl", "cat", "ant"])),
    "arrow": pa.array,
    "arrow in chunks": lambda column: pa.chunked_array([column[:1], column[1:]]),
    "arrow dictionary": lambda column: pa.array(column).dictionary_encode(),
    "arrow dictionary in chunks": lambda column: pa.chunked_array(
        [pa.array(column[:1]).dictionary_encode(), pa.array(column[1:]).dictionary_encode()]
    ),
}
HOLDERS_OF_NUMBERS = {
    "list": list,
    "numpy": np.array,
    "numpy of floats": lambda column: np.array(column, dtype=float),
    "numpy of small integers": lambda column: np.array(column, dtype=np.uint8),
    "pandas": pd.Series,
    "pandas nullable": lambda column: pd.Series(column, dtype="Int64"),
    "pandas of object": lambda column: pd.Series(column, dtype=object),
    "polars": pl.Series,
    "arrow": pa.array,
}
HOLDERS_OF_NOTHING = {
    "list": lambda: ["a", None],
    "list of floats": lambda: [1.0, float("nan")],
    "numpy": lambda: np.array([1.0, np.nan]),
    "numpy of moments": lambda: np.array(["2026-01-01", "NaT"], dtype="datetime64[D]"),
    "masked array": lambda: np.ma.masked_equal([1, 2], 2),
    "pandas": lambda: pd.Series(["a", None]),
    "pandas nullable": lambda: pd.Series([1, None], dtype="Int64"),
    "pandas NA": lambda: np.array(["a", pd.NA], dtype=object),
    "pandas categorical": lambda: pd.Series(["a", None], dtype="category"),
    "polars null": lambda: pl.Series([1, None]),
    "polars NaN": lambda: pl.Series([1.0, float("nan")]),
    "arrow": lambda: pa.array(["a", None]),
    "arrow dictionary": lambda: pa.array(["a", None]).dictionary_encode(),
    "arrow dictionary of null": lambda: pa.DictionaryArray.from_arrays([0, 1], pa.array(["a", None])),
}


def by_name(holders):
    return pytest.mark.parametrize("hold", holders.values(), ids=holders)


# --- identities ---


@by_name(HOLDERS_OF_WORDS)
def test_words_are_numbered_as_they_sort_whoever_holds_them(hold):
    found = labelled(hold(WORDS), "units")

    assert found.index.tolist() == [2, 0, 2, 1]
    assert found.labels.tolist() == ["ant", "cat", "owl"]


@by_name(HOLDERS_OF_NUMBERS)
def test_numbers_are_numbered_by_value_and_stay_integers(hold):
    found = labelled(hold(NUMBERS), "units")

    assert found.index.tolist() == [2, 0, 2, 1]
    assert found.labels.tolist() == [10, 20, 30]
    assert found.labels.dtype == np.int64


@pytest.mark.parametrize(
    ("column", "labels"),
    [
        ([True, False, True], [False, True]),
        ([1.5, 0.5], [0.5, 1.5]),
        ([2**70, 1], [1, 2**70]),
        (pa.array([2**64 - 1, 1], pa.uint64()), [1, 2**64 - 1]),
        (pd.Series([2**62 + 1, 2**62]), [2**62, 2**62 + 1]),
    ],
    ids=["truth values", "numbers", "beyond 64 bits", "unsigned", "neighbours as floats"],
)
def test_labels_of_other_kinds_are_told_apart(column, labels):
    assert labelled(column, "units").labels.tolist() == labels


def test_dates_are_numbered_in_time():
    found = labelled(pd.Series(pd.to_datetime(["2026-03-01", "2025-01-01"])), "units")

    assert found.index.tolist() == [1, 0]


@by_name(HOLDERS_OF_NOTHING)
def test_an_item_that_is_missing_is_refused_with_its_row(hold):
    with pytest.raises(MissingValueError, match=r"^raters is empty in row 1 \(of 1 such rows\)"):
        labelled(hold(), "raters")


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (["a", 1], r"'a' in row 0 and 1 in row 1"),
        ([2, True], r"2 in row 0 and True in row 1"),
        ([[1], [2]], "neither numbers nor words"),
        (pl.Series([[1], [2]]), "neither numbers nor words"),
        ([object()], "a object in row 0"),
        (np.array([b"a"]), "a bytes in row 0"),
        (np.array([1j]), "complex128"),
        (np.array([1], dtype="timedelta64[s]"), "timedelta64"),
    ],
    ids=["numbers and words", "numbers and truths", "lists", "polars lists", "objects", "bytes", "complex", "duration"],
)
def test_what_has_no_order_in_common_is_refused(column, words):
    with pytest.raises(MixedLabelsError, match=words):
        labelled(column, "units")


@pytest.mark.parametrize(
    "column",
    [np.zeros((2, 2)), pd.DataFrame({"a": [1, 2]}), 5, (row for row in [1])],
    ids=["2-d", "frame", "5", "iter"],
)
def test_what_is_no_column_is_refused(column):
    with pytest.raises(ColumnShapeError, match="units must be one column"):
        labelled(column, "units")


@pytest.mark.parametrize(
    "column", [[], np.array([]), pd.Series([]), pa.nulls(0)], ids=["list", "numpy", "pandas", "arrow"]
)
def test_a_column_without_a_row_is_refused(column):
    with pytest.raises(NoRatingsError, match="units is empty"):
        labelled(column, "units")


def test_rows_of_different_lengths_are_no_column():
    with pytest.raises(ColumnShapeError, match="its rows differ"):
        labelled(UserList([[1], [1, 2]]), "units")


@given(st.lists(st.text(max_size=3) | st.sampled_from(["x", "y"]), min_size=1, max_size=30), st.randoms())
def test_the_order_of_rows_does_not_change_a_number(words, random):
    found = labelled(words, "units")
    shuffled = list(range(len(words)))
    random.shuffle(shuffled)

    other = labelled([words[row] for row in shuffled], "units")

    assert found.labels[found.index].tolist() == words
    assert other.labels.tolist() == found.labels.tolist()
    assert other.index.tolist() == found.index[shuffled].tolist()


def test_two_sides_of_a_comparison_share_their_numbers():
    first, second = labelled_together(pl.Series(["b", "c"]), pd.Series(["a", "b"]), ("first", "second"))

    assert first.labels.tolist() == second.labels.tolist() == ["a", "b", "c"]
    assert (first.index.tolist(), second.index.tolist()) == ([1, 2], [0, 1])


def test_two_sides_of_different_lengths_are_refused():
    with pytest.raises(ColumnShapeError, match="first has 2 and second has 1"):
        labelled_together(["a", "b"], ["c"], ("first", "second"))


# --- ratings ---


@pytest.mark.parametrize("hold", [pd.DataFrame, pl.DataFrame, pa.table], ids=["pandas", "polars", "arrow"])
def test_a_table_of_any_library_gives_the_alpha_of_its_numbers(hold):
    items, values = [1, 1, 2, 2, 3, 3, 4, 4], [5, 5, 4, 3, 1, 1, 2, 3]
    table = hold({"item": [f"img{item}.png" for item in items], "rater": ["ann", "bob"] * 4, "score": values})

    found = labelled_ratings(table["item"], table["rater"], table["score"])

    assert krippendorff_alpha(found.units, found.values) == krippendorff_alpha(items, values)
    assert found.unit_labels[found.units].tolist() == [f"img{item}.png" for item in items]
    assert found.rater_labels[found.raters].tolist() == ["ann", "bob"] * 4
    assert found.value_labels is None


def test_words_are_categories_in_the_order_in_which_they_sort():
    found = labelled_ratings([1, 1], [1, 2], ["no", "maybe"], level="nominal")

    assert list(found.values) == [1.0, 0.0]
    assert found.value_labels.tolist() == ["maybe", "no"]


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_words_follow_an_order_that_is_given(level):
    found = labelled_ratings(
        [1, 1, 2], [1, 2, 1], pd.Series(["good", "bad", "good"], dtype="category"), level=level,
        order=["bad", "fair", "good"],
    )  # fmt: skip

    assert list(found.values) == [2.0, 0.0, 2.0]
    assert found.value_labels.tolist() == ["bad", "fair", "good"]


@pytest.mark.parametrize(
    "values",
    [[3, None, 4], pd.Series([3, None, 4], dtype="Int64"), pl.Series([3, None, 4]), pa.array([3, None, 4])],
    ids=["list", "pandas", "polars", "arrow"],
)
def test_a_rating_that_was_not_given_is_refused_or_left_out_by_name(values):
    with pytest.raises(MissingValueError, match="values is empty in row 1"):
        labelled_ratings(["a", "b", "a"], [1, 1, 2], values)

    found = labelled_ratings(["a", "b", "a"], [1, 1, 2], values, missing="leave_out")

    assert found.left_out.tolist() == [1]
    assert list(found.values) == [3.0, 4.0]
    # An item without a rating is no unit.
    assert found.unit_labels.tolist() == ["a"]


@pytest.mark.parametrize(
    ("values", "options", "error", "words"),
    [
        ([4, "n/a"], {"level": "interval"}, NotNumericError, r"values holds 'n/a' in row 1; at the interval level"),
        ([True, False], {"level": "ratio"}, NotNumericError, "values holds True in row 0"),
        (["a", "b"], {}, ScaleOrderError, "words such as 'a' in row 0"),
        (["a", "b"], {"order": ["a", "b", "a"]}, ScaleOrderError, "order names 'a' twice"),
        (["a", "b"], {"order": ["a", "b"], "level": "ratio"}, ScaleOrderError, "nothing of distances"),
        (["a", "b"], {"order": ["a", "c"]}, OffTheScaleError, "'b' in row 1, which is not in order"),
        ([1, float("inf")], {}, MissingValueError, "values holds inf in row 1"),
        ([1, 2**60], {}, ValueTooLargeError, "cannot be told from"),
        ([None, None], {"missing": "leave_out"}, NoRatingsError, "empty in every row"),
        ([1, 2], {"level": "ordered"}, UnknownLevelError, "not 'ordered'"),
        ([1, 2], {"missing": "drop"}, UnknownMethodError, "not 'drop'"),
        ([1, 2, 3], {}, ColumnShapeError, "units has 2 and raters has 2 and values has 3"),
        ([1, "a"], {"level": "nominal"}, MixedLabelsError, "1 in row 0 and 'a' in row 1"),
    ],
)
def test_values_that_the_level_does_not_admit_are_refused(values, options, error, words):
    with pytest.raises(error, match=words):
        labelled_ratings(["a", "b"], [1, 2], values, **options)


def test_a_rater_who_is_missing_is_refused_even_where_rows_may_be_left_out():
    with pytest.raises(MissingValueError, match="raters is empty in row 0"):
        labelled_ratings(["a", "b"], [None, 2], [None, 2], missing="leave_out")
