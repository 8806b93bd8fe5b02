"""When an item is done: enough raters agree on every question that the most frequent answer decides."""

import pytest

from rubrica.domain.adaptive_overlap import unsettled
from rubrica.domain.templates import template_rubric

PAIRS = template_rubric("side-by-side")
SCORES = {option.code: option.score for option in PAIRS.criterion_of["overall"].options}


def of(*codes: str):
    return {"overall": [(code, SCORES[code]) for code in codes]}


@pytest.mark.parametrize(
    ("codes", "settled"),
    [
        (("a_slightly",), True),
        (("a_slightly", "a_much"), True),
        (("a_slightly", "b_slightly"), False),
        (("a_slightly", "a_much", "b_much"), False),
        (("a_slightly", "a_much", "a_much", "b_much"), True),
        (("not_sure", "a_much"), False),
        (("tie_good", "tie_bad"), True),
    ],
)
def test_three_of_four_must_prefer_the_same_side_by_however_much(codes, settled: bool):
    assert (unsettled(PAIRS, of(*codes)) == ()) is settled


def test_counts_and_yes_or_no_agree_only_with_themselves():
    rubric = template_rubric("prompt-checklist")
    criterion = next(each for each in rubric.criteria if each.type in {"yes_no", "count"})
    assert unsettled(rubric, {criterion.id: [("yes", 1.0), ("no", 0.0)]}) == (criterion.id,)
    assert unsettled(rubric, {criterion.id: [("yes", 1.0)] * 3 + [("no", 0.0)]}) == ()


def test_scales_are_left_alone_and_what_nobody_answered_is_settled():
    audit = template_rubric("ai-image-audit")
    assert unsettled(audit, {"overall": [("1", 1.0), ("5", 5.0)]}) == ()
    assert unsettled(PAIRS, {}) == ()
