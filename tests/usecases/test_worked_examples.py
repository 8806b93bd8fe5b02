"""Worked examples: shown to a specialist only when the item cannot come any more, and naming items that exist."""

import copy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rubrica.domain.change_class import breaking_changes
from rubrica.domain.rubric import parse_rubric
from rubrica.records.models import Evaluation, GuidelineDraft, Item, RoundItem
from rubrica.records.models.guideline import ChangeClass
from rubrica.usecases import gold, guidelines, projects, worked_examples
from rubrica.usecases.access import open_project
from rubrica.usecases.acknowledgements import news_for
from rubrica.usecases.errors import InvalidInputError
from rubrica.usecases.workbench import open_workbench
from tests.cast import World, evaluate, opened_round

pytestmark = pytest.mark.django_db
SEAM = {"item": "item-1", "right": 2, "wrong": 4, "why": "The seam shows."}


def publish(world: World, *examples: dict[str, object]) -> None:
    draft = GuidelineDraft.objects.of(world.project).get()
    rubric = copy.deepcopy(draft.rubric)
    rubric["criteria"][0]["worked_examples"] = list(examples)
    guidelines.replace_draft(world.lena, "audit", markdown=draft.markdown, rubric=rubric, now=world.later(minutes=1))
    guidelines.publish_guideline(world.lena, "audit", change_class=ChangeClass.EDITORIAL, now=world.later(minutes=1))


def seen_by(world: World, account) -> list[str]:
    access = open_project(account, "audit")
    rubric = parse_rubric(world.guideline.rubric)
    shown = [each.example.item for each in worked_examples.examples_for(access, rubric)]
    assert worked_examples.rubric_for(access, rubric).worked_items == set(shown)
    return shown


def judged_by(world: World, rater) -> str:
    """Let a person judge what comes, and return the item's key."""
    evaluate(world, rater)
    return Evaluation.objects.of(world.project).filter(rater=rater).latest("pk").item.key


def test_whoever_may_still_be_given_the_item_does_not_see_its_example(world: World):
    publish(world, *({**SEAM, "item": item.key} for item in world.items))
    ravi = world.rater("ravi")
    assert (seen_by(world, world.rita), seen_by(world, world.rowan)) == ([], ["item-1", "item-2", "item-3"])

    judged = judged_by(world, world.rita)

    assert (seen_by(world, world.rita), seen_by(world, ravi)) == ([judged], [])
    assert [each.example.item for each in open_workbench(world.rita, "audit", now=world.now).worked] == [judged]
    assert open_workbench(ravi, "audit", now=world.now).worked == []


def test_a_complete_item_is_shown_to_all_until_a_place_may_come_back(world: World):
    publish(world, SEAM)
    rater, third = world.rater("ravi"), world.rater("uma")
    Item.objects.of(world.project).exclude(key="item-1").update(places_left=0)
    assert [judged_by(world, each) for each in (world.rita, rater)] == ["item-1", "item-1"]
    assert seen_by(world, third) == ["item-1"]
    access = open_project(world.rowan, "audit")
    (shown,) = worked_examples.examples_for(access, parse_rubric(world.guideline.rubric))
    assert not shown.is_kept_back

    Item.objects.of(world.project).filter(key="item-1").update(places_left=1)

    assert seen_by(world, third) == []
    (shown,) = worked_examples.examples_for(access, parse_rubric(world.guideline.rubric))
    assert shown.is_kept_back


def test_gold_and_what_a_running_round_asks_are_kept_back(world: World):
    Item.objects.of(world.project).update(places_left=0)
    publish(world, SEAM, {**SEAM, "item": "item-2"}, {**SEAM, "item": "item-3"})
    assert seen_by(world, world.rita) == ["item-1", "item-2", "item-3"]

    answers = dict.fromkeys(("plausibility", "alignment", "aesthetics", "overall"), 5)
    item = Item.objects.of(world.project).get(key="item-2")
    gold.make_gold(world.lena, "audit", item.public_id, answers=answers, now=world.now)

    assert seen_by(world, world.rita) == ["item-1", "item-3"]
    asked = RoundItem.objects.of(world.project).get(round=opened_round(world)).item.key
    assert seen_by(world, world.rita) == [key for key in ("item-1", "item-3") if key != asked]


def test_an_item_that_may_come_again_as_a_repeat_is_kept_back_from_who_judged_it(world: World):
    publish(world, SEAM)
    Item.objects.of(world.project).update(places_left=0)
    Item.objects.of(world.project).filter(key="item-1").update(places_left=1)
    evaluate(world, world.rita)
    assert seen_by(world, world.rita) == ["item-1"]

    projects.change_settings(world.lena, "audit", repeat_percent=10, now=world.now)

    assert seen_by(world, world.rita) == []
    assert seen_by(world, world.rater("ravi")) == ["item-1"]


def test_what_is_shown_costs_the_same_with_one_example_and_with_three(world: World):
    costs = []
    for number in (1, 3):
        publish(world, *({**SEAM, "item": f"item-{each + 1}"} for each in range(number)))
        rubric, access = parse_rubric(world.guideline.rubric), open_project(world.rita, "audit")
        with CaptureQueriesContext(connection) as queries:
            worked_examples.examples_for(access, rubric)
        costs.append(len(queries))

    assert costs == [2, 2]


def test_an_example_of_no_item_of_the_project_is_not_published(world: World):
    with pytest.raises(InvalidInputError) as refused:
        publish(world, SEAM, {**SEAM, "item": "nothing"})

    (problem,) = refused.value.problems
    assert problem.field == "criteria[0].worked_examples[1].item"
    assert problem.problem == "is 'nothing', which is no item of the project"


def test_what_changed_tells_a_specialist_no_answer_that_is_still_asked(world: World):
    draft = GuidelineDraft.objects.of(world.project).get()
    rubric = copy.deepcopy(draft.rubric)
    rubric["criteria"][0]["worked_examples"] = [SEAM]
    guidelines.replace_draft(world.lena, "audit", markdown=draft.markdown, rubric=rubric, now=world.now)
    guidelines.publish_guideline(world.lena, "audit", now=world.later(minutes=1))
    news = news_for(world.rita, world.project.pk)
    assert news is not None
    access = open_project(world.rita, "audit")

    assert [each.item for each in news.changes().examples] == ["item-1"]
    assert worked_examples.changes_for(access, news.changes()).examples == ()
    Item.objects.of(world.project).update(places_left=0)
    assert worked_examples.changes_for(access, news.changes()) == news.changes()


def test_an_example_breaks_nothing_and_reaches_its_question(world: World):
    evaluate(world, world.rita)
    old = parse_rubric(world.guideline.rubric)
    publish(world, SEAM)

    assert breaking_changes(old, parse_rubric(world.guideline.rubric)) == ()
