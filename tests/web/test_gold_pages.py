"""The pages of gold and tests: the lead's table and plan, and what a specialist is told of a test."""

import pytest
from django.test import Client

from rubrica.domain.gold import Purpose
from rubrica.usecases import assignments, attempts, evaluations, gold
from tests.cast import World, audit_answer, build_world, evaluate

pytestmark = pytest.mark.django_db

ANSWERS = dict.fromkeys(("plausibility", "alignment", "aesthetics", "overall"), 5)


def as_(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person, path: str) -> str:
    answer = as_(person).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def tested(db) -> World:
    """Four gold items, one of them secret; Rita answered all of them two levels off."""
    world = build_world(items=6)
    for place, item in enumerate(world.items[:4]):
        note = "Look at the left hand." if place == 0 else ""
        gold.make_gold(
            world.lena, "audit", item.public_id, answers=ANSWERS, note=note, is_secret=place == 3, now=world.now
        )
    purpose = Purpose.QUALIFICATION
    attempts.order_attempt(world.lena, "audit", world.rita.public_id, purpose, 4, now=world.now)
    return world


def answer_all(world: World) -> None:
    box = {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}
    mark = {"image": "a", "shape": "box", "geometry": box, "code": "TECH.blur", "severity": 2, "note": "", "part": None}
    while offers := assignments.take_assignments(world.rita, "audit", hold=1, now=world.now).assignments:
        held = offers[0].held
        if held.pass_number < 10_000:
            break
        evaluations.submit_evaluation(
            world.rita,
            held.public_id,
            payload=audit_answer(3, marks=[mark], explanation="Mark 1 shows a blur in the left half of the image."),
            key=f"key-{held.public_id}",
            hold=0,
            now=world.later(seconds=20),
        )


def test_a_project_without_gold_says_how_it_comes_about(world: World):
    text = page(world.lena, "/projects/audit/gold/")
    assert "No item is gold yet" in text
    assert "Nothing is asked of you here" in page(world.rita, "/projects/audit/tests/")


def test_an_open_test_is_said_on_today_and_on_its_page(tested: World):
    assert "Qualification: 0 of 4 items answered" in page(tested.rita, "/")
    text = page(tested.rita, "/projects/audit/tests/")
    assert "0 of 4 items are answered" in text
    assert "item-1" not in text


def test_a_failed_test_shows_what_was_right_and_why_save_what_is_secret(tested: World):
    answer_all(tested)
    text = page(tested.rita, "/projects/audit/tests/")
    assert "0 of 16 answers were right" in text
    assert "Look at the left hand." in text
    assert "item-1" in text
    assert "item-4" not in text
    assert "It can be taken again from" in text
    lead = page(tested.lena, "/projects/audit/gold/")
    assert "Failed" in lead
    assert "Rita" not in lead
    assert "Rita" in page(tested.omar, "/projects/audit/gold/")


def test_gold_is_made_and_voided_from_the_pages(tested: World):
    client = as_(tested.lena)
    item = tested.items[4]
    assert "Make this item gold" in page(tested.lena, f"/projects/audit/items/{item.public_id}/")
    client.post(f"/projects/audit/items/{item.public_id}/gold/", {"answer-overall": "2", "note": "Seen at a glance"})
    assert "Expert" in page(tested.lena, f"/projects/audit/items/{item.public_id}/")
    client.post("/projects/audit/gold/5/void/", {"reason": "Wrong"})
    assert "Make this item gold" in page(tested.lena, f"/projects/audit/items/{item.public_id}/")
    answer = client.post("/projects/audit/gold/4/void/", {"reason": ""}, follow=True)
    assert "say why" in answer.content.decode()
    answer = client.post(f"/projects/audit/items/{item.public_id}/gold/", {"answer-overall": "12"}, follow=True)
    assert "was not made gold" in answer.content.decode()


def test_the_plan_is_saved_and_what_is_out_of_range_is_refused(tested: World):
    client = as_(tested.lena)
    numbers = dict.fromkeys(("test_items", "pass_percent", "retake_days", "clarification_items"), "8")
    client.post("/projects/audit/gold/plan/", {**numbers, "breaking_items": "9", "gold_percent": "5"})
    assert gold.plan_of(tested.project).breaking_items == 9
    answer = client.post(
        "/projects/audit/gold/plan/", {**numbers, "breaking_items": "9", "gold_percent": "50"}, follow=True
    )
    assert "The plan was not changed" in answer.content.decode()


def test_a_gold_item_that_everybody_disputes_says_so_to_the_lead(db):
    """Five raters who are right everywhere else answer one item otherwise: the item is in question, not they."""
    world = build_world(items=5)
    for place, item in enumerate(world.items):
        answers = dict.fromkeys(ANSWERS, 2) if place == 0 else ANSWERS
        gold.make_gold(world.lena, "audit", item.public_id, answers=answers, now=world.now)
    for number in range(5):
        rater = world.rater(f"r{number}")
        attempts.order_attempt(world.lena, "audit", rater.public_id, Purpose.CALIBRATION, 5, now=world.now)
        for _ in range(5):
            evaluate(world, rater, audit_answer(5))
    shown = " ".join(page(world.lena, "/projects/audit/gold/").split())
    assert shown.count("disputed</span>") == 1
    assert "of 5" in shown
