"""Whatever happens to the network, the session or the lease: what Rita wrote stays, and counts once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from rubrica.kit import clock
from rubrica.records.models import Assignment, Evaluation
from rubrica.usecases import accounts, assignments, evaluations
from tests.cast import PASSWORD, World, audit_answer, build_world
from tests.e2e.hands import Workbench, sign_in
from tests.e2e.studio import Studio

SUBMISSIONS = re.compile("/submission")


def stored(world: World) -> list[dict[str, Any]]:
    """Return the answers that the server has."""
    rows = Evaluation.objects.of(world.project).order_by("id")
    return [answer["answers"] for answer in rows.values_list("answer", flat=True)]


def answers(*scores: int) -> dict[str, int]:
    given = dict(zip(("plausibility", "alignment", "aesthetics", "overall"), scores, strict=True))
    # A list that was left alone says that there is none.
    return {**given, "missing_words": []}


def test_a_reload_keeps_what_was_begun(world: World, workbench: Workbench):
    before = workbench.assignment
    workbench.press("2", "3")
    workbench.draw_box()
    workbench.write("garb")
    workbench.press("Enter", "2", "e")
    workbench.write("Half a sentence")
    workbench.expect_kept()
    workbench.page.reload()
    workbench.ready()

    assert workbench.assignment == before
    expect(workbench.find("level-plausibility-2")).to_be_checked()
    expect(workbench.find("level-alignment-3")).to_be_checked()
    expect(workbench.find("explanation")).to_have_value("Half a sentence")
    expect(workbench.find("mark-1").locator(".wb-unseen")).to_have_text(
        re.compile("Garbled.*moderate"), ignore_case=True
    )


def test_what_is_submitted_without_network_is_sent_once_when_it_is_back(world: World, workbench: Workbench):
    workbench.page.context.set_offline(True)
    workbench.press("5", "4", "4", "4")
    workbench.submit()
    workbench.expect_saves("Offline: 1 kept here")
    workbench.press("4", "4", "4", "4", "Control+Enter")
    workbench.expect_saves("Offline: 2 kept here")
    expect(workbench.find("phase-waiting")).to_contain_text("You are offline")
    assert stored(world) == []
    workbench.page.context.set_offline(False)
    workbench.expect_saves("Saved")

    workbench.ready()
    assert stored(world) == [answers(5, 4, 4, 4), answers(4, 4, 4, 4)]


def test_what_waits_for_the_network_survives_a_reload(world: World, workbench: Workbench):
    page = workbench.page
    page.route(SUBMISSIONS, lambda route: route.abort())
    workbench.press("5", "4", "4", "4")
    workbench.submit()
    workbench.expect_saves("Offline: 1 kept here")
    page.unroute(SUBMISSIONS)
    page.reload()
    workbench.expect_saves("Saved")

    assert stored(world) == [answers(5, 4, 4, 4)]


def test_an_answer_whose_receipt_was_lost_is_sent_again_and_stored_once(world: World, workbench: Workbench):
    keys: list[str] = []

    def lose_the_first_receipt(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            assert route.fetch().status == 201
            route.abort()
        else:
            route.continue_()

    workbench.page.route(SUBMISSIONS, lose_the_first_receipt)
    workbench.press("5", "4", "4", "4")
    workbench.submit()
    workbench.expect_saves("Saved")

    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert stored(world) == [answers(5, 4, 4, 4)]


def test_submitting_twice_in_haste_stores_once(world: World, workbench: Workbench):
    first = workbench.assignment
    workbench.press("5", "4", "4", "4", "Control+Enter", "Control+Enter")
    workbench.wait_for_another(first)
    workbench.expect_saves("Saved")
    workbench.press("4", "4", "4", "4")
    second = workbench.assignment
    workbench.find("submit").dblclick()
    workbench.wait_for_another(second)
    workbench.expect_saves("Saved")

    assert stored(world) == [answers(5, 4, 4, 4), answers(4, 4, 4, 4)]


def test_a_session_that_ended_asks_to_sign_in_again_and_loses_nothing(world: World, workbench: Workbench):
    page = workbench.page
    accounts.end_sessions(world.rita, now=clock.now())
    workbench.press("5", "4", "4", "4", "Control+Enter")
    workbench.expect_saves("Logged out: 1 kept here")
    expect(workbench.find("notice")).to_contain_text("Your session has ended")
    workbench.ready()
    workbench.press("2", "3")
    assert stored(world) == []

    workbench.find("log-in").click()
    page.get_by_label("E-mail").fill("rita@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    workbench.ready()
    workbench.expect_saves("Saved")

    expect(workbench.find("level-plausibility-2")).to_be_checked()
    expect(workbench.find("level-alignment-3")).to_be_checked()
    assert stored(world) == [answers(5, 4, 4, 4)]


def test_a_laptop_that_was_closed_overnight_goes_on_where_it_was(world: World, workbench: Workbench):
    """Frozen with an answer unsent and a draft; when it wakes, the session and the leases have ended."""
    page = workbench.page
    laptop = page.context.new_cdp_session(page)
    workbench.press("4")
    expect(workbench.element).to_have_attribute("data-next", "painted")
    page.context.set_offline(True)
    workbench.press("4", "4", "4")
    workbench.submit()
    workbench.expect_saves("Offline: 1 kept here")
    workbench.press("2", "3", "e")
    workbench.write("Half a sentence")
    workbench.expect_kept()
    draft = workbench.assignment
    laptop.send("Page.setWebLifecycleState", {"state": "frozen"})
    accounts.end_sessions(world.rita, now=clock.now())
    held = Assignment.objects.of(world.project).filter(rater=world.rita, state="open")
    held.update(lease_ends=clock.now() - timedelta(hours=8))
    assignments.take_assignments(world.rater("nora"), "audit", hold=1, now=clock.now())
    assert not held.exists()
    laptop.send("Page.setWebLifecycleState", {"state": "active"})
    page.context.set_offline(False)
    workbench.expect_saves("Logged out: 1 kept here")
    assert stored(world) == []
    workbench.find("log-in").click()
    page.get_by_label("E-mail").fill("rita@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    workbench.ready()
    workbench.expect_saves("Saved")

    assert workbench.assignment == draft
    expect(workbench.find("level-plausibility-2")).to_be_checked()
    expect(workbench.find("explanation")).to_have_value("Half a sentence")
    assert stored(world) == [answers(4, 4, 4, 4)]


def test_who_signs_in_on_the_same_browser_sees_nothing_of_the_one_before(world: World, workbench: Workbench, enter):
    nora = world.rater("nora")
    workbench.page.route(SUBMISSIONS, lambda route: route.abort())
    workbench.press("5", "4", "4", "4")
    workbench.submit()
    workbench.expect_saves("Offline: 1 kept here")
    workbench.page.unroute(SUBMISSIONS)
    enter(nora)
    workbench.open()
    workbench.expect_saves("Saved")

    expect(workbench.find("level-plausibility-5")).not_to_be_checked()
    assert stored(world) == []


@pytest.fixture
def single_rated(server_url: str, studio: Studio) -> World:
    """A world in which one evaluation completes an item."""
    return studio.single_images(build_world(items=0, overlap=1), 4)


def test_whoever_lost_the_lease_is_told_and_the_answer_is_kept_though_not_counted(single_rated: World, enter):
    world = single_rated
    page: Page = enter(world.rita)
    workbench = Workbench(page).open()
    lost = workbench.assignment
    Assignment.objects.of(world.project).filter(public_id=lost).update(lease_ends=clock.now() - timedelta(minutes=1))
    nora, now = world.rater("nora"), clock.now()
    held = assignments.take_assignments(nora, "audit", hold=5, now=now).assignments
    item = Assignment.objects.of(world.project).get(public_id=lost).item
    (taken,) = [offer.held.public_id for offer in held if offer.held.item_id == item.pk]
    evaluations.submit_evaluation(nora, taken, payload=audit_answer(4), key=f"key-{taken}", hold=1, now=now)
    workbench.press("5", "5", "5", "5")
    workbench.submit()
    expect(workbench.find("notice")).to_contain_text(f"Time ran out on item {item.key}")
    expect(workbench.find("notice")).to_contain_text("Your answer is kept")
    workbench.press("4", "4", "4", "4", "Control+Enter")
    workbench.expect_saves("Saved")

    assert stored(world) == [audit_answer()["answers"], answers(4, 4, 4, 4)]
    late = Assignment.objects.of(world.project).get(public_id=lost).late_answer
    assert late["answers"] == answers(5, 5, 5, 5)


def test_two_tabs_do_not_fight(world: World, workbench: Workbench):
    first = workbench.page
    workbench.press("2", "3")
    workbench.expect_kept()
    held = workbench.assignment
    second = Workbench(first.context.new_page())
    second.page.goto("/projects/audit/work/")

    expect(second.find("phase-elsewhere")).to_contain_text("One tab at a time")
    second.find("work-here").click()
    second.ready()
    assert second.assignment == held
    expect(second.find("level-plausibility-2")).to_be_checked()
    expect(workbench.find("phase-elsewhere")).to_be_visible()
    second.press("Escape")
    for criterion in ("plausibility", "alignment", "aesthetics", "overall"):
        second.find(f"level-{criterion}-4").check()
    second.submit()
    second.expect_saves("Saved")
    following = second.assignment
    second.page.close()

    workbench.ready()  # the work comes back by itself when the tab that had it closes
    assert workbench.assignment == following
    assert stored(world) == [answers(4, 4, 4, 4)]


def test_at_two_hundred_percent_all_is_there_and_nothing_is_cut_off(world: World, server_url: str, browser: Browser):
    # A browser zoomed to 200 % lays the page out in half the pixels and draws each twice as large.
    context = browser.new_context(base_url=server_url, viewport={"width": 720, "height": 450}, device_scale_factor=2)
    try:
        sign_in(context, world.rita, server_url)
        zoomed = Workbench(context.new_page()).open()
        assert zoomed.page.evaluate("document.documentElement.scrollWidth") <= 720
        expect(zoomed.find("notice")).to_contain_text("It has 720 × 450 pixels")
        for name in ("view-a", "level-plausibility-5", "explanation", "submit", "keys-open", "tool-box"):
            zoomed.find(name).scroll_into_view_if_needed()
            expect(zoomed.find(name)).to_be_in_viewport()
        zoomed.press("5", "4", "4", "4")
        zoomed.submit()
        zoomed.expect_saves("Saved")
    finally:
        context.close()
    assert stored(world) == [answers(5, 4, 4, 4)]
