"""The false discovery rate of many tests."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rubrica.measure.drift.false_discovery import benjamini_hochberg
from rubrica.measure.errors import MissingValueError, NoRatingsError, ProbabilityError
from tests.measure.strategies import few

PUBLISHED = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459),
    *(0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
]


def test_the_four_smallest_of_fifteen_stand_out_as_in_the_paper():
    # Benjamini and Hochberg (1995), section 3.2: myocardial infarction, fifteen hypotheses at 0.05.
    assert np.count_nonzero(benjamini_hochberg(PUBLISHED) <= 0.05) == 4


@few
@given(p_values=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30))
def test_adjusted_values_are_those_of_an_independent_implementation(p_values):
    assert benjamini_hochberg(p_values) == pytest.approx(stats.false_discovery_control(p_values))


def test_one_test_alone_needs_no_adjustment():
    assert benjamini_hochberg([0.03]).tolist() == [0.03]


def test_the_share_of_false_discoveries_stays_below_the_rate():
    generator = np.random.default_rng(1)
    false_share = []
    for _ in range(400):
        z = generator.normal(size=100) + np.where(np.arange(100) < 20, 3.0, 0.0)
        found = np.flatnonzero(benjamini_hochberg(stats.norm.sf(z)) <= 0.1)
        false_share.append(np.count_nonzero(found >= 20) / max(len(found), 1))

    print(f"nominal 0.1 of 100, 80 of them null: {np.mean(false_share):.3f}")  # noqa: T201  (what was found)
    assert 0.05 < np.mean(false_share) < 0.1


@pytest.mark.parametrize(
    ("p_values", "error"), [([0.5, 1.1], ProbabilityError), ([-0.1], ProbabilityError), ([], NoRatingsError)]
)
def test_what_is_no_probability_is_refused(p_values, error):
    with pytest.raises(error):
        benjamini_hochberg(p_values)


def test_a_missing_p_value_is_refused():
    with pytest.raises(MissingValueError):
        benjamini_hochberg([0.1, np.nan])
