"""Rapid responses, and the speed of raters."""

import csv
from collections import defaultdict
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.measure.drift.response_times import rapid_responses, response_speed
from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    DurationError,
    NoRatingsError,
    NotNumericError,
    ToleranceError,
    TooFewRatingsError,
)
from tests.measure.strategies import few


def responses(seed, *, n_units=200, n_raters=20, per_unit=5, deviation=0.4):
    """Simulate lognormal durations in milliseconds; return them with the raters' factors."""
    generator = np.random.default_rng(seed)
    chosen = np.argsort(generator.random((n_units, n_raters)), axis=1)[:, :per_unit]
    units, raters = np.repeat(np.arange(n_units), per_unit), chosen.ravel()
    speed = generator.normal(0.0, 0.3, n_raters)
    logarithm = generator.normal(8.5, 0.5, n_units)[units] - speed[raters] + generator.normal(0, deviation, len(units))
    return units, raters, np.exp(logarithm), np.exp(-speed)


@few
@given(
    rows=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 9000)), min_size=1, max_size=25),
    share=st.sampled_from([0.0, 0.1, 1.0]),
    floor=st.sampled_from([0.0, 300.0]),
)
def test_a_response_is_rapid_below_a_share_of_the_median_or_the_floor(rows, share, floor):
    units, raters, durations = (np.array(column) for column in zip(*rows, strict=True))

    found = rapid_responses(units, raters, durations, share=share, floor=floor)

    for position, unit in enumerate(found.units):
        expected = max(share * np.median(durations[units == unit]), floor)
        assert found.threshold[position] == pytest.approx(expected)
    assert found.rapid.tolist() == (durations < found.threshold[np.searchsorted(found.units, units)]).tolist()
    for position, rater in enumerate(found.raters):
        assert found.share[position] == pytest.approx(found.rapid[raters == rater].mean())
        assert found.ci_low[position] <= found.share[position] <= found.ci_high[position]
    assert found.n_responses.sum() == len(units)


def test_a_rater_who_clicks_through_has_a_large_share_of_rapid_responses():
    units, raters, durations, _ = responses(1)
    durations = np.where((raters == 4) & (units % 2 == 0), 250.0, durations)

    found = rapid_responses(units, raters, durations)

    assert int(np.argmax(found.share)) == 4
    assert found.ci_low[4] > np.delete(found.ci_high, 4).max()


def test_factors_are_recovered_and_covered_by_their_intervals():
    covered, total = 0, 0
    for seed in range(40):
        units, raters, durations, factor = responses(seed)
        found = response_speed(units, raters, durations)
        # The others are the yardstick: what is estimated is the factor by that of the others met.
        expected = np.log(factor) - np.array(
            [
                np.mean(
                    [
                        np.log(factor[raters[(units == unit) & (raters != rater)]]).mean()
                        for unit in units[raters == rater]
                    ]
                )
                for rater in found.raters
            ]
        )
        covered += np.count_nonzero((np.log(found.ci_low) <= expected) & (expected <= np.log(found.ci_high)))
        total += len(expected)
        assert found.residual_deviation == pytest.approx(0.4, abs=0.06)

    print(f"factors covered {covered / total:.3f} of {total} at nominal 0.95")  # noqa: T201  (what was found)
    assert covered / total == pytest.approx(0.96, abs=0.025)


@few
@given(scale=st.sampled_from([0.001, 3.0, 60_000.0]))
def test_the_unit_of_time_does_not_matter_to_factors(scale):
    units, raters, durations, _ = responses(2, n_units=30, n_raters=6)

    one, other = response_speed(units, raters, durations), response_speed(units, raters, scale * durations)

    assert other.factor == pytest.approx(one.factor)
    assert other.residual_deviation == pytest.approx(one.residual_deviation)


def test_the_order_of_the_rows_does_not_change_a_bit():
    units, raters, durations, _ = responses(3)
    shuffled = np.random.default_rng(0).permutation(len(units))

    one = response_speed(units, raters, durations)
    other = response_speed(units[shuffled], raters[shuffled], durations[shuffled])

    assert np.array_equal(one.factor, other.factor)
    assert one.residual_deviation == other.residual_deviation


def test_raters_who_share_too_little_are_named():
    units, raters, durations, _ = responses(4, n_units=30, n_raters=6)

    found = response_speed(np.append(units, [0, 900]), np.append(raters, [77, 77]), np.append(durations, [5e3, 5e3]))

    assert found.left_out.tolist() == [77]


def test_nobody_can_be_compared_where_nobody_shares_units():
    with pytest.raises(TooFewRatingsError):
        response_speed([1, 2, 3], [7, 7, 8], [100.0, 200.0, 300.0])


@pytest.mark.parametrize("duration", [0.0, -5.0])
def test_durations_that_are_not_positive_are_refused(duration):
    for function in (rapid_responses, response_speed):
        with pytest.raises(DurationError, match="row 1"):
            function([1, 1], [7, 8], [100.0, duration])


@pytest.mark.parametrize(
    ("columns", "settings", "error"),
    [
        (([1, 1], [7, 8], [1.0, 2.0]), {"share": 1.5}, ToleranceError),
        (([1, 1], [7, 8], [1.0, 2.0]), {"floor": -1.0}, ToleranceError),
        (([1, 1], [7, 8], [1.0, 2.0]), {"confidence": 2.0}, ConfidenceError),
        (([1, 1], [7, 8], [1.0]), {}, ColumnShapeError),
        (([1, 1], [7.5, 8], [1.0, 2.0]), {}, NotNumericError),
        (([], [], []), {}, NoRatingsError),
    ],
)
def test_columns_and_settings_that_are_none_are_refused(columns, settings, error):
    with pytest.raises(error):
        rapid_responses(*columns, **settings)


# --- real ratings


def test_real_raters_differ_in_speed_and_hardly_ever_respond_rapidly(data):
    path = data / "avt_ai_images" / "ratings_appeal_realism_prompt_2022_12_02.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of real data")
    given_at = defaultdict(set)
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["rating_type"] == "range_realism":
                when = datetime.strptime(row["timestamp"], "%Y-%m-%d %H:%M:%S %f")  # noqa: DTZ007  (no zone is given)
                given_at[int(row["user_ID"])].add((when, row["stimuli_file"]))
    rows = [
        (stimulus, rater, (now - before).total_seconds() * 1000.0)
        for rater, moments in given_at.items()
        if len(moments) >= 140
        for (before, _), (now, stimulus) in zip(sorted(moments)[:-1], sorted(moments)[1:], strict=True)
    ]
    names, raters, durations = zip(*rows, strict=True)
    units = np.unique(names, return_inverse=True)[1]

    speed = response_speed(units, np.array(raters), np.array(durations))
    rapid = rapid_responses(units, np.array(raters), np.array(durations))

    print(  # noqa: T201  (what was found)
        f"{len(speed.raters)} raters take {speed.factor.min():.2f} to {speed.factor.max():.2f} times as long, residual "
        f"{speed.residual_deviation:.2f}; {rapid.rapid.mean():.4f} of the responses are rapid"
    )
    assert speed.factor.min() < 0.8
    assert speed.factor.max() > 1.3
    assert rapid.rapid.mean() < 0.01
