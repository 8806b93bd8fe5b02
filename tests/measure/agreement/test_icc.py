"""Intraclass correlations: published values, an analysis of variance written out, properties, and refusals."""

import csv
import json

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from rubrica.measure.agreement.icc import icc_agreement, icc_consistency, icc_one_way
from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    IncompleteDesignError,
    MeasureError,
    MissingValueError,
    NegativeVarianceError,
    NoIntervalError,
    NoPairableUnitsError,
    NoRatingsError,
    NotNumericError,
    NoVariationError,
    RepeatedRatingError,
    TooFewRatingsError,
    ValueTooLargeError,
)
from tests.measure.strategies import few, reference

FORMS = {
    "one_way": lambda units, _, values, **options: icc_one_way(units, values, **options),
    "agreement": icc_agreement,
    "consistency": icc_consistency,
}

every_form = pytest.mark.parametrize("form", FORMS)

TWO_WAY = [icc_agreement, icc_consistency]


def columns_of(table):
    """Return the long columns of a complete table of units by raters."""
    n, k = np.shape(table)
    return np.repeat(np.arange(n), k), np.tile(np.arange(k), n), np.ravel(table)


@st.composite
def tables(draw, *, min_units=2, max_units=8, max_raters=5):
    n, k = draw(st.integers(min_units, max_units)), draw(st.integers(2, max_raters))
    return np.array(draw(st.lists(st.lists(st.integers(1, 7), min_size=k, max_size=k), min_size=n, max_size=n)), float)


def found_or_assume(form, table, **options):
    try:
        return FORMS[form](*columns_of(table), **options)
    except MeasureError:
        assume(False)


def single(found):
    return found.single, found.single_ci_low, found.single_ci_high


def average(found):
    return found.average, found.average_ci_low, found.average_ci_high


# --- published values


@every_form
def test_six_targets_of_four_judges_give_all_digits_shrout_and_fleiss_printed(form):
    example = reference("shrout_fleiss_1979")

    found = FORMS[form](*columns_of(example["ratings"]))

    for ours, printed in ((single(found), example[form]["single"]), (average(found), example[form]["average"])):
        assert (round(ours[0], 2), round(ours[1], 3), round(ours[2], 2)) == tuple(printed)


def test_the_mean_squares_are_those_shrout_and_fleiss_printed():
    columns = columns_of(reference("shrout_fleiss_1979")["ratings"])

    two_way, one_way = icc_agreement(*columns), icc_one_way(columns[0], columns[2])

    assert (two_way.n_units, two_way.n_raters) == (6, 4)
    assert round(two_way.mean_square_units, 2) == 11.24
    assert round(two_way.mean_square_raters, 2) == 32.49
    assert round(two_way.mean_square_error, 2) == 1.02
    assert round(one_way.mean_square_error, 2) == 6.26
    assert one_way.mean_square_raters is None


@every_form
def test_ten_pairs_of_mcgraw_and_wong_give_all_printed_digits(form):
    example = reference("mcgraw_wong_1996")

    found = FORMS[form](*columns_of(example["ratings"]))

    assert [round(end, 3) for end in single(found)] == example[form]["single"]
    assert [round(end, 3) for end in average(found)] == example[form]["average"]


def test_anxiety_of_20_subjects_rated_by_three_gives_the_known_figures(data):
    folder = data / "reliability_classics"
    if not (folder / "irr_anxiety.csv").is_file():
        pytest.skip("irr_anxiety.csv is not in the folder of real data")
    with (folder / "irr_anxiety.csv").open(encoding="utf-8", newline="") as stream:
        table = [[float(cell) for cell in row.values()] for row in csv.DictReader(stream)]
    known = json.loads((folder / "expected_classics.json").read_text(encoding="utf-8"))
    expected = known["irr_anxiety_icc"]["recomputed_pingouin"]

    found = {form: FORMS[form](*columns_of(table)) for form in FORMS}

    names = {"one_way": "ICC(1,{})", "agreement": "ICC(A,{})", "consistency": "ICC(C,{})"}
    for form, name in names.items():
        assert round(found[form].single, 6) == expected[name.format(1)]
        assert round(found[form].average, 6) == expected[name.format("k")]
    # The interval that the documentation of the R package irr prints.
    assert [round(end, 3) for end in single(found["agreement"])] == [0.198, -0.039, 0.494]


# --- the formulas written out


def written_out(form, table, confidence):
    """Return single and average with intervals as McGraw and Wong (1996), tables 4 and 7, write them."""
    n, k = table.shape
    grand, by_unit, by_rater = table.mean(), table.mean(axis=1), table.mean(axis=0)
    r = k * ((by_unit - grand) ** 2).sum() / (n - 1)
    c = n * ((by_rater - grand) ** 2).sum() / (k - 1)
    w = ((table - by_unit[:, None]) ** 2).sum() / (n * (k - 1))
    e = ((table - by_unit[:, None] - by_rater[None, :] + grand) ** 2).sum() / ((n - 1) * (k - 1))
    upper = 0.5 + confidence / 2
    if form != "agreement":
        error, freedom = (w, n * (k - 1)) if form == "one_way" else (e, (n - 1) * (k - 1))
        lower_f = r / error / stats.f.ppf(upper, n - 1, freedom)
        upper_f = r / error * stats.f.ppf(upper, freedom, n - 1)
        return (
            ((r - error) / (r + (k - 1) * error), *((f - 1) / (f + k - 1) for f in (lower_f, upper_f))),
            ((r - error) / r, 1 - 1 / lower_f, 1 - 1 / upper_f),
        )
    one = (r - e) / (r + (k - 1) * e + k / n * (c - e))
    a, b = k * one / (n * (1 - one)), 1 + k * one * (n - 1) / (n * (1 - one))
    v = (a * c + b * e) ** 2 / ((a * c) ** 2 / (k - 1) + (b * e) ** 2 / ((n - 1) * (k - 1)))
    low, high = stats.f.ppf(upper, n - 1, v), stats.f.ppf(upper, v, n - 1)
    return (
        (
            one,
            n * (r - low * e) / (low * (k * c + (k * n - k - n) * e) + n * r),
            n * (high * r - e) / (k * c + (k * n - k - n) * e + n * high * r),
        ),
        (
            (r - e) / (r + (c - e) / n),
            n * (r - low * e) / (low * (c - e) + n * r),
            n * (high * r - e) / (c - e + n * high * r),
        ),
    )


@every_form
@few
@given(table=tables(min_units=3), confidence=st.sampled_from([0.8, 0.95, 0.99]))
def test_every_form_equals_its_formulas_written_out(form, table, confidence):
    found = found_or_assume(form, table, confidence=confidence)
    assume(found.mean_square_error > 1e-9)
    assume(form != "agreement" or found.single > 1e-9)

    expected = written_out(form, table, confidence)

    assert single(found) == pytest.approx(expected[0], rel=1e-7, abs=1e-9)
    assert average(found) == pytest.approx(expected[1], rel=1e-7, abs=1e-9)


@few
@given(table=tables())
def test_the_average_form_of_consistency_is_cronbachs_alpha(table):
    found = found_or_assume("consistency", table)

    k = table.shape[1]
    cronbach = k / (k - 1) * (1 - table.var(axis=0, ddof=1).sum() / table.sum(axis=1).var(ddof=1))
    assert found.average == pytest.approx(cronbach, rel=1e-7, abs=1e-9)


@every_form
@few
@given(table=tables())
def test_single_and_average_follow_from_each_other_by_spearman_and_brown(form, table):
    found = found_or_assume(form, table)

    k = found.n_raters
    for one, mean in zip(single(found), average(found), strict=True):
        assert mean == pytest.approx(k * one / (1 + (k - 1) * one), rel=1e-6, abs=1e-8)


# --- properties


@every_form
@few
@given(table=tables())
def test_the_interval_holds_the_estimate_and_all_stay_in_range(form, table):
    found = found_or_assume(form, table)

    assert found.single_ci_low - 1e-12 <= found.single <= found.single_ci_high + 1e-12
    assert found.average_ci_low - 1e-9 <= found.average <= found.average_ci_high + 1e-9
    assert -1 / (found.n_raters - 1) - 1e-12 <= found.single
    assert max(found.single_ci_high, found.average_ci_high) <= 1.0 + 1e-12


@every_form
@few
@given(table=tables(), shuffle=st.randoms(use_true_random=False))
def test_neither_order_nor_names_of_units_and_raters_matter(form, table, shuffle):
    found = found_or_assume(form, table)
    order = list(range(table.size))
    shuffle.shuffle(order)
    units, raters, values = (column[order] for column in columns_of(table))

    again = FORMS[form](units * -7_000_003 + 11, raters * 17 - 5, values)

    assert single(again) == pytest.approx(single(found), rel=1e-9, abs=1e-9)


@every_form
@few
@given(table=tables(), factor=st.sampled_from([-3.0, 1e-90, 0.1, 1e40]), shift=st.sampled_from([0.0, -5.0, 1e3]))
def test_zero_and_unit_of_the_scale_do_not_matter(form, table, factor, shift):
    found = found_or_assume(form, table)

    again = FORMS[form](*columns_of((table + shift) * factor))

    assert single(again) == pytest.approx(single(found), rel=1e-6, abs=1e-9)
    assert again.mean_square_units == pytest.approx(found.mean_square_units * factor**2, rel=1e-6)


@few
@given(table=tables(), levels=st.lists(st.integers(-5, 5), min_size=5, max_size=5))
def test_consistency_ignores_the_level_of_each_rater(table, levels):
    found = found_or_assume("consistency", table)

    again = icc_consistency(*columns_of(table + np.array(levels[: table.shape[1]])))

    assert single(again) == pytest.approx(single(found), rel=1e-7, abs=1e-9)


@every_form
@few
@given(truth=st.lists(st.integers(0, 9), min_size=2, max_size=12), k=st.integers(2, 5))
def test_perfect_agreement_gives_one_with_an_interval_of_no_width(form, truth, k):
    assume(len(set(truth)) > 1)

    found = FORMS[form](*columns_of(np.repeat(truth, k).reshape(len(truth), k)))

    assert [*single(found), *average(found)] == pytest.approx([1.0] * 6, abs=1e-9)


@every_form
@few
@given(table=tables())
def test_copying_every_unit_keeps_the_ratio_of_the_sums_of_squares(form, table):
    found = found_or_assume(form, table)
    n = found.n_units

    copied = FORMS[form](*columns_of(np.concatenate((table, table))))

    assert copied.mean_square_units * (2 * n - 1) == pytest.approx(2 * found.mean_square_units * (n - 1))


@pytest.mark.parametrize(("form", "known"), [("one_way", 0.5), ("agreement", 0.5), ("consistency", 0.625)])
def test_known_components_of_variance_are_recovered_and_covered(form, known):
    generator = np.random.default_rng(3)
    found = []
    for _ in range(200):
        quality = generator.normal(size=(40, 1)) * np.sqrt(0.5)
        # Where raters are told apart they carry 0.2 of the variance, and the rest 0.3.
        severity = generator.normal(size=(40 if form == "one_way" else 1, 6)) * np.sqrt(0.2)
        noise = generator.normal(size=(40, 6)) * np.sqrt(0.3)
        found.append(FORMS[form](*columns_of(quality + severity + noise)))

    assert np.mean([one.single for one in found]) == pytest.approx(known, abs=0.03)
    covered = np.mean([one.single_ci_low <= known <= one.single_ci_high for one in found])
    assert 0.9 < covered < 0.99


def test_a_rater_with_another_level_lowers_agreement_and_not_consistency():
    columns = columns_of([[1, 3], [2, 4], [4, 6], [5, 7]])

    assert icc_consistency(*columns).single == pytest.approx(1.0)
    assert icc_agreement(*columns).single == pytest.approx(0.625)


# --- refusals


@every_form
def test_columns_that_hold_no_ratings_are_refused(form):
    correlation = FORMS[form]
    with pytest.raises(NoRatingsError, match="There are no ratings"):
        correlation([], [], [])
    with pytest.raises(ColumnShapeError, match="units has 3"):
        correlation([1, 1, 2], [1, 2, 1], [4, 5])
    with pytest.raises(ColumnShapeError, match=r"its shape is \(2, 2\)"):
        correlation([[1, 1], [2, 2]], [1, 2], [4, 5])
    with pytest.raises(NotNumericError, match="units must be integers"):
        correlation([1.0, 1.0], [1, 2], [4, 5])
    with pytest.raises(NotNumericError, match="begins with"):
        correlation([1, 1], [1, 2], ["good", "bad"])
    with pytest.raises(MissingValueError, match="values holds nan in row 1"):
        correlation([1, 1], [1, 2], [4, float("nan")])
    with pytest.raises(MissingValueError, match="values holds inf in row 0"):
        correlation([1, 1], [1, 2], [float("inf"), 4])
    with pytest.raises(ValueTooLargeError, match="1e100"):
        correlation([1, 1], [1, 2], [1e101, 4])
    with pytest.raises(ConfidenceError, match="not 95"):
        correlation([1, 1, 2, 2], [1, 2, 1, 2], [4, 5, 4, 4], confidence=95)


@pytest.mark.parametrize("correlation", TWO_WAY)
def test_raters_must_be_a_column_of_integers_too(correlation):
    with pytest.raises(NotNumericError, match="raters must be integers"):
        correlation([1, 1], ["Ann", "Bob"], [4, 5])
    with pytest.raises(ColumnShapeError, match="raters has 1"):
        correlation([1, 1], [1], [4, 5])


@every_form
def test_one_unit_or_one_rater_is_not_enough(form):
    with pytest.raises(TooFewRatingsError, match="Only unit 7 was rated"):
        FORMS[form]([7, 7, 7], [1, 2, 3], [4, 5, 4])
    with pytest.raises(NoPairableUnitsError, match="None of the 3 units was rated twice"):
        FORMS[form]([1, 2, 3], [8, 8, 8], [4, 5, 4])


@every_form
@pytest.mark.parametrize("value", [0.0, 0.1, 1e99])
def test_equal_ratings_have_no_reliability(form, value):
    with pytest.raises(NoVariationError, match="All 4 ratings are equal"):
        FORMS[form]([1, 1, 2, 2], [1, 2, 1, 2], [value] * 4)


@every_form
@pytest.mark.parametrize(("factor", "shift"), [(1, 0), (0.1, 0), (0.1, 1e6), (1e-80, 0)])
def test_units_with_one_and_the_same_mean_have_no_reliability(form, factor, shift):
    table = np.array([[1, 2, 6], [6, 1, 2], [2, 6, 1], [3, 3, 3]]) * factor + shift

    with pytest.raises(NoVariationError, match="All 4 units have the same mean"):
        FORMS[form](*columns_of(table))


def test_one_way_refuses_units_rated_less_often_and_says_which():
    with pytest.raises(IncompleteDesignError, match="2 of 4 units have fewer than 3 ratings; unit 30 has 1"):
        icc_one_way([10, 10, 10, 20, 20, 20, 30, 40, 40], [1, 2, 3, 4, 5, 4, 3, 2, 1])


@pytest.mark.parametrize("correlation", TWO_WAY)
def test_two_way_refuses_a_missing_rating_and_says_which(correlation):
    units, raters, values = columns_of([[1, 2, 3], [3, 4, 5], [1, 1, 2]])
    kept = np.arange(9) != 5

    with pytest.raises(IncompleteDesignError, match=r"but 1 of 9 ratings are missing; rater 2 did not rate unit 1\."):
        correlation(units[kept], raters[kept], values[kept])


@pytest.mark.parametrize("correlation", TWO_WAY)
def test_raters_who_take_turns_are_no_complete_design_although_units_are_rated_equally_often(correlation):
    columns = [1, 1, 2, 2, 3, 3], [7, 8, 8, 9, 9, 7], [1, 2, 3, 3, 5, 4]

    with pytest.raises(IncompleteDesignError, match="but 3 of 9 ratings are missing; rater 9 did not rate unit 1"):
        correlation(*columns)
    assert icc_one_way(columns[0], columns[2]).n_raters == 2


@pytest.mark.parametrize("correlation", TWO_WAY)
def test_a_rating_given_twice_is_refused(correlation):
    with pytest.raises(RepeatedRatingError, match="Rater 7 rated unit 2 more than once"):
        correlation([1, 1, 2, 2], [7, 8, 7, 7], [1, 2, 3, 4])


def test_an_interaction_larger_than_all_else_leaves_no_variance_of_a_mean():
    # Mean squares .05, 0 and 2.45 of units, raters and interaction.
    table = [[1.0, 3.0], [3.2, 1.0], [1.1, 3.1], [3.0, 1.2]]

    with pytest.raises(NegativeVarianceError, match="zero or less"):
        icc_agreement(*columns_of(table))


def test_two_units_may_have_an_agreement_and_no_interval():
    with pytest.raises(NoIntervalError, match="2 units show too little") as refused:
        icc_agreement(*columns_of([[1, 2], [3, 2]]))

    assert refused.value.estimate == pytest.approx(icc_agreement_by_hand([[1, 2], [3, 2]]))


def icc_agreement_by_hand(table):
    table = np.array(table, float)
    n, k = table.shape
    by_unit, by_rater = table.mean(axis=1), table.mean(axis=0)
    r, c = k * by_unit.var(ddof=1), n * by_rater.var(ddof=1)
    e = ((table - by_unit[:, None] - by_rater + table.mean()) ** 2).sum() / ((n - 1) * (k - 1))
    return (r - e) / (r + (k - 1) * e + k / n * (c - e))


def test_inputs_are_left_as_they_are():
    columns = columns_of([[1.0, 2.0], [3.0, 3.0], [2.0, 1.0], [5.0, 4.0]])
    before = [column.tolist() for column in columns]
    for correlation in FORMS.values():
        correlation(*columns)

    assert [column.tolist() for column in columns] == before
