"""Worked examples: an item, its right answer, a tempting wrong one, and why; each mistake has its own message."""

import copy

import pytest

from rubrica.domain.guideline import check_guideline, content_hash
from rubrica.domain.guideline_changes import Answers, ExampleChange, Kind, compare
from rubrica.domain.reach_of_change import reach_of
from rubrica.domain.rubric import Rubric, RubricInvalidError, parse_rubric, read_rubric
from rubrica.domain.templates import template_guideline, template_rubric

SEAM = {"item": "owl.png", "right": 2, "wrong": 4, "why": "The seam shows at a first look."}
TEXT = template_guideline("ai-image-audit")


def rubric(*examples: dict[str, object], criterion: int = 0) -> Rubric:
    written = copy.deepcopy(template_rubric("ai-image-audit").as_json())
    written["criteria"][criterion]["worked_examples"] = list(examples)
    return parse_rubric(written)


def problems(*examples: object) -> list[tuple[str, str]]:
    written = copy.deepcopy(template_rubric("ai-image-audit").as_json())
    written["criteria"][0]["worked_examples"] = list(examples)
    with pytest.raises(RubricInvalidError) as refused:
        parse_rubric(written)
    return [(each.field.removeprefix("criteria[0].worked_examples"), each.problem) for each in refused.value.problems]


def test_an_example_says_which_answer_is_right_which_is_tempting_and_why():
    read = rubric(SEAM)
    (example,) = read.criteria[0].worked_examples

    assert (example.item, example.right, example.wrong, example.why) == tuple(SEAM.values())
    assert read.criteria[0].answer_in_words(2).startswith("2 ")
    assert parse_rubric(read.as_json()) == read


def test_a_word_of_yes_and_no_stays_a_word_in_yaml():
    written = """
format: rubrica/rubric/1
key: short
name: Short
unit: single
criteria:
  - id: hands
    name: Hands
    question: Are the hands whole?
    type: yes_no
    worked_examples:
      - {item: owl.png, right: no, wrong: yes, why: A finger is missing.}
"""
    (example,) = read_rubric(written).criteria[0].worked_examples
    assert (example.right, example.wrong) == ("no", "yes")


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"right": 9}, ".right", "is 9"),
        ({"right": "2"}, ".right", "is '2'"),
        ({"right": True}, ".right", "is true"),
        ({"right": None}, ".right", "is missing"),
        ({"wrong": 9}, ".wrong", "is 9"),
        ({"wrong": 2}, ".wrong", "is 2, which is the right answer"),
        ({"item": ""}, ".item", "is empty"),
        ({"why": None}, ".why", "is missing"),
        ({"clause": "nowhere"}, ".clause", "is 'nowhere'"),
        ({"score": 1}, ".score", "is not a known key"),
    ],
)
def test_each_mistake_is_named_with_its_field(change, field, problem):
    assert problems({**SEAM, **change}) == [(f"[0]{field}", problem)]


def test_an_item_stands_once_for_a_criterion_and_an_example_is_an_object():
    assert problems(SEAM, {**SEAM, "right": 3}) == [("[1].item", "repeats 'owl.png'")]
    assert problems("owl.png") == [("[0]", "is 'owl.png'")]


def test_questions_without_fixed_answers_have_no_worked_examples():
    written = copy.deepcopy(template_rubric("ai-image-audit").as_json())
    (number,) = [at for at, each in enumerate(written["criteria"]) if each["type"] == "words"]
    written["criteria"][number]["worked_examples"] = [SEAM]

    with pytest.raises(RubricInvalidError) as refused:
        parse_rubric(written)

    assert [each.field for each in refused.value.problems] == [f"criteria[{number}].worked_examples"]


def test_a_clause_that_an_example_names_is_one_of_the_guideline():
    (problem,) = check_guideline(TEXT, rubric({**SEAM, "clause": "ZZ-9"}))

    assert problem.field == "criteria[0].worked_examples[0].clause"
    assert problem.problem == "names ZZ-9, which the guideline does not have"


def test_an_example_is_part_of_what_the_hash_names():
    hashes = {content_hash(each, TEXT) for each in (rubric(), rubric(SEAM), rubric({**SEAM, "why": "It shows."}))}

    assert len(hashes) == 3


def test_examples_that_come_go_and_say_otherwise_are_told_apart():
    old = rubric(SEAM, {**SEAM, "item": "cat.png"})
    new = rubric({**SEAM, "right": 3}, {**SEAM, "item": "dog.png"})

    changes = compare(TEXT, old, TEXT, new)

    label = {level.value: f"{level.value} {level.label}" for level in old.criteria[0].levels}
    was, became = Answers(label[2], label[4], str(SEAM["why"])), Answers(label[3], label[4], str(SEAM["why"]))
    name = old.criteria[0].id
    assert changes.examples == (
        ExampleChange(name, "owl.png", Kind.CHANGED, was, became),
        ExampleChange(name, "dog.png", Kind.ADDED, None, was),
        ExampleChange(name, "cat.png", Kind.REMOVED, was, None),
    )
    assert (changes.clauses, changes.rubric) == ((), ())
    assert reach_of(changes, old, new).criteria == {name}


def test_an_example_of_a_level_that_moves_says_otherwise():
    def showing(level: int) -> Rubric:
        written = copy.deepcopy(template_rubric("ai-image-audit").as_json())
        written["criteria"][0]["levels"][level]["examples"] = ["owl.png"]
        return parse_rubric(written)

    (change,) = compare(TEXT, showing(0), TEXT, showing(1)).examples

    levels = showing(0).criteria[0].levels
    assert (change.kind, change.is_worked) == (Kind.CHANGED, False)
    assert change.before == Answers(f"{levels[0].value} {levels[0].label}")
    assert change.after == Answers(f"{levels[1].value} {levels[1].label}")


def test_nothing_differs_between_a_rubric_and_itself():
    assert not compare(TEXT, rubric(SEAM), TEXT, rubric(SEAM))
