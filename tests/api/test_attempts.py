"""A program asks for tests and calibrations, and the one who is asked reads what was missed, secret gold left out."""

from typing import Any

import pytest

from rubrica.records.models import Account
from rubrica.usecases import assignments, evaluations, gold
from tests.api.conftest import Callers, problem, statements
from tests.cast import World, audit_answer

pytestmark = pytest.mark.django_db

ATTEMPTS = "/projects/audit/attempts"
OFF = {"plausibility": 4, "alignment": 4, "aesthetics": 4, "overall": 2}


@pytest.fixture
def golden(world: World) -> World:
    """Return the world with three gold items, the last of them secret."""
    for number, item in enumerate(world.items, start=1):
        gold.make_gold(
            world.lena,
            "audit",
            item.public_id,
            answers={"overall": 5},
            note="No fault to see.",
            is_secret=number == len(world.items),
            now=world.now,
        )
    return world


def order(callers: Callers, member: Account, **changes: Any) -> Any:
    body = {"purpose": "calibration", "size": 3, **changes}
    return callers.lena.post(f"/projects/audit/members/{member.public_id}/attempts", body)


def judge(world: World, person: Account, answers: dict[str, int]) -> None:
    """Let somebody judge what an attempt of three items asks for."""
    for _ in world.items:
        held = assignments.take_assignments(person, "audit", hold=1, now=world.now).assignments[0].held
        evaluations.submit_evaluation(
            person,
            held.public_id,
            payload=audit_answer(answers=answers, explanation="A seam, I say."),
            key=f"key-{held.public_id}",
            hold=0,
            now=world.later(seconds=20),
        )


def test_a_calibration_is_asked_for_answered_and_told_of(callers: Callers, golden: World):
    asked = order(callers, golden.rita)
    assert (asked.status_code, asked.json()["asked"], asked.json()["state"]) == (201, 3, "open")
    (own,) = callers.rita.get(f"{ATTEMPTS}/mine").json()["attempts"]
    assert (own["answered"], own["scores"], own["missed"]) == (0, {}, [])

    judge(golden, golden.rita, OFF)

    (own,) = callers.rita.get(f"{ATTEMPTS}/mine").json()["attempts"]
    assert (own["answered"], own["scores"]["overall"]) == (3, {"right": 0, "n": 3})
    assert {row["item"] for row in own["missed"]} == {"item-1", "item-2"}
    first = own["missed"][0]
    assert (first["note"], [miss["criterion"] for miss in first["missed"]]) == ("No fault to see.", ["Overall"])
    (shown,) = callers.omar.get(ATTEMPTS).json()["attempts"]
    assert (shown["name"], shown["member"]) == ("Rita", golden.rita.public_id)
    assert {name: shown[name] for name in asked.json()} == {name: own[name] for name in asked.json()}


def test_a_failed_test_is_taken_again_once_its_day_has_come(callers: Callers, golden: World):
    callers.lena.patch("/projects/audit/gold/plan", {"retake_days": 0})
    assert order(callers, golden.rita, purpose="qualification").status_code == 201
    judge(golden, golden.rita, OFF)
    assert callers.rita.get(f"{ATTEMPTS}/mine").json()["attempts"][0]["state"] == "failed"

    again = callers.rita.post(f"{ATTEMPTS}/retake")

    assert (again.status_code, again.json()["state"], again.json()["purpose"]) == (201, "open", "qualification")
    assert callers.rita.post(f"{ATTEMPTS}/retake").status_code == 409


def test_practice_needs_gold_that_is_kept_for_it(callers: Callers, golden: World):
    none = callers.rita.post(f"{ATTEMPTS}/practise")
    assert (none.status_code, problem(none)["type"]) == (409, "conflict")
    for number in (1, 2, 3):
        callers.lena.post(f"/projects/audit/gold/{number}/practice")

    begun = callers.rita.post(f"{ATTEMPTS}/practise")

    assert (begun.status_code, begun.json()["purpose"], begun.json()["asked"]) == (201, "practice", 3)
    assert order(callers, golden.rita).status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"size": 0}, "size"), ({"size": 101}, "size"), ({"purpose": "practice"}, "purpose"), ({"at": 1}, "at")],
)
def test_what_nobody_can_be_asked_for_is_named(callers: Callers, golden: World, changes: dict[str, Any], field: str):
    answer = order(callers, golden.rita, **changes)

    assert (answer.status_code, [row["field"] for row in problem(answer)["problems"]]) == (422, [field])
    assert callers.lena.get(ATTEMPTS).json() == {"attempts": []}


def test_only_specialists_are_asked(callers: Callers, golden: World):
    assert order(callers, golden.rowan).status_code == 404
    assert order(callers, golden.otto).status_code == 404


def test_three_attempts_cost_no_more_statements_than_one(callers: Callers, golden: World):
    order(callers, golden.rita)
    one = statements(lambda: callers.lena.get(ATTEMPTS))
    for name in ("remy", "rosa"):
        order(callers, golden.rater(name))

    assert len(callers.lena.get(ATTEMPTS).json()["attempts"]) == 3
    assert statements(lambda: callers.lena.get(ATTEMPTS)) == one
