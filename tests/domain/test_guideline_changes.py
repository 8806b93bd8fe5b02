"""What differs between two guidelines: nothing escapes, both texts can be read from it, and words are words."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.guideline import sections
from rubrica.domain.guideline_changes import MOST_WORDS, Kind, compare, differing
from rubrica.domain.rubric import parse_rubric
from rubrica.domain.templates import template_guideline, template_keys, template_rubric

LINES = st.lists(
    st.sampled_from(
        ["## PL-1 Hands", "### PL-1.2 Fingers", "## A heading", "```", "Five fingers.", "Six fingers", "", "  ", "# X"]
    ),
    max_size=12,
).map("\n".join)
WORDS = st.lists(st.sampled_from(["a", "hand", " ", "\n", ".", "six", "fingers", "é"]), max_size=30).map("".join)


def side(stretches, left_out):
    return "".join(stretch.text for stretch in stretches if stretch.kind is not left_out)


@given(LINES)
def test_sections_joined_are_the_guideline(markdown):
    assert "\n".join(text for _, text in sections(markdown)) == markdown


@given(WORDS, WORDS)
def test_both_texts_can_be_read_from_what_differs(old, new):
    stretches = differing(old, new)

    assert side(stretches, Kind.ADDED) == old
    assert side(stretches, Kind.REMOVED) == new
    assert all(stretch.text for stretch in stretches)


@given(LINES, LINES)
def test_guidelines_differ_exactly_where_their_clauses_do(old, new):
    if not compare(old, None, new, None):
        # Blank lines around a clause are no change to a reader, nor is the order of clauses.
        assert sorted(old.split()) == sorted(new.split())
    assert not compare(old, None, old, None)


def test_a_phrase_that_was_replaced_is_one_change():
    stretches = differing("A hand with five fingers.", "A hand with too many fingers.")

    assert [(each.kind, each.text) for each in stretches] == [
        (Kind.SAME, "A hand with "),
        (Kind.REMOVED, "five"),
        (Kind.ADDED, "too many"),
        (Kind.SAME, " fingers."),
    ]


def test_a_very_long_text_is_compared_by_line():
    old = "".join(f"line {number}\n" for number in range(MOST_WORDS))
    stretches = differing(old, old.replace("line 7\n", "line seven\n"))

    assert [each.text for each in stretches if each.kind is not Kind.SAME] == ["line 7\n", "line seven\n"]


@pytest.mark.parametrize("template", template_keys())
def test_a_rubric_is_compared_by_what_people_name(template):
    markdown, rubric = template_guideline(template), template_rubric(template).as_json()
    changed = copy.deepcopy(rubric)
    changed["criteria"][0]["question"] = "Something else entirely?"
    changes = compare(markdown, parse_rubric(rubric), f"{markdown}\n## ZZ-9 New\n", parse_rubric(changed))

    assert [(change.place, change.kind) for change in changes.clauses] == [("ZZ-9", Kind.ADDED)]
    (change,) = changes.rubric
    assert (change.place, change.kind) == (f"criteria.{rubric['criteria'][0]['id']}", Kind.CHANGED)
    assert any(stretch.kind is Kind.ADDED for stretch in change.stretches)


def test_a_criterion_that_is_gone_is_told_last():
    rubric = template_rubric("ai-image-audit").as_json()
    changed = copy.deepcopy(rubric)
    changed["criteria"].pop()
    changed["criteria"][0]["question"] = "Something else entirely?"

    first, last = compare("", parse_rubric(rubric), "", parse_rubric(changed)).rubric
    assert (first.place, last.place) == ("criteria.plausibility", "criteria.missing_words")
    assert last.kind is Kind.REMOVED


def test_a_kind_of_error_is_a_part_of_its_own():
    rubric = template_rubric("ai-image-audit").as_json()
    changed = copy.deepcopy(rubric)
    changed["taxonomy"]["groups"][0]["errors"][0]["name"] = "Gone"

    (change,) = compare("", parse_rubric(rubric), "", parse_rubric(changed)).rubric
    assert change.place == "taxonomy.ANAT.missing"


def test_the_order_in_which_a_database_keeps_keys_is_no_change():
    rubric = template_rubric("ai-image-audit").as_json()
    turned = {key: rubric[key] for key in reversed(rubric)}

    assert not compare("", parse_rubric(rubric), "", parse_rubric(turned))
