"""When there is nothing to judge: what is said, where the keyboard is, and that nobody is kept out."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from rubrica.kit import clock
from rubrica.records.models import Assignment, Evaluation
from rubrica.usecases import accounts, assignments
from tests.cast import World
from tests.e2e.barriers import violations
from tests.e2e.hands import Workbench


def expect_to_stand_still(workbench: Workbench, title: str) -> None:
    """Expect the focus on what is said, and no barrier."""
    expect(workbench.page.locator(".wb-standstill h2")).to_be_focused()
    expect(workbench.page.locator(".wb-standstill h2")).to_have_text(title)
    assert violations(workbench.page) == []


def do_all_that_is_held(workbench: Workbench) -> None:
    """Submit until nothing lies on the desk, while nothing is answered."""
    workbench.press("5", "4", "4", "4")
    workbench.submit()
    workbench.press("5", "4", "4", "4", "Control+Enter")
    expect(workbench.element).to_have_attribute("data-state", "standstill")


def test_without_network_the_focus_waits_on_what_is_said_and_comes_back_to_the_work(workbench: Workbench):
    workbench.page.context.set_offline(True)
    do_all_that_is_held(workbench)
    workbench.expect_saves("Offline: 2 kept here")
    expect_to_stand_still(workbench, "You are offline")
    workbench.page.context.set_offline(False)
    workbench.ready()

    workbench.expect_focus_on("level-plausibility-1")


def test_when_all_is_done_the_focus_is_on_what_is_said(workbench: Workbench):
    for _ in range(3):
        workbench.press("5", "4", "4", "4")
        workbench.submit()
    workbench.press("5", "4", "4", "4", "Control+Enter")

    expect_to_stand_still(workbench, "All done for now")


def test_after_the_session_has_ended_nothing_claims_to_be_fetched(world: World, workbench: Workbench):
    accounts.end_sessions(world.rita, now=clock.now())
    do_all_that_is_held(workbench)
    workbench.expect_saves("Logged out: 2 kept here")

    expect_to_stand_still(workbench, "Your session has ended")


def test_a_tab_that_waits_or_was_left_says_so_where_the_focus_is(workbench: Workbench):
    second = Workbench(workbench.page.context.new_page())
    second.page.goto("/projects/audit/work/")
    expect_to_stand_still(second, "You are at work in another tab")
    second.press("Tab", "Enter")
    second.ready()

    expect_to_stand_still(workbench, "You are at work in another tab")


@pytest.mark.parametrize("closed", [False, True], ids=["on-the-desk", "after-a-reload"])
def test_a_draft_outlives_its_lease(world: World, workbench: Workbench, closed: bool):
    page: Page = workbench.page
    held = Assignment.objects.of(world.project).get(public_id=workbench.assignment)
    workbench.press("2", "3", "e")
    workbench.write("Half a sentence")
    workbench.press("Escape")
    workbench.expect_kept()
    Assignment.objects.of(world.project).filter(pk=held.pk).update(lease_ends=clock.now() - timedelta(minutes=1))
    assignments.take_assignments(world.rater("nora"), "audit", hold=1, now=clock.now())
    held.refresh_from_db()
    assert held.state == "expired"
    # As the receipt of an earlier answer does, which offers the item again.
    assignments.take_assignments(world.rita, "audit", hold=5, now=clock.now())
    if closed:
        page.reload()
        workbench.ready()
        while workbench.assignment != held.public_id:
            workbench.press("5", "4", "4", "4")
            workbench.submit()
    expect(workbench.find("explanation")).to_have_value("Half a sentence")
    for criterion in ("plausibility", "alignment", "aesthetics", "overall"):
        workbench.find(f"level-{criterion}-4").check()
    workbench.submit()
    workbench.expect_saves("Saved")

    (evaluation,) = Evaluation.objects.of(world.project).filter(item=held.item)
    assert evaluation.answer["explanation"] == "Half a sentence"
