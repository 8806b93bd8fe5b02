"""The information that the answer to a comparison is expected to give: against integration, bounds, and refusals."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import entr, expit

from rubrica.measure.errors import ColumnShapeError, MissingValueError, NegativeValueError, ProbabilityError
from rubrica.measure.overlap.pair_information import expected_information, needless

differences = st.floats(-20, 20)
variances = st.floats(0, 8)


def integrated(difference, variance, reliability=1.0):
    def named(z):
        return 1 - reliability + (2 * reliability - 1) * expit(difference + np.sqrt(variance) * z)

    def mean(of):
        return quad(lambda z: of(named(z)) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi), -12, 12, limit=400)[0]

    def entropy(probability):
        return entr(probability) + entr(1 - probability)

    return entropy(mean(lambda probability: probability)) - mean(entropy)


@pytest.mark.parametrize(("variance", "within"), [(0.1, 1e-9), (1.0, 1e-6), (4.0, 2e-5), (8.0, 4e-4), (18.0, 5e-3)])
@pytest.mark.parametrize("difference", [0.0, 1.0, -3.0])
def test_quadrature_comes_near_integration(difference, variance, within):
    found = expected_information([difference], [variance])

    assert found[0] == pytest.approx(integrated(difference, variance), abs=within)


def test_a_rater_who_errs_tells_as_much_as_integration_says():
    found = expected_information([0.5], [2.0], reliability=0.8)

    assert found[0] == pytest.approx(integrated(0.5, 2.0, 0.8), abs=1e-5)


@given(difference=differences, variance=variances)
def test_information_is_between_nothing_and_one_bit_and_the_same_from_either_side(difference, variance):
    forth, back = expected_information([difference, -difference], [variance, variance])

    assert 0.0 <= forth <= log(2.0)
    assert forth == pytest.approx(back, abs=1e-12)


@given(difference=differences, variance=st.floats(0.01, 8))
def test_a_rater_who_says_the_opposite_tells_as_much_and_one_who_guesses_nothing(difference, variance):
    told = [
        expected_information([difference], [variance], reliability=reliability)[0]
        for reliability in (0.9, 0.1, 0.5, 0.7)
    ]

    assert told[0] == pytest.approx(told[1], abs=1e-12)
    assert told[2] == pytest.approx(0.0, abs=1e-12)
    assert told[3] <= told[0] + 1e-12


def test_the_answer_to_a_known_difference_tells_nothing():
    assert expected_information([0.0, 2.0, -9.0], [0.0, 0.0, 0.0]) == pytest.approx(np.zeros(3), abs=1e-12)


def test_less_certain_and_closer_pairs_tell_more():
    by_variance = expected_information([1.0] * 4, [0.1, 0.5, 2.0, 6.0])
    by_difference = expected_information([0.0, 1.0, 2.0, 4.0], [1.0] * 4)

    assert (np.diff(by_variance) > 0).all()
    assert (np.diff(by_difference) < 0).all()


def test_raters_and_pairs_that_tell_too_little_need_not_meet():
    found = needless([0.0, 3.0], [1.0, 1.0], [1.0, 0.75, 0.5], least=0.02)

    assert found.tolist() == [[False, False], [False, True], [True, True]]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: expected_information([0.0], [-1.0]), NegativeValueError),
        (lambda: expected_information([0.0, 1.0], [1.0]), ColumnShapeError),
        (lambda: expected_information([np.nan], [1.0]), MissingValueError),
        (lambda: expected_information([0.0], [1.0], reliability=1.1), ProbabilityError),
        (lambda: needless([0.0], [1.0], [1.0], least=-1.0), NegativeValueError),
        (lambda: needless([0.0], [1.0], [1.5], least=0.1), ProbabilityError),
    ],
)
def test_what_tells_nothing_by_nature_is_refused(call, error):
    with pytest.raises(error):
        call()
