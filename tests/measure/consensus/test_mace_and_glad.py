"""Who knows and who guesses; who is able and what is hard."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.measure.consensus.categorical import categorical_ratings
from rubrica.measure.consensus.glad import _cost_and_gradient, _table, glad
from rubrica.measure.consensus.mace import mace
from tests.measure.consensus_cases import answers, crowd

brief = settings(max_examples=5)


def knowing_or_guessing(competence, guesses):
    """Return confusions of raters who know with a probability and otherwise guess."""
    guessing = (1.0 - competence[:, None]) * guesses
    return competence[:, None, None] * np.eye(guesses.shape[1]) + guessing[:, None, :]


# --- MACE


def test_competence_and_guesses_of_simulated_raters_are_recovered():
    competence, guesses = np.array([0.9, 0.8, 0.7, 0.5, 0.3, 0.1]), np.tile([0.6, 0.3, 0.1], (6, 1))
    confusion = knowing_or_guessing(competence, guesses)
    units, raters, values, _ = crowd(np.random.default_rng(1), confusion, 3000, per_unit=5, priors=[0.2, 0.3, 0.5])

    found = mace(units, raters, values)

    assert found.competence == pytest.approx(competence, abs=0.05)
    assert found.guesses[3:] == pytest.approx(guesses[3:], abs=0.06)
    assert found.priors == pytest.approx([0.2, 0.3, 0.5], abs=0.03)


def test_who_always_names_one_category_is_a_guesser_even_when_it_is_frequent():
    confusion = knowing_or_guessing(np.array([0.8] * 5 + [0.0]), np.tile([0.9999, 0.0001], (6, 1)))
    units, raters, values, _ = crowd(np.random.default_rng(2), confusion, 500, per_unit=5, priors=[0.8, 0.2])

    found = mace(units, raters, values)

    assert found.competence[5] < 0.05
    assert found.competence[:5].min() > 0.7
    assert found.raters.reliability[5] > 0.7


def test_the_same_seed_gives_the_same_result():
    columns = crowd(np.random.default_rng(3), np.full((5, 3, 3), 0.2) + 0.4 * np.eye(3), 60, per_unit=4)[:3]

    once, again = (mace(*columns, restarts=3, seed=7) for _ in range(2))

    assert np.array_equal(once.consensus.posterior, again.consensus.posterior)


@brief
@given(columns=answers(), seed=st.integers(0, 1000))
def test_further_climbs_never_end_lower(columns, seed):
    once, often = mace(*columns), mace(*columns, restarts=2, seed=seed)

    assert often.log_posterior[-1] >= once.log_posterior[-1]
    assert (np.diff(often.log_posterior) >= -1e-9 * np.abs(often.log_posterior[1:])).all()
    assert (often.competence > 0.0).all()
    assert (often.competence < 1.0).all()
    assert often.guesses.sum(axis=1) == pytest.approx(1.0)


# --- GLAD


@brief
@given(columns=answers(), seed=st.integers(0, 1000))
def test_the_gradient_is_the_slope_of_the_log_posterior(columns, seed):
    ratings = categorical_ratings(*columns)
    table = _table(ratings)
    at = np.random.default_rng(seed).normal(0.5, 0.7, len(ratings.raters) + len(ratings.units))

    _, gradient = _cost_and_gradient(table, at)

    step = 1e-5 * np.eye(len(at))
    slope = [
        (_cost_and_gradient(table, at + each)[0] - _cost_and_gradient(table, at - each)[0]) / 2e-5 for each in step
    ]
    assert gradient == pytest.approx(np.array(slope), abs=1e-6)


def test_ability_and_easiness_of_simulated_crowds_are_put_in_order():
    generator = np.random.default_rng(4)
    ability, easiness = np.linspace(-0.5, 3.0, 12), np.exp(generator.normal(0.3, 1.0, 200))
    truth = generator.integers(0, 3, 200)
    units, raters = np.repeat(np.arange(200), 12), np.tile(np.arange(12), 200)
    right = generator.random(2400) < 1.0 / (1.0 + np.exp(-ability[raters] * easiness[units]))
    values = np.where(right, truth[units], (truth[units] + generator.integers(1, 3, 2400)) % 3)

    found = glad(units, raters, values)

    assert np.corrcoef(found.ability, ability)[0, 1] > 0.97
    assert np.corrcoef(np.log(found.easiness), np.log(easiness))[0, 1] > 0.6
    assert found.ability[0] < 0.0
    assert (found.consensus.consensus == truth).mean() > 0.9


def test_the_unit_that_raters_disagree_on_is_the_hardest():
    found = glad(
        np.repeat(np.arange(5), 4), np.tile(np.arange(4), 5), [0] * 4 + [1] * 4 + [2] * 4 + [0, 0, 1, 2] + [1] * 4
    )

    assert int(found.easiness.argmin()) == 3
    assert found.easiness.min() > 0.0
