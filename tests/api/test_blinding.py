"""A specialist is told nothing that could sway a judgement. First everything that could leak is made."""

from typing import Any

import pytest

from rubrica.records.models import Item, ItemImage
from rubrica.usecases import assignments, evaluations
from tests.api.conftest import Caller, Callers
from tests.api.test_work import KEY, submit
from tests.cast import NOON, World, audit_answer, build_world

pytestmark = pytest.mark.django_db

SECRETS = ("secret-model", "secret-camera", "planted-swirl", "ruth", "Ruth", "Ruths own words", "known_defects")


@pytest.fixture(params=["ai-image-audit", "side-by-side"])
def leaky(request: pytest.FixtureRequest, db: None) -> World:
    """Return a project with models, metadata, planted defects, and another rater's answers to the same items."""
    world = build_world(template=request.param)
    world.project.name = "Portraits"
    world.project.save()
    defects = [{"slot": 0, "kind": "planted-swirl", "box": {"x": 0, "y": 0, "width": 1, "height": 1}, "severity": 2}]
    Item.objects.of(world.project).update(known_defects=defects)
    ruth = world.rater("ruth")
    work = assignments.take_assignments(ruth, world.project.slug, hold=1, now=NOON)
    while work.assignments:
        held = work.assignments[0].held.public_id
        body = answer(world, explanation="Ruths own words")
        submission = evaluations.submit_evaluation(ruth, held, payload=body, key=f"k-{held}", hold=1, now=NOON)
        work = submission.work
    assert ItemImage.objects.of(world.project).filter(source_model__startswith="secret-model").exists()
    return world


def answer(world: World, **changes: Any) -> dict[str, Any]:
    """Return an answer to the project's rubric: the first option or best level of each criterion."""
    answers = {}
    for criterion in world.guideline.rubric["criteria"]:
        codes = [option["code"] for option in criterion.get("options") or []]
        tie = [code for code in codes if code.startswith("tie")]
        if codes or "levels" in criterion:
            answers[criterion["id"]] = (tie or codes)[0] if codes else criterion["levels"][0]["value"]
    return {**audit_answer(), "answers": answers, **changes}


def everything_a_specialist_is_told(caller: Caller, world: World) -> list[Any]:
    slug = world.project.slug
    told = [caller.get("/me"), caller.get("/projects"), caller.get(f"/projects/{slug}")]
    told += [caller.get("/organisations"), caller.get("/templates"), caller.get("/tokens")]
    told += [caller.get(f"/projects/{slug}/guideline/versions"), caller.get(f"/projects/{slug}/guideline/versions/1")]
    told.append(caller.get(f"/projects/{slug}/workbench"))
    taken = caller.post(f"/projects/{slug}/assignments", {"hold": 3})
    first, second, third = [row["id"] for row in taken.json()["assignments"]]
    body = answer(world)
    told += [taken, submitted := submit(caller, first, body), submit(caller, first, body), submit(caller, first, {})]
    told += [caller.post(f"/assignments/{second}/renewal"), submit(caller, second, body, key="second-key")]
    told.append(caller.post(f"/assignments/{third}/skip", {"reason": "conflict_of_interest"}))
    last = caller.get(f"/projects/{slug}/evaluations/mine").json()["evaluations"][0]["id"]
    told.append(caller.get(f"/projects/{slug}/evaluations/mine?limit=50"))
    revision = {"answer": body, "reason": "looked again"}
    told.append(caller.post(f"/evaluations/{last}/revision", revision, Idempotency_Key=KEY + "-2"))
    assert submitted.status_code == 201
    return told


def test_a_specialist_is_never_told_what_could_sway_a_judgement(leaky: World):
    rita = Caller(leaky.rita)

    for answered in everything_a_specialist_is_told(rita, leaky):
        text = answered.content.decode() + str(dict(answered.headers))
        assert [secret for secret in SECRETS if secret in text] == []
        for item_image in ItemImage.objects.of(leaky.project).select_related("image"):
            assert item_image.image.sha256 not in text


@pytest.mark.parametrize("part", ["items", "items/{item}", "report", "imports", "guideline/draft", "members"])
def test_a_specialist_has_no_way_round(leaky: World, part: str):
    rita = Caller(leaky.rita)
    address = f"/projects/{leaky.project.slug}/{part.replace('{item}', leaky.items[0].public_id)}"

    answered = rita.get(address)

    assert answered.status_code == 403
    assert [secret for secret in SECRETS if secret in answered.content.decode()] == []


def test_a_reviewer_sees_items_but_not_what_made_them(leaky: World):
    rowan, lena = Caller(leaky.rowan), Caller(leaky.lena)
    address = f"/projects/{leaky.project.slug}/items"

    shown, unblinded = rowan.get(address), lena.get(address)

    assert [
        secret for secret in ("secret-model", "secret-camera", "planted-swirl") if secret in str(shown.json())
    ] == []
    for secret in ("secret-model", "secret-camera", "planted-swirl"):
        assert secret in str(unblinded.json())


def test_leads_do_not_see_addresses_and_admins_do(callers: Callers):
    for address in ("/projects/audit/members", "/organisations/atelier/members"):
        assert {row["email"] for row in callers.lena.get(address).json()["members"]} == {None}
        assert "rita@example.org" in {row["email"] for row in callers.omar.get(address).json()["members"]}
