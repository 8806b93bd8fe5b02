"""Images of sensitive projects: covered until they are revealed, of each item anew, and recorded."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from rubrica.records.models import Account, Evaluation
from rubrica.usecases import projects
from tests.cast import NOON, World, build_world
from tests.e2e.barriers import violations
from tests.e2e.hands import Workbench
from tests.e2e.studio import Studio

Enter = Callable[[Account], Page]
FEATURELESS = 12.0
"""Standard deviation, in grey levels, of what nobody can recognise anything in."""


@pytest.fixture
def sensitive(world: World) -> World:
    """Return the world of single images, whose project hides them."""
    projects.change_settings(world.lena, "audit", is_sensitive=True, now=NOON)
    return world


def seen(workbench: Workbench) -> Image.Image:
    """Return the middle of the stage as it is on the screen, without what is written on the cover."""
    box = workbench.find("view-a").bounding_box()
    assert box
    clip = {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}
    return Image.open(io.BytesIO(workbench.page.screenshot(clip=clip))).convert("L")


def contrast_of(picture: Image.Image) -> float:
    """Return how much a picture varies beside its middle, where the cover speaks."""
    levels = np.asarray(picture, dtype=float)
    edge = levels[: levels.shape[0] // 3]
    return float(np.abs(np.diff(edge, axis=1)).max())


def test_an_image_is_covered_until_it_is_revealed_and_the_next_one_is_covered_again(sensitive: World, enter: Enter):
    workbench = Workbench(enter(sensitive.rita)).open()
    expect(workbench.find("cover")).to_be_visible()
    assert contrast_of(seen(workbench)) < FEATURELESS

    workbench.press("q")
    expect(workbench.find("cover")).to_be_hidden()
    assert contrast_of(seen(workbench)) > 2 * FEATURELESS
    workbench.press("q")
    expect(workbench.find("cover")).to_be_visible()
    workbench.find("cover").click(position={"x": 20, "y": 20})
    expect(workbench.find("cover")).to_be_hidden()

    before = workbench.assignment
    workbench.press("5", "4", "4", "4", "Control+Enter")
    workbench.wait_for_another(before)
    expect(workbench.find("cover")).to_be_visible()
    assert contrast_of(seen(workbench)) < FEATURELESS


def test_nothing_of_the_image_shows_through_whatever_way_it_is_looked_at(server_url: str, studio: Studio, enter: Enter):
    stripes = Image.fromarray(np.tile(np.repeat(np.array([0, 255], dtype=np.uint8), 20), (480, 16)))
    world = studio.image_pairs(build_world(template="side-by-side", items=0), [[stripes, stripes.rotate(180)]] * 2)
    projects.change_settings(world.lena, "audit", is_sensitive=True, now=NOON)
    workbench = Workbench(enter(world.rita)).open()
    for key in ("w", "d", "o", "Shift+c", "l", "z"):
        workbench.press(key)
        expect(workbench.find("cover")).to_be_visible()
        assert contrast_of(seen(workbench)) < FEATURELESS
    workbench.press("q", "0")
    expect(workbench.find("cover")).to_be_hidden()
    assert contrast_of(seen(workbench)) > 2 * FEATURELESS


def test_a_reload_and_the_own_last_evaluations_are_covered_too(sensitive: World, enter: Enter):
    workbench = Workbench(enter(sensitive.rita)).open()
    before = workbench.assignment
    workbench.press("q", "5", "4", "4", "4", "Control+Enter")
    workbench.wait_for_another(before)
    workbench.expect_saves("Saved")
    workbench.press("q")
    workbench.page.reload()
    workbench.ready()
    expect(workbench.find("cover")).to_be_visible()

    thumbnail = workbench.page.locator(".wb-film img").first
    assert "blur" in thumbnail.evaluate("image => getComputedStyle(image).filter")
    workbench.page.locator(".wb-film button").first.click()
    expect(workbench.find("past-close")).to_be_visible()
    expect(workbench.find("cover")).to_be_visible()


def test_how_long_an_image_was_revealed_and_in_grey_is_recorded(sensitive: World, enter: Enter):
    workbench = Workbench(enter(sensitive.rita)).open()
    workbench.press("5", "4", "4", "4", "Control+Enter")
    workbench.expect_saves("Saved")
    workbench.ready()
    workbench.press("q", "Shift+g", "5", "4", "4", "4", "Control+Enter")
    workbench.expect_saves("Saved")
    workbench.ready()
    expect(workbench.find("do-grey")).to_have_attribute("aria-pressed", "true")

    unseen, looked = Evaluation.objects.of(sensitive.project).order_by("pk").values_list("answer", flat=True)
    assert "revealed_ms" not in unseen["viewing"]
    assert looked["viewing"]["revealed_ms"] > 0
    assert looked["viewing"]["grayscale_ms"] > 0


def test_in_grey_there_is_no_colour(sensitive: World, enter: Enter):
    workbench = Workbench(enter(sensitive.rita)).open()
    workbench.press("q", "Shift+g")
    expect(workbench.find("do-grey")).to_have_attribute("aria-pressed", "true")
    box = workbench.find("view-a").bounding_box()
    assert box
    middle = {"x": box["x"] + box["width"] / 4, "y": box["y"] + box["height"] / 4, "width": 100, "height": 100}
    pixels = np.asarray(Image.open(io.BytesIO(workbench.page.screenshot(clip=middle))).convert("RGB"), dtype=int)
    assert int(np.ptp(pixels, axis=2).max()) <= 2


def test_a_cover_keeps_nobody_out(sensitive: World, enter: Enter):
    workbench = Workbench(enter(sensitive.rita)).open()
    for scheme in ("light", "dark"):
        workbench.page.emulate_media(color_scheme=scheme)
        assert violations(workbench.page) == []


def test_at_the_limit_of_an_hour_the_workbench_says_when_work_goes_on(world: World, enter: Enter):
    projects.change_settings(world.lena, "audit", hourly_limit=1, now=NOON)
    workbench = Workbench(enter(world.rita)).open()
    workbench.press("5", "4", "4", "4", "Control+Enter")

    expect(workbench.find("phase-limited")).to_contain_text("Work goes on at")
    projects.change_settings(world.lena, "audit", hourly_limit=0, now=NOON)
    workbench.find("again").click()
    workbench.ready()
