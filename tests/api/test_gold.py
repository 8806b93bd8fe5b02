"""A program plans what is asked on gold, and makes gold of what is proposed."""

from typing import Any

import pytest

from tests.api.conftest import Callers, problem, statements
from tests.cast import World, audit_answer, build_world, judge_all

pytestmark = pytest.mark.django_db

GOLD = "/projects/audit/gold"
PLAN = f"{GOLD}/plan"
PROPOSALS = f"{GOLD}/proposals"


@pytest.fixture
def world(db) -> World:
    """Return a world of three items that three people judge."""
    return build_world(items=3, overlap=3)


@pytest.fixture
def agreed(callers: Callers, world: World) -> World:
    """Return the world after three raters have judged every item alike."""
    for rater in (world.rita, world.rater("remy"), world.rater("rosa")):
        judge_all(world, rater, lambda _item, _shown: audit_answer(5))
    return world


def test_the_plan_is_changed_number_by_number(callers: Callers):
    before = callers.lena.get(PLAN).json()
    assert (before["test_items"], before["tolerances"]) == (0, {})

    changed = callers.lena.patch(PLAN, {"test_items": 12, "gold_percent": 5, "tolerances": {"overall": 0}})

    assert changed.json() == {**before, "test_items": 12, "gold_percent": 5, "tolerances": {"overall": 0}}
    assert callers.omar.get(PLAN).json() == changed.json()
    assert callers.lena.patch(PLAN, {"tolerances": {"overall": None}}).json()["tolerances"] == {}
    assert callers.lena.patch(PLAN, {}).json()["test_items"] == 12


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"gold_percent": 21}, "gold_percent"),
        ({"test_items": -1}, "test_items"),
        ({"pass_percent": 60.5}, "pass_percent"),
        ({"retake_days": "7"}, "retake_days"),
        ({"tolerances": {"beauty": 1}}, "tolerances.beauty"),
        ({"tolerances": {"overall": 11}}, "tolerances.overall"),
        ({"tolerances": {"overall": "1"}}, "tolerances.overall"),
        ({"budget": 5}, "budget"),
    ],
)
def test_a_plan_that_cannot_be_kept_is_named_and_nothing_is_changed(
    callers: Callers, change: dict[str, Any], field: str
):
    before = callers.lena.get(PLAN).json()

    answer = callers.lena.patch(PLAN, {"clarification_items": 9, **change})

    assert (answer.status_code, [row["field"] for row in problem(answer)["problems"]]) == (422, [field])
    assert callers.lena.get(PLAN).json() == before


def test_what_raters_agree_on_is_proposed_and_becomes_gold(callers: Callers, agreed: World):
    proposed = callers.lena.get(PROPOSALS).json()["proposals"]
    assert [(row["source"], row["because"]) for row in proposed] == [("agreement", "3 raters agree")] * 3
    assert proposed[0]["answers"]["overall"] == 5
    assert proposed[0]["thumbnail_url"].startswith("/api/v1/images/")

    made = callers.lena.post(PROPOSALS, {"items": [proposed[0]["item"], proposed[2]["item"], "A" * 22]})

    assert made.json() == {"made": 2}
    assert callers.lena.get(PROPOSALS).json()["proposals"] == [proposed[1]]
    assert {row["item"] for row in callers.lena.get(GOLD).json()["gold"]} == {proposed[0]["key"], proposed[2]["key"]}


def test_gold_is_kept_for_practice(callers: Callers, agreed: World):
    chosen = [callers.lena.get(PROPOSALS).json()["proposals"][0]["item"]]
    callers.lena.post(PROPOSALS, {"items": chosen})
    assert callers.lena.get(GOLD).json()["gold"][0]["is_practice"] is False

    assert callers.lena.post(f"{GOLD}/1/practice").status_code == 204

    assert callers.lena.get(GOLD).json()["gold"][0]["is_practice"] is True
    assert callers.lena.post(f"{GOLD}/2/practice").status_code == 404


@pytest.mark.parametrize("items", [[], ["A" * 23], [4], ["A"] * 61])
def test_a_choice_that_is_none_is_refused(callers: Callers, items: list[object]):
    assert problem(callers.lena.post(PROPOSALS, {"items": items}))["type"] == "invalid-input"


def test_three_gold_items_cost_no_more_statements_than_one(callers: Callers, agreed: World):
    proposed = [row["item"] for row in callers.lena.get(PROPOSALS).json()["proposals"]]
    callers.lena.post(PROPOSALS, {"items": proposed[:1]})
    one = statements(lambda: callers.lena.get(GOLD))
    callers.lena.post(PROPOSALS, {"items": proposed[1:]})

    assert statements(lambda: callers.lena.get(GOLD)) == one
