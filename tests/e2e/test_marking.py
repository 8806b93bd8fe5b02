"""Marks: drawn, named, graded and reasoned with whatever is at hand; changed, taken back, and never lost."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, expect

from rubrica.records.models import Account, Mark
from tests.cast import World, build_world
from tests.e2e.barriers import violations
from tests.e2e.hands import Workbench
from tests.e2e.studio import Studio
from tests.imaging.makers import quarters

Enter = Callable[[Account], Page]
Place = tuple[float, float]

FULL = """() => {
  const put = IDBObjectStore.prototype.put;
  window.disk = { full: false };
  IDBObjectStore.prototype.put = function (...values) {
    if (window.disk.full) throw new DOMException("no room left", "QuotaExceededError");
    return put.apply(this, values);
  };
}"""
FIVE_THOUSAND = """id => new Promise((resolve, reject) => {
  const mark = at => ({
    id: `mark-${at}`, image: "a", code: "TECH.noise", part: null, severity: 1 + at % 4, note: "",
    shape: { kind: "box", x: (at % 100) / 100, y: Math.floor(at / 100) / 50, width: 0.008, height: 0.015 },
  });
  const marks = Array.from({ length: 5000 }, (_, at) => mark(at));
  const draft = { answers: {}, marks, explanation: "", cannotJudge: null };
  const attention = { active: 0, firstAction: null, maximumZoom: 0, since: null };
  const opening = indexedDB.open("rubrica-workbench", 1);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const writing = opening.result.transaction("drafts", "readwrite");
    writing.objectStore("drafts").put({ id, key: "a-key-of-a-test", draft, attention, savedAt: Date.now() });
    writing.oncomplete = () => { opening.result.close(); resolve(); };
    writing.onerror = () => reject(writing.error);
  };
})"""
LONG_TASK = 50
"""Milliseconds from which a hand feels that the page is busy."""


@dataclass
class Fingers:
    """Fingers and pens on the glass, as the device reports them."""

    device: CDPSession

    @classmethod
    def on(cls, page: Page) -> "Fingers":
        """Give a page a touch screen."""
        device = page.context.new_cdp_session(page)
        device.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 5})
        return cls(device)

    def touch(self, *places: Place, kind: str = "touchMove") -> None:
        """Report where every finger is now."""
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        self.device.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def pull(self, way: Sequence[Place]) -> None:
        """Put one finger down, along the way, and up."""
        self.touch(way[0], kind="touchStart")
        for place in way[1:]:
            self.touch(place)
        self.touch(kind="touchEnd")

    def spread(self, middle: Place, start: float, end: float) -> None:
        """Put two fingers down beside a place and move them apart."""
        x, y = middle
        for kind, reach in (("touchStart", start), ("touchMove", (start + end) / 2), ("touchMove", end)):
            if kind == "touchStart":
                self.touch((x - reach, y), kind=kind)
            self.touch((x - reach, y), (x + reach, y), kind=kind)
        self.touch(kind="touchEnd")

    def write(self, way: Sequence[Place]) -> None:
        """Pull a pen along a way."""
        for number, (x, y) in enumerate([*way, way[-1]]):
            kind = "mousePressed" if number == 0 else "mouseReleased" if number == len(way) else "mouseMoved"
            event = {"type": kind, "x": x, "y": y, "button": "left", "pointerType": "pen"}
            self.device.send("Input.dispatchMouseEvent", {**event, "buttons": int(number < len(way)), "clickCount": 1})


def longest_task(trace: bytes) -> float:
    """Return the longest task of a page's main thread in milliseconds of its own time, however busy the machine."""
    events = json.loads(trace)["traceEvents"]
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    spent = [event.get("tdur", 0) / 1000 for event in events if (event["pid"], event["tid"]) in mains]
    assert mains
    assert spent
    return max(spent)


def row(workbench: Workbench, number: int) -> Locator:
    """Return what a screen reader hears of a mark in the list."""
    return workbench.find(f"mark-{number}").locator(".wb-unseen")


def rows(workbench: Workbench) -> Locator:
    """Return every mark in the list."""
    return workbench.page.locator("[data-mark-row]")


def zoom_of(workbench: Workbench) -> int:
    """Return the zoom in per cent."""
    return int(re.sub(r"\D", "", workbench.find("zoom").inner_text()))


def drawn(workbench: Workbench, view: str = "view-a") -> Locator:
    """Return every mark on an image."""
    return workbench.find(view).locator(".wb-mark")


def submitted(workbench: Workbench, world: World) -> list[Mark]:
    """Submit as the last of it, and return the marks that the server has."""
    workbench.submit()
    workbench.expect_saves("Saved")
    return list(Mark.objects.of(world.project).order_by("number"))


def close_to(value: float) -> Any:
    """A place in the image, to within about two pixels of the screen."""
    return pytest.approx(value, abs=0.004)


def test_by_keyboard_alone_a_stroke_is_painted_named_graded_reasoned_and_given_a_clause(
    world: World, workbench: Workbench
):
    seen = workbench.look()
    workbench.press("3", "4", "4", "3", "f", ".", ".")
    expect(workbench.find("brush-size")).to_have_text("7.8 %")
    workbench.press("Enter", *["ArrowRight"] * 5, *["ArrowDown"] * 3, "Enter")
    workbench.write("seam")
    workbench.press("Enter", "2")
    expect(row(workbench, 1)).to_have_text("mark 1, Technical quality, seam, moderate, centre")
    workbench.press("y")
    workbench.expect_focus_on("mark-note")
    workbench.write("runs through the sleeve")
    workbench.press("Tab")
    workbench.expect_focus_on("mark-clause")
    workbench.write("AL-2")
    workbench.press("Escape", "n")
    expect(row(workbench, 1)).to_have_text("mark 1, Technical quality, seam, moderate, missing, centre")

    (mark,) = submitted(workbench, world)
    assert (mark.shape, mark.code, mark.severity, mark.note) == ("brush", "TECH.seam", 2, "runs through the sleeve")
    assert (mark.clause, mark.missing) == ("AL-2", True)
    (stroke,) = mark.geometry["strokes"]
    across, down = 60 / (seen.right - seen.left), 36 / (seen.bottom - seen.top)
    corners = [(0.5, 0.5), (0.5 + across, 0.5), (0.5 + across, 0.5 + down)]
    assert stroke == [[close_to(x), close_to(y)] for x, y in corners]
    assert mark.geometry["height"] == pytest.approx(0.05 * 1.25**2, abs=1e-5)
    aspect = (seen.right - seen.left) / (seen.bottom - seen.top)
    assert mark.geometry["width"] * aspect == pytest.approx(mark.geometry["height"], rel=0.01)


def test_strokes_of_the_mouse_join_until_the_mark_is_named(workbench: Workbench):
    seen, mouse = workbench.look(), workbench.page.mouse

    def paint(y: float) -> None:
        mouse.move(*seen.at(0.2, y))
        mouse.down()
        mouse.move(*seen.at(0.5, y), steps=6)
        mouse.up()

    workbench.press("f")
    paint(0.3)
    paint(0.4)
    expect(rows(workbench)).to_have_count(1)
    workbench.write("noise")
    workbench.press("Enter", "1")
    paint(0.6)

    expect(rows(workbench)).to_have_count(2)
    expect(workbench.page.locator(".wb-mark .wb-paint")).to_have_count(2)


def test_a_pen_paints_and_the_palm_beside_it_does_nothing(workbench: Workbench):
    seen, fingers = workbench.look(), Fingers.on(workbench.page)
    workbench.press("f")
    fingers.write([seen.at(0.2, 0.2), seen.at(0.4, 0.3), seen.at(0.6, 0.2)])
    expect(rows(workbench)).to_have_count(1)
    fingers.touch(seen.at(0.8, 0.9), kind="touchStart")
    fingers.touch(kind="touchEnd")

    expect(workbench.page.locator(".wb-mark .wb-paint")).to_have_count(1)
    path = workbench.page.locator(".wb-mark .wb-paint").get_attribute("d") or ""
    assert path.count("M") == 1


def test_one_finger_draws_and_two_move_the_view_without_losing_what_was_begun(workbench: Workbench):
    fingers = Fingers.on(workbench.page)
    workbench.press("g")
    seen = workbench.look()
    zoom = zoom_of(workbench)
    for corner in ((0.3, 0.3), (0.6, 0.3)):
        fingers.touch(seen.at(*corner), kind="touchStart")
        fingers.touch(kind="touchEnd")
    expect(workbench.page.locator(".wb-drawing circle")).to_have_count(2)
    fingers.spread(seen.at(0.5, 0.5), 60, 90)
    expect(workbench.page.locator(".wb-drawing circle")).to_have_count(2)
    assert zoom_of(workbench) == pytest.approx(1.5 * zoom, rel=0.03)
    for corner in ((0.5, 0.6), (0.5, 0.6)):
        fingers.touch(seen.at(*corner), kind="touchStart")
        fingers.touch(kind="touchEnd")

    expect(row(workbench, 1)).to_contain_text("centre")
    # The list shows what was marked; no keyboard has come up over the image.
    expect(workbench.find("mark-editor")).to_be_visible()
    expect(workbench.find("view-a")).to_be_focused()


def test_a_box_is_pulled_with_a_finger(workbench: Workbench):
    seen, fingers = workbench.look(), Fingers.on(workbench.page)
    workbench.press("b")
    fingers.pull([seen.at(0.1, 0.1), seen.at(0.2, 0.15), seen.at(0.3, 0.25)])

    expect(row(workbench, 1)).to_contain_text("upper left")


def test_every_change_is_undone_and_done_again(workbench: Workbench):
    workbench.draw_box()
    workbench.write("blur")
    workbench.press("Enter", "1")
    listed = workbench.page.locator("[data-test='mark-list']")

    def state() -> tuple[list[str], list[str]]:
        outlines = workbench.page.locator(".wb-mark .wb-line")
        drawn_now = [outlines.nth(at).get_attribute("d") or "" for at in range(outlines.count())]
        return listed.locator(".wb-unseen").all_inner_texts(), sorted(drawn_now)

    deeds: list[Sequence[str]] = [
        ("ArrowRight",),
        ("]", "ArrowDown"),
        ("Control+d",),
        ("n",),
        ("Delete",),
    ]
    states = [state()]
    for deed in deeds:
        workbench.press(*deed)
        states.append(state())
    assert all(before != after for before, after in pairwise(states)), states
    for before in reversed(states[:-1]):
        workbench.press("Control+z")
        assert state() == before
    for after in states[1:]:
        workbench.press("Control+y")
        assert state() == after


def test_corners_are_added_moved_and_removed_by_hand_and_by_key(workbench: Workbench):
    seen, mouse = workbench.look(), workbench.page.mouse
    workbench.press("g")
    for corner in ((0.2, 0.2), (0.6, 0.2), (0.4, 0.6), (0.4, 0.6)):
        mouse.click(*seen.at(*corner))
    workbench.press("Escape", "v")
    corners = workbench.page.locator("[data-handle]")
    expect(corners).to_have_count(3)
    mouse.move(*seen.at(0.4, 0.2))
    mouse.down()
    mouse.move(*seen.at(0.4, 0.1), steps=3)
    mouse.up()
    expect(corners).to_have_count(4)
    line = workbench.page.locator(".wb-mark .wb-line")
    pulled = line.get_attribute("d")
    workbench.press("Control+z")
    expect(corners).to_have_count(3)
    workbench.press("Control+y", "]", "Enter")
    expect(corners).to_have_count(5)
    workbench.press("Delete")
    expect(corners).to_have_count(4)
    assert line.get_attribute("d") == pulled


def test_a_half_drawn_polygon_survives_a_reload(workbench: Workbench):
    seen, click = workbench.look(), workbench.page.mouse.click
    workbench.press("g")
    for corner in ((0.2, 0.2), (0.6, 0.2)):
        click(*seen.at(*corner))
    corners = workbench.page.locator(".wb-drawing circle")
    expect(corners).to_have_count(2)
    workbench.expect_kept()
    workbench.page.reload()
    workbench.ready()
    expect(corners).to_have_count(2)
    click(*seen.at(0.4, 0.6))
    click(*seen.at(0.4, 0.6))

    expect(rows(workbench)).to_have_count(1)


def test_marks_outside_the_image_are_refused_in_words_and_cut_at_its_border(world: World, workbench: Workbench):
    seen, mouse = workbench.look(), workbench.page.mouse
    workbench.press("3", "4", "4", "3", "p")
    mouse.click(seen.left - 20, seen.top + 60)
    expect(workbench.find("told")).to_have_text("That is outside the image: marks lie on it.")
    expect(rows(workbench)).to_have_count(0)
    workbench.press("b")
    expect(workbench.find("told")).to_have_count(0)
    mouse.move(*seen.at(0.8, 0.8))
    mouse.down()
    mouse.move(seen.right + 60, seen.bottom + 12, steps=4)
    mouse.up()
    workbench.write("noise")
    workbench.press("Enter", "1")

    (mark,) = submitted(workbench, world)
    box = mark.geometry
    assert (box["x"] + box["width"], box["y"] + box["height"]) == (close_to(1), close_to(1))


def test_marks_on_two_images_are_a_pair(pairs: World, enter: Enter):
    workbench = Workbench(enter(pairs.rita)).open()
    box = workbench.find("view-a").bounding_box()
    assert box is not None
    workbench.press("4", "2", "p")
    workbench.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    workbench.press("Shift+M")
    expect(row(workbench, 2)).to_have_text("mark 2, image B, centre, the same as mark 1")
    expect(drawn(workbench, "view-a").and_(workbench.page.locator(".is-lit"))).to_have_count(1)
    workbench.press("ArrowRight", "ArrowRight")
    workbench.press("Shift+M")
    expect(workbench.find("mark-1")).to_be_focused()
    workbench.press("Control+Enter")
    workbench.expect_saves("Saved")

    marks = Mark.objects.of(pairs.project).order_by("number")
    assert [(mark.number, mark.pair) for mark in marks] == [(1, 2), (2, 1)]
    assert {mark.slot for mark in marks} == {0, 1}


def test_the_list_and_the_image_light_each_other(workbench: Workbench):
    seen, mouse = workbench.look(), workbench.page.mouse
    workbench.press("p")
    for place in ((0.3, 0.3), (0.7, 0.7)):
        mouse.click(*seen.at(*place))
    workbench.press("Escape", "v", "Escape")
    second = workbench.find("mark-2")
    second.hover()
    expect(drawn(workbench).nth(1)).to_have_class(re.compile("is-lit"))
    mouse.move(*seen.at(0.3, 0.3))

    expect(workbench.page.locator(".wb-mark-list li").first).to_have_class(re.compile("is-lit"))
    mouse.click(*seen.at(0.3, 0.3))
    expect(workbench.find("mark-1")).to_have_attribute("aria-expanded", "true")


def test_five_thousand_marks_from_elsewhere_stay_usable_and_are_refused_in_words(
    workbench: Workbench, browser: Browser
):
    page = workbench.page
    page.evaluate(FIVE_THOUSAND, workbench.assignment)
    page.reload()
    workbench.ready()
    expect(workbench.find("marks-shown")).to_contain_text("Marks 1 to 200 of 5000")
    seen = workbench.look()
    workbench.press("p")
    page.mouse.click(*seen.at(0.5, 0.5))
    expect(workbench.find("told")).to_contain_text("There can be 200 marks at most.")
    workbench.press("Escape", "5", "5", "5", "5", "Control+Enter")
    expect(workbench.find("missing")).to_contain_text("There are 5000 marks; at most 200 are taken")
    browser.start_tracing(page=page, categories=["toplevel", "__metadata"])
    for _ in range(3):
        workbench.press("m")
    workbench.press("ArrowRight", "Control+z")
    assert longest_task(browser.stop_tracing()) < 2 * LONG_TASK
    page.reload()
    workbench.ready()

    expect(workbench.find("marks-shown")).to_contain_text("of 5000")


def test_a_full_disk_is_told_and_the_draft_survives_on_the_page(world: World, enter: Enter):
    page = enter(world.rita)
    page.add_init_script(f"({FULL})()")
    workbench = Workbench(page).open()
    page.evaluate("window.disk.full = true")
    workbench.press("3", "4", "4", "3")
    workbench.draw_box()
    workbench.write("noise")
    workbench.press("Enter", "1")
    notice = page.get_by_text("This browser's storage is full")
    expect(notice).to_be_visible()
    expect(rows(workbench)).to_have_count(1)
    page.evaluate("window.disk.full = false")
    workbench.press("ArrowRight")
    expect(notice).to_have_count(0)
    page.evaluate("window.disk.full = true")
    workbench.press("ArrowLeft")
    expect(notice).to_be_visible()

    (mark,) = submitted(workbench, world)
    assert mark.code == "TECH.noise"


def test_drawing_on_twenty_four_megapixels_never_holds_the_hand(
    server_url: str, studio: Studio, enter: Enter, browser: Browser
):
    world = studio.single_image(build_world(items=0), quarters(6000, 4000))
    workbench = Workbench(enter(world.rita)).open()
    page, mouse = workbench.page, workbench.page.mouse
    box = workbench.find("view-a").bounding_box()
    assert box is not None

    def at(x: float, y: float) -> Place:
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    workbench.press("f", "x")
    expect(workbench.find("zoom")).to_have_text("200 %")
    browser.start_tracing(page=page, categories=["toplevel", "__metadata"])
    for line in range(4):
        mouse.move(*at(0.1, 0.2 + line / 10))
        mouse.down()
        mouse.move(*at(0.9, 0.25 + line / 10), steps=60)
        mouse.up()
    expect(rows(workbench)).to_have_count(1)
    workbench.press("Escape", "g")
    for corner in ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8)):
        mouse.move(*at(*corner), steps=20)
        mouse.click(*at(*corner))
    expect(page.locator(".wb-drawing circle")).to_have_count(3)

    assert longest_task(browser.stop_tracing()) < LONG_TASK


def test_marks_of_every_kind_are_accessible(workbench: Workbench):
    seen, mouse = workbench.look(), workbench.page.mouse
    workbench.press("f")
    mouse.click(*seen.at(0.3, 0.3))
    workbench.write("seam")
    workbench.press("Enter", "2", "n", "h", "Escape", "b")
    mouse.click(*seen.at(0.5, 0.5))

    assert violations(workbench.page) == []
