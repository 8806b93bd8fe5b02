import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.domain.answer import Answer, parse_answer
from rubrica.domain.blinding import Presentation, canonical, present
from rubrica.domain.mark import Box, Point, Polygon, Whole
from rubrica.domain.rubric import Rubric, parse_rubric
from rubrica.domain.simulated_words import place_of
from rubrica.domain.simulation import SimulatedRater, answer, cast
from rubrica.domain.templates import template_keys, template_rubric
from tests.domain.strategies import presentations, rubrics

AUDIT = template_rubric("ai-image-audit")
SIDE_BY_SIDE = template_rubric("side-by-side")
QUALITY = template_rubric("technical-quality")
SINGLE = Presentation((0,))

CAREFUL = SimulatedRater("Careful", skill=1.0, bias=0.0, care=1.0, seed=1)
SLOPPY = SimulatedRater("Sloppy", skill=0.4, bias=0.0, care=1.0, seed=4)
CARELESS = SimulatedRater("Careless", skill=0.2, bias=0.0, care=0.0, seed=2)

SWIRL = {
    "slot": 0,
    "kind": "swirl",
    "code": "ANAT.malformed",
    "box": {"x": 0.6, "y": 0.1, "width": 0.2, "height": 0.2},
    "severity": 3,
}
NOISE = {**SWIRL, "kind": "noise", "code": "TECH.noise"}

shares = st.floats(0, 1)
raters = st.builds(SimulatedRater, st.text(max_size=5), shares, st.floats(-3, 3), shares, st.integers(0, 2**40))
defects = st.fixed_dictionaries(
    {
        "slot": st.integers(0, 1),
        "kind": st.sampled_from(["swirl", "clone", "extra", "blur", "jpeg", "noise", "colour_cast", "rust"]),
        "code": st.sampled_from(["ANAT.malformed", "TECH.blur", "NONE.such", ""]),
        "box": st.fixed_dictionaries(
            {key: st.floats(0, 1) for key in ("x", "y")} | {key: st.floats(0.001, 1) for key in ("width", "height")}
        ),
        "severity": st.integers(1, 4),
        "part": st.sampled_from([None, "hand"]),
    }
)


def answered(
    rater: SimulatedRater, rubric: Rubric, truth: list[dict[str, object]], count: int, order: Presentation = SINGLE
) -> list[Answer]:
    """Return the judged answers of a rater to ``count`` items with the same defects, by item slots."""
    parsed = [parse_answer(rubric, answer(rater, rubric, truth, seed, order)) for seed in range(count)]
    return [canonical(rubric, given, order) for given in parsed if given.is_judged]


@settings(max_examples=25)
@given(
    rubrics.flatmap(lambda rubric: st.tuples(st.just(rubric), presentations(rubric))),
    raters,
    st.lists(defects, max_size=3),
    st.integers(),
)
def test_whatever_the_rubric_the_answer_is_accepted(
    drawn: tuple[Rubric, Presentation], rater: SimulatedRater, truth: list[dict[str, object]], item_seed: int
):
    rubric, presentation = drawn

    assert parse_answer(rubric, answer(rater, rubric, truth, item_seed, presentation))


@settings(max_examples=25)
@given(st.sampled_from(template_keys()), raters, st.lists(defects, max_size=3), st.integers(), st.booleans())
def test_under_every_template_the_answer_is_accepted(key, rater, truth, item_seed, mirrored):
    rubric = template_rubric(key)
    order = tuple(reversed(range(rubric.images))) if mirrored else tuple(range(rubric.images))

    assert parse_answer(rubric, answer(rater, rubric, truth, item_seed, Presentation(order)))


def test_the_same_rater_gives_the_same_item_the_same_answer():
    rater = cast()[0]

    assert answer(rater, AUDIT, [SWIRL], 5, SINGLE) == answer(rater, AUDIT, [SWIRL], 5, SINGLE)
    assert answer(rater, AUDIT, [SWIRL], 5, SINGLE) != answer(rater, AUDIT, [SWIRL], 6, SINGLE)


def test_the_cast_is_six_people_with_different_habits():
    raters = cast()

    assert [rater.name for rater in raters] == ["Ada", "Bruno", "Chidi", "Dana", "Emil", "Farah"]
    for habit in ("skill", "bias", "care", "seed"):
        assert len({getattr(rater, habit) for rater in raters}) == 6


def test_the_skilled_find_more_and_mark_it_where_it_is():
    def found(rater: SimulatedRater) -> float:
        box = SWIRL["box"]
        hits = [
            any(abs(centre(mark.geometry)[0] - (box["x"] + 0.1)) < 0.05 for mark in given.marks)
            for given in answered(rater, AUDIT, [SWIRL], 120)
        ]
        return float(np.mean(hits))

    assert found(CAREFUL) > 0.9
    assert found(CARELESS) < 0.5


def centre(geometry: Point | Box | Polygon | Whole) -> tuple[float, float]:
    match geometry:
        case Point(x, y):
            return x, y
        case Box(x, y, width, height):
            return x + width / 2, y + height / 2
        case Polygon(points):
            return tuple(np.mean(points, axis=0))
        case _:
            return 0.5, 0.5


def test_a_defect_costs_points():
    def mean(truth: list[dict[str, object]]) -> float:
        return float(np.mean([given.answers["plausibility"] for given in answered(CAREFUL, AUDIT, truth, 60)]))

    assert mean([]) > mean([{**SWIRL, "severity": 2}]) > mean([{**SWIRL, "severity": 4}])


def test_bias_moves_scores():
    def mean(bias: float) -> float:
        rater = SimulatedRater("B", skill=0.9, bias=bias, care=1.0, seed=3)
        return float(np.mean([given.answers["aesthetics"] for given in answered(rater, AUDIT, [], 200)]))

    assert mean(0.8) - mean(0.0) == pytest.approx(0.8, abs=0.3)
    assert mean(0.0) - mean(-0.8) == pytest.approx(0.8, abs=0.3)


def test_raters_agree_because_they_see_the_same_item():
    scores = np.array(
        [
            [answer(rater, AUDIT, [], seed, SINGLE)["answers"].get("alignment", 3) for seed in range(120)]
            for rater in cast()[:2]
        ],
        dtype=float,
    )

    assert np.corrcoef(scores)[0, 1] > 0.5


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_spoilt_image_loses_whichever_side_it_is_on(order: tuple[int, int]):
    given = answered(CAREFUL, SIDE_BY_SIDE, [SWIRL], 60, Presentation(order))

    preferred = [item.answers["overall"] for item in given]
    assert sum(code.startswith("b_") for code in preferred) > 50
    assert {mark.image for item in given for mark in item.marks} == {"a"}


def test_the_careless_lean_to_the_left():
    left = 0
    for seed in range(300):
        order = present(2, 2, seed, b"secret")
        given = answer(CARELESS, SIDE_BY_SIDE, [], seed, order)
        left += {"a": 1, "b": -1}.get(str(given["answers"].get("overall", ""))[:1], 0)

    assert left > 0


def test_what_is_seen_is_ticked():
    ticked = [given.answers["faults"] for given in answered(CAREFUL, QUALITY, [NOISE], 60)]

    assert sum("noise_major" in codes for codes in ticked) > 50


def test_a_good_explanation_is_a_fact_at_a_place_with_its_mark():
    texts = [given.explanation for given in answered(CAREFUL, AUDIT, [SWIRL], 80) if given.explanation and given.marks]

    assert len(texts) > 30
    assert len(set(texts)) > len(texts) / 3
    for text in texts:
        assert "[[1]]" in text
        assert re.search(r"left|right|top|bottom|middle|upper|lower|all over", text)
        assert 8 <= len(text.split()) <= 45
        assert not re.search(r"weird|kind of|somewhat|maybe", text)


def test_a_poor_explanation_says_hardly_anything():
    texts = [given.explanation for given in answered(CARELESS, AUDIT, [SWIRL, NOISE], 200) if given.explanation]

    assert texts
    assert all(len(text.split()) <= 8 for text in texts)


def test_a_pair_is_explained_by_what_the_loser_lacks():
    unmarked = parse_rubric({**SIDE_BY_SIDE.as_json(), "marks": None})
    truth = [{**SWIRL, "severity": 4}]

    marked = answered(CAREFUL, SIDE_BY_SIDE, truth, 60, Presentation((0, 1)))
    plain = answered(CAREFUL, unmarked, truth, 60, Presentation((0, 1)))

    assert sum("of A" in given.explanation and "B" in given.explanation for given in marked) > 40
    assert all("[[" not in given.explanation for given in plain)
    assert any(re.search(r"\bA\b", given.explanation) for given in plain)


def test_a_pair_may_win_in_spite_of_its_marks():
    rare = [{**SWIRL, "severity": 1}]

    texts = [given.explanation for given in answered(SLOPPY, SIDE_BY_SIDE, rare, 400, Presentation((0, 1)))]

    assert any("as a whole" in text or "closer to the prompt" in text for text in texts)


def test_an_explanation_keeps_to_the_length_allowed():
    rubric = parse_rubric({**AUDIT.as_json(), "explanation": {**AUDIT.as_json()["explanation"], "max_characters": 20}})

    assert "See [[1]]." in {given.explanation for given in answered(CAREFUL, rubric, [SWIRL], 20)}


def test_a_part_that_is_known_is_named():
    given = answered(CAREFUL, AUDIT, [{**SWIRL, "part": "hand"}], 40)

    assert {mark.part for item in given for mark in item.marks if mark.code == "ANAT.malformed"} == {"hand"}


def test_now_and_then_an_item_is_not_judged():
    declined = [
        parsed.cannot_judge
        for seed in range(400)
        if not (parsed := parse_answer(AUDIT, answer(CAREFUL, AUDIT, [], seed, SINGLE))).is_judged
    ]

    assert 1 <= len(declined) <= 12
    assert all(reason is not None and reason.note for reason in declined)


@pytest.mark.parametrize(
    "defect",
    [
        {},
        {**SWIRL, "box": None},
        {**SWIRL, "box": {"x": 0.1}},
        {**SWIRL, "severity": "grave"},
        {**SWIRL, "box": {**SWIRL["box"], "width": 2}},
    ],
)
def test_a_defect_written_wrong_is_refused(defect: dict[str, object]):
    with pytest.raises(ValueError, match="known defect"):
        answer(CAREFUL, AUDIT, [defect], 2, SINGLE)


@pytest.mark.parametrize(
    ("geometry", "place"),
    [
        (Point(0.1, 0.1), "in the upper left"),
        (Point(0.9, 0.5), "on the right"),
        (Box(0.4, 0.0, 0.2, 0.2), "at the top"),
        (Point(0.5, 0.9), "at the bottom"),
        (Polygon(((0.4, 0.4), (0.6, 0.4), (0.5, 0.6))), "in the middle"),
        (Whole(), "all over the image"),
    ],
)
def test_a_place_is_said_as_people_say_it(geometry: Point | Box | Polygon | Whole, place: str):
    assert place_of(geometry) == place
