"""Projects and what they hold: making, changing, looking through."""

from typing import Any

import pytest

from rubrica.domain.templates import template_guideline, template_keys, template_rubric
from rubrica.records.models import Item, ItemImage, Project, ProjectMembership
from tests.api.conftest import Callers, problem
from tests.cast import NOON, World, add_items, evaluate

pytestmark = pytest.mark.django_db


def test_the_list_names_own_projects_with_their_counts(callers: Callers, world: World):
    evaluate(world, world.rita)

    listed = callers.rita.get("/projects").json()["projects"]

    assert listed == [
        {
            "slug": "audit",
            "name": "Audit",
            "description": "",
            "organisation": {"slug": "atelier", "name": "Atelier"},
            "template": "ai-image-audit",
            "state": "active",
            "role": "specialist",
            "overlap": 2,
            "lease_seconds": 1800,
            "repeat_percent": 0,
            "is_sensitive": False,
            "may_be_named": False,
            "hourly_limit": None,
            "hourly_cost": None,
            "most_overlap": 0,
            "guideline": {
                "version": 1,
                "content_hash": world.guideline.content_hash,
                "published_at": "2026-03-02T12:00:00Z",
            },
            "items": 3,
            "completed_items": 0,
            "evaluations": 1,
            "created_at": "2026-03-02T12:00:00Z",
        }
    ]
    assert callers.rita.get("/projects/audit").json() == listed[0]
    assert callers.petra.get("/projects").json() == {"projects": []}


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_whatever_its_length(
    callers: Callers, world: World, count: int, django_assert_num_queries: Any
):
    Item.objects.of(world.project).delete()
    add_items(world.project, count)
    for number in range(count - 1):
        callers.lena.post(
            "/projects", {"organisation": "atelier", "name": f"More {number}", "template": "side-by-side"}
        )

    with django_assert_num_queries(6):
        assert len(callers.lena.get("/projects").json()["projects"]) == count
    with django_assert_num_queries(6):
        assert len(callers.lena.get("/projects/audit/items").json()["items"]) == count


def test_a_lead_makes_a_project_from_a_template(callers: Callers):
    new = {"organisation": "atelier", "name": "Portraits, Mai", "template": "side-by-side", "description": "é\nzwei"}

    answer = callers.lena.post("/projects", new)

    made = answer.json()
    assert answer.status_code == 201
    assert (made["slug"], made["state"], made["role"], made["guideline"]) == ("portraits-mai", "draft", "lead", None)
    assert made["description"] == "é\nzwei"
    assert callers.lena.get("/projects/portraits-mai").json() == made


def test_settings_that_are_left_out_stay(callers: Callers, world: World):
    answer = callers.lena.patch("/projects/audit", {"overlap": 5, "description": "For June"})

    changed = answer.json()
    assert (changed["overlap"], changed["description"]) == (5, "For June")
    assert (changed["name"], changed["lease_seconds"]) == ("Audit", 1800)
    assert callers.lena.patch("/projects/audit", {}).json() == changed


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"overlap": 0}, "overlap"),
        ({"overlap": 51}, "overlap"),
        ({"overlap": "3"}, "overlap"),
        ({"overlap": True}, "overlap"),
        ({"lease_seconds": 59}, "lease_seconds"),
        ({"repeat_percent": 21}, "repeat_percent"),
        ({"repeat_percent": -1}, "repeat_percent"),
        ({"hourly_limit": 1_001}, "hourly_limit"),
        ({"is_sensitive": "yes"}, "is_sensitive"),
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"state": "closed"}, "state"),
        ({"hourly_cost": {"amount": "25.001", "currency": "USD"}}, "hourly_cost"),
        ({"hourly_cost": {"amount": "25", "currency": "usd"}}, "currency"),
        ({"hourly_cost": "25"}, "hourly_cost"),
    ],
)
def test_settings_out_of_range_change_nothing(callers: Callers, settings: dict[str, object], field: str):
    before = callers.lena.get("/projects/audit").json()

    answer = callers.lena.patch("/projects/audit", settings)

    assert [row["field"] for row in problem(answer)["problems"]] == [field]
    assert callers.lena.get("/projects/audit").json() == before


def test_a_project_is_paused_and_resumed(callers: Callers, world: World):
    assert callers.lena.put("/projects/audit/state", {"state": "paused"}).json()["state"] == "paused"
    assert callers.lena.put("/projects/audit/state", {"state": "active"}).json()["state"] == "active"


def test_a_state_that_cannot_follow_is_a_conflict(callers: Callers, world: World):
    assert problem(callers.lena.put("/projects/audit/state", {"state": "active"}))["type"] == "conflict"
    assert problem(callers.lena.put("/projects/audit/state", {"state": "draft"}))["type"] == "invalid-input"


def test_members_are_listed_given_roles_and_sent_away(callers: Callers, world: World):
    address = f"/projects/audit/members/{world.rowan.public_id}"

    assert callers.omar.put(address, {"role": "specialist"}).status_code == 204
    members = callers.omar.get("/projects/audit/members").json()["members"]
    assert {(row["name"], row["role"]) for row in members} == {
        ("Lena", "lead"),
        ("Rita", "specialist"),
        ("Rowan", "specialist"),
    }
    assert callers.omar.delete(address).status_code == 204
    assert not ProjectMembership.objects.of(world.project).get(account=world.rowan).is_active
    assert callers.rowan.get("/projects/audit").status_code == 404


@pytest.mark.parametrize("role", ["organisation_admin", "platform_admin", "owner", ""])
def test_a_role_that_projects_do_not_have_is_refused(callers: Callers, world: World, role: str):
    answer = callers.omar.put(f"/projects/audit/members/{world.rowan.public_id}", {"role": role})

    assert [row["field"] for row in problem(answer)["problems"]] == ["role"]


def test_templates_are_shown_with_rubric_and_guideline(callers: Callers):
    listed = callers.rita.get("/templates").json()["templates"]

    assert [row["key"] for row in listed] == list(template_keys())
    for row in listed:
        shown = callers.rita.get(f"/templates/{row['key']}").json()
        rubric = template_rubric(row["key"])
        assert shown == {**row, "rubric": rubric.as_json(), "guideline": template_guideline(row["key"])}


def test_items_come_in_pages_until_the_last(callers: Callers, world: World):
    add_items(world.project, 2)
    pages, after = [], ""
    while after is not None:
        page = callers.rowan.get(f"/projects/audit/items?limit=2{after and f'&after={after}'}").json()
        pages.append([row["key"] for row in page["items"]])
        after = page["next_after"]

    assert pages == [["item-1", "item-2"], ["item-3", "item-4"], ["item-5"]]


def test_a_full_last_page_says_that_it_is_the_last(callers: Callers):
    assert callers.rowan.get("/projects/audit/items?limit=3").json()["next_after"] is None


def test_a_page_after_another_projects_item_is_not_found(callers: Callers, world: World):
    elsewhere = add_items(world.others_project, 1)[0].public_id

    assert callers.lena.get(f"/projects/audit/items?after={elsewhere}").status_code == 404
    assert callers.lena.get(f"/projects/audit/items/{elsewhere}").status_code == 404


def test_an_item_is_shown_whole_to_a_lead(callers: Callers, world: World):
    item = Item.objects.of(world.project).order_by("pk")[0]
    image = ItemImage.objects.of(world.project).select_related("image").get(item=item).image

    shown = callers.lena.get(f"/projects/audit/items/{item.public_id}").json()

    address = f"/api/v1/images/{image.public_id}"
    assert shown == {
        "id": item.public_id,
        "key": "item-1",
        "prompt": "a prompt for item 1",
        "images": [
            {
                "id": image.public_id,
                "slot": "a",
                "width": 640,
                "height": 480,
                "view_url": f"{address}/view",
                "thumbnail_url": f"{address}/thumbnail",
                "tiles": None,
                "source_model": "secret-model-0",
            }
        ],
        "evaluations": 0,
        "withdrawn": False,
        "metadata": {"camera": "secret-camera"},
        "known_defects": [],
        "created_at": "2026-03-02T12:00:00Z",
    }
    assert Project.objects.of(world.project).get().created_at == NOON


def test_what_an_hour_costs_is_told_to_those_who_run_the_project_alone(callers: Callers):
    cost = {"amount": "27.50", "currency": "USD"}

    assert callers.lena.patch("/projects/audit", {"hourly_cost": cost}).json()["hourly_cost"] == cost
    assert callers.lena.get("/projects/audit").json()["hourly_cost"] == cost
    assert callers.rita.get("/projects/audit").json()["hourly_cost"] is None
    assert callers.lena.patch("/projects/audit", {"hourly_cost": None}).json()["hourly_cost"] is None
