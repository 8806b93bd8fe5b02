"""Adding up along the rows and the columns of a sparse table of ratings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.measure.sparse_tables import Incidence
from tests.measure.strategies import few


@st.composite
def tables(draw):
    """Draw the columns of the cells of each row; a row may be empty, and a cell may occur twice."""
    n_columns = draw(st.integers(1, 6))
    rows = draw(st.lists(st.lists(st.integers(0, n_columns - 1), max_size=5), min_size=1, max_size=6))
    start = np.concatenate(([0], np.cumsum([len(row) for row in rows])))
    column = np.array([column for row in rows for column in row], dtype=np.int64)
    return rows, Incidence(start, column, n_columns)


@few
@given(table=tables(), seed=st.integers(0, 99))
def test_amounts_are_added_up_over_every_cell(table, seed):
    rows, cells = table
    of_columns = np.random.default_rng(seed).normal(size=(cells.n_columns, 3))
    of_rows = np.random.default_rng(seed).normal(size=(len(rows), 3))

    by_row, by_column = cells.added_by_row(of_columns), cells.added_by_column(of_rows)

    dense = np.zeros((len(rows), cells.n_columns))
    for row, columns in enumerate(rows):
        np.add.at(dense[row], columns, 1.0)
    assert by_row == pytest.approx(dense @ of_columns, abs=1e-12)
    assert by_column == pytest.approx(dense.T @ of_rows, abs=1e-12)


@few
@given(table=tables(), cut=st.integers(0, 6))
def test_some_rows_hold_the_cells_of_these_rows(table, cut):
    rows, cells = table
    cut = min(cut, len(rows))
    amount = np.arange(cells.n_columns * 2.0).reshape(-1, 2)

    upper, lower = cells.rows(0, cut), cells.rows(cut, len(rows))

    assert [*upper.column, *lower.column] == cells.column.tolist()
    both = np.concatenate((upper.added_by_row(amount), lower.added_by_row(amount)))
    assert both.tolist() == cells.added_by_row(amount).tolist()
