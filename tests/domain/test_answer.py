import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.domain.answer import Answer, AnswerRejectedError, CannotJudge, Rating, parse_answer, ratings
from rubrica.domain.mark import Box, Mark, Point, Polygon, Whole, cited_marks
from rubrica.domain.problems import Problem
from rubrica.domain.rubric import Rubric, parse_rubric
from rubrica.domain.templates import template_rubric
from rubrica.domain.viewing import Viewing
from tests.domain.strategies import json_values, payloads, rubrics

AUDIT = template_rubric("ai-image-audit")
SIDE_BY_SIDE = template_rubric("side-by-side")
QUALITY = template_rubric("technical-quality")

SCORES = {"plausibility": 4, "alignment": 5, "aesthetics": 3, "overall": 4}
BOX = {"x": 0.1, "y": 0.2, "width": 0.05, "height": 0.05}
HAND = {"image": "a", "shape": "box", "geometry": BOX, "code": "ANAT.extra", "part": "hand", "severity": 2, "note": ""}


def audit(**changes: object) -> dict[str, object]:
    return {"answers": SCORES, **changes}


def problems_of(rubric: Rubric, payload: object) -> list[Problem]:
    with pytest.raises(AnswerRejectedError) as rejected:
        parse_answer(rubric, payload)
    return list(rejected.value.problems)


def problem_of(rubric: Rubric, payload: object) -> Problem:
    (problem,) = problems_of(rubric, payload)
    return problem


def problem_with_mark(**changes: object) -> Problem:
    mark = {key: value for key, value in {**HAND, **changes}.items() if value != "absent"}
    return problem_of(AUDIT, audit(marks=[mark]))


def assert_can_be_sent(rejected: AnswerRejectedError) -> None:
    assert rejected.problems
    assert json.dumps([problem.as_json() for problem in rejected.problems], ensure_ascii=False).encode()


def test_an_answer_is_read_as_it_was_meant():
    payload = {
        "answers": {**SCORES, "overall": 2},
        "marks": [{**HAND, "severity": 3}],
        "explanation": "Left hand [[1]] has six fingers.",
        "cannot_judge": None,
        "viewing": {"device_pixel_ratio": 2.0, "viewport_width": 1440, "active_ms": 23000},
    }

    assert parse_answer(AUDIT, payload) == Answer(
        answers={"plausibility": 4, "alignment": 5, "aesthetics": 3, "overall": 2},
        marks=(Mark("a", Box(0.1, 0.2, 0.05, 0.05), "ANAT.extra", "hand", 3),),
        explanation="Left hand [[1]] has six fingers.",
        viewing=Viewing(device_pixel_ratio=2.0, viewport_width=1440, active_ms=23000),
    )


def test_every_shape_is_read():
    def mark(shape: str, geometry: object) -> dict[str, object]:
        return {**HAND, "shape": shape, "geometry": geometry}

    payload = audit(
        marks=[
            mark("point", {"x": 0, "y": 1}),
            mark("box", {"x": 0.7, "y": 0, "width": 0.3, "height": 1}),
            mark("polygon", {"points": [[0, 0], [1, 0], [0.5, 1]]}),
            mark("whole", {}),
            mark("whole", None),
        ]
    )

    assert [mark.geometry for mark in parse_answer(AUDIT, payload).marks] == [
        Point(0.0, 1.0),
        Box(0.7, 0.0, 0.3, 1.0),
        Polygon(((0.0, 0.0), (1.0, 0.0), (0.5, 1.0))),
        Whole(),
        Whole(),
    ]


@settings(max_examples=25)
@given(rubrics.flatmap(lambda rubric: st.tuples(st.just(rubric), payloads(rubric))))
def test_an_answer_written_and_read_again_is_the_same(drawn: tuple[Rubric, dict[str, object]]):
    rubric, payload = drawn

    answer = parse_answer(rubric, payload)

    assert parse_answer(rubric, json.loads(json.dumps(answer.as_json()))) == answer


@settings(max_examples=50)
@given(st.sampled_from([AUDIT, SIDE_BY_SIDE, QUALITY]), json_values)
def test_anything_at_all_is_read_or_rejected(rubric: Rubric, payload: object):
    try:
        parse_answer(rubric, payload)
    except AnswerRejectedError as rejected:
        assert_can_be_sent(rejected)


@settings(max_examples=25)
@given(rubrics.flatmap(lambda rubric: st.tuples(st.just(rubric), payloads(rubric))), st.data())
def test_an_answer_with_a_field_replaced_by_anything_is_read_or_rejected(
    drawn: tuple[Rubric, dict[str, object]], draw: st.DataObject
):
    rubric, payload = drawn
    holder: object = payload
    place: tuple[dict, str] | None = None
    while isinstance(holder, (dict, list)) and holder:
        key = draw.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
        place = (holder, key)
        holder = holder[key]
        if draw.draw(st.booleans()):
            break
    assert place is not None
    place[0][place[1]] = draw.draw(json_values)

    try:
        assert isinstance(parse_answer(rubric, payload), Answer)
    except AnswerRejectedError as rejected:
        assert_can_be_sent(rejected)


@pytest.mark.parametrize("payload", [None, [], "4", 4, True, {1: 2}])
def test_an_answer_is_an_object(payload: object):
    assert problem_of(AUDIT, payload).field == ""


def test_everything_wrong_is_reported_at_once():
    payload = {
        "answers": {"plausibility": 6, "alignment": True, "beauty": 3, "aesthetics": 3},
        "marks": [{"image": "c", "shape": "circle", "code": "ANAT.seven", "geometry": {}}],
        "explanation": "a\x00",
        "viewing": {"zoom": 2},
        "rating": 5,
    }

    assert [problem.field for problem in problems_of(AUDIT, payload)] == [
        "rating",
        "answers.beauty",
        "answers.plausibility",
        "answers.alignment",
        "answers.overall",
        "marks[0].image",
        "marks[0].shape",
        "marks[0].code",
        "explanation",
        "viewing.zoom",
    ]


def test_an_unknown_criterion_is_named_with_those_that_exist():
    assert problem_of(AUDIT, audit(answers={**SCORES, "beauty": 3})) == Problem(
        "answers.beauty",
        "answers a criterion that this rubric does not have",
        "one of plausibility, alignment, aesthetics, overall, missing_words",
    )


def test_a_thousand_unknown_criteria_make_one_problem():
    many = dict.fromkeys((f"c{number}" for number in range(1000)), 1)

    assert problem_of(AUDIT, audit(answers={**SCORES, **many})).problem == (
        "has 1000 answers to criteria that this rubric does not have"
    )


@pytest.mark.parametrize("value", [0, 6, True, False, "4", 3.5, [4], {"value": 4}, float("nan"), float("inf"), 10**400])
def test_a_score_off_the_scale_is_refused(value: object):
    problem = problem_of(AUDIT, audit(answers={**SCORES, "overall": value}))

    assert problem.field == "answers.overall"
    assert problem.allowed == "one of 5, 4, 3, 2, 1"


def test_four_point_nought_is_four():
    answer = parse_answer(AUDIT, audit(answers={**SCORES, "overall": 4.0}))

    assert type(answer.answers["overall"]) is int


def test_a_required_answer_must_be_there():
    assert problem_of(AUDIT, {"answers": {**SCORES, "overall": None}}) == Problem(
        "answers.overall", "is missing", "one of 5, 4, 3, 2, 1"
    )
    assert len(problems_of(AUDIT, {})) == 4


def test_an_optional_answer_may_be_left_out():
    answer = parse_answer(SIDE_BY_SIDE, {"answers": {"overall": "tie_good", "alignment": None}})

    assert answer.answers == {"overall": "tie_good"}


@pytest.mark.parametrize("value", ["c", "A", 1, None, ["a_much"], True])
def test_a_choice_takes_one_of_its_codes(value: object):
    problem = problem_of(SIDE_BY_SIDE, {"answers": {"overall": value}})

    assert problem.field == "answers.overall"
    assert problem.allowed == "one of a_much, a_slightly, tie_good, tie_bad, b_slightly, b_much, not_sure"


def test_ticks_are_kept_in_the_order_of_the_rubric():
    answer = parse_answer(QUALITY, {"answers": {"quality": 2, "faults": ["noise_major", "sharpness_minor"]}})

    assert answer.answers["faults"] == ("sharpness_minor", "noise_major")


def test_nothing_ticked_is_an_answer():
    assert parse_answer(QUALITY, {"answers": {"quality": 5, "faults": []}}).answers["faults"] == ()


@pytest.mark.parametrize(
    ("ticked", "field", "problem"),
    [
        (["rain"], "answers.faults[0]", "is 'rain'"),
        ([3], "answers.faults[0]", "is 3"),
        (["noise_minor", "noise_minor"], "answers.faults[1]", "repeats noise_minor"),
        (["noise_minor", "noise_major"], "answers.faults", "has both noise_minor and noise_major"),
        ("noise_minor", "answers.faults", "is 'noise_minor'"),
        (["noise_minor"] * 11, "answers.faults", "has 11 entries"),
    ],
)
def test_ticks_that_cannot_be_are_refused(ticked: object, field: str, problem: str):
    found = problem_of(QUALITY, {"answers": {"quality": 2, "faults": ticked}})

    assert (found.field, found.problem) == (field, problem)


@pytest.mark.parametrize("key", ["x", "y", "width", "height"])
@pytest.mark.parametrize("value", [-0.01, 1.01, float("nan"), float("inf"), True, "0.1", None, [0.1], 10**400])
def test_a_coordinate_is_a_finite_share_of_the_image(key: str, value: object):
    problem = problem_with_mark(geometry={**BOX, key: value})

    assert problem.field == f"marks[0].geometry.{key}"
    assert problem.allowed == "a finite number from 0 to 1, as a share of the displayed image"


def test_a_box_stays_inside_the_image():
    problem = problem_with_mark(geometry={"x": 0.8, "y": 0, "width": 0.3, "height": 0.1})

    assert problem == Problem("marks[0].geometry.width", "is 0.3, so the box leaves the image", "at most 0.2")


def test_a_box_that_touches_the_edge_is_inside_whatever_the_rounding():
    geometry = {"x": 0.1, "y": 0.7000000000000001, "width": 0.9, "height": 0.3}

    assert parse_answer(AUDIT, audit(marks=[{**HAND, "geometry": geometry}])).marks


def test_a_box_has_a_size():
    assert problem_with_mark(geometry={**BOX, "width": 0}).field == "marks[0].geometry.width"


@pytest.mark.parametrize(
    ("points", "field"),
    [
        (None, "points"),
        ("triangle", "points"),
        ([[0, 0], [1, 1]], "points"),
        ([[0, 0]] * 501, "points"),
        ([[0, 0], [1, 1], [0, 2]], "points[2][1]"),
        ([[0, 0], [1, 1], [0, float("nan")]], "points[2][1]"),
        ([[0, 0], [1, 1], [True, 0]], "points[2][0]"),
        ([[0, 0], [1, 1], [0, 0, 0]], "points[2]"),
        ([[0, 0], [1, 1], {"x": 0, "y": 0}], "points[2]"),
    ],
)
def test_a_polygon_has_corners_inside_the_image(points: object, field: str):
    assert problem_with_mark(shape="polygon", geometry={"points": points}).field == f"marks[0].geometry.{field}"


@pytest.mark.parametrize(
    ("changes", "field", "allowed"),
    [
        ({"image": "b"}, "image", "only a"),
        ({"image": ["a"]}, "image", "only a"),
        ({"shape": "circle"}, "shape", "one of point, box, polygon, brush, whole"),
        ({"shape": "absent"}, "shape", "one of point, box, polygon, brush, whole"),
        ({"shape": ["box"]}, "shape", "one of point, box, polygon, brush, whole"),
        ({"geometry": "absent"}, "geometry", "an object with the geometry of the shape"),
        ({"geometry": [0, 0, 1, 1]}, "geometry", "an object with the geometry of the shape"),
        ({"geometry": {**BOX, "z": 1}}, "geometry.z", "one of height, width, x, y"),
        ({"shape": "whole"}, "geometry.x", "nothing"),
        ({"part": "wing"}, "part", "one of face, eye"),
        ({"part": 3}, "part", "one of face, eye"),
        ({"code": "OBJ.merged"}, "part", "nothing: there is none"),
        ({"code": "NONE.such"}, "code", "one of ANAT.missing"),
        ({"severity": 5}, "severity", "one of 1, 2, 3, 4"),
        ({"severity": True}, "severity", "one of 1, 2, 3, 4"),
        ({"severity": "absent"}, "severity", "one of 1, 2, 3, 4"),
        ({"note": "x" * 501}, "note", "at most 500 characters"),
        ({"note": 3}, "note", "text of at most 500 characters"),
        ({"note": "a\x00"}, "note", "any characters except control characters"),
        ({"colour": "red"}, "colour", "one of clause, code, geometry"),
    ],
)
def test_a_mark_off_its_limits_is_named(changes: dict[str, object], field: str, allowed: str):
    changes = {**changes, "geometry": BOX} if changes == {"shape": "whole"} else changes
    mark = {key: value for key, value in {**HAND, **changes}.items() if value != "absent"}

    problem = problems_of(AUDIT, audit(marks=[mark]))[0]

    assert problem.field == f"marks[0].{field}"
    assert problem.allowed.startswith(allowed)


@pytest.mark.parametrize("code", ["ANAT", "anat.extra", "ANAT.sixth", 3, None, "", ["ANAT.extra"]])
def test_a_mark_carries_a_code_of_the_taxonomy(code: object):
    problem = problem_with_mark(code=code, part=None)

    assert problem.field == "marks[0].code"
    assert problem.allowed.startswith("one of ANAT.missing, ANAT.extra")


def test_style_is_recorded_without_severity():
    mark = {**HAND, "code": "STYLE.looks_generated", "part": None, "severity": None}

    assert parse_answer(AUDIT, audit(marks=[mark])).marks[0].severity is None


def test_the_image_of_a_single_unit_need_not_be_named():
    mark = {key: value for key, value in HAND.items() if key != "image"}

    assert parse_answer(AUDIT, audit(marks=[mark])).marks[0].image == "a"


def test_the_image_of_a_pair_must_be_named():
    mark = {"shape": "point", "geometry": {"x": 0, "y": 0}}

    problem = problem_of(SIDE_BY_SIDE, {"answers": {"overall": "tie_bad"}, "marks": [mark]})

    assert problem == Problem("marks[0].image", "is missing", "one of a, b")


def test_without_a_taxonomy_a_mark_has_neither_code_nor_part():
    mark = {"image": "b", "shape": "point", "geometry": {"x": 0, "y": 0}, "code": "ANAT.extra", "part": "hand"}

    problems = problems_of(SIDE_BY_SIDE, {"answers": {"overall": "tie_bad"}, "marks": [mark]})

    assert [problem.field for problem in problems] == ["marks[0].code", "marks[0].part"]


def test_a_rubric_without_marks_takes_none():
    rubric = parse_rubric({**QUALITY.as_json(), "marks": None})

    problem = problem_of(rubric, {"answers": {"quality": 4}, "marks": [HAND]})

    assert problem == Problem("marks", "has 1 entries", "no marks: this rubric asks for none")
    assert parse_answer(rubric, {"answers": {"quality": 4}, "marks": []}).marks == ()


def test_more_than_two_hundred_marks_are_not_even_looked_at():
    assert problem_of(AUDIT, audit(marks=[None] * 1_000_000)) == Problem(
        "marks", "has 1000000 entries", "at most 200 marks"
    )
    assert len(parse_answer(AUDIT, audit(marks=[HAND] * 200)).marks) == 200


@pytest.mark.parametrize("marks", [{}, "x", 3, True])
def test_marks_are_a_list(marks: object):
    assert problem_of(AUDIT, audit(marks=marks)).field == "marks"


@pytest.mark.parametrize("mark", [None, "ANAT.extra", [], 3])
def test_a_mark_is_an_object(mark: object):
    assert problem_of(AUDIT, audit(marks=[HAND, mark])).field == "marks[1]"


def test_a_mark_says_its_shape():
    assert [mark.shape for mark in parse_answer(AUDIT, audit(marks=[HAND])).marks] == ["box"]


def test_a_low_score_must_be_shown_on_the_image():
    problem = problem_of(AUDIT, audit(answers={**SCORES, "plausibility": 3}))

    assert problem == Problem("marks", "is empty, and is required when plausibility is 3 or lower", "at least one mark")


def test_a_low_score_must_be_explained():
    problem = problem_of(AUDIT, audit(answers={**SCORES, "overall": 2}))

    assert problem == Problem(
        "explanation", "is missing, and is required when overall is 2 or lower", "text of at most 1000 characters"
    )


def test_blanks_explain_nothing():
    assert problem_of(AUDIT, audit(answers={**SCORES, "overall": 2}, explanation=" \n")).field == "explanation"


def test_a_grave_fault_must_be_explained_with_its_mark():
    grave = {**HAND, "severity": 3}

    assert "a mark has severity 3 or graver" in problem_of(AUDIT, audit(marks=[grave])).problem
    assert problem_of(AUDIT, audit(marks=[grave], explanation="Six fingers.")).problem == "cites no mark"
    assert parse_answer(AUDIT, audit(marks=[grave], explanation="Six fingers [[1]]."))


def test_style_is_not_grave_whatever_severity_it_carries():
    style = {**HAND, "code": "STYLE.looks_generated", "part": None, "severity": 4}

    assert parse_answer(AUDIT, audit(marks=[style])).explanation == ""


def test_a_strong_preference_must_be_explained():
    problem = problem_of(SIDE_BY_SIDE, {"answers": {"overall": "b_much"}})

    assert problem.problem == "is missing, and is required when overall is a_much or b_much"
    assert parse_answer(SIDE_BY_SIDE, {"answers": {"overall": "b_slightly"}})


@pytest.mark.parametrize(
    ("text", "marks", "allowed"),
    [
        ("See [[2]].", 1, "[[1]] only"),
        ("See [[0]].", 2, "[[1]] to [[2]]"),
        ("See [[1]].", 0, "no citation: there are no marks"),
    ],
)
def test_a_citation_points_at_a_mark_that_is_there(text: str, marks: int, allowed: str):
    problem = problem_of(AUDIT, audit(marks=[HAND] * marks, explanation=text))

    assert (problem.field, problem.allowed) == ("explanation", allowed)


def test_only_numbers_in_double_brackets_are_citations():
    assert cited_marks("[[1]] [2] [[x]] [[ 3 ]] [[12]] [[1234567]]") == {1, 12}


def test_an_explanation_of_ten_megabytes_is_refused_at_once():
    assert problem_of(AUDIT, audit(explanation="x" * 10_000_000)) == Problem(
        "explanation", "has 10000000 characters", "at most 1000 characters"
    )


def test_a_part_that_was_refused_is_not_called_missing_as_well():
    low = {**SCORES, "plausibility": 1, "overall": 1}

    problems = problems_of(AUDIT, audit(answers=low, marks=[{**HAND, "severity": 9}], explanation="a\x00"))

    assert [problem.field for problem in problems] == ["marks[0].severity", "explanation"]


def test_a_rubric_without_explanation_takes_none():
    problem = problem_of(QUALITY, {"answers": {"quality": 4}, "explanation": "Sharp."})

    assert problem.allowed == "no explanation: this rubric asks for none"


def test_text_is_stored_composed():
    answer = parse_answer(AUDIT, audit(explanation="Cafe\u0301 sign", marks=[{**HAND, "note": "e\u0301"}]))

    assert (answer.explanation, answer.marks[0].note) == ("Café sign", "é")


def test_not_judging_is_an_answer_without_scores():
    answer = parse_answer(AUDIT, {"cannot_judge": {"reason": "did_not_load"}, "marks": [HAND], "explanation": "Grey."})

    assert answer.cannot_judge == CannotJudge("did_not_load")
    assert answer.as_json()["cannot_judge"] == {"reason": "did_not_load", "note": ""}
    assert parse_answer(AUDIT, answer.as_json()) == answer
    assert not answer.is_judged
    assert answer.answers == {}
    assert len(answer.marks) == 1


def test_not_judging_excludes_scores():
    problem = problem_of(AUDIT, audit(cannot_judge={"reason": "did_not_load", "note": ""}))

    assert problem == Problem("answers", "has 4 entries", "no answers beside cannot_judge")


@pytest.mark.parametrize(
    ("cannot_judge", "field"),
    [
        ("did_not_load", "cannot_judge"),
        ([], "cannot_judge"),
        ({}, "cannot_judge.reason"),
        ({"reason": "too_early"}, "cannot_judge.reason"),
        ({"reason": ["did_not_load"]}, "cannot_judge.reason"),
        ({"reason": "did_not_load", "note": "\x00"}, "cannot_judge.note"),
        ({"reason": "did_not_load", "note": "x" * 1001}, "cannot_judge.note"),
        ({"reason": "did_not_load", "because": "x"}, "cannot_judge.because"),
    ],
)
def test_not_judging_has_a_reason_of_the_rubric(cannot_judge: object, field: str):
    assert problem_of(AUDIT, {"cannot_judge": cannot_judge}).field == field


@pytest.mark.parametrize(
    "key", ["device_pixel_ratio", "viewport_width", "maximum_zoom", "active_ms", "first_action_ms"]
)
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), True, "1", [1], 10**400])
def test_a_figure_of_viewing_is_a_finite_number(key: str, value: object):
    assert problem_of(AUDIT, audit(viewing={key: value})).field == f"viewing.{key}"


@pytest.mark.parametrize("channels", ["red", ["infrared"], ["red", 1], [["red"]], {"red": True}])
def test_channels_looked_at_are_channels_there_are(channels: object):
    assert problem_of(AUDIT, audit(viewing={"channels": channels})).field == "viewing.channels"


def test_how_the_display_was_set_is_kept_with_the_answer():
    through_the_lens = {
        "wipe_ms": 1200,
        "difference_ms": 800.5,
        "adjusted_ms": 300,
        "maximum_amplification": 8,
        "brightness": -0.2,
        "gamma": 1.4,
    }
    answer = parse_answer(AUDIT, audit(viewing={**through_the_lens, "channels": ["red", "blue", "red"]}))

    assert answer.as_json()["viewing"] == {**through_the_lens, "channels": ["blue", "red"]}
    assert parse_answer(AUDIT, answer.as_json()) == answer


@pytest.mark.parametrize("viewing", [[], "wide", 3])
def test_viewing_is_an_object(viewing: object):
    assert problem_of(AUDIT, audit(viewing=viewing)).field == "viewing"


def test_viewing_says_only_what_was_measured():
    answer = parse_answer(AUDIT, audit(viewing={"active_ms": 5, "maximum_zoom": None}))

    assert answer.as_json()["viewing"] == {"active_ms": 5}


def test_answers_are_an_object():
    assert problems_of(AUDIT, {"answers": [1, 2, 3, 4]})[0].field == "answers"


def test_a_scale_is_rated_by_its_level():
    assert ratings(AUDIT, parse_answer(AUDIT, audit())) == (
        Rating("plausibility", "4", 4.0),
        Rating("alignment", "5", 5.0),
        Rating("aesthetics", "3", 3.0),
        Rating("overall", "4", 4.0),
    )


@pytest.mark.parametrize(("code", "score"), [("a_slightly", 1.0), ("tie_bad", 0.0), ("not_sure", None)])
def test_a_choice_is_rated_by_the_score_of_its_option(code: str, score: float | None):
    answer = parse_answer(SIDE_BY_SIDE, {"answers": {"overall": code}})

    assert ratings(SIDE_BY_SIDE, answer) == (Rating("overall", code, score),)


def test_every_tick_is_a_rating():
    answer = parse_answer(QUALITY, {"answers": {"quality": 2, "faults": ["noise_major", "colour_minor"]}})

    assert ratings(QUALITY, answer) == (
        Rating("quality", "2", 2.0),
        Rating("faults", "noise_major", 1.0),
        Rating("faults", "colour_minor", 1.0),
    )


def test_what_was_not_judged_has_no_rating():
    assert ratings(AUDIT, parse_answer(AUDIT, {"cannot_judge": {"reason": "did_not_load"}})) == ()


@pytest.mark.parametrize(
    "payload",
    [
        lambda: {f"key{number}": 1 for number in range(100_000)},
        lambda: {"answers": {f"key{number}": 1 for number in range(100_000)}},
        lambda: audit(explanation="e\u0301" * 1_000_000),
        lambda: audit(marks=[HAND] * 100_000),
        lambda: audit(marks=[{**HAND, "shape": "polygon", "geometry": {"points": [[0, 0]] * 100_000}}]),
        lambda: audit(marks=[{**HAND, "note": "\u0301" * 1_000_000}]),
        lambda: {"cannot_judge": {"reason": "x" * 1_000_000, "note": "x" * 1_000_000}},
    ],
)
def test_a_huge_answer_is_refused_in_few_words(payload: Callable[[], object]):
    problems = problems_of(AUDIT, payload())

    assert len(problems) <= 10
    assert all(len(str(problem)) < 2000 for problem in problems)
