"""Lena leads: from an empty project to results, in a browser."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rubrica.records.models import Account, GuidelineVersion, Invitation, Item, Mark, Project
from rubrica.usecases import guidelines, projects
from tests.cast import NOON, World, audit_answer, build_world, evaluate
from tests.e2e.hands import Workbench
from tests.imaging.makers import encoded, quarters, texture

Enter = Callable[[Account], Page]
MARK = {
    "image": "a",
    "shape": "box",
    "geometry": {"x": 0.75, "y": 0.25, "width": 0.1, "height": 0.1},
    "code": "TEXT.garbled",
    "severity": 2,
    "note": "a sign",
}
DARKEST = """svg => {
  const opacity = cell => Number(cell.getAttribute("fill-opacity"));
  const darkest = [...svg.querySelectorAll("rect")].reduce((a, b) => (opacity(a) >= opacity(b) ? a : b));
  const { width, height } = svg.viewBox.baseVal;
  return [(darkest.x.baseVal.value + 0.5) / width, (darkest.y.baseVal.value + 0.5) / height];
}"""
"""The middle of the darkest cell, in shares of the picture."""


@pytest.fixture
def empty(server_url: str) -> World:
    """A world without images: enough for what comes before them."""
    return build_world(items=0)


@pytest.fixture
def rated(world: World) -> World:
    """Two people have judged every item, and marked the same place in each."""
    for rater in (world.rita, world.rater("nora")):
        for _ in range(4):
            evaluate(world, rater, audit_answer(3, marks=[MARK]))
    return world


def test_a_project_is_made_from_a_template(empty: World, enter: Enter):
    page = enter(empty.lena)
    page.goto("/projects/")
    page.get_by_role("link", name="New project").click()
    page.get_by_label("Name").fill("Harbour at night")
    page.get_by_role("radio", name="Side-by-side preference").check()
    page.get_by_role("button", name="Create the project").click()

    expect(page.get_by_role("heading", name="Harbour at night")).to_be_visible()
    made = Project.objects.visible_to(empty.lena).get(slug="harbour-at-night")
    assert (made.name, made.template, made.state) == ("Harbour at night", "side-by-side", "draft")


def test_uploaded_images_come_in_and_the_bad_one_gets_its_reason(empty: World, enter: Enter, tmp_path: Path):
    page = enter(empty.lena)
    good = {f"good-{n}.jpg": encoded(texture(64, 48, seed=n), "JPEG") for n in (1, 2)}
    for name, data in {**good, "bad.jpg": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}.items():
        (tmp_path / name).write_bytes(data)
    page.goto("/projects/audit/imports/")
    page.get_by_label("Images; or a CSV or JSONL file").set_input_files(sorted(tmp_path.iterdir()))
    page.get_by_role("button", name="Import").click()
    row = page.get_by_role("row").filter(has_text="bad.jpg")
    expect(row).to_contain_text("SVG", timeout=30_000)
    expect(page.get_by_text("Finished")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="See the items").click()

    expect(page.get_by_role("link", name=re.compile("good-1.jpg"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("bad.jpg"))).to_have_count(0)
    assert set(Item.objects.of(empty.project).values_list("key", flat=True)) == set(good)


def test_a_panorama_of_sixty_megapixels_is_imported_and_marked_to_the_pixel(empty: World, enter: Enter, tmp_path: Path):
    width, height = 12_000, 5_000
    (tmp_path / "panorama.png").write_bytes(encoded(quarters(width, height), "PNG"))
    page = enter(empty.lena)
    page.goto("/projects/audit/imports/")
    page.get_by_label("Images; or a CSV or JSONL file").set_input_files(tmp_path / "panorama.png")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Finished")).to_be_visible(timeout=120_000)
    workbench = Workbench(enter(empty.rita)).open()
    workbench.press("3", "4", "4", "3", "z")
    expect(workbench.find("zoom")).to_have_text("100 %")
    workbench.press("p")
    page.mouse.click(*workbench.look().middle)
    workbench.write("seam")
    workbench.press("Enter", "1")
    workbench.press("Control+Enter")
    expect(workbench.find("phase-empty")).to_be_visible()
    workbench.expect_saves("Saved")

    (mark,) = Mark.objects.of(empty.project)
    assert abs(mark.geometry["x"] * width - width / 2) <= 1
    assert abs(mark.geometry["y"] * height - height / 2) <= 1


def test_a_guideline_is_previewed_while_it_is_written_and_published_as_the_next_version(empty: World, enter: Enter):
    page = enter(empty.lena)
    page.goto("/projects/audit/guideline/edit/")
    text = page.get_by_label("Guideline (Markdown)")
    text.press("ControlOrMeta+End")
    text.press_sequentially("\n## HA-1 Harbours\n\nWater is *level*.\n")
    expect(page.locator("#preview").get_by_role("heading", name="HA-1 Harbours")).to_be_attached()
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_label("What changed, in one line").fill("Harbours")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.goto("/projects/audit/guideline/")

    expect(page.get_by_role("heading", name="HA-1 Harbours")).to_be_visible()
    versions = GuidelineVersion.objects.of(empty.project).order_by("number")
    assert list(versions.values_list("number", "summary"))[1:] == [(2, "Harbours")]


def test_somebody_is_invited_by_a_link_that_works_and_is_shown_once(empty: World, enter: Enter, browser, server_url):
    page = enter(empty.lena)
    page.goto("/projects/audit/people/")
    page.get_by_label("E-mail").fill("nora@example.org")
    page.get_by_role("button", name="Make an invitation").click()
    link = page.get_by_label("Invitation link").input_value()
    page.goto("/projects/audit/people/")
    expect(page.get_by_label("Invitation link")).to_have_count(0)
    visitor = browser.new_context(base_url=server_url).new_page()
    visitor.goto(link)

    expect(visitor.get_by_role("heading", name="You are invited to Atelier")).to_be_visible()
    visitor.context.close()
    made = Invitation.objects.of(empty.project).get()
    assert (made.email, made.role, made.invited_by) == ("nora@example.org", "specialist", empty.lena)


def test_a_project_starts_pauses_and_closes_when_the_lead_says_so(empty: World, enter: Enter):
    project = projects.create_project(empty.lena, "atelier", name="Harbour", template="ai-image-audit", now=NOON)
    guidelines.publish_guideline(empty.lena, project.slug, now=NOON)
    page = enter(empty.lena)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/projects/{project.slug}/")

    def press(button: str) -> str:
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_text("The project is now")).to_be_visible()
        return str(Project.objects.of(project).get().state)

    assert [press("Start the project"), press("Pause"), press("Resume"), press("Close")] == [
        "active",
        "paused",
        "active",
        "closed",
    ]


def test_few_doubled_items_get_numbers_but_no_verdict(rated: World, enter: Enter):
    page = enter(rated.lena)
    page.goto("/projects/audit/results/")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Plausibility"))

    expect(row.first).to_contain_text(re.compile("no verdict|too few", re.IGNORECASE))
    expect(page.get_by_text("Under 20 doubled items there is no verdict.")).to_be_visible()


def test_the_heatmap_is_darkest_where_the_raters_marked(rated: World, enter: Enter):
    page = enter(rated.lena)
    page.goto("/projects/audit/results/")
    heatmap = page.get_by_role("img", name=re.compile("Heatmap"))
    expect(heatmap).to_be_visible()
    x, y = heatmap.evaluate(DARKEST)

    assert 0.74 < x < 0.86
    assert 0.24 < y < 0.36


def test_an_item_shows_the_marks_of_each_rater_on_their_place_and_hides_them_on_demand(rated: World, enter: Enter):
    page = enter(rated.lena)
    item = Item.objects.of(rated.project).get(key="image-1.png")
    page.goto(f"/projects/audit/items/{item.public_id}/")
    picture = page.get_by_role("img", name="The image").bounding_box()
    marks = page.locator("svg path.mark")
    expect(marks).to_have_count(2)
    box = marks.first.bounding_box()
    assert picture
    assert box
    places = (box["x"] - picture["x"]) / picture["width"], (box["y"] - picture["y"]) / picture["height"]
    page.get_by_role("checkbox", name=re.compile("^A ")).uncheck()

    assert places == (pytest.approx(0.75, abs=0.01), pytest.approx(0.25, abs=0.01))
    expect(marks.first).to_be_hidden()
    expect(marks.last).to_be_visible()
    expect(page.get_by_text("a sign").first).to_be_visible()


def test_an_export_is_downloaded_with_its_card_and_the_right_answers(rated: World, enter: Enter):
    page = enter(rated.lena)
    page.goto("/projects/audit/exports/")
    page.get_by_role("radio", name=re.compile("JSONL")).check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    names = archive.namelist()
    (file,) = [name for name in names if name.endswith("evaluations.jsonl")]
    lines = [json.loads(line) for line in archive.read(file).splitlines()]

    assert any(name.endswith("README.md") for name in names), names
    assert {(line["item_key"], line["answers.plausibility"]) for line in lines} == {
        (f"image-{number}.png", 3) for number in range(1, 5)
    }
    assert [len(lines), len({line["rater"] for line in lines})] == [8, 2]
    assert "rita" not in str(lines).lower(), "raters go by pseudonyms"
