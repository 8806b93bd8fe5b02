"""Orders of rows found by counting: the same as those of a sort, and the same from every order of the rows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rubrica.measure.orders import cell_begins, order_by, order_by_all, order_of_cells

columns = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=30).map(
    lambda rows: [np.array(column) for column in zip(*rows, strict=True)]
)


@given(columns=columns)
def test_counting_and_sorting_give_the_same_order(columns):
    first, *_ = columns

    assert order_by(first, 5).tolist() == np.argsort(first, kind="stable").tolist()
    assert order_by_all(columns).tolist() == np.lexsort(columns[::-1]).tolist()


@given(columns=columns, seed=st.integers(0, 99))
def test_every_order_of_the_rows_leads_to_the_same_one(columns, seed):
    *cells, value = columns
    shuffle = np.random.default_rng(seed).permutation(len(value))

    order, begins = order_of_cells(cells, value.astype(float))
    other, _ = order_of_cells([column[shuffle] for column in cells], value[shuffle].astype(float))

    for column in columns:
        assert column[order].tolist() == column[shuffle][other].tolist()
    assert np.count_nonzero(begins) == len({*zip(*(column.tolist() for column in cells), strict=True)})
    assert begins.tolist() == cell_begins([column[order] for column in cells]).tolist()
