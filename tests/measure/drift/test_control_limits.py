"""Run lengths of control charts, against published tables and against simulation."""

from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rubrica.measure.drift.control_charts import Cusum, Ewma
from rubrica.measure.drift.control_limits import (
    false_alarm,
    limit_for_false_alarm,
    limit_for_run_length,
    run_length,
)
from rubrica.measure.errors import ControlChartError
from tests.measure.strategies import few

CHARTS = (Ewma(0.1), Ewma(0.2), Cusum(0.25), Cusum(0.5))


def to_printed_digits(value, printed):
    """Round as the table does: to as many digits as it shows, two where they are decimals."""
    digits = len(printed.rstrip(".").split(".")[1]) if "." in printed.rstrip(".") else 0
    return round(value, digits), float(printed)


# --- published tables


@pytest.mark.parametrize(
    ("shift", "printed"),
    [
        (0.0, "168."),
        (0.25, "74.2"),
        (0.5, "26.6"),
        (0.75, "13.3"),
        (1.0, "8.38"),
        (1.5, "4.75"),
        (2.0, "3.34"),
        (2.5, "2.62"),
        (3.0, "2.19"),
        (4.0, "1.71"),
        (5.0, "1.31"),
    ],
)
def test_two_sided_sums_have_the_run_lengths_of_lucas_and_crosier(shift, printed):
    # Lucas, J. M., & Crosier, R. B. (1982), Technometrics 24(3), 199-205, table 1: k = .5, h = 4.
    found, expected = to_printed_digits(run_length(Cusum(0.5), 4.0, shift=shift), printed)

    assert found == expected


@pytest.mark.parametrize(
    ("limit", "shift", "printed"), [(5.0, 0.0, "465."), (5.0, 1.0, "10.4"), (4.0, 0.0, "168."), (4.0, 1.0, "8.38")]
)
def test_sums_have_the_run_lengths_of_the_textbook(limit, shift, printed):
    # Montgomery, D. C. (2013), Introduction to statistical quality control (7th ed.), table 9.3: k = .5.
    found, expected = to_printed_digits(run_length(Cusum(0.5), limit, shift=shift), printed)

    assert found == expected


def test_a_two_sided_sum_has_the_run_length_of_waldmann():
    # Waldmann, K.-H. (1986), Technometrics 28(1), 61-67, table 6: k = .6, h = 3, a shift of .2; 65.4 is a lower bound.
    assert 65.4 < run_length(Cusum(0.6), 3.0, shift=-0.2) < 65.5


def test_one_side_of_a_sum_has_the_run_length_of_brook_and_evans():
    # Brook and Evans (1972), section 4.3: k = .5, h = 3, by a coarser chain; both sides together take half as long.
    assert 2.0 * run_length(Cusum(0.5), 3.0) == pytest.approx(117.59, abs=0.01)


def test_sums_have_the_limits_of_the_textbook():
    # Hawkins's table as printed by Montgomery, table 9.4: the h that makes the run length 370, by k.
    found = [round(limit_for_run_length(Cusum(k), 370), 2) for k in (0.25, 0.5, 0.75, 1.0, 1.25, 1.5)]

    assert found == pytest.approx([8.01, 4.77, 3.34, 2.52, 1.99, 1.61], abs=0.011)


@pytest.mark.parametrize(
    ("shift", "heavy", "light"),
    [
        (0.0, "500.", "500."),
        (0.25, "255.", "76.7"),
        (0.5, "88.8", "29.3"),
        (0.75, "35.9", "17.6"),
        (1.0, "17.5", "12.6"),
        (1.5, "6.53", "8.07"),
        (2.0, "3.63", "5.99"),
        (2.5, "2.50", "4.80"),
        (3.0, "1.93", "4.03"),
        (3.5, "1.58", "3.49"),
        (4.0, "1.34", "3.11"),
        (5.0, "1.07", "2.55"),
    ],
)
def test_averages_have_the_run_lengths_of_lucas_and_saccucci(shift, heavy, light):
    # Lucas and Saccucci (1990), table 3: weight .5 at 3.071 and weight .03 at 2.437.
    for chart, limit, printed in ((Ewma(0.5), 3.071, heavy), (Ewma(0.03), 2.437, light)):
        found, expected = to_printed_digits(run_length(chart, limit, shift=shift), printed)
        assert found == expected


@pytest.mark.parametrize(
    ("shift", "heavy", "light"),
    [
        (0.0, 26.45, 127.53),
        (0.25, 20.12, 43.94),
        (0.5, 11.89, 18.97),
        (0.75, 7.29, 11.64),
        (1.0, 4.91, 8.38),
        (1.5, 2.80, 5.41),
        (2.0, 1.94, 4.04),
        (3.0, 1.26, 2.76),
        (4.0, 1.05, 2.15),
    ],
)
def test_averages_have_the_run_lengths_of_crowder(shift, heavy, light):
    # Crowder (1987), table 1: weights .5 and .05 at a limit of 2; his 1.94 is 1.9452.
    assert run_length(Ewma(0.5), 2.0, shift=shift) == pytest.approx(heavy, abs=0.0053)
    assert run_length(Ewma(0.05), 2.0, shift=shift) == pytest.approx(light, abs=0.005)


def test_averages_have_the_limits_of_crowder_and_the_textbook():
    # Crowder, S. V. (1989), Journal of Quality Technology 21(3), 155-162, for 250; Montgomery, table 9.11, for 500.
    for_250 = [round(limit_for_run_length(Ewma(weight), 250), 2) for weight in (0.05, 0.1, 0.15, 0.2, 0.25)]
    for_500 = [round(limit_for_run_length(Ewma(weight), 500), 3) for weight in (0.05, 0.1, 0.2, 0.25, 0.4)]

    assert for_250 == [2.32, 2.55, 2.65, 2.72, 2.76]
    assert for_500 == pytest.approx([2.615, 2.814, 2.962, 2.998, 3.054], abs=1e-9)


def test_the_integral_is_solved_to_eleven_digits():
    # The SAS/QC manual's example of its own function: weight .25, limit 3, a shift of 1.
    assert run_length(Ewma(0.25), 3.0, shift=1.0) == pytest.approx(11.154267016, abs=5e-10)


# --- other ways to the same numbers


@pytest.mark.parametrize("limit", [2.0, 3.0, 3.5])
def test_an_average_of_the_last_residual_alone_is_shewharts_chart(limit):
    assert run_length(Ewma(1.0), limit) == pytest.approx(1.0 / (2.0 * stats.norm.sf(limit)), rel=1e-9)


@pytest.mark.parametrize(("reference", "limit"), [(0.25, 8.0), (0.5, 4.0), (0.5, 5.0)])
def test_siegmunds_approximation_is_near(reference, limit):
    # Siegmund, D. (1985), Sequential analysis: one side's (exp(-2 D b) + 2 D b - 1) / (2 D^2), b = h + 1.166.
    drift, reach = -reference, limit + 1.166
    approximate = (exp(-2.0 * drift * reach) + 2.0 * drift * reach - 1.0) / (2.0 * drift**2) / 2.0

    assert run_length(Cusum(reference), limit) == pytest.approx(approximate, rel=0.03)


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("baseline", [None, 30])
def test_the_probability_of_a_false_alarm_is_that_of_simulated_charts(chart, baseline):
    normal = np.random.default_rng(7).normal(size=(8000, 130))
    first, then = normal[:, :30], normal[:, 30:]
    if baseline is not None:
        then = (then - first.mean(axis=1, keepdims=True)) / first.std(axis=1, ddof=1, keepdims=True)
    reached = np.abs(chart.statistic(then)).max(axis=1)

    for nominal in (0.05, 0.25):
        limit = limit_for_false_alarm(chart, nominal, 100, baseline=baseline)
        realised = float((reached > limit).mean())
        print(  # noqa: T201  (what was found)
            f"{chart}, baseline {baseline}: nominal {nominal}, realised {realised:.4f} at {limit:.2f}"
        )
        assert realised == pytest.approx(nominal, abs=4.0 * np.sqrt(nominal / 8000))


@pytest.mark.parametrize("chart", CHARTS)
def test_a_baseline_that_is_estimated_needs_a_wider_limit(chart):
    limits = [limit_for_false_alarm(chart, 0.05, 60, baseline=baseline) for baseline in (20, 60, 10_000, None)]

    assert limits == sorted(limits, reverse=True)
    assert limits[2] == pytest.approx(limits[3], rel=0.01)


@pytest.mark.parametrize("horizon", [50, 1000])
def test_many_steps_at_once_are_many_single_steps(horizon):
    # Few steps are taken one by one, many by powers of the chain; after very many only the slowest decay is left.
    chart, limit = Ewma(0.2), 3.0
    ratio = (1.0 - false_alarm(chart, limit, horizon + 1)) / (1.0 - false_alarm(chart, limit, horizon))

    assert ratio == pytest.approx((1.0 - false_alarm(chart, limit, 3001)) / (1.0 - false_alarm(chart, limit, 3000)))


@few
@given(
    chart=st.sampled_from(CHARTS), limit=st.floats(1.0, 6.0), shift=st.floats(0.0, 2.0), further=st.floats(0.01, 1.0)
)
def test_alarms_come_later_at_wider_limits_and_sooner_at_larger_shifts(chart, limit, shift, further):
    here = run_length(chart, limit, shift=shift)

    assert here == pytest.approx(run_length(chart, limit, shift=-shift))
    assert run_length(chart, limit + further, shift=shift) > here >= 1.0
    assert run_length(chart, limit, shift=shift + further) < here


@few
@given(chart=st.sampled_from(CHARTS), target=st.floats(20.0, 1e6))
def test_limits_give_the_run_length_they_were_computed_for(chart, target):
    assert run_length(chart, limit_for_run_length(chart, target)) == pytest.approx(target, rel=1e-6)


# --- the statistics themselves


@few
@given(values=st.lists(st.integers(-30, 30), min_size=1, max_size=70), weight=st.sampled_from([0.001, 0.2, 0.9, 1.0]))
def test_an_average_is_what_one_residual_after_the_other_makes_it(values, weight):
    average, expected = 0.0, []
    for value in values:
        average = weight * value + (1.0 - weight) * average
        expected.append(average / np.sqrt(weight / (2.0 - weight)))

    assert Ewma(weight).statistic(np.array(values, dtype=float)) == pytest.approx(np.array(expected))


@few
@given(values=st.lists(st.integers(-30, 30), min_size=1, max_size=70), reference=st.sampled_from([0.0, 0.5, 2.0]))
def test_a_sum_is_what_one_residual_after_the_other_makes_it(values, reference):
    up, down, expected = 0.0, 0.0, []
    for value in values:
        up, down = max(0.0, up + value - reference), max(0.0, down - value - reference)
        expected.append(up if up >= down else -down)

    assert Cusum(reference).statistic(np.array(values, dtype=float)) == pytest.approx(np.array(expected))


# --- what is refused


@pytest.mark.parametrize("weight", [0.0, 1.1, float("nan")])
def test_a_weight_that_is_none_is_refused(weight):
    with pytest.raises(ControlChartError, match="weight"):
        run_length(Ewma(weight), 3.0)
    with pytest.raises(ControlChartError, match="weight"):
        Ewma(weight).statistic(np.zeros(3))


@pytest.mark.parametrize("reference", [-0.1, float("inf"), float("nan")])
def test_a_reference_that_is_none_is_refused(reference):
    with pytest.raises(ControlChartError, match="reference"):
        run_length(Cusum(reference), 3.0)
    with pytest.raises(ControlChartError, match="reference"):
        Cusum(reference).statistic(np.zeros(3))


@pytest.mark.parametrize("limit", [0.0, -1.0, 101.0, float("nan")])
def test_a_limit_that_is_none_is_refused(limit):
    with pytest.raises(ControlChartError, match="limit"):
        run_length(Ewma(), limit)
    with pytest.raises(ControlChartError, match="limit"):
        false_alarm(Ewma(), limit, 10)


@pytest.mark.parametrize("chart", [Ewma(), Cusum()])
def test_a_limit_that_is_never_reached_is_refused(chart):
    with pytest.raises(ControlChartError, match="apart"):
        run_length(chart, 25.0)


def test_targets_out_of_reach_are_refused():
    with pytest.raises(ControlChartError, match="between 2"):
        limit_for_run_length(Ewma(), 1.0)
    with pytest.raises(ControlChartError, match="between 0 and 1"):
        limit_for_false_alarm(Ewma(), 1.0, 10)
    with pytest.raises(ControlChartError, match="fewer"):
        limit_for_run_length(Cusum(5.0), 2.0)
    with pytest.raises(ControlChartError, match="so few"):
        limit_for_false_alarm(Cusum(0.0), 0.01, 4000)


def test_horizons_and_baselines_that_are_none_are_refused():
    with pytest.raises(ControlChartError, match="horizon"):
        false_alarm(Ewma(), 3.0, 0)
    with pytest.raises(ControlChartError, match="baseline"):
        false_alarm(Ewma(), 3.0, 10, baseline=4)
