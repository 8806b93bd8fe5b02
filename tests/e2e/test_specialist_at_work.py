"""Rita evaluates single images, by keyboard alone or by hand."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from rubrica.records.models import Assignment, Evaluation, Item, ItemImage, Mark, Rating
from tests.cast import World
from tests.e2e.hands import Workbench

COUNT_DECODED = """() => {
    window.decoded = 0;
    const decode = HTMLImageElement.prototype.decode;
    HTMLImageElement.prototype.decode = async function () {
        await decode.call(this);
        window.decoded += 1;
    };
}"""


def evaluations(world: World) -> list[Evaluation]:
    return list(Evaluation.objects.of(world.project).select_related("item", "assignment").order_by("id"))


def ratings(world: World) -> dict[str, str]:
    return dict(Rating.objects.of(world.project).values_list("criterion", "value"))


def on_the_desk(world: World, workbench: Workbench) -> Item:
    """Return the item whose image and prompt are shown."""
    item = Assignment.objects.of(world.project).select_related("item").get(public_id=workbench.assignment).item
    expect(workbench.find("prompt")).to_have_text(item.prompt)
    return item


def only_mark(world: World) -> Mark:
    return Mark.objects.of(world.project).get()


def close_to(value: float) -> Any:
    """A place in the image, to within about a pixel and a half of the screen."""
    return pytest.approx(value, abs=0.003)


def test_an_image_is_evaluated_by_keyboard_alone_and_the_next_one_appears(world: World, workbench: Workbench):
    seen = workbench.look()
    expect(workbench.find("progress")).to_have_text(re.compile("Item 1 of"))
    first = on_the_desk(world, workbench)
    workbench.press("3", "4", "4", "2")
    workbench.draw_box(right=8, down=6)
    workbench.write("ha ex")
    workbench.press("Enter", "3")
    expect(workbench.find("mark-1").locator(".wb-unseen")).to_have_text(
        "mark 1, Anatomy, extra part, hand, major, centre"
    )
    workbench.press(*["Tab"] * 4)
    workbench.expect_focus_on("mark-note")
    workbench.write("below the cuff")
    workbench.press("Enter", "e")
    workbench.write("Left hand ")
    workbench.press("Alt+1")
    workbench.write(" has six fingers.")
    workbench.submit()
    workbench.expect_saves("Saved")

    expect(workbench.find("progress")).to_have_text(re.compile("Item 2 of"))
    assert on_the_desk(world, workbench) != first
    (evaluation,) = evaluations(world)
    assert (evaluation.rater, evaluation.item) == (world.rita, first)
    assert evaluation.explanation == "Left hand [[1]] has six fingers."
    assert ratings(world) == {"plausibility": "3", "alignment": "4", "aesthetics": "4", "overall": "2"}
    mark = only_mark(world)
    assert (mark.slot, mark.shape, mark.code, mark.part) == (0, "box", "ANAT.extra", "hand")
    assert (mark.severity, mark.note) == (3, "below the cuff")
    assert mark.geometry == {
        "x": close_to(0.5),
        "y": close_to(0.5),
        "width": close_to(8 * 12 / (seen.right - seen.left)),
        "height": close_to(6 * 12 / (seen.bottom - seen.top)),
    }


def test_a_point_and_a_polygon_lie_where_the_pointer_set_them(world: World, workbench: Workbench):
    seen, click = workbench.look(), workbench.page.mouse.click
    workbench.press("3", "5", "5", "3", "p")
    click(*seen.at(0.25, 0.75))
    workbench.write("garb")
    workbench.press("Enter", "2")
    corners = [(0.6, 0.2), (0.8, 0.2), (0.8, 0.5)]
    workbench.press("g")
    for corner in [*corners, corners[0]]:
        click(*seen.at(*corner))
    workbench.write("blur")
    workbench.press("Enter", "1")
    workbench.submit()
    workbench.expect_saves("Saved")

    point, polygon = Mark.objects.of(world.project).order_by("number")
    assert (point.shape, point.code, point.severity) == ("point", "TEXT.garbled", 2)
    assert point.geometry == {"x": close_to(0.25), "y": close_to(0.75)}
    assert (polygon.shape, polygon.code, polygon.severity) == ("polygon", "TECH.blur", 1)
    assert polygon.geometry == {"points": [[close_to(x), close_to(y)] for x, y in corners]}


def test_a_mark_stays_on_its_place_in_the_image_however_the_image_is_moved(workbench: Workbench):
    page = workbench.page
    workbench.press("p")
    page.mouse.click(*workbench.look().at(0.5, 0.5))
    workbench.press("Escape", "Escape", "v")

    def expect_mark_on_the_middle() -> tuple[float, float]:
        x, y = workbench.look().middle
        assert workbench.mark_centre() == (pytest.approx(x, abs=2), pytest.approx(y, abs=2))
        return x, y

    def pull() -> None:
        page.mouse.move(500, 500)
        page.mouse.down()
        page.mouse.move(420, 440, steps=4)
        page.mouse.up()

    fitted = expect_mark_on_the_middle()
    workbench.press("x")
    expect(workbench.find("zoom")).to_have_text("200 %")
    expect_mark_on_the_middle()
    pull()
    pulled = expect_mark_on_the_middle()
    workbench.press("0")
    expect(workbench.find("zoom")).not_to_have_text("200 %")

    assert pulled == (pytest.approx(fitted[0] - 80, abs=3), pytest.approx(fitted[1] - 60, abs=3))
    assert expect_mark_on_the_middle() == fitted


def test_submitting_too_early_says_what_is_missing_and_goes_there(world: World, workbench: Workbench):
    workbench.press("5", "Control+Enter")
    expect(workbench.find("missing")).to_contain_text("Alignment is not answered and 2 more")
    workbench.expect_focus_on("level-alignment-1")
    workbench.press("4", "4", "1", "Control+Enter")
    workbench.expect_focus_on("explanation")
    workbench.press("Escape")
    workbench.draw_box()
    workbench.press("Escape", "Control+Enter")
    workbench.expect_focus_on("mark-error")

    assert evaluations(world) == []


def test_the_question_mark_shows_every_key(workbench: Workbench):
    workbench.press("5", "?")
    dialog = workbench.page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    for words in ("Answer the focused criterion and move on", "Submit and next", "Skip this item", "Cannot judge"):
        expect(dialog.get_by_text(words, exact=True)).to_be_visible()
    workbench.press("3", "Escape")

    expect(dialog).to_be_hidden()
    workbench.expect_focus_on("level-alignment-1")
    expect(workbench.find("missing")).to_contain_text("Alignment is not answered")


def test_one_key_opens_the_guideline_beside_the_work_at_the_clause_in_question(workbench: Workbench):
    workbench.press("5", "u")
    text = workbench.find("guideline-text")
    expect(text.get_by_role("heading", name="AL-1 Alignment")).to_be_in_viewport()
    expect(text.get_by_role("heading", name="GE-1 Order of work")).not_to_be_in_viewport()
    picture, guide = workbench.find("view-a").bounding_box(), text.bounding_box()
    assert picture
    assert guide
    apart = picture["x"] + picture["width"] <= guide["x"] or guide["x"] + guide["width"] <= picture["x"]
    workbench.press("4", "u", "u")

    assert apart
    expect(text).to_be_hidden()
    expect(workbench.find("level-alignment-4")).to_be_checked()


def test_a_clause_is_cited_in_the_explanation_from_the_guideline(workbench: Workbench):
    workbench.page.keyboard.press("u")
    cite = workbench.find("cite-clause")
    anchor = cite.inner_text().removeprefix("Cite ")
    cite.click()
    workbench.page.keyboard.type(" decides.")

    expect(workbench.find("explanation")).to_have_value(f" {anchor} decides.".strip())
    expect(workbench.page.locator(".wb-echo mark")).to_have_text(anchor)


def test_what_cannot_be_judged_is_said_and_counts_as_an_answer(world: World, workbench: Workbench):
    workbench.press("5", "j")
    workbench.find("reason-needs_expertise").check()
    workbench.find("reason-note").fill("Radiology")
    workbench.press("Enter")
    workbench.expect_focus_on("submit")
    workbench.submit()
    workbench.expect_saves("Saved")

    (evaluation,) = evaluations(world)
    assert evaluation.cannot_judge == "needs_expertise"
    assert evaluation.answer["cannot_judge"] == {"reason": "needs_expertise", "note": "Radiology"}
    assert ratings(world) == {}


def test_a_skipped_item_is_passed_on_with_its_reason(world: World, workbench: Workbench):
    first = workbench.assignment
    workbench.press("s")
    workbench.find("reason-too_hard").check()
    workbench.find("reason-note").fill("Too dark")
    workbench.find("reason-done").click()
    workbench.wait_for_another(first)
    workbench.expect_saves("Saved")

    skipped = Assignment.objects.of(world.project).get(public_id=first)
    assert (skipped.state, skipped.skip_reason, skipped.skip_note) == ("skipped", "too_hard", "Too dark")
    assert evaluations(world) == []


def test_the_own_last_evaluation_can_be_revised_and_the_earlier_one_stays(world: World, workbench: Workbench):
    workbench.press("5", "4", "4", "4")
    workbench.submit()
    waiting = workbench.assignment
    workbench.press("3")
    workbench.find("filmstrip").get_by_role("button", name=re.compile("revise")).click()
    expect(workbench.find("level-plausibility-5")).to_be_checked()
    workbench.press("4", "Control+Enter")
    workbench.expect_focus_on("revision-reason")
    workbench.write("Missed the glare")
    workbench.press("Control+Enter")
    expect(workbench.element).to_have_attribute("data-assignment", waiting)
    workbench.expect_saves("Saved")

    expect(workbench.find("level-plausibility-3")).to_be_checked()
    first, second = evaluations(world)
    assert (first.answer["answers"]["plausibility"], second.answer["answers"]["plausibility"]) == (5, 4)
    assert (second.supersedes, second.revision_reason) == (first, "Missed the glare")


def test_the_next_image_is_there_before_it_is_wanted(world: World, enter):
    page: Page = enter(world.rita)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(f"({COUNT_DECODED})()")
    with page.expect_response(re.compile("/view$")), page.expect_response(re.compile("/view$")):
        workbench = Workbench(page).open()
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').filter(e => /view$/.test(e.name)).length >= 2"
    )
    expect(workbench.element).to_have_attribute("data-next", "painted")
    before = list(asked)
    assert page.evaluate("window.decoded") == 2
    workbench.press("5", "4", "4", "4")
    workbench.submit()

    item = on_the_desk(world, workbench)
    (image,) = ItemImage.objects.of(world.project).filter(item=item).values_list("image__public_id", flat=True)
    view = f"/images/{image}/view"
    assert [url for url in before if url.endswith(view)] != []
    assert [url for url in asked[len(before) :] if url.endswith(view)] == []
    assert page.evaluate("performance.getEntriesByName('rubrica:next-image').length") == 1


def test_when_nothing_is_left_the_workbench_says_so(world: World, workbench: Workbench):
    for _ in range(3):
        workbench.press("5", "4", "4", "4")
        workbench.submit()
    workbench.press("5", "4", "4", "4", "Control+Enter")

    expect(workbench.find("phase-empty")).to_contain_text("All done for now")
    workbench.expect_saves("Saved")
    assert {each.item.key for each in evaluations(world)} == {f"image-{number}.png" for number in range(1, 5)}


def test_no_key_is_lost_however_quickly_it_follows_a_closed_dialog(workbench: Workbench):
    workbench.press("?", "Escape", "s", "Escape", "j", "Escape", "4", "?")

    expect(workbench.page.get_by_role("dialog", name="Keys")).to_be_visible()
    expect(workbench.page.get_by_text("Submit and next", exact=True)).to_be_visible()
    expect(workbench.find("level-plausibility-4")).to_be_checked()
