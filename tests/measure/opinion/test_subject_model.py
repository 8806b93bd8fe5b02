"""Quality, bias and inconsistency: published figures, simulated panels of known raters, and what the data must hold."""

import csv
import json

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import norm

from rubrica.measure.errors import (
    CollapsedVarianceError,
    ColumnShapeError,
    ConfidenceError,
    DisconnectedDesignError,
    MeasureError,
    MissingValueError,
    NoRatingsError,
    NotConvergedError,
    NotNumericError,
    NoVariationError,
    TooFewRatersError,
    TooFewRatingsError,
    TooManyRatersError,
    UnknownMethodError,
    ValueTooLargeError,
)
from rubrica.measure.opinion import subject_fitting, subject_intervals
from rubrica.measure.opinion import subject_model as module
from rubrica.measure.opinion.mean import mean_opinion
from rubrica.measure.opinion.subject_fitting import projected
from rubrica.measure.opinion.subject_intervals import bias_errors, coupling_table, unit_qualities
from rubrica.measure.opinion.subject_model import subject_model
from rubrica.measure.opinion.subject_passes import (
    combined_sums,
    coupled,
    first_state,
    log_likelihood,
    partitioned,
    subject_sums,
)
from tests.measure.strategies import few, ratings

METHODS = ("shrunk", "p910")


def itu(data, name):
    path = data / "sureal_itu" / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of real data")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    units, raters = (np.unique([row[key] for row in rows], return_inverse=True)[1] for key in ("asset_id", "subject"))
    return units, raters, np.array([float(row["score"]) for row in rows])


def panel(generator, n_units, n_raters, per_unit, *, kind="normal", spread=0.35):
    """Simulate raters; return their ratings, and the quality, bias and inconsistency behind them."""
    unit = np.repeat(np.arange(n_units), per_unit)
    rater = np.concatenate([generator.permutation(n_raters)[:per_unit] for _ in range(n_units)])
    quality, bias = generator.normal(3.0, 0.8, n_units), generator.normal(0.0, 0.3, n_raters)
    inconsistency = 0.7 * np.exp(generator.normal(0.0, spread, n_raters))
    noise = generator.normal(size=len(unit)) if kind != "heavy" else generator.standard_t(3, len(unit)) / np.sqrt(3.0)
    value = quality[unit] + bias[rater] + inconsistency[rater] * noise
    if kind != "rounded":
        return unit, rater, value, quality + bias.mean(), bias - bias.mean(), inconsistency
    # Of rounded ratings the quality is what the panel's raters would settle on, each rating the unit again and again.
    above = [norm.sf((cut - quality[:, None] - bias) / inconsistency) for cut in (1.5, 2.5, 3.5, 4.5)]
    mean = 1.0 + sum(above)
    square = 1.0 + sum((2 * level + 1) * share for level, share in enumerate(above, start=1))
    own = np.sqrt((square - mean**2).mean(axis=0))
    value = np.clip(np.rint(value), 1, 5)
    return unit, rater, value, mean.mean(axis=1), mean.mean(axis=0) - mean.mean(), own


def passes(parts, method):
    """Fit partitions as an engine would that holds them in different places."""
    return subject_fitting.fitted(
        lambda state: combined_sums(subject_sums(part, state) for part in parts),
        lambda state, columns: sum(coupled(part, state, columns) for part in parts),
        parts[0].n_raters,
        method,
        5000,
    )


def covered(low, high, truth):
    return (low <= truth) & (truth <= high)


# --- published figures


@pytest.mark.parametrize(
    ("name", "nbic", "length"),
    [
        ("nflx_public", 2.280, 0.442),
        ("nflx_public_last4outliers", 2.521, 0.438),
        ("vqeg_hd3", 2.301, 0.463),
        ("agh_tv_2017", 2.054, 0.306),
    ],
)
def test_p910_equals_the_published_information_criterion_and_interval_length(data, name, nbic, length):
    found = subject_model(*itu(data, name), "p910")

    assert found.nbic == pytest.approx(nbic, abs=5.1e-4)
    assert np.mean(found.quality_high - found.quality_low) == pytest.approx(length, abs=5.1e-4)


def test_p910_equals_the_expected_vectors_of_the_reference_software(data):
    expected = json.loads((data / "sureal_itu" / "expected.json").read_text(encoding="utf-8"))["nflx_public"]
    expected = expected["MLE_CO (subject bias+inconsistency)"]

    found = subject_model(*itu(data, "nflx_public"), "p910")

    assert found.bias.var() == pytest.approx(expected["var_bias"], abs=1e-9)
    assert found.inconsistency.sum() == pytest.approx(expected["sum_inconsistency"], abs=1e-6)
    assert found.inconsistency.var() == pytest.approx(expected["var_inconsistency"], abs=1e-7)
    assert found.quality.var() == pytest.approx(expected["var_quality"], abs=1e-6)
    assert found.quality.sum() == pytest.approx(expected["sum_quality_prototype_zero_mean_bias"], abs=1e-9)


@pytest.mark.parametrize("name", ["nflx_public", "vqeg_hd3"])
def test_with_two_dozen_raters_a_unit_both_methods_say_nearly_the_same(data, name):
    columns = itu(data, name)

    shrunk, p910 = subject_model(*columns), subject_model(*columns, "p910")

    assert np.abs(shrunk.quality - p910.quality).max() < 0.05
    assert shrunk.bias == pytest.approx(p910.bias, abs=1e-6)
    assert np.all(shrunk.quality_high - shrunk.quality > p910.quality_high - p910.quality)
    assert shrunk.inconsistency.sum() == pytest.approx(p910.inconsistency.sum(), rel=0.03)


# --- simulated panels: the figures printed are the coverage of nominal 95 % intervals


@pytest.mark.parametrize("kind", ["normal", "rounded", "heavy"])
@pytest.mark.parametrize(("n_units", "n_raters", "per_unit"), [(200, 40, 3), (60, 12, 5)])
def test_intervals_cover_quality_and_bias_with_three_to_five_ratings_a_unit(kind, n_units, n_raters, per_unit):
    generator = np.random.default_rng(5)
    hits = {"quality": [], "bias": [], "inconsistency": []}
    for _ in range(15):
        unit, rater, value, quality, bias, own = panel(generator, n_units, n_raters, per_unit, kind=kind)
        found = subject_model(unit, rater, value)
        hits["quality"].append(covered(found.quality_low, found.quality_high, quality))
        hits["bias"].append(covered(found.bias_low, found.bias_high, bias))
        hits["inconsistency"].append(covered(found.inconsistency_low, found.inconsistency_high, own))

    coverage = {name: float(np.mean(np.concatenate(each))) for name, each in hits.items()}
    print(f"{kind}, {n_units} units, {n_raters} raters, {per_unit} a unit: {coverage}")  # noqa: T201  (for the report)
    assert 0.93 <= coverage["quality"] <= 0.98
    assert 0.92 <= coverage["bias"] <= 0.99
    assert coverage["inconsistency"] >= 0.88


def test_the_recommended_intervals_are_too_narrow_with_five_ratings_a_unit_and_the_default_is_not():
    generator = np.random.default_rng(6)
    hits = {method: [] for method in METHODS}
    for _ in range(12):
        unit, rater, value, quality, _, _ = panel(generator, 200, 5, 5, spread=0.0)
        for method in METHODS:
            found = subject_model(unit, rater, value, method)
            hits[method].append(covered(found.quality_low, found.quality_high, quality))

    coverage = {method: float(np.mean(each)) for method, each in hits.items()}
    print(f"five a unit: {coverage}")  # noqa: T201  (for the report)
    assert coverage["p910"] < 0.92
    assert 0.935 < coverage["shrunk"] < 0.97


def test_a_careless_rater_weighs_little_and_a_lenient_one_is_corrected():
    generator = np.random.default_rng(7)
    unit, rater = np.repeat(np.arange(100), 5), np.tile(np.arange(5), 100)
    quality, bias = generator.normal(3, 1, 100), np.array([1.0, -0.5, -0.5, 0.0, 0.0])
    own = np.array([0.3, 0.3, 0.3, 0.3, 2.0])
    value = quality[unit] + bias[rater] + own[rater] * generator.normal(size=500)

    found = subject_model(unit, rater, value)

    assert covered(found.bias_low, found.bias_high, bias).all()
    assert covered(found.inconsistency_low, found.inconsistency_high, own).all()
    error = np.sqrt(np.mean((found.quality - quality) ** 2))
    assert error < 0.5 * np.sqrt(np.mean((mean_opinion(unit, value).mean - quality) ** 2))


# --- the two ways to a maximum, and the passes


@pytest.mark.parametrize("seed", range(3))
def test_the_likelihood_never_falls_under_alternating_projection(seed):
    unit, rater, value, *_ = panel(np.random.default_rng(seed), 40, 20, 18, spread=0.2)
    ratings_, state, trace = partitioned(unit, rater, value, 20), first_state(20), []
    for _ in range(30):
        sums = subject_sums(ratings_, state)
        trace.append(log_likelihood(state, sums))
        state = projected(state, sums)

    assert np.all(np.diff(trace) >= -1e-9)


def test_no_other_estimate_near_the_maximum_is_likelier():
    unit, rater, value, *_ = panel(np.random.default_rng(8), 30, 16, 14, spread=0.2)
    found = subject_model(unit, rater, value, "p910")

    def likelihood(quality, bias, own):
        return norm.logpdf(value, quality[unit] + bias[rater], own[rater]).sum()

    best = likelihood(found.quality, found.bias, found.inconsistency)
    assert best == pytest.approx(found.log_likelihood)
    assert found.nbic == pytest.approx((np.log(len(value)) * (30 + 2 * 16) - 2 * best) / len(value))
    generator = np.random.default_rng(9)
    for _ in range(50):
        other = likelihood(
            found.quality + generator.normal(0, 0.01, 30),
            found.bias + generator.normal(0, 0.01, 16),
            found.inconsistency * np.exp(generator.normal(0, 0.01, 16)),
        )
        assert other < best


def test_the_biases_solve_the_weighted_least_squares_of_the_textbook():
    unit, rater, value, *_ = panel(np.random.default_rng(10), 25, 7, 3)
    found = subject_model(unit, rater, value)
    ratings_ = partitioned(unit, rater, value - value.mean(), 7)
    state, sums, _ = passes([ratings_], "shrunk")

    design = np.hstack((np.eye(25)[unit], np.eye(7)[rater]))
    root = 1.0 / np.sqrt(state.variance[rater])[:, None]
    solution = np.linalg.lstsq(np.vstack((design * root, [0.0] * 25 + [1.0] * 7)), np.append(value * root[:, 0], 0.0))[
        0
    ]
    covariance = np.linalg.pinv((design * root).T @ (design * root))
    contrast = np.eye(7) - 1.0 / 7
    assert found.quality == pytest.approx(solution[:25], abs=1e-6)
    assert found.bias == pytest.approx(solution[25:], abs=1e-6)
    errors = bias_errors(state, sums, coupling_table(ratings_, state))
    assert errors.covariance == pytest.approx(contrast @ covariance[25:, 25:] @ contrast, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_partitions_of_the_units_add_up_to_the_whole(method):
    unit, rater, value, *_ = panel(np.random.default_rng(11), 60, 16, 14, spread=0.2)
    whole = subject_model(unit, rater, value, method)
    parts = [partitioned(unit[rows] - low, rater[rows], value[rows] - value.mean(), 16)
             for low, rows in ((low, (unit >= low) & (unit < low + 20)) for low in (0, 20, 40))]  # fmt: skip
    state, sums, iterations = passes(parts, method)
    table = sum(coupling_table(part, state) for part in parts)
    errors = bias_errors(state, sums, table) if method == "shrunk" else None
    qualities = [unit_qualities(part, state, sums, errors) for part in parts]

    assert iterations == whole.iterations
    assert log_likelihood(state, sums) == pytest.approx(whole.log_likelihood)
    assert state.bias == pytest.approx(whole.bias)
    assert np.concatenate([quality for quality, _ in qualities]) + value.mean() == pytest.approx(whole.quality)
    reach = np.concatenate([reach for _, reach in qualities])
    assert reach == pytest.approx(whole.quality_high - whole.quality)


def test_extrapolation_reaches_the_same_estimate_in_fewer_passes(monkeypatch):
    columns = panel(np.random.default_rng(17), 100, 20, 3)[:3]
    quick = subject_model(*columns)
    monkeypatch.setattr(subject_fitting, "_FARTHEST", 0.0)

    slow = subject_model(*columns)

    print(f"{quick.iterations} passes instead of {slow.iterations}")  # noqa: T201  (for the report)
    assert quick.iterations < 0.8 * slow.iterations
    assert quick.quality == pytest.approx(slow.quality, abs=1e-7)
    assert quick.bias == pytest.approx(slow.bias, abs=1e-7)
    assert quick.inconsistency == pytest.approx(slow.inconsistency, abs=1e-7)


def test_pairs_and_tables_say_the_same_of_how_raters_hang_together(monkeypatch):
    unit, rater, value, *_ = panel(np.random.default_rng(12), 50, 9, 4)
    unit, rater, value = np.append(unit, [3, 3]), np.append(rater, [rater[12], rater[12]]), np.append(value, [3.0, 4.0])
    found = {}
    for cost in (0, 10**9):
        monkeypatch.setattr(subject_intervals, "_PAIR_COST", cost)
        monkeypatch.setattr(subject_intervals, "_TABLE_CELLS", 9 * 7)
        found[cost] = subject_model(unit, rater, value)

    assert found[0].bias_high == pytest.approx(found[10**9].bias_high)
    assert found[0].quality_high == pytest.approx(found[10**9].quality_high)


# --- properties


def fitted(columns, method="shrunk"):
    try:
        return subject_model(*columns, method)
    except MeasureError:
        assume(False)  # the draw holds no panel
        raise


@few
@given(columns=ratings(max_raters=4), shuffle=st.randoms(use_true_random=False))
def test_the_order_of_ratings_does_not_matter(columns, shuffle):
    one = fitted(columns)
    order = list(range(len(columns[0])))
    shuffle.shuffle(order)

    other = subject_model(*(column[order] for column in columns))

    assert other.quality == pytest.approx(one.quality, abs=1e-6)
    assert other.bias_high == pytest.approx(one.bias_high, abs=1e-6)
    assert other.inconsistency_low == pytest.approx(one.inconsistency_low, abs=1e-6)


@few
@given(columns=ratings(max_raters=4), shift=st.integers(-5, 5), factor=st.sampled_from([-2.0, 0.5, 10.0]))
def test_estimates_follow_the_scale(columns, shift, factor):
    units, raters, values = columns
    one = fitted(columns)

    other = subject_model(units, raters, values * factor + shift)

    assert other.quality == pytest.approx(one.quality * factor + shift, abs=1e-5)
    assert other.bias == pytest.approx(one.bias * factor, abs=1e-5)
    assert other.inconsistency == pytest.approx(one.inconsistency * abs(factor), abs=1e-5)
    assert other.quality_high - other.quality == pytest.approx((one.quality_high - one.quality) * abs(factor), abs=1e-5)


@few
@given(columns=ratings(max_raters=4), seed=st.integers(0, 99))
def test_other_names_for_units_and_raters_only_rename(columns, seed):
    units, raters, values = columns
    one = fitted(columns)
    generator = np.random.default_rng(seed)
    unit_names, rater_names = generator.permutation(1000)[: units.max() + 1], generator.permutation(1000)[:9]

    other = subject_model(unit_names[units], rater_names[raters], values)

    unit_place = np.searchsorted(other.units, unit_names[one.units])
    rater_place = np.searchsorted(other.raters, rater_names[one.raters])
    assert other.quality[unit_place] == pytest.approx(one.quality, abs=1e-6)
    assert other.bias[rater_place] == pytest.approx(one.bias, abs=1e-6)
    assert other.n_unit_ratings[unit_place].tolist() == one.n_unit_ratings.tolist()
    assert other.n_rater_ratings[rater_place].tolist() == one.n_rater_ratings.tolist()


@few
@given(columns=ratings(max_raters=4))
def test_intervals_hold_the_estimates_and_biases_balance(columns):
    found = fitted(columns)

    assert np.all(covered(found.quality_low, found.quality_high, found.quality))
    assert np.all(covered(found.inconsistency_low, found.inconsistency_high, found.inconsistency))
    assert found.bias.sum() == pytest.approx(0.0, abs=1e-9)
    assert np.all(found.quality_low < found.quality_high)


@pytest.mark.parametrize("method", METHODS)
def test_a_higher_confidence_is_a_wider_interval(method):
    columns = panel(np.random.default_rng(13), 40, 20, 18, spread=0.1)[:3]

    narrow, wide = subject_model(*columns, method, 0.8), subject_model(*columns, method, 0.99)

    assert np.all(wide.quality_high > narrow.quality_high)
    assert np.all(wide.bias_low < narrow.bias_low)
    assert np.all(wide.inconsistency_high > narrow.inconsistency_high)


# --- little data


def test_a_rater_with_one_rating_and_a_unit_rated_once_take_part():
    unit, rater, value, *_ = panel(np.random.default_rng(14), 20, 5, 4)

    found = subject_model([*unit, 0, 20], [*rater, 77, 0], [*value, 3.0, 4.0])

    assert (found.n_rater_ratings[-1], found.n_unit_ratings[-1]) == (1, 1)
    assert found.inconsistency_high[-1] / found.inconsistency_low[-1] > 3.0
    assert found.quality_high[-1] - found.quality_low[-1] > 1.7 * np.median(found.quality_high - found.quality_low)


def test_two_raters_cannot_be_told_apart_and_count_alike():
    found = subject_model([1, 1, 2, 2, 3, 3], [1, 2] * 3, [1, 2, 4, 4, 3, 5])

    assert found.inconsistency[0] == pytest.approx(found.inconsistency[1])
    assert found.quality.tolist() == pytest.approx([1.5, 4.0, 4.0])


def test_repeated_ratings_are_ratings():
    found = subject_model([1, 1, 1, 2, 2, 2], [1, 1, 2, 1, 2, 2], [1, 2, 3, 2, 2, 4])

    assert (found.n_ratings, found.n_unit_ratings.tolist(), found.n_rater_ratings.tolist()) == (6, [3, 3], [3, 3])


# --- what the data do not determine


def test_the_model_refuses_what_is_no_column_of_ratings():
    with pytest.raises(NoRatingsError):
        subject_model([], [], [])
    with pytest.raises(ColumnShapeError, match="units has 3"):
        subject_model([1, 1, 2], [1, 2], [4, 5])
    with pytest.raises(NotNumericError):
        subject_model([1, 1], ["Ann", "Ben"], [4, 5])
    with pytest.raises(MissingValueError):
        subject_model([1, 1], [1, 2], [4, float("nan")])
    with pytest.raises(ValueTooLargeError):
        subject_model([1, 1], [1, 2], [4, 1e200])
    with pytest.raises(ConfidenceError):
        subject_model([1, 1], [1, 2], [4, 5], confidence=1.0)
    with pytest.raises(UnknownMethodError, match="not 'bt500'"):
        subject_model([1, 1], [1, 2], [4, 5], "bt500")


@pytest.mark.parametrize("method", METHODS)
def test_one_rater_has_nobody_to_be_compared_with(method):
    with pytest.raises(TooFewRatersError, match="one rater"):
        subject_model([1, 1, 2], [7, 7, 7], [4, 5, 3], method)


@pytest.mark.parametrize("method", METHODS)
def test_groups_of_raters_that_share_no_unit_are_refused(method):
    with pytest.raises(DisconnectedDesignError, match="2 groups"):
        subject_model([1, 1, 2, 2, 3, 3, 4, 4], [1, 2, 1, 2, 3, 4, 3, 4], [1, 2, 3, 3, 4, 5, 2, 4], method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("units", "raters"), [([1, 1], [1, 2]), ([1, 1, 1, 1], [1, 2, 3, 4]), ([1, 1, 2], [1, 2, 1])])
def test_with_no_more_ratings_than_unknowns_nothing_is_left_to_see_noise_by(method, units, raters):
    with pytest.raises(TooFewRatingsError, match="are needed"):
        subject_model(units, raters, list(range(len(units))), method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("values", [[3] * 6, [1, 2, 2, 3, 4, 5], [0.1, 0.2, 0.4, 0.5, 0.7, 0.8]])
def test_ratings_explained_exactly_show_no_inconsistency(method, values):
    with pytest.raises(NoVariationError, match="exactly"):
        subject_model([1, 1, 2, 2, 3, 3], [1, 2] * 3, values, method)


def test_the_recommended_estimate_has_no_maximum_where_a_rater_gave_one_rating():
    unit, rater, value, *_ = panel(np.random.default_rng(14), 20, 5, 4)

    with pytest.raises(CollapsedVarianceError, match="1 of 6 raters"):
        subject_model([*unit, 0], [*rater, 77], [*value, 3.0], "p910")


def test_the_recommended_estimate_has_no_maximum_with_three_ratings_a_unit():
    unit, rater, value, *_ = panel(np.random.default_rng(15), 60, 12, 3)

    with pytest.raises(CollapsedVarianceError):
        subject_model(unit, rater, value, "p910")


def test_an_estimate_that_still_moves_is_not_given_out():
    columns = panel(np.random.default_rng(16), 20, 5, 4)[:3]

    with pytest.raises(NotConvergedError, match="2 passes"):
        subject_model(*columns, most_iterations=2)


# --- very many raters


def followed(monkeypatch, unit, rater, value):
    """Return the model with every rater weighed against every other, and with errors followed from rater to rater."""
    exact = subject_model(unit, rater, value)
    monkeypatch.setattr(module, "MOST_RATERS", 1)
    return exact, lambda: subject_model(unit, rater, value)


@pytest.mark.parametrize("per_rater", [10, 20])
def test_errors_followed_from_rater_to_rater_are_those_of_the_whole_table_within_two_percent(monkeypatch, per_rater):
    generator = np.random.default_rng(18)
    exact, near = followed(monkeypatch, *panel(generator, 600 * per_rater // 5, 600, 5)[:3])
    found = near()

    bias = (found.bias_high - found.bias) / (exact.bias_high - exact.bias)
    quality = (found.quality_high - found.quality) / (exact.quality_high - exact.quality)
    for name, ratio in (("bias", bias), ("quality", quality)):
        print(f"{per_rater} ratings a rater, reach of {name}: {ratio.min():.4f} to {ratio.max():.4f} of the exact one")  # noqa: T201  (for the report)
    assert found.bias == pytest.approx(exact.bias)
    assert np.all((bias > 0.99) & (bias < 1.02))
    assert np.all((quality > 0.98) & (quality < 1.01))


def test_repeated_ratings_are_followed_too(monkeypatch):
    unit, rater, value, *_ = panel(np.random.default_rng(19), 400, 100, 5)
    exact, near = followed(
        monkeypatch, np.append(unit, unit[:900]), np.append(rater, rater[:900]), np.append(value, value[:900] + 0.5)
    )
    found = near()

    ratio = (found.bias_high - found.bias) / (exact.bias_high - exact.bias)
    assert np.all((ratio > 0.95) & (ratio < 1.05))


def test_errors_of_raters_in_teams_are_not_followed(monkeypatch):
    generator = np.random.default_rng(20)
    team = generator.integers(60, size=600)
    rater = team[:, None] * 5 + np.arange(5)
    rater[:60] = [generator.permutation(300)[:5] for _ in range(60)]
    unit, rater = np.repeat(np.arange(600), 5), rater.ravel()
    value = generator.normal(size=600)[unit] + generator.normal(size=3000)
    _, near = followed(monkeypatch, unit, rater, value)

    with pytest.raises(TooManyRatersError, match=r"300 raters hang together by too few common units \(mixing 0\.0"):
        near()


def test_more_raters_than_fit_in_a_square_table_have_their_biases():
    generator = np.random.default_rng(21)
    number = 6000
    rater = np.concatenate([generator.permutation(number) for _ in range(12)])
    rater = rater[: len(rater) - len(rater) % 4]
    unit = np.repeat(np.arange(len(rater) // 4), 4)
    bias = generator.normal(0.0, 0.3, number)
    value = generator.normal(size=len(unit) // 4)[unit] + bias[rater] + 0.5 * generator.normal(size=len(rater))

    found = subject_model(unit, rater, value)

    coverage = np.mean(covered(found.bias_low, found.bias_high, bias - bias.mean()))
    print(f"{number} raters: intervals of bias cover {coverage:.3f}")  # noqa: T201  (for the report)
    assert 0.94 < coverage < 0.97


@given(seed=st.integers(0, 99))
@few
def test_no_order_of_the_rows_changes_a_single_digit(seed):
    generator = np.random.default_rng(seed)
    unit, rater, value, *_ = panel(np.random.default_rng(22), 30, 8, 4)
    columns = np.append(unit, unit[:9]), np.append(rater, rater[:9]), np.append(value, value[:9] + 0.1)
    order = generator.permutation(len(columns[0]))

    one, other = subject_model(*columns), subject_model(*(column[order] for column in columns))

    for name in ("quality", "quality_high", "bias", "bias_low", "inconsistency", "inconsistency_high"):
        assert getattr(other, name).tolist() == getattr(one, name).tolist()
    assert other.log_likelihood == one.log_likelihood
