"""Real ratings of images and the figures published, or computed by others, from them."""

import csv
import json
from collections import Counter, defaultdict

import numpy as np
import pytest

from rubrica.measure.agreement.alpha import krippendorff_alpha, percent_agreement
from rubrica.measure.opinion.mean import mean_opinion, rater_bias
from rubrica.measure.preference.choices import side_bias
from tests.measure.strategies import long_columns


def rows_of(path):
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of real data")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def numbered(labels):
    return np.unique(labels, return_inverse=True)[1]


# --- the tables of Gwet's handbook, and the figures its package tests against


def classic(data, name):
    """Return the long columns of a table of units by raters, its categories numbered in ascending order."""
    table = [
        [row[key] for key in row if key not in {"Units", "Group"}]
        for row in rows_of(data / "reliability_classics" / name)
    ]
    categories = sorted({cell for row in table for cell in row if cell})
    coded = [[categories.index(cell) + 1 if cell else None for cell in column] for column in zip(*table, strict=True)]
    units, _, values = long_columns(coded)
    return units, values


@pytest.mark.parametrize("dataset", ["raw_4raters", "raw_5observers", "raw_g1g2", "raw_gender", "raw_ben_gerry"])
def test_nominal_alpha_and_percent_agreement_equal_those_of_the_handbook(data, dataset):
    units, values = classic(data, f"{dataset}.csv")
    published = json.loads((data / "reliability_classics" / "expected_irrcac.json").read_text(encoding="utf-8"))
    expected = {
        case["coefficient"]: case for case in published if (case["dataset"], case["weights"]) == (dataset, "identity")
    }

    alpha = krippendorff_alpha(units, values, level="nominal").alpha
    agreement = percent_agreement(units, values).agreement

    assert alpha == pytest.approx(expected["krippendorff"]["value"], abs=6e-4)
    assert agreement == pytest.approx(expected["gwet"]["pa"], abs=6e-4)


@pytest.mark.parametrize(("weights", "level"), [("quadratic", "interval"), ("ratio", "ratio")])
def test_weighted_alpha_equals_that_of_the_handbook(data, weights, level):
    units, values = classic(data, "raw_4raters.csv")
    published = json.loads((data / "reliability_classics" / "expected_irrcac.json").read_text(encoding="utf-8"))
    (expected,) = (
        case
        for case in published
        if (case["coefficient"], case["dataset"], case["weights"]) == ("krippendorff", "raw_4raters", weights)
    )

    assert krippendorff_alpha(units, values, level=level).alpha == pytest.approx(expected["value"], abs=6e-4)


# --- AVT: 146 images, 22 to 25 raters


AVT = {
    "2022": "ratings_appeal_realism_prompt_2022_12_02.csv",
    "2023": "ratings_quality_appeal_2023_02_17.csv",
}


def avt(data, year, criterion, *, repeats):
    """Return units, raters, values and the images' names: raters who finished, with or without repeated votes."""
    rows = [row for row in rows_of(data / "avt_ai_images" / AVT[year]) if row["rating_type"] == f"range_{criterion}"]
    finished = {user for user, votes in Counter(row["user_ID"] for row in rows).items() if votes >= 146}
    rows = [row for row in rows if row["user_ID"] in finished]
    if not repeats:
        first = {}
        for row in rows:
            first.setdefault((row["user_ID"], row["stimuli_file"]), row)
        rows = list(first.values())
    names, units = np.unique([row["stimuli_file"] for row in rows], return_inverse=True)
    return units, numbered([row["user_ID"] for row in rows]), np.array([float(row["rating"]) for row in rows]), names


@pytest.mark.parametrize(
    ("year", "criterion", "raters", "ordinal", "interval"),
    [
        ("2022", "image_appeal", 22, 0.296, 0.296),
        ("2022", "prompt_matching", 22, 0.514, 0.535),
        ("2022", "realism", 22, 0.449, 0.464),
        ("2023", "image_appeal", 25, 0.228, 0.224),
        ("2023", "image_quality", 25, 0.344, 0.342),
    ],
)
def test_alpha_of_146_rated_images_equals_the_known_one_to_three_digits(
    data, year, criterion, raters, ordinal, interval
):
    units, who, values, _ = avt(data, year, criterion, repeats=False)

    found = {level: krippendorff_alpha(units, values, level=level) for level in ("ordinal", "interval")}

    assert len(np.unique(who)) == raters
    assert found["ordinal"].alpha == pytest.approx(ordinal, abs=5.1e-4)
    assert found["interval"].alpha == pytest.approx(interval, abs=5.1e-4)
    assert found["ordinal"].ci_low < ordinal < found["ordinal"].ci_high


@pytest.mark.parametrize(
    ("criterion", "column"),
    [("image_appeal", "appeal_mean"), ("realism", "realism_mean"), ("prompt_matching", "prompt_matching_mean")],
)
def test_mean_opinions_equal_the_146_the_authors_published(data, criterion, column):
    units, _, values, names = avt(data, "2022", criterion, repeats=True)
    published = {row["image_key"]: float(row[column]) for row in rows_of(data / "avt_ai_images" / "all_ratings.csv")}

    found = mean_opinion(units, values)

    keys = [name.removeprefix("./stimuli/").removesuffix(".png") for name in names.tolist()]
    assert len(keys) == 146
    assert dict(zip(keys, found.mean.tolist(), strict=True)) == pytest.approx(published, abs=1e-9)


def test_raters_of_one_panel_differ_in_severity_and_their_biases_balance(data):
    units, who, values, _ = avt(data, "2023", "image_appeal", repeats=False)

    found = rater_bias(units, who, values)

    # 32 % of the variance of these ratings is between raters (see the variance table of the design).
    assert found.bias.max() > 0.9
    assert found.bias.min() < -0.9
    assert np.average(found.bias, weights=found.n_ratings) == pytest.approx(0.0, abs=0.01)
    assert np.count_nonzero((found.ci_low > 0) | (found.ci_high < 0)) > 15


# --- faithfulness to a prompt


def test_alpha_of_two_raters_of_800_images_equals_the_known_one(data):
    path = data / "tifa_dsg" / "tifa_human_annotations.json"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of real data")
    scores = [image["human_scores"] for image in json.loads(path.read_text(encoding="utf-8")).values()]
    units, values = np.repeat(np.arange(len(scores)), 2), np.concatenate(scores)

    assert krippendorff_alpha(units, values, level="ordinal").alpha == pytest.approx(0.719, abs=5.1e-4)
    assert krippendorff_alpha(units, values, level="interval").alpha == pytest.approx(0.680, abs=5.1e-4)


def test_alpha_of_five_raters_of_800_images_equals_the_known_one(data):
    rows = rows_of(data / "tifa_dsg" / "dsg_tifa160-likert-anns.csv")
    units = numbered([f"{row['t2i_model']} {row['item_id']}" for row in rows])
    values = np.array([int(row["answer"]) for row in rows])

    found = krippendorff_alpha(units, values, level="ordinal")

    assert (found.n_units, found.n_ratings) == (800, 3995)
    assert found.alpha == pytest.approx(0.685, abs=5.1e-4)
    assert krippendorff_alpha(units, values, level="interval").alpha == pytest.approx(0.684, abs=5.1e-4)


# --- two evaluators with different uses of one scale


@pytest.mark.parametrize(
    ("criterion", "alpha", "exact", "within_one"),
    [
        ("Racial_Diversity", 0.643, 0.34, 0.80),
        ("Gender_Representation", 0.077, 0.17, 0.83),
        ("Cultural_Context_Fit", 0.373, 0.17, 0.73),
        ("Body_Representation", 0.535, 0.23, 0.81),
        ("Visual_Quality", 0.233, 0.44, 0.83),
    ],
)
def test_agreement_of_two_evaluators_equals_the_known_figures(data, criterion, alpha, exact, within_one):
    rows = rows_of(data / "bias_university" / "bia_study_images_with_means.csv")
    columns = [
        [float(row[f"R{rater}_{criterion}"]) if row[f"R{rater}_{criterion}"] else None for row in rows]
        for rater in (1, 2)
    ]
    units, _, values = long_columns(columns)

    assert krippendorff_alpha(units, values).alpha == pytest.approx(alpha, abs=5.1e-4)
    assert percent_agreement(units, values).agreement == pytest.approx(exact, abs=5.1e-3)
    assert percent_agreement(units, values, within=1).agreement == pytest.approx(within_one, abs=5.1e-3)


# --- crowd ratings of generated images


@pytest.mark.parametrize(
    ("question", "level", "known"),
    [
        ("Answer.task-quality", "ordinal", {"if-xl": 0.310, "sdv2": 0.316, "clip": 0.464}),
        ("Answer.task-position-x", "nominal", {"if-xl": 0.499, "sdv2": 0.402, "clip": 0.389}),
    ],
)
def test_alpha_of_crowd_ratings_equals_the_known_one(data, question, level, known):
    by_set = defaultdict(list)
    for row in rows_of(data / "geneval" / "annotations_all.csv"):
        if row[question]:
            by_set[row["image_set"]].append((f"{row['Input.prompt_id']} {row['Input.image_id']}", row[question]))

    found = {
        name: krippendorff_alpha(
            numbered([image for image, _ in rows]), numbered([answer for _, answer in rows]), level=level
        )
        for name, rows in by_set.items()
    }

    assert {name: alpha.alpha for name, alpha in found.items()} == pytest.approx(known, abs=5.1e-4)


# --- pairs


def test_the_right_side_was_preferred_in_26_580_comparisons_of_light_fields(data):
    rows = rows_of(data / "pwcmp" / "examples__lf_quality_pwcmps.csv")

    found = side_bias([1 if row["selected"] == "1" else -1 for row in rows])

    assert (found.left, found.right, found.ties) == (12_479, 14_101, 0)
    assert found.ci_high < 0.5
