import json
import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.domain.problems import Problem
from rubrica.domain.yaml_text import YamlRefusedError, read_yaml
from tests.domain.strategies import written_values


def read(text: str) -> object:
    return read_yaml(text, max_characters=10_000)


def problem_of(text: str) -> Problem:
    with pytest.raises(YamlRefusedError) as refused:
        read(text)
    (problem,) = refused.value.problems
    return problem


def test_mappings_lists_and_scalars_are_read_as_json_would_have_them():
    text = "a: 1\nb: [1.5, -2e3, .5, true, null, ~, x y]\nc:\n  - {d: '1'}\n  - |\n    two\n    lines\ne:\n"

    assert read(text) == {
        "a": 1,
        "b": [1.5, -2000.0, 0.5, True, None, None, "x y"],
        "c": [{"d": "1"}, "two\nlines\n"],
        "e": None,
    }


@pytest.mark.parametrize(
    "word", ["yes", "no", "on", "off", "y", "n", "Yes", "NO", "2024-01-01", "12:30", "0x1F", "1_000", "<<"]
)
def test_a_word_stays_a_word(word: str):
    assert read(f"a: {word}") == {"a": word}


def test_a_quoted_scalar_is_text_whatever_it_looks_like():
    assert read("a: '1'\nb: \"true\"\nc: ''") == {"a": "1", "b": "true", "c": ""}


def test_a_key_written_twice_is_refused_with_its_line():
    assert problem_of("a: 1\nb: 2\na: 3") == Problem("line 3", "has the key 'a' twice", "each key once")


def test_an_anchor_is_refused():
    assert problem_of("a: &x [1]").problem == "sets the anchor &x"


def test_aliases_cannot_unfold_into_gigabytes():
    lines = ["a: &a [x, x]"] + [
        f"{after}: &{after} [*{before}, *{before}]" for before, after in zip("abcdefgh", "bcdefghi", strict=True)
    ]

    assert problem_of("\n".join(lines)).field == "line 1"


def test_an_alias_without_an_anchor_is_refused():
    assert problem_of("a: *x").problem == "uses the alias *x"


@pytest.mark.parametrize(
    "text", ["a: !!python/object/apply:os.system [ls]", "a: !!str 1", "!x {a: 1}", "a: !!binary aGk=", "a: ! x"]
)
def test_a_tag_is_refused(text: str):
    assert problem_of(text).problem.startswith("uses the tag")


@pytest.mark.parametrize("number", [".nan", ".inf", "-.inf", "1e999"])
def test_a_number_that_is_not_finite_is_refused(number: str):
    assert problem_of(f"a: {number}") == Problem("line 1", f"has '{number}'", "a finite number")


def test_an_integer_too_long_for_any_number_stays_text():
    assert read("a: " + "9" * 5000) == {"a": "9" * 5000}


def test_deep_nesting_is_refused_while_it_is_still_shallow():
    assert problem_of("[" * 9_000).problem == "is nested deeper than 20"


def test_one_document_is_read():
    assert problem_of("--- 1\n--- 2") == Problem("line 2", "begins a second document", "one YAML document")
    assert problem_of("# nothing but a comment").problem == "is empty"


def test_a_key_must_be_text():
    assert problem_of("1: a").problem == "has 1 as a key"
    assert problem_of("? [a]\n: 1").problem == "has a list as a key"


def test_a_mistake_in_the_writing_is_shown_with_line_and_column():
    problem = problem_of("a: 1\nb: [1,\nc: 2\n")

    assert re.fullmatch(r"line \d+, column \d+", problem.field)
    assert problem.problem.startswith("is not YAML: ")


def test_a_control_character_is_refused_with_its_line():
    assert problem_of("a: 1\nb: \x00").field == "line 2"
    assert problem_of("a: \x00").problem == "contains a NUL character"
    assert problem_of("a: \ud800").problem == "contains half of a surrogate pair (U+D800)"


def test_a_character_that_yaml_does_not_know_is_refused():
    assert problem_of("a: \uffff").problem.startswith("is not YAML")


def test_a_file_from_another_machine_is_read_alike():
    assert read("a: 1\r\nb: |\r\n  x\r\n  y\r\n") == {"a": 1, "b": "x\ny\n"}


def test_a_text_too_long_is_not_read_at_all():
    assert problem_of("[" * 10_001) == Problem("", "has 10001 characters", "at most 10000 characters")


@settings(max_examples=50)
@given(written_values)
def test_json_is_yaml(value: object):
    text = json.dumps(value, ensure_ascii=False)

    assert read_yaml(text, max_characters=10**6) == value


@given(st.text())
def test_any_text_is_read_or_refused(text: str):
    try:
        read(text)
    except YamlRefusedError as refused:
        assert_says_something(refused)


def assert_says_something(refused: YamlRefusedError) -> None:
    assert all(problem.problem and problem.allowed for problem in refused.problems)


class WriterWithoutAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  (as the base class has it)
        return True


@settings(max_examples=50)
@given(written_values)
def test_what_a_yaml_writer_writes_is_read_back(value: object):
    written = yaml.dump(value, Dumper=WriterWithoutAliases, sort_keys=False, allow_unicode=True)

    assert read(written) == value
