"""Practice: a lead keeps gold for it, and who practises is told after each item what was right."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from rubrica.kit import clock
from rubrica.records.models import Account, Item
from rubrica.usecases import gold
from tests.cast import World
from tests.e2e.barriers import NARROW, overhang, violations
from tests.e2e.hands import Workbench

Enter = Callable[[Account], Page]
RIGHT = {"plausibility": 2, "alignment": 5, "aesthetics": 5, "overall": 5}


def test_who_practises_is_told_what_was_right_and_goes_on_with_the_work(world: World, enter: Enter):
    for item in Item.objects.of(world.project).order_by("pk")[:1]:
        gold.make_gold(
            world.lena, "audit", item.public_id, answers=RIGHT, note="Look at the left hand.", now=clock.now()
        )
    lead = enter(world.lena)
    lead.goto("/projects/audit/gold/")
    lead.get_by_role("button", name="Keep G-1 for practice").click()
    expect(lead.get_by_text("The item is for practice from now on.")).to_be_visible()

    page = enter(world.rita)
    page.goto("/projects/audit/tests/")
    page.get_by_role("button", name="Practise").click()
    workbench = Workbench(page).ready()
    expect(workbench.find("is-test")).to_be_visible()
    workbench.press("5", "5", "5", "5")
    workbench.submit()
    told = workbench.find("notice")
    expect(told).to_contain_text("3 of 4 right")
    expect(told).to_contain_text("Plausibility: you said 5")
    expect(told).to_contain_text("Look at the left hand.")
    expect(workbench.find("is-test")).to_have_count(0)
    assert violations(page) == []

    page.goto("/projects/audit/tests/")
    expect(page.get_by_text("3 of 4 answers were right.")).to_be_visible()
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a width and a height
    assert (violations(page), overhang(page)) == ([], 0)
