"""A program lists what concerns its owner, puts it behind, and chooses how it comes."""

from typing import Any

import pytest

from rubrica.domain.notification import Topic
from rubrica.usecases.notifications import notify
from tests.api.conftest import Callers, problem, statements
from tests.cast import World

pytestmark = pytest.mark.django_db

NEWS = "/me/news"


def tell(world: World, *texts: str, topic: Topic = Topic.REVIEW) -> None:
    for text in texts:
        notify([world.rita], topic, world.project, text, "reviews/1/", now=world.now)


def texts(callers: Callers, query: str = "") -> list[str]:
    return [row["text"] for row in callers.rita.get(NEWS + query).json()["news"]]


def test_news_say_what_about_and_where_they_lead(callers: Callers, world: World):
    tell(world, "Your evaluation was returned.")

    (row,) = callers.rita.get(NEWS).json()["news"]

    assert row == {
        "id": row["id"],
        "project": "audit",
        "topic": "review",
        "text": "Your evaluation was returned.",
        "path": "/projects/audit/reviews/1/",
        "at": "2026-03-02T12:00:00Z",
        "read_at": None,
    }
    assert callers.rowan.get(NEWS).json() == {"news": [], "next_after": None}


def test_news_are_put_behind_one_by_one_or_all_at_once(callers: Callers, world: World):
    tell(world, "One.", "Two.", "Three.")
    newest = callers.rita.get(NEWS).json()["news"][0]["id"]

    assert callers.rowan.post(f"{NEWS}/read", {"ids": [newest]}).json() == {"read": 0}
    assert callers.rita.post(f"{NEWS}/read", {"ids": []}).json() == {"read": 0}
    assert callers.rita.post(f"{NEWS}/read", {"ids": [newest]}).json() == {"read": 1}
    assert texts(callers, "?unread=true") == ["Two.", "One."]
    assert callers.rita.post(f"{NEWS}/read", {}).json() == {"read": 2}
    assert texts(callers, "?unread=true") == []
    assert texts(callers) == ["Three.", "Two.", "One."]


def test_news_are_read_page_by_page_also_while_some_are_put_behind(callers: Callers, world: World):
    tell(world, "One.", "Two.", "Three.")
    first = callers.rita.get(f"{NEWS}?unread=true&limit=2").json()
    callers.rita.post(f"{NEWS}/read", {"ids": [row["id"] for row in first["news"]]})

    rest = callers.rita.get(f"{NEWS}?unread=true&limit=2&after={first['next_after']}").json()

    assert ([row["text"] for row in rest["news"]], rest["next_after"]) == (["One."], None)


@pytest.mark.parametrize(("query", "status"), [("after=x", 422), (f"after={'A' * 22}", 404), ("limit=0", 422)])
def test_a_page_that_there_is_not_is_refused(callers: Callers, query: str, status: int):
    answer = callers.rita.get(f"{NEWS}?{query}")

    assert answer.status_code == status
    problem(answer)


def test_three_pieces_of_news_cost_no_more_statements_than_one(callers: Callers, world: World):
    tell(world, "One.")
    one = statements(lambda: callers.rita.get(NEWS))
    tell(world, "Two.", "Three.")

    assert statements(lambda: callers.rita.get(NEWS)) == one


def test_how_news_come_is_chosen_topic_by_topic(callers: Callers):
    ways = dict.fromkeys(("review", "appeal", "case", "proposal", "guideline", "test", "time", "applying"), "digest")
    assert callers.rita.get(f"{NEWS}/ways").json() == ways

    assert callers.rita.patch(f"{NEWS}/ways", {"review": "now", "test": "app"}).json() == {
        **ways,
        "review": "now",
        "test": "app",
    }

    assert callers.rita.get(f"{NEWS}/ways").json()["review"] == "now"
    assert callers.rowan.get(f"{NEWS}/ways").json() == ways


@pytest.mark.parametrize(("body", "field"), [({"review": "pigeon"}, "review"), ({"weather": "now"}, "weather")])
def test_a_way_that_there_is_not_is_refused(callers: Callers, body: dict[str, Any], field: str):
    answer = callers.rita.patch(f"{NEWS}/ways", body)

    assert (answer.status_code, [row["field"] for row in problem(answer)["problems"]]) == (422, [field])
