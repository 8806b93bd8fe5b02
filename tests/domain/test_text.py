import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.problems import Findings, Problem
from rubrica.domain.text import check_text, composed, first_refused_character, with_line_feeds


def problems_of(value: object, **limits: object) -> list[Problem]:
    found = Findings()
    check_text(value, "note", found, **{"maximum": 10, **limits})
    return found.problems


def test_text_comes_back_composed():
    found = Findings()

    assert check_text("Cafe\u0301", "note", found, maximum=4) == "Café"
    assert not found


def test_length_counts_code_points_of_the_composed_text():
    assert problems_of("e\u0301" * 10) == []
    assert problems_of("é" * 11) == [Problem("note", "has 11 characters", "at most 10 characters")]
    assert problems_of("👍" * 10) == []


def test_a_text_far_too_long_is_refused_before_anything_is_done_with_it():
    assert problems_of("e\u0301" * 5_000_000) == [Problem("note", "has 10000000 characters", "at most 10 characters")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("ab\x00", "a NUL character at character 3"),
        ("\x07", "the control character U+0007 at character 1"),
        ("a\x9b", "the control character U+009B at character 2"),
        ("a\r\n", "a carriage return (end lines with a line feed alone) at character 2"),
        ("\ud83d", "half of a surrogate pair (U+D83D) at character 1"),
    ],
)
def test_a_control_character_is_refused_not_dropped(text: str, what: str):
    (problem,) = problems_of(text)

    assert problem.problem == f"contains {what}"
    assert "except control characters" in problem.allowed


def test_line_feed_and_tab_are_text():
    assert problems_of("a\n\tb") == []


def test_a_single_line_takes_neither():
    assert len(problems_of("a\nb", one_line=True)) == 1
    assert len(problems_of("a\tb", one_line=True)) == 1


@pytest.mark.parametrize("value", [None, 3, True, ["a"], {"a": 1}, b"a"])
def test_what_is_no_text_is_refused(value: object):
    (problem,) = problems_of(value)

    assert problem.allowed == "text of at most 10 characters"


def test_blanks_are_nothing_where_something_is_wanted():
    assert problems_of(" \n ", minimum=1) == [Problem("note", "is empty", "some text")]
    assert problems_of(" ab ", minimum=3) == [Problem("note", "has 2 characters", "at least 3 characters")]


@given(st.text())
def test_accepted_text_is_composed_printable_and_within_its_length(text: str):
    found = Findings()

    read = check_text(text, "note", found, maximum=20)

    assert found or (read == unicodedata.normalize("NFC", text) and len(read) <= 20)
    assert all(character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"} for character in read)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_composing_twice_is_composing_once(text: str):
    assert composed(composed(text)) == composed(text)


def test_every_way_to_end_a_line_becomes_a_line_feed():
    assert with_line_feeds("a\r\nb\rc\nd") == "a\nb\nc\nd"


def test_the_first_refused_character_is_named_with_its_place():
    assert first_refused_character("ab\x00") == (3, "a NUL character")
    assert first_refused_character("ab\n") is None
