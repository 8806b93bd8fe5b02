import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.domain.allocation import (
    BLOCK,
    Candidate,
    Choice,
    choose,
    choose_hidden,
    expected_evaluations,
    is_repeat_due,
    repeat_gap,
)


def queue(*positions: int, places_left: int = 1) -> list[Candidate]:
    return [Candidate(1000 + position, position, places_left) for position in positions]


candidates = st.lists(st.integers(0, 200), unique=True).flatmap(
    lambda positions: st.tuples(*[st.integers(0, 3) for _ in positions]).map(
        lambda places: [Candidate(7 * at + 1, at, left) for at, left in zip(sorted(positions), places, strict=True)]
    )
)


def test_an_empty_queue_offers_nothing():
    assert choose([], rater_id=1, seed=1) is None


def test_items_without_a_place_are_not_offered():
    assert choose(queue(0, 1, 2, places_left=0), rater_id=1, seed=1) is None


def test_the_only_item_is_offered_with_its_reason():
    (only,) = queue(35, places_left=2)

    assert choose([only], rater_id=1, seed=1) == Choice(
        only,
        "position 35, 2 more wanted; in this rater's own order the first of 1 eligible in block 2 (positions 32 to 47)",
        34,
    )


@settings(max_examples=50)
@given(candidates, st.integers(), st.integers())
def test_the_choice_has_a_place_and_lies_in_the_first_block_that_has_one(offered, rater_id, seed):
    choice = choose(offered, rater_id, seed)

    eligible = [candidate for candidate in offered if candidate.places_left > 0]
    if not eligible:
        assert choice is None
        return
    assert choice is not None
    assert choice.candidate in eligible
    assert choice.candidate.position // BLOCK == eligible[0].position // BLOCK


@settings(max_examples=50)
@given(candidates, st.integers(), st.integers())
def test_nothing_eligible_lies_at_or_before_the_cursor(offered, rater_id, seed):
    choice = choose(offered, rater_id, seed)

    assert choice is None or all(candidate.position > choice.cursor for candidate in offered)


@settings(max_examples=50)
@given(candidates, st.integers(), st.integers())
def test_the_same_question_has_the_same_answer(offered, rater_id, seed):
    assert choose(offered, rater_id, seed) == choose(offered, rater_id, seed)


def works_off(count: int, rater_id: int, seed: int = 5) -> list[int]:
    """Return the positions in the order a rater gets them."""
    offered, order = queue(*range(count)), []
    while (choice := choose(offered, rater_id, seed)) is not None:
        order.append(choice.candidate.position)
        offered.remove(choice.candidate)
    return order


def test_a_rater_gets_every_item_once_block_after_block():
    order = works_off(3 * BLOCK + 5, rater_id=1)

    assert sorted(order) == list(range(3 * BLOCK + 5))
    assert [position // BLOCK for position in order] == sorted(position // BLOCK for position in order)


def test_each_rater_has_an_order_of_their_own():
    orders = {tuple(works_off(BLOCK, rater_id)) for rater_id in range(50)}

    assert len(orders) == 50


def test_another_project_has_other_orders():
    assert works_off(BLOCK, rater_id=1, seed=5) != works_off(BLOCK, rater_id=1, seed=6)


def test_every_item_of_a_block_comes_first_for_some_rater():
    first = {works_off(BLOCK, rater_id)[0] for rater_id in range(300)}

    assert first == set(range(BLOCK))


def test_an_item_taken_meanwhile_does_not_change_the_order_of_the_others():
    order = works_off(BLOCK, rater_id=3)
    without_one = queue(*[position for position in range(BLOCK) if position != order[4]])

    choice = choose(without_one, rater_id=3, seed=5)

    assert choice is not None
    assert choice.candidate.position == order[0]


def test_repeats_are_as_frequent_as_was_asked():
    for percent in (3, 5, 20):
        due = sum(is_repeat_due(7, item, percent, b"secret") for item in range(20_000))
        assert due / (20_000 + due) == pytest.approx(percent / 100, abs=0.006)


def test_without_repeats_none_is_due_and_asking_twice_changes_nothing():
    assert not any(is_repeat_due(rater, item, 0, b"secret") for rater in range(20) for item in range(100))
    asked = [is_repeat_due(3, item, 20, b"secret") for item in range(100)]
    assert asked == [is_repeat_due(3, item, 20, b"secret") for item in range(100)]


def test_when_a_repeat_comes_depends_on_the_rater_and_cannot_be_known_without_the_secret():
    def pattern(rater, secret):
        return [is_repeat_due(rater, item, 20, secret) for item in range(100)]

    assert len({tuple(pattern(1, b"secret")), tuple(pattern(2, b"secret")), tuple(pattern(1, b"another"))}) == 3


@pytest.mark.parametrize(("evaluations", "gap"), [(0, None), (9, None), (10, 5), (24, 12), (40, 20), (4_000, 20)])
def test_a_repeat_comes_late_enough_to_be_forgotten(evaluations, gap):
    assert repeat_gap(evaluations) == gap


@given(st.sets(st.integers(0, 10_000)), st.integers(0, 50))
def test_which_item_comes_again_is_one_of_those_that_may_whatever_their_order(items, rater):
    chosen = choose_hidden(sorted(items), rater, b"secret")
    assert chosen == choose_hidden(sorted(items, reverse=True), rater, b"secret")
    assert chosen in items if items else chosen is None


@pytest.mark.parametrize(("percent", "expected"), [(0, 100), (20, 125), (40, 167)])
def test_what_comes_unannounced_is_reckoned_with(percent, expected):
    assert expected_evaluations(100, percent) == expected
