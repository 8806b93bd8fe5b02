"""What a mark may say beside its place and its code: brush strokes, something missing, a clause, its pair."""

from collections.abc import Mapping, Sequence

import pytest

from rubrica.domain.answer import AnswerRejectedError, parse_answer
from rubrica.domain.blinding import Presentation, canonical
from rubrica.domain.mark import Brush, Mark, Point, Whole, check_clauses
from rubrica.domain.problems import Findings, Problem, one_of
from rubrica.domain.rubric import Rubric
from rubrica.domain.templates import template_rubric

AUDIT = template_rubric("ai-image-audit")
PAIRS = template_rubric("side-by-side")
ANSWERS: Mapping[str, Mapping[str, object]] = {
    AUDIT.key: {"plausibility": 4, "alignment": 5, "aesthetics": 3, "overall": 4},
    PAIRS.key: {"overall": "tie_bad"},
}
SEAM = {"shape": "brush", "code": "TECH.seam", "severity": 2}
STROKES = {"width": 0.02, "height": 0.03, "strokes": [[[0.1, 0.2], [0.3, 0.2]], [[0.5, 0.5]]]}


def marks_of(rubric: Rubric, marks: Sequence[Mapping[str, object]]) -> tuple[Mark, ...]:
    return parse_answer(rubric, {"answers": ANSWERS[rubric.key], "marks": list(marks)}).marks


def problems_of(rubric: Rubric, marks: Sequence[Mapping[str, object]]) -> list[Problem]:
    with pytest.raises(AnswerRejectedError) as rejected:
        marks_of(rubric, marks)
    return list(rejected.value.problems)


def spot(image: str, **more: object) -> dict[str, object]:
    return {"image": image, "shape": "point", "geometry": {"x": 0.5, "y": 0.5}, **more}


def test_a_brush_keeps_its_strokes_and_its_size():
    (mark,) = marks_of(AUDIT, [{**SEAM, "geometry": STROKES}])

    assert mark.geometry == Brush(0.02, 0.03, (((0.1, 0.2), (0.3, 0.2)), ((0.5, 0.5),)))
    assert mark.as_json()["geometry"] == STROKES


@pytest.mark.parametrize(
    ("geometry", "field", "problem"),
    [
        ({**STROKES, "width": 0}, "width", "is 0"),
        ({**STROKES, "height": 1.5}, "height", "is 1.5"),
        ({"strokes": STROKES["strokes"], "height": 0.1}, "width", "is missing"),
        ({**STROKES, "strokes": None}, "strokes", "is missing"),
        ({**STROKES, "strokes": []}, "strokes", "has 0 strokes"),
        ({**STROKES, "strokes": [[[0, 0]]] * 51}, "strokes", "has 51 strokes"),
        ({**STROKES, "strokes": "all"}, "strokes", "is 'all'"),
        ({**STROKES, "strokes": [[[0, 0]], []]}, "strokes[1]", "has 0 points"),
        ({**STROKES, "strokes": [[[0, 0]], 3]}, "strokes[1]", "is 3"),
        ({**STROKES, "strokes": [[[0, 0], [1.2, 0]]]}, "strokes[0][1][0]", "is 1.2"),
        ({**STROKES, "strokes": [[[0, 0]] * 400, [[1, 1]] * 101]}, "strokes", "have more points together"),
        ({**STROKES, "points": []}, "points", "is not a known key"),
    ],
)
def test_a_brush_off_its_limits_is_named(geometry: object, field: str, problem: str):
    (found,) = problems_of(AUDIT, [{**SEAM, "geometry": geometry}])

    assert found.field == f"marks[0].geometry.{field}"
    assert found.problem.startswith(problem)


def test_a_mark_can_stand_for_what_is_not_there_and_rest_on_a_clause():
    place = {"image": "a", "shape": "whole", "code": "ALIGN.missing_object", "severity": 2}
    (mark,) = marks_of(AUDIT, [{**place, "missing": True, "clause": "AL-2"}])

    assert mark == Mark("a", Whole(), "ALIGN.missing_object", None, 2, missing=True, clause="AL-2")
    assert mark.as_json().items() >= {"missing": True, "clause": "AL-2"}.items()
    assert (
        not {"missing", "clause", "pair"} & marks_of(PAIRS, [spot("a", missing=False, clause="")])[0].as_json().keys()
    )


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"missing": "yes"}, "missing"),
        ({"missing": 1}, "missing"),
        ({"clause": "al-2"}, "clause"),
        ({"clause": "AL"}, "clause"),
        ({"clause": 2}, "clause"),
        ({"pair": 0}, "pair"),
        ({"pair": True}, "pair"),
        ({"pair": 201}, "pair"),
    ],
)
def test_what_sets_a_mark_apart_is_checked(said: dict[str, object], field: str):
    (found,) = problems_of(PAIRS, [spot("a", **said)])

    assert found.field == f"marks[0].{field}"


def test_a_clause_that_the_guideline_does_not_have_is_named():
    found = Findings()

    check_clauses(
        [Mark("a", Whole(), clause="AL-2"), Mark("a", Whole(), clause="AL-9"), Mark("a", Whole())], ["AL-2"], found
    )

    assert found.problems == [Problem("marks[1].clause", "is AL-9", one_of(("AL-2",)))]


def test_two_marks_of_the_same_thing_name_each_other_on_either_side():
    given = [spot("a"), spot("b", pair=3), spot("a", pair=2)]
    answer = parse_answer(PAIRS, {"answers": {"overall": "tie_bad"}, "marks": given})

    assert [mark.pair for mark in answer.marks] == [None, 3, 2]
    exchanged = canonical(PAIRS, answer, Presentation((1, 0))).marks
    assert [(mark.image, mark.pair) for mark in exchanged] == [("b", None), ("a", 3), ("b", 2)]
    assert exchanged[1] == Mark("a", Point(0.5, 0.5), pair=3)


@pytest.mark.parametrize(
    "marks",
    [
        [spot("a", pair=2), spot("a", pair=1)],
        [spot("a", pair=2), spot("b")],
        [spot("a", pair=1), spot("b")],
        [spot("a", pair=3), spot("b", pair=1)],
        [spot("a", pair=2), spot("b", pair=3), spot("a", pair=2)],
    ],
    ids=["on one image", "not named back", "with itself", "with none", "three"],
)
def test_a_pair_is_two_marks_on_two_images_that_name_each_other(marks: list[dict[str, object]]):
    fields = [problem.field for problem in problems_of(PAIRS, marks)]

    assert "marks[0].pair" in fields


def test_one_image_has_no_pairs():
    (found,) = problems_of(AUDIT, [{**SEAM, "geometry": STROKES, "pair": 1}])

    assert found == Problem("marks[0].pair", "is 1", "no pair: this rubric shows one image")
