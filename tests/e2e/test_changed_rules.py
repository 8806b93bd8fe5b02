"""The rules change while people work: what is in hand goes on, new work waits until what changed was read."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from rubrica.kit import clock
from rubrica.records.models import Account, Evaluation, GuidelineDraft
from rubrica.records.models.guideline import ChangeClass
from rubrica.usecases import guidelines
from tests.cast import World
from tests.e2e.barriers import NARROW, overhang, violations
from tests.e2e.hands import Workbench

Enter = Callable[[Account], Page]


def publish(world: World, change_class: ChangeClass, summary: str) -> None:
    """Change a clause, and publish."""
    draft = GuidelineDraft.objects.of(world.project).get()
    markdown = draft.markdown.replace("The subject is destroyed", "The main subject is destroyed")
    now = clock.now()
    guidelines.replace_draft(world.lena, "audit", markdown=f"{markdown}\nMore.\n", rubric=draft.rubric, now=now)
    guidelines.publish_guideline(world.lena, "audit", summary=summary, change_class=change_class, now=now)


def test_a_breaking_change_is_read_by_keyboard_before_new_work_is_given(world: World, workbench: Workbench):
    page = workbench.page
    publish(world, ChangeClass.BREAKING, "Only the main subject counts")
    for _ in range(2):
        workbench.press("5", "4", "4", "4")
        before = workbench.assignment
        workbench.press("Control+Enter")
        expect(workbench.element).not_to_have_attribute("data-assignment", before)
    expect(workbench.find("phase-changed")).to_contain_text("The guideline has changed")
    expect(page.locator(".wb-standstill h2")).to_be_focused()
    assert violations(page) == []
    workbench.press("Tab", "Enter")
    expect(page.get_by_role("heading", name="What changed for you")).to_be_visible()
    expect(page.get_by_text("Only the main subject counts")).to_be_visible()
    expect(page.locator("ins", has_text="main").first).to_be_visible()
    assert violations(page) == []
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a width and a height
    assert (violations(page), overhang(page)) == ([], 0)
    page.get_by_role("button", name="I have read this: on with the work").press("Enter")
    workbench.ready()
    workbench.press("5", "4", "4", "4")
    workbench.submit()
    workbench.expect_saves("Saved")

    versions = Evaluation.objects.of(world.project).order_by("pk").values_list("guideline__number", flat=True)
    assert list(versions) == [1, 1, 2]


def test_a_clarification_is_told_at_the_desk_and_on_today_and_leaves_when_it_was_read(world: World, enter: Enter):
    page = enter(world.rita)
    publish(world, ChangeClass.CLARIFICATION, "Only the main subject counts")
    page.goto("/")
    expect(page.get_by_text("The rules have changed (v2): Only the main subject counts.")).to_be_visible()
    workbench = Workbench(page).open()
    expect(workbench.find("notice")).to_contain_text("The guideline has changed: version 2")
    assert violations(page) == []
    workbench.find("read-news").click()
    page.get_by_role("button", name="I have read this: on with the work").click()
    workbench.ready()
    expect(workbench.find("notice")).to_have_count(0)
    page.goto("/projects/audit/guideline/news/")

    expect(page.get_by_text("There is nothing new for you to read.")).to_be_visible()


def test_the_lead_sees_who_knows_the_version_in_force(world: World, enter: Enter):
    publish(world, ChangeClass.CLARIFICATION, "Only the main subject counts")
    page = enter(world.lena)
    page.goto("/projects/audit/guideline/")

    expect(page.get_by_role("region", name="Who knows it")).to_contain_text("rater-")
    expect(page.get_by_role("region", name="Who knows it")).to_contain_text("knows v1")


def test_a_guideline_shows_images_of_the_project_in_the_preview_on_its_page_and_beside_the_work(
    world: World, enter: Enter
):
    page = enter(world.lena)
    page.goto("/projects/audit/guideline/edit/")
    text = page.get_by_label("Guideline (Markdown)")
    text.press("ControlOrMeta+End")
    text.press_sequentially("\n## HA-1 Colours\n\n![A 4: the colours meet](item:image-2.png) ![Gone](item:none.png)\n")
    example = page.get_by_role("img", name="A 4: the colours meet")
    expect(page.locator("#preview").get_by_role("img", name="A 4: the colours meet")).to_be_attached()
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_label("What changed, in one line").fill("Colours")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("shows 'none.png', which is no item of the project")).to_be_visible()
    text.fill(text.input_value().replace(" ![Gone](item:none.png)", ""))
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_label("What changed, in one line").fill("Colours")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("heading", name="Guideline v2")).to_be_visible()
    expect(example).to_have_js_property("complete", value=True)
    assert example.evaluate("image => image.naturalWidth") > 0
    assert violations(page) == []
    workbench = Workbench(enter(world.rita)).open()
    workbench.press("u")
    beside = workbench.find("guideline-text").get_by_role("img", name="A 4: the colours meet")
    expect(beside).to_have_js_property("complete", value=True)

    assert beside.evaluate("image => image.naturalWidth") > 0
    assert violations(page) == []
