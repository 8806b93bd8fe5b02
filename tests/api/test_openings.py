"""Openings for programs: led, found with reasons, kept searches and sources, the notebook, and lists page by page."""

from typing import Any

import pytest

from rubrica.usecases import profiles
from tests.api.conftest import Callers, problem
from tests.cast import World, candidate, declare_fit, fill_queue, opening_document, published_opening

pytestmark = pytest.mark.django_db


def pages(caller: Any, path: str, rows: str) -> list[Any]:
    """Return a list read in pages of one."""
    found, after = [], ""
    while True:
        page = caller.get(f"{path}?limit=1{after}").json()
        assert len(page[rows]) <= 1
        found += page[rows]
        if page["next_after"] is None:
            return found
        after = f"&after={page['next_after']}"


def test_an_opening_is_drafted_checked_completed_published_and_closed(callers: Callers, world: World):
    fill_queue(world.project)
    path = "/projects/audit/openings"
    draft = callers.lena.post(path, {"opening": {"title": "Raters"}}).json()
    assert (draft["number"], draft["state"], draft["posted_at"]) == (1, "draft", None)
    assert {"pay", "hours"} <= {each["field"].partition(".")[0] for each in draft["problems"]}
    refused = callers.lena.post(f"{path}/1/publish")
    assert refused.status_code == 422
    assert problem(refused)["problems"] == draft["problems"]

    whole = callers.lena.put(f"{path}/1", {"opening": opening_document()}).json()
    assert whole["problems"] == []
    shown = callers.lena.post(f"{path}/1/publish").json()
    assert shown["state"] == "open"
    found = callers.rita.get("/openings?search=q%3Dspecialist").json()
    assert [row["id"] for row in found["openings"]] == [shown["id"]]
    assert found["facets"]["data_type"] == {"image": 1}

    assert callers.lena.post(f"{path}/1/close").json()["state"] == "closed"
    assert callers.rita.get("/openings").json()["total"] == 0
    assert callers.rita.get(f"/openings/{shown['id']}").json()["state"] == "closed"
    assert callers.lena.post(f"{path}/1/publish").status_code == 409


def test_a_person_is_told_of_each_rule_and_of_the_match(callers: Callers, world: World):
    row = published_opening(world)
    before = callers.rita.get(f"/openings/{row.public_id}").json()
    declare_fit(world.rita)
    after = callers.rita.get(f"/openings/{row.public_id}").json()

    assert not before["is_eligible"]
    assert all(finding["how"] for finding in before["rules"] if not finding["is_met"])
    assert after["is_eligible"]
    assert after["match"]["points"] > before["match"]["points"]
    assert set(after["match"]["hits"]).isdisjoint(after["match"]["misses"])
    assert after["opening"]["pay"]["currency"] == "USD"


def test_the_least_pay_of_a_profile_is_read_by_its_person_alone(callers: Callers, world: World):
    published_opening(world)
    basics = {"countries": ["CH"], "least_pay": {"minor": 2_500, "currency": "USD"}}
    callers.rita.put("/me/profile", {"declared": {"basics": basics}})

    assert callers.rita.get("/me/profile").json()["declared"]["basics"] == [basics]
    assert "pay" in callers.rita.get("/openings").json()["openings"][0]["match"]["hits"]
    assert profiles.own_profile(world.rita).profile.masked() == {"basics": [{"countries": ["CH"]}]}


def test_what_cannot_be_asked_is_named(callers: Callers):
    answer = callers.rita.get("/openings?search=data_type%3Dsmell")

    assert answer.status_code == 422
    assert [each["field"] for each in problem(answer)["problems"]] == ["data_type"]


def test_a_source_is_added_listed_and_removed_and_an_inner_address_is_none(callers: Callers):
    made = callers.rita.post("/me/opening-sources", {"url": "https://board.example/a.xml", "name": "A"}).json()
    callers.rita.post("/me/opening-sources", {"url": "https://board.example/b.xml", "name": "B"})

    assert [row["name"] for row in pages(callers.rita, "/me/opening-sources", "sources")] == ["A", "B"]
    assert callers.rita.post("/me/opening-sources", {"url": "file:///etc/passwd"}).status_code == 422
    assert callers.rita.post("/me/opening-sources", {"url": "https://board.example/a.xml"}).status_code == 409
    assert callers.rita.delete(f"/me/opening-sources/{made['id']}").status_code == 204
    assert [row["name"] for row in callers.rita.get("/me/opening-sources").json()["sources"]] == ["B"]


def test_a_search_is_kept_silenced_and_removed(callers: Callers):
    kept = callers.rita.post("/me/searches", {"name": "Images", "search": "eligible=yes&q=image"}).json()
    assert kept["search"] == "q=image&eligible=yes"
    assert callers.rita.patch(f"/me/searches/{kept['id']}", {"by_mail": False}).json()["by_mail"] is False
    assert callers.rita.post("/me/searches", {"name": "None", "search": "order=luck"}).status_code == 422
    callers.rita.delete(f"/me/searches/{kept['id']}")

    assert callers.rita.get("/me/searches").json() == {"searches": []}


def test_an_application_elsewhere_is_noted_in_ones_own_notebook(callers: Callers):
    path = "/me/tracked-applications"
    first = callers.rita.post(path, {"platform": "Board", "title": "One"}).json()
    callers.rita.post(path, {"platform": "Board", "title": "Two"})
    assert callers.rita.post(f"{path}/{first['id']}/steps", {"event": "work"}).status_code == 409
    income = {"amount": "12.50", "currency": "USD"}
    callers.rita.put(f"{path}/{first['id']}", {"platform": "Board", "title": "One", "income": income})
    stepped = callers.rita.post(f"{path}/{first['id']}/steps", {"event": "apply"}).json()

    assert (stepped["state"], stepped["income"]) == ("applied", income)
    assert stepped["possible"] == ["test", "accept", "reject", "give_up"]
    assert [row["title"] for row in pages(callers.rita, path, "applications")] == ["One", "Two"]
    assert callers.otto.get(path).json() == {"applications": [], "next_after": None}
    wrong = {"platform": "Board", "title": "One", "income": {"amount": "1,5", "currency": "USD"}}
    assert callers.rita.post(path, wrong).status_code == 422


def test_lists_of_openings_and_applications_are_read_page_by_page(callers: Callers, world: World, call: Any):
    first, second = published_opening(world), published_opening(world, title="Second of them")
    anna, bert = candidate(), candidate("bert")
    for person in (anna, bert):
        for row in (first, second):
            assert call(person).post(f"/openings/{row.public_id}/application", {"answers": {}}).status_code == 201

    assert [row["number"] for row in pages(callers.lena, "/projects/audit/openings", "openings")] == [2, 1]
    assert [row["opening"] for row in pages(call(anna), "/me/applications", "applications")] == [
        second.public_id,
        first.public_id,
    ]
    read = [row["number"] for row in pages(callers.lena, "/projects/audit/applications", "applications")]
    whole = callers.lena.get("/projects/audit/applications").json()
    assert read == [row["number"] for row in whole["applications"]]
    assert sorted(read) == [1, 2, 3, 4]
    assert callers.lena.get("/projects/audit/applications?after=99").json()["applications"] == []
