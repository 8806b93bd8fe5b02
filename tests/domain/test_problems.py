import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.domain.problems import (
    Findings,
    Problem,
    ProblemsError,
    as_array,
    as_object,
    check_keys,
    child,
    one_of,
    quoted,
)
from tests.domain.strategies import json_values


def test_a_problem_reads_as_a_sentence():
    problem = Problem("marks[1].geometry.x", "is 1.5", "a number from 0 to 1")

    assert str(problem) == "marks[1].geometry.x: is 1.5; allowed: a number from 0 to 1"


def test_a_problem_with_the_whole_input_says_so():
    assert str(Problem("", "is null", "an object")) == "the input: is null; allowed: an object"


def test_a_problem_is_what_an_api_answers_with():
    assert Problem("a", "b", "c").as_json() == {"field": "a", "problem": "b", "allowed": "c"}


def test_an_error_carries_every_problem_and_says_each_on_a_line():
    problems = (Problem("a", "is 1", "2"), Problem("b", "is 3", "4"))

    error = ProblemsError(problems)

    assert error.problems == problems
    assert str(error) == "a: is 1; allowed: 2\nb: is 3; allowed: 4"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (10**30, "a number too large to print"),
        (-(10**30), "a number too large to print"),
        (1.5, "1.5"),
        (float("nan"), "nan"),
        ("x", "'x'"),
        ("x" * 61, repr("x" * 60) + "…"),
        ("\x00\u202e\ud800", "'\\x00\\u202e\\ud800'"),
        ([1], "a list"),
        ((1,), "a list"),
        ({"a": 1}, "an object"),
        (b"x", "a bytes"),
    ],
)
def test_an_offending_value_is_described_shortly_and_safely(value: object, said: str):
    assert quoted(value) == said


@settings(max_examples=50)
@given(json_values)
def test_any_value_can_be_described_and_the_description_can_be_sent(value: object):
    assert len(quoted(value).encode()) < 1000


def test_allowed_values_are_listed_up_to_twenty():
    assert one_of(()) == "nothing: there is none"
    assert one_of(("a",)) == "only a"
    assert one_of((5, 4)) == "one of 5, 4"
    assert one_of(range(22)).endswith("18, 19 and 2 more")


def test_a_path_names_the_field_inside_its_parent():
    assert child("", "marks") == "marks"
    assert child("marks[1]", "note") == "marks[1].note"


@given(st.text())
def test_a_path_never_repeats_what_cannot_be_printed(key: str):
    assert child("answers", key).isprintable()


def test_every_unknown_key_is_named():
    found = Findings()

    check_keys({"a": 1, "b": 2, "c": 3}, frozenset({"a"}), "x", found)

    assert found.problems == [
        Problem("x.b", "is not a known key", "only a"),
        Problem("x.c", "is not a known key", "only a"),
    ]


def test_an_object_with_very_many_keys_is_refused_as_a_whole():
    found = Findings()

    check_keys(dict.fromkeys(map(str, range(10_000))), frozenset({"a"}), "x", found)

    assert found.problems == [Problem("x", "has 10000 keys", "only a")]


def test_only_a_mapping_with_text_keys_is_an_object():
    assert as_object({"a": 1}) == {"a": 1}
    assert as_object({1: 1}) is None
    assert as_object([]) is None
    assert as_object("{}") is None


def test_only_a_list_or_a_tuple_is_an_array():
    assert as_array([1]) == [1]
    assert as_array((1,)) == (1,)
    assert as_array("ab") is None
    assert as_array({}) is None
