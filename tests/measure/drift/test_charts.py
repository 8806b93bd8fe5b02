"""Control charts of raters: how often they err, what they see, and what they say about it."""

import csv
from collections import defaultdict
from datetime import datetime

import numpy as np
import pytest

from rubrica.measure.drift.charts import rater_drift
from rubrica.measure.drift.control_charts import Cusum, Ewma
from rubrica.measure.drift.control_limits import limit_for_false_alarm
from rubrica.measure.drift.false_discovery import benjamini_hochberg
from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    ControlChartError,
    NotNumericError,
    TiedTimesError,
    TooFewRatingsError,
    UnknownMethodError,
)
from rubrica.measure.opinion.subject_model import subject_model


def panel(seed, *, n_raters=40, per_unit=4, n_ratings=120, added=0.0, noise=None, levels=5, centre=3.0):
    """Simulate ordinal ratings in random order, with biased raters of different noise; the unit is the time."""
    generator = np.random.default_rng(seed)
    n_units = n_raters * n_ratings // per_unit
    chosen = np.argsort(generator.random((n_units, n_raters)), axis=1)[:, :per_unit]
    units, raters = np.repeat(np.arange(n_units), per_unit), chosen.ravel()
    quality, bias = generator.normal(centre, 0.9, n_units), generator.normal(0.0, 0.3, n_raters)
    spread = generator.uniform(0.5, 0.9, n_raters)[raters] * (1.0 if noise is None else noise(units, raters))
    rating = quality[units] + bias[raters] + spread * generator.normal(size=len(units))
    rating += added(units, raters) if callable(added) else added
    return units, raters, np.clip(np.rint(rating), 1, levels), units


def from_half(rater, amount, n_units=1200):
    return lambda units, raters: np.where((raters == rater) & (units >= n_units // 2), amount, 0.0)


def alarms(found):
    return [chart.rater for chart in found.charts if chart.alarm is not None]


# --- false alarms


@pytest.mark.parametrize("per_unit", [3, 5])
@pytest.mark.parametrize("watch", ["level", "consistency"])
@pytest.mark.parametrize("chart", [Ewma(0.2), Cusum(0.5)])
def test_raters_who_do_not_change_raise_alarms_as_often_as_they_may(per_unit, watch, chart):
    n_charts, by_permutation = 0, 0
    for seed in range(10):
        found = rater_drift(*panel(seed, per_unit=per_unit, n_raters=60), watch=watch, chart=chart)
        n_charts += len(found.charts)
        by_permutation += len(alarms(found))

    realised = by_permutation / n_charts
    print(  # noqa: T201  (what was found)
        f"{per_unit} raters, {watch}, {chart}: nominal 0.05, realised {realised:.3f} of {n_charts}"
    )
    assert realised == pytest.approx(0.05, abs=0.025)


@pytest.mark.parametrize("chart", [Ewma(0.2), Cusum(0.5)])
def test_limits_for_normal_residuals_are_near_only_where_the_baseline_counts_as_estimated(chart):
    realised = {}
    for baseline in (None, 30):
        limit = limit_for_false_alarm(chart, 0.05, 90, baseline=baseline)
        found = [rater_drift(*panel(seed, n_raters=60), chart=chart, limit=limit) for seed in range(10)]
        realised[baseline] = sum(len(alarms(one)) for one in found) / sum(len(one.charts) for one in found)

    print(  # noqa: T201  (what was found)
        f"{chart}: nominal 0.05, parameters taken for known {realised[None]:.3f}, for estimated {realised[30]:.3f}"
    )
    assert realised[None] > 0.15
    assert realised[30] < 0.1


def test_of_many_raters_who_do_not_change_hardly_ever_one_stands_out():
    alarmed = 0
    for seed in range(20):
        found = rater_drift(*panel(seed))
        alarmed += bool((benjamini_hochberg([chart.p_value for chart in found.charts]) <= 0.05).any())

    print(f"panels of 40 raters with a false discovery at 0.05: {alarmed} of 20")  # noqa: T201  (what was found)
    assert alarmed <= 4


def test_the_alarm_and_the_p_value_say_the_same():
    found = rater_drift(*panel(1, added=from_half(3, 0.8)), false_alarm=0.1)

    for chart in found.charts:
        assert (chart.alarm is not None) == (chart.p_value <= 0.1)
        assert (chart.alarm is not None) == bool(np.abs(chart.statistic).max() > chart.limit)


# --- what is seen


@pytest.mark.parametrize("chart", [Ewma(0.1), Cusum(0.5)])
@pytest.mark.parametrize(("amount", "direction"), [(1.2, "more lenient"), (-1.2, "stricter")])
def test_a_rater_who_changes_is_found_with_time_and_size(chart, amount, direction):
    columns = panel(2, added=from_half(5, amount), levels=9, centre=5.0)
    found = rater_drift(*columns, chart=chart)
    (drifted,) = [one for one in found.charts if one.rater == 5]
    units, raters, _, times = columns

    assert drifted.p_value == pytest.approx(0.001)
    assert drifted.alarm.direction == direction
    assert raters[drifted.alarm.row] == raters[drifted.alarm.change_row] == 5
    assert drifted.alarm.time == times[drifted.alarm.row]
    assert 0 < drifted.alarm.time - drifted.alarm.change_time < 250
    assert abs(drifted.alarm.change_time - 600) < 60
    assert drifted.alarm.ci_low < amount < drifted.alarm.ci_high
    assert drifted.alarm.ci_low < drifted.alarm.size < drifted.alarm.ci_high
    assert np.abs(drifted.statistic[drifted.rows < drifted.alarm.row]).max() <= drifted.limit
    assert len(units) == 4800


@pytest.mark.parametrize(
    ("factor", "direction", "least_found"), [(2.5, "less consistent", 5), (0.2, "more consistent", 2)]
)
def test_a_rater_whose_noise_changes_is_found(factor, direction, least_found):
    def noise(units, raters):
        return np.where((raters == 5) & (units >= 300), factor, 1.0)

    directions = []
    for seed in range(6):
        found = rater_drift(*panel(seed, noise=noise, per_unit=8, levels=9), watch="consistency", chart=Cusum(0.5))
        directions += [one.alarm.direction for one in found.charts if one.rater == 5 and one.alarm is not None]

    print(f"noise times {factor}: found {len(directions)} of 6")  # noqa: T201  (what was found)
    # The others' noise and the steps of the scale remain, so that calming down shows less than growing wild.
    assert len(directions) >= least_found
    assert set(directions) == {direction}


@pytest.mark.parametrize(
    ("chart", "amount", "least_found"), [(Ewma(0.2), 1.0, 0.6), (Cusum(0.5), 1.0, 0.85), (Cusum(0.5), 0.5, 0.3)]
)
def test_how_often_a_change_is_found_and_how_well_its_size(chart, amount, least_found):
    # Noise of 0.5 to 0.9 points; the change comes after 60 of 120 ratings, 30 of which are the baseline.
    def added(units, raters):
        return np.where((raters < 4) & (units >= 900), amount, 0.0)

    sizes, covered, n_drifted = [], 0, 0
    for seed in range(20):
        found = rater_drift(*panel(seed, n_raters=60, added=added, levels=9, centre=5.0), chart=chart)
        drifted = [one for one in found.charts if one.rater < 4]
        n_drifted += len(drifted)
        sizes += [one.alarm.size for one in drifted if one.alarm is not None]
        covered += sum(one.alarm.ci_low <= amount <= one.alarm.ci_high for one in drifted if one.alarm is not None)

    print(  # noqa: T201  (what was found)
        f"{chart}, {amount} points: found {len(sizes)} of {n_drifted}, mean size {np.mean(sizes):.2f}, "
        f"covered {covered / len(sizes):.2f}"
    )
    assert len(sizes) / n_drifted > least_found
    assert np.mean(sizes) == pytest.approx(amount, abs=0.2)
    assert covered / len(sizes) > 0.8


def test_partners_who_change_look_like_drift_until_their_bias_is_removed():
    generator = np.random.default_rng(1)
    # Rater 0 works with the strict ones of the others first, and with the lenient ones later.
    bias = np.append(0.0, np.repeat([-0.8, 0.8], 10))
    partner = np.where(np.arange(200)[:, None] < 100, generator.integers(1, 11, (200, 3)), 0)
    partner[100:] = generator.integers(11, 21, (100, 3))
    raters = np.concatenate((np.zeros((200, 1), dtype=int), partner), axis=1).ravel()
    units = np.repeat(np.arange(200), 4)
    # Partners meet each other on further units, so that their biases can be told.
    met = np.argsort(generator.random((300, 20)), axis=1)[:, :4] + 1
    units, raters = np.append(units, np.repeat(np.arange(200, 500), 4)), np.append(raters, met.ravel())
    values = np.rint(generator.normal(3, 1, 500)[units] + bias[raters] + generator.normal(0, 0.5, len(units)))
    times = np.arange(len(units))

    found = subject_model(units, raters, values)
    freed = values - found.bias[np.searchsorted(found.raters, raters)]

    before = rater_drift(units, raters, values, times, baseline=40).charts[0]
    after = rater_drift(units, raters, freed, times, baseline=40).charts[0]

    assert (before.rater, after.rater) == (0, 0)
    assert before.alarm.direction == "stricter"
    assert before.alarm.size == pytest.approx(-1.6, abs=0.2)
    assert after.alarm is None


# --- baselines, order, scale


def test_a_calibration_round_can_be_the_baseline():
    units, raters, values, times = panel(3, added=from_half(5, 1.0))
    first_round = units < 500

    found = rater_drift(units, raters, values, times, baseline=first_round)
    by_number = rater_drift(units, raters, values, times)

    assert 5 in alarms(found)
    chart = found.charts[5]
    assert not first_round[chart.rows].any()
    assert len(chart.rows) == np.count_nonzero((raters == 5) & ~first_round)
    assert len(by_number.charts[5].rows) == np.count_nonzero(raters == 5) - 30


def test_the_order_of_the_rows_does_not_change_a_bit():
    units, raters, values, times = panel(4, n_raters=12, added=from_half(2, 1.0, 360))
    shuffled = np.random.default_rng(0).permutation(len(units))

    one = rater_drift(units, raters, values, times)
    other = rater_drift(units[shuffled], raters[shuffled], values[shuffled], times[shuffled])

    for left, right in zip(one.charts, other.charts, strict=True):
        assert np.array_equal(left.statistic, right.statistic)
        assert np.array_equal(left.rows, shuffled[right.rows])
        assert (left.limit, left.p_value) == (right.limit, right.p_value)
        if left.alarm is not None:
            assert (left.alarm.size, left.alarm.time) == (right.alarm.size, right.alarm.time)


@pytest.mark.parametrize("watch", ["level", "consistency"])
def test_a_scale_of_other_points_changes_sizes_alone(watch):
    units, raters, values, times = panel(
        5,
        n_raters=12,
        added=from_half(2, 1.5, 360),
        noise=lambda units, raters: 1.0 + 4.0 * (units > 180) * (raters == 4),
    )

    one = rater_drift(units, raters, values, times, watch=watch)
    other = rater_drift(units, raters, 10.0 * values + 7.0, 3 * times - 50, watch=watch)

    assert any(chart.alarm for chart in one.charts)
    for left, right in zip(one.charts, other.charts, strict=True):
        assert right.statistic == pytest.approx(left.statistic)
        assert right.p_value == left.p_value
        if left.alarm is not None:
            assert right.alarm.size == pytest.approx(10.0 * left.alarm.size)
            assert right.alarm.time == 3 * left.alarm.time - 50


def test_a_limit_given_is_the_limit_and_leaves_no_p_value():
    found = rater_drift(*panel(6, n_raters=12), limit=2.5)

    assert {(chart.limit, chart.p_value) for chart in found.charts} == {(2.5, None)}


def test_the_same_seed_gives_the_same_limits_and_another_others():
    columns = panel(6, n_raters=12)
    one, again, other = (rater_drift(*columns, seed=seed) for seed in (1, 1, 2))

    assert [chart.limit for chart in one.charts] == [chart.limit for chart in again.charts]
    assert [chart.limit for chart in one.charts] != [chart.limit for chart in other.charts]


# --- who is left out


def test_raters_without_a_chart_are_named_with_the_reason():
    units, raters, values, times = panel(7, n_raters=12)
    few_ratings = (raters == 3) & (np.cumsum(raters == 3) > 25)
    alone = np.arange(5) + 10_000
    units, raters = np.append(units[~few_ratings], alone), np.append(raters[~few_ratings], np.full(5, 99))
    values, times = np.append(values[~few_ratings], np.ones(5)), np.append(times[~few_ratings], alone)

    found = rater_drift(units, raters, values, times)

    assert [rater for rater, _ in found.left_out] == [3, 99]
    assert "25 ratings" in found.left_out[0][1]
    assert "nobody else" in found.left_out[1][1]
    assert found.unjudged.tolist() == list(range(len(units) - 5, len(units)))
    assert len(found.charts) == 11


def test_a_rater_whose_baseline_does_not_vary_has_no_chart():
    units, raters = np.repeat(np.arange(60), 2), np.tile([1, 2], 60)
    values = np.where(np.arange(120) < 80, 3.0, np.arange(120) % 5)

    with pytest.raises(TooFewRatingsError, match="all deviate alike"):
        rater_drift(units, raters, values, units)


def test_too_few_ratings_for_any_chart_are_refused_with_the_reason():
    with pytest.raises(TooFewRatingsError, match="none beyond the baseline"):
        rater_drift([1, 1, 2, 2], [1, 2, 1, 2], [1.0, 2.0, 3.0, 5.0], [1, 2, 3, 4])
    with pytest.raises(TooFewRatingsError, match="only 0 ratings are in the baseline"):
        rater_drift([1, 1, 2, 2], [1, 2, 1, 2], [1.0, 2.0, 3.0, 5.0], [1, 2, 3, 4], baseline=[False] * 4)


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"watch": "speed"}, UnknownMethodError),
        ({"baseline": 4}, ControlChartError),
        ({"baseline": 30.5}, ControlChartError),
        ({"baseline": [True, False]}, ColumnShapeError),
        ({"baseline": [1] * 1440}, NotNumericError),
        ({"limit": 0.0}, ControlChartError),
        ({"false_alarm": 0.001}, ControlChartError),
        ({"permutations": 10}, ControlChartError),
        ({"chart": Ewma(0.0)}, ControlChartError),
        ({"confidence": 95}, ConfidenceError),
    ],
)
def test_settings_that_are_none_are_refused(settings, error):
    with pytest.raises(error):
        rater_drift(*panel(8, n_raters=12), **settings)


def test_ratings_whose_order_is_not_known_are_refused():
    units, raters, values, _ = panel(8, n_raters=12)

    with pytest.raises(TiedTimesError):
        rater_drift(units, raters, values, np.zeros(len(units), dtype=int))


# --- real ratings


def test_real_raters_wander_more_than_chance_and_most_do_not(data):
    path = data / "avt_ai_images" / "ratings_appeal_realism_prompt_2022_12_02.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of real data")
    seen = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["rating_type"] == "range_realism":
                when = datetime.strptime(row["timestamp"], "%Y-%m-%d %H:%M:%S %f")  # noqa: DTZ007  (no zone is given)
                seen[int(row["user_ID"])].setdefault(when, (row["stimuli_file"], float(row["rating"])))
    finished = {rater: ratings for rater, ratings in seen.items() if len(ratings) >= 140}
    rows = [
        (unit, rater, value, position)
        for rater, ratings in finished.items()
        for position, (_, (unit, value)) in enumerate(sorted(ratings.items()))
    ]
    names, raters, values, times = zip(*rows, strict=True)
    units = np.unique(names, return_inverse=True)[1]

    found = rater_drift(units, np.array(raters), np.array(values), np.array(times))
    adjusted = benjamini_hochberg([chart.p_value for chart in found.charts])

    print(  # noqa: T201  (what was found)
        f"{len(alarms(found))} of {len(found.charts)} raters alarm at 0.05, {np.sum(adjusted <= 0.1)} at a rate of 0.1"
    )
    assert len(found.charts) >= 20
    assert 0 < len(alarms(found)) < len(found.charts) / 2


def test_only_those_who_are_asked_for_are_charted_and_their_charts_are_the_same():
    generator = np.random.default_rng(11)
    units, raters = np.repeat(np.arange(80), 4), np.tile([1, 2, 3, 4], 80)
    values = np.rint(generator.normal(3, 1, 80)[units] + generator.normal(0, 0.6, 320) + ((raters == 3) & (units > 40)))
    everybody = rater_drift(units, raters, values, units)
    one = rater_drift(units, raters, values, units, only=[3])
    assert [chart.rater for chart in one.charts] == [3]
    np.testing.assert_array_equal(one.charts[0].statistic, everybody.charts[2].statistic)
    assert rater_drift(units, raters, values, units, only=[3, 9]).left_out[0][0] == 9
