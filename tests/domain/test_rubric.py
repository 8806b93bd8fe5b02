import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.domain.conditions import AnyOf, AtMost, SeverityAtLeast
from rubrica.domain.problems import Problem
from rubrica.domain.rubric import (
    DEFAULT_REASONS,
    MAX_CRITERIA,
    MAX_YAML_CHARACTERS,
    MarkRule,
    Rubric,
    RubricInvalidError,
    parse_rubric,
    read_rubric,
)
from rubrica.domain.taxonomy import DEFAULT_SEVERITIES, WORD_CODE_IN_WORDS
from tests.domain.strategies import json_values, rubric_data, rubrics

LEVELS = [{"value": 3, "label": "High"}, {"value": 2, "label": "Middle"}, {"value": 1, "label": "Low"}]
SINGLE = {
    "format": "rubrica/rubric/1",
    "key": "audit",
    "name": "Audit",
    "unit": "single",
    "criteria": [{"id": "quality", "name": "Quality", "question": "How good?", "type": "scale", "levels": LEVELS}],
}
SIDES = [
    {"code": "a", "label": "A", "score": 1, "mirror": "b"},
    {"code": "same", "label": "Same", "score": 0},
    {"code": "b", "label": "B", "score": -1, "mirror": "a"},
]
PAIR = {
    "format": "rubrica/rubric/1",
    "key": "pair",
    "name": "Pair",
    "unit": "pair",
    "criteria": [
        {"id": "better", "name": "Better", "question": "Which?", "type": "choice", "kind": "pair", "options": SIDES}
    ],
}
TAXONOMY = {
    "version": 1,
    "groups": [{"code": "ANAT", "name": "Anatomy", "errors": [{"code": "extra", "name": "Extra"}]}],
}


def changed(data: dict[str, object], **changes: object) -> dict[str, object]:
    return {**copy.deepcopy(data), **changes}


def with_criterion(data: dict[str, object], **changes: object) -> dict[str, object]:
    return changed(data, criteria=[{**copy.deepcopy(data["criteria"][0]), **changes}])


def problems_of(data: object) -> list[Problem]:
    with pytest.raises(RubricInvalidError) as refused:
        parse_rubric(data)
    return list(refused.value.problems)


def assert_says_something(refused: RubricInvalidError) -> None:
    assert all(problem.problem and problem.allowed for problem in refused.problems)


def problem_of(data: object) -> Problem:
    (problem,) = problems_of(data)
    return problem


def test_what_a_rubric_leaves_out_has_a_default():
    rubric = parse_rubric(SINGLE)

    assert rubric.images == 1
    assert rubric.prompt == "none"
    assert rubric.overlap == 3
    assert rubric.severities == DEFAULT_SEVERITIES
    assert rubric.cannot_judge == DEFAULT_REASONS
    assert rubric.marks == MarkRule()
    assert rubric.taxonomy is None
    assert rubric.explanation is None
    assert rubric.criterion("quality").required
    assert rubric.criterion("quality").kind == "quality"


def test_a_pair_has_two_images():
    assert parse_rubric(PAIR).images == 2


def test_an_unknown_criterion_has_no_answer():
    with pytest.raises(KeyError):
        parse_rubric(SINGLE).criterion("beauty")


def test_an_empty_list_of_reasons_means_that_everything_is_judged():
    assert parse_rubric(changed(SINGLE, cannot_judge=[])).cannot_judge == ()


@settings(max_examples=25)
@given(rubrics)
def test_a_rubric_written_and_read_again_is_the_same(rubric: Rubric):
    assert parse_rubric(json.loads(json.dumps(rubric.as_json()))) == rubric


@settings(max_examples=25)
@given(rubrics)
def test_a_rubric_written_as_yaml_is_the_same(rubric: Rubric):
    assert read_rubric(json.dumps(rubric.as_json(), ensure_ascii=False)) == rubric


@settings(max_examples=50)
@given(json_values)
def test_anything_at_all_is_read_or_refused(data: object):
    assert problems_of(data)


@settings(max_examples=25)
@given(rubric_data(), st.data())
def test_a_rubric_with_a_field_replaced_by_anything_is_read_or_refused(data: dict[str, object], draw: st.DataObject):
    holder: object = data
    path: list[object] = []
    while isinstance(holder, (dict, list)) and holder:
        key = draw.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
        path.append((holder, key))
        holder = holder[key]
        if draw.draw(st.booleans()):
            break
    container, key = path[-1]
    container[key] = draw.draw(json_values)

    try:
        assert parse_rubric(data).as_json()
    except RubricInvalidError as refused:
        assert_says_something(refused)


@pytest.mark.parametrize("data", [None, [], "rubric", 3, True])
def test_a_rubric_is_an_object(data: object):
    assert problem_of(data).field == ""


def test_everything_wrong_is_reported_at_once():
    data = {
        "format": "rubrica/rubric/2",
        "key": "Not A Slug",
        "unit": "triple",
        "colour": "red",
        "criteria": [{"id": "1st", "type": "slider", "name": ""}],
        "overlap": 0,
    }

    assert {problem.field for problem in problems_of(data)} == {
        "format",
        "key",
        "name",
        "unit",
        "colour",
        "criteria[0].id",
        "criteria[0].name",
        "criteria[0].question",
        "criteria[0].type",
        "criteria[0].levels",
        "overlap",
    }


def test_a_problem_says_field_mistake_and_what_is_allowed():
    assert problem_of(changed(SINGLE, unit="triple")) == Problem(
        "unit", "is 'triple'", "one of single, pair, before_after, set"
    )


def test_a_level_off_the_line_is_named_by_its_path():
    levels = [{"value": 5, "label": "A"}, {"value": 3, "label": "B"}]

    problem = problem_of(with_criterion(SINGLE, levels=levels))

    assert problem == Problem(
        "criteria[0].levels[1].value", "is 3 below 5", "whole numbers, highest first, each one less than the last"
    )


def test_levels_run_from_the_highest_down():
    assert problems_of(with_criterion(SINGLE, levels=LEVELS[::-1]))


@pytest.mark.parametrize("value", [True, 1.5, "3", None, 101, float("nan"), float("inf"), 10**400])
def test_a_level_has_a_whole_number(value: object):
    problems = problems_of(with_criterion(SINGLE, levels=[{"value": value, "label": "A"}, {"value": 2, "label": "B"}]))

    assert problems[0].field == "criteria[0].levels[0].value"
    assert problems[0].allowed == "a whole number from -100 to 100"


@pytest.mark.parametrize("score", [True, "1", float("nan"), float("inf"), 1001, 10**400, [1]])
def test_a_score_is_a_finite_number(score: object):
    options = [{"code": "yes", "label": "Yes", "score": score}, {"code": "no", "label": "No"}]

    problem = problem_of(with_criterion(SINGLE, type="choice", levels=None, options=options))

    assert problem.field == "criteria[0].options[0].score"


@pytest.mark.parametrize("entry", [None, "High", 3, [3, "High"]])
def test_levels_and_options_are_objects(entry: object):
    levels = with_criterion(SINGLE, levels=[*LEVELS, entry])
    options = with_criterion(PAIR, options=[*SIDES, entry])

    assert problem_of(levels).field == "criteria[0].levels[3]"
    assert problem_of(options).field == "criteria[0].options[3]"


def test_parts_are_different_words():
    group = {**TAXONOMY["groups"][0], "parts": ["hand", "Hand", "hand", 3]}

    assert problems_of(changed(SINGLE, taxonomy={"version": 1, "groups": [group]})) == [
        Problem("taxonomy.groups[0].parts[1]", "is 'Hand'", WORD_CODE_IN_WORDS),
        Problem("taxonomy.groups[0].parts[2]", "repeats 'hand'", "each entry once"),
        Problem("taxonomy.groups[0].parts[3]", "is 3", WORD_CODE_IN_WORDS),
    ]


def test_a_scale_has_two_to_eleven_levels():
    twelve = [{"value": 12 - step, "label": "x"} for step in range(12)]

    assert problem_of(with_criterion(SINGLE, levels=LEVELS[:1])).problem == "has 1 entries"
    assert problem_of(with_criterion(SINGLE, levels=twelve)).problem == "has 12 entries"


def test_a_rubric_has_at_most_sixty_criteria_and_more_are_not_even_looked_at():
    criterion = SINGLE["criteria"][0]
    many = [{**criterion, "id": f"c{number}"} for number in range(MAX_CRITERIA)]

    assert len(parse_rubric(changed(SINGLE, criteria=many)).criteria) == 60
    assert problem_of(changed(SINGLE, criteria=[None] * 1_000_000)) == Problem(
        "criteria", "has 1000000 entries", "a list of 1 to 60 entries"
    )


def test_levels_belong_to_scales_and_options_to_the_others():
    fields = [problem.field for problem in problems_of(with_criterion(SINGLE, options=SIDES))]
    assert fields == ["criteria[0].options"]

    fields = [problem.field for problem in problems_of(with_criterion(SINGLE, type="ticks"))]
    assert fields == ["criteria[0].levels", "criteria[0].options"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (changed(SINGLE, criteria=SINGLE["criteria"] * 2), "criteria[1].id"),
        (with_criterion(PAIR, options=[*SIDES, SIDES[1]]), "criteria[0].options[3].code"),
        (changed(SINGLE, cannot_judge=[{"code": "x", "label": "X"}] * 2), "cannot_judge[1].code"),
        (changed(SINGLE, taxonomy={"version": 1, "groups": TAXONOMY["groups"] * 2}), "taxonomy.groups[1].code"),
        (
            changed(
                SINGLE,
                taxonomy={
                    "version": 1,
                    "groups": [{"code": "OBJ", "name": "O", "errors": [{"code": "x", "name": "X"}] * 2}],
                },
            ),
            "taxonomy.groups[0].errors[1].code",
        ),
        (changed(SINGLE, marks={"shapes": ["box", "box"]}), "marks.shapes[1]"),
        (changed(SINGLE, severities=[{"value": 1, "name": "x", "weight": 0}] * 2), "severities[1].value"),
    ],
)
def test_nothing_is_named_twice(data: dict[str, object], field: str):
    assert problem_of(data).field == field


def test_mirrored_options_name_each_other():
    one_way = [
        {"code": "a", "label": "A", "mirror": "b"},
        {"code": "b", "label": "B", "mirror": "c"},
        {"code": "c", "label": "C"},
    ]

    problems = problems_of(with_criterion(PAIR, options=one_way))

    assert problems[0] == Problem(
        "criteria[0].options[0].mirror", "is b, whose own mirror is c", "two options, each the mirror of the other"
    )
    assert problems[1].problem == "is c, whose own mirror is missing"


def test_a_mirror_must_exist():
    options = [{"code": "a", "label": "A", "mirror": "z"}, {"code": "same", "label": "Same"}]

    assert problem_of(with_criterion(PAIR, options=options)) == Problem(
        "criteria[0].options[0].mirror", "is z, which is no option here", "one of same"
    )


def test_an_option_is_not_its_own_mirror():
    options = [*SIDES, {"code": "same2", "label": "Same", "mirror": "same2"}]

    assert problem_of(with_criterion(PAIR, options=options)).problem == "is the option itself"


def test_both_sides_have_a_score_or_neither():
    options = [{**SIDES[0]}, {"code": "b", "label": "B", "mirror": "a"}]

    assert [problem.problem for problem in problems_of(with_criterion(PAIR, options=options))] == [
        "is b, and only one of the two has a score",
        "is a, and only one of the two has a score",
    ]


@pytest.mark.parametrize("code", ["a", "b", "a_much", "b_slightly"])
def test_an_option_that_names_a_side_needs_a_mirror(code: str):
    options = [{"code": code, "label": "Side"}, {"code": "same", "label": "Same"}]

    problem = problem_of(with_criterion(PAIR, kind="quality", options=options))

    assert (problem.field, problem.problem) == ("criteria[0].options[0].mirror", "is missing")


def test_beside_mirrored_options_only_a_neutral_one_goes_without():
    options = [*SIDES, {"code": "better", "label": "Better", "score": 2}]

    assert problem_of(with_criterion(PAIR, options=options)).field == "criteria[0].options[3].mirror"


def test_a_single_image_has_no_sides():
    options = [{"code": "x", "label": "X", "mirror": "y"}, {"code": "y", "label": "Y", "mirror": "x"}]

    problems = problems_of(with_criterion(SINGLE, type="choice", levels=None, options=options))

    assert {problem.problem for problem in problems} == {"is given where no sides are exchanged"}


def test_a_preference_needs_sides():
    assert problem_of(with_criterion(SINGLE, kind="pair")).field == "criteria[0].kind"


def test_a_kind_of_question_is_one_of_six():
    problem = problem_of(with_criterion(SINGLE, kind="taste"))

    assert problem.allowed == "one of factual, alignment, artifact, quality, aesthetics, pair"


def test_a_group_of_options_is_for_ticks():
    options = [{"code": "x", "label": "X", "group": "g"}, {"code": "y", "label": "Y"}]

    assert problem_of(with_criterion(SINGLE, type="choice", levels=None, options=options)).field == (
        "criteria[0].options[0].group"
    )


def test_conditions_are_read_as_what_they_say():
    data = changed(
        SINGLE,
        criteria=[
            SINGLE["criteria"][0],
            {
                "id": "faults",
                "name": "Faults",
                "question": "Which?",
                "type": "ticks",
                "options": [{"code": "noise", "label": "Noise"}],
            },
        ],
        marks={"shapes": ["box"], "required_when": [{"criterion": "quality", "at_most": 2}]},
        explanation={"required_when": [{"criterion": "faults", "any_of": ["noise"]}, {"severity_at_least": 3}]},
    )

    rubric = parse_rubric(data)

    assert rubric.marks.required_when == (AtMost("quality", 2),)
    assert rubric.explanation is not None
    assert rubric.explanation.required_when == (AnyOf("faults", ("noise",)), SeverityAtLeast(3))


@pytest.mark.parametrize(
    ("condition", "field"),
    [
        ({"criterion": "beauty", "at_most": 2}, "criterion"),
        ({"criterion": ["quality"], "at_most": 2}, "criterion"),
        ({"criterion": "quality", "at_most": 4}, "at_most"),
        ({"criterion": "quality", "at_most": True}, "at_most"),
        ({"criterion": "quality", "any_of": ["x"]}, "any_of"),
        ({"severity_at_least": 5}, "severity_at_least"),
        ({"criterion": "quality"}, ""),
        ({"criterion": "quality", "at_most": 1, "severity_at_least": 1}, ""),
        ({}, ""),
        ("always", ""),
        ({"criterion": "quality", "at_most": 1, "unless": 3}, "unless"),
    ],
)
def test_a_condition_speaks_of_what_is_there(condition: object, field: str):
    data = changed(SINGLE, marks={"shapes": ["box"]}, explanation={"required_when": [condition]})

    where = "explanation.required_when[0]"
    assert problem_of(data).field == (f"{where}.{field}" if field else where)


def test_a_choice_has_no_at_most_and_no_foreign_option():
    def field_of(condition: dict[str, object]) -> str:
        return problem_of(changed(PAIR, explanation={"required_when": [condition]})).field

    assert field_of({"criterion": "better", "at_most": 1}) == "explanation.required_when[0].at_most"
    assert field_of({"criterion": "better", "any_of": ["c"]}) == "explanation.required_when[0].any_of"
    assert field_of({"criterion": "worse", "any_of": ["a", "b"]}) == "explanation.required_when[0].criterion"


def test_a_condition_treats_both_sides_alike():
    data = changed(PAIR, explanation={"required_when": [{"criterion": "better", "any_of": ["a"]}]})

    assert problem_of(data).problem == "names a without its mirror b"


def test_marks_cannot_be_required_where_there_are_none():
    data = changed(SINGLE, marks={"shapes": [], "required_when": [{"criterion": "quality", "at_most": 1}]})

    assert problem_of(data).field == "marks.required_when"


def test_severity_decides_nothing_where_there_are_no_marks():
    data = changed(SINGLE, explanation={"required_when": [{"severity_at_least": 1}]})

    assert problem_of(data).field == "explanation.required_when[0].severity_at_least"


def test_whether_marks_are_required_does_not_depend_on_marks():
    data = changed(SINGLE, marks={"shapes": ["box"], "required_when": [{"severity_at_least": 1}]})

    assert problem_of(data).field == "marks.required_when[0].severity_at_least"


def test_a_group_of_errors_names_an_existing_criterion():
    taxonomy = {"version": 1, "groups": [{**TAXONOMY["groups"][0], "criterion": "beauty"}]}

    assert problem_of(changed(SINGLE, taxonomy=taxonomy)) == Problem(
        "taxonomy.groups[0].criterion", "is beauty, which is no criterion", "only quality"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("taxonomy", []),
        ("taxonomy", {"version": 0, "groups": TAXONOMY["groups"]}),
        ("taxonomy", {"version": 1, "groups": []}),
        ("taxonomy", {"version": 1, "groups": [{"code": "anat", "name": "x", "errors": [{"code": "x", "name": "X"}]}]}),
        ("taxonomy", {"version": 1, "groups": ["ANAT"]}),
        ("taxonomy", {"version": 1, "groups": [{"code": "ANAT", "name": "x", "errors": ["x"]}]}),
        ("marks", ["box"]),
        ("marks", {"shapes": ["circle"]}),
        ("explanation", "please"),
        ("explanation", {"max_characters": 19}),
        ("explanation", {"cite_mark": "yes"}),
        ("cannot_judge", ["x"]),
        ("cannot_judge", {"code": "x"}),
        ("severities", []),
        ("severities", ["minor"]),
        ("severities", [{"value": 1, "name": "x", "weight": 1.5}]),
        ("severities", [{"value": 1, "name": "x"}]),
        ("criteria[0]", [3]),
        ("overlap", 51),
        ("overlap", 3.0),
        ("prompt", "sometimes"),
        ("description", "a\x00b"),
        ("name", "two\nlines"),
        ("key", "x" * 61),
    ],
)
def test_a_field_off_its_limits_is_named(field: str, value: object):
    problem = problem_of(changed(SINGLE, **{field.removesuffix("[0]"): value}))

    assert problem.field.startswith(field)
    assert problem.allowed


def test_every_clause_named_is_listed_with_the_field_that_names_it():
    taxonomy = {"version": 1, "groups": [{**TAXONOMY["groups"][0], "clause": "AN-1"}]}

    rubric = parse_rubric({**with_criterion(SINGLE, clause="QU-1.2"), "taxonomy": taxonomy})

    assert rubric.clauses == (("criteria[0].clause", "QU-1.2"), ("taxonomy.groups[0].clause", "AN-1"))


def test_a_taxonomy_knows_full_codes():
    taxonomy = parse_rubric(changed(SINGLE, taxonomy=TAXONOMY)).taxonomy

    assert taxonomy is not None
    assert taxonomy.codes == ("ANAT.extra",)
    assert taxonomy.group_of["ANAT.extra"].name == "Anatomy"
    assert taxonomy.name_of["ANAT.extra"] == "Extra"


def test_what_cannot_be_read_as_yaml_is_an_invalid_rubric():
    with pytest.raises(RubricInvalidError, match="is not YAML"):
        read_rubric("{")


def test_a_rubric_too_long_is_not_read():
    with pytest.raises(RubricInvalidError, match="at most 300000 characters"):
        read_rubric("#" * (MAX_YAML_CHARACTERS + 1))


def test_a_choice_of_yes_and_no_needs_no_quotes():
    rubric = read_rubric("""
format: rubrica/rubric/1
key: check
name: Check
unit: single
criteria:
  - id: there
    name: There
    question: Is it there?
    type: choice
    kind: factual
    options:
      - {code: yes, label: Yes, score: 1}
      - {code: no, label: No, score: 0}
""")

    assert rubric.criterion("there").allowed_values == ("yes", "no")
