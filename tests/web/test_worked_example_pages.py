"""Worked examples on pages: at their clause, in what changed, and covered where images are."""

import copy

import pytest
from django.test import Client

from rubrica.records.models import GuidelineDraft
from rubrica.usecases import guidelines, projects
from tests.cast import NOON, World

pytestmark = pytest.mark.django_db


def as_(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person, path: str) -> str:
    answer = as_(person).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_worked_example_stands_at_its_clause_told_apart_by_words_and_covered_where_images_are(world: World):
    lena = as_(world.lena)
    draft = GuidelineDraft.objects.of(world.project).get()
    rubric = copy.deepcopy(draft.rubric)
    for key, number in (("item-1", 0), ("item-2", 1)):
        example = {"item": key, "right": 2, "wrong": 4, "why": f"The seam of {key} shows."}
        rubric["criteria"][number]["worked_examples"] = [example]
    rubric["criteria"][1].pop("clause", None)
    guidelines.replace_draft(world.lena, "audit", markdown=draft.markdown, rubric=rubric, now=NOON)
    guidelines.publish_guideline(world.lena, "audit", now=NOON)

    shown = lena.get("/projects/audit/guideline/").content.decode()
    assert shown.count("Tempting, but wrong") == 2
    assert shown.index("The seam of item-1 shows.") < shown.index("The rubric") < shown.index("The seam of item-2")
    assert "Specialists do not see it" in shown
    told = page(world.rita, "/projects/audit/guideline/")
    assert "The seam of" not in told
    assert "2 worked examples are shown once" in told

    for address in ("guideline/changes/?old=1&new=2", "guideline/"):
        assert "may-hide" not in lena.get(f"/projects/audit/{address}").content.decode()
        projects.change_settings(world.lena, "audit", is_sensitive=True, now=NOON)
        covered = lena.get(f"/projects/audit/{address}").content.decode()
        assert covered.count('class="may-hide"') == 2
        assert 'class="reveal"' in covered
        projects.change_settings(world.lena, "audit", is_sensitive=False, now=NOON)


def test_what_changed_shows_examples_with_their_answers_before_and_now(world: World):
    draft = GuidelineDraft.objects.of(world.project).get()
    for right, why in ((2, "It shows."), (3, "It shows a little.")):
        rubric = copy.deepcopy(draft.rubric)
        rubric["criteria"][0]["worked_examples"] = [{"item": "item-1", "right": right, "wrong": 5, "why": why}]
        guidelines.replace_draft(world.lena, "audit", markdown=draft.markdown, rubric=rubric, now=NOON)
        guidelines.publish_guideline(world.lena, "audit", now=NOON)

    shown = page(world.lena, "/projects/audit/guideline/changes/?old=2&new=3")
    assert "says otherwise" in shown
    assert shown.index("It shows.") < shown.index("It shows a little.")
    assert "The rubric is the same." in shown
    assert "/thumbnail" in as_(world.lena).get("/projects/audit/guideline/changes/?old=1&new=2").content.decode()
    assert "The seam" not in page(world.rita, "/projects/audit/guideline/news/")
