"""What the workbench asks of hands: keys and clicks an evaluation takes, and whether drawing ever holds the hand."""

from collections.abc import Callable
from typing import Any, Final

from playwright.sync_api import Locator, Page

from benchmarks.painting import workbench

# Counted where they arrive: real input events, characters of texts apart.
COUNT: Final = """() => {
    window.__count = { keys: 0, characters: 0, clicks: 0 };
    const modifiers = ["Control", "Shift", "Alt", "Meta"];
    addEventListener("keydown", (event) => {
        if (modifiers.includes(event.key)) return;
        const typed = event.target.matches("textarea, input[type=text]") && event.key.length === 1 && !event.ctrlKey;
        window.__count[typed ? "characters" : "keys"] += 1;
    }, { capture: true });
    addEventListener("pointerdown", () => { window.__count.clicks += 1; }, { capture: true });
}"""
LONG_TASKS: Final = """() => {
    window.__long = [];
    new PerformanceObserver((list) => {
        window.__long.push(...list.getEntries().map((entry) => entry.duration));
    }).observe({ type: "longtask" });
}"""
WHY: Final = "The left hand [[1]] has six fingers."


def report() -> None:
    """Print interactions an evaluation, and long tasks while drawing."""
    print("\n### Keys and clicks an evaluation\n")
    print("| template and way | keys | clicks | characters typed |")
    print("|---|---:|---:|---:|")
    with workbench("ai-image-audit", 8) as (_, page, address):
        page.goto(address)
        _counted(page, "audit: four scores, by keyboard", _four_scores)
        _counted(page, "audit: four scores, by mouse", lambda p: _clicks(p, ["level-{}-5"], _SCALES))
        _counted(page, "audit: four scores and a named fault with its reason, by keyboard", _fault_by_keyboard)
        _counted(page, "audit: the same, by mouse (and what has to be typed)", _fault_by_mouse)
    with workbench("side-by-side", 12) as (_, page, address):
        page.goto(address)
        _counted(page, "side by side: the better one, by keyboard", lambda p: p.keyboard.press("2"))
        _counted(
            page, "side by side: the better one, by mouse", lambda p: _find(p, "option-overall-a_slightly").click()
        )
    _drawing()


_SCALES: Final = ("plausibility", "alignment", "aesthetics", "overall")


def _find(page: Page, name: str) -> Locator:
    return page.locator(f"[data-test='{name}']")


def _clicks(page: Page, patterns: list[str], names: tuple[str, ...]) -> None:
    for name in names:
        for pattern in patterns:
            # The segment is what a hand aims at; the input inside it is hidden.
            page.locator("label", has=_find(page, pattern.format(name))).first.click()


def _four_scores(page: Page) -> None:
    for _ in _SCALES:
        page.keyboard.press("5")


def _fault_by_keyboard(page: Page) -> None:
    for key in ("2", "5", "4", "2", "b", "Enter", *["ArrowRight"] * 3, *["ArrowDown"] * 3, "Enter"):
        page.keyboard.press(key)
    page.keyboard.type("extra")
    for key in ("Enter", "3", "e"):
        page.keyboard.press(key)
    page.keyboard.type(WHY)


def _fault_by_mouse(page: Page) -> None:
    for name, level in zip(_SCALES, (2, 5, 4, 2), strict=True):
        page.locator("label", has=_find(page, f"level-{name}-{level}")).first.click()
    _find(page, "tool-box").click()
    box = _find(page, "view-a").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=4)
    page.mouse.up()
    page.keyboard.type("extra")
    page.locator("[role='option']").first.click()
    page.locator("[data-field='severity'] label").nth(2).click()
    _find(page, "explanation").click()
    page.keyboard.type(WHY)


def _counted(page: Page, name: str, evaluate: Callable[[Page], Any]) -> None:
    """Evaluate one item, submitting by key or by button as the name says, and print what it took."""
    bench = page.locator("rubrica-workbench[data-state='ready']")
    bench.wait_for()
    shown = bench.get_attribute("data-assignment")
    page.evaluate(COUNT)
    evaluate(page)
    if "mouse" in name:
        _find(page, "submit").click()
    else:
        page.keyboard.press("Control+Enter")
    page.wait_for_function(
        "(shown) => document.querySelector('rubrica-workbench').dataset.assignment !== shown", arg=shown
    )
    count = page.evaluate("window.__count")
    print(f"| {name} | {count['keys']} | {count['clicks']} | {count['characters']} |", flush=True)
    page.reload()


def _drawing() -> None:
    print("\n### Tasks over 50 ms while drawing on 24 megapixels (some 300 moves of brush, box and polygon)\n")
    print("| marks there before | moves | tasks over 50 ms | longest |")
    print("|---:|---:|---:|---:|")
    with workbench("ai-image-audit", 3, side=5) as (_, page, address):
        page.goto(address)
        for marks in (0, 100):
            page.locator("rubrica-workbench[data-state='ready']").wait_for()
            for _ in range(marks):
                page.keyboard.press("h")
                page.keyboard.press("Escape")
            page.evaluate(LONG_TASKS)
            moves = _draw(page)
            # Observers are told a moment late.
            page.evaluate("() => new Promise((done) => setTimeout(done, 300))")
            long = page.evaluate("window.__long")
            longest = f"{max(long):.0f} ms" if long else "none"
            print(f"| {marks} | {moves} | {len(long)} | {longest} |", flush=True)


def _draw(page: Page) -> int:
    box = _find(page, "view-a").bounding_box()
    assert box is not None
    moves = 0

    def at(x: float, y: float, steps: int) -> None:
        nonlocal moves
        moves += steps
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=steps)

    for line in range(3):
        page.keyboard.press("Escape")
        page.keyboard.press("f")
        at(0.2, 0.2 + line / 10, 10)
        page.mouse.down()
        at(0.8, 0.25 + line / 10, 60)
        page.mouse.up()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    at(0.3, 0.3, 10)
    page.mouse.down()
    at(0.6, 0.6, 40)
    page.mouse.up()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    for x, y in ((0.2, 0.2), (0.7, 0.3), (0.5, 0.7)):
        at(x, y, 20)
        page.mouse.down()
        page.mouse.up()
    page.keyboard.press("Escape")
    return moves


if __name__ == "__main__":
    report()
