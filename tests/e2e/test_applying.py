"""Applying in a real browser: what is typed is kept without a click, and is there when one comes back."""

from playwright.sync_api import expect

from rubrica.kit import clock
from rubrica.records.models import Application
from rubrica.usecases import application_forms
from tests.cast import build_world, candidate, published_opening
from tests.usecases.applying import QUESTIONS


def test_a_draft_keeps_what_is_typed(server_url: str, enter):
    world = build_world()
    opening = published_opening(world)
    application_forms.replace_questions(world.lena, "audit", opening.number or 0, QUESTIONS, now=clock.now())
    anna = candidate()
    page = enter(anna)
    page.goto(f"/openings/{opening.public_id}/apply/")
    page.get_by_label("What is a fault of anatomy?").fill("Six fingers on a hand.")
    expect(page.get_by_role("status")).to_have_text("Kept.")
    page.goto("/applications/")
    page.get_by_role("link", name="Image evaluation specialist").click()

    expect(page.get_by_label("What is a fault of anatomy?")).to_have_value("Six fingers on a hand.")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Under review")).to_be_visible()
    assert Application.objects.of_account(anna).get().answers == {"why": "Six fingers on a hand.", "screen": "Yes"}
