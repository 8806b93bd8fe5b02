"""What other packages compute from the same data, with the version they did it in: `make oracles` writes it down.

Where a peer is known to be wrong, a test says so and the published value decides.
"""

import re
from functools import partial

import numpy as np
import pytest

from rubrica.measure.agreement.alpha import krippendorff_alpha
from rubrica.measure.agreement.kappa import brennan_prediger, cohen_kappa, conger_kappa, fleiss_kappa, gwet_ac2
from rubrica.measure.consensus.calibration import control_check
from rubrica.measure.consensus.dawid_skene import dawid_skene, one_coin
from rubrica.measure.consensus.glad import glad
from rubrica.measure.consensus.mace import mace
from rubrica.measure.consensus.majority import Consensus, majority_vote
from rubrica.measure.opinion.mean import mean_opinion
from rubrica.measure.opinion.screening import remove_bias, screen_raters
from rubrica.measure.opinion.subject_model import subject_model
from rubrica.measure.preference.pairwise import bradley_terry, thurstone
from rubrica.measure.preference.rankings import plackett_luce
from rubrica.measure.preference.scale import covariance, differences
from rubrica.measure.variance.components import variance_components
from tests.measure.strategies import reference
from tools.oracles import agreement, sets, table
from tools.oracles.inputs import (
    COMPARISONS,
    CROWD,
    INPUTS,
    PAIR,
    PANEL,
    RANKINGS,
    RATINGS,
    WITH_TIES,
    checksum,
    counts_of,
    from_counts,
)

PEERS = ("choix", "crowd_kit", "evalica", "irrcac", "krippendorff", "scikit_learn", "statsmodels", "sureal")


NEEDED = ("avt_ai_images", "bradleyterry2", "facets_gtheory", "geneval", "sureal_itu", "tifa_dsg", "zheng2017")


@pytest.fixture(scope="module")
def data(data):
    missing = [name for name in NEEDED if not (data / name).is_dir()]
    if missing:
        pytest.skip(f"not in the folder of real data: {', '.join(missing)}")
    return data


def said_by(peer):
    return reference(f"peers_{peer}")["values"]


def scores_of(scale):
    return scale.scores - scale.scores.mean()


@pytest.mark.parametrize("peer", PEERS)
def test_peers_were_given_the_very_inputs_that_we_are_given(peer):
    told = reference(f"peers_{peer}")

    assert told["inputs"] == {name: checksum(columns) for name, columns in INPUTS.items()}


@pytest.mark.parametrize("peer", PEERS)
def test_peers_spoke_in_the_versions_that_are_pinned(peer):
    environment = "irrcac" if peer == "irrcac" else "peers"
    pins = (sets.ROOT / "tools" / "oracles" / f"requirements-{environment}.txt").read_text(encoding="utf-8")

    versions = {
        name: version for name, version in reference(f"peers_{peer}")["environment"].items() if name != "python"
    }

    assert len(versions) == 4
    assert [name for name, version in versions.items() if f"{name.lower()}=={version} " not in pins] == []


def test_pins_of_peers_have_hashes_and_name_no_registry():
    for path in sorted((sets.ROOT / "tools" / "oracles").glob("requirements-*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()

        assert [line for line in lines if not re.match(r"\S+==\S+ |    --hash=sha256:[0-9a-f]{64}", line)] == []


# --- agreement


@pytest.mark.parametrize("level", agreement.LEVELS)
@pytest.mark.parametrize("name", RATINGS)
def test_alpha_of_random_ratings_is_that_of_krippendorff(name, level):
    units, _, values = RATINGS[name]

    found = krippendorff_alpha(units, values, level=level).alpha

    assert found == pytest.approx(said_by("krippendorff")[f"{name}, {level}"], abs=1e-12)


def test_alpha_of_every_published_table_is_that_of_krippendorff(data):
    found = {
        f"{name}, {level}": krippendorff_alpha(columns.units, columns.values, level=level).alpha
        for name, (columns, levels) in agreement.published_ratings().items()
        for level in levels
    }

    assert len(found) == 26
    assert found == pytest.approx({key: said_by("krippendorff")[key] for key in found}, abs=1e-12)


@pytest.mark.parametrize("weights", agreement.WEIGHTS)
@pytest.mark.parametrize("name", ["complete, 5 levels", "sparse, 5 levels"])
def test_coefficients_of_random_ratings_and_their_errors_are_those_of_irrcac(name, weights):
    units, raters, values = RATINGS[name]
    coefficients = {
        "gwet": partial(gwet_ac2, units),
        "bp": partial(brennan_prediger, units),
        "fleiss": partial(fleiss_kappa, units),
        "conger": partial(conger_kappa, units, raters),
    }

    for coefficient, measure in coefficients.items():
        found = measure(values, weights=weights, categories=agreement.FULL_SCALE)

        ours = [found.observed, found.expected, found.coefficient, found.standard_error]
        assert ours == pytest.approx(said_by("irrcac")[f"{name}, {coefficient}, {weights}"], abs=1e-9), coefficient


def test_kappas_are_those_of_statsmodels():
    psychiatrists = from_counts(reference("fleiss_1971")["counts"])

    found = {
        "Fleiss 1971": fleiss_kappa(psychiatrists.units, psychiatrists.values),
        "Fleiss, complete, 5 levels": fleiss_kappa(*RATINGS["complete, 5 levels"][::2]),
        "Cohen, two raters": cohen_kappa(*PAIR),
    }

    told = said_by("statsmodels")
    assert {name: kappa.coefficient for name, kappa in found.items()} == pytest.approx(
        {name: told[name] for name in found}, abs=1e-12
    )


@pytest.mark.parametrize("weights", ["identity", "linear", "quadratic"])
def test_weighted_kappa_is_that_of_scikit_learn(weights):
    told = said_by("scikit_learn")[f"Cohen, two raters, {weights}"]

    assert cohen_kappa(*PAIR, weights=weights).coefficient == pytest.approx(told, abs=1e-12)


def test_components_of_a_complete_panel_are_those_of_restricted_maximum_likelihood():
    found = variance_components({"unit": PANEL.units, "rater": PANEL.raters}, PANEL.values)

    # In a complete table both have one solution; the peer looks for it by steps, and stops near it.
    assert found.effects == ("unit", "rater", "unit × rater")
    assert found.variance.tolist() == pytest.approx(said_by("statsmodels")["components of the panel"], abs=1e-4)


# --- consensus


def test_log_loss_is_that_of_scikit_learn():
    shares = counts_of(CROWD) / counts_of(CROWD).sum(axis=1, keepdims=True)
    units = np.arange(len(shares))
    guess = Consensus(
        units=units,
        consensus=shares.argmax(axis=1).astype(float),
        categories=np.arange(3.0),
        posterior=0.9 * shares + 0.1 / 3,
        n_ratings=np.full(len(units), 6),
    )

    found = control_check(guess, units, units % 3)

    assert found.log_loss == pytest.approx(said_by("scikit_learn")["log loss of the crowd"], abs=1e-12)


def test_dawid_and_skene_at_the_maximum_are_those_of_crowd_kit():
    told = said_by("crowd_kit")

    found = dawid_skene(*CROWD, method="em")

    # The peer went on for 500 iterations, and lifts every probability to 1e-10; we stop when none moves by 1e-4.
    assert found.priors.tolist() == pytest.approx(told["Dawid-Skene, priors"], abs=1e-4)
    assert found.consensus.posterior.ravel().tolist() == pytest.approx(told["Dawid-Skene, posterior"], abs=2e-3)


def test_one_coin_is_that_of_crowd_kit():
    told = said_by("crowd_kit")

    found = one_coin(*CROWD)

    assert found.hit_rate.tolist() == pytest.approx(told["one coin, hit rates"], abs=1e-3)
    assert found.consensus.posterior.ravel().tolist() == pytest.approx(told["one coin, posterior"], abs=2e-3)


@pytest.mark.parametrize("name", sets.CROWDS)
def test_models_of_raters_are_right_as_often_as_those_of_crowd_kit(data, name):
    columns, control, truth = sets.published_crowd(name)

    found = {
        "majority": majority_vote(columns.units, columns.values).consensus,
        "Dawid-Skene, converged": dawid_skene(*columns, method="em").consensus.consensus,
        "GLAD": glad(*columns).consensus.consensus,
        "MACE": mace(*columns).consensus.consensus,
    }

    right = {model: float(np.mean(labels[control] == truth)) for model, labels in found.items()}
    told = {model: said_by("crowd_kit")[f"{name}, {model}"] for model in found}
    assert right["Dawid-Skene, converged"] == told["Dawid-Skene, converged"]
    # The peer draws lots where a majority is tied, and we take the smaller category.
    assert right["majority"] == pytest.approx(told["majority"], abs=0.007)
    # These have other priors than ours, and the peer's MACE takes the best of ten climbs: that may cost us little.
    assert right["GLAD"] >= told["GLAD"] - 2.1 / len(truth)
    assert right["MACE"] >= told["MACE"] - 0.005


def test_crowd_kit_by_its_own_tolerance_stops_before_the_maximum_that_it_would_reach(data):
    columns, control, truth = sets.published_crowd("bluebirds")
    told = said_by("crowd_kit")

    right = np.mean(dawid_skene(*columns, method="em").consensus.consensus[control] == truth)

    assert right == told["bluebirds, Dawid-Skene, converged"]
    assert right > told["bluebirds, Dawid-Skene"]


# --- opinion


def test_opinions_of_a_panel_are_those_of_sureal():
    told = said_by("sureal")

    found, plain = subject_model(*PANEL, "p910"), mean_opinion(PANEL.units, PANEL.values)

    assert found.quality.tolist() == pytest.approx(told["panel, P.910, quality"], abs=1e-6)
    assert found.bias.tolist() == pytest.approx(told["panel, P.910, bias"], abs=1e-6)
    assert found.inconsistency.tolist() == pytest.approx(told["panel, P.910, inconsistency"], abs=1e-6)
    # The peer rounds the quantile of 95 % to 1.95996.
    assert (found.quality_high - found.quality_low).tolist() == pytest.approx(told["panel, P.910, length"], rel=1e-5)
    assert plain.mean.tolist() == pytest.approx(told["panel, mean"], abs=1e-12)
    assert remove_bias(*PANEL).bias.tolist() == pytest.approx(told["panel, P.913, bias"], abs=1e-12)


@pytest.mark.parametrize("name", sets.PANELS)
def test_published_panels_have_the_criterion_lengths_and_rejections_of_sureal(data, name):
    columns, told = sets.published_panel(name), said_by("sureal")

    found = subject_model(*columns, "p910")
    unbiased = remove_bias(*columns).values

    nbic, length, _ = told[f"{name}, P.910"]
    assert found.nbic == pytest.approx(nbic, abs=1e-5)
    assert np.mean(found.quality_high - found.quality_low) == pytest.approx(length, rel=1e-5)
    # AGH's raters saw a part of the videos each; the peer divides by all of them, and rejects too few.
    if name != "agh_tv_2017":
        screened = screen_raters(*columns, "population"), screen_raters(*columns[:2], unbiased, "population")
        assert [found.rejected.sum() for found in screened] == [
            told[f"{name}, {kind}"][2] for kind in ("BT.500", "P.913")
        ]


# --- preference


@pytest.mark.parametrize("peer", ["choix", "evalica"])
def test_scores_of_random_comparisons_are_those_of(peer):
    told = said_by(peer)["comparisons, Bradley-Terry"]

    assert scores_of(bradley_terry(*COMPARISONS)).tolist() == pytest.approx(told, abs=1e-6)


@pytest.mark.parametrize("name", ["citations", "baseball"])
def test_scores_of_published_comparisons_are_those_of_choix(data, name):
    found = scores_of(bradley_terry(*getattr(sets, name)()))

    assert found.tolist() == pytest.approx(said_by("choix")[f"{name}, Bradley-Terry"], abs=1e-6)


def test_davidsons_ties_are_newmans():
    told = said_by("evalica")

    found = bradley_terry(*WITH_TIES, ties="davidson")

    # Newman writes 2 v for Davidson's nu.
    assert scores_of(found).tolist() == pytest.approx(told["comparisons with ties, Newman"], abs=1e-6)
    assert found.ties.estimate == pytest.approx(2 * told["comparisons with ties, Newman, ties"], abs=1e-6)


def test_springalls_ties_are_newmans(data):
    found = bradley_terry(*sets.springall(), ties="davidson")

    assert found.ties.estimate == pytest.approx(2 * said_by("evalica")["springall, Newman, ties"], abs=1e-6)


def test_scores_of_rankings_are_those_of_choix():
    rows, length = RANKINGS.shape

    found = plackett_luce(np.repeat(np.arange(rows), length), RANKINGS.ravel(), np.tile(np.arange(length), rows))

    assert scores_of(found).tolist() == pytest.approx(said_by("choix")["rankings, Plackett-Luce"], abs=1e-6)


def test_crowd_kit_is_wrong_on_citations_where_choix_and_evalica_are_right(data):
    scale = bradley_terry(*sets.citations())

    found = differences(scale, [1, 2, 3], [0, 0, 0]).difference

    # Published (Agresti, 2002, p. 448), against Biometrika.  The peer stops after two of the 10 000 iterations asked.
    published = [-2.94907, -0.47957, 0.26895]
    assert found.round(5).tolist() == published
    assert np.abs(np.array(said_by("crowd_kit")["citations, Bradley-Terry"]) - published).max() > 0.1
    for peer in ("choix", "evalica"):
        theirs = np.array(said_by(peer)["citations, Bradley-Terry"])
        assert (theirs[1:] - theirs[0]).round(5).tolist() == published


def test_sureal_is_right_on_scores_of_sharpened_images(data):
    preferred, other, _ = sets.sharpened_images()

    # Eight versions each of five pictures: versions of different pictures never met.
    for first in range(0, 40, 8):
        shown = (preferred >= first) & (preferred < first + 8)
        columns = preferred[shown], other[shown], np.ones(np.count_nonzero(shown))
        for name, found in (("Bradley-Terry", bradley_terry(*columns)), ("Thurstone", thurstone(*columns))):
            theirs = np.array(said_by("sureal")[f"sharpened images, {name}"][first : first + 8])
            assert scores_of(found).tolist() == pytest.approx((theirs - theirs.mean()).tolist(), abs=2e-3), name


def test_sureal_is_right_on_scores_of_bradley_and_terry_and_wrong_on_their_errors():
    told = np.array(said_by("sureal")["comparisons, Bradley-Terry"])
    scale = bradley_terry(*COMPARISONS)

    # The peer reports logarithms of strengths that sum to one, not scores that sum to zero.
    strength = np.exp(told)
    to_theirs = np.eye(len(strength)) - strength / strength.sum()
    errors = np.sqrt(np.diagonal(to_theirs @ covariance(scale) @ to_theirs.T))

    assert scores_of(scale).tolist() == pytest.approx((told - told.mean()).tolist(), abs=1e-5)
    # Between two items its information has n / (p + q) * 2 where the formula has n / (p + q) ** 2.
    ratio = np.array(said_by("sureal")["comparisons, Bradley-Terry, standard errors"]) / errors
    assert ratio.min() < 0.95
    assert ratio.max() > 1.02


# --- the page


@pytest.fixture(scope="module")
def sections(data):
    return table.sections()


def test_the_page_of_published_values_is_up_to_date(sections):
    assert table.PAGE.read_text(encoding="utf-8") == table.page(sections), "run: python -m tools.oracles table"


def test_all_printed_digits_of_published_values_come_out_but_for_two_whose_model_differs(sections):
    rows = [row for section in sections.values() for row in section]

    assert len(rows) > 70
    # The one stopped before the maximum, the other takes all categories for equally frequent.
    assert [(row.what, row.published, row.ours) for row in rows if row.published and row.published != row.ours] == [
        ("right on D_Product, Dawid-Skene", "0.940", "0.939"),
        ("right on D_Product, MACE", "0.929", "0.940"),
    ]
