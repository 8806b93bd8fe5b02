"""A program reviews, adjudicates and decides on appeals; a rater's program reads what was decided, and appeals."""

from typing import Any

import pytest

from rubrica.api.reviews import ReviewFileDocument
from tests.api.conftest import Caller, Callers, problem, statements
from tests.cast import World, audit_answer, evaluate

pytestmark = pytest.mark.django_db

REVIEWS = "/projects/audit/reviews"
REVIEW = f"{REVIEWS}/1"
DIFFERENT = {"plausibility": 4, "alignment": 4, "aesthetics": 4, "overall": 2}
RETURN = {"comment": "The seam is a fault.", "criterion": "overall", "clause": "PL-1"}


@pytest.fixture
def evaluation(world: World) -> str:
    """Return an evaluation of Rita's; a second rater has judged every item otherwise."""
    remy = world.rater("remy")
    for _ in world.items:
        evaluate(world, remy, audit_answer(explanation="So says Remy.", answers=DIFFERENT))
    return evaluate(world, world.rita, audit_answer(5, explanation="So says Rita.")).receipt.evaluation


@pytest.fixture
def flagged(callers: Callers, evaluation: str) -> str:
    """Return an evaluation that Lena has flagged; Rowan reviews with the fewest."""
    body = {"note": "Looks hasty"}
    assert callers.lena.post(f"/projects/audit/evaluations/{evaluation}/review", body).json() == {"number": 1}
    return evaluation


def read(caller: Caller) -> Any:
    """Return the review as somebody may see it, and check that it is what the description says."""
    shown = caller.get(REVIEW).json()
    ReviewFileDocument.model_validate(shown)
    return shown


def test_a_reviewer_sees_what_everybody_said_and_who_sees_to_it(callers: Callers, flagged: str):
    shown = read(callers.rowan)

    assert (shown["evaluation"], shown["state"], shown["owner"]) == (flagged, "pending", "Rowan")
    assert (shown["why"], shown["note"], shown["steps"]) == ("flag", "Looks hasty", [])
    assert shown["said"]["answers"]["overall"] == 5
    assert {row["explanation"] for row in shown["everybody"]} == {"So says Rita.", "So says Remy."}
    assert {row["rater"][:6] for row in shown["everybody"]} == {"rater-"}
    assert {row["rater"] for row in read(callers.omar)["everybody"]} == {"Rita", "Remy"}
    assert shown["possible"] == ["accept", "adjudicate", "return", "take_over"]
    assert [image["slot"] for image in shown["images"]] == ["a"]
    assert callers.rowan.get(f"/projects/audit/items/{shown['item_id']}").json()["key"] == shown["item"]


def test_a_rater_sees_nothing_before_it_is_decided_and_then_why_and_by_which_clause(callers: Callers, flagged: str):
    assert callers.rita.get(REVIEW).status_code == 404
    assert callers.rita.get(f"{REVIEWS}/mine").json() == {"reviews": [], "next_after": None}
    assert callers.rowan.post(f"{REVIEW}/return", RETURN).status_code == 204

    shown = read(callers.rita)

    assert {name: shown[name] for name in RETURN} == RETURN
    assert (shown["state"], shown["possible"]) == ("returned", ["appeal", "settle"])
    assert (shown["everybody"], shown["why"], shown["note"], shown["owner"]) == (None, None, None, None)
    assert shown["said"]["explanation"] == "So says Rita."
    (step,) = shown["steps"]
    assert (step["actor"][:6], step["event"], step["state"]) == ("rater-", "return", "returned")
    assert "Rowan" not in callers.rita.get(REVIEW).content.decode()
    assert [row["number"] for row in callers.rita.get(f"{REVIEWS}/mine").json()["reviews"]] == [1]


def test_an_appeal_is_decided_by_another_and_undoes_the_adjudication(callers: Callers, flagged: str):
    right = {"comment": "The seam is a fault.", "answers": {"overall": 2}}
    assert callers.rowan.post(f"{REVIEW}/adjudicate", right).status_code == 204
    assert read(callers.rita)["adjudicated"] == {"overall": 2}
    assert callers.rita.post(f"{REVIEW}/appeal", {"reason": "It is a reflection."}).status_code == 204
    assert read(callers.lena)["owner"] == "Lena"

    own = callers.rowan.post(f"{REVIEW}/dismiss", {"reason": "I was right."})
    assert (own.status_code, problem(own)["type"]) == (403, "not-allowed")
    assert callers.lena.post(f"{REVIEW}/uphold", {"reason": "So it is."}).status_code == 204

    shown = read(callers.rita)
    assert (shown["state"], shown["due_at"], shown["possible"]) == ("upheld", None, [])
    assert [row["event"] for row in shown["steps"]] == ["adjudicate", "appeal", "uphold"]


def test_what_is_accepted_is_over_and_what_is_returned_is_settled_by_the_rater(callers: Callers, flagged: str):
    callers.rowan.post(f"{REVIEW}/return", RETURN)
    assert callers.rita.post(f"{REVIEW}/settle").status_code == 204

    again = callers.rowan.post(f"{REVIEW}/accept", {})

    assert (read(callers.rita)["state"], again.status_code, problem(again)["type"]) == ("settled", 409, "conflict")


def test_a_review_is_taken_over_and_dismissed(callers: Callers, flagged: str):
    assert callers.lena.post(f"{REVIEW}/take-over").status_code == 204
    assert [row["number"] for row in callers.lena.get(f"{REVIEWS}?owned=true").json()["reviews"]] == [1]
    assert callers.rowan.get(f"{REVIEWS}?owned=true").json()["reviews"] == []
    callers.lena.post(f"{REVIEW}/return", RETURN)
    callers.rita.post(f"{REVIEW}/appeal", {"reason": "It is a reflection."})

    assert callers.rowan.post(f"{REVIEW}/dismiss", {"reason": "It is a seam."}).status_code == 204
    assert read(callers.rita)["state"] == "dismissed"


def test_evaluations_are_queued_by_sample_and_by_disagreement(callers: Callers, evaluation: str):
    assert callers.rowan.post(REVIEWS, {"why": "disagreement", "count": 1}).json() == {"queued": 1}
    assert callers.rowan.post(REVIEWS, {"why": "sample", "count": 9}).json() == {"queued": 3}
    assert callers.rowan.post(REVIEWS, {"why": "sample", "count": 9}).json() == {"queued": 0}

    first = callers.rowan.get(f"{REVIEWS}?limit=2").json()
    second = callers.rowan.get(f"{REVIEWS}?limit=2&after={first['next_after']}").json()
    assert [row["number"] for row in first["reviews"] + second["reviews"]] == [4, 3, 2, 1]
    assert len(callers.rowan.get(f"{REVIEWS}?state=pending").json()["reviews"]) == 4
    assert callers.rowan.get(f"{REVIEWS}?state=accepted").json()["reviews"] == []


@pytest.mark.parametrize(
    ("step", "body", "field"),
    [
        ("accept", {"criterion": "beauty"}, "criterion"),
        ("accept", {"clause": "XX-9"}, "clause"),
        ("return", {}, "comment"),
        ("return", {"comment": " "}, "comment"),
        ("adjudicate", {"comment": "So"}, "answers"),
        ("adjudicate", {"comment": "So", "answers": {}}, "answers"),
        ("adjudicate", {"comment": "So", "answers": {"overall": 9}}, "answers.overall"),
        ("adjudicate", {"comment": "So", "answers": {"overall": [2]}}, "answers.overall"),
        ("uphold", {"reason": ""}, "reason"),
        ("accept", {"verdict": "good"}, "verdict"),
    ],
)
def test_a_decision_that_cannot_be_taken_is_named_and_decides_nothing(
    callers: Callers, flagged: str, step: str, body: dict[str, Any], field: str
):
    answer = callers.rowan.post(f"{REVIEW}/{step}", body)

    assert answer.status_code == 422
    assert {row["field"].removesuffix(".int").removesuffix(".str") for row in problem(answer)["problems"]} == {field}
    assert read(callers.rowan)["state"] == "pending"


def test_an_evaluation_is_flagged_once(callers: Callers, flagged: str):
    answer = callers.rowan.post(f"/projects/audit/evaluations/{flagged}/review", {})

    assert (answer.status_code, problem(answer)["type"]) == (409, "conflict")


def test_three_reviews_cost_no_more_statements_than_one(callers: Callers, world: World):
    for count, name in ((1, "rita"), (3, "remy")):
        rater = world.rita if name == "rita" else world.rater(name)
        for _ in range(count):
            evaluate(world, rater)
        callers.rowan.post(REVIEWS, {"why": "sample", "count": 9})
        if count == 1:
            one = statements(lambda: callers.rowan.get(REVIEWS))

    assert len(callers.rowan.get(REVIEWS).json()["reviews"]) == 4
    assert statements(lambda: callers.rowan.get(REVIEWS)) == one
