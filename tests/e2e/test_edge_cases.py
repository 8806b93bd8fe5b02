"""A question that the rules do not decide: asked at work, voted on blind, ruled on, back beside the work."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from rubrica.records.models import Account, EdgeCase, ImageDescriptor, Item, Ruling
from tests.cast import World, describe_item, ruled_case
from tests.e2e.barriers import NARROW, overhang, violations
from tests.e2e.hands import Workbench

Enter = Callable[[Account], Page]


def ask(workbench: Workbench, question: str) -> None:
    """Ask by keyboard alone: what is the matter, the question, send."""
    page = workbench.page
    workbench.press("!")
    expect(page.get_by_role("dialog")).to_be_visible()
    workbench.press("Tab", "ArrowDown", "Tab")
    page.keyboard.type(question)
    workbench.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_from_the_question_to_the_precedent(world: World, enter: Enter):
    workbench = Workbench(enter(world.rita)).open()
    workbench.draw_box()
    workbench.press("Escape")
    ask(workbench, "Is a seam along a mirror a fault?")
    expect(workbench.find("told")).to_contain_text("Your question is kept")
    workbench.expect_saves("Saved")
    case = EdgeCase.objects.of(world.project).get()
    assert (case.question, case.kind, case.shape) == ("Is a seam along a mirror a fault?", "gap", "box")

    page = enter(world.lena)
    page.goto("/")
    page.get_by_role("link", name="1 edge case to see to").click()
    page.get_by_role("link", name="Is a seam along a mirror a fault?").click()
    answers = page.get_by_role("group", name="Short answers to the question").get_by_role("textbox")
    answers.nth(0).fill("A fault, minor")
    answers.nth(1).fill("No fault")
    page.get_by_role("button", name="Open the vote").click()

    enter(world.rita).goto("/")
    page.get_by_role("link", name="1 edge case to vote on").click()
    page.get_by_role("link", name="Is a seam along a mirror a fault?").click()
    assert violations(page) == []
    page.get_by_role("radio", name="A fault, minor").check()
    page.get_by_role("button", name="Vote").click()
    expect(page.get_by_role("heading", name="How people would decide")).to_be_visible()

    enter(world.lena).goto("/projects/audit/cases/1/")
    page.get_by_role("button", name="Close the vote").click()
    page.get_by_label("Say something").fill("Mirrors are physics.")
    page.get_by_role("button", name="Say it").click()
    assert violations(page) == []
    page.get_by_label("Decision, in a sentence").fill("A seam is a fault, minor")
    page.get_by_label("Why", exact=True).fill("It is seen at a close look only.")
    page.get_by_label("Criterion").select_option("plausibility")
    page.get_by_role("button", name="Rule", exact=True).click()
    expect(page.get_by_role("heading", name="R-1")).to_be_visible()
    assert Ruling.objects.of(world.project).get().case == case

    enter(world.rita)
    workbench = Workbench(page).open()
    expect(workbench.find("precedents")).to_have_count(0)
    workbench.press("4")
    expect(workbench.find("precedents")).to_contain_text("A seam is a fault, minor")
    expect(workbench.find("ruling-1")).to_be_visible()
    assert violations(page) == []
    workbench.find("ruling-1").click()
    expect(workbench.find("precedent-1")).to_contain_text("It is seen at a close look only.")
    workbench.find("precedent-words").fill("bokeh")
    expect(workbench.find("precedents")).to_contain_text("No ruling has these words")


def test_a_new_kind_of_image_is_said_to_be_unlike_anything_ruled_on_after_the_first_answer(world: World, enter: Enter):
    ruled = ruled_case(world, "Halo?")
    ImageDescriptor.objects.of(world.project).delete()
    for item in Item.objects.of(world.project):
        describe_item(item, 0.9 if item == ruled.item else 0.0)

    workbench = Workbench(enter(world.rita)).open()
    expect(workbench.find("unlike")).to_have_count(0)
    workbench.press("4")
    expect(workbench.find("unlike")).to_contain_text("Unlike anything ruled on")
    expect(workbench.find("precedents")).to_contain_text("So be it")
    assert violations(workbench.page) == []


def test_what_was_typed_stays_when_the_question_is_closed_and_opened_again(world: World, workbench: Workbench):
    page = workbench.page
    workbench.press("!")
    assert violations(page) == []
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a width and a height
    assert (violations(page), overhang(page)) == ([], 0)
    page.get_by_label("One question").fill("Half a tho")
    workbench.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    workbench.press("!")
    expect(page.get_by_label("One question")).to_have_value("Half a tho")


def test_the_pages_of_cases_fit_a_phone_and_everybody(world: World, workbench: Workbench, enter: Enter):
    ask(workbench, "Is a seam along a mirror a fault?")
    workbench.expect_saves("Saved")
    page = enter(world.lena)
    for path in ("cases/", "cases/1/", "rulings/"):
        page.goto(f"/projects/audit/{path}")
        assert violations(page) == []
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a width and a height
        assert (violations(page), overhang(page)) == ([], 0)
