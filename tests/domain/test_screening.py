"""Screening: what is asked is checked, what is due is never less than none, and machines only hint."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.guideline import parse_guideline
from rubrica.domain.opening import Opening, Pay, PayBasis
from rubrica.domain.problems import Findings
from rubrica.domain.screening import (
    FREE_SECONDS,
    CheckQuestion,
    Part,
    credit_due,
    hourly_rate,
    minutes_of,
    parse_checks,
    read_checks,
    still_asked,
)
from rubrica.domain.writing_task import (
    WritingTask,
    check_scores,
    check_texts,
    hints_of,
    needs_second_score,
    parse_task,
    read_task,
)

ANCHORS = ("PL-1", "PL-2", "PL-3")
QUESTION = {"text": "Is a seam a fault?", "choices": ["Yes", "No"], "right": [0], "clause": "PL-1"}
PROMPTS = [{"text": "What is wrong?", "item": "item-1"}, {"text": "When is it a fault?", "item": ""}]


def fields(found: Findings) -> list[str]:
    return [problem.field for problem in found.problems]


# --- what is due ---


@given(st.lists(st.integers(0, 4 * FREE_SECONDS), max_size=12))
def test_splitting_a_screening_into_attempts_changes_nothing_of_what_is_due(attempts: list[int]):
    total, credited = 0, 0
    for seconds in attempts:
        total += seconds
        due = credit_due(total, credited)
        assert due >= 0
        credited += due
        assert credit_due(total, credited) == 0

    assert credited == credit_due(sum(attempts), 0)
    assert 0 <= sum(attempts) - credited <= FREE_SECONDS


@given(st.lists(st.integers(0, 4 * FREE_SECONDS), min_size=1, max_size=12))
def test_what_was_credited_is_never_taken_back(totals: list[int]):
    credited = [0]
    for total in totals:
        credited.append(credited[-1] + credit_due(total, credited[-1]))
    assert all(before <= after for before, after in pairwise(credited))
    assert credited[-1] == max(0, max(totals) - FREE_SECONDS)


@pytest.mark.parametrize(
    ("pay", "minutes", "rate"),
    [
        (Pay(PayBasis.HOUR, 1_800, 2_400, "USD"), None, (1_800, "USD")),
        (Pay(PayBasis.ITEM, 50, 80, "USD"), 4, (750, "USD")),
        (Pay(PayBasis.ITEM, 1, 1, "USD", per=7), 1, (9, "USD")),
        (Pay(PayBasis.ITEM, 50, 80, "USD"), None, None),
        (Pay(PayBasis.FIXED, 50, 80, "USD"), 4, None),
        (None, 4, None),
    ],
)
def test_an_hour_of_screening_is_worth_the_least_that_the_opening_pays(
    pay: Pay | None, minutes: int | None, rate: tuple[int, str] | None
):
    assert hourly_rate(Opening(pay=pay, minutes_per_item=minutes)) == rate


def test_there_is_practice_only_before_a_test():
    assert minutes_of(1_000, 3, 4, 0, Opening()) == {Part.READING: 8}
    assert minutes_of(1_000, 0, 4, 10, Opening(minutes_per_item=2)) == {Part.PRACTICE: 8, Part.TEST: 20}


# --- questions on the guideline ---


def test_questions_come_back_as_they_were_kept():
    found = Findings()
    several = {**QUESTION, "right": [1, 0], "is_multi": True}
    read = parse_checks([QUESTION, QUESTION, several], ANCHORS, found)
    assert not found
    assert read[2] == CheckQuestion("Is a seam a fault?", ("Yes", "No"), (0, 1), True, "PL-1")
    assert read_checks([question.as_json() for question in read]) == read
    assert (read[2].is_right((1, 0)), read[2].is_right((0,)), read[0].is_right((0, 1))) == (True, False, False)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": " "}, "questions[0].text"),
        ({"choices": ["Yes", "Yes"]}, "questions[0].choices"),
        ({"right": [0, 1]}, "questions[0].right"),
        ({"right": [2]}, "questions[0].right"),
        ({"right": [True]}, "questions[0].right"),
        ({"right": []}, "questions[0].right"),
        ({"is_multi": 1}, "questions[0].is_multi"),
        ({"clause": "PL-9"}, "questions[0].clause"),
        ({"colour": "red"}, "questions[0].colour"),
    ],
)
def test_a_question_that_cannot_be_answered_is_named(change: dict[str, Any], field: str):
    found = Findings()
    parse_checks([{**QUESTION, **change}, QUESTION, QUESTION], ANCHORS, found)
    assert fields(found) == [field]


@pytest.mark.parametrize("value", [None, "three", [QUESTION] * 2, [QUESTION] * 11])
def test_there_are_three_to_ten_questions_or_none(value: object):
    found = Findings()
    assert parse_checks(value, ANCHORS, found) == ()
    assert fields(found) == ["questions"]
    assert parse_checks([], ANCHORS, Findings()) == ()


def test_a_question_whose_clause_has_changed_is_not_asked():
    written = parse_guideline("# G\n\n## PL-1 Seams\n\nA fault.\n\n## PL-2 Hands\n\nCount.\n")
    in_force = parse_guideline("# G\n\n## PL-1 Seams\n\nNo fault.\n\n## PL-2 Hands\n\nCount.\n")
    seams, hands = (CheckQuestion("?", ("Yes", "No"), (0,), False, anchor) for anchor in ("PL-1", "PL-2"))
    assert still_asked((seams, hands), written, in_force) == (hands,)


# --- writing ---


def test_a_writing_task_has_two_prompts_and_known_clauses():
    found = Findings()
    task = parse_task({"clauses": ["PL-1", "PL-1"], "prompts": PROMPTS}, ANCHORS, found)
    assert isinstance(task, WritingTask)
    assert task.clauses == ("PL-1",)
    assert read_task(task.as_json()) == task
    assert read_task({}) is None
    assert parse_task({"clauses": ["XX-1"], "prompts": PROMPTS[:1]}, ANCHORS, found) is None
    assert fields(found) == ["writing.clauses[0]", "writing.prompts"]


def test_a_text_is_long_enough_only_when_it_is_handed_in():
    short = Findings()
    assert check_texts(["One two", 3], short, is_complete=True) == ["One two", ""]
    assert fields(short) == ["texts[0]", "texts[1]"]
    draft = Findings()
    assert check_texts(["One two"], draft, is_complete=False) == ["One two", ""]
    assert not draft


def test_a_machine_counts_what_was_copied_and_knows_english_by_its_usual_words():
    clause = "A seam along a mirror is a fault where the two halves do not meet."
    copied = hints_of(f"{clause} It is bad.", "", [clause])
    assert copied.words == 18
    assert copied.copied == pytest.approx(15 / 18)
    own = "The left hand of the woman has six fingers and the shadow of the lamp falls to the side that it stands on."
    assert hints_of(own, own, [clause]).copied == 0
    assert (hints_of(own, own, []).repeated, hints_of(own, "", []).is_english) == (1, True)
    german = (
        "Die linke Hand der Frau hat sechs Finger und der Schatten der Lampe fällt auf die Seite, an der sie steht."
    )
    assert hints_of(german, "", []).is_english is False
    assert hints_of("Bad.", "", []).is_english is None
    assert hints_of("", "", []).copied == 0


def test_every_criterion_is_scored_and_explained():
    found = Findings()
    read, said = check_scores({"clarity": 6, "evidence": True, "style": 1, "grammar": 3}, "Good", found)
    assert (read, said) == ({"grammar": 3}, "")
    assert sorted(fields(found)) == ["comment", "scores.adherence", "scores.clarity", "scores.evidence", "scores.style"]


@pytest.mark.parametrize(
    ("scores", "needs"), [([], False), ([3, 3, 3, 3], True), ([3, 4, 4, 3], True), ([4, 4, 4, 4], False)]
)
def test_two_people_score_what_is_near_the_line(scores: list[int], needs: bool):
    scored = [dict(zip("abcd", scores, strict=True))] if scores else []
    assert needs_second_score(scored) is needs
    assert not needs_second_score([*scored, *scored])
