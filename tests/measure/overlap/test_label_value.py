"""The worth of further labels: written out, simulated, and refused where it does not exist."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.measure.errors import CostError, ErrorRatesError, OverlapError, TooManyValuesError
from rubrica.measure.overlap.label_value import value_of_labels

GOOD = np.array([[0.9, 0.1], [0.2, 0.8]])


@st.composite
def situations(draw):
    size, items = draw(st.integers(2, 4)), draw(st.integers(1, 5))
    generator = np.random.default_rng(draw(st.integers(0, 10_000)))
    return generator.dirichlet(np.ones(size), items), generator.dirichlet(np.ones(size), size)


def test_the_worth_of_one_label_is_the_one_written_out():
    posterior = np.array([0.6, 0.4])

    (found,) = value_of_labels([posterior], GOOD)

    joint = posterior[:, None] * GOOD
    expected = (1 - 0.6) - sum(joint[:, named].sum() - joint[:, named].max() for named in (0, 1))
    assert found == pytest.approx(expected)


def test_the_worth_of_three_labels_is_that_of_their_simulation():
    generator = np.random.default_rng(4)
    posterior, number = np.array([0.7, 0.3]), 200_000
    truth = (generator.random(number) > 0.7).astype(int)
    ones = (generator.random((3, number)) < GOOD[truth, 1]).sum(axis=0)
    likelihood = posterior[:, None] * GOOD[:, 1:] ** ones * GOOD[:, :1] ** (3 - ones)

    (found,) = value_of_labels([posterior], GOOD, number=3)

    right_after = (likelihood.argmax(axis=0) == truth).mean()
    assert found == pytest.approx(right_after - 0.7, abs=0.004)


def test_costly_misses_make_a_label_worth_more():
    missed_defects_cost_more = [[0.0, 1.0], [20.0, 0.0]]

    cheap = value_of_labels([[0.95, 0.05]], GOOD)[0]
    dear = value_of_labels([[0.95, 0.05]], GOOD, loss=missed_defects_cost_more)[0]

    assert cheap == 0.0
    assert dear == pytest.approx(0.95 - (0.95 * 0.1 + 20 * 0.05 * 0.2))


def test_an_answer_may_be_to_leave_the_item_open():
    with_a_way_out = [[0.0, 1.0, 0.2], [1.0, 0.0, 0.2]]

    assert value_of_labels([[0.5, 0.5]], GOOD, loss=with_a_way_out)[0] < value_of_labels([[0.5, 0.5]], GOOD)[0]


@settings(max_examples=40)
@given(situation=situations())
def test_more_labels_are_never_worth_less_and_never_more_than_the_doubt(situation):
    posterior, confusion = situation

    values = [value_of_labels(posterior, confusion, number=number) for number in (1, 2, 3)]

    assert (values[0] >= 0.0).all()
    assert (np.diff(values, axis=0) >= -1e-12).all()
    assert (values[2] <= 1.0 - posterior.max(axis=1) + 1e-12).all()


def test_the_label_of_a_rater_who_guesses_is_worth_nothing():
    assert value_of_labels([[0.5, 0.5]], [[0.3, 0.7], [0.3, 0.7]], number=4) == pytest.approx([0.0], abs=1e-12)


@pytest.mark.parametrize(
    ("arguments", "settings", "error"),
    [
        (([[0.5, 0.4]], GOOD), {}, ErrorRatesError),
        (([[1.5, -0.5]], GOOD), {}, ErrorRatesError),
        (([0.5, 0.5], GOOD), {}, ErrorRatesError),
        (([[1.0]], [[1.0]]), {}, ErrorRatesError),
        (([[0.5, 0.5]], [[0.9, 0.2], [0.2, 0.8]]), {}, ErrorRatesError),
        (([[0.5, 0.5]], GOOD), {"number": 0}, OverlapError),
        (([[0.5, 0.5]], GOOD), {"loss": [[0.0, -1.0], [1.0, 0.0]]}, CostError),
        (([[0.5, 0.5]], GOOD), {"loss": [[0.0, 1.0]]}, CostError),
        (([[0.5, 0.5]], GOOD), {"loss": [[np.inf, 1.0], [1.0, 0.0]]}, CostError),
        (([[0.5, 0.5]], GOOD), {"number": 51}, OverlapError),
        ((np.full((1_000, 10), 0.1), np.full((10, 10), 0.1)), {"number": 20}, TooManyValuesError),
    ],
)
def test_what_has_no_worth_is_refused(arguments, settings, error):
    with pytest.raises(error):
        value_of_labels(*arguments, **settings)
