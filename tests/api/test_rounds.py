"""A program opens a calibration round, sees no answer before it is revealed, talks, and reads what it brought."""

from typing import Any

import pytest

from rubrica.api.rounds import RoundDocument
from rubrica.records.models import Account, Evaluation
from rubrica.usecases import assignments, evaluations
from tests.api.conftest import Caller, Callers, problem, statements
from tests.cast import World, audit_answer, build_world

pytestmark = pytest.mark.django_db

ROUNDS = "/projects/audit/rounds"
ROUND = f"{ROUNDS}/1"
MARK = {
    "image": "a",
    "shape": "box",
    "geometry": {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2},
    "code": "TECH.blur",
    "part": None,
    "severity": 1,
    "note": "A seam",
}


LEFT_IS_BETTER = {"answers": {"overall": "a_much"}, "explanation": "A keeps both dogs, in B one is missing."}


@pytest.fixture
def world(db) -> World:
    """Return a world of four items: with fewer, agreement has no interval once all agree."""
    return build_world(items=4)


@pytest.fixture
def remy(world: World) -> Account:
    """Return a second specialist."""
    return world.rater("remy")


def open_round(callers: Callers, **changes: Any) -> Any:
    return callers.lena.post(ROUNDS, {"title": "Seams", "choice": "sample", "count": 4, **changes})


def judge(
    world: World, person: Account, levels: dict[str, int], *, most: int = 4, payload: Any = None, **changes: Any
) -> None:
    """Let somebody judge all items of the round that is open: a level on all scales, by the item's key."""
    for _ in range(most):
        held = assignments.take_assignments(person, world.project.slug, hold=1, now=world.now).assignments[0].held
        key = next(item.key for item in world.items if item.pk == held.item_id)
        evaluations.submit_evaluation(
            person,
            held.public_id,
            payload=payload or audit_answer(levels[key], **{"explanation": f"So says {person.name}.", **changes}),
            key=f"key-{held.public_id}",
            hold=0,
            now=world.later(seconds=20),
        )


KEYS = ("item-1", "item-2", "item-3", "item-4")
BEFORE = {"rita": dict(zip(KEYS, (5, 4, 4, 5), strict=True)), "remy": dict(zip(KEYS, (4, 5, 4, 5), strict=True))}


@pytest.fixture
def judged(callers: Callers, world: World, remy: Account) -> World:
    """Return the world after a round of four items was judged blind."""
    assert open_round(callers).status_code == 201
    judge(world, world.rita, BEFORE["rita"], marks=[MARK], explanation="So says Rita of [[1]].")
    judge(world, remy, BEFORE["remy"])
    return world


def read(caller: Caller) -> Any:
    """Return the round as somebody may see it, and check that it is what the description says."""
    shown = caller.get(ROUND).json()
    RoundDocument.model_validate(shown)
    return shown


def test_until_it_is_revealed_nobody_sees_an_answer_the_lead_included(callers: Callers, judged: World):
    for person in (callers.rita, callers.rowan, callers.lena, callers.omar):
        answer = person.get(ROUND)
        shown = read(person)
        assert (shown["items"], shown["results"], shown["may_post"], shown["item_count"]) == (None, None, False, 4)
        assert "So says" not in answer.content.decode()
    assert [(row["done"], row["total"]) for row in read(callers.lena)["participants"]] == [(4, 4), (4, 4)]
    early = callers.rita.post(f"{ROUND}/items/0/posts", {"text": "What did you say?"})
    assert (early.status_code, problem(early)["type"]) == (409, "conflict")


def test_revealed_it_shows_answers_marks_and_reasons_side_by_side(callers: Callers, judged: World):
    assert callers.lena.post(f"{ROUND}/reveal").status_code == 204
    assert callers.rita.post(f"{ROUND}/items/0/posts", {"text": "Look at the left."}).json()["author"] == "Rita"

    shown = read(callers.omar)

    assert (shown["state"], shown["possible"], shown["may_post"]) == ("discussion", ["close", "judge_again"], True)
    assert sorted(row["item"] for row in shown["items"]) == [*KEYS]
    first = shown["items"][0]
    levels = {row["rater"]: row["answers"]["overall"] for row in first["before"]}
    assert levels == {"Rita": BEFORE["rita"][first["item"]], "Remy": BEFORE["remy"][first["item"]]}
    rita = next(row for row in first["before"] if row["rater"] == "Rita")
    assert (rita["explanation"], rita["cannot_judge"], rita["guideline_version"]) == ("So says Rita of [[1]].", "", 1)
    assert [(mark["number"], mark["image"], mark["code"], mark["note"]) for mark in rita["marks"]] == [
        (1, "a", "TECH.blur", "A seam")
    ]
    assert [image["slot"] for image in first["images"]] == ["a"]
    assert first["after"] == []
    assert [(post["author"], post["text"]) for post in first["posts"]] == [("Rita", "Look at the left.")]
    overall = next(row for row in shown["results"]["criteria"] if row["id"] == "overall")
    assert overall["before"]["n_units"] == 4
    assert (overall["after"], overall["lift"], overall["refusal"]) == (None, None, "It was not judged again.")


def test_specialists_know_each_other_by_pseudonyms_and_no_model_is_told(callers: Callers, judged: World):
    callers.lena.post(f"{ROUND}/reveal")

    answer = callers.rita.get(ROUND)

    raters = {row["rater"] for item in answer.json()["items"] for row in item["before"]}
    assert "Rita" in raters
    assert {name[:6] for name in raters - {"Rita"}} == {"rater-"}
    assert {row["name"] for row in answer.json()["participants"]} == raters
    assert "secret-model" not in answer.content.decode()


def test_judged_again_it_says_by_how_much_agreement_rose(callers: Callers, judged: World, remy: Account):
    callers.lena.post(f"{ROUND}/reveal")
    assert callers.lena.post(f"{ROUND}/judge-again").status_code == 204
    judge(judged, judged.rita, BEFORE["rita"])
    judge(judged, remy, BEFORE["rita"])
    assert callers.lena.post(f"{ROUND}/close").status_code == 204

    shown = read(callers.rita)

    assert (shown["state"], shown["possible"], shown["owner"], shown["may_post"]) == ("closed", [], None, False)
    assert all(len(item["before"]) == len(item["after"]) == 2 for item in shown["items"])
    overall = next(row for row in shown["results"]["criteria"] if row["id"] == "overall")
    assert overall["after"]["value"] == 1.0
    assert overall["lift"]["value"] == pytest.approx(1.0 - overall["before"]["value"])
    assert overall["lift"]["ci_low"] <= overall["lift"]["value"] <= overall["lift"]["ci_high"]
    assert callers.lena.post(f"{ROUND}/reveal").status_code == 409


def test_who_had_not_judged_everything_sees_nothing_and_a_stranger_to_the_round_finds_none(
    callers: Callers, judged: World
):
    late = Caller(judged.rater("rosa"))
    callers.lena.post(f"{ROUND}/reveal")

    assert late.get(ROUND).status_code == 404
    assert late.get(ROUNDS).json() == {"rounds": [], "next_after": None}


def test_one_that_is_closed_before_it_was_revealed_is_shown_to_those_who_answered(callers: Callers, judged: World):
    assert callers.lena.post(f"{ROUND}/close").status_code == 204

    shown = read(callers.rita)
    assert (shown["state"], shown["may_post"], shown["revealed_at"]) == ("closed", False, shown["closed_at"])
    assert {row["rater"] for row in shown["items"][0]["before"]} > {"Rita"}


def test_what_is_judged_again_is_blind_until_it_is_closed(callers: Callers, judged: World, remy: Account):
    callers.lena.post(f"{ROUND}/reveal")
    callers.lena.post(f"{ROUND}/judge-again")
    judge(judged, remy, dict.fromkeys(KEYS, 5))

    for person in (callers.rita, callers.lena):
        assert [row["after"] for row in read(person)["items"]] == [[]] * 4
    callers.lena.post(f"{ROUND}/close")
    assert [len(row["after"]) for row in read(callers.lena)["items"]] == [1] * 4


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"count": 0}, "count"),
        ({"count": 31}, "count"),
        ({"count": "3"}, "count"),
        ({"choice": "hard"}, "choice"),
        ({"people": 2}, "people"),
    ],
)
def test_a_round_that_cannot_be_opened_is_named(callers: Callers, remy: Account, changes: dict[str, Any], field: str):
    answer = open_round(callers, **changes)

    assert (answer.status_code, [row["field"] for row in problem(answer)["problems"]]) == (422, [field])


def test_a_round_takes_two_who_are_free(callers: Callers):
    answer = open_round(callers)

    assert (answer.status_code, problem(answer)["type"]) == (409, "conflict")


@pytest.mark.parametrize("address", [f"{ROUNDS}/2", f"{ROUNDS}/0", f"{ROUNDS}/latest"])
def test_a_round_that_there_is_not_is_not_found(callers: Callers, judged: World, address: str):
    assert callers.lena.get(address).status_code == 404


def test_an_item_that_is_not_in_the_round_is_not_found(callers: Callers, judged: World):
    callers.lena.post(f"{ROUND}/reveal")

    assert callers.lena.post(f"{ROUND}/items/4/posts", {"text": "Which?"}).status_code == 404


def test_rounds_are_read_page_by_page_at_the_same_cost(callers: Callers, remy: Account):
    open_round(callers)
    one = statements(lambda: callers.lena.get(ROUNDS))
    for number in (1, 2):
        callers.lena.post(f"{ROUNDS}/{number}/close")
        open_round(callers)
    assert statements(lambda: callers.lena.get(ROUNDS)) == one

    first = callers.lena.get(f"{ROUNDS}?limit=2").json()
    second = callers.lena.get(f"{ROUNDS}?limit=2&after={first['next_after']}").json()

    assert [row["number"] for row in first["rounds"] + second["rounds"]] == [3, 2, 1]
    assert second["next_after"] is None


def test_three_items_cost_no_more_statements_than_one(callers: Callers, world: World, remy: Account):
    costs = []
    for number, count in ((1, 1), (2, 3)):
        open_round(callers, count=count)
        for person in (world.rita, remy):
            judge(world, person, dict.fromkeys(KEYS, 4), most=count)
        callers.lena.post(f"{ROUNDS}/{number}/reveal")
        costs.append(statements(lambda path=f"{ROUNDS}/{number}": callers.lena.get(path)))
        callers.lena.post(f"{ROUNDS}/{number}/close")

    assert costs[0] == costs[1]


def test_answers_about_sides_are_told_by_item_slots(call: Any):
    world = build_world(template="side-by-side", items=4)
    remy = world.rater("remy")
    lena = call(world.lena)
    lena.post(ROUNDS, {"title": "Sides", "choice": "sample", "count": 4})
    for person in (world.rita, remy):
        judge(world, person, dict.fromkeys(KEYS, 0), payload=LEFT_IS_BETTER)
    lena.post(f"{ROUND}/reveal")

    shown = lena.get(ROUND).json()

    stored = {row.public_id: row.presentation for row in Evaluation.objects.of(world.project)}
    told = {
        (*stored[row["evaluation"]], row["answers"]["overall"]) for item in shown["items"] for row in item["before"]
    }
    assert told == {(0, 1, "a_much"), (1, 0, "b_much")}
