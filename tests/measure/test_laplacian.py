"""Products of tables with few entries, and systems that know differences only."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.measure.errors import UnboundedScoresError
from rubrica.measure.laplacian import conjugate_gradients
from rubrica.measure.sparse_tables import products


@given(seed=st.integers(0, 99), ascending=st.booleans())
def test_a_table_with_few_entries_multiplies_as_the_table_written_out(seed, ascending):
    generator = np.random.default_rng(seed)
    row, column, amount = generator.integers(5, size=12), generator.integers(4, size=12), generator.normal(size=12)
    if ascending:
        row = np.sort(row)
    table = np.zeros((5, 4))
    np.add.at(table, (row, column), amount)
    one, several = generator.normal(size=4), generator.normal(size=(5, 3))

    product, turned = products(row, column, amount, n_rows=5, n_columns=4)

    assert product(one) == pytest.approx(table @ one)
    assert turned(several) == pytest.approx(table.T @ several)


@given(seed=st.integers(0, 99), size=st.integers(2, 12))
def test_conjugate_gradients_find_the_solutions_that_add_up_to_zero(seed, size):
    generator = np.random.default_rng(seed)
    weight = np.triu(generator.uniform(0.1, 2.0, (size, size)), 1)
    weight += weight.T
    matrix = np.diag(weight.sum(axis=1)) - weight
    right = generator.normal(size=(size, 3))
    # One column is done before it begins.
    right[:, 1] = 0.0

    found = conjugate_gradients(lambda columns: matrix @ columns, matrix.diagonal(), right, 1e-12)

    assert found == pytest.approx(np.linalg.pinv(matrix) @ right, abs=1e-9)
    assert found.sum(axis=0) == pytest.approx(0.0, abs=1e-12)


def test_a_system_that_curves_the_wrong_way_is_refused():
    matrix = np.array([[-1.0, 1.0], [1.0, -1.0]])

    with pytest.raises(UnboundedScoresError, match="not curved"):
        conjugate_gradients(lambda columns: matrix @ columns, np.ones(2), np.array([[1.0], [-1.0]]), 1e-9)
