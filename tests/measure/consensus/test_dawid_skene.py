"""Dawid and Skene's model: the algorithm written out for tiny data, known confusions, real crowds, and its parts."""

import subprocess
import sys
from math import exp, log, prod
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rubrica
from rubrica.measure.consensus.categorical import categorical_ratings, partitioned, shares
from rubrica.measure.consensus.dawid_skene import dawid_skene, maximisation, one_coin
from rubrica.measure.consensus.expectation import combine, expectation, statistics_of
from rubrica.measure.consensus.glad import glad
from rubrica.measure.consensus.mace import mace
from rubrica.measure.consensus.majority import majority_vote
from rubrica.measure.errors import UnknownMethodError
from tests.measure.consensus_cases import answers, crowd
from tests.measure.test_real_ratings import rows_of

brief = settings(max_examples=25)


def written_out(units, raters, values, steps):
    """Return posterior and log-likelihood after some steps, one sum and one product at a time."""
    rows = list(zip(units.tolist(), raters.tolist(), values.tolist(), strict=True))
    of = {unit: [(r, v) for u, r, v in rows if u == unit] for unit in sorted(set(units.tolist()))}
    categories, everybody = sorted(set(values.tolist())), sorted(set(raters.tolist()))
    belief = {u: {j: sum(v == j for _, v in mine) / len(mine) for j in categories} for u, mine in of.items()}
    log_likelihood = 0.0
    for _ in range(steps):
        prior = {j: sum(belief[u][j] for u in of) / len(of) for j in categories}
        rate = {}
        for j in categories:
            for r in everybody:
                weight = {k: sum(belief[u][j] for u, who, v in rows if who == r and v == k) for k in categories}
                whole = sum(weight.values())
                for k in categories:
                    rate[j, r, k] = weight[k] / whole if whole else 1.0
        log_likelihood = 0.0
        for u, mine in of.items():
            joint = {j: prior[j] * prod(rate[j, r, v] for r, v in mine) for j in categories}
            whole = sum(joint.values())
            belief[u] = {j: joint[j] / whole for j in categories}
            log_likelihood += log(whole)
    return np.array([[belief[u][j] for j in categories] for u in of]), log_likelihood


def every_truth(units, raters, values, found):
    """Return the log-likelihood summed over every combination of true categories, at the estimated error rates."""
    categories = found.consensus.categories.tolist()
    total = 0.0
    for unit in np.unique(units):
        total += log(
            sum(
                found.priors[j]
                * exp(
                    sum(
                        log(max(found.confusion[rater, j, categories.index(value)], 1e-300))
                        for rater, value in zip(raters[units == unit], values[units == unit], strict=True)
                    )
                )
                for j in range(len(categories))
            )
        )
    return total


# --- the same, computed otherwise


@brief
@given(columns=answers(max_units=6, max_raters=4, max_categories=3), steps=st.integers(1, 6))
def test_each_step_is_the_one_written_out(columns, steps):
    ratings = categorical_ratings(*columns)
    posterior, log_likelihood = shares(ratings), 0.0
    statistics = statistics_of(ratings, posterior)
    for _ in range(steps):
        statistics, posterior = expectation(ratings, maximisation(statistics), posterior)
        log_likelihood = statistics.log_likelihood

    expected, expected_log_likelihood = written_out(*columns, steps)

    assert pytest.approx(expected, abs=1e-9) == posterior.T
    assert log_likelihood == pytest.approx(expected_log_likelihood, abs=1e-9)


@brief
@given(columns=answers(max_units=6, max_raters=4))
def test_the_last_log_likelihood_is_that_of_the_error_rates_returned(columns):
    units, raters, values = columns
    _, rater = np.unique(raters, return_inverse=True)

    found = dawid_skene(units, raters, values, method="em")

    assert found.log_likelihood[-1] == pytest.approx(every_truth(units, rater, values, found), abs=1e-8)


@pytest.mark.parametrize("hard", [False, True])
def test_four_partitions_leave_the_statistics_of_one(hard):
    confusion = np.full((8, 3, 3), 0.15) + 0.55 * np.eye(3)
    whole = categorical_ratings(*crowd(np.random.default_rng(1), confusion, 90, per_unit=4)[:3])
    parts = partitioned(whole, 4)
    rates = maximisation(statistics_of(whole, shares(whole)))

    one, posterior = expectation(whole, rates, shares(whole), hard=hard)
    steps = [expectation(part, rates, shares(part), hard=hard) for part in parts]
    four = combine([combine([step for step, _ in steps[:3]]), steps[3][0]])

    assert len(parts) == 4
    assert np.concatenate([kept for _, kept in steps], axis=1) == pytest.approx(posterior, abs=1e-14)
    assert four.counts == pytest.approx(one.counts, abs=1e-11)
    assert four.units == pytest.approx(one.units, abs=1e-11)
    assert (four.log_likelihood, four.change) == pytest.approx((one.log_likelihood, one.change), abs=1e-9)


# --- known confusions


def test_the_confusions_of_simulated_raters_are_recovered():
    generator = np.random.default_rng(5)
    confusion = 0.35 * generator.dirichlet(np.ones(3), size=(8, 3)) + 0.65 * np.eye(3)
    priors = np.array([0.5, 0.3, 0.2])
    units, raters, values, truth = crowd(generator, confusion, 4000, per_unit=6, priors=priors)

    found = dawid_skene(units, raters, values, method="em")

    # A row stands on at least some 600 ratings: standard errors are below 0.02.
    assert np.abs(found.confusion - confusion).max() < 0.06
    assert found.priors == pytest.approx(priors, abs=0.02)
    assert (found.consensus.consensus == truth).mean() > 0.97
    assert found.support.sum(axis=1) == pytest.approx(np.bincount(raters), abs=1e-6)


def test_a_rater_who_swaps_two_categories_helps_as_much_as_one_who_does_not():
    confusion = np.repeat((0.8 * np.eye(3) + 0.2 / 3)[None], 6, axis=0)
    confusion[5] = confusion[5][[1, 0, 2]]
    units, raters, values, truth = crowd(np.random.default_rng(9), confusion, 800, per_unit=5)

    found = dawid_skene(units, raters, values)

    assert found.confusion[5, 0, 1] > 0.7
    assert found.confusion[5, 1, 0] > 0.7
    wrong, wrong_by_majority = (
        (consensus != truth).mean() for consensus in (found.consensus.consensus, majority_vote(units, values).consensus)
    )
    assert wrong < 0.6 * wrong_by_majority


def test_hit_rates_of_simulated_raters_are_recovered():
    hit_rate = np.array([0.95, 0.9, 0.8, 0.7, 0.6, 0.5])
    confusion = np.where(np.eye(4, dtype=bool), hit_rate[:, None, None], (1.0 - hit_rate[:, None, None]) / 3.0)
    units, raters, values, _ = crowd(np.random.default_rng(10), confusion, 3000, per_unit=4)

    # Standard errors are 0.01, and somewhat more as the true categories have to be guessed.
    assert one_coin(units, raters, values).hit_rate == pytest.approx(hit_rate, abs=0.05)


def test_a_rater_without_a_unit_of_a_category_has_the_common_row_and_no_support():
    units = [1, 1, 1, 2, 2, 2, 3, 3, 3, 1]
    raters = [1, 2, 3, 1, 2, 3, 1, 2, 3, 4]
    values = [0, 0, 0, 1, 1, 1, 0, 0, 0, 0]

    found = dawid_skene(units, raters, values, method="hard")

    assert found.support[3].tolist() == [1.0, 0.0]
    assert found.confusion[3].tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_a_category_no_unit_settles_on_keeps_equal_rates():
    # Nobody but rater 3 names category 2, and never with company.
    units, raters = np.repeat(np.arange(4), 3), np.tile([1, 2, 3], 4)
    values = [0, 0, 2, 1, 1, 1, 0, 0, 0, 1, 1, 2]

    found = dawid_skene(units, raters, values, method="hard")

    assert found.priors.tolist() == [0.5, 0.5, 0.0]
    assert found.confusion[0, 2] == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    assert found.support[:, 2].tolist() == [0.0, 0.0, 0.0]


def test_the_common_confusions_pull_a_rater_of_few_ratings_most():
    confusion = np.repeat((0.7 * np.eye(2) + 0.15)[None], 6, axis=0)
    units, raters, values, _ = crowd(np.random.default_rng(12), confusion, 300, per_unit=5)
    # A newcomer contradicts the others on two units.
    settled = dawid_skene(units, raters, values)
    newcomer = settled.consensus.consensus[:2]
    units, raters = np.append(units, [0, 1]), np.append(raters, [99, 99])
    values = np.append(values, 1.0 - newcomer)

    drawn, free = dawid_skene(units, raters, values), dawid_skene(units, raters, values, method="em")

    seen = int(newcomer[0])
    assert free.confusion[6, seen, seen] < 0.1
    assert drawn.confusion[6, seen, seen] > 0.5


def test_a_method_that_is_none_is_refused():
    with pytest.raises(UnknownMethodError, match="not 'vb'"):
        dawid_skene([1, 1, 1], [1, 2, 3], [0, 1, 1], method="vb")


# --- real crowds


def answered(data, name):
    """Return units, raters, values, and the position and value of each unit whose true category is known."""
    rows = rows_of(data / "zheng2017" / f"{name}_answer.csv")
    known = {row["question"]: float(row["truth"]) for row in rows_of(data / "zheng2017" / f"{name}_truth.csv")}
    questions, units = np.unique([row["question"] for row in rows], return_inverse=True)
    raters = np.unique([row["worker"] for row in rows], return_inverse=True)[1]
    control = [(unit, known[question]) for unit, question in enumerate(questions.tolist()) if question in known]
    positions, truth = zip(*control, strict=True)
    return units, raters, np.array([float(row["answer"]) for row in rows]), np.array(positions), np.array(truth)


@pytest.mark.parametrize(
    ("name", "majority", "em", "one"),
    [
        ("d_product", 0.8966, 0.9393, 0.9084),
        ("bluebirds", 0.7593, 0.8981, 0.5833),
        ("dogs", 0.8178, 0.8426, 0.8302),
        ("faces", 0.6301, 0.6404, 0.6113),
    ],
)
def test_the_consensus_of_a_real_crowd_is_right_as_often_as_published(data, name, majority, em, one):
    units, raters, values, control, truth = answered(data, name)

    found = {
        "majority": majority_vote(units, values).consensus,
        "em": dawid_skene(units, raters, values, method="em").consensus.consensus,
        "one": one_coin(units, raters, values).consensus.consensus,
    }

    right = {method: round(float((consensus[control] == truth).mean()), 4) for method, consensus in found.items()}
    assert right == {"majority": majority, "em": em, "one": one}


def test_the_log_likelihood_of_a_real_crowd_is_the_known_one(data):
    units, raters, values, _, _ = answered(data, "dogs")

    assert dawid_skene(units, raters, values, method="em").log_likelihood[-1] == pytest.approx(-4745.55, abs=5.1e-3)


@pytest.mark.parametrize(
    ("name", "at_least"), [("d_product", 0.937), ("bluebirds", 0.898), ("dogs", 0.84), ("faces", 0.64)]
)
def test_common_confusions_and_hard_steps_cost_a_real_crowd_little(data, name, at_least):
    units, raters, values, control, truth = answered(data, name)

    drawn = dawid_skene(units, raters, values).consensus.consensus[control]
    hard = dawid_skene(units, raters, values, method="hard").consensus.consensus[control]

    assert (drawn == truth).mean() >= at_least
    assert (hard == truth).mean() >= at_least - 0.02


@pytest.mark.parametrize(
    ("name", "published_mace", "published_glad"),
    [("bluebirds", 0.8056, 0.7222), ("dogs", 0.8302, 0.8340), ("faces", 0.6353, 0.6301)],
)
def test_mace_and_glad_do_as_well_on_a_real_crowd_as_published(data, name, published_mace, published_glad):
    units, raters, values, control, truth = answered(data, name)

    knowing = mace(units, raters, values).consensus.consensus[control]
    able = glad(units, raters, values).consensus.consensus[control]

    # Two units of a set are the most by which another stopping rule or prior may be better.
    assert (knowing == truth).mean() >= published_mace - 0.004
    assert (able == truth).mean() == pytest.approx(published_glad, abs=2.1 / len(truth))


def test_glad_is_right_on_the_products_as_often_as_published(data):
    units, raters, values, control, truth = answered(data, "d_product")

    # Published: 0.928.
    assert (glad(units, raters, values).consensus.consensus[control] == truth).mean() == pytest.approx(0.928, abs=1e-3)


def test_mace_is_right_on_the_products_more_often_than_published(data):
    units, raters, values, control, truth = answered(data, "d_product")

    # Published: 0.929, taking both categories for equally frequent.
    assert (mace(units, raters, values).consensus.consensus[control] == truth).mean() == pytest.approx(0.9396, abs=1e-3)


# --- what a server pays


def test_no_model_imports_scipy_before_it_computes():
    program = (
        "import sys; from rubrica.measure.consensus import calibration, dawid_skene, glad, mace;"
        "print('scipy' in sys.modules)"
    )
    source = Path(rubrica.__file__).parents[1]

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=source)

    assert ran.stdout.strip() == "False"
