"""A program proposes how a clause should read, others say what they think of it, and a lead decides."""

from typing import Any

import pytest

from rubrica.domain.change_proposal import clause_text
from rubrica.usecases import projects
from rubrica.usecases.pseudonyms import name_for_all
from tests.api.conftest import Callers, problem, statements
from tests.cast import World, audit_answer, evaluate

pytestmark = pytest.mark.django_db

PROPOSALS = "/projects/audit/guideline/proposals"
DRAFT = "/projects/audit/guideline/draft"


def clause(world: World) -> str:
    text = clause_text(world.guideline.markdown, "PL-1")
    assert text is not None
    return text


def propose(callers: Callers, world: World, addition: str = "A seam is a fault.", **changes: Any) -> Any:
    body = {"clause": "PL-1", "text": f"{clause(world)}\n\n{addition}", "summary": "Seams", **changes}
    return callers.rita.post(PROPOSALS, body)


def test_a_proposal_says_what_reads_otherwise_what_it_reaches_and_who_decides(callers: Callers, world: World):
    evaluate(world, world.rita)
    made = propose(callers, world, rationale="Three of us asked.")
    assert (made.status_code, made.json()["number"], made.json()["owner"]) == (201, 1, "Lena")

    shown = callers.rita.get(f"{PROPOSALS}/1").json()

    assert {name: shown[name] for name in made.json()} == made.json()
    assert (shown["old_text"], shown["rationale"]) == (clause(world), "Three of us asked.")
    assert [(row["part"], row["place"], row["kind"]) for row in shown["changes"]] == [("guideline", "PL-1", "changed")]
    assert (shown["impact"]["items"], shown["impact"]["evaluations"], shown["impact"]["clauses"]) == (1, 1, ["PL-1"])
    assert (shown["opinions"], shown["possible"]) == ([], ["withdraw"])
    assert callers.lena.get(f"{PROPOSALS}/1").json()["possible"] == ["accept", "decline"]


def test_what_people_are_paid_is_told_to_those_who_run_the_project(callers: Callers, world: World):
    projects.change_settings(world.lena, "audit", hourly_cost=("30", "EUR"), now=world.now)
    evaluate(world, world.rita, {**audit_answer(), "viewing": {"active_ms": 60_000}})
    propose(callers, world)

    costs = [callers.lena.get(f"{PROPOSALS}/1").json()["impact"]["cost"], *told(callers.rita, callers.rowan)]

    assert costs == [{"amount": "1.00", "currency": "EUR"}, None, None]


def told(*people: Any) -> list[object]:
    return [person.get(f"{PROPOSALS}/1").json()["impact"]["cost"] for person in people]


def test_accepted_it_stands_in_the_draft_with_the_opinions_that_led_to_it(callers: Callers, world: World):
    propose(callers, world)
    assert callers.rowan.post(f"{PROPOSALS}/1/opinion", {"approves": True}).status_code == 204
    assert callers.omar.post(f"{PROPOSALS}/1/opinion", {"approves": False, "comment": "Too strict"}).status_code == 204
    assert callers.lena.post(f"{PROPOSALS}/1/accept", {"reason": "Agreed"}).status_code == 204

    shown = callers.rita.get(f"{PROPOSALS}/1").json()

    said = [(row["name"], row["approves"], row["comment"]) for row in shown["opinions"]]
    assert said == [(name_for_all(world.project, world.rowan), True, ""), ("Omar", False, "Too strict")]
    assert (shown["state"], shown["decided_by"], shown["reason"]) == ("accepted", "Lena", "Agreed")
    assert (shown["owner"], shown["due_at"], shown["impact"], shown["possible"]) == (None, None, None, [])
    assert clause_text(callers.lena.get(DRAFT).json()["markdown"], "PL-1") == shown["new_text"]


def test_a_clause_that_reads_otherwise_in_the_draft_is_not_overwritten(callers: Callers, world: World):
    propose(callers, world)
    draft = callers.lena.get(DRAFT).json()
    markdown = draft["markdown"].replace("The subject is destroyed", "The main subject is destroyed")
    callers.lena.put(DRAFT, {"markdown": markdown, "rubric": draft["rubric"]}, If_Match='"1"')

    answer = callers.lena.post(f"{PROPOSALS}/1/accept", {})

    assert (answer.status_code, problem(answer)["type"]) == (409, "conflict")
    assert callers.lena.get(DRAFT).json()["markdown"] == markdown
    assert callers.lena.get(f"{PROPOSALS}/1").json()["state"] == "open"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"clause": "XX-9"}, "clause"),
        ({"text": "## PL-2 Otherwise"}, "text"),
        ({"text": "a\x07b"}, "text"),
        ({"text": ""}, "text"),
        ({"summary": ""}, "summary"),
        ({"summary": "two\nlines"}, "summary"),
        ({"rulings": [7]}, "rulings"),
        ({"rulings": [0]}, "rulings[0]"),
        ({"rulings": ["1"]}, "rulings[0]"),
        ({"author": "Rita"}, "author"),
    ],
)
def test_a_proposal_that_cannot_be_taken_is_named(callers: Callers, world: World, changes: dict[str, Any], field: str):
    answer = propose(callers, world, **changes)

    assert (answer.status_code, [row["field"] for row in problem(answer)["problems"]]) == (422, [field])
    assert callers.rita.get(PROPOSALS).json()["proposals"] == []


def test_the_same_text_is_no_proposal(callers: Callers, world: World):
    assert propose(callers, world, text=clause(world)).status_code == 409


def test_objections_and_refusals_say_why_and_an_opinion_is_given_once(callers: Callers, world: World):
    propose(callers, world)

    assert callers.rowan.post(f"{PROPOSALS}/1/opinion", {"approves": False}).status_code == 422
    assert callers.lena.post(f"{PROPOSALS}/1/decline", {"reason": ""}).status_code == 422
    assert callers.rowan.post(f"{PROPOSALS}/1/opinion", {"approves": True}).status_code == 204
    assert callers.rowan.post(f"{PROPOSALS}/1/opinion", {"approves": True}).status_code == 409
    assert callers.rita.post(f"{PROPOSALS}/1/withdraw", {}).status_code == 204
    assert callers.lena.post(f"{PROPOSALS}/1/decline", {"reason": "Late"}).status_code == 409


def test_the_list_is_read_by_state_and_page_by_page(callers: Callers, world: World):
    for place in range(3):
        propose(callers, world, f"Rule {place}.")
    callers.rita.post(f"{PROPOSALS}/2/withdraw", {})

    first = callers.rowan.get(f"{PROPOSALS}?limit=2").json()
    second = callers.rowan.get(f"{PROPOSALS}?limit=2&after={first['next_after']}").json()

    assert [row["number"] for row in first["proposals"] + second["proposals"]] == [3, 2, 1]
    assert (first["next_after"], second["next_after"]) == (2, None)
    assert [row["number"] for row in callers.rowan.get(f"{PROPOSALS}?state=open").json()["proposals"]] == [3, 1]
    assert callers.rowan.get(f"{PROPOSALS}?state=lost").status_code == 422


def test_three_proposals_cost_no_more_statements_than_one(callers: Callers, world: World):
    propose(callers, world, "Rule 1.")
    callers.lena.post(f"{PROPOSALS}/1/decline", {"reason": "No"})
    one = statements(lambda: callers.rowan.get(PROPOSALS))
    for number in (2, 3):
        propose(callers, world, f"Rule {number}.")
        callers.omar.post(f"{PROPOSALS}/{number}/decline", {"reason": "No"})

    assert statements(lambda: callers.rowan.get(PROPOSALS)) == one


@pytest.mark.parametrize("number", ["0", "2", "999999", "9999999", "latest"])
def test_a_proposal_that_there_is_not_is_not_found(callers: Callers, world: World, number: str):
    propose(callers, world)

    assert callers.lena.get(f"{PROPOSALS}/{number}").status_code == 404
