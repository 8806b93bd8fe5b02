"""What makes a change breaking, whatever it is called."""

import copy

import pytest

from rubrica.domain.change_class import breaking_changes
from rubrica.domain.rubric import parse_rubric
from rubrica.domain.templates import template_keys, template_rubric


def changed(template, change):
    rubric = template_rubric(template).as_json()
    altered = copy.deepcopy(rubric)
    change(altered)
    return [(row.field, row.problem) for row in breaking_changes(parse_rubric(rubric), parse_rubric(altered))]


@pytest.mark.parametrize("template", template_keys())
def test_words_break_nothing(template):
    def reword(rubric):
        for criterion in rubric["criteria"]:
            criterion["question"] = "Asked in other words?"
            for level in criterion.get("levels") or ():
                level["anchor"] = "Told in other words."

    assert changed(template, reword) == []


def test_what_is_new_breaks_nothing():
    def add(rubric):
        rubric["criteria"].append({**rubric["criteria"][0], "id": "beauty", "name": "Beauty"})
        error = rubric["taxonomy"]["groups"][0]["errors"][0]
        rubric["taxonomy"]["groups"][0]["errors"].append({**error, "code": "melted"})

    assert changed("ai-image-audit", add) == []


def test_a_criterion_or_a_code_that_is_gone_breaks():
    def drop(rubric):
        rubric["criteria"].pop()
        rubric["taxonomy"]["groups"][0]["errors"].pop()

    code = template_rubric("ai-image-audit").taxonomy.codes
    last = [each for each in code if each.startswith("ANAT.")][-1]
    assert changed("ai-image-audit", drop) == [("criteria.missing_words", "is gone"), (f"taxonomy.{last}", "is gone")]


def test_other_levels_and_other_options_break():
    def fewer_levels(rubric):
        rubric["criteria"][0]["levels"].pop()

    assert changed("ai-image-audit", fewer_levels) == [
        ("criteria.plausibility", "takes scale levels 5, 4, 3, 2"),
    ]

    def one_more_option(rubric):
        choice = next(each for each in rubric["criteria"] if each["type"] == "choice")
        choice["options"].append({"code": "neither", "label": "Neither"})

    ((field, problem),) = changed("safety-moderation", one_more_option)
    assert field.startswith("criteria.")
    assert problem.endswith("neither")
