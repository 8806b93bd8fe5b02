"""Severity on a logit scale: other programs' figures, another algorithm, simulated panels, and what data must hold."""

import csv

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import minimize

from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    DisconnectedDesignError,
    MeasureError,
    MissingValueError,
    NoDisagreementError,
    NoRatingsError,
    NoSignalError,
    NotConvergedError,
    NotNumericError,
    NoVariationError,
    PriorError,
    TooFewRatersError,
    TooManyRatersError,
    UnboundedSeverityError,
    UnknownMethodError,
)
from rubrica.measure.opinion.rasch import many_facet_rasch
from rubrica.measure.opinion.rasch_columns import MOST_RATERS
from rubrica.measure.opinion.rasch_fitting import climbed, constrained_covariance, first_state, newton_step
from rubrica.measure.opinion.rasch_joint import joint_fit, without_extreme
from rubrica.measure.opinion.rasch_likelihood import RaschSums, combined_sums, rasch_sums
from rubrica.measure.opinion.rasch_posterior import (
    RaschState,
    evenly,
    facet_ratings,
    rater_fit,
    reaching,
    unit_measures,
)
from tests.measure.strategies import few, ratings, reference

METHODS = ("marginal", "joint")
THRESHOLDS = np.array([-1.5, -0.5, 0.5, 1.5])


def table(data, name):
    path = data / "facets_gtheory" / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of real data")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def drawn(generator, units, raters, criteria, measure, severity, difficulty, thresholds=THRESHOLDS):
    """Draw a rating of 1, 2, ... for each row, as the model says."""
    state = RaschState(severity, difficulty, thresholds, 0.0, 1.0)
    _, reached = reaching(severity[raters] + difficulty[criteria], state, measure[units][:, None])
    return 1 + (generator.random((len(units), 1)) < reached[..., 0]).sum(axis=1)


def panel(generator, n_units, n_raters, per_unit, *, kind="normal", bent=0.0):
    """Simulate raters of one criterion; where `bent`, severe raters are sent poor units."""
    severity = generator.normal(0.0, 0.5, n_raters)
    severity -= severity.mean()
    measure = {
        "normal": lambda: 1.5 * generator.normal(size=n_units),
        "skewed": lambda: 1.5 * (generator.exponential(size=n_units) - 1.0),
        "two groups": lambda: generator.choice([-1.5, 1.5], n_units) + 0.3 * generator.normal(size=n_units),
    }[kind]()
    lenience = -np.linspace(-1.0, 1.0, n_raters)[np.argsort(np.argsort(severity))]
    chosen = [
        np.argsort(-bent * np.sign(own) * lenience + generator.normal(size=n_raters))[:per_unit] for own in measure
    ]
    units, raters = np.repeat(np.arange(n_units), per_unit), np.concatenate(chosen)
    values = drawn(generator, units, raters, np.zeros_like(units), measure, severity, np.zeros(1))
    return units, raters, values, measure, severity


def study(generator, n_units=40, n_raters=6, per_unit=3, n_criteria=3):
    """Simulate raters of several criteria; return the columns."""
    units = np.repeat(np.arange(n_units), per_unit * n_criteria)
    raters = np.repeat(np.concatenate([generator.permutation(n_raters)[:per_unit] for _ in range(n_units)]), n_criteria)
    criteria = np.tile(np.arange(n_criteria), n_units * per_unit)
    severity, difficulty = np.linspace(-0.8, 0.8, n_raters), np.linspace(-0.5, 0.5, n_criteria)
    measure = 1.2 * generator.normal(size=n_units)
    return units, raters, drawn(generator, units, raters, criteria, measure, severity, difficulty), criteria


def partition(units, raters, values, criteria, **sizes):
    return facet_ratings(units, raters, criteria, values - 1, **sizes)


def covered(low, high, truth):
    return (low <= truth) & (truth <= high)


def parameters(state):
    difficulty = state.difficulty if len(state.difficulty) > 1 else []
    return np.concatenate((state.severity, difficulty, state.thresholds, [state.mean, state.spread]))


def state_of(vector, n_raters, n_criteria):
    steps = n_raters + (n_criteria if n_criteria > 1 else 0)
    difficulty = vector[n_raters:steps] if n_criteria > 1 else np.zeros(1)
    return RaschState(vector[:n_raters], difficulty, vector[steps:-2], vector[-2], vector[-1])


# --- other programs


def test_two_levels_and_complete_ratings_equal_the_marginal_estimates_of_another_program(data):
    expected = reference("rasch_peers")["dichotomous"]
    rows = [row for row in table(data, "data.ex10") if row["rater"] == "1"]
    cells = np.array([[float(row[f"I000{item}"]) for item in range(1, 6)] for row in rows])
    units, raters = np.indices(cells.shape)

    found = many_facet_rasch(units.ravel(), raters.ravel(), cells.ravel())

    assert len(found.units) == expected["n_units"]
    assert found.spread == pytest.approx(expected["discrimination"], abs=5e-4)
    difficulty = np.array(expected["difficulty"]) * expected["discrimination"]
    assert found.severity - found.mean == pytest.approx(difficulty, abs=3e-3)


@pytest.mark.parametrize("method", METHODS)
def test_raters_and_criteria_lie_where_a_program_that_compares_pairs_puts_them(data, method):
    expected = reference("rasch_peers")["criteria"]
    rows = table(data, "data.ratings1")
    keys = [(row["idstud"], row["rater"], number, int(row[f"k{number + 1}"])) for row in rows for number in range(5)]
    units, raters = (np.unique([key[at] for key in keys], return_inverse=True)[1] for at in (0, 1))
    criteria, values = (np.array([key[at] for key in keys]) for at in (2, 3))

    found = many_facet_rasch(units, raters, values, criteria, method=method)

    severity = np.array(list(expected["severity"].values()))
    assert np.corrcoef(found.severity, severity)[0, 1] > 0.997
    assert found.severity == pytest.approx(severity - severity.mean(), abs=0.17)
    assert found.difficulty == pytest.approx(np.array(expected["difficulty"]), abs=0.08)
    assert np.argmax(found.infit) == 4  # the rater whom both kinds of mean square find unpredictable
    assert found.infit[4] > 1.5
    assert np.all(np.delete(found.infit, 4) < 1.1)


# --- another algorithm on the same ratings


def test_the_estimate_is_the_maximum_that_a_general_search_finds():
    units, raters, values, criteria = study(np.random.default_rng(1), n_units=30, n_raters=4, n_criteria=2)
    found = many_facet_rasch(units, raters, values, criteria)
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)

    def minus_log_likelihood(free):
        severity, difficulty = np.append(free[:3], -free[:3].sum()), np.array([free[3], -free[3]])
        steps = np.append(free[4:7], -free[4:7].sum())
        advantage = (free[7] + np.exp(free[8]) * nodes) - severity[raters][:, None] - difficulty[criteria][:, None]
        exponent = np.arange(5) * advantage[..., None] - np.concatenate(([0.0], np.cumsum(steps)))
        log_share = exponent - np.logaddexp.reduce(exponent, axis=-1, keepdims=True)
        chosen = np.take_along_axis(log_share, (values - 1)[:, None, None], axis=-1)[..., 0]
        by_unit = np.stack([np.bincount(units, column) for column in chosen.T], axis=1)
        return -np.logaddexp.reduce(by_unit + np.log(weights / weights.sum()), axis=1).sum()

    best = minimize(minus_log_likelihood, np.zeros(9), method="BFGS", options={"gtol": 1e-4})

    assert -best.fun == pytest.approx(found.log_likelihood, abs=1e-6)
    assert best.x[:3] == pytest.approx(found.severity[:3], abs=1e-3)
    assert best.x[3] == pytest.approx(found.difficulty[0], abs=1e-3)
    assert best.x[4:7] == pytest.approx(found.thresholds[:3], abs=1e-3)
    assert np.exp(best.x[8]) == pytest.approx(found.spread, abs=1e-3)


def test_joint_severities_of_two_raters_on_two_levels_are_the_conditional_ones():
    generator = np.random.default_rng(2)
    first, second = generator.integers(1, 3, (2, 60))
    units, raters = np.repeat(np.arange(60), 2), np.tile([0, 1], 60)

    columns = facet_ratings(
        units,
        raters,
        np.zeros(120, int),
        np.stack((first, second), 1).ravel() - 1,
        n_raters=2,
        n_criteria=1,
        n_levels=2,
    )
    state, covariance = joint_fit(without_extreme(columns), first_state(2, 1, np.array([60.0, 60.0])))

    up, down = np.sum(second > first), np.sum(second < first)
    assert state.severity[0] - state.severity[1] == pytest.approx(np.log(up / down), abs=1e-6)
    contrast = covariance[0, 0] + covariance[1, 1] - 2.0 * covariance[0, 1]
    assert contrast == pytest.approx(1.0 / up + 1.0 / down, rel=0.02)


@pytest.mark.parametrize("n_criteria", [1, 3])
def test_slope_and_curvature_are_those_of_finite_differences(n_criteria):
    generator = np.random.default_rng(3)
    units, raters, values, criteria = study(generator, n_units=12, n_raters=4, n_criteria=n_criteria)
    sizes = {"n_raters": 4, "n_criteria": n_criteria, "n_levels": int(values.max())}
    columns, nodes = partition(units, raters, values, criteria, **sizes), evenly(0.2)
    n_parameters = 4 + (n_criteria if n_criteria > 1 else 0) + sizes["n_levels"] - 1 + 2
    at = generator.normal(0.0, 0.4, n_parameters) + np.append(np.zeros(n_parameters - 1), 1.2)

    def sums(vector):
        return rasch_sums(columns, state_of(vector, 4, n_criteria), nodes)

    steps = 1e-5 * np.eye(n_parameters)
    slope = [(sums(at + step).log_likelihood - sums(at - step).log_likelihood) / 2e-5 for step in steps]
    curvature = [(sums(at + step).gradient - sums(at - step).gradient) / 2e-5 for step in steps]
    found = rasch_sums(columns, state_of(at, 4, n_criteria), nodes, exact=True)
    assert found.gradient == pytest.approx(np.array(slope), abs=1e-6)
    assert found.information == pytest.approx(-np.array(curvature), abs=1e-6)


def test_full_and_sparse_tables_give_the_same_curvature(monkeypatch):
    units, raters, values, criteria = study(np.random.default_rng(4))
    columns = partition(units, raters, values, criteria, n_raters=6, n_criteria=3, n_levels=5)
    state = first_state(6, 3, np.ones(5))

    both = []
    for cost in (0, 10**9):
        monkeypatch.setattr("rubrica.measure.opinion.rasch_likelihood._CELL_COST", cost)
        both.append(rasch_sums(columns, state, evenly(), exact=True).information)

    assert both[0] == pytest.approx(both[1], abs=1e-10)


# --- the passes


@pytest.mark.parametrize("seed", range(3))
def test_what_is_maximised_never_falls(seed):
    found = many_facet_rasch(*study(np.random.default_rng(seed)))

    assert len(found.trace) > 3
    assert np.all(np.diff(found.trace) >= -1e-9)
    assert found.trace[-1] == pytest.approx(found.log_likelihood)


def test_partitions_of_the_units_give_the_same_result():
    units, raters, values, criteria = study(np.random.default_rng(5), n_units=60)
    whole = many_facet_rasch(units, raters, values, criteria)
    sizes = {"n_raters": 6, "n_criteria": 3, "n_levels": 5}
    parts = []
    for low in (0, 20, 40):
        rows = (units >= low) & (units < low + 20)
        parts.append(partition(units[rows] - low, raters[rows], values[rows], criteria[rows], **sizes))

    def run(state, nodes, exact):
        return combined_sums(rasch_sums(part, state, nodes, exact=exact) for part in parts)

    fit = climbed(run, first_state(6, 3, np.bincount(values - 1).astype(float)))
    measures = [unit_measures(part, fit.state, fit.nodes) for part in parts]
    squares, variances, ratios = sum(rater_fit(part, fit.state, fit.nodes) for part in parts)

    assert fit.state.severity == pytest.approx(whole.severity, abs=1e-9)
    assert np.sqrt(np.diag(fit.covariance))[:6] == pytest.approx(whole.severity_se, abs=1e-9)
    assert fit.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-8)
    assert np.concatenate([mean for mean, _ in measures]) == pytest.approx(whole.measure, abs=1e-9)
    assert squares / variances == pytest.approx(whole.infit)
    assert ratios / whole.n_rater_ratings == pytest.approx(whole.outfit)


def test_nodes_come_closer_where_units_are_known_precisely():
    generator = np.random.default_rng(6)
    units, raters, values, measure, severity = panel(generator, 60, 60, 60)

    found = many_facet_rasch(units, raters, values)

    assert found.measure_sd.min() < 0.2  # narrower than the widest nodes can resolve
    assert found.measure - found.mean == pytest.approx(measure - measure.mean(), abs=0.7)
    assert np.mean(covered(found.measure_low, found.measure_high, measure)) > 0.85
    assert np.mean(covered(found.severity_low, found.severity_high, severity)) > 0.85


# --- simulated panels: the figures printed are bias, and the coverage of nominal 95 % intervals


@pytest.mark.parametrize(
    ("kind", "n_units", "n_raters", "per_unit"),
    [("normal", 300, 15, 3), ("normal", 180, 15, 5), ("normal", 80, 20, 20), ("two groups", 300, 15, 3)],
)
def test_severities_are_unbiased_and_covered_with_few_and_many_ratings_a_unit(kind, n_units, n_raters, per_unit):
    generator = np.random.default_rng(27)
    for method in METHODS:
        pairs, hits, of_units = [], [], []
        for _ in range(10):
            units, raters, values, measure, severity = panel(generator, n_units, n_raters, per_unit, kind=kind)
            found = many_facet_rasch(units, raters, values, method=method)
            pairs.append((found.severity, severity))
            hits.append(covered(found.severity_low, found.severity_high, severity))
            of_units.append(covered(found.measure_low, found.measure_high, measure))
        estimate, truth = (np.concatenate(column) for column in zip(*pairs, strict=True))
        slope, coverage = float(estimate @ truth / (truth @ truth)), float(np.mean(hits))
        error, for_units = float(np.sqrt(np.mean((estimate - truth) ** 2))), float(np.mean(of_units))
        print(  # noqa: T201 # for the report
            f"{kind}, {per_unit} a unit, {method}: slope {slope:.3f}, error {error:.3f}, "
            f"coverage {coverage:.3f}, of units {for_units:.3f}"
        )
        assert slope == pytest.approx(1.0, abs=0.12)
        assert 0.91 <= coverage <= 0.99
        assert 0.92 <= for_units <= 0.98


def test_where_severe_raters_are_sent_poor_units_only_the_joint_method_is_right():
    generator = np.random.default_rng(8)
    pairs = {method: [] for method in METHODS}
    for _ in range(4):
        units, raters, values, _, severity = panel(generator, 300, 15, 3, bent=1.0)
        for method in METHODS:
            found = many_facet_rasch(units, raters, values, method=method)
            pairs[method].append((found.severity @ severity, severity @ severity))

    slope = {method: float(np.divide(*np.sum(each, axis=0))) for method, each in pairs.items()}
    print(f"severe raters sent poor units: {slope}")  # noqa: T201 # for the report
    assert slope["joint"] == pytest.approx(1.0, abs=0.25)
    assert slope["marginal"] > 1.4


def test_a_careless_rater_stands_out_by_infit_and_outfit_and_the_others_lie_near_one():
    generator = np.random.default_rng(9)
    units, raters, values, *_ = panel(generator, 150, 10, 10)
    at_random = np.where(raters == 3, generator.integers(1, 6, len(values)), values)

    as_modelled, found = many_facet_rasch(units, raters, values), many_facet_rasch(units, raters, at_random)

    assert as_modelled.infit == pytest.approx(np.ones(10), abs=0.3)
    assert np.mean(as_modelled.outfit) == pytest.approx(1.0, abs=0.1)
    assert found.infit[3] > 1.8
    assert found.outfit[3] > 1.8
    assert np.delete(found.infit, 3).max() < 1.2


def test_shares_of_variance_that_are_not_error_tell_where_raters_are_interchangeable():
    generator = np.random.default_rng(10)
    units, raters = np.repeat(np.arange(200), 4), np.tile(np.arange(4), 200)
    measure = 1.5 * generator.normal(size=200)

    def reliability(severity):
        values = drawn(generator, units, raters, np.zeros_like(units), measure, severity, np.zeros(1))
        return many_facet_rasch(units, raters, values)

    alike, apart = reliability(np.zeros(4)), reliability(np.array([-1.0, -0.5, 0.5, 1.0]))
    assert alike.rater_reliability < 0.6
    assert apart.rater_reliability > 0.95
    assert 0.7 < alike.unit_reliability < 0.95


# --- what the report says


def test_severe_raters_rate_below_a_rater_of_average_severity_by_their_shift():
    found = many_facet_rasch(*study(np.random.default_rng(11), n_units=80))

    order = np.argsort(found.severity)
    assert np.all(np.diff(found.score_shift[order]) < 0.0)
    assert np.all(np.sign(found.score_shift) == -np.sign(found.severity))
    assert np.all((found.shift_low <= found.score_shift) & (found.score_shift <= found.shift_high))
    assert found.severity.sum() == pytest.approx(0.0, abs=1e-12)
    assert found.difficulty.sum() == pytest.approx(0.0, abs=1e-12)
    assert found.thresholds.sum() == pytest.approx(0.0, abs=1e-12)


def test_the_shift_is_the_difference_that_simulated_ratings_show():
    generator = np.random.default_rng(12)
    units, raters = np.repeat(np.arange(3000), 2), np.tile([0, 1], 3000)
    severity = np.array([-0.6, 0.6])
    values = drawn(generator, units, raters, np.zeros_like(units), generator.normal(size=3000), severity, np.zeros(1))

    found = many_facet_rasch(units, raters, values)

    difference = values[raters == 0].mean() - values[raters == 1].mean()
    assert found.score_shift[0] - found.score_shift[1] == pytest.approx(difference, abs=0.02)


def test_the_fair_average_corrects_for_who_happened_to_rate():
    units = np.repeat(np.arange(60), 2)
    generator = np.random.default_rng(13)
    raters = np.concatenate([generator.permutation(4)[:2] for _ in range(60)])
    severity = np.array([-1.5, -0.5, 0.5, 1.5])
    measure = 1.5 * generator.normal(size=60)
    values = drawn(generator, units, raters, np.zeros_like(units), measure, severity, np.zeros(1))
    found = many_facet_rasch(units, raters, values)

    plain = np.bincount(units, values) / 2.0
    assert np.corrcoef(found.fair_average, measure)[0, 1] > np.corrcoef(plain, measure)[0, 1]
    assert np.all((found.fair_low < found.fair_average) & (found.fair_average < found.fair_high))
    assert np.all((found.fair_average > 1.0) & (found.fair_average < 5.0))
    assert np.all(np.diff(found.fair_average[np.argsort(found.measure)]) >= -1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_a_unit_at_the_end_of_the_scale_has_a_finite_measure(method):
    units, raters, values, *_ = panel(np.random.default_rng(14), 60, 6, 4)
    values = np.where(units == 7, 5, values)

    found = many_facet_rasch(units, raters, values, method=method)

    assert found.measure[7] == pytest.approx(found.measure.max(), abs=1.0)
    assert np.all(np.isfinite(found.measure_high))
    assert found.measure_sd[7] > np.median(found.measure_sd)


def test_a_rater_at_the_end_of_the_scale_needs_a_prior():
    units, raters, values, *_ = panel(np.random.default_rng(15), 60, 6, 4)
    values = np.where(raters == 2, 1, values)

    with pytest.raises(UnboundedSeverityError, match=r"lowest level was given by rater \{2\}") as refusal:
        many_facet_rasch(units, raters, values)
    found = many_facet_rasch(units, raters, values, prior_sd=1.0)

    assert refusal.value.raters == (2,)
    assert np.argmax(found.severity) == 2
    assert found.severity[2] < 6.0


def test_a_wide_prior_changes_nothing_and_a_narrow_one_draws_raters_together():
    columns = study(np.random.default_rng(16))
    free, wide, narrow = (many_facet_rasch(*columns, prior_sd=sd) for sd in (None, 1000.0, 0.1))

    assert wide.severity == pytest.approx(free.severity, abs=1e-4)
    assert np.abs(narrow.severity).max() < 0.5 * np.abs(free.severity).max()


# --- properties


@pytest.mark.parametrize("method", METHODS)
def test_the_order_of_the_rows_changes_no_bit(method):
    units, raters, values, criteria = study(np.random.default_rng(17))
    order = np.random.default_rng(18).permutation(len(units))

    one = many_facet_rasch(units, raters, values, criteria, method=method)
    other = many_facet_rasch(units[order], raters[order], values[order], criteria[order], method=method)

    for name in ("severity", "severity_se", "measure", "fair_average", "infit", "thresholds", "trace"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_only_the_order_of_the_levels_matters_to_the_logits():
    units, raters, values, criteria = study(np.random.default_rng(19))
    one = many_facet_rasch(units, raters, values, criteria)
    other = many_facet_rasch(units, raters, np.array([0.0, 0.5, 7.0, 7.1, 40.0])[values - 1], criteria)

    assert np.array_equal(one.severity, other.severity)
    assert np.array_equal(one.measure, other.measure)
    assert other.levels.tolist() == [0.0, 0.5, 7.0, 7.1, 40.0]
    assert np.all((other.fair_average > 0.0) & (other.fair_average < 40.0))


def test_a_scale_turned_round_turns_severities_and_measures_round():
    units, raters, values, *_ = panel(np.random.default_rng(20), 80, 6, 4)
    one, other = many_facet_rasch(units, raters, values), many_facet_rasch(units, raters, 6 - values)

    assert other.severity == pytest.approx(-one.severity, abs=1e-6)
    assert other.measure == pytest.approx(-one.measure, abs=1e-6)
    assert other.thresholds == pytest.approx(-one.thresholds[::-1], abs=1e-6)


@few
@given(ratings(min_units=8, max_units=12, max_value=3), st.sampled_from(METHODS))
def test_any_ratings_are_fitted_or_refused_by_name(columns, method):
    units, raters, values = columns
    try:
        found = many_facet_rasch(units, raters, values, method=method)
    except MeasureError:
        assume(False)
        raise
    for field in (found.severity, found.severity_se, found.measure, found.measure_sd, found.infit, found.fair_low):
        assert np.all(np.isfinite(field))
    assert found.severity.sum() == pytest.approx(0.0, abs=1e-9)
    assert np.all(found.severity_se > 0.0)


# --- what the data must hold

GOOD = study(np.random.default_rng(21), n_units=20, n_raters=4, n_criteria=2)


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        (([1, 2], [1], [1, 2]), ColumnShapeError),
        (([1.5, 2.0], [1, 2], [1, 2]), NotNumericError),
        (([1, 1], [1, 2], [1, np.nan]), MissingValueError),
        (([], [], []), NoRatingsError),
        (([1, 2, 3], [1, 1, 1], [1, 2, 3]), TooFewRatersError),
        ((np.zeros(MOST_RATERS + 1, int), np.arange(MOST_RATERS + 1), np.arange(MOST_RATERS + 1)), TooManyRatersError),
        (([1, 1, 2, 2], [1, 2, 1, 2], [3, 3, 3, 3]), NoVariationError),
        (([1, 1, 2, 2], [1, 2, 1, 2], [3, 3, 1, 1]), NoDisagreementError),
        (([1, 1, 2, 2], [1, 2, 3, 4], [3, 1, 1, 3]), DisconnectedDesignError),
        (([1, 1, 2, 2, 3], [1, 2, 1, 2, 1], [1, 2, 1, 3, 2], [1, 2, 1, 2, 1]), DisconnectedDesignError),
        (([1, 1, 1, 1], [1, 2, 1, 2], [1, 2, 2, 2], [1, 1, 2, 2]), UnboundedSeverityError),
        ((np.repeat(np.arange(4), 2), [0, 1] * 4, [0, 0, 1, 1, 1, 0, 1, 1]), UnboundedSeverityError),
        ((np.repeat(np.arange(5), 2), [0, 1] * 5, [0, 0, 1, 1, 1, 0, 1, 0, 0, 1]), NoSignalError),
    ],
)
def test_ratings_that_show_nothing_are_refused(columns, error):
    with pytest.raises(error):
        many_facet_rasch(*columns)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"confidence": 95}, ConfidenceError),
        ({"method": "paired"}, UnknownMethodError),
        ({"prior_sd": 0.0}, PriorError),
        ({"prior_sd": 1.0, "method": "joint"}, PriorError),
        ({"most_iterations": 1}, NotConvergedError),
        ({"most_iterations": 1, "method": "joint"}, NotConvergedError),
    ],
)
def test_arguments_that_mean_nothing_are_refused(arguments, error):
    with pytest.raises(error):
        many_facet_rasch(*GOOD, **arguments)


def test_groups_of_raters_are_named():
    with pytest.raises(DisconnectedDesignError, match=r"2 groups that share no unit, the smallest \{7, 9\}"):
        many_facet_rasch([1, 1, 1, 2, 2], [1, 2, 3, 7, 9], [1, 2, 3, 1, 2])


def test_raters_who_share_only_units_at_the_end_of_the_scale_are_refused_by_the_joint_method():
    units = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 9, 9]
    raters = [1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 2, 3]
    values = [1, 2, 2, 1, 1, 2, 2, 1, 2, 2, 2, 2]

    with pytest.raises(DisconnectedDesignError):
        many_facet_rasch(units, raters, values, method="joint")


def test_a_likelihood_that_never_grows_is_no_maximum():
    calls = iter(range(1000))

    def run(state, nodes, exact):
        del state, nodes, exact
        return RaschSums(-float(next(calls)), np.array([1.0, -1.0, 0.0, 0.0, 0.1]), np.eye(5), 1.0)

    with pytest.raises(NotConvergedError, match="does not grow"):
        climbed(run, first_state(2, 1, np.ones(2)))


def test_no_step_exists_where_the_curvature_has_the_wrong_sign_throughout():
    with pytest.raises(UnboundedSeverityError):
        newton_step(first_state(2, 1, np.ones(2)), np.ones(5), -1e6 * np.eye(5))


def test_no_covariance_exists_where_ratings_say_nothing():
    with pytest.raises(UnboundedSeverityError, match="flat in some direction"):
        constrained_covariance(first_state(2, 1, np.ones(2)), np.diag([1.0, 1.0, 1.0, 1.0, 0.0]))
