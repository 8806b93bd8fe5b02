"""A plot says in words what it shows, prints every number, holds any label, and is the same each time."""

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.domain.verdict import BANDS, QUESTION_KINDS
from rubrica.formats import plots
from rubrica.formats.plots import svg
from rubrica.formats.plots.grids import SHADE

Plot = Callable[..., str]

NAN = math.nan
NAMESPACE = "{http://www.w3.org/2000/svg}"
PAGE_RULES = Path(svg.__file__).parents[2] / "web/static/rubrica/css/plots.css"
HOSTILE = "</text><script>alert(1)</script><img src=x onerror=\"alert('2')\">&amp;]]>"

LABELS = st.text(max_size=60) | st.sampled_from([HOSTILE, "\x00\ud800\u202e", "مثال 7", "例" * 80, "a" * 500])


def agreement(labels: list[str], **more: object) -> str:
    n = len(labels)
    values = np.linspace(0.2, 0.8, n)
    return plots.alpha_by_group(labels, values, values - 0.1, values + 0.1, [BANDS["quality"]] * n, **more)


def preference(labels: list[str], **more: object) -> str:
    values = np.linspace(-1.0, 1.0, len(labels))
    return plots.preference_scale(labels, values, values - 0.2, values + 0.2, **more)


def variance(labels: list[str], **more: object) -> str:
    shares = np.tile([0.7, 0.3], (len(labels), 1))
    return plots.variance_shares(["unit", "rater"], shares, shares - 0.1, shares + 0.1, criteria=labels, **more)


def plane(labels: list[str], **more: object) -> str:
    values = np.linspace(-1.0, 1.0, len(labels))
    return plots.bias_inconsistency_plane(labels, values, values - 0.2, values + 0.2, np.abs(values) + 0.1, **more)


def confusion(labels: list[str], **more: object) -> str:
    k = len(labels)
    return plots.confusion_matrix(labels, np.full((k, k), 1.0 / max(k, 1)), np.full(k, 12), **more)


def heatmap(labels: list[str], **more: object) -> str:
    values = np.linspace(-1.0, 1.0, len(labels))[:, None]
    return plots.disagreement_heatmap(labels, ["Realism"], values, values - 0.2, values + 0.2, **more)


ALL = pytest.mark.parametrize("plot", [agreement, preference, variance, plane, confusion, heatmap])


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314  (our own markup)


def words(text: str) -> list[str]:
    """Return the lines of text that are printed."""
    return ["".join(line.itertext()) for line in parsed(text).iter(f"{NAMESPACE}text")]


def finding(text: str) -> str:
    return parsed(text).findtext(f"{NAMESPACE}desc") or ""


# --- what all plots have in common ---


@ALL
def test_a_plot_is_an_image_with_a_title_and_a_finding_in_words(plot: Plot):
    root = parsed(plot(["one", "two"], title="What it is", prefix="p7"))

    assert root.get("role") == "img"
    assert (root.get("aria-labelledby"), root.get("aria-describedby")) == ("p7-title", "p7-desc")
    title, description = root[0], root[1]
    assert (title.tag, title.get("id"), title.text) == (f"{NAMESPACE}title", "p7-title", "What it is")
    assert (description.tag, description.get("id")) == (f"{NAMESPACE}desc", "p7-desc")
    assert re.search(r"(one|two).*\d", description.text or "")


@ALL
@given(labels=st.lists(LABELS, min_size=1, max_size=6), heading=LABELS)
@settings(max_examples=25)
def test_any_label_is_held_as_text(plot: Plot, labels: list[str], heading: str):
    root = parsed(plot(labels, title=heading))

    tags = {element.tag.removeprefix(NAMESPACE) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "g", "rect", "line", "circle", "path", "text"}
    names = {name for element in root.iter() for name in element.attrib}
    assert "style" not in names
    assert not [name for name in names if name.startswith("on") or name.endswith("href")]


@ALL
def test_a_hostile_label_stays_whole_where_it_is_pointed_at(plot: Plot):
    titles = [element.text or "" for element in parsed(plot([HOSTILE])).iter(f"{NAMESPACE}title")]

    assert any(HOSTILE in title for title in titles)


@ALL
def test_a_long_label_is_shortened_in_print(plot: Plot):
    long = "a criterion with a name that goes on and on, " * 5
    text = plot([long, "short"], embedded=True)

    assert any(line.endswith("…") and long.startswith(line[:-1]) for line in words(text))
    assert long.strip() in text


@ALL
def test_a_label_without_anything_to_print_still_has_a_name(plot: Plot):
    assert "(no name)" in words(plot(["\x00\u202e \n"], embedded=True))


@ALL
def test_the_same_numbers_give_the_same_bytes(plot: Plot):
    assert plot(["one", "two"]) == plot(["one", "two"])


@ALL
def test_an_embedded_plot_brings_no_style_sheet_and_no_heading(plot: Plot):
    text = plot(["one"], embedded=True, title="The heading")

    assert "<style" not in text
    assert "The heading" not in words(text)
    assert "The heading" in words(plot(["one"], title="The heading"))


@ALL
def test_every_class_has_a_rule_in_the_style_sheet(plot: Plot):
    used = {name for element in parsed(plot(["one", "two"])).iter() for name in element.get("class", "").split()}

    assert {name for name in used if not re.search(rf"\.{name}\b", svg.RULES)} == set()


@ALL
@pytest.mark.parametrize("prefix", ["", "7", "a b", 'a"b', "a<b"])
def test_a_prefix_that_cannot_begin_an_id_is_refused(plot: Plot, prefix: str):
    with pytest.raises(plots.PlotShapeError, match="prefix must be a letter"):
        plot(["one"], prefix=prefix)


@ALL
def test_no_label_is_nothing_to_show(plot: Plot):
    with pytest.raises(plots.NothingToShowError, match="is empty"):
        plot([])


@pytest.mark.parametrize("plot", [agreement, preference, plane, heatmap])
def test_of_two_hundred_the_most_extreme_forty_are_shown_and_counted(plot: Plot):
    text = plot([f"L{number:03}." for number in range(200)], embedded=True)

    assert any(line.startswith("40 of 200 shown: ") for line in words(text))
    titles = [element.text or "" for element in parsed(text).iter(f"{NAMESPACE}title")]
    shown = {name for title in titles for name in re.findall(r"^L\d{3}\.", title)}
    # The ends of a range are its extremes; agreement is shown from its lowest.
    assert len(shown) == 40
    assert "L000." in shown
    assert "L100." not in shown


@ALL
@pytest.mark.parametrize("n", [1, 7, 40])
def test_nothing_is_drawn_outside(plot: Plot, n: int):
    root = parsed(plot([f"a name {number}" for number in range(n)]))
    _, _, width, height = map(float, (root.get("viewBox") or "").split())
    placed = list(places(root, 0.0))

    assert len(placed) > 10
    assert all(0.0 <= x <= width and 0.0 <= y <= height for x, y in placed)


def places(element: ET.Element, top: float) -> Iterator[tuple[float, float]]:
    """Return where marks and lines of text stand, moved as their group is."""
    moved = re.fullmatch(r"translate\(0 ([\d.]+)\)", element.get("transform", ""))
    top += float(moved[1]) if moved else 0.0
    for x, y in (("x", "y"), ("x1", "y1"), ("x2", "y2"), ("cx", "cy")):
        if x in element.keys():  # noqa: SIM118  (an element is no dictionary)
            yield float(element.get(x, 0)), float(element.get(y, 0)) + top
    for child in element:
        yield from places(child, top)


# --- what is printed ---


def test_agreement_is_printed_with_its_interval_and_judged_against_its_band():
    text = plots.alpha_by_group(
        ["Realism", "Counts", "Beauty", "Text"],
        [0.2, 0.6, 0.8, NAN],
        [0.1, 0.5, NAN, NAN],
        [0.31, 0.7, NAN, NAN],
        [BANDS["quality"], BANDS["factual"], BANDS["aesthetics"], None],
    )

    assert finding(text) == (
        "Low for the kind of question, so look at the guideline: Realism 0.20. Between the bounds, so watch: "
        "Counts 0.60. Healthy: Beauty 0.80. Not determined: Text."
    )
    printed = words(text)
    assert {"0.20 (0.10–0.31)", "0.60 (0.50–0.70)", "0.80 (no interval)", "not determined"} <= set(printed)
    assert {"look below 0.25", "healthy from 0.40", "look below 0.55", "healthy from 0.70"} <= set(printed)
    assert "A hollow dot has no interval." in printed


@pytest.mark.parametrize("kind", QUESTION_KINDS)
@pytest.mark.parametrize("value", np.linspace(-0.1, 1.0, 12).tolist())
def test_the_words_place_agreement_where_its_verdict_does(kind, value):
    band = BANDS[kind]
    text = plots.alpha_by_group(["A"], [value], [NAN], [NAN], [band])
    expected = "Healthy" if value >= band.healthy_from else "Low" if value < band.look_below else "Between"

    assert finding(text).startswith(expected)


def test_agreement_without_bands_names_the_highest_and_the_lowest_group():
    text = plots.alpha_by_group(["a", "b", "c"], [0.4, -0.7, 0.9], [0.3, -0.9, 0.8], [0.5, -0.5, 1.0])

    assert finding(text) == "Agreement (alpha) is highest for c 0.90, lowest for b −0.70."
    assert "−0.70 (−0.90 to −0.50)" in words(text)


def test_an_interval_that_goes_on_beyond_the_axis_has_an_arrow():
    within = plots.alpha_by_group(["a"], [0.4], [0.3], [0.5])
    beyond = plots.alpha_by_group(["a"], [0.4], [-3.0], [0.5])

    assert "beyond" not in {element.get("class") for element in parsed(within).iter()}
    assert "beyond" in {element.get("class") for element in parsed(beyond).iter()}
    assert "0.40 (−3.00 to 0.50)" in words(beyond)


def test_items_stand_from_the_most_to_the_least_preferred():
    text = plots.preference_scale(["low", "high"], [-1.0, 1.0], [-1.5, NAN], [-0.5, NAN], unit="log-odds")

    printed = words(text)
    assert printed.index("high") < printed.index("low")
    assert {"1.00 (no interval)", "−1.00 (−1.50 to −0.50)"} <= set(printed)
    assert finding(text) == (
        "In log-odds, where 0 is no preference, most preferred is high, 1.00 (no interval); least preferred is low, "
        "−1.00 (−1.50 to −0.50)."
    )


def test_win_rates_have_an_axis_from_nought_to_one():
    text = plots.preference_scale(["a"], [0.9], [0.8], [1.0], unit="win rate", centre=0.5, limits=(0.0, 1.0))

    assert {"0.0", "1.0"} <= set(words(text))


def test_shares_of_variance_are_percent_and_the_largest_is_named():
    text = plots.variance_shares(
        ["unit", "rater"],
        [[0.6, 0.4], [0.3, 0.7]],
        [[0.5, 0.3], [0.2, 0.6]],
        [[0.7, 0.5], [0.4, 0.8]],
        criteria=["Realism", "Beauty"],
    )

    assert finding(text) == (
        "The largest share of the variance: unit for Realism, 60\u202f% (50–70\u202f%) and rater for Beauty, 70\u202f% "
        "(60–80\u202f%)."
    )
    assert {"60\u202f% (50–70\u202f%)", "40\u202f% (30–50\u202f%)", "Realism", "Beauty"} <= set(words(text))


def test_of_many_criteria_those_are_shown_in_which_the_first_facet_has_least():
    shares = [[share, 1.0 - share] for share in np.linspace(0.1, 0.9, 50)]
    text = plots.variance_shares(["unit", "rater"], shares, criteria=[f"C{number}" for number in range(50)])

    assert "C0" in words(text)
    assert "C49" not in words(text)
    assert any(line.startswith("20 of 50 shown: ") for line in words(text))


def test_the_plane_says_who_rates_higher_and_who_is_least_consistent():
    text = plots.bias_inconsistency_plane(
        ["R1", "R2", "R4"], [0.1, -0.4, 0.8], [-0.2, -0.6, 0.5], [0.4, -0.2, 1.1], [0.5, 1.2, 0.6]
    )

    assert finding(text) == (
        "R4 rates 0.80 points higher than the others (0.50–1.10); 2 of 3 raters differ clearly from the others. "
        "The least consistent is R2, with 1.20 points."
    )
    assert {"+0.80 (0.50–1.10)", "−0.40 (−0.60 to −0.20)", "+0.10 (−0.20 to 0.40)", "0.60"} <= set(words(text))


def test_a_dot_on_the_plane_is_filled_only_where_its_interval_leaves_out_nought():
    text = plots.bias_inconsistency_plane(["in", "out"], [0.1, 0.8], [-0.2, 0.5], [0.4, 1.1], [0.5, 0.5])
    dots = {
        (group.findtext(f"{NAMESPACE}title") or "").split(":")[0]: circle.get("class")
        for group in parsed(text).iter(f"{NAMESPACE}g")
        for circle in group.findall(f"{NAMESPACE}circle")
    }

    assert dots == {"in": "hollow", "out": "dot"}


def test_names_on_the_plane_cover_neither_dots_nor_each_other():
    n = 60
    angle = np.arange(n) * 2.4
    x, y = np.sqrt(np.arange(n)) * np.cos(angle) / 8, 1.0 + np.sqrt(np.arange(n)) * np.sin(angle) / 8
    text = plots.bias_inconsistency_plane([f"rater {at}" for at in range(n)], x, x - 0.1, x + 0.1, y, embedded=True)
    names = [line for line in parsed(text).iter(f"{NAMESPACE}text") if (line.text or "").startswith("rater ")]
    boxes = []
    for line in names:
        left, baseline = float(line.get("x", 0)), float(line.get("y", 0))
        if baseline < 324.0:  # those above the axis; the table stands below
            boxes.append((left, baseline - 10.0, left + svg.text_width(line.text or ""), baseline + 2.0))

    assert len(boxes) > 5
    for place, one in enumerate(boxes):
        for other in boxes[:place]:
            assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]


def test_a_confusion_is_in_percent_and_a_row_without_ratings_is_empty():
    text = plots.confusion_matrix(["real", "odd", "fake"], [[0.9, 0.0, 0.1], [NAN] * 3, [0.3, 0.0, 0.7]], [40, 0, 20])

    assert finding(text) == "Most often confused: fake is taken for real in 30\u202f% of 20 ratings."
    assert {"90", "10", "30", "70", "–", "n 40", "n 0", "n 20"} <= set(words(text))


def test_a_confusion_of_nothing_says_so():
    assert finding(plots.confusion_matrix(["a", "b"], np.eye(2), [3, 4])) == "No answer was taken for another."


def test_columns_whose_names_do_not_fit_go_by_letters_with_a_key():
    long = [f"A long name of a criterion {number}" for number in range(4)]
    printed = words(plots.disagreement_heatmap(["r"], long, [[0.1, 0.2, 0.3, 0.4]], embedded=True))

    assert {"A", "B", "C", "D", *long} <= set(printed)


def test_a_cell_has_its_interval_and_a_cell_of_nothing_says_so():
    text = plots.disagreement_heatmap(
        ["R1"], ["Realism", "Beauty"], [[-0.5, NAN]], [[-0.9, NAN]], [[-0.1, NAN]], signed=True
    )

    assert finding(text) == "Largest: R1, Realism, −0.50 points (−0.90 to −0.10)."
    assert "–" in words(text)
    assert [element.get("class") for element in parsed(text).iter(f"{NAMESPACE}line")].count("whisker") == 1


@pytest.mark.parametrize("largest", [0.004, 1.0, 123.0, 98765.0])
def test_numbers_fit_into_their_cells(largest):
    table = largest * np.linspace(-1.0, 1.0, 8)[None]
    text = plots.disagreement_heatmap(["a"], list("ABCDEFGH"), table, signed=True, embedded=True)
    cells = [line for line in parsed(text).iter(f"{NAMESPACE}text") if re.match(r"[+−\d]", line.text or "")]
    widths = {float(cell.get("width", 0)) for cell in parsed(text).iter(f"{NAMESPACE}rect")}

    assert len(cells) == 8
    if largest < 1e4:
        assert max(svg.text_width(cell.text or "") for cell in cells) <= max(widths)


def test_a_name_from_right_to_left_does_not_take_numbers_along():
    assert "\u2068نموذج\u2069" in finding(plots.preference_scale(["نموذج"], [0.5], [0.1], [0.9]))


# --- what does not belong together ---


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((["a"], [0.1, 0.2], [0], [0.5]), "alpha must have one number for each label"),
        ((["a"], [0.1], [0, 0], [0.5]), "low must have one number"),
        ((["a"], [math.inf], [0], [0.5]), "holds inf"),
        ((["a"], [0.1], [NAN], [0.5]), "only one end"),
        ((["a"], [0.1], [0.5], [0.0]), "ends before it begins"),
        ((["a"], [1.5], [0.0], [0.5]), "at most 1"),
        ((["a"], [0.1], [0.0], [0.5], []), "bands must have one entry"),
    ],
)
def test_agreement_of_the_wrong_shape_is_refused(arguments, message):
    with pytest.raises(plots.PlotShapeError, match=message):
        plots.alpha_by_group(*arguments)


def test_agreement_that_is_determined_nowhere_is_nothing_to_show():
    with pytest.raises(plots.NothingToShowError, match="determined in no group"):
        plots.alpha_by_group(["a"], [NAN], [NAN], [NAN])


def test_a_score_that_is_none_is_refused():
    with pytest.raises(plots.PlotShapeError, match="scores holds nan"):
        plots.preference_scale(["a"], [NAN], [0.0], [1.0])


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_beyond_nought_and_one_is_refused(share):
    with pytest.raises(plots.PlotShapeError, match="between 0 and 1"):
        plots.variance_shares(["unit", "rater"], [0.5, share])
    with pytest.raises(plots.PlotShapeError, match="between 0 and 1"):
        plots.confusion_matrix(["a", "b"], [[0.5, share], [0.5, 0.5]], [1, 1])


def test_an_interval_with_one_end_is_refused():
    with pytest.raises(plots.PlotShapeError, match="needs both ends"):
        plots.variance_shares(["unit", "rater"], [0.5, 0.5], [0.1, 0.1])


def test_a_negative_inconsistency_is_refused():
    with pytest.raises(plots.PlotShapeError, match="from 0 upward"):
        plots.bias_inconsistency_plane(["a"], [0.1], [0.0], [0.2], [-0.5])


def test_matrices_of_nothing_are_nothing_to_show():
    with pytest.raises(plots.NothingToShowError, match="no rating"):
        plots.confusion_matrix(["a"], [[1.0]], [0])
    with pytest.raises(plots.NothingToShowError, match="not one cell"):
        plots.disagreement_heatmap(["a"], ["b"], [[NAN]])


# --- numbers of any size ---


@given(st.lists(st.floats(-1e100, 1e100), min_size=1, max_size=8))
@settings(max_examples=100)
def test_numbers_of_any_size_can_be_drawn(values):
    labels = [f"L{number}" for number in range(len(values))]
    drawn = [
        plots.preference_scale(labels, values, values, values),
        plots.bias_inconsistency_plane(labels, values, values, values, np.abs(values)),
        plots.disagreement_heatmap(labels, ["c"], np.array(values)[:, None]),
    ]

    for text in drawn:
        places = [
            value for element in parsed(text).iter() for name, value in element.items() if name in ("x", "y", "cx")
        ]
        assert all(math.isfinite(float(place)) for place in places)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_ticks_are_round_few_and_on_the_scale(low, extent):
    scale = svg.Scale(low, low + extent)
    ticks = [tick for tick, _ in scale.ticks()]

    slack = extent * 1e-6
    assert 1 <= len(ticks) <= 8
    assert all(low - slack <= tick <= low + extent + slack for tick in ticks)
    assert ticks == sorted(set(ticks))


# --- colours ---


def luminance(colour: str) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def blended(top: str, below: str, opacity: float) -> str:
    channels = [(int(top[at : at + 2], 16), int(below[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(opacity * one + (1 - opacity) * other):02x}" for one, other in channels)


BOTH = pytest.mark.parametrize("colours", [svg.LIGHT, svg.DARK], ids=["light", "dark"])


@BOTH
def test_text_can_be_read_on_its_ground(colours):
    ground = colours["surface-raised"]
    shades = [blended(colours[name], ground, SHADE) for name in ("bar", "heat")]

    assert min(contrast(colours["ink"], on) for on in (ground, *shades)) >= 4.5
    assert contrast(colours["ink-soft"], ground) >= 4.5


@BOTH
def test_marks_can_be_told_from_their_ground(colours):
    ground = colours["surface-raised"]
    zones = [colours[name] for name in ("danger-wash", "warn-wash", "ok-wash")]

    assert min(contrast(colours["ink"], on) for on in (ground, *zones, colours["bar"])) >= 3.0
    assert min(contrast(colours["line-strong"], on) for on in (ground, *zones)) >= 3.0
    assert contrast(colours["bar"], ground) >= 3.0


def test_a_plot_that_stands_alone_has_the_colours_of_the_pages():
    tokens = (PAGE_RULES.parent / "tokens.css").read_text()
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part)) for part in tokens.split("@media")[:2])

    assert {name: light[name] for name in svg.LIGHT} == svg.LIGHT
    assert {name: dark[name] for name in svg.DARK} == svg.DARK


def test_pages_have_the_rules_of_plots():
    assert PAGE_RULES.read_text().split("*/\n\n", 1)[1] == svg.RULES


def test_a_plot_that_stands_alone_turns_dark_and_needs_no_variables():
    style = parsed(agreement(["one"])).findtext(f"{NAMESPACE}style") or ""

    assert "@media (prefers-color-scheme: dark)" in style
    assert svg.DARK["ink"] in style
    assert "var(" not in style


def test_letters_are_eleven_pixels_high_on_a_telephone():
    in_a_card = 324

    assert svg.LETTER * in_a_card / svg.WIDTH >= 11
    assert f"font-size: {svg.LETTER}px" in svg.RULES
