"""The kappa family: published values, the formulas written out, an independent standard error, and refusals."""

import csv
import json
from functools import partial
from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rubrica.measure.agreement.kappa import (
    brennan_prediger,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    weight_matrix,
)
from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    MeasureError,
    MissingValueError,
    NegativeValueError,
    NoPairableUnitsError,
    NoRatingsError,
    NotNumericError,
    NotTwoRatersError,
    NoVariationError,
    OffTheScaleError,
    RepeatedRatingError,
    TooFewUnitsError,
    TooManyValuesError,
    ValueTooLargeError,
    WeightsError,
)
from tests.measure.strategies import few, long_columns, ratings, reference

WEIGHTINGS = ("identity", "linear", "quadratic", "ordinal", "radical", "ratio")

# The same three columns for all: those that do not tell raters apart leave one out.
COEFFICIENTS = {
    "gwet": lambda units, _, values, **options: gwet_ac2(units, values, **options),
    "bp": lambda units, _, values, **options: brennan_prediger(units, values, **options),
    "fleiss": lambda units, _, values, **options: fleiss_kappa(units, values, **options),
    "conger": conger_kappa,
}

every_coefficient = pytest.mark.parametrize("coefficient", COEFFICIENTS)


def estimate_or_assume(coefficient, *columns, **options):
    """Return the coefficient, also where its interval does not exist; skip draws on which it does not exist either."""
    try:
        return coefficient(*columns, **options).coefficient
    except TooFewUnitsError as without_interval:
        return without_interval.estimate
    except MeasureError:
        assume(False)


def from_table(counts):
    """Return the long columns of a table of the first rater's categories by the second's."""
    first, second = np.nonzero(np.array(counts))
    number = np.array(counts)[first, second]
    pairs = np.repeat(np.stack((first, second)), number, axis=1)
    return np.repeat(np.arange(pairs.shape[1]), 2), np.tile([1, 2], pairs.shape[1]), pairs.T.ravel()


def figures(found):
    return (
        found.observed,
        found.expected,
        found.coefficient,
        found.standard_error,
        found.ci_low,
        found.ci_high,
    )


# --- published values


@pytest.mark.parametrize("coefficient", [gwet_ac1, fleiss_kappa, conger_kappa, brennan_prediger])
def test_four_raters_with_missing_ratings_give_all_digits_of_the_handbook(coefficient):
    units, raters, values = long_columns(reference("gwet_four_raters")["ratings"])
    columns = (units, raters, values) if coefficient is conger_kappa else (units, values)

    found = coefficient(*columns)

    *agreement, estimate, error, low, high = reference("gwet_four_raters")[coefficient.__name__]
    assert [round(found.observed, 7), round(found.expected, 7)] == agreement
    assert (round(found.coefficient, 5), round(found.standard_error, 5)) == (estimate, error)
    assert (round(found.ci_low, 3), round(found.ci_high, 3)) == (low, high)
    assert (found.n_units, found.n_pairable_units, found.n_ratings) == (12, 11, 41)


@pytest.mark.parametrize("coefficient", [gwet_ac1, fleiss_kappa, brennan_prediger])
def test_six_psychiatrists_give_all_digits_of_the_handbook(coefficient):
    counts = np.array(reference("fleiss_1971")["counts"][:15])
    units, categories = np.repeat(np.arange(15), 6), np.concatenate([np.repeat(np.arange(5), row) for row in counts])

    found = coefficient(units, categories)

    observed, expected, estimate, error, low, high = reference("gwet_six_raters")[coefficient.__name__]
    assert (round(found.observed, 7), round(found.expected, 7)) == (observed, expected)
    assert (round(found.coefficient, 7), round(found.standard_error, 8)) == (estimate, error)
    assert (round(found.ci_low, 3), round(found.ci_high, 3)) == (low, high)


@pytest.mark.parametrize("coefficient", [cohen_kappa, conger_kappa, fleiss_kappa, gwet_ac1, brennan_prediger])
def test_two_abstractors_give_all_digits_of_the_handbook(coefficient):
    example = reference("gwet_abstractors")
    units, raters, values = from_table(example["counts"])
    columns = (units, raters, values) if coefficient in {cohen_kappa, conger_kappa} else (units, values)

    found = coefficient(*columns)

    # Conger's kappa of two raters is Cohen's.
    estimate, error = example["cohen_kappa" if coefficient is conger_kappa else coefficient.__name__]
    # For tables of two raters, and there alone, the package divides the variance by n in place of n - 1.
    large_sample = found.standard_error * np.sqrt(99 / 100)
    assert (round(found.coefficient, 7), round(large_sample, 8)) == (estimate, error)


def test_fleiss_kappa_is_the_one_fleiss_published():
    example = reference("fleiss_1971")
    counts = np.array(example["counts"])
    diagnoses = np.concatenate([np.repeat(np.arange(5), row) for row in counts])

    assert round(fleiss_kappa(np.repeat(np.arange(30), 6), diagnoses).coefficient, 3) == example["kappa"]


def test_plain_and_weighted_kappa_are_those_cohen_published():
    example = reference("cohen_1968")
    columns = from_table(example["counts"])

    plain = cohen_kappa(*columns)
    weighted = cohen_kappa(*columns, weights=1.0 - np.array(example["disagreement"]) / 6.0)

    assert (round(plain.coefficient, 3), round(weighted.coefficient, 3)) == (
        example["kappa"],
        example["weighted_kappa"],
    )
    assert (round(plain.observed, 2), round(plain.expected, 2)) == (0.70, 0.41)


# --- the tables of Gwet's handbook in the folder of real data


def classic(data, name):
    """Return units, raters and values of a table of units by raters; letters are numbered, numbers kept."""
    path = data / "reliability_classics" / name
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of real data")
    with path.open(encoding="utf-8", newline="") as stream:
        table = [[row[key] for key in row if key not in {"Units", "Group"}] for row in csv.DictReader(stream)]
    letters = sorted({cell for row in table for cell in row if cell.isalpha()})
    coded = [
        [None if not cell else letters.index(cell) if letters else float(cell) for cell in column]
        for column in zip(*table, strict=True)
    ]
    return long_columns(coded)


def handbook_weights(name):
    """Return weights for five categories from 1 to 5: a matrix where we have no name for them."""
    one, other = np.meshgrid(np.arange(1.0, 6.0), np.arange(1.0, 6.0))
    if name == "bipolar":
        ends = (one + other - 2.0) * (10.0 - one - other)
        apart = (one - other) ** 2 / np.where(ends == 0.0, 1.0, ends)
    elif name == "circular":
        apart = np.sin(np.pi * (one - other) / 5.0) ** 2
    elif name == "custom":
        # The matrix is not given with the figures; an expected agreement of .5 by Brennan and Prediger, and kappas that
        # equal the unweighted ones, leave this one.
        apart = np.where(one == other, 0.0, 0.625)
        return 1.0 - apart
    else:
        return name
    return 1.0 - apart / apart.max()


@every_coefficient
def test_all_figures_of_the_handbook_come_out_with_every_weighting(data, coefficient):
    path = data / "reliability_classics" / "expected_irrcac.json"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of real data")
    cases = [case for case in json.loads(path.read_text(encoding="utf-8")) if case["coefficient"] == coefficient]
    assert len(cases) == 13
    for case in cases:
        columns = classic(data, f"{case['dataset']}.csv")

        found = COEFFICIENTS[coefficient](*columns, weights=handbook_weights(case["weights"]))

        printed = [case["pa"], case["pe"], case["value"], case["se"], *case["ci95"]]
        known = [(ours, theirs) for ours, theirs in zip(figures(found), printed, strict=True) if theirs is not None]
        assert [ours for ours, _ in known] == pytest.approx([theirs for _, theirs in known], abs=6e-4), case["test"]


@pytest.mark.parametrize(("weights", "kappa"), [("identity", 0.5954), ("linear", 0.6524), ("quadratic", 0.7023)])
def test_kappa_of_7_477_pairs_of_eyes_equals_the_known_one(data, weights, kappa):
    path = data / "reliability_classics" / "irr_vision_counts.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of real data")
    counts = np.zeros((4, 4), dtype=int)
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            counts[int(row["r.eye"][0]) - 1, int(row["l.eye"][0]) - 1] = int(row["count"])

    found = cohen_kappa(*from_table(counts), weights=weights)

    assert found.n_units == 7477
    assert round(found.coefficient, 4) == kappa


# --- the formulas written out


def dense(units, raters, values):
    table = np.full((units.max() + 1, raters.max() + 1), -1)
    table[units, raters] = np.searchsorted(np.unique(values), values)
    return table[(table >= 0).any(axis=1)][:, (table >= 0).any(axis=0)]


def written_out(name, table, weights, unit_weight):
    """Return a coefficient of a table of units by raters (-1: not given), each unit counting with its weight."""
    size = len(weights)
    agreeing, pairable, shares = 0.0, 0.0, np.zeros(size)
    for row, weight in zip(table, unit_weight, strict=True):
        given_codes = row[row >= 0]
        for code in given_codes:
            shares[code] += weight / len(given_codes) / unit_weight.sum()
        if len(given_codes) > 1:
            pairable += weight
            agreeing += weight * np.mean([weights[a, b] for a, b in permutations(given_codes, 2)])
    observed = agreeing / pairable
    if name == "bp":
        expected = weights.mean()
    elif name == "gwet":
        expected = weights.sum() / (size * (size - 1)) * sum(p * (1 - p) for p in shares)
    elif name == "fleiss":
        expected = sum(weights[j, k] * shares[j] * shares[k] for j in range(size) for k in range(size))
    else:
        by_rater = [
            np.array([unit_weight[column == k].sum() for k in range(size)]) / unit_weight[column >= 0].sum()
            for column in table.T
        ]
        expected = np.mean([one @ weights @ other for one, other in permutations(by_rater, 2)])
    return observed, expected, (observed - expected) / (1.0 - expected)


@every_coefficient
@few
@given(columns=ratings(), weights=st.sampled_from(WEIGHTINGS))
def test_every_coefficient_equals_its_formula_written_out(coefficient, columns, weights):
    units, _, values = columns
    try:
        found = COEFFICIENTS[coefficient](*columns, weights=weights)
    except MeasureError:
        assume(False)

    table, matrix = dense(*columns), weight_matrix(weights, values)
    expected = written_out(coefficient, table, matrix, np.ones(len(table)))
    assert (found.observed, found.expected, found.coefficient) == pytest.approx(expected, abs=1e-10)
    assert found.n_units == len(np.unique(units))


@every_coefficient
@settings(max_examples=8)
@given(columns=ratings(min_units=4), weights=st.sampled_from(WEIGHTINGS))
def test_where_all_units_were_rated_twice_the_standard_error_is_the_sensitivity_to_each_unit(
    coefficient, columns, weights
):
    often = np.bincount(columns[0])[columns[0]] > 1
    assume(often.sum() > 3)
    units, raters, values = (column[often] for column in columns)
    try:
        found = COEFFICIENTS[coefficient](units, raters, values, weights=weights)
    except MeasureError:
        assume(False)

    table, matrix = dense(units, raters, values), weight_matrix(weights, values)
    n, step = len(table), 1e-5

    def moved(unit, by):
        unit_weight = np.ones(n)
        unit_weight[unit] += by
        return written_out(coefficient, table, matrix, unit_weight)[2]

    influence = [n * (moved(unit, step) - moved(unit, -step)) / (2.0 * step) for unit in range(n)]
    assert found.standard_error == pytest.approx(
        np.sqrt(np.square(influence).sum() / (n * (n - 1))), rel=1e-5, abs=1e-7
    )


@few
@given(columns=ratings(min_units=5))
def test_the_standard_error_of_cohen_is_that_of_fleiss_cohen_and_everitt_but_for_a_small_sample(columns):
    chosen = columns[1] < 2
    units, raters, values = (column[chosen] for column in columns)
    assume(len(units) > 0)
    try:
        found = cohen_kappa(units, raters, values)
    except MeasureError:
        assume(False)

    table = dense(units, raters, values)
    table = table[(table >= 0).all(axis=1)]
    n, size = len(table), len(np.unique(values))
    share = np.zeros((size, size))
    np.add.at(share, (table[:, 0], table[:, 1]), 1.0 / n)
    first, second = share.sum(axis=1), share.sum(axis=0)
    observed, expected = np.trace(share), first @ second
    core = np.eye(size) * (1.0 - expected) - (second[:, None] + first[None, :]) * (1.0 - observed)
    square = (share * core**2).sum() - (observed * expected - 2.0 * expected + observed) ** 2
    large_sample = np.sqrt(max(square, 0.0) / n) / (1.0 - expected) ** 2
    assert found.standard_error == pytest.approx(large_sample * np.sqrt(n / (n - 1)), abs=1e-7)


# --- properties


@every_coefficient
@few
@given(columns=ratings(), shuffle=st.randoms(use_true_random=False))
def test_neither_order_nor_names_of_units_and_raters_matter(coefficient, columns, shuffle):
    units, raters, values = columns
    coefficient = partial(COEFFICIENTS[coefficient], weights="ordinal")
    estimate = estimate_or_assume(coefficient, *columns)
    order = list(range(len(units)))
    shuffle.shuffle(order)

    again = estimate_or_assume(coefficient, (units * -7_000_003 + 11)[order], (raters * 17 - 5)[order], values[order])

    assert again == pytest.approx(estimate, abs=1e-12)


@every_coefficient
@few
@given(columns=ratings())
def test_without_weights_the_names_of_categories_do_not_matter(coefficient, columns):
    units, raters, values = columns
    coefficient = partial(COEFFICIENTS[coefficient], weights="identity")
    names = np.array([0.0, 40.0, -3.5, 7.0, 1e6, 0.25])

    assert estimate_or_assume(coefficient, units, raters, names[values.astype(int)]) == pytest.approx(
        estimate_or_assume(coefficient, *columns), abs=1e-12
    )


@every_coefficient
@few
@given(columns=ratings(), weights=st.sampled_from(["linear", "quadratic", "radical", "ordinal"]))
def test_zero_and_unit_of_the_scale_do_not_matter(coefficient, columns, weights):
    units, raters, values = columns
    coefficient = partial(COEFFICIENTS[coefficient], weights=weights)

    assert estimate_or_assume(coefficient, units, raters, 2.5 - 1e30 * values) == pytest.approx(
        estimate_or_assume(coefficient, *columns), abs=1e-9
    )


@every_coefficient
@few
@given(columns=ratings(), copies=st.integers(2, 4))
def test_copying_every_unit_changes_only_the_standard_error(coefficient, columns, copies):
    units, raters, values = columns
    coefficient = COEFFICIENTS[coefficient]
    try:
        once = coefficient(*columns)
    except MeasureError:
        assume(False)

    copied = np.concatenate([units + 100 * copy for copy in range(copies)])
    often = coefficient(copied, np.tile(raters, copies), np.tile(values, copies))

    n = once.n_units
    assert figures(often)[:3] == pytest.approx(figures(once)[:3], abs=1e-12)
    assert often.standard_error == pytest.approx(once.standard_error * np.sqrt((n - 1) / (copies * n - 1)), abs=1e-12)


@pytest.mark.parametrize("coefficient", ["bp", "fleiss", "conger"])
@few
@given(columns=ratings(), partly=st.floats(0.0, 0.9))
def test_weights_that_treat_all_differences_alike_change_no_kappa(coefficient, columns, partly):
    coefficient, size = COEFFICIENTS[coefficient], len(np.unique(columns[2]))
    weights = np.where(np.eye(size) == 1.0, 1.0, partly)

    assert estimate_or_assume(coefficient, *columns, weights=weights) == pytest.approx(
        estimate_or_assume(coefficient, *columns), abs=1e-9
    )


@every_coefficient
@few
@given(
    truth=st.lists(st.integers(0, 5), min_size=2, max_size=20),
    n_raters=st.integers(2, 5),
    weights=st.sampled_from(WEIGHTINGS),
)
def test_perfect_agreement_gives_one_with_an_interval_of_no_width(coefficient, truth, n_raters, weights):
    assume(len(set(truth)) > 1)
    units, raters = np.repeat(np.arange(len(truth)), n_raters), np.tile(np.arange(n_raters), len(truth))

    found = COEFFICIENTS[coefficient](units, raters, np.repeat(truth, n_raters), weights=weights)

    assert (found.coefficient, found.observed) == (1.0, 1.0)
    assert (found.ci_low, found.ci_high, found.standard_error) == pytest.approx((1.0, 1.0, 0.0), abs=1e-12)
    assert found.ci_high <= 1.0


@every_coefficient
@few
@given(columns=ratings())
def test_base_rates_add_up_to_one_and_name_every_category(coefficient, columns):
    try:
        found = COEFFICIENTS[coefficient](*columns, categories=[0, 1, 2, 3, 4, 5, 6, 7, 8])
    except MeasureError:
        assume(False)

    assert list(found.base_rates) == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    assert sum(found.base_rates.values()) == pytest.approx(1.0)
    assert found.base_rates[8.0] == 0.0


@pytest.mark.parametrize("coefficient", ["fleiss", "conger"])
@pytest.mark.parametrize("weights", ["identity", "linear", "quadratic", "radical"])
@few
@given(columns=ratings())
def test_a_category_nobody_chose_leaves_fleiss_and_conger_as_they_are(coefficient, weights, columns):
    coefficient = partial(COEFFICIENTS[coefficient], weights=weights)

    assert estimate_or_assume(coefficient, *columns, categories=[1, 2, 3, 4, 5, 9]) == pytest.approx(
        estimate_or_assume(coefficient, *columns), abs=1e-9
    )


@few
@given(columns=ratings())
def test_for_two_complete_raters_conger_is_cohen(columns):
    chosen = columns[1] < 2
    units, raters, values = (column[chosen] for column in columns)
    assume(len(units) > 0)
    both = np.bincount(units)[units] == 2
    assume(both.any())
    columns = units[both], raters[both], values[both]

    try:
        expected = conger_kappa(*columns)
    except MeasureError as refused:
        with pytest.raises(type(refused)):
            cohen_kappa(*columns)
    else:
        assert cohen_kappa(*columns) == expected


def test_cohen_leaves_out_units_that_one_of_the_two_did_not_rate():
    units, raters, values = [1, 1, 2, 2, 3, 3, 4, 4], [7, 8, 7, 8, 7, 8, 7, 8], [1, 1, 2, 2, 1, 2, 2, 2]

    found = cohen_kappa([*units, 5, 6], [*raters, 7, 8], [*values, 2, 9])

    expected = cohen_kappa(units, raters, values, categories=[1, 2, 9])
    assert found == expected
    assert found.n_units == 4


def test_ac1_stays_high_where_nearly_all_is_one_category_and_kappa_does_not():
    units, raters = np.repeat(np.arange(50), 2), np.tile([0, 1], 50)
    values = np.zeros(100)
    values[[1, 2]] = 1

    assert gwet_ac1(units, values).coefficient > 0.95
    assert cohen_kappa(units, raters, values).coefficient < 0.0
    assert gwet_ac1(units, values).base_rates == {0.0: 0.98, 1.0: 0.02}


def test_all_ratings_equal_are_full_agreement_where_other_categories_are_named():
    units, values = [1, 1, 2, 2, 3, 3], [4] * 6

    for coefficient in (gwet_ac1, gwet_ac2, brennan_prediger):
        found = coefficient(units, values, categories=[1, 2, 3, 4, 5])
        assert (found.coefficient, found.ci_low, found.ci_high) == (1.0, 1.0, 1.0)


@every_coefficient
def test_raters_who_answer_at_random_are_around_zero(coefficient):
    generator = np.random.default_rng(7)
    units, raters = np.repeat(np.arange(30), 3), np.tile(np.arange(3), 30)

    found = [
        COEFFICIENTS[coefficient](units, raters, generator.integers(1, 6, 90), categories=[1, 2, 3, 4, 5]).coefficient
        for _ in range(200)
    ]

    # The standard error of this mean is below 0.01; Fleiss is biased by about -1/(30 * 3).
    assert abs(np.mean(found)) < 0.035


def test_the_interval_of_ac1_covers_as_often_as_it_says():
    generator = np.random.default_rng(11)
    # Two raters who read the truth with probability .8 and otherwise choose among three categories evenly: with equal
    # base rates AC1 is .64, the share of units on which both read it.
    covered = 0
    for _ in range(400):
        truth = np.repeat(generator.integers(0, 3, 60), 2)
        values = np.where(generator.random(120) < 0.8, truth, generator.integers(0, 3, 120))
        found = gwet_ac1(np.repeat(np.arange(60), 2), values, categories=[0, 1, 2])
        covered += found.ci_low <= 0.64 <= found.ci_high

    assert 0.92 < covered / 400 < 0.98


# --- weights


def test_weights_are_those_of_the_handbook():
    printed = {
        "identity": [1.0, 0.0, 0.0],
        "radical": [1.0, 0.2928932, 0.0],
        "linear": [1.0, 0.5, 0.0],
        "ordinal": [1.0, 0.6666667, 0.0],
        "quadratic": [1.0, 0.75, 0.0],
    }

    assert {name: weight_matrix(name, [1, 2, 3])[0].round(7).tolist() for name in printed} == printed


@few
@given(categories=st.lists(st.integers(0, 100), min_size=2, max_size=8, unique=True), name=st.sampled_from(WEIGHTINGS))
def test_named_weights_are_accepted_as_a_matrix(categories, name):
    matrix = weight_matrix(name, categories)

    assert weight_matrix(matrix, categories) == pytest.approx(matrix, abs=1e-15)
    assert matrix.min() == pytest.approx(0.0, abs=1e-12)


def test_two_zeros_agree_fully_under_ratio_weights():
    assert weight_matrix("ratio", [0, 1, 3])[0].tolist() == [1.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ("cubic", "not 'cubic'"),
        ([[1, 0], [0, 1]], "3 categories need 3 rows of 3 numbers"),
        ([[1, 0, 0], [0, 1], [0, 0, 1]], "rows of the matrix of weights differ"),
        ([["a"] * 3] * 3, "3 numbers as weights"),
        (None, "3 numbers as weights"),
        ([[1, -0.1, 0], [-0.1, 1, 0], [0, 0, 1]], "between 0"),
        ([[1, 1.1, 0], [1.1, 1, 0], [0, 0, 1]], "between 0"),
        ([[1, float("nan"), 0], [float("nan"), 1, 0], [0, 0, 1]], "between 0"),
        ([[1, 0, 0], [0, 0.5, 0], [0, 0, 1]], "diagonal must be 1"),
        ([[1, 0, 0], [0.5, 1, 0], [0, 0, 1]], "must be symmetric"),
        (np.ones((3, 3)), "All weights are 1"),
    ],
)
def test_weights_that_are_none_are_refused(weights, words):
    with pytest.raises(WeightsError, match=words):
        gwet_ac2([1, 1, 2, 2, 3, 3], [1, 2, 3, 3, 1, 1], weights=weights)


def test_ratio_weights_refuse_values_below_zero():
    with pytest.raises(NegativeValueError, match="one is -1"):
        fleiss_kappa([1, 1, 2, 2], [-1, 2, 2, 2], weights="ratio")


# --- refusals


@every_coefficient
def test_columns_that_hold_no_ratings_are_refused(coefficient):
    coefficient = COEFFICIENTS[coefficient]
    with pytest.raises(NoRatingsError, match="There are no ratings"):
        coefficient([], [], [])
    with pytest.raises(ColumnShapeError, match="units has 3"):
        coefficient([1, 1, 2], [1, 2, 1], [4, 5])
    with pytest.raises(ColumnShapeError, match=r"its shape is \(2, 2\)"):
        coefficient([[1, 1], [2, 2]], [1, 2], [4, 5])
    with pytest.raises(NotNumericError, match="units must be integers"):
        coefficient([1.0, 1.0], [1, 2], [4, 5])
    with pytest.raises(NotNumericError, match="begins with"):
        coefficient([1, 1], [1, 2], ["good", "bad"])
    with pytest.raises(MissingValueError, match="values holds nan in row 1"):
        coefficient([1, 1], [1, 2], [4, float("nan")])
    with pytest.raises(MissingValueError, match="values holds inf in row 0"):
        coefficient([1, 1], [1, 2], [float("inf"), 4])
    with pytest.raises(ValueTooLargeError, match="1e100"):
        coefficient([1, 1], [1, 2], [1e101, 4])
    with pytest.raises(NoRatingsError, match="categories is empty"):
        coefficient([1, 1], [1, 2], [4, 5], categories=[])
    with pytest.raises(ConfidenceError, match="not 95"):
        coefficient([1, 1, 2, 2], [1, 2, 1, 2], [4, 5, 4, 4], confidence=95)


@pytest.mark.parametrize("coefficient", [conger_kappa, cohen_kappa])
def test_raters_must_be_a_column_of_integers_too(coefficient):
    with pytest.raises(NotNumericError, match="raters must be integers"):
        coefficient([1, 1], ["Ann", "Bob"], [4, 5])
    with pytest.raises(ColumnShapeError, match="raters has 1"):
        coefficient([1, 1], [1], [4, 5])
    with pytest.raises(ConfidenceError, match="not 0"):
        coefficient([1, 1, 2, 2], [1, 2, 1, 2], [4, 5, 4, 4], confidence=0)


@every_coefficient
def test_without_a_unit_rated_twice_there_is_no_coefficient(coefficient):
    with pytest.raises(NoPairableUnitsError, match="None of the 3 units was rated twice"):
        COEFFICIENTS[coefficient]([1, 2, 3], [1, 1, 1], [4, 5, 4])


@every_coefficient
def test_one_pairable_unit_has_a_coefficient_but_no_interval(coefficient):
    with pytest.raises(TooFewUnitsError, match="One unit alone was rated twice") as refused:
        COEFFICIENTS[coefficient]([7, 7, 7, 8], [1, 2, 3, 1], [1, 2, 2, 1], weights="identity")

    table, weights = np.array([[0, 1, 1], [0, -1, -1]]), np.eye(2)
    assert refused.value.estimate == pytest.approx(written_out(coefficient, table, weights, np.ones(2))[2])


@every_coefficient
def test_one_category_alone_shows_no_agreement_beyond_chance(coefficient):
    with pytest.raises(NoVariationError, match="The only category is 4"):
        COEFFICIENTS[coefficient]([1, 1, 2, 2], [1, 2, 1, 2], [4, 4, 4, 4])


@pytest.mark.parametrize("coefficient", ["fleiss", "conger"])
def test_where_chance_would_agree_as_well_there_is_no_kappa(coefficient):
    coefficient = COEFFICIENTS[coefficient]
    with pytest.raises(NoVariationError, match="All 4 ratings agree"):
        coefficient([1, 1, 2, 2], [1, 2, 1, 2], [4, 4, 4, 4], categories=[3, 4, 5])
    with pytest.raises(NoVariationError, match="All 4 ratings agree"):
        coefficient(
            [1, 1, 2, 2], [1, 2, 1, 2], [4, 5, 4, 4], categories=[3, 4, 5], weights=[[1, 0, 0], [0, 1, 1], [0, 1, 1]]
        )


def test_cohen_has_no_kappa_where_both_used_one_category_throughout():
    with pytest.raises(NoVariationError, match="All 4 ratings agree"):
        cohen_kappa([1, 1, 2, 2, 3], [1, 2, 1, 2, 1], [4, 4, 4, 4, 5])


def test_a_rating_off_the_scale_is_refused():
    with pytest.raises(OffTheScaleError, match="values holds 6, which is none of the 5 categories"):
        brennan_prediger([1, 1, 2, 2], [4, 6, 1, 2], categories=[1, 2, 3, 4, 5])


@every_coefficient
def test_more_categories_than_a_scale_has_are_refused(coefficient):
    units, raters = np.repeat(np.arange(600), 2), np.tile([1, 2], 600)

    with pytest.raises(TooManyValuesError, match="There are 1200 categories, more than the 1024"):
        COEFFICIENTS[coefficient](units, raters, np.arange(1200))


def test_as_many_categories_as_are_accepted_are_measured():
    units, raters, values = np.repeat(np.arange(1024), 2), np.tile([1, 2], 1024), np.repeat(np.arange(1024), 2)

    assert conger_kappa(units, raters, values, weights="quadratic").coefficient == 1.0


def test_conger_refuses_more_raters_than_fit_in_a_table_with_their_categories():
    raters = np.arange(20_000)

    with pytest.raises(TooManyValuesError, match="20000 raters and 1000 categories"):
        conger_kappa(raters // 2, raters, raters % 1000)


@pytest.mark.parametrize("coefficient", [conger_kappa, cohen_kappa])
def test_a_unit_rated_twice_by_one_rater_is_refused(coefficient):
    with pytest.raises(RepeatedRatingError, match="Rater 2 rated unit 1 more than once"):
        coefficient([1, 1, 1, 3, 3], [1, 2, 2, 1, 2], [4, 5, 4, 3, 3])


def test_cohen_is_for_two_raters_with_units_in_common():
    with pytest.raises(NotTwoRatersError, match="these ratings are by 1"):
        cohen_kappa([1, 2], [5, 5], [4, 5])
    with pytest.raises(NotTwoRatersError, match="these ratings are by 3"):
        cohen_kappa([1, 1, 1], [5, 6, 7], [4, 5, 5])
    with pytest.raises(NoPairableUnitsError, match="Raters 5 and 6 have no unit in common"):
        cohen_kappa([1, 2], [5, 6], [4, 5])
    with pytest.raises(TooFewUnitsError, match="One unit alone") as refused:
        cohen_kappa([1, 1, 2], [5, 6, 5], [4, 5, 4])

    assert refused.value.estimate == pytest.approx(0.0)


def test_a_rater_with_one_rating_counts_like_the_others_in_conger():
    units, raters, values = (
        np.array([0, 0, 1, 1, 2, 2, 2]),
        np.array([0, 1, 0, 1, 0, 1, 2]),
        np.array([1, 1, 2, 2, 1, 2, 2]),
    )

    found = conger_kappa(units, raters, values)

    expected = written_out("conger", dense(units, raters, values), np.eye(2), np.ones(3))
    assert (found.observed, found.expected, found.coefficient) == pytest.approx(expected)


def test_inputs_are_left_as_they_are():
    columns = np.array([2, 1, 2, 1, 3, 3]), np.array([1, 1, 2, 2, 1, 2]), np.array([1.0, 2.0, 3.0, 3.0, 5.0, 4.0])
    before = [column.tolist() for column in columns]
    for coefficient in COEFFICIENTS.values():
        coefficient(*columns, weights="quadratic")
    cohen_kappa(*columns)

    assert [column.tolist() for column in columns] == before
