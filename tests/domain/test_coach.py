"""What the explanation coach finds, and what it leaves alone."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.answer import AnswerRejectedError, parse_answer
from rubrica.domain.coach import BLOCKING, MOST_WORDS, Finding, check_explanation, words_of
from rubrica.domain.consistency import Kept, questions
from rubrica.domain.contradiction import contradiction
from rubrica.domain.draft import Draft, read_draft
from rubrica.domain.mark import Mark, Whole, citations
from rubrica.domain.rubric import parse_rubric
from rubrica.domain.templates import template_rubric

VECTORS = json.loads(Path(__file__).with_name("coach_vectors.json").read_text())
RUBRICS = {name: parse_rubric(written) for name, written in VECTORS["rubrics"].items()}
SINGLE, PAIR = RUBRICS["single"], RUBRICS["pair"]
HIGH = {"plausibility": 5, "alignment": 5, "overall": 5}
LOW = {"plausibility": 2}
HAND = {"code": "ANAT.extra", "severity": 2, "part": "hand"}
GOOD = "Left hand [[1]] has six fingers; the ring finger fuses with the mug."


def drafted(case: dict[str, Any]) -> Draft:
    return read_draft(RUBRICS[case["rubric"]], case)


def findings(text, *, answers=HIGH, marks=(HAND,), own_recent=(), rubric=SINGLE) -> tuple[Finding, ...]:
    so_far = read_draft(rubric, {"answers": answers, "marks": list(marks), "explanation": text})
    return check_explanation(rubric, so_far.answers, so_far.marks, so_far.explanation, own_recent)


def codes(text, **given) -> list[str]:
    return [finding.code for finding in findings(text, **given)]


# --- what the workbench knows as well ---


@pytest.mark.parametrize("case", VECTORS["contradictions"], ids=lambda case: f"{case['rubric']}: {case['explanation']}")
def test_a_plain_contradiction_is_named_and_nothing_else_is(case):
    so_far = drafted(case)

    assert contradiction(RUBRICS[case["rubric"]], so_far.answers, so_far.marks, so_far.explanation) == case["says"]


@pytest.mark.parametrize("case", VECTORS["questions"], ids=lambda case: f"{case['rubric']}: {case['answers']}")
def test_scores_without_their_evidence_are_questioned(case):
    so_far = drafted(case)

    asked = questions(RUBRICS[case["rubric"]], so_far.answers, so_far.marks, so_far.explanation)

    assert [{**question.kept.as_json(), "words": question.words} for question in asked] == case["asked"]


@pytest.mark.parametrize(("text", "count"), VECTORS["words"])
def test_words_are_counted(text, count):
    assert len(words_of(text)) == count


# --- what blocks ---


def test_exactly_three_findings_block():
    assert sorted(BLOCKING) == ["contradiction", "length", "missing"]
    assert [finding.blocks for finding in findings("", answers=LOW)] == [True]
    assert [finding.blocks for finding in findings("It seems somewhat bad, left.")] == [False]


def test_a_good_explanation_has_no_findings():
    assert findings(GOOD, answers=LOW) == ()


def test_an_explanation_that_is_required_is_missed_and_no_other():
    assert [(each.code, each.message) for each in findings(" ", answers=LOW)] == [
        ("missing", "An explanation is needed")
    ]
    assert codes("", marks=[{**HAND, "severity": 3}]) == ["missing"]
    assert codes("") == []


def test_style_is_no_grave_fault_that_wants_an_explanation():
    assert codes("", marks=[{"code": "STYLE.flat", "severity": 4}]) == []


def test_a_required_explanation_has_at_least_six_words():
    assert codes("Hand [[1]] has six fingers.", answers=LOW) == ["length"]
    assert codes("Left hand [[1]] has six fingers.", answers=LOW) == []
    assert codes("Hand [[1]] has six fingers.") == []


def test_an_explanation_is_no_longer_than_the_rubric_takes():
    (finding,) = findings(GOOD + "!" * 200)

    assert finding == Finding(
        "length", f"The explanation is {len(GOOD)} characters too long", ((200, len(GOOD) + 200),)
    )
    assert codes(GOOD + "!" * (200 - len(GOOD))) == []


def test_a_contradiction_is_a_finding():
    assert codes("No visible errors.") == ["contradiction"]


# --- hints ---


def test_a_long_explanation_is_a_hint_and_nothing_more():
    audit = template_rubric("ai-image-audit")
    text = "Left hand [[1]] " + "finger " * (MOST_WORDS - 3)

    assert codes(text, rubric=audit, marks=[{**HAND}], answers={}) == []
    (finding,) = findings(text + "finger", rubric=audit, marks=[{**HAND}], answers={})
    assert (finding.code, finding.blocks) == ("long", False)


def test_three_sentences_are_enough_for_a_pair():
    text = "A keeps both dogs. In B one dog is missing. The count fails overall."

    assert codes(text, rubric=PAIR, marks=[], answers={}) == []
    assert codes(text + " B is dull.", rubric=PAIR, marks=[], answers={}) == ["long"]
    assert "long" not in codes(text + " B is dull.")


@pytest.mark.parametrize(
    "text",
    ["There is an extra finger [[1]].", "An extra finger, upper left.", "The hand has one finger too many.", ""],
)
def test_a_fault_with_a_place_is_located(text):
    assert "unlocated" not in codes(text)


def test_a_fault_without_a_place_is_not_located():
    (finding,) = findings("One finger too many.")

    assert (finding.code, finding.message) == ("unlocated", "Cite a mark, or name the place of the fault")


def test_a_fault_in_words_alone_needs_a_place_as_well():
    assert codes("One finger is missing.", marks=[], answers={}) == ["unlocated"]
    assert codes("Nothing is missing.", marks=[], answers={}) == []
    assert codes("No visible errors.", marks=[], answers={}) == []
    bare = parse_rubric({**VECTORS["rubrics"]["plain"], "marks": {"shapes": []}})
    (finding,) = findings("One finger is missing.", marks=[], answers={}, rubric=bare)
    assert finding.message == "Name the place of the fault"


def test_of_a_pair_it_is_a_place_which_image_is_meant():
    assert codes("In B one dog is missing.", rubric=PAIR, marks=[], answers={}) == []
    assert codes("One dog is missing.", rubric=PAIR, marks=[], answers={}) == ["unlocated"]


def test_an_explanation_speaks_of_what_the_rubric_asks():
    text = "On the left the sea looks like concrete today."

    assert codes(text, marks=[]) == ["unlinked"]
    assert codes(text, marks=[], rubric=RUBRICS["plain"], answers={}) == []
    assert codes(text + " [[1]]") == []
    assert codes("On the left the sea bears on plausibility.", marks=[]) == []
    assert codes("On the left two waves have fused into one.", marks=[]) == []
    assert codes("Sea of concrete.", marks=[]) == []


def test_vague_words_are_named_with_their_places():
    text = "Left hand [[1]] seems kind of weird, and seems odd."
    (finding,) = findings(text)

    assert finding.message == "Say what can be seen, in place of “seems”, “kind of”, “weird”, “odd”"
    assert [text[start:end] for start, end in finding.spans] == ["seems", "kind of", "weird", "seems", "odd"]


def test_one_vague_word_among_twenty_is_no_matter():
    text = "Left hand [[1]] has six fingers, of which one fuses with the mug, so the grip of the person seems lost."

    assert len(words_of(text)) >= 20
    assert codes(text) == []
    assert codes("Left hand [[1]] seems to have six fingers.") == ["vague"]


@pytest.mark.parametrize("text", ["The hand is cut off at the wrist.", "Strangely lit, an oddity, badly cut hand."])
def test_words_that_only_begin_like_vague_ones_are_not_vague(text):
    assert "vague" not in codes(text)


def test_ones_own_words_again_are_noticed():
    once = "Left hand [[2]] has six fingers; the ring finger fuses with the mug!"
    (finding,) = findings(GOOD, own_recent=[once, "Something else entirely in this one."])

    assert (
        finding.message == "Nearly the words of an earlier explanation of yours; say what is particular to this image"
    )
    (finding,) = findings(GOOD, own_recent=[once, GOOD])
    assert "2 earlier explanations" in finding.message


@pytest.mark.parametrize(
    ("text", "earlier"),
    [
        (GOOD, "Right foot [[1]] has two toes; the big toe vanishes in the sand."),
        ("Six fingers [[1]].", "Six fingers [[1]]."),
        (GOOD, ""),
    ],
)
def test_other_words_and_short_ones_may_come_again(text, earlier):
    assert codes(text, own_recent=[earlier]) == []


def test_that_there_is_no_fault_may_be_said_in_the_same_words():
    text = "No visible errors, neither left nor right."

    assert codes(text, marks=[], own_recent=[text]) == []


def test_a_rubric_without_explanations_is_not_coached():
    assert codes("Seems bad.", rubric=RUBRICS["bare"], answers={}, marks=[]) == []


def test_a_finding_is_written_for_clients():
    (finding,) = findings("Hand [[1]] seems fused.")

    assert finding.as_json() == {
        "code": "vague",
        "blocks": False,
        "message": "Say what can be seen, in place of “seems”",
        "spans": [[11, 16]],
        "suggestion": None,
    }


# --- what is read of an answer in the making ---


def test_a_draft_is_read_as_far_as_it_goes():
    payload = {
        "answers": {"plausibility": 5, "alignment": 9, "overall": True, "nothing": 1},
        "marks": [HAND, {"code": "NONE.such", "severity": 9}, 7],
        "explanation": "e\u0301",
    }

    assert read_draft(SINGLE, payload) == Draft(
        {"plausibility": 5},
        (Mark("a", Whole(), "ANAT.extra", "hand", 2), Mark("a", Whole()), Mark("a", Whole())),
        "é",
    )
    assert read_draft(PAIR, {"answers": {"overall": "tie", "detail": "c"}}).answers == {"overall": "tie"}


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["answers", "marks", "explanation", "plausibility", "code"]) | st.text(), inner
            )
        ),
    )
)
def test_anything_at_all_is_a_draft_and_can_be_checked(payload):
    so_far = read_draft(SINGLE, payload)

    for finding in check_explanation(SINGLE, so_far.answers, so_far.marks, so_far.explanation, [so_far.explanation]):
        assert all(0 <= start < end <= len(so_far.explanation) for start, end in finding.spans)


# --- what was kept ---

KEPT = {"rule": "top_score_grave_mark", "criterion": "plausibility", "mark": 1}
MARKED = {
    "answers": {"plausibility": 5, "alignment": 5},
    "marks": [{"shape": "whole", "code": "ANAT.extra", "severity": 3}],
    "explanation": GOOD,
}


def test_what_was_kept_stands_in_the_answer():
    answer = parse_answer(SINGLE, {**MARKED, "kept": [KEPT]})

    assert answer.kept == (Kept("top_score_grave_mark", "plausibility", 1),)
    assert answer.as_json()["kept"] == [KEPT]
    assert parse_answer(SINGLE, MARKED).as_json()["kept"] == []


@pytest.mark.parametrize(
    ("kept", "field"),
    [
        (1, "kept"),
        ([KEPT] * 4, "kept"),
        ([1], "kept[0]"),
        ([{**KEPT, "rule": "other"}], "kept[0].rule"),
        ([{**KEPT, "criterion": "other"}], "kept[0].criterion"),
        ([{**KEPT, "mark": 2}], "kept[0].mark"),
        ([{**KEPT, "mark": True}], "kept[0].mark"),
        ([{**KEPT, "more": 1}], "kept[0].more"),
    ],
)
def test_what_was_kept_is_about_what_is_there(kept, field):
    with pytest.raises(AnswerRejectedError) as rejected:
        parse_answer(SINGLE, {**MARKED, "kept": kept})

    assert [problem.field for problem in rejected.value.problems] == [field]


# --- chips ---


def test_citations_are_found_with_their_places():
    assert citations("See [[2]], then [[1]] and [[2]].") == {2: [(4, 9), (26, 31)], 1: [(16, 21)]}
    assert citations("[1] [[?]]") == {}
