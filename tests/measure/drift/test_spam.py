"""What confusions leave of the truth, and failed control items."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from rubrica.measure.consensus.dawid_skene import dawid_skene
from rubrica.measure.drift.spam import control_failures, soft_label_cost, spammer_score
from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    CostError,
    ErrorRatesError,
    NoRatingsError,
    NotNumericError,
    PriorError,
    ProbabilityError,
)
from tests.measure.strategies import few


@st.composite
def confusions(draw, *, max_raters=4):
    n_raters, size = draw(st.integers(1, max_raters)), draw(st.integers(2, 5))
    weights = draw(st.lists(st.integers(0, 9), min_size=n_raters * size * size, max_size=n_raters * size * size))
    table = np.array(weights, dtype=float).reshape(n_raters, size, size) + 0.01
    return table / table.sum(axis=2, keepdims=True)


# --- spammer score


@few
@given(sensitivity=st.floats(0.0, 1.0), specificity=st.floats(0.0, 1.0))
def test_with_two_categories_it_is_the_square_of_youdens_index(sensitivity, specificity):
    # Raykar and Yu (2012), equation 5.
    rates = [[[sensitivity, 1.0 - sensitivity], [1.0 - specificity, specificity]]]

    assert spammer_score(rates)[0] == pytest.approx((sensitivity + specificity - 1.0) ** 2, abs=1e-12)


@few
@given(rates=confusions())
def test_it_is_the_mean_squared_distance_of_rows(rates):
    size = rates.shape[1]
    expected = [
        sum(((one[j] - one[k]) ** 2).sum() for j in range(size) for k in range(j)) / (size * (size - 1))
        for one in rates
    ]

    assert spammer_score(rates) == pytest.approx(expected, abs=1e-12)


@few
@given(rates=confusions(), data=st.data())
def test_other_names_for_the_answers_do_not_matter(rates, data):
    order = np.array(data.draw(st.permutations(range(rates.shape[1]))))
    priors = np.full(rates.shape[1], 1.0 / rates.shape[1])

    assert spammer_score(rates[:, :, order]) == pytest.approx(spammer_score(rates))
    assert soft_label_cost(rates[:, :, order], priors).cost == pytest.approx(soft_label_cost(rates, priors).cost)


@pytest.mark.parametrize("size", [2, 3, 6])
def test_a_rater_who_does_not_look_scores_zero_and_a_perfect_one_one(size):
    spammer = np.tile(np.linspace(1, 2, size) / np.linspace(1, 2, size).sum(), (size, 1))

    assert spammer_score([spammer, np.eye(size), np.eye(size)[::-1]]) == pytest.approx([0.0, 1.0, 1.0], abs=1e-12)


# --- cost of soft labels


def test_a_spammer_who_errs_less_than_a_careful_rater_costs_more():
    # Ipeirotis, Provost and Wang (2010): 85 % of the pages are harmless; who calls all of them so errs in 15 %, who is
    # right in four of five cases in 20 %.
    priors = np.array([0.85, 0.15])
    spammer, careful = np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[0.8, 0.2], [0.2, 0.8]])
    errors = [float(priors @ (1.0 - np.diagonal(rates))) for rates in (spammer, careful)]

    found = soft_label_cost([spammer, careful], priors)

    assert errors == pytest.approx([0.15, 0.20])
    assert found.cost[0] == pytest.approx(found.worst)
    assert found.quality[0] == pytest.approx(0.0, abs=1e-12)
    assert found.quality[1] > 0.2


@few
@given(rates=confusions(), data=st.data())
def test_the_cost_is_the_sum_over_answers_truths_and_decisions(rates, data):
    size = rates.shape[1]
    weight = np.array(data.draw(st.lists(st.integers(1, 9), min_size=size, max_size=size)), dtype=float)
    priors = weight / weight.sum()
    costs = np.array(data.draw(st.lists(st.integers(1, 5), min_size=size * size, max_size=size * size)), dtype=float)
    costs = costs.reshape(size, size) * (1.0 - np.eye(size))

    found = soft_label_cost(rates, priors, costs)

    for position, one in enumerate(rates):
        total = 0.0
        for answer in range(size):
            soft = priors * one[:, answer]
            total += soft.sum() * float((soft / soft.sum()) @ costs @ (soft / soft.sum()))
        assert found.cost[position] == pytest.approx(total)
    assert np.all((found.quality >= 0.0) & (found.quality <= 1.0))


def test_a_bias_that_can_be_corrected_costs_nothing():
    swapped = [[[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]]

    assert soft_label_cost(swapped, [0.2, 0.3, 0.5]).cost.tolist() == [0.0]


def test_a_rater_who_does_not_look_stands_out_among_simulated_ones():
    generator = np.random.default_rng(1)
    units, raters = np.repeat(np.arange(300), 8), np.tile(np.arange(8), 300)
    truth = generator.integers(0, 3, 300)
    values = np.where(generator.random(2400) < 0.7, truth[units], generator.integers(0, 3, 2400))
    lost = raters == 5
    values[lost] = np.where(generator.random(300) < 0.8, 1, generator.integers(0, 3, 300))

    found = dawid_skene(units, raters, values)
    scores, costs = spammer_score(found.confusion), soft_label_cost(found.confusion, found.priors)

    print(f"spammer {scores[5]:.3f}, others from {np.delete(scores, 5).min():.3f}")  # noqa: T201  (what was found)
    assert scores[5] < 0.05
    assert np.delete(scores, 5).min() > 0.3
    assert int(np.argmin(costs.quality)) == 5


@pytest.mark.parametrize(
    "rates",
    [
        [[0.5, 0.5], [0.5, 0.5]],
        [[[1.0]]],
        np.zeros((0, 2, 2)),
        [[[0.5, 0.6], [0.5, 0.5]]],
        [[[1.5, -0.5], [0.5, 0.5]]],
        [[[np.nan, 0.5], [0.5, 0.5]]],
    ],
)
def test_rates_that_are_no_probabilities_are_refused(rates):
    with pytest.raises(ErrorRatesError):
        spammer_score(rates)
    with pytest.raises(ErrorRatesError):
        soft_label_cost(rates, [0.5, 0.5])


@pytest.mark.parametrize("priors", [[0.5], [0.5, 0.6], [-0.5, 1.5], [np.nan, 1.0], [1.0, 0.0]])
def test_priors_that_are_no_shares_or_leave_nothing_to_tell_are_refused(priors):
    with pytest.raises(ErrorRatesError):
        soft_label_cost([np.eye(2)], priors)


@pytest.mark.parametrize(
    "costs", [[[0.0, 1.0]], [[0.0, -1.0], [1.0, 0.0]], [[0.0, np.inf], [1.0, 0.0]], np.ones((2, 2)), np.zeros((2, 2))]
)
def test_costs_that_are_none_are_refused(costs):
    with pytest.raises(CostError):
        soft_label_cost([np.eye(2)], [0.5, 0.5], costs)


# --- control items


def test_the_probability_of_being_below_is_the_integral_of_the_posterior():
    found = control_failures([7] * 9, [1] * 5 + [0] * 4, minimum=0.8, prior=(2.0, 1.0))

    density = stats.beta(7.0, 5.0)
    assert found.below[0] == pytest.approx(integrate.quad(density.pdf, 0.0, 0.8)[0])
    assert (found.ci_low[0], found.ci_high[0]) == pytest.approx(density.interval(0.95))
    assert found.accuracy[0] == pytest.approx(7.0 / 12.0)
    assert (found.n_right.tolist(), found.n_items.tolist()) == ([5], [9])


def test_posteriors_are_calibrated_where_the_prior_is_true():
    generator = np.random.default_rng(2)
    accuracy = generator.random(20_000)
    raters = np.repeat(np.arange(20_000), 8)
    found = control_failures(raters, generator.random(len(raters)) < accuracy[raters], minimum=0.7)

    covered = float(((found.ci_low <= accuracy) & (accuracy <= found.ci_high)).mean())
    sure = found.below > 0.95
    print(  # noqa: T201  (what was found)
        f"covered {covered:.3f}; of those below with 0.95 or more {np.mean(accuracy[sure] < 0.7):.3f}"
    )
    assert covered == pytest.approx(0.95, abs=0.01)
    assert np.mean(accuracy[sure] < 0.7) == pytest.approx(float(found.below[sure].mean()), abs=0.01)


def test_truth_values_and_numbers_say_the_same():
    assert control_failures([1, 1], [True, False]).below == pytest.approx(control_failures([1, 1], [1, 0]).below)


@pytest.mark.parametrize(
    ("right", "settings", "error"),
    [
        ([1, 2], {}, NotNumericError),
        ([1], {}, ColumnShapeError),
        ([], {}, NoRatingsError),
        ([1, 0], {"minimum": 0.0}, ProbabilityError),
        ([1, 0], {"minimum": 70}, ProbabilityError),
        ([1, 0], {"prior": (0.0, 1.0)}, PriorError),
        ([1, 0], {"confidence": 0.0}, ConfidenceError),
    ],
)
def test_answers_and_settings_that_are_none_are_refused(right, settings, error):
    with pytest.raises(error):
        control_failures([1, 1], right, **settings)
