"""Precedents over the API: what they are like, and whether the item is unlike all of them."""

import pytest

from rubrica.records.models import Assignment, Item
from tests.api.conftest import Callers
from tests.cast import World, add_items, describe_item, ruled_case

pytestmark = pytest.mark.django_db


def test_precedents_say_in_what_they_are_alike_and_whether_the_item_is_unlike_all(callers: Callers, world: World):
    add_items(world.project, 2)
    ruled = ruled_case(world, "Halo?")
    held = callers.rita.post("/projects/audit/assignments", {"hold": 1}).json()["assignments"][0]["id"]
    here = Item.objects.of(world.project).get(pk=Assignment.objects.of(world.project).get(public_id=held).item_id)
    path = f"/assignments/{held}/precedents"

    def found() -> tuple[list[list[str]], bool]:
        answer = callers.rita.get(path).json()
        return [precedent["alike"] for precedent in answer["precedents"]], answer["unlike"]

    assert found() == ([[]], False), "nothing is described"
    row = describe_item(here, 0.0)
    describe_item(ruled.item, 0.006)
    assert found() == ([["similar"]], False)
    row.delete()
    describe_item(here, 0.9)
    assert found() == ([[]], True)
