"""Generalisability studies: published components, simulated panels, and what a design must hold."""

import csv
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    FacetError,
    MeasureError,
    MissingValueError,
    NoIntervalError,
    NoRatingsError,
    NoSignalError,
    NotNumericError,
    NoVariationError,
    TargetError,
    TooFewLevelsError,
    UndeterminedComponentError,
    ValueTooLargeError,
)
from rubrica.measure.variance.components import variance_components
from rubrica.measure.variance.design_study import (
    criterion_report,
    d_study,
    raters_for_dependability,
    raters_for_precision,
)
from tests.measure.strategies import few, ratings
from tests.measure.test_real_ratings import avt

UNIT, RATER = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], [1, 2, 3] * 4
SEVERE = [4, 4, 3, 2, 3, 1, 5, 5, 3, 3, 3, 2]
ARBITRARY = [4, 2, 3, 4, 2, 1, 2, 3, 4, 3, 5, 2]


def crossed(units, raters, values, **options):
    return variance_components({"unit": units, "rater": raters}, values, **options)


def simulated(generator, n_units, n_raters, *, kept=1.0, truth=(1.0, 0.3, 0.7), kind="normal"):
    def drawn(*shape):
        return generator.normal(size=shape) if kind == "normal" else generator.standard_t(5, shape) / np.sqrt(5 / 3)

    unit, rater, both = np.sqrt(truth)
    table = unit * drawn(n_units)[:, None] + rater * drawn(n_raters) + both * drawn(n_units, n_raters)
    units, raters = np.nonzero(generator.random((n_units, n_raters)) < kept)
    return units, raters, table[units, raters]


# --- published figures


def test_components_of_raters_within_tasks_equal_those_of_the_handbook(data):
    path = data / "facets_gtheory" / "Brennan.3.2.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of real data")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    person, task, rater, score = ([int(row[key]) for row in rows] for key in ("Person", "Task", "Rater", "Score"))

    found = variance_components({"person": person, "task": task, "rater": rater}, score, nested={"rater": "task"})

    assert dict(zip(found.effects, found.variance.round(4).tolist(), strict=True)) == {
        "person": 0.4731,
        "task": 0.3252,
        "rater in task": 0.6475,
        "person × task": 0.5596,
        "person × rater in task": 2.3802,
    }
    # The D study of the same design, from the same components: three tasks, four raters in each.
    decision = d_study(found, {"task": 3, "rater": 4}, objects="person")
    relative = 0.559568 / 3 + 2.380247 / 12
    assert decision.relative_error**2 == pytest.approx(relative, abs=1e-5)
    assert decision.generalisability == pytest.approx(0.473148 / (0.473148 + relative), abs=1e-5)
    absolute = relative + 0.325154 / 3 + 0.647531 / 12
    assert decision.dependability == pytest.approx(0.473148 / (0.473148 + absolute), abs=1e-5)


@pytest.mark.parametrize(
    ("year", "criterion", "shares", "needed"),
    [
        ("2022", "image_appeal", [30, 17, 52], 10),
        ("2022", "realism", [47, 13, 40], 5),
        ("2022", "prompt_matching", [54, 8, 38], 4),
        ("2023", "image_quality", [35, 16, 50], 8),
    ],
)
def test_shares_of_146_rated_images_equal_the_known_ones(data, year, criterion, shares, needed):
    units, raters, values, _ = avt(data, year, criterion, repeats=False)

    found = crossed(units, raters, values)

    assert (100 * found.share).round().tolist() == shares
    assert raters_for_dependability(found, 0.8).raters == needed


@pytest.mark.parametrize(
    ("criterion", "icc"), [("image_appeal", 0.302), ("prompt_matching", 0.534), ("realism", 0.470)]
)
def test_dependability_of_one_rater_is_the_known_intraclass_correlation(data, criterion, icc):
    found = crossed(*avt(data, "2022", criterion, repeats=False)[:3])

    # The known figures are of complete rows, ours of all ratings.
    assert d_study(found, {"rater": 1}).dependability == pytest.approx(icc, abs=5e-3)


# --- the analysis of variance, and pairs counted one by one


def anova(table):
    """Return components of a complete table of units by raters by the mean squares of the textbook."""
    n_units, n_raters = table.shape
    rows, columns, grand = table.mean(axis=1), table.mean(axis=0), table.mean()
    units = n_raters * ((rows - grand) ** 2).sum() / (n_units - 1)
    raters = n_units * ((columns - grand) ** 2).sum() / (n_raters - 1)
    rest = ((table - rows[:, None] - columns + grand) ** 2).sum() / (n_units - 1) / (n_raters - 1)
    return [(units - rest) / n_raters, (raters - rest) / n_units, rest]


def test_a_complete_table_gives_the_analysis_of_variance():
    units, raters, values = simulated(np.random.default_rng(41), 12, 5)

    found = crossed(units, raters, values)

    assert found.variance.tolist() == pytest.approx(anova(values.reshape(12, 5)))
    without = [anova(np.delete(values.reshape(12, 5), unit, axis=0)) for unit in range(12)]
    assert found.replicates[0] == pytest.approx(np.array(without))
    without = [anova(np.delete(values.reshape(12, 5), rater, axis=1)) for rater in range(5)]
    assert found.replicates[1] == pytest.approx(np.array(without))


def by_pairs(columns, values):
    """Return half the mean squared difference of pairs, by the facets they agree in."""
    sums = {}
    for one, other in combinations(range(len(values)), 2):
        agreeing = frozenset(name for name, column in columns.items() if column[one] == column[other])
        squares, count = sums.get(agreeing, (0.0, 0))
        sums[agreeing] = (squares + (values[one] - values[other]) ** 2 / 2, count + 1)
    return {agreeing: squares / count for agreeing, (squares, count) in sums.items()}


@few
@given(columns=ratings(min_units=4))
def test_components_of_any_design_are_those_of_pairs_counted_one_by_one(columns):
    units, raters, values = columns
    try:
        found = crossed(units, raters, values, over=("unit",))
    except MeasureError:
        assume(False)

    mean = by_pairs({"unit": units.tolist(), "rater": raters.tolist()}, values.tolist())
    same_unit, same_rater, neither = (mean[frozenset(names)] for names in (["unit"], ["rater"], []))
    expected = [neither - same_unit, neither - same_rater, same_unit + same_rater - neither]
    assert found.variance.tolist() == pytest.approx(expected, abs=1e-9)


def test_leaving_out_a_level_is_the_study_without_its_ratings():
    generator = np.random.default_rng(42)
    units, raters, criteria = np.nonzero(generator.random((6, 5, 4)) < 0.7)
    values = generator.normal(size=len(units)) + units
    columns = {"unit": units, "rater": raters, "criterion": criteria}

    found = variance_components(columns, values)

    for facet, replicate in zip(found.over, found.replicates, strict=True):
        for level in range(len(replicate)):
            rows = columns[facet] != level
            kept = {name: column[rows] for name, column in columns.items()}
            assert replicate[level] == pytest.approx(variance_components(kept, values[rows]).variance, abs=1e-9)


def test_seven_components_of_units_raters_and_criteria_are_recovered():
    generator = np.random.default_rng(43)
    sizes, truth = (40, 25, 8), {"u": 1.0, "r": 0.5, "c": 0.3, "ur": 0.4, "uc": 0.2, "rc": 0.1, "urc": 0.6}
    table = np.zeros(sizes)
    for effect, variance in truth.items():
        shape = [size if name in effect else 1 for name, size in zip("urc", sizes, strict=True)]
        table = table + generator.normal(0, np.sqrt(variance), shape)
    index = np.nonzero(generator.random(sizes) < 0.7)

    found = variance_components(dict(zip(("unit", "rater", "criterion"), index, strict=True)), table[index])

    assert found.effects == (
        "unit", "rater", "criterion", "unit × rater", "unit × criterion", "rater × criterion",
        "unit × rater × criterion",
    )  # fmt: skip
    inside = (found.ci_low <= list(truth.values())) & (found.ci_high >= list(truth.values()))
    assert np.count_nonzero(inside) >= 6
    assert found.variance[3:] == pytest.approx(list(truth.values())[3:], abs=0.06)


def test_repeated_ratings_tell_noise_from_taste():
    generator = np.random.default_rng(44)
    unit, rater, _ = np.indices((60, 12, 2)).reshape(3, -1)
    taste = generator.normal(0, np.sqrt(0.5), (60, 12))[unit, rater]
    value = generator.normal(size=60)[unit] + taste + generator.normal(0, np.sqrt(0.25), len(unit))

    found = crossed(unit, rater, value, retest=True)

    assert found.effects == ("unit", "rater", "unit × rater", "repetition")
    assert found.variance[2:].tolist() == pytest.approx([0.5, 0.25], abs=0.1)
    inside = (found.ci_low <= [1.0, 0.0, 0.5, 0.25]) & (found.ci_high >= [1.0, 0.0, 0.5, 0.25])
    assert inside.all()
    assert crossed(unit, rater, value).variance[2] == pytest.approx(found.variance[2:].sum())


# --- simulated panels: the figures printed are the coverage of nominal 95 % intervals


@pytest.mark.parametrize(
    ("n_units", "n_raters", "kept", "kind", "least"),
    [(60, 12, 1.0, "normal", 0.90), (100, 20, 0.3, "normal", 0.92), (60, 40, 0.3, "heavy", 0.90)],
)
def test_intervals_cover_components_shares_and_coefficients(n_units, n_raters, kept, kind, least):
    generator = np.random.default_rng(45)
    truth, hits = np.array([1.0, 0.3, 0.7]), []
    for _ in range(80):
        found = crossed(*simulated(generator, n_units, n_raters, kept=kept, truth=truth, kind=kind))
        decision, needed = d_study(found, {"rater": 1}), raters_for_dependability(found, 0.8)
        hits.append([
            *((found.ci_low <= truth) & (truth <= found.ci_high)),
            *((found.share_low <= truth / 2) & (truth / 2 <= found.share_high)),
            decision.dependability_low <= 0.5 <= decision.dependability_high,
            decision.generalisability_low <= 1 / 1.7 <= decision.generalisability_high,
            needed.ci_low <= 4 <= needed.ci_high,
        ])  # fmt: skip

    coverage = np.mean(hits, axis=0)
    print(f"{kind}, {n_units} units, {n_raters} raters, {kept:.0%} rated: {coverage.round(3)}")  # noqa: T201 # for the report
    assert coverage.min() >= least
    assert coverage.mean() >= 0.94


# --- properties


@few
@given(columns=ratings(min_units=4), factor=st.sampled_from([-2.0, 0.5, 10.0]), shift=st.integers(-5, 5))
def test_components_follow_the_square_of_the_scale(columns, factor, shift):
    units, raters, values = columns
    try:
        one = crossed(units, raters, values)
    except MeasureError:
        assume(False)

    other = crossed(units, raters, values * factor + shift)

    assert other.variance == pytest.approx(one.variance * factor**2, abs=1e-7)
    assert other.ci_high == pytest.approx(one.ci_high * factor**2, abs=1e-5)
    assert other.share == pytest.approx(one.share, abs=1e-7)


@few
@given(columns=ratings(min_units=4), seed=st.integers(0, 99))
def test_neither_order_nor_names_matter(columns, seed):
    units, raters, values = columns
    try:
        one = crossed(units, raters, values)
    except MeasureError:
        assume(False)
    generator = np.random.default_rng(seed)
    order, names = generator.permutation(len(units)), generator.permutation(100)

    other = crossed(names[units[order]], names[raters[order]], values[order])

    assert other.variance == pytest.approx(one.variance, abs=1e-9)
    assert other.ci_low == pytest.approx(one.ci_low, abs=1e-6)


@few
@given(seed=st.integers(0, 99))
def test_no_order_of_the_rows_changes_a_single_digit(seed):
    generator = np.random.default_rng(seed)
    unit, rater, criterion = (np.tile(column.ravel(), 2) for column in np.indices((6, 4, 3)))
    columns = {"unit": unit, "rater": rater, "criterion": criterion}
    values = generator.normal(size=len(unit))
    order = generator.permutation(len(unit))

    one = variance_components(columns, values, retest=True)
    other = variance_components({name: column[order] for name, column in columns.items()}, values[order], retest=True)

    for name in ("variance", "ci_low", "ci_high", "share"):
        assert getattr(other, name).tolist() == getattr(one, name).tolist()


@few
@given(columns=ratings(min_units=4))
def test_components_add_up_to_the_difference_of_unrelated_ratings_and_shares_to_one(columns):
    units, raters, values = columns
    try:
        found = crossed(units, raters, values)
    except MeasureError:
        assume(False)

    mean = by_pairs({"unit": units.tolist(), "rater": raters.tolist()}, values.tolist())
    assert found.variance.sum() == pytest.approx(mean[frozenset()], abs=1e-9)
    assert found.share.sum() == pytest.approx(1.0)
    assert np.all((found.share_low <= found.share) & (found.share <= found.share_high))


def test_units_and_raters_that_change_places_change_their_components():
    one, other = crossed(UNIT, RATER, SEVERE), crossed(RATER, UNIT, SEVERE)

    assert other.variance.tolist() == pytest.approx(one.variance[[1, 0, 2]].tolist())


# --- decisions


@few
@given(raters=st.integers(1, 50))
def test_more_raters_never_make_a_mean_worse(raters):
    study = crossed(UNIT, RATER, SEVERE)

    fewer, more = d_study(study, {"rater": raters}), d_study(study, {"rater": raters + 1})

    assert fewer.dependability < more.dependability <= more.generalisability
    assert fewer.absolute_error > more.absolute_error > more.relative_error


@few
@given(target=st.floats(0.05, 0.99), relative=st.booleans())
def test_the_number_of_raters_needed_is_the_smallest_that_will_do(target, relative):
    study = crossed(UNIT, RATER, SEVERE)

    found = raters_for_dependability(study, target, relative=relative)

    def reached(raters):
        decision = d_study(study, {"rater": raters})
        return decision.generalisability if relative else decision.dependability

    assert reached(found.raters) >= target - 1e-9
    assert found.raters == 1 or reached(found.raters - 1) < target
    assert found.ci_low <= found.raters <= found.ci_high


@few
@given(half_width=st.floats(0.1, 3.0), relative=st.booleans())
def test_the_number_of_raters_for_an_interval_is_the_smallest_that_will_do(half_width, relative):
    study = crossed(UNIT, RATER, SEVERE)

    found = raters_for_precision(study, half_width, relative=relative)

    def reach(raters):
        decision = d_study(study, {"rater": raters})
        return 1.959964 * (decision.relative_error if relative else decision.absolute_error)

    assert reach(found.raters) <= half_width + 1e-6
    assert found.raters == 1 or reach(found.raters - 1) > half_width


def criteria_study():
    generator = np.random.default_rng(46)
    unit, rater, criterion = np.indices((30, 8, 4)).reshape(3, -1)
    value = generator.normal(size=30)[unit] + generator.normal(0, 0.5, (30, 4))[unit, criterion]
    value = value + generator.normal(0, 0.5, 8)[rater] + generator.normal(0, 0.7, len(unit))
    return variance_components({"unit": unit, "rater": rater, "criterion": criterion}, value)


def test_what_units_and_fixed_criteria_share_is_signal_not_error():
    study = criteria_study()

    drawn = d_study(study, {"rater": 3, "criterion": 4})
    fixed = d_study(study, {"rater": 3, "criterion": 4}, fixed=("criterion",))

    component = dict(zip(study.effects, np.maximum(study.variance, 0.0), strict=True))
    universe = component["unit"] + component["unit × criterion"] / 4
    error = component["unit × rater"] / 3 + component["unit × rater × criterion"] / 12
    assert fixed.generalisability == pytest.approx(universe / (universe + error))
    assert fixed.generalisability > drawn.generalisability
    assert fixed.absolute_error < drawn.absolute_error


def test_raters_do_not_help_against_too_few_criteria():
    study = criteria_study()

    with pytest.raises(TargetError, match="No number of raters"):
        raters_for_dependability(study, 0.95, levels={"criterion": 1})
    with pytest.raises(TargetError, match="No number of raters"):
        raters_for_precision(study, 0.3, levels={"criterion": 1})
    assert raters_for_dependability(study, 0.8, levels={"criterion": 4}, fixed=("criterion",)).raters > 1


def test_raters_who_never_differ_are_needed_once():
    study = crossed(UNIT, RATER, np.repeat([1, 2, 4, 5], 3))

    found = raters_for_dependability(study, 0.9)

    assert (found.raters, found.ci_low, found.ci_high) == (1, 1, 1)
    assert study.share.tolist() == [1.0, 0.0, 0.0]


def test_units_that_do_not_differ_are_told_apart_by_nobody():
    study = crossed(UNIT, RATER, ARBITRARY)

    assert study.variance[0] < 0
    with pytest.raises(NoSignalError, match="'unit' do not differ"):
        d_study(study, {"rater": 3})
    with pytest.raises(NoSignalError):
        raters_for_dependability(study, 0.8)


def test_a_number_of_raters_that_rests_on_one_unit_has_no_interval():
    values = np.array(ARBITRARY) + np.repeat([4, 0, 0, 0], 3)

    with pytest.raises(NoIntervalError, match="raters are needed, but") as refused:
        raters_for_dependability(crossed(UNIT, RATER, values), 0.8)
    assert refused.value.estimate >= 1


def test_a_number_of_raters_that_could_be_a_million_has_no_interval():
    with pytest.raises(NoIntervalError, match="more than a million"):
        raters_for_dependability(crossed(UNIT, RATER, SEVERE), 1 - 1e-6)


# --- the report


def test_the_report_tells_a_matter_of_severity_from_a_matter_of_reading():
    generator = np.random.default_rng(47)
    severe = simulated(generator, 40, 10, truth=(1.0, 1.0, 0.2))
    unclear = simulated(generator, 40, 10, truth=(0.3, 0.05, 1.5))
    units, raters, values = (np.concatenate(both) for both in zip(severe, unclear, strict=True))

    report = criterion_report(units, raters, np.repeat([3, 8], 400), values)

    first, second = report.criteria
    assert (first.criterion, second.criterion, report.left_out) == (3, 8, ())
    assert first.components.share[1] > first.components.share[2]
    assert second.components.share[2] > 0.7
    assert first.raters_needed.raters < second.raters_needed.raters
    assert second.raters_needed == raters_for_dependability(crossed(*unclear), 0.8)


def test_the_report_says_why_a_criterion_has_no_components_or_no_number_of_raters():
    report = criterion_report(UNIT * 2 + [1, 2], RATER * 2 + [1, 2], [1] * 12 + [2] * 12 + [3] * 2,
                              SEVERE + ARBITRARY + [4, 5])  # fmt: skip

    assert [each.criterion for each in report.criteria] == [1, 2]
    assert (report.criteria[0].reason, report.criteria[1].raters_needed) == ("", None)
    assert "no number of raters tells them apart" in report.criteria[1].reason
    ((criterion, reason),) = report.left_out
    assert criterion == 3
    assert "three are needed" in reason


# --- what the data do not determine


def test_variance_refuses_what_is_no_column_of_ratings():
    def report(units, raters, values, **options):
        return criterion_report(units, raters, [1] * len(units), values, **options)

    for quantity in (crossed, report):
        with pytest.raises(NoRatingsError):
            quantity([], [], [])
        with pytest.raises(ColumnShapeError, match="unit"):
            quantity([1, 1, 2], [1, 2], [4, 5])
        with pytest.raises(NotNumericError):
            quantity([1, 1], ["Ann", "Ben"], [4, 5])
        with pytest.raises(MissingValueError):
            quantity([1, 1], [1, 2], [4, float("nan")])
        with pytest.raises(ValueTooLargeError):
            quantity([1, 1], [1, 2], [4, 1e200])
        with pytest.raises(ConfidenceError):
            quantity(UNIT, RATER, SEVERE, confidence=95)
    with pytest.raises(TargetError, match="dependability"):
        report(UNIT, RATER, SEVERE, dependability=1.0)


def test_all_ratings_equal_have_no_variance_to_divide():
    with pytest.raises(NoVariationError):
        crossed(UNIT, RATER, [3] * 12)


@pytest.mark.parametrize(
    ("units", "raters", "wanted"),
    [
        ([1, 2, 3, 4], [1, 2, 3, 4], "the same unit and different rater"),
        ([1, 1, 1, 2, 2, 2, 3, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9], "the same rater and different unit"),
    ],
)
def test_a_design_without_the_pairs_a_component_shows_in_is_refused(units, raters, wanted):
    with pytest.raises(UndeterminedComponentError, match=f"No two ratings have {wanted}"):
        crossed(units, raters, np.arange(len(units)))


def test_components_that_rest_on_one_unit_have_no_interval():
    with pytest.raises(UndeterminedComponentError, match="one and the same unit"):
        crossed([1, 1, 2, 3, 4], [1, 2, 1, 2, 3], [1, 2, 4, 4, 5])


def test_noise_needs_repeated_ratings():
    with pytest.raises(UndeterminedComponentError, match="the same unit and rater"):
        crossed(UNIT, RATER, SEVERE, retest=True)


@pytest.mark.parametrize(
    ("units", "raters", "facet"),
    [([1, 1, 1, 2, 2, 2], [1, 2, 3] * 2, "unit"), ([1, 2, 3], [7] * 3, "rater"), ([5] * 3, [1, 2, 3], "unit")],
)
def test_two_levels_or_one_do_not_show_how_components_vary(units, raters, facet):
    with pytest.raises(TooFewLevelsError, match=f"{facet!r} has"):
        crossed(units, raters, np.arange(len(units)))


def test_two_raters_have_intervals_that_hold_for_those_two():
    units, raters, values = simulated(np.random.default_rng(48), 30, 2)

    found = crossed(units, raters, values, over=["unit"])

    assert (found.over, len(found.replicates), found.replicates[0].shape) == (("unit",), 1, (30, 3))
    assert np.all(found.ci_low < found.variance)


def test_facets_that_do_not_exist_are_refused():
    columns = {"unit": UNIT, "rater": RATER}
    with pytest.raises(FacetError, match="needs facets"):
        variance_components({}, SEVERE)
    with pytest.raises(FacetError, match="no facet 'task'"):
        variance_components(columns, SEVERE, nested={"rater": "task"})
    with pytest.raises(FacetError, match="no facet 'item'"):
        variance_components(columns, SEVERE, over=["item"])
    with pytest.raises(FacetError, match="over names none"):
        variance_components(columns, SEVERE, over=[])
    study = variance_components(columns, SEVERE)
    with pytest.raises(FacetError, match="no facet 'item'"):
        d_study(study, {"rater": 2}, objects="item")
    with pytest.raises(FacetError, match="over how many levels of 'rater'"):
        d_study(study, {})
    with pytest.raises(FacetError, match="cannot be both"):
        raters_for_dependability(study, 0.8, fixed=("rater",))


def test_targets_that_are_none_are_refused():
    study = crossed(UNIT, RATER, SEVERE)
    with pytest.raises(TargetError, match="not 0"):
        d_study(study, {"rater": 0})
    with pytest.raises(TargetError, match="strictly between 0 and 1"):
        raters_for_dependability(study, 1.0)
    with pytest.raises(TargetError, match="must be positive"):
        raters_for_precision(study, 0.0)
    with pytest.raises(ConfidenceError):
        raters_for_precision(study, 0.5, confidence=0.0)


@pytest.mark.parametrize("scale", [1e-90, 1e90])
def test_ratings_in_tiny_or_huge_units_have_the_same_shares(scale):
    found, expected = crossed(UNIT, RATER, np.array(SEVERE) * scale), crossed(UNIT, RATER, SEVERE)

    assert found.share == pytest.approx(expected.share)
    assert found.share_low == pytest.approx(expected.share_low)
    assert raters_for_dependability(found, 0.8) == raters_for_dependability(expected, 0.8)
