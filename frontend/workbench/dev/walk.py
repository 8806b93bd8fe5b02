"""Walk the workbench in a real browser, against the stand-in server, under the strict policy of the pages.

    PYTHONPATH=src .venv/bin/python frontend/workbench/dev/walk.py [folder for screenshots]

Every walk is a sentence; one that fails raises. Console errors and policy violations count as failures.
"""

import contextlib
import json
import os
import shutil
import statistics
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import mock_server
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

HERE = Path(__file__).resolve().parent
SHOTS = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "shots-workbench"
CHROMIUM = os.environ.get("RUBRICA_CHROMIUM") or shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
AXE = HERE.parent / "node_modules" / "axe-core" / "axe.min.js"

Walk = Callable[["Stroll"], None]
WALKS: list[Walk] = []


def walk(function: Walk) -> Walk:
    """Register a walk."""
    WALKS.append(function)
    return function


class Stroll:
    """One walk: a fresh server state, a browser, and what went wrong on the way."""

    def __init__(self, browser: Browser, base: str) -> None:
        """Begin."""
        self.browser = browser
        self.base = base
        self.faults: list[str] = []
        self.expected: tuple[str, ...] = ()

    def open(self, project: str = "audit", *, ready: bool = True, **options: object) -> Page:
        """Open the workbench of a project in a context of its own."""
        context = self.browser.new_context(**{"viewport": WIDE, **options})
        return self.page(context, project, ready=ready)

    def page(self, context: BrowserContext, project: str, *, ready: bool = True) -> Page:
        """Open a page and note its faults."""
        page = context.new_page()
        page.on("console", lambda said: self.faults.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))
        page.goto(f"{self.base}/work/{project}")
        if ready:
            until_ready(page)
        return page

    def control(self, **orders: object) -> None:
        """Tell the server what to do wrong."""
        request = urllib.request.Request(f"{self.base}/__control", data=json.dumps(orders).encode(), method="POST")
        urllib.request.urlopen(request).read()

    @staticmethod
    def sent(kind: str = "submission") -> list[dict[str, object]]:
        """Return what reached the server."""
        return [entry for entry in mock_server.WORLD.log if str(entry["path"]).endswith(kind)]


def until_ready(page: Page) -> None:
    """Wait until the item is painted."""
    page.wait_for_selector("rubrica-workbench[data-state=ready]")


def item(page: Page) -> str:
    """Return the assignment on the desk."""
    return str(page.get_attribute("rubrica-workbench", "data-assignment"))


def keys(page: Page, *strokes: str) -> None:
    """Press keys, one after another."""
    for stroke in strokes:
        page.keyboard.press(stroke)


def submit(page: Page) -> None:
    """Submit by key and wait for the next image."""
    before = item(page)
    keys(page, "Control+Enter")
    page.wait_for_function("before => document.querySelector('rubrica-workbench').dataset.assignment !== before", arg=before)
    until_ready(page)


def save_state(page: Page, words: str) -> None:
    """Wait until the save state says this."""
    page.wait_for_function(
        "words => document.querySelector('[data-test=save-state]')?.textContent.includes(words)", arg=words
    )


def focus(page: Page) -> str:
    """Return the data-test, id or name of what has the focus."""
    script = "document.activeElement.dataset.test || document.activeElement.id || document.activeElement.localName"
    return str(page.evaluate(script))


def mark_name(page: Page) -> str:
    """Return what a screen reader says of the first mark."""
    return str(page.text_content("[data-test=mark-1] .wb-unseen"))


def draw_box(page: Page, *, right: int = 8, down: int = 6) -> None:
    """Draw a box with the keyboard alone."""
    keys(page, "b", "Enter", *["ArrowRight"] * right, *["ArrowDown"] * down, "Enter")


def axe(page: Page, where: str) -> None:
    """Fail on any violation that axe finds."""
    # Evaluated by the driver, not inserted as a script: the page's policy stays as it is.
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    told = [f"{each['id']}: {[node['target'] + [node['failureSummary']] for node in each['nodes']]}" for each in found]
    assert not told, f"axe on {where}: {told}"


@walk
def a_single_image_is_audited_with_the_keyboard_alone(stroll: Stroll) -> None:
    page = stroll.open()
    keys(page, "3", "4", "4")
    assert focus(page) == "level-overall-1"
    keys(page, "2")
    draw_box(page)
    page.keyboard.type("ha ex")
    keys(page, "Enter", "3")
    assert mark_name(page) == "mark 1, Anatomy, extra part, hand, major, centre"
    keys(page, "e")
    page.keyboard.type("Left hand")
    keys(page, "Alt+1")
    page.keyboard.type(" has six fingers.")
    submit(page)
    save_state(page, "Saved")
    (sent,) = stroll.sent()
    body = sent["body"]
    assert body["answers"] == {"plausibility": 3, "alignment": 4, "aesthetics": 4, "overall": 2}
    assert body["explanation"] == "Left hand [[1]] has six fingers."
    assert body["marks"][0]["code"] == "ANAT.extra"
    assert len(mock_server.WORLD.days["audit"].done) == 1


@walk
def a_pair_is_compared_with_the_keyboard_alone(stroll: Stroll) -> None:
    page = stroll.open("pair")
    keys(page, "5", "3", "2", "1", "1")
    assert page.get_attribute("[data-test=view-a]", "role") == "application"
    submit(page)
    answers = stroll.sent()[0]["body"]["answers"]
    # The last criterion keeps the focus: its answer, pressed twice, was withdrawn, for it may be left open.
    assert answers == {"overall": "b_slightly", "alignment": "b", "plausibility": "same"}, answers


@walk
def two_panes_show_the_same_place_at_the_same_size(stroll: Stroll) -> None:
    page = stroll.open("pair")
    for view, turn in (("a", -600), ("b", 250)):
        place = page.locator(f"[data-test=view-{view}]")
        box = place.bounding_box()
        assert box
        place.hover(position={"x": box["width"] * 0.3, "y": box["height"] * 0.6})
        page.mouse.wheel(0, turn)
        page.wait_for_timeout(500)
    keys(page, "p")
    for view in "ab":
        page.focus(f"[data-test=view-{view}]")
        keys(page, "Enter")
    keys(page, "Escape", "Escape", "7")
    submit(page)
    first, second = (mark["geometry"] for mark in stroll.sent()[0]["body"]["marks"])
    # Both points lie in the middle of their pane; a screen pixel is about a thousandth of the image here.
    assert abs(first["x"] - second["x"]) < 0.001, (first, second)
    assert abs(first["y"] - second["y"]) < 0.001, (first, second)


@walk
def submitting_says_what_is_missing_and_goes_there(stroll: Stroll) -> None:
    page = stroll.open()
    keys(page, "5", "Control+Enter")
    assert focus(page).startswith("level-alignment")
    assert "Alignment is not answered" in page.inner_text("[data-test=missing]")
    keys(page, "4", "4", "1", "Control+Enter")
    assert focus(page) == "explanation"
    keys(page, "Escape", "Shift+Tab")
    draw_box(page)
    keys(page, "Escape", "Control+Enter")
    assert focus(page) == "mark-error"
    assert not stroll.sent()


@walk
def a_reload_keeps_the_draft(stroll: Stroll) -> None:
    page = stroll.open()
    keys(page, "2", "3")
    draw_box(page)
    page.keyboard.type("garb")
    keys(page, "Enter", "2", "e")
    page.keyboard.type("Half a sentence")
    page.wait_for_timeout(400)
    assignment = item(page)
    page.reload()
    until_ready(page)
    assert item(page) == assignment
    assert page.is_checked("[data-test=level-plausibility-2]")
    assert page.input_value("[data-test=explanation]") == "Half a sentence"
    assert "moderate" in mark_name(page)


@walk
def what_is_submitted_offline_is_sent_when_the_network_is_back(stroll: Stroll) -> None:
    page = stroll.open()
    stroll.expected = ("ERR_INTERNET_DISCONNECTED",)
    first = item(page)
    page.context.set_offline(True)
    keys(page, "5", "4", "4", "4", "Control+Enter")
    page.wait_for_function("f => document.querySelector('rubrica-workbench').dataset.assignment !== f", arg=first)
    save_state(page, "Offline: 1 kept here")
    until_ready(page)
    keys(page, "4", "4", "4", "4", "Control+Enter")
    save_state(page, "Offline: 2 kept here")
    page.wait_for_selector("[data-test=phase-waiting]")
    page.screenshot(path=SHOTS / "offline.png")
    axe(page, "offline")
    page.context.set_offline(False)
    save_state(page, "Saved")
    until_ready(page)
    assert len(mock_server.WORLD.days["audit"].done) == 2


@walk
def an_unsent_answer_survives_a_reload(stroll: Stroll) -> None:
    page = stroll.open()
    stroll.expected = ("503",)
    stroll.control(fail="503", times=2)
    keys(page, "5", "4", "4", "4", "Control+Enter")
    save_state(page, "Offline: 1 kept here")
    page.reload()
    save_state(page, "Saved")
    assert len(mock_server.WORLD.days["audit"].done) == 1
    attempts = {entry["key"] for entry in stroll.sent()}
    assert len(attempts) == 1, "every attempt carries the same key"


@walk
def a_refused_answer_can_be_opened_and_corrected(stroll: Stroll) -> None:
    page = stroll.open()
    stroll.expected = ("422",)
    stroll.control(fail="422", times=1)
    first = item(page)
    keys(page, "5", "4", "4", "4")
    submit(page)
    page.wait_for_selector("[data-test=notice]")
    page.screenshot(path=SHOTS / "refused.png")
    axe(page, "a refused answer")
    second = item(page)
    page.click("[data-test=correct]")
    page.wait_for_function("f => document.querySelector('rubrica-workbench').dataset.assignment === f", arg=first)
    until_ready(page)
    assert page.is_checked("[data-test=level-plausibility-5]")
    keys(page, "Control+Enter")
    page.wait_for_function("f => document.querySelector('rubrica-workbench').dataset.assignment === f", arg=second)
    save_state(page, "Saved")
    assert len(mock_server.WORLD.days["audit"].done) == 1
    assert len({entry["key"] for entry in stroll.sent()}) == 2, "another answer has another key"


@walk
def a_lost_lease_is_told_and_work_goes_on(stroll: Stroll) -> None:
    page = stroll.open()
    stroll.expected = ("409",)
    stroll.control(fail="409", times=1)
    keys(page, "5", "4", "4", "4")
    submit(page)
    page.wait_for_selector("[data-test=notice]")
    assert "Time ran out" in page.inner_text("[data-test=notice]")
    page.click("[data-test=notice] button")
    page.wait_for_selector("[data-test=notice]", state="detached")


@walk
def an_ended_session_keeps_everything_until_the_next_log_in(stroll: Stroll) -> None:
    page = stroll.open()
    stroll.expected = ("401",)
    stroll.control(fail="401", times=1)
    keys(page, "5", "4", "4", "4")
    submit(page)
    save_state(page, "Logged out: 1 kept here")
    page.screenshot(path=SHOTS / "expired.png")
    axe(page, "an ended session")
    page.click("[data-test=log-in]")
    save_state(page, "Saved")
    assert len(mock_server.WORLD.days["audit"].done) == 1


@walk
def marks_can_be_moved_reshaped_undone_and_removed(stroll: Stroll) -> None:
    page = stroll.open()
    view = page.locator("[data-test=view-a]").bounding_box()
    assert view

    def at(x: float, y: float) -> tuple[float, float]:
        return view["x"] + view["width"] * x, view["y"] + view["height"] * y

    def pull(start: tuple[float, float], end: tuple[float, float]) -> None:
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move(*end, steps=5)
        page.mouse.up()

    def outline() -> str:
        return str(page.get_attribute(".wb-mark .wb-line", "d"))

    keys(page, "b")
    pull(at(0.4, 0.4), at(0.5, 0.5))
    drawn = outline()
    keys(page, "Escape", "v")
    pull(at(0.5, 0.5), at(0.6, 0.6))
    reshaped = outline()
    assert reshaped != drawn
    pull(at(0.5, 0.4), at(0.55, 0.5))
    assert outline() != reshaped
    keys(page, "Control+z")
    assert outline() == reshaped
    keys(page, "Control+z")
    assert outline() == drawn
    keys(page, "Control+y")
    assert outline() == reshaped
    keys(page, "m", "ArrowRight", "]", "ArrowUp")
    assert outline() != reshaped
    keys(page, "Delete")
    assert page.locator(".wb-mark").count() == 0
    keys(page, "Control+z")
    assert page.locator(".wb-mark").count() == 1
    keys(page, "g")
    for x, y in ((0.2, 0.2), (0.3, 0.2), (0.3, 0.3)):
        page.mouse.click(*at(x, y))
    page.mouse.click(*at(0.2, 0.2))
    assert page.locator(".wb-mark").count() == 2
    keys(page, "Escape")
    before = page.locator(".wb-mark.is-selected .wb-line").get_attribute("d")
    pull(at(0.3, 0.3), at(0.35, 0.35))
    assert page.locator(".wb-mark.is-selected .wb-line").get_attribute("d") != before


@walk
def space_held_moves_the_image_whatever_the_tool(stroll: Stroll) -> None:
    page = stroll.open()
    view = page.locator("[data-test=view-a]").bounding_box()
    assert view
    keys(page, "z", "b")
    page.mouse.move(view["x"] + 400, view["y"] + 400)
    page.wait_for_timeout(300)
    page.keyboard.down(" ")
    page.mouse.down()
    page.mouse.move(view["x"] + 300, view["y"] + 300, steps=4)
    page.mouse.up()
    page.keyboard.up(" ")
    assert page.locator(".wb-mark").count() == 0


@walk
def the_last_evaluation_is_revised_with_a_reason(stroll: Stroll) -> None:
    page = stroll.open()
    keys(page, "5", "4", "4", "4")
    submit(page)
    page.wait_for_selector("[data-test=filmstrip] button")
    keys(page, "3")
    page.wait_for_timeout(300)
    current = item(page)
    page.click("[data-test=filmstrip] button")
    until_ready(page)
    assert page.is_checked("[data-test=level-plausibility-5]")
    keys(page, "4", "Control+Enter")
    assert focus(page) == "revision-reason"
    page.keyboard.type("Missed the glare")
    page.screenshot(path=SHOTS / "revise.png")
    axe(page, "a revision")
    keys(page, "Control+Enter")
    page.wait_for_function("f => document.querySelector('rubrica-workbench').dataset.assignment === f", arg=current)
    save_state(page, "Saved")
    assert page.is_checked("[data-test=level-plausibility-3]")
    assert stroll.sent("revision")[0]["body"]["reason"] == "Missed the glare"


@walk
def skipping_and_not_judging_carry_a_reason(stroll: Stroll) -> None:
    page = stroll.open()
    first = item(page)
    keys(page, "s")
    page.check("[data-test=reason-too_hard]")
    page.screenshot(path=SHOTS / "skip.png")
    axe(page, "the skip dialog")
    page.click("[data-test=reason-done]")
    page.wait_for_function("f => document.querySelector('rubrica-workbench').dataset.assignment !== f", arg=first)
    until_ready(page)
    keys(page, "j")
    page.check("[data-test=reason-needs_expertise]")
    page.fill("[data-test=reason-note]", "Radiology")
    keys(page, "Enter")
    assert focus(page) == "submit"
    page.screenshot(path=SHOTS / "unjudged.png")
    submit(page)
    save_state(page, "Saved")
    assert stroll.sent("skip")[0]["body"]["reason"] == "too_hard"
    assert stroll.sent()[0]["body"]["cannot_judge"] == {"reason": "needs_expertise", "note": "Radiology"}


@walk
def an_empty_and_a_paused_queue_say_so(stroll: Stroll) -> None:
    for project in ("empty", "paused"):
        page = stroll.open(project, ready=False)
        page.wait_for_selector(f"[data-test=phase-{project}]")
        page.screenshot(path=SHOTS / f"{project}.png")
        axe(page, project)


@walk
def a_missing_image_can_be_tried_again(stroll: Stroll) -> None:
    context = stroll.browser.new_context(viewport=WIDE)
    stroll.expected = ("404",)
    context.route("**/view", lambda route: route.fulfill(status=404))
    page = stroll.page(context, "audit", ready=False)
    page.wait_for_selector("[data-test=retry-image]")
    page.screenshot(path=SHOTS / "no-image.png")
    context.unroute("**/view")
    page.click("[data-test=retry-image]")
    until_ready(page)


@walk
def tiles_sharpen_a_large_image(stroll: Stroll) -> None:
    page = stroll.open("large")
    with page.expect_response("**/tiles/**"):
        keys(page, "z")
    page.wait_for_timeout(1200)
    page.screenshot(path=SHOTS / "tiles.png")
    assert page.inner_text("[data-test=zoom]") == "100 %"


@walk
def every_state_is_free_of_axe_violations(stroll: Stroll) -> None:
    for scheme in ("light", "dark"):
        for size, name in ((WIDE, "wide"), (NARROW, "narrow")):
            for project in ("audit", "pair", "quality"):
                page = stroll.open(project, viewport=size, color_scheme=scheme)
                page.wait_for_timeout(300)
                page.screenshot(path=SHOTS / f"{project}-{name}-{scheme}.png")
                axe(page, f"{project} {name} {scheme}")
                if project == "audit":
                    page.click("[data-test=level-plausibility-2]")
                    page.click("[data-test=level-overall-1]")
                    draw_box(page)
                    page.keyboard.type("ha")
                    axe(page, f"type-ahead {name} {scheme}")
                    page.screenshot(path=SHOTS / f"typing-{name}-{scheme}.png")
                    keys(page, "Enter", "4", "e")
                    page.keyboard.type("See")
                    keys(page, "Alt+1")
                    axe(page, f"marks {name} {scheme}")
                    page.screenshot(path=SHOTS / f"marks-{name}-{scheme}.png")
                    keys(page, "Escape", "u")
                    page.wait_for_timeout(100)
                    axe(page, f"guideline {name} {scheme}")
                    page.screenshot(path=SHOTS / f"guideline-{name}-{scheme}.png")
                    keys(page, "?")
                    axe(page, f"keys {name} {scheme}")
                    page.screenshot(path=SHOTS / f"keys-{name}-{scheme}.png")
                page.context.close()


@walk
def the_next_image_is_painted_at_once(stroll: Stroll) -> None:
    for project, strokes in (("quality", "4"), ("audit", "5454"), ("pair", "3")):
        page = stroll.open(project)
        for _ in range(20):
            page.wait_for_timeout(700)
            keys(page, *strokes)
            submit(page)
        times = sorted(page.evaluate("performance.getEntriesByName('rubrica:next-image').map(m => m.duration)"))
        middle = statistics.median(times)
        print(f"    {project}: submit to next image painted, median {middle:.0f} ms, worst {times[-1]:.0f} ms")
        page.context.close()


@contextlib.contextmanager
def playground() -> Iterator[tuple[Browser, str]]:
    """Serve, and open a browser."""
    server = mock_server.serve()
    for number in range(10):
        for project in ("audit", "pair"):
            for slot in "ab":
                mock_server.warm(project, number, slot)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser, f"http://127.0.0.1:{server.server_address[1]}"
        browser.close()
    server.shutdown()


def main() -> None:
    """Walk every walk."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    failures = 0
    with playground() as (browser, base):
        for each in WALKS:
            if wanted not in each.__name__:
                continue
            mock_server.WORLD.__init__()  # a fresh day
            stroll = Stroll(browser, base)
            name = each.__name__.replace("_", " ")
            try:
                each(stroll)
                faults = [fault for fault in stroll.faults if not any(known in fault for known in stroll.expected)]
                assert not faults, faults
                print(f"ok  {name}")
            except Exception as error:  # noqa: BLE001  (one walk that fails must not stop the others)
                failures += 1
                print(f"NO  {name}: {type(error).__name__}: {str(error)[:1500]}")
            for context in browser.contexts:
                context.close()
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
