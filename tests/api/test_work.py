"""A rater's day over the API: open the workbench, take, submit, skip, renew, look back, revise."""

from typing import Any

import pytest

from rubrica.api.assignments import Renewal, TakenWork, WorkbenchSetup
from rubrica.api.evaluations import PastEvaluations, Revised, Submitted
from rubrica.domain.templates import template_rubric
from rubrica.kit import clock
from rubrica.records.models import Assignment, Evaluation, Image, Item, ItemImage, Project
from rubrica.usecases import assignments, guidelines, projects
from tests.api.conftest import Caller, Callers, problem
from tests.cast import NOON, World, audit_answer, build_world, evaluate

pytestmark = pytest.mark.django_db

KEY = "5f0c6f0e-8f5b-4a53-9d3a-0d5f3f6f9b1e"


def take(caller: Caller, hold: int = 1) -> list[dict[str, Any]]:
    answer = caller.post("/projects/audit/assignments", {"hold": hold})
    assert answer.status_code == 200
    held: list[dict[str, Any]] = answer.json()["assignments"]
    return held


def submit(caller: Caller, assignment: str, body: object = None, key: str = KEY, hold: int = 1) -> Any:
    path = f"/assignments/{assignment}/submission?hold={hold}"
    return caller.post(path, audit_answer() if body is None else body, Idempotency_Key=key)


def test_the_workbench_opens_with_the_rules_in_force(callers: Callers, world: World):
    setup: dict[str, Any] = callers.rita.get("/projects/audit/workbench").json()

    version = world.guideline
    html, clauses = setup["guideline"].pop("html"), setup["guideline"].pop("clauses")
    assert setup == {
        "project": {"slug": "audit", "name": "Audit", "is_sensitive": False},
        "rater": {"name": "Rita"},
        "guideline": {"version": 1, "content_hash": version.content_hash},
        "rubric": template_rubric("ai-image-audit").as_json(),
        "examples": {},
        "worked_examples": [],
        "limits": {"hold": 2},
        "progress": {"done": 0, "remaining": 3},
        "today": {"evaluations": 0, "active_ms": 0},
        "unread": None,
        "preferences": None,
    }
    assert {"anchor": "PL-1", "title": next(row["title"] for row in clauses if row["anchor"] == "PL-1")} in clauses
    assert all(f'id="{clause["anchor"]}"' in html for clause in clauses)


def test_a_project_without_a_published_guideline_has_no_workbench_yet(callers: Callers, world: World):
    Project.objects.of(world.project).update(guideline=None)

    answer = callers.rita.get("/projects/audit/workbench")

    assert (answer.status_code, problem(answer)["type"]) == (409, "conflict")


def test_an_older_version_is_shown_to_those_who_hold_work_under_it(callers: Callers, world: World):
    take(callers.rita)
    draft = guidelines.draft_of(projects.open_project(world.lena, "audit"))
    guidelines.replace_draft(world.lena, "audit", markdown=draft.markdown + "\nMore.", rubric=draft.rubric, now=NOON)
    guidelines.publish_guideline(world.lena, "audit", now=NOON)
    second = Caller(world.rater("ruth"))

    assert callers.rita.get("/projects/audit/workbench").json()["guideline"]["version"] == 2
    assert callers.rita.get("/projects/audit/workbench?version=1").json()["guideline"]["version"] == 1
    assert second.get("/projects/audit/workbench?version=1").status_code == 404
    assert callers.rita.get("/projects/audit/workbench?version=3").status_code == 404


def test_taking_offers_work_until_enough_is_held(callers: Callers, world: World):
    answer: dict[str, Any] = callers.rita.post("/projects/audit/assignments", {"hold": 2}).json()

    held = list(Assignment.objects.of_account(world.rita).select_related("item").order_by("taken_at", "pk"))
    assert [row["id"] for row in answer["assignments"]] == [row.public_id for row in held]
    first = answer["assignments"][0]
    image = first["images"][0]["view_url"].split("/")[-2]
    assert first == {
        "id": held[0].public_id,
        "item": held[0].item.key,
        "leased_until": held[0].lease_ends.isoformat().replace("+00:00", "Z"),
        "guideline_version": 1,
        "prompt": held[0].item.prompt,
        "images": [
            {
                "slot": "a",
                "width": 640,
                "height": 480,
                "view_url": f"/api/v1/images/{image}/view",
                "thumbnail_url": f"/api/v1/images/{image}/thumbnail",
                "tiles": None,
            }
        ],
        "proposals": [],
        "is_test": False,
    }
    assert (answer["reason"], answer["progress"]) == ("offered", {"done": 0, "remaining": 3})
    assert take(callers.rita, 2) == answer["assignments"]


def test_a_large_image_comes_with_tiles(callers: Callers, world: World):
    Image.objects.of(world.project).update(has_pyramid=True, width=20_000, height=10_000)

    image = take(callers.rita)[0]["images"][0]

    address = image["view_url"].removesuffix("view")
    assert image["tiles"] == {"url": f"{address}tiles/", "tile_size": 510, "overlap": 1, "format": "jpg"}


def test_a_pair_is_shown_in_two_places_in_the_order_of_its_presentation(db: None):
    world = build_world(template="side-by-side")
    rita = Caller(world.rita)

    shown = take(rita)[0]["images"]

    held = Assignment.objects.of_account(world.rita).get()
    slots = [f"/api/v1/images/{row.image.public_id}/view" for row in _images(world, held.item)]
    assert [image["slot"] for image in shown] == ["a", "b"]
    assert [image["view_url"] for image in shown] == [slots[slot] for slot in held.presentation]


def _images(world: World, item: Item) -> Any:
    return ItemImage.objects.of(world.project).filter(item=item).select_related("image").order_by("slot")


def test_a_prompt_is_kept_back_where_the_rubric_hides_it(callers: Callers, world: World):
    draft = guidelines.draft_of(projects.open_project(world.lena, "audit"))
    # Nobody can choose words of what is hidden.
    criteria = [criterion for criterion in draft.rubric["criteria"] if criterion["type"] != "words"]
    hidden = {**draft.rubric, "prompt": "hidden", "criteria": criteria}
    guidelines.replace_draft(world.lena, "audit", markdown=draft.markdown, rubric=hidden, now=NOON)
    guidelines.publish_guideline(world.lena, "audit", now=NOON)

    assert take(callers.rita)[0]["prompt"] is None
    submit(callers.rita, take(callers.rita)[0]["id"])
    past = callers.rita.get("/projects/audit/evaluations/mine").json()["evaluations"]
    assert past[0]["prompt"] is None


@pytest.mark.parametrize(
    ("state", "reason"), [("paused", "project_paused"), ("closed", "project_closed"), ("draft", "project_not_started")]
)
def test_a_project_that_hands_out_nothing_says_why(callers: Callers, world: World, state: str, reason: str):
    Project.objects.of(world.project).update(state=state)

    answer: dict[str, Any] = callers.rita.post("/projects/audit/assignments", {}).json()

    assert answer == {"assignments": [], "reason": reason, "progress": {"done": 0, "remaining": 3}, "again_at": None}


def test_submitting_answers_with_the_receipt_and_the_next_work(callers: Callers, world: World):
    first = take(callers.rita)[0]

    answer = submit(callers.rita, first["id"])

    stored = Evaluation.objects.of_account(world.rita).get()
    body = answer.json()
    assert answer.status_code == 201
    assert body["receipt"] == {
        "evaluation": stored.public_id,
        "submitted_at": stored.submitted_at.isoformat().replace("+00:00", "Z"),
        "body_sha256": stored.body_sha256,
        "replayed": False,
    }
    assert [row["id"] for row in body["assignments"]] == [row["id"] for row in take(callers.rita)]
    assert first["id"] not in [row["id"] for row in body["assignments"]]
    assert (body["reason"], body["progress"]) == ("offered", {"done": 1, "remaining": 2})


def test_the_same_body_with_the_same_key_gives_the_same_receipt(callers: Callers, world: World):
    held = take(callers.rita)[0]["id"]
    body = audit_answer(explanation="fine")
    first = submit(callers.rita, held, body)
    other_order = dict(reversed(body.items()))

    again = submit(callers.rita, held, other_order)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {**first.json(), "receipt": {**first.json()["receipt"], "replayed": True}}
    assert Evaluation.objects.of_account(world.rita).count() == 1


def test_another_body_with_the_same_key_is_refused(callers: Callers, world: World):
    held = take(callers.rita)[0]["id"]
    submit(callers.rita, held)

    answer = submit(callers.rita, held, audit_answer(5))

    assert (answer.status_code, problem(answer)["type"]) == (422, "idempotency-key-reused")
    assert Evaluation.objects.of_account(world.rita).get().answer["answers"]["overall"] == 4


def test_a_key_that_another_assignment_used_is_refused(callers: Callers):
    first, second = take(callers.rita, 2)
    submit(callers.rita, first["id"], hold=2)

    assert problem(submit(callers.rita, second["id"]))["type"] == "idempotency-key-reused"


def test_an_item_is_judged_once(callers: Callers):
    held = take(callers.rita)[0]["id"]
    submit(callers.rita, held)

    assert problem(submit(callers.rita, held, key="another-key"))["type"] == "conflict"


def test_an_answer_after_the_lease_was_lost_is_kept_and_said_so(callers: Callers, world: World):
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=NOON).assignments[0].held
    for name in ("ruth", "rolf"):
        rater = Caller(world.rater(name))
        while work := take(rater):
            submit(rater, work[0]["id"], key=f"key-of-{name}-{work[0]['id']}")

    answer = submit(callers.rita, held.public_id)

    document = problem(answer)
    assert (answer.status_code, document["type"]) == (409, "lease-lost")
    assert "is kept" in document["detail"]
    late = Assignment.objects.of_account(world.rita).get(public_id=held.public_id)
    assert late.late_answer["answers"] == audit_answer()["answers"]
    assert not Evaluation.objects.of_account(world.rita).exists()


def test_what_is_submitted_under_a_version_retired_meanwhile_counts_under_that_version(callers: Callers, world: World):
    held = take(callers.rita)[0]
    draft = callers.lena.get("/projects/audit/guideline/draft").json()
    body = {"markdown": f"{draft['markdown']}\n\nMore.", "rubric": draft["rubric"]}
    callers.lena.put("/projects/audit/guideline/draft", body, If_Match='"1"')
    callers.lena.post("/projects/audit/guideline/versions", {"summary": "More", "change_class": "breaking"})

    answer = submit(callers.rita, held["id"])

    assert answer.status_code == 201
    stored = Evaluation.objects.of(world.project).get(public_id=answer.json()["receipt"]["evaluation"])
    assert (stored.guideline.number, answer.json()["assignments"]) == (1, [])
    assert callers.rita.post("/projects/audit/assignments", {}).json()["reason"] == "guideline_changed"


def test_an_expired_lease_that_nobody_has_taken_over_still_counts(callers: Callers, world: World):
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=NOON).assignments[0].held

    assert submit(callers.rita, held.public_id).status_code == 201


def test_skipping_gives_the_item_back_and_the_next_work(callers: Callers, world: World):
    held = take(callers.rita)[0]

    answer = callers.rita.post(f"/assignments/{held['id']}/skip?hold=1", {"reason": "too_hard", "note": "blurred"})

    skipped = Assignment.objects.of_account(world.rita).get(public_id=held["id"])
    work: dict[str, Any] = answer.json()
    assert (skipped.state, skipped.skip_reason, skipped.skip_note) == ("skipped", "too_hard", "blurred")
    assert [row["item"] for row in work["assignments"]] != [held["item"]]
    assert work["progress"] == {"done": 0, "remaining": 3}


def test_what_is_submitted_cannot_be_skipped(callers: Callers):
    held = take(callers.rita)[0]["id"]
    submit(callers.rita, held)

    assert problem(callers.rita.post(f"/assignments/{held}/skip", {"reason": "other"}))["type"] == "conflict"


def test_a_lease_is_renewed(callers: Callers, world: World):
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=NOON).assignments[0].held

    answer = callers.rita.post(f"/assignments/{held.public_id}/renewal")

    renewed = Assignment.objects.of_account(world.rita).get()
    assert answer.json() == {"leased_until": renewed.lease_ends.isoformat().replace("+00:00", "Z")}
    assert renewed.lease_ends > clock.now()


def test_a_lease_that_is_over_is_not_renewed(callers: Callers):
    held = take(callers.rita)[0]["id"]
    submit(callers.rita, held)

    assert problem(callers.rita.post(f"/assignments/{held}/renewal"))["type"] == "conflict"


def test_own_evaluations_are_shown_newest_first_as_they_were_answered(callers: Callers, world: World):
    evaluate(world, world.rita, audit_answer(5))
    evaluate(world, world.rita, audit_answer(4, explanation="fine"))
    evaluate(world, world.rater("ruth"), audit_answer(4))

    mine = callers.rita.get("/projects/audit/evaluations/mine?limit=5").json()["evaluations"]

    last = Evaluation.objects.of_account(world.rita).select_related("item").order_by("-pk")[0]
    image = _images(world, last.item)[0].image.public_id
    assert [row["revisable"] for row in mine] == [True, True]
    assert mine[0] == {
        "id": last.public_id,
        "item": last.item.key,
        "submitted_at": last.submitted_at.isoformat().replace("+00:00", "Z"),
        "thumbnail_url": f"/api/v1/images/{image}/thumbnail",
        "revisable": True,
        "guideline_version": 1,
        "prompt": last.item.prompt,
        "images": mine[0]["images"],
        "answer": {**audit_answer(4, explanation="fine"), "viewing": None, "kept": []},
    }
    shorter = callers.rita.get("/projects/audit/evaluations/mine?limit=1").json()["evaluations"]
    assert shorter == mine[:1]
    one = callers.rita.get(f"/projects/audit/evaluations/mine?only={mine[1]['id']}").json()["evaluations"]
    assert one == mine[1:]


def test_the_last_evaluation_is_revised_by_a_further_fact(callers: Callers, world: World):
    first = evaluate(world, world.rita, audit_answer(5))
    revision = {"answer": audit_answer(4), "reason": "I had missed a finger"}
    path = f"/evaluations/{first.receipt.evaluation}/revision"

    answer = callers.rita.post(path, revision, Idempotency_Key=KEY)
    again = callers.rita.post(path, revision, Idempotency_Key=KEY)
    other = callers.rita.post(path, {**revision, "reason": "Something else"}, Idempotency_Key=KEY)

    facts = list(Evaluation.objects.of_account(world.rita).order_by("pk"))
    receipt = answer.json()["receipt"]
    assert (answer.status_code, again.status_code) == (201, 200)
    assert again.json()["receipt"] == {**receipt, "replayed": True}
    assert problem(other)["type"] == "idempotency-key-reused"
    assert [fact.public_id for fact in facts] == [first.receipt.evaluation, receipt["evaluation"]]
    assert (facts[1].supersedes_id, facts[1].revision_reason) == (facts[0].pk, "I had missed a finger")


def test_what_was_revised_already_is_not_revised_again(callers: Callers, world: World):
    first = evaluate(world, world.rita)
    evaluate(world, world.rita)
    path = f"/evaluations/{first.receipt.evaluation}/revision"
    revision = {"answer": audit_answer(5), "reason": "a second look"}
    assert callers.rita.post(path, revision, Idempotency_Key=KEY).status_code == 201

    answer = callers.rita.post(path, {**revision, "reason": "a third look"}, Idempotency_Key=f"{KEY}-2")
    assert (answer.status_code, problem(answer)["type"]) == (409, "conflict")


def test_the_answers_of_the_hot_routes_are_what_the_schema_says(callers: Callers):
    """Ninja does not check them, for speed; so they are checked here."""
    setup = callers.rita.get("/projects/audit/workbench")
    taken = callers.rita.post("/projects/audit/assignments", {"hold": 2})
    held = taken.json()["assignments"][0]["id"]
    renewed = callers.rita.post(f"/assignments/{held}/renewal")
    submitted = submit(callers.rita, held)
    mine = callers.rita.get("/projects/audit/evaluations/mine")
    revision = {"answer": audit_answer(5), "reason": "better"}
    revised = callers.rita.post(
        f"/evaluations/{submitted.json()['receipt']['evaluation']}/revision", revision, Idempotency_Key="another-key"
    )

    for answer, model in (
        (setup, WorkbenchSetup),
        (taken, TakenWork),
        (renewed, Renewal),
        (submitted, Submitted),
        (mine, PastEvaluations),
        (revised, Revised),
    ):
        read = model.model_validate_json(answer.content, extra="forbid", strict=True)
        assert read.model_dump(mode="json") == answer.json()


def test_one_loop_takes_the_statements_it_needs_and_no_more(callers: Callers, django_assert_max_num_queries: Any):
    held = take(callers.rita)[0]["id"]

    with django_assert_max_num_queries(20):
        assert submit(callers.rita, held).status_code == 201


@pytest.mark.parametrize("only", ["%00", "", "a" * 41, "a%20b"])
def test_what_is_no_id_of_an_evaluation_is_refused(callers: Callers, only: str):
    answer = callers.rita.get(f"/projects/audit/evaluations/mine?only={only}")
    assert (answer.status_code, problem(answer)["type"]) == (422, "invalid-input")


def test_of_an_evaluation_that_is_not_ones_own_nothing_is_shown(callers: Callers, world: World):
    theirs = evaluate(world, world.rater("ruth")).receipt.evaluation
    assert callers.rita.get(f"/projects/audit/evaluations/mine?only={theirs}").json() == {"evaluations": []}
