"""What a change of the rules reaches: questions, codes and clauses whose answers may come out otherwise."""

import re
from dataclasses import replace

import pytest

from rubrica.domain.guideline_changes import compare
from rubrica.domain.reach_of_change import Reach, reach_of
from rubrica.domain.rubric import Rubric, parse_rubric
from rubrica.domain.templates import template_guideline, template_rubric

RUBRIC = template_rubric("ai-image-audit")
TEXT = template_guideline("ai-image-audit")


def reach(markdown: str = TEXT, rubric: Rubric = RUBRIC) -> Reach:
    return reach_of(compare(TEXT, RUBRIC, markdown, rubric), RUBRIC, rubric)


def with_line(anchor: str) -> str:
    changed = re.sub(rf"(?m)^(#+ {re.escape(anchor)} .*)$", r"\1\nMore.", TEXT)
    assert changed != TEXT
    return changed


def edited(change) -> Rubric:
    body = RUBRIC.as_json()
    change(body)
    return parse_rubric(body)


def test_nothing_changed_reaches_nothing():
    assert not reach()


def test_words_before_the_first_clause_reach_nothing():
    assert not reach(f"Welcome.\n\n{TEXT}")


def test_a_clause_reaches_the_questions_and_codes_that_rest_on_it():
    clause = RUBRIC.criterion_of["alignment"].clause
    found = reach(with_line(clause))
    assert found.clauses == {clause}
    assert "alignment" in found.criteria
    groups = RUBRIC.taxonomy.groups
    assert found.codes == {
        code
        for group in groups
        if group.clause == clause
        for code in RUBRIC.taxonomy.codes
        if code.startswith(f"{group.code}.")
    }


def test_a_question_that_is_worded_otherwise_is_reached_alone():
    found = reach(rubric=edited(lambda body: body["criteria"][0].update(question="Is it so?")))
    assert (found.criteria, found.added, found.codes) == ({RUBRIC.criteria[0].id}, frozenset(), frozenset())


def test_a_question_that_is_gone_is_reached_and_a_new_one_reaches_everything_judged():
    gone = replace(RUBRIC, criteria=RUBRIC.criteria[:-1])
    assert reach_of(compare(TEXT, RUBRIC, TEXT, gone), RUBRIC, gone).criteria == {RUBRIC.criteria[-1].id}
    back = reach_of(compare(TEXT, gone, TEXT, RUBRIC), gone, RUBRIC)
    assert (back.criteria, back.added) == (frozenset(), {RUBRIC.criteria[-1].id})


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda group: group["errors"][0].update(anchor="Now otherwise"), {"ANAT.missing"}),
        (
            lambda group: group.update(name="Bodies"),
            {code for code in RUBRIC.taxonomy.codes if code.startswith("ANAT.")},
        ),
        (lambda group: group["errors"].append({"code": "brand_new", "name": "New"}), set()),
    ],
)
def test_codes_are_reached_one_by_one_or_with_their_group(change, codes):
    found = reach(rubric=edited(lambda body: change(body["taxonomy"]["groups"][0])))
    assert found.codes == codes
