"""A day by keyboard alone: from signing in to three evaluations, each with a mark, a clause and words."""

import re

from playwright.sync_api import Locator, Page, expect

from rubrica.records.models import Evaluation, Mark
from tests.cast import PASSWORD, World
from tests.e2e.hands import Workbench

ERRORS = ("garb", "seam", "ha ex")


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the focus is there."""
    expect(wanted).to_be_visible()
    for _ in range(40):
        if wanted.evaluate("wanted => document.activeElement === wanted"):
            return
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused()


def expect_focus_somewhere(page: Page) -> None:
    """Expect that the next key goes to something, and not to the page as a whole."""
    assert page.evaluate("document.activeElement !== document.body")


def test_from_signing_in_to_three_evaluations_no_mouse_is_needed(world: World, page: Page):
    page.goto("/sign-in/")
    tab_to(page, page.get_by_label("E-mail"))
    page.keyboard.type("rita@example.org")
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    tab_to(page, page.get_by_role("main").locator("a[href$='/projects/audit/work/']").first)
    page.keyboard.press("Enter")
    workbench = Workbench(page).ready()
    for number, error in enumerate(ERRORS, 1):
        expect_focus_somewhere(page)
        workbench.press("3", "4", "4", "2")
        workbench.draw_box()
        workbench.write(error)
        workbench.press("Enter", "3", "y")
        workbench.expect_focus_on("mark-note")
        workbench.write(f"reason {number}")
        workbench.press("Tab")
        workbench.expect_focus_on("mark-clause")
        workbench.write("AL-2")
        workbench.press("Escape", "e")
        workbench.write("It is wrong ")
        workbench.press("Alt+1")
        workbench.write(", as anybody can see.")
        expect_focus_somewhere(page)
        workbench.submit()
    expect_focus_somewhere(page)
    workbench.expect_saves("Saved")

    texts = Evaluation.objects.of(world.project).order_by("pk").values_list("explanation", flat=True)
    assert list(texts) == ["It is wrong [[1]], as anybody can see."] * 3
    marks = list(Mark.objects.of(world.project).order_by("evaluation_id"))
    assert [(mark.severity, mark.clause, mark.note) for mark in marks] == [
        (3, "AL-2", f"reason {n}") for n in (1, 2, 3)
    ]
    assert re.findall("garbled|seam|extra", " ".join(mark.code for mark in marks)) == ["garbled", "seam", "extra"]
