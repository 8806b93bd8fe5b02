"""``rubrica measure``: a table in, numbers with intervals out, in words or JSON; every refusal in one line."""

import csv
import itertools
import json
import random
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from rubrica.cli.measure import measure
from rubrica.measure.agreement.alpha import krippendorff_alpha
from rubrica.measure.agreement.kappa import gwet_ac2

DOCS = Path(__file__).parents[2] / "docs"
RATERS = {"ann": 0.0, "bob": 0.6, "cy": -0.4, "dee": 0.0, "eve": 0.2}
MODELS = {"sdxl": 0.0, "flux": 1.2, "dalle": 0.5, "imagen": 0.8}


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(*arguments, code=0, **options):
    done = CliRunner().invoke(measure, [str(argument) for argument in arguments], **options)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done


def answer(*arguments, code=0, **options):
    return json.loads(run(*arguments, "--json", code=code, **options).stdout)


def refusal(*arguments, code=2, **options):
    done = run(*arguments, code=code, **options)
    (line,) = done.stderr.splitlines()
    assert done.stdout == ""
    return line


def write(name, header, rows):
    with Path(name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return name


PANEL = {**RATERS, **{f"rater{number}": 0.0 for number in range(20)}}


def rated(*, seed=1, n_items=30, shown=0.9, raters=RATERS):
    """Return ratings of items from 1 to 5, some of them not given, by raters of different severity."""
    chance = random.Random(seed)
    rows = []
    for item in range(n_items):
        quality = chance.gauss(3, 1)
        for rater, bias in raters.items():
            score = min(5, max(1, round(quality + bias + chance.gauss(0, 0.5))))
            given = score if chance.random() < shown else ""
            style = "photo" if item % 2 else "art"
            rows.append([f"img{item}", rater, given, style, min(5, max(1, round(quality)))])
    return rows


HEADER = ["item", "rater", "value", "style", "truth"]


@pytest.fixture
def ratings():
    return write("ratings.csv", HEADER, rated())


@pytest.fixture
def complete():
    return write("complete.csv", HEADER, rated(shown=1.0))


@pytest.fixture
def duels():
    chance = random.Random(2)
    rows = []
    for number in range(240):
        first, second = chance.sample(list(MODELS), 2)
        better = first if chance.gauss(MODELS[first] - MODELS[second], 1) > 0 else second
        rows.append([first, second, "tie" if chance.random() < 0.1 else better, f"rater{number % 6}"])
    return write("duels.csv", ["first", "second", "value", "rater"], rows)


# --- agreement ---


def test_agreement_is_that_of_the_science_on_the_rows_that_have_a_value(ratings):
    given = [row for row in rated() if row[2] != ""]
    items = [int(row[0].removeprefix("img")) for row in given]
    values = [row[2] for row in given]
    expected = krippendorff_alpha(items, values)
    corrected = gwet_ac2(items, values, weights="ordinal")

    found = answer("agreement", ratings)

    # Numbered by their letters, items are summed up in another order.
    assert [found["alpha"], found["ci_low"], found["ci_high"], found["ac2"]["value"]] == pytest.approx(
        [expected.alpha, expected.ci_low, expected.ci_high, corrected.coefficient], abs=1e-12
    )
    assert found["level"] == "ordinal"
    assert found["n_ratings"] == len(given)
    assert found["n_missing"] == len(rated()) - len(given)
    assert found["n_raters"] == len(RATERS)
    assert [rate["value"] for rate in found["base_rates"]] == [1, 2, 3, 4, 5]
    assert sum(rate["count"] for rate in found["base_rates"]) == len(given)


def test_agreement_is_the_same_from_csv_parquet_and_standard_input_and_in_any_order(ratings):
    pq.write_table(pacsv.read_csv(ratings), "ratings.parquet")
    rows = rated()
    random.Random(5).shuffle(rows)

    def measured(*arguments: object, **more: object) -> object:
        # Where the columns lie in memory, and in which order, decides on the last digit of a sum.
        return json.loads(
            run("agreement", *arguments, "--json", **more).stdout, parse_float=lambda n: round(float(n), 9)
        )

    found = measured(ratings)

    assert measured("ratings.parquet") == found
    assert measured("-", input=Path(ratings).read_bytes()) == found
    assert measured(write("shuffled.csv", HEADER, rows)) == found


def test_agreement_says_in_words_what_was_measured(ratings):
    text = run("agreement", ratings, "--kind", "quality").stdout

    assert re.match(r"\d+ ratings of 30 items by 5 raters; 30 of them rated twice or more; 95 % intervals\n", text)
    assert re.search(r"^Krippendorff's alpha +0\.\d\d \(0\.\d\d–0\.\d\d\)$", text, re.MULTILINE)
    assert re.search(r"^5 +\d+ +\d+%$", text, re.MULTILINE)
    assert "healthy for quality or realism" in text
    assert re.search(r"^\d+ rows without a value were left out\.$", text, re.MULTILINE)


def test_a_coefficient_that_does_not_apply_is_null_with_the_reason(ratings):
    found = answer("agreement", ratings)

    assert found["ac1"] is None
    assert "AC2 takes its place" in found["refused"]["ac1"]
    assert found["icc"] is None
    assert found["verdict"] is None
    nothing = {key for key, value in found.items() if value is None}
    assert nothing == set(found["refused"])


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_every_level_has_its_coefficients(complete, level):
    found = answer("agreement", complete, "--level", level)

    assert (found["ac1"] is None) == (level != "nominal")
    assert (found["ac2"] is None) == (level == "nominal")
    assert (found["icc"] is None) == (level in {"nominal", "ordinal"})
    assert (found["within_one"] is None) == (level == "nominal")


def test_two_raters_of_the_same_items_have_cohens_kappa_and_others_fleiss():
    rows = [
        (item, rater, (item + (rater == "bob") * (item % 3 == 0)) % 3) for item in range(12) for rater in ("al", "bob")
    ]
    both = write("both.csv", ["item", "rater", "value"], rows)
    fewer = write("fewer.csv", ["item", "rater", "value"], rows[:-1])

    assert answer("agreement", both, "--level", "nominal")["kappa"]["method"] == "cohen"
    assert answer("agreement", fewer, "--level", "nominal")["kappa"]["method"] == "fleiss"
    assert "Cohen's kappa" in run("agreement", both).stdout


def test_words_are_categories_and_with_an_order_a_scale():
    words = ["bad", "fair", "good"]
    rows = [(item, rater, words[(item + rater // 2) % 3]) for item in range(9) for rater in range(3)]
    file = write("words.csv", ["item", "rater", "value"], rows)

    categories = answer("agreement", file)
    scale = answer("agreement", file, "--order", "bad, fair,good")

    assert (categories["level"], scale["level"]) == ("nominal", "ordinal")
    numbers = [words.index(value) for _, _, value in rows]
    assert scale["alpha"] == krippendorff_alpha([row[0] for row in rows], numbers).alpha
    assert [rate["value"] for rate in scale["base_rates"]] == words
    assert scale["within_one"] is None


def test_truth_values_are_categories():
    table = pa.table(
        {"item": [1, 1, 2, 2, 3, 3], "rater": [1, 2] * 3, "value": [True, True, False, True, False, False]}
    )
    pq.write_table(table, "flags.parquet")

    found = answer("agreement", "flags.parquet")

    assert found["level"] == "nominal"
    assert [rate["value"] for rate in found["base_rates"]] == [False, True]


def test_a_level_of_the_scale_that_nobody_chose_still_counts():
    rows = [(item, rater, "good" if item % 2 else "bad") for item in range(6) for rater in range(2)]
    file = write("words.csv", ["item", "rater", "value"], [*rows, (6, 0, "bad"), (6, 1, "good")])

    narrow, wide = (answer("agreement", file, "--order", order)["ac2"] for order in ("bad,good", "bad,fair,good"))

    assert wide["value"] > narrow["value"]


def test_words_that_sound_like_no_answer_are_pointed_out():
    rows = [(item, rater, "NA" if item == 3 else "ab"[item % 2]) for item in range(6) for rater in range(2)]

    found = answer("agreement", write("words.csv", ["item", "rater", "value"], rows))

    assert any("Counted as answers: NA" in note for note in found["notes"])


def test_groups_are_measured_each_by_itself_and_sorted_by_value():
    rows = [
        (item, rater, (item * 7 + rater * (item % 2)) % 4, group)
        for group in (10, 9)
        for item in range(8)
        for rater in range(2)
    ]
    rows += [("x", 0, 1, 2), ("y", 0, 2, 2), ("z", 0, "", 1)]
    file = write("groups.csv", ["item", "rater", "value", "group"], rows)

    found = answer("agreement", file, "--by", "group")

    assert [group["group"] for group in found["groups"]] == [1, 2, 9, 10]
    nothing, alone, *others = found["groups"]
    assert (nothing["n_ratings"], nothing["n_missing"], nothing["alpha"]) == (0, 1, None)
    assert alone["alpha"] is None
    assert "None of the 2 items was rated twice" in alone["refused"]["alpha"]
    assert [group["alpha"] is None for group in others] == [False, False]
    assert list(nothing) == list(others[0])
    alone_too = write("nine.csv", ["item", "rater", "value"], [row[:3] for row in rows if row[3] == 9])
    assert others[0]["alpha"] == answer("agreement", alone_too)["alpha"]
    text = run("agreement", file, "--by", "group").stdout
    assert "2: None of the 2 items was rated twice" in text


def test_alpha_without_an_interval_is_given_with_the_reason():
    file = write("one.csv", ["item", "rater", "value"], [("a", 1, 3), ("a", 2, 4), ("b", 1, 3)])

    found = answer("agreement", file)

    assert found["alpha"] is not None
    assert (found["ci_low"], found["ci_high"]) == (None, None)
    assert "Only item a was rated twice" in found["refused"]["alpha"]
    assert "Only item a was rated twice" in run("agreement", file).stdout


def test_where_alpha_does_not_exist_the_command_fails_and_says_why():
    file = write("same.csv", ["item", "rater", "value"], [(item, rater, 4) for item in "ab" for rater in (1, 2)])

    line = refusal("agreement", file, code=1)

    assert line.startswith("Error: All 4 ratings of items rated twice are equal")
    assert answer("agreement", file, code=1) == {
        "error": {"code": "no_variation", "message": line.removeprefix("Error: ")}
    }


# --- consensus ---


@pytest.mark.parametrize("method", ["majority", "dawid-skene", "map", "hard", "one-coin", "mace", "glad"])
def test_every_method_settles_on_a_category_for_every_item(ratings, method):
    found = answer("consensus", ratings, "--method", method)

    assert found["categories"] == [1, 2, 3, 4, 5]
    assert len(found["items"]) == found["n_items"] == 30
    assert all(item["category"] in found["categories"] and 0 < item["probability"] <= 1 for item in found["items"])
    assert (found["raters"] is None) == (method == "majority")
    assert [sum(row) for row in found["confusion"]] == pytest.approx([1.0] * 5)
    assert sum(found["confusion_counts"]) == pytest.approx(found["n_ratings"])
    assert (found["log_likelihood"] is None) == (method in {"majority", "mace", "glad"})
    assert (found["log_posterior"] is None) == (method not in {"mace", "glad"})


def test_a_majority_that_is_tied_says_so():
    rows = [("a", 1, "yes"), ("a", 2, "no"), ("b", 1, "yes"), ("b", 2, "yes")]

    found = answer("consensus", write("votes.csv", ["item", "rater", "value"], rows), "--method", "majority")

    assert [(item["item"], item["category"], item["tied"]) for item in found["items"]] == [
        ("a", "no", True),
        ("b", "yes", False),
    ]
    assert "tied" in run("consensus", "votes.csv", "--method", "majority").stdout


@pytest.mark.parametrize("words", [False, True])
def test_known_categories_show_how_often_the_consensus_is_right(words):
    name = ["", "one", "two", "three", "four", "five"] if words else range(6)
    rows = [
        [item, rater, value if value == "" else name[value], "" if item.endswith("7") else name[truth]]
        for item, rater, value, _, truth in rated()
    ]
    file = write("gold.csv", ["item", "rater", "value", "gold"], rows)

    found = answer("consensus", file, "--gold", "gold")

    known = {row[0]: row[3] for row in rows if row[3] != ""}
    right = [item["category"] == known[item["item"]] for item in found["items"] if item["item"] in known]
    assert found["gold"]["n_items"] == len(known) == 27
    assert found["gold"]["accuracy"] == pytest.approx(sum(right) / len(right))
    assert found["gold"]["temperature"] > 0
    assert "27 items with a known category" in run("consensus", file, "--gold", "gold").stdout


@pytest.mark.parametrize(
    ("gold", "code", "words"),
    [
        (["", "", ""], 1, "the column of --gold is empty"),
        (["yes", "no", ""], 2, "Control item a occurs more than once"),
        (["maybe", "", ""], 2, "'maybe' is none that a rater named"),
    ],
)
def test_known_categories_that_are_none_are_refused(gold, code, words):
    rows = [("a", 1, "yes"), ("a", 2, "no"), ("b", 3, "yes"), ("b", 1, "yes"), ("a", 3, "yes")]
    rows = [[*row, known] for row, known in itertools.zip_longest(rows, gold, fillvalue="")]
    file = write("gold.csv", ["item", "rater", "value", "gold"], rows)

    assert words in refusal("consensus", file, "--gold", "gold", code=code)


# --- opinion ---


@pytest.mark.parametrize("method", ["mos", "p910", "corrected"])
def test_every_method_gives_each_item_its_quality_and_each_rater_a_bias(method):
    file = write("panel.csv", HEADER, rated(raters=PANEL))

    found = answer("opinion", file, "--method", method, "--scale", 1, 5)

    assert len(found["items"]) == 30
    assert all(item["ci_low"] <= item["mean"] <= item["ci_high"] for item in found["items"])
    bias = {rater["rater"]: rater["bias"] for rater in found["raters"]}
    assert (min(bias, key=bias.get), max(bias, key=bias.get)) == ("cy", "bob")
    assert all((rater["inconsistency"] is None) == (method == "mos") for rater in found["raters"])
    assert 0 < found["sos"]["parameter"] < 1
    screened = found["screening"]["raters"]
    assert {rater["rater"] for rater in screened} == set(PANEL)
    assert found["screening"]["rejected"] == [rater["rater"] for rater in screened if rater["rejected"]]


def test_items_rated_once_are_named_where_they_have_no_interval():
    rows = [("a", 1, 3), ("a", 2, 4), ("b", 1, 2), ("b", 2, 2), ("c", 1, 5)]

    found = answer("opinion", write("few.csv", ["item", "rater", "value"], rows), "--method", "mos")

    assert found["left_out"] == {"items": ["c"], "raters": []}
    apart = write("apart.csv", ["item", "rater", "value"], [*rows, ("a", 3, 3)])
    assert "Sharing fewer than two items with others: 3." in run("opinion", apart, "--method", "mos").stdout
    once = write("once.csv", ["item", "rater", "value"], [("a", 1, 3), ("a", 2, 4)])
    assert "No biases: " in run("opinion", once, "--method", "mos").stdout
    assert "Rated once, so without an interval: 1 item." in run("opinion", "few.csv", "--method", "mos").stdout


def test_a_model_that_the_ratings_are_too_few_for_names_the_option_that_helps(ratings):
    line = refusal("opinion", ratings, "--method", "p910", code=1)

    assert line.endswith("Use --method corrected.")


# --- preference ---


@pytest.mark.parametrize("model", ["bradley-terry", "thurstone", "davidson", "rao-kupper", "crowd"])
def test_every_model_puts_items_in_the_order_of_preference(duels, model):
    found = answer("preference", duels, "--model", model, "--rater", "rater")

    assert {item["item"] for item in found["items"]} == set(MODELS)
    assert found["items"][0]["item"] == "flux"
    assert found["items"][-1]["item"] == "sdxl"
    assert sum(item["score"] for item in found["items"]) == pytest.approx(0, abs=1e-9)
    assert sum(item["wins"] for item in found["items"]) == found["n_comparisons"] - found["n_ties"]
    assert (found["ties"] is None) == (model not in {"davidson", "rao-kupper"})
    assert (found["raters"] is None) == (model != "crowd")
    assert found["connected"]


@pytest.mark.parametrize(
    ("first", "second", "tie"),
    [
        (1, -1, 0),
        (2.5, -0.1, 0),
        ("first", "second", "tie"),
        ("A", "B", "Draw"),
        ("left", " Right", "equal"),
        ("x", "y", "tie"),
    ],
)
def test_who_won_may_be_written_in_many_ways(first, second, tie):
    rows = [("x", "y", first), ("x", "y", first), ("x", "y", second), ("x", "y", tie), ("x", "y", "")]

    found = answer("preference", write("duels.csv", ["first", "second", "value"], rows))

    assert found["items"][0] | {"score": 0, "ci_low": 0, "ci_high": 0} == {
        "item": "x", "score": 0, "ci_low": 0, "ci_high": 0, "wins": 2, "losses": 1, "ties": 1, "n_comparisons": 4,
    }  # fmt: skip
    assert found["n_missing"] == 1
    assert (found["side"]["first"], found["side"]["second"]) == (2, 1)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("x", "y", "z")], "line 2: has 'z' in 'value'; allowed: a number, first, second or tie"),
        ([("x", "y", "x"), ("b", "a", "a")], "line 3: has 'a' in 'value'; allowed: first, second or tie, as this is"),
        ([(1, 2, 2), (2, 1, 2)], "line 2: has a number in 'value' that could be an item or a sign"),
        ([("x", "y", 1), ("x", "x", 1)], "line 3: compares 'x' with itself"),
        ([("x", "", 1)], "line 2: has nothing in 'second'"),
    ],
)
def test_a_winner_who_cannot_be_told_is_refused_with_the_line(rows, words):
    assert words in refusal("preference", write("duels.csv", ["first", "second", "value"], rows))


def test_the_winner_by_name_may_be_a_number_where_some_comparison_says_so_in_words():
    rows = [(1, 2, "2"), (2, 1, "2"), (1, 2, "1"), (1, 2, "tie")]

    found = answer("preference", write("duels.csv", ["first", "second", "value"], rows))

    assert [(item["item"], item["wins"]) for item in found["items"]] == [(2, 2), (1, 1)]


def test_groups_that_never_meet_are_named_and_a_prior_makes_a_scale():
    rows = [("a", "b", 1), ("a", "b", -1), ("x", "y", 1), ("y", "z", 1), ("z", "x", 1)]
    file = write("duels.csv", ["first", "second", "value"], rows)

    line = refusal("preference", file, code=1)
    error = answer("preference", file, code=1)["error"]

    assert "2 groups that never meet: {x, y, z} and {a, b}" in line
    assert error == {
        "code": "disconnected_comparisons",
        "message": line.removeprefix("Error: "),
        "groups": [["x", "y", "z"], ["a", "b"]],
    }
    found = answer("preference", file, "--prior", 1)
    assert not found["connected"]
    assert any("never meet" in note for note in found["notes"])


def test_comparisons_all_decided_for_one_side_are_pointed_out():
    rows = [("a", "b", 1), ("b", "c", 1), ("c", "a", 1)]

    found = answer("preference", write("duels.csv", ["first", "second", "value"], rows))

    assert any("decided for the same side" in note for note in found["notes"])
    assert (found["transitivity"]["circular"], found["transitivity"]["triads"]) == (1, 1)


def test_a_model_of_ties_without_a_tie_names_the_option_that_helps():
    rows = [("a", "b", 1), ("a", "b", -1)]

    line = refusal("preference", write("duels.csv", ["first", "second", "value"], rows), "--model", "davidson", code=1)

    assert line == "Error: None of the 2 comparisons is a tie; use --model bradley-terry."


def test_more_items_than_can_have_intervals_have_scores():
    rows = [(item, other, 1) for item in range(3001) for other in ((item + 1) % 3001, (item + 7) % 3001)]

    found = answer("preference", write("many.csv", ["first", "second", "value"], rows), "--prior", 1)

    assert len(found["items"]) == 3001
    assert {item["ci_low"] for item in found["items"]} == {None}
    assert "3000" in found["refused"]["items.ci"]


def test_preferences_are_told_in_words(duels):
    text = run("preference", duels, "--rater", "rater", "--model", "davidson").stdout

    assert re.match(r"240 comparisons of 4 items by 6 raters, \d+ ties; scores by davidson in log-odds;", text)
    assert re.search(r"^flux +\+\d\.\d\d \(\d\.\d\d–\d\.\d\d\)", text, re.MULTILINE)
    for line in ("first preferred to second", "circular triads", "foretold by other raters", "parameter of ties"):
        assert f"\n{line}" in text
    assert "Reliability" in run("preference", duels, "--rater", "rater", "--model", "crowd").stdout
    write("two.csv", ["first", "second", "value"], [("a", "b", 1), ("a", "b", -1)])
    assert "No transitivity: " in run("preference", "two.csv").stdout


def test_comparisons_without_one_value_are_refused(duels):
    write("none.csv", ["first", "second", "value"], [("a", "b", "")])

    assert "There are no" in refusal("preference", "none.csv", code=1)


def test_the_model_that_weighs_raters_asks_for_them(duels):
    assert "--rater: is missing" in refusal("preference", duels, "--model", "crowd")


# --- variance ---


def test_variance_is_told_apart_and_raters_are_counted(ratings):
    found = answer("variance", ratings, "--target", 0.9)

    assert [part["facet"] for part in found["components"]] == ["item", "rater", "item × rater"]
    assert sum(part["share"] for part in found["components"]) == pytest.approx(1)
    assert found["now"]["raters"] == 4 or found["now"]["raters"] == 5
    assert 0 < found["now"]["phi"]["value"] <= found["now"]["g"]["value"] < 1
    assert found["raters_needed"]["target"] == 0.9
    more = answer("variance", ratings, "--target", 0.95)["raters_needed"]["raters"]
    assert more > found["raters_needed"]["raters"] >= 1


def test_criteria_and_versions_are_facets_of_their_own():
    rows = [(*row[:3], criterion, 1) for criterion, seed in (("realism", 1), ("fit", 2)) for row in rated(seed=seed)]
    file = write("criteria.csv", ["item", "rater", "value", "criterion", "version"], rows)

    found = answer("variance", file, "--criterion", "criterion")

    assert found["levels"] == {"criterion": 2}
    assert "item × criterion" in [part["facet"] for part in found["components"]]
    assert "and 2 criteria" in run("variance", file, "--criterion", "criterion").stdout
    assert "version" in refusal("variance", file, "--version", "version", code=1)


def test_items_that_do_not_differ_leave_coefficients_out_with_the_reason():
    rows = [(item, rater, (item + rater) % 6) for item in range(6) for rater in range(6)]

    found = answer("variance", write("noise.csv", ["item", "rater", "value"], rows))

    assert found["now"]["g"] is None
    assert found["raters_needed"]["raters"] is None
    assert {"now", "raters_needed"} <= set(found["refused"])
    assert "No coefficients: " in run("variance", "noise.csv").stdout


def test_a_number_of_raters_without_an_interval_is_given_with_the_reason():
    chance = random.Random(2)
    rows = [(item, rater, chance.randint(1, 5)) for item in range(4) for rater in range(3)]

    found = answer("variance", write("few.csv", ["item", "rater", "value"], rows))

    assert found["raters_needed"] == {"target": 0.8, "raters": 17, "ci_low": None, "ci_high": None}
    assert "has no interval" in found["refused"]["raters_needed"]
    assert re.search(r"^Raters for a dependability of 0.8 +17$", run("variance", "few.csv").stdout, re.MULTILINE)


# --- groups ---

BY_GROUP = {
    "agreement": ["--level", "interval", "--kind", "quality"],
    "consensus": ["--gold", "truth"],
    "opinion": ["--scale", 1, 5],
    "preference": ["--rater", "rater"],
    "variance": [],
}


def in_groups(question, name, keep=lambda _group: True):
    """Write rows of two groups, told apart by another column than any question reads; ``keep`` says which."""
    if question == "preference":
        header, rows = ["first", "second", "value", "rater", "group"], []
        for seed, group in ((3, 12), (4, 9)):
            chance = random.Random(seed)
            for number in range(120):
                # One item of each group does not occur in the other.
                first, second = chance.sample([*MODELS, f"only{group}"], 2)
                better = first if chance.gauss(MODELS.get(first, 0) - MODELS.get(second, 0), 1) > 0 else second
                rows.append([first, second, "" if number % 40 == 0 else better, f"rater{number % 6}", group])
    else:
        header = [*HEADER, "group"]
        rows = [[*row, group] for seed, group in ((3, 12), (4, 9)) for row in rated(seed=seed)]
    random.Random(0).shuffle(rows)
    return write(name, header, [row for row in rows if keep(row[-1])])


@pytest.mark.parametrize("question", BY_GROUP)
def test_every_group_has_the_answer_that_its_rows_alone_have(question):
    both = in_groups(question, "both.csv")

    found = answer(question, both, *BY_GROUP[question], "--by", "group")

    assert [group["group"] for group in found["groups"]] == [9, 12]
    for group in found["groups"]:
        label = group.pop("group")
        alone = in_groups(question, f"{label}.csv", lambda other, label=label: other == label)
        assert group == answer(question, alone, *BY_GROUP[question])
    assert found["by"] == "group"
    assert found["n_missing"] == sum(group["n_missing"] for group in found["groups"]) > 0


@pytest.mark.parametrize("question", BY_GROUP)
def test_groups_are_told_in_words_a_row_for_each(question):
    text = run(question, in_groups(question, "both.csv"), *BY_GROUP[question], "--by", "group").stdout

    assert "2 groups by group; 95 % intervals\n" in text
    assert re.search(r"^group +n ", text, re.MULTILINE)
    assert len(re.findall(r"^(?:9|12) +1\d\d ", text, re.MULTILINE)) == 2
    assert re.search(r"^\d+ rows without a value were left out\.$", text, re.MULTILINE)


@pytest.mark.parametrize("question", ["consensus", "opinion", "variance"])
def test_a_group_that_determines_no_answer_stays_with_the_reason(question):
    rows = [*rated(), ["only", "ann", 3, "alone", 3], ["none", "ann", "", "empty", 3]]
    file = write("four.csv", HEADER, rows)

    found = answer(question, file, "--by", "style")

    art, *others = found["groups"]
    assert [group["group"] for group in found["groups"]] == ["alone", "art", "empty", "photo"]
    assert set(art) == {"group", "error"}
    assert set(art["error"]) == {"code", "message"}
    assert [set(group) == {"group", "error"} for group in others] == [False, True, False]
    assert others[1]["error"] == {"code": "no_ratings", "message": "There are no ratings."}
    text = run(question, file, "--by", "style").stdout
    assert f"\nalone: {art['error']['message']}\n" in text
    assert "\nempty: There are no ratings.\n" in text
    assert re.search(r"^alone +– +– +–", text, re.MULTILINE)


def test_a_group_of_comparisons_that_fall_apart_says_which_items_never_meet(duels):
    rows = [[*row, "whole"] for row in csv.reader(Path(duels).read_text().splitlines()[1:])]
    rows += [["sdxl", "flux", "first", "ann", "split"], ["dalle", "imagen", "first", "ann", "split"]]
    rows += [["sdxl", "flux", "", "ann", "void"]]
    file = write("topics.csv", ["first", "second", "value", "rater", "topic"], rows)

    split, void, whole = answer("preference", file, "--by", "topic")["groups"]

    assert split["error"]["code"] == "disconnected_comparisons"
    assert split["error"]["groups"] == [["dalle", "imagen"], ["flux", "sdxl"]]
    assert "{dalle, imagen} and {flux, sdxl}" in split["error"]["message"]
    assert void["error"]["code"] == "no_ratings"
    assert whole["items"][0]["item"] == "flux"
    assert "split: The comparisons fall into 2 groups" in run("preference", file, "--by", "topic").stdout


def test_items_that_only_stand_in_rows_without_a_value_are_no_islands():
    rows = [("a", "b", 1), ("a", "b", -1), ("a", "c", "")]

    found = answer("preference", write("duels.csv", ["first", "second", "value"], rows))

    assert found["connected"]
    assert found["notes"] == []


@pytest.mark.parametrize(
    ("question", "code"), [("consensus", "no_variation"), ("opinion", "too_few_raters"), ("variance", "too_few_levels")]
)
def test_where_no_group_has_an_answer_the_command_fails_and_says_why(question, code):
    rows = [(item, "ann", 3, group) for item in range(3) for group in ("one", "two")]
    file = write("alone.csv", ["item", "rater", "value", "group"], rows)

    line = refusal(question, file, "--by", "group", code=1)
    error = answer(question, file, "--by", "group", code=1)["error"]

    assert line.startswith("Error: No group of 'group' has an answer; one: ")
    assert error == {"code": code, "message": line.removeprefix("Error: ")}


def test_a_group_without_known_categories_keeps_its_consensus():
    rows = [[*row[:4], row[4] if row[3] == "art" else ""] for row in rated()]
    file = write("gold.csv", HEADER, rows)

    art, photo = answer("consensus", file, "--gold", "truth", "--by", "style")["groups"]

    assert art["gold"]["n_items"] == 15
    assert photo["gold"] is None
    assert photo["refused"]["gold"] == "No item has a known category."
    assert len(photo["items"]) == 15
    text = run("consensus", file, "--gold", "truth", "--by", "style").stdout
    assert "photo: No share that is right: No item has a known category." in text
    assert "known category" not in run("consensus", file, "--by", "style").stdout


def test_a_known_category_that_nobody_in_the_group_named_is_not_wrong_input():
    rows = [(item, rater, f"{group}{(item + rater // 2) % 2}", group, "") for group in "xy" for item in range(6)
            for rater in range(3)]  # fmt: skip
    rows[0] = (*rows[0][:4], "y0")

    x, y = answer(
        "consensus", write("gold.csv", ["item", "rater", "value", "group", "gold"], rows), "--gold", "gold",
        "--by", "group", "--method", "majority",
    )["groups"]  # fmt: skip

    assert x["categories"] == ["x0", "x1"]
    assert "which no rater ever named" in x["refused"]["gold"]
    assert y["refused"]["gold"] == "No item has a known category."


@pytest.mark.parametrize(
    ("known", "code", "words"),
    [
        ({1: 9}, 2, "The known category 9 is none that a rater named"),
        ({1: 1, 2: 2}, 2, "style art: Control item img0 occurs more than once"),
        ({}, 1, "the column of --gold is empty"),
    ],
)
def test_known_categories_that_are_none_are_refused_in_groups_too(known, code, words):
    rows = [[*row[:4], known.get(number, "")] for number, row in enumerate(rated(shown=1.0))]
    file = write("gold.csv", HEADER, rows)

    assert words in refusal("consensus", file, "--gold", "truth", "--by", "style", code=code)


def test_variance_of_groups_is_drawn_group_by_group_and_says_how_many_have_none():
    file = write("groups.csv", HEADER, [*rated(), ["only", "ann", 3, "alone", 3]])

    run("variance", file, "--by", "style", "--plot", "out.svg")

    drawn = " ".join(ET.parse("out.svg").getroot().itertext())  # noqa: S314  (we wrote it)
    assert "art" in drawn
    assert "photo" in drawn
    assert "(1 group without an answer)" in drawn


@pytest.mark.parametrize("question", ["consensus", "opinion", "preference"])
def test_a_plot_of_one_answer_is_refused_for_several(question):
    file = in_groups(question, "both.csv")

    line = refusal(question, file, "--by", "group", "--plot", "out.svg")

    assert line.startswith(
        "Error: --plot: draws one answer, and --by gives one for each group; allowed: one of the two"
    )
    assert not Path("out.svg").exists()


def test_the_column_of_groups_has_something_in_every_row():
    file = write("groups.csv", HEADER, [["a", "ann", 1, "", 1]])

    assert "line 2: has nothing in 'style'" in refusal("variance", file, "--by", "style")


# --- files and options ---

QUESTIONS = ("agreement", "consensus", "opinion", "variance")


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"item,rater,value\n", "has no rows"),
        (b"item,person,value\na,x,1\n", "has no column 'rater'"),
        (b"item,rater,value,rater\na,x,1,y\n", "has 2 columns 'rater'"),
        (b"item,rater,value\na,x\n", "line 2: has 2 cells"),
        (b"item,rater,value\n\xff,x,1\n", "line 2: is not text in UTF-8"),
        (b"item,rater,value\n,x,1\n", "line 2: has nothing in 'item'"),
    ],
)
def test_a_file_that_is_wrong_is_refused_in_one_line(question, content, words):
    Path("wrong.csv").write_bytes(content)

    line = refusal(question, "wrong.csv")

    assert words in line
    assert answer(question, "wrong.csv", code=2)["error"] == {
        "code": "wrong_input",
        "message": line.removeprefix("Error: "),
    }


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    "rows",
    [
        [("a", "x", "")],
        [("a", "x", 1)],
        [("a", "x", 1), ("a", "y", 1)],
        [("a", "x", 1), ("b", "y", 2)],
        [("a", "x", 1), ("a", "x", 2), ("a", "x", 3)],
        [(item, "x", item) for item in range(10)],
    ],
)
def test_too_few_ratings_are_refused_in_one_line(question, rows):
    done = CliRunner().invoke(measure, [question, write("few.csv", ["item", "rater", "value"], rows)])

    assert done.exit_code in {0, 1}
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert (done.exit_code == 0) == (done.stderr == "")
    assert len(done.stderr.splitlines()) == done.exit_code


@pytest.mark.parametrize(
    ("value", "level", "code", "words"),
    [
        ("n/a", "interval", 2, "line 2: has 'n/a' in 'value'; allowed: a number"),
        ("good", "ordinal", 2, "line 2: has 'good' in 'value'; allowed: a number"),
        ("9" * 30, "ordinal", 2, "in 'value'; allowed: a number up to 2**53"),
        ("2026-01-01", "interval", 2, "has '2026-01-01' in 'value'"),
        ("-1", "ratio", 2, "but one is -1. Use --level interval."),
    ],
)
def test_values_that_the_level_does_not_admit_are_refused(value, level, code, words):
    rows = [("a", "x", value), ("a", "y", 2), ("b", "x", 1), ("b", "y", 1)]

    assert words in refusal(
        "agreement", write("wrong.csv", ["item", "rater", "value"], rows), "--level", level, code=code
    )


def test_a_million_categories_are_refused_and_not_computed():
    rows = [(row % 500, row, f"word{row}") for row in range(1500)]
    file = write("words.csv", ["item", "rater", "value"], rows)

    assert "merge rare ones" in refusal("consensus", file, "--method", "majority", code=1)
    assert "categories" in answer("agreement", file)["refused"]["ac1"]
    assert "No kappa: " in run("agreement", file).stdout


def test_confusions_too_many_to_print_are_left_out_with_the_reason():
    rows = [(row // 3, row % 210, f"word{row // 6 % 70}") for row in range(630)]

    found = answer("consensus", write("many.csv", ["item", "rater", "value"], rows), "--method", "hard")

    assert {rater["confusion"] for rater in found["raters"]} == {None}
    assert found["refused"]["raters.confusion"].startswith("1029000 numbers")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--item", "rater"], "names 'rater' as --item does"),
        (["--by", "value"], "--by: names 'value' as --value does"),
        (["--order", "1,2,3"], "has 4 in 'value'; allowed: one of --order '1,2,3'"),
        (["--order", "a,b", "--level", "interval"], "says nothing of distances"),
        (["--plot", "out.png"], "allowed: a file that ends in .svg"),
        (["--plot", "nowhere/out.svg"], "which is no folder"),
        (["--plot", "there.svg"], "which is there already; allowed: a new file"),
    ],
)
def test_options_that_do_not_fit_are_refused(arguments, words):
    file = write("four.csv", ["item", "rater", "value"], [("a", "x", 4), ("a", "y", 4)])
    Path("there.svg").touch()

    assert words in refusal("agreement", file, *arguments)


def test_a_confidence_of_its_own_widens_the_intervals(ratings):
    usual, wide = answer("agreement", ratings), answer("agreement", ratings, "--confidence", 0.99)

    assert wide["ci_low"] < usual["ci_low"]
    assert wide["confidence"] == 0.99
    assert "99 % intervals" in run("agreement", ratings, "--confidence", 0.99).stdout


def test_errors_speak_of_raters_and_items_by_their_names_in_the_file():
    rows = [("cat", "ann", 1), ("cat", "ann", 2), ("owl", "ann", 2), ("cat", "bob", 2), ("owl", "bob", 1)]
    file = write("twice.csv", ["item", "rater", "value"], rows)

    found = answer("agreement", file, "--level", "interval")

    assert found["refused"]["icc"].startswith("Rater ann rated item cat more than once")


def test_tables_that_are_long_are_cut_and_say_so():
    rows = [(f"img{item:03}", rater, (item + rater) % 3) for item in range(80) for rater in range(4)]

    text = run("consensus", write("long.csv", ["item", "rater", "value"], rows), "--method", "majority").stdout

    assert "img049" in text
    assert "img050" not in text
    assert "… and 30 more; see them all with --json." in text


# --- plots ---


@pytest.mark.parametrize(
    "arguments",
    [
        ["agreement", "ratings.csv"],
        ["agreement", "ratings.csv", "--by", "style", "--kind", "quality"],
        ["consensus", "ratings.csv"],
        ["opinion", "ratings.csv"],
        ["preference", "duels.csv"],
        ["variance", "ratings.csv"],
        ["variance", "ratings.csv", "--by", "style"],
    ],
    ids=" ".join,
)
def test_an_answer_is_drawn_into_a_new_file(ratings, duels, arguments):
    run(*arguments, "--plot", "out.svg")

    assert ET.parse("out.svg").getroot().tag.endswith("svg")  # noqa: S314  (we wrote it)


def test_a_plot_that_cannot_be_written_is_refused(ratings):
    Path("out.svg").symlink_to("nowhere/out.svg")

    assert "--plot: cannot be written" in refusal("agreement", ratings, "--plot", "out.svg")


def test_what_has_nothing_to_show_is_refused(ratings):
    assert "--method corrected" in refusal("opinion", ratings, "--method", "mos", "--plot", "out.svg")
    file = write("once.csv", ["item", "rater", "value", "by"], [("a", "x", 1, "one"), ("b", "x", 2, "two")])

    assert "nothing to show" in refusal("agreement", file, "--by", "by", "--plot", "out.svg", code=1)
    assert not Path("out.svg").exists()


# --- no installation, and what the documentation says ---


@pytest.mark.parametrize(
    "start",
    [
        ["-c", "from rubrica.cli.main import rubrica; rubrica()"],
        ["-m", "rubrica"],
        ["-m", "rubrica", "--home", "elsewhere"],
    ],
    ids=" ".join,
)
def test_the_command_needs_no_installation_and_makes_none(ratings, tmp_path, start):
    before = sorted(tmp_path.iterdir())

    done = subprocess.run(
        [sys.executable, *start, "measure", "agreement", ratings],
        env={"PATH": "", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert "Krippendorff's alpha" in done.stdout
    assert sorted(tmp_path.iterdir()) == before


def keys_of(value, path=""):
    """Yield the path of every key of an answer; what stands under ``refused`` and ``levels`` is named by the file."""
    if isinstance(value, dict):
        for key, inner in value.items():
            at = f"{path}.{key}" if path else key
            yield at
            if key not in {"refused", "levels"}:
                yield from keys_of(inner, at)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, dict):
                yield from keys_of(inner, f"{path}[]")


def documented(heading):
    text = (DOCS / "reference/measure-command.md").read_text()
    section = re.split(r"^##+ ", text.partition(f"## {heading}\n")[2], flags=re.MULTILINE)[0]
    table = section.partition("| Key |")[2].partition("\n\n")[0]
    return {key for line in table.splitlines()[2:] for key in re.findall(r"`([^`]+)`", line.split("|")[1])}


EXAMPLES = {
    "`agreement`": [
        ["agreement", "complete.csv", "--level", "interval", "--kind", "quality"],
        ["agreement", "complete.csv", "--level", "nominal"],
    ],
    "`consensus`": [["consensus", "ratings.csv", "--gold", "truth"]],
    "`opinion`": [["opinion", "ratings.csv", "--scale", "1", "5"], ["opinion", "ratings.csv", "--method", "mos"]],
    "`preference`": [
        ["preference", "duels.csv", "--rater", "rater", "--model", "crowd"],
        ["preference", "duels.csv", "--model", "davidson", "--rater", "rater"],
    ],
    "`variance`": [["variance", "ratings.csv"]],
}


@pytest.mark.parametrize("heading", EXAMPLES)
def test_every_key_is_described_and_no_other(ratings, complete, duels, heading):
    found = {key for arguments in EXAMPLES[heading] for key in keys_of(answer(*arguments))}

    assert documented(heading) == found


def test_every_key_of_groups_is_described():
    found = {}
    for question, arguments in BY_GROUP.items():
        keys = set(keys_of(answer(question, in_groups(question, f"{question}.csv"), *arguments, "--by", "group")))
        found[question] = {key for key in keys if not key.startswith("groups[].") or key == "groups[].group"}
        of_group = {key.removeprefix("groups[].") for key in keys - found[question]}
        assert of_group <= documented(f"`{question}`")
    parts = [("a", "b", 0, "parts"), ("c", "d", 1, "parts"), ("a", "b", 1, "whole"), ("b", "a", 1, "whole")]
    file = write("parts.csv", ["first", "second", "value", "group"], parts)
    refused, _ = answer("preference", file, "--by", "group")["groups"]

    of_refused = {f"groups[].{key}" for key in keys_of(refused)}
    assert documented("With `--by`") == of_refused.union(*found.values())


def test_every_key_of_errors_is_described():
    halves = write("halves.csv", ["first", "second", "value"], [("a", "b", 0), ("c", "d", 1)])

    assert documented("Errors") == set(keys_of(answer("preference", halves, code=1)))


def test_the_notebook_of_the_guide_runs():
    write("ratings.csv", ["item", "rater", "score", "style"], [row[:4] for row in rated()])
    known: dict[str, object] = {}

    for code in re.findall(r"```python\n(.*?)```", (DOCS / "how-to/measure-a-file.md").read_text(), re.DOTALL):
        exec(code, known)  # noqa: S102  (it is ours)

    assert len(known["quality"]) == 30
    assert known["bias"].idxmin() == "cy"
    assert known["grades"].value_labels.tolist() == ["bad", "fair", "good"]
