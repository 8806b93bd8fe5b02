"""The compare lens, by what is on the screen: one place under one point in all panes, nothing judged unknowingly."""

import io
import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from rubrica.records.models import Account, Evaluation
from rubrica.usecases import guidelines
from rubrica.usecases.access import open_project
from tests.cast import NOON, build_world
from tests.e2e.barriers import NARROW, WIDE, overhang, unreached, violations
from tests.e2e.hands import Workbench
from tests.e2e.studio import Studio
from tests.imaging.makers import texture

Enter = Callable[[Account], Page]
Size = tuple[int, int]
Spots = dict[int, tuple[float, float]]

COLOURS = [
    (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255), (0, 255, 255), (255, 255, 255), (0, 0, 0),
    (255, 128, 0),
]  # fmt: skip
PLACES = [(x, y) for y in (0.2, 0.5, 0.8) for x in (0.15, 0.5, 0.85)]
SAID = "document.querySelectorAll('.wb-on-stage, .wb-wipe')"
FRAMES = "new Promise(done => { let n = 4; const next = () => n-- ? requestAnimationFrame(next) : done(); next(); })"


def square(size: Size, number: int) -> tuple[int, int, int, int]:
    """Return the edges of a square in an image of this size: left, top, right, bottom."""
    (x, y), half = PLACES[number], 0.04 * min(size)
    left, top = round(x * size[0] - half), round(y * size[1] - half)
    return left, top, left + round(2 * half), top + round(2 * half)


def spotted(size: Size) -> Image.Image:
    """Return a grey image with nine squares of nine colours at the same nine places, whatever its size."""
    image = Image.new("RGB", size, (90, 90, 90))
    for number, colour in enumerate(COLOURS):
        image.paste(colour, square(size, number))
    return image


def quiet(workbench: Workbench) -> None:
    """Wait until what was done is on the screen."""
    workbench.page.evaluate(FRAMES)


def shot(workbench: Workbench, view: str) -> np.ndarray:
    """Return what is on the screen in a view, once it is there."""
    quiet(workbench)
    pixels, _, _ = workbench.pixels(view)
    return pixels


def stage(workbench: Workbench) -> np.ndarray:
    """Return what is on the whole stage, without what is said on it."""
    quiet(workbench)
    page = workbench.page
    page.evaluate(f"for (const each of {SAID}) each.style.opacity = 0")
    data = page.locator(".wb-stage").screenshot()
    page.evaluate(f"for (const each of {SAID}) each.style.opacity = ''")
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=int)


def spots(pixels: np.ndarray) -> Spots:
    """Return the middle of every square that is on the screen as a whole, by its number."""
    found = {}
    for number, colour in enumerate(COLOURS):
        mask = np.abs(pixels - np.array(colour)).max(axis=2) < 60
        rows, columns = np.nonzero(mask)
        if rows.size < 40:
            continue
        top, bottom, left, right = rows.min(), rows.max(), columns.min(), columns.max()
        cut = top == 0 or left == 0 or bottom == pixels.shape[0] - 1 or right == pixels.shape[1] - 1
        hidden = mask.sum() < 0.97 * (bottom - top + 1) * (right - left + 1)
        if not cut and not hidden:
            found[number] = ((left + right + 1) / 2, (top + bottom + 1) / 2)
    return found


def plane(first: Size, size: Size, *, pixels: bool = False) -> Callable[[int], np.ndarray]:
    """Return where the middle of a square of an image of this size lies, in pixels of the first image."""
    scale = 1.0 if pixels else min(first[0] / size[0], first[1] / size[1])
    shift = (np.array(first) - scale * np.array(size)) / 2

    def middle(number: int) -> np.ndarray:
        left, top, right, bottom = square(size, number)
        return np.array([left + right, top + bottom]) / 2 * scale + shift

    return middle


def strays(ours: Spots, first: Size, theirs: Spots, second: Size, *, pixels: bool = False) -> list[float]:
    """Return how far each square of the second view is from where the first view has the same place of the plane."""
    at, other = plane(first, first), plane(first, second, pixels=pixels)
    numbers = list(ours)
    assert len({PLACES[n][0] for n in numbers}) > 1, "two columns of squares are needed to read a view"
    assert len({PLACES[n][1] for n in numbers}) > 1, "two rows of squares are needed to read a view"
    axes = [np.polyfit([at(n)[k] for n in numbers], [ours[n][k] for n in numbers], 1) for k in (0, 1)]
    return [float(np.hypot(*(np.polyval(axes[k], other(n)[k]) - theirs[n][k] for k in (0, 1)))) for n in theirs]


@pytest.fixture
def compare(server_url: str, studio: Studio, enter: Enter) -> Callable[..., Workbench]:
    """Return a way to sit before pairs of these images, at the first of them."""

    def compare(*images: Sequence[Image.Image]) -> Workbench:
        world = build_world(template="side-by-side", items=0)
        studio.image_pairs(world, images)
        return Workbench(enter(world.rita)).open()

    return compare


def sizes(workbench: Workbench) -> tuple[Size, ...]:
    """Return the sizes of the images as shown, from left to right."""
    answer = workbench.page.evaluate(
        "Array.from(document.querySelector('rubrica-workbench').store.get().desk.images, i => [i.width, i.height])"
    )
    return tuple((width, height) for width, height in answer)


def wander(workbench: Workbench, chance: random.Random) -> None:
    """Zoom and pan by hand over either image, as people do."""
    page = workbench.page
    box = workbench.find(chance.choice(["view-a", "view-b"])).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * chance.uniform(0.35, 0.65), box["y"] + box["height"] * chance.uniform(0.35, 0.65)
    page.mouse.move(x, y)
    before = workbench.find("zoom").inner_text()
    step = chance.choice([-120, -120, 120])
    while workbench.find("zoom").inner_text() == before:
        # Turns that come too quickly one after another are not counted.
        page.mouse.wheel(0, step)
        quiet(workbench)
    page.mouse.down()
    page.mouse.move(x + chance.randint(-60, 60), y + chance.randint(-60, 60), steps=3)
    page.mouse.up()


@pytest.mark.parametrize(
    ("first", "second"), [((800, 600), (400, 300)), ((800, 600), (500, 500)), ((640, 480), (603, 811))]
)
def test_the_same_place_lies_under_the_same_point_in_both_panes_wherever_one_looks(compare, first, second):
    workbench = compare((spotted(first), spotted(second)))
    shown = sizes(workbench)
    chance, looked, worst = random.Random(f"{first}{second}"), 0, 0.0
    for step in range(12):
        if step % 4 == 3:
            workbench.press("0")
        left, right = (spots(shot(workbench, view)) for view in ("view-a", "view-b"))
        if len({PLACES[n][0] for n in left}) > 1 and len({PLACES[n][1] for n in left}) > 1:
            off = strays(left, shown[0], right, shown[1])
            looked += len(off)
            worst = max([worst, *off])
        wander(workbench, chance)

    assert looked > 20
    assert worst <= 1


def test_a_panorama_of_sixty_megapixels_and_a_small_copy_of_it_lie_on_each_other(compare):
    workbench = compare((spotted((12_000, 5_000)), spotted((1_200, 500))))
    shown = sizes(workbench)
    left, right = (spots(shot(workbench, view)) for view in ("view-a", "view-b"))
    assert max(strays(left, shown[0], right, shown[1])) <= 1
    large = "a" if shown[0][0] == 12_000 else "b"
    workbench.find(f"view-{large}").focus()
    workbench.press("z")
    expect(workbench.find(f"zoom-{large}")).to_have_text("100 %")
    ours, theirs = (spots(shot(workbench, view))[4] for view in ("view-a", "view-b"))
    assert np.hypot(*np.subtract(ours, theirs)) <= 1
    workbench.press("w")

    assert 4 in spots(stage(workbench))


def test_images_pixel_by_pixel_share_their_middle_and_their_scale(compare):
    workbench = compare((spotted((800, 600)), spotted((500, 500))))
    shown = sizes(workbench)
    workbench.press("a")
    expect(workbench.find("alignment")).to_have_text("B on A, pixel by pixel")
    left, right = (spots(shot(workbench, view)) for view in ("view-a", "view-b"))

    assert max(strays(left, shown[0], right, shown[1], pixels=True)) <= 1


def test_the_alignment_is_said(compare):
    workbench = compare((spotted((800, 600)), spotted((400, 300))))
    scale = sizes(workbench)[0][0] / sizes(workbench)[1][0]

    expect(workbench.find("alignment")).to_have_text(f"B fitted to A: {scale:g}×")


def test_a_difference_is_what_numpy_says_it_is(compare):
    workbench = compare((texture(700, 500, seed=1), texture(700, 500, seed=2)))
    workbench.press("z", "d", "Escape", "w", "End")
    expect(workbench.find("zoom")).to_have_text("100 %")
    ours = stage(workbench)
    workbench.press("Home")
    theirs = stage(workbench)
    assert np.abs(ours - theirs).mean() > 5, "two images that differ, or this test would prove nothing"
    workbench.press("d")
    inside = np.abs(ours - theirs).max(axis=2) > 0
    rows, columns = np.nonzero(inside)
    area = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert ours[area].shape == (500, 700, 3)
    for amplification in (1, 2, 4, 8, 16):
        expect(workbench.find("lens-amount")).to_have_text(f"×{amplification}")
        expected = np.minimum(np.abs(ours - theirs) * amplification, 255)
        off = np.abs(stage(workbench) - expected)[area]
        assert off.max() <= 1, f"×{amplification}"
        workbench.press("+")


@pytest.mark.parametrize("width", [1440, 1439, 1021])
def test_at_one_to_one_the_screen_has_the_pixels_of_the_file(compare, width):
    image = texture(301, 200, seed=1)
    workbench = compare((image, image))
    workbench.page.set_viewport_size({"width": width, "height": 901})
    workbench.press("z")
    expect(workbench.find("zoom")).to_have_text("100 %")
    for view in ("view-a", "view-b"):
        pixels, wanted = shot(workbench, view), np.asarray(image)
        left, top = (pixels.shape[1] - 301) // 2, (pixels.shape[0] - 200) // 2
        assert any(
            np.array_equal(pixels[y : y + 200, x : x + 301], wanted)
            for x in range(left - 1, left + 3)
            for y in range(top - 1, top + 3)
        ), view


def test_a_wipe_ends_one_image_and_begins_the_other_where_its_handle_is(compare):
    workbench = compare((Image.new("RGB", (900, 500), (200, 40, 40)), Image.new("RGB", (900, 500), (40, 40, 200))))
    workbench.press("w")
    workbench.expect_focus_on("wipe-handle")
    handle = workbench.find("wipe-handle")
    for stroke, times, percent in (
        ("", 0, 50),
        ("ArrowRight", 4, 70),
        ("Shift+ArrowLeft", 3, 67),
        ("ArrowLeft", 6, 37),
    ):
        workbench.press(*[stroke] * times)
        expect(handle).to_have_attribute("aria-valuenow", str(percent))
        expect(workbench.find("lens-amount")).to_have_text(f"Wipe {percent} %")
        seen = stage(workbench)
        middle = seen[seen.shape[0] // 2]
        left = middle[10:-10, 0] > middle[10:-10, 2]
        edges = np.nonzero(left[1:] != left[:-1])[0]
        image = np.abs(middle - 128).max(axis=1) > 20
        assert image.sum() > 800
        edges = [edge + 11 for edge in edges if image[edge + 8] and image[edge + 14]]
        assert edges == [round(seen.shape[1] * percent / 100)]
    box = handle.bounding_box()
    assert box is not None
    page = workbench.page
    page.mouse.move(box["x"] + 12, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 12 + 100, box["y"] + 260, steps=3)
    page.mouse.up()
    expect(workbench.find("lens-amount")).to_have_text("Wipe 47 %")


def red_is_on_the_stage(workbench: Workbench) -> bool:
    """Whether the middle of the stage is red and not blue."""
    seen = stage(workbench)
    r, _, b = seen[seen.shape[0] // 2, seen.shape[1] // 2]
    return bool(r > b)


def test_holding_c_shows_the_other_image_and_letting_go_the_first(compare):
    workbench = compare((Image.new("RGB", (900, 500), (200, 40, 40)), Image.new("RGB", (900, 500), (40, 40, 200))))
    keyboard, label = workbench.page.keyboard, workbench.find("lens-label")
    workbench.press("Shift+C")
    expect(label).to_have_text("A")
    first = red_is_on_the_stage(workbench)
    for _ in range(2):
        keyboard.down("c")
        expect(label).to_have_text("B")
        assert red_is_on_the_stage(workbench) != first
        keyboard.up("c")
        expect(label).to_have_text("A")
        assert red_is_on_the_stage(workbench) == first
    # Whoever cannot hold a key presses a button.
    workbench.find("show-other").click()
    expect(label).to_have_text("B")
    assert red_is_on_the_stage(workbench) != first


def test_side_by_side_holding_c_exchanges_the_two_in_place(compare):
    workbench = compare((spotted((800, 600)), spotted((400, 300))))
    before = workbench.find("view-a").bounding_box(), workbench.find("view-b").bounding_box()
    seen = spots(shot(workbench, "view-a"))
    workbench.page.keyboard.down("c")
    quiet(workbench)
    after = workbench.find("view-b").bounding_box(), workbench.find("view-a").bounding_box()
    there = spots(shot(workbench, "view-b"))
    workbench.page.keyboard.up("c")
    quiet(workbench)

    assert before == after
    assert (workbench.find("view-a").bounding_box(), workbench.find("view-b").bounding_box()) == before
    assert max(np.hypot(*np.subtract(seen[n], there[n])) for n in seen) <= 1


def test_an_onion_skin_is_the_mean_of_both_and_fades_by_keyboard(compare):
    workbench = compare((texture(700, 500, seed=1), texture(700, 500, seed=2)))
    workbench.press("z", "w", "End")
    ours = stage(workbench)
    workbench.press("Home")
    theirs = stage(workbench)
    workbench.press("o")
    # A browser mixes in whole levels: half a level for the share, and one for the result.
    assert np.abs(stage(workbench) - (ours + theirs) / 2).max() <= 1.5
    workbench.find("onion").focus()
    workbench.press("ArrowRight", "ArrowRight")
    expect(workbench.find("lens-label")).to_have_text("A + B 60 %")

    assert np.abs(stage(workbench) - (0.4 * ours + 0.6 * theirs)).max() <= 1.5


def test_a_pane_that_is_unlocked_goes_its_own_way_and_comes_back(compare):
    workbench = compare((spotted((800, 600)), spotted((400, 300))))
    shown = sizes(workbench)
    lock = workbench.find("lock-b")
    lock.click()
    expect(lock).to_have_attribute("aria-pressed", "false")
    still = spots(shot(workbench, "view-a"))
    box = workbench.find("view-b").bounding_box()
    assert box is not None
    page = workbench.page
    page.mouse.move(box["x"] + 250, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 290, box["y"] + 330, steps=3)
    page.mouse.up()
    moved = spots(shot(workbench, "view-b"))
    assert spots(shot(workbench, "view-a")) == still
    assert min(strays(still, shown[0], moved, shown[1])) > 30
    workbench.find("view-b").focus()
    workbench.press("x")
    expect(workbench.find("zoom-b")).to_have_text("200 %")
    assert spots(shot(workbench, "view-a")) == still
    # The keyboard has the same: the lock is a button, and K acts on the image in focus.
    workbench.find("view-b").focus()
    workbench.press("k")
    expect(lock).to_have_attribute("aria-pressed", "true")
    back = spots(shot(workbench, "view-b"))

    assert max(strays(still, shown[0], back, shown[1])) <= 1


def test_the_view_is_kept_from_item_to_item_when_that_is_wished(compare):
    workbench = compare(*[(spotted((800, 600)), spotted((800, 600)))] * 4)
    fitted = workbench.find("zoom").inner_text()
    workbench.press("4", "2", "z")
    expect(workbench.find("zoom")).to_have_text("100 %")
    workbench.submit()
    expect(workbench.find("zoom")).to_have_text(fitted)
    workbench.find("do-keep").click()
    workbench.press("4", "2", "z")
    workbench.find("view-a").focus()
    workbench.press("ArrowRight", "ArrowDown")
    before = spots(shot(workbench, "view-a"))
    workbench.submit()
    after = {view: spots(shot(workbench, view)) for view in ("view-a", "view-b")}
    assert len(before) > 2
    for view, seen in after.items():
        assert max(np.hypot(*np.subtract(seen[n], before[n])) for n in before) <= 1, view
    workbench.press("4", "2", "d")
    workbench.submit()
    expect(workbench.find("lens-difference")).to_have_attribute("aria-pressed", "true")
    workbench.page.reload()
    workbench.ready()
    expect(workbench.find("do-keep")).to_have_attribute("aria-pressed", "true")


def test_an_altered_image_says_so_is_recorded_and_is_itself_again_with_the_next_item(
    server_url, studio: Studio, enter: Enter
):
    world = build_world(template="side-by-side", items=0)
    studio.image_pairs(world, [[texture(700, 500, seed=seed) for seed in pair] for pair in ((1, 2), (3, 3))])
    workbench = Workbench(enter(world.rita)).open()
    workbench.press("z", "i")
    workbench.expect_focus_on("adjust-brightness")
    plain = shot(workbench, "view-a")
    workbench.press("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight")
    expect(workbench.find("adjusted")).to_contain_text("Adjusted: brightness +20 %")
    bright = shot(workbench, "view-a")[150:-150, 100:-100]
    assert np.abs(bright - np.minimum(plain[150:-150, 100:-100] + 51, 255)).max() <= 1
    workbench.find("channel-red").click()
    workbench.press("r")
    expect(workbench.find("adjusted")).to_have_count(0)
    assert np.array_equal(shot(workbench, "view-a"), plain)
    workbench.find("channel-red").click()
    expect(workbench.find("adjusted")).to_contain_text("Adjusted: red only")
    red = shot(workbench, "view-a")[150:-150, 100:-100]
    assert np.abs(red - plain[150:-150, 100:-100, :1]).max() <= 1
    workbench.press("d", "+", "+", "Escape", "4", "2")
    workbench.submit()
    expect(workbench.find("adjusted")).to_have_count(0)
    workbench.expect_saves("Saved")
    viewing = Evaluation.objects.of(world.project).get().answer["viewing"]
    assert viewing["adjusted_ms"] > 0
    assert {key: viewing[key] for key in ("brightness", "channels", "maximum_amplification")} == {
        "brightness": 0.2,
        "channels": ["red"],
        "maximum_amplification": 4,
    }


def test_marks_of_both_images_are_shown_on_the_lens_and_can_be_hidden(compare):
    workbench = compare((spotted((800, 600)), spotted((400, 300))))
    for view in ("view-a", "view-b"):
        workbench.find(view).focus()
        workbench.press("p", "Enter")
        workbench.page.keyboard.press("Escape")
    marks = workbench.page.locator(".wb-mark:visible")
    expect(marks).to_have_count(2)
    for key in ("w", "d", "o"):
        workbench.press(key)
        expect(marks).to_have_count(2)
    # Both were set in the middle: on each other they are one.
    boxes = [workbench.page.locator(".wb-mark .wb-line").nth(n).bounding_box() for n in (0, 1)]
    assert all(box is not None for box in boxes)
    assert abs(boxes[0]["x"] - boxes[1]["x"]) <= 1  # type: ignore[index]  # seen above
    workbench.press("t")
    expect(marks).to_have_count(0)
    workbench.press("t", "p")

    # To draw, one needs to know on which image.
    expect(workbench.find("lens-side")).to_have_attribute("aria-pressed", "true")


def middle_square(workbench: Workbench, view: str) -> int:
    """Return how many pixels of the screen the square in the middle of a pattern takes."""
    return int((np.abs(shot(workbench, view) - np.array(COLOURS[4])).max(axis=2) < 60).sum())


def test_the_loupe_magnifies_the_same_place_of_both(compare):
    workbench = compare((spotted((800, 600)), spotted((400, 300))))
    workbench.press("l")
    expect(workbench.find("loupe")).to_have_count(2)
    box = workbench.find("view-a").bounding_box()
    assert box is not None
    workbench.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    # At 2:1 of the image that is shown as A: the middle square is 48 pixels of the smaller one, and 96 of the larger.
    side = 2 * 48 * sizes(workbench)[0][0] / 400
    for view in ("view-a", "view-b"):
        # A loupe opens its image by itself, some frames later; its round frame may cut the corners.
        assert any((0.9 * side) ** 2 < middle_square(workbench, view) < (1.1 * side) ** 2 for _ in range(60))
    workbench.press("l")
    expect(workbench.page.locator(".wb-loupe:visible")).to_have_count(0)


def test_three_images_of_a_set_move_as_one_and_each_can_be_laid_over_the_first(
    server_url, studio: Studio, enter: Enter
):
    world = build_world(items=0)
    draft = guidelines.draft_of(open_project(world.lena, "audit"))
    criterion = {"id": "best", "name": "Best", "question": "Which is best?", "type": "best_worst"}
    rubric = {"format": "rubrica/rubric/1", "key": "three", "name": "Three", "unit": "set", "images": 3}
    guidelines.replace_draft(
        world.lena, "audit", markdown=draft.markdown, rubric={**rubric, "criteria": [criterion]}, now=NOON
    )
    guidelines.publish_guideline(world.lena, "audit", now=NOON)
    studio.image_pairs(world, [[spotted((800, 600)), spotted((400, 300)), spotted((640, 480))]])
    workbench = Workbench(enter(world.rita)).open()
    shown = sizes(workbench)
    workbench.press("-")
    first = spots(shot(workbench, "view-a"))
    for view, size in zip(("view-b", "view-c"), shown[1:], strict=True):
        assert max(strays(first, shown[0], spots(shot(workbench, view)), size)) <= 1
    workbench.press("w")
    workbench.find("over-c").focus()
    workbench.press("Enter")
    expect(workbench.find("lens-label")).to_have_text("AC")
    for key, label in (("o", "A + C 50 %"), ("d", "A − C ×1"), ("Shift+c", "A")):
        workbench.press(key)
        expect(workbench.find("lens-label")).to_have_text(label)


@pytest.mark.parametrize(("scheme", "rules"), [("light", ()), ("dark", ("color-contrast",))])
def test_no_way_of_comparing_has_a_barrier(compare, scheme, rules):
    workbench = compare((spotted((800, 600)), spotted((400, 300))))
    page, found = workbench.page, []
    page.emulate_media(color_scheme=scheme)
    workbench.press("i")
    workbench.find("channel-green").click()
    for key in ("l", "w", "Shift+C", "d", "o"):
        workbench.press(key)
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)  # type: ignore[arg-type]  # a width and a height
            found += [f"{key}, {size['width']} px: {each}" for each in violations(page, rules=rules)]
            assert overhang(page) == 0
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # as above

    assert found == []


def test_the_tab_key_reaches_every_control_of_the_lens(compare):
    workbench = compare((spotted((800, 600)), spotted((400, 300))))
    workbench.press("i", "ArrowRight")
    assert unreached(workbench.page) == []
    workbench.press("w")
    workbench.expect_focus_on("wipe-handle")

    assert unreached(workbench.page) == []


def test_an_image_that_does_not_load_says_so_on_the_lens_and_comes_when_asked_again(
    server_url, studio: Studio, enter: Enter
):
    world = build_world(template="side-by-side", items=0)
    studio.image_pairs(world, [(spotted((800, 600)), spotted((400, 300)))])
    page = enter(world.rita)
    broken = {"once": True}

    def fail(route: Route) -> None:
        if "/view" in route.request.url and broken["once"]:
            route.fulfill(status=500, body="")
        else:
            route.continue_()

    page.route("**/*", fail)
    workbench = Workbench(page)
    page.goto("/projects/audit/work/")
    retry = workbench.find("retry-image")
    expect(retry).to_have_count(2)
    workbench.press("w")
    expect(retry.first).to_be_visible()
    broken["once"] = False
    workbench.press("Escape")
    retry.nth(1).click()
    retry.first.click()
    workbench.ready()
    workbench.press("w")

    assert len(spots(stage(workbench))) > 4


def test_that_an_image_did_not_load_is_an_outcome(server_url, studio: Studio, enter: Enter):
    world = build_world(template="side-by-side", items=0)
    studio.image_pairs(world, [(spotted((800, 600)), spotted((400, 300)))])
    page = enter(world.rita)
    page.route("**/view*", lambda route: route.fulfill(status=500, body=""))
    workbench = Workbench(page)
    page.goto("/projects/audit/work/")
    page.get_by_role("button", name="Cannot judge: it did not load").first.click()
    expect(workbench.find("unjudged")).to_be_visible()
    workbench.press("Control+Enter")
    workbench.expect_saves("Saved")

    answer = Evaluation.objects.of(world.project).get().answer
    assert (answer["cannot_judge"]["reason"], answer["answers"]) == ("did_not_load", {})
