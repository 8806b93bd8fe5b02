"""The calibration pages: one's own for whoever rates, everybody's for those who see results."""

import pytest
from django.test import Client

from rubrica.records.models import Project
from tests.cast import World, audit_answer, judge_all

pytestmark = pytest.mark.django_db

PATH = "/projects/audit/calibration/"


def page(person, path: str = PATH) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_anything_is_judged_both_pages_say_what_will_be_there(world: World):
    assert "There is nothing to compare yet" in page(world.rita)
    assert "There is nothing to compare yet" in page(world.lena)


def test_before_a_guideline_is_published_both_pages_open(world: World):
    Project.objects.of(world.project).update(guideline=None)
    assert "There is nothing to compare yet" in page(world.rita)
    assert "There is nothing to compare yet" in page(world.lena)


def test_a_rater_sees_own_habits_without_anybody_elses_name(world: World):
    judge_all(world, world.rita, lambda _item, _shown: audit_answer(4))
    judge_all(world, world.rater("remy"), lambda _item, _shown: audit_answer(5))
    own = page(world.rita)
    assert "My calibration" in own
    assert "From 3 evaluations under version 1" in own
    assert "Remy" not in own
    team = page(world.omar)
    assert "Remy" in team
    assert "Rita" in team
    assert "Remy" not in page(world.lena)
    assert "Remy" not in page(world.rowan)


def test_a_version_that_does_not_exist_is_not_found(world: World):
    client = Client()
    client.force_login(world.lena)
    assert client.get(PATH, {"version": "7"}).status_code == 404
    assert client.get(PATH, {"version": "seven"}).status_code in {200, 404}
