import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.domain.answer import parse_answer, ratings
from rubrica.domain.blinding import Presentation, as_shown, canonical, present, shown_as
from rubrica.domain.rubric import Rubric, parse_rubric
from rubrica.domain.templates import template_rubric
from tests.domain.strategies import payloads, presentations, rubrics

SECRET = b"a secret of the server"
MIRRORED = Presentation((1, 0))
SIDE_BY_SIDE = template_rubric("side-by-side")
PREFERS_LEFT = {
    "answers": {"overall": "a_slightly", "alignment": "b", "aesthetics": "same"},
    "marks": [{"image": "a", "shape": "point", "geometry": {"x": 0.1, "y": 0.2}}],
    "explanation": "A is sharp [[1]].",
}

BARE = {"format": "rubrica/rubric/1", "key": "bare", "name": "Bare", "marks": {"shapes": ["point"]}}
SCALE = {
    "id": "quality",
    "name": "Quality",
    "question": "How good?",
    "type": "scale",
    "levels": [{"value": 2, "label": "Good"}, {"value": 1, "label": "Bad"}],
}
RANKING = [
    {"id": "order", "name": "Order", "question": "In which order?", "type": "ranking"},
    {"id": "ends", "name": "Best and worst", "question": "Which?", "type": "best_worst"},
]

identities = st.integers(0, 2**40)


def test_a_single_image_is_where_it_is():
    assert present(1, rater_id=3, item_id=4, secret=SECRET) == Presentation((0,))


@pytest.mark.parametrize("images", [0, 10, -1])
def test_a_unit_has_one_to_nine_images(images: int):
    with pytest.raises(ValueError, match="1 to 9 images"):
        present(images, 1, 1, SECRET)


@given(identities, identities)
def test_a_rater_sees_an_item_the_same_way_every_time(rater_id: int, item_id: int):
    assert present(2, rater_id, item_id, SECRET) == present(2, rater_id, item_id, SECRET)


@given(identities, identities)
def test_of_two_neighbouring_items_one_is_exchanged(rater_id: int, pair_of_items: int):
    first, second = (present(2, rater_id, 2 * pair_of_items + which, SECRET) for which in (0, 1))

    assert first.is_mirrored != second.is_mirrored


@given(identities, identities)
def test_of_two_neighbouring_raters_one_sees_an_item_exchanged(pair_of_raters: int, item_id: int):
    first, second = (present(2, 2 * pair_of_raters + which, item_id, SECRET) for which in (0, 1))

    assert first.is_mirrored != second.is_mirrored


def test_the_next_side_cannot_be_told_from_the_last():
    sides = [present(2, 7, item_id, SECRET).is_mirrored for item_id in range(0, 4000, 2)]
    turns = sum(left != right for left, right in itertools.pairwise(sides))

    assert 0.45 < sum(sides) / len(sides) < 0.55
    assert 0.45 < turns / len(sides) < 0.55


def test_another_secret_gives_other_sides():
    sides = [[present(2, 7, item_id, secret) for item_id in range(64)] for secret in (SECRET, b"another", b"x" * 200)]

    assert sides[0] != sides[1] != sides[2]


def test_a_presentation_is_stored_and_read_back():
    assert MIRRORED.as_json() == {"order": [1, 0]}
    assert Presentation.from_json({"order": [1, 0]}) == MIRRORED
    assert Presentation.from_json({"order": [0]}) == Presentation((0,))


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"order": None}, {"order": "10"}, {"order": [True, 0]}, {"order": [0, 0]}, {"order": [0, 2]}],
)
def test_what_is_no_presentation_is_refused(data: object):
    with pytest.raises(ValueError, match="order"):
        Presentation.from_json(data)


@given(st.integers(3, 9), identities, identities)
def test_neighbouring_raters_see_each_image_of_a_set_once_at_each_place(images: int, neighbours: int, item_id: int):
    orders = [present(images, images * neighbours + rater, item_id, SECRET).order for rater in range(images)]

    assert [sorted(place) for place in zip(*orders, strict=True)] == [list(range(images))] * images


def test_what_is_compared_with_its_reference_keeps_its_place():
    rubric = parse_rubric({**BARE, "unit": "before_after", "criteria": [SCALE]})

    assert {shown_as(rubric, 1, item_id, SECRET) for item_id in range(9)} == {Presentation((0, 1))}


def test_an_order_of_a_set_is_put_right_with_its_marks():
    rubric = parse_rubric({**BARE, "unit": "set", "images": 4, "criteria": RANKING})
    shown = Presentation((2, 0, 3, 1))
    mark = {"image": "d", "shape": "point", "geometry": {"x": 0.5, "y": 0.5}}
    answer = parse_answer(rubric, {"answers": {"order": "d>b=c>a", "ends": "a>c"}, "marks": [mark]})

    there = canonical(rubric, answer, shown)

    assert there.answers == {"order": "b>a=d>c", "ends": "c>d"}
    assert [mark.image for mark in there.marks] == ["b"]
    assert as_shown(rubric, there, shown) == answer
    assert [(rating.criterion, rating.value, rating.score) for rating in ratings(rubric, there)] == [
        ("order", "a", 1.5),
        ("order", "b", 3.0),
        ("order", "c", 0.0),
        ("order", "d", 1.5),
        ("ends", "c", 1.0),
        ("ends", "d", -1.0),
    ]


def test_exchanged_sides_are_put_right():
    answer = canonical(SIDE_BY_SIDE, parse_answer(SIDE_BY_SIDE, PREFERS_LEFT), MIRRORED)

    assert answer.answers == {"overall": "b_slightly", "alignment": "a", "aesthetics": "same"}
    assert [mark.image for mark in answer.marks] == ["b"]
    assert answer.explanation == "A is sharp [[1]]."
    assert [rating.score for rating in ratings(SIDE_BY_SIDE, answer)] == [-1.0, 1.0, 0.0]


def test_sides_as_they_are_stay_as_they_are():
    answer = parse_answer(SIDE_BY_SIDE, PREFERS_LEFT)

    assert canonical(SIDE_BY_SIDE, answer, Presentation((0, 1))) == answer


@settings(max_examples=25)
@given(
    rubrics.flatmap(lambda rubric: st.tuples(st.just(rubric), payloads(rubric), presentations(rubric))),
)
def test_there_and_back_again_is_the_same_answer(drawn: tuple[Rubric, dict[str, object], Presentation]):
    rubric, payload, presentation = drawn
    answer = parse_answer(rubric, payload)

    there = canonical(rubric, answer, presentation)

    assert as_shown(rubric, there, presentation) == answer
    assert canonical(rubric, there, presentation) == answer
    assert parse_answer(rubric, there.as_json()) == there
