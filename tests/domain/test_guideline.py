import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.domain.guideline import Clause, GuidelineInvalidError, check_guideline, content_hash, parse_guideline
from rubrica.domain.problems import Problem
from rubrica.domain.rubric import parse_rubric
from rubrica.domain.templates import template_guideline, template_keys, template_rubric
from tests.domain.strategies import rubric_data

RUBRIC = template_rubric("technical-quality")

GUIDELINE = """# How to judge

Welcome.

## PL-1 Plausibility

Could it exist?

### PL-1.2 The worst fault decides ###

One is enough.

#### Why

Because.

## About us

We wrote this.

## AN-1
"""


def test_a_clause_begins_at_its_heading_and_ends_at_the_next():
    clauses = parse_guideline(GUIDELINE.replace("## AN-1\n", "")).clauses

    assert clauses == (
        Clause("PL-1", "Plausibility", 2, "Could it exist?"),
        Clause("PL-1.2", "The worst fault decides", 3, "One is enough.\n\n#### Why\n\nBecause."),
    )


def test_a_clause_is_found_by_its_anchor():
    guideline = parse_guideline("## PL-1 One\n\na\n\n## PL-2.10 Two\n")

    assert guideline.anchors == ("PL-1", "PL-2.10")
    assert guideline.clause_of["PL-2.10"].title == "Two"


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("## PL-1 Title", "Title"),
        ("## PL-1: Title", "Title"),
        ("## PL-1. Title", "Title"),
        ("## PL-1 \u2013 Title", "Title"),
        ("   ###### PL-1   Title   ##", "Title"),
        ("##\tPL-1\tTitle", "Title"),
    ],
)
def test_a_heading_may_be_written_in_several_ways(heading: str, title: str):
    (clause,) = parse_guideline(heading).clauses

    assert (clause.anchor, clause.title) == ("PL-1", title)


@pytest.mark.parametrize(
    "line",
    [
        "PL-1 Title",
        "##PL-1 Title",
        "    ## PL-1 Title",
        "## P-1 Title",
        "## pl-1 Title",
        "## PL-1a Title",
        "## PLAUS-1 x",
        "####### PL-1 x",
    ],
)
def test_what_only_looks_like_a_clause_is_text(line: str):
    assert parse_guideline(line).clauses == ()


@pytest.mark.parametrize("fence", ["```", "~~~~", "```markdown"])
def test_a_heading_in_fenced_code_is_text(fence: str):
    text = f"## PL-1 One\n\n{fence}\n## PL-2 Two\n```x\n{fence[:4].rstrip('m')}\n\n## PL-3 Three\n"

    assert parse_guideline(text).anchors == ("PL-1", "PL-3")


def test_an_anchor_stands_on_one_heading():
    with pytest.raises(GuidelineInvalidError) as refused:
        parse_guideline("## PL-1 One\n## PL-1 Two\n")

    assert refused.value.problems == (
        Problem("guideline", "has the anchor PL-1 more than once", "each anchor on one heading"),
    )


def test_a_clause_has_a_title():
    assert [problem.problem for problem in check_guideline(GUIDELINE, parse_rubric(UNCLAUSED))] == [
        "has no title after AN-1"
    ]


UNCLAUSED = {**RUBRIC.as_json(), "criteria": [{**RUBRIC.criteria[0].as_json(), "clause": None}]}


def test_clauses_named_by_the_rubric_must_exist():
    assert check_guideline("## TQ-1 Levels\n", RUBRIC) == (
        Problem("criteria[1].clause", "names TQ-2, which the guideline does not have", "only TQ-1"),
    )


def test_a_guideline_with_all_its_clauses_has_no_problem():
    assert check_guideline("## TQ-1 Levels\n## TQ-2 Faults\n", RUBRIC) == ()


def test_a_guideline_has_at_most_two_hundred_kilobytes():
    rubric = parse_rubric(UNCLAUSED)

    assert check_guideline("x" * 200_000, rubric) == ()
    assert check_guideline("é" * 100_001, rubric) == (
        Problem("guideline", "has 200,002 bytes", "at most 200,000 bytes"),
    )
    assert check_guideline("x" * 50_000_000, rubric)[0].problem == "has 50,000,000 bytes"


def test_a_guideline_has_at_most_five_hundred_clauses():
    text = "".join(f"## PL-{number} x\n" for number in range(501))

    assert check_guideline(text, parse_rubric(UNCLAUSED))[0].problem == "has 501 clauses"


def test_a_control_character_is_named_with_its_line():
    assert check_guideline("one\ntwo \x00\n", parse_rubric(UNCLAUSED)) == (
        Problem("guideline", "contains a NUL character on line 2", "text without control characters"),
    )
    assert check_guideline("\ud800", parse_rubric(UNCLAUSED))[0].problem.startswith("contains half of a surrogate")


def test_a_form_may_end_lines_in_its_own_way():
    assert parse_guideline("## PL-1 One\r\n\r\na\r\nb\r\n").clauses == (Clause("PL-1", "One", 2, "a\nb"),)


def assert_says_something(refused: GuidelineInvalidError) -> None:
    assert all(problem.problem and problem.allowed for problem in refused.problems)


@given(st.text())
def test_any_text_is_a_guideline_or_is_refused(text: str):
    try:
        parse_guideline(text)
    except GuidelineInvalidError as refused:
        assert_says_something(refused)


@given(st.lists(st.sampled_from(["## PL-1 A", "### PL-1.1 B", "# T", "## X", "text", "```", "~~~", ""])))
def test_clauses_hold_every_line_at_most_once(lines: list[str]):
    try:
        clauses = parse_guideline("\n".join(lines)).clauses
    except GuidelineInvalidError:
        return

    assert sum(clause.markdown.count("text") for clause in clauses) <= lines.count("text")


def test_the_hash_names_content_not_spelling():
    spelt_out = RUBRIC.as_json()
    left_out = {key: value for key, value in spelt_out.items() if key not in {"taxonomy", "explanation", "description"}}
    left_out["description"] = RUBRIC.description

    assert content_hash(parse_rubric(left_out), "x") == content_hash(RUBRIC, "x")
    assert content_hash(RUBRIC, "Caf\u00e9\nx") == content_hash(RUBRIC, "Cafe\u0301\r\nx")
    assert len(content_hash(RUBRIC, "x")) == 64


@settings(max_examples=25)
@given(rubric_data(), st.randoms())
def test_the_hash_does_not_depend_on_the_order_of_keys(data: dict[str, object], random):
    def shuffled(value: object) -> object:
        if isinstance(value, dict):
            keys = list(value)
            random.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        return [shuffled(entry) for entry in value] if isinstance(value, list) else value

    assert content_hash(parse_rubric(shuffled(data)), "x") == content_hash(parse_rubric(data), "x")


@settings(max_examples=25)
@given(rubric_data(), st.data())
def test_the_hash_changes_with_any_change(data: dict[str, object], draw: st.DataObject):
    changed = copy.deepcopy(data)
    criterion = draw.draw(st.sampled_from(changed["criteria"]))
    match draw.draw(st.sampled_from(["name", "question", "required", "overlap", "guideline", "key"])):
        case "guideline":
            assert content_hash(parse_rubric(data), "x ") != content_hash(parse_rubric(data), "x")
            return
        case "required":
            criterion["required"] = not criterion["required"]
        case "overlap":
            changed["overlap"] = changed["overlap"] % 50 + 1
        case "key":
            changed["key"] += "x"
        case field:
            criterion[field] += "!"

    assert content_hash(parse_rubric(changed), "x") != content_hash(parse_rubric(data), "x")


def test_published_hashes_stay_what_they_are():
    """A release that changes these would make evaluations of unchanged guidelines look like those of changed ones."""
    rubric = parse_rubric(
        {
            "format": "rubrica/rubric/1",
            "key": "k",
            "name": "N",
            "unit": "single",
            "criteria": [
                {
                    "id": "q",
                    "name": "Q",
                    "question": "?",
                    "type": "scale",
                    "levels": [{"value": 2, "label": "Good"}, {"value": 1, "label": "Bad"}],
                }
            ],
        }
    )

    assert content_hash(rubric, "## PL-1 One\n") == "53ebc9f6c9eb3ada8a4d0488f95b9433d422f4e1d751d2ddf7ccb72799c6d827"


@pytest.mark.parametrize("key", template_keys())
def test_every_template_guideline_carries_the_clauses_of_its_rubric(key: str):
    assert check_guideline(template_guideline(key), template_rubric(key)) == ()
