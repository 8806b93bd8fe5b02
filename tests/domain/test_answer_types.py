"""The types of answers beside scale, choice and ticks: counts, texts, words, checklists and decisions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.answer import AnswerRejectedError, Rating, parse_answer, ratings
from rubrica.domain.problems import Problem
from rubrica.domain.ranking import images_beaten, order_by
from rubrica.domain.rubric import Rubric, RubricInvalidError, parse_rubric

PROMPT = "two dogs on a red sofa"


def criterion(criterion_id: str, criterion_type: str, **fields: Any) -> dict[str, Any]:
    return {"id": criterion_id, "name": criterion_id.title(), "question": "?", "type": criterion_type, **fields}


def rubric_data(*criteria: dict[str, Any], **fields: Any) -> dict[str, Any]:
    heading = {"format": "rubrica/rubric/1", "key": "test", "name": "Test", "unit": "single", "prompt": "shown"}
    return {**heading, "criteria": list(criteria), **fields}


def rubric(*criteria: dict[str, Any], **fields: Any) -> Rubric:
    parsed = parse_rubric(rubric_data(*criteria, **fields))
    assert parse_rubric(parsed.as_json()) == parsed
    return parsed


def problems(*criteria: dict[str, Any], **fields: Any) -> list[tuple[str, str]]:
    with pytest.raises(RubricInvalidError) as refused:
        parse_rubric(rubric_data(*criteria, **fields))
    return [(problem.field, problem.problem) for problem in refused.value.problems]


def answered(asked: Rubric, prompt: str = PROMPT, **answers: Any) -> dict[str, Any]:
    answer = parse_answer(asked, {"answers": answers}, prompt)
    assert parse_answer(asked, answer.as_json(), prompt) == answer, "what is stored can be sent again"
    return dict(answer.answers)


def refused(asked: Rubric, prompt: str = PROMPT, **answers: Any) -> list[Problem]:
    with pytest.raises(AnswerRejectedError) as error:
        parse_answer(asked, {"answers": answers}, prompt)
    return list(error.value.problems)


def rated(asked: Rubric, **answers: Any) -> list[tuple[str, str, float | None]]:
    made = ratings(asked, parse_answer(asked, {"answers": answers}, PROMPT))
    return [(rating.criterion, rating.value, rating.score) for rating in made]


# Counts

PEOPLE = criterion("people", "count", maximum=20)


@pytest.mark.parametrize(("given", "kept"), [(0, 0), (20, 20), (3.0, 3)])
def test_a_count_is_a_whole_number_within_its_bounds(given: object, kept: int):
    assert answered(rubric(PEOPLE), people=given) == {"people": kept}


@pytest.mark.parametrize("given", [-1, 21, 2.5, True, "3", [3], float("nan"), float("inf"), 10**400])
def test_another_count_is_refused_with_its_bounds(given: object):
    assert [problem.allowed for problem in refused(rubric(PEOPLE), people=given)] == ["a whole number from 0 to 20"]


def test_a_count_scores_its_number():
    assert ratings(rubric(PEOPLE), parse_answer(rubric(PEOPLE), {"answers": {"people": 4}})) == (
        Rating("people", "4", 4.0),
    )


def test_the_bounds_of_a_count_are_in_order():
    assert problems(criterion("people", "count", minimum=5, maximum=4)) == [("criteria[0].maximum", "is 4")]


# Texts

NOTE = criterion("fix", "text", max_characters=10)


def test_a_text_may_be_left_out_and_is_kept_as_one():
    assert answered(rubric(NOTE)) == {}
    assert answered(rubric(NOTE), fix="") == {}
    assert answered(rubric(NOTE), fix="reshoot") == {"fix": "reshoot"}
    assert rated(rubric(NOTE), fix="reshoot") == [("fix", "written", None)]


@pytest.mark.parametrize("given", ["eleven char", 3, "nul \x00"])
def test_a_text_that_cannot_be_kept_is_refused(given: object):
    assert [problem.field for problem in refused(rubric(NOTE), fix=given)] == ["answers.fix"]


def test_a_required_text_must_be_written():
    assert refused(rubric(criterion("fix", "text", required=True)), fix="")[0].problem == "is missing"


# Words of the prompt

WORDS = criterion("missing", "words")


def test_words_are_kept_in_the_order_of_the_prompt():
    assert answered(rubric(WORDS), missing=["18-22", "4-8"]) == {"missing": ("4-8", "18-22")}
    assert rated(rubric(WORDS), missing=["4-8"]) == [("missing", "4-8", 1.0)]


def test_no_word_is_an_answer_too():
    assert answered(rubric(WORDS), missing=[]) == {"missing": ()}


@pytest.mark.parametrize("given", ["4-8", ["4-7"], ["4-8", "4-8"], [4], ["0-3"] * 7])
def test_what_is_no_word_of_the_prompt_is_refused(given: object):
    assert refused(rubric(WORDS), missing=given)


def test_words_need_a_prompt_that_is_shown():
    assert problems(WORDS, prompt="hidden") == [("criteria[0].type", "is words, and raters do not see the prompt")]


# A checklist with parents

CHECKLIST = (
    criterion("dog", "yes_no"),
    criterion("two", "yes_no", parents=["dog"]),
    criterion("brown", "yes_no", parents=["two", "dog"]),
    criterion("sofa", "yes_no"),
)


def test_the_children_of_a_failed_parent_are_void_down_to_the_last():
    asked = rubric(*CHECKLIST)

    assert answered(asked, dog="no", sofa="yes") == {
        "dog": "no",
        "two": "not_applicable",
        "brown": "not_applicable",
        "sofa": "yes",
    }
    assert rated(asked, dog="no", sofa="yes") == [
        ("dog", "no", 0.0),
        ("two", "not_applicable", 0.0),
        ("brown", "not_applicable", 0.0),
        ("sofa", "yes", 1.0),
    ]


def test_what_does_not_apply_by_itself_is_kept_out_of_scores():
    assert rated(rubric(CHECKLIST[0]), dog="not_applicable") == [("dog", "not_applicable", None)]


def test_a_parent_of_which_one_is_unsure_leaves_its_children_asked():
    problem = refused(rubric(*CHECKLIST), dog="unsure", sofa="yes")[0]

    assert (problem.field, problem.problem) == ("answers.two", "is missing")


def test_an_answer_to_a_void_question_is_refused():
    assert refused(rubric(*CHECKLIST), dog="no", two="yes", sofa="yes") == [
        Problem("answers.two", "is 'yes', and a question above it has failed", "only not_applicable")
    ]


def test_a_parent_stands_above_so_that_no_question_waits_for_itself():
    circle = [criterion("one", "yes_no", parents=["two"]), criterion("two", "yes_no", parents=["one"])]

    assert problems(*circle) == [
        ("criteria[0].parents", "names two, which is no yes_no question above this one"),
    ]
    assert problems(criterion("one", "yes_no", parents=["one"]))[0][1].startswith("names one")


def test_a_parent_is_always_asked():
    assert problems(criterion("one", "yes_no", required=False), criterion("two", "yes_no", parents=["one"])) == [
        ("criteria[1].parents", "names one, which can stay unanswered")
    ]


# Questions asked only when

WHEN = (
    PEOPLE,
    criterion("hands", "count", when=[{"criterion": "people", "at_least": 1}]),
)


def test_a_question_is_asked_when_its_condition_holds():
    assert answered(rubric(*WHEN), people=0) == {"people": 0}
    assert answered(rubric(*WHEN), people=2, hands=3) == {"people": 2, "hands": 3}
    assert refused(rubric(*WHEN), people=2)[0].field == "answers.hands"


def test_an_answer_to_a_question_that_is_not_asked_is_refused_with_the_condition():
    assert refused(rubric(*WHEN), people=0, hands=3) == [
        Problem("answers.hands", "is 3", "no answer: it is asked when people is 1 or higher")
    ]


def test_a_condition_looks_at_criteria_above():
    assert problems(*reversed(WHEN))[0][1] == "is 'people', which is no criterion"


# Decisions

OPTIONS = [{"code": "pass", "label": "Pass", "score": 1}, {"code": "reject", "label": "Reject", "score": 0}]
QUALITY = criterion("quality", "scale", levels=[{"value": value, "label": str(value)} for value in (3, 2, 1)])
SHARP = criterion("sharp", "yes_no")


def decision(*rules: tuple[list[dict[str, Any]], str], **fields: Any) -> dict[str, Any]:
    written = [{"if": conditions, "then": result} for conditions, result in rules]
    return criterion("verdict", "decision", options=OPTIONS, rules=written, **fields)


GOOD = {"criterion": "quality", "at_least": 2}
BAD = {"criterion": "quality", "at_most": 1}
IS_SHARP = {"criterion": "sharp", "any_of": ["yes", "not_applicable"]}
NOT_SHARP = {"criterion": "sharp", "any_of": ["no", "unsure"]}
TABLE = decision(([GOOD, IS_SHARP], "pass"), ([BAD], "reject"), ([NOT_SHARP], "reject"))


@pytest.mark.parametrize(
    ("quality", "sharp", "result"),
    [(3, "yes", "pass"), (2, "not_applicable", "pass"), (1, "yes", "reject"), (3, "no", "reject"), (1, "no", "reject")],
)
def test_a_decision_follows_from_its_table(quality: int, sharp: str, result: str):
    asked = rubric(QUALITY, SHARP, TABLE)

    assert answered(asked, quality=quality, sharp=sharp)["verdict"] == result
    assert rated(asked, quality=quality, sharp=sharp)[-1] == ("verdict", result, 1.0 if result == "pass" else 0.0)


def test_another_result_than_that_of_the_table_is_refused():
    assert refused(rubric(QUALITY, SHARP, TABLE), quality=3, sharp="yes", verdict="reject") == [
        Problem("answers.verdict", "is 'reject'", "pass, which follows from the other answers")
    ]


def test_nothing_is_decided_while_an_answer_is_missing():
    found = refused(rubric(QUALITY, SHARP, TABLE), quality=3, verdict="pass")

    assert [problem.field for problem in found] == ["answers.sharp", "answers.verdict"]


def test_a_table_that_leaves_a_case_out_is_refused_with_that_case():
    table = decision(([GOOD, IS_SHARP], "pass"), ([BAD], "reject"))

    assert problems(QUALITY, SHARP, table) == [("criteria[2].rules", "do not cover quality 3, sharp no")]
    assert rubric(QUALITY, SHARP, {**table, "otherwise": "reject"})


def test_a_table_that_gives_one_case_two_results_is_refused_with_that_case():
    table = decision(([GOOD], "pass"), ([BAD], "reject"), ([NOT_SHARP], "reject"))

    assert problems(QUALITY, SHARP, table) == [("criteria[2].rules", "give pass and reject for quality 3, sharp no")]


def test_rules_may_overlap_where_they_agree():
    table = decision(([GOOD, IS_SHARP], "pass"), otherwise="reject")

    assert answered(rubric(QUALITY, SHARP, table), quality=1, sharp="no")["verdict"] == "reject"


def test_a_decision_looks_at_what_is_always_answered():
    table = decision(([GOOD], "pass"), ([BAD], "reject"))

    assert problems({**QUALITY, "required": False}, table) == [
        ("criteria[1].rules", "look at quality, which can stay unanswered or has many answers at once")
    ]


def test_a_result_is_an_option_of_the_decision():
    table = decision(([GOOD], "pass"), ([BAD], "burn"), otherwise="drown")

    assert problems(QUALITY, table) == [
        ("criteria[1].rules[1].then", "is burn"),
        ("criteria[1].otherwise", "is drown"),
    ]


def test_a_rule_has_conditions():
    assert problems(QUALITY, criterion("verdict", "decision", options=OPTIONS, rules=[{"then": "pass"}])) == [
        ("criteria[1].rules[0].if", "is missing")
    ]


def test_a_table_of_very_many_cases_is_refused_unchecked():
    counts = [criterion(f"c{number}", "count", maximum=1) for number in range(17)]
    table = decision(([{"criterion": count["id"], "at_least": 1} for count in counts], "pass"), otherwise="reject")

    assert problems(*counts, table) == [("criteria[17].rules", "tell 131072 cases apart")]


# Orders of a set

SET = {"unit": "set", "images": 4}
ORDER = criterion("order", "ranking")
ENDS = criterion("ends", "best_worst")


@pytest.mark.parametrize(("given", "kept"), [("a>b>c>d", "a>b>c>d"), ("d=b>a>c", "b=d>a>c"), ("d=c=b=a", "a=b=c=d")])
def test_a_ranking_names_every_image_and_is_kept_in_one_spelling(given: str, kept: str):
    assert answered(rubric(ORDER, **SET), order=given) == {"order": kept}


@pytest.mark.parametrize("given", ["a>b>c", "a>b>c>d>e", "a>b>c>c", "a>>b", "", 1, ["a", "b"], "a>b>c>d" * 1000])
def test_another_ranking_is_refused(given: object):
    assert [problem.allowed for problem in refused(rubric(ORDER, **SET), order=given)] == [
        "all images in order, such as b>a=c"
    ]


@pytest.mark.parametrize("given", ["a>a", "a", "a>e", "a=b", "a>b>c", ">", 7])
def test_the_best_is_another_image_than_the_worst(given: object):
    assert answered(rubric(ENDS, **SET), ends="c>a") == {"ends": "c>a"}
    assert refused(rubric(ENDS, **SET), ends=given)


@pytest.mark.parametrize("images", [2, 10])
def test_a_set_has_three_to_nine_images(images: int):
    assert problems(ORDER, unit="set", images=images) == [("images", f"is {images}")]


def test_only_a_set_is_ranked_and_only_a_set_says_its_size():
    assert problems(ORDER, unit="pair") == [("criteria[0].type", "is ranking for pair")]
    assert problems(PEOPLE, unit="pair", images=4) == [("images", "is given for pair")]


@given(st.dictionaries(st.sampled_from("abcdefghi"), st.integers(0, 4), min_size=2))
def test_an_order_is_found_again_from_what_each_image_beats(scores: dict[str, int]):
    order = order_by({image: float(score) for image, score in scores.items()})

    assert order_by(images_beaten(order)) == order


# Keys of some types only


@pytest.mark.parametrize(
    ("criterion_type", "key", "value"),
    [
        ("yes_no", "options", OPTIONS),
        ("count", "levels", []),
        ("text", "minimum", 1),
        ("count", "max_characters", 9),
        ("text", "parents", ["x"]),
        ("text", "otherwise", "x"),
    ],
)
def test_a_key_belongs_to_its_types(criterion_type: str, key: str, value: object):
    assert f"criteria[0].{key}" in dict(problems(criterion("one", criterion_type, **{key: value})))
