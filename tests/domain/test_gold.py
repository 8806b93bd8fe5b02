"""Scoring against gold: what is right, within which tolerance, and what is no answer at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.gold import Tally, added, known_criteria, overall, read_right_answers, score, tolerance_of
from rubrica.domain.problems import Findings
from rubrica.domain.templates import template_rubric

AUDIT = template_rubric("ai-image-audit")
PAIRS = template_rubric("side-by-side")


def scored(right, given, **tolerances):
    return score(AUDIT, right, given, tolerances)


def test_one_level_off_a_scale_of_five_is_right_and_two_are_not():
    right = {"overall": 4}
    assert [scored(right, {"overall": (str(level), float(level))})["overall"].right for level in (2, 3, 4, 5)] == [
        *(0, 1, 1, 1)
    ]


def test_the_plan_can_ask_for_the_very_level():
    assert scored({"overall": 4}, {"overall": ("5", 5.0)}, overall=0)["overall"] == Tally(0, 1)


def test_a_choice_is_right_or_not():
    criterion = next(each for each in PAIRS.criteria if each.type == "choice")
    first, second = criterion.options[0].code, criterion.options[1].code
    assert score(PAIRS, {criterion.id: first}, {criterion.id: (first, None)}, {})[criterion.id] == Tally(1, 1)
    assert score(PAIRS, {criterion.id: first}, {criterion.id: (second, None)}, {})[criterion.id] == Tally(0, 1)


def test_what_was_not_answered_is_not_right_and_what_is_not_known_is_not_asked():
    assert scored({"overall": 4}, {}) == {"overall": Tally(0, 1)}
    assert scored({}, {"overall": ("4", 4.0)}) == {}


def test_a_criterion_that_the_rubric_no_longer_has_is_left_out():
    assert scored({"gone": 3}, {"gone": ("3", 3.0)}) == {}


@pytest.mark.parametrize("value", [9, "nine", 3.0, True, [], {}, "٣"])
def test_answers_outside_the_rubric_are_named(value):
    found = Findings()
    assert read_right_answers(AUDIT, {"overall": value}, found) == {}
    assert [problem.field for problem in found.problems] == ["answers.overall"]


def test_unknown_criteria_are_named_and_empty_answers_are_not_known():
    found = Findings()
    assert read_right_answers(AUDIT, {"overall": "", "beauty": 3, "alignment": "5"}, found) == {"alignment": 5}
    assert [problem.field for problem in found.problems] == ["answers.beauty"]
    assert read_right_answers(AUDIT, [], Findings()) == {}


def test_only_types_with_one_answer_can_be_known():
    assert {criterion.type for criterion in known_criteria(AUDIT)} <= {"scale", "choice", "yes_no", "count"}


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.tuples(st.booleans(), st.just(1)), max_size=3)))
def test_scores_add_up(parts):
    tallies = [{name: Tally(int(right), n) for name, (right, n) in part.items()} for part in parts]
    total = overall(added(tallies))
    assert total.n == sum(len(part) for part in parts)
    assert 0 <= total.right <= total.n


def test_the_tolerance_of_a_short_scale_is_none():
    short = next(each for each in AUDIT.criteria if each.type == "scale")
    assert tolerance_of(short, {}) == 1
    assert tolerance_of(short, {short.id: 2}) == 2
