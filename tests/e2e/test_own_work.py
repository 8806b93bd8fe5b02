"""One's own work: looked back at, corrected with a reason, and back to what was in hand."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from rubrica.records.models import Account, Evaluation
from tests.cast import World, evaluate
from tests.e2e.barriers import NARROW, violations
from tests.e2e.hands import Workbench

Enter = Callable[[Account], Page]


def test_an_earlier_evaluation_is_revised_from_my_work_and_what_was_in_hand_is_still_there(world: World, enter: Enter):
    evaluate(world, world.rita)
    evaluate(world, world.rita)
    first, _ = Evaluation.objects.of(world.project).select_related("item").order_by("pk")
    page = enter(world.rita)
    workbench = Workbench(page).open()
    in_hand = workbench.assignment
    workbench.press("5", "4")
    workbench.expect_kept()

    page.goto("/my-work/")
    page.get_by_role("link", name=f"Revise your evaluation of {first.item.key}").click()
    expect(workbench.element).to_have_attribute("data-assignment", first.public_id)
    workbench.find("level-overall-5").check()
    workbench.find("revision-reason").fill("I had missed the light")
    workbench.find("submit").click()

    workbench.expect_saves("Saved")
    expect(workbench.element).to_have_attribute("data-assignment", in_hand)
    expect(workbench.find("level-plausibility-5")).to_be_checked()
    expect(workbench.find("level-alignment-4")).to_be_checked()
    revised = Evaluation.objects.of(world.project).get(supersedes=first)
    assert (revised.answer["answers"]["overall"], revised.revision_reason) == (5, "I had missed the light")


def test_the_bar_counts_what_was_done_today(world: World, enter: Enter):
    workbench = Workbench(enter(world.rita)).open()
    expect(workbench.find("today")).to_be_hidden()
    workbench.press("5", "4", "4", "4")
    workbench.submit()
    expect(workbench.find("today")).to_have_text("1 today, 0 min")
    workbench.expect_saves("Saved")
    workbench.page.reload()
    workbench.ready()
    expect(workbench.find("today")).to_have_text("1 today, 0 min")


def test_my_work_shows_ones_pace_and_keeps_nobody_out(world: World, enter: Enter):
    page = enter(world.rita)
    workbench = Workbench(page).open()
    workbench.press("5", "4", "4", "4")
    workbench.submit()
    workbench.expect_saves("Saved")
    page.goto("/my-work/")

    row = page.get_by_role("row", name="Today")
    expect(row.get_by_role("cell").first).to_have_text("1")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    page.set_viewport_size(NARROW)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
