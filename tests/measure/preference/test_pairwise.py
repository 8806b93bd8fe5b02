"""Bradley-Terry and Thurstone scales: published tables, properties, recovery, and every refusal."""

import csv
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    DisconnectedComparisonsError,
    MissingValueError,
    NoDecisionsError,
    NoRatingsError,
    NoTiesError,
    NotNumericError,
    PriorError,
    SelfComparisonError,
    TooManyItemsError,
    UnboundedScoresError,
    UndeterminedSideError,
    UnknownItemError,
    UnknownTieModelError,
)
from rubrica.measure.preference.comparison_graph import (
    combine,
    comparisons_by_item,
    count_comparisons,
    without_sides,
)
from rubrica.measure.preference.likelihood import derivatives
from rubrica.measure.preference.pairwise import JOD_PER_UNIT, bradley_terry, bradley_terry_of, thurstone
from rubrica.measure.preference.scale import covariance, differences
from rubrica.measure.preference.scale_fitting import Information, solve
from tests.measure.comparisons import bounded_comparisons, logistic, simulated_comparisons, spread
from tests.measure.strategies import few

SIX = spread([(1, 2, 5, 3, 2), (2, 3, 4, 2, 3), (3, 1, 2, 4, 1), (1, 4, 6, 1, 1), (4, 3, 2, 2, 2), (2, 4, 3, 1, 0)])
"""Four items, every pair but one way round, with ties."""

MODELS = ["half", "davidson", "rao_kupper", "probit"]


def fitted(model, columns, **options):
    return thurstone(*columns, **options) if model == "probit" else bradley_terry(*columns, ties=model, **options)


def rows_of(path):
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of real data")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# --- published tables


def test_citations_of_four_journals_give_the_published_scores_and_standard_errors(data):
    rows = rows_of(data / "bradleyterry2" / "citations.csv")
    names = sorted({row["cited"] for row in rows})
    table = [
        (names.index(row["cited"]), names.index(row["citing"]), int(row["count"]), 0, 0)
        for row in rows
        if row["cited"] != row["citing"]
    ]

    scale = bradley_terry(*spread(table))
    found = differences(scale, [1, 2, 3], [0, 0, 0])

    # Agresti (2002), p. 448, against Biometrika.
    assert names == ["Biometrika", "Comm Statist", "JASA", "JRSS-B"]
    assert found.difference.round(5).tolist() == [-2.94907, -0.47957, 0.26895]
    assert found.standard_error.round(5).tolist() == [0.10255, 0.06059, 0.07083]
    assert np.sqrt(np.diagonal(covariance(scale))) == pytest.approx(scale.standard_error)


def baseball(data):
    rows = rows_of(data / "bradleyterry2" / "baseball.csv")
    names = sorted({row["home.team"] for row in rows})
    return names, spread(
        [
            (names.index(row["home.team"]), names.index(row["away.team"]), row["home.wins"], row["away.wins"], 0)
            for row in rows
        ]
    )


def test_baseball_gives_the_published_scores(data):
    names, columns = baseball(data)
    others = [place for place, name in enumerate(names) if name != "Baltimore"]

    found = differences(bradley_terry(*columns), others, [names.index("Baltimore")] * 6)

    # Agresti (2002), table 10.11, against Baltimore.
    assert sorted(found.difference.round(2).tolist()) == [0.68, 1.11, 1.25, 1.29, 1.44, 1.58]
    assert found.standard_error == pytest.approx(0.33, abs=0.03)


def test_baseball_at_home_gives_the_published_effect_of_playing_at_home(data):
    _, columns = baseball(data)

    found = bradley_terry(*columns, side=True)

    odds = np.exp(found.scores)
    # Agresti (2002): shares of the summed odds .044 ... .220, home advantage .302 (standard error .13).
    assert np.sort(odds / odds.sum()).round(3).tolist() == [0.044, 0.088, 0.137, 0.157, 0.164, 0.190, 0.220]
    assert found.side.estimate == pytest.approx(0.302, abs=5e-4)
    assert found.side.standard_error == pytest.approx(0.131, abs=2e-3)
    assert found.side.ci_low < 0.302 < found.side.ci_high
    assert found.ties is None


@pytest.mark.parametrize(
    ("ties", "parameter", "loss"), [("davidson", 0.8655, 732.067), ("rao_kupper", 2.0079, 730.004)]
)
def test_springalls_tastings_give_the_known_parameter_of_ties(data, ties, parameter, loss):
    rows = rows_of(data / "bradleyterry2" / "springall.csv")
    table = [tuple(int(float(row[key])) for key in ("row", "col", "win", "loss", "tie")) for row in rows]

    found = bradley_terry(*spread(table), ties=ties)

    assert found.ties.estimate == pytest.approx(parameter, abs=5e-5)
    assert found.log_likelihood == pytest.approx(-loss, abs=5e-4)
    assert found.ties.ci_low < parameter < found.ties.ci_high


def test_a_season_of_football_gives_the_known_parameter_of_ties(data):
    rows = [row for row in rows_of(data / "bradleyterry2" / "football.csv") if row["season"] == "2008-9"]
    names, index = np.unique([row["home"] for row in rows] + [row["away"] for row in rows], return_inverse=True)
    scores = [float(row["result"]) for row in rows]

    found = bradley_terry(*np.split(index, 2), scores, ties="davidson")
    at_home = bradley_terry(*np.split(index, 2), scores, ties="davidson", side=True)

    assert len(names) == 20
    assert found.ties.estimate == pytest.approx(0.8508, abs=5e-5)
    assert found.log_likelihood == pytest.approx(-359.137, abs=5e-4)
    assert at_home.side.ci_low > 0.0
    assert at_home.log_likelihood > found.log_likelihood + 5.0


def test_light_fields_compared_by_29_observers_lie_in_the_order_of_their_distortion(data):
    rows = rows_of(data / "pwcmp" / "examples__lf_quality_pwcmps.csv")
    scene = [row for row in rows if row["scene"] == rows[0]["scene"]]
    shown = [(row[f"dist_type{side}"], int(row[f"dist_level{side}"])) for side in "12" for row in scene]
    names = sorted(set(shown))
    first, second = np.split(np.array([names.index(name) for name in shown]), 2)
    scores = np.array([1 if row["selected"] == "1" else -1 for row in scene])

    found = thurstone(first, second, scores, prior_sd=3.0)
    pure = bradley_terry(first, second, scores, prior_sd=3.0)

    assert Counter(row["selected"] for row in rows) == {"2": 14101, "1": 12479}
    assert np.corrcoef(found.scores, pure.scores)[0, 1] > 0.99
    for kind in {kind for kind, level in names if level > 1}:
        levels = [found.scores[place] for place, (name, _) in enumerate(names) if name == kind]
        assert levels[0] > levels[-1]


# --- agreement between independent algorithms, and derivatives


def minorised(columns, rounds=4000):
    """Return Bradley-Terry scores by Hunter's minorisation, ties as halves: nothing of Newton in it."""
    first, second, scores = columns
    size = int(max(first.max(), second.max())) + 1
    number, wins = np.zeros((size, size)), np.zeros(size)
    np.add.at(number, (first, second), 1.0)
    np.add.at(wins, first, (np.sign(scores) + 1) / 2)
    np.add.at(wins, second, (1 - np.sign(scores)) / 2)
    number += number.T
    strength = np.ones(size)
    for _ in range(rounds):
        strength = wins / (number / (strength[:, None] + strength)).sum(axis=1)
        strength /= np.exp(np.log(strength).mean())
    return np.log(strength)


def test_newton_and_minorisation_find_the_same_scores():
    columns = simulated_comparisons(np.random.default_rng(3), np.linspace(-1.0, 1.0, 8), 400)

    assert bradley_terry(*columns).scores == pytest.approx(minorised(columns), abs=1e-8)


@pytest.mark.parametrize("side", [False, True])
@pytest.mark.parametrize("model", MODELS)
def test_slope_and_curvature_are_those_of_finite_differences(model, side):
    counts = count_comparisons(*SIX)
    with_ties = model in {"davidson", "rao_kupper"}
    size = len(counts.items)
    at = np.array([0.3, -0.2, 0.4, -0.5] + [0.15] * side + [0.6] * with_ties)

    def here(point):
        return derivatives(counts, point[:size], point[size:], model=model, side=side)

    found, steps = here(at), np.eye(len(at)) * 1e-5
    slope = [(here(at + step).log_likelihood - here(at - step).log_likelihood) / 2e-5 for step in steps]
    bend = [(here(at + step).gradient - here(at - step).gradient) / 2e-5 for step in steps]

    assert found.gradient == pytest.approx(np.array(slope), abs=1e-6)
    # The information as a matrix, put together without any of the solver.
    information = found.information
    matrix = np.zeros((len(at), len(at)))
    for one, other, weight in zip(information.first, information.second, information.weight, strict=True):
        edge = np.zeros(len(at))
        edge[one], edge[other] = 1.0, -1.0
        matrix += weight * np.outer(edge, edge)
    matrix[:size, size:], matrix[size:, :size] = information.border, information.border.T
    matrix[size:, size:] = information.corner
    assert matrix == pytest.approx(-np.array(bend), abs=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_partitions_add_up(model):
    first, second, scores = SIX
    parts = [count_comparisons(first[rows], second[rows], scores[rows]) for rows in (slice(0, 20), slice(20, None))]
    whole = count_comparisons(*SIX)
    both = combine(*parts)

    for name in ("items", "first", "second", "first_preferred", "second_preferred", "ties"):
        assert getattr(both, name).tolist() == getattr(whole, name).tolist()
    at, further = np.array([0.3, -0.2, 0.4, -0.5]), np.array([0.6])
    absent = [count_comparisons(first[rows], second[rows], scores[rows]) for rows in (slice(0, 40), slice(40, None))]
    pieces = [derivatives(part, at[np.searchsorted(whole.items, part.items)], further, model=model) for part in absent]
    full = derivatives(whole, at, further, model=model)
    assert sum(piece.log_likelihood for piece in pieces) == pytest.approx(full.log_likelihood)


def test_scores_from_counts_equal_scores_from_columns():
    found, direct = bradley_terry_of(count_comparisons(*SIX), ties="davidson"), bradley_terry(*SIX, ties="davidson")

    assert found.scores.tolist() == direct.scores.tolist()
    assert found.n_comparisons.tolist() == comparisons_by_item(count_comparisons(*SIX)).tolist()
    assert without_sides(without_sides(count_comparisons(*SIX))).comparisons.sum() == len(SIX[0])


def test_pairs_are_counted_without_their_sides_at_once_or_afterwards():
    at_once, afterwards = count_comparisons(*SIX, sides=False), without_sides(count_comparisons(*SIX))

    for name in ("items", "first", "second", "first_preferred", "second_preferred", "ties"):
        assert getattr(at_once, name).tolist() == getattr(afterwards, name).tolist()
    assert np.all(at_once.first < at_once.second)


@pytest.mark.parametrize("model", MODELS)
def test_the_likelihood_stays_a_number_however_far_apart_the_scores(model):
    found = derivatives(count_comparisons(*SIX), np.array([900.0, -900.0, 30.0, -30.0]), np.array([0.5]), model=model)

    assert np.isfinite(found.log_likelihood)
    assert np.isfinite(found.gradient).all()
    assert np.isfinite(found.information.weight).all()


def test_conjugate_gradients_and_a_direct_solution_agree(monkeypatch):
    generator = np.random.default_rng(11)
    columns = simulated_comparisons(generator, generator.normal(size=60), 900, side=0.3, tie=0.5)
    options = {"ties": "davidson", "side": True}

    direct = bradley_terry(*columns, **options)
    monkeypatch.setattr("rubrica.measure.preference.scale_fitting.MOST_DENSE", 1)
    monkeypatch.setattr("rubrica.measure.preference.scale_fitting._MANY_COLUMNS", 1000)
    iterated = bradley_terry(*columns, **options)

    assert iterated.scores == pytest.approx(direct.scores, abs=1e-8)
    assert iterated.standard_error == pytest.approx(direct.standard_error, rel=1e-7)
    assert iterated.side.standard_error == pytest.approx(direct.side.standard_error, rel=1e-7)
    assert bradley_terry(*columns).scores == pytest.approx(minorised(columns), abs=1e-7)


# --- properties


@few
@given(columns=bounded_comparisons(), keys=st.permutations([3, 14, 15, 92, 65]))
@pytest.mark.parametrize("model", ["half", "probit"])
def test_new_names_for_the_items_change_nothing_else(model, columns, keys):
    first, second, scores = columns
    names = np.array(keys)

    before, after = fitted(model, columns), fitted(model, (names[first], names[second], scores))

    order = np.searchsorted(after.items, names[before.items])
    assert after.scores[order] == pytest.approx(before.scores, abs=1e-6)
    assert after.standard_error[order] == pytest.approx(before.standard_error, abs=1e-6)


@few
@given(columns=bounded_comparisons(ties=True), seed=st.integers(0, 99))
@pytest.mark.parametrize("model", MODELS)
def test_the_order_of_the_rows_and_which_is_first_do_not_matter(model, columns, seed):
    first, second, scores = columns
    order = np.random.default_rng(seed).permutation(len(first))
    turn = order % 2 == 0

    before = fitted(model, columns)
    after = fitted(
        model,
        (
            np.where(turn, second, first)[order],
            np.where(turn, first, second)[order],
            np.where(turn, -scores, scores)[order],
        ),
    )

    assert after.scores == pytest.approx(before.scores, abs=1e-6)


@few
@given(columns=bounded_comparisons(ties=True))
@pytest.mark.parametrize("model", MODELS)
def test_reversing_every_preference_reverses_the_scale(model, columns):
    first, second, scores = columns

    before, after = fitted(model, columns), fitted(model, (first, second, -scores))

    assert after.scores == pytest.approx(-before.scores, abs=1e-6)
    assert after.standard_error == pytest.approx(before.standard_error, abs=1e-6)
    assert abs(before.scores.sum()) < 1e-9


@few
@given(columns=bounded_comparisons(ties=True))
@pytest.mark.parametrize("model", MODELS)
def test_twice_the_same_comparisons_shrink_standard_errors_by_the_root_of_two(model, columns):
    before, after = fitted(model, columns), fitted(model, tuple(np.tile(column, 2) for column in columns))

    assert after.scores == pytest.approx(before.scores, abs=1e-6)
    assert after.standard_error * np.sqrt(2.0) == pytest.approx(before.standard_error, rel=1e-5)


def test_two_items_have_the_score_and_standard_error_of_a_share():
    found = differences(bradley_terry(*spread([(1, 2, 30, 10, 0)])), [1], [2])

    assert found.difference[0] == pytest.approx(np.log(3.0))
    assert found.standard_error[0] == pytest.approx(np.sqrt(1 / 30 + 1 / 10))
    jod = differences(thurstone(*spread([(1, 2, 30, 10, 0)])), [2], [1])
    assert jod.difference[0] * JOD_PER_UNIT == pytest.approx(-1.0)


# --- recovery


@pytest.mark.parametrize(
    ("options", "tie", "side"),
    [
        ({}, None, 0.0),
        ({"side": True}, None, 0.4),
        ({"ties": "davidson", "side": True}, 0.7, -0.3),
    ],
)
def test_intervals_cover_the_simulated_truth_at_their_nominal_rate(options, tie, side):
    generator, truth = np.random.default_rng(5), np.array([-1.0, -0.4, 0.0, 0.3, 1.1])
    hits, parameters = [], []
    for _ in range(60):
        columns = simulated_comparisons(generator, truth, 300, side=side, tie=tie)
        found = bradley_terry(*columns, **options)
        hits.append((found.ci_low <= truth) & (truth <= found.ci_high))
        if options:
            parameters.append(found.side.ci_low <= side <= found.side.ci_high)
        if tie is not None:
            parameters.append(found.ties.ci_low <= tie <= found.ties.ci_high)

    assert 0.92 <= np.mean(hits) <= 0.98
    assert not options or 0.88 <= np.mean(parameters) <= 0.99


def test_thurstones_intervals_cover_too():
    from scipy.special import ndtr  # noqa: PLC0415  (only this one test needs it)

    generator, truth = np.random.default_rng(6), np.array([-0.8, -0.2, 0.2, 0.8])
    hits = []
    for _ in range(60):
        found = thurstone(*simulated_comparisons(generator, truth, 250, chance=ndtr))
        hits.append((found.ci_low <= truth) & (truth <= found.ci_high))

    assert 0.92 <= np.mean(hits) <= 0.98


def test_rao_and_kuppers_model_is_recovered():
    generator, truth, theta = np.random.default_rng(8), np.array([-0.7, 0.1, 0.6]), 1.8
    first = generator.integers(3, size=4000)
    second = (first + generator.integers(1, 3, size=4000)) % 3
    gap, draw = truth[first] - truth[second], generator.random(4000)
    ahead, behind = logistic(gap - np.log(theta)), logistic(-gap - np.log(theta))
    scores = np.where(draw < ahead, 1, np.where(draw > 1.0 - behind, -1, 0))

    found = bradley_terry(first, second, scores, ties="rao_kupper")

    assert found.scores == pytest.approx(truth, abs=0.12)
    assert found.ties.ci_low < theta < found.ties.ci_high


# --- what keeps a scale from existing, and the prior that makes it exist


def test_groups_that_never_meet_are_named():
    columns = spread([(1, 2, 1, 1, 0), (3, 4, 1, 1, 0), (4, 5, 1, 1, 0)])

    with pytest.raises(DisconnectedComparisonsError, match=r"2 groups that never meet: \{3, 4, 5\} and \{1, 2\}") as e:
        bradley_terry(*columns)
    assert e.value.components == ((3, 4, 5), (1, 2))
    assert bradley_terry(*columns, prior_sd=1.0).scores == pytest.approx(np.zeros(5), abs=1e-9)
    many = spread([(2 * pair, 2 * pair + 1, 1, 1, 0) for pair in range(8)])
    with pytest.raises(DisconnectedComparisonsError, match="and 3 more"):
        thurstone(*many)


@pytest.mark.parametrize("model", MODELS)
def test_an_item_that_never_lost_has_no_score_without_a_prior(model):
    columns = spread([(7, 2, 3, 0, 0), (2, 3, 2, 2, 1), (7, 3, 2, 0, 0)])

    with pytest.raises(UnboundedScoresError, match=r"Items \{7\} never lost or tied") as e:
        fitted(model, columns)
    assert e.value.items == (7,)
    found = fitted(model, columns, prior_sd=1.0)
    assert found.items[np.argmax(found.scores)] == 7
    with pytest.raises(UnboundedScoresError, match=r"Items \{7\} never won or tied"):
        fitted(model, (*columns[:2], -columns[2]))


@pytest.mark.parametrize("ties", ["davidson", "rao_kupper"])
def test_wins_that_never_go_both_ways_leave_the_parameter_of_ties_unbounded(ties):
    # One outcome in three never occurs: its probability can be made as small as one likes.
    with pytest.raises(UnboundedScoresError, match="The likelihood has no maximum"):
        bradley_terry(*spread([(1, 2, 3, 0, 2)]), ties=ties)


def test_a_firmer_prior_draws_scores_closer_together():
    columns = spread([(1, 2, 9, 1, 0), (2, 3, 8, 2, 0)])

    spans = [np.ptp(bradley_terry(*columns, prior_sd=sd).scores) for sd in (0.1, 1.0, 10.0, 1000.0)]

    assert spans == sorted(spans)
    assert spans[-1] == pytest.approx(np.ptp(bradley_terry(*columns).scores), rel=1e-4)


def test_sides_that_were_never_swapped_say_nothing_of_the_side():
    with pytest.raises(UndeterminedSideError, match="cannot be told"):
        bradley_terry(*spread([(1, 2, 3, 2, 0), (2, 3, 3, 2, 0)]), side=True)
    # A circle shows every item on both sides, and that is enough.
    found = bradley_terry(*spread([(1, 2, 3, 1, 0), (2, 3, 3, 1, 0), (3, 1, 3, 1, 0)]), side=True)
    assert found.side.estimate == pytest.approx(np.log(3.0))
    assert found.scores == pytest.approx(np.zeros(3), abs=1e-8)


def test_a_side_that_always_won_has_no_bound():
    with pytest.raises(UnboundedScoresError, match="The likelihood has no maximum"):
        bradley_terry(*spread([(1, 2, 3, 0, 0), (2, 1, 3, 0, 0)]), side=True)


def test_nothing_but_ties_and_not_one_tie():
    for model in MODELS:
        with pytest.raises(NoDecisionsError, match="All 2 comparisons are ties"):
            fitted(model, ([1, 2], [2, 1], [0, 0]))
    for ties in ("davidson", "rao_kupper"):
        with pytest.raises(NoTiesError, match="None of the 2 comparisons is a tie"):
            bradley_terry([1, 2], [2, 1], [1, 1], ties=ties)


def test_what_is_no_column_of_comparisons_is_refused():
    for model in (bradley_terry, thurstone):
        with pytest.raises(NoRatingsError):
            model([], [], [])
        with pytest.raises(SelfComparisonError, match="Row 1 compares 4 with itself"):
            model([1, 4], [2, 4], [1, 1])
        with pytest.raises(ColumnShapeError, match="second has 1"):
            model([1, 2], [2], [1, 1])
        with pytest.raises(NotNumericError, match="first must be integers"):
            model(["a"], ["b"], [1])
        with pytest.raises(MissingValueError, match="scores holds nan"):
            model([1], [2], [float("nan")])
        with pytest.raises(ConfidenceError):
            model([1, 2], [2, 1], [1, 1], confidence=1.0)
        for prior in (0.0, -1.0, float("nan"), float("inf")):
            with pytest.raises(PriorError, match="prior_sd must be"):
                model([1, 2], [2, 1], [1, 1], prior_sd=prior)
    with pytest.raises(UnknownTieModelError, match="not 'coin'"):
        bradley_terry([1, 2], [2, 1], [1, 1], ties="coin")


def test_only_the_items_asked_for_have_an_interval():
    whole, some = bradley_terry(*SIX), bradley_terry(*SIX, reported=[4, 2])

    assert some.reported.tolist() == [4, 2]
    assert some.standard_error == pytest.approx(whole.standard_error[[3, 1]])
    assert (some.ci_low, some.ci_high) == (pytest.approx(whole.ci_low[[3, 1]]), pytest.approx(whole.ci_high[[3, 1]]))
    assert bradley_terry(*SIX, reported=[]).standard_error.tolist() == []
    with pytest.raises(UnknownItemError, match="reported holds 5, which was never compared"):
        bradley_terry(*SIX, reported=[5])


def test_thousands_of_items_have_scores_and_the_intervals_that_are_named():
    generator, size = np.random.default_rng(1), 3_200
    columns = simulated_comparisons(generator, 0.5 * generator.normal(size=size), 40 * size)

    with pytest.raises(TooManyItemsError, match="name those to report"):
        bradley_terry(*columns)
    found = bradley_terry(*columns, reported=[0, 1])
    assert len(found.scores) == size
    assert found.standard_error == pytest.approx(0.25, abs=0.1)


def test_differences_refuse_what_does_not_stand_on_the_scale():
    scale = bradley_terry(*SIX)

    with pytest.raises(UnknownItemError, match="one holds 9"):
        differences(scale, [9], [1])
    with pytest.raises(SelfComparisonError):
        differences(scale, [1], [1])
    with pytest.raises(ColumnShapeError):
        differences(scale, [1, 2], [1])
    with pytest.raises(NoRatingsError):
        differences(scale, [], [])
    with pytest.raises(ConfidenceError):
        differences(scale, [1], [2], confidence=2.0)


@pytest.mark.parametrize("weight", [0.0, 1e-310])
def test_a_singular_system_is_refused(weight):
    loose = Information(2, np.array([0]), np.array([1]), np.array([weight]), 0.0, np.zeros((2, 0)), np.zeros((0, 0)))

    with pytest.raises(UnboundedScoresError, match="Nothing holds some scores in place"):
        solve(loose, np.array([[1.0], [-1.0]]), np.zeros((0, 1)))


def test_a_long_chain_of_items_is_scored_from_end_to_end():
    size = 1_200
    found = bradley_terry(*spread([(item, item + 1, 1, 1, 0) for item in range(size - 1)]), reported=[0])
    gap = differences(found, [0], [size - 1])

    # Information adds up like conductances: every link has the variance 2.
    assert found.scores == pytest.approx(np.zeros(size), abs=1e-6)
    assert gap.standard_error[0] == pytest.approx(np.sqrt(2.0 * (size - 1)), rel=1e-6)


@pytest.mark.parametrize(("ties", "lowest"), [("davidson", 0.0), ("rao_kupper", 1.0)])
def test_one_tie_among_thousands_keeps_the_interval_where_the_parameter_can_be(ties, lowest):
    found = bradley_terry(*spread([(1, 2, 3000, 1000, 1)]), ties=ties).ties

    assert lowest < found.ci_low < found.estimate < found.ci_high
