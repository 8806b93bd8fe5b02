"""Forms of openings: questions are read, and answers checked against them, field by field."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.application_form import (
    MOST_QUESTIONS,
    Question,
    QuestionKind,
    check_answers,
    parse_questions,
    read_questions,
    unpaid_and_paid,
)
from rubrica.domain.opening_check import FREE_SCREENING_MINUTES
from rubrica.domain.problems import Findings

QUESTIONS = (
    Question("q1", QuestionKind.SHORT, "Which screen do you use?"),
    Question("q2", QuestionKind.LONG, "What is a fault of anatomy?"),
    Question("q3", QuestionKind.URL, "Where is your portfolio?", is_required=False),
    Question("q4", QuestionKind.NUMBER, "How many hours a week?"),
    Question("q5", QuestionKind.SINGLE, "Is it calibrated?", ("Yes", "No")),
    Question("q6", QuestionKind.MULTI, "What have you rated?", ("Photographs", "Renderings"), is_required=False),
)
ANSWERS: dict[str, Any] = {"q1": "27 inches", "q2": "Six\nfingers", "q4": "20", "q5": "Yes", "q6": ["Renderings"]}


def wrong(payload: Any, *, is_complete: bool = True) -> list[str]:
    found = Findings()
    check_answers(QUESTIONS, payload, found, is_complete=is_complete)
    return [problem.field for problem in found.problems]


def test_questions_come_back_from_how_they_are_kept():
    assert read_questions([question.as_json() for question in QUESTIONS]) == QUESTIONS


@pytest.mark.parametrize(
    ("questions", "fields"),
    [
        ("no list", ["questions"]),
        ([{"kind": "short", "text": "?"}] * (MOST_QUESTIONS + 1), ["questions"]),
        (["text"], ["questions[0]"]),
        ([{"kind": "film", "text": "?"}], ["questions[0].kind"]),
        ([{"kind": "short", "text": " "}], ["questions[0].text"]),
        ([{"kind": "short", "text": "?", "more": 1}], ["questions[0].more"]),
        ([{"kind": "short", "text": "?", "is_required": "yes"}], ["questions[0].is_required"]),
        ([{"kind": "single", "text": "?", "choices": ["one"]}], ["questions[0].choices"]),
        ([{"kind": "multi", "text": "?", "choices": ["one", "one"]}], ["questions[0].choices"]),
        ([{"kind": "short", "text": "?", "choices": ["a", "b"]}], ["questions[0].choices"]),
        ([{"kind": "short", "text": "?", "id": "a"}, {"kind": "url", "text": "?", "id": "a"}], ["questions[1].id"]),
    ],
)
def test_questions_that_cannot_be_asked_are_refused(questions, fields):
    found = Findings()
    parse_questions(questions, found)

    assert [problem.field for problem in found.problems] == fields


def test_answers_of_every_kind_are_taken():
    found = Findings()

    assert check_answers(QUESTIONS, ANSWERS | {"q3": "https://example.org/me"}, found, is_complete=True) == {
        "q1": "27 inches",
        "q2": "Six\nfingers",
        "q3": "https://example.org/me",
        "q4": 20,
        "q5": "Yes",
        "q6": ["Renderings"],
    }
    assert not found


def test_a_draft_may_lack_what_a_submission_may_not():
    assert wrong({}, is_complete=False) == []
    assert wrong({}) == ["answers.q1", "answers.q2", "answers.q4", "answers.q5"]
    assert wrong({**ANSWERS, "q1": "  "}) == ["answers.q1"]


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"q1": "two\nlines"}, "answers.q1"),
        ({"q1": "x" * 201}, "answers.q1"),
        ({"q2": 7}, "answers.q2"),
        ({"q3": "javascript:alert(1)"}, "answers.q3"),
        ({"q3": "https://"}, "answers.q3"),
        ({"q3": "http://[bad"}, "answers.q3"),
        ({"q3": 'https://example.org/"onclick'}, "answers.q3"),
        ({"q4": -1}, "answers.q4"),
        ({"q4": True}, "answers.q4"),
        ({"q4": "many"}, "answers.q4"),
        ({"q5": "Maybe"}, "answers.q5"),
        ({"q6": "Renderings"}, "answers.q6"),
        ({"q6": ["Paintings"]}, "answers.q6"),
        ({"q9": "?"}, "answers.q9"),
    ],
)
def test_what_does_not_fit_a_question_is_named(answer, field):
    assert wrong({**ANSWERS, **answer}) == [field]
    assert wrong(answer, is_complete=False) == [field]


def test_answers_are_an_object():
    assert wrong([]) == ["answers"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20), lambda inner: st.lists(inner, max_size=3)
)


@given(st.dictionaries(st.sampled_from(["q1", "q2", "q3", "q4", "q5", "q6", "q7"]), anything, max_size=7))
def test_whatever_comes_is_taken_whole_or_named(payload):
    found = Findings()
    taken = check_answers(QUESTIONS, payload, found, is_complete=False)
    if not found:
        again = Findings()
        assert check_answers(QUESTIONS, taken, again, is_complete=False) == taken
        assert not again


@given(st.integers(0, 500))
def test_what_goes_beyond_the_free_minutes_is_paid(minutes):
    unpaid, paid = unpaid_and_paid(minutes)

    assert unpaid + paid == minutes
    assert 0 <= unpaid <= FREE_SCREENING_MINUTES
    assert (paid > 0) == (minutes > FREE_SCREENING_MINUTES)
