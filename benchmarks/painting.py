"""From submit to the next image painted, in a real Chromium against the real server, beside the browser's own floor."""

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.footprint import _wait
from benchmarks.pipelines import write_photographs
from tests.servers import chromium_flags, find_chromium, free_port

LOOPS: Final = 50
# Two canvases of the size of the stage, of which the hidden one was drawn before: what a swap costs by itself.
FLOOR: Final = """async (loops) => {
    const stage = document.body.appendChild(document.createElement("div"));
    const canvases = [0, 1].map(() => {
        const canvas = stage.appendChild(document.createElement("canvas"));
        [canvas.width, canvas.height] = [1024, 820];
        const context = canvas.getContext("2d");
        for (let x = 0; x < 1024; x += 8) {
            context.fillStyle = `hsl(${Math.random() * 360} 60% 50%)`;
            context.fillRect(x, 0, 8, 820);
        }
        return canvas;
    });
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const found = [];
    for (let loop = 0; loop < loops; loop += 1) {
        await new Promise((done) => setTimeout(done, 40 + Math.random() * 20));
        const before = performance.now();
        canvases.forEach((canvas, place) => { canvas.style.visibility = place === loop % 2 ? "visible" : "hidden"; });
        await frame();
        await frame();
        found.push(performance.now() - before);
    }
    return found;
}"""


def rubrica(home: str, *arguments: str) -> str:
    """Run a command of Rubrica and return what it says."""
    environment = {**os.environ, "RUBRICA_HOME": home}
    command = [sys.executable, "-m", "rubrica", *arguments]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


@contextlib.contextmanager
def workbench(template: str, images: int, *, side: int = 1) -> Iterator[tuple[Browser, Page, str]]:
    """Serve a project of a template with photographs, and open its workbench in a browser; ``side`` enlarges them."""
    with tempfile.TemporaryDirectory(prefix="rubrica-bench-") as home, tempfile.TemporaryDirectory() as pictures:
        environment = {**os.environ, "RUBRICA_HOME": home, "DJANGO_SETTINGS_MODULE": "rubrica.config.settings"}
        world = [sys.executable, "-m", "benchmarks.world", "--items", "0", "--raters", "1", "--template", template]
        subprocess.run(world, env=environment, check=True, stdout=subprocess.DEVNULL)
        rubrica(home, "import", "bench", str(_manifest(Path(pictures), template, images, side)))
        said = rubrica(home, "account", "login-link", "rater0@example.org")
        secret = next(word for word in said.split() if "/sign-in/" in word).split("/sign-in/")[1]
        port = free_port()
        serve = [sys.executable, "-m", "rubrica", "serve", "--port", str(port), "--home", home]
        server = subprocess.Popen(serve, stdout=subprocess.DEVNULL)
        try:
            _wait(f"http://127.0.0.1:{port}/health/")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find_chromium(), args=chromium_flags())
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.goto(f"http://127.0.0.1:{port}/sign-in/{secret}")
                page.wait_for_url(f"http://127.0.0.1:{port}/")
                yield browser, page, f"http://127.0.0.1:{port}/projects/bench/work/"
                browser.close()
        finally:
            server.terminate()
            server.wait(timeout=20)


def _manifest(folder: Path, template: str, images: int, side: int) -> Path:
    """Write photographs, and where items are pairs a list that says which belong together."""
    write_photographs(folder, images)
    if side > 1:
        from PIL import Image

        for path in folder.glob("*.jpg"):
            with Image.open(path) as small:
                small.resize((small.width * side, small.height * side)).save(path, quality=90)
    if template != "side-by-side":
        return folder
    names = sorted(path.name for path in folder.glob("*.jpg"))
    rows = [f"{one},{other},a photograph" for one, other in zip(names[::2], names[1::2], strict=False)]
    listed = folder / "manifest.csv"
    listed.write_text("\n".join(["image_a,image_b,prompt", *rows]) + "\n")
    return listed


def report() -> None:
    """Print medians and ranges of the measure that the workbench itself takes."""
    print("\n### From submit to the next image painted (1 MP images, software rendering)\n")
    print("| what | median ms | p95 ms | range ms | loops | of the floor |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, template, keys, images in (
        ("one image, the next one prefetched", "ai-image-audit", "5555", LOOPS + 4),
        ("a pair, the next one prefetched", "side-by-side", "3", 2 * LOOPS + 8),
    ):
        with workbench(template, images) as (browser, page, address):
            floor = _floor(browser)
            page.goto(address)
            for _ in range(LOOPS):
                _evaluate(page, keys)
            measures = page.evaluate(
                "performance.getEntriesByName('rubrica:next-image').map((entry) => entry.duration)"
            )
        _row(name, measures, statistics.median(floor))
        _row("floor: two canvases that change places", floor, None)


def _floor(browser: Browser) -> list[float]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    found: list[float] = page.evaluate(FLOOR, LOOPS)
    page.close()
    return found


def _row(name: str, milliseconds: Sequence[float], floor: float | None) -> None:
    median, p95 = statistics.median(milliseconds), statistics.quantiles(milliseconds, n=20)[-1]
    ratio = "" if floor is None else f"{median / floor:.1f}×"
    low, high = min(milliseconds), max(milliseconds)
    print(f"| {name} | {median:.0f} | {p95:.0f} | {low:.0f}–{high:.0f} | {len(milliseconds)} | {ratio} |", flush=True)


def _evaluate(page: Page, keys: str) -> None:
    """Answer as soon as the next item waits behind this one, which is before anybody could have looked at it."""
    bench = page.locator("rubrica-workbench[data-state='ready'][data-next='painted']")
    bench.wait_for()
    shown = bench.get_attribute("data-assignment")
    for key in keys:
        page.keyboard.press(key)
    page.keyboard.press("Control+Enter")
    page.wait_for_function(
        "(shown) => { const bench = document.querySelector('rubrica-workbench');"
        " return bench.dataset.state === 'ready' && bench.dataset.assignment !== shown; }",
        arg=shown,
    )


if __name__ == "__main__":
    report()
