"""Ratings of the same unit by the same rater."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rubrica.measure.agreement.alpha import percent_agreement
from rubrica.measure.agreement.kappa import cohen_kappa
from rubrica.measure.drift.retest import retest_correlation, retest_kappa
from rubrica.measure.drift.self_consistency import self_consistency
from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    NoRatingsError,
    NoRepeatsError,
    NotNumericError,
    NoVariationError,
    TiedTimesError,
    ToleranceError,
    TooFewRatingsError,
    UnknownMethodError,
)
from tests.measure.strategies import few

# Four peak flow readings (l/min) of each of twenty schoolchildren: Bland and Altman (1996), table.
PEAK_FLOW = [
    *([190, 220, 200, 200], [220, 200, 240, 230], [260, 260, 240, 280], [210, 300, 280, 265], [270, 265, 280, 270]),
    *([280, 280, 270, 275], [260, 280, 280, 300], [275, 275, 275, 305], [280, 290, 300, 290], [320, 290, 300, 290]),
    *([300, 300, 310, 300], [270, 250, 330, 370], [320, 330, 330, 330], [335, 320, 335, 375], [350, 320, 340, 365]),
    *([360, 320, 350, 345], [330, 340, 380, 390], [335, 385, 360, 370], [400, 420, 425, 420], [430, 460, 480, 470]),
]


def repeats(seed, *, n_raters=5, n_units=30, noise=0.6, levels=None, extra=0):
    generator = np.random.default_rng(seed)
    units, raters = np.tile(np.arange(n_units), 2 * n_raters), np.repeat(np.arange(n_raters), 2 * n_units)
    quality = generator.normal(3.0, 1.0, n_units)
    values = generator.normal(quality[units], noise)
    if levels is not None:
        values = np.clip(np.rint(values), 1, levels)
    if extra:
        units, raters = np.append(units, np.arange(extra) + 100), np.append(raters, np.full(extra, 99))
        values = np.append(values, np.ones(extra))
    return units, raters, values, generator.permutation(len(units))


# --- agreement with oneself


def test_the_within_subject_deviation_of_bland_and_altman_comes_out():
    units, values = np.repeat(np.arange(20), 4), np.concatenate(PEAK_FLOW)

    found = self_consistency(units, np.zeros(80, dtype=int), values)

    # Their table 2: residual mean square 460.52 on 60 degrees of freedom, within-subject deviation 21.5 l/min.
    assert round(found.pooled_deviation**2, 2) == 460.52
    assert round(found.pooled_deviation, 1) == 21.5
    assert (found.n_units.tolist(), found.n_ratings.tolist()) == ([20], [80])


def test_the_interval_of_the_deviation_is_the_textbooks():
    units, raters, values, _ = repeats(1)

    found = self_consistency(units, raters, values, confidence=0.9)

    low, high = stats.chi2.ppf([0.05, 0.95], 30)
    assert found.ci_high == pytest.approx(found.deviation * np.sqrt(30 / low))
    assert found.ci_low == pytest.approx(found.deviation * np.sqrt(30 / high))


@pytest.mark.parametrize("levels", [None, 5])
def test_intervals_of_the_deviation_cover_what_they_promise(levels):
    noise = 0.7
    # The truth on a scale of five levels is the deviation that very many repeats of it have.
    truth = self_consistency(*repeats(0, n_raters=2000, noise=noise, levels=levels)[:3]).pooled_deviation
    found = self_consistency(*repeats(1, n_raters=1000, noise=noise, levels=levels)[:3])

    covered = float(((found.ci_low <= truth) & (truth <= found.ci_high)).mean())
    print(  # noqa: T201  (what was found)
        f"levels {levels}: truth {truth:.3f}, covered {covered:.3f} at nominal 0.95"
    )
    assert covered == pytest.approx(0.95, abs=0.04)


@few
@given(
    rows=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(1, 5)), min_size=2, max_size=30),
    within=st.sampled_from([0.0, 1.0, 2.0]),
)
def test_shares_are_percent_agreement_over_the_units_of_a_rater(rows, within):
    units, raters, values = (np.array(column) for column in zip(*rows, strict=True))
    cells = units * 3 + raters
    if np.bincount(cells).max() < 2:
        with pytest.raises(NoRepeatsError, match="twice"):
            self_consistency(units, raters, values)
        return

    found = self_consistency(units, raters, values, within=within)

    assert found.pooled_close == pytest.approx(percent_agreement(cells, values, within=within).agreement)
    assert found.pooled_exact == pytest.approx(percent_agreement(cells, values).agreement)
    for position, rater in enumerate(found.raters):
        own = raters == rater
        assert found.close[position] == pytest.approx(
            percent_agreement(units[own], values[own], within=within).agreement
        )
    assert sorted([*found.raters, *found.left_out]) == sorted(set(raters))


def test_raters_without_repeats_are_named():
    units, raters, values, _ = repeats(2, extra=3)

    assert self_consistency(units, raters, values).left_out.tolist() == [99]


def test_the_order_of_the_rows_does_not_change_a_bit():
    units, raters, values, times = repeats(3)
    shuffled = np.random.default_rng(0).permutation(len(units))

    one, other = (
        self_consistency(units, raters, values),
        self_consistency(units[shuffled], raters[shuffled], values[shuffled]),
    )
    first = retest_correlation(units, raters, values, times)
    second = retest_correlation(units[shuffled], raters[shuffled], values[shuffled], times[shuffled])

    assert np.array_equal(one.deviation, other.deviation)
    assert one.pooled_deviation == other.pooled_deviation
    assert np.array_equal(first.correlation, second.correlation)
    assert first.pooled == second.pooled


# --- correlation


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_correlations_are_those_of_an_independent_implementation(method):
    units, raters, values, times = repeats(4, levels=5)

    found = retest_correlation(units, raters, values, times, method=method)

    for position, rater in enumerate(found.raters):
        own = np.flatnonzero(raters == rater)
        pairs = [
            values[rows[np.argsort(times[rows])]]
            for rows in (own[units[own] == unit] for unit in np.unique(units[own]))
        ]
        first, second = np.array(pairs).T
        expected = getattr(stats, f"{method}r")(first, second)
        assert found.correlation[position] == pytest.approx(expected.statistic)
        if method == "pearson":
            interval = expected.confidence_interval(0.95)
            assert (found.ci_low[position], found.ci_high[position]) == pytest.approx((interval.low, interval.high))


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_intervals_of_the_correlation_cover_what_they_promise(method):
    generator = np.random.default_rng(5)
    n_raters, n_units = 1200, 25
    truth = 1.0 / 1.36
    if method == "spearman":
        truth = 6.0 / np.pi * np.arcsin(truth / 2.0)
    # Units of their own for each rater: intervals speak of other units, not of other repeats alone.
    units = np.tile(np.arange(n_raters * n_units), 2)
    raters = units // n_units
    values = generator.normal(generator.normal(size=n_raters * n_units)[units], 0.6)

    found = retest_correlation(units, raters, values, np.arange(len(units)), method=method)

    covered = float(((found.ci_low <= truth) & (truth <= found.ci_high)).mean())
    print(f"{method}: covered {covered:.3f} at nominal 0.95")  # noqa: T201  (what was found)
    assert covered == pytest.approx(0.95, abs=0.025)


def test_third_ratings_do_not_take_part():
    units, raters, values = [1, 2, 3, 4] * 3, [7] * 12, [1, 2, 3, 4, 2, 1, 3, 4, 9, 9, 9, 1]

    assert retest_correlation(units, raters, values, range(12)).pooled == pytest.approx(0.8)


def test_raters_without_a_correlation_are_named_with_the_reason():
    units, raters, values, times = repeats(6, extra=2)
    values[raters == 1] = 3.0
    units = np.concatenate((units, [500, 500, 501, 501, 600, 601, 602, 603, 600, 601, 602, 603]))
    raters = np.concatenate((raters, [98] * 4, [97] * 8))
    values = np.concatenate((values, [1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0] * 2))
    times = np.concatenate((times, np.arange(12) + 10_000))

    found = retest_correlation(units, raters, values, times)

    reasons = dict(found.left_out)
    assert sorted(reasons) == [1, 97, 98, 99]
    assert "all equal" in reasons[1]
    assert "correlate by 1" in reasons[97]
    assert "2 ratings were repeated" in reasons[98]
    assert "no unit again" in reasons[99]
    assert found.raters.tolist() == [0, 2, 3, 4]


def test_kappa_of_repeats_is_cohens_of_two_occasions():
    units, raters, values, times = repeats(7, n_raters=1, levels=5)
    occasion = np.array([int(times[row] > times[(units == units[row])].min()) for row in range(len(units))])

    found = retest_kappa(units, raters, values, times)

    assert found.coefficient == pytest.approx(cohen_kappa(units, occasion, values, weights="quadratic").coefficient)


# --- what is refused


def test_what_does_not_determine_a_correlation_is_refused():
    with pytest.raises(TooFewRatingsError, match="3 ratings were repeated"):
        retest_correlation([1, 2, 3] * 2, [7] * 6, [1, 2, 3, 3, 2, 1], range(6))
    with pytest.raises(NoVariationError, match="all equal"):
        retest_correlation([1, 2, 3, 4] * 2, [7] * 8, [1, 1, 1, 1, 3, 2, 1, 4], range(8))
    with pytest.raises(NoVariationError, match="correlate by -1"):
        retest_correlation([1, 2, 3, 4] * 2, [7] * 8, [1, 2, 3, 4, 4, 3, 2, 1], range(8))
    with pytest.raises(NoRepeatsError, match="twice"):
        retest_correlation([1, 2], [7, 7], [1, 2], [1, 2])
    with pytest.raises(TiedTimesError, match="Rater 7 rated unit 2 twice at time 5"):
        retest_correlation([1, 1, 2, 2], [7] * 4, [1, 2, 3, 4], [1, 2, 5, 5])
    with pytest.raises(UnknownMethodError):
        retest_correlation([1, 1], [7, 7], [1, 2], [1, 2], method="kendall")


@pytest.mark.parametrize(
    ("columns", "settings", "error"),
    [
        (([1, 1], [7, 7], [1, 2]), {"within": -1.0}, ToleranceError),
        (([1, 1], [7, 7], [1, 2]), {"confidence": 1.0}, ConfidenceError),
        (([1, 1], [7], [1, 2]), {}, ColumnShapeError),
        (([1, 1], [7.5, 7.5], [1, 2]), {}, NotNumericError),
        (([], [], []), {}, NoRatingsError),
    ],
)
def test_columns_and_settings_that_are_none_are_refused(columns, settings, error):
    with pytest.raises(error):
        self_consistency(*columns, **settings)


# --- real ratings


def test_the_few_real_repeats_are_close_to_the_first_ratings(data):
    path = data / "avt_ai_images" / "ratings_appeal_realism_prompt_2022_12_02.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of real data")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["rating_type"].startswith("range_")]
    units = np.unique([row["stimuli_file"] + row["rating_type"] for row in rows], return_inverse=True)[1]
    raters = np.array([int(row["user_ID"]) for row in rows])
    values = np.array([float(row["rating"]) for row in rows])

    found = self_consistency(units, raters, values)

    print(  # noqa: T201  (what was found)
        f"{found.n_units.sum()} repeats: exact {found.pooled_exact:.2f}, within one {found.pooled_close:.2f}"
    )
    assert found.n_units.sum() == 9
    assert found.pooled_close >= found.pooled_exact > 0.4
