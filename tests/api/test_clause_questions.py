"""A program asks about clauses, answers, and puts questions away."""

from typing import Any

import pytest

from tests.api.conftest import Callers, problem, statements
from tests.cast import World

pytestmark = pytest.mark.django_db

QUESTIONS = "/projects/audit/guideline/questions"


def ask(callers: Callers, text: str = "A seam too?", **changes: Any) -> Any:
    return callers.rita.post(QUESTIONS, {"clause": "PL-1", "text": text, **changes})


def test_a_question_is_answered_and_settled(callers: Callers):
    asked = ask(callers).json()["id"]
    callers.rowan.post(f"{QUESTIONS}/{asked}/answers", {"text": "Only a visible one."})

    (question,) = callers.omar.get(QUESTIONS).json()["questions"]
    said = [(row["author"], row["text"]) for row in question.pop("answers")]
    assert said == [("Rowan", "Only a visible one.")]
    assert question == {
        "id": asked,
        "clause": "PL-1",
        "author": "Rita",
        "text": "A seam too?",
        "at": question["at"],
    }
    assert callers.rita.post(f"{QUESTIONS}/{asked}/settle").status_code == 204
    assert callers.rita.get(QUESTIONS).json() == {"questions": []}
    late = callers.lena.post(f"{QUESTIONS}/{asked}/answers", {"text": "And another thing."})
    assert (late.status_code, problem(late)["type"]) == (409, "conflict")


def test_a_specialist_puts_away_no_question_of_somebody_else(callers: Callers):
    asked = callers.rowan.post(QUESTIONS, {"clause": "PL-1", "text": "A seam too?"}).json()["id"]

    assert callers.rita.post(f"{QUESTIONS}/{asked}/settle").status_code == 403
    assert len(callers.rita.get(QUESTIONS).json()["questions"]) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"clause": "XX-9"}, "clause"),
        ({"clause": "a\nb"}, "clause"),
        ({"text": ""}, "text"),
        ({"text": " "}, "text"),
        ({"text": "a" * 1001}, "text"),
        ({"text": 4}, "text"),
    ],
)
def test_a_question_that_cannot_be_taken_is_named(callers: Callers, changes: dict[str, Any], field: str):
    answer = ask(callers, **changes)

    assert (answer.status_code, [row["field"] for row in problem(answer)["problems"]]) == (422, [field])
    assert callers.rita.get(QUESTIONS).json() == {"questions": []}


def test_three_questions_cost_no_more_statements_than_one(callers: Callers, world: World):
    def ask_and_answer(text: str) -> None:
        asked = ask(callers, text).json()["id"]
        callers.rowan.post(f"{QUESTIONS}/{asked}/answers", {"text": "Yes."})

    ask_and_answer("One?")
    one = statements(lambda: callers.lena.get(QUESTIONS))
    ask_and_answer("Two?")
    ask_and_answer("Three?")

    assert statements(lambda: callers.lena.get(QUESTIONS)) == one
